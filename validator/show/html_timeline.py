"""The timeline of a page: the stages of a run and the waits between them, on one axis of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .html_axis import Axis, axis, bars
from .html_elements import Content, Element, element
from .html_stages import taken
from .model import Part
from .time_format import clock, day, duration


def timeline(run: Part) -> Content:
    """Draw the stages and the waits of a run on one axis; nothing where there are no times."""
    line = axis([run], max(run.times, default=0))
    if line is None:
        return None
    known_day = day(line.start)
    words = (clock(line.start), duration(line.end - line.start), clock(line.end, known_day))
    ends = element("li", element("p", *(element("span", word) for word in words), class_="ends quiet"))
    rows = element("ol", *_rows(run, line, known_day), ends, class_="rows")
    return element("section", element("h3", "Timeline"), rows, class_="timeline")


def _rows(run: Part, line: Axis, known_day: str) -> Iterator[Element]:
    for stage in run.parts:
        yield _row(stage, line, known_day)
        yield from (_row(wait, line, known_day) for wait in stage.parts if wait.kind == "wait")


def _row(part: Part, line: Axis, known_day: str) -> Element:
    name = element("span", element("bdi", part.title), class_="name")
    # A stage lasts until its wait is over; what its groups did is what is to be seen apart from it.
    shown = [below for below in part.parts if below.kind == "group"] if part.kind == "stage" else []
    bar = bars(line, [_hull(part, shown) if shown else part])
    return element(
        "li", name, bar, element("span", part.state or "planned", " ", taken(part, known_day), class_="quiet"), class_=f"row-{part.kind}"
    )


def _hull(stage: Part, groups: list[Part]) -> Part:
    """Give a stage the time that its groups took, and its own where they do not tell."""
    starts = [time for group in groups for time in group.times]
    completed = [group.completed for group in groups]
    done = [time for time in completed if time is not None]
    return replace(
        stage,
        start=min(starts, default=None) if stage.start is None else stage.start,
        completed=max(done) if done and len(done) == len(completed) else stage.completed,
    )
