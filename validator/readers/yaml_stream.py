"""Several YAML documents in one text: each is an entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from ..limits import MAX_YAML
from ..pointer import walk
from .bounds import TOO_MANY_IN_YAML
from .items import Body, Item, Text, Unreadable
from .recordings import CONTAINERS
from .values import items_of

_MARKER = re.compile(rb"^---(?=\s|\Z)|(?<=^\.\.\.)[ \t\r]*+\n", re.MULTILINE)
"""The begin of a document, or the line end after the end of one. Within a document, no line begins like this."""

_CONTENT = re.compile(rb"^(?!---)[ \t]*+[^#%.\s]|^(?!---|\.\.\.)[ \t]*+\.|^---[ \t]++[^#\s]", re.MULTILINE)
"""A line that is more than a marker, a comment or a directive."""


def split(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the documents of a text that are not empty, each with its directives and its first line, from 1."""
    start, line = 0, 1
    ends = [match.start() if match[0].startswith(b"---") else match.end() for match in _MARKER.finditer(data)]
    for end in [*ends, len(data)]:
        document = data[start:end]
        if _CONTENT.search(document):
            yield document, line
        elif not document.startswith(b"---"):
            continue  # directives and comments belong to the next document
        start, line = end, line + document.count(b"\n")


def read(data: bytes, parse: Callable[[bytes], Body | Unreadable]) -> Iterator[Item]:
    """Yield the items of several documents; none if the text is a single one."""
    documents = list(split(data))
    left = MAX_YAML
    has_recording = False
    for entry, (document, line) in enumerate(documents if len(documents) > 1 else ()):
        body = parse(document)
        if isinstance(body, Unreadable):
            left -= MAX_YAML if body.rule != "input/unreadable" else 0
            yield replace(body, entry=entry, line=line + (body.line or 1) - 1, column=body.column or 1)
            continue
        left -= sum(1 for _ in walk(body.value))
        if left < 0:
            yield replace(TOO_MANY_IN_YAML, entry=entry, line=line, column=1)
            return
        if not has_recording and any(container.recognises(body.value) for container in CONTAINERS):
            has_recording = True
            message = "a recording among several YAML documents is not read; write it to a file of its own"
            yield Unreadable("input/unreadable", message, entry, line, 1)
            continue
        yield from items_of(body, Text(document, line, is_yaml=True), entry=entry, line=line)
