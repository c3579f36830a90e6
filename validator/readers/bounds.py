"""Checks of a value against the limits and against JSON: its depth, the number of its values, and values that JSON lacks."""

from __future__ import annotations

import math
from contextlib import suppress

import orjson

from ..limits import MAX_BITS, MAX_DEPTH, MAX_NODES, MAX_YAML
from ..pointer import JSON, walk
from .items import Unreadable

TOO_DEEP = Unreadable("input/too-deep", f"nested more than {MAX_DEPTH} levels deep")
TOO_MANY = Unreadable("input/too-large", f"more than {MAX_NODES:,} values")
TOO_MANY_IN_YAML = Unreadable("input/too-large", f"more than {MAX_YAML:,} keys and values in YAML, those of an alias counted each time")


def too_large(limit: int) -> Unreadable:
    """Return the problem of a file, a record or a body that has more bytes than the limit."""
    return Unreadable("input/too-large", f"larger than {limit // 2**20} MiB, which is the most that is read as one piece")


def excess(value: JSON, most: int = MAX_NODES, problem: Unreadable = TOO_MANY) -> Unreadable | None:
    """Return the problem of a value that is nested too deep or consists of too many values, None if it is within the limits.

    `problem` is that of more than `most` values. Walks the value without recursion.
    """
    level = [value]
    count = 0
    for _ in range(MAX_DEPTH):
        children: list[JSON] = []
        for node in level:
            if isinstance(node, dict):
                children.extend(node.values())
            elif isinstance(node, list):
                children.extend(node)
            if count + len(children) > most:
                return problem
        if not children:
            return None
        count += len(children)
        level = children
    return TOO_DEEP if any(isinstance(node, dict | list) for node in level) else None


def own_types(value: JSON) -> JSON | Unreadable:
    """Return a copy of a Python value within the limits, with objects of JSON's own types in place of those of subclasses.

    Return the first problem of a value that JSON cannot express: NaN, infinities, huge integers and lone surrogates. Raises TypeError for
    objects of types that JSON does not have.
    """
    if _types(value) <= _WRITTEN_UNCHANGED:
        with suppress(orjson.JSONEncodeError):
            return orjson.loads(orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_SUBCLASS))
    return _foreign(value) or _copy(value)


_WRITTEN_UNCHANGED = frozenset({dict, list, str, int, bool, type(None)})
"""Types whose objects orjson writes unchanged, or refuses. It writes NaN as null, and tuples as arrays."""


def _types(value: JSON) -> set[type]:
    found: set[type] = set()
    level = [value]
    while level:
        found.update(map(type, level))
        level = [child for node in level if type(node) in (dict, list) for child in (node if type(node) is list else node.values())]
    return found


def _copy(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {_copy(key): _copy(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    kind = next((kind for kind in (str, int, float) if isinstance(value, kind)), None)
    # A call of the type would call methods of the subclass, such as the __str__ of an Enum.
    return value if kind is None or type(value) in (kind, bool) else kind.__getnewargs__(value)[0]


def _foreign(value: JSON) -> Unreadable | None:
    for path, node in walk(value):
        if isinstance(node, dict):
            for key in node:
                if not isinstance(key, str):
                    raise TypeError(f"expected a JSON document, whose keys are strings, found a key of type {type(key).__name__}")
                if not _is_unicode(key):
                    return Unreadable("input/unreadable", "a key holds half of a surrogate pair", path=path)
        elif not isinstance(node, list):
            message = _scalar_problem(node)
            if message is not None:
                return Unreadable("input/unreadable", message, path=path)
    return None


def _scalar_problem(node: JSON) -> str | None:
    if isinstance(node, str):
        return None if _is_unicode(node) else "the string holds half of a surrogate pair"
    if isinstance(node, float):
        return None if math.isfinite(node) else f"{node} is not a JSON number"
    if isinstance(node, int):
        return None if node.bit_length() <= MAX_BITS else "the integer is too large for a JSON number"
    if node is not None:
        raise TypeError(f"expected a JSON document, found a value of type {type(node).__name__}{_advice(node)}")
    return None


def _advice(value: object) -> str:
    """Return what to pass instead of a model of the provider's SDK: the older models have `as_dict`, too, which renames properties."""
    method = "serialize(keep_readonly=True)" if hasattr(value, "_attribute_map") else "as_dict()" if hasattr(value, "as_dict") else ""
    return f"; pass what its {method} returns" if method else ""


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
