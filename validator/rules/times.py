"""Rules about the times at which a run and its parts start and complete, and about the states that allow them."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract.formats import NANOSECONDS, lead, show_time, sortable
from ..findings import Severity
from ..run.nodes import GATE, PARTS, Node, Part
from ..run.transitions import UNFINISHED
from ..wording import listed
from .rule import RESPONSE, Issue, rule

MILLISECOND = NANOSECONDS // 1000

SKEW = MILLISECOND
"""Nanoseconds by which the times of a part may lie outside those of the whole. The service stamps a part first, and the
whole up to 1.2 microseconds later, so that an exact comparison is wrong for every run in progress."""

CREATION_SKEW = NANOSECONDS
"""Nanoseconds by which a run may start before its creation, as the two times are of different clocks."""


def _interval(nanoseconds: int) -> str:
    """Return a span of time in the largest unit that leaves a number of 1 or more."""
    for unit, size in (("s", NANOSECONDS), ("ms", MILLISECOND), ("us", 1000)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:,.3f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{nanoseconds} ns"


@rule(Severity.ERROR, RESPONSE, "live#times", on=(*PARTS, GATE), bare=False)
def completed_before_started(part: Part) -> Iterator[Issue]:
    """A completedTime must not be before its startTime.

    Both times belong to one operation, and are compared to the nanosecond.

    Fix: Compare both times with those of the parts above and below, such as its stage and its members, and correct the one that does
    not fit.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/0/status/completedTime = "2025-04-08T09:31:00.457755417Z"
    """
    started, completed = part.started, part.completed
    if completed is not None and started is not None and completed < started:
        end, start = part.status["completedTime"], part.status["startTime"]
        gap = lead(end, start)
        if gap > 0:
            message = f"completedTime {show_time(end)} is {_interval(gap)} before startTime {show_time(start)}"
            yield Issue(part.at("status", "completedTime"), message, ((part.at("status", "startTime"), "the start"),))


@rule(Severity.WARNING, RESPONSE, "live#times", on=PARTS[1:], bare=False)
def child_outside_parent(part: Part) -> Iterator[Issue]:
    """A stage, a group, a member or a wait must start and complete within what it is part of.

    A difference of a millisecond is accepted, as the service sets the time of a part before that of the whole. A part that is Skipped
    may lie outside: it can be skipped before the whole begins, and after the whole has Failed. A whole that started after a part had
    completed was restarted, and may have got its start then.

    Fix: Compare the times of the part with those of the whole, and correct the one that does not match the other parts.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/0/status/startTime = "2025-04-08T09:30:59Z"

    Example, on a completed run:
        /properties/status/stages/1/groups/0/status/completedTime = "2025-04-08T12:12:00Z"
    """
    whole: Part = part.parent  # type: ignore[assignment] # the others are below a part
    started, completed, earliest, latest = part.started, part.completed, whole.started, whole.completed
    ends_late = completed is not None and latest is not None and completed[:_MILLISECONDS] > latest
    starts_early = started is not None and earliest is not None and started < earliest[:_MILLISECONDS]
    if not (ends_late or starts_early) or part.state == "Skipped" or _is_restarted(whole, part):
        return
    if ends_late:
        inner, outer = part.status["completedTime"], whole.status["completedTime"]
        gap = lead(outer, inner)
        if gap > SKEW:
            message = f"completedTime {show_time(inner)} is {_interval(gap)} after that of its {whole.kind}, {show_time(outer)}"
            related = (whole.at("status", "completedTime"), f"the completion of the {whole.kind}")
            yield Issue(part.at("status", "completedTime"), message, (related,))
    if starts_early:
        inner, outer = part.status["startTime"], whole.status["startTime"]
        gap = lead(inner, outer)
        if gap > SKEW:
            message = f"startTime {show_time(inner)} is {_interval(gap)} before that of its {whole.kind}, {show_time(outer)}"
            yield Issue(part.at("status", "startTime"), message, ((whole.at("status", "startTime"), f"the start of the {whole.kind}"),))


def _is_restarted(whole: Part, part: Part) -> bool:
    """Return whether a whole started after a part of it had completed."""
    if whole.started is None or part.completed is None:
        return False
    return lead(part.status["completedTime"], whole.status["startTime"]) > 0


_MILLISECONDS = len("2025-04-08T09:31:00.457")
"""Characters of a time up to the millisecond. Times that differ by more than the skew differ in them."""


@rule(Severity.WARNING, RESPONSE, "live#states", on=(*PARTS, GATE), states=("NotStarted",), bare=False)
def not_started_with_progress(part: Part) -> Iterator[Issue]:
    """A NotStarted status must not have times or an error.

    None of the observed statuses that are NotStarted has any of them.

    Fix: Remove the times and the error, or set the state that they belong to.

    Example, on a response:
        /properties/status/stages/1/status/startTime = "2025-04-08T09:32:00Z"

    Example, on a response:
        /properties/status/stages/1/groups/1/status/error = {"code": "UpgradeFailed", "message": "The upgrade failed."}
    """
    given = [name for name in ("startTime", "completedTime", "error") if part.status.get(name) is not None]
    if given:
        yield Issue(part.at("status"), f"expected no times and no error in the state NotStarted, found {listed(given, 'and')}")


@rule(Severity.WARNING, RESPONSE, "live#states", on=(*PARTS, GATE), states=UNFINISHED, bare=False)
def unfinished_with_completed_time(part: Part) -> Iterator[Issue]:
    """A Running, Pending or Stopping status must not have a completedTime.

    It has not ended.

    Fix: Remove `completedTime`, or set the state in which it ended.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/1/status/completedTime = "2025-04-08T10:00:00Z"

    Example, on a response:
        /properties/status/stages/0/status/completedTime = "2025-04-08T10:00:00Z"
    """
    if part.status.get("completedTime") is not None:
        yield Issue(part.at("status", "completedTime"), f"expected no completedTime in the state {part.state}, found one")


@rule(Severity.WARNING, RESPONSE, "live#states", on=PARTS, states=("Completed",))
def completed_without_times(part: Part) -> Iterator[Issue]:
    """A Completed status must have a startTime and a completedTime.

    It has begun and ended. Every observed Completed status has both times.

    Fix: Add the missing time.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/0/status/completedTime

    Example, on a completed run:
        /properties/status/stages/0/groups/0/status/startTime
    """
    if part.started is None or part.completed is None:
        missing = [name for name in ("startTime", "completedTime") if part.status.get(name) is None]
        where = part.at("status")
        yield Issue(where, f"expected startTime and completedTime in the state Completed, found no {' and no '.join(missing)}")


@rule(Severity.WARNING, RESPONSE, "live#times", on="UpdateRun")
def started_before_created(run: Node) -> Iterator[Issue]:
    """A run must not start before it is created.

    A difference of a second is accepted, as two clocks are involved.

    Fix: Compare `startTime` with `systemData.createdAt`, and correct the one that is wrong; a run that a PUT changed has a new
    `createdAt`.

    Example, on a response:
        /systemData/createdAt = "2025-04-08T09:32:00Z"
        /systemData/lastModifiedAt = "2025-04-08T09:32:00Z"
    """
    data, inner = run.value.get("systemData"), run.value.get("properties")
    status = None if inner is None else inner.get("status")
    if data is None or status is None:
        return
    created, whole = data.get("createdAt"), status.get("status")
    start = None if whole is None else whole.get("startTime")
    if created is not None and start is not None and sortable(start) < sortable(created):
        gap = lead(start, created)
        if gap <= CREATION_SKEW:
            return
        where = run.at("properties", "status", "status", "startTime")
        message = f"startTime {show_time(start)} is {_interval(gap)} before createdAt {show_time(created)}"
        yield Issue(where, message, ((run.at("systemData", "createdAt"), "the creation"),))
