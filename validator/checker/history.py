"""Histories: a fold over the captures of runs, in their order. Besides the tally of a check, nothing else keeps state between items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ..findings import Finding, Related
from ..pointer import to_pointer
from ..rules.dispatch import check_subject, rules_about
from ..rules.history import Step
from ..run.cache import LRU
from ..run.facts import Capture, Facts, facts_of, is_older

MAX_KEPT = 2**26
"""Bytes of captures, facts and deletions that a history keeps: those of the runs that were captured last. A run that was
captured before them is a new run when it is captured again."""

_DELETION = 400
"""About how many bytes a deletion takes."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A run that was deleted, or is created again, by its id: what is captured from here on is another run."""

    identity: str


Event: TypeAlias = Capture | Deleted


class Deletion(int):
    """The number of a deletion in a history. Captures of one id that have different deletions before them are of different runs."""

    __slots__ = ()


class History:
    """What is known of the runs that were captured so far. A run is the same while its id, ignoring case, and its creation are."""

    def __init__(self) -> None:
        self._known: LRU[tuple[str, str, Deletion | None] | str, Capture | Facts | Deletion] = LRU(MAX_KEPT)
        self._deletions = 0

    def add(self, events: Iterable[Event]) -> list[Finding]:
        """Add captures in their order, and return the findings about what changed since the one before each."""
        findings: list[Finding] = []
        for event in events:
            if isinstance(event, Deleted):
                self._deletions += 1
                self._known.put(event.identity.lower(), Deletion(self._deletions), _DELETION)
                continue
            deletion = self._known.get(event.run[0]) if self._deletions else None
            if deletion is not None:
                assert isinstance(deletion, Deletion)
                self._known.put(event.run[0], deletion, _DELETION)  # kept as long as the run is captured
            key = *event.run, deletion
            before = self._known.get(key)
            if before is None:
                first = event.packed()
                self._known.put(key, first, first.weight)
            else:
                assert not isinstance(before, Deletion)
                after, found = step(before, event)
                self._known.put(key, after, after.weight)
                findings += found
        return findings


def step(before: Capture | Facts, capture: Capture) -> tuple[Facts, list[Finding]]:
    """Return what is known after a capture, and what is wrong with the step to it."""
    known = facts_of(before) if isinstance(before, Capture) else before
    now = facts_of(capture)
    if is_older(known, now):
        return known, []
    changed = known.changed(now)
    return known.then(now, changed), list(_findings(Step(known, now, changed), capture))


def _findings(change: Step, capture: Capture) -> Iterator[Finding]:
    for rule, issue in check_subject(change, rules_about("history")):
        pointer, earlier = to_pointer(capture.origin.written(issue.path)), issue.origin
        assert earlier is not None, f"an issue of the rule {rule.name} lacks its origin; `_issue` in rules/history.py sets it"
        related = tuple(
            Related(to_pointer(earlier.written(path)), what, earlier.entry, earlier.source or None) for path, what in issue.related
        )
        origin = capture.origin
        yield Finding(
            rule.name,
            rule.severity,
            issue.message,
            pointer,
            origin.source,
            origin.entry,
            side="response",
            cites=rule.cites,
            related=related,
        )
