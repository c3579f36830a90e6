"""The presentation of each state of UpdateState: a symbol and a colour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StateStyle:
    """A symbol, a style for the terminal (rich) and a class of the page's stylesheet."""

    symbol: str
    terminal: str
    css_class: str


# Fixed colours, of 256, that are readable on black and on white; those that a terminal chooses itself often are not.
QUIET, BLUE, ORANGE, VIOLET, RED, GREEN = (f"color({number})" for number in (243, 27, 130, 133, 160, 28))

STYLES = {
    "NotStarted": StateStyle("○", QUIET, "not-started"),
    "Running": StateStyle("▶", BLUE, "running"),
    "Stopping": StateStyle("□", ORANGE, "stopping"),
    "Stopped": StateStyle("■", VIOLET, "stopped"),
    "Skipped": StateStyle("»", QUIET, "skipped"),
    "Failed": StateStyle("✗", RED, "failed"),
    "Pending": StateStyle("◔", ORANGE, "pending"),
    "Completed": StateStyle("✓", GREEN, "completed"),
}
"""The documented states."""

PLANNED = StateStyle("·", QUIET, "planned")
"""For nodes without a status, as in a request."""

UNKNOWN = StateStyle("?", f"bold {RED}", "unknown")
"""For undocumented states."""


def style_of(state: str) -> StateStyle:
    """Return the style of a state; an empty state is a planned one."""
    return STYLES.get(state, UNKNOWN) if state else PLANNED
