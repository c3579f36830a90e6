"""Offsets of values in YAML text, from the marks of libyaml's events."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from .pointer_tree import PointerNode
from .yaml_text import is_merge

MAX_WRITTEN = 200_000
"""Values whose offsets are kept for mappings that merge them. Beyond it, a merged value is at the mapping that merges it."""


@dataclass(slots=True)
class _Written:
    """The offsets of a value that may be merged: of the value, its name, its members, and the items of a sequence."""

    value: int
    name: int | None
    members: dict[str, _Written] = field(default_factory=dict)
    items: list[_Written] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """An open collection: the next index of a sequence, or the last key of a mapping and whether its next event is a key."""

    node: PointerNode | None
    written: _Written | None
    is_mapping: bool
    index: int = 0
    expects_key: bool = True
    key: str = ""
    name: int | None = None
    member: PointerNode | None = None
    is_merge: bool = False
    merged: list[_Written] = field(default_factory=list)


def record_offsets(text: str, tree: PointerNode) -> None:
    """Record in a tree the offsets of its values in a YAML text, which is known to be valid.

    A value inserted by an alias is at the alias; a merged value is where it is written.
    """
    walk = _Walk(tree)
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            walk.close()
        elif isinstance(event, yaml.NodeEvent):
            walk.visit(event)


class _Walk:
    """A walk through the events of a text."""

    def __init__(self, tree: PointerNode) -> None:
        self._opened = [_Open(PointerNode({"0": tree}), None, is_mapping=False)]
        self._steps = tree.steps()
        self._anchors: dict[str, _Written] = {}
        self._room = MAX_WRITTEN

    def visit(self, event: yaml.NodeEvent) -> None:
        """Record the offset of a key, a value or the beginning of a collection."""
        parent = self._opened[-1]
        node = written = None
        if parent.is_mapping and parent.expects_key:
            _record_key(event, parent)
        else:
            node = _record_value(event, parent)
            written = self._written(event, parent)
            parent.expects_key = True
            parent.index += 1
        if isinstance(event, yaml.CollectionStartEvent):
            self._opened.append(_Open(node, written, is_mapping=isinstance(event, yaml.MappingStartEvent)))

    def _written(self, event: yaml.NodeEvent, parent: _Open) -> _Written | None:
        """Keep the offsets of a value if a mapping may merge the value, or a collection that contains it."""
        in_written = parent.written is not None and not parent.is_merge and (not parent.is_mapping or parent.key in self._steps)
        if not (in_written or parent.is_merge or event.anchor) or self._room <= 0:
            return None
        self._room -= 1
        written = _Written(_start(event), parent.name)
        target = written
        if isinstance(event, yaml.AliasEvent):
            target = self._anchors.get(event.anchor or "", written)
        elif event.anchor:
            self._anchors[event.anchor] = written
        if parent.is_merge:
            parent.merged.append(target)
        elif parent.written is not None and in_written:
            parent.written.members[parent.key if parent.is_mapping else str(parent.index)] = written
            parent.written.items += [] if parent.is_mapping else [target]
        return written

    def close(self) -> None:
        """Record the offsets of the values that are merged into the mapping that ends."""
        closed = self._opened.pop()
        if self._room <= 0:  # an offset that was not kept may be the one that counts
            return
        for merged in reversed(closed.merged):
            for source in merged.items or [merged]:
                self._room -= len(source.members)
                for key, written in source.members.items():
                    if closed.written is not None:
                        closed.written.members.setdefault(key, written)
                    node = None if closed.node is None else closed.node.children.get(key)
                    if node is not None and node.name is None:
                        _copy_offsets(node, written)


def _copy_offsets(node: PointerNode, written: _Written) -> None:
    node.value, node.name = written.value, written.name
    for step, child in node.children.items():
        if step in written.members:
            _copy_offsets(child, written.members[step])


def _start(event: yaml.NodeEvent) -> int:
    start: int = event.start_mark.index  # type: ignore[union-attr] # the parser marks all
    return start


def _record_key(event: yaml.NodeEvent, parent: _Open) -> None:
    parent.expects_key = False
    parent.key, parent.name = getattr(event, "value", ""), _start(event)
    parent.is_merge = is_merge(event)
    parent.member = None if parent.node is None or parent.is_merge else parent.node.children.get(parent.key)
    if parent.member is not None:
        parent.member.record_name(_start(event))


def _record_value(event: yaml.NodeEvent, parent: _Open) -> PointerNode | None:
    """Record the offset of a value, and return its node in the tree."""
    node = parent.member
    if not parent.is_mapping:
        node = None if parent.node is None else parent.node.children.get(str(parent.index))
    if node is not None:
        node.value = _start(event)
    return node
