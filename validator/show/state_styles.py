"""How the states of UpdateState look: a sign and a colour each, beside their names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A sign, a style of the terminal, and the class in the page's stylesheet."""

    sign: str
    style: str
    name: str


LOOKS = {
    "NotStarted": Look("○", "bright_black", "not-started"),
    "Running": Look("▶", "blue", "running"),
    "Stopping": Look("□", "yellow", "stopping"),
    "Stopped": Look("■", "magenta", "stopped"),
    "Skipped": Look("»", "bright_black", "skipped"),
    "Failed": Look("✗", "red", "failed"),
    "Pending": Look("◔", "yellow", "pending"),
    "Completed": Look("✓", "green", "completed"),
}
"""The documented states."""

PLANNED = Look("·", "bright_black", "planned")
"""What has no status, as in a request."""

UNKNOWN = Look("?", "bold red", "unknown")
"""Any other state."""


def look(state: str) -> Look:
    """Tell how a state looks."""
    return LOOKS.get(state, UNKNOWN) if state else PLANNED
