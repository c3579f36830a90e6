"""The library: check, check_exchange, assert_conforms and Finding."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given

from tests.documents import mutated
from validator import Exchange, Finding, Severity, assert_conforms, check, check_exchange
from validator.findings import JSON, show
from validator.rules import example

WRONG = example.changed(example.RESPONSE, put={"/properties/status/status/state": "running", "/eTag": "tag"})


def test_a_clean_document_conforms() -> None:
    assert_conforms(example.RESPONSE)
    assert_conforms(example.REQUEST, side="request")
    assert_conforms({"name": "a"}, definition="UpdateGroup")


def test_the_text_of_a_failed_assertion_reads_well() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_conforms(WRONG)
    states = "NotStarted, Running, Stopping, Stopped, Skipped, Failed, Pending or Completed"
    assert str(caught.value) == (
        "the document does not conform to the contract of 2025-03-01:\n"
        '  warning at /eTag: expected an entity tag with its quotation marks, found "tag" [etag-format]\n'
        f'  error at /properties/status/status/state: expected {states}, found "running", which differs from Running only in case'
        " [schema/enum]"
    )


def test_a_finding_is_a_frozen_hashable_value() -> None:
    first, second = check(WRONG)
    assert first == Finding(
        "etag-format",
        Severity.WARNING,
        'expected an entity tag with its quotation marks, found "tag"',
        "/eTag",
        side="response",
        cites="rest#UpdateRun",
    )
    assert len({first, second, *check(WRONG)}) == 2
    with pytest.raises(FrozenInstanceError):
        first.rule = "another"  # type: ignore[misc]


def test_a_definition_that_is_not_documented_is_a_lookup_error() -> None:
    with pytest.raises(LookupError, match="not a documented definition: UpdateRuns"):
        check({}, definition="UpdateRuns")


def test_a_page_and_an_array_are_checked_run_by_run() -> None:
    assert [finding.pointer for finding in check({"value": [example.RESPONSE, WRONG]})][-1] == "/value/1/properties/status/status/state"
    assert [finding.pointer for finding in check([WRONG])][-1] == "/0/properties/status/status/state"


def test_an_item_of_a_list_that_is_no_object_is_an_error() -> None:
    assert [(finding.rule, finding.pointer) for finding in check([example.RESPONSE, 5])] == [("schema/type", "/1")]


def test_an_error_response_is_checked_as_one() -> None:
    assert check({"error": {"code": "a", "message": "b", "details": [{"details": []}]}}) == []
    assert [finding.rule for finding in check({"error": {"code": 5}})] == ["schema/type"]


def test_an_exchange_is_checked_with_its_url_its_request_and_its_response() -> None:
    url = example.EXCHANGE["url"].replace("/fleets/prod", "/fleets/Prod").replace("2025-03-01", "")
    found = check_exchange(Exchange.of("PUT", url, 200, request=example.RESPONSE, response=WRONG))
    assert [(finding.side, finding.rule, finding.pointer) for finding in found] == [
        ("request", "schema/minLength", "/uri/api-version"),
        ("request", "schema/pattern", "/uri/fleetName"),
        ("request", "read-only-in-request", "/id"),
        ("request", "read-only-in-request", "/type"),
        ("request", "read-only-in-request", "/eTag"),
        ("request", "read-only-in-request", "/systemData"),
        ("request", "read-only-in-request", "/properties/provisioningState"),
        ("request", "read-only-in-request", "/properties/status"),
        ("response", "etag-format", "/eTag"),
        ("response", "schema/enum", "/properties/status/status/state"),
    ]


def test_what_is_no_exchange_is_a_type_error() -> None:
    with pytest.raises(TypeError, match=re.escape("expected an Exchange, such as Exchange.of makes, found dict")):
        check_exchange({})  # type: ignore[arg-type] # as whoever has no type checker may


def test_an_exchange_about_something_else_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="expected the URL of a fleet's update run"):
        Exchange.of("GET", "https://management.azure.com/subscriptions/s", 200)


@given(document=mutated())
def test_a_check_does_not_change_its_document(document: JSON) -> None:
    before = deepcopy(document)
    check(document)
    assert document == before


@given(document=mutated())
def test_a_check_gives_the_same_findings_every_time(document: JSON) -> None:
    assert check(document) == check(deepcopy(document))


@pytest.mark.parametrize("document", [{}, {"name": "a"}, {"state": "Running"}])
def test_an_object_that_has_nothing_of_a_run_is_no_request_that_conforms(document: JSON) -> None:
    (found,) = check(document)
    assert (found.rule, found.pointer) == ("input/unrecognised", "")
    with pytest.raises(AssertionError, match="expected an update run, a list of them or an error response"):
        assert_conforms(document)


@pytest.mark.parametrize("document", [{"properties": {}}, {"id": 1}, {"eTag": '"a"'}])
def test_an_object_that_has_something_of_a_run_is_checked_as_one(document: JSON) -> None:
    assert "input/unrecognised" not in {found.rule for found in check(document)}
    assert check({}, side="request") == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://example.com/runs?code=a-key", '"https://example.com/runs?…"'),
        ("https://example.com/runs?api-version=2025-03-01", '"https://example.com/runs?api-version=2025-03-01"'),
        ("2025-03-01;sig=a-key", "a string of 20 characters that looks like a secret"),
        ("is it so?yes", '"is it so?yes"'),
    ],
)
def test_a_query_is_not_shown(text: str, shown: str) -> None:
    assert show(text) == shown
