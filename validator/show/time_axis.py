"""A time axis, and where the bars of nodes lie on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..contract.formats import NANOSECONDS
from .model import TreeNode
from .time_format import clock

_MIN_WIDTH = 1.0
"""Width of the shortest bar, in per cent of the axis, so that it can be seen."""

_DAY = 86_400
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, _DAY)
"""The seconds between two ticks; longer steps are whole days."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A period in nanoseconds; `now` is the latest time known of the run."""

    start: int
    end: int
    now: int

    def bar(self, node: TreeNode) -> tuple[float, float] | None:
        """Return the offset and the width of a node's bar in per cent, None without a start."""
        if node.start is None:
            return None
        end = _end(node, self.now)
        left, right = (min(max(self._percent(time), 0.0), 100.0) for time in (node.start, end))
        width = max(right - left, _MIN_WIDTH)
        return min(left, 100.0 - width), width

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Return the offset in per cent and the label of about `most` round times."""
        seconds = -(-(self.end - self.start) // NANOSECONDS)
        step = next((step for step in _STEPS if seconds <= most * step), _DAY * -(-seconds // (most * _DAY)))
        first = -(-self.start // (step * NANOSECONDS)) * step * NANOSECONDS
        return [(self._percent(time), _label(time, step)) for time in range(first, self.end + 1, step * NANOSECONDS)]

    def _percent(self, time: int) -> float:
        return 100.0 * (time - self.start) / (self.end - self.start)


def _label(time: int, step: int) -> str:
    date, _, time_of_day = clock(time).partition(" ")
    return (
        date[-len("01-31") :] if step >= _DAY or time_of_day == "00:00:00" else time_of_day[: len("09:30")] if step >= 60 else time_of_day
    )


def axis_for(roots: Iterable[TreeNode], now: int) -> Axis | None:
    """Return an axis that covers nodes and their descendants, None if their times span less than a second."""
    nodes = [node for root in roots for node in root.walk() if node.start is not None]
    start = min((node.start for node in nodes if node.start is not None), default=0)
    end = max((_end(node, now) for node in nodes), default=0)
    return Axis(start, end, now) if end - start >= NANOSECONDS else None


def _end(node: TreeNode, now: int) -> int:
    """Return the end of a node with a start: that of one that is over is at its start if it is not known."""
    if node.completed is not None:
        return node.completed
    return node.start if node.is_over and node.start is not None else now
