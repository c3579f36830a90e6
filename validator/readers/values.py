"""From a parsed value to the items in it: a bare document, the exchanges of a recording, or update runs in anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..limits import MAX_FILE
from ..pointer import Path, follow
from . import az_cli, mention, recognition
from .items import Body, Document, Item, Places, Text, Unreadable, Unrelated


def items_of(
    body: Body, text: Text | None = None, *, folder: str | None = None, entry: int | None = None, line: int | None = None
) -> Iterator[Item]:
    """Yield the items in a value. `text` is the text that it was read from, in a file in `folder`.

    A value in text with several is the one at `entry`, which begins at `line`.
    """
    kind = recognition.recognise(body.value)
    if kind is not None:
        yield Document(az_cli.resource_form(body), entry, line, text, kind)
        return
    recorded: list[Item] = []
    items = _recorded(body, text, folder) if entry is None else iter(())
    for item in items:
        recorded.append(item)
        if not isinstance(item, Unrelated) and not (isinstance(item, Unreadable) and not item.relevant):
            yield from recorded
            yield from items
            return
    found = list(_found(body, text, entry, line))
    document = Document(az_cli.resource_form(body), entry, line, text, "run") if isinstance(body.value, dict) else None
    yield from found or recorded or [Unrelated(entry, document, line, text is not None and mention.is_in(text.data))]


def _found(body: Body, text: Text | None, entry: int | None, line: int | None) -> Iterator[Item]:
    from . import search

    if text is not None and not search.may_have_runs(text.data):
        return
    found = list(search.find(body, MAX_FILE if text is None else len(text.data)))
    shapes = {_shape(each.body) for each in found if isinstance(each.body, Body) and each.kind in ("run", "page")}
    for part, kind, side in found:
        if isinstance(part, Body):
            yield Document(part, entry, line, text, kind, side, unordered=len(shapes) > 1)
        else:
            yield replace(part, entry=entry, line=line, text=text)


def _shape(body: Body) -> Path:
    """Return the path of a body without indices: bodies of one array are a history, and those with other names have no order."""
    return tuple(-1 if isinstance(step, int) else step for step in body.base)


def _recorded(body: Body, text: Text | None, folder: str | None) -> Iterator[Item]:
    from .duplicates import with_duplicates
    from .recordings import CONTAINERS

    container = next((container for container in CONTAINERS if container.recognises(body.value)), None)
    if container is None:
        return
    places = container.places(body.value)
    text = None if text is None else text._replace(places=places)
    known: dict[int, bool] = {}
    for item in with_duplicates(container.read(body.value, folder), body.duplicates, places):
        yield _with_mention(item, body, places, known) if isinstance(item, Unrelated) else replace(item, text=text)


def _with_mention(item: Unrelated, body: Body, places: Sequence[Places], known: dict[int, bool]) -> Unrelated:
    """Return an unrelated entry of a recording, marked if it mentions update runs."""
    if item.entry is None:
        return item
    return replace(item, mentions=mention.is_in_value(follow(body.value, places[item.entry].entry), known))
