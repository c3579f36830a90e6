"""The documented objects: the properties of each, and the objects below it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from .layers import Schema
from .schemas import load


class PropertySchema(NamedTuple):
    """One property of an object. `below` is the definition of its value, or of the items of an `array`; None if there is none."""

    below: str | None
    array: bool


class ObjectSchema(NamedTuple):
    """A documented object."""

    properties: dict[str, PropertySchema]


@cache
def object_schemas(version: str) -> dict[str, ObjectSchema]:
    """Return every documented object of an api-version, by definition; the inner object of UpdateRun is `UpdateRun.properties`."""
    contract = load(version)
    objects: dict[str, ObjectSchema] = {}

    def add(name: str, schema: Schema) -> None:
        properties = {}
        for key, part in schema["properties"].items():
            array = "items" in part
            reference = (part["items"] if array else part).get("$ref")
            below = contract.locate(reference) if reference else None
            if "properties" in part:
                below = f"{name}.{key}"
                add(below, part)
            properties[key] = PropertySchema(below, array)
        objects[name] = ObjectSchema(properties)

    for name, schema in contract.schemas.items():
        if "properties" in schema:
            add(name, schema)
    return objects


@cache
def objects_below(definition: str, version: str) -> frozenset[str]:
    """Return the documented objects that an object of a definition can contain at any depth, itself included."""
    objects = object_schemas(version)
    found = [definition]
    for name in found:
        below = {each.below for each in objects[name].properties.values() if each.below in objects}
        found += [each for each in below if each is not None and each not in found]
    return frozenset(found)
