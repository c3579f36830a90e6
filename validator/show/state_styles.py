"""The presentation of each state of UpdateState: a symbol and a colour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StateStyle:
    """A symbol, a style for the terminal (rich) and a class of the page's stylesheet."""

    symbol: str
    terminal: str
    css_class: str


STYLES = {
    "NotStarted": StateStyle("○", "bright_black", "not-started"),
    "Running": StateStyle("▶", "bright_blue", "running"),
    "Stopping": StateStyle("□", "yellow", "stopping"),
    "Stopped": StateStyle("■", "magenta", "stopped"),
    "Skipped": StateStyle("»", "bright_black", "skipped"),
    "Failed": StateStyle("✗", "red", "failed"),
    "Pending": StateStyle("◔", "yellow", "pending"),
    "Completed": StateStyle("✓", "green", "completed"),
}
"""The documented states."""

PLANNED = StateStyle("·", "bright_black", "planned")
"""For nodes without a status, as in a request."""

UNKNOWN = StateStyle("?", "bold red", "unknown")
"""For undocumented states."""


def style_of(state: str) -> StateStyle:
    """Return the style of a state; an empty state is a planned one."""
    return STYLES.get(state, UNKNOWN) if state else PLANNED
