"""The search for update runs in a document that is no known container, such as a log record, a fixture or the stub of a fake."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from ..findings import Severity, Side
from ..limits import MAX_DEPTH, MAX_OBJECTS
from ..pointer import JSON, Path, follow
from . import az_cli, json_text, mention, payloads, recognition
from .bounds import TOO_DEEP
from .budget import Budget
from .items import Body, Kind, Unreadable

_REQUEST_BODIES = ("body", "data", "payload", "content")
_URLS = ("url", "uri", "path")

_TOO_LONG = Unreadable("input/too-large", "the strings before this one are many times as long as the text, those of aliases included")


class Found(NamedTuple):
    """A body in a document, or why one cannot be read. `side` is what the names around it say, None if they say nothing."""

    body: Body | Unreadable
    kind: Kind | None = None
    side: Side | None = None


class _Place(NamedTuple):
    """A value that is searched, with its path in the document and the repeated keys of the text that it was read from."""

    path: Path
    value: JSON
    side: Side | None
    duplicates: tuple[Path, ...]


class Search:
    """A search of a document, or of parts of it, within one budget. `size` is that of the text of the document."""

    def __init__(self, document: Body, size: int) -> None:
        self._document = document
        self._left = 2**20 + 8 * size  # by aliases alone its strings are many times as long
        self._budget = Budget()
        self._budget.earn(size)
        self._is_renamed = self._is_too_deep = False

    def find(self, at: Path = ()) -> Iterator[Found]:
        """Yield the update runs, lists of them and error responses in what is at a path, in order, each with its path as `base`.

        A string may be or contain the JSON text of what is searched for. Every value is visited once, and nothing deeper than MAX_DEPTH
        levels. Raises Spent if encoded strings unfold to too much.
        """
        document = self._document
        pending = [_Place(at, follow(document.value, at), None, document.duplicates)]
        while pending:
            place = pending.pop()
            path, value, side, duplicates = place
            value = _of_chunks(value)
            if isinstance(value, str | bytes):
                self._left -= len(value)
                if self._left < 0:
                    yield Found(replace(_TOO_LONG, path=path))
                    return
                texts = list(_texts(value, self._budget))
                yield from (Found(replace(text, path=path)) for text in texts if isinstance(text, Unreadable))
                bodies = reversed([text for text in texts if isinstance(text, Body)])
                pending += [_read(place, text) for text in bodies]
                continue
            if isinstance(value, list) and (text := self._of_lines(value)) is not None:
                pending.append(_read(place, text))
                continue
            kind = recognition.recognise(value) if isinstance(value, dict) else None
            if kind in ("run", "page", "error") or (kind == "renamed" and not self._is_renamed):
                self._is_renamed = self._is_renamed or kind == "renamed"
                inside = tuple(below[len(path) :] for below in duplicates if below[: len(path)] == path)
                yield Found(_body(document, value, path, inside), kind, side)
            elif parts := _parts_of_operator(value):
                yield from (Found(_body(document, part, (*path, name)), "run", its) for name, part, its in parts)
            elif kind == "renamed" or _is_of_template(value):
                continue
            elif len(path) < MAX_DEPTH:
                pending += reversed(list(_children(place)))
            elif not self._is_too_deep and isinstance(value, dict | list) and value:
                self._is_too_deep = True
                yield Found(replace(TOO_DEEP, path=path))

    def _of_lines(self, lines: list[JSON]) -> Body | None:
        """Return the JSON text about update runs that an array has line by line, as notebooks write it; None for another array."""
        if len(lines) < 2 or not all(isinstance(line, str) for line in lines) or lines[0].lstrip()[:1] not in ("{", "["):
            return None
        size = sum(map(len, lines))
        if size > self._left:
            return None  # lines that are aliases can be far more than the file
        self._left -= size
        data = "".join(lines).encode("utf-8", "surrogatepass")
        body = json_text.parse(data) if mention.may_be_in(data) else None
        return body if isinstance(body, Body) else None


def _of_chunks(value: JSON) -> JSON:
    """Return the bytes of a gzip body in hexadecimal digits, in one string or in chunks, as nock writes it; other values unchanged."""
    chunks = value if isinstance(value, list) else [value]
    if not (chunks and isinstance(chunks[0], str) and chunks[0].startswith(_GZIP_IN_HEX) and all(isinstance(each, str) for each in chunks)):
        return value
    try:
        return bytes.fromhex("".join(chunks))
    except ValueError:
        return value


_GZIP_IN_HEX = "1f8b08"


def _read(place: _Place, text: Body) -> _Place:
    """Return the place with the value of the text that is there."""
    return place._replace(value=text.value, duplicates=tuple((*place.path, *below) for below in text.duplicates))


def _body(document: Body, value: JSON, path: Path, duplicates: tuple[Path, ...] = ()) -> Body:
    """Return an update run or an error response that is at a path in a document as a body."""
    node = document.written_at(path)
    value = value if node is None else payloads.without_bytes(value)
    return az_cli.resource_form(Body(value, duplicates=duplicates, node=node, base=path))


def _children(place: _Place) -> Iterator[_Place]:
    path, value, side, duplicates = place
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict | list | str | bytes):
                yield _Place((*path, index), item, side, duplicates)
    elif isinstance(value, dict):
        names = None
        for name, child in value.items():
            if isinstance(child, dict | list | str | bytes):
                names = {key.lower() for key in value} if names is None else names
                yield _Place((*path, name), child, _side(name.lower(), names) or side, duplicates)


def _side(name: str, siblings: set[str]) -> Side | None:
    """Return the side of what a member has, by its name, and those of its siblings: a method and a URL are those of a request."""
    if "response" in name:
        return "response"
    if "request" in name:
        return "request"
    if name not in _REQUEST_BODIES or "method" not in siblings or siblings.isdisjoint(_URLS):
        return None
    has_response = any("response" in sibling for sibling in siblings)
    return "request" if has_response or not any("status" in sibling for sibling in siblings) else "response"


def _texts(content: str | bytes, budget: Budget) -> Iterator[Body | Unreadable]:
    """Yield what a string has of JSON text about update runs or errors, also in base64 or compressed, or after other words."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    if not _may_have_runs(data):
        unfolded = payloads.opened(data, budget)
        if unfolded is None or not _may_have_runs(unfolded):
            return
        data = unfolded
    body = json_text.parse(data) if data.lstrip()[:1] in _BEGINNINGS else None
    if isinstance(body, Body):
        yield body
    elif body is None or (body.rule == "input/unreadable" and _WORDS.match(data) is not None):
        yield from _among_words(data)
    elif body.rule != "input/unreadable" or mention.shows_run(data):
        yield Unreadable(body.rule, f"the string begins like an update run in JSON, and cannot be read: {body.message}")


def _may_have_runs(data: bytes) -> bool:
    if mention.may_be_in(data):
        return True
    return data.lstrip()[:1] in _BEGINNINGS and (b'"error"' in data or payloads.MAY_BE_ENCODED.search(data) is not None)


_BEGINNINGS = (b"{", b"[", b'"')
_WORDS = re.compile(rb'\s*(?:"|\[(?!\s*[\[{"]))')
"""The beginning of text that is no JSON, and only begins like it: `[INFO] …`, or a line of an object, `"name": …`."""

_OBJECT = re.compile(r'\{\s*"')


def _among_words(data: bytes) -> Iterator[Body | Unreadable]:
    """Yield the objects in text such as a message of a log, up to the first that cannot be read."""
    text = data.decode("utf-8", "replace")
    offset = 0
    for _ in range(MAX_OBJECTS):
        match = _OBJECT.search(text, offset)
        if match is None:
            return
        try:
            _, offset = _DECODER.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            if mention.shows_run(data):
                message = "the string has an update run in JSON that cannot be read, and is not checked"
                yield Unreadable("input/unreadable", message, severity=Severity.NOTE)
            return
        yield json_text.parse(text[match.start() : offset].encode())
    if mention.shows_run(text[offset:].encode()):
        message = f"the string has an update run after {MAX_OBJECTS:,} other objects, and it is not checked"
        yield Unreadable("input/too-large", message, severity=Severity.NOTE)


_DECODER = json.JSONDecoder(parse_int=float)


_OPERATOR: tuple[tuple[str, frozenset[str], Side], ...] = (
    ("spec", frozenset(("azureName", "owner", "operatorSpec", "originalVersion")), "request"),
    ("status", frozenset(("conditions",)), "response"),
)
"""Where a resource of Azure Service Operator has an update run, as asked for and as it is, and the properties there of the operator."""


def _parts_of_operator(value: JSON) -> list[tuple[str, JSON, Side]]:
    """Return the update runs in a resource of Azure Service Operator, by the name and the side of each; none for other values."""
    if not isinstance(value, dict) or value.get("kind") != "FleetsUpdateRun":
        return []
    parts = [(name, value.get(name), names, side) for name, names, side in _OPERATOR]
    return [
        (name, {key: child for key, child in part.items() if key not in names}, side)
        for name, part, names, side in parts
        if isinstance(part, dict) and "managedClusterUpdate" in part
    ]


def _is_of_template(value: JSON) -> bool:
    """Return whether a value is a resource of an ARM template, whose properties may be expressions."""
    return isinstance(value, dict) and "apiVersion" in value and "/" in str(value.get("type"))
