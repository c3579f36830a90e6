"""One session of requests, written as each container that a recorder writes; and runs as the az CLI shows them."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any, TypeAlias

import yaml

from validator.pointer import JSON
from validator.rules import example

HOST = "https://management.azure.com"


FLEET = example.EXCHANGE["url"].partition("/updateRuns")[0]


QUERY = "?api-version=2025-03-01"


Message: TypeAlias = tuple[str, str, int, JSON, JSON]
"""Method, URL, status, request and response."""


SESSION: list[Message] = [
    ("PUT", f"{FLEET}/updateRuns/spring{QUERY}", 201, example.REQUEST, example.RESPONSE),
    ("GET", f"{FLEET}/members/a{QUERY}", 200, None, {"id": "/x"}),
    ("GET", f"{FLEET}/updateRuns/spring{QUERY}", 200, None, example.RESPONSE),
    ("POST", f"{FLEET}/updateRuns/spring/start{QUERY}", 202, None, None),
    ("GET", f"{FLEET}/updateRuns{QUERY}", 200, None, {"value": [example.RESPONSE]}),
    ("GET", f"{FLEET}/updateRuns/spring/gates/g{QUERY}", 200, None, {"id": "/y"}),
    ("DELETE", f"{FLEET}/updateRuns/spring{QUERY}", 200, None, None),
    ("GET", f"{FLEET}/updateRuns/spring{QUERY}", 404, None, {"error": {"code": "NotFound", "message": "ö"}}),
]


def body_text(body: JSON) -> str | None:
    return None if body is None else json.dumps(body, ensure_ascii=False)


def in_base64(written: str) -> str:
    """Encode a string in base64 whose beginning does not show that it is JSON."""
    return base64.b64encode(f" {written}".encode()).decode()


def vcr(*, body: Callable[[JSON], Any] = body_text) -> JSON:
    return {
        "version": 1,
        "interactions": [
            {
                "request": {"method": method, "uri": url, "body": body(sent), "headers": {"Authorization": ["Bearer no"]}},
                "response": {"status": {"code": status, "message": "-"}, "headers": {}, "body": {"string": body(received)}},
            }
            for method, url, status, sent, received in SESSION
        ],
    }


def go_vcr(version: int) -> JSON:
    return {
        "version": version,
        "interactions": [
            {
                "request": {"method": method, "url": url, "body": body_text(sent) or ""},
                "response": {"code": status, "status": "-", "body": body_text(received) or "", "duration": "1s"},
            }
            for method, url, status, sent, received in SESSION
        ],
    }


def proxy() -> JSON:
    entries = [
        {"RequestMethod": m, "RequestUri": u, "StatusCode": s, "RequestBody": a, "ResponseBody": b, "ResponseHeaders": {}}
        for m, u, s, a, b in SESSION
    ]
    return {"Entries": entries, "Variables": {}}


def proxy_of_texts() -> JSON:
    kinds = ("RequestBody", "ResponseBody")
    return {"Entries": [entry | {kind: body_text(entry[kind]) for kind in kinds} for entry in proxy()["Entries"]]}


def powershell(*, encoded: bool) -> JSON:
    def content(body: JSON) -> str | None:
        written = body_text(body)
        return in_base64(written) if encoded and written else written

    return {
        f"test+{index}": {
            "Request": {"Method": m, "RequestUri": u, "Content": content(a), "isContentBase64": encoded},
            "Response": {"StatusCode": s, "Content": content(b), "isContentBase64": encoded},
        }
        for index, (m, u, s, a, b) in enumerate(SESSION)
    }


def har(*, encoded: bool) -> JSON:
    def content(body: JSON) -> dict[str, Any]:
        written = body_text(body) or ""
        if encoded:
            return {"text": in_base64(written), "encoding": "base64", "size": len(written)}
        return {"text": written, "size": len(written)}

    entries = [
        {
            "startedDateTime": f"2025-04-08T09:30:0{index}.000Z",
            "request": {"method": m, "url": u} | ({} if a is None else {"postData": {"text": body_text(a)}}),
            "response": {"status": s, "content": content(b)},
        }
        for index, (m, u, s, a, b) in enumerate(SESSION)
    ]
    return {"log": {"version": "1.2", "entries": entries}}


def polly() -> JSON:
    """Write a HAR as Polly.js does: compressed bodies are chunks in base64."""
    recording = har(encoded=False)
    for entry in recording["log"]["entries"]:
        content = entry["response"]["content"]
        data = gzip.compress(content["text"].encode()) if content["text"] else b""
        if data:
            chunks = [base64.b64encode(chunk).decode() for chunk in (data[:7], data[7:])]
            content |= {"text": json.dumps(chunks), "encoding": "base64", "_isBinary": True}
    return recording


def http_interactions(*, body: str) -> JSON:
    """Write a cassette as Ruby's VCR does, with `string`, or as betamax does with compressed bodies, with `base64_string`."""
    entries = vcr(body=body_text if body == "string" else packed)["interactions"]
    for entry in entries:
        entry["request"] |= {"body": {"encoding": "UTF-8", "string": entry["request"]["body"] or ""}}
        entry["response"]["body"] = {"encoding": "UTF-8", body: entry["response"]["body"]["string"] or ""}
    return {"http_interactions": entries, "recorded_with": "x"}


def packed(body: JSON) -> str | None:
    return None if body is None else base64.b64encode(gzip.compress(json.dumps(body).encode(), mtime=0)).decode()


def wiremock() -> JSON:
    mappings: list[JSON] = []
    for method, url, status, sent, received in SESSION:
        path, _, query = url.removeprefix(HOST).partition("?api-version=")
        request: JSON = {"method": method, "urlPath": path, "queryParameters": {"api-version": {"equalTo": query}}}
        request |= {} if sent is None else {"bodyPatterns": [{"equalToJson": sent}]}
        mappings.append({"request": request, "response": {"status": status} | ({} if received is None else {"jsonBody": received})})
    return {"mappings": mappings}


def pact() -> JSON:
    interactions: list[JSON] = []
    for method, url, status, sent, received in SESSION:
        path, _, query = url.removeprefix(HOST).partition("?")
        request: JSON = {"method": method, "path": path, "query": query} | ({} if sent is None else {"body": sent})
        interactions.append({"request": request, "response": {"status": status} | ({} if received is None else {"body": received})})
    return {"consumer": {"name": "a"}, "interactions": interactions}


def pact_4() -> JSON:
    recording = pact()
    for interaction in recording["interactions"]:
        for half in ("request", "response"):
            message = interaction[half]
            if "body" in message:
                message["body"] = {"content": message["body"], "contentType": "application/json", "encoded": False}
        interaction["request"]["query"] = {"api-version": ["2025-03-01"]}
    return recording


def lines_of_text() -> JSON:
    """Write a recording as newer test proxies do: a body that is text is an array of its lines."""
    recording = proxy()
    for entry in recording["Entries"]:
        for kind in ("RequestBody", "ResponseBody"):
            entry[kind] = None if entry[kind] is None else json.dumps(entry[kind], indent=1).splitlines(keepends=True)
    return recording


def as_yaml(value: JSON) -> bytes:
    return yaml.dump(value, Dumper=yaml.CSafeDumper, allow_unicode=True).encode()


def as_json(value: JSON) -> bytes:
    return json.dumps(value, indent=1).encode()


def zipped(body: JSON) -> bytes | None:
    return None if body is None else gzip.compress(json.dumps(body).encode(), mtime=0)


def marked(body: JSON) -> str | None:
    return None if body is None else "\ufeff" + json.dumps(body)


def plain_bytes(body: JSON) -> bytes | None:
    return None if body is None else json.dumps(body).encode()


def deflated(body: JSON) -> bytes | None:
    return None if body is None else zlib.compress(json.dumps(body).encode(), level=1)


def streamed(entry: JSON) -> JSON:
    """Write the body of a request as VCR.py does what was sent as a stream."""
    return entry | {"request": entry["request"] | {"body": _Stream(entry["request"]["body"])}}


class _Stream:
    def __init__(self, data: bytes | None) -> None:
        self.data = data


class _Dumper(yaml.SafeDumper):
    pass


def _of_stream(dumper: _Dumper, stream: _Stream) -> yaml.Node:
    state = yaml.SequenceNode(f"{TAG}python/tuple", [dumper.represent_data(part) for part in (stream.data or b"", 0, None)])
    return yaml.MappingNode(f"{TAG}python/object/new:_io.BytesIO", [(dumper.represent_data("state"), state)])


TAG = "tag:yaml.org,2002:"


_Dumper.add_representer(_Stream, _of_stream)


def of_httpx() -> JSON:
    """Write a cassette as VCR.py 4 and 5 do for httpx."""
    entries = vcr()["interactions"]
    for entry in entries:
        answer: JSON = entry["response"]
        entry["response"] = {"content": answer["body"]["string"] or "", "http_version": "HTTP/1.1", "status_code": answer["status"]["code"]}
    return {"version": 1, "interactions": entries}


def untold(body: JSON) -> str | None:
    return None if body is None else base64.b64encode(json.dumps(body).encode()).decode()


SESSIONS: dict[str, bytes] = {
    "VCR.py, YAML": as_yaml(vcr()),
    "VCR.py, JSON": as_json(vcr()),
    "VCR.py, !!binary": as_yaml(vcr(body=plain_bytes)),
    "VCR.py, !!binary gzip": as_yaml(vcr(body=zipped)),
    "VCR.py, !!binary deflate": as_yaml(vcr(body=deflated)),
    "VCR.py, requests sent as streams": yaml.dump(
        {"interactions": [streamed(entry) for entry in vcr(body=plain_bytes)["interactions"]]}, Dumper=_Dumper
    ).encode(),
    "VCR.py 5, httpx": as_yaml(of_httpx()),
    "VCR.py, base64": as_yaml(vcr(body=untold)),
    "VCR.py, bodies with a byte order mark": as_yaml(vcr(body=marked)),
    "VCR.py, CRLF": as_yaml(vcr()).replace(b"\n", b"\r\n"),
    "VCR.py, gzip-compressed": gzip.compress(as_yaml(vcr())),
    "go-vcr 1": as_yaml(go_vcr(1)),
    "go-vcr 2": b"---\n" + as_yaml(go_vcr(2)),
    "test proxy": as_json(proxy()),
    "test proxy, bodies as text": as_json(proxy_of_texts()),
    "PowerShell": as_json(powershell(encoded=False)),
    "PowerShell, base64": as_json(powershell(encoded=True)),
    "HAR": as_json(har(encoded=False)),
    "HAR, base64": as_json(har(encoded=True)),
    "HAR of Polly.js": as_json(polly()),
    "test proxy, bodies as lines": as_json(lines_of_text()),
    "Ruby VCR": as_yaml(http_interactions(body="string")),
    "betamax": as_json(http_interactions(body="base64_string")),
    "WireMock": as_json(wiremock()),
    "Pact": as_json(pact()),
    "Pact 4": as_json(pact_4()),
}


def flattened(run: JSON) -> JSON:
    top = {name: value for name, value in run.items() if name != "properties"}
    return top | run["properties"] | {"resourceGroup": "fleets", "autoUpgradeProfileId": None, "updateStrategyId": None}


def kept_nested(run: JSON) -> JSON:
    return run | {"resourceGroup": "fleets", "properties": run["properties"] | {"updateStrategyId": None}}
