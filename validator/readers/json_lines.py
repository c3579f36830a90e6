"""JSON Lines: whether a stream is JSON Lines, the records in it, and its pieces."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from ..limits import MAX_FILE, MAX_RECORD
from . import az_cli, json_text, mention
from .bounds import too_large
from .items import Body, Item, Text, Unreadable
from .values import items_of


class Beginning:
    """The first two lines of a stream that are not blank, and the blank lines before each; it reads no further."""

    def __init__(self, stream: io.BufferedReader) -> None:
        blank, self.first = _next_line(stream, MAX_FILE)
        between, self.second = _next_line(stream, MAX_RECORD)
        self.is_too_large = blank is None or between is None or len(self.first) > MAX_FILE
        self.blank, self.between = blank or b"", between or b""
        self._ahead = stream.peek(1)

    def is_of_records(self, name: str) -> bool:
        """Return whether the stream is JSON Lines; `name` is that of its file."""
        if self.is_too_large or not self.second:
            return False
        return _are_records(self.first, self.second, self._ahead) or _follows_header(self.first, self.second, self._ahead, name)

    def records(self, stream: io.BufferedReader) -> Iterator[Item]:
        """Yield the records of the stream."""
        begun = [self.first, *[b"\n"] * self.between.count(b"\n")]
        return records(chain(begun, lines(stream, self.second)), self.blank.count(b"\n"))

    def data(self) -> bytes:
        """Return all that was read."""
        return b"".join((self.blank, self.first, self.between, self.second))


def _next_line(stream: io.BufferedReader, limit: int) -> tuple[bytes | None, bytes]:
    """Return the blank lines that follow in a stream, and the line after them.

    The line is empty at the end of the stream. The blank lines are None, and the line is empty, if they take more than `limit` bytes.
    """
    blank: list[bytes] = []
    size = 0
    while size <= limit:
        ahead = stream.peek()
        end = ahead.rfind(b"\n") + 1
        many = end > 0 and not ahead[:end].strip()  # blank lines by the thousand are read by the thousand
        line = stream.read(end) if many else stream.readline(limit + 1)
        if line.strip() or not line:
            return b"".join(blank), line
        blank.append(line)
        size += len(line)
    return None, b""


def _are_records(first: bytes, second: bytes, ahead: bytes) -> bool:
    """Return whether each of two lines is a record, and not a part of one document. One of the records may be invalid.

    The second line of a document may be a complete entry of it; then the bytes ahead close or continue the document.
    """
    if first.lstrip()[:1] not in (b"{", b"[") or _OPENS.search(second + ahead):
        return False  # an indented document, perhaps after short ones
    if first.rstrip()[-1:] in (b"}", b"]") and len(first) <= MAX_RECORD and isinstance(json_text.parse(first), Body):
        return True
    is_object = len(first) > MAX_RECORD or first.lstrip()[:2] == b'{"'
    if ahead.lstrip()[:1] in (b"]", b"}", b","):
        return False
    return is_object and second.lstrip()[:1] == b"{" and isinstance(json_text.parse(second), Body)


_OPENS = re.compile(rb"^[{\[][ \t\r]*$", re.MULTILINE)
"""A line that opens an indented document."""


def _follows_header(first: bytes, second: bytes, ahead: bytes, name: str) -> bool:
    """Return whether records follow a line that is not a record, such as a title or the rest of a record.

    A single record after such a line may be YAML, or a body after a comment, unless the name of the file is one of JSON Lines.
    """
    if name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        has_records = b"\n{" in b"\n" + second + ahead
    else:
        has_records = second[:1] == b"{" and ahead.lstrip()[:1] == b"{" and isinstance(json_text.parse(second), Body)
    return has_records and not _is_incomplete(first.strip())


def _is_incomplete(line: bytes) -> bool:
    """Return whether a line is the beginning of a JSON document that continues on the next line."""
    body = json_text.parse(line) if line[:1] in (b"{", b"[") else None
    return isinstance(body, Unreadable) and body.column is not None and body.column > len(line.decode("utf-8", "replace"))


def records(lines: Iterable[bytes], number: int = 0, entry: int = 0) -> Iterator[Item]:
    """Yield the items of the records in lines, the first of which has the number after `number`; the first record is `entry`."""
    for line in lines:
        if not line.strip():
            number += line.count(b"\n")
            continue
        number += 1
        if len(line) - line.endswith(b"\n") > MAX_RECORD:
            yield replace(too_large(MAX_RECORD), entry=entry, line=number, column=1, relevant=mention.shows_run(line[: MAX_RECORD + 1]))
        else:
            body = json_text.parse(line.rstrip(b"\r\n"))
            rest = az_cli.without_message(line) if isinstance(body, Unreadable) else line
            if not rest.strip():
                continue
            yield from record(rest, entry, number, body if rest is line else None)
        entry += 1


def record(line: bytes, entry: int, number: int, body: Body | Unreadable | None = None) -> Iterator[Item]:
    """Yield the items of a record, whose first line has the given number; `body` is what it was parsed to, if it was."""
    body = json_text.parse(line.rstrip(b"\r\n")) if body is None else body
    if isinstance(body, Unreadable):
        yield replace(body, entry=entry, line=number + (body.line or 1) - 1, column=body.column or 1, relevant=mention.shows_run(line))
    else:
        yield from items_of(body, Text(line, number), entry=entry, line=number)


def lines(stream: io.BufferedReader, line: bytes = b"") -> Iterator[bytes]:
    """Yield the lines of a stream, after `line` if it was read before. Of a line that is too long for a record, yield the beginning.

    Blank lines may be yielded together.
    """
    line = line or stream.readline(MAX_RECORD + 1)
    while line:
        yield line
        if line in _BLANK_LINES:
            ahead = stream.peek()
            end = ahead.rfind(b"\n", 0, len(ahead) - len(ahead.lstrip())) + 1
            if end:
                yield stream.read(end)
        while len(line) > MAX_RECORD and not line.endswith(b"\n"):  # skip the rest of a line that is too long
            line = stream.readline(MAX_RECORD + 1)
        line = stream.readline(MAX_RECORD + 1)


_BLANK_LINES = (b"\n", b"\r\n")


def piece_offsets(stream: io.BufferedReader, size: int, start: int) -> Iterator[int]:
    """Yield the offsets of the pieces of JSON Lines after the first, each of about `size` bytes; the records begin before `start`."""
    start = max(size, start)
    while True:
        stream.seek(start - 1)
        while (rest := stream.readline(1 << 16)) and not rest.endswith(b"\n"):
            pass
        if not rest or not stream.peek(1):
            return
        yield stream.tell()
        start = stream.tell() + size
