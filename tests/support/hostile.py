"""The hostile catalogue: the rows of `cases/hostile`, the inputs that they are made of, and a run of the command within limits.

The input of a row is text, or a list of parts that are put together: text as it is; `{"times": N, "of": PARTS}`;
`{"numbered": N, "of": PARTS}`, in which `#` is the number;
`{"hex": ...}`; `{"gzip": PARTS}`, `{"base64": PARTS}` and `{"quoted": PARTS}`, the last a JSON string; `{"run": {POINTER: PARTS}}`, a
clean run with JSON text put at places; and `{"in": CONTAINER, "body": PARTS}`, a recording with a response, a value that is
embedded or, with `"quoted": true`, a string. A row with `each` is one for every container that is listed there.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from validator.pointer import JSON
from validator.rules.example import EXCHANGE, RESPONSE, changed

ROOT = pathlib.Path(__file__).parent.parent.parent
CASES = ROOT / "tests" / "cases" / "hostile"
MEMORY = 300 * 2**20
LIMITS = {"RLIMIT_CPU": 20, "RLIMIT_AS": 4 * 2**30, "RLIMIT_CORE": 0}
"""Seconds of a processor, not of a clock: four times as many as an input may take on an idle machine, as the suite has no such machine.
The address space is no measure of memory, but keeps the machine alive."""

BODY = "@body@"
_PARAMETERS = {
    "subscriptionId": "01234567-89ab-cdef-0123-456789abcdef",
    "resourceGroupName": "fleets",
    "fleetName": "prod",
    "updateRunName": "spring",
    "api-version": "2025-03-01",
}
_REQUEST = {"method": "GET", "url": EXCHANGE["url"]}
RECORDINGS: dict[str, JSON] = {
    "vcr": {
        "interactions": [
            {"request": {"method": "GET", "uri": EXCHANGE["url"]}, "response": {"status": {"code": 200}, "body": {"string": BODY}}}
        ]
    },
    "go-vcr": {"interactions": [{"request": _REQUEST, "response": {"code": 200, "body": BODY}}]},
    "test-proxy": {"Entries": [{"RequestMethod": "GET", "RequestUri": EXCHANGE["url"], "StatusCode": 200, "ResponseBody": BODY}]},
    "powershell": {
        "a test": {"Request": {"Method": "GET", "RequestUri": EXCHANGE["url"]}, "Response": {"StatusCode": 200, "Content": BODY}}
    },
    "oav": {"liveRequest": _REQUEST, "liveResponse": {"statusCode": "200", "body": BODY}},
    "har": {"log": {"entries": [{"request": _REQUEST, "response": {"status": 200, "content": {"text": BODY}}}]}},
    "x-ms-examples": {"operationId": "UpdateRuns_Get", "parameters": _PARAMETERS, "responses": {"200": {"body": BODY}}},
    "wiremock": {"request": _REQUEST, "response": {"status": 200, "jsonBody": BODY}},
    "log": {"level": "info", "event": {"response": BODY}},
    "page": {"value": [BODY]},
    "array": [BODY, BODY],
}
"""A recording of each kind, with a body to come; and the lists that bodies come in."""


@dataclass(frozen=True, slots=True)
class Row:
    """A hostile input: what it is called, its file and bytes, and what must come of it: rules with what is said, one for all alike."""

    topic: str
    name: str
    file: str
    input: JSON
    found: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.topic}: {self.name}"

    def bytes(self) -> bytes:
        """Make the input."""
        return assembled(self.input)


def rows() -> Iterator[Row]:
    """Read the catalogue."""
    for path in sorted(CASES.glob("*.json")):
        for row in json.loads(path.read_bytes()):
            for container in row.get("each", [None]):
                name, content = row["name"], row["input"]
                if container is not None:
                    name, content = f"{name} in {container}", {"in": container, "body": content, "quoted": row.get("quoted", False)}
                yield Row(path.stem, name, row.get("file", "hostile"), content, tuple(row["found"]))


def assembled(parts: JSON) -> bytes:
    """Put an input together."""
    if isinstance(parts, str):
        return parts.encode()
    if isinstance(parts, list):
        return b"".join(map(assembled, parts))
    (form, given), *more = parts.items()
    options = dict(more)
    match form:
        case "times":
            return assembled(options["of"]) * int(given)
        case "numbered":
            return b"".join(assembled(options["of"]).replace(b"#", b"%06d" % number) for number in range(given))
        case "hex":
            return bytes.fromhex(given)
        case "gzip":
            return gzip.compress(assembled(given), 6, mtime=0)
        case "base64":
            return base64.b64encode(assembled(given))
        case "quoted":
            return json.dumps(assembled(given).decode()).encode()
        case "run":
            return _filled(
                changed(RESPONSE, put={at: f"@{at}@" for at in given}), {f"@{at}@": assembled(value) for at, value in given.items()}
            )
        case "in":
            body = assembled(options["body"])
            return _filled(RECORDINGS[given], {BODY: json.dumps(body.decode()).encode() if options.get("quoted") else body})
    raise LookupError(form)


def _filled(document: JSON, values: Mapping[str, bytes]) -> bytes:
    text = json.dumps(document).encode()
    for mark, value in values.items():
        text = text.replace(json.dumps(mark).encode(), value)
    return text


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a run of the command."""

    status: int
    stdout: bytes
    stderr: str
    memory: int


def run_limited(*arguments: str, cwd: pathlib.Path, limits: Mapping[str, int] | None = None, **options: Any) -> Ran:
    """Run the command as a process, within limits."""
    with tempfile.NamedTemporaryFile() as report:
        done = subprocess.run(
            [*limited_command(report.name, limits or {}), *arguments],
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            check=False,
            timeout=120,
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            **options,
        )
        reported = json.loads(report.read())
    return Ran(reported["status"], done.stdout or b"", done.stderr.decode(), reported["memory"])


def limited_command(report: str, limits: Mapping[str, int]) -> Sequence[str]:
    """Write the beginning of a command line that runs the command within limits."""
    launcher = [sys.executable, "-I", "-S", str(pathlib.Path(__file__).with_name("limited.py"))]
    return [*launcher, report, json.dumps(LIMITS | dict(limits)), sys.executable, "-m", "validator"]
