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

    def __str__(self) -> str:
        return f"{self.name} {self.aspect}" if self.aspect in ("absent", "met", "broken", "called", "fired") else self.name


class Constraint(NamedTuple):
    """A keyword of the schemas that is part of no rule: that of an object, of its property `key`, or of a string that is a definition.

    `required` is a constraint for each property. `edge` is the length, the number of items or the number at which the keyword is met at
    its edge, None where it has none.
    """

    name: str
    definition: str
    key: str | None
    keyword: str
    edge: int | None


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
                found += [Constraint(constraint_name((definition, (*location, key))), owner, key, keyword, None) for key in parameter]
            else:
                owner, key = ".".join((definition, *path[1:-2:2])), path[-1] if path else None
                found.append(
                    Constraint(constraint_name((definition, location)), owner, key, keyword, parameter if keyword in _EDGES else None)
                )
    return {each.name: each for each in found}


# Shapes


class Kind:
    """A definition of an api-version on a side, with what matters in its objects.

    `edges` lead to the objects below. The values of `enums` matter, and whether those of `lengths` and `numbers` are at an edge.
    `is_part` is whether the objects are parts; then `status` and `error` are the definitions of their status, and of the error in that.
    `plans` are those of the names that objects have.
    """

    __slots__ = ("edges", "enums", "error", "is_part", "lengths", "name", "numbers", "plans", "side", "status", "version")

    status: Kind
    error: Kind

    def __init__(self, name: str, version: str, side: Side) -> None:
        self.name, self.version, self.side = name, version, side
        self.is_part = name in KINDS
        self.edges: dict[str, tuple[Kind, bool]] = {}
        self.enums: list[str] = []
        self.lengths: dict[str, set[int]] = {}
        self.numbers: dict[str, set[int]] = {}
        self.plans: dict[tuple[str, ...], Plan] = {}

    def plan(self, names: tuple[str, ...]) -> Plan:
        """Return the plan of objects with properties of some names, and keep it if there are not too many."""
        if len(self.plans) >= MAX_PLANS:
            self.plans.clear()
        plan = self.plans[names] = Plan(self, names)
        return plan


class Plan:
    """What matters in the objects of a definition that have the same names: its edges, enums, lengths and numbers that are there."""

    __slots__ = ("edges", "enums", "has_status", "has_values", "kind", "known", "lengths", "names", "numbers")

    def __init__(self, kind: Kind, names: tuple[str, ...]) -> None:
        self.kind = kind
        self.names = names
        self.edges = tuple((key, *edge) for key, edge in kind.edges.items() if key in names)
        self.enums = tuple(key for key in kind.enums if key in names)
        self.lengths = tuple((key, edges) for key, edges in kind.lengths.items() if key in names)
        self.numbers = tuple((key, edges) for key, edges in kind.numbers.items() if key in names)
        self.has_values = bool(self.enums or self.lengths or self.numbers)
        self.known: set[tuple[Any, ...]] = set()
        self.has_status = kind.is_part and "status" in names

    def shape(self, values: tuple[Any, ...], unreliable: frozenset[str] | None = None) -> Shape:
        """Return a new shape, and add its values to those that are known; of too many, the others are forgotten, which costs time alone."""
        if unreliable is not None:
            return Shape(self, values, unreliable, is_first=True)  # another object with these names may lack what is unreliable here
        if len(self.known) >= MAX_KNOWN:
            self.known.clear()
        shape = Shape(self, values, None, is_first=not self.known)
        self.known.add(values)
        return shape


MAX_PLANS = 100
"""Plans of a definition that are kept at once."""

MAX_KNOWN = 1000
"""Values of a plan that are known at once."""


def kinds(version: str, side: Side) -> dict[str, Kind]:
    """Return the definitions of the objects of an api-version, of which no shapes are known."""
    objects = object_schemas(version)
    made = {name: Kind(name, version, side) for name in objects}
    for constraint in constraints(version).values():
        if constraint.edge is not None:
            kind = made[constraint.definition]
            edges = kind.numbers if constraint.keyword in ("minimum", "maximum") else kind.lengths
            edges.setdefault(str(constraint.key), set()).add(constraint.edge)
    for name, known in objects.items():
        kind = made[name]
        for key, each in known.properties.items():
            if kind.is_part and key == "status":
                kind.status, kind.error = made["UpdateStatus"], made["ErrorDetail"]
            elif each.below in made:
                kind.edges[key] = made[each.below], each.array
            elif each.below is not None:
                kind.enums.append(key)
    made["ErrorDetail"].enums.append("code")
    return made


Node: TypeAlias = tuple[Any, int]
"""An object in a document: the way to its array, None for the whole, and its index there.

A way is the node of the object that has the array, the path from that, and whether it is an array or a single object after all.
"""


class Shape(NamedTuple):
    """The shape of an object: the plan of its names, the values that matter, and the properties that are unreliable.

    `values` are those of the plan: of enums, lengths and numbers, and of the status of a part the names of its properties, None where it
    has a shape of its own, and its state. `is_first` is whether no other shape of the plan is known.
    """

    plan: Plan
    values: tuple[Any, ...]
    unreliable: frozenset[str] | None
    is_first: bool


def path_of(node: Node) -> Path:
    """Return the path to an object."""
    way, index = node
    if way is None:
        return ()
    parent, path, is_array = way
    return (*path_of(parent), *path, index) if is_array else (*path_of(parent), *path)


def new_shapes(whole: JSON, definition: Kind) -> Iterator[tuple[Shape, Node]]:  # noqa: C901, PLR0912 - calls would take more time
    """Yield each shape in a value that is not known yet, with its first object, and add it to those that its plan knows.

    Each object of each document pays for this. So a shape is a plain tuple until it is new, a status without an error is part of the
    shape of its part, and objects without objects below them have no node.
    """
    arrays: list[tuple[Any, Kind, Any]] = [((whole,), definition, None)]
    for items, kind, way in arrays:
        get_plan, index = kind.plans.get, -1
        for value in items:
            index += 1
            unreliable = None
            if value.__class__ is Guarded:
                unreliable = frozenset(name for name in object_schemas(kind.version)[kind.name].properties if name in value.unreliable)
                value = {name: dict.__getitem__(value, name) for name in dict.keys(value) if name not in unreliable}  # noqa: PLW2901 - what it is
            names = tuple(value)
            plan = get_plan(names) or kind.plan(names)
            found: tuple[Any, ...] = ()
            if plan.has_values:
                for key in plan.enums:
                    found += (value[key],)
                for key, edges in plan.lengths:
                    length = len(value[key])
                    found += (length if length in edges else None,)
                for key, edges in plan.numbers:
                    number = value[key]
                    found += (number if number in edges else None,)
            if plan.has_status:
                status = value["status"]
                if status.__class__ is dict:
                    found += (tuple(status), status.get("state"))
                    if "error" in status:
                        arrays.append(((status["error"],), kind.error, ((way, index), ("status", "error"), False)))
                else:
                    found += (None, dig(status, "state"))
                    arrays.append(((status,), kind.status, ((way, index), ("status",), False)))
            if found not in plan.known or unreliable is not None:
                yield plan.shape(found, unreliable), (way, index)
            if plan.edges:
                here = (way, index)
                for key, below, is_array in plan.edges:
                    arrays.append((value[key] if is_array else (value[key],), below, (here, (key,), is_array)))


# Facts


def facts_of(shape: Shape) -> Iterator[tuple[Fact, Path]]:
    """Yield the facts in an object of a shape, each with the path to it from the object."""
    plan, values, unreliable, is_first = shape
    kind = plan.kind
    state, is_bare = None, False
    if plan.has_status:
        of_status, state = values[-2:]
        is_bare = of_status is not None and len(of_status) == 1
        if of_status is not None:
            inner = kind.status.plans.get(of_status) or kind.status.plan(of_status)
            if (state,) not in inner.known:
                yield from ((fact, ("status", *path)) for fact, path in facts_of(inner.shape((state,))))
        if state is not None:
            yield Fact("states", f"{KINDS[kind.name]} {state}", "reached"), ("status", "state")
    known = dict(zip([*plan.enums, *(key for key, _ in (*plan.lengths, *plan.numbers))], values, strict=False))
    if is_first:
        yield from _of_properties(kind, plan.names, unreliable or frozenset())
    for enum in plan.enums:
        yield from _of_value(kind, enum, known[enum])
    for constraint in _of_objects(kind.version)[kind.name]:
        key, edge = constraint.key, constraint.edge
        is_met = is_first if edge is None else known.get(str(key)) == edge
        if is_met and (key is None or key in plan.names):
            yield Fact("constraints", constraint.name, "met"), () if key is None or constraint.keyword == "required" else (key,)
    for rule in _rules_called(kind, known, state, is_bare=is_bare):
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


def _rules_called(kind: Kind, values: dict[str, Any], state: str | None, *, is_bare: bool) -> Iterator[str]:
    yield UNDOCUMENTED
    if kind.side == "request":
        yield READ_ONLY
    schema: Schema = schemas.load(kind.version).schemas.get(kind.name, {})
    for case in schema.get("allOf", ()):
        if all(values.get(key) in part["enum"] for key, part in case["if"]["properties"].items()):
            yield case["x-rule"]
    yield from (rule.name for rule in rules_called(kind.name, state, bare=is_bare, version=kind.version, side=kind.side))
