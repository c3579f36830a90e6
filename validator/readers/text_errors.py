"""What is wrong with text that cannot be read; imported only if there is an error."""

from __future__ import annotations

import codecs
import json
import math
import re
from dataclasses import replace

import orjson

from ..limits import MAX_DEPTH
from ..pointer import JSON, Path
from . import mention
from .bounds import TOO_DEEP
from .items import Unreadable
from .line_column import line_and_column

MAX_LEAD = 65536
"""Bytes at the beginning of text from which its format is recognised."""

_YAML = re.compile(rb"""%(?:YAML|TAG)|---|- |["']?[\w./-]+["']?:(?:\s|$)""")
_CONFLICT = re.compile(rb"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CONSTANT = re.compile(r"NaN|-?Infinity")
_HALF = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NO_BRACKETS = re.compile(r"[^\[\]{}]+")
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

_SIGNATURES = (
    (b"PK\x03\x04", 0, "a zip archive; unpack it first"),
    (b"ustar", 257, "a tar archive; unpack it first"),
    (b"HTTP/", 0, "an answer with its header, as `curl -i` prints it; keep only the body"),
)
"""Signatures of files that are often taken for their contents: the bytes, their offset, and what the file is."""


def begins_like_yaml(data: bytes) -> bool:
    """Return whether the text begins like YAML: with a document marker, an item or a key, after any comments."""
    for line in data[:MAX_LEAD].splitlines():
        if line.strip() and not line.lstrip().startswith(b"#"):
            return _YAML.match(line) is not None
    return False


def unreadable(data: bytes, message: str, line: int | None = None, column: int | None = None) -> Unreadable:
    """Return the problem of an unreadable text; it is relevant if the text mentions update runs."""
    return Unreadable("input/unreadable", message, line=line, column=column, relevant=mention.is_about(data))


def form_problem(data: bytes) -> Unreadable | None:
    """Return what is wrong with a file that is not UTF-8 text, such as an archive; None if it is UTF-8."""
    for signature, offset, description in _SIGNATURES:
        if data.startswith(signature, offset):
            return unreadable(data, f"this is {description}")
    for mark, name in _WIDE_MARKS:
        if data.startswith(mark):
            return unreadable(data, f"the text is {name}; convert it to UTF-8")
    if data[:1] == b"\0" or data[1:2] == b"\0":
        return unreadable(data, "the text is not UTF-8, but of two or four bytes a character, or binary; convert it to UTF-8")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        place = line_and_column(data[: error.start].decode(), error.start)
        return unreadable(data, f"the byte 0x{data[error.start]:02x} at offset {error.start:,} is not valid UTF-8", *place)
    return None


def appearance(data: bytes, *, is_data: bool) -> str | None:
    """Return what text that is neither JSON nor YAML looks like, None if its errors explain it better.

    `is_data` is whether its name is one of JSON or YAML, or it begins like them.
    """
    beginning = mention.searchable(data[:MAX_LEAD]).lstrip()
    if _TIMED.match(beginning):
        return "the text is a log with a time before each line, and neither JSON nor YAML; take the times out, as `cut -d' ' -f2-` does"
    if is_data or form_problem(data) is not None or conflict_line(data) is not None:
        return None
    look = next((f"; it looks like {name}" for pattern, name in _LOOKS if pattern.match(beginning)), "")
    return f"the text is not JSON, YAML or a known kind of recording{look}"


_TIMED = re.compile(rb"[\[(]?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*[ \t]")
_LOOKS = (
    (re.compile(rb"(?:(?:[#@][^\n]*)?\n)*+(?:GET|PUT|POST|PATCH|DELETE)[ \t]+\S"), "requests of an HTTP client"),
    (re.compile(rb"#{1,6} |```|\|[ :-]|!\[|\[[^\]\n]*\]\("), "Markdown"),
    (re.compile(rb"(?:const|let|var|import|export|function|async|module)\b|//|/\*|['\"]use strict"), "source code"),
    (re.compile(rb"<[!?a-zA-Z]"), "HTML or XML"),
)
"""The beginnings of texts of other kinds."""


def conflict_line(data: bytes) -> int | None:
    """Return the line, from 1, of the first conflict marker that git left in the text."""
    match = _CONFLICT.search(data)
    return None if match is None else data.count(b"\n", 0, match.start()) + 1


def explained(data: bytes, error: orjson.JSONDecodeError) -> Unreadable:
    """Return why the text is not JSON, and where; the wording depends on the text at that offset, not on the parser."""
    if not data.strip():
        return unreadable(data, "the text is empty")
    problem = form_problem(data)
    if problem is not None:
        return problem
    line = conflict_line(data)
    if line is not None:
        return unreadable(data, "git left a conflict marker here", line, 1)
    text, offset = data.decode(), error.pos
    if text[offset - 1 : offset] == "-":  # the parser's offset is after the sign
        offset -= 1
    if _HALF.fullmatch(text[offset - 6 : offset]) and not _PAIR.fullmatch(text[offset - 12 : offset]):
        offset -= 6  # in older versions of orjson it is after the escape
    if nesting(text[: offset + 1]) > MAX_DEPTH:
        return replace(TOO_DEEP, relevant=mention.is_about(data))
    return unreadable(data, _syntax_problem(text, offset), *line_and_column(text, offset))


def _syntax_problem(text: str, offset: int) -> str:
    rest = text[offset : offset + 400]
    if not text[offset:].strip(" \t\n\r"):
        return "not JSON: the text ends in the middle of a value"
    if is_json(text[:offset]):
        value = _FIRST_VALUES.get(text.lstrip()[0], "a number or a word")
        several = "; several documents go one to a line" if rest[0] in "{[" else ""
        return f"not JSON: unexpected {_quoted(rest[0])} after {value}{several or _comment_hint(rest)}"
    match = _CONSTANT.match(rest)
    if match is not None:
        return f"not JSON: {match[0]} is not a JSON number"
    match = _NUMBER.match(rest)
    if match is not None and math.isinf(float(match[0])):
        return f"a number is too large for 64 bits: {match[0][:20]}{'…' if len(match[0]) > 20 else ''}"
    if _HALF.match(rest):
        return f"not Unicode: the escape {rest[:6]} is half of a surrogate pair"
    if rest[0] == "\x1b":
        return "not JSON: a colour of a terminal; write the output without colours, as the az CLI does with `-o json`"
    return f"not JSON: unexpected {_quoted(rest[0])}{_comment_hint(rest) or _syntax_hint(text[:offset], rest)}"


def _syntax_hint(before: str, rest: str) -> str:
    """Return what may be wrong at the point at which text stops being JSON, or nothing."""
    character, last = rest[0], before.rstrip(" \t\n\r")[-1:]
    if character == "," and rest[1:].lstrip(" \t\n\r")[:1] in ("}", "]"):
        return "; remove it, as nothing follows"
    if character in "\r\n":
        return "; is a quotation mark missing?"
    if character == "'" or (character.isalpha() and last in ("{", ",") and ":" in rest):
        return "; names and strings have double quotation marks"
    if character in '"{[' and last in ("}", "]"):
        return "; is a comma missing before it?"
    if character in '"{[' and (last == '"' or last.isalnum()):
        return "; is a comma or a colon missing before it?"
    return ""


def _comment_hint(rest: str) -> str:
    return "; JSON with comments is not read; remove the comments" if rest.startswith(("//", "/*")) else ""


_FIRST_VALUES = {"{": "the end of the document", "[": "the end of the document", '"': "a string"}


def _quoted(character: str) -> str:
    return json.dumps(character, ensure_ascii=not character.isprintable())


def is_json(text: str | bytes) -> bool:
    """Return whether the text is JSON."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def nesting(text: str) -> int:
    """Return the depth of the brackets outside strings in a JSON text, or that of the first bracket beyond the limit."""
    depth = deepest = 0
    for character in _NO_BRACKETS.sub("", _STRING.sub("", text)):
        depth += 1 if character in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


class _Members(list[tuple[str, JSON]]):
    """All members of a JSON object, also those with equal names."""


def repeated_keys(data: bytes) -> list[Path]:
    """Return the paths of the keys that an object of a JSON text repeats, except in values that are not used.

    Raises RecursionError for text that is nested some thousand levels deep.
    """
    repeated: set[Path] = set()
    pending: list[tuple[Path, JSON]] = [((), json.loads(data, object_pairs_hook=_Members, parse_int=float))]
    while pending:
        path, value = pending.pop()
        if isinstance(value, _Members):
            used: dict[str, JSON] = {}
            for key, child in value:
                if key in used:
                    repeated.add((*path, key))
                used[key] = child
            pending.extend(((*path, key), child) for key, child in used.items())
        elif isinstance(value, list):
            pending.extend(((*path, index), child) for index, child in enumerate(value))
    return sorted(repeated, key=str)
