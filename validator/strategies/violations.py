"""Strategies for violating documents, each of which breaks one rule or constraint and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from ..contract.schemas import DEFAULT_VERSION
from ..findings import BodySide
from ..rules import catalogue
from ..rules.rule import BOTH
from ..wording import hint, listed
from .changes import Change, changes_of_rule, vary
from .conforming import check_side, choices
from .constraints import changes, constraints
from .options import published
from .violation import Violation


def violations(rule: str | None = None, *, side: BodySide | None = None, version: str = DEFAULT_VERSION) -> st.SearchStrategy[Violation]:
    """Return a strategy for violations of one rule, such as `group-duplicate` or `schema/enum`, or of all; on one side, or on both.

    The documents are of an api-version, and break its contract. The ErrorResponse, the parameters of the URL, exchanges and histories
    belong to the response, except for the request of an exchange.

    Raises LookupError for an unknown version and for a rule without a known violation, or without one on that side, and ValueError for
    any other side.
    """
    if side is not None:
        check_side(side)
    known = [source for source in sources(published(version)) if rule in (None, source[0])]
    if not known:
        raise LookupError(f"nothing is known to break {rule!r}; {_suggestion(rule, version)}")
    on_side = [(of_rule, changes) for of_rule, changes in known if side in (None, changes[0].side)]
    if not on_side:
        raise LookupError(f"nothing is known to break {rule} in a {side}; it is broken in a {known[0][1][0].side}")
    return violations_of([changes for _, changes in on_side])


def violations_of(sources: Sequence[Sequence[Change]]) -> st.SearchStrategy[Violation]:
    """Return a strategy for violations by a change of one of several sources, each of them as probable as another."""
    return choices.map(lambda random: vary(random, random.choice(sources)))


def sources(version: str = DEFAULT_VERSION) -> list[tuple[str, tuple[Change, ...]]]:
    """Return each rule of an api-version with changes that break it, all on one side; a rule of the schemas has many of these sources."""
    found = [
        (constraint.rule, changes(constraint, side)) for constraint in constraints(version) if constraint.in_rule is None for side in BOTH
    ]
    found += [
        (rule.name, tuple(change for change in changes_of_rule(rule, version) if change.side == side))
        for rule in catalogue.RULES
        for side in BOTH
    ]
    return [(name, made) for name, made in found if made]


def _suggestion(rule: str | None, version: str) -> str:
    expected = "expected a rule of `updaterun rules`, such as group-duplicate or schema/enum"
    if not isinstance(rule, str):
        return expected
    known = sorted({name for name, _ in sources(version)})
    family = [name for name in known if name.startswith(f"{rule.rstrip('/')}/")]
    return f"it is a family, of which one rule is expected: {listed(family, 'or')}" if family else hint(rule, known, expected)
