"""YAML text, read into JSON values and bytes from the events of libyaml's parser.

PyYAML's composer recurses in C, so that some tens of kilobytes of nested brackets end the process, and it silently
keeps the last of two equal keys. Its parser does neither. Values are built from the events of the parser, without
composer and constructor. Only the tags of JSON's types and a few tags of strings are read. Scalars without a tag are read
by the core schema of YAML 1.2: times are strings, and so is `on`. A plain key `<<` merges, as in YAML 1.1 and PyYAML.
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
"""Tags of mappings and sequences; VCR.py writes those of Python for a body that was a stream."""
MAX_DIGITS = 300
"""Characters from which on an integer is read as a float, or is too large."""


class _TooDeep(Exception):
    """A YAML document is nested deeper than the limit."""


class _TooMany(Exception):
    """A YAML document consists of more values than the limit."""


class _Unsupported(Exception):
    """A YAML document contains something that has no JSON value."""

    def __init__(self, message: str, event: yaml.Event) -> None:
        super().__init__(message)
        self.message = message
        self.event = event


def parse(data: bytes) -> Body | Unreadable:
    """Read the only YAML document of a text in UTF-8. Values tagged `!!binary` are bytes."""
    form_problem = text_errors.form_problem(data)
    if form_problem is not None:
        return text_errors.unreadable(data, form_problem)
    try:
        values, duplicates = _load(yaml.parse(data, Loader=yaml.CSafeLoader))
    except _TooDeep:
        return replace(TOO_DEEP, relevant=text_errors.mentions(data))
    except _TooMany:
        return replace(TOO_MANY, relevant=text_errors.mentions(data))
    except _Unsupported as error:
        return _unreadable(data, error.message, error.event.start_mark.index)  # type: ignore[union-attr] # the parser marks all
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at_tab = mark is not None and data.decode()[mark.index : mark.index + 1] == "\t"
        message = "a tab stands where YAML allows blanks alone" if at_tab else error.problem or "not understood"
        return _unreadable(data, message, None if mark is None else mark.index)
    except yaml.reader.ReaderError as error:
        return _unreadable(data, str(error).splitlines()[0], len(data[: error.position].decode()))
    value = values[0] if values else None
    problem = excess(value)
    return Body(value, duplicates=duplicates) if problem is None else replace(problem, relevant=text_errors.mentions(data))


def load_all(data: bytes) -> list[JSON] | None:
    """Read all YAML documents of a text, whatever their tags and keys; None if the text is not YAML or is beyond the limits."""
    try:
        values, _ = _load(yaml.parse(data, Loader=yaml.CSafeLoader), lenient=True)
    except (_TooDeep, _TooMany, _Unsupported, yaml.YAMLError, UnicodeDecodeError):
        return None
    return values if excess(values) is None else None


def _unreadable(data: bytes, message: str, offset: int | None) -> Unreadable:
    line = text_errors.conflict_line(data)
    if line is not None:
        return text_errors.unreadable(data, "git left a conflict marker here", line, 1)
    position = (None, None) if offset is None else line_and_column(data.decode(), offset)
    return text_errors.unreadable(data, f"not YAML: {message}", *position)


def _load(events: Iterator[yaml.Event], *, lenient: bool = False) -> tuple[list[JSON], tuple[Path, ...]]:
    """Build the values of the documents in a stream of events, and the paths of the keys that a mapping repeats."""
    builder = _Builder(lenient=lenient)
    documents = 0
    for event in events:
        if isinstance(event, yaml.ScalarEvent):
            builder.add(event.value if lenient else _scalar(event), event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            if not lenient and event.tag not in (_MAPPINGS if is_mapping else _SEQUENCES):
                raise _Unsupported(f"the tag {show(event.tag)} is not read", event)
            builder.open({} if is_mapping else [], event)
        elif isinstance(event, yaml.CollectionEndEvent):
            builder.close()
        elif isinstance(event, yaml.AliasEvent):
            builder.add_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1 and not lenient:
                raise _Unsupported("a second document begins", event)
    return builder.root, tuple(builder.duplicates)


@dataclass(slots=True)
class _Open:
    """An open collection; of a mapping, its last key, whether the value of that key is next, and what is merged into it."""

    value: JSON
    key: str = ""
    expects_value: bool = False
    is_merge: bool = False
    merged: list[tuple[JSON, yaml.NodeEvent]] = field(default_factory=list)


class _Builder:
    """A builder of the values of a YAML stream. If lenient, it accepts any key, and does not look for repeated keys."""

    def __init__(self, *, lenient: bool) -> None:
        self.root: list[JSON] = []
        self.duplicates: list[Path] = []
        self._anchors: dict[str, JSON] = {}
        self._opened = [_Open(self.root)]
        self._nodes = 0
        self._lenient = lenient

    def add(self, value: JSON, event: yaml.NodeEvent) -> None:
        self._count(1)
        parent = self._opened[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
        else:
            if not parent.expects_value:
                self._add_key(parent, value, event)
            elif parent.is_merge:
                parent.merged.append((value, event))
            else:
                parent.value[parent.key] = value
            parent.expects_value = not parent.expects_value
        if event.anchor is not None and not isinstance(event, yaml.AliasEvent):
            self._anchors[event.anchor] = value

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > 2 * MAX_NODES:  # keys count here
            raise _TooMany

    def _add_key(self, parent: _Open, value: JSON, event: yaml.NodeEvent) -> None:
        if isinstance(value, dict | list | bytes) and not self._lenient:
            raise _Unsupported("the key of a mapping is no scalar", event)
        parent.key = event.value if isinstance(event, yaml.ScalarEvent) else str(value)
        parent.is_merge = is_merge(event)
        if parent.key in parent.value and not parent.is_merge and not self._lenient:
            self.duplicates.append(self._path())

    def _path(self) -> Path:
        return tuple(len(opened.value) - 1 if isinstance(opened.value, list) else opened.key for opened in self._opened[1:])

    def add_alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchors:
            raise _Unsupported(f"the alias {show(event.anchor)} has no anchor", event)
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
        """Add the members of another mapping that a mapping lacks."""
        if isinstance(source, dict) and not any(source is opened.value for opened in self._opened):
            self._count(4 * len(source))  # a member takes more memory than an item
            for key, value in source.items():
                mapping.setdefault(key, value)
        elif not self._lenient:
            raise _Unsupported("the merge key << needs a mapping that is complete, or a list of such mappings", event)


def is_merge(key: yaml.NodeEvent) -> bool:
    """Return whether a key merges other mappings into its own, as in YAML 1.1: a plain `<<`, or a key with the merge tag."""
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
            raise _Unsupported("a number is too large for 64 bits", event)
        return number
    return value


def _tagged(event: yaml.ScalarEvent) -> JSON:
    """Read a scalar by its tag, as PyYAML does, except that times are strings."""
    name = str(event.tag).removeprefix(_TAG)
    if name not in _TAGGED or name == event.tag:
        raise _Unsupported(f"the tag {show(event.tag)} is not read", event)
    description, read = _TAGGED[name]
    try:
        return read(event.value)
    except (LookupError, ValueError):
        raise _Unsupported(f"a !!{name} value is not {description}", event) from None


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
"""Tags of scalars: a description of the values that they accept, and the function that reads one."""
