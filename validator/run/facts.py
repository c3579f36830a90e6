"""What captures tell of a run: its facts, each with the place that it stands at."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, TypeAlias

import orjson

from ..pointer import JSON, Path
from .parts import KINDS, Tracked, children, held
from .spec import filled, plans
from .view import GroupStatus, MemberStatus, Run, StageStatus, Unsound

Name: TypeAlias = tuple[str, ...]
"""What a part of a run is called, with all that it is part of: `("run", "", "stage", "canary")`."""

Tag: TypeAlias = tuple[str, str | None, bool]
"""What stands for a body: an entity tag, apart for each api-version and for the az CLI, which write one state of a run differently."""

RUN: Name = ("run", "")
"""The name of the run itself."""

MAX_TAGS = 64
"""Entity tags that are kept of one run, the latest ones."""

WEIGHT = 300
"""Bytes that a fact takes, or the rest of what is kept of a run."""


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
    the run is asked to do: strategy, upgrade and selection. `tags` are digests of the bodies that a tag stood for.
    """

    parts: dict[tuple[Name, str], Fact]
    plans: dict[str, Fact]
    tags: dict[Tag, Fact]

    def then(self, now: Past) -> Past:
        """Add what a later capture tells."""
        plans = {plan: _known(self.plans.get(plan), fact) for plan, fact in now.plans.items()}
        return Past(self.parts | now.parts, plans, latest(self.tags, now.tags)).kept()

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


def latest(tags: dict[Tag, Fact], more: dict[Tag, Fact]) -> dict[Tag, Fact]:
    """Put more tags behind some, and leave out the first where they are too many."""
    kept = {tag: fact for tag, fact in tags.items() if tag not in more}
    return dict([*kept.items(), *more.items()][-MAX_TAGS:])


_STATUS = ("status",)
_WAYS = {"state": ("status", "state"), "start": ("status", "startTime"), "completed": ("status", "completedTime")}

_TIMELESS = {
    "start": ("NotStarted",),
    "completed": ("NotStarted", "Running", "Pending", "Stopping"),
}
"""The states that have no such time; one that is there nevertheless is another rule's affair, and no fact."""


def told(run: Run, origin: Origin) -> Past:
    """Collect what a capture tells."""
    past = Past({}, {}, {})
    for name, part in _named(run):
        state = held(part, "status", "state")
        for slot, way in _WAYS.items():
            try:
                value = None if part.status is None else getattr(part.status, slot)
            except Unsound:
                continue
            if state is None:
                continue  # what tells no state tells no times, nor that there are none
            if value is None or state not in _TIMELESS.get(slot, ()):
                past.parts.setdefault((name, slot), Fact(value, part.path, way if value is not None else _STATUS, origin))
        if isinstance(part, MemberStatus) and held(part, "operation") is not None:
            past.parts.setdefault((name, "operation"), Fact(part.operation, part.path, ("operationId",), origin))
    for plan, path, value in plans(run):
        past.plans[plan] = Fact(value, (), path if value is not None else path[:-1], origin)
    tag = tag_of(held(run, "etag"), origin)
    if tag is not None:
        past.tags[tag] = tagged(_written(run.value), origin)
    return past


def tag_of(etag: str | None, origin: Origin) -> Tag | None:
    """Tell what stands for the body of a capture, given its entity tag; None where it has none."""
    return None if etag is None else (etag, origin.version, origin.from_cli)


def is_passed(tag: Tag | None, tags: Iterable[Tag | None]) -> bool:
    """Tell whether an entity tag was there before, whatever its body was written as, and another since."""
    etags = [known[0] for known in tags if known is not None]
    return tag is not None and tag[0] in etags and tag[0] != etags[-1]


def tagged(text: bytes, origin: Origin) -> Fact:
    """Make a fact of the body that a tag stands for, as `canonical` writes it."""
    return Fact(_digest(text), (), ("eTag",), origin)


def canonical(value: JSON) -> bytes:
    """Write a value in one way, whatever the order of its keys, and in no more memory than its text takes.

    Raises TypeError for a number beyond 64 bits, which only Python and YAML can hold.
    """
    return bytes(memoryview(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))  # the writer's buffer is up to twice as large


def _written(value: JSON) -> bytes:
    try:
        return canonical(value)
    except TypeError:
        return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()


_INTEGRAL = (re.compile(rb"[.]0[],}]"), re.compile(rb"e[+0-9][0-9]*[],}]"))
"""What a number ends in that may be an integer in another form; apart, as each is looked for by its first character."""


def _digest(text: bytes) -> int:
    """Tell bodies apart, whatever the case of their ids, and the form of their integers."""
    if any(end.search(text) for end in _INTEGRAL):
        text = _written(_integral(json.loads(text)))
    return int.from_bytes(blake2b(_ID.sub(_in_lower_case, text), digest_size=8).digest(), "big")


_ID = re.compile(rb'"(?:/subscriptions/|microsoft[.])[^"]+"', re.IGNORECASE)
"""Ids and types of resources."""


def _in_lower_case(found: re.Match[bytes]) -> bytes:
    return found[0].decode().lower().encode()


def _integral(value: JSON) -> JSON:
    """Write numbers alike that JSON takes for equal: 600.0 and 6e2 as 600."""
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
