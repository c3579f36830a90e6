"""From a parsed value to the items in it: a bare document, the exchanges of a recording, or update runs in anything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..pointer import Path
from . import az_cli, recognition
from .items import Body, Document, Exchange, Item, Places, Text, Unreadable, Unrelated, duplicate


def items_of(
    body: Body, text: Text | None = None, *, folder: str | None = None, entry: int | None = None, line: int | None = None
) -> Iterator[Item]:
    """Yield the items in a value. `text` is the text that it was read from, in a file in `folder`.

    A value in a text of several is the one at `entry`, which begins at `line`.
    """
    kind = recognition.recognise(body.value)
    if kind is not None:
        yield Document(az_cli.resource_form(body), entry, line, text, kind)
        return
    recorded = list(_recorded(body, text, folder)) if entry is None else []
    if any(not isinstance(item, Unrelated) and not (isinstance(item, Unreadable) and not item.relevant) for item in recorded):
        yield from recorded
        return
    found = list(_found(body, text, entry, line))
    document = Document(az_cli.resource_form(body), entry, line, text, "run") if isinstance(body.value, dict) else None
    yield from found or recorded or [Unrelated(entry, document)]


def _found(body: Body, text: Text | None, entry: int | None, line: int | None) -> Iterator[Item]:
    if text is not None and not _mentions(text.data):
        return
    from . import search

    found = list(search.find(body))
    shapes = {_shape(each.body) for each in found if isinstance(each.body, Body) and each.kind in ("run", "page")}
    for part, kind, side in found:
        if isinstance(part, Body):
            yield Document(part, entry, line, text, kind, side, unordered=len(shapes) > 1)
        else:
            yield replace(part, entry=entry, line=line, text=text)


def _mentions(data: bytes) -> bool:
    from .text_errors import mentions

    return mentions(data)


def _shape(body: Body) -> Path:
    """Return the path of a body without indices: bodies of one array are a history, and those with other names have no order."""
    return tuple(-1 if isinstance(step, int) else step for step in body.base)


def _recorded(body: Body, text: Text | None, folder: str | None) -> Iterator[Item]:
    from .recordings import CONTAINERS

    container = next((container for container in CONTAINERS if container.recognises(body.value)), None)
    if container is None:
        return
    places = container.places(body.value)
    text = None if text is None else text._replace(places=places)
    in_bodies = _by_body(body.duplicates, places)
    for path in in_bodies.pop(None, ()):
        if not any(str(step).lower().endswith("headers") for step in path):
            yield replace(duplicate(path), relevant=False, text=text)
    for item in container.read(body.value, folder):
        if isinstance(item, Exchange):
            yield replace(_with_duplicates(item, in_bodies) if in_bodies else item, text=text)
        else:
            yield item if isinstance(item, Unrelated) else replace(item, text=text)


_Key = tuple[int, str] | None
"""An entry and a side; None is what is outside of bodies."""


def _by_body(duplicates: Sequence[Path], places: Sequence[Places]) -> dict[_Key, list[Path]]:
    """Return the paths of repeated keys by the body that they are in, each relative to that."""
    by_body: dict[_Key, list[Path]] = defaultdict(list)
    bodies = {}
    if duplicates:
        bodies = {place.request: (index, "request") for index, place in enumerate(places)}
        bodies |= {place.response: (index, "response") for index, place in enumerate(places)}
    for path in duplicates:
        length = next((length for length in range(len(path)) if path[:length] in bodies), None)
        by_body[None if length is None else bodies[path[:length]]].append(path[length:])
    return by_body


def _with_duplicates(item: Exchange, in_bodies: dict[_Key, list[Path]]) -> Exchange:
    def with_those_of(side: str, body: Body | Unreadable | None) -> Body | Unreadable | None:
        paths = in_bodies.get((item.entry or 0, side), ())
        return body._replace(duplicates=(*body.duplicates, *paths)) if isinstance(body, Body) and not body.base else body

    return replace(item, request=with_those_of("request", item.request), response=with_those_of("response", item.response))
