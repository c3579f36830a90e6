"""Repeated keys in recordings: they count where update runs are, and on the way to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..pointer import Path
from .items import Body, Exchange, Item, Places, Unreadable, duplicate


def with_duplicates(items: Iterable[Item], duplicates: Sequence[Path], places: Sequence[Places]) -> Iterator[Item]:
    """Yield the items of a recording, each body with the keys that are repeated in it.

    Another key of an exchange about update runs, or on the way to the entries, is a problem of the recording. In headers, and in unrelated
    exchanges, repeated keys are no problem.
    """
    if not duplicates:
        yield from items
        return
    below: dict[Path, list[Path]] = defaultdict(list)
    for path in duplicates:
        for length in range(len(path)):
            below[path[:length]].append(path)
    pending = dict.fromkeys(duplicates)
    yield from _on_the_way((place.entry for place in places), pending)
    for item in items:
        if not isinstance(item, Exchange) or item.entry is None:
            yield item
            continue
        place = places[item.entry]
        parameters = (path for path in below.get(place.uri, ()) if path[-1] in item.parameters)
        others = (path for path in below.get(place.entry, ()) if not _is_in_headers(path) and not _is_in_body(path, place))
        yield from _on_the_way((*parameters, *others, place.uri, place.request, place.response), pending)
        request, response = _with(item.request, below, place.request), _with(item.response, below, place.response)
        yield replace(item, request=request, response=response)


def _is_in_headers(path: Path) -> bool:
    return any("headers" in str(step).lower() for step in path)


def _is_in_body(path: Path, place: Places) -> bool:
    return any(path != base and path[: len(base)] == base for base in (place.request, place.response))


def _with(body: Body | Unreadable | None, below: Mapping[Path, list[Path]], base: Path) -> Body | Unreadable | None:
    """Return a body at a path in a recording, with the keys that are repeated in it."""
    found = tuple(path[len(base) :] for path in below.get(base, ()))
    return body._replace(duplicates=body.duplicates + found) if isinstance(body, Body) and not body.base else body


def _on_the_way(paths: Iterable[Path], pending: dict[Path, None]) -> Iterator[Unreadable]:
    """Yield the problem of each pending key that is on the way to one of several paths, once."""
    for path in paths:
        for length in range(1, len(path) + 1):
            if path[:length] in pending:
                del pending[path[:length]]
                yield replace(duplicate(path[:length]), relevant=False)
