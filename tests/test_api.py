"""The library: check, check_exchange, assert_conforms and Finding."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from copy import deepcopy
from dataclasses import FrozenInstanceError, replace
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given

from tests.support.documents import mutated
from validator import Exchange, Finding, RuleError, Severity, assert_conforms, check, check_exchange
from validator.contract.engines import ENGINES, EngineName
from validator.findings import BodySide
from validator.pointer import JSON
from validator.readers.items import Body, Unreadable
from validator.rules import example
from validator.run.identity import RUN_TYPE
from validator.wording import show

WRONG = example.changed(example.RESPONSE, put={"/properties/status/status/state": "running", "/eTag": "tag"})


def test_a_clean_document_conforms() -> None:
    assert_conforms(example.RESPONSE)
    assert_conforms(example.REQUEST, side="request")
    assert_conforms({"name": "a"}, definition="UpdateGroup")
    assert_conforms({"name": "a", "groups": [{"name": "b"}]}, definition="UpdateStage")
    assert_conforms({}, definition="systemData")


def test_a_response_is_no_request_that_conforms() -> None:
    with pytest.raises(AssertionError, match="read-only"):
        assert_conforms(example.RESPONSE, side="request")


def test_the_text_of_a_failed_assertion_reads_well() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_conforms(WRONG)
    states = "NotStarted, Running, Stopping, Stopped, Skipped, Failed, Pending or Completed"
    assert str(caught.value) == (
        "the document does not conform to the contract of 2025-03-01:\n"
        '  warning etag-format response /eTag: expected an entity tag with its quotation marks, found "tag"\n'
        f'  error schema/enum response /properties/status/status/state: expected {states}, found "running", which differs from'
        " Running only in case"
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
    with pytest.raises(LookupError, match=r"not a documented definition: UpdateRuns; did you mean UpdateRun\?"):
        check({}, definition="UpdateRuns")


def test_a_text_that_is_json_is_a_string_and_said_to_be_to_parse() -> None:
    for text in (json.dumps(example.RESPONSE), " [1]\n"):
        (finding,) = check(text)
        assert (finding.rule, finding.message.endswith("; pass a string through json.loads first")) == ("input/unrecognised", True)
    for text in ("{", '"text"', "5"):
        (finding,) = check(text)
        assert (finding.rule, "json.loads" in finding.message) == ("input/unrecognised", False)


def test_an_assertion_that_fails_shows_the_line_of_the_test() -> None:
    with pytest.raises(AssertionError) as failed:
        assert_conforms(WRONG)
    assert [entry.name for entry in failed.traceback if not entry.ishidden(failed)] == [failed.traceback[0].name]


def test_a_page_and_an_array_are_checked_run_by_run() -> None:
    assert [finding.pointer for finding in check({"value": [example.RESPONSE, WRONG]})][-1] == "/value/1/properties/status/status/state"
    assert [finding.pointer for finding in check([WRONG])][-1] == "/0/properties/status/status/state"


def test_another_resource_in_a_list_is_left_alone() -> None:
    other = {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.X/things/t", "name": "t", "type": "Microsoft.X/things"}
    assert check({"value": [other, example.RESPONSE]}) == check([other, example.RESPONSE]) == []


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


RUN = example.EXCHANGE["url"]
LIST = RUN.replace("/spring", "")
START = RUN.replace("/spring", "/spring/start")
NO_LIST = "expected a list of update runs, an object with an array in value, found an"
LACKS = "expected id, name and type in a response, found no"
NO_RUN = "expected an update run with status"
NO_ERROR = 'expected an error body {"error": {"code", "message"}}, found'
ANSWERS: list[tuple[str, str, int, JSON, list[str]]] = [
    ("GET", LIST, 200, {"value": []}, []),
    ("GET", LIST, 200, {"value": 5}, [f"{NO_LIST} object with 1 property"]),
    ("GET", LIST, 200, [example.RESPONSE], [f"{NO_LIST} array of 1 item"]),
    ("GET", LIST, 200, {"error": {"code": "a", "message": "b"}}, ["expected no error with status 200, found an error body"]),
    ("GET", LIST, 200, None, ["expected a list of update runs with status 200, found an empty body"]),
    ("GET", LIST, 199, {"value": 5}, []),
    ("GET", LIST, 201, {"value": 5}, [f"{NO_LIST} object with 1 property", "expected status 200 for list, found 201"]),
    ("GET", LIST, 400, {"value": 5}, [f"{NO_ERROR} no error"]),
    ("GET", RUN, 200, None, [f"{NO_RUN} 200, found an empty body"]),
    ("PUT", RUN, 201, None, [f"{NO_RUN} 201, found an empty body"]),
    ("PUT", RUN, 201, {"name": 5}, [f"{LACKS} id or type", "expected a string, found 5"]),
    ("PUT", RUN, 202, None, ["expected status 200 or 201 for put, found 202"]),
    ("POST", START, 200, None, [f"{NO_RUN} 200, found an empty body"]),
    ("POST", START, 202, None, []),
    ("DELETE", RUN, 200, None, []),
    ("DELETE", RUN, 200, {"a": 5}, []),
    ("GET", RUN, 399, None, []),
    ("GET", RUN, 399, {"error": 5}, []),
    ("GET", RUN, 400, None, [f"{NO_ERROR} an empty body"]),
    ("GET", RUN, 400, {"error": 5}, ["expected an object, found 5"]),
    ("GET", RUN, 400, {"a": 5}, [f"{NO_ERROR} no error"]),
]


@pytest.mark.parametrize("method, url, status, response, messages", ANSWERS)
def test_an_answer_is_judged_by_what_was_asked_for_and_by_its_status(
    method: str, url: str, status: int, response: JSON, messages: list[str]
) -> None:
    found = check_exchange(Exchange.of(method, url, status, response=response))
    assert [(finding.side, finding.message) for finding in found] == [("response", message) for message in messages]


@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize(
    "value, rule, pointer", [(float("nan"), "input/unreadable", "/a"), (json.loads("[" * 200 + "]" * 200), "input/too-deep", "")]
)
def test_a_body_that_cannot_be_checked_is_a_finding_of_its_side(side: str, value: JSON, rule: str, pointer: str) -> None:
    bodies = {"request": example.REQUEST, "response": example.RESPONSE} | {side: {"a": value}}
    assert [(f.side, f.rule, f.pointer) for f in check_exchange(Exchange.of("PUT", RUN, 200, **bodies))] == [(side, rule, pointer)]


@pytest.mark.parametrize("side, reported", [(None, "document"), ("request", "request"), ("response", "response")])
def test_a_document_that_cannot_be_checked_is_a_finding_of_the_side_that_was_asked_for(side: BodySide | None, reported: str) -> None:
    assert [(finding.side, finding.rule) for finding in check({"a": float("nan")}, side=side)] == [(reported, "input/unreadable")]


def test_a_url_that_lacks_parameters_has_a_finding_for_each() -> None:
    exchange = Exchange("get", {}, 200, None, Body(example.RESPONSE))
    lacking = ["fleetName", "resourceGroupName", "subscriptionId", "updateRunName"]
    assert [finding.message for finding in check_exchange(exchange)] == [
        "expected an api-version in the URL, found none",
        *(f"the URL requires {name}, which is missing" for name in lacking),
    ]


def test_an_id_without_a_resource_group_is_one_error() -> None:
    whole = example.RESPONSE["id"]
    broken = whole.replace("/resourceGroups/fleets", "")
    found = check_exchange(Exchange.of("GET", RUN, 200, response=example.RESPONSE | {"id": broken}))
    assert broken != whole
    assert [finding.rule for finding in found] == ["resource-id-mismatch"]


def test_a_parameter_that_is_hidden_hides_no_other() -> None:
    parameters = {"subscriptionId": "S", "resourceGroupName": "S", "fleetName": "S", "updateRunName": "A", "api-version": "2025-03-01"}
    found = check_exchange(Exchange("delete", parameters, 204, None, None, placeholder="S"))
    assert [(finding.rule, finding.pointer) for finding in found] == [("schema/pattern", "/uri/updateRunName")]


def test_the_name_of_a_run_is_no_slip_in_a_request_whose_url_is_not_known() -> None:
    request = example.REQUEST | {"name": "spring"}
    assert check(request, side="request") == check(request, side="request", definition="UpdateRun") == []


def test_a_side_or_an_engine_that_there_is_not_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="expected request or response for the side, found 'both'"):
        check({}, side="both")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected fast or reference for the engine, found 'quick'"):
        check({}, engine="quick")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected fast or reference for the engine, found 'quick'"):
        check_exchange(Exchange.of(**example.EXCHANGE), engine="quick")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=re.escape("expected request or response for the side, found []")):
        check({}, side=[])  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [400, 502])
def test_an_answer_that_is_no_json_is_one_finding(status: int) -> None:
    exchange = replace(Exchange.of("GET", RUN, status), response=Unreadable("input/unreadable", "not JSON"))
    assert [finding.rule for finding in check_exchange(exchange)] == ["error-envelope-missing"]


def test_a_body_that_is_sent_along_with_another_method_is_left_alone() -> None:
    assert check_exchange(Exchange.of("GET", RUN, 200, request={"a": 1}, response=example.RESPONSE)) == []


def test_a_rule_that_fails_is_named_with_its_file_where_that_is_known() -> None:
    failed = "the rule a-rule failed; this is a bug in updaterun-validator, not in the document"
    assert (str(RuleError("a-rule")), str(RuleError("a-rule", "a.json"))) == (failed, f"{failed}, met in a.json")


def test_what_is_no_exchange_is_a_type_error() -> None:
    with pytest.raises(TypeError, match=re.escape("expected an Exchange, such as Exchange.of makes, or a response, found dict")):
        check_exchange({})  # type: ignore[arg-type] # as one may without a type checker


@pytest.mark.parametrize("status", ["200", None, 200.0])
def test_a_status_that_is_no_integer_is_a_type_error(status: JSON) -> None:
    with pytest.raises(TypeError, match=f"expected an integer for the status, found {status!r}"):
        Exchange.of("GET", RUN, status)


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
    assert (found.rule, found.pointer, found.side) == ("input/unrecognised", "", "document")
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


def test_a_subscription_in_a_url_that_is_no_uuid_is_told_what_one_looks_like() -> None:
    url = example.EXCHANGE["url"].replace("/01234567-89ab-cdef-0123-456789abcdef/", "/mine/")
    (finding,) = check_exchange(Exchange.of("DELETE", url, 204))
    assert (finding.rule, finding.pointer, finding.side) == ("schema/format", "/uri/subscriptionId", "request")
    assert finding.message == 'expected a UUID, such as 01234567-89ab-cdef-0123-456789abcdef, found "mine"'


class Text(str):
    """A string of a subclass, as ruamel.yaml has them."""

    __slots__ = ()


class Kind(StrEnum):
    """A value that writes itself in another way."""

    RUN = RUN_TYPE

    def __str__(self) -> str:
        return "something else"


class Number(IntEnum):
    """A number with a name."""

    HOUR = 3600


def of_subclasses(value: JSON) -> JSON:
    """Return a value with its objects, arrays and strings as objects of subclasses."""
    if isinstance(value, dict):
        return OrderedDict((Text(key), of_subclasses(below)) for key, below in value.items())
    if isinstance(value, list):
        return UserArray(map(of_subclasses, value))
    return Text(value) if isinstance(value, str) else value


class UserArray(list[JSON]):
    """An array of a subclass."""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("document", [example.RESPONSE, WRONG, example.PAGE, example.HISTORY], ids=["clean", "wrong", "page", "history"])
def test_an_object_of_a_subclass_is_what_it_is(document: JSON, engine: EngineName) -> None:
    strange = of_subclasses(document)
    assert check(strange, engine=engine) == check(document, engine=engine)
    exchanges = [Exchange.of(Text("GET"), Text(RUN), 200, response=value) for value in (strange, document)]
    assert check_exchange(exchanges[0], engine=engine) == check_exchange(exchanges[1], engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_member_of_an_enum_is_its_value(engine: EngineName) -> None:
    put = {"/type": Kind.RUN, "/properties/strategy/stages/0/afterStageWaitInSeconds": Number.HOUR}
    assert check(example.changed(example.RESPONSE, put=put), engine=engine) == []


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((None, RUN, 200), "expected a string for the method, found None"),
        (("GET", None, 200), "expected a string for the URL, found None"),
        (("GET", RUN, "200"), "expected an integer for the status, found '200'"),
    ],
)
def test_an_exchange_of_other_types_is_a_type_error(arguments: tuple[Any, Any, Any], message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        Exchange.of(*arguments)


@pytest.mark.parametrize("document", [example.RESPONSE, example.REQUEST])
def test_the_schema_of_an_editor_is_tolerated_at_the_top_of_a_document_alone(document: JSON) -> None:
    assert check({"$schema": "a.json", **document}) == []
    inside = example.changed(document, put={"/properties/$schema": "a.json"})
    assert [(finding.rule, finding.pointer) for finding in check(inside)] == [("undocumented-property", "/properties/$schema")]
    exchange = Exchange.of("PUT", RUN, 200, request={"$schema": "a.json", **example.REQUEST}, response=example.RESPONSE)
    assert [(finding.rule, finding.side) for finding in check_exchange(exchange)] == [("undocumented-property", "request")]


@pytest.mark.parametrize(
    "unset, rules",
    [
        ({"/properties/updateStrategyId": ""}, []),
        ({"/properties/managedClusterUpdate/upgrade": {"type": "NodeImageOnly", "kubernetesVersion": ""}}, []),
        ({"/properties/managedClusterUpdate/upgrade/kubernetesVersion": ""}, ["kubernetes-version-required"]),
    ],
)
def test_an_empty_string_in_a_request_is_as_good_as_none(unset: dict[str, JSON], rules: list[str]) -> None:
    """As Terraform's provider sends it."""
    request = example.changed(example.REQUEST, put=unset)
    before = deepcopy(request)
    for found in (check(request), check_exchange(Exchange.of("PUT", RUN, 200, request=request, response=example.RESPONSE))):
        assert [finding.rule for finding in found] == rules
    assert request == before
    assert check(example.changed(example.RESPONSE, put=unset)) != []


SKIP = RUN.replace("/spring", "/spring/skip")


@pytest.mark.parametrize(
    "body, expected",
    [
        ({"targets": [{"type": "Member", "name": "canary-2"}, {"type": "AfterStageWait", "name": "canary"}]}, []),
        ({}, [("schema/required", "")]),
        ({"targets": [{"type": "group", "name": "eu"}]}, [("schema/enum", "/targets/0/type")]),
        ({"targets": [{"type": "Group", "name": 5}]}, [("schema/type", "/targets/0/name")]),
        ({"targets": [{"type": "Group"}]}, [("schema/required", "/targets/0")]),
        ({"targets": [], "force": True}, [("undocumented-property", "/force")]),
    ],
)
def test_the_body_of_a_request_to_skip_is_checked(body: JSON, expected: list[tuple[str, str]]) -> None:
    found = check_exchange(Exchange.of("POST", SKIP, 202, request=body))
    assert [(finding.rule, finding.pointer) for finding in found] == expected
    assert {finding.side for finding in found} <= {"request"}
    assert all(finding.cites.startswith("spec#") for finding in found if finding.rule != "undocumented-property")


@pytest.mark.parametrize("version, is_known", [("2024-02-02-preview", True), ("2025-03-01", True), ("2023-10-15", False)])
def test_skip_is_an_operation_from_its_first_version_on(version: str, is_known: bool) -> None:
    found = check_exchange(Exchange.of("POST", SKIP.replace("2025-03-01", version), 202))
    assert [finding.pointer for finding in found if finding.rule == "operation-unknown"] == ([] if is_known else ["/uri/api-version"])


@pytest.mark.parametrize("action", ["", "/start", "/skip"])
def test_an_unknown_method_is_no_unknown_operation(action: str) -> None:
    found = check_exchange(Exchange.of("", RUN.replace("?", f"{action}?"), 200, response=example.RESPONSE))
    assert found == []


def test_another_resource_below_a_run_is_about_something_else() -> None:
    with pytest.raises(ValueError, match="expected the URL of a fleet's update run"):
        Exchange.of("GET", RUN.replace("?", "/locks?"), 200)
