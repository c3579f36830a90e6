"""Documents as files that our readers accept: JSON, JSON Lines, HAR 1.2 and cassettes of VCR.py."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from ..pointer import JSON
from .exchanges import Call, polling_calls

_BEGIN = datetime(2025, 4, 8, 9, tzinfo=UTC)
_HEADERS = {"content-type": "application/json; charset=utf-8"}


def encode(kind: str, form: str, documents: Iterable[Any], *, several: bool) -> Iterator[bytes]:
    """Yield the pieces of a file with documents of a kind, which in JSON are an array if there may be `several`."""
    if form == "json":
        yield from _array(documents) if several else (orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n" for document in documents)
    elif form == "jsonl":
        for document in documents:
            for record in document if kind == "history" else [document]:
                yield orjson.dumps(record) + b"\n"
    else:
        calls = [call for document in documents for call in (polling_calls(document) if kind == "history" else [document])]
        if form == "har":
            yield orjson.dumps(har(calls), option=orjson.OPT_INDENT_2) + b"\n"
        else:
            yield from _yaml(cassette(calls))


def _array(documents: Iterable[JSON]) -> Iterator[bytes]:
    lead = b"[\n"
    for document in documents:
        yield lead + orjson.dumps(document)
        lead = b",\n"
    yield b"\n]\n"


def _yaml(value: JSON) -> Iterator[bytes]:
    import yaml

    yield yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False, width=10**6).encode()


def har(calls: Iterable[Call]) -> JSON:
    """Return a HAR 1.2 of exchanges, a second apart."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "updaterun-validator", "version": "-"},
            "entries": [_entry(index, call) for index, call in enumerate(calls)],
        }
    }


def _entry(index: int, call: Call) -> JSON:
    sent, received = _text(call.request), _text(call.response)
    request: dict[str, JSON] = {
        "method": call.method,
        "url": call.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [],
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(urlsplit(call.url).query, keep_blank_values=True)],
        "headersSize": -1,
        "bodySize": len(sent or ""),
    }
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": sent}
    content: dict[str, JSON] = {"size": len(received or ""), "mimeType": "application/json"}
    return {
        "startedDateTime": (_BEGIN + timedelta(seconds=index)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "time": 1,
        "request": request,
        "response": {
            "status": call.status,
            "statusText": HTTPStatus(call.status).phrase,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in _HEADERS.items()],
            "content": content if received is None else content | {"text": received},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(received or ""),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }


def cassette(calls: Iterable[Call]) -> JSON:
    """Return a cassette of VCR.py with exchanges."""
    return {"interactions": [_interaction(call) for call in calls], "version": 1}


def _interaction(call: Call) -> JSON:
    return {
        "request": {"body": _text(call.request), "headers": _headers(), "method": call.method, "uri": call.url},
        "response": {
            "body": {"string": _text(call.response) or ""},
            "headers": _headers(),
            "status": {"code": call.status, "message": HTTPStatus(call.status).phrase},
        },
    }


def _headers() -> JSON:
    """Return a new object each time, as YAML would write the same one as an alias."""
    return {name: [value] for name, value in _HEADERS.items()}


def _text(body: JSON) -> str | None:
    """Return a body in ASCII, which all recorders and readers agree on; None if it is empty."""
    return None if body is None else json.dumps(body)
