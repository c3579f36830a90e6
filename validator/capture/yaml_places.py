"""Places in YAML text, by the marks of libyaml's events."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from .wanted import Wanted


@dataclass(slots=True)
class _Open:
    """A collection that is open: the next index of a sequence, or whether a mapping's next event is a key."""

    wanted: Wanted | None
    is_mapping: bool
    index: int = 0
    expects_key: bool = True
    member: Wanted | None = None


def find(text: str, wanted: Wanted) -> None:
    """Note in `wanted` what is found in a YAML text, which has been parsed before.

    What stands behind an alias is at the alias.
    """
    root = _Open(Wanted({"0": wanted}), is_mapping=False)
    opened = [root]
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
        elif isinstance(event, yaml.NodeEvent):
            below = _met(event, opened[-1])
            if isinstance(event, yaml.CollectionStartEvent):
                opened.append(_Open(below, is_mapping=isinstance(event, yaml.MappingStartEvent)))


def _met(event: yaml.NodeEvent, holder: _Open) -> Wanted | None:
    """Note where a node stands, and give what is looked for below it."""
    start = event.start_mark.index  # type: ignore[union-attr]
    steps = {} if holder.wanted is None else holder.wanted.below
    if holder.is_mapping and holder.expects_key:
        holder.expects_key = False
        holder.member = steps.get(event.value) if isinstance(event, yaml.ScalarEvent) else None
        if holder.member is not None:
            holder.member.meet(start)
        return None
    if holder.is_mapping:
        below = holder.member
        holder.expects_key = True
    else:
        below = steps.get(str(holder.index))
        holder.index += 1
    if below is not None:
        below.value = start
    return below
