"""Scalars of YAML, as values of JSON or bytes.

Only the tags of JSON's types and a few tags of strings are read. Scalars without a tag are read by the core schema of YAML 1.2:
times are strings, and so is `on`.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable

import yaml

from ..limits import MAX_BITS
from ..pointer import JSON
from ..wording import show

TAG = "tag:yaml.org,2002:"
"""What the tags of YAML itself begin with, which are written `!!int`."""

MAX_DIGITS = 300
"""Characters from which on an integer is read as a float, or is too large."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_BY_ITS_BASE = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,16}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, JSON] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Unsupported(Exception):
    """A YAML document contains something that has no JSON value; `event` is the event of it."""

    def __init__(self, message: str, event: yaml.Event) -> None:
        super().__init__(message)
        self.message = message
        self.event = event


def read(event: yaml.ScalarEvent) -> JSON:
    """Return the value of a scalar. Raises Unsupported if it has none."""
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
            raise Unsupported("a number is too large for 64 bits", event)
        return number
    return value


def _tagged(event: yaml.ScalarEvent) -> JSON:
    """Read a scalar by its tag, as PyYAML does, except that times are strings."""
    name = "binary" if event.tag == "!binary" else str(event.tag).removeprefix(TAG)  # Ruby writes it with one mark
    if name not in _TAGGED or name == event.tag:
        raise Unsupported(f"the tag {show(event.tag)} is not read", event)
    description, convert = _TAGGED[name]
    try:
        return convert(event.value)
    except (LookupError, ValueError):
        raise Unsupported(f"a !!{name} value is not {description}", event) from None


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
