"""The names of rules on the command line, and what a slip of the pen may have meant."""

from __future__ import annotations

import difflib

import click

from ..findings import INPUT
from ..rules.catalogue import RULES
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
    nearest = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0)
    raise click.BadParameter(f"there is no rule {name!r}; did you mean {nearest[0]}?")


def matches(rule: str, name: str) -> bool:
    """Tell whether a rule is the named one, or of the named family."""
    return rule.startswith(name) if name in FAMILIES else rule == name
