"""The schemas of each api-version, with the citation and the rule of each constraint."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import orjson

from ..pointer import Path, to_pointer
from ..wording import hint
from .layers import CONSTRAINING, Schema, lacking, patched

# In a wheel the schemas are inside the package, in a checkout next to it.
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCHEMAS = next(
    folder for folder in (os.path.join(_PACKAGE, "schemas"), os.path.join(os.path.dirname(_PACKAGE), "schemas")) if os.path.isdir(folder)
)
"""The folder of the schemas."""


def _read(path: str) -> Any:
    with open(path, "rb") as stream:
        return orjson.loads(stream.read())


class Version(NamedTuple):
    """A published api-version: the default version, with the patches in some folders, each over the one before, without what it lacks.

    `lacks` is what the next version has on top of this one, up to the default version. `clients` are the tools that speak it.
    """

    name: str
    stable: bool = False
    folders: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()


_TABLE: Any = _read(os.path.join(SCHEMAS, "versions.json"))

PUBLISHED: dict[str, Version] = {
    row["version"]: Version(
        row["version"], row["stable"], tuple(row.get("folders", ())), tuple(row.get("lacks", ())), tuple(row.get("clients", ()))
    )
    for row in _TABLE["versions"]
}
"""The published api-versions by name, oldest first."""

VERSIONS: tuple[str, ...] = tuple(PUBLISHED)
"""The api-versions that there are schemas for, oldest first."""

DEFAULT_VERSION: str = _TABLE["default"]
"""The api-version whose folder is complete. It is that of a document that needs no later one."""

AUTO = "auto"
"""Takes the place of an api-version: the default one, or a later one where a document needs it."""

DRAFTS: tuple[str, ...] = tuple(_TABLE["drafts"])
"""Names of api-versions that were worked on, and never published."""

PARAMETERS = "UpdateRunsGet"
"""The name of the schema of the parameters in a URL, which is not a definition of the reference page."""

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


class Contract(NamedTuple):
    """The schemas of one api-version, by definition."""

    version: str
    schemas: dict[str, Schema]

    @property
    def definitions(self) -> tuple[str, ...]:
        """The documented definitions, without the URL's parameters."""
        return tuple(name for name in self.schemas if name != PARAMETERS)

    def locate(self, uri: str) -> str:
        """Return the definition that an `$id` or a `$ref` names."""
        return uri.rpartition("/")[2].removesuffix(".json")

    def along(self, definition: str, location: Path) -> list[Any]:
        """Return the schema of a definition and each value on a path into it, the last one included."""
        values: list[Any] = [self.schemas[definition]]
        for step in location:
            values.append(values[-1][step])
        return values

    def cites(self, definition: str, location: Path) -> str:
        """Return the citation of the keyword at a location: the definition itself, unless `x-cites` in the schema has another one."""
        keyword = str(location[-1])
        own: str | None = self.along(definition, location)[-2].get("x-cites", {}).get(keyword)
        return own or f"{_DEFAULT_SOURCES.get(keyword, 'rest')}#{definition}"

    def constraints(self, definition: str) -> Iterator[Path]:
        """Yield the location of every keyword of a definition that constrains instances."""
        yield from _constraints(self.schemas[definition], ())

    def rule(self, definition: str, location: Path) -> tuple[str, Schema] | None:
        """Return the name of the rule that a location is part of and the schema that states it, None if it is part of none."""
        for schema in self.along(definition, location):
            if isinstance(schema, dict) and "x-rule" in schema:
                return schema["x-rule"], schema
        return None


def load(version: str = DEFAULT_VERSION) -> Contract:
    """Return the schemas of an api-version, one of VERSIONS; they are read once."""
    return _load(version)


@cache
def _load(version: str) -> Contract:
    known = PUBLISHED.get(version, Version(version))
    complete = DEFAULT_VERSION if version in PUBLISHED else version
    schemas = _folder(complete)
    for folder in known.folders:
        source = f"spec-{folder}"
        for name, patch in _folder(folder).items():
            schemas[name] = patched(schemas.get(name, {}), patch, source)
    lacks = [fact for name in reversed(VERSIONS) if version <= name < complete for fact in PUBLISHED[name].lacks]
    if version != complete:
        named = {name: schema | {"$id": f"{BASE}/{version}/{name}.json"} for name, schema in sorted(schemas.items())}
        schemas = lacking(named, lacks)
    return Contract(version, schemas)


BASE = "https://updaterun-validator.invalid/Microsoft.ContainerService"
"""What the `$id` of each schema begins with."""


def _folder(name: str) -> dict[str, Schema]:
    folder = os.path.join(SCHEMAS, name)
    return {file.removesuffix(".json"): _read(os.path.join(folder, file)) for file in sorted(os.listdir(folder))}


def check_version(name: str) -> None:
    """Raise LookupError, with the nearest one, for an api-version that is not published."""
    if name not in (*VERSIONS, AUTO):
        if name in DRAFTS:
            raise LookupError(f"{name} was never published; the nearest version is {nearest(name)}")
        expected = hint(str(name), VERSIONS, f"expected one, such as {DEFAULT_VERSION}")
        raise LookupError(f"{name} is not a published api-version with update runs; {expected}")


def check_definition(name: str, version: str = DEFAULT_VERSION) -> None:
    """Raise LookupError, with the nearest name, for a definition that is not documented in an api-version."""
    known = load(version).definitions
    if name not in known:
        raise LookupError(f"not a documented definition: {name}; {hint(str(name), known, 'expected one, such as UpdateStage')}")


def nearest(version: str) -> str:
    """Return the api-version whose schemas check another: itself if it is known, or else the newest before it, or else the oldest."""
    return max((known for known in VERSIONS if known <= version.lower()), default=VERSIONS[0])


@cache
def sources() -> dict[str, Any]:
    """Return the bibliography: the sources that citations name."""
    bibliography: dict[str, Any] = _read(os.path.join(SCHEMAS, "sources.json"))
    return bibliography


def uses_by_source(contract: Contract, keyword: str) -> dict[str, list[str]]:
    """Return the places where a keyword constrains, by source: a definition and a pointer into it, and what is cited if not that."""
    places: dict[str, list[str]] = {}
    for definition in contract.schemas:
        for location in contract.constraints(definition):
            if location[-1] == keyword:
                source, _, anchor = contract.cites(definition, location).partition("#")
                cited = "" if anchor == definition else f": {sources()[source]['anchors'][anchor]}"
                places.setdefault(source, []).append(f"{definition}{to_pointer(location[:-1])}{cited}")
    return places


def limit(property_name: str, keyword: str) -> int:
    """Return the value of a keyword for a property, such as the `maxLength` of `UpdateGroup.name`."""
    definition, _, name = property_name.partition(".")
    return int(load().schemas[definition]["properties"][name][keyword])
