"""The text of the files that findings are in, read again for reports that show or hash lines of it."""

from __future__ import annotations

import os
from collections.abc import Collection

from ..limits import MAX_FILE, MAX_RECORD
from ..readers.json_text import GZIP

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def whole_text(source: str) -> str | None:
    """Return the text of a file as it is; None if it is not a file of at most `MAX_RECORD` bytes, or compressed, or not in UTF-8."""
    data = _read(source, MAX_RECORD)
    return None if data is None or len(data) > MAX_RECORD or data.startswith((GZIP, *_UTF_16)) else data.decode(errors="replace")


def lines_of(source: str, numbers: Collection[int]) -> dict[int, str]:
    """Return some lines of a file by their numbers, from 1, as the readers see them; without those after the first `MAX_FILE` bytes."""
    data = _read(source, MAX_FILE)
    if data is not None and data.startswith(GZIP):
        data = _unfolded(source)
    if data is None:
        return {}
    if data.startswith(_UTF_16):
        data = data.decode("utf-16", errors="replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    lines = {}
    start = 0
    for number in range(1, max(numbers, default=0) + 1):
        end = data.find(b"\n", start)
        if number in numbers and (end >= 0 or len(data) <= MAX_FILE):
            lines[number] = data[start : end if end >= 0 else None].decode(errors="replace")
        if end < 0:
            break
        start = end + 1
    return lines


def _read(source: str, limit: int) -> bytes | None:
    """Return up to one byte more than a limit of a regular file; None if it cannot be read."""
    try:
        if not os.path.isfile(source):  # reading a pipe again would wait for ever
            return None
        with open(source, "rb") as stream:
            return stream.read(limit + 1)
    except (OSError, ValueError):
        return None


def _unfolded(source: str) -> bytes | None:
    import gzip  # late: few files are compressed
    import zlib

    try:
        with gzip.open(source) as stream:
            return stream.read(MAX_FILE + 1)
    except (OSError, EOFError, zlib.error):
        return None
