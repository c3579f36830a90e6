"""The recordings that exchanges come in, told apart by their shape: one row of CONTAINERS each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ..contract.formats import date_time
from ..findings import Severity
from ..pointer import JSON, Path, follow
from . import recognition
from .bounds import excess
from .items import Body, Exchange, Item, Operation, Places, Unreadable, Unrelated
from .payloads import exchange, of_parts


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of recording: what it is called, how its value is recognised, what it holds, and where an entry's parts stand in it."""

    name: str
    recognises: Callable[[JSON], bool]
    read: Callable[[JSON], Iterator[Item]]
    places: Callable[[JSON], Callable[[int], Places]]


def _places(entry: Path, uri: Path, request: Path, response: Path) -> Places:
    """Tell where the parts of an entry stand, each given from the entry on."""
    return Places(entry, entry + uri, entry + request, entry + response)


def _entries(numbered: Iterable[tuple[int, JSON]], read: Callable[[int, JSON], Item]) -> Iterator[Item]:
    for index, entry in numbered:
        if isinstance(entry, dict):
            yield read(index, entry)
        else:
            yield Unreadable("input/unreadable", "the entry is not an object", index, relevant=False)


def _some(entries: JSON, *paths: Path) -> bool:
    """Tell whether any entry of a list has its URL where a kind of recording has it."""
    return isinstance(entries, list) and any(isinstance(follow(entry, path), str | bytes) for entry in entries for path in paths)


def _is_cassette(value: JSON) -> bool:
    return _some(follow(value, ("interactions",)), ("request", "uri"), ("request", "url"))


def _cassette(value: JSON) -> Iterator[Item]:
    """Read a cassette of VCR.py, where the URL is the `uri`, or of go-vcr, where it is the `url`."""
    return _entries(enumerate(value["interactions"]), _interaction)


def _interaction(index: int, entry: JSON) -> Item:
    request, response = follow(entry, ("request",)), follow(entry, ("response",))
    uri = follow(request, ("uri",))
    status = follow(response, ("code",)) if uri is None else follow(response, ("status", "code"))
    return exchange(
        index,
        follow(request, ("method",)),
        follow(request, ("url",)) if uri is None else uri,
        follow(response, ("status_code",)) if status is None else status,
        request=_vcr_body(follow(request, ("body",))),
        response=_vcr_body(follow(response, (_answer(response),))),
    )


def _answer(response: JSON) -> str:
    """Tell where the body of a response is; VCR.py 4 and 5 have another place for those of httpx."""
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
    """Tell whether a body was sent as a stream, which Python's pickling gives as its bytes, the place in them and attributes."""
    state = body.get("state") if isinstance(body, dict) and len(body) == 1 else None
    return isinstance(state, list) and len(state) == _PICKLED and isinstance(state[0], bytes)


_PICKLED = 3


def _cassette_places(value: JSON) -> Callable[[int], Places]:
    def places(index: int) -> Places:
        entry = value["interactions"][index]
        uri = "url" if follow(entry, ("request", "uri")) is None else "uri"
        request, answer = ("request", "body"), ("response", _answer(follow(entry, ("response",))))
        return _places(
            ("interactions", index), ("request", uri), _held(request, follow(entry, request)), _held(answer, follow(entry, answer))
        )

    return places


def _held(way: tuple[str, str], body: JSON) -> Path:
    for name in ("base64_string", "string"):
        if isinstance(body, dict) and name in body and _vcr_body(body)[0] is body[name]:
            return *way, name
    return (*way, "state", 0) if _is_stream(body) else way


def _is_test_proxy(value: JSON) -> bool:
    return _some(follow(value, ("Entries",)), ("RequestUri",))


def _test_proxy(value: JSON) -> Iterator[Item]:
    """Read a recording of the Azure SDK's test proxy, whose sanitizers put `Sanitized` for what they hide."""
    return _entries(
        enumerate(value["Entries"]),
        lambda index, entry: exchange(
            index,
            follow(entry, ("RequestMethod",)),
            follow(entry, ("RequestUri",)),
            follow(entry, ("StatusCode",)),
            request=(follow(entry, ("RequestBody",)), False),
            response=(follow(entry, ("ResponseBody",)), False),
            placeholder="Sanitized",
        ),
    )


def _test_proxy_places(_: JSON) -> Callable[[int], Places]:
    return lambda index: _places(("Entries", index), ("RequestUri",), ("RequestBody",), ("ResponseBody",))


def _is_powershell(value: JSON) -> bool:
    return isinstance(value, dict) and _some(list(value.values()), ("Request", "RequestUri"))


def _powershell(value: JSON) -> Iterator[Item]:
    """Read a recording of Azure PowerShell: a mapping whose keys are the names of tests."""
    return _entries(
        enumerate(value.values()),
        lambda index, entry: exchange(
            index,
            follow(entry, ("Request", "Method")),
            follow(entry, ("Request", "RequestUri")),
            follow(entry, ("Response", "StatusCode")),
            request=(follow(entry, ("Request", "Content")), follow(entry, ("Request", "isContentBase64")) is True),
            response=(follow(entry, ("Response", "Content")), follow(entry, ("Response", "isContentBase64")) is True),
        ),
    )


def _powershell_places(value: JSON) -> Callable[[int], Places]:
    names = list(value)
    return lambda index: _places((names[index],), ("Request", "RequestUri"), ("Request", "Content"), ("Response", "Content"))


def _is_traffic_pair(value: JSON) -> bool:
    return isinstance(follow(value, ("liveRequest",)), dict) and isinstance(follow(value, ("liveResponse",)), dict)


def _traffic_pair(value: JSON) -> Iterator[Item]:
    """Read a traffic pair of oav; its URL may lack the query, which then stands beside it."""
    url, query = follow(value, ("liveRequest", "url")), follow(value, ("liveRequest", "query"))
    named = {key.lower(): text for key, text in query.items() if isinstance(text, str)} if isinstance(query, dict) else {}
    version = named.get("api-version")
    if isinstance(url, str) and "api-version=" not in url.lower() and version is not None:
        url = f"{url}{'&' if '?' in url else '?'}api-version={version}"
    yield exchange(
        0,
        follow(value, ("liveRequest", "method")),
        url,
        follow(value, ("liveResponse", "statusCode")),
        request=(follow(value, ("liveRequest", "body")), False),
        response=(follow(value, ("liveResponse", "body")), False),
    )


def _traffic_pair_places(_: JSON) -> Callable[[int], Places]:
    return lambda _: _places((), ("liveRequest", "url"), ("liveRequest", "body"), ("liveResponse", "body"))


def _is_har(value: JSON) -> bool:
    return _some(follow(value, ("log", "entries")), ("request", "url"))


def _har(value: JSON) -> Iterator[Item]:
    """Read a HAR 1.2, of browsers and proxies, in the order of its times where every entry has one."""
    entries = value["log"]["entries"]
    times = [_started(entry) for entry in entries]
    if None in times:
        return _entries(enumerate(entries), _har_entry)
    order = sorted(range(len(entries)), key=lambda index: times[index] or 0)
    items = _entries(((index, entries[index]) for index in order), _har_entry)
    return _in_turn((times[index] or 0, _took(entries[index]), item) for index, item in zip(order, items, strict=True))


def _started(entry: JSON) -> int | None:
    started = follow(entry, ("startedDateTime",))
    return date_time(started) if isinstance(started, str) else None


def _took(entry: JSON) -> int:
    """Give how long an exchange took, in nanoseconds; 0 where nobody knows."""
    milliseconds = follow(entry, ("time",))
    return round(milliseconds * 10**6) if isinstance(milliseconds, int | float) and 0 < milliseconds < _LONGEST else 0


_LONGEST = 10**9
"""Milliseconds that a request may take, eleven days; what is longer is no time."""


def _in_turn(timed: Iterable[tuple[int, int, Item]]) -> Iterator[Item]:
    """Mark what was read while another answer about the same run was under way."""
    fleets: dict[str, dict[str | None, int]] = {}
    for start, took, item in timed:
        if not isinstance(item, Exchange) or not isinstance(item.response, Body):
            yield item
            continue
        fleet, _, run = item.identity.lower().rpartition("/")
        until = fleets.setdefault(fleet, {})  # by runs; "" stands for a list of all, and None for whatever there is
        if item.operation == "list":
            run, under_way = "", until.get(None, start)
        else:
            under_way = max(until.get(run, start), until.get("", start))
        if start < under_way and item.operation in {"get", "list"}:
            yield replace(item, concurrent=True)
        else:
            until |= {key: max(until.get(key, 0), start + took) for key in (run, None)}
            yield item


def _har_entry(index: int, entry: JSON) -> Item:
    content = follow(entry, ("response", "content"))
    text = follow(content, ("text",))
    if _is_broken_off(entry) or (text in (None, "") and _is_unrecorded(entry)):
        text = Unreadable("input/unreadable", "the body was not recorded, and is not checked", severity=Severity.NOTE)
    return exchange(
        index,
        follow(entry, ("request", "method")),
        follow(entry, ("request", "url")),
        follow(entry, ("response", "status")),
        request=(follow(entry, ("request", "postData", "text")), False),
        response=(text, follow(content, ("encoding",)) == "base64"),
    )


def _is_broken_off(entry: JSON) -> bool:
    """Tell whether a browser says that the response did not come whole: Chrome and Playwright have words of their own for it."""
    return any(follow(entry, ("response", mark)) for mark in ("_error", "_failureText"))


def _is_unrecorded(entry: JSON) -> bool:
    """Tell whether a response without text has a body nevertheless, or may have one, as nobody knows the size, which is -1 then."""
    method, status = follow(entry, ("request", "method")), follow(entry, ("response", "status"))
    method = method.upper() if isinstance(method, str) else ""
    sizes = follow(entry, ("response", "content", "size")), follow(entry, ("response", "bodySize"))
    if method in {"HEAD", "OPTIONS"} or (isinstance(status, int) and (status // 100 in {1, 3} or status == _NO_CONTENT)):
        return False  # a size is that of a body which is elsewhere
    if any(isinstance(size, int | float) and size > 0 for size in sizes):
        return True
    return not (isinstance(sizes[0], int | float) and sizes[0] >= 0) and method != "DELETE" and status != _ACCEPTED


_NO_CONTENT, _ACCEPTED = 204, 202
"""Statuses of answers that come without a body; 202 does so here."""


def _har_places(_: JSON) -> Callable[[int], Places]:
    request, response = ("request", "postData", "text"), ("response", "content", "text")
    return lambda index: _places(("log", "entries", index), ("request", "url"), request, response)


_OPERATIONS: dict[str, Operation] = {
    "get": "get",
    "createorupdate": "put",
    "delete": "delete",
    "listbyfleet": "list",
    "start": "start",
    "stop": "stop",
    "skip": "skip",
}


def _is_example(value: JSON) -> bool:
    return isinstance(follow(value, ("parameters",)), dict) and isinstance(follow(value, ("responses",)), dict)


def _example(value: JSON) -> Iterator[Item]:
    """Read a published example (x-ms-examples): one request, and a response for each status.

    An example has no URL; its operation says what it is about, and where it has none its bodies do. Other services
    have update runs too, which are not a fleet's.
    """
    parameters, responses = value["parameters"], value["responses"]
    identity = value.get("operationId")
    group, _, name = (identity if isinstance(identity, str) else "").rpartition("_")
    kinds = {recognition.kind(follow(response, ("body",))) for response in responses.values()}
    operation: Operation | None = None
    if group.lower() == "updateruns" and ("fleetName" in parameters or not kinds.isdisjoint({"run", "page"})):
        operation = _OPERATIONS.get(name.lower())
    elif not group and not kinds.isdisjoint({"page", "array"}):
        operation = "list"
    elif not group and "run" in kinds:
        operation = "get" if recognition.kind(_sent(parameters)) is None else "put"
    named = {key: _shallow(parameters[key]) for key in _PARAMETERS if key in parameters}
    for index, (status, response) in enumerate(responses.items()):
        if operation is None or not status.isdecimal():
            yield Unrelated(index)
        else:
            # The request is the same for every status; it is judged once.
            sent = _sent(parameters) if operation == "put" and index == 0 else None
            made = of_parts(index, operation, named, status, request=(sent, False), response=(follow(response, ("body",)), False))
            yield replace(made, alternative=True) if isinstance(made, Exchange) else made


_PARAMETERS = ("subscriptionId", "resourceGroupName", "fleetName", "updateRunName", "api-version")


def _shallow(parameter: JSON) -> JSON:
    """Empty a parameter that is nested too deep; the schemas reject every object and array, whatever it holds."""
    return parameter if excess(parameter) is None else type(parameter)()


def _sent(parameters: dict[str, JSON]) -> JSON:
    resource = parameters.get("resource")
    return parameters.get("body") if resource is None else resource


def _example_places(value: JSON) -> Callable[[int], Places]:
    sent = ("parameters", "body" if value["parameters"].get("resource") is None else "resource")
    answers: list[Path] = [("responses", status) for status in value["responses"]]
    return lambda index: Places(answers[index], ("parameters",), sent, (*answers[index], "body"))


CONTAINERS = (
    Container("VCR.py or go-vcr cassette", _is_cassette, _cassette, _cassette_places),
    Container("Azure SDK test-proxy recording", _is_test_proxy, _test_proxy, _test_proxy_places),
    Container("oav traffic pair", _is_traffic_pair, _traffic_pair, _traffic_pair_places),
    Container("HAR", _is_har, _har, _har_places),
    Container("x-ms-examples", _is_example, _example, _example_places),
    Container("Azure PowerShell recording", _is_powershell, _powershell, _powershell_places),
)
"""The containers of exchanges, in the order in which they are tried; no shape is another's."""
