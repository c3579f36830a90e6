"""The kinds of recordings that contain exchanges, recognised by their properties: a row of CONTAINERS each.

A kind is three functions, of which the test proxy's are the shortest. They get the JSON value of a file, whatever it is, and never
raise; `follow` returns None where a value has no such path. `payloads.exchange` makes the item of an entry of its method, URL, status
and bodies. A body that is a string is decoded: it is JSON text, also in base64 or compressed. Any other body is the JSON value itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..findings import Severity
from ..pointer import JSON, Path, follow
from . import published_examples
from .har_order import mark_concurrent, timing_of
from .items import Item, Places, Unreadable
from .payloads import exchange


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of recording.

    `recognises` returns whether a value is such a recording; no other kind's does for the same value. Only then are the others
    called: `read` yields the items of its entries, each with its index, and `places` returns the paths of the parts of the entry at
    each index, from which the lines and columns of findings follow. `name` must be in the README.
    """

    name: str
    recognises: Callable[[JSON], bool]
    read: Callable[[JSON], Iterator[Item]]
    places: Callable[[JSON], Sequence[Places]]


def _places(entry: Path, parts: Places) -> Places:
    """Return the places of an entry, from the paths of its parts relative to the entry."""
    return Places(entry, entry + parts.uri, entry + parts.request, entry + parts.response)


def _entries(numbered: Iterable[tuple[int, JSON]], read: Callable[[int, JSON], Item]) -> Iterator[Item]:
    for index, entry in numbered:
        if isinstance(entry, dict):
            yield read(index, entry)
        else:
            yield Unreadable("input/unreadable", "the entry is not an object", index, relevant=False)


def _has_url(entries: JSON, *paths: Path) -> bool:
    """Return whether any entry of an array has a URL at one of the paths."""
    return isinstance(entries, list) and any(isinstance(follow(entry, path), str | bytes) for entry in entries for path in paths)


# Cassettes


def _is_cassette(value: JSON) -> bool:
    return _has_url(follow(value, ("interactions",)), ("request", "uri"), ("request", "url"))


def _cassette(value: JSON) -> Iterator[Item]:
    """Read a cassette of VCR.py, where the URL is the `uri`, or of go-vcr, where it is the `url`."""
    return _entries(enumerate(value["interactions"]), _interaction)


def _interaction(index: int, entry: JSON) -> Item:
    uri = follow(entry, ("request", "uri"))
    status = follow(entry, ("response", "code") if uri is None else ("response", "status", "code"))
    response = entry.get("response")
    return exchange(
        index,
        follow(entry, ("request", "method")),
        follow(entry, ("request", "url")) if uri is None else uri,
        follow(response, ("status_code",)) if status is None else status,
        request=_vcr_body(follow(entry, ("request", "body"))),
        response=_vcr_body(follow(response, (_body_name(response),))),
    )


def _body_name(response: JSON) -> str:
    """Return the name of a response's body; for httpx, VCR.py 4 and 5 use another one."""
    return "content" if isinstance(response, dict) and "body" not in response else "body"


def _vcr_body(body: JSON) -> tuple[JSON, bool]:
    if _is_stream(body):
        return body["state"][0], False
    if isinstance(body, dict) and "base64_string" in body:
        return body["base64_string"], True
    if isinstance(body, dict) and body.keys() <= {"string", "encoding"}:
        return body.get("string"), False
    return body, False


def _is_stream(body: JSON) -> bool:
    """Return whether a body was sent as a stream, which is pickled as its bytes, the position in them and attributes."""
    state = body.get("state") if isinstance(body, dict) and len(body) == 1 else None
    return isinstance(state, list) and len(state) == _PICKLED and isinstance(state[0], bytes)


_PICKLED = 3


def _cassette_places(value: JSON) -> list[Places]:
    return [_places(("interactions", index), _parts(entry)) for index, entry in enumerate(value["interactions"])]


def _parts(entry: JSON) -> Places:
    uri = "url" if follow(entry, ("request", "uri")) is None else "uri"
    request, response = ("request", "body"), ("response", _body_name(follow(entry, ("response",))))
    return Places((), ("request", uri), _content_path(entry, request), _content_path(entry, response))


def _content_path(entry: JSON, path: Path) -> Path:
    """Return the path of the content of a body, from the path of the body."""
    body = follow(entry, path)
    for name in ("base64_string", "string"):
        if isinstance(body, dict) and name in body and _vcr_body(body)[0] is body[name]:
            return *path, name
    return (*path, "state", 0) if _is_stream(body) else path


# Test proxy


_TEST_PROXY = Places((), ("RequestUri",), ("RequestBody",), ("ResponseBody",))


def _is_test_proxy(value: JSON) -> bool:
    return _has_url(follow(value, ("Entries",)), _TEST_PROXY.uri)


def _test_proxy(value: JSON) -> Iterator[Item]:
    """Read a recording of the Azure SDK's test proxy, whose sanitizers replace what they hide by `Sanitized`."""
    return _entries(
        enumerate(value["Entries"]),
        lambda index, entry: exchange(
            index,
            entry.get("RequestMethod"),
            follow(entry, _TEST_PROXY.uri),
            entry.get("StatusCode"),
            request=(follow(entry, _TEST_PROXY.request), False),
            response=(follow(entry, _TEST_PROXY.response), False),
            placeholder="Sanitized",
        ),
    )


def _test_proxy_places(value: JSON) -> list[Places]:
    return [_places(("Entries", index), _TEST_PROXY) for index in range(len(value["Entries"]))]


# PowerShell


_POWERSHELL = Places((), ("Request", "RequestUri"), ("Request", "Content"), ("Response", "Content"))


def _is_powershell(value: JSON) -> bool:
    return isinstance(value, dict) and _has_url(list(value.values()), _POWERSHELL.uri)


def _powershell(value: JSON) -> Iterator[Item]:
    """Read a recording of Azure PowerShell: a mapping whose keys are the names of tests."""
    return _entries(
        enumerate(value.values()),
        lambda index, entry: exchange(
            index,
            follow(entry, ("Request", "Method")),
            follow(entry, _POWERSHELL.uri),
            follow(entry, ("Response", "StatusCode")),
            request=(follow(entry, _POWERSHELL.request), follow(entry, ("Request", "isContentBase64")) is True),
            response=(follow(entry, _POWERSHELL.response), follow(entry, ("Response", "isContentBase64")) is True),
        ),
    )


def _powershell_places(value: JSON) -> list[Places]:
    return [_places((name,), _POWERSHELL) for name in value]


# Traffic pairs


_TRAFFIC_PAIR = Places((), ("liveRequest", "url"), ("liveRequest", "body"), ("liveResponse", "body"))


def _is_traffic_pair(value: JSON) -> bool:
    return isinstance(follow(value, ("liveRequest",)), dict) and isinstance(follow(value, ("liveResponse",)), dict)


def _traffic_pair(value: JSON) -> Iterator[Item]:
    """Read a traffic pair of oav; its URL may lack the query, which is then a property of its own."""
    url, query = follow(value, _TRAFFIC_PAIR.uri), follow(value, ("liveRequest", "query"))
    parameters = {name.lower(): text for name, text in query.items() if isinstance(text, str)} if isinstance(query, dict) else {}
    version = parameters.get("api-version")
    if isinstance(url, str) and "api-version=" not in url.lower() and version is not None:
        url = f"{url}{'&' if '?' in url else '?'}api-version={version}"
    yield exchange(
        0,
        follow(value, ("liveRequest", "method")),
        url,
        follow(value, ("liveResponse", "statusCode")),
        request=(follow(value, _TRAFFIC_PAIR.request), False),
        response=(follow(value, _TRAFFIC_PAIR.response), False),
    )


def _traffic_pair_places(_: JSON) -> list[Places]:
    return [_TRAFFIC_PAIR]


# HAR


_HAR = Places((), ("request", "url"), ("request", "postData", "text"), ("response", "content", "text"))


def _is_har(value: JSON) -> bool:
    return _has_url(follow(value, ("log", "entries")), _HAR.uri)


def _har(value: JSON) -> Iterator[Item]:
    """Read a HAR 1.2, of browsers and proxies, in the order of time if every entry has one."""
    entries = value["log"]["entries"]
    timed = [(timing, index) for index, timing in enumerate(map(timing_of, entries)) if timing is not None]
    if len(timed) < len(entries):
        return _entries(enumerate(entries), _har_entry)
    timed.sort(key=lambda pair: pair[0].start)
    items = _entries(((index, entries[index]) for _, index in timed), _har_entry)
    return mark_concurrent((timing, item) for (timing, _), item in zip(timed, items, strict=True))


def _har_entry(index: int, entry: JSON) -> Item:
    content: JSON = follow(entry, _HAR.response)
    if _is_broken_off(entry) or (content in (None, "") and _lacks_body(entry)):
        content = Unreadable("input/unreadable", "the body was not recorded, and is not checked", severity=Severity.NOTE)
    return exchange(
        index,
        follow(entry, ("request", "method")),
        follow(entry, _HAR.uri),
        follow(entry, ("response", "status")),
        request=(follow(entry, _HAR.request), False),
        response=(content, follow(entry, ("response", "content", "encoding")) == "base64"),
    )


def _is_broken_off(entry: JSON) -> bool:
    """Return whether the browser marked the response as incomplete: Chrome and Playwright have properties of their own for it."""
    return any(follow(entry, ("response", name)) for name in ("_error", "_failureText"))


def _lacks_body(entry: JSON) -> bool:
    """Return whether a response without text had a body that was not recorded, or may have had one: its size is unknown."""
    method, status = follow(entry, ("request", "method")), follow(entry, ("response", "status"))
    method = method.upper() if isinstance(method, str) else ""
    sizes = follow(entry, ("response", "content", "size")), follow(entry, ("response", "bodySize"))
    if method in {"HEAD", "OPTIONS"} or (isinstance(status, int) and (status // 100 in {1, 3} or status == _NO_CONTENT)):
        return False  # the response has no body; a size is that of another response
    if any(isinstance(size, int | float) and size > 0 for size in sizes):
        return True
    return not (isinstance(sizes[0], int | float) and sizes[0] >= 0) and method != "DELETE" and status != _ACCEPTED


_NO_CONTENT, _ACCEPTED = 204, 202
"""Statuses of responses without a body; this API sends none with 202."""


def _har_places(value: JSON) -> list[Places]:
    return [_places(("log", "entries", index), _HAR) for index in range(len(value["log"]["entries"]))]


CONTAINERS = (
    Container("VCR.py or go-vcr cassette", _is_cassette, _cassette, _cassette_places),
    Container("Azure SDK test-proxy recording", _is_test_proxy, _test_proxy, _test_proxy_places),
    Container("oav traffic pair", _is_traffic_pair, _traffic_pair, _traffic_pair_places),
    Container("HAR", _is_har, _har, _har_places),
    Container("x-ms-examples", published_examples.is_example, published_examples.read, published_examples.places),
    Container("Azure PowerShell recording", _is_powershell, _powershell, _powershell_places),
)
"""The kinds of recordings, in the order in which they are tried; each value is of one kind at most."""
