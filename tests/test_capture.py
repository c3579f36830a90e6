"""Every container gives the same exchanges."""

from __future__ import annotations

import base64
import codecs
import gzip
import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz import targets
from tests.support.reading import findings_with_positions, read_items
from tests.support.sessions import (
    FLEET,
    QUERY,
    SESSION,
    SESSIONS,
    as_json,
    as_yaml,
    body_text,
    flattened,
    har,
    in_base64,
    kept_nested,
    proxy,
    vcr,
)
from validator import check, check_exchange
from validator.checker.item import check_items
from validator.findings import Severity
from validator.limits import MAX_RECORD
from validator.pointer import JSON
from validator.readers import reader, recordings
from validator.readers.items import Body, Document, Exchange, Item, Unreadable, Unrelated
from validator.readers.payloads import decode
from validator.rules import example

PLAIN = ["put", None, "get", "start", "list", None, "delete", "get"]


proxy.__test__ = False  # type: ignore[attr-defined]


def test_every_container_of_a_session_is_here() -> None:
    values = list(map(targets.parsed_value, SESSIONS.values()))
    of_one_request = {"oav traffic pair", "x-ms-examples"}
    lacking = [kind.name for kind in recordings.CONTAINERS if kind.name not in of_one_request and not any(map(kind.recognises, values))]
    assert not lacking, f"write SESSION as a {lacking}, in a row of SESSIONS in tests/support/sessions.py"


def bodies(item: Item) -> tuple[JSON, JSON]:
    assert isinstance(item, Exchange)
    sent, received = item.request, item.response
    assert not isinstance(sent, Unreadable)
    assert not isinstance(received, Unreadable)
    return (None if sent is None else sent.value), (None if received is None else received.value)


@pytest.mark.parametrize("name", SESSIONS)
def test_every_container_gives_the_same_exchanges(name: str) -> None:
    items = read_items(SESSIONS[name])
    assert [item.entry for item in items] == list(range(len(SESSION)))
    for item, operation, (_, _, status, sent, received) in zip(items, PLAIN, SESSION, strict=True):
        if operation is None:
            assert isinstance(item, Unrelated)
            continue
        assert isinstance(item, Exchange)
        assert (item.operation, item.status) == (operation, status)
        assert bodies(item) == (sent, received)
        assert item.parameters["api-version"] == "2025-03-01"
        assert item.parameters["fleetName"] == "prod"
        assert item.parameters.get("updateRunName") == (None if operation == "list" else "spring")


@pytest.mark.parametrize("packed", [bytes, gzip.compress, lambda text: codecs.BOM_UTF8 + text])
@pytest.mark.parametrize("blank", [b"", b" ", b"\t", b"\n", b"\r\n"])
@pytest.mark.parametrize("value", [{"a": 1}, [{"a": 1}]])
def test_base64_is_recognised_by_its_beginning(value: JSON, blank: bytes, packed: Callable[[bytes], bytes]) -> None:
    text = json.dumps(value).encode()
    body = decode(base64.encodebytes(packed(text[:1] + blank + text[1:])).decode())
    assert isinstance(body, Body)
    assert body.value == value


def test_what_only_looks_like_base64_is_not_said_to_be_recorded_as_such() -> None:
    body = decode(base64.b64encode(b'{"a": 1 }').decode()[:-1])
    assert isinstance(body, Unreadable)
    assert body.message.startswith("not JSON: unexpected")


def test_base64_is_recognised_by_the_name_that_it_has_in_a_cassette() -> None:
    cassette = vcr()
    cassette["interactions"][2]["response"]["body"] = {"base64_string": in_base64(RECORD)}
    assert bodies(read_items(as_json(cassette))[2]) == (None, example.RESPONSE)


@pytest.mark.parametrize("written", [str.lower, str.upper, str.swapcase, lambda url: url.replace(".com/", ".com//")])
def test_a_url_is_recognised_in_any_case_and_with_a_further_slash(written: Callable[[str], str]) -> None:
    recording = proxy()
    for entry in recording["Entries"]:
        entry["RequestUri"] = written(entry["RequestUri"])
    assert [item.operation if isinstance(item, Exchange) else None for item in read_items(as_json(recording))] == PLAIN


TRAFFIC: dict[str, tuple[str, JSON]] = {
    "in the URL": (QUERY, None),
    "next to it": ("", {"api-version": "2025-03-01"}),
    "next to it, where the URL has another parameter": ("?$top=1", {"api-version": "2025-03-01"}),
    "next to it, in another case": ("", {"API-Version": "2025-03-01"}),
    "next to it, and a null in another case": ("", {"api-version": "2025-03-01", "API-Version": None}),
    "in the URL, in another case": ("?API-Version=2025-03-01", {"api-version": "2024-04-01"}),
    "in the URL, and another one next to it": (QUERY, {"api-version": "2024-04-01"}),
}


@pytest.mark.parametrize("name", TRAFFIC)
def test_the_api_version_of_a_traffic_pair_is_in_the_url_or_else_next_to_it(name: str) -> None:
    method, url, status, _, received = SESSION[2]
    tail, query = TRAFFIC[name]
    pair = {
        "liveRequest": {"method": method, "url": url.removesuffix(QUERY) + tail, "query": query, "body": None},
        "liveResponse": {"statusCode": str(status), "headers": {}, "body": received},
    }
    (item,) = read_items(as_json(pair))
    assert isinstance(item, Exchange)
    assert item.parameters["api-version"] == "2025-03-01"
    assert bodies(item) == (None, received)


def test_a_traffic_pair_may_have_texts_for_bodies() -> None:
    method, url, status, sent, received = SESSION[0]
    pair = {
        "liveRequest": {"method": method, "url": url, "body": body_text(sent)},
        "liveResponse": {"statusCode": str(status), "body": body_text(received)},
    }
    (item,) = read_items(as_json(pair))
    assert bodies(item) == (sent, received)


@pytest.mark.parametrize("half", ["liveRequest", "liveResponse"])
def test_half_a_traffic_pair_is_none(half: str) -> None:
    assert [type(item) for item in read_items(as_json({half: {"method": "GET", "url": SESSION[2][1], "statusCode": "200"}}))] == [Unrelated]


def test_a_url_and_a_method_may_be_bytes_and_so_may_values_in_a_body() -> None:
    request = {"method": b"GET", "uri": SESSION[2][1].encode()}
    cassette = {"interactions": [{"request": request, "response": {"status": {"code": 200}, "body": {"id": [b"a", {"b": b"\xff"}]}}}]}
    (item,) = read_items(as_yaml(cassette))
    assert isinstance(item, Exchange)
    assert item.operation == "get"
    assert bodies(item) == (None, {"id": ["a", {"b": "\ufffd"}]})


def test_an_example_is_one_exchange_for_each_status_with_one_request() -> None:
    parameters = {
        "api-version": "2025-03-01",
        "subscriptionId": "01234567-89ab-cdef-0123-456789abcdef",
        "resourceGroupName": "fleets",
        "fleetName": "prod",
        "updateRunName": "spring",
        "resource": example.REQUEST,
    }
    published = {
        "operationId": "UpdateRuns_CreateOrUpdate",
        "title": "-",
        "parameters": parameters,
        "responses": {"200": {"body": example.RESPONSE}, "201": {"headers": {}, "body": example.RESPONSE}, "202": {}},
    }
    items = read_items(as_json(published))
    assert [bodies(item) for item in items] == [(example.REQUEST, example.RESPONSE), (None, example.RESPONSE), (None, None)]
    member: JSON = {"200": {"body": {"id": "/x"}}, "202": {}}
    others = read_items(as_json(published | {"operationId": "Members_Get", "parameters": {}, "responses": member}))
    assert others == [Unrelated(0), Unrelated(1)]


OTHERWISE: dict[str, tuple[JSON, JSON, str | None]] = {
    "a run is what was asked for": ({}, example.RESPONSE, "get"),
    "a run is what was put": ({"body": example.REQUEST}, example.RESPONSE, "put"),
    "a page is a list": ({}, {"value": [example.RESPONSE]}, "list"),
    "an array is a list": ({}, [example.RESPONSE], "list"),
    "a run of another operation is none": ({"operationId": "Strategies_Get"}, example.RESPONSE, None),
    "a page of another operation is none": ({"operationId": "Strategies_List"}, {"value": [example.RESPONSE]}, None),
    "an operation of another service is none": ({"operationId": "UpdateRuns_Get"}, {"id": "/x"}, None),
    "an operation that comes later in the alphabet is none": ({"operationId": "Zones_Get"}, example.RESPONSE, None),
    "a run is one of this service": ({"operationId": "UpdateRuns_Get"}, example.RESPONSE, "get"),
    "a page is one of this service": ({"operationId": "UpdateRuns_ListByFleet"}, {"value": [example.RESPONSE]}, "list"),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_an_example_without_an_operation_is_recognised_by_its_bodies(name: str) -> None:
    given, body, operation = OTHERWISE[name]
    published = {"parameters": {"body": given.get("body")}, "responses": {"200": {"body": body}}} | given
    (item,) = read_items(as_json(published))
    assert (item.operation if isinstance(item, Exchange) else None) == operation


@pytest.mark.parametrize("half", ["parameters", "responses"])
def test_half_an_example_is_none_and_runs_in_it_are_documents(half: str) -> None:
    (item,) = read_items(as_json({half: {"200": {"body": example.RESPONSE}}}))
    assert isinstance(item, Document)
    assert item.body.base == (half, "200", "body")


@pytest.mark.parametrize("operation", ["get", "delete", "start", "stop", "skip"])
def test_an_example_of_a_fleet_is_recognised_by_its_operation_and_sends_a_body_if_it_puts_or_skips(operation: str) -> None:
    parameters = {"fleetName": "prod", "body": {"targets": []}}
    (item,) = read_items(as_json({"operationId": f"UpdateRuns_{operation.title()}", "parameters": parameters, "responses": {"202": {}}}))
    assert isinstance(item, Exchange)
    assert item.operation == operation
    assert (item.request is None) == (operation != "skip")


def test_an_example_of_skipping_needs_an_api_version_that_has_it() -> None:
    parameters = {"api-version": "2023-10-15", "fleetName": "prod", "body": {"targets": []}}
    skip = as_json({"operationId": "UpdateRuns_Skip", "parameters": parameters, "responses": {"202": {}}})
    found = [finding for _, findings in check_items(read_items(skip)) for finding in findings]
    assert [finding.pointer for finding in found if finding.rule == "operation-unknown"] == ["/uri/api-version"]


def test_an_example_may_have_texts_for_bodies() -> None:
    published = {
        "operationId": "UpdateRuns_CreateOrUpdate",
        "parameters": {"fleetName": "prod", "resource": body_text(example.REQUEST)},
        "responses": {"200": {"body": body_text(example.RESPONSE)}},
    }
    (item,) = read_items(as_json(published))
    assert bodies(item) == (example.REQUEST, example.RESPONSE)


@pytest.mark.parametrize("statuses", [("200", "202", "204"), ("default", "200", "202"), ("202", "default", "200"), ("default",)])
@pytest.mark.parametrize("broken", ["fleetName", "api-version"])
def test_the_request_of_a_published_example_is_checked_once(statuses: tuple[str, ...], broken: str) -> None:
    parameters = {
        "api-version": "2025-03-01",
        "subscriptionId": example.SUBSCRIPTION,
        "resourceGroupName": "rg",
        "fleetName": "prod",
        "updateRunName": "spring",
    }
    published = {
        "operationId": "UpdateRuns_Delete",
        "parameters": {name: "" if name == broken else text for name, text in parameters.items()},
        "responses": {status: {} for status in statuses},
    }
    items = read_items(json.dumps(published).encode())
    pointers = [finding.pointer for _, findings in check_items(items) for finding in findings]
    assert set(pointers) == {f"/uri/{broken}"}
    assert len(pointers) == (1 if broken == "api-version" else 2), "an empty name breaks its length and its pattern"


@pytest.mark.parametrize("broken, finding", [("request", "/properties/managedClusterUpdate"), ("response", "/error/code")])
def test_an_example_whose_only_response_is_the_default_one_is_read(broken: str, finding: str) -> None:
    parameters: JSON = dict.fromkeys(("resourceGroupName", "fleetName", "updateRunName"), "a")
    parameters |= {"api-version": "2025-03-01", "subscriptionId": example.SUBSCRIPTION}
    parameters["resource"] = {"properties": {"managedClusterUpdate": 5}} if broken == "request" else example.REQUEST
    error = {"error": {"code": 5 if broken == "response" else "a", "message": "b"}}
    published = {"operationId": "UpdateRuns_CreateOrUpdate", "parameters": parameters, "responses": {"default": {"body": error}}}
    results = check_items(read_items(json.dumps(published).encode()))
    assert [(each.side, each.pointer) for _, found in results for each in found] == [(broken, finding)]


@pytest.mark.parametrize("text, held", [("[" * 200 + "]" * 200, []), ('{"a": ' * 200 + "1" + "}" * 200, {}), ('{"a": [1]}', {"a": [1]})])
def test_a_parameter_of_an_example_that_is_too_deep_is_empty(text: str, held: JSON) -> None:
    published = {"operationId": "UpdateRuns_Get", "parameters": {"fleetName": json.loads(text)}, "responses": {"200": {}}}
    (item,) = read_items(json.dumps(published).encode())
    assert isinstance(item, Exchange)
    assert item.parameters == {"fleetName": held}


NULLS = {"eTag": None, "systemData": None}


@pytest.mark.parametrize("written", [flattened, kept_nested])
@pytest.mark.parametrize("wrap", [lambda run: run, lambda run: [run], lambda run: [run, run]])
def test_output_of_the_az_cli_is_the_resource_again(written: Callable[[JSON], JSON], wrap: Callable[[JSON], JSON]) -> None:
    (item,) = read_items(as_json(wrap(written(example.RESPONSE))))
    assert isinstance(item, Document)
    assert item.body.value == wrap(example.RESPONSE)


def test_nulls_in_the_info_of_an_error_are_kept() -> None:
    error = {"code": "a", "message": "b", "additionalInfo": [{"type": "c", "info": {"d": None, "e": [{"f": None}]}}]}
    run = example.changed(example.RESPONSE, put={"/properties/status/stages/0/groups/0/members/1/status/error": error})
    (item,) = read_items(as_json(flattened(run)))
    assert isinstance(item, Document)
    assert item.body.value == run


def test_findings_in_output_of_the_az_cli_are_at_the_place_that_the_user_sees() -> None:
    run = example.changed(example.RESPONSE, put={"/properties/managedClusterUpdate/upgrade/type": "full", "/properties/extra": 1})
    assert [finding.pointer for finding in check([flattened(run)])] == ["/0/managedClusterUpdate/upgrade/type", "/0/extra"]
    assert [finding.pointer for finding in check(kept_nested(run))] == [
        "/properties/managedClusterUpdate/upgrade/type",
        "/properties/extra",
    ]


@pytest.mark.parametrize("left", ["strategy", "status", "provisioningState"])
def test_what_is_selected_of_output_of_the_az_cli_is_checked(left: str) -> None:
    run = flattened(example.RESPONSE)
    selected = {name: run[name] for name in ("id", "name", "type", "eTag", "systemData", "status", left)}
    (item,) = read_items(as_json(selected))
    assert isinstance(item, Document)
    assert item.body.value["properties"] == {name: example.RESPONSE["properties"][name] for name in ("status", left)}
    found = [(finding.rule, finding.pointer) for finding in check(selected)]
    assert ("schema/required", "") in found
    assert not any(rule == "undocumented-property" for rule, _ in found)


def test_null_means_absent_in_output_of_the_az_cli_alone() -> None:
    assert check(flattened(example.RESPONSE) | NULLS) == []
    assert {finding.rule for finding in check(example.RESPONSE | NULLS)} == {"schema/type"}


@pytest.mark.parametrize(
    "lead, tail",
    [
        ('{"value": [', "]}"),
        ('{"value": [', "  ]\n}"),
        ('{"log": {"version": "1.2", "entries": [', "]}}"),
        ('{"Entries": [', '], "Variables": {}}'),
        ('{"error":', "}"),
        ('{"properties":', ', "id": null}'),
    ],
)
def test_a_document_with_one_entry_on_a_line_of_its_own_is_no_json_lines(lead: str, tail: str) -> None:
    inner: JSON = example.RESPONSE
    if "log" in lead:
        content = {"status": 200, "content": {"text": json.dumps(example.RESPONSE)}}
        inner = {"request": {"method": "GET", "url": example.EXCHANGE["url"]}, "response": content}
    elif "Entries" in lead:
        inner = {"RequestUri": example.EXCHANGE["url"], "RequestMethod": "GET", "StatusCode": 200, "ResponseBody": example.RESPONSE}
    elif "error" in lead:
        inner = {"code": "a", "message": "b"}
    elif "properties" in lead:
        inner = example.RESPONSE["properties"]
    (item,) = read_items(f"{lead}\n{json.dumps(inner)}\n{tail}\n".encode())
    assert isinstance(item, Document | Exchange)


@pytest.mark.parametrize("values", [(1, 2), (2, 1)])
def test_a_key_that_is_repeated_in_compact_text_is_found(values: tuple[int, int]) -> None:
    (item,) = read_items(b'{"id":"/updateRuns/a","properties":{"managedClusterUpdate":{}},"a":%d,"a":%d}' % values)
    assert isinstance(item, Document)
    assert item.body.duplicates == (("a",),)


def test_what_begins_as_yaml_after_comments_is_yaml() -> None:
    assert [type(item) for item in read_items(b"# a note\n\n  # another\nkind: other\n")] == [Unrelated]


def test_the_first_record_may_be_an_array() -> None:
    assert [type(item) for item in read_items(f"[{RECORD}]\n{RECORD}\n".encode())] == [Document, Document]


@pytest.mark.parametrize("records", [1, 2])
def test_a_byte_order_mark_is_a_note_at_the_beginning(records: int) -> None:
    data = f"{RECORD}\n" * records
    marked = f"\ufeff{data}".encode()
    (note, *others) = read_items(marked)
    assert isinstance(note, Unreadable)
    assert (note.severity, note.line, note.column, note.relevant) == (Severity.NOTE, 1, 1, False)
    assert [type(item) for item in others] == [type(item) for item in read_items(data.encode())]
    assert next(reader.read_piece(io.BufferedReader(io.BytesIO(marked)), 0)) == note


def test_a_byte_order_mark_is_skipped_at_the_beginning_of_the_first_piece_alone() -> None:
    marked = f"\ufeff{RECORD}\n{RECORD}\n".encode()
    assert list(reader.read_piece(io.BufferedReader(io.BytesIO(marked)), 0)) == read_items(marked)
    assert [type(item) for item in reader.read_piece(io.BufferedReader(io.BytesIO(marked)), 999)] == [Unreadable, Document]


def test_a_byte_order_mark_is_skipped_once() -> None:
    assert [type(item) for item in read_items("\ufeff\ufeffid: /updateRuns\n".encode())] == [Unreadable, Unreadable]


@pytest.mark.parametrize("record", ["{}", "[{}]"])
def test_a_record_may_come_before_a_line_that_is_none(record: str) -> None:
    assert [type(item) for item in read_items(f"{record.replace('{}', RECORD)}\nnonsense\n".encode())] == [Document, Unreadable]


def test_only_the_end_of_its_line_is_no_part_of_a_record() -> None:
    assert [type(item) for item in read_items(f"{RECORD} \t\r\n{RECORD}\x0c\n".encode())] == [Document, Unreadable]


def test_an_empty_array_is_a_list_of_no_runs() -> None:
    (item,) = read_items(b"[]\n")
    assert isinstance(item, Document)
    assert check([]) == []


def test_json_lines_are_records_with_their_lines() -> None:
    lines = [
        json.dumps(example.RESPONSE),
        "",
        '{"error": {"code": "a", "message": "b"}}',
        "nonsense",
        "[1]",
        json.dumps([example.RESPONSE]),
    ]
    items = read_items("\n".join(lines).encode())
    assert [(type(item), item.entry, getattr(item, "line", None)) for item in items] == [
        (Document, 0, 1),
        (Document, 1, 3),
        (Unreadable, 2, 4),
        (Unrelated, 3, 5),
        (Document, 4, 6),
    ]


RECORD = json.dumps(example.RESPONSE)


def test_a_byte_of_a_record_that_is_not_text_is_where_it_is() -> None:
    broken = [item for item in read_items(f"{RECORD}\n\n".encode() + b'{"id": "\xff"}\n') if isinstance(item, Unreadable)]
    assert [(item.line, item.column) for item in broken] == [(3, 9)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_record_breaks_off_at_the_end_of_its_line(end: str) -> None:
    broken = [item for item in read_items(f'{RECORD}{end}{{"a": 1,{end}{RECORD}{end}'.encode()) if isinstance(item, Unreadable)]
    assert [(item.line, item.column) for item in broken] == [(2, 9)]


def test_a_byte_order_mark_is_a_note_before_documents_one_after_another() -> None:
    assert [type(item) for item in read_items(f"\ufeff{PRETTY}\n{PRETTY}\n".encode())] == [Unreadable, Document, Document]


HEADED = {
    "a title": ("polls of update runs, every 30 s\n", ""),
    "a comment": ("# polls\n\n", ""),
    "a time in brackets": ("[2025-04-08 09:30:00] polls\n", ""),
    "the rest of a record": (RECORD[500:] + "\r\n", ""),
    "a beginning that was cut off": (RECORD[:500] + "\n", ""),
    "a bracket and a letter": ("[x\n", ""),
    "an array with a byte that is not UTF-8": ('[{"a": "\udc91"}\n', ""),
    "a quotation mark that is not closed": ('"polls\n', ""),
    "a comment, named": ("// polls\n", "polls.jsonl"),
    "two titles, named": ("polls\n\nof update runs\n", "polls.NDJSON.gz"),
}


@pytest.mark.parametrize("name", HEADED)
def test_a_line_before_records_is_one_finding_and_they_are_read(name: str) -> None:
    header, file = HEADED[name]
    items = read_items(f"{header}{RECORD}\n{RECORD}\n".encode(errors="surrogateescape"), file)
    titles = sum(1 for line in header.splitlines() if line)
    assert [(type(item), item.entry) for item in items] == [
        *((Unreadable, entry) for entry in range(titles)),
        (Document, titles),
        (Document, titles + 1),
    ]
    lines = f"{header}{RECORD}".splitlines()
    assert [item.line for item in items if isinstance(item, Document)] == [len(lines), len(lines) + 1]


def test_a_record_after_one_that_breaks_off_may_be_indented_and_so_may_that_one() -> None:
    assert [type(item) for item in read_items(f" {RECORD[:500]}\n  {RECORD}\n".encode())] == [Unreadable, Document]


def test_one_record_after_a_line_is_read_where_the_name_says_so() -> None:
    text = f"polls\n{RECORD}\n".encode()
    assert [type(item) for item in read_items(text, "polls.jsonl")] == [Unreadable, Document]
    assert [type(item) for item in read_items(text)] == [Unreadable]


NO_HEADER = {
    "a document of YAML": f"---\n{RECORD}\n",
    "a comment of YAML": f"# a run\n{RECORD}\n",
    "a body after a comment": f"// a run\n{RECORD}\n",
    "YAML that quotes records": f"updateRuns: |\n  {RECORD}\n  {RECORD}\n",
    "an array whose commas are missing": f"[\n{RECORD}\n{RECORD}\n]",
    "an array whose commas are missing, on its lines": f"[{RECORD}\n{RECORD}\n{RECORD}]",
    "an object that breaks off after its first line": f'{{ "value":\n{RECORD}\n{RECORD}\n',
    "an object in a program": f"const run =\n{RECORD}\n}};\n",
    "a body after a statement of a template": f"{{% if x %}}\n{RECORD}\n",
    "a document that breaks off after its first line": '{"value":\n[]\n',
    "a document that is indented, named": f"\n{json.dumps(example.RESPONSE, indent=1)}",
}


@pytest.mark.parametrize("name", NO_HEADER)
def test_what_only_looks_like_records_after_a_line_is_one_piece(name: str) -> None:
    (item,) = read_items(NO_HEADER[name].encode(), "run.jsonl" if "named" in name else "")
    assert item.entry is None


def test_json_lines_may_be_compressed_in_several_members() -> None:
    line = json.dumps(example.RESPONSE).encode() + b"\n"
    assert len(read_items(gzip.compress(line) + gzip.compress(line * 2))) == 3


def test_a_document_that_spans_lines_is_not_json_lines() -> None:
    (item,) = read_items(b"[\n" + json.dumps(example.RESPONSE).encode() + b"\n]")
    assert isinstance(item, Document)


PRETTY = json.dumps(example.RESPONSE, indent=2)
LINES = PRETTY.count("\n")


def entries_and_lines(items: list[Item]) -> list[tuple[type, int | None, int | None]]:
    return [(type(item), item.entry, getattr(item, "line", None)) for item in items]


@pytest.mark.parametrize("between", ["\n", "\r\n", " \n"])
def test_documents_one_after_another_are_records_with_their_lines(between: str) -> None:
    items = read_items(between.join([PRETTY, "[\n]", "[]", PRETTY, json.dumps(example.RESPONSE), ""]).encode())
    lines = [(Document, 0, 1), (Document, 1, LINES + 2), (Document, 2, LINES + 4), (Document, 3, LINES + 5), (Document, 4, 2 * LINES + 6)]
    assert entries_and_lines(items) == lines


def test_blank_lines_between_documents_count() -> None:
    assert entries_and_lines(read_items(f"\n{PRETTY}\n\n \n{PRETTY}".encode())) == [(Document, 0, 1), (Document, 1, LINES + 5)]


def test_a_document_among_others_that_is_broken_is_one_finding_at_its_place() -> None:
    items = read_items(f"{PRETTY}\n{PRETTY.replace(':', '', 1)}\n{PRETTY}".encode())
    assert entries_and_lines(items) == [(Document, 0, 1), (Unreadable, 1, LINES + 3), (Document, 2, 2 * LINES + 3)]


@pytest.mark.parametrize(
    "noise", ["ERROR: throttled", "Mon Nov 23 22:49:28 UTC 2026\n# again", "ERROR: (Code) {\nMessage: }", '"', "Response:"]
)
def test_lines_between_documents_that_are_none_are_one_finding_and_hide_no_document(noise: str) -> None:
    items = read_items(f"{PRETTY}\n{noise}\n{PRETTY}\n{noise}\n".encode())
    more = noise.count("\n") + 1
    places_of_noise = [(Unreadable, 1, LINES + 2), (Unreadable, 3, 2 * LINES + 3 + more)]
    assert [place for place in entries_and_lines(items) if place[0] is Unreadable] == places_of_noise
    assert [item.entry for item in items if isinstance(item, Document)] == [0, 2]


def test_a_yaml_file_may_have_a_comment_after_json_of_yaml() -> None:
    (item,) = read_items(f"{PRETTY.replace('true', 'True')[:-1]}, # which JSON has not\n}}\n# the end\n".encode(), "run.yaml")
    assert isinstance(item, Document)
    assert item.body.value == example.RESPONSE


@pytest.mark.parametrize("compact", [True, False])
def test_lines_before_the_first_document_of_a_json_file_hide_none(compact: bool) -> None:
    text = json.dumps(example.RESPONSE) if compact else PRETTY
    data = f"ERROR: throttled\n{text}\nERROR: throttled\n{text}\n".encode()
    assert [type(item) for item in read_items(data, "polls.json")] == [Unreadable, Document, Unreadable, Document]
    (item,) = read_items(data, "README.md")
    assert isinstance(item, Unreadable), "prose has examples"
    (item,) = read_items(b"ERROR: throttled\n{\n}\n", "settings.json")
    assert isinstance(item, Unreadable)


MESSAGES = [
    "WARNING: This command is in preview and under development.",
    "WARNING: cli.azure.cli.core: The installed extension 'fleet' is in preview.",
    "cli.azure.cli.core.azclierror: something",
    "Command group 'fleet' is in preview and under development. Reference: https://aka.ms/CLI_refstatus",
    "DEBUG: cli.azure.cli.core.sdk.policies: Response content:",
    "INFO: cli.__main__: Command ran in 1.0 seconds (init: 0.2, invoke: 0.8)",
]


@pytest.mark.parametrize("name", ["polls.json", "polls.txt", ""])
@pytest.mark.parametrize("message", MESSAGES)
def test_messages_of_the_az_cli_are_skipped_wherever_they_are(message: str, name: str) -> None:
    (item,) = read_items(f"{message}\n{PRETTY}\n{message}\n".encode(), name)
    assert (type(item), item.entry) == (Document, None)
    assert isinstance(item, Document)
    assert item.text is not None
    assert item.text.line == 2
    assert entries_and_lines(read_items(f"{message}\n{PRETTY}\n{message}\n{PRETTY}\n".encode(), name)) == [
        (Document, 0, 2),
        (Document, 1, LINES + 4),
    ]
    lines = f"{message}\n{RECORD}\n{RECORD}\n{message}\n{RECORD}\n".encode()
    assert entries_and_lines(read_items(lines, name)) == [(Document, 0, 2), (Document, 1, 3), (Document, 2, 5)]


@pytest.mark.parametrize("before", ["", f"{json.dumps(example.RESPONSE)}\n"])
def test_bodies_in_messages_of_the_az_cli_are_documents_with_their_columns(before: str) -> None:
    prefix = "DEBUG: cli.azure.cli.core.sdk.policies: "
    wrong = RECORD.replace('"Running"', '"running"', 1)
    items = read_items(f"{before}{prefix}Request URL: 'https://x'\n{prefix}Response content:\n{prefix}{wrong}\n{PRETTY}\n".encode())
    assert [type(item) for item in items] == [Document] * (3 if before else 2)
    located = [finding for finding in findings_with_positions(items) if finding.rule == "schema/enum"]
    assert [(finding.line, finding.column) for finding in located] == [(4 if before else 3, len(prefix) + wrong.index('"running"') + 1)]


ONE: dict[str, str] = {
    "the two sides of a conflict": f"{PRETTY}\n<<<<<<< HEAD\n{PRETTY}\n=======\n{PRETTY}\n>>>>>>> x\n",
    "a document with an array of lines": "[\n" + f"{json.dumps(example.RESPONSE)}\n,\n{json.dumps(example.RESPONSE)},\n{{}}\n}}",
    "a value on a line by itself": PRETTY.replace('": {', '":\n{').replace(",", "", 1),
    "an array whose commas are missing": f"[\n{PRETTY}\n{PRETTY}\n]",
    "a document that breaks off before another": f"{PRETTY[:-2]}\n{PRETTY}",
    "documents on one line": f"{PRETTY} {PRETTY}",
    "recordings in a row": (as_json(har(encoded=False)) + b"\n").decode() * 2,
    "a document with an end too many": f"{PRETTY}\n}}",
}


@pytest.mark.parametrize("name", ONE)
def test_what_is_not_one_document_after_another_is_one_finding(name: str) -> None:
    (item,) = read_items(ONE[name].encode())
    assert isinstance(item, Unreadable)
    assert item.message.startswith(("not JSON: unexpected ", "git left a conflict marker"))


RUN, ANOTHER, ALL = f"{FLEET}/updateRuns/spring", f"{FLEET}/updateRuns/autumn", f"{FLEET}/updateRuns"


@pytest.mark.parametrize(
    "asked, apart",
    [
        ([(RUN, 0, 100), (RUN, 100, 0)], [False, False]),
        ([(RUN, 0, 101), (RUN, 100, 0)], [False, True]),
        ([(RUN, 0, -1), (RUN, 100, 0)], [False, False]),
        ([(RUN, 0, 1e308), (RUN, 100, 0), (RUN, 200, -1e308)], [False, False, False]),
        ([(RUN, 0, None), (RUN, 100, 0)], [False, False]),
        ([(RUN, 0, 500), (ANOTHER, 100, 500), (RUN.replace("spring", "Spring"), 200, 0), (ANOTHER, 550, 0)], [False, False, True, True]),
        ([(RUN, 0, 500), (RUN, 100, 50), (RUN, 200, 1), (RUN, 600, 1)], [False, True, True, False]),
        ([(RUN, 0, 300), (ANOTHER, 0, 100), (ALL, 200, 0)], [False, False, True]),
        ([(ALL, 0, 300), (RUN, 200, 0), (ANOTHER, 300, 0)], [False, True, False]),
    ],
)
def test_answers_that_overlap_in_time_have_no_order(asked: list[tuple[str, int, float | None]], apart: list[bool]) -> None:
    entries = [
        {
            "startedDateTime": f"2025-04-08T09:30:00.{start:03}Z",
            "time": time,
            "request": {"method": "GET", "url": url + QUERY},
            "response": {"status": 200, "content": {"text": json.dumps({"value": []} if url is ALL else example.RESPONSE)}},
        }
        for url, start, time in asked
    ]
    items = read_items(as_json({"log": {"entries": entries}}))
    assert [item.concurrent for item in items if isinstance(item, Exchange)] == apart


@pytest.mark.parametrize(
    ("first", "second", "is_concurrent"), [("GET", "PUT", True), ("GET", "POST", True), ("PUT", "PUT", True), ("HEAD", "GET", False)]
)
def test_a_request_that_overlaps_with_another_that_has_a_run_has_no_order(first: str, second: str, is_concurrent: bool) -> None:
    entries = [
        {
            "startedDateTime": "2025-04-08T09:30:00Z",
            "time": 100,
            "request": {"method": method, "url": f"{RUN}{'/start' if method == 'POST' else ''}{QUERY}"},
            "response": {"status": 200, "content": {"text": "" if method == "HEAD" else json.dumps(example.RESPONSE)}},
        }
        for method in (first, second)
    ]
    items = read_items(as_json({"log": {"entries": entries}}))
    assert [item.concurrent for item in items if isinstance(item, Exchange)] == [False, is_concurrent]


@pytest.mark.parametrize("body", [{"state": ["{}", 0, None]}, {"state": [b"{}", 0]}, {"state": [b"{}", 0, None], "name": "a"}])
def test_a_body_with_a_state_is_no_stream_unless_it_is_all_that_python_writes_of_one(body: JSON) -> None:
    cassette = vcr()
    cassette["interactions"][0]["request"]["body"] = body
    assert bodies(read_items(as_yaml(cassette))[0])[0] == json.loads(json.dumps(body, default=bytes.decode))


def test_a_har_is_read_in_the_order_of_its_times() -> None:
    shuffled = har(encoded=False)
    shuffled["log"]["entries"].reverse()
    assert [item.entry for item in read_items(as_json(shuffled))] == list(reversed(range(len(SESSION))))


@pytest.mark.parametrize(
    "content, status, is_lacking",
    [
        ({"size": 100}, 200, True),
        ({"size": 100.0}, 200, True),
        ({"size": 100, "text": ""}, 200, True),
        ({"size": -1}, 200, True),
        ({"size": -1}, 404, True),
        ({}, 200, True),
        ({"size": -1}, 202, False),
        ({"size": -1}, 204, False),
        ({"size": -1}, 302, False),
        ({"size": 100}, 304, False),
        ({"size": -1}, 100, False),
        ({"size": -1}, 199, False),
        ({"size": -1}, 399, False),
        ({"size": 1}, 200, True),
        ({"size": -1, "text": ""}, 200, True),
        ({"size": 0}, 200, True),
        ({"size": 0, "text": ""}, 200, False),
    ],
)
def test_a_body_that_a_browser_did_not_keep_is_a_note_and_not_an_empty_one(content: JSON, status: int, is_lacking: bool) -> None:
    recording = har(encoded=False)
    recording["log"]["entries"][0]["response"] |= {"status": status, "content": content}
    item = read_items(as_json(recording))[0]
    assert isinstance(item, Exchange)
    if is_lacking:
        assert item.response == not_recorded("content has no text")
    else:
        assert item.response is None


def not_recorded(reason: str) -> Unreadable:
    return Unreadable("input/unreadable", f"the body was not recorded here, and is not checked: {reason}", severity=Severity.NOTE)


@pytest.mark.parametrize("more", [{"_error": "net::ERR_ABORTED"}, {"_failureText": "net::ERR_FAILED"}])
def test_a_response_that_did_not_come_whole_has_no_body_to_check(more: JSON) -> None:
    recording = har(encoded=False)
    recording["log"]["entries"][0]["response"] |= {"status": 200, "content": {"size": 0, "text": RECORD[:99]}} | more
    (item, *_) = read_items(as_json(recording))
    assert isinstance(item, Exchange)
    assert item.response == not_recorded("the browser did not receive all of it")


def with_file(name: str) -> bytes:
    """Write a HAR as Playwright does, with a body in a file."""
    recording = har(encoded=False)
    recording["log"]["entries"] = recording["log"]["entries"][2:3]
    recording["log"]["entries"][0]["response"]["content"] = {"size": 0, "mimeType": "application/json", "_file": name}
    return as_json(recording)


def test_a_body_in_a_file_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "a.json").write_text(RECORD)
    (item,) = read_items(with_file("bodies/a.json"), str(tmp_path / "session.har"))
    assert bodies(item) == (None, example.RESPONSE)


ELSEWHERE = {
    "a.json": 'the file "a.json" is not there',
    "../secret.json": 'the file "../secret.json" is not in the folder of the HAR',
    "link.json": 'the file "link.json" is not in the folder of the HAR',
    "bodies": 'the file "bodies" is not there',
    "nul\0": 'the file "nul\\u0000" cannot be read',
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_body_in_no_file_of_the_folder_is_a_note_that_names_the_file(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "har"
    (folder / "bodies").mkdir(parents=True)
    (tmp_path / "secret.json").write_text(RECORD)
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (item,) = read_items(with_file(name), str(folder / "session.har"))
    assert isinstance(item, Exchange)
    assert item.response == not_recorded(ELSEWHERE[name])
    (item,) = read_items(with_file(name))
    assert isinstance(item, Exchange)
    assert item.response == not_recorded(f"it is in the file {json.dumps(name)}")


@pytest.mark.parametrize(
    "method, content, is_lacking", [("HEAD", {"size": 9}, False), ("OPTIONS", {}, False), ("DELETE", {}, False), ("GET", {}, True)]
)
def test_no_body_is_missed_where_there_is_none(method: str, content: JSON, is_lacking: bool) -> None:
    recording = har(encoded=False)
    recording["log"]["entries"][0]["request"]["method"] = method
    recording["log"]["entries"][0]["response"] |= {"status": 200, "content": content}
    (item, *_) = read_items(as_json(recording))
    assert (isinstance(item, Exchange) and item.response is not None) == is_lacking


@pytest.mark.parametrize("status", [0, -1])
def test_a_request_without_an_answer_is_skipped(status: int) -> None:
    recording = har(encoded=False)
    recording["log"]["entries"][2]["response"] = {"status": status, "content": {"size": status}}
    assert [item.entry for item in read_items(as_json(recording)) if isinstance(item, Unrelated)] == [1, 2, 5]


BROKEN_ENTRIES: dict[str, tuple[JSON, str, bool]] = {
    "an entry that is no object": (5, "the entry is not an object", False),
    "an entry without a URL": ({"request": {"method": "GET"}, "response": {}}, "the entry has no URL", False),
    "an entry without a status": (
        {"request": {"method": "GET", "uri": SESSION[0][1]}, "response": {}},
        "the entry has no status code",
        True,
    ),
}


@pytest.mark.parametrize("name", BROKEN_ENTRIES)
def test_a_broken_entry_is_one_finding_and_the_rest_is_read(name: str) -> None:
    entry, message, relevant = BROKEN_ENTRIES[name]
    cassette = vcr()
    cassette["interactions"].insert(1, entry)
    items = read_items(as_json(cassette))
    broken = items[1]
    assert isinstance(broken, Unreadable)
    assert (broken.rule, broken.entry, broken.message, broken.relevant) == ("input/unreadable", 1, message, relevant)
    assert len(items) == len(SESSION) + 1


@pytest.mark.parametrize("method", [None, 5, "", "PATCH", b"PATCH"])
def test_a_request_without_a_known_method_asks_for_something_else(method: Any) -> None:
    cassette = vcr()
    cassette["interactions"][2]["request"]["method"] = method
    item = read_items(as_yaml(cassette))[2]
    assert isinstance(item, Exchange)
    assert item.operation == "other"


BROKEN_BODIES: dict[str, tuple[Any, str]] = {
    "text that is not JSON": ("{", "not JSON: the text ends in the middle of a value, at line 1, column 2 of the body"),
    "a word": ("Forbidden", 'not JSON: unexpected "F", at line 1, column 1 of the body'),
    "gzip content that breaks off": (gzip.compress(b"{}" * 99)[:-9], "the body is not gzip content, or breaks off"),
    "deflated content that breaks off": (zlib.compress(b"{}" * 99)[:-9], "the body is not deflated content, or breaks off"),
    "an archive": (b"PK\x03\x04\x14", "this is a zip archive; unpack it first"),
    "another archive": (b"a".ljust(257, b"\0") + b"ustar", "this is a tar archive; unpack it first"),
    "an answer with its header": (
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        "this is an answer with its header, as `curl -i` prints it; keep only the body",
    ),
    "bytes that are not UTF-8": (b"\xff{}", "the byte 0xff at offset 0 is not valid UTF-8, at line 1, column 1 of the body"),
}


def test_a_body_that_is_not_the_base64_that_it_is_said_to_be_is_a_finding() -> None:
    body = decode("abc", is_base64=True)
    assert isinstance(body, Unreadable)
    assert (body.rule, body.message) == ("input/unreadable", "the body is not base64, which its recording says it is")


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_body_that_unfolds_to_more_than_is_read_is_too_large(pack: Callable[[bytes], bytes]) -> None:
    body = decode(pack(b" " * (MAX_RECORD + 2)))
    assert isinstance(body, Unreadable)
    assert body.rule == "input/too-large"


@pytest.mark.parametrize("name", BROKEN_BODIES)
def test_a_broken_body_is_one_finding(name: str) -> None:
    content, message = BROKEN_BODIES[name]
    cassette = vcr()
    cassette["interactions"] = cassette["interactions"][2:3]
    cassette["interactions"][0]["response"]["body"]["string"] = content
    (item,) = read_items(as_yaml(cassette))
    assert isinstance(item, Exchange)
    assert isinstance(item.response, Unreadable)
    assert (item.response.rule, item.response.message) == ("input/unreadable", message)
    assert (item.response.line, item.response.column) == (None, None), "what is in a body is at the body"


def test_hidden_values_stand_for_any() -> None:
    recording = proxy()
    hidden = example.changed(
        example.RESPONSE, put={"/id": "Sanitized", "/name": "Sanitized", "/eTag": "Sanitized", "/systemData/createdAt": "Sanitized"}
    )
    url = SESSION[2][1].replace("/fleets/prod", "/fleets/Sanitized").replace("/spring", "/Sanitized")
    recording["Entries"] = [recording["Entries"][2] | {"ResponseBody": hidden, "RequestUri": url}]
    (item,) = read_items(as_json(recording))
    assert isinstance(item, Exchange)

    assert check_exchange(item) == []


def test_a_name_that_is_hidden_in_an_id_stands_for_any() -> None:
    cluster = "/properties/status/stages/0/groups/0/members/{}/clusterResourceId"
    hidden = "/subscriptions/Sanitized/resourceGroups/Sanitized/providers/Microsoft.ContainerService/{}/Sanitized"
    body = example.changed(
        example.RESPONSE,
        put={cluster.format(index): hidden.format("managedClusters") for index in range(2)},
    )
    recording = proxy()
    recording["Entries"] = [recording["Entries"][2] | {"ResponseBody": body}]
    (item,) = read_items(as_json(recording))
    assert isinstance(item, Exchange)

    assert check_exchange(item) == []


def test_what_is_hidden_hides_nothing_else() -> None:
    body = example.changed(
        example.RESPONSE, put={"/properties/managedClusterUpdate/upgrade/type": "Sanitized", "/properties/provisioningState": "Done"}
    )
    recording = proxy()
    recording["Entries"] = [recording["Entries"][2] | {"ResponseBody": body}]
    (item,) = read_items(as_json(recording))
    assert isinstance(item, Exchange)

    assert [(finding.rule, finding.pointer) for finding in check_exchange(item)] == [("schema/enum", "/properties/provisioningState")]


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        (["[]", PRETTY], [1, 2]),
        (["[]", "[]", PRETTY, "[]"], [1, 2, 3, 3 + PRETTY.count("\n") + 1]),
        ([json.dumps(example.RESPONSE), PRETTY, PRETTY], [1, 2, 2 + PRETTY.count("\n") + 1]),
        ([PRETTY, "[]", PRETTY], [1, PRETTY.count("\n") + 2, PRETTY.count("\n") + 3]),
    ],
)
def test_short_documents_may_come_before_and_between_indented_ones(texts: list[str], lines: list[int]) -> None:
    items = read_items("\n".join(texts).encode())
    assert [item.line if isinstance(item, Document) else item for item in items] == lines


# Stubs and contracts


CLEAN_RUN = {"method": "GET", "url": f"{FLEET}/updateRuns/spring{QUERY}"}


def rules_in(recording: JSON) -> list[tuple[str, str]]:
    return [(finding.rule, finding.side) for _, findings in check_items(read_items(as_json(recording))) for finding in findings]


@pytest.mark.parametrize("response", [{"bodyFileName": "run.json"}, {"fault": "EMPTY_RESPONSE"}, {"proxyBaseUrl": "https://host"}])
def test_a_body_that_is_not_in_a_stub_is_a_note(response: JSON) -> None:
    assert rules_in({"request": CLEAN_RUN, "response": {"status": 200, **response}}) == [("input/unreadable", "response")]


def test_a_stub_without_a_url_is_searched_as_it_is_alone() -> None:
    others = [
        {"request": {"method": "ANY"}, "response": {"status": 404}},
        {"request": CLEAN_RUN, "response": {"jsonBody": example.RESPONSE}},
    ]
    wrong = {"jsonBody": example.RESPONSE | {"eTag": "1"}}
    pattern = {"request": {"method": "GET", "urlPathPattern": "/.*"}, "response": wrong}
    assert rules_in({"mappings": others}) == []
    assert rules_in({"mappings": [*others, pattern]}) == rules_in(pattern) == [("etag-format", "response")]


@pytest.mark.parametrize("method", ["PUT", "ANY", None])
def test_the_request_of_a_stub_is_checked(method: str | None) -> None:
    wrong = example.changed(example.REQUEST, put={"/properties/managedClusterUpdate/upgrade/type": "full"})
    for body, expected in ((example.REQUEST, []), (wrong, [("schema/enum", "request")])):
        for patterns in ([{"matchesJsonPath": "$.x"}, {"equalToJson": body}], [{"equalTo": json.dumps(body)}]):
            request = {"url": CLEAN_RUN["url"], "bodyPatterns": patterns} | ({} if method is None else {"method": method})
            assert rules_in({"request": request, "response": {"status": 201, "jsonBody": example.RESPONSE}}) == expected


def test_a_message_of_a_contract_is_searched_and_a_response_without_a_body_is_any() -> None:
    message = {"type": "Asynchronous/Messages", "description": "a run", "contents": {"content": example.RESPONSE | {"eTag": "1"}}}
    call = {
        "type": "Synchronous/HTTP",
        "description": "a run",
        "request": {"method": "GET", "path": CLEAN_RUN["url"]},
        "response": {"status": 200},
    }
    contract = {"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [message, call]}
    assert sorted(rules_in(contract)) == [("etag-format", "response"), ("input/unreadable", "response")]


def test_the_content_of_a_contract_may_have_a_hint() -> None:
    body = {"content": example.RESPONSE, "contentType": "application/json", "contentTypeHint": "TEXT", "encoded": False}
    call = {"description": "a run", "request": {"method": "GET", "path": CLEAN_RUN["url"]}, "response": {"status": 200, "body": body}}
    assert rules_in({"interactions": [call]}) == []


def test_ruby_writes_the_tag_of_bytes_with_one_mark() -> None:
    data = base64.b64encode(gzip.compress(json.dumps(example.RESPONSE | {"eTag": "1"}).encode())).decode()
    text = f"""http_interactions:
- request: {{method: get, uri: "{CLEAN_RUN["url"]}", body: {{encoding: US-ASCII, string: ""}}, headers: {{}}}}
  response: {{status: {{code: 200, message: OK}}, headers: {{}}, body: {{encoding: ASCII-8BIT, string: !binary {data}}}}}
recorded_with: VCR 6.2.0
"""
    assert [finding.rule for _, findings in check_items(read_items(text.encode(), "a.yml")) for finding in findings] == ["etag-format"]


@pytest.mark.parametrize("response", [None, "x", [], {}])
def test_a_response_of_any_kind_is_no_crash(response: JSON) -> None:
    rules_in({"mappings": [{"request": CLEAN_RUN, "response": response}]})
    rules_in({"interactions": [{"description": "a", "request": CLEAN_RUN, "response": response}]})
    rules_in({"request": CLEAN_RUN, "response": response})
