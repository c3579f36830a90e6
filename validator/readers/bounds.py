"""How a value is held against the limits: its depth, the number of its values, and what JSON cannot say."""

from __future__ import annotations

import math

from ..limits import MAX_BITS, MAX_CONTAINERS, MAX_DEPTH, MAX_NODES
from ..pointer import JSON, Path
from .items import Unreadable

TOO_DEEP = Unreadable("input/too-deep", f"nested more than {MAX_DEPTH} levels deep")
TOO_MANY = Unreadable(
    "input/too-large", f"more than {MAX_NODES:,} values or {MAX_CONTAINERS:,} brackets, those behind aliases counted each time"
)


def too_large(limit: int) -> Unreadable:
    """Say that something has more bytes than are read."""
    return Unreadable("input/too-large", f"larger than {limit // 2**20} MiB, which is the most that is read as one piece")


def is_shallow(data: bytes) -> bool:
    """Tell at speed that the value of a JSON text is within the limits, also one level further down; False tells nothing.

    No text holds more levels than opening brackets, nor more values than bytes.
    """
    return len(data) < MAX_NODES and data.count(b"{") + data.count(b"[") < MAX_DEPTH


def excess(value: JSON) -> Unreadable | None:
    """Tell whether a value is nested too deep, or consists of too many values; walks it without recursion."""
    level = [value]
    nodes = 0
    for _ in range(MAX_DEPTH):
        below: list[JSON] = []
        for node in level:
            if isinstance(node, dict):
                below.extend(node.values())
            elif isinstance(node, list):
                below.extend(node)
            if nodes + len(below) > MAX_NODES:
                return TOO_MANY
        if not below:
            return None
        nodes += len(below)
        level = below
    return TOO_DEEP if any(isinstance(node, dict | list) for node in level) else None


def foreign(value: JSON) -> Unreadable | None:
    """Find what JSON cannot say in a value that was made in Python: NaN, infinities, huge integers and lone surrogates.

    Raises TypeError for objects of types that JSON does not have.
    """
    pending: list[tuple[Path, JSON]] = [((), value)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, dict):
            for key, below in node.items():
                if not isinstance(key, str):
                    raise TypeError(f"expected a JSON document, whose keys are strings, found a key of type {type(key).__name__}")
                if not _encodable(key):
                    return Unreadable("input/unreadable", "a key holds half of a surrogate pair", path=path)
                pending.append(((*path, key), below))
        elif isinstance(node, list):
            pending.extend(((*path, index), below) for index, below in enumerate(node))
        else:
            wrong = _foreign_scalar(node)
            if wrong is not None:
                return Unreadable("input/unreadable", wrong, path=path)
    return None


def _foreign_scalar(node: JSON) -> str | None:
    if isinstance(node, str):
        return None if _encodable(node) else "the string holds half of a surrogate pair"
    if isinstance(node, float):
        return None if math.isfinite(node) else f"{node} is not a JSON number"
    if isinstance(node, int):
        return None if node.bit_length() <= MAX_BITS else "the integer is too large for a JSON number"
    if node is not None:
        raise TypeError(f"expected a JSON document, found a value of type {type(node).__name__}")
    return None


def _encodable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
