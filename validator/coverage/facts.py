"""The facts in objects, by the shapes of these.

A shape is all of an object that facts depend on: its definition, the names of its properties, and the values that matter, such as those of
enums. Most objects have a shape that was there before, so that facts are made, and their places are looked up, for few of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias

from ..contract import schemas
from ..contract.layers import Schema
from ..contract.objects import object_schemas
from ..contract.operations import ERROR_CODES
from ..contract.schema_errors import READ_ONLY, UNDOCUMENTED, Location
from ..findings import Side
from ..pointer import JSON, Path, to_pointer
from ..rules.dispatch import rules_called
from ..run.nodes import KINDS, Guarded, dig

Section: TypeAlias = Literal["definitions", "values", "constraints", "rules", "states", "operations"]
SECTIONS: tuple[Section, ...] = ("definitions", "values", "constraints", "rules", "states", "operations")


class Fact(NamedTuple):
    """Something of the contract that can occur, such as `constraints`, `UpdateGroup#/properties/name/maxLength`, `broken`."""

    section: Section
    name: str
    aspect: str


class Constraint(NamedTuple):
    """A keyword of the schemas that is part of no rule: that of an object, of its property `key`, or of a string that is a definition.

    `required` is a constraint for each property.
    """

    name: str
    definition: str
    key: str | None
    keyword: str
    parameter: Any

    @property
    def edge(self) -> int | None:
        """The length, the number of items or the number at which the keyword is met at its edge, None where it has none."""
        return int(self.parameter) if self.keyword in _EDGES else None

    def is_met_by(self, value: Any) -> bool:
        """Return whether a value that the schemas accept is at the edge of the keyword."""
        return bool((value if self.keyword in ("minimum", "maximum") else len(value)) == self.edge)


_EDGES = ("minLength", "maxLength", "minimum", "maximum", "minItems")


def constraint_name(location: Location) -> str:
    """Return the name of the constraint at a location, which for `required` ends in the name of the property."""
    definition, path = location
    return f"{definition}#{to_pointer(path)}"


@cache
def constraints(version: str) -> dict[str, Constraint]:
    """Return the constraints of an api-version by name."""
    contract = schemas.load(version)
    found = []
    for definition in contract.schemas:
        for location in contract.constraints(definition):
            *path, keyword = map(str, location)
            if keyword == "$ref" or contract.rule(definition, location) is not None:
                continue
            parameter = contract.along(definition, location)[-1]
            if keyword == "required":
                owner = ".".join((definition, *path[1::2]))
                found += [
                    Constraint(constraint_name((definition, (*location, key))), owner, key, keyword, True) for key in parameter
                ]
            else:
                owner, key = ".".join((definition, *path[1:-2:2])), path[-1] if path else None
                found.append(Constraint(constraint_name((definition, location)), owner, key, keyword, parameter))
    return {each.name: each for each in found}


# Shapes


class Kind:
    """A definition of an api-version on a side, with what matters in its objects.

    `edges` lead to the objects below. The values of `enums` matter, and whether those of `lengths` and `numbers` are at an edge. `status` is
    the definition of the status of a part, None where the objects are no parts.
    """

    __slots__ = ("edges", "enums", "lengths", "name", "numbers", "side", "status", "version")

    def __init__(self, name: str, version: str, side: Side) -> None:
        self.name, self.version, self.side = name, version, side
        self.status: Kind | None = None
        self.edges: list[tuple[str, Kind, bool]] = []
        self.enums: list[str] = []
        self.lengths: list[tuple[str, set[int]]] = []
        self.numbers: list[tuple[str, set[int]]] = []


@cache
def kinds(version: str, side: Side) -> dict[str, Kind]:
    """Return the definitions of the objects of an api-version."""
    objects = object_schemas(version)
    made = {name: Kind(name, version, side) for name in objects}
    edges: dict[tuple[str, str, bool], set[int]] = {}
    for constraint in constraints(version).values():
        if constraint.edge is not None:
            is_number = constraint.keyword in ("minimum", "maximum")
            edges.setdefault((constraint.definition, str(constraint.key), is_number), set()).add(constraint.edge)
    for (name, key, is_number), numbers in edges.items():
        (made[name].numbers if is_number else made[name].lengths).append((key, numbers))
    for name, known in objects.items():
        kind = made[name]
        for key, each in known.properties.items():
            if name in KINDS and key == "status":
                kind.status = made["UpdateStatus"]
            elif each.below in made:
                kind.edges.append((key, made[each.below], each.array))
            elif each.below is not None:
                kind.enums.append(key)
    made["ErrorDetail"].enums.append("code")
    return made


Node: TypeAlias = tuple[Any, Kind, Any, Path]
"""An object in a document, its definition, the node of the object that it is in, and the path from there."""


class Shape(NamedTuple):
    """The shape of an object: its definition, the names of its properties, the values that matter, and the properties that are unreliable.

    `values` are those that matter, in the order of its `Kind`: of enums, lengths, numbers, and of the status of a part the names of its properties,
    None where it has a shape of its own, and its state.
    """

    kind: Kind
    names: tuple[str, ...]
    values: tuple[Any, ...]
    unreliable: frozenset[str] | None


def path_of(node: Node) -> Path:
    """Return the path to an object."""
    _, _, parent, key = node
    return key if parent is None else (*path_of(parent), *key)


def new_shapes(value: JSON, kind: Kind, known: set[Any]) -> Iterator[tuple[Shape, Node]]:
    """Yield each shape in a value that is not known yet, with its first object, and add it to those that are known.

    A shape is a plain tuple until it is new, and a status without an error is part of the shape of its part: the time of this is paid for each object.
    """
    nodes: list[Node] = [(value, kind, None, ())]
    for node in nodes:
        value, kind, _, _ = node
        unreliable = None
        if value.__class__ is Guarded:
            unreliable = frozenset(name for name in object_schemas(kind.version)[kind.name].properties if name in value.unreliable)
            value = {name: dict.__getitem__(value, name) for name in dict.keys(value) if name not in unreliable}
        get = value.get
        found: tuple[Any, ...] = ()
        for key in kind.enums:
            found += (get(key),)
        for key, edges in kind.lengths:
            part = get(key)
            found += (None if part is None or len(part) not in edges else len(part),)
        for key, edges in kind.numbers:
            part = get(key)
            found += (part if part in edges else None,)
        if kind.status is not None:
            part = get("status")
            if part.__class__ is dict:
                found += ((tuple(part), part.get("state")),)
                if "error" in part:
                    nodes.append((part["error"], kind.status.edges[0][1], node, ("status", "error")))
            elif part is not None:
                found += ((None, dig(part, "state")),)
                nodes.append((part, kind.status, node, ("status",)))
            else:
                found += (None,)
        shape = (kind, tuple(value), found, unreliable)
        if shape not in known:
            known.add(shape)
            yield Shape(*shape), node
        for key, below, is_array in kind.edges:
            part = get(key)
            if part is None:
                continue
            if is_array:
                index = 0
                for item in part:
                    nodes.append((item, below, node, (key, index)))
                    index += 1
            else:
                nodes.append((part, below, node, (key,)))


# Facts


def facts_of(shape: Shape) -> Iterator[tuple[Fact, Path]]:
    """Yield the facts in an object of a shape, each with the path to it from the object."""
    kind, names, values, unreliable = shape
    state, is_bare = None, False
    if kind.status is not None and values[-1] is not None:
        of_status, state = values[-1]
        is_bare = of_status is not None and len(of_status) == 1
        if of_status is not None:
            yield from (
                (fact, ("status", *path)) for fact, path in facts_of(Shape(kind.status, of_status, (state,), None))
            )
        if state is not None:
            yield Fact("states", f"{KINDS[kind.name]} {state}", "reached"), ("status", "state")
    yield from _of_properties(kind, names, unreliable or frozenset())
    known = dict(zip([*kind.enums, *(key for key, _ in (*kind.lengths, *kind.numbers))], values, strict=False))
    for key in kind.enums:
        yield from _of_value(kind, key, known[key])
    for constraint in _of_objects(kind.version)[kind.name]:
        key, edge = constraint.key, constraint.edge
        if (key is None or key in names) and (edge is None or known[key] == edge):
            yield Fact("constraints", constraint.name, "met"), () if key is None or constraint.keyword == "required" else (key,)
    for rule in _rules_called(shape, known, state, is_bare):
        yield Fact("rules", rule, "called"), ()


def _of_properties(kind: Kind, names: tuple[str, ...], unreliable: frozenset[str]) -> Iterator[tuple[Fact, Path]]:
    yield Fact("definitions", kind.name, "present"), ()
    for name in object_schemas(kind.version)[kind.name].properties:
        if name in names:
            yield Fact("definitions", f"{kind.name}.{name}", "present"), (name,)
        elif name not in unreliable:
            yield Fact("definitions", f"{kind.name}.{name}", "absent"), ()


def _of_value(kind: Kind, key: str, value: str | None) -> Iterator[tuple[Fact, Path]]:
    """Yield the facts in a value of an enum, or in the code of an error."""
    if kind.name == "ErrorDetail":
        if value in ERROR_CODES:
            yield Fact("operations", f"error {value}", "answered"), (key,)
    elif value is not None:
        enum = str(object_schemas(kind.version)[kind.name].properties[key].below)
        yield Fact("definitions", enum, "present"), (key,)
        yield Fact("values", f"{enum}={value}", "present"), (key,)
        for constraint in _of_objects(kind.version).get(enum, ()):
            yield Fact("constraints", constraint.name, "met"), (key,)


@cache
def _of_objects(version: str) -> dict[str, list[Constraint]]:
    """Return the constraints of an api-version by the object, or the enum, whose constraints they are."""
    found: dict[str, list[Constraint]] = {name: [] for name in object_schemas(version)}
    for constraint in constraints(version).values():
        found.setdefault(constraint.definition, []).append(constraint)
    return found


def _rules_called(shape: Shape, values: dict[str, Any], state: str | None, is_bare: bool) -> Iterator[str]:
    kind = shape.kind
    yield UNDOCUMENTED
    if kind.side == "request":
        yield READ_ONLY
    schema: Schema = schemas.load(kind.version).schemas.get(kind.name, {})
    for case in schema.get("allOf", ()):
        if all(values.get(key) in part["enum"] for key, part in case["if"]["properties"].items()):
            yield case["x-rule"]
    yield from (rule.name for rule in rules_called(kind.name, state, bare=is_bare, version=kind.version, side=kind.side))
