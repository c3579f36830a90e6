"""The transitions of a run and of its parts from state to state."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

STEPS: dict[str, tuple[str, ...]] = {
    "NotStarted": ("Running", "Pending", "Skipped", "Stopping", "Stopped"),
    "Running": ("Pending", "Stopping", "Stopped", "Failed", "Completed", "Skipped"),
    "Pending": ("Running", "Stopping", "Stopped", "Failed", "Completed", "Skipped"),
    "Stopping": ("Stopped", "Failed", "Completed", "Skipped"),
    "Stopped": ("Running", "Pending", "Failed"),
    "Failed": ("Running", "Pending", "Stopping", "Stopped"),
    "Skipped": ("Stopped",),
    "Completed": (),
}
"""The direct steps from each state that are documented or were observed."""

GATE_STEPS: dict[str, tuple[str, ...]] = {
    "NotStarted": ("Pending", "Skipped"),
    "Pending": ("Completed", "Skipped"),
    "Completed": ("Skipped",),
    "Skipped": (),
}
"""The steps of a gate that are documented."""

UNFINISHED = ("Running", "Pending", "Stopping")
"""The states of a part that has started and not ended."""

RESTARTABLE = ("Failed", "Stopped")
"""The states that a run can be started from again."""


@cache
def reachable(before: str, after: str, without: frozenset[str] = frozenset()) -> bool:
    """Return whether steps lead from one state to another, none of them to an excluded state."""
    return after in _reached(STEPS, before, without)


@cache
def gate_reachable(before: str, after: str) -> bool:
    """Return whether steps lead a gate from one state to another; a state that no gate should be in is another rule's affair."""
    return {before, after} - GATE_STEPS.keys() != set() or after in _reached(GATE_STEPS, before, frozenset())


def _reached(steps: Mapping[str, tuple[str, ...]], before: str, without: frozenset[str]) -> set[str]:
    states = {before}
    pending = [before]
    while pending:
        new = {state for state in steps.get(pending.pop(), ()) if state not in states and state not in without}
        states |= new
        pending.extend(new)
    return states


@cache
def may_be_restarted(before: str | None, after: str | None) -> bool:
    """Return whether a part that went from one state to another may have been started again in between."""
    if before is None or after is None or before in RESTARTABLE:
        return True
    return reachable(before, after) and not reachable(before, after, frozenset(RESTARTABLE) - {after})
