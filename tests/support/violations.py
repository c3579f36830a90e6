"""Assertions about violations, and few examples of a strategy."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import Phase, settings

from validator.pointer import JSON
from validator.strategies import Violation
from validator.strategies.violation import ABSENT, check_as

SMALL = settings(max_examples=10_000, phases=[Phase.generate, Phase.shrink], database=None, derandomize=True)
"""Settings of a search for the smallest example of a strategy."""


def assert_exact(violation: Violation) -> None:
    """Assert that the unbroken document has no finding, that the document has those of the violation, and what changed."""
    assert check_as(violation.original, violation.kind, violation.side, violation.version) == []
    found = sorted((finding.rule, finding.pointer) for finding in violation.findings())
    assert found == sorted([(violation.rule, violation.pointer), *violation.related])
    assert (repr(violation.before), repr(violation.after)) in changes(violation.original, violation.document)


def changes(before: JSON, after: JSON) -> Iterator[tuple[str, str]]:
    """Yield the old and the new value at each place where two documents differ; True is not 1."""
    if repr(before) == repr(after):
        return
    yield repr(before), repr(after)
    if isinstance(before, list) and isinstance(after, list):
        before, after = dict(enumerate(before)), dict(enumerate(after))
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            yield from changes(before.get(key, ABSENT), after.get(key, ABSENT))
