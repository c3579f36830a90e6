"""Update runs in a value that is recognised as nothing: the exchanges of a recording, and runs in anything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

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
    search = _Searched(body, text)
    recorded: list[Item] = []
    container = None if entry is not None else next((container for container in CONTAINERS if container.recognises(body.value)), None)
    if container is not None:
        places = container.places(body.value)
        items = _recorded(container.read(body.value, folder), body, places, text)
        for item in items:
            recorded.append(item)
            if not isinstance(item, Unrelated) and not (isinstance(item, Unreadable) and not item.relevant):
                yield from search.among(chain(recorded, items), places)
                return
        recorded = [search.with_mention(item, places) for item in recorded]
    yield from search.whole(entry, line) or recorded or [search.unrelated(entry, line)]


def _recorded(items: Iterable[Item], body: Body, places: Sequence[Places], text: Text | None) -> Iterator[Item]:
    """Yield the items of a recording with the text of the recording, and their bodies as they are written."""
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
        self._search = Search(body, size)
        self._mentions = _Mentions(size)

    def _may_be_encoded(self) -> bool:
        return self._text is None or MAY_BE_ENCODED.search(self._text.data) is not None

    def whole(self, entry: int | None, line: int | None) -> list[Item]:
        """Return the update runs, lists of them and error responses in the document."""
        may_have_runs = self._text is None or mention.may_be_in(self._text.data) or self._may_be_encoded()
        found = list(self._search.find()) if may_have_runs else []
        shapes = {_shape(each.body) for each in found if isinstance(each.body, Body) and each.kind in ("run", "page")}
        return [self._item(each, entry, line, unordered=len(shapes) > 1) for each in found]

    def among(self, items: Iterable[Item], places: Sequence[Places]) -> Iterator[Item]:
        """Yield the items of a recording, without unrelated entries that have update runs, and then these runs; they are no history."""
        found: list[Item] = []
        for item in items:
            runs = []
            if isinstance(item, Unrelated) and item.entry is not None:
                runs = [each for each in self._search.find(places[item.entry].entry) if each.kind in ("run", "page", "renamed")]
            found += [self._item(each, None, None, unordered=True) for each in runs]
            if not runs:
                yield self.with_mention(item, places)
        yield from found

    def with_mention(self, item: Item, places: Sequence[Places]) -> Item:
        """Return an item; an unrelated entry is marked if it mentions update runs."""
        if not isinstance(item, Unrelated) or item.entry is None:
            return item
        return replace(item, mentions=self._mentions.are_in(follow(self._body.value, places[item.entry].entry)))

    def unrelated(self, entry: int | None, line: int | None) -> Unrelated:
        """Return the document as an unrelated one, marked if it mentions update runs."""
        body, text = self._body, self._text
        mentions = text is not None and (mention.is_in(text.data) or (self._may_be_encoded() and self._mentions.are_in(body.value)))
        return Unrelated(entry, Document(az_cli.resource_form(body), entry, line, text, "run"), line, mentions)

    def _item(self, found: Found, entry: int | None, line: int | None, *, unordered: bool) -> Item:
        part, kind, side = found
        if isinstance(part, Body):
            return Document(part, entry, line, self._text, kind, side, unordered=unordered)
        return replace(part, entry=entry, line=line, text=self._text)


def _shape(body: Body) -> Path:
    """Return the path of a body without indices: bodies of one array are a history, and those with other names have no order."""
    return tuple(-1 if isinstance(step, int) else step for step in body.base)


class _Mentions:
    """The search for mentions in the parts of a document, also in texts in base64 or compressed, within a budget."""

    def __init__(self, size: int) -> None:
        """Begin to search a document of a number of bytes."""
        self._known: dict[int, bool] = {}  # a part may be there many times by YAML's aliases
        self._budget = Budget()
        self._budget.earn(size)

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
