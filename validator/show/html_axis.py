"""A time axis: where on a line from one time to another something lies, as a bar of SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..contract.formats import NANOSECONDS
from .html_elements import Element, element
from .model import Part
from .state_styles import look
from .time_format import duration, span

_LEAST = 1.0
"""Per cent of the line that a bar is long at least, so that it can be seen."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A line from one time to another, in nanoseconds; `now` is the latest time that is known of the run."""

    start: int
    end: int
    now: int

    def bar(self, part: Part) -> tuple[float, float] | None:
        """Give where the bar of a part begins and how long it is, in per cent; None without a start."""
        if part.start is None:
            return None
        end = self.now if part.completed is None else part.completed
        left, right = (min(max(self._share(time), 0.0), 100.0) for time in (part.start, end))
        long = max(right - left, _LEAST)
        return min(left, 100.0 - long), long

    def _share(self, time: int) -> float:
        return 100.0 * (time - self.start) / (self.end - self.start)


def axis(parts: Iterable[Part], now: int) -> Axis | None:
    """Make the axis on which parts and all below them lie; None where their times do not tell them apart."""
    every = [below for part in parts for below in part.all()]
    starts = [part.start for part in every if part.start is not None]
    if not starts:
        return None
    ends = [now if part.completed is None else part.completed for part in every if part.start is not None]
    times = [*starts, *ends]
    return Axis(min(starts), max(times), now) if max(times) - min(starts) >= NANOSECONDS else None


def bars(line: Axis, parts: Iterable[Part], height: int = 10) -> Element:
    """Draw the bars of parts on one line; what they say stands beside them as text, too."""
    return element("svg", *_rectangles(line, parts, height), class_="bars", width="100%", height=str(height), aria_hidden="true")


def _rectangles(line: Axis, parts: Iterable[Part], height: int) -> Iterator[Element]:
    yield element("rect", class_="track", x="0", y="0", width="100%", height=str(height), rx="3")
    for part in parts:
        found = line.bar(part)
        if found is None:
            continue
        left, long = found
        kinds = f"{look(part.state).name}{' open' if part.completed is None else ''}"
        title = element("title", words(part))
        yield element("rect", title, class_=kinds, x=f"{left:.2f}%", y="0", width=f"{long:.2f}%", height=str(height), rx="3")


def words(part: Part) -> str:
    """Say in a sentence what a bar shows."""
    taken = "" if part.lasted is None else duration(part.lasted)
    return ", ".join(filter(None, (f"{part.title}: {part.state or 'planned'}", taken, span(part.start, part.completed))))
