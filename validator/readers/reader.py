"""Read files of any container: from bytes to items."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from ..findings import Severity
from ..limits import MAX_FILE, MAX_RECORD
from ..pointer import follow
from . import az_cli, json_text, mention, recognition
from .bounds import too_large
from .items import Body, Document, Item, Text, Unreadable, Unrelated, duplicate
from .json_text import GZIP, MARK


def read(stream: io.BufferedReader, name: str = "") -> Iterator[Item]:
    """Yield the items of a capture in a stream of bytes, gzip-compressed or not; its content decides the format.

    JSON Lines are read record by record, in memory that does not grow with their number. Everything else is read as a
    whole, including several JSON documents in a row. An entry that cannot be read is an item too, and the rest is
    read. The name of a file is a hint: with a name of YAML, an invalid text in brackets may be YAML, and with one
    of JSON Lines, a single record after a line of another kind is a record.

    Raises OSError if the stream fails.
    """
    if stream.peek(len(GZIP))[: len(GZIP)] != GZIP:
        yield from _read(stream, name)
        return
    import gzip
    import zlib

    try:
        yield from _read(io.BufferedReader(gzip.GzipFile(fileobj=stream)), name)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        yield Unreadable("input/unreadable", "the file is not gzip content, or breaks off")


def _is_named(name: str, *endings: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(endings)


def piece_offsets(stream: io.BufferedReader, size: int, name: str = "") -> Iterator[int]:
    """Yield the offsets of the pieces of JSON Lines, each of about `size` bytes; 0 alone if the content is something else."""
    yield 0
    if stream.peek(len(GZIP))[: len(GZIP)] == GZIP:
        return
    _skip_mark(stream)
    blank, first = _next_line(stream, MAX_FILE)
    between, second = _next_line(stream, MAX_RECORD)
    is_too_large = blank is None or between is None or len(first) > MAX_FILE
    if is_too_large or not _are_json_lines(first, second, stream.peek(1), name):
        return
    start = max(size, stream.tell())
    while True:
        stream.seek(start - 1)
        while (rest := stream.readline(1 << 16)) and not rest.endswith(b"\n"):
            pass
        if not rest or not stream.peek(1):
            return
        yield stream.tell()
        start = stream.tell() + size


def read_piece(stream: io.BufferedReader, start: int) -> Iterator[Item]:
    """Yield the items of a piece of JSON Lines from a stream of the piece, which begins at the offset `start` in its file.

    Lines and entries are counted from the beginning of the piece.
    """
    yield from _mark_note(is_marked=start == 0 and _skip_mark(stream))
    yield from _records(lines(stream))


def _read(stream: io.BufferedReader, name: str) -> Iterator[Item]:
    is_marked = _skip_mark(stream)
    blank, first = _next_line(stream, MAX_FILE)
    between, second = _next_line(stream, MAX_RECORD)
    if blank is None or between is None or len(first) > MAX_FILE:
        yield _too_large(first)
        return
    if _are_json_lines(first, second, stream.peek(1), name):
        yield from _mark_note(is_marked=is_marked)
        begun = [first, *[b"\n"] * between.count(b"\n")]
        yield from _records(chain(begun, lines(stream, second)), blank.count(b"\n"))
        return
    parts = [blank, first, between, second]
    size = sum(map(len, parts))
    parts.append(stream.read(max(0, MAX_FILE - size) + 1))
    if size + len(parts[-1]) > MAX_FILE:
        yield _too_large(b"".join(parts))
        return
    data = b"".join(parts)
    del parts, blank, first, between, second
    yield from _read_whole(data, name, is_marked=is_marked)


def _skip_mark(stream: io.BufferedReader) -> bool:
    """Skip a byte order mark, and return whether there was one."""
    return stream.peek(len(MARK)).startswith(MARK) and bool(stream.read(len(MARK)))


def _mark_note(*, is_marked: bool) -> Iterator[Item]:
    if is_marked:
        message = "the text begins with a byte order mark, which JSON does not allow; it was skipped"
        yield Unreadable("input/unreadable", message, line=1, column=1, relevant=False, severity=Severity.NOTE)


def _too_large(beginning: bytes) -> Unreadable:
    from .text_errors import mentions

    return replace(too_large(MAX_FILE), relevant=mentions(beginning))


# JSON Lines


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


def _are_json_lines(first: bytes, second: bytes, ahead: bytes, name: str) -> bool:
    """Return whether two lines that are not blank are the beginning of JSON Lines; `ahead` are some bytes after them."""
    return bool(second) and (_are_records(first, second, ahead) or _follows_header(first, second, ahead, name))


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
    if _is_named(name, ".jsonl", ".ndjson"):
        has_records = b"\n{" in b"\n" + second + ahead
    else:
        has_records = second[:1] == b"{" and ahead.lstrip()[:1] == b"{" and isinstance(json_text.parse(second), Body)
    return has_records and not _is_incomplete(first.strip())


def _is_incomplete(line: bytes) -> bool:
    """Return whether a line is the beginning of a JSON document that continues on the next line."""
    body = json_text.parse(line) if line[:1] in (b"{", b"[") else None
    return isinstance(body, Unreadable) and body.column is not None and body.column > len(line.decode())


def _records(lines: Iterable[bytes], number: int = 0) -> Iterator[Item]:
    entry = 0
    for line in lines:
        number += 1
        if not line.strip():
            continue
        if len(line) > MAX_RECORD:
            from .text_errors import shows_run

            yield replace(too_large(MAX_RECORD), entry=entry, line=number, column=1, relevant=shows_run(line[: MAX_RECORD + 1]))
        else:
            yield _record(line, entry, number)
        entry += 1


def lines(stream: io.BufferedReader, line: bytes = b"") -> Iterator[bytes]:
    """Yield the lines of a stream, after `line` if it was read before. Of a line that is too long for a record, yield the beginning."""
    line = line or stream.readline(MAX_RECORD + 1)
    while line:
        yield line
        while len(line) > MAX_RECORD and not line.endswith(b"\n"):  # skip the rest of a line that is too long
            line = stream.readline(MAX_RECORD + 1)
        line = stream.readline(MAX_RECORD + 1)


def _record(line: bytes, entry: int, number: int) -> Item:
    """Return the item of a record, whose first line has the given number."""
    body = json_text.parse(line.rstrip(b"\r\n"))
    if isinstance(body, Unreadable):
        from .text_errors import shows_run

        return replace(body, entry=entry, line=number + (body.line or 1) - 1, column=body.column or 1, relevant=shows_run(line))
    kind = recognition.recognise(body.value)
    if kind is None:
        return Unrelated(entry, number, mention.is_in(line))
    return Document(az_cli.resource_form(body), entry, number, Text(line, number), kind)


# Everything else

_MAX_HAND_WRITTEN = 2**20
"""Bytes of a hand-written text. A longer invalid text in brackets is not tried as YAML: a program wrote it, as JSON."""

_BLANK = rb"(?:[ \t\r]*+\n)++"
_BOUNDARY = re.compile(rb"(?<=[}\]])" + _BLANK + rb"(?=[^\s,}\]])|(?<=[^\s,{\[])(?<!\":)" + _BLANK + rb"(?=[{\[])")
"""The line break between two documents, or between a document and another line, such as an error; within a document, a comma or a
bracket would be next to it."""


def _read_whole(data: bytes, name: str, *, is_marked: bool) -> Iterator[Item]:
    in_brackets = data.lstrip()[:1] in (b"{", b"[")
    is_named_yaml = _is_named(name, ".yaml", ".yml")
    is_named_json = _is_named(name, ".json", ".jsonl", ".ndjson", ".har")
    yaml_body = None if in_brackets else _read_yaml(data, is_likely=False)
    if isinstance(yaml_body, Unreadable) and yaml_body.rule == "input/unreadable" and is_named_json:
        yaml_body = None  # report the error as one of JSON
    body, is_yaml = yaml_body or json_text.parse(data), yaml_body is not None
    if (in_brackets or is_named_json) and isinstance(body, Unreadable) and body.rule == "input/unreadable":
        if is_named_yaml and len(data) <= _MAX_HAND_WRITTEN:
            yaml_body = _read_yaml(data, is_likely=True)
            body, is_yaml = yaml_body or body, yaml_body is not None
        is_yaml_stream = is_named_yaml and b"\n---" in data
        sequence = _read_sequence(data, in_brackets=in_brackets) if isinstance(body, Unreadable) and not is_yaml_stream else None
        if sequence is not None:
            yield from _mark_note(is_marked=is_marked)
            yield from sequence
            return
    yield from _mark_note(is_marked=is_marked and not is_yaml and not is_named_yaml)
    if isinstance(body, Unreadable):
        yield _with_relevance(body, data)
    elif (kind := recognition.recognise(body.value)) is not None:
        yield Document(az_cli.resource_form(body), text=Text(data, is_yaml=is_yaml), kind=kind)
    else:
        yield from _read_recording(body, Text(data, is_yaml=is_yaml))


def _read_recording(body: Body, text: Text) -> Iterator[Item]:
    from .recordings import CONTAINERS

    for container in CONTAINERS:
        if container.recognises(body.value):
            text = text._replace(places=container.places(body.value))
            for path in body.duplicates:
                yield replace(duplicate(path), relevant=False, text=text)
            known: dict[int, bool] = {}
            for item in container.read(body.value):
                yield _with_mention(item, body, text, known) if isinstance(item, Unrelated) else replace(item, text=text)
            return
    yield Unrelated()


def _with_mention(item: Unrelated, body: Body, text: Text, known: dict[int, bool]) -> Unrelated:
    """Return an unrelated entry of a recording, marked if it mentions update runs."""
    if item.entry is None or text.places is None:
        return item
    return replace(item, mentions=mention.is_in_value(follow(body.value, text.places[item.entry].entry), known))


def _read_yaml(data: bytes, *, is_likely: bool) -> Body | Unreadable | None:
    """Read a text as YAML; None if it is JSON, or does not look like YAML."""
    from .text_errors import begins_like_yaml, form_problem, is_json, mentions

    if is_json(data) or form_problem(data) or data.startswith(MARK) or not (is_likely or mentions(data) or begins_like_yaml(data)):
        return None
    from .payloads import without_bytes
    from .yaml_text import parse

    body = parse(data)
    if isinstance(body, Body) and follow(body.value, ("interactions",)) is None:  # in a cassette, bodies are bytes on purpose
        return body._replace(value=without_bytes(body.value))
    return body


def _with_relevance(problem: Unreadable, data: bytes) -> Unreadable:
    """Return a problem of a text; a syntax error is irrelevant if the text is valid in another format and contains no update run there."""
    if problem.rule != "input/unreadable" or not problem.relevant:
        return problem
    from .other_formats import is_unrelated

    return replace(problem, relevant=not is_unrelated(data))


def _read_sequence(data: bytes, *, in_brackets: bool) -> Iterator[Item] | None:
    """Return the items of several documents in a row, as `jq` prints them; None if the first one is invalid or a recording.

    Lines before the first document, such as a warning of the az CLI, are entries if a recognised document follows.
    """
    from .text_errors import conflict_line

    boundary = _BOUNDARY.search(data) if conflict_line(data) is None else None
    if boundary is None:
        return None
    if not in_brackets:
        return _members(data) if any(isinstance(item, Document) for item in _members(data)) else None
    first = json_text.parse(data[: boundary.start()])
    if not isinstance(first, Body):
        return None
    from .recordings import CONTAINERS

    return None if any(container.recognises(first.value) for container in CONTAINERS) else _members(data)


def _members(data: bytes) -> Iterator[Item]:
    start, line = 0, 1
    ends = chain((boundary.end() for boundary in _BOUNDARY.finditer(data)), [len(data)])
    for entry, end in enumerate(ends):
        member = data[start:end]
        yield _record(member, entry, line)
        start, line = end, line + member.count(b"\n")
