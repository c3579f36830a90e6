"""The timeline of a page: the stages of a run and the waits between them on one time axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .html_axis import Axis, axis_for, bars
from .html_elements import Content, Element, element
from .html_stages import duration_or_span
from .model import TreeNode
from .time_format import clock, day, duration


def timeline(run: TreeNode) -> Content:
    """Return the timeline of a run, None if it has no axis."""
    axis = axis_for([run], max(run.times, default=0))
    if axis is None:
        return None
    known_day = day(axis.start)
    labels = (clock(axis.start), duration(axis.end - axis.start), clock(axis.end, known_day))
    ends = element("li", element("p", *(element("span", label) for label in labels), class_="ends quiet"))
    rows = element("ol", *_rows(run, axis, known_day), ends, class_="rows")
    return element("section", element("h3", "Timeline"), rows, class_="timeline")


def _rows(run: TreeNode, axis: Axis, known_day: str) -> Iterator[Element]:
    for stage in run.children:
        yield _row(stage, axis, known_day)
        yield from (_row(wait, axis, known_day) for wait in stage.children if wait.kind == "wait")


def _row(node: TreeNode, axis: Axis, known_day: str) -> Element:
    name = element("span", element("bdi", node.title), class_="name")
    # A stage completes after its wait, which has a row of its own, so the bar of the stage covers its groups.
    groups = [child for child in node.children if child.kind == "group"] if node.kind == "stage" else []
    bar = bars(axis, [_with_span_of(groups, node) if groups else node])
    when = element("span", node.state or "planned", " ", duration_or_span(node, known_day), class_="quiet")
    return element("li", name, bar, when, class_=f"row-{node.kind}")


def _with_span_of(groups: list[TreeNode], stage: TreeNode) -> TreeNode:
    """Return a stage that completes with its last group, if all are complete, and that starts with the first if it has no start."""
    starts = [time for group in groups for time in group.times]
    completed = [group.completed for group in groups if group.completed is not None]
    return replace(
        stage,
        start=min(starts, default=None) if stage.start is None else stage.start,
        completed=max(completed) if len(completed) == len(groups) else stage.completed,
    )
