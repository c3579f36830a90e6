"""Offsets of values in JSON text: a walk to the pointers of a tree, which leaves everything else to the parser for speed."""

from __future__ import annotations

import json
import re

from .pointer_tree import PointerNode, Span

_SPACE = re.compile(r"[ \t\n\r]*+")
_NAME = re.compile(r'("(?:[^"\\]++|\\.)*+")[ \t\n\r]*+:[ \t\n\r]*+')
_COMMA = re.compile(r"[ \t\n\r]*+,?[ \t\n\r]*+")
_decode = json.JSONDecoder(parse_int=float).raw_decode  # as floats, integers may have any number of digits


def record_offsets(text: str, tree: PointerNode) -> None:
    """Record in a tree where its values are in a JSON text, which is known to be valid.

    Raises RecursionError for text that is nested some hundreds of levels deep.
    """
    _value(text, _after(_SPACE, text, 0), tree)


def end_of(text: str, offset: int) -> int:
    """Return the offset after the value at an offset in a JSON text, which is known to be valid."""
    return _decode(text, offset)[1]


def _after(pattern: re.Pattern[str], text: str, offset: int) -> int:
    """Return the offset after a pattern that may match nothing."""
    match = pattern.match(text, offset)
    return offset if match is None else match.end()


def _value(text: str, offset: int, node: PointerNode) -> int:
    """Walk through the value at an offset, and return the offset after it."""
    is_nested = text[offset] in "{["
    if is_nested:
        node.value = Span(offset, offset + 1)
        if node.children:
            return (_object if text[offset] == "{" else _array)(text, offset, node)
    end = _decode(text, offset)[1]
    if not is_nested:
        node.record_scalar(Span(offset, end), text)
    return end


def _object(text: str, offset: int, node: PointerNode) -> int:
    offset = _after(_SPACE, text, offset + 1)
    while match := _NAME.match(text, offset):
        written = match[1]
        name = _decode(written)[0] if "\\" in written else written[1:-1]
        child = node.child(name)
        if child is None:
            offset = _decode(text, match.end())[1]
        else:
            child.record_name(Span(*match.span(1)))
            offset = _value(text, match.end(), child)
        offset = _after(_COMMA, text, offset)
    return offset + 1


def _array(text: str, offset: int, node: PointerNode) -> int:
    items = {int(step): child for step, child in node.children.items() if step.isdecimal()}
    offset = _after(_SPACE, text, offset + 1)
    index = 0
    while text[offset] != "]":
        child = items.get(index)
        offset = _decode(text, offset)[1] if child is None else _value(text, offset, child)
        offset = _after(_COMMA, text, offset)
        index += 1
    return offset + 1
