"""The board of a page: the stages of a run from left to right, their groups as lanes, and the members on each stage's axis of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ..findings import Finding
from ..wording import printable
from .html_axis import Axis, axis, bars
from .html_elements import Content, Element, element
from .model import Change, Fault, Part
from .state_styles import look
from .time_format import clock, day, duration, span

MANY = 60
"""Members from which on a lane in which nothing is remarkable is folded."""


def chip(state: str) -> Element:
    """Write a state with its sign, in its colour."""
    seen = look(state)
    sign = element("span", seen.sign, aria_hidden="true")
    return element("span", sign, " ", state or "planned", class_=f"chip {seen.name}")


def taken(part: Part, known_day: str) -> str:
    """Say how long something took, or when it began."""
    return span(part.start, part.completed, known_day) if part.lasted is None else duration(part.lasted)


def finding_words(finding: Finding) -> list[Content]:
    """Write a finding: its severity, its message and its rule."""
    severity = element("strong", str(finding.severity), class_=f"severity {finding.severity}")
    return [severity, " ", printable(finding.message), " ", element("code", finding.rule, class_="rule")]


def board(run: Part, key: str, changed: Mapping[tuple[str, ...], Change]) -> Element:
    """Draw the stages of a run; each part has an anchor of the key and its number."""
    return _Board(run, key, changed).draw()


class _Board:
    __slots__ = ("_changed", "_folding", "_key", "_known_day", "_now", "_numbers", "_run")

    def __init__(self, run: Part, key: str, changed: Mapping[tuple[str, ...], Change]) -> None:
        self._run = run
        self._key = key
        self._changed = changed
        # Two parts may be equal in every respect, so their identity tells them apart.
        self._numbers = {id(part): f"{key}p{number}" for number, part in enumerate(run.all())}
        self._now = max(run.times, default=0)
        self._known_day = "" if run.start is None else day(run.start)
        self._folding = sum(part.kind == "member" for part in run.all()) > MANY

    def draw(self) -> Element:
        stages = [piece for stage in self._run.parts for piece in self._stage(stage)]
        said = element("div", *self._told(self._run), id=self._anchor(self._run))
        if not stages:
            return element("section", element("h3", "Stages"), said, element("p", "None are known.", class_="quiet"))
        # What scrolls has to be reachable by keyboard.
        scrolled = element("div", *stages, class_="board", tabindex="0", role="group", aria_label="Stages, from left to right")
        return element("section", element("h3", "Stages"), said, scrolled)

    def _anchor(self, part: Part) -> str:
        return self._numbers[id(part)]

    def _stage(self, stage: Part) -> Iterator[Element]:
        groups = [part for part in stage.parts if part.kind == "group"]
        line = axis(groups, self._now)  # without the wait, which may last for days
        head = element("h4", element("bdi", stage.title), " ", chip(stage.state), self._was((stage.title,)))
        lanes = element("ul", *(self._lane(group, stage, line) for group in groups), class_="lanes")
        yield element(
            "article", head, self._when(stage), self._told(stage), self._ends(line), lanes, id=self._anchor(stage), class_="stage"
        )
        for wait in stage.parts:
            if wait.kind == "wait":
                yield self._waiting(wait, stage)

    def _waiting(self, wait: Part, stage: Part) -> Element:
        trail = (stage.title, wait.title)
        name = element("strong", wait.title)
        when = element("span", taken(wait, self._known_day), class_="quiet")
        return element("div", name, chip(wait.state), when, self._was(trail), *self._told(wait), id=self._anchor(wait), class_="wait")

    def _when(self, part: Part) -> Content:
        words = ", ".join(filter(None, (taken(part, self._known_day), _progress(part))))
        return element("p", words, class_="quiet") if words else None

    def _ends(self, line: Axis | None) -> Content:
        if line is None:
            return None
        return element(
            "p", element("span", clock(line.start, self._known_day)), element("span", clock(line.end, self._known_day)), class_="ends quiet"
        )

    def _lane(self, group: Part, stage: Part, line: Axis | None) -> Element:
        trail = (stage.title, group.title)
        strip = bars(line, group.parts, 6) if line is not None and group.parts else None
        head = [element("bdi", group.title, class_="name"), chip(group.state), self._was(trail)]
        said = list(self._told(group))
        anchor = self._anchor(group)
        if not group.parts:
            quiet = element("span", "no members", class_="quiet") if group.state else None
            return element("li", element("div", *head, quiet, class_="head"), *said, id=anchor, class_="lane")
        rows = element("ul", *(self._member(member, trail, line) for member in group.parts), class_="members")
        note = element("span", ", ".join(filter(None, (taken(group, self._known_day), _progress(group)))), class_="quiet")
        summary = element("summary", element("div", *head, class_="head"), note, strip)
        opened = not self._folding or _remarkable(group)
        return element("li", element("details", summary, *said, rows, open=opened), id=anchor, class_="lane")

    def _member(self, member: Part, above: tuple[str, ...], line: Axis | None) -> Element:
        bar = bars(line, [member]) if line is not None else None
        when = element("span", taken(member, self._known_day), class_="quiet when")
        name = element("bdi", member.title, class_="name")
        cluster = element("span", "on ", element("bdi", member.cluster), class_="quiet") if member.cluster else None
        head = element("div", name, chip(member.state), cluster, when, self._was((*above, member.title)), class_="head")
        return element("li", head, bar, *self._told(member), id=self._anchor(member), class_="member")

    def _was(self, trail: tuple[str, ...]) -> Content:
        change = self._changed.get(trail)
        return None if change is None else element("span", f"was {change.before}" if change.before else "changed", class_="was")

    def _told(self, part: Part) -> list[Content]:
        """Give what a part says, what is wrong with it, and what was found."""
        found = [element("p", *finding_words(finding), class_=f"remark {finding.severity}") for finding in part.findings]
        message = [element("p", part.message, class_="remark", dir="auto")] if part.message else []
        facts = part.facts if part.kind == "member" else ()
        told = [element("p", f"{name} ", element("code", value), class_="quiet") for name, value in facts]
        return [*message, *(_fault(fault) for fault in part.faults), *told, *found]


def _fault(fault: Fault) -> Element:
    code = element("strong", fault.code) if fault.code else None
    target = element("span", f" ({fault.target})", class_="quiet") if fault.target else None
    details = element("ul", *(element("li", _fault(detail)) for detail in fault.details)) if fault.details else None
    words = element("span", fault.message, dir="auto")
    return element("div", element("p", code, ": " if fault.code and fault.message else None, words, target), details, class_="remark fault")


def _progress(part: Part) -> str:
    """Count the members of a stage or a group by their state."""
    counted = Counter(below.state or "planned" for below in part.all() if below.kind == "member")
    return ", ".join(f"{number} {state}" for state, number in counted.items())


def _remarkable(group: Part) -> bool:
    """Tell whether a lane has something that one wants to see at once."""
    quiet = {"Completed", "Skipped", "NotStarted"}
    return any(part.findings or part.faults or part.message or part.state not in quiet for part in group.all())
