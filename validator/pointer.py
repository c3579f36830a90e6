"""Paths into a JSON value, and their form as a JSON Pointer (RFC 6901)."""

from __future__ import annotations

from typing import Any, TypeAlias

from .wording import is_secret

JSON: TypeAlias = Any
"""A JSON value as Python's parsers give it: dict, list, str, int, float, bool or None."""

Path: TypeAlias = tuple[str | int, ...]
"""The path from a JSON value to a part of it: property names and array indices."""


def to_pointer(path: Path) -> str:
    """Return a path as a JSON Pointer (RFC 6901); the name of a property that looks like a secret is hidden."""
    steps = ("(hidden)" if is_secret(str(step)) else str(step) for step in path)
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def steps(pointer: str) -> tuple[str, ...]:
    """Return the steps of a JSON Pointer as strings."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def follow(value: JSON, path: Path, default: JSON = None) -> JSON:
    """Return the part of a value that a path leads to, or `default` where the value has no such part."""
    for step in path:
        is_index = isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value)
        if not is_index and not (isinstance(value, dict) and step in value):
            return default
        value = value[step]
    return value


class DocumentOrder:
    """The order of the values in a document, as a sort key for JSON Pointers."""

    def __init__(self, document: JSON, depth: int = 0) -> None:
        """Take a document that the pointers lead to after a number of steps, `depth`."""
        self._document = document
        self._depth = depth
        self._indices: dict[int, dict[str, int]] = {}

    def key(self, pointer: str) -> tuple[int, ...]:
        """Return the sort key of a JSON Pointer: indices, of properties too. A missing value comes after its siblings."""
        value, key = self._document, []
        for step in steps(pointer)[self._depth :]:
            if isinstance(value, dict) and step in value:
                key.append(self._index(value, step))
                value = value[step]
            elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
                key.append(int(step))
                value = value[int(step)]
            else:
                key.append(len(value) if isinstance(value, dict | list) else 0)
                value = None
        return tuple(key)

    def _index(self, value: dict[str, JSON], name: str) -> int:
        indices = self._indices.get(id(value))
        if indices is None:
            indices = self._indices[id(value)] = {name: index for index, name in enumerate(value)}
        return indices[name]
