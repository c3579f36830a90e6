"""The kinds of recordings that contain exchanges, recognised by their properties: a row of CONTAINERS each.

A row says where an entry has its method, its URL, its status and its bodies. `payloads.exchange` makes the item of an entry. A body that
is a string is decoded: it is JSON text, also in base64 or compressed. Any other body is the JSON value itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..pointer import JSON, Path, follow
from ..wording import show
from . import batch, har, published_examples
from .items import Item, Places, Unreadable, Unrelated, parse_request
from .payloads import exchange, not_recorded

Paths: TypeAlias = tuple[Path, ...]
"""The paths that a part of an entry may have; the first one with a value counts."""


def _find(entry: JSON, paths: Paths) -> Path:
    """Return the first path that leads to a value in an entry, or else the first path."""
    return next((path for path in paths if follow(entry, path) is not None), paths[0])


@dataclass(frozen=True, slots=True)
class Rows:
    """A kind of recording with many entries, or with one, by the paths in an entry.

    `entries` are the paths of the array of entries; with `is_mapping` the recording is an object of entries, and with `is_entry`
    it may be the only entry, which then has a status. The `answer` has the names of a response, if they tell the only entry of this kind
    from others. With `is_stub`, an entry may leave open its URL, its method and its status. `query` has parameters of the URL that the URL
    lacks. `base64` are the paths of what is true, or "base64", for a request and a response in base64. `placeholder` is the string that
    sanitizers put in place of what they hide. `order`, `in_turn` and `response_body` are of a kind with times or with bodies of its own.
    """

    name: str
    method: Paths
    url: Paths
    status: Paths
    request: Paths
    response: Paths
    entries: Paths = ()
    is_mapping: bool = False
    is_entry: bool = False
    answer: frozenset[str] = frozenset()
    is_stub: bool = False
    query: Path = ()
    base64: tuple[Path, Path] | None = None
    placeholder: str | None = None
    order: Callable[[list[JSON]], list[int]] | None = None
    in_turn: Callable[[list[JSON], Iterable[Item]], Iterator[Item]] | None = None
    response_body: Callable[[JSON, str | None, JSON], JSON] | None = None

    def _entries(self, value: JSON) -> list[tuple[Path, JSON]]:
        if self.is_mapping:
            return [((name,), entry) for name, entry in value.items()]
        path = next((path for path in self.entries if isinstance(follow(value, path), list)), None)
        if path is not None:
            return [((*path, index), entry) for index, entry in enumerate(follow(value, path))]
        is_only = self.is_entry and follow(value, _find(value, self.status)) is not None
        is_only = is_only and (not self.answer or follow(value, ("response",), {}).keys() <= self.answer)
        return [((), value)] if is_only else []

    def recognises(self, value: JSON) -> bool:
        """Return whether any entry has a URL."""
        entries = self._entries(value) if isinstance(value, dict) else []
        return any(isinstance(follow(entry, _find(entry, self.url)), str | bytes) for _, entry in entries)

    def read(self, value: JSON, folder: str | None = None) -> Iterator[Item]:
        """Yield the items of the entries, each with its index. `folder` is that of the recording."""
        entries = [entry for _, entry in self._entries(value)]
        items = self._read(entries, folder)
        return items if self.in_turn is None else self.in_turn(entries, items)

    def _read(self, entries: list[JSON], folder: str | None) -> Iterator[Item]:
        for index in range(len(entries)) if self.order is None else self.order(entries):
            if isinstance(entries[index], dict):
                yield from self._items(index, entries[index], folder)
            else:
                yield Unreadable("input/unreadable", "the entry is not an object", index, relevant=False)

    def _items(self, index: int, entry: JSON, folder: str | None) -> Iterator[Item]:
        method, url, status = (follow(entry, _find(entry, paths)) for paths in (self.method, self.url, self.status))
        if url is None and (self.is_stub or str(entry.get("type")).endswith("/Messages")):  # of Pact
            yield Unrelated(index)
            return
        if self.is_stub:
            status = 200 if status is None else status
            method = _method_of_stub(url, follow(entry, _find(entry, self.request))) if method in (None, "ANY") else method
        request, response = (self._body(entry, paths) for paths in (self.request, self.response))
        if self.response_body is not None:
            content = self.response_body(entry, folder, response[0])
            response = response if content is response[0] else (content, response[1] and isinstance(content, str))
        if batch.is_batch(method, url):
            items = list(batch.exchanges(index, request, response, self.placeholder))
            yield from items or [Unrelated(index)]
            return
        url = _with_version(url, follow(entry, self.query)) if self.query else url
        yield exchange(index, method, url, status, request=request, response=response, placeholder=self.placeholder)

    def _body(self, entry: JSON, paths: Paths) -> tuple[JSON, bool]:
        """Return the content of a body, and whether the recording says that it is in base64."""
        _, content, is_base64 = _unwrapped(follow(entry, _find(entry, paths)))
        flags = () if self.base64 is None else (follow(entry, self.base64[paths is self.response]),)
        return content, is_base64 or any(flag is True or flag == "base64" for flag in flags)

    def places(self, value: JSON) -> Sequence[Places]:
        """Return the paths of the parts of the entry at each index."""

        def of_body(entry: JSON, paths: Paths) -> Path:
            path = _find(entry, paths)
            return (*path, *_unwrapped(follow(entry, path))[0])

        return [
            Places(base, base + _find(entry, self.url), base + of_body(entry, self.request), base + of_body(entry, self.response))
            for base, entry in self._entries(value)
        ]


def _unwrapped(body: JSON) -> tuple[Path, JSON, bool]:
    """Return the path of the content in a body, the content, and whether it is in base64."""
    if isinstance(body, list) and body and all(isinstance(line, str) for line in body):
        return (), "".join(body), False  # the test proxy writes text as its lines
    if not isinstance(body, dict):
        return (), body, False
    if "base64_string" in body:
        return ("base64_string",), body["base64_string"], True
    if body and body.keys() <= {"string", "encoding"}:
        return ("string",), body.get("string"), False
    if "contentType" in body and body.keys() <= {"content", "contentType", "contentTypeHint", "encoded"}:
        return ("content",), body.get("content"), body.get("encoded") in (True, "base64")
    state = body.get("state") if len(body) == 1 else None
    if isinstance(state, list) and len(state) == _PICKLED and isinstance(state[0], bytes):
        return ("state", 0), state[0], False
    return (), body, False


_PICKLED = 3
"""What VCR.py writes of a body that was sent as a stream: its bytes, the position in them, and attributes."""


def _with_version(url: JSON, query: JSON) -> JSON:
    """Return a URL with the api-version that a recording has next to it, if the URL has none."""
    if not isinstance(url, str) or "api-version=" in url.lower():
        return url
    if isinstance(query, str):
        return f"{url}{'&' if '?' in url else '?'}{query}"
    versions = [value for name, value in query.items() if name.lower() == "api-version"] if isinstance(query, dict) else []
    values = (value[0] if isinstance(value, list) and value else follow(value, ("equalTo",), value) for value in versions)
    version = next((value for value in values if isinstance(value, str)), None)
    return url if version is None else f"{url}{'&' if '?' in url else '?'}api-version={version}"


class _Examples:
    """The published examples of the API, as Rows has other recordings."""

    name = "x-ms-examples"
    recognises = staticmethod(published_examples.is_example)
    places = staticmethod(published_examples.places)

    def read(self, value: JSON, folder: str | None = None) -> Iterator[Item]:
        """Yield the items of the responses; an example names no file of the folder."""
        del folder
        return published_examples.read(value)


Container: TypeAlias = Rows | _Examples
"""A kind of recording; its `name` must be in the README and in `docs/captures.md`. No value is recognised by two kinds."""

_METHOD: Paths = (("request", "method"),)
_REQUEST: Paths = (("request", "body"),)
_URL: Paths = (("request", "uri"), ("request", "url"), ("request", "path"))
_STATUS: Paths = (("response", "status", "code"), ("response", "code"), ("response", "status_code"), ("response", "status"))
_RESPONSE: Paths = (("response", "body"), ("response", "content"))

_OF_STUBS = frozenset(
    (
        *("status", "statusMessage", "headers", "body", "jsonBody", "base64Body", "bodyFileName", "fault", "fromConfiguredStub"),
        *("fixedDelayMilliseconds", "delayDistribution", "chunkedDribbleDelay", "transformers", "transformerParameters"),
        *("proxyBaseUrl", "proxyUrlPrefixToRemove", "additionalProxyRequestHeaders", "removeProxyRequestHeaders"),
    )
)
"""The properties of the response of a stub."""


def _method_of_stub(url: JSON, request: JSON) -> str:
    """Return the method of a stub for any method: that of the only request to a URL that has a body, or none."""
    parsed = parse_request("PUT", url) if isinstance(url, str) and request is not None else None
    return "PUT" if parsed is not None and parsed[0] == "put" else ""


def _body_of_stub(entry: JSON, _: str | None, content: JSON) -> JSON:
    """Return the content of the response of a stub, an Unreadable if it is elsewhere."""
    file, *others = (follow(entry, ("response", name)) for name in ("bodyFileName", "fault", "proxyBaseUrl"))
    if content is None and isinstance(file, str):
        return not_recorded(f"it is in the file {show(file)}")
    if content is None and others != [None, None]:
        return not_recorded("the stub answers with a fault or from a proxy")
    return content


def _body_of_pact(entry: JSON, _: str | None, content: JSON) -> JSON:
    """Return the content of a response, an Unreadable if an interaction of Pact, which has a description, accepts any."""
    response = follow(entry, ("response",))
    is_open = content is None and "description" in entry and isinstance(response, dict) and "body" not in response
    return not_recorded("the interaction accepts any body") if is_open else content


CONTAINERS: tuple[Container, ...] = (
    Rows(
        "VCR cassette",
        _METHOD,
        _URL,
        _STATUS,
        _REQUEST,
        _RESPONSE,
        entries=(("interactions",), ("http_interactions",)),
        query=("request", "query"),
        response_body=_body_of_pact,
    ),
    Rows(
        "Azure SDK test-proxy recording",
        (("RequestMethod",),),
        (("RequestUri",),),
        (("StatusCode",),),
        (("RequestBody",),),
        (("ResponseBody",),),
        entries=(("Entries",),),
        placeholder="Sanitized",
    ),
    Rows(
        "oav traffic pair",
        (("liveRequest", "method"),),
        (("liveRequest", "url"),),
        (("liveResponse", "statusCode"),),
        (("liveRequest", "body"),),
        (("liveResponse", "body"),),
        is_entry=True,
        query=("liveRequest", "query"),
    ),
    Rows(
        "HAR",
        _METHOD,
        (("request", "url"),),
        (("response", "status"),),
        (("request", "postData", "text"),),
        (("response", "content", "text"),),
        entries=(("log", "entries"),),
        base64=(("request", "postData", "encoding"), ("response", "content", "encoding")),
        order=har.order,
        in_turn=har.mark_concurrent,
        response_body=har.response_body,
    ),
    _Examples(),
    Rows(
        "Azure PowerShell recording",
        (("Request", "Method"),),
        (("Request", "RequestUri"),),
        (("Response", "StatusCode"),),
        (("Request", "Content"),),
        (("Response", "Content"),),
        is_mapping=True,
        base64=(("Request", "isContentBase64"), ("Response", "isContentBase64")),
    ),
    Rows(
        "WireMock stub",
        _METHOD,
        (("request", "url"), ("request", "urlPath")),
        (("response", "status"),),
        tuple(("request", "bodyPatterns", index, name) for index in range(4) for name in ("equalToJson", "equalTo")),
        (("response", "jsonBody"), ("response", "body"), ("response", "base64Body")),
        entries=(("mappings",),),
        is_entry=True,
        answer=_OF_STUBS,
        is_stub=True,
        query=("request", "queryParameters"),
        response_body=_body_of_stub,
    ),
)
"""The kinds of recordings, in the order in which they are tried."""
