"""A time axis, and where the bars of nodes lie on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..contract.formats import NANOSECONDS
from .model import TreeNode

_MIN_WIDTH = 1.0
"""Width of the shortest bar, in per cent of the axis, so that it can be seen."""


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
        end = self.now if node.completed is None else node.completed
        left, right = (min(max(self._percent(time), 0.0), 100.0) for time in (node.start, end))
        width = max(right - left, _MIN_WIDTH)
        return min(left, 100.0 - width), width

    def _percent(self, time: int) -> float:
        return 100.0 * (time - self.start) / (self.end - self.start)


def axis_for(roots: Iterable[TreeNode], now: int) -> Axis | None:
    """Return an axis that covers nodes and their descendants, None if their times span less than a second."""
    nodes = [node for root in roots for node in root.walk() if node.start is not None]
    times = [time for node in nodes for time in (node.start, now if node.completed is None else node.completed) if time is not None]
    if not times or max(times) - min(times) < NANOSECONDS:
        return None
    return Axis(min(node.start for node in nodes if node.start is not None), max(times), now)
