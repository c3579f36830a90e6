"""Captures of a run, and the facts in them: what histories compare.

A capture is one response about one run. Its facts are the states, times and operations of the run's parts by name, what the run is
asked to do, and which body its entity tag stands for. Facts accumulate from capture to capture: the latest of each counts, and
what is unreliable in a capture is no fact.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias

import orjson

from ..contract.objects import object_schemas
from ..contract.schemas import DEFAULT_VERSION
from ..pointer import JSON, Path
from .identity import Key
from .nodes import PARTS, Node, Part, Unreliable, definitions, dig, guarded, walk
from .origin import Origin, Place
from .spec import UNKNOWN, Spec, merged_specs, spec_of

Name: TypeAlias = tuple[str, ...]
"""What a part of a run is called, with all that it is part of: `("run", "", "stage", "canary")`."""

Tag: TypeAlias = tuple[str, str | None, bool]
"""An entity tag with the api-version that was asked for and whether the az CLI wrote it: these write one state of a run differently."""

RUN: Name = ("run", "")
"""The name of the run itself."""

MAX_TAGS = 64
"""Entity tags that are kept of one run, the latest ones."""


class Capture(NamedTuple):
    """What one response says of one run: a plain value, cheap to keep and to send to another process.

    `run` says which run it is. `body` is the run as JSON text, and `unreliable` are the paths to what no rule may read in it.
    """

    run: Key
    body: bytes
    origin: Origin
    unreliable: tuple[Path, ...] = ()


class PartFacts(NamedTuple):
    """The facts of one part: strings of the API, None for what is absent, UNKNOWN for what is no fact.

    `path` leads to the part in the capture of `origin`, except for facts that an earlier capture had; these are `elsewhere`.
    """

    values: tuple[Any, Any, Any, Any]
    path: Path
    origin: Origin
    elsewhere: Mapping[str, Place] = {}

    @property
    def state(self) -> Any:
        """The state of the part."""
        return self.values[0]

    def get(self, name: str) -> Any:
        """Return the fact of a name in FACTS."""
        return self.values[FACTS.index(name)]

    def place(self, name: str) -> Place:
        """Return where the fact is, or, where the value is absent, the object that lacks it."""
        if name in self.elsewhere:
            return self.elsewhere[name]
        way = ("operationId",) if name == "operationId" else ("status",) if self.get(name) is None else ("status", name)
        return Place((*self.path, *way), self.origin)


FACTS = ("state", "startTime", "completedTime", "operationId")
"""The facts of a part, in the order of its values; the last is one of members alone."""

_NO_START = frozenset({"NotStarted"})
_NO_COMPLETION = frozenset({"NotStarted", "Running", "Pending", "Stopping"})
"""The states in which a time must be absent. One that is present is reported by a rule about states, and is no fact."""


class Digest(NamedTuple):
    """The body that an entity tag stands for, as a number, and where the tag is."""

    value: int
    place: Place


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a run: the facts of its parts, what it is asked to do, and the bodies that its entity tags stand for."""

    parts: dict[Name, PartFacts]
    spec: Spec
    tags: dict[Tag, Digest]

    def state(self, name: Name) -> str | None:
        """Return the state of a part, None where it is not known."""
        part = self.parts.get(name)
        return None if part is None or part.state is UNKNOWN else part.state

    def then(self, now: Facts) -> Facts:
        """Return what is known after a later capture; the facts of that win."""
        parts = self.parts | {name: _merged(self.parts[name], part) if name in self.parts else part for name, part in now.parts.items()}
        return Facts(parts, merged_specs(self.spec, now.spec), latest(self.tags, now.tags))

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        return _WEIGHT * (1 + len(self.parts) + len(self.tags))


_WEIGHT = 500


def _merged(before: PartFacts, now: PartFacts) -> PartFacts:
    """Return the facts of a part after a later capture; what is absent in it is not known any more."""
    if UNKNOWN not in now.values or before.values == now.values:
        return now
    values, elsewhere = list(now.values), {}
    for index, name in enumerate(FACTS):
        if values[index] is UNKNOWN and before.values[index] not in (None, UNKNOWN):
            values[index] = before.values[index]
            elsewhere[name] = before.place(name)
    return now._replace(values=tuple(values), elsewhere=elsewhere) if elsewhere else now


def latest(tags: dict[Tag, Digest], more: dict[Tag, Digest]) -> dict[Tag, Digest]:
    """Return some tags and later ones, the last MAX_TAGS of them."""
    kept = {tag: digest for tag, digest in tags.items() if tag not in more}
    return dict([*kept.items(), *more.items()][-MAX_TAGS:])


_RUN = definitions(object_schemas(DEFAULT_VERSION), PARTS)["UpdateRun"]


def facts_of(capture: Capture) -> Facts:
    """Return the facts of a capture."""
    value = orjson.loads(capture.body)
    run = guarded(value, capture.unreliable)
    origin = capture.origin
    parts: dict[Name, PartFacts] = {}
    for name, part in _named(walk(run, _RUN)):
        facts = _part_facts(part, origin)
        if facts is not None:
            parts[name] = _completed(parts[name], facts) if name in parts else facts
    tag = tag_of(dig(run, "eTag"), origin)
    tags = {} if tag is None else {tag: Digest(_digest(value), Place(("eTag",), origin))}
    return Facts(parts, spec_of(run, origin), tags)


def _named(nodes: Sequence[Node]) -> Iterator[tuple[Name, Part]]:
    """Yield the parts of a run with their names; a part without a name, and what is below it, has none."""
    pending: list[tuple[Name, Part]] = []
    pending.extend(((), node) for node in nodes if node.definition.kind == "run" and isinstance(node, Part))
    while pending:
        above, part = pending.pop()
        kind = part.kind
        name = "" if kind in {"run", "wait"} else dig(part.value, "name")
        if name is not None:
            whole = (*above, kind, sys.intern(name))  # the runs of a fleet have the same names
            yield whole, part
            pending.extend((whole, child) for child in reversed(part.parts))


def _part_facts(part: Part, origin: Origin) -> PartFacts | None:
    """Return the facts of a part, None where it has none. A part without a state has no times either."""
    state = UNKNOWN if part.state is None else part.state
    start = completed = operation = UNKNOWN
    if state is not UNKNOWN:
        start, completed = _time(part, "startTime", _NO_START), _time(part, "completedTime", _NO_COMPLETION)
    if part.kind == "member" and (given := dig(part.value, "operationId")) is not None:
        operation = given
    if state is operation is UNKNOWN:
        return None
    return PartFacts((state, start, completed, operation), part.path, origin)


def _time(part: Part, name: str, absent_in: Container[str]) -> Any:
    try:
        time = part.status.get(name)
    except Unreliable:
        return UNKNOWN
    return UNKNOWN if time is not None and part.state in absent_in else time


def _completed(first: PartFacts, again: PartFacts) -> PartFacts:
    """Return the facts of two parts with one name: of the first, and what that lacks of the second."""
    return _merged(again, first)


def tag_of(etag: str | None, origin: Origin) -> Tag | None:
    """Return the tag of a capture with an entity tag, None where it has none."""
    return None if etag is None else (etag, origin.version, origin.from_cli)


def is_older(before: Facts, now: Facts) -> bool:
    """Return whether a capture shows a body that came before, with others since.

    A POST to start, for one, is answered with the run as it was. A Completed run cannot be started, so that its body is the last.
    """
    return before.state(RUN) != "Completed" and any(_is_passed(before.tags, tag, digest) for tag, digest in now.tags.items())


def _is_passed(tags: dict[Tag, Digest], tag: Tag, digest: Digest) -> bool:
    known = tags.get(tag)
    if known is not None:
        return known.value == digest.value and tag != next(reversed(tags))
    etags = [etag for etag, _, _ in tags]  # the body may have been written by another command, or asked for in another version
    return tag[0] in etags and tag[0] != etags[-1]


def canonical(value: JSON) -> bytes:
    """Write a value as JSON text that does not depend on the order of its keys, in no more memory than the text takes."""
    try:
        return bytes(memoryview(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))  # the writer's buffer is up to twice as large
    except TypeError:  # a number beyond 64 bits, which only Python and YAML can hold
        return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()


_INTEGRAL = (re.compile(rb"[.]0[],}]"), re.compile(rb"e[+0-9][0-9]*[],}]"))
"""The ends of a number that may be an integer in another form; two patterns, as each is searched for by its first character."""


def _digest(value: JSON) -> int:
    """Return a number that is the same for bodies that differ in the case of their ids or the form of their integers alone."""
    text = canonical(value)
    if any(end.search(text) for end in _INTEGRAL):
        text = canonical(_integral(value))
    return int.from_bytes(blake2b(_ID.sub(_in_lower_case, text), digest_size=8).digest(), "big")


_ID = re.compile(rb'"(?:/[sS][uU][bB][sS][cC][rR][iI][pP][tT][iI][oO][nN][sS]/|[mM][iI][cC][rR][oO][sS][oO][fF][tT][.])[^"]+"')
"""Ids and types of resources."""


def _in_lower_case(found: re.Match[bytes]) -> bytes:
    return found[0].decode().lower().encode()


def _integral(value: JSON) -> JSON:
    """Return a value with numbers as integers that JSON takes for such: 600.0 and 6e2 as 600."""
    if isinstance(value, dict):
        return {key: _integral(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_integral(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
