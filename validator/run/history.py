"""Histories: the captures of one run, one after another, and what is known of the run before each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

import orjson

from ..contract.formats import date_time
from ..pointer import JSON, Path
from .cache import Latest
from .facts import RUN, WEIGHT, Fact, Origin, Past, Tag, canonical, is_passed, latest, tag_of, tagged, told
from .parts import held
from .view import Run, view

Key: TypeAlias = tuple[str, int]
"""Which run it is: its id in lower case, and the microsecond of its creation."""


class Link(NamedTuple):
    """That a clean capture goes on as usual from an entry before it.

    `tag` and `size`, the bytes of its text, are its own; `before` is the tag of that entry, and `passed` the body that it stood
    for, if the two differ.
    """

    entry: int
    tag: Tag | None
    size: int
    before: Tag | None
    passed: Fact | None


Captured: TypeAlias = tuple[Key, int | None, Link | None]
"""Which run was captured, the offset in bytes at which that can be read again, and what it goes on from."""

GoesOn: TypeAlias = Callable[[JSON, JSON], bool]
"""Tells at speed that the one can be followed by the other, with nothing to find, and nothing known that the other does not tell."""

MICROSECOND = 1000
"""Nanoseconds; the az CLI tells no more of a time."""

LEAST_PLACED = 2**16
"""Runs whose only capture is kept by its place, at the least: those that came last. Twice as many take some 30 MB."""

LEAST_KEPT = 2**26
"""Bytes of what else is kept of runs, at the least: of those that were captured last. A file that is read as a whole has no more."""


@dataclass(frozen=True, slots=True)
class Step:
    """The step to a capture of a run, from what was known of the run before."""

    past: Past
    now: Past


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture of a run: its value, where it is, and the paths to what in it is unsound."""

    value: JSON
    origin: Origin
    unsound: Collection[Path] = ()


Recall: TypeAlias = Callable[[int, int], Capture | None]
"""Reads the capture at an offset, which is an entry of its file, once more."""

_ENTRY_BITS = 48


class History:
    """The runs that were captured so far. A run is the same while its id, whatever its case, and its creation are.

    Most runs are captured once, or go on as usual. Of these nothing but the text of the last capture is kept, and of a first one
    that can be recalled from its file nothing but its place: a number for a number. Runs that were not captured for long are
    forgotten, so that a log takes the same memory however long it is; what is captured behind that is a first capture again.
    """

    def __init__(self, recall: Recall | None = None) -> None:
        self._runs: Latest[tuple[str, int, int], _Known] = Latest(LEAST_KEPT, lambda known: known.weight)
        self._ended: dict[str, int] = {}
        self._places: Latest[int, int] = Latest(LEAST_PLACED)
        self._recall = recall

    def forget(self, identity: str) -> None:
        """End the histories of a run, which was deleted, or is made anew."""
        self._ended[identity.lower()] = self._ended.get(identity.lower(), 0) + 1

    def begins(self, key: Key, entry: int | None, offset: int | None) -> bool:
        """Tell whether a capture is kept by its place and done with: it is the first of its run."""
        return self._kept(key) is None and self._is_placed(key, entry, offset)

    def takes(self, key: Key, run: JSON, entry: int | None, offset: int | None, origin: Callable[[], Origin], goes_on: GoesOn) -> bool:
        """Tell whether a clean capture is kept and done with: it is the first of its run, or goes on as usual."""
        if self.begins(key, entry, offset):
            return True
        last = self._last(key)
        text = None if isinstance(last, Past) else _Text.of(run, origin()) if last is None else last.then(run, origin(), goes_on)
        if text is not None:
            self._keep(key, text)
        return text is not None

    def follows(self, key: Key, entry: int, offset: int, link: Link) -> bool:
        """Tell whether a capture is kept by its place and done with: it goes on from the last one of its run."""
        known = self._known(key)
        if known is None or isinstance(known, Past) or known.entry != link.entry or _returns(link.tag, known.tags, link.before):
            return False
        tags = known.tags if link.before is None or link.passed is None else latest(known.tags, {link.before: link.passed})
        self._places.drop(hash(key))
        self._keep(key, _Place(offset, entry, link.size, tags))
        return True

    def step(self, run: Run, origin: Origin, unsound: Collection[Path] = (), offset: int | None = None) -> Step | None:
        """Add a capture, and give the step that led to it, None for the first capture of its run.

        `unsound` are the paths to what in it is so, and `offset` is where it can be recalled from.
        """
        key = _key(run)
        if key is None:
            return None
        last = self._last(key)
        if last is None:
            if not self._is_placed(key, origin.entry, offset):
                self._keep(key, _Text.of(run.value, origin, unsound) or told(run, origin).kept())
            return None
        past, now = last.read() if isinstance(last, _Text) else last, told(run, origin)
        if past.state(RUN) != "Completed" and any(_is_old(past, tag, fact) for tag, fact in now.tags.items()):
            self._keep(key, last)
            return None  # as a POST to start answers with the run as it was; what is Completed cannot be started
        then = past.then(now)
        tells_all = not unsound and then.parts.keys() == now.kept().parts.keys() and then.plans == now.plans
        before = {tag: fact for tag, fact in then.tags.items() if tag not in now.tags}
        self._keep(key, (tells_all and _Text.of(run.value, origin, (), before)) or then)
        return Step(past, now)

    def _kept(self, key: Key) -> _Known | None:
        return self._runs.get((*key, self._ended.get(key[0], 0)))

    def _keep(self, key: Key, known: _Known) -> None:
        """Keep what is known of a run, in place of what was."""
        self._runs.put((*key, self._ended.get(key[0], 0)), known)

    def _is_placed(self, key: Key, entry: int | None, offset: int | None) -> bool:
        """Keep the place of a capture, where that is enough to recall it; a place that is taken stays."""
        if self._recall is None or offset is None or entry is None or self._places.get(hash(key)) is not None:
            return False
        self._places.put(hash(key), offset << _ENTRY_BITS | entry)
        return True

    def _known(self, key: Key) -> _Known | None:
        known, place = self._kept(key), self._places.get(hash(key))
        if known is not None or place is None:
            return known
        return _Place(place >> _ENTRY_BITS, place & (1 << _ENTRY_BITS) - 1, 0, {})

    def _last(self, key: Key) -> Past | _Text | None:
        """Give what is known of a run; a capture that is kept by its place is recalled now, and its place is given up."""
        known = self._known(key)
        if not isinstance(known, _Place):
            return known
        seen = self._recall(known.offset, known.entry) if self._recall is not None else None
        last = None if seen is None or _key_of(seen) != key else _Text.of(seen.value, seen.origin, seen.unsound, known.tags)
        if last is not None:
            self._places.drop(hash(key))
            self._keep(key, last)
        return last


class Roll(History):
    """The runs that were captured, for a history that is judged elsewhere."""

    def __init__(self, recall: Recall | None = None) -> None:
        super().__init__(recall)
        self.captured: list[Captured] = []

    def step(self, run: Run, origin: Origin, unsound: Collection[Path] = (), offset: int | None = None) -> None:  # noqa: ARG002
        """Note a capture, from which none goes on as far as this knows, and give no step."""
        key = _key(run)
        if key is not None:
            self._keep(key, Past({}, {}, {}))
            self.captured.append((key, offset, None))

    def takes(self, key: Key, run: JSON, entry: int | None, offset: int | None, origin: Callable[[], Origin], goes_on: GoesOn) -> bool:
        """Note a clean capture, and what it goes on from, and leave it at that."""
        link = None
        if not self.begins(key, entry, offset):
            last = self._last(key)
            text = last.then(run, origin(), goes_on) if isinstance(last, _Text) else None
            if isinstance(last, _Text) and text is not None and last.entry is not None and not last.origin.path:
                link = Link(last.entry, text.tag, len(text.text), last.tag, None if last.tag is None else text.tags.get(last.tag))
            self._keep(key, text or _Text.of(run, origin()) or Past({}, {}, {}))
        self.captured.append((key, offset, link))
        return True


def _key(run: Run) -> Key | None:
    identity, created = held(run, "id"), held(run, "system_data", "created")
    return None if identity is None or created is None else (identity.lower(), created // MICROSECOND)


def key_of_sound(run: JSON) -> Key | None:
    """Tell which run a capture in which all is sound is of; None where it does not tell."""
    identity, created = run.get("id"), date_time(run.get("systemData", {}).get("createdAt", ""))
    return None if identity is None or created is None else (identity.lower(), created // MICROSECOND)


def _key_of(capture: Capture) -> Key | None:
    return _key(view(capture.value, capture.unsound)) if capture.unsound else key_of_sound(capture.value)


@dataclass(frozen=True, slots=True)
class _Text:
    """The last capture of a run, as JSON text, which is smaller than the facts: all that is known but for `tags` before its own."""

    text: bytes
    origin: Origin
    tag: Tag | None
    unsound: Collection[Path]
    tags: dict[Tag, Fact]

    @classmethod
    def of(cls, value: JSON, origin: Origin, unsound: Collection[Path] = (), tags: dict[Tag, Fact] | None = None) -> _Text | None:
        """Write a capture; None where it has a number beyond 64 bits, which only Python and YAML can hold."""
        try:
            return cls(canonical(value), origin, tag_of(value.get("eTag"), origin), unsound, tags or {})
        except TypeError:
            return None

    @property
    def entry(self) -> int | None:
        """The entry that it was captured in."""
        return self.origin.entry

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        return WEIGHT * (1 + len(self.tags)) + len(self.text)

    def read(self) -> Past:
        """Tell what is known."""
        past = told(view(orjson.loads(self.text), self.unsound), self.origin).kept()
        return replace(past, tags=latest(self.tags, past.tags))

    def then(self, run: JSON, origin: Origin, goes_on: GoesOn) -> _Text | None:
        """Write a later capture, which is clean and goes on as usual; None where there is more to it."""
        now = _Text.of(run, origin)
        if now is None:
            return None
        is_same = now.text == self.text
        if self.unsound or (now.tag is not None and now.tag == self.tag and not is_same) or _returns(now.tag, self.tags, self.tag):
            return None
        if not is_same and not goes_on(orjson.loads(self.text), run):
            return None
        if now.tag == self.tag or self.tag is None:
            return replace(now, tags=self.tags)
        return replace(now, tags=latest(self.tags, {self.tag: tagged(self.text, self.origin)}))


@dataclass(frozen=True, slots=True)
class _Place:
    """The last capture of a run, by its place: all that is known but for `tags` before its own.

    It weighs as much as its text, of `size` bytes, so that as much is forgotten whoever judges.
    """

    offset: int
    entry: int
    size: int
    tags: dict[Tag, Fact]

    @property
    def weight(self) -> int:
        """About how many bytes its text takes."""
        return WEIGHT * (1 + len(self.tags)) + self.size


_Known: TypeAlias = Past | _Text | _Place
"""What is known of a run."""


def _is_old(past: Past, tag: Tag, fact: Fact) -> bool:
    """Tell whether a body came before already, perhaps from another api-version or command, and others since."""
    known = past.tags.get(tag)
    return is_passed(tag, past.tags) if known is None else known.value == fact.value and tag != next(reversed(past.tags))


def _returns(tag: Tag | None, passed: Collection[Tag], last: Tag | None) -> bool:
    """Tell whether a tag was there before the last one."""
    return tag in passed or is_passed(tag, [*passed, last])
