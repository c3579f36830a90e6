"""Offsets of values in JSON text: a walk to the pointers of a tree, which leaves everything else to the parser for speed."""

from __future__ import annotations

import json
import re

from .pointer_tree import PointerNode, Span

_SPACE = re.compile(r"[ \t\n\r]*")
_decode = json.JSONDecoder(parse_int=float).raw_decode  # as floats, integers may have any number of digits


def record_offsets(text: str, tree: PointerNode) -> None:
    """Record in a tree where its values are in a JSON text, which is known to be valid.

    Raises RecursionError for text that is nested some hundreds of levels deep.
    """
    _value(text, _skip_space(text, 0), tree)


def end_of(text: str, offset: int) -> int:
    """Return the offset after the value at an offset in a JSON text, which is known to be valid."""
    return _decode(text, offset)[1]


def _skip_space(text: str, offset: int) -> int:
    if text[offset : offset + 1] > " ":  # usual in compact text; no white space is greater than a blank
        return offset
    match = _SPACE.match(text, offset)
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
    offset = _skip_space(text, offset + 1)
    while text[offset] != "}":
        name_offset = offset
        name, offset = _decode(text, offset)
        name_span = Span(name_offset, offset)
        offset = _skip_space(text, _skip_space(text, offset) + 1)  # after the colon
        child = node.children.get(name)
        if child is None:
            offset = _decode(text, offset)[1]
        else:
            child.record_name(name_span)
            offset = _value(text, offset, child)
        offset = _skip_comma(text, offset)
    return offset + 1


def _array(text: str, offset: int, node: PointerNode) -> int:
    items = {int(step): child for step, child in node.children.items() if step.isdecimal()}
    offset = _skip_space(text, offset + 1)
    index = 0
    while text[offset] != "]":
        child = items.get(index)
        offset = _decode(text, offset)[1] if child is None else _value(text, offset, child)
        offset = _skip_comma(text, offset)
        index += 1
    return offset + 1


def _skip_comma(text: str, offset: int) -> int:
    """Return the offset of what follows a value: after its comma, or the closing bracket."""
    offset = _skip_space(text, offset)
    return _skip_space(text, offset + 1) if text[offset] == "," else offset
