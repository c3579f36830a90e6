"""What is wrong with a text that is not JSON, or not what it seems; looked at only where something is."""

from __future__ import annotations

import codecs
import json
import re

import orjson

from ..exchange import Unreadable
from ..findings import JSON, Path
from ..limits import MAX_DEPTH, TOO_DEEP

_MENTION = re.compile(rb"updateruns|managedclusterupdate", re.IGNORECASE)
_SHAPE = re.compile(
    rb"""\A\s*(?:\{\s*["}]|\[\s*\{)|^(?:- |\s)*["']?(?:interactions|properties|managedClusterUpdate|updateRuns)["']?:|^<{7} """,
    re.MULTILINE,
)
_YAML = re.compile(rb"""(?:\s*(?:#[^\n]*)?\n)*(?:%YAML|---|- |["']?[\w./-]+["']?:(?:\s|$))""")
_CONFLICT = re.compile(rb"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CONSTANT = re.compile(r"NaN|-?Infinity")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_WIDE = ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32"), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


def relevant(data: bytes) -> bool:
    """Tell whether a text mentions update runs, and looks like data rather than prose or a program."""
    narrow = data.replace(b"\0", b"")
    return _MENTION.search(narrow) is not None and _SHAPE.search(narrow) is not None


def begins_like_yaml(data: bytes) -> bool:
    """Tell whether a text begins as YAML does: with a document, an item or a key."""
    return _YAML.match(data) is not None


def encoding_problem(data: bytes) -> str | None:
    """Say what is wrong with the encoding of a text, if it is not UTF-8."""
    for mark, name in _WIDE:
        if data.startswith(mark):
            return f"the text is {name}; convert it to UTF-8"
    if data[:1] == b"\0" or data[1:2] == b"\0":
        return "the text is not UTF-8, but of two or four bytes a character, or binary; convert it to UTF-8"
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return f"the byte 0x{data[error.start]:02x} at offset {error.start:,} is not valid UTF-8"
    return None


def conflict(data: bytes) -> int | None:
    """Find the line, from 1, of the first conflict marker that git left in a text."""
    match = _CONFLICT.search(data)
    return None if match is None else data.count(b"\n", 0, match.start()) + 1


def explained(data: bytes, error: orjson.JSONDecodeError) -> Unreadable:
    """Say why a text is not JSON, and where; the wording is ours, by what stands at the place."""
    mentions = relevant(data)
    if not data.strip():
        return Unreadable("input/unreadable", "the text is empty", relevant=mentions)
    wrong = encoding_problem(data)
    if wrong is not None:
        return Unreadable("input/unreadable", wrong, relevant=mentions)
    line = conflict(data)
    if line is not None:
        return Unreadable("input/unreadable", "git left a conflict marker here", line=line, column=1, relevant=mentions)
    text, at, column = data.decode(), error.pos, error.colno
    if text[at - 1 : at] == "-":  # the parser points behind the sign
        at, column = at - 1, column - 1
    if nesting(text[: at + 1]) > MAX_DEPTH:
        return TOO_DEEP
    rest = text[at : at + 400]
    if not rest.strip():
        message = "not JSON: the text ends in the middle of a value"
    elif found := _CONSTANT.match(rest):
        message = f"not JSON: {found[0]} is not a JSON number"
    elif (found := _NUMBER.match(rest)) and found[0].lstrip("-").strip("0.") and not text[:at].endswith('"'):
        message = f"a number is too large for 64 bits: {found[0][:20]}{'…' if len(found[0]) > 20 else ''}"
    elif rest.startswith("\\u"):
        message = f"not Unicode: the escape {rest[:6]} is half of a surrogate pair"
    else:
        message = f"not JSON: unexpected {json.dumps(rest[0], ensure_ascii=not rest[0].isprintable())}"
    return Unreadable("input/unreadable", message, line=error.lineno, column=column, relevant=mentions)


def nesting(text: str) -> int:
    """Count how deep the brackets of a JSON text go, those in strings left out."""
    depth = deepest = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


class _Pairs(list[tuple[str, JSON]]):
    """The members of a JSON object, all of them."""


def repeated(data: bytes) -> list[Path]:
    """Find the keys that an object of a JSON text repeats."""
    found: list[Path] = []
    pending: list[tuple[Path, JSON]] = [((), json.loads(data, object_pairs_hook=_Pairs, parse_int=float))]
    while pending:
        path, value = pending.pop()
        if isinstance(value, _Pairs):
            seen = set()
            for key, below in value:
                if key in seen:
                    found.append((*path, key))
                seen.add(key)
                pending.append(((*path, key), below))
        elif isinstance(value, list):
            pending.extend(((*path, index), below) for index, below in enumerate(value))
    return sorted(set(found), key=str)
