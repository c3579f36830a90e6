"""Captures of a run, and the facts in them: what histories compare.

A capture is one response about one run. Its facts are the states, times and operations of the run's parts by name, what the run is
asked to do, and which body its entity tag stands for. Facts accumulate from capture to capture: the latest of each counts, and
what is unreliable in a capture is no fact.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, TypeAlias

import orjson

from ..contract.drift import documented
from ..contract.schemas import DEFAULT_VERSION
from ..pointer import JSON, Path
from .digest import canonical, digest_of, text_of
from .identity import Key
from .nodes import Unreliable, dig, guarded, is_unreliable, reliable
from .origin import Origin, Place
from .spec import UNKNOWN, Spec, SpecFact, merged_specs, spec_of
from .transitions import may_be_restarted

Name: TypeAlias = tuple[str, ...]
"""What a part of a run is called, with all that it is part of: `("run", "", "stage", "canary")`."""


class Tag(NamedTuple):
    """An entity tag, with what lets responses write one state of a run differently: the api-version, the az CLI and the operation.

    `operation` is None except for `list`, as a list may have the tag of an older state, and `start`, whose answer is the older state.
    """

    etag: str
    version: str | None
    from_cli: bool
    operation: str | None


RUN: Name = ("run", "")
"""The name of the run itself."""

_WEIGHT = 500
"""About how many bytes a capture takes besides its text, and a fact besides its long strings."""

MAX_TAGS = 64
"""Entity tags that are kept of one run, the latest ones."""


class Capture(NamedTuple):
    """What one response says of one run: a plain value, cheap to keep and to send to another process.

    `run` says which run it is, and `unreliable` are the paths to what no rule may read. The response is a JSON `value`, or its
    `text`, which takes less memory. `version` is the api-version that judged it. `taken` are its facts, if another process took them.
    """

    run: Key
    origin: Origin
    unreliable: tuple[Path, ...] = ()
    value: JSON = None
    text: bytes = b""
    version: str = DEFAULT_VERSION
    taken: TakenFacts | None = None

    def packed(self) -> Capture:
        """Return the capture with its text alone, but as it is where JSON text would lose the precision of a number."""
        if self.value is None and self.taken is None:
            return self
        try:
            return Capture(self.run, self.origin, self.unreliable, None, self.text or canonical(self.value), self.version)
        except TypeError:
            return self

    @property
    def weight(self) -> int:
        """About how many bytes a packed capture takes."""
        more = _length(self.unreliable) if self.unreliable else 0
        return _WEIGHT + len(self.run[0]) + more + len(self.text or text_of(self.value))


def _length(value: Any) -> int:
    """Return the number of characters in the strings of a nested value."""
    length = 0
    for each in value:
        if each.__class__ is str:
            length += len(each)
        elif each.__class__ in (tuple, list):
            length += _length(each)
        elif each.__class__ is dict:
            length += _length(each.values())
    return length


class PartFacts(NamedTuple):
    """The facts of one part: strings of the API, None for what is absent, UNKNOWN for what is no fact.

    `path` leads to the part in the capture of `origin`, except for facts that an earlier capture had; these are `elsewhere`.
    `is_of_earlier_start` is whether a fact is from before the run may have been started again, as no capture shows it since, and
    `is_of_completed_run` whether the run was Completed then, and so could not be started again.
    """

    values: tuple[Any, Any, Any, Any]
    path: Path
    origin: Origin
    elsewhere: Mapping[str, Place] = {}
    is_of_earlier_start: bool = False
    is_of_completed_run: bool = False

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


Change: TypeAlias = tuple[Name, PartFacts, PartFacts]
"""A part whose facts differ in two captures: its name, and its facts in the earlier and in the later one."""

FACTS = ("state", "startTime", "completedTime", "operationId")
"""The facts of a part, in the order of its values; the last is one of members alone."""

_WITHOUT_COMPLETION = frozenset({"NotStarted", "Running", "Pending", "Stopping"})


class Digest(NamedTuple):
    """The body that an entity tag stands for, as a number, and where the tag is.

    `reused` is whether the tag was used for another body before.
    """

    value: int
    place: Place
    reused: bool = False


class Facts(NamedTuple):
    """What is known of a run: the facts of its parts, what it is asked to do, and the bodies that its entity tags stand for.

    `restarted` is whether a request stopped or started the run since its parts last changed. `long` is the number of characters in
    the strings of parts and spec, if they may be long.
    """

    parts: dict[Name, PartFacts]
    spec: Spec
    tags: dict[Tag, Digest]
    restarted: bool = False
    long: int = 0

    def state(self, name: Name) -> str | None:
        """Return the state of a part, None where it is not known."""
        part = self.parts.get(name)
        return None if part is None or part.state is UNKNOWN else part.state

    def may_be_restarted(self, now: Facts, changed: list[Change]) -> bool:
        """Return whether the run was, or may have been, started again before a later capture: by request, its states or an operation."""
        states = self.state(RUN), now.state(RUN)
        is_by_states = states[0] != "Completed" and may_be_restarted(*states)
        return self.restarted or is_by_states or any(_is_other_attempt(change) for change in changed if not self.is_over(change[1]))

    def is_over(self, part: PartFacts) -> bool:
        """Return whether the run is Completed, and was when the facts of a part were taken."""
        return part.is_of_completed_run and self.state(RUN) == "Completed"

    def merged(self, now: Facts, changed: list[Change]) -> Facts:
        """Return what is known after a later capture, with what changed in it; its facts win."""
        has_states = None not in (self.state(RUN), now.state(RUN))  # otherwise a capture that shows little would hide much
        is_restart = has_states and self.may_be_restarted(now, changed)
        parts = self.parts | now.parts
        if is_restart:
            for name in self.parts.keys() - now.parts.keys():
                parts[name] = parts[name]._replace(is_of_earlier_start=True)
        for name, before, part in changed:
            parts[name] = _merged(before, part, is_restart=is_restart)
        spec = merged_specs(self.spec, now.spec)
        long = _long_strings(parts, spec) if self.long or now.long else 0
        return Facts(parts, spec, latest(self.tags, now.tags), self.restarted and not changed, long)

    def changed(self, now: Facts) -> list[Change]:
        """Return the parts whose facts differ in a later capture."""
        parts = self.parts
        return [(name, parts[name], part) for name, part in now.parts.items() if name in parts and parts[name].values != part.values]

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        return _WEIGHT * (1 + len(self.parts) + len(self.tags)) + self.long + sum([len(tag[0]) for tag in self.tags])


def _long_strings(parts: dict[Name, PartFacts], spec: Spec) -> int:
    return sum([len(name[-1]) + _length(part.values) for name, part in parts.items()]) + _length([fact.value for fact in spec.values()])


def _merged(before: PartFacts, now: PartFacts, *, is_restart: bool) -> PartFacts:
    """Return the facts of a part after a later capture; what is absent in it is not known any more."""
    if UNKNOWN not in now.values:
        return now
    values, elsewhere = list(now.values), {}
    for index, name in enumerate(FACTS):
        if values[index] is UNKNOWN and before.values[index] not in (None, UNKNOWN):
            values[index] = before.values[index]
            elsewhere[name] = before.place(name)
    if not elsewhere:
        return now
    return now._replace(values=tuple(values), elsewhere=elsewhere, is_of_earlier_start=is_restart or before.is_of_earlier_start)


def _is_other_attempt(change: Change) -> bool:
    """Return whether a member that was not Completed is at another attempt, which only a run that was started again makes."""
    _, before, now = change
    operations = (before.get("operationId"), now.get("operationId"))
    return before.state != "Completed" and UNKNOWN not in operations and operations[0] != operations[1]


def latest(tags: dict[Tag, Digest], more: dict[Tag, Digest]) -> dict[Tag, Digest]:
    """Return some tags and later ones, the last MAX_TAGS of them."""
    kept = {**tags}
    for tag, digest in more.items():
        before = kept.pop(tag, digest)  # the later one comes last
        kept[tag] = digest._replace(reused=before.reused or before.value != digest.value)
    return kept if len(kept) <= MAX_TAGS else dict([*kept.items()][-MAX_TAGS:])


class TakenFacts(NamedTuple):
    """The facts of a capture as values that are cheap to send to another process: without its origin, which is in each fact.

    `spec` are the values and the paths of the parts of the spec by name, and `tags` the digests by entity tag.
    """

    names: list[Name]
    values: list[tuple[Any, Any, Any, Any]]
    paths: list[Path]
    spec: dict[str, tuple[Any, Path]]
    tags: dict[Tag, int]
    long: int

    def at(self, origin: Origin) -> Facts:
        """Return the facts of a capture with this origin."""
        taken = list(zip(self.names, self.values, self.paths, strict=True))
        is_over = any(name == RUN and values[0] == "Completed" for name, values, _ in taken[:1])  # the run comes first
        parts = {name: PartFacts(values, path, origin, is_of_completed_run=is_over) for name, values, path in taken}
        spec = {name: SpecFact(value, Place(path, origin)) for name, (value, path) in self.spec.items()}
        return Facts(parts, spec, {tag: Digest(digest, Place(_TAG, origin)) for tag, digest in self.tags.items()}, long=self.long)


def taken_from(facts: Facts, shared: dict[Any, Any]) -> TakenFacts:
    """Return the facts of a single capture, to be sent. What they share with others, which are in `shared`, is sent once."""
    known = shared.setdefault
    return TakenFacts(
        [known(name, name) for name in facts.parts],
        [known(part.values, part.values) for part in facts.parts.values()],
        [known(part.path, part.path) for part in facts.parts.values()],
        {name: (fact.value, fact.place.path) for name, fact in facts.spec.items()},
        {tag: digest.value for tag, digest in facts.tags.items()},
        facts.long,
    )


_TAG = ("eTag",)
"""The path to the entity tag."""


def facts_of(capture: Capture) -> Facts:
    """Return the facts of a capture."""
    if capture.taken is not None:
        return capture.taken.at(capture.origin)
    value = orjson.loads(capture.text) if capture.value is None else capture.value
    run, origin = guarded(value, capture.unreliable), capture.origin
    tag = tag_of(dig(run, "eTag"), origin)
    tags = {} if tag is None else {tag: Digest(digest_of(value), Place(_TAG, origin))}
    known = documented(capture.version)
    parts, spec = _parts(run, origin, known), spec_of(run, origin, known)
    may_be_long = not 0 < len(capture.text) <= _WEIGHT * len(parts)  # otherwise the weight covers the whole text
    return Facts(parts, spec, tags, long=_long_strings(parts, spec) if may_be_long else 0)


_BELOW = {"run": ("stages", "stage"), "stage": ("groups", "group"), "group": ("members", "member")}
"""The property in which a part has others, and what these are."""


_GATES = ("beforeGates", "afterGates")


def _parts(run: JSON, origin: Origin, known: Collection[str]) -> dict[Name, PartFacts]:
    """Return the facts of the parts of a run; a part without a name, and what is below it, has none."""
    parts: dict[Name, PartFacts] = {}
    is_over = False
    has_gates = "UpdateStageStatus.beforeGates" in known
    status = dig(run, "properties", "status")
    pending: list[tuple[Name, JSON, Path, str]] = [] if status is None else [(RUN, status, ("properties", "status"), "run")]
    for name, part, path, kind in pending:
        values = _values(part, kind)
        if values is not None:
            is_over = is_over or (kind == "run" and values[0] == "Completed")
            part_facts = PartFacts(values, path, origin, is_of_completed_run=is_over)
            parts.setdefault(name, part_facts)  # of two parts with one name, the first counts
        if kind in _BELOW:
            key, kind_below = _BELOW[kind]
            for index, below in enumerate(reliable(part, key) or ()):
                try:
                    own = below.get("name")
                except Unreliable:
                    continue
                if own is not None:
                    # the runs of a fleet have the same names
                    pending.append(((*name, kind_below, sys.intern(own)), below, (*path, key, index), kind_below))
        if kind in ("stage", "group") and has_gates:
            for key in _GATES:
                for index, gate in enumerate(reliable(part, key) or ()):
                    pending.append(((*name, "gate", f"{key} {index}"), gate, (*path, key, index), "gate"))
        if kind == "stage":
            wait = reliable(part, "afterStageWaitStatus")
            if wait is not None:
                pending.append(((*name, "wait", ""), wait, (*path, "afterStageWaitStatus"), "wait"))
    return parts


def _values(part: JSON, kind: str) -> tuple[Any, Any, Any, Any] | None:
    """Return the facts of a part by themselves, None where it has none. A part without a state has no times either."""
    operation = UNKNOWN
    try:
        if kind == "member":
            operation = part.get("operationId", UNKNOWN)
        status = part.get("status") or {}
        state, start, completed = status.get("state", UNKNOWN), status.get("startTime"), status.get("completedTime")
    except Unreliable:
        status = reliable(part, "status") or {}
        state, start, completed = (UNKNOWN if is_unreliable(status, name) else status.get(name) for name in FACTS[:3])
        state = UNKNOWN if state is None else state
    if state is UNKNOWN:
        return None if operation is UNKNOWN else (UNKNOWN, UNKNOWN, UNKNOWN, operation)
    # A time that must be absent is reported by a rule about states, and is no fact.
    if start is not None and state == "NotStarted":
        start = UNKNOWN
    if completed is not None and state in _WITHOUT_COMPLETION:
        completed = UNKNOWN
    return state, start, completed, operation


def tag_of(etag: str | None, origin: Origin) -> Tag | None:
    """Return the tag of a capture with an entity tag, None where it has none."""
    if etag is None:
        return None
    return Tag(etag, origin.version, origin.from_cli, origin.operation if origin.operation in ("list", "start") else None)


def is_old_answer(before: Facts, now: Facts) -> bool:
    """Return whether a capture is the answer to a POST to start with a body that others have followed: that of the run as it was.

    A Completed run cannot be started, so that its body is the last.
    """
    for tag, answer in now.tags.items():
        if tag.operation == "start" and before.state(RUN) != "Completed":
            known = [digest for other, digest in before.tags.items() if other.etag == tag.etag]
            is_reused = any(digest.reused for digest in known) and all(digest.value != answer.value for digest in known)
            return bool(known) and (is_reused or tag.etag != [*before.tags][-1].etag)
    return False
