"""The documented objects in a value: which properties each may have, and which of them are read-only."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..pointer import JSON, Path
from . import schemas
from .schemas import Shape


@dataclass(frozen=True, slots=True)
class Object:
    """An object in a value, with the shape that is documented for it.

    `tolerated` are the read-only properties which a request may set nevertheless.
    """

    path: Path
    value: dict[str, JSON]
    shape: Shape
    tolerated: Collection[str] = ()


def objects(value: JSON, definition: str, version: str, *, writable: bool, tolerated: Collection[str] = ()) -> Iterator[Object]:
    """Give the documented objects in a value, it included, in the order of the value.

    What is not an object where one is documented is passed by, as is what no definition describes. With
    `writable`, what lies below read-only properties is left out. What is `tolerated` is so in the value itself.
    """
    shapes = schemas.load(version).shapes()
    pending: list[tuple[Path, JSON, str]] = [((), value, definition)]
    while pending:
        path, node, name = pending.pop()
        shape = shapes.get(name)
        if shape is None or not isinstance(node, dict):
            continue
        yield Object(path, node, shape, () if path else tolerated)
        below: list[tuple[Path, JSON, str]] = []
        for key, child in node.items():
            known = shape.properties.get(key)
            if known is None or known.below is None or (writable and known.read_only):
                continue
            if not known.array:
                below.append(((*path, key), child, known.below))
            elif isinstance(child, list):
                below.extend(((*path, key, index), item, known.below) for index, item in enumerate(child))
        pending.extend(reversed(below))
