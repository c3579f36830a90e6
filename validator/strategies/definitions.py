"""Strategies that are derived from the schemas, so that a change of a bound there changes the generated values.

Objects, arrays and references are composed here from Hypothesis's own strategies. hypothesis-jsonschema makes the leaves without a
pattern only: it fails for every object on current versions of Hypothesis, refuses recursion, and changes the schema that it is given.
"""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import datetime
from functools import cache, partial
from typing import Any

import hypothesis_jsonschema
from hypothesis import strategies as st

from ..contract import schemas
from ..contract.layers import Schema
from ..contract.schemas import DEFAULT_VERSION
from ..findings import BodySide
from ..pointer import JSON

_LEAF = ("type", "minLength", "maxLength", "minimum", "maximum")
_MAX_ITEMS = 3
_ALPHABET = 0x250
"""The end of the characters that are tried in a pattern: Latin letters with and without accents."""


def from_schema(schema: Schema, side: BodySide, version: str = DEFAULT_VERSION) -> st.SearchStrategy[JSON]:
    """Return a strategy for a schema or a subschema of the contract; requests lack the read-only properties."""
    if "$ref" in schema:
        name = schemas.load(version).locate(schema["$ref"])
        return st.deferred(lambda: of_definition(name, side, version))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "properties" in schema:
        return _object(schema, side, version)
    if schema["type"] == "array":
        least, most = schema.get("minItems", 0), min(schema.get("maxItems", _MAX_ITEMS), _MAX_ITEMS)
        return st.lists(from_schema(schema["items"], side, version), min_size=least, max_size=max(least, most))
    if schema["type"] == "object":
        return _anything
    if "format" in schema:
        return _FORMATS[schema["format"]]
    if "pattern" in schema:
        return _matching(schema)
    leaf = {keyword: deepcopy(schema[keyword]) for keyword in _LEAF if keyword in schema}
    strategy: st.SearchStrategy[JSON] = hypothesis_jsonschema.from_schema(leaf)
    return strategy


def _matching(schema: Schema) -> st.SearchStrategy[str]:
    """Return a strategy for strings with a pattern: text of the characters that the pattern allows after and before a letter.

    A string is a single choice this way. `from_regex`, for patterns that no letter has, makes dozens, and Hypothesis tries to explain a
    failure by each of them.
    """
    pattern = re.compile(schema["pattern"], re.ASCII)
    if not pattern.fullmatch("a"):
        return st.from_regex(pattern, fullmatch=True)
    alphabet = [character for character in map(chr, range(_ALPHABET)) if pattern.fullmatch(f"a{character}a")]
    text = st.text(alphabet, min_size=schema.get("minLength", 0), max_size=schema.get("maxLength"))
    return text.filter(lambda value: pattern.fullmatch(value) is not None)


@cache
def of_definition(name: str, side: BodySide, version: str = DEFAULT_VERSION) -> st.SearchStrategy[JSON]:
    """Return the strategy for a definition, or for the parameters of the URL."""
    strategy = from_schema(schemas.load(version).schemas[name], side, version)
    if name in ("GateConfiguration", "UpdateGroup", "UpdateStage"):
        return strategy.map(partial(_coherent, name))
    return strategy.filter(_has_different_names) if name == "UpdateRunStrategy" else strategy


def _coherent(name: str, part: JSON) -> JSON:
    """Return a gate, a group or a stage of a strategy as the rules about the whole strategy want it."""
    if name == "GateConfiguration":
        is_scheduled = part["type"] == "ScheduledStart" and "scheduledStartConfiguration" in part
        kept = {key: value for key, value in part.items() if is_scheduled or key != "scheduledStartConfiguration"}
        return kept if is_scheduled else kept | {"type": "Approval"}
    if name == "UpdateStage" and "groups" not in part and "memberSelector" not in part:
        part = part | {"memberSelector": {"byLabel": _SENSIBLE["byLabel"][0]}}
    after = [gate for gate in part.get("afterGates", ()) if gate["type"] == "Approval"]
    return part | {"afterGates": after} if "afterGates" in part else part


def _has_different_names(strategy: JSON) -> bool:
    stages = strategy["stages"]
    groups = [group for stage in stages for group in stage.get("groups", ())]
    return all(len({named["name"] for named in each}) == len(each) for each in (stages, groups))


@cache
def of_property(what: str) -> st.SearchStrategy[str]:
    """Return the strategy for a string property of a definition, such as `UpdateGroup.name`."""
    definition, _, name = what.partition(".")
    return from_schema(schemas.load().schemas[definition]["properties"][name], "response")


def _object(schema: Schema, side: BodySide, version: str) -> st.SearchStrategy[JSON]:
    cases = [branch for branch in schema.get("allOf", ()) if "if" in branch]
    if not cases:
        return _of_properties(schema["properties"], schema.get("required", ()), side, version)
    # All conditions are on one property with an enum, so there is a strategy for each of its values.
    (key,) = {name for case in cases for name in case["if"]["properties"]}
    contract = schemas.load(version)
    enum = contract.schemas[contract.locate(schema["properties"][key]["$ref"])]["enum"]
    return st.one_of([_with_value(schema, cases, key, value, side, version) for value in enum])


def _with_value(schema: Schema, cases: list[Schema], key: str, value: str, side: BodySide, version: str) -> st.SearchStrategy[JSON]:
    """Return the strategy for objects in which a property has the value, with what the conditions demand then."""
    properties: dict[str, Any] = dict(schema["properties"]) | {key: {"enum": [value]}}
    required = list(schema.get("required", ()))
    for case in cases:
        if value in case["if"]["properties"][key]["enum"]:
            then = case["then"]
            required += then.get("required", [])
            for name, extra in then.get("properties", {}).items():
                if "not" in extra:
                    del properties[name]
                else:
                    properties[name] = properties[name] | extra
    return _of_properties(properties, required, side, version)


def _of_properties(properties: dict[str, Any], required: Any, side: BodySide, version: str) -> st.SearchStrategy[JSON]:
    writable = {name: schema for name, schema in properties.items() if not (side == "request" and schema.get("readOnly"))}
    values = {name: from_schema(_sensible(name, schema), side, version) for name, schema in writable.items()}
    return st.fixed_dictionaries(
        {name: values[name] for name in values if name in required},
        optional={name: values[name] for name in values if name not in required},
    )


def _sensible(name: str, schema: Schema) -> Schema:
    """Return the schema of a property without the values that it admits and a rule about the whole run does not."""
    if name.endswith("InSeconds"):
        return schema | {"minimum": 0}
    return {"enum": list(_SENSIBLE[name])} if name in _SENSIBLE and schema["type"] == "string" else schema


_SENSIBLE = {"maxConcurrency": ("1", "2", "50", "1%", "100%"), "byLabel": ("env=test", "tier in (web, api),!legacy", "")}
"""Values of strings that have a syntax or a limit that is not in the schemas."""

_scalars: st.SearchStrategy[JSON] = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=8))
_anything: st.SearchStrategy[JSON] = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        _scalars, lambda values: st.lists(values, max_size=2) | st.dictionaries(st.text(max_size=4), values, max_size=2), max_leaves=4
    ),
    max_size=2,
)
"""The `info` of an error: any object."""


@st.composite
def _times(draw: st.DrawFn) -> str:
    seconds = draw(st.datetimes(min_value=_EARLIEST, max_value=_LATEST)).replace(microsecond=0).isoformat()
    digits = draw(st.integers(0, 9))
    fraction = f".{draw(st.integers(0, 10**digits - 1)):0{digits}}" if digits else ""
    return seconds + fraction + draw(st.sampled_from(["Z", "+00:00", "-07:30", "z"]))


_id_segment = st.text(alphabet="abcxyzABCXYZ0123456789-_.", min_size=1, max_size=12)


@st.composite
def _arm_ids(draw: st.DrawFn) -> str:
    scope = f"/subscriptions/{draw(st.uuids())}/{draw(st.sampled_from(['resourceGroups', 'resourcegroups']))}/{draw(_id_segment)}"
    pairs = draw(st.lists(st.tuples(_id_segment, _id_segment), min_size=1, max_size=2))
    return scope + "/providers/Microsoft.ContainerService" + "".join(f"/{kind}/{name}" for kind, name in pairs)


_EARLIEST, _LATEST = datetime(2023, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001 - the zone is drawn separately
_FORMATS: dict[str, st.SearchStrategy[Any]] = {"date-time": _times(), "uuid": st.uuids().map(str), "arm-id": _arm_ids()}
