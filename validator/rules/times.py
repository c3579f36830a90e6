"""Rules about times: when a run and its parts start and complete, and what their states say of it."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract.formats import NANOSECONDS
from ..findings import Severity
from ..run.parts import Family, families, held, statuses
from ..run.view import Run, Status
from ..wording import listed
from .rule import RESPONSE, Issue, rule

MILLISECOND = NANOSECONDS // 1000

SKEW = MILLISECOND
"""How far the stamps of a part may lie outside of those of the whole. The service stamps a part first, and the
whole up to 1.2 microseconds later, so that an exact comparison is wrong for every run in progress."""

CREATION_SKEW = NANOSECONDS
"""How much earlier than its creation a run may have started, as two clocks have it."""

UNFINISHED = ("Running", "Pending", "Stopping")
"""The states of what has begun and has not come to its end."""


def _interval(nanoseconds: int) -> str:
    """Write a span of time in the largest unit that leaves a number above 1."""
    for unit, size in (("s", NANOSECONDS), ("ms", MILLISECOND), ("us", 1000)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:,.3f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{nanoseconds} ns"


@rule(Severity.ERROR, RESPONSE, "live#times", over=statuses)
def completed_before_started(status: Status) -> Iterator[Issue]:
    """Nothing completes before it starts.

    Both times of a status are of one operation, and are compared to the nanosecond.

    Fix: Look at which of the two times is wrong.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/0/status/completedTime = "2025-04-08T09:31:00.457755417Z"
    """
    if status.start is not None and status.completed is not None and status.completed < status.start:
        message = f"completed {_interval(status.start - status.completed)} before it started"
        yield Issue(status.at("completedTime"), message, ((status.at("startTime"), "the start"),))


@rule(Severity.WARNING, RESPONSE, "live#times", over=families)
def child_outside_parent(family: Family) -> Iterator[Issue]:
    """A stage, a group, a member or a wait starts and completes within what it is part of.

    A millisecond is allowed on both sides, as the service stamps the part before the whole.

    Fix: Look at which of the two times is wrong.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/0/status/startTime = "2025-04-08T09:30:59Z"
    """
    if family.statuses is None:
        return
    above, below = family.statuses
    end = held(below, "completed")
    outer_end = None if end is None else held(above, "completed")
    if end is not None and outer_end is not None and end > outer_end + SKEW:
        message = f"completed {_interval(end - outer_end)} after the {family.above} that it is part of"
        yield Issue(below.at("completedTime"), message, ((above.at("completedTime"), f"the completion of the {family.above}"),))
    if below.state == "Skipped":
        return  # beforehand, it may be stamped before the turn of the whole comes
    start, outer_start = held(below, "start"), held(above, "start")
    if start is not None and outer_start is not None and start < outer_start - SKEW:
        message = f"started {_interval(outer_start - start)} before the {family.above} that it is part of"
        yield Issue(below.at("startTime"), message, ((above.at("startTime"), f"the start of the {family.above}"),))


@rule(Severity.WARNING, RESPONSE, "live#states", over=statuses)
def not_started_with_progress(status: Status) -> Iterator[Issue]:
    """What is NotStarted has no times and no error.

    None of the observed statuses that are NotStarted has any of them.

    Fix: Take the times and the error away, or set the state that goes with them.

    Example, on a response:
        /properties/status/stages/1/status/startTime = "2025-04-08T09:32:00Z"
    """
    if status.state == "NotStarted":
        given = [
            name
            for name, value in (("startTime", status.start), ("completedTime", status.completed), ("error", status.error))
            if value is not None
        ]
        if given:
            yield Issue(status.path, f"expected no times and no error in the state NotStarted, found {listed(given, 'and')}")


@rule(Severity.WARNING, RESPONSE, "live#states", over=statuses)
def unfinished_with_completed_time(status: Status) -> Iterator[Issue]:
    """What is Running, Pending or Stopping has no completedTime.

    It has not come to its end.

    Fix: Take `completedTime` away, or set the state that goes with it.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/1/status/completedTime = "2025-04-08T10:00:00Z"
    """
    if status.state in UNFINISHED and status.completed is not None:
        yield Issue(status.at("completedTime"), f"expected no completedTime in the state {status.state}, found one")


@rule(Severity.WARNING, RESPONSE, "live#states", over=statuses)
def completed_without_times(status: Status) -> Iterator[Issue]:
    """What is Completed has a startTime and a completedTime.

    It began and it ended; every observed status that is Completed tells when.

    Fix: Add the time that is missing.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/0/status/completedTime
    """
    if status.state == "Completed":
        missing = [name for name, value in (("startTime", status.start), ("completedTime", status.completed)) if value is None]
        if missing:
            yield Issue(status.path, f"expected startTime and completedTime in the state Completed, found no {' and no '.join(missing)}")


@rule(Severity.WARNING, RESPONSE, "live#times")
def started_before_created(run: Run) -> Iterator[Issue]:
    """A run does not start before it is created.

    A second is allowed, as two clocks are involved.

    Fix: Look at which of the two times is wrong.

    Example, on a response:
        /systemData/createdAt = "2025-04-08T09:32:00Z"
        /systemData/lastModifiedAt = "2025-04-08T09:32:00Z"
    """
    if run.system_data is None or run.properties is None or run.properties.status is None:
        return
    created, status = run.system_data.created, run.properties.status.status
    if created is not None and status is not None and status.start is not None and status.start < created - CREATION_SKEW:
        message = f"the run started {_interval(created - status.start)} before it was created"
        yield Issue(status.at("startTime"), message, ((run.system_data.at("createdAt"), "the creation"),))
