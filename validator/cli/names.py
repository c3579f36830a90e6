"""The names of rules on the command line, and what a slip of the pen may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click
from click.shell_completion import CompletionItem

from ..findings import INPUT, listed
from ..rules.catalogue import BY_NAME, RULES
from ..structure import KEYWORDS

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
    family = f"{name}/" if families and f"{name}/" in FAMILIES else None
    raise click.BadParameter(f"there is no rule {name!r}; did you mean {family or nearest(name, KNOWN)}?")


def nearest(name: str, known: Iterable[str]) -> str:
    """Give the one of some known names that is most like another, whatever its case."""
    import difflib  # late: most names are known

    by_lower = {each.lower(): each for each in known}
    return by_lower[difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0)[0]]


def hint(name: str, known: Sequence[str]) -> str:
    """Ask whether the nearest of a few known names was meant, or list them where none is near."""
    import difflib

    near = difflib.get_close_matches(name.lower(), [each.lower() for each in known], n=1)
    return f"did you mean {nearest(name, known)}?" if near else f"expected {listed(list(known), 'or')}"


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
    return INPUT[name].claim if name in INPUT else None


def matches(rule: str, name: str) -> bool:
    """Tell whether a rule is the named one, or of the named family."""
    return rule.startswith(name) if name in FAMILIES else rule == name
