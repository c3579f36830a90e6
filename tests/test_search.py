"""Update runs are found in any document: judged as if alone, and placed in the file."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.support.command import status_and_findings as check_files
from tests.support.profiles import at_most
from tests.support.reading import findings_with_positions, read_items
from tests.support.sessions import FLEET, HOST, QUERY, flattened, http_interactions, wiremock
from validator import check
from validator.findings import Finding
from validator.limits import MAX_DEPTH
from validator.pointer import JSON, follow, to_pointer
from validator.pointer import Path as JSONPath
from validator.readers.items import Document, Unrelated
from validator.rules.example import REQUEST, RESPONSE, changed

TYPE = "/properties/managedClusterUpdate/upgrade/type"
WRONG = changed(RESPONSE, put={TYPE: "full"})
WRONG_REQUEST = changed(REQUEST, put={TYPE: "full"})
ERROR = {"error": {"code": "NotFound", "message": "There is no such run."}}
URL = f"{FLEET}/updateRuns/spring{QUERY}"


def found_in(data: bytes, name: str = "") -> list[Finding]:
    return findings_with_positions(read_items(data, name))


# Kinds of documents, each with the pointer of the run in it and its side

Kind = tuple[JSON, str, str]
KINDS: dict[str, Kind] = {
    "a log record": ({"level": "info", "response": WRONG}, "/response", "response"),
    "a record of a table": ({"time": 1, "data": WRONG}, "/data", "response"),
    "a page in a record": ({"data": {"value": [WRONG]}}, "/data/value/0", "response"),
    "keyed fixtures": ({"createRun": WRONG_REQUEST, "running": RESPONSE}, "/createRun", "request"),
    "a fixture of a request that looks like a response": (
        {"requestBody": changed(WRONG_REQUEST, put={"/name": "spring"})},
        "/requestBody",
        "request",
    ),
    "a request to be sent": ({"method": "PUT", "url": URL, "body": WRONG_REQUEST}, "/body", "request"),
    "nock": (
        [{"scope": HOST, "method": "PUT", "path": URL, "body": WRONG_REQUEST, "status": 201, "response": RESPONSE}],
        "/0/body",
        "request",
    ),
    "nock, the response": (
        [{"scope": HOST, "method": "PUT", "path": URL, "body": REQUEST, "status": 201, "response": WRONG}],
        "/0/response",
        "response",
    ),
    "Python's responses": (
        {"responses": [{"response": {"method": "GET", "url": URL, "status": 200, "body": json.dumps(WRONG)}}]},
        "/responses/0/response/body",
        "response",
    ),
    "Postman": (
        {"item": [{"request": {"method": "GET", "url": {"raw": URL}}, "response": [{"code": 200, "body": json.dumps(WRONG, indent=1)}]}]},
        "/item/0/response/0/body",
        "response",
    ),
    "Postman, the request": (
        {"item": [{"request": {"method": "PUT", "url": {"raw": URL}, "body": {"mode": "raw", "raw": json.dumps(WRONG_REQUEST)}}}]},
        "/item/0/request/body/raw",
        "request",
    ),
    "Insomnia": (
        {"resources": [{"_type": "request", "method": "PUT", "url": URL, "body": {"text": json.dumps(WRONG_REQUEST)}}]},
        "/resources/0/body/text",
        "request",
    ),
    "a Java recording": (
        {"networkCallRecords": [{"Method": "GET", "Uri": URL, "Response": {"StatusCode": "200", "Body": json.dumps(WRONG)}}]},
        "/networkCallRecords/0/Response/Body",
        "response",
    ),
    "Invoke-AzRestMethod": ({"StatusCode": 200, "Method": "GET", "Content": json.dumps(WRONG)}, "/Content", "response"),
    "the activity log": ({"properties": {"responseBody": json.dumps(WRONG), "requestbody": ""}}, "/properties/responseBody", "response"),
    "the activity log, the request": ({"properties": {"requestbody": json.dumps(WRONG_REQUEST)}}, "/properties/requestbody", "request"),
    "nock, compressed": (
        [{"path": URL, "status": 200, "response": [gzip.compress(json.dumps(WRONG).encode()).hex()]}],
        "/0/response",
        "response",
    ),
    "nock, compressed, in one string": (
        [{"path": URL, "status": 200, "response": gzip.compress(json.dumps(WRONG).encode()).hex()}],
        "/0/response",
        "response",
    ),
    "Pulumi": (
        {
            "deployment": {
                "resources": [
                    {
                        "urn": "urn:pulumi:dev::fleet::azure-native:containerservice/v20250301:UpdateRun::spring",
                        "type": "azure-native:containerservice/v20250301:UpdateRun",
                        "id": WRONG["id"],
                        "inputs": {},
                        "outputs": flattened(WRONG),
                    }
                ]
            }
        },
        "/deployment/resources/0/outputs",
        "response",
    ),
    "the log of a client": (
        {"request": {"method": "GET", "url": URL}, "response": {"status": 200, "data": WRONG}},
        "/response/data",
        "response",
    ),
    "Terraform": ({"values": {"resources": [{"values": {"body": WRONG}}]}}, "/values/resources/0/values/body", "response"),
    "Azure Resource Graph": (
        {
            "count": 1,
            "data": [
                WRONG | {"type": WRONG["type"].lower(), "kind": "", "tenantId": "t", "resourceGroup": "fleets", "tags": None, "zones": None}
            ],
        },
        "/data/0",
        "response",
    ),
    "Azure Resource Graph, some columns": ([WRONG | {"type": WRONG["type"].lower(), "location": "westeurope"}], "/0", "response"),
    "Azure Service Operator": (
        {
            "apiVersion": "containerservice.azure.com/v1api20250301",
            "kind": "FleetsUpdateRun",
            "spec": {"owner": {"name": "prod"}, **WRONG_REQUEST["properties"]},
        },
        "/spec",
        "request",
    ),
    "the status of Azure Service Operator": (
        {
            "apiVersion": "containerservice.azure.com/v1api20250301",
            "kind": "FleetsUpdateRun",
            "spec": {"owner": {"name": "prod"}, **REQUEST["properties"]},
            "status": {"conditions": [{"type": "Ready", "status": "True"}], **flattened(WRONG)},
        },
        "/status",
        "response",
    ),
    "a call with an api-version": (
        {"calls": [{"type": "http", "apiVersion": "2025-03-01", "response": WRONG}]},
        "/calls/0/response",
        "response",
    ),
    "a ConfigMap": ({"apiVersion": "v1", "kind": "ConfigMap", "data": {"run.json": json.dumps(WRONG)}}, "/data/run.json", "response"),
    "output of the az CLI": ({"out": flattened(WRONG)}, "/out", "response"),
    "text in text": ({"message": json.dumps({"body": json.dumps(WRONG)})}, "/message/body", "response"),
    "a message of a log": ({"message": f"PUT {URL} {{a}} -> 200 {json.dumps(WRONG)} in {{20}} ms"}, "/message", "response"),
    "a message of a log that begins like an array": ({"message": f"[INFO] got {json.dumps(WRONG)}"}, "/message", "response"),
    "a secret": ({"kind": "Secret", "data": {"run": base64.b64encode(json.dumps(WRONG).encode()).decode()}}, "/data/run", "response"),
    "compressed text in text": (
        {"body": json.dumps({"data": base64.b64encode(gzip.compress(json.dumps(WRONG).encode())).decode()})},
        "/body/data",
        "response",
    ),
    "a recording of another service": (
        {
            "interactions": [
                {
                    "request": {"method": "GET", "uri": "https://x/proxy"},
                    "response": {"status": {"code": 200}, "body": {"string": json.dumps(WRONG)}},
                }
            ]
        },
        "/interactions/0/response/body/string",
        "response",
    ),
    "lines of a notebook": (
        {"cells": [{"source": json.dumps(WRONG, indent=1).splitlines(keepends=True)}]},
        "/cells/0/source",
        "response",
    ),
    "the state of Terraform's azapi": (
        {
            "resources": [
                {
                    "attributes": {
                        "id": WRONG["id"],
                        "name": WRONG["name"],
                        "type": f"{WRONG['type']}@2025-03-01",
                        "body": WRONG_REQUEST,
                        "output": {},
                    }
                }
            ]
        },
        "/resources/0/attributes/body",
        "request",
    ),
    "a stub for a pattern": (
        {"request": {"method": "GET", "urlPattern": ".*/updateRuns/.*"}, "response": {"status": 200, "body": json.dumps(WRONG)}},
        "/response/body",
        "response",
    ),
}


FLAT = {"/spec", "/status", "/out", "/deployment/resources/0/outputs"}
"""Where a run has at the top what the resource has under `properties`."""


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("form", ["json", "yaml", "jsonl"])
def test_a_run_is_checked_wherever_it_is(name: str, form: str, tmp_path: Path) -> None:
    value, pointer, side = KINDS[name]
    file = tmp_path / f"file.{form}"
    file.write_text(yaml.safe_dump(value) if form == "yaml" else json.dumps(value, indent=None if form == "jsonl" else 2) + "\n")
    (tmp_path / "clean.json").write_text(json.dumps(RESPONSE))
    status, found = check_files(tmp_path)
    place = pointer + TYPE.removeprefix("/properties" if pointer in FLAT else "")
    assert (status, [(finding["rule"], finding["side"], finding["pointer"]) for finding in found]) == (1, [("schema/enum", side, place)])


@pytest.mark.parametrize("name", KINDS)
def test_the_python_api_finds_what_the_command_line_finds(name: str) -> None:
    value, _, _ = KINDS[name]
    by_command = [(finding.rule, finding.pointer, finding.side, finding.entry) for finding in found_in(json.dumps(value).encode())]
    assert [(finding.rule, finding.pointer, finding.side, finding.entry) for finding in check(value)] == by_command


CLEAN: dict[str, JSON] = {
    "the strategy of the az CLI": {"stages": [{"name": "a", "groups": [{"name": "b"}]}]},
    "a run without properties": {name: RESPONSE[name] for name in ("id", "name", "type")},
    "a run and an error": {"running": RESPONSE, "missing": ERROR},
    "states of a run under names": {"running": RESPONSE, "stopped": changed(RESPONSE, put={"/properties/status/status/state": "Stopping"})},
    "a stub": wiremock()["mappings"][2],
}


@pytest.mark.parametrize("name", CLEAN)
def test_what_is_clean_is_checked_and_nothing_is_found(name: str) -> None:
    assert found_in(json.dumps(CLEAN[name]).encode()) == []
    assert not any(isinstance(item, Unrelated) for item in read_items(json.dumps(CLEAN[name]).encode()))
    assert check(CLEAN[name]) == []


@pytest.mark.parametrize("stage", [{"groups": [{"name": "b"}]}, {"memberSelector": {"byLabel": "env=test"}}])
@pytest.mark.parametrize("more", [{}, {"$schema": "https://example.com/strategy.json"}])
def test_stages_are_a_strategy_whatever_chooses_their_members(stage: JSON, more: JSON) -> None:
    strategy = {"stages": [{"name": "a", "maxAllowedFailures": "200%", **stage}], **more}
    for found in (found_in(json.dumps(strategy).encode()), check(strategy)):
        assert [(finding.rule, finding.pointer) for finding in found] == [("schema/pattern", "/stages/0/maxAllowedFailures")]


def test_bytes_of_yaml_are_text_beside_the_entries_of_a_cassette() -> None:
    text = yaml.safe_dump({"interactions": [], "runs": [changed(RESPONSE, put={"/eTag": b'"1"', TYPE: b"full"})]})
    assert "!!binary" in text
    assert [(finding.rule, finding.pointer) for finding in found_in(text.encode())] == [("schema/enum", f"/runs/0{TYPE}")]
    text = yaml.safe_dump({"interactions": [], **changed(RESPONSE, put={"/eTag": b'"1"', TYPE: b"full"})})
    assert ("schema/enum", TYPE) in [(finding.rule, finding.pointer) for finding in found_in(text.encode())]


def test_a_strategy_of_the_az_cli_is_checked_by_the_rules_about_it() -> None:
    stages = [{"name": "a", "groups": [{"name": "b"}]}, {"name": "C", "groups": [{"name": "b"}]}]
    found = [(finding.rule, finding.pointer, finding.side) for finding in check({"stages": stages})]
    assert found == [("schema/pattern", "/stages/1/name", "request"), ("group-duplicate", "/stages/1/groups/0/name", "request")]


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"response": {"error": {"code": "a", "message": 1}}, "url": URL}, ["/response/error/message"]),
        ({"response": {"error": {"code": "a", "message": 1}}, "url": "https://x"}, []),
        ({"updateRuns": {"error": {"level": "warn", "message": 1}}}, []),
    ],
)
def test_an_error_is_checked_in_a_document_about_update_runs(record: JSON, found: list[str]) -> None:
    assert [finding.pointer for finding in found_in(json.dumps(record).encode())] == found


def test_states_of_a_run_in_one_array_are_a_history_and_under_names_they_are_not() -> None:
    later = changed(RESPONSE, put={"/properties/managedClusterUpdate/upgrade/kubernetesVersion": "1.32.1"})
    assert [finding.rule for finding in check({"polls": [{"body": RESPONSE}, {"body": later}]})] == ["etag-reused", "changed-after-start"]
    assert check({"before": RESPONSE, "after": later}) == []
    lines = "".join(json.dumps({"response": run}) + "\n" for run in (RESPONSE, later))
    assert [(finding.rule, finding.entry) for finding in found_in(lines.encode())] == [("etag-reused", 1), ("changed-after-start", 1)]


REPEATED = {
    "in the run": ('{"outer": RUN}', '"name": "x", "name"', ["/outer/name"]),
    "of the run": ('{"outer": 1, "outer": RUN}', '"name"', ["/outer"]),
    "around the run": ('{"a": 1, "a": 2, "outer": RUN}', '"name"', []),
}


@pytest.mark.parametrize("name", REPEATED)
def test_a_repeated_key_is_found_where_it_hides_a_part_of_a_run(name: str) -> None:
    document, names, pointers = REPEATED[name]
    text = document.replace("RUN", RUN_TEXT.replace('"name"', names, 1))
    assert [finding.pointer for finding in found_in(text.encode())] == pointers
    assert [finding.pointer for finding in found_in(json.dumps({"a": text}).encode())] == [f"/a{pointer}" for pointer in pointers]


RUN_TEXT = json.dumps(RESPONSE)


def test_a_message_with_a_run_that_breaks_off_is_a_note() -> None:
    (finding,) = found_in(json.dumps({"message": f"got {RUN_TEXT[:-9]} (cut)"}).encode())
    assert (finding.rule, str(finding.severity), finding.pointer) == ("input/unreadable", "note", "/message")


@pytest.mark.parametrize(("more", "found"), [(999, ("schema/enum", "error")), (1000, ("input/too-large", "note"))])
def test_a_run_after_many_objects_of_a_message_is_checked_or_a_note(more: int, found: tuple[str, str]) -> None:
    (finding,) = found_in(json.dumps({"message": "got " + '{"a": 1} ' * more + json.dumps(WRONG)}).encode())
    assert (finding.rule, str(finding.severity)) == found
    assert found_in(json.dumps({"message": f"got {RUN_TEXT} " + '{"a": 1} ' * more}).encode()) == []


@pytest.mark.parametrize("text", [RUN_TEXT[:-9], RUN_TEXT.replace('"Running"', "Running", 1)])
def test_a_run_in_a_string_that_cannot_be_read_is_a_finding_at_the_string(text: str) -> None:
    (finding,) = found_in(json.dumps({"a": 1, "body": text}, indent=1).encode())
    assert (finding.rule, finding.pointer, finding.line) == ("input/unreadable", "/body", 3)
    assert finding.message.startswith("the string begins like an update run in JSON, and cannot be read: not JSON: ")


def test_what_is_nested_too_deep_is_one_finding() -> None:
    value: JSON = [RESPONSE, RESPONSE]
    for _ in range(MAX_DEPTH):
        value = [value]
    assert [(finding.rule, finding.pointer.count("/")) for finding in found_in(json.dumps(value).encode())] == [
        ("input/too-deep", MAX_DEPTH)
    ]


PYTHON = {
    "id": RESPONSE["id"],
    "name": "spring",
    "type": RESPONSE["type"],
    "system_data": {"created_by": "a"},
    "e_tag": "x",
    "managed_cluster_update": {"upgrade": {"type": "full"}},
}
POWERSHELL = {"Id": RESPONSE["id"], "Name": "spring", "Type": RESPONSE["type"], "UpgradeType": "full", "StrategyStage": []}


@pytest.mark.parametrize("run, tool", [(PYTHON, "serialize(keep_readonly=True)"), (POWERSHELL, "Invoke-AzRestMethod")])
@pytest.mark.parametrize(
    "wrapped", [lambda run: run, lambda run: [run, run, run], lambda run: {"value": [run, run]}, lambda run: {"a": {"b": run}}]
)
def test_properties_that_a_tool_renamed_are_one_finding_that_names_it(run: JSON, tool: str, wrapped: Any, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps(wrapped(run)))
    (tmp_path / "clean.json").write_text(json.dumps(RESPONSE))
    ((rule, message),) = [(finding["rule"], finding["message"]) for finding in check_files(tmp_path)[1]]
    assert rule == "input/unrecognised"
    assert tool in message
    assert [(finding.rule, finding.message) for finding in check(wrapped(run))] == [(rule, message)]


# What --as takes


STRATEGY = {"properties": {"strategy": REQUEST["properties"]["strategy"]}}


def test_a_request_without_an_update_is_a_finding_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "clean.json").write_text(json.dumps(RESPONSE))
    (tmp_path / "run.json").write_text(json.dumps(STRATEGY))
    ((rule, severity),) = [(finding["rule"], finding["severity"]) for finding in check_files(tmp_path)[1]]
    assert (rule, severity) == ("input/unrecognised", "warning")
    assert [finding["rule"] for finding in check_files(tmp_path / "run.json", "--as", "request")[1]] == ["schema/required"]
    named = {"properties": {"updateStrategyId": f"{RESPONSE['id']}".replace("updateRuns", "updateStrategies")}}
    (tmp_path / "run.json").write_text(json.dumps(named))
    assert [finding["rule"] for finding in check_files(tmp_path)[1]] == ["schema/required"]


@pytest.mark.parametrize("records", [1, 3])
@pytest.mark.parametrize(
    "side, rules", [("request", {"undocumented-property"}), ("response", {"undocumented-property", "resource-identity-missing"})]
)
def test_any_object_is_taken_for_what_the_command_is_told(side: str, rules: set[str], records: int, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"kind": "Fleet"}\n' * records)
    found = check_files(tmp_path / "x.json", "--as", side)[1]
    assert {finding["rule"] for finding in found} == rules
    assert {finding["side"] for finding in found} == {side}
    assert {finding["rule"] for finding in check_files(tmp_path / "x.json")[1]} == {"input/unrecognised"}


# Batches of the portal


def batch(*, wrong: JSON = WRONG, named: bool = True) -> tuple[JSON, JSON]:
    calls = [
        ("GET", f"{FLEET}/members/a{QUERY}", None, 200, {"id": "/x"}),
        ("GET", URL.removeprefix(HOST), None, 200, wrong),
        ("PUT", URL, WRONG_REQUEST, 201, RESPONSE),
    ]
    requests = [
        {"httpMethod": method, "name": str(index), "url": url, "content": sent} for index, (method, url, sent, _, _) in enumerate(calls)
    ]
    responses = [{"name": str(index), "httpStatusCode": status, "content": got} for index, (_, _, _, status, got) in enumerate(calls)]
    if named:
        responses.reverse()
    else:
        requests, responses = (
            [{key: value for key, value in each.items() if key != "name"} for each in part] for part in (requests, responses)
        )
    return {"requests": requests}, {"responses": responses}


def recorded(method: str, url: str, sent: JSON, received: JSON) -> dict[str, bytes]:
    entry = {"startedDateTime": "2025-04-08T09:30:00Z", "request": {"method": method, "url": url, "postData": {"text": json.dumps(sent)}}}
    har = {"log": {"entries": [entry | {"response": {"status": 200, "content": {"text": json.dumps(received)}}}]}}
    proxy = {"Entries": [{"RequestMethod": method, "RequestUri": url, "StatusCode": 200, "RequestBody": sent, "ResponseBody": received}]}
    return {"HAR": json.dumps(har, indent=1).encode(), "test proxy": json.dumps(proxy, indent=1).encode()}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("container", ["HAR", "test proxy"])
@pytest.mark.parametrize("url", ["https://management.azure.com/batch?api-version=2020-06-01", "/BATCH"])
def test_a_batch_is_the_exchanges_in_it(url: str, container: str, named: bool) -> None:
    found = found_in(recorded("POST", url, *batch(named=named))[container])
    assert [(finding.rule, finding.side, finding.entry, finding.pointer) for finding in found] == [
        ("schema/enum", "response", 0, f"/responses/1/content{TYPE}"),
        ("schema/enum", "request", 0, f"/requests/2/content{TYPE}"),
    ]
    data = recorded("POST", url, *batch(named=named))[container].decode().splitlines()
    assert all('"full"' in data[(finding.line or 1) - 1].replace("\\", "") for finding in found)


def test_an_exchange_in_a_batch_is_checked_as_one() -> None:
    other = changed(RESPONSE, put={"/id": RESPONSE["id"].replace("spring", "autumn"), "/name": "autumn"})
    sent, received = batch(wrong=other)
    sent["requests"][1]["url"] = URL.removeprefix(HOST).partition("?")[0]
    found = [(finding.rule, finding.pointer) for finding in found_in(recorded("POST", "https://x/batch", sent, received)["HAR"])]
    assert ("api-version-missing", "/requests/1/url/api-version") in found
    assert ("response-id-mismatch", "/responses/1/content/id") in found


def test_a_batch_about_something_else_is_unrelated() -> None:
    sent = {"requests": [{"httpMethod": "GET", "url": "/x"}, {"httpMethod": "GET", "url": URL}, 5]}
    assert read_items(recorded("POST", "https://x/batch", sent, {"responses": [{"httpStatusCode": 200, "content": {}}]})["HAR"]) == [
        Unrelated(0)
    ]


# Properties

NAMES = st.sampled_from(["a", "data", "items", "ö", "a/b", "~", "", "value", "id", "name", "body", "0"])
LEAVES = st.one_of(st.none(), st.integers(-9, 9), st.text(max_size=5))


def trees(leaf: st.SearchStrategy[JSON]) -> st.SearchStrategy[JSON]:
    return st.recursive(leaf, lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(NAMES, below, max_size=3)), max_leaves=6)


@st.composite
def wrapped(draw: st.DrawFn) -> tuple[JSON, JSONPath, JSONPath]:
    """Wrap WRONG in arrays, objects and strings. Return the document, the path of the run, and that of the outermost string on its way."""
    value: JSON = WRONG
    path: JSONPath = ()
    string: JSONPath | None = None
    step: str | int
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["array", "object", "text"]))
        if kind == "text":
            value, string = json.dumps(value), ()
            continue
        if kind == "array":
            before, after = draw(st.lists(trees(LEAVES), max_size=2)), draw(st.lists(trees(LEAVES), max_size=2))
            value, step = [*before, value, *after], len(before)
        else:
            step = draw(NAMES)
            others = draw(st.dictionaries(NAMES, trees(LEAVES), max_size=3)) | {step: value}
            value = dict(draw(st.permutations(list(others.items()))))
        path = (step, *path)
        string = None if string is None else (step, *string)
    return value, path, path if string is None else string


@pytest.mark.slow
@given(wrapped(), st.sampled_from(["json", "yaml"]))
@at_most(200)
def test_a_run_in_any_tree_is_found_judged_alike_and_placed(document: tuple[JSON, JSONPath, JSONPath], form: str) -> None:
    value, path, string = document
    if isinstance(value, str):
        value, path, string = [value], (0, *path), (0, *string)
    text = yaml.safe_dump(value, allow_unicode=True) if form == "yaml" else json.dumps(value, ensure_ascii=False, indent=1)
    found = [finding for finding in found_in(text.encode(), f"x.{form}") if finding.rule == "schema/enum"]
    assert [(finding.pointer, finding.message) for finding in found] == [
        (to_pointer(path) + finding.pointer, finding.message) for finding in check(WRONG)
    ]
    assert [finding.pointer for finding in check(value) if finding.rule == "schema/enum"] == [finding.pointer for finding in found]
    line = text.splitlines()[(found[0].line or 0) - 1]
    assert "full" in line or isinstance(follow(value, string), str)


@pytest.mark.slow
def test_searching_takes_time_in_proportion_to_the_document() -> None:
    names: JSON = {f"managedClusterUpd{index}": {"properties": {}} for index in range(50_000)}
    assert all(isinstance(item, Document | Unrelated) for item in read_items(json.dumps({"updateRuns": names}).encode()))


def test_a_value_of_yaml_inside_a_document_is_shown_as_it_is_written() -> None:
    text = "running:\n  properties:\n    managedClusterUpdate:\n      upgrade: {type: Full, kubernetesVersion: 1.30}\n"
    (finding,) = [finding for finding in found_in(text.encode()) if finding.rule == "schema/type"]
    assert (finding.line, finding.message) == (4, "expected a string, found 1.30, which is a number; put it in quotes")


def test_runs_in_several_yaml_documents_are_entries() -> None:
    text = f"a: {json.dumps(WRONG)}\nb: {json.dumps(WRONG)}\n---\nc: {json.dumps(WRONG)}\n---\nd: 1\n"
    found = [(finding.entry, finding.line, finding.pointer.partition("/properties")[0]) for finding in found_in(text.encode(), "x.yaml")]
    assert found == [(0, 1, "/a"), (0, 2, "/b"), (1, 4, "/c")]


def test_a_cassette_of_another_recorder_is_read() -> None:
    assert len(read_items(yaml.safe_dump(http_interactions(body="string")).encode(), "x.yml")) == 8


@pytest.mark.parametrize(
    "encode",
    [
        lambda data: base64.b64encode(data).rstrip(b"="),
        base64.urlsafe_b64encode,
        lambda data: base64.urlsafe_b64encode(data).rstrip(b"="),
        lambda data: base64.b64encode(zlib.compress(data)),
        lambda data: b"data:application/json;base64," + base64.b64encode(data),
    ],
    ids=["without padding", "for URLs", "for URLs, without padding", "deflated", "a URL"],
)
def test_base64_may_be_written_in_several_ways(encode: Callable[[bytes], bytes]) -> None:
    for more in ("", "?", "??>", "\u00fe~"):
        run = json.dumps(WRONG | {"eTag": f'"{more}"'}, ensure_ascii=False).encode()
        findings = found_in(json.dumps({"data": encode(run).decode()}).encode())
        assert [(finding.rule, finding.pointer) for finding in findings] == [("schema/enum", f"/data{TYPE}")]


def test_a_wrong_name_in_a_resource_of_the_operator_is_not_left_out() -> None:
    spec = {"owner": {"name": "prod"}, **REQUEST["properties"], "strategi": {}}
    resource = {"apiVersion": "containerservice.azure.com/v1api20250301", "kind": "FleetsUpdateRun", "spec": spec}
    findings = found_in(json.dumps(resource).encode())
    assert [(finding.rule, finding.pointer) for finding in findings] == [("undocumented-property", "/spec/strategi")]
