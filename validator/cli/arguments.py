"""Arguments of the command line: checks of rule names, globs, numbers and api-versions, completions, and options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ..contract import schemas
from ..contract.keywords import KEYWORDS
from ..readers.exclusion import check_glob
from ..rules import catalogue
from ..rules.input_problems import INPUT
from ..rules.names import FAMILIES, KNOWN, check_name

_Command = TypeVar("_Command", bound=Callable[..., Any])


def known_rule(name: str, *, families: bool = False) -> str:
    """Return the name of a rule, or of a family if `families`, unchanged.

    Raises click.BadParameter for any other name, with the nearest ones.
    """
    try:
        check_name(name, families=families)
    except LookupError as error:
        raise click.BadParameter(str(error)) from None
    return name


def known_glob(text: str) -> str:
    """Return a glob unchanged.

    Raises click.BadParameter for one that is empty or absolute.
    """
    try:
        check_glob(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return text


def not_empty(_: click.Context, __: click.Parameter, text: str | None) -> str | None:
    """Return an argument unchanged, None where there is none.

    Raises click.BadParameter for an empty one, such as from an unset variable.
    """
    if text == "":
        raise click.BadParameter("expected a value, found an empty string")
    return text


def _known_version(context: click.Context, parameter: click.Parameter, name: str | None) -> str | None:
    """Return an api-version, or `auto`, unchanged; None where there is none.

    Raises click.BadParameter for one that is not published, with the nearest one.
    """
    try:
        name = not_empty(context, parameter, name)
        if name is not None:
            schemas.check_version(name)
    except LookupError as error:
        raise click.BadParameter(str(error)) from None
    return name


def published_version(context: click.Context, parameter: click.Parameter, name: str) -> str:
    """Return a published api-version unchanged.

    Raises click.BadParameter for anything else, with the nearest version.
    """
    _known_version(context, parameter, name)
    if name == schemas.AUTO:
        raise click.BadParameter(f"expected an api-version, such as {schemas.DEFAULT_VERSION}, found {name!r}")
    return name


def complete_version(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the completions of a published api-version."""
    return [CompletionItem(name) for name in schemas.VERSIONS if name.startswith(incomplete)]


def _complete_known_version(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in (*schemas.VERSIONS, schemas.AUTO) if name.startswith(incomplete)]


judging_version = click.option(
    "--api-version",
    metavar="VERSION",
    callback=_known_version,
    shell_complete=_complete_known_version,
    help=f"The api-version of documents without a URL; auto: {schemas.DEFAULT_VERSION}, or the later one that they need.  [default: auto]",
)
"""The option for the api-version that judges documents."""


def described_version(description: str) -> Callable[[_Command], _Command]:
    """Return an option for a published api-version, by default the default one, which is read before the arguments."""
    return click.option(
        "--api-version",
        default=schemas.DEFAULT_VERSION,
        show_default=True,
        is_eager=True,
        metavar="VERSION",
        callback=published_version,
        shell_complete=complete_version,
        help=description,
    )


def version_in(context: click.Context | None) -> str:
    """Return the api-version that a command was given so far, or else the default one."""
    return schemas.DEFAULT_VERSION if context is None else context.params.get("api_version") or schemas.DEFAULT_VERSION


def positive(text: str) -> int:
    """Return the number in a string.

    Raises click.BadParameter unless it is a whole number from 1 on, with fewer than ten digits.
    """
    if text.isascii() and text.isdecimal() and 0 < len(text.lstrip("0")) < 10:
        return int(text)
    raise click.BadParameter(f"expected a whole number from 1 on, found {text!r}")


def complete_rule(_: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the completions of a rule name; an option also takes families, and several names separated by commas."""
    is_option = isinstance(parameter, click.Option)
    before, comma, last = incomplete.rpartition(",") if is_option else ("", "", incomplete)
    names = (*KNOWN, *FAMILIES) if is_option else KNOWN
    return [CompletionItem(f"{before}{comma}{name}", help=_claim(name)) for name in names if name.startswith(last)]


def complete_file(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return an item that makes the shell list files."""
    return [CompletionItem(incomplete, type="file")]


def _claim(name: str) -> str | None:
    known = catalogue.by_name().get(name)
    if known is not None:
        return known.claim
    return INPUT[name].claim if name in INPUT else KEYWORDS[name.removeprefix("schema/")].claim if name in KNOWN else None
