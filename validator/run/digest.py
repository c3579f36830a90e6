"""The body of a capture as JSON text, and as a number that stands for it."""

from __future__ import annotations

import json
import re

import orjson

from ..pointer import JSON


def canonical(value: JSON) -> bytes:
    """Write a value as JSON text that does not depend on the order of its keys, in no more memory than the text takes.

    Raises TypeError for a number beyond 64 bits, which only Python and YAML can hold.
    """
    return bytes(memoryview(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))  # the writer's buffer is up to twice as large


def digest_of(value: JSON) -> int:
    """Return a number, the same in every process, for bodies that differ in the case of their ids or the form of their integers alone."""
    from hashlib import blake2b  # late: 2 ms that a single capture of a run need not pay

    text = text_of(value)
    if any(end.search(text) for end in _INTEGRAL):
        text = text_of(_integral(value))
    return int.from_bytes(blake2b(_CASELESS.sub(_lower, text), digest_size=8).digest(), "big")


def text_of(value: JSON) -> bytes:
    """Write a value as canonical JSON text, also one with numbers that only Python holds."""
    try:
        return canonical(value)
    except TypeError:
        return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()


_CASELESS = re.compile(rb'"(?<!\\")(?i:/subscriptions/|microsoft[.])[^"]*')
"""A string of JSON text that is a resource id, or the type of a resource, up to its end or an escaped quotation mark."""

_INTEGRAL = (re.compile(rb"[.]0[],}]"), re.compile(rb"e[+0-9][0-9]*[],}]"))
"""How numbers end that may be integers in another form; apart, as each is looked for by its first character."""


def _lower(match: re.Match[bytes]) -> bytes:
    return match[0].lower() if match[0].isascii() else match[0].decode().lower().encode()


def _integral(value: JSON) -> JSON:
    """Return a value with numbers as integers that JSON takes for such: 600.0 and 6e2 as 600."""
    if isinstance(value, dict):
        return {key: _integral(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_integral(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
