"""The names of rules and the numbers on the command line, and what a slip of the pen may have meant."""

from __future__ import annotations

import os

import click
from click.shell_completion import CompletionItem

from ..contract.keywords import KEYWORDS
from ..rules.catalogue import BY_NAME, RULES
from ..rules.input_problems import INPUT
from ..wording import hint, listed

KNOWN = (*(rule.name for rule in RULES), *sorted(f"schema/{keyword}" for keyword in KEYWORDS), *INPUT)
"""All that a finding's `rule` can be."""

FAMILIES = ("schema/", "input/")
"""The families of findings that are no rule's of the catalogue."""


def known_rule(name: str, *, families: bool = False) -> str:
    """Give the name of a known rule, or of a family of rules where that will do, back.

    Raises click.BadParameter for another name, with the nearest known one.
    """
    known = (*KNOWN, *FAMILIES) if families else KNOWN
    if name in known:
        return name
    family = f"{name.rstrip('/')}/"
    if family in FAMILIES and not families:
        members = [each for each in KNOWN if matches(each, family)]
        raise click.BadParameter(f"{family} is a family of rules; expected one of them: {listed(members, 'or')}")
    begun = family if family in FAMILIES else name
    within = [each for each in KNOWN if name.strip("/") and name.strip("/") in each]
    otherwise = f"did you mean {listed(within, 'or')}?" if 0 < len(within) <= _FEW else "`updaterun rules` lists them"
    raise click.BadParameter(f"there is no rule {name!r}; {hint(begun, known, otherwise)}")


_FEW = 3
"""The most names that are suggested."""


def known_glob(text: str) -> str:
    """Give a glob back.

    Raises click.BadParameter for one that is empty, or absolute, which names nothing in a folder that is checked.
    """
    if text and not os.path.isabs(text):
        return text
    raise click.BadParameter(
        f"expected a relative glob, such as vendor, found {text!r}" if text else "expected a glob, found an empty string"
    )


def positive(text: str) -> int:
    """Read a whole number from 1 on.

    Raises click.BadParameter for another text.
    """
    if text.isascii() and text.isdecimal() and 0 < len(text.lstrip("0")) < 10:
        return int(text)
    raise click.BadParameter(f"expected a whole number from 1 on, found {text!r}")


def complete_rule(_: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """List the rules whose names begin so, for the shell; an option takes families, and several names with commas."""
    option = isinstance(parameter, click.Option)
    before, comma, last = begun.rpartition(",") if option else ("", "", begun)
    names = (*KNOWN, *FAMILIES) if option else KNOWN
    return [CompletionItem(f"{before}{comma}{name}", help=_claim(name)) for name in names if name.startswith(last)]


def complete_file(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Leave it to the shell to list files."""
    return [CompletionItem(begun, type="file")]


def _claim(name: str) -> str | None:
    if name in BY_NAME:
        return BY_NAME[name].claim
    return INPUT[name].claim if name in INPUT else KEYWORDS[name.removeprefix("schema/")].claim if name in KNOWN else None


def matches(rule: str, name: str) -> bool:
    """Tell whether a rule is the named one, or of the named family."""
    return rule.startswith(name) if name in FAMILIES else rule == name
