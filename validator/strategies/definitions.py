"""Strategies made of the schemas: change a bound there, and what is generated follows.

Objects, arrays and references are composed here, of Hypothesis's own strategies. hypothesis-jsonschema makes the leaves alone: it
fails for every object on current versions of Hypothesis, refuses recursion, and changes the schema that it is given.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from functools import cache
from typing import Any

import hypothesis_jsonschema
from hypothesis import strategies as st

from ..contract import schemas
from ..contract.schemas import Schema
from ..findings import Side
from ..pointer import JSON

_LEAF = ("type", "minLength", "maxLength", "minimum", "maximum")
MAX_ITEMS = 3


def from_schema(schema: Schema, side: Side) -> st.SearchStrategy[JSON]:
    """Make a strategy of a schema of the contract, or of a part of one; a request leaves out what is read-only."""
    if "$ref" in schema:
        name = schemas.load().locate(schema["$ref"])
        return st.deferred(lambda: of_definition(name, side))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "properties" in schema:
        return _object(schema, side)
    if schema["type"] == "array":
        least, most = schema.get("minItems", 0), min(schema.get("maxItems", MAX_ITEMS), MAX_ITEMS)
        return st.lists(from_schema(schema["items"], side), min_size=least, max_size=max(least, most))
    if schema["type"] == "object":
        return _anything
    if "format" in schema:
        return _FORMATS[schema["format"]]
    leaf = {keyword: deepcopy(schema[keyword]) for keyword in _LEAF if keyword in schema}
    if "pattern" in schema:
        # `$` means the end here; in Python's expressions it admits a line feed behind it.
        leaf["pattern"] = schema["pattern"].removesuffix("$") + r"\Z"
    strategy: st.SearchStrategy[JSON] = hypothesis_jsonschema.from_schema(leaf)
    return strategy


@cache
def of_definition(name: str, side: Side) -> st.SearchStrategy[JSON]:
    """Make the strategy of a definition, or of the URL's parameters."""
    return from_schema(schemas.load().schemas[name], side)


@cache
def of_leaf(leaf: str) -> st.SearchStrategy[str]:
    """Make the strategy of a leaf of the schemas, such as `UpdateGroup.name`."""
    definition, _, name = leaf.partition(".")
    return from_schema(schemas.load().schemas[definition]["properties"][name], "response")


def _object(schema: Schema, side: Side) -> st.SearchStrategy[JSON]:
    cases = [branch for branch in schema.get("allOf", ()) if "if" in branch]
    if not cases:
        return _of_properties(schema["properties"], schema.get("required", ()), side)
    # The conditions are all on one property with an enum: one way for each of its values.
    (decisive,) = {name for case in cases for name in case["if"]["properties"]}
    decider = schemas.load().schemas[schemas.load().locate(schema["properties"][decisive]["$ref"])]
    return st.one_of([_where(schema, cases, decisive, value, side) for value in decider["enum"]])


def _where(schema: Schema, cases: list[Schema], decisive: str, value: str, side: Side) -> st.SearchStrategy[JSON]:
    properties: dict[str, Any] = dict(schema["properties"]) | {decisive: {"enum": [value]}}
    required = list(schema.get("required", ()))
    for case in cases:
        if value in case["if"]["properties"][decisive]["enum"]:
            then = case["then"]
            required += then.get("required", [])
            for name, more in then.get("properties", {}).items():
                if "not" in more:
                    del properties[name]
                else:
                    properties[name] = properties[name] | more
    return _of_properties(properties, required, side)


def _of_properties(properties: dict[str, Any], required: Any, side: Side) -> st.SearchStrategy[JSON]:
    writable = {name: part for name, part in properties.items() if not (side == "request" and part.get("readOnly"))}
    made = {name: from_schema(part, side) for name, part in writable.items()}
    return st.fixed_dictionaries(
        {name: made[name] for name in made if name in required},
        optional={name: made[name] for name in made if name not in required},
    )


_scalars: st.SearchStrategy[JSON] = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=8))
_anything: st.SearchStrategy[JSON] = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        _scalars, lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=4), below, max_size=2), max_leaves=4
    ),
    max_size=2,
)
"""What an error carries in `info`: an object of any shape."""


@st.composite
def _times(draw: st.DrawFn) -> str:
    moment = draw(st.datetimes(min_value=_EARLIEST, max_value=_LATEST)).replace(microsecond=0).isoformat()
    digits = draw(st.integers(0, 9))
    fraction = f".{draw(st.integers(0, 10**digits - 1)):0{digits}}" if digits else ""
    return moment + fraction + draw(st.sampled_from(["Z", "+00:00", "-07:30", "z"]))


_id_segment = st.text(alphabet="abcxyzABCXYZ0123456789-_.", min_size=1, max_size=12)


@st.composite
def _arm_ids(draw: st.DrawFn) -> str:
    scope = f"/subscriptions/{draw(st.uuids())}/{draw(st.sampled_from(['resourceGroups', 'resourcegroups']))}/{draw(_id_segment)}"
    pairs = draw(st.lists(st.tuples(_id_segment, _id_segment), min_size=1, max_size=2))
    return scope + "/providers/Microsoft.ContainerService" + "".join(f"/{kind}/{name}" for kind, name in pairs)


_EARLIEST, _LATEST = datetime(2023, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001 - the zone is drawn apart
_FORMATS: dict[str, st.SearchStrategy[Any]] = {"date-time": _times(), "uuid": st.uuids().map(str), "arm-id": _arm_ids()}
