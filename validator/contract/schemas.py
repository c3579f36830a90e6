"""The contract: the schemas of one api-version, with the citation and the rule at each of their places."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import orjson

from ..pointer import Path, to_pointer
from ..wording import hint

Schema: TypeAlias = dict[str, Any]

# In a wheel the schemas are inside the package, in a checkout next to it.
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCHEMAS = next(
    folder for folder in (os.path.join(_PACKAGE, "schemas"), os.path.join(os.path.dirname(_PACKAGE), "schemas")) if os.path.isdir(folder)
)
"""The folder of the schemas."""


def _read(path: str) -> Any:
    with open(path, "rb") as stream:
        return orjson.loads(stream.read())


_VERSIONS: Any = _read(os.path.join(SCHEMAS, "versions.json"))
VERSIONS: tuple[str, ...] = tuple(each["version"] for each in _VERSIONS["versions"])
"""The api-versions that there are schemas for, oldest first."""

DEFAULT_VERSION: str = _VERSIONS["default"]
"""The api-version that is checked by where nothing names another one."""

PARAMETERS = "UpdateRunsGet"
"""The schema of the parameters in a URL, which is no definition of the reference page."""


CONSTRAINING = frozenset(
    {
        *("type", "enum", "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "minItems", "maxItems"),
        *("required", "readOnly", "not", "$ref"),
    }
)
"""The keywords that constrain instances, each with a source."""

_DEFAULT_SOURCES = {"required": "spec", "readOnly": "spec"}
"""The source that a keyword has where its schema names none; that of all others is the reference page."""


def _constraints(schema: Schema, location: Path) -> Iterator[Path]:
    yield from ((*location, keyword) for keyword in schema if keyword in CONSTRAINING)
    for name, part in schema.get("properties", {}).items():
        yield from _constraints(part, (*location, "properties", name))
    if "items" in schema:
        yield from _constraints(schema["items"], (*location, "items"))
    for index, case in enumerate(schema.get("allOf", ())):
        yield from _constraints(case["then"], (*location, "allOf", index, "then"))


@dataclass(frozen=True, slots=True)
class Contract:
    """The schemas of one api-version, by definition."""

    version: str
    schemas: dict[str, Schema]

    @property
    def definitions(self) -> tuple[str, ...]:
        """The documented definitions, without the URL's parameters."""
        return tuple(name for name in self.schemas if name != PARAMETERS)

    def locate(self, uri: str) -> str:
        """Return the definition that an `$id` of a schema, or a reference to it, is of."""
        return uri.rpartition("/")[2].removesuffix(".json")

    def along(self, definition: str, location: Path) -> list[Any]:
        """Return the schema of a definition and each value on the path into it, the last one included."""
        found: list[Any] = [self.schemas[definition]]
        for step in location:
            found.append(found[-1][step])
        return found

    def cites(self, definition: str, location: Path) -> str:
        """Return the source of the keyword at a location: the definition itself, unless `x-cites` in the schema names another one."""
        keyword = str(location[-1])
        written: str | None = self.along(definition, location)[-2].get("x-cites", {}).get(keyword)
        return written or f"{_DEFAULT_SOURCES.get(keyword, 'rest')}#{definition}"

    def constraints(self, definition: str) -> Iterator[Path]:
        """Yield the location of every keyword of a definition that constrains instances."""
        yield from _constraints(self.schemas[definition], ())

    def rule(self, definition: str, location: Path) -> tuple[str, Schema] | None:
        """Return the rule that a location belongs to and the schema that states it, None for a location of no rule."""
        for schema in self.along(definition, location):
            if isinstance(schema, dict) and "x-rule" in schema:
                return schema["x-rule"], schema
        return None


def load(version: str = DEFAULT_VERSION) -> Contract:
    """Load the schemas of an api-version, one of VERSIONS, once."""
    return _load(version)


@cache
def _load(version: str) -> Contract:
    folder = os.path.join(SCHEMAS, version)
    return Contract(version, {name.removesuffix(".json"): _read(os.path.join(folder, name)) for name in sorted(os.listdir(folder))})


def check_definition(name: str) -> None:
    """Raise LookupError, with the nearest name, for a definition that is not documented."""
    known = load().definitions
    if name not in known:
        raise LookupError(f"not a documented definition: {name}; {hint(str(name), known, 'expected one, such as UpdateStage')}")


def nearest(version: str) -> str:
    """Return the api-version to check by: the given one, or else the newest of those before it, or else the oldest."""
    return max((known for known in VERSIONS if known <= version), default=VERSIONS[0])


@cache
def sources() -> dict[str, Any]:
    """Load the bibliography that citations lead to."""
    loaded: dict[str, Any] = _read(os.path.join(SCHEMAS, "sources.json"))
    return loaded


def uses(contract: Contract, keyword: str) -> Iterator[tuple[str, str, str]]:
    """Yield the places where a keyword constrains: the definition, the pointer to the schema in it, and the citation."""
    for definition in contract.schemas:
        for location in contract.constraints(definition):
            if location[-1] == keyword:
                yield definition, to_pointer(location[:-1]), contract.cites(definition, location)


def limit(leaf: str, keyword: str) -> int:
    """Return the value of a keyword for a property, such as the `maxLength` of `UpdateGroup.name`."""
    definition, _, name = leaf.partition(".")
    return int(load().schemas[definition]["properties"][name][keyword])


def bundle(contract: Contract, definition: str) -> Schema:
    """Return a definition and all that it refers to as one schema, in which every reference is local.

    What is not of JSON Schema itself, the sources and the names of rules, is left out, as strict validators refuse
    keywords that they do not know.
    """
    found: dict[str, Schema] = {}
    pending = [definition]
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = _local(contract, contract.schemas[name], pending)
            for keyword in ("$schema", "$id"):
                del found[name][keyword]
    whole = contract.schemas[definition]
    head = {keyword: whole[keyword] for keyword in ("$schema", "title", "description")}
    return {**head, "$ref": f"#/$defs/{definition}", "$defs": dict(sorted(found.items()))}


def _local(contract: Contract, node: Any, referred: list[str]) -> Any:
    """Copy a part of a schema with local references, and add the definitions that they name to the list."""
    if isinstance(node, list):
        return [_local(contract, item, referred) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {}
    for key, value in node.items():
        if key == "$ref":
            referred.append(contract.locate(value))
            copy[key] = f"#/$defs/{referred[-1]}"
        elif not key.startswith("x-"):
            copy[key] = _local(contract, value, referred)
    return copy
