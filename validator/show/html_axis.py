"""A time axis, and bars on it as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..contract.formats import NANOSECONDS
from .html_elements import Element, element
from .model import TreeNode
from .state_styles import style_of
from .time_format import duration, span

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
    nodes = [node for root in roots for node in root.walk()]
    starts = [node.start for node in nodes if node.start is not None]
    if not starts:
        return None
    ends = [now if node.completed is None else node.completed for node in nodes if node.start is not None]
    times = [*starts, *ends]
    return Axis(min(starts), max(times), now) if max(times) - min(starts) >= NANOSECONDS else None


def bars(axis: Axis, nodes: Iterable[TreeNode], height: int = 10) -> Element:
    """Return the bars of nodes in one row; they are hidden from screen readers, since the page has the same as text."""
    return element("svg", *_rectangles(axis, nodes, height), class_="bars", width="100%", height=str(height), aria_hidden="true")


def _rectangles(axis: Axis, nodes: Iterable[TreeNode], height: int) -> Iterator[Element]:
    yield element("rect", class_="track", x="0", y="0", width="100%", height=str(height), rx="3")
    for node in nodes:
        bar = axis.bar(node)
        if bar is None:
            continue
        left, width = bar
        classes = f"{style_of(node.state).css_class}{' open' if node.completed is None else ''}"
        title = element("title", _tooltip(node))
        yield element("rect", title, class_=classes, x=f"{left:.2f}%", y="0", width=f"{width:.2f}%", height=str(height), rx="3")


def _tooltip(node: TreeNode) -> str:
    lasted = "" if node.duration is None else duration(node.duration)
    return ", ".join(filter(None, (f"{node.title}: {node.state or 'planned'}", lasted, span(node.start, node.completed))))
