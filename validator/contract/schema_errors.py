"""Schema errors as breaches, by either engine; the only module that sees a library's error object.

Both engines only say *where* a keyword fails: the path into the instance, and the location of the
keyword. Everything else, the message above all, is made here from the schema and the instance, which
is what keeps the engines' findings identical.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import jsonschema_rs

from ..findings import Side
from ..limits import MAX_FAULTY, is_vast
from ..pointer import JSON, Path
from ..wording import count, listed, show
from . import schemas
from .formats import FORMATS
from .schemas import PARAMETERS, Contract, Schema

EngineName: TypeAlias = Literal["fast", "reference"]
Judge: TypeAlias = Callable[[JSON], bool]
Failure: TypeAlias = tuple[Path, str, Path]
"""Where a keyword failed: the path into the instance, the definition, and the keyword's location in it."""

_ANYWHERE: Failure = ((), "", ())
"""Stands for the failures in an instance that is so vast that they would fill the memory."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A constraint that an instance breaks. `unsound` is the part of it that nobody can rely on, None where all can."""

    rule: str
    path: Path
    message: str
    cites: str
    unsound: Path | None


def breaches(instance: JSON, definition: str, version: str, engine: EngineName = "fast") -> list[Breach]:
    """List what an instance breaks in the schema of a definition, in an order that is the same for both engines."""
    held = schemas.load(version)
    failures = ENGINES[engine](version, definition)(instance)
    found = {breach for failure in failures for breach in _breaches(held, instance, failure)}
    return sorted(found, key=lambda breach: (list(map(str, breach.path)), breach.rule, breach.message))


# Screening


def is_documented(instance: JSON, definition: str, version: str, side: Side) -> bool:
    """Tell at speed that an instance has no property that is undocumented, or read-only in a request, whatever else it breaks."""
    return _outlined(version, definition, side)(instance)


@cache
def _outlined(version: str, definition: str, side: Side) -> Judge:
    return judge(map(_outline, closed(version, side)), schemas.load(version).schemas[definition]["$id"])


def _outline(schema: Schema) -> Schema:
    """Leave of a closed schema only what says which properties there are."""
    outline: Schema = {keyword: schema[keyword] for keyword in ("$schema", "$id", "$ref", "additionalProperties") if keyword in schema}
    if "items" in schema:
        outline["items"] = _outline(schema["items"])
    if "properties" in schema:
        outline["properties"] = {name: part and _outline(part) for name, part in schema["properties"].items()}
    return outline


def closed(version: str, side: Side, formats: Mapping[str, Schema] = MappingProxyType({})) -> list[Schema]:
    """Copy the schemas of a version with their objects closed, each format that is given replaced by its schema."""
    return [_close(schema, side, formats) for schema in schemas.load(version).schemas.values()]


def _close(schema: Schema, side: Side, formats: Mapping[str, Schema]) -> Schema:
    # Conditions stay open, as they speak of some properties alone.
    copy = dict(schema)
    if schema.get("format") in formats:
        copy |= formats[copy.pop("format")]
    if "items" in schema:
        copy["items"] = _close(schema["items"], side, formats)
    if "properties" in schema:
        copy["properties"] = {
            name: False if side == "request" and part.get("readOnly") else _close(part, side, formats)
            for name, part in schema["properties"].items()
        }
        copy["additionalProperties"] = False
    return copy


def judge(schemas: Iterable[Schema], uri: str) -> Judge:
    """Make what tells at speed whether an instance conforms to one of some schemas."""
    return _compiled(schemas, uri).is_valid


def _compiled(schemas: Iterable[Schema], uri: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"$ref": uri},
        registry=jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas]),
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
        formats={name: known.admits for name, known in FORMATS.items()},
    )


# The engines


@cache
def _fast(version: str, definition: str) -> Callable[[JSON], list[Failure]]:
    held = schemas.load(version)
    validator = _compiled(held.schemas.values(), held.schemas[definition]["$id"])

    def failures(instance: JSON) -> list[Failure]:
        if is_vast(instance):
            return [] if validator.is_valid(instance) else [_ANYWHERE]
        found = []
        for error in validator.iter_errors(instance):
            uri, _, pointer = (error.absolute_keyword_location or "").partition("#")
            name = held.locate(uri)
            found.append((tuple(error.instance_path), name, _location(held.schemas[name], pointer)))
        return found

    return failures


def _location(schema: Schema, pointer: str) -> Path:
    steps: list[str | int] = []
    value: Any = schema
    for text in pointer.split("/")[1:]:
        step = int(text) if isinstance(value, list) else text
        value = value[step]
        steps.append(step)
    return tuple(steps)


@cache
def _reference(version: str, definition: str) -> Callable[[JSON], list[Failure]]:
    import jsonschema
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    held = schemas.load(version)
    formats = jsonschema.FormatChecker(formats=())
    for name, known in FORMATS.items():
        formats.checks(name)(known.admits)
    # jsonschema would follow a `$schema` to its own class, away from the one that is made here.
    bare = [{key: value for key, value in schema.items() if key != "$schema"} for schema in held.schemas.values()]
    registry: Registry[Any] = Registry[Any]().with_resources((schema["$id"], DRAFT202012.create_resource(schema)) for schema in bare)
    extended: Any = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    validator = extended({"$ref": held.schemas[definition]["$id"]}, registry=registry, format_checker=formats)

    def failures(instance: JSON) -> list[Failure]:
        if is_vast(instance):
            return [] if validator.is_valid(instance) else [_ANYWHERE]
        found = []
        for error in validator.iter_errors(instance):
            name, location = _dereference(held, definition, list(error.absolute_schema_path))
            found.append((tuple(error.absolute_path), name, location))
        return found

    return failures


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[Any]:
    import jsonschema

    # In ECMA-262 `$` is the end of the input; Python's `$` also stops before a last line feed.
    if isinstance(instance, str) and not re.search(pattern.removesuffix("$") + r"\Z", instance):
        yield jsonschema.ValidationError("pattern")


def _dereference(held: Contract, definition: str, steps: list[str | int]) -> tuple[str, Path]:
    """Turn a path that runs through references, unmarked, into a definition and the location in its own schema."""
    location: list[str | int] = []
    value: Any = held.schemas[definition]
    for step in steps:
        if "$ref" in value and step not in value:
            definition, location = held.locate(value["$ref"]), []
            value = held.schemas[definition]
        value = value[step]
        location.append(step)
    return definition, tuple(location)


ENGINES: dict[EngineName, Callable[[str, str], Callable[[JSON], list[Failure]]]] = {
    "fast": _fast,
    "reference": _reference,
}


# What a failure means to a person


def _breaches(held: Contract, instance: JSON, failure: Failure) -> Iterator[Breach]:
    if failure is _ANYWHERE:
        message = f"not as the schemas have it, and of more than {MAX_FAULTY:,} values, which are too many to tell where"
        yield Breach("input/too-large", (), message, "", ())
        return
    path, definition, location = failure
    value = instance
    for step in path:
        value = value[step]
    parameter = held.along(definition, location)[-1]
    cites = held.cites(definition, location)
    stated = held.rule(definition, location)
    if stated is not None:
        rule, schema = stated
        yield Breach(rule, path, _conditional(instance, path, schema, location, parameter, value), cites, None)
    elif location[-1] == "required":
        holder = "the URL" if definition == PARAMETERS else ".".join((definition, *map(str, location[1:-1:2])))
        for name in parameter:
            if name not in value:
                yield Breach("schema/required", path, f"{holder} requires {name}, which is missing", cites, (*path, name))
    else:
        keyword = str(location[-1])
        message = MESSAGES[keyword](parameter, value, held.along(definition, location)[-2])
        yield Breach(f"schema/{keyword}", path, message, cites, path)


def _conditional(instance: JSON, path: Path, schema: Schema, location: Path, parameter: Any, value: JSON) -> str:
    """Say what a rule in a schema asks for; `location` ends in what failed, `required`, `not` or a size."""
    inner = location[location.index("then") + 1 :]
    named = [inner[index + 1] for index, step in enumerate(inner) if step == "properties"]
    holder = instance
    for step in path[: len(path) - len(named)]:
        holder = holder[step]
    given = " and ".join(f"{name} {holder[name]}" for name in schema["if"]["properties"])
    if inner[-1] == "required":
        return f"{given} requires {listed(parameter, 'and')}, which is missing"
    if inner[-1] == "not":
        return f"{given} does not allow {named[-1]}, found {show(value)}"
    if inner[-1] == "minItems":
        return f"{given} requires at least {parameter} of {named[-1]}, found {len(value) or 'none'}"
    return f"{given} requires {named[-1]} to be empty or absent, found {count(len(value), 'item')}"


_TYPES = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "an integer",
}


def _enum(allowed: list[str], value: JSON, _: Schema) -> str:
    message = f"expected {listed(allowed, 'or')}, found {show(value)}"
    for name in allowed:
        if isinstance(value, str) and value.lower() == name.lower():
            return f"{message}, which differs from {name} only in case"
    return message


MESSAGES: dict[str, Callable[[Any, JSON, Schema], str]] = {
    "type": lambda kind, value, _: f"expected {_TYPES[kind]}, found {show(value)}",
    "enum": _enum,
    "minLength": lambda least, value, _: f"expected at least {count(least, 'character')}, found {show(value)}",
    "maxLength": lambda most, value, _: f"expected at most {most} characters, found {len(value):,}: {show(value)}",
    "pattern": lambda _, value, schema: f"expected {schema['x-pattern-words']}, found {show(value)}",
    "format": lambda name, value, _: f"expected {FORMATS[name].words}, found {show(value)}",
    "minimum": lambda least, value, _: f"expected an integer of 32 bits, at least {least}, found {show(value)}",
    "maximum": lambda most, value, _: f"expected an integer of 32 bits, at most {most}, found {show(value)}",
    "minItems": lambda least, _, schema: (
        f"expected at least {count(least, schema['items']['$ref'].removesuffix('.json'))}, found an empty array"
    ),
}
"""What each keyword says when it fails: of its parameter, the value and the schema that holds it."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword that constrains: what it claims, what to do, and the change of a clean response (a pointer and a value) that breaks it."""

    claim: str
    fix: str
    pointer: str
    value: JSON


_NAME = "/properties/strategy/stages/0/name"
_WAIT = "/properties/strategy/stages/0/afterStageWaitInSeconds"

KEYWORDS: dict[str, Keyword] = {
    "type": Keyword(
        "A value has the documented JSON type; no property admits null.",
        "Write a value of the type that is expected; where there is none, leave the property out.",
        "/properties/strategy",
        None,
    ),
    "enum": Keyword(
        "A value is one of those that are documented, in just that case of letters.",
        "Write one of the values that the message lists, in just that case of letters.",
        "/properties/status/status/state",
        "running",
    ),
    "minLength": Keyword(
        "A string has at least the documented number of characters.", "Write a longer text, or leave the property out.", _NAME, ""
    ),
    "maxLength": Keyword("A string has at most the documented number of characters.", "Choose a shorter text.", _NAME, "a" * 51),
    "pattern": Keyword(
        "A string is of the documented characters, from its first to its last.",
        "Choose another text, of the characters that the message names; a line feed at the end counts, too.",
        _NAME,
        "Canary",
    ),
    "format": Keyword(
        "A string is a date and time, a UUID or a resource id where one is documented.",
        "Write the text in the form that the message shows.",
        "/systemData/createdAt",
        "2025-04-08",
    ),
    "minimum": Keyword("An integer of 32 bits is not below the least of them.", "Choose a greater number.", _WAIT, -3000000000),
    "maximum": Keyword("An integer of 32 bits is not above the greatest of them.", "Choose a smaller number.", _WAIT, 3000000000),
    "minItems": Keyword(
        "An array has at least the documented number of items.",
        "Add what is missing, or take the stage or the strategy away that has nothing in it.",
        "/properties/strategy/stages/1/groups",
        [],
    ),
    "required": Keyword(
        "An object has the properties that it cannot be without.",
        "Add the property; the definition of the object says what belongs there.",
        "/properties/managedClusterUpdate",
        {},
    ),
}
"""The keywords that findings are named for, as `schema/KEYWORD`."""
