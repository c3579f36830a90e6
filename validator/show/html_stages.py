"""The stages of a page: from left to right, with a lane for each group and its members on the time axis of the stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ..findings import Finding
from ..wording import printable
from .html_axis import Axis, axis_for, bars
from .html_elements import Content, Element, element
from .model import Change, ErrorInfo, TreeNode
from .state_styles import style_of
from .time_format import clock, day, duration, span

MAX_OPEN_MEMBERS = 60
"""If a run has more members, lanes with nothing remarkable are collapsed."""

_UNREMARKABLE = frozenset({"Completed", "Skipped", "NotStarted"})


def state_chip(state: str) -> Element:
    """Return a state with its symbol, in its colour."""
    style = style_of(state)
    symbol = element("span", style.symbol, aria_hidden="true")
    return element("span", symbol, " ", state or "planned", class_=f"chip {style.css_class}")


def duration_or_span(node: TreeNode, known_day: str) -> str:
    """Return the duration of a node, or its only time."""
    return span(node.start, node.completed, known_day) if node.duration is None else duration(node.duration)


def finding_content(finding: Finding) -> list[Content]:
    """Return the severity, the message and the rule of a finding."""
    severity = element("strong", str(finding.severity), class_=f"severity {finding.severity}")
    return [severity, " ", printable(finding.message), " ", element("code", finding.rule, class_="rule")]


def stages_section(run: TreeNode, prefix: str, changes: Mapping[tuple[str, ...], Change]) -> Element:
    """Return the stages of a run; the id of each node is the prefix, `p` and its number in the tree."""
    return _StagesSection(run, prefix, changes).build()


class _StagesSection:
    __slots__ = ("_changes", "_ids", "_is_large", "_known_day", "_now", "_run")

    def __init__(self, run: TreeNode, prefix: str, changes: Mapping[tuple[str, ...], Change]) -> None:
        self._run = run
        self._changes = changes
        # By identity, since two nodes may be equal.
        self._ids = {id(node): f"{prefix}p{number}" for number, node in enumerate(run.walk())}
        self._now = max(run.times, default=0)
        self._known_day = "" if run.start is None else day(run.start)
        self._is_large = sum(node.kind == "member" for node in run.walk()) > MAX_OPEN_MEMBERS

    def build(self) -> Element:
        articles = [article for stage in self._run.children for article in self._stage(stage)]
        remarks = element("div", *_remarks(self._run), id=self._id(self._run))
        if not articles:
            return element("section", element("h3", "Stages"), remarks, element("p", "None are known.", class_="quiet"))
        # The tabindex makes the scrollable area reachable by keyboard.
        scrollable = element("div", *articles, class_="board", tabindex="0", role="group", aria_label="Stages, from left to right")
        return element("section", element("h3", "Stages"), remarks, scrollable)

    def _id(self, node: TreeNode) -> str:
        return self._ids[id(node)]

    def _stage(self, stage: TreeNode) -> Iterator[Element]:
        groups = [child for child in stage.children if child.kind == "group"]
        axis = axis_for(groups, self._now)  # without the wait, which may last for days
        head = element("h4", element("bdi", stage.title), " ", state_chip(stage.state), self._change((stage.title,)))
        lanes = element("ul", *(self._group(group, stage, axis) for group in groups), class_="lanes")
        remarks = _remarks(stage)
        yield element("article", head, self._summary(stage), remarks, self._ends(axis), lanes, id=self._id(stage), class_="stage")
        for child in stage.children:
            if child.kind == "wait":
                yield self._wait(child, stage)

    def _wait(self, wait: TreeNode, stage: TreeNode) -> Element:
        name = element("strong", wait.title)
        when = element("span", duration_or_span(wait, self._known_day), class_="quiet")
        change = self._change((stage.title, wait.title))
        return element("div", name, state_chip(wait.state), when, change, *_remarks(wait), id=self._id(wait), class_="wait")

    def _summary(self, stage: TreeNode) -> Content:
        text = self._time_and_progress(stage)
        return element("p", text, class_="quiet") if text else None

    def _time_and_progress(self, node: TreeNode) -> str:
        return ", ".join(filter(None, (duration_or_span(node, self._known_day), _progress(node))))

    def _ends(self, axis: Axis | None) -> Content:
        if axis is None:
            return None
        start, end = (element("span", clock(time, self._known_day)) for time in (axis.start, axis.end))
        return element("p", start, end, class_="ends quiet")

    def _group(self, group: TreeNode, stage: TreeNode, axis: Axis | None) -> Element:
        titles = (stage.title, group.title)
        head = [element("bdi", group.title, class_="name"), state_chip(group.state), self._change(titles)]
        if not group.children:
            note = element("span", "no members", class_="quiet") if group.state else None
            return element("li", element("div", *head, note, class_="head"), *_remarks(group), id=self._id(group), class_="lane")
        strip = bars(axis, group.children, 6) if axis is not None else None
        members = element("ul", *(self._member(member, titles, axis) for member in group.children), class_="members")
        note = element("span", self._time_and_progress(group), class_="quiet")
        summary = element("summary", element("div", *head, class_="head"), note, strip)
        is_open = not self._is_large or _is_remarkable(group)
        details = element("details", summary, *_remarks(group), members, open=is_open)
        return element("li", details, id=self._id(group), class_="lane")

    def _member(self, member: TreeNode, above: tuple[str, ...], axis: Axis | None) -> Element:
        bar = bars(axis, [member]) if axis is not None else None
        when = element("span", duration_or_span(member, self._known_day), class_="quiet when")
        name = element("bdi", member.title, class_="name")
        cluster = element("span", "on ", element("bdi", member.cluster), class_="quiet") if member.cluster else None
        change = self._change((*above, member.title))
        head = element("div", name, state_chip(member.state), cluster, when, change, class_="head")
        return element("li", head, bar, *_remarks(member), id=self._id(member), class_="member")

    def _change(self, titles: tuple[str, ...]) -> Content:
        change = self._changes.get(titles)
        return None if change is None else element("span", f"was {change.before}" if change.before else "changed", class_="was")


def _remarks(node: TreeNode) -> list[Content]:
    """Return the message of a node, its errors, the attributes of a member, and the findings."""
    message = [element("p", node.message, class_="remark", dir="auto")] if node.message else []
    attributes = node.attributes if node.kind == "member" else ()
    rows = [element("p", f"{label} ", element("code", value), class_="quiet") for label, value in attributes]
    findings = [element("p", *finding_content(finding), class_=f"remark {finding.severity}") for finding in node.findings]
    return [*message, *map(_error, node.errors), *rows, *findings]


def _error(error: ErrorInfo) -> Element:
    code = element("strong", error.code) if error.code else None
    colon = ": " if error.code and error.message else None
    message = element("span", error.message, dir="auto")
    target = element("span", f" ({error.target})", class_="quiet") if error.target else None
    details = element("ul", *(element("li", _error(detail)) for detail in error.details)) if error.details else None
    return element("div", element("p", code, colon, message, target), details, class_="remark fault")


def _progress(node: TreeNode) -> str:
    """Return the numbers of members by state."""
    numbers = Counter(member.state or "planned" for member in node.walk() if member.kind == "member")
    return ", ".join(f"{number} {state}" for state, number in numbers.items())


def _is_remarkable(group: TreeNode) -> bool:
    """Return whether a reader should see the group's members at once."""
    return any(node.findings or node.errors or node.message or node.state not in _UNREMARKABLE for node in group.walk())
