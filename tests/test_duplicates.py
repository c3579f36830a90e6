"""A repeated key counts where update runs are, with the entry, the side and the pointer that any finding there has."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterator

import pytest

from validator.checker.item import check_items
from validator.pointer import JSON
from validator.readers import reader
from validator.rules.example import EXCHANGE, RESPONSE

from .support.hostile import BODY, RECORDINGS

OTHER = "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d"


def repeated(data: bytes, besides: Collection[str] = ()) -> list[tuple[int | None, str, str]]:
    """Return the entry, the side and the pointer of each finding about a repeated key; there are no others, except of `besides`."""
    findings = [finding for _, found in check_items(reader.read(io.BufferedReader(io.BytesIO(data)))) for finding in found]
    assert {finding.rule for finding in findings} <= {"input/duplicate-key", *besides}
    return [(finding.entry, finding.side, finding.pointer) for finding in findings if finding.rule == "input/duplicate-key"]


def twice(value: JSON, key: str) -> str:
    """Return JSON text in which the first member with a key is repeated, with its value."""
    text = json.dumps(value)
    at = text.index(f'"{key}": ')
    _, end = json.JSONDecoder().raw_decode(text, at + len(f'"{key}": '))
    return f"{text[:end]}, {text[at:]}"


@pytest.mark.parametrize("name", sorted(RECORDINGS.keys() - {"page", "array", "log"}))
@pytest.mark.parametrize("is_string", [False, True])
def test_in_a_body_it_is_at_its_place_in_the_body(name: str, is_string: bool) -> None:
    body = twice(RESPONSE, "createdBy")
    data = json.dumps(RECORDINGS[name]).replace(json.dumps(BODY), json.dumps(body) if is_string else body)
    assert repeated(data.encode()) == [(0, "response", "/systemData/createdBy")]


def test_in_the_request_of_a_published_example_it_is_reported_once() -> None:
    parameters = RECORDINGS["x-ms-examples"]["parameters"] | {"resource": {"properties": {"managedClusterUpdate": {"upgrade": BODY}}}}
    responses: JSON = {"default": {}, "202": {}, "204": {}}
    example = {"operationId": "UpdateRuns_CreateOrUpdate", "parameters": parameters, "responses": responses}
    data = json.dumps(example).replace(json.dumps(BODY), '{"type": "NodeImageOnly", "type": "NodeImageOnly"}')
    assert repeated(data.encode(), besides={"status-undocumented"}) == [(1, "request", "/properties/managedClusterUpdate/upgrade/type")]


def recording_of(**changes: JSON) -> JSON:
    entry = {"RequestMethod": "GET", "RequestUri": EXCHANGE["url"], "StatusCode": 200, "ResponseBody": RESPONSE}
    return {"Entries": [entry | changes]}


def wrappers() -> Iterator[tuple[str, list[tuple[int | None, str, str]]]]:
    yield twice(recording_of(RequestHeaders={"a": 1}), "a"), []
    yield twice(recording_of(RequestUri=OTHER, ResponseBody={"a": 1}), "a"), []
    yield twice(recording_of(RequestUri=OTHER, ResponseBody=None), "StatusCode"), []
    yield twice(recording_of(), "StatusCode"), [(None, "document", "/Entries/0/StatusCode")]
    yield twice(recording_of(), "ResponseBody"), [(None, "document", "/Entries/0/ResponseBody")]
    yield twice(recording_of(), "Entries"), [(None, "document", "/Entries")]
    responses = {"200": {"body": RESPONSE}, "404": {"body": {"error": {"code": "a", "message": "b"}}}}
    yield twice(RECORDINGS["x-ms-examples"] | {"responses": responses}, "fleetName"), [(None, "document", "/parameters/fleetName")]


@pytest.mark.parametrize("data, expected", list(wrappers()))
def test_outside_a_body_it_counts_where_a_part_of_an_exchange_about_a_run_may_be_lost(
    data: str, expected: list[tuple[int | None, str, str]]
) -> None:
    assert repeated(data.encode()) == expected
