"""The api-versions that differ, for tests that go through all of them."""

from __future__ import annotations

import json

from validator.contract import schemas
from validator.contract.layers import Schema


def _without_id(schema: Schema) -> Schema:
    return {keyword: value for keyword, value in schema.items() if keyword != "$id"}


def shape(version: str) -> str:
    """Return the schemas of a version as text, which is the same for versions of one shape."""
    return json.dumps({name: _without_id(schema) for name, schema in schemas.load(version).schemas.items()})


FIRST: dict[str, str] = {}
"""The first version of each shape, by the shape, oldest first."""

for _version in schemas.VERSIONS:
    FIRST.setdefault(shape(_version), _version)

SHAPES = tuple(FIRST.values())
"""The first version of each shape, oldest first."""


def differing(version: str) -> list[str]:
    """Return the definitions of a version that are not as in the default version; all of the default version itself."""
    default, own = schemas.load().schemas, schemas.load(version).schemas
    return [name for name in own if version == schemas.DEFAULT_VERSION or _without_id(own[name]) != _without_id(default.get(name, {}))]


EACH = [(version, name) for version in (*SHAPES, schemas.DEFAULT_VERSION) for name in differing(version)]
EACH = list(dict.fromkeys(EACH))
"""Each definition of the default version, and of each other shape where it differs."""
