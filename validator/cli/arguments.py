"""Arguments of the command line: checks of rule names, globs, numbers and api-versions, completions, and options that commands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ..contract import schemas
from ..contract.keywords import KEYWORDS
from ..rules import catalogue
from ..rules.input_problems import INPUT
from ..wording import hint, listed

KNOWN = (*(rule.name for rule in catalogue.RULES), *sorted(f"schema/{keyword}" for keyword in KEYWORDS), *INPUT)
"""All values of `Finding.rule`."""

FAMILIES = ("schema/", "input/")
"""The prefixes of the names that are not in the catalogue of rules."""

_MAX_SUGGESTIONS = 3

_Command = TypeVar("_Command", bound=Callable[..., Any])


def known_rule(name: str, *, families: bool = False) -> str:
    """Return the name of a rule, or of a family if `families`, unchanged.

    Raises click.BadParameter for any other name, with the nearest ones.
    """
    known = (*KNOWN, *FAMILIES) if families else KNOWN
    if name in known:
        return name
    family = f"{name.rstrip('/')}/"
    if family in FAMILIES and not families:
        members = [rule for rule in KNOWN if matches(rule, family)]
        raise click.BadParameter(f"{family} is a family of rules; expected one of them: {listed(members, 'or')}")
    containing = [rule for rule in KNOWN if name.strip("/") and name.strip("/") in rule]
    otherwise = f"did you mean {listed(containing, 'or')}?" if 0 < len(containing) <= _MAX_SUGGESTIONS else "`updaterun rules` lists them"
    raise click.BadParameter(f"there is no rule {name!r}; {hint(family if family in FAMILIES else name, known, otherwise)}")


def known_glob(text: str) -> str:
    """Return a glob unchanged.

    Raises click.BadParameter for an empty one, and for an absolute one, which cannot match in a folder that is checked.
    """
    if text and not os.path.isabs(text):
        return text
    raise click.BadParameter(
        f"expected a relative glob, such as vendor, found {text!r}" if text else "expected a glob, found an empty string"
    )


def _known_version(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    """Return an api-version, or `auto`, unchanged; None where there is none.

    Raises click.BadParameter for one that is not published, with the nearest one.
    """
    try:
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


def is_wanted(rule: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    """Return whether findings of a rule are reported: it is selected, or nothing is, and it is not ignored."""
    selected = not select or any(matches(rule, name) for name in select)
    return selected and not any(matches(rule, name) for name in ignore)


def matches(rule: str, name: str) -> bool:
    """Return whether a rule has the name, or is in the family of the name."""
    return rule.startswith(name) if name in FAMILIES else rule == name
