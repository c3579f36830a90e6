"""The order of the entries of a HAR, and entries whose requests overlap in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..contract.formats import date_time
from ..pointer import JSON, follow
from .items import Body, Exchange, Item

_MAX_DURATION = 10**9
"""Milliseconds of the longest request, eleven days; a greater `time` is ignored."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When a request was sent, and how long its response took, in nanoseconds; 0 if the duration is unknown."""

    start: int
    duration: int


def timing_of(entry: JSON) -> Timing | None:
    """Return the timing of an entry, None if the entry has no valid `startedDateTime`."""
    started = follow(entry, ("startedDateTime",))
    start = date_time(started) if isinstance(started, str) else None
    if start is None:
        return None
    milliseconds = follow(entry, ("time",))
    is_valid = isinstance(milliseconds, int | float) and 0 < milliseconds < _MAX_DURATION
    return Timing(start, round(milliseconds * 10**6) if is_valid else 0)


def mark_concurrent(timed: Iterable[tuple[Timing, Item]]) -> Iterator[Item]:
    """Yield items in order, and mark a GET as concurrent if another response about the same run was under way when it began."""
    fleets: dict[str, dict[str | None, int]] = {}
    for timing, item in timed:
        if not isinstance(item, Exchange) or not isinstance(item.response, Body):
            yield item
            continue
        fleet, _, run = item.identity.lower().rpartition("/")
        ends = fleets.setdefault(fleet, {})  # of responses, by run; "" stands for a list of all runs, and None for any response
        if item.operation == "list":
            run, end = "", ends.get(None, timing.start)
        else:
            end = max(ends.get(run, timing.start), ends.get("", timing.start))
        if timing.start < end and item.operation in {"get", "list"}:
            yield replace(item, concurrent=True)
        else:
            ends |= {key: max(ends.get(key, 0), timing.start + timing.duration) for key in (run, None)}
            yield item
