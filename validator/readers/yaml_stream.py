"""Several YAML documents in one text: each is an entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from ..limits import MAX_YAML
from ..pointer import walk
from .bounds import TOO_MANY_IN_YAML
from .items import Body, Document, Item, Text, Unreadable, Unrelated

_MARKER = re.compile(rb"^---(?=\s|\Z)|(?<=^\.\.\.)[ \t\r]*+\n", re.MULTILINE)
"""The begin of a document, or the line end after the end of one. Within a document, no line begins like this."""

_CONTENT = re.compile(rb"^(?!---)[ \t]*+[^#%.\s]|^(?!---|\.\.\.)[ \t]*+\.|^---[ \t]++[^#\s]", re.MULTILINE)
"""A line that is more than a marker, a comment or a directive."""


def split(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the documents of the text that are not empty, each with its directives and its first line, from 1."""
    start, line = 0, 1
    ends = [match.start() if match[0].startswith(b"---") else match.end() for match in _MARKER.finditer(data)]
    for end in [*ends, len(data)]:
        document = data[start:end]
        if _CONTENT.search(document):
            yield document, line
        elif not document.startswith(b"---"):
            continue  # directives and comments belong to the next document
        start, line = end, line + document.count(b"\n")


def read(data: bytes, parse: Callable[[bytes], Body | Unreadable], items_of: Callable[[Body, Text], Iterator[Item]]) -> Iterator[Item]:
    """Yield the items of several documents; none for a single one. `items_of` yields those of one document."""
    documents = list(split(data))
    if len(documents) < 2:
        return
    left = MAX_YAML
    has_recording = False
    for entry, (document, line) in enumerate(documents):
        body = parse(document)
        left -= MAX_YAML if isinstance(body, Unreadable) and body.rule != "input/unreadable" else 0
        if isinstance(body, Unreadable):
            yield replace(body, entry=entry, line=line + (body.line or 1) - 1, column=body.column or 1)
            continue
        left -= sum(1 for _ in walk(body.value))
        if left < 0:
            yield replace(TOO_MANY_IN_YAML, entry=entry, line=line, column=1)
            return
        items = list(items_of(body, Text(document, line, is_yaml=True)))
        if not any(map(_is_recorded, items)):
            yield from (_at(item, entry, line) for item in items)
        elif has_recording:
            yield Unrelated(entry)
        else:
            has_recording = True
            message = "a recording among several YAML documents is not read; write it to a file of its own"
            yield Unreadable("input/unreadable", message, entry, line, 1)


def _is_recorded(item: Item) -> bool:
    """Return whether an item is about an entry of a recording."""
    return not isinstance(item, Unrelated) and item.text is not None and item.text.places is not None


def _at(item: Item, entry: int, line: int) -> Item:
    """Return an item of a document as one of an entry."""
    if isinstance(item, Unrelated):
        return Unrelated(entry, None if item.document is None else replace(item.document, entry=entry, line=line))
    return replace(item, entry=entry, line=line) if isinstance(item, Document) else replace(item, entry=entry)
