"""Update runs in a value that is recognised as nothing: the exchanges of a recording, and runs in anything else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import orjson

from ..limits import MAX_FILE
from ..pointer import JSON, Path, follow
from . import az_cli, mention
from .budget import Budget
from .duplicates import with_duplicates
from .items import Body, Document, Exchange, Item, Places, Text, Unreadable, Unrelated
from .payloads import MAY_BE_ENCODED, opened
from .recordings import CONTAINERS
from .search import Found, Search


def items_in(body: Body, text: Text | None, folder: str | None, entry: int | None, line: int | None) -> Iterator[Item]:
    """Yield the items in a value, as `values.items_of` does, or the value itself as unrelated."""
    container = None if entry is not None else next((container for container in CONTAINERS if container.recognises(body.value)), None)
    unrelated = Unrelated(entry, Document(az_cli.resource_form(body), entry, line, text, "run"), line)
    if container is None and not _may_mention(text):
        yield unrelated
        return
    search = _Searched(body, text)
    recorded: list[Item] = []
    if container is not None:
        places = container.places(body.value)
        items = _recorded(container.read(body.value, folder), body, places, text)
        for item in items:
            recorded.append(item)
            if not isinstance(item, Unrelated) and not (isinstance(item, Unreadable) and not item.relevant):
                yield from search.among(chain(recorded, items), places)
                return
        recorded = search.marked(recorded, places)
    yield from search.whole(entry, line) or recorded or [search.marked_whole(unrelated)]


def _may_mention(text: Text | None) -> bool:
    """Return whether the text has a word of update runs, or what may be encoded."""
    return text is None or mention.may_be_in(text.data) or MAY_BE_ENCODED.search(text.data) is not None


def _recorded(items: Iterable[Item], body: Body, places: Sequence[Places], text: Text | None) -> Iterator[Item]:
    """Yield the items of a recording with the text of the recording, and with their bodies in the form of that text."""
    text = None if text is None else text._replace(places=places)
    for item in with_duplicates(items, body.duplicates, places):
        if isinstance(item, Exchange) and body.node is not None and item.entry is not None:
            place = places[item.entry]
            request, response = _as_written(item.request, body, place.request), _as_written(item.response, body, place.response)
            yield replace(item, request=request, response=response, text=text)
        else:
            yield item if isinstance(item, Unrelated) else replace(item, text=text)


def _as_written(message: Body | Unreadable | None, document: Body, path: Path) -> Body | Unreadable | None:
    """Return the body of a message at a path in a document, as it is written in YAML."""
    return message._replace(node=document.written_at((*path, *message.base))) if isinstance(message, Body) else message


class _Searched:
    """The search for update runs, and for mentions of them, in a document or in those entries of a recording that are not about them."""

    def __init__(self, body: Body, text: Text | None) -> None:
        self._body = body
        self._text = text
        size = MAX_FILE if text is None else len(text.data)
        self._budget = Budget()
        self._budget.earn(size)
        self._search = Search(body, size)
        self._mentions = _Mentions(self._budget)

    def whole(self, entry: int | None, line: int | None) -> list[Item]:
        """Return the update runs, lists of them and error responses in the document."""
        found = list(self._search.find()) if _may_mention(self._text) else []
        shapes = {_shape(each.body) for each in found if isinstance(each.body, Body) and each.kind in ("run", "page")}
        return [self._item(each, entry, line, unordered=len(shapes) > 1) for each in found]

    def among(self, items: Iterable[Item], places: Sequence[Places]) -> Iterator[Item]:
        """Yield the items of a recording, without unrelated entries that have update runs, and then these runs; they are no history."""
        found: list[Item] = []
        for item in items:
            path = self._path_of_interest(item, places)
            runs = [] if path is None else [each for each in self._search.find(path) if _is_of_run(each)]
            found += [self._item(each, None, None, unordered=True) for each in runs]
            if not runs:
                yield self._marked(item, path)
        yield from found

    def marked(self, items: Iterable[Item], places: Sequence[Places]) -> list[Item]:
        """Return the items of a recording, with the unrelated entries marked that mention update runs."""
        return [self._marked(item, self._path_of_interest(item, places)) for item in items]

    def _path_of_interest(self, item: Item, places: Sequence[Places]) -> Path | None:
        """Return the path of an unrelated entry with a word of update runs, or with what may be encoded; its text shows that at once."""
        if not isinstance(item, Unrelated) or item.entry is None:
            return None
        path = places[item.entry].entry
        try:
            text = orjson.dumps(follow(self._body.value, path), default=lambda _: _OPAQUE)
        except TypeError:  # too deep for the writer, or with a number beyond 64 bits
            return path
        self._budget.spend(len(text))
        return path if mention.may_be_in(text) or _ENCODED.search(text) is not None else None

    def _marked(self, item: Item, path: Path | None) -> Item:
        if path is None or not isinstance(item, Unrelated):
            return item
        return replace(item, mentions=self._mentions.are_in(follow(self._body.value, path)))

    def marked_whole(self, item: Unrelated) -> Unrelated:
        """Return the document as an unrelated one, marked if it mentions update runs."""
        return replace(
            item, mentions=self._text is not None and (mention.is_in(self._text.data) or self._mentions.are_in(self._body.value))
        )

    def _item(self, found: Found, entry: int | None, line: int | None, *, unordered: bool) -> Item:
        part, kind, side = found
        if isinstance(part, Body):
            return Document(part, entry, line, self._text, kind, side, unordered=unordered)
        return replace(part, entry=entry, line=line, text=self._text)


def _is_of_run(found: Found) -> bool:
    """Return whether what was found in another service's exchange is an update run, or looks like one that cannot be read."""
    is_broken = isinstance(found.body, Unreadable) and found.body.rule == "input/unreadable"
    return is_broken or found.kind in ("run", "page", "renamed")


_OPAQUE = "A" * 24
_ENCODED = re.compile(rb"[A-Za-z0-9+/]{24}")
"""What may be text in base64; bytes, which may be anything, are written like it."""


def _shape(body: Body) -> Path:
    """Return the path of a body without indices: bodies of one array are a history, and those with other names have no order."""
    return tuple(-1 if isinstance(step, int) else step for step in body.base)


class _Mentions:
    """The search for mentions in the parts of a document, also in texts in base64 or compressed, within a budget."""

    def __init__(self, budget: Budget) -> None:
        self._known: dict[int, bool] = {}  # a part may be there many times by YAML's aliases
        self._budget = budget

    def are_in(self, value: JSON) -> bool:
        """Return whether a string in a part mentions the type of an update run. Raises Spent if too much unfolds."""
        answer = self._known.get(id(value))
        if answer is None:
            if isinstance(value, str | bytes):
                answer = self._is_in_text(value)
            elif isinstance(value, dict):
                answer = any(self.are_in(part) for item in value.items() for part in item)
            else:
                answer = isinstance(value, list) and any(map(self.are_in, value))
            self._known[id(value)] = answer
        return answer

    def _is_in_text(self, text: str | bytes) -> bool:
        data = text.encode(errors="surrogatepass") if isinstance(text, str) else text
        return mention.is_in(data) or ((unfolded := opened(data, self._budget)) is not None and mention.is_in(unfolded))
