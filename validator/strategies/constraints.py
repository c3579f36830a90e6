"""The constraints of the schemas, the values in a document that each applies to, and the values that break it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..contract import schemas
from ..contract.layers import Schema
from ..pointer import JSON, Path, to_pointer


@dataclass(frozen=True, slots=True)
class Constraint:
    """A keyword at a location of a schema; `name` is the property that `required` demands, and `rule` the rule that reports it."""

    definition: str
    location: Path
    keyword: str
    name: str | None = None
    rule: str | None = None

    def __str__(self) -> str:
        tail = "" if self.name is None else f"/{self.name}"
        return f"{self.definition}#{to_pointer((*self.location, self.keyword))}{tail}"

    @property
    def schema(self) -> Schema:
        """The schema that contains the keyword."""
        schema: Schema = schemas.load().along(self.definition, self.location)[-1]
        return schema

    @property
    def parameter(self) -> Any:
        """The value of the keyword."""
        return self.schema[self.keyword]


@cache
def constraints() -> tuple[Constraint, ...]:
    """Return every constraint of the schemas; each property that a `required` names is one of its own."""
    contract = schemas.load()
    found: list[Constraint] = []
    for definition in contract.schemas:
        for *steps, keyword in contract.constraints(definition):
            location = tuple(steps)
            in_schema = contract.rule(definition, location)
            rule = None if in_schema is None else in_schema[0]
            names = contract.along(definition, (*location, keyword))[-1] if keyword == "required" else [None]
            found += [Constraint(definition, location, str(keyword), name, rule) for name in names]
    return tuple(found)


def instances(value: JSON, definition: str) -> Iterator[tuple[Path, str, Path]]:
    """Yield the path of every value in a document, with the definition and the location of each schema that describes it."""
    contract = schemas.load()
    pending: list[tuple[Path, JSON, str, Path]] = [((), value, definition, ())]
    while pending:
        path, node, name, location = pending.pop()
        yield path, name, location
        schema = contract.along(name, location)[-1]
        if "$ref" in schema:
            pending.append((path, node, contract.locate(schema["$ref"]), ()))
        if isinstance(node, dict):
            properties = schema.get("properties", {})
            pending += [((*path, key), node[key], name, (*location, "properties", key)) for key in node if key in properties]
        if isinstance(node, list) and "items" in schema:
            pending += [((*path, index), item, name, (*location, "items")) for index, item in enumerate(node)]


_OTHER_TYPES: dict[str, list[JSON]] = {
    "object": [None, [], "x", 1],
    "array": [None, {}, "x", 1],
    "string": [None, 1, True, [], {}],
    "integer": [None, 0.5, "1", True, []],
}
_ARM_ID = "/subscriptions/a/resourceGroups/b/providers/Microsoft.ContainerService/fleets/c/updateRuns/d"
_NEAR_FORMAT: dict[str, list[JSON]] = {
    "date-time": ["2025-04-08T09:30:00", "2025-04-08", "2025-02-29T09:30:00Z", "2025-04-08T09:30:00.1234567890Z", "2025-04-08T09:30:00Z\n"],
    "uuid": ["01234567-89ab-cdef-0123-456789abcdeg", "0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcdef\n"],
    "arm-id": [f"{_ARM_ID}\n", "/subscriptions/", "run", "/subscriptions/a/resourceGroups", "https://example.invalid/subscriptions/a"],
}


def breaking(constraint: Constraint) -> list[JSON]:
    """Return values that break a constraint, those at the boundary first."""
    parameter = constraint.parameter
    match constraint.keyword:
        case "$ref":
            return [None]
        case "type":
            return _OTHER_TYPES[parameter]
        case "enum":
            return [parameter[0].lower(), parameter[-1].upper(), f"{parameter[0]}\n", "Unknown", ""]
        case "minLength":
            return ["a" * (parameter - 1)]
        case "maxLength":
            return ["a" * (parameter + 1), "a" * (2 * parameter)]
        case "pattern":
            return ["a\n", "-a", "a-", "A", "a b"] if "a-z" in parameter else ["a\n", "a b", "a/b"]
        case "format":
            return _NEAR_FORMAT[parameter]
        case "minimum":
            return [parameter - 1, -(2**63)]
        case "maximum":
            return [parameter + 1, 2**63]
        case "minItems":
            return [[]]
        case _:
            raise LookupError(f"nothing is known to break {constraint}")


def consequences(constraint: Constraint, value: JSON) -> list[str]:
    """Return the rules that a value breaks besides the constraint: an empty name is too short and breaks the pattern, too."""
    schema = constraint.schema
    return ["schema/pattern"] if constraint.keyword == "minLength" and "pattern" in schema and value == "" else []
