"""Histories: the captures of one run, one after another, and what is known of the run before each of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import orjson

from .findings import JSON, Path
from .formats import date_time
from .latest import Latest
from .parts import KINDS, Tracked, children, held
from .plans import filled, plans
from .run import GroupStatus, MemberStatus, Run, StageStatus, Unsound, view

Name: TypeAlias = tuple[str, ...]
"""What a part of a run is called, with all that it is part of: `("run", "", "stage", "canary")`."""

Key: TypeAlias = tuple[str, int]
"""Which run it is: its id in lower case, and the microsecond of its creation."""

Captured: TypeAlias = tuple[Key, int | None]
"""A run that was captured, and where that can be recalled from, in bytes."""

RUN: Name = ("run", "")
"""The name of the run itself."""

MICROSECOND = 1000
"""Nanoseconds; the az CLI tells no more of a time."""

MAX_TAGS = 64
"""Entity tags that are kept of one run, the latest ones."""

LEAST_PLACED = 2**16
"""Runs whose only capture is kept by its place, at the least: those that came last. Twice as many take some 30 MB."""

LEAST_KEPT = 2**26
"""Bytes of what else is kept of runs, at the least: of those that were captured last. A file that is read as a whole has no more."""

WEIGHT = 300
"""Bytes that a fact takes, or the rest of what is kept of a run."""

STEPS: dict[str, tuple[str, ...]] = {
    "NotStarted": ("Running", "Pending", "Skipped", "Stopping", "Stopped"),
    "Running": ("Pending", "Stopping", "Stopped", "Failed", "Completed", "Skipped"),
    "Pending": ("Running", "Stopping", "Stopped", "Failed", "Completed", "Skipped"),
    "Stopping": ("Stopped", "Failed", "Completed", "Skipped"),
    "Stopped": ("Running", "Pending", "Failed"),
    "Failed": ("Running", "Pending", "Stopping", "Stopped"),
    "Skipped": ("Stopped",),
    "Completed": (),
}
"""The steps from state to state that are documented or were observed, in one go."""

RESTARTABLE = ("Failed", "Stopped")
"""The states that a run can be started from again."""


def reachable(before: str, after: str, *, without: Collection[str] = ()) -> bool:
    """Tell whether steps lead from one state to another, none of them into a state that is left out."""
    seen = {before}
    pending = [before]
    while pending:
        for state in STEPS.get(pending.pop(), ()):
            if state not in seen and state not in without:
                seen.add(state)
                pending.append(state)
    return after in seen


def restarted(before: str | None, after: str | None) -> bool:
    """Tell whether what went from one state to the other was started again in between, for all that is known."""
    if before is None or after is None or before in RESTARTABLE:
        return True
    return reachable(before, after) and not reachable(before, after, without={*RESTARTABLE} - {after})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a capture of a run is: its file, its entry, and the path to it in there.

    `from_cli` captures are the az CLI's, which cuts times to microseconds; `flattened` ones have at the top
    what a run has under `properties`. `version` is the api-version that was asked for, where that is known.
    """

    source: str = ""
    entry: int | None = None
    path: Path = ()
    from_cli: bool = False
    flattened: bool = False
    version: str | None = None

    def written(self, path: Path) -> Path:
        """Turn a path into the run into one into the document that its author wrote."""
        return (*self.path, *(path[1:] if self.flattened and path[:1] == ("properties",) else path))


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a capture tells: a value, None where it is absent, and where it stands.

    The path to it is that of a part, which the facts of the part share, and the way from there.
    """

    value: Any
    part: Path
    way: Path
    origin: Origin

    @property
    def path(self) -> Path:
        """The path to the value, or to what lacks it."""
        return self.part + self.way


@dataclass(frozen=True, slots=True)
class Past:
    """What captures have told of a run, the latest of each fact; what was unsound is no fact.

    `parts` are the state, start and completion of each part, and the operation of each member. `plans` are what
    the run is asked to do: strategy, upgrade and selection. `tags` are digests of the bodies that an entity tag
    stood for, apart for each api-version and for the az CLI, which write one state of a run differently.
    """

    parts: dict[tuple[Name, str], Fact]
    plans: dict[str, Fact]
    tags: dict[tuple[str, str | None, bool], Fact]

    def then(self, now: Past) -> Past:
        """Add what a later capture tells."""
        kept = {tag: fact for tag, fact in self.tags.items() if tag not in now.tags}
        tags = [*kept.items(), *now.tags.items()][-MAX_TAGS:]
        plans = {plan: _known(self.plans.get(plan), fact) for plan, fact in now.plans.items()}
        return Past(self.parts | now.parts, plans, dict(tags)).kept()

    def kept(self) -> Past:
        """Leave out what is absent from the parts, of which nothing follows for later captures."""
        return Past({name: fact for name, fact in self.parts.items() if fact.value is not None}, self.plans, self.tags)

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        return WEIGHT * (len(self.parts) + len(self.plans) + len(self.tags))

    def state(self, name: Name) -> str | None:
        """Give the state of a part, None where it is not known."""
        fact = self.parts.get((name, "state"))
        return None if fact is None else fact.value


@dataclass(frozen=True, slots=True)
class Step:
    """The step to a capture of a run, from what was known of the run before."""

    past: Past
    now: Past


class History:
    """The runs that were captured so far. A run is the same while its id, whatever its case, and its creation are.

    Most runs are captured once. Of the first capture nothing but its text is kept, and where it can be recalled
    from its file, nothing but its place: a number for a number. Runs that were not captured for long are forgotten, so that
    a log takes the same memory however long it is; what is captured behind that is a first capture again.
    """

    def __init__(self, recall: Recall | None = None) -> None:
        self._runs: Latest[tuple[str, int, int], Past | _Unread] = Latest(LEAST_KEPT, lambda kept: kept.weight)
        self._ended: dict[str, int] = {}
        self._places: Latest[int, int] = Latest(LEAST_PLACED)
        self._recall = recall

    def forget(self, identity: str) -> None:
        """End the histories of a run, which was deleted, or is made anew."""
        self._ended[identity.lower()] = self._ended.get(identity.lower(), 0) + 1

    def step(self, run: Run, origin: Origin, unsound: Collection[Path] = (), offset: int | None = None) -> Step | None:
        """Add a capture, and give the step that led to it, None for the first capture of its run.

        `unsound` are the paths to what in it is so, and `offset` is where it can be recalled from.
        """
        key = _key(run)
        if key is None:
            return None
        past = self._past(key)
        if past is None:
            if not self._is_placed(key, origin.entry, offset):
                self._keep(key, _first(run, origin, unsound))
            return None
        now = _told(run, origin)
        if past.state(RUN) != "Completed" and any(_is_old(past, tag, fact) for tag, fact in now.tags.items()):
            self._keep(key, past)
            return None  # as a POST to start answers with the run as it was; what is Completed cannot be started
        self._keep(key, past.then(now))
        return Step(past, now)

    def begins(self, key: Key, entry: int | None, offset: int | None) -> bool:
        """Tell whether a capture is the first of its run, and is kept by its place, so that no more is to be done about it."""
        return self._kept(key) is None and self._is_placed(key, entry, offset)

    def keeps(self, key: Key, run: JSON, origin: Origin) -> bool:
        """Tell whether a capture, in which all is sound, is the first of its run, and is kept as text."""
        if self._places.get(hash(key)) is not None or self._kept(key) is not None:
            return False
        try:
            first = _Unread(_text(run), origin, ())
        except TypeError:  # a number beyond 64 bits, which only Python and YAML can hold
            return False
        self._keep(key, first)
        return True

    def _kept(self, key: Key) -> Past | _Unread | None:
        return self._runs.get((*key, self._ended.get(key[0], 0)))

    def _keep(self, key: Key, known: Past | _Unread) -> None:
        """Keep what is known of a run, in place of what was."""
        self._runs.put((*key, self._ended.get(key[0], 0)), known)

    def _is_placed(self, key: Key, entry: int | None, offset: int | None) -> bool:
        """Keep the place of a capture, where that is enough to recall it; a place that is taken stays."""
        if self._recall is None or offset is None or entry is None or self._places.get(hash(key)) is not None:
            return False
        self._places.put(hash(key), offset << _ENTRY_BITS | entry)
        return True

    def _past(self, key: Key) -> Past | None:
        """Give what is known of a run; its first capture is looked at now, and its place is given up for what is learned from now on."""
        past = self._kept(key)
        if isinstance(past, _Unread):
            return past.read()
        place = self._places.get(hash(key))
        if past is None and self._recall is not None and place is not None:
            seen = self._recall(place >> _ENTRY_BITS, place & (1 << _ENTRY_BITS) - 1)
            if seen is not None and _key(seen[0]) == key:
                self._places.drop(hash(key))
                return _told(*seen).kept()
        return past


class Roll(History):
    """The runs that were captured, for a history that is judged elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.captured: list[Captured] = []

    def step(self, run: Run, origin: Origin, unsound: Collection[Path] = (), offset: int | None = None) -> None:  # noqa: ARG002
        """Note a capture, and give no step."""
        self._note(_key(run), offset)

    def begins(self, key: Key, entry: int | None, offset: int | None) -> bool:  # noqa: ARG002
        """Note a capture, and leave it at that."""
        self._note(key, offset)
        return True

    def _note(self, key: Key | None, offset: int | None) -> None:
        if key is not None:
            self.captured.append((key, offset))


Recall: TypeAlias = Callable[[int, int], tuple[Run, Origin] | None]
"""Reads the capture at an offset, which is an entry of its file, once more."""

_ENTRY_BITS = 48


def _key(run: Run) -> Key | None:
    identity, created = held(run, "id"), held(run, "system_data", "created")
    return None if identity is None or created is None else (identity.lower(), created // MICROSECOND)


def key_of_clean(run: JSON) -> Key | None:
    """Tell which run a capture in which all is sound is of; None where it does not tell."""
    created = date_time(run.get("systemData", {}).get("createdAt", ""))
    return None if created is None else (run["id"].lower(), created // MICROSECOND)


@dataclass(frozen=True, slots=True)
class _Unread:
    """The one capture of a run so far, as JSON text: most runs are captured once, and the text is smaller than the facts."""

    text: bytes
    origin: Origin
    unsound: Collection[Path]

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        return WEIGHT + len(self.text)

    def read(self) -> Past:
        return _told(view(orjson.loads(self.text), self.unsound), self.origin).kept()


def _text(value: JSON) -> bytes:
    """Write a value, in no more memory than its text takes; the writer's buffer is up to twice as large."""
    return bytes(memoryview(orjson.dumps(value)))


def _first(run: Run, origin: Origin, unsound: Collection[Path]) -> Past | _Unread:
    try:
        return _Unread(_text(run.value), origin, unsound)
    except TypeError:  # a number beyond 64 bits, which only Python and YAML can hold
        return _told(run, origin).kept()


def _is_old(past: Past, tag: tuple[str, str | None, bool], fact: Fact) -> bool:
    """Tell whether a body came before already, and others since."""
    known = past.tags.get(tag)
    return known is not None and known.value == fact.value and tag != next(reversed(past.tags))


_STATUS = ("status",)
_WAYS = {"state": ("status", "state"), "start": ("status", "startTime"), "completed": ("status", "completedTime")}

_TIMELESS = {
    "start": ("NotStarted",),
    "completed": ("NotStarted", "Running", "Pending", "Stopping"),
}
"""The states that have no such time; one that is there nevertheless is another rule's affair, and no fact."""


def _told(run: Run, origin: Origin) -> Past:
    """Collect what a capture tells."""
    past = Past({}, {}, {})
    for name, part in _named(run):
        state = held(part, "status", "state")
        for slot, way in _WAYS.items():
            try:
                value = None if part.status is None else getattr(part.status, slot)
            except Unsound:
                continue
            if value is None or state not in _TIMELESS.get(slot, ()):
                past.parts.setdefault((name, slot), Fact(value, part.path, way if value is not None else _STATUS, origin))
        if isinstance(part, MemberStatus) and held(part, "operation") is not None:
            past.parts.setdefault((name, "operation"), Fact(part.operation, part.path, ("operationId",), origin))
    for plan, path, value in plans(run):
        past.plans[plan] = Fact(value, (), path if value is not None else path[:-1], origin)
    tag = held(run, "etag")
    if tag is not None:
        past.tags[tag, origin.version, origin.from_cli] = Fact(_digest(run.value), (), ("eTag",), origin)
    return past


def _digest(value: JSON) -> int:
    """Tell bodies apart within this process, whatever the order of their keys, the case of their ids, and a zero behind a point."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        if any(end in text for end in (b".0,", b".0}", b".0]")):
            text = orjson.dumps(_integral(value), option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a number beyond 64 bits, which only Python and YAML can hold
        text = json.dumps(_integral(value), sort_keys=True).encode()
    return hash(text.lower())


def _integral(value: JSON) -> JSON:
    """Write numbers alike that JSON takes for equal: 600.0 as 600."""
    if isinstance(value, dict):
        return {key: _integral(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_integral(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _named(run: Run) -> Iterator[tuple[Name, Tracked]]:
    """Give the parts of a run that have a status, by their names; a part without a name has none."""
    top = held(run, "properties", "status")
    pending: list[tuple[Name, Tracked]] = [] if top is None else [((), top)]
    while pending:
        above, part = pending.pop()
        kind = KINDS[type(part)]
        name = held(part, "name") if isinstance(part, StageStatus | GroupStatus | MemberStatus) else ""
        if name is not None:
            whole = (*above, kind, sys.intern(name))  # the runs of a fleet have the same names
            yield whole, part
            pending.extend((whole, child) for child in reversed(children(part)))


def _known(before: Fact | None, now: Fact) -> Fact:
    """Keep what was known of a plan where a later capture is unsound."""
    return now if before is None else replace(now, value=filled(before.value, now.value))
