"""What is wrong with a text that is not JSON, or not what it seems; looked at only where something is."""

from __future__ import annotations

import codecs
import json
import math
import re
from dataclasses import replace

import orjson

from ..limits import MAX_DEPTH
from ..pointer import JSON, Path
from .bounds import TOO_DEEP
from .items import Unreadable
from .line_column import line_and_column

MAX_LEAD = 65536
"""Bytes of a text in which it shows what it is."""

# Every repetition stays within its line, so that no text takes more than linear time, or is possessive, so that
# none takes more memory than the text itself.
_WORDS = (b"updateruns", b"managedclusterupdate")
_MENTION = re.compile(rb"(?<![a-z])(?:" + b"|".join(_WORDS) + rb")")
_OWN_KEY = re.compile(rb'"managedClusterUpdate"\s*:|"type"\s*:\s*"Microsoft\.ContainerService/fleets/updateRuns"', re.IGNORECASE)
_YAML = re.compile(rb"""%YAML|---|- |["']?[\w./-]+["']?:(?:\s|$)""")
_CONFLICT = re.compile(rb"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CONSTANT = re.compile(r"NaN|-?Infinity")
_HALF = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_OTHER = re.compile(r"[^\[\]{}]+")
_WIDE = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


_FORMS = (
    (b"PK\x03\x04", 0, "a zip archive; unpack it first"),
    (b"ustar", 257, "a tar archive; unpack it first"),
    (b"HTTP/", 0, "an answer with its header, as `curl -i` has it; keep the body alone"),
)
"""How a file begins, or has at some place, that is often taken for what is in it."""


def searchable(data: bytes) -> bytes:
    """Make text of wide characters searchable."""
    return data.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe") if b"\0" in data[:4] or data[:1] > b"\x7f" else data


def mentions(data: bytes) -> bool:
    """Tell whether a text mentions update runs."""
    text = searchable(data).lower()
    return any(word in text for word in _WORDS) and _MENTION.search(text) is not None  # the words alone are found fast


def shows_run(record: bytes) -> bool:
    """Tell whether a record that cannot be read has something that only an update run has."""
    return _OWN_KEY.search(record) is not None


def begins_like_yaml(data: bytes) -> bool:
    """Tell whether a text begins as YAML does: with a document, an item or a key, behind comments."""
    for line in data[:MAX_LEAD].splitlines():
        if line.strip() and not line.lstrip().startswith(b"#"):
            return _YAML.match(line) is not None
    return False


def unreadable(data: bytes, message: str, line: int | None = None, column: int | None = None) -> Unreadable:
    """Say that a text cannot be read."""
    return Unreadable("input/unreadable", message, line=line, column=column, relevant=mentions(data))


def form_problem(data: bytes) -> str | None:
    """Say what is wrong with the form of a text, if it is not UTF-8, or something else altogether."""
    for beginning, at, what in _FORMS:
        if data.startswith(beginning, at):
            return f"this is {what}"
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
    if not data.strip():
        return unreadable(data, "the text is empty")
    wrong = form_problem(data)
    if wrong is not None:
        return unreadable(data, wrong)
    line = conflict(data)
    if line is not None:
        return unreadable(data, "git left a conflict marker here", line, 1)
    text, at = data.decode(), error.pos
    if text[at - 1 : at] == "-":  # the parser points behind the sign
        at -= 1
    if _HALF.fullmatch(text[at - 6 : at]):  # older versions of it point behind the escape
        at -= 6
    if nesting(text[: at + 1]) > MAX_DEPTH:
        return replace(TOO_DEEP, relevant=mentions(data))
    return unreadable(data, _at(text, at), *line_and_column(text, at))


def _at(text: str, at: int) -> str:
    """Say what is wrong by what stands at a place."""
    rest = text[at : at + 400]
    if not text[at:].strip(" \t\n\r"):
        return "not JSON: the text ends in the middle of a value"
    if is_json(text[:at]):
        begun = _BEGUN.get(text.lstrip()[0], "a number or a word")
        return f"not JSON: unexpected {_quoted(rest[0])} behind {begun}"
    found = _CONSTANT.match(rest)
    if found is not None:
        return f"not JSON: {found[0]} is not a JSON number"
    found = _NUMBER.match(rest)
    if found is not None and math.isinf(float(found[0])):
        return f"a number is too large for 64 bits: {found[0][:20]}{'…' if len(found[0]) > 20 else ''}"
    if _HALF.match(rest):
        return f"not Unicode: the escape {rest[:6]} is half of a surrogate pair"
    if rest[0] == "\x1b":
        return "not JSON: a colour of a terminal; write the output without colours, as the az CLI does with `-o json`"
    return f"not JSON: unexpected {_quoted(rest[0])}"


_BEGUN = {"{": "the end of the document", "[": "the end of the document", '"': "a string"}


def _quoted(character: str) -> str:
    return json.dumps(character, ensure_ascii=not character.isprintable())


def is_json(text: str | bytes) -> bool:
    """Tell whether a text is JSON, without a look at why it is not."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def nesting(text: str) -> int:
    """Count how deep the brackets of a JSON text go, those in strings left out; stops at the first that is too deep."""
    depth = deepest = 0
    for character in _OTHER.sub("", _STRING.sub("", text)):
        depth += 1 if character in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


class _Pairs(list[tuple[str, JSON]]):
    """The members of a JSON object, all of them."""


def repeated(data: bytes) -> list[Path]:
    """Find the keys that an object of a JSON text repeats.

    Raises RecursionError for a text that is nested some thousand levels deep.
    """
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
