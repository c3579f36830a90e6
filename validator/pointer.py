"""Paths into a JSON value, and their form as a JSON Pointer (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from .wording import is_secret

JSON: TypeAlias = Any
"""A JSON value as Python's parsers give it: dict, list, str, int, float, bool or None."""

Path: TypeAlias = tuple[str | int, ...]
"""The path from a JSON value to a part of it: property names and array indices."""


HIDDEN = "(hidden)"
"""The replacement for the name of a property that looks like a secret."""


def to_pointer(path: Path) -> str:
    """Return a path as a JSON Pointer (RFC 6901); the name of a property that looks like a secret is hidden."""
    return "".join(f"/{step}" if isinstance(step, int) else _escaped(step) for step in path)


def _escaped(step: str) -> str:
    return _cached(step) if len(step) <= _MAX_CACHED else _cached.__wrapped__(step)


@lru_cache(maxsize=1024)  # the pointers of many findings have the same steps
def _cached(step: str) -> str:
    return "/" + (HIDDEN if is_secret(step) else step.replace("~", "~0").replace("/", "~1"))


_MAX_CACHED = 100
"""Characters of the longest step that is kept, so that little is kept."""


def steps(pointer: str) -> tuple[str, ...]:
    """Return the steps of a JSON Pointer as strings."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def follow(value: JSON, path: Path, default: JSON = None) -> JSON:
    """Return the part of a value that a path leads to, or `default` where the value has no such part. An index may be a string."""
    for step in path:
        if isinstance(value, list) and str(step).isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return default
    return value


def walk(value: JSON) -> Iterator[tuple[Path, JSON]]:
    """Yield every part of a value with its path, in the order of the document; without recursion, and without a list of the parts."""
    yield (), value
    opened: list[tuple[Path, Iterator[tuple[str | int, JSON]]]] = [((), _children(value))]
    while opened:
        path, children = opened[-1]
        for step, child in children:
            yield (*path, step), child
            if isinstance(child, dict | list):
                opened.append(((*path, step), _children(child)))
                break
        else:
            opened.pop()


def _children(value: JSON) -> Iterator[tuple[str | int, JSON]]:
    children: Iterable[tuple[str | int, JSON]] = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return iter(children)


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
