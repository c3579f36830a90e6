"""Histories: the captures of one run, one after another, and what is known of the run before each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TypeAlias

import orjson

from .findings import JSON, Path
from .formats import date_time
from .latest import Latest
from .parts import held
from .past import RUN, WEIGHT, Fact, Origin, Past, Tag, canonical, latest, tag_of, tagged, told
from .run import Run, view

Key: TypeAlias = tuple[str, int]
"""Which run it is: its id in lower case, and the microsecond of its creation."""

Captured: TypeAlias = tuple[Key, int | None]
"""A run that was captured, and where that can be recalled from, in bytes."""

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
        self._runs: Latest[tuple[str, int, int], Past | _Text] = Latest(LEAST_KEPT, lambda kept: kept.weight)
        self._ended: dict[str, int] = {}
        self._places: Latest[int, int] = Latest(LEAST_PLACED)
        self._recall = recall

    def forget(self, identity: str) -> None:
        """End the histories of a run, which was deleted, or is made anew."""
        self._ended[identity.lower()] = self._ended.get(identity.lower(), 0) + 1

    def begins(self, key: Key, entry: int | None, offset: int | None) -> bool:
        """Tell whether a capture is the first of its run, and is kept by its place, so that no more is to be done about it."""
        return self._kept(key) is None and self._is_placed(key, entry, offset)

    def keeps(self, key: Key, run: JSON, origin: Origin, goes_on: GoesOn) -> bool:
        """Tell whether a clean capture is kept as text, and done with: the first of its run, or one that goes on as usual."""
        last = self._last(key)
        if isinstance(last, Past):
            return False
        text = _Text.of(run, origin)
        if last is not None and text is not None:
            text = last.then(text, run, goes_on)
        if text is None:
            return False
        self._keep(key, text)
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
        tells_all = not unsound and then.parts.keys() == now.kept().parts.keys()
        before = {tag: fact for tag, fact in then.tags.items() if tag not in now.tags}
        self._keep(key, (tells_all and _Text.of(run.value, origin, (), before)) or then)
        return Step(past, now)

    def _kept(self, key: Key) -> Past | _Text | None:
        return self._runs.get((*key, self._ended.get(key[0], 0)))

    def _keep(self, key: Key, known: Past | _Text) -> None:
        """Keep what is known of a run, in place of what was."""
        self._runs.put((*key, self._ended.get(key[0], 0)), known)

    def _is_placed(self, key: Key, entry: int | None, offset: int | None) -> bool:
        """Keep the place of a capture, where that is enough to recall it; a place that is taken stays."""
        if self._recall is None or offset is None or entry is None or self._places.get(hash(key)) is not None:
            return False
        self._places.put(hash(key), offset << _ENTRY_BITS | entry)
        return True

    def _last(self, key: Key) -> Past | _Text | None:
        """Give what is known of a run; a first capture that has a place is recalled now, and its place is given up."""
        known, place = self._kept(key), self._places.get(hash(key))
        if known is None and self._recall is not None and place is not None:
            seen = self._recall(place >> _ENTRY_BITS, place & (1 << _ENTRY_BITS) - 1)
            if seen is not None and _key_of(seen) == key:
                self._places.drop(hash(key))
                known = _Text.of(seen.value, seen.origin, seen.unsound) or told(view(seen.value, seen.unsound), seen.origin).kept()
                self._keep(key, known)
        return known


class Roll(History):
    """The runs that were captured, for a history that is judged elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.captured: list[Captured] = []

    def step(self, run: Run, origin: Origin, unsound: Collection[Path] = (), offset: int | None = None, *, clean: bool = False) -> None:  # noqa: ARG002
        """Note a capture, and give no step."""
        self._note(_key(run), offset)

    def begins(self, key: Key, entry: int | None, offset: int | None) -> bool:  # noqa: ARG002
        """Note a capture, and leave it at that."""
        self._note(key, offset)
        return True

    def _note(self, key: Key | None, offset: int | None) -> None:
        if key is not None:
            self.captured.append((key, offset))


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
    def weight(self) -> int:
        """About how many bytes it takes."""
        return WEIGHT * (1 + len(self.tags)) + len(self.text)

    def read(self) -> Past:
        """Tell what is known."""
        past = told(view(orjson.loads(self.text), self.unsound), self.origin).kept()
        return replace(past, tags=latest(self.tags, past.tags))

    def then(self, now: _Text, run: JSON, goes_on: GoesOn) -> _Text | None:
        """Add a later capture, `run`, as text; None where there is more to it."""
        is_same = now.text == self.text
        if self.unsound or now.tag in self.tags or (now.tag is not None and now.tag == self.tag and not is_same):
            return None
        if not is_same and not goes_on(orjson.loads(self.text), run):
            return None
        if now.tag == self.tag or self.tag is None:
            return replace(now, tags=self.tags)
        return replace(now, tags=latest(self.tags, {self.tag: tagged(self.text, self.origin)}))


def _is_old(past: Past, tag: Tag, fact: Fact) -> bool:
    """Tell whether a body came before already, and others since."""
    known = past.tags.get(tag)
    return known is not None and known.value == fact.value and tag != next(reversed(past.tags))
