"""Batches: the Azure portal sends several requests as one, `POST /batch`, and gets all responses in one body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..pointer import JSON, Path, follow
from .items import Body, Exchange, Item, Unreadable
from .payloads import decode, exchange

_BATCH = re.compile(r"(?:https?://[^/?#]+)?/+batch/?(?:[?#].*)?", re.IGNORECASE | re.DOTALL)


def is_batch(method: JSON, url: JSON) -> bool:
    """Return whether a request is a batch."""
    return isinstance(method, str) and method.upper() == "POST" and isinstance(url, str) and _BATCH.fullmatch(url) is not None


def exchanges(entry: int, request: tuple[JSON, bool], response: tuple[JSON, bool], placeholder: str | None) -> Iterator[Item]:
    """Yield the items of the exchanges in a batch, with the paths of their bodies in its bodies.

    A response belongs to the request of its name, or else of its index.
    """
    sent, received = (decode(content, is_base64=is_base64) for content, is_base64 in (request, response))
    requests, responses = _items(sent, "requests"), _items(received, "responses")
    named = {name: index for index, each in enumerate(responses) if isinstance(name := follow(each, ("name",)), str)}
    for index, each in enumerate(requests):
        name = follow(each, ("name",))
        answer = named.get(name, index) if isinstance(name, str) else index
        answered = responses[answer] if answer < len(responses) else None
        if not isinstance(each, dict) or not isinstance(answered, dict):
            continue
        item = exchange(
            entry,
            each.get("httpMethod"),
            each.get("url"),
            answered.get("httpStatusCode"),
            request=(each.get("content"), False),
            response=(answered.get("content"), False),
            placeholder=placeholder,
        )
        if isinstance(item, Exchange):
            yield replace(
                item,
                uri=("requests", index, "url"),
                request=_moved(item.request, ("requests", index, "content")),
                response=_moved(item.response, ("responses", answer, "content")),
            )
        elif isinstance(item, Unreadable) and item.relevant:
            yield replace(item, path=("responses", answer), side="response")


def _items(body: Body | Unreadable | None, name: str) -> list[JSON]:
    items = follow(body.value, (name,)) if isinstance(body, Body) else None
    return items if isinstance(items, list) else []


def _moved(body: Body | Unreadable | None, base: Path) -> Body | Unreadable | None:
    if isinstance(body, Body):
        return body._replace(base=base)
    return None if body is None else replace(body, path=(*base, *body.path))
