"""Read files of any container: from bytes to items."""

from __future__ import annotations

import io
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from ..findings import Severity
from ..limits import MAX_FILE
from ..pointer import follow
from . import az_cli, json_lines, json_text, mention, recognition
from .bounds import too_large
from .budget import Budget, unfolded, within
from .items import Body, Document, Item, Text, Unreadable
from .json_lines import lines
from .json_text import GZIP, MARK
from .values import items_of

__all__ = ["lines", "piece_offsets", "read", "read_piece", "read_record"]

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16, which Windows PowerShell 5.1 writes."""


def read(stream: io.BufferedReader, name: str = "") -> Iterator[Item]:
    """Yield the items of a capture in a stream of bytes, gzip-compressed or not; its content decides the format.

    JSON Lines are read record by record, in memory that does not grow with their number. Everything else is read as a
    whole, including several JSON documents in a row. An entry that cannot be read is an item too, and the rest is
    read. The name of a file is a hint: with a name of YAML, an invalid text in brackets may be YAML, and with one
    of JSON Lines, a single record after a line that is no record is a record. Bodies that a HAR has in other files are read in its folder.

    Raises OSError if the stream fails.
    """
    budget = Budget()
    if stream.peek(len(GZIP))[: len(GZIP)] != GZIP:
        yield from within(_read(stream, name), budget, is_compressed=False)
        return
    try:
        yield from within(_read(unfolded(stream, budget), name), budget, is_compressed=True)
    except (EOFError, zlib.error):
        yield Unreadable("input/unreadable", "the file is not gzip content, or breaks off")


def piece_offsets(stream: io.BufferedReader, size: int, name: str = "") -> Iterator[int]:
    """Yield the offsets of the pieces of JSON Lines, each of about `size` bytes; 0 alone if the content is something else."""
    yield 0
    if stream.peek(len(GZIP))[: len(GZIP)] in (GZIP, *_UTF_16):
        return
    _skip_mark(stream)
    beginning = json_lines.Beginning(stream)
    if beginning.is_of_records(name):
        yield from json_lines.piece_offsets(stream, size, stream.tell())


def read_piece(stream: io.BufferedReader, start: int) -> Iterator[Item]:
    """Yield the items of a piece of JSON Lines from a stream of the piece, which begins at the offset `start` in its file.

    Lines and entries are counted from the beginning of the piece.
    """
    yield from _mark_note(is_marked=start == 0 and _skip_mark(stream))
    yield from json_lines.records(lines(stream))


def read_record(data: bytes, entry: int = 0, line: int = 1) -> Iterator[Item]:
    """Yield the items of a record of JSON Lines, by its number in its file and the line at which it begins."""
    is_marked = data.startswith(MARK)
    for note in _mark_note(is_marked=is_marked):
        yield replace(note, entry=entry, line=line)
    yield from json_lines.records([data[len(MARK) :] if is_marked else data], line - 1, entry)


def _read(stream: io.BufferedReader, name: str) -> Iterator[Item]:
    if stream.peek(2)[:2] in _UTF_16:
        data = stream.read(MAX_FILE + 1)
        if len(data) <= MAX_FILE and (decoded := _from_utf_16(data)) is not None:
            stream = io.BufferedReader(io.BytesIO(decoded))
        else:
            yield from _read_whole(data, name, is_marked=False) if len(data) <= MAX_FILE else [_too_large(data)]
            return
    is_marked = _skip_mark(stream)
    beginning = json_lines.Beginning(stream)
    if beginning.is_of_records(name):
        yield from _mark_note(is_marked=is_marked)
        yield from beginning.records(stream)
        return
    if beginning.is_too_large:
        yield _too_large(beginning.first)
        return
    data = beginning.data()
    del beginning
    data += stream.read(max(0, MAX_FILE - len(data)) + 1)
    if len(data) > MAX_FILE:
        yield _too_large(data)
    else:
        yield from _read_whole(data, name, is_marked=is_marked)


def _from_utf_16(data: bytes) -> bytes | None:
    """Return text in UTF-16 as UTF-8, None if it is something else that begins like that, such as UTF-32."""
    try:
        text = data.decode("utf-16").encode()
    except UnicodeError:
        return None
    return None if b"\0" in text else text


def _skip_mark(stream: io.BufferedReader) -> bool:
    """Skip a byte order mark, and return whether there was one."""
    return stream.peek(len(MARK)).startswith(MARK) and bool(stream.read(len(MARK)))


def _mark_note(*, is_marked: bool) -> Iterator[Unreadable]:
    if is_marked:
        message = "the text begins with a byte order mark, which JSON does not allow; it was skipped"
        yield Unreadable("input/unreadable", message, line=1, column=1, relevant=False, severity=Severity.NOTE)


def _too_large(beginning: bytes) -> Unreadable:
    return replace(too_large(MAX_FILE), relevant=mention.is_about(beginning))


# Texts that are read as a whole

_MAX_HAND_WRITTEN = 2**20
"""Bytes of a hand-written text. A longer invalid text in brackets is not tried as YAML: a program wrote it, as JSON."""

_BLANK = rb"(?:[ \t\r]*+\n)++"
_BOUNDARY = re.compile(rb"(?<=[}\]])" + _BLANK + rb"(?=[^\s,}\]])|(?<=[^\s,{\[])(?<!\":)" + _BLANK + rb"(?=[{\[])")
"""The line break between two documents, or between a document and another line, such as an error; within a document, a comma or a
bracket would be next to it."""


_JSON_NAMES = (".json", ".jsonl", ".ndjson", ".har")
_YAML_NAMES = (".yaml", ".yml")


def _is_named(name: str, endings: tuple[str, ...]) -> bool:
    return name.lower().removesuffix(".gz").endswith(endings)


def _read_whole(data: bytes, name: str, *, is_marked: bool) -> Iterator[Item]:
    documents = _yaml_documents(data, name)
    if documents is not None:
        yield from documents
        return
    text = Text(data)
    body, text = _parse(text, name)
    if _is_syntax_error(body):
        texts = _documents(data, name)
        if len(texts) > 1:
            yield from _mark_note(is_marked=is_marked)
            for entry, document in enumerate(texts):
                yield from json_lines.record(document.data, entry, document.line)
            return
        if texts:
            body, text = _parse(texts[0], name)
    yield from _mark_note(is_marked=is_marked and not text.is_yaml and not _is_named(name, _YAML_NAMES))
    if isinstance(body, Unreadable):
        yield body
    else:
        yield from items_of(body, text, folder=os.path.dirname(name) or os.curdir if name else None)


def _parse(text: Text, name: str) -> tuple[Body | Unreadable, Text]:
    """Read the text as JSON or YAML, and return it with its format; text that is neither is reported as what it looks like."""
    data = text.data
    in_brackets, is_yaml_name = _is_in_brackets(data), _is_named(name, _YAML_NAMES)
    body = json_text.parse(data) if in_brackets else None
    if body is not None and not (_is_syntax_error(body) and is_yaml_name and len(data) <= _MAX_HAND_WRITTEN):
        return body, text
    from .text_errors import appearance, begins_like_yaml, is_json, unreadable

    if is_json(data):
        return json_text.parse(data), text
    yaml_body = _read_yaml(data, is_likely=in_brackets)
    if yaml_body is not None and not _is_syntax_error(yaml_body):
        return yaml_body, text._replace(is_yaml=True)
    is_data = (
        in_brackets or is_yaml_name or _is_named(name, _JSON_NAMES) or begins_like_yaml(data) or data.startswith(MARK) or not data.strip()
    )
    look = appearance(data, is_data=is_data)
    if look is not None:
        offset = mention.offset_in(data.lower(), is_unread=True) or 0
        return unreadable(data, look, data.count(b"\n", 0, offset) + 1, 1), text
    if yaml_body is None or _is_named(name, _JSON_NAMES):
        return body or json_text.parse(data), text
    return yaml_body, text._replace(is_yaml=True)


def _is_in_brackets(data: bytes) -> bool:
    return data.lstrip()[:1] in (b"{", b"[")


def _is_syntax_error(body: Body | Unreadable) -> bool:
    return isinstance(body, Unreadable) and body.rule == "input/unreadable"


def _yaml_documents(data: bytes, name: str) -> list[Item] | None:
    """Return the items of several YAML documents; None if the text is something else."""
    is_named_yaml = _is_named(name, _YAML_NAMES)
    if b"\n---" not in data or (_is_in_brackets(data) and not is_named_yaml):
        return None
    from . import yaml_stream
    from .text_errors import begins_like_yaml, form_problem

    if form_problem(data) or not (is_named_yaml or mention.is_about(data) or begins_like_yaml(data)):
        return None

    def parse(document: bytes) -> Body | Unreadable:
        return _read_yaml(document, is_likely=True) or json_text.parse(document)

    items = list(yaml_stream.read(data, parse, items_of))
    kinds = set(map(type, items))
    return items if items and (is_named_yaml or (Document in kinds and Unreadable not in kinds)) else None


def _read_yaml(data: bytes, *, is_likely: bool) -> Body | Unreadable | None:
    """Read the text as YAML; None if it does not look like YAML."""
    from .text_errors import begins_like_yaml, form_problem

    if form_problem(data) or data.startswith(MARK) or not (is_likely or mention.is_about(data) or begins_like_yaml(data)):
        return None
    from .payloads import without_bytes
    from .yaml_text import parse

    body = parse(data)
    if not isinstance(body, Body):
        return body
    cassette = {name: entries for name in _CASSETTES if isinstance(entries := follow(body.value, (name,)), list)}
    value = without_bytes({**body.value, **dict.fromkeys(cassette)} if cassette else body.value)
    return body._replace(value=value | cassette if cassette else value)


_CASSETTES = ("interactions", "http_interactions")
"""Names of what a cassette has, in which bodies are bytes on purpose."""


def _documents(data: bytes, name: str) -> list[Text]:
    """Return the JSON documents in text that is no document, with the lines between them; none if there are no documents.

    They are in a row, as `jq` prints them, or between messages of the az CLI, which are left out.
    """
    from .text_errors import conflict_line

    texts = [Text(part, line) for part, line in az_cli.between_messages(data) if part.strip()]
    if texts and texts[0].data != data and any(_is_in_brackets(text.data) for text in texts):
        return [document for text in texts for document in _split(text)]
    is_stream = _is_named(name, _YAML_NAMES) and b"\n---" in data
    in_brackets = _is_in_brackets(data)
    if is_stream or conflict_line(data) is not None or not (in_brackets or _is_named(name, _JSON_NAMES)):
        return []
    documents = list(_split(Text(data)))
    bodies = (json_text.parse(document.data) for document in (documents[:1] if in_brackets else documents))
    return (
        documents
        if len(documents) > 1 and any(isinstance(body, Body) and _is_in_row(body, is_first=in_brackets) for body in bodies)
        else []
    )


def _is_in_row(body: Body, *, is_first: bool) -> bool:
    """Return whether a document is one of several: the first one is no recording, and another one is recognised."""
    if not is_first:
        return recognition.recognise(body.value) is not None
    from .recordings import CONTAINERS

    return not any(container.recognises(body.value) for container in CONTAINERS)


def _split(text: Text) -> Iterator[Text]:
    """Yield the documents in the text, and the lines between them."""
    start, line = 0, text.line
    ends = chain((boundary.end() for boundary in _BOUNDARY.finditer(text.data)), [len(text.data)])
    for end in ends:
        document = text.data[start:end]
        yield Text(document, line)
        start, line = end, line + document.count(b"\n")
