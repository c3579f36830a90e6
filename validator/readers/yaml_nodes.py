"""The values in a YAML text and their offsets, composed from the events of libyaml's parser.

PyYAML's composer recurses in C, so that some tens of kilobytes of nested brackets end the process; it refuses an anchor that is
used again, which YAML allows, and its nodes no longer show whether a scalar has a tag. The parser does none of this.
A plain key `<<` merges, as in YAML 1.1 and PyYAML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import yaml

from ..limits import MAX_DEPTH, MAX_YAML
from ..pointer import JSON, Path
from ..wording import show
from . import yaml_scalars
from .pointer_tree import Span
from .yaml_scalars import TAG, Unsupported

_MAPPINGS = (None, "!", f"{TAG}map", f"{TAG}python/object/new:_io.BytesIO")
_SEQUENCES = (None, "!", f"{TAG}seq", f"{TAG}python/tuple")
"""Tags of mappings and sequences; VCR.py writes those of Python for a body that was a stream."""


class TooDeep(Exception):
    """A YAML text is nested deeper than the limit."""


class TooMany(Exception):
    """A YAML text consists of more values than the limit."""


class Member(NamedTuple):
    """A member of a mapping: where its key is, and its value."""

    name: Span
    node: Node


@dataclass(slots=True)
class Node:
    """A value in the text, and where it is written: of a mapping or a sequence, the bracket that opens it, or its first key or item.

    `members` are those of a mapping, merged ones included, and `items` those of a sequence; both are None for a scalar and for an alias,
    as what an alias inserts is at the alias. `target` is the node that an alias inserts. `repeated` has the place of the second of
    several equal keys. `text` is how a number, a boolean or null is written.
    """

    value: JSON
    span: Span
    members: dict[str, Member] | None = None
    items: list[Node] | None = None
    target: Node | None = None
    repeated: dict[str, Span] | None = None
    text: str | None = None

    def at(self, path: Path) -> Node | None:
        """Return the node at a path below, None if nothing is written there."""
        node = self.target or self
        for step in path:
            if node.items is not None and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            elif node.members is not None and step in node.members:
                node = node.members[str(step)].node
            else:
                return None
            node = node.target or node
        return node


def compose(text: bytes | str) -> tuple[list[Node], tuple[Path, ...]]:
    """Return the nodes of the documents in the text, and the paths of the keys that a mapping repeats.

    Raises TooDeep and TooMany for text beyond the limits, Unsupported for a node without a JSON value, and yaml.YAMLError for text
    that is not YAML.
    """
    composer = _Composer()
    documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.ScalarEvent):
            value = yaml_scalars.read(event)
            composer.add(Node(value, _span(event), text=None if isinstance(value, str | bytes) else event.value), event)
        elif isinstance(event, yaml.CollectionStartEvent):
            composer.open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            composer.close()
        elif isinstance(event, yaml.AliasEvent):
            composer.add_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise Unsupported("a second document begins", event)
    return composer.documents, tuple(_in_used_values(composer.duplicates))


def _in_used_values(repeated: list[Path]) -> list[Path]:
    """Return the paths of repeated keys, in the order of the text, except those in values that a later key takes the place of."""
    used: list[Path] = []
    later: set[Path] = set()
    for path in reversed(repeated):
        if all(path[:length] not in later for length in range(1, len(path))):
            used.append(path)
            later.add(path)
    return used[::-1]


def _span(event: yaml.Event) -> Span:
    return Span(event.start_mark.index, event.end_mark.index)  # type: ignore[union-attr] # the parser marks all


def _beginning(event: yaml.Event) -> Span:
    start, end = _span(event)
    return Span(start, max(end, start + 1))  # a collection without brackets has no mark of its own


_NOWHERE = Span(0, 0)


@dataclass(slots=True)
class _Open:
    """An open collection; of a mapping, its last key, whether the value of that key is next, and what is merged into it."""

    node: Node
    key: str = ""
    name: Span = _NOWHERE
    expects_value: bool = False
    is_merge: bool = False
    merged: list[tuple[Node, yaml.NodeEvent]] = field(default_factory=list)


class _Composer:
    def __init__(self) -> None:
        self.documents: list[Node] = []
        self.duplicates: list[Path] = []
        self._anchors: dict[str, Node] = {}
        self._opened = [_Open(Node([], _NOWHERE, items=self.documents))]
        self._count = 0

    def add(self, node: Node, event: yaml.NodeEvent) -> None:
        """Add a key, an item or a value to the open collection."""
        self._spend(1)
        parent = self._opened[-1]
        if parent.node.items is not None:
            parent.node.value.append(node.value)
            parent.node.items.append(node)
        elif not parent.expects_value:
            self._add_key(parent, node, event)
        else:
            parent.expects_value = False
            if parent.is_merge:
                parent.merged.append((node, event))
            else:
                parent.node.value[parent.key] = node.value
                parent.node.members[parent.key] = Member(parent.name, node)  # type: ignore[index] # it is a mapping
        if event.anchor is not None and node.target is None:
            self._anchors[event.anchor] = node

    def _spend(self, values: int) -> None:
        self._count += values
        if self._count > MAX_YAML:
            raise TooMany

    def _add_key(self, parent: _Open, node: Node, event: yaml.NodeEvent) -> None:
        if isinstance(node.value, dict | list | bytes):
            raise Unsupported("the key of a mapping is no scalar", event)
        parent.expects_value = True
        parent.key = event.value if isinstance(event, yaml.ScalarEvent) else str(node.value)
        parent.name = node.span
        if not parent.node.members and parent.node.span.start == node.span.start:
            parent.node.span = node.span
        parent.is_merge = _is_merge(event)
        if parent.key in parent.node.value and not parent.is_merge:
            self.duplicates.append(self._path())
            parent.node.repeated = {parent.key: node.span} | (parent.node.repeated or {})

    def _path(self) -> Path:
        return tuple(opened.key if opened.node.items is None else len(opened.node.items) - 1 for opened in self._opened[1:])

    def add_alias(self, event: yaml.AliasEvent) -> None:
        """Add a node that inserts the value of an anchor."""
        target = self._anchors.get(event.anchor or "")
        if target is None:
            raise Unsupported(f"the alias {show(event.anchor)} has no anchor", event)
        self.add(Node(target.value, _span(event), target=target), event)

    def open(self, event: yaml.CollectionStartEvent) -> None:
        """Add a collection, to which the next nodes are added."""
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (_MAPPINGS if is_mapping else _SEQUENCES):
            raise Unsupported(f"the tag {show(event.tag)} is not read", event)
        span = _beginning(event)
        node = Node({}, span, members={}) if is_mapping else Node([], span, items=[])
        self.add(node, event)
        self._opened.append(_Open(node))
        if len(self._opened) > MAX_DEPTH + 1:
            raise TooDeep

    def close(self) -> None:
        """Close the open collection, and merge what it merges."""
        closed = self._opened.pop()
        for node, event in reversed(closed.merged):  # of two merge keys the later one wins, and of a list the earlier mapping
            merged = node.target or node
            for source in [merged] if merged.items is None else merged.items:
                self._merge(closed.node, source.target or source, event)

    def _merge(self, mapping: Node, source: Node, event: yaml.NodeEvent) -> None:
        """Add the members of another mapping that a mapping lacks, each where it is written."""
        if mapping.members is None or source.members is None or any(source is opened.node for opened in self._opened):
            raise Unsupported("the merge key << needs a mapping that is complete, or a list of such mappings", event)
        self._spend(4 * len(source.members))  # a member takes more memory than an item
        for key, member in source.members.items():
            mapping.members.setdefault(key, member)
            mapping.value.setdefault(key, member.node.value)


def _is_merge(key: yaml.NodeEvent) -> bool:
    """Return whether a key merges other mappings into its own, as in YAML 1.1: a plain `<<`, or a key with the merge tag."""
    if not isinstance(key, yaml.ScalarEvent):
        return False
    return key.tag == f"{TAG}merge" or (key.value == "<<" and key.tag is None and key.implicit[0])
