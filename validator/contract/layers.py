"""How the schemas of an api-version are made from those of another: by patches, and without what the version lacks.

A patch is a JSON Merge Patch (RFC 7396) of one definition, or a new definition. What a version lacks is named by facts:
`Definition`, `Definition.property`, or `Definition=Value` for a value of an enum.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

CONSTRAINING = frozenset(
    {
        *("type", "enum", "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "minItems", "maxItems"),
        *("required", "readOnly", "not", "$ref"),
    }
)
"""The keywords that constrain instances, each with a source."""

_NAMED = ("properties", "x-cites", "x-values")
"""The keywords whose values have names for keys, and no keywords."""


def patched(schema: Schema, patch: Schema, source: str) -> Schema:
    """Return a schema with a patch; `source` is cited by each constraint of the patch that cites no other source."""
    return _merged(schema, patch, f"{source}#{patch['title']}")


def _merged(schema: Schema, patch: Schema, cites: str, *, named: bool = False) -> Schema:
    merged = dict(schema)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif key == "allOf" and not named:
            merged[key] = [{**case, "then": _merged({}, case["then"], cites)} for case in value]
        elif isinstance(value, dict):
            below = merged.get(key)
            merged[key] = _merged(below if isinstance(below, dict) else {}, value, cites, named=not named and key in _NAMED)
        else:
            merged[key] = value
    return merged if named else _cited(merged, patch, cites)


def _cited(schema: Schema, patch: Schema, cites: str) -> Schema:
    """Return a schema in which each constraint of a patch has a citation, and no other keyword has one."""
    written = schema.get("x-cites", {})
    own = {keyword: patch.get("x-cites", {}).get(keyword) or cites for keyword in patch if keyword in CONSTRAINING}
    citations = {keyword: citation for keyword, citation in (written | own).items() if keyword in schema}
    return {key: value for key, value in schema.items() if key != "x-cites"} | ({"x-cites": citations} if citations else {})


def lacking(schemas: dict[str, Schema], facts: list[str]) -> dict[str, Schema]:
    """Return schemas without what some facts name, and without the rules about that. Raises LookupError for an unknown fact."""
    for fact in facts:
        definition, equals, value = fact.partition("=")
        name, _, rest = definition.partition(".")
        if name not in schemas:
            raise LookupError(f"there is no {fact} to lack")
        if equals:
            schemas = _without_value(schemas, name, value)
        elif rest:
            schemas = schemas | {name: _without_property(schemas[name], rest.split("."), fact)}
        else:
            schemas = {other: schema for other, schema in schemas.items() if other != name}
    return schemas


def _without_value(schemas: dict[str, Schema], name: str, value: str) -> dict[str, Schema]:
    enum = schemas[name]
    if value not in enum["enum"]:
        raise LookupError(f"there is no {name}={value} to lack")
    values = [each for each in enum["enum"] if each != value]
    described = {each: description for each, description in enum["x-values"].items() if each != value}
    changed = {other: _with_cases(schema, _cases_without_value(schema, name, value)) for other, schema in schemas.items()}
    return changed | {name: enum | {"enum": values, "x-values": described}}


def _cases_without_value(schema: Schema, name: str, value: str) -> Iterator[Schema]:
    for case in schema.get("allOf", ()):
        condition = dict(case["if"]["properties"])
        for key, part in condition.items():
            if schema["properties"][key].get("$ref") == f"{name}.json":
                condition[key] = {"enum": [each for each in part["enum"] if each != value]}
        if all(part["enum"] for part in condition.values()):
            yield case | {"if": case["if"] | {"properties": condition}}


def _without_property(schema: Schema, way: list[str], fact: str) -> Schema:
    key, *rest = way
    properties = schema.get("properties", {})
    if key not in properties:
        raise LookupError(f"there is no {fact} to lack")
    if rest:
        return schema | {"properties": properties | {key: _without_property(properties[key], rest, fact)}}
    left = {name: part for name, part in properties.items() if name != key}
    changed = schema | {"properties": left}
    if "required" in schema:
        changed["required"] = [name for name in schema["required"] if name != key]
    cases = [case for case in schema.get("allOf", ()) if key not in _named_in(case["then"])]
    return _with_cases(changed, cases)


def _with_cases(schema: Schema, cases: Any) -> Schema:
    """Return a schema with other conditions; without the keyword where there are none."""
    if "allOf" not in schema:
        return schema
    kept = list(cases)
    return {key: value for key, value in schema.items() if key != "allOf"} | ({"allOf": kept} if kept else {})


def _named_in(conclusion: Schema) -> set[str]:
    """Return the properties that the conclusion of a condition is about."""
    return {*conclusion.get("required", ()), *conclusion.get("properties", ())}
