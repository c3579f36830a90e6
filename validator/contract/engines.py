"""The two engines of JSON Schema. No other module reads an error of their libraries.

An engine only finds *where* a keyword fails: the path into the instance, and the location of the keyword.

The schemas of a contract are open, as the service adds properties. The engines check closed copies of them, in which an
undocumented property fails `additionalProperties`, and a read-only one fails `not` in a request. So a single call of an engine
decides whether there is anything to report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any, Literal, TypeAlias

import jsonschema_rs
import orjson

from ..findings import Side
from ..limits import MAX_FAULTY
from ..pointer import JSON, Path, walk
from . import schemas
from .formats import FORMATS
from .layers import Schema
from .schemas import Contract

EngineName: TypeAlias = Literal["fast", "reference"]
Location: TypeAlias = tuple[str, Path]
"""A keyword of the schemas: its definition, and the path to it there."""

Failure: TypeAlias = tuple[Path, Location]
"""A failed keyword: the path into the instance, and the location of the keyword."""

ANYWHERE: Failure = ((), ("", ()))
"""Takes the place of all failures in an instance with so many values that listing them would fill the memory."""


# The schemas that are checked


@cache
def _closed(version: str, side: Side, *, with_patterns: bool) -> dict[str, Schema]:
    """Return closed copies of the schemas of a version, by definition. `with_patterns` adds the pattern of usual strings to each format."""
    write_format = _usual_or_parsed if with_patterns else _parsed
    return {name: _copy(schema, side, write_format) for name, schema in schemas.load(version).schemas.items()}


def _parsed(name: str) -> Schema:
    return {"format": name}


def _usual_or_parsed(name: str) -> Schema:
    return {"anyOf": [{"pattern": FORMATS[name].usual}, {"format": name}]}


def _copy(schema: Schema, side: Side, write_format: Callable[[str], Schema], folder: str = "") -> Schema:
    """Return a closed copy of a schema for a side, with its formats written in a way; `folder` leads to the schemas that it refers to.

    Conditions stay open, as they name only some of the properties. Below a read-only property, a request is checked as a response: one
    finding is enough for all of it.
    """
    copy = dict(schema)
    if "$id" in schema:
        copy["$id"] = schema["$id"].replace(f"/{schema['title']}.json", f"/{side}/{schema['title']}.json")
    if "format" in schema:
        copy |= write_format(copy.pop("format"))
    if "items" in schema:
        copy["items"] = _copy(schema["items"], side, write_format, folder)
    if "properties" in schema:
        copy["properties"] = {
            name: _copy(part, "response", write_format, _RESPONSE) | {"not": {}}
            if side == "request" and part.get("readOnly")
            else _copy(part, side, write_format, folder)
            for name, part in schema["properties"].items()
        }
        copy["additionalProperties"] = False
    if "$ref" in schema:
        copy["$ref"] = folder + schema["$ref"]
    return copy


_RESPONSE = "../response/"
"""Leads from the closed copies for requests to those for responses."""


@cache
def _resources(version: str, side: Side, *, with_patterns: bool) -> list[Schema]:
    """Return the schemas that one of the closed copies can refer to."""
    resources = list(_closed(version, side, with_patterns=with_patterns).values())
    if side == "request":
        resources += _closed(version, "response", with_patterns=with_patterns).values()
    return resources


# The engines


def _is_vast(value: JSON) -> bool:
    """Return whether a value that is not too deep consists of more than `MAX_FAULTY` values."""
    with suppress(TypeError):  # a number beyond 64 bits, which only Python and YAML have
        if len(orjson.dumps(value)) < MAX_FAULTY:
            return False  # no text has more values than bytes
    return any(number > MAX_FAULTY for number, _ in enumerate(walk(value), 1))


def _failures_of_vast(version: str, definition: str, side: Side, instance: JSON, *, conforms: bool) -> list[Failure]:
    """Return the failures in an instance with so many values that no engine may list them.

    Properties that are undocumented, or read-only in a request, are listed all the same, as far as their number allows: they are
    no errors, the caller may tolerate them, and no engine is needed to find them. `conforms` is whether nothing else is wrong.
    """
    contract = schemas.load(version)
    found: list[Failure] = [] if conforms else [ANYWHERE]
    number = 0
    for path, (name, location), extra in _extras(contract, side, instance, {"$ref": f"{definition}.json"}, (), ("", ())):
        number += extra
        if number > MAX_FAULTY:
            return [ANYWHERE]
        found.append((path, (name, location)))
    return found


def _extras(
    contract: Contract, side: Side, value: JSON, schema: Schema, path: Path, where: Location
) -> Iterator[tuple[Path, Location, int]]:
    """Yield the failures of what only the closed copies reject, each with the number of properties that it is about."""
    name, location = where
    if "$ref" in schema:
        side = "response" if schema["$ref"].startswith(_RESPONSE) else side
        name, location = contract.locate(schema["$ref"]), ()
        schema = _closed(contract.version, side, with_patterns=False)[name]
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            if isinstance(item, dict | list):
                yield from _extras(contract, side, item, schema["items"], (*path, index), (name, (*location, "items")))
    elif isinstance(value, dict) and "properties" in schema:
        documented = schema["properties"]
        if number := len(value.keys() - documented.keys()):
            yield path, (name, (*location, "additionalProperties")), number
        for key, below in value.items():
            part, way = documented.get(key, {}), (*location, "properties", key)
            if "not" in part:
                yield (*path, key), (name, (*way, "not")), 1
            if isinstance(below, dict | list):
                yield from _extras(contract, side, below, part, (*path, key), (name, way))


def _compiled(resources: Iterable[Schema], uri: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"$ref": uri},
        registry=jsonschema_rs.Registry([(schema["$id"], schema) for schema in resources]),
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
        formats={name: format_.admits for name, format_ in FORMATS.items()},
    )


@cache
def _open(version: str, definition: str) -> jsonschema_rs.Draft202012Validator:
    """Return a validator for the open schemas; only vast instances need it."""
    contract = schemas.load(version)
    return _compiled(contract.schemas.values(), contract.schemas[definition]["$id"])


@cache
def _validator(version: str, definition: str, side: Side) -> jsonschema_rs.Draft202012Validator:
    """Return a validator for the closed schemas."""
    return _compiled(_resources(version, side, with_patterns=True), _closed(version, side, with_patterns=True)[definition]["$id"])


@cache
def _fast(version: str, definition: str, side: Side) -> Callable[[JSON], list[Failure]]:
    contract, closed = schemas.load(version), _closed(version, side, with_patterns=True)
    validator = _validator(version, definition, side)

    def find_failures(instance: JSON) -> list[Failure]:
        if validator.is_valid(instance):
            return []
        if _is_vast(instance):
            return _failures_of_vast(version, definition, side, instance, conforms=_open(version, definition).is_valid(instance))
        failures = []
        for error in validator.iter_errors(instance):
            uri, _, pointer = (error.absolute_keyword_location or "").partition("#")
            failures.append((tuple(error.instance_path), (name := contract.locate(uri), _location(closed[name], pointer))))
        return failures

    return find_failures


def _location(schema: Schema, pointer: str) -> Path:
    steps: list[str | int] = []
    value: Any = schema
    for text in pointer.split("/")[1:]:
        step = int(text) if isinstance(value, list) else text
        value = value[step]
        steps.append(step)
    if steps[-1] == "anyOf":
        steps[-1] = "format"
    return tuple(steps)


@cache
def _reference(version: str, definition: str, side: Side) -> Callable[[JSON], list[Failure]]:
    import jsonschema
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    formats = jsonschema.FormatChecker(formats=())
    for name, format_ in FORMATS.items():
        formats.checks(name)(format_.admits)
    # jsonschema would follow a `$schema` to its own class, away from the one that is made here.
    contract = schemas.load(version)
    resources = [*_resources(version, side, with_patterns=False), *contract.schemas.values()]
    bare = [{key: value for key, value in schema.items() if key != "$schema"} for schema in resources]
    registry: Registry[Any] = Registry[Any]().with_resources((schema["$id"], DRAFT202012.create_resource(schema)) for schema in bare)
    extended: Any = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    closed = _closed(version, side, with_patterns=False)
    validator, open_validator = (
        extended({"$ref": known[definition]["$id"]}, registry=registry, format_checker=formats) for known in (closed, contract.schemas)
    )

    def find_failures(instance: JSON) -> list[Failure]:
        if _is_vast(instance):
            return _failures_of_vast(version, definition, side, instance, conforms=open_validator.is_valid(instance))
        return [
            (tuple(error.absolute_path), _dereference(contract, closed, definition, list(error.absolute_schema_path)))
            for error in validator.iter_errors(instance)
        ]

    return find_failures


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[Any]:
    import jsonschema

    # In ECMA-262 `$` is the end of the input; Python's `$` also stops before a last line feed.
    if isinstance(instance, str) and not re.search(pattern.removesuffix("$") + r"\Z", instance):
        yield jsonschema.ValidationError("pattern")


def _dereference(contract: Contract, closed: dict[str, Schema], definition: str, steps: list[str | int]) -> Location:
    """Return the location of a keyword, from the steps to it from a definition; they follow references without a step for it."""
    location: list[str | int] = []
    value: Any = closed[definition]
    for step in steps:
        if "$ref" in value and step not in value:
            definition, location = contract.locate(value["$ref"]), []
            value = closed[definition]
        value = value[step]
        location.append(step)
    return definition, tuple(location)


ENGINES: dict[EngineName, Callable[[str, str, Side], Callable[[JSON], list[Failure]]]] = {
    "fast": _fast,
    "reference": _reference,
}


def failures_of(instance: JSON, definition: str, *, side: Side = "response", version: str, engine: EngineName = "fast") -> list[Failure]:
    """Return where an instance of a definition fails keywords of the schemas of an api-version."""
    return ENGINES[engine](version, definition, side)(instance)


def holder_of(location: Location) -> str:
    """Return the name of the object whose schema has a keyword: `UpdateRun.properties` for an object without a definition of its own."""
    definition, steps = location
    return ".".join((definition, *map(str, steps[1:-1:2])))
