"""YAML text: read as the events of libyaml's parser, into JSON's values and bytes.

PyYAML's own composer recurses in C, and a few kilobytes of nested brackets end the process; it also
keeps the last of two equal keys in silence. Its parser does neither, and a value made straight from
the events needs no composer, no constructor and no tag but `!!binary` and `!!str`. Scalars mean what they do
in YAML 1.2's core schema: times are text, `on` is text.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Iterator

import yaml

from ..exchange import Body, Unreadable
from ..findings import JSON, Path
from ..limits import MAX_DEPTH, TOO_DEEP, excess
from . import text

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TAG = "tag:yaml.org,2002:"
_MISSING = object()
MAX_DIGITS = 300
"""Digits of an integer that is read as one; a longer one is a float, or too large."""


class _Refused(Exception):
    """A YAML document holds what is not read: nesting without end, or what JSON has no value for."""

    def __init__(self, message: str, event: yaml.Event | None) -> None:
        super().__init__(message)
        self.message = message
        self.event = event


def parse(data: bytes) -> Body | Unreadable:
    """Load the only YAML document of a text in UTF-8. Values tagged `!!binary` are bytes."""
    wrong = text.encoding_problem(data)
    if wrong is not None:
        return Unreadable("input/unreadable", wrong)
    try:
        value, duplicates = _load(yaml.parse(data, Loader=yaml.CSafeLoader))
    except _Refused as refusal:
        if refusal.event is None:
            return TOO_DEEP
        return _unreadable(data, refusal.message, refusal.event.start_mark)
    except yaml.MarkedYAMLError as error:
        return _unreadable(data, error.problem or "not understood", error.problem_mark)
    except yaml.YAMLError as error:
        return _unreadable(data, str(error).splitlines()[0], None)
    return excess(value) or Body(value, duplicates=duplicates)


def _unreadable(data: bytes, message: str, mark: yaml.Mark | None) -> Unreadable:
    line = text.conflict(data)
    if line is not None:
        return Unreadable("input/unreadable", "git left a conflict marker here", line=line, column=1)
    place = (None, None) if mark is None else (mark.line + 1, mark.column + 1)
    return Unreadable("input/unreadable", f"not YAML: {message}", line=place[0], column=place[1])


def _load(events: Iterator[yaml.Event]) -> tuple[JSON, tuple[Path, ...]]:
    """Build a value of events, with the paths of the keys that a mapping repeats."""
    anchors: dict[str, JSON] = {}
    duplicates: list[Path] = []
    root: list[JSON] = []
    containers: list[JSON] = [root]
    keys: list[JSON] = [None]  # of each open mapping: the key that waits for its value
    documents = 0
    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = _scalar(event)
        elif kind is yaml.AliasEvent:
            value = anchors.get(event.anchor, _MISSING)
            if value is _MISSING:
                raise _Refused(f"the alias {event.anchor} has no anchor", event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            value = {} if kind is yaml.MappingStartEvent else []
            if event.tag not in (None, "!", f"{_TAG}map", f"{_TAG}seq"):
                raise _Refused(f"the tag {event.tag[:60]} is not read", event)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            containers.pop()
            keys.pop()
            continue
        else:
            documents += kind is yaml.DocumentStartEvent
            if documents > 1:
                raise _Refused("a second document begins", event)
            continue

        holder = containers[-1]
        if type(holder) is list:
            holder.append(value)
        elif keys[-1] is not _MISSING:
            holder[keys[-1]] = value
            keys[-1] = _MISSING
        else:
            if not isinstance(value, str | int | float | None):
                raise _Refused("the key of a mapping is no scalar", event)
            keys[-1] = value if isinstance(value, str) else event.value
            if keys[-1] in holder:
                duplicates.append((*_path(containers, keys), keys[-1]))
        if kind is not yaml.AliasEvent and event.anchor is not None:
            anchors[event.anchor] = value
        if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            containers.append(value)
            keys.append(_MISSING)
            if len(containers) > MAX_DEPTH + 1:
                raise _Refused("", None)
    return (root[0] if root else None), tuple(duplicates)


def _path(containers: list[JSON], keys: list[JSON]) -> Path:
    """Tell the way to the innermost open container."""
    path: list[str | int] = []
    for holder, below in zip(containers[1:], containers[2:], strict=False):
        path.append(len(holder) - 1 if isinstance(holder, list) else next(k for k in holder if holder[k] is below))
    return tuple(path)


def _scalar(event: yaml.ScalarEvent) -> JSON:
    value: str = event.value
    if event.tag is not None and event.tag != "!" and event.tag != f"{_TAG}str":
        if event.tag != f"{_TAG}binary":
            raise _Refused(f"the tag {event.tag[:60]} is not read", event)
        try:
            return base64.b64decode("".join(value.split()), validate=True)
        except (binascii.Error, ValueError):
            raise _Refused("a !!binary value is not base64", event) from None
    if event.style is not None and event.style != "" or event.tag is not None:
        return value
    if value in _CONSTANTS:
        return _CONSTANTS[value]
    if _INTEGER.fullmatch(value) and len(value) < MAX_DIGITS:
        return int(value)
    if _FLOAT.fullmatch(value):
        number = float(value)
        if math.isinf(number):
            raise _Refused("a number is too large for 64 bits", event)
        return number
    return value
