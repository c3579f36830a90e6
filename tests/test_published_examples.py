"""The one request of a published example is checked once, whatever responses there are, and in whatever order."""

from __future__ import annotations

import io
import json
from itertools import permutations

import pytest

from validator.checker.item import check_items
from validator.pointer import JSON
from validator.readers import reader
from validator.rules.example import RESPONSE

from .support.hostile import RECORDINGS

ERROR = {"body": {"error": {"code": "NotFound", "message": "There is no such fleet."}}}
RESPONSES: dict[str, JSON] = {"default": ERROR, "200": {"body": RESPONSE}, "201": {"body": RESPONSE}, "404": ERROR}
WRONG = {"properties": {"managedClusterUpdate": {"upgrade": {"type": "Full"}}}}


@pytest.mark.parametrize("order", list(permutations(RESPONSES)))
def test_the_request_and_the_parameters_are_checked_once(order: tuple[str, ...]) -> None:
    parameters = RECORDINGS["x-ms-examples"]["parameters"] | {"fleetName": "Prod", "api-version": "2031-01-01", "resource": WRONG}
    responses = {status: RESPONSES[status] for status in order}
    example = {"operationId": "UpdateRuns_CreateOrUpdate", "parameters": parameters, "responses": responses}
    results = check_items(reader.read(io.BufferedReader(io.BytesIO(json.dumps(example).encode()))))
    first = next(index for index, status in enumerate(order) if status != "default")
    findings = [(finding.entry, finding.side, finding.pointer, finding.rule) for _, found in results for finding in found]
    assert findings == [
        (first, "request", "/uri/fleetName", "schema/pattern"),
        (first, "request", "/uri/api-version", "api-version-unsupported"),
        (first, "request", "/properties/managedClusterUpdate/upgrade", "kubernetes-version-required"),
    ]
