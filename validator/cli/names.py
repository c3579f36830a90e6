"""The names of rules on the command line, and what a slip of the pen may have meant."""

from __future__ import annotations

import difflib

import click

from ..findings import INPUT
from ..rules.catalogue import RULES
from ..structure import KEYWORDS

KNOWN = (*(rule.name for rule in RULES), *sorted(f"schema/{keyword}" for keyword in KEYWORDS), *INPUT)
"""All that a finding's `rule` can be."""

_FAMILIES = ("schema/", "input/")


def known_rule(name: str) -> str:
    """Give a known rule, or family of rules, back.

    Raises click.BadParameter for another name, with the nearest known one.
    """
    if name in KNOWN or name in _FAMILIES:
        return name
    nearest = difflib.get_close_matches(name, (*KNOWN, *_FAMILIES), n=1, cutoff=0)
    raise click.BadParameter(f"there is no rule {name!r}; did you mean {nearest[0]}?")


def matches(rule: str, name: str) -> bool:
    """Tell whether a rule is the named one, or of the named family."""
    return rule.startswith(name) if name in _FAMILIES else rule == name
