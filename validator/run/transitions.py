"""The transitions of a run and of its parts from state to state."""

from __future__ import annotations

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

UNFINISHED = ("Running", "Pending", "Stopping")
"""The states of a part that has started and not ended."""

RESTARTABLE = ("Failed", "Stopped")
"""The states that a run can be started from again."""


@cache
def reachable(before: str, after: str, without: frozenset[str] = frozenset()) -> bool:
    """Return whether steps lead from one state to another, none of them to an excluded state."""
    states = {before}
    pending = [before]
    while pending:
        new = {state for state in STEPS.get(pending.pop(), ()) if state not in states and state not in without}
        states |= new
        pending.extend(new)
    return after in states


@cache
def may_be_restarted(before: str | None, after: str | None) -> bool:
    """Return whether a part that went from one state to another may have been started again in between."""
    if before is None or after is None or before in RESTARTABLE:
        return True
    return reachable(before, after) and not reachable(before, after, frozenset(RESTARTABLE) - {after})
