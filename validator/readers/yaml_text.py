"""YAML text: read as the events of libyaml's parser, into JSON's values and bytes.

PyYAML's own composer recurses in C, and a few kilobytes of nested brackets end the process; it also
keeps the last of two equal keys in silence. Its parser does neither, and a value made straight from
the events needs no composer and no constructor, and of tags only those of JSON's types and a few of text. Scalars
without one mean what they do in YAML 1.2's core schema: times are text, `on` is text. A plain key `<<` merges, as
YAML 1.1 and PyYAML have it.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import yaml

from ..limits import MAX_BITS, MAX_DEPTH, MAX_NODES
from ..pointer import JSON, Path
from ..wording import show
from . import text_errors
from .bounds import TOO_DEEP, TOO_MANY, excess
from .items import Body, Unreadable
from .line_column import line_and_column

_INTEGER = re.compile(r"[-+]?[0-9]+")
_BY_ITS_BASE = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,16}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, JSON] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TAG = "tag:yaml.org,2002:"
_MAPPINGS = (None, "!", f"{_TAG}map", f"{_TAG}python/object/new:_io.BytesIO")
_SEQUENCES = (None, "!", f"{_TAG}seq", f"{_TAG}python/tuple")
"""What mappings and sequences may be tagged as; those of Python are what VCR.py writes of a body that was a stream."""
MAX_DIGITS = 300
"""Digits of an integer that is read as one; a longer one is a float, or too large."""


class _TooDeep(Exception):
    """A YAML document is nested deeper than is read."""


class _TooMany(Exception):
    """A YAML document consists of more values than are read."""


class _Refused(Exception):
    """A YAML document holds what JSON has no value for."""

    def __init__(self, message: str, event: yaml.Event) -> None:
        super().__init__(message)
        self.message = message
        self.event = event


def parse(data: bytes) -> Body | Unreadable:
    """Load the only YAML document of a text in UTF-8. Values tagged `!!binary` are bytes."""
    wrong = text_errors.form_problem(data)
    if wrong is not None:
        return text_errors.unreadable(data, wrong)
    try:
        values, duplicates = _load(yaml.parse(data, Loader=yaml.CSafeLoader))
    except _TooDeep:
        return replace(TOO_DEEP, relevant=text_errors.mentions(data))
    except _TooMany:
        return replace(TOO_MANY, relevant=text_errors.mentions(data))
    except _Refused as refusal:
        return _unreadable(data, refusal.message, refusal.event.start_mark.index)  # type: ignore[union-attr] # the parser marks all
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at_tab = mark is not None and data.decode()[mark.index : mark.index + 1] == "\t"
        what = "a tab stands where YAML allows blanks alone" if at_tab else error.problem or "not understood"
        return _unreadable(data, what, None if mark is None else mark.index)
    except yaml.reader.ReaderError as error:
        return _unreadable(data, str(error).splitlines()[0], len(data[: error.position].decode()))
    value = values[0] if values else None
    problem = excess(value)
    return Body(value, duplicates=duplicates) if problem is None else replace(problem, relevant=text_errors.mentions(data))


def load_all(data: bytes) -> list[JSON] | None:
    """Load all YAML documents of a text, whatever their tags and keys; None for what is no YAML, or too much of it."""
    try:
        values, _ = _load(yaml.parse(data, Loader=yaml.CSafeLoader), lenient=True)
    except (_TooDeep, _TooMany, _Refused, yaml.YAMLError, UnicodeDecodeError):
        return None
    return values if excess(values) is None else None


def _unreadable(data: bytes, message: str, offset: int | None) -> Unreadable:
    line = text_errors.conflict(data)
    if line is not None:
        return text_errors.unreadable(data, "git left a conflict marker here", line, 1)
    at = (None, None) if offset is None else line_and_column(data.decode(), offset)
    return text_errors.unreadable(data, f"not YAML: {message}", *at)


def _load(events: Iterator[yaml.Event], *, lenient: bool = False) -> tuple[list[JSON], tuple[Path, ...]]:
    """Build the values of events, with the paths of the keys that a mapping repeats."""
    tree = _Tree(lenient=lenient)
    begun = 0
    for event in events:
        if isinstance(event, yaml.ScalarEvent):
            tree.add(event.value if lenient else _scalar(event), event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            if not lenient and event.tag not in (_MAPPINGS if is_mapping else _SEQUENCES):
                raise _Refused(f"the tag {show(event.tag)} is not read", event)
            tree.open({} if is_mapping else [], event)
        elif isinstance(event, yaml.CollectionEndEvent):
            tree.close()
        elif isinstance(event, yaml.AliasEvent):
            tree.add_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            begun += 1
            if begun > 1 and not lenient:
                raise _Refused("a second document begins", event)
    return tree.root, tuple(tree.duplicates)


@dataclass(slots=True)
class _Open:
    """A container that is open; of a mapping, its last key, whether the value of that is to come, and what is merged into it."""

    value: JSON
    key: str = ""
    expects_value: bool = False
    is_merge: bool = False
    merged: list[tuple[JSON, yaml.NodeEvent]] = field(default_factory=list)


class _Tree:
    """The value that is being built."""

    def __init__(self, *, lenient: bool) -> None:
        self.root: list[JSON] = []
        self.duplicates: list[Path] = []
        self._anchors: dict[str, JSON] = {}
        self._opened = [_Open(self.root)]
        self._nodes = 0
        self._lenient = lenient

    def add(self, value: JSON, event: yaml.NodeEvent) -> None:
        self._count(1)
        holder = self._opened[-1]
        if isinstance(holder.value, list):
            holder.value.append(value)
        else:
            if not holder.expects_value:
                self._add_key(holder, value, event)
            elif holder.is_merge:
                holder.merged.append((value, event))
            else:
                holder.value[holder.key] = value
            holder.expects_value = not holder.expects_value
        if event.anchor is not None and not isinstance(event, yaml.AliasEvent):
            self._anchors[event.anchor] = value

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > 2 * MAX_NODES:  # keys count here
            raise _TooMany

    def _add_key(self, holder: _Open, value: JSON, event: yaml.NodeEvent) -> None:
        if isinstance(value, dict | list | bytes) and not self._lenient:
            raise _Refused("the key of a mapping is no scalar", event)
        holder.key = event.value if isinstance(event, yaml.ScalarEvent) else str(value)
        holder.is_merge = is_merge(event)
        if holder.key in holder.value and not holder.is_merge and not self._lenient:  # who is lenient does not ask
            self.duplicates.append(tuple(len(at.value) - 1 if isinstance(at.value, list) else at.key for at in self._opened[1:]))

    def add_alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchors:
            raise _Refused(f"the alias {show(event.anchor)} has no anchor", event)
        self.add(self._anchors[event.anchor], event)

    def open(self, value: JSON, event: yaml.NodeEvent) -> None:
        self.add(value, event)
        self._opened.append(_Open(value))
        if len(self._opened) > MAX_DEPTH + 1:
            raise _TooDeep

    def close(self) -> None:
        closed = self._opened.pop()
        for value, event in reversed(closed.merged):  # of two merge keys the later one wins, and of a list the earlier mapping
            for source in value if isinstance(value, list) else [value]:
                self._merge(closed.value, source, event)

    def _merge(self, mapping: dict[str, JSON], source: JSON, event: yaml.NodeEvent) -> None:
        """Add to a mapping what it lacks of another one."""
        if isinstance(source, dict) and not any(source is holder.value for holder in self._opened):
            self._count(4 * len(source))  # a pair takes more room in another mapping than an alias does in a sequence
            for key, value in source.items():
                mapping.setdefault(key, value)
        elif not self._lenient:
            raise _Refused("the merge key << needs a mapping that is complete, or a list of such mappings", event)


def is_merge(key: yaml.NodeEvent) -> bool:
    """Tell whether the key of a mapping stands for what is merged into it, as in YAML 1.1: a plain `<<`, or one that is tagged so."""
    if not isinstance(key, yaml.ScalarEvent):
        return False
    return key.tag == f"{_TAG}merge" or (key.value == "<<" and key.tag is None and key.implicit[0])


def _scalar(event: yaml.ScalarEvent) -> JSON:
    value: str = event.value
    if event.tag not in {None, "!"}:
        return _tagged(event)
    if (event.style is not None and event.style != "") or event.tag is not None:
        return value
    if value in _CONSTANTS:
        return _CONSTANTS[value]
    if _INTEGER.fullmatch(value) and len(value) < MAX_DIGITS:
        return int(value)
    if _BY_ITS_BASE.fullmatch(value):
        return _integer(value)
    if _FLOAT.fullmatch(value):
        number = float(value)
        if math.isinf(number):
            raise _Refused("a number is too large for 64 bits", event)
        return number
    return value


def _tagged(event: yaml.ScalarEvent) -> JSON:
    """Read a scalar as what its tag says, as PyYAML does; times are text here, too."""
    name = str(event.tag).removeprefix(_TAG)
    if name not in _TAGGED or name == event.tag:
        raise _Refused(f"the tag {show(event.tag)} is not read", event)
    what, read = _TAGGED[name]
    try:
        return read(event.value)
    except (LookupError, ValueError):
        raise _Refused(f"a !!{name} value is not {what}", event) from None


def _integer(text: str) -> int:
    number = int(text, 0 if text.lstrip("+-")[:2] in {"0x", "0o", "0b"} else 10)
    if number.bit_length() > MAX_BITS:
        raise ValueError(text)
    return number


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_TAGGED: dict[str, tuple[str, Callable[[str], JSON]]] = {
    "str": ("text", str),
    "python/str": ("text", str),
    "python/unicode": ("text", str),
    "merge": ("text", str),
    "timestamp": ("text", str),
    "null": ("null", lambda _: None),
    "bool": ("true or false", lambda text: _BOOLEANS[text.lower()]),
    "int": ("an integer of JSON", _integer),
    "float": ("a number of JSON", _float),
    "binary": ("base64", lambda text: base64.b64decode("".join(text.split()), validate=True)),
}
"""What scalars may be tagged as: what they must be then, and how they are read."""
