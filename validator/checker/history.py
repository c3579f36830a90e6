"""Histories: a fold over the captures of runs, in their order. Besides the tally of a check, nothing else keeps state between items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ..findings import Finding
from ..rules.dispatch import check_subject
from ..rules.history import Step
from ..run.cache import LRU
from ..run.facts import Capture, Change, Facts, facts_of, is_old_answer
from ..run.identity import Key
from .body import findings_of

MAX_KEPT = 2**26
"""Bytes of captures and facts that a history keeps: those of the resources that were captured last. A run that was captured before
them is a new run when it is captured again."""

MAX_CREATIONS = 64
"""Runs of one id that are kept, the latest ones."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A run that was deleted, or is created again, by its id: captures from here on are of another run."""

    identity: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """A run that was stopped or started, by its id."""

    identity: str


Event: TypeAlias = Capture | Deleted | Restarted

Runs: TypeAlias = dict[str, Capture | Facts]
"""The runs of one id, by their creation: the only capture of each, or the facts of several."""


class HistoryStep(NamedTuple):
    """A capture of a run that was captured before, and the parts that changed since then."""

    capture: Capture
    changed: list[Change]


class History:
    """What is known of the runs that were captured so far. A run is the same while its id, ignoring case, and its creation are.

    `steps` are those to the captures that were added last.
    """

    def __init__(self) -> None:
        self._known: LRU[str, Runs] = LRU(MAX_KEPT)
        self.steps: list[HistoryStep] = []

    def runs(self) -> Iterator[Key]:
        """Yield the runs that are kept."""
        yield from ((identity, created) for identity, runs in self._known.items() for created in runs)

    def add(self, events: Iterable[Event]) -> list[Finding]:
        """Add captures in their order, and return the findings about what changed since the one before each."""
        findings: list[Finding] = []
        self.steps = []
        for event in events:
            if isinstance(event, Capture):
                findings += self._add_capture(event)
            elif isinstance(event, Deleted):
                self._known.remove(event.identity.lower())
            else:
                identity = event.identity.lower()
                runs = self._known.get(identity)
                if runs is not None:
                    self._keep(identity, {created: _facts(known)._replace(restarted=True) for created, known in runs.items()})
        return findings

    def _add_capture(self, capture: Capture) -> list[Finding]:
        identity, created = capture.run
        runs = self._known.get(identity) or {}
        before = runs.pop(created, None)
        findings: list[Finding] = []
        if before is None:
            runs[created] = capture.packed()
        else:
            runs[created], changed, findings = step(before, capture)
            self.steps.append(HistoryStep(capture, changed))
        if len(runs) > MAX_CREATIONS:
            del runs[next(iter(runs))]
        self._keep(identity, runs)
        return findings

    def _keep(self, identity: str, runs: Runs) -> None:
        self._known.put(identity, runs, sum([known.weight for known in runs.values()]))


def _facts(known: Capture | Facts) -> Facts:
    return facts_of(known) if isinstance(known, Capture) else known


def step(before: Capture | Facts, capture: Capture) -> tuple[Facts, list[Change], list[Finding]]:
    """Return what is known after a capture, which parts changed with it, and what is wrong with the step to it."""
    known, now = _facts(before), facts_of(capture)
    if is_old_answer(known, now):
        return known, [], []
    changed = known.changed(now)
    found = list(check_subject(Step(known, now, changed), "history"))
    for rule, issue in found:
        assert issue.origin is not None, f"an issue of the rule {rule.name} lacks its origin; `contradiction` in rules/history.py sets it"
    return known.merged(now, changed), changed, findings_of(found, capture.origin, "response")
