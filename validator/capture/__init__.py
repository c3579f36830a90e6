"""Captures: bytes in, documents and exchanges out, whatever the container."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import replace

from .. import documents
from ..exchange import Body, Document, Item, Unreadable, Unrelated, duplicate
from ..findings import Severity
from ..limits import MAX_FILE, MAX_RECORD, too_large
from . import text

_MARK = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"


def read(stream: io.BufferedReader) -> Iterator[Item]:
    """Read a capture from a stream of bytes, gzip-compressed or not, by its content alone.

    JSON Lines are read record by record, in memory that does not grow with their number; every other
    container is read as a whole. What cannot be read is an item too, and what follows it is read.

    Raises OSError where the stream itself fails.
    """
    if stream.peek(len(_GZIP))[: len(_GZIP)] != _GZIP:
        yield from _read(stream)
        return
    try:
        yield from _read(io.BufferedReader(gzip.GzipFile(fileobj=stream)))
    except (gzip.BadGzipFile, EOFError, zlib.error):
        yield Unreadable("input/unreadable", "the file is not gzip content, or breaks off")


def _read(stream: io.BufferedReader) -> Iterator[Item]:
    marked = stream.peek(len(_MARK)).startswith(_MARK)
    if marked:
        stream.read(len(_MARK))
    first, line = _next_line(stream, MAX_FILE)
    second, _ = _next_line(stream, MAX_RECORD)
    if second and _are_records(first, second):
        yield from _noted(marked)
        yield from _records(stream, first, second, line)
        return
    data = first + second + stream.read(MAX_FILE - min(MAX_FILE, len(first) + len(second)) + 1)
    if len(data) > MAX_FILE:
        yield too_large(MAX_FILE)
        return
    yield from _noted(marked)
    yield from _whole(data)


def _noted(marked: bool) -> Iterator[Item]:  # noqa: FBT001 - private, and the only argument
    if marked:
        message = "the text begins with a byte order mark, which JSON does not allow; it was skipped"
        yield Unreadable("input/unreadable", message, relevant=False, severity=Severity.NOTE)


# JSON Lines


def _next_line(stream: io.BufferedReader, limit: int) -> tuple[bytes, int]:
    """Read up to and with the next line that is not blank; tell how many lines that were."""
    passed = 0
    blank = b""
    while line := stream.readline(limit + 1):
        passed += 1
        if line.strip():
            return blank + line, passed
        blank += line
    return blank, passed


def _are_records(first: bytes, second: bytes) -> bool:
    """Tell whether two lines are records each, rather than the beginning of one document; either may be broken."""
    if len(first) > MAX_RECORD or first.lstrip()[:1] not in (b"{", b"["):
        return False
    if isinstance(text.parse(first), Body):
        return True
    return first.lstrip()[:2] == b'{"' and second.lstrip()[:1] == b"{" and isinstance(text.parse(second), Body)


def _records(stream: io.BufferedReader, first: bytes, second: bytes, number: int) -> Iterator[Item]:
    entry = 0
    number -= 1
    for line in _lines(stream, first.lstrip(), second):
        number += 1
        if not line.strip():
            continue
        if len(line) > MAX_RECORD:
            yield replace(too_large(MAX_RECORD), entry=entry, line=number)
        else:
            yield _record(line, entry, number)
        entry += 1


def _lines(stream: io.BufferedReader, *read: bytes) -> Iterator[bytes]:
    for lines in read:
        yield from lines.splitlines(keepends=True)
    while line := stream.readline(MAX_RECORD + 1):
        yield line
        while len(line) > MAX_RECORD and not line.endswith(b"\n"):  # nothing of what is too long is kept
            line = stream.readline(MAX_RECORD + 1)


def _record(line: bytes, entry: int, number: int) -> Item:
    body = text.parse(line.rstrip(b"\r\n"))
    if isinstance(body, Unreadable):
        return replace(body, entry=entry, line=number)
    return Document(documents.plain(body), entry, number) if documents.kind(body.value) else Unrelated(entry)


# Everything else


def _whole(data: bytes) -> Iterator[Item]:
    body = text.parse(data)
    if isinstance(body, Unreadable) and data.lstrip()[:1] not in (b"{", b"["):
        body = _yaml(data) or body
    if isinstance(body, Unreadable):
        yield body
        return
    if documents.kind(body.value):
        yield Document(documents.plain(body))
        return
    from .containers import CONTAINERS

    for container in CONTAINERS:
        if container.recognises(body.value):
            for path in body.duplicates:
                yield duplicate(path)
            yield from container.read(body.value)
            return
    yield Unrelated()


def _yaml(data: bytes) -> Body | Unreadable | None:
    """Read a text as YAML, None where it does not look like it."""
    from .diagnosis import begins_like_yaml, encoding_problem, relevant

    if encoding_problem(data) or not (relevant(data) or begins_like_yaml(data)):
        return None
    from .bodies import textual
    from .yaml_text import parse

    body = parse(data)
    if isinstance(body, Body) and documents.kind(body.value):
        return replace(body, value=textual(body.value))
    return body
