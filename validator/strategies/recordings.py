"""Documents as files: JSON, JSON Lines, HAR 1.2 and cassettes of VCR.py, as our own readers take them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from ..pointer import JSON
from .exchanges import Call, call_of

FORMATS: dict[str, str] = {"json": ".json", "jsonl": ".jsonl", "har": ".har", "vcr": ".yaml"}
"""The formats of output, and how the name of a file in each ends."""

_FORMATS_OF = {"exchange": ("har", "vcr"), "history": ("json", "jsonl", "har", "vcr")}
_IN_ARRAYS = ("update-run", "request")
_BEGIN = datetime(2025, 4, 8, 9, tzinfo=UTC)
_HEADERS = {"content-type": "application/json; charset=utf-8"}


def formats_of(kind: str) -> tuple[str, ...]:
    """List the formats that documents of a kind are written in, the usual one first."""
    return _FORMATS_OF.get(kind, ("json", "jsonl"))


def holds_several(kind: str, form: str, *, checked: bool) -> bool:
    """Tell whether one file of a format can hold several documents of a kind, and be `checked` again where that is possible at all."""
    return form != "json" or kind in _IN_ARRAYS or not checked


def written(kind: str, form: str, made: Iterable[Any], *, several: bool) -> Iterator[bytes]:
    """Write documents of a kind as one file, piece by piece; without `several` it holds one alone."""
    if form == "json":
        yield from _array(made) if several else (orjson.dumps(one, option=orjson.OPT_INDENT_2) + b"\n" for one in made)
    elif form == "jsonl":
        for one in made:
            for record in one if kind == "history" else [one]:
                yield orjson.dumps(record) + b"\n"
    else:
        calls = [each for one in made for each in (map(call_of, one) if kind == "history" else [one])]
        if form == "har":
            yield orjson.dumps(har(calls), option=orjson.OPT_INDENT_2) + b"\n"
        else:
            yield from _yaml(cassette(calls))


def _array(made: Iterable[JSON]) -> Iterator[bytes]:
    lead = b"[\n"
    for one in made:
        yield lead + orjson.dumps(one)
        lead = b",\n"
    yield b"\n]\n"


def _yaml(value: JSON) -> Iterator[bytes]:
    import yaml

    yield yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False, width=10**6).encode()


def har(calls: Iterable[Call]) -> JSON:
    """Write exchanges as a HAR 1.2, a second apart."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "updaterun-validator", "version": "-"},
            "entries": [_entry(index, one) for index, one in enumerate(calls)],
        }
    }


def _entry(index: int, one: Call) -> JSON:
    sent, received = _text(one.request), _text(one.response)
    request: dict[str, JSON] = {
        "method": one.method,
        "url": one.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [],
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(urlsplit(one.url).query, keep_blank_values=True)],
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
            "status": one.status,
            "statusText": HTTPStatus(one.status).phrase,
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
    """Write exchanges as a cassette of VCR.py."""
    return {"interactions": [_interaction(one) for one in calls], "version": 1}


def _interaction(one: Call) -> JSON:
    return {
        "request": {"body": _text(one.request), "headers": _listed(), "method": one.method, "uri": one.url},
        "response": {
            "body": {"string": _text(one.response) or ""},
            "headers": _listed(),
            "status": {"code": one.status, "message": HTTPStatus(one.status).phrase},
        },
    }


def _listed() -> JSON:
    """Write the headers; anew each time, as YAML would write a second time as an alias."""
    return {name: [value] for name, value in _HEADERS.items()}


def _text(body: JSON) -> str | None:
    """Write a body in ASCII, which every recorder and every reader agrees about; None where it is empty."""
    return None if body is None else json.dumps(body)
