"""Places in JSON text: a walk to those that are looked for, past everything else at the parser's speed."""

from __future__ import annotations

import json
import re

from .pointer_tree import Wanted

_SPACE = re.compile(r"[ \t\n\r]*")
_parsed = json.JSONDecoder(parse_int=float).raw_decode  # as floats, integers have no limit of digits


def find(text: str, wanted: Wanted) -> None:
    """Note in `wanted` what is found in a JSON text, which has been parsed before.

    Raises RecursionError for a text that is nested some hundreds of levels deep.
    """
    _value(text, _spaced(text, 0), wanted)


def _spaced(text: str, at: int) -> int:
    if text[at : at + 1] > " ":  # as in all compact text; what is white space is not above it
        return at
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _value(text: str, at: int, wanted: Wanted) -> int:
    """Walk through the value at an offset, to the offset behind it."""
    wanted.value = at
    if wanted.below and text[at] == "{":
        return _object(text, at, wanted)
    if wanted.below and text[at] == "[":
        return _array(text, at, wanted)
    return _parsed(text, at)[1]


def _object(text: str, at: int, wanted: Wanted) -> int:
    at = _spaced(text, at + 1)
    while text[at] != "}":
        start = at
        name, at = _parsed(text, at)
        at = _spaced(text, _spaced(text, at) + 1)  # behind the colon
        below = wanted.below.get(name)
        if below is None:
            at = _parsed(text, at)[1]
        else:
            below.meet(start)
            at = _value(text, at, below)
        at = _next(text, at)
    return at + 1


def _array(text: str, at: int, wanted: Wanted) -> int:
    items = {int(step): below for step, below in wanted.below.items() if step.isdecimal()}
    at = _spaced(text, at + 1)
    index = 0
    while text[at] != "]":
        below = items.get(index)
        at = _parsed(text, at)[1] if below is None else _value(text, at, below)
        at = _next(text, at)
        index += 1
    return at + 1


def _next(text: str, at: int) -> int:
    """Go behind the comma that follows a value, or to the bracket that does."""
    at = _spaced(text, at)
    return _spaced(text, at + 1) if text[at] == "," else at
