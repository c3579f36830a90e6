"""Whether a file, or an entry of it, in which nothing is recognised mentions update runs all the same."""

from __future__ import annotations

import io
import re
import zlib

from ..limits import MAX_FILE
from ..pointer import JSON
from .json_text import GZIP

_MENTION = re.compile(rb"fleets(?:\\{0,8}/|%2f)updateruns")
"""The resource type of an update run, also as some writers of JSON and URLs escape it, in lower case."""

_CHUNK = 2**16
_LONGEST = 32
"""Bytes of a mention at most."""


def is_in(text: bytes) -> bool:
    """Return whether the text mentions the type of an update run, in any case."""
    lower = text.lower()
    return b"updateruns" in lower and _MENTION.search(lower) is not None


def is_in_value(value: JSON, known: dict[int, bool]) -> bool:
    """Return whether a string in a value mentions the type of an update run.

    `known` has the answers for the parts of a document so far, as a part may be there many times by YAML's aliases.
    """
    answer = known.get(id(value))
    if answer is None:
        if isinstance(value, str | bytes):
            answer = is_in(value.encode(errors="surrogatepass") if isinstance(value, str) else value)
        elif isinstance(value, dict):
            answer = any(is_in_value(part, known) for item in value.items() for part in item)
        else:
            answer = isinstance(value, list) and any(is_in_value(part, known) for part in value)
        known[id(value)] = answer
    return answer


def line_of_mention(stream: io.BufferedIOBase) -> int | None:
    """Return the first line, from 1, of a file that mentions the type of an update run, in any case; None if none does.

    A text of two or four bytes a character counts, too, and of gzip content the first MAX_FILE bytes.

    Raises OSError if the file cannot be read.
    """
    beginning = stream.read(_CHUNK)
    if not beginning.startswith(GZIP):
        return _line(beginning, stream, None)
    import gzip

    stream.seek(0)
    try:
        return _line(b"", gzip.GzipFile(fileobj=stream), MAX_FILE)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        return None


def _line(rest: bytes, stream: io.BufferedIOBase, limit: int | None) -> int | None:
    line = 1
    size = 0
    while limit is None or size < limit:
        chunk = stream.read(_CHUNK)
        size += len(chunk)
        data = (rest + chunk).replace(b"\0", b"").lower()
        if b"updateruns" in data and (match := _MENTION.search(data)) is not None:
            return line + data.count(b"\n", 0, match.start())
        if not chunk:
            return None
        line += data.count(b"\n", 0, -_LONGEST)
        rest = data[-_LONGEST:]
    return None
