"""The documented objects of an update run as nodes, and what a rule may not read in them.

Rules read the JSON value itself, by the API's property names. Where a part of it is unreliable, because the schemas reject it
or a recorder hid it, the objects on the way to it are copied as `Guarded`: reading the part raises Unreliable, which ends
the rule at that node. So a rule needs no guards: an absent property is None, and a broken one cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from ..contract.formats import sortable
from ..contract.objects import ObjectSchema
from ..pointer import JSON, Path
from ..wording import show

KINDS = {
    "UpdateRunStatus": "run",
    "UpdateStageStatus": "stage",
    "UpdateGroupStatus": "group",
    "MemberUpdateStatus": "member",
    "WaitStatus": "wait",
    "UpdateRunGateStatus": "gate",
}
"""The definitions that have an UpdateStatus under `status`, and what each is the status of. Their nodes are the parts of a run."""

GATE = "UpdateRunGateStatus"
PARTS = tuple(name for name in KINDS if name != GATE)
"""The parts that are there in every api-version. A gate is no part of what it is a gate of: it opens before or after that."""


class Unreliable(Exception):
    """A rule read a value that the schemas reject, or that a recorder hid."""


class Guarded(dict[str, Any]):
    """An object with properties that are unreliable, present or not; reading one of these raises Unreliable."""

    __slots__ = ("unreliable",)
    unreliable: Collection[str | int]

    def __getitem__(self, name: str) -> Any:
        if name in self.unreliable:
            raise Unreliable(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a property, or a default."""
        if name in self.unreliable:
            raise Unreliable(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        if name in self.unreliable:
            raise Unreliable(name)
        return super().__contains__(name)


class _Everything(frozenset[str]):
    def __contains__(self, _: object) -> bool:
        return True


_BROKEN = Guarded()
_BROKEN.unreliable = _Everything()
"""Takes the place of an item of an array that is unreliable as a whole."""


def guarded(value: JSON, unreliable: Collection[Path]) -> JSON:
    """Return a value whose unreliable parts cannot be read; it is copied on the way to them. None where all of it is unreliable."""
    if not unreliable:
        return value
    if () in unreliable:
        return None
    below: dict[str | int, list[Path]] = {}
    for first, *rest in unreliable:
        below.setdefault(first, []).append(tuple(rest))
    broken = {step for step, paths in below.items() if () in paths}
    if isinstance(value, list):
        return [_BROKEN if index in broken else guarded(item, below[index]) if index in below else item for index, item in enumerate(value)]
    copy: dict[str, Any] = {**value}
    if broken:
        copy = Guarded(copy)
        copy.unreliable = broken
    for step, paths in below.items():
        if step not in broken:
            copy[str(step)] = guarded(value[step], paths)
    return copy


class Calls(NamedTuple):
    """What is called with the objects of a definition.

    That is `in_state` where the status of an object is in a state, `in_bare_state` where it shows nothing else, and `otherwise`
    where there is no status, or none in such a state.
    """

    in_state: Mapping[str | None, tuple[Any, ...]] = {}
    in_bare_state: Mapping[str | None, tuple[Any, ...]] = {}
    otherwise: tuple[Any, ...] = ()


class Definition:
    """A definition on a walk: where its objects are, those below them, and what is called with them.

    `kind` is what a part is, None where the objects are no parts. `edges` are the properties that lead on: the name, the definition
    of the objects, the class of their nodes, and whether it is an array of them. The others are those of `Calls`.
    """

    __slots__ = ("edges", "in_bare_state", "in_state", "kind", "name", "otherwise")

    def __init__(self, name: str, calls: Calls) -> None:
        self.name = name
        self.kind = KINDS.get(name)
        self.edges: tuple[tuple[str, Definition, type[Node], bool], ...] = ()
        self.in_state, self.in_bare_state, self.otherwise = calls


class Node:
    """A documented object of a run: its value, its definition, the way to it from its parent, the parts right below it, and its calls."""

    __slots__ = ("calls", "definition", "key", "parent", "parts", "value")

    def __init__(self, value: Any, definition: Definition, key: Path, parent: Node | None) -> None:
        self.value = value
        self.definition = definition
        self.key = key
        self.parent = parent
        self.parts: list[Part] = []
        self.calls = definition.otherwise

    @property
    def path(self) -> Path:
        """The path to the object from the run."""
        return self.key if self.parent is None else (*self.parent.path, *self.key)

    def at(self, *steps: str | int) -> Path:
        """Return the path to something below this object."""
        return (*self.path, *steps)

    @property
    def kind(self) -> str | None:
        """What a part is: a run, a stage, a group, a member or a wait. None for an object that is no part."""
        return self.definition.kind


class Part(Node):
    """A part of a run: an object with a status of its own.

    `status` is its UpdateStatus, `state` the state in that, and `started` and `completed` are its
    times as text that sorts as they do. Each is None where it is absent or unreliable.
    """

    __slots__ = ("completed", "started", "state", "status")

    parent: Node
    status: Any
    state: str | None
    started: str | None
    completed: str | None

    def __init__(self, value: Any, definition: Definition, key: Path, parent: Node) -> None:
        self.value = value
        self.definition = definition
        self.key = key
        self.parent = parent
        if definition.name != GATE:
            parent.parts.append(self)
        self.parts = [] if definition.edges else _NO_PARTS
        self.started = self.completed = None
        try:
            self.status = status = value.get("status")
            if status is None:
                self.state = None
                self.calls = definition.otherwise
                return
            self.state = state = status.get("state")
            if len(status) == 1 and state is not None:
                self.calls = definition.in_bare_state.get(state, definition.otherwise)
                return
            time = status.get("startTime")
            if time is not None:
                self.started = sortable(time)
            time = status.get("completedTime")
            if time is not None:
                self.completed = sortable(time)
        except Unreliable:
            self._read_what_is_reliable()
        self.calls = definition.in_state.get(self.state, definition.otherwise)

    def _read_what_is_reliable(self) -> None:
        self.status = dig(self.value, "status")
        self.state = dig(self.status, "state")
        start, completed = dig(self.status, "startTime"), dig(self.status, "completedTime")
        self.started, self.completed = (None if time is None else sortable(time) for time in (start, completed))

    @property
    def title(self) -> str:
        """What the part is, with its name: `group "eu"`."""
        name = dig(self.value, "name") if self.kind not in {"run", "wait"} else None
        return str(self.kind) if name is None else f"{self.kind} {show(name)}"

    @property
    def run(self) -> Node:
        """The object that has the strategy and the status of the run."""
        node = self.parent
        while isinstance(node, Part):
            node = node.parent
        return node

    def tree(self) -> list[Part]:
        """Return the part and all parts below it, each before its own parts."""
        nodes = [self]
        for node in nodes:
            nodes += node.parts
        return nodes


class Gate(Part):
    """A gate before or after a stage or a group, which is not among the parts of these."""

    __slots__ = ()

    @property
    def title(self) -> str:
        """What the gate is, with its name: `gate "sign-off"`."""
        name = dig(self.value, "displayName")
        return "gate" if name is None else f"gate {show(name)}"


_NO_PARTS: list[Part] = []
"""Those of members and waits, and of nodes that are released."""


_CLASSES: dict[str | None, type[Node]] = {None: Node, "gate": Gate}
"""The classes of nodes by what they are, except Part."""


def walk(value: JSON, definition: Definition) -> list[Node]:
    """Return the nodes of a value, each before those below it; what is unreliable has none."""
    nodes = [] if value is None else [Node(value, definition, (), None)]
    for node in nodes:
        get = node.value.get
        for name, below, make, is_array in node.definition.edges:
            try:
                found = get(name)
            except Unreliable:
                continue
            if found is None:
                continue
            if is_array:
                index = 0
                for item in found:
                    nodes.append(make(item, below, (name, index), node))
                    index += 1  # noqa: SIM113 - and enumerate makes pairs
            else:
                nodes.append(make(found, below, (name,), node))
    return nodes


def release(nodes: Iterable[Node]) -> None:
    """Break the circles of nodes and their parts, so that they are freed at once; the garbage collector takes as long as the rules."""
    for node in nodes:
        node.parts = _NO_PARTS


def definitions(
    objects: Mapping[str, ObjectSchema],
    wanted: Collection[str],
    calls: Callable[[str], Calls],
) -> dict[str, Definition]:
    """Return the definitions for a walk to the objects of those that are wanted, with what is called for each."""
    leading = set(wanted)
    while more := {name for name, known in objects.items() if any(each.below in leading for each in known.properties.values())} - leading:
        leading |= more
    made = {name: Definition(name, calls(name)) for name in objects}
    for name, known in objects.items():
        below = [(key, made[each.below], each.array) for key, each in known.properties.items() if each.below and each.below in leading]
        made[name].edges = tuple((key, other, _CLASSES.get(other.kind, Part), is_array) for key, other, is_array in below)
    return made


def dig(value: Any, *names: str) -> Any:
    """Follow property names down from an object. Return None where a value is absent or unreliable."""
    try:
        for name in names:
            value = None if value is None else value.get(name)
    except Unreliable:
        return None
    return value


def reliable(value: Any, name: str) -> Any:
    """Return the value of a property of an object, None where it is absent or unreliable."""
    try:
        return value.get(name)
    except Unreliable:
        return None


def is_unreliable(value: Any, name: str) -> bool:
    """Return whether a property of an object cannot be read."""
    return isinstance(value, Guarded) and name in value.unreliable


def lacks(value: Any, name: str) -> bool:
    """Return whether an object is known to be without a property."""
    try:
        return value.get(name) is None
    except Unreliable:
        return False


_Item = TypeVar("_Item")


def duplicates(items: Sequence[_Item], key: Callable[[_Item], Hashable]) -> Iterator[tuple[int, int]]:
    """Yield the indices of the first item with a key, and of each later one with the same; a key that is None or unreliable is none."""
    try:
        keys = list(map(key, items))
    except Unreliable:
        keys = [_reliable(key, item) for item in items]
    if len({*keys}) == len(keys):
        return
    first: dict[Hashable, int] = {}
    for index, each in enumerate(keys):
        if each is not None and first.setdefault(each, index) != index:
            yield first[each], index


def _reliable(key: Callable[[_Item], Hashable], item: _Item) -> Hashable:
    try:
        return key(item)
    except Unreliable:
        return None
