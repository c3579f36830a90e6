"""The names that findings have for their rules, and which of them a user wants."""

from __future__ import annotations

from collections.abc import Sequence

from ..contract.keywords import KEYWORDS
from ..wording import hint, listed
from . import catalogue
from .input_problems import INPUT

KNOWN = (*(rule.name for rule in catalogue.RULES), *sorted(f"schema/{keyword}" for keyword in KEYWORDS), *INPUT)
"""All values of `Finding.rule`."""

FAMILIES = ("schema/", "input/")
"""The prefixes of the names that are not in the catalogue of rules."""

STALE, WITHOUT_REASON = "stale-row", "known"
"""What lines about rows of a baseline have in place of the name of a rule: those that match nothing, and those without a reason."""

_MAX_SUGGESTIONS = 3


def check_name(name: str, *, families: bool = False) -> None:
    """Raise LookupError, with the nearest names, for what is not the name of a rule, or of a family if `families`."""
    known = (*KNOWN, *FAMILIES) if families else KNOWN
    if name in known:
        return
    if name in (STALE, WITHOUT_REASON):
        raise LookupError(f"{name} is no rule, but about a row of the baseline; the line that has it says what to do")
    family = f"{name.rstrip('/')}/"
    if family in FAMILIES and not families:
        members = [rule for rule in KNOWN if matches(rule, family)]
        raise LookupError(f"{family} is a family of rules; expected one of them: {listed(members, 'or')}")
    containing = [rule for rule in KNOWN if name.strip("/") and name.strip("/") in rule]
    otherwise = f"did you mean {listed(containing, 'or')}?" if 0 < len(containing) <= _MAX_SUGGESTIONS else "`updaterun rules` lists them"
    raise LookupError(f"there is no rule {name!r}; {hint(family if family in FAMILIES else name, known, otherwise)}")


def is_wanted(rule: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    """Return whether findings of a rule are reported: it is selected, or nothing is, and it is not ignored."""
    selected = not select or any(matches(rule, name) for name in select)
    return selected and not any(matches(rule, name) for name in ignore)


def matches(rule: str, name: str) -> bool:
    """Return whether a rule has the name, or is in the family of the name."""
    return rule.startswith(name) if name in FAMILIES else rule == name
