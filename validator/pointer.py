"""Paths into a JSON value, and their form as a JSON Pointer (RFC 6901)."""

from __future__ import annotations

from typing import Any, TypeAlias

from .wording import is_secret

JSON: TypeAlias = Any
"""A JSON value as Python's parsers give it: dict, list, str, int, float, bool or None."""

Path: TypeAlias = tuple[str | int, ...]
"""The way from a JSON value down to a part of it: property names and array indices."""


def to_pointer(path: Path) -> str:
    """Return a path as a JSON Pointer (RFC 6901); the name of a property that looks like a secret is hidden."""
    steps = ("(hidden)" if is_secret(str(step)) else str(step) for step in path)
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def steps(pointer: str) -> tuple[str, ...]:
    """Read the steps of a JSON Pointer, all of them as text."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def follow(value: JSON, path: Path, default: JSON = None) -> JSON:
    """Return the part of a value that a path leads to, or `default` where the value has no such part."""
    for step in path:
        is_index = isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value)
        if not is_index and not (isinstance(value, dict) and step in value):
            return default
        value = value[step]
    return value


def place(pointer: str, document: JSON, orders: dict[int, dict[str, int]]) -> tuple[int, ...]:
    """Return the place of a JSON Pointer as numbers that sort in the order of the document.

    What the document lacks comes last. `orders` keeps the order of each object's properties for the next call.
    """
    order: list[int] = []
    for step in steps(pointer):
        if isinstance(document, dict) and step in document:
            if id(document) not in orders:
                orders[id(document)] = {name: index for index, name in enumerate(document)}
            order.append(orders[id(document)][step])
            document = document[step]
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            order.append(int(step))
            document = document[int(step)]
        else:
            order.append(len(document) if isinstance(document, dict | list) else 0)
            document = None
    return tuple(order)
