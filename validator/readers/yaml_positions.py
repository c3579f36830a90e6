"""Places in YAML text, by the marks of libyaml's events."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from .pointer_tree import Wanted
from .yaml_text import is_merge

MAX_WRITTEN = 200_000
"""Values behind anchors whose places are kept for who merges them; what is merged of others is at the mapping that it is merged into."""


@dataclass(slots=True)
class _Written:
    """Where something is written that may be merged: its value and its name, what is below, and the items of a sequence."""

    value: int
    name: int | None
    below: dict[str, _Written] = field(default_factory=dict)
    items: list[_Written] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A collection that is open: the next index of a sequence, or the last key of a mapping and whether its next event is a key."""

    wanted: Wanted | None
    written: _Written | None
    is_mapping: bool
    index: int = 0
    expects_key: bool = True
    key: str = ""
    name: int | None = None
    member: Wanted | None = None
    is_merge: bool = False
    merged: list[_Written] = field(default_factory=list)


def find(text: str, wanted: Wanted) -> None:
    """Note in `wanted` what is found in a YAML text, which has been parsed before.

    What stands behind an alias is at the alias; what is merged is where it is written.
    """
    walk = _Walk(wanted)
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            walk.close()
        elif isinstance(event, yaml.NodeEvent):
            walk.meet(event)


class _Walk:
    """A walk through the events of a text."""

    def __init__(self, wanted: Wanted) -> None:
        self._opened = [_Open(Wanted({"0": wanted}), None, is_mapping=False)]
        self._steps = wanted.steps()
        self._anchors: dict[str, _Written] = {}
        self._room = MAX_WRITTEN

    def meet(self, event: yaml.NodeEvent) -> None:
        """Note where a node stands."""
        holder = self._opened[-1]
        below = written = None
        if holder.is_mapping and holder.expects_key:
            _meet_key(event, holder)
        else:
            below = _meet_value(event, holder)
            written = self._written(event, holder)
            holder.expects_key = True
            holder.index += 1
        if isinstance(event, yaml.CollectionStartEvent):
            self._opened.append(_Open(below, written, is_mapping=isinstance(event, yaml.MappingStartEvent)))

    def _written(self, event: yaml.NodeEvent, holder: _Open) -> _Written | None:
        """Keep where a value is written if something may merge it, or what it is in."""
        within = holder.written is not None and not holder.is_merge and (not holder.is_mapping or holder.key in self._steps)
        if not (within or holder.is_merge or event.anchor) or self._room <= 0:
            return None
        self._room -= 1
        here = _Written(_start(event), holder.name)
        meant = here
        if isinstance(event, yaml.AliasEvent):
            meant = self._anchors.get(event.anchor or "", here)
        elif event.anchor:
            self._anchors[event.anchor] = here
        if holder.is_merge:
            holder.merged.append(meant)
        elif holder.written is not None and within:
            holder.written.below[holder.key if holder.is_mapping else str(holder.index)] = here
            holder.written.items += [] if holder.is_mapping else [meant]
        return here

    def close(self) -> None:
        """Note where that is written which is merged into the mapping that ends."""
        closed = self._opened.pop()
        if self._room <= 0:  # what is not known may be what counts
            return
        for merged in reversed(closed.merged):
            for source in merged.items or [merged]:
                self._room -= len(source.below)
                for step, written in source.below.items():
                    if closed.written is not None:
                        closed.written.below.setdefault(step, written)
                    below = None if closed.wanted is None else closed.wanted.below.get(step)
                    if below is not None and below.name is None:
                        _fill(below, written)


def _fill(wanted: Wanted, written: _Written) -> None:
    wanted.value, wanted.name = written.value, written.name
    for step, below in wanted.below.items():
        if step in written.below:
            _fill(below, written.below[step])


def _start(event: yaml.NodeEvent) -> int:
    start: int = event.start_mark.index  # type: ignore[union-attr] # the parser marks all
    return start


def _meet_key(event: yaml.NodeEvent, holder: _Open) -> None:
    holder.expects_key = False
    holder.key, holder.name = getattr(event, "value", ""), _start(event)
    holder.is_merge = is_merge(event)
    holder.member = None if holder.wanted is None or holder.is_merge else holder.wanted.below.get(holder.key)
    if holder.member is not None:
        holder.member.meet(_start(event))


def _meet_value(event: yaml.NodeEvent, holder: _Open) -> Wanted | None:
    """Note where a value stands, and give what is looked for below it."""
    below = holder.member
    if not holder.is_mapping:
        below = None if holder.wanted is None else holder.wanted.below.get(str(holder.index))
    if below is not None:
        below.value = _start(event)
    return below
