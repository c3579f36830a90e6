"""Line and column: every finding in text is where a person would put the cursor."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.support.command import findings_in
from tests.support.documents import paths
from tests.support.profiles import at_most
from tests.support.sessions import HOST, QUERY
from validator.pointer import JSON
from validator.readers.items import Exchange, Text
from validator.readers.positions import Position, Target, locate
from validator.rules import example
from validator.rules.example import changed

TOKEN = "tökén 🜚"
URL = f"{HOST}{example.RESPONSE['id']}{QUERY}"


def position(data: bytes, rule: str) -> tuple[int, int]:
    (one,) = {(f["line"], f["column"]) for f in findings_in(data) if f["rule"] == rule}
    return one


def behind(data: bytes, at: tuple[int, int] | Position) -> str:
    """Return the text from a position on, which counts characters as an editor does."""
    text = data.decode("utf-8-sig")
    lines = text.split("\n")
    return "\n".join([lines[at[0] - 1][at[1] - 1 :], *lines[at[0] :]])


# Documents, at random

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(['"', "a\\", "🜚", "é\t", "[{", "\u2028"])
VALUES = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=3), below, max_size=4), max_leaves=15
)
SPACES = st.sampled_from(["", " ", "\t", "\n", "\r\n", "\r\n\t ", "  \n"])


def put(value: JSON, path: tuple[str | int, ...], new: JSON) -> JSON:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


def spaced_json(value: JSON, space: Callable[[], str], *, ascii_only: bool) -> str:
    """Write JSON with white space of every kind between its tokens."""

    def text(part: JSON) -> str:
        if isinstance(part, dict):
            members = ",".join(f"{space()}{text(key)}{space()}:{space()}{text(below)}{space()}" for key, below in part.items())
            return f"{{{members or space()}}}"
        if isinstance(part, list):
            return f"[{','.join(space() + text(item) + space() for item in part) or space()}]"
        return json.dumps(part, ensure_ascii=ascii_only)

    return space() + text(value) + space()


@given(value=VALUES, data=st.data())
def test_a_token_at_any_place_of_a_json_text_is_found(value: JSON, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(paths(value))))
    text = spaced_json(put(value, path, TOKEN), lambda: data.draw(SPACES), ascii_only=data.draw(st.booleans())).encode()
    (at,) = locate(Text(text), [Target(tuple(map(str, path)))])
    assert at is not None
    assert json.JSONDecoder().raw_decode(behind(text, at))[0] == TOKEN


@given(value=VALUES, data=st.data(), flow=st.sampled_from([None, True, False]))
def test_a_token_at_any_place_of_a_yaml_text_is_found(value: JSON, data: st.DataObject, flow: bool | None) -> None:
    path = data.draw(st.sampled_from(list(paths(value))))
    dumped = yaml.dump(put(value, path, TOKEN), Dumper=yaml.SafeDumper, allow_unicode=True, default_flow_style=flow, width=1000)
    text = data.draw(st.sampled_from(["", "# ünï\n", "---\n"])) + dumped
    (at,) = locate(Text(text.encode(), is_yaml=True), [Target(tuple(map(str, path)))])
    assert at is not None
    assert behind(text.encode(), at).lstrip("'\"").startswith((TOKEN, "tökén \\U0001F71A"))


@given(value=VALUES, data=st.data())
def test_all_places_at_once_are_those_one_by_one(value: JSON, data: st.DataObject) -> None:
    text = Text(spaced_json(value, lambda: data.draw(SPACES), ascii_only=False).encode())
    targets = [Target(tuple(map(str, path))) for path in paths(value)]
    together = locate(text, targets)
    assert together == [locate(text, [target])[0] for target in targets]
    assert together == sorted(together, key=lambda at: at or (0, 0))


# Every container

STATES = [path for path in paths(example.RESPONSE) if path[-1:] == ("state",)]


def documents(run: JSON) -> dict[str, JSON]:
    """Hold a run in every container that embeds it."""
    entry = {"RequestMethod": "GET", "RequestUri": URL, "StatusCode": 200, "RequestBody": None, "ResponseBody": run}
    flat = {name: below for name, below in run.items() if name != "properties"} | run["properties"] | {"resourceGroup": "g"}
    other = {"RequestMethod": "GET", "RequestUri": f"{HOST}/other", "StatusCode": 200}
    return {
        "document": run,
        "array": [example.RESPONSE, run],
        "page": {"value": [run], "nextLink": None},
        "az": [flat],
        "test proxy": {"Entries": [other, entry], "Variables": {}},
        "oav": {"liveRequest": {"method": "GET", "url": URL}, "liveResponse": {"statusCode": "200", "body": run}},
        "x-ms-examples": {
            "operationId": "UpdateRuns_Get",
            "parameters": dict(Exchange.of("GET", URL, 200).parameters),
            "responses": {"202": {}, "200": {"body": run}},
        },
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", documents(example.RESPONSE))
@at_most(15)
@given(data=st.data())
def test_a_wrong_state_is_found_at_its_token_in_whatever_holds_it(name: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(STATES))
    holder = documents(put(example.RESPONSE, path, TOKEN))[name]
    mark = data.draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    space = st.sampled_from(["\r\n  \t", " "])
    text = mark + spaced_json(holder, lambda: data.draw(space), ascii_only=data.draw(st.booleans())).encode()
    assert position(gzip.compress(text), "schema/enum") == position(text, "schema/enum")
    assert json.JSONDecoder().raw_decode(behind(text, position(text, "schema/enum")))[0] == TOKEN


WRONG = json.dumps(put(example.RESPONSE, STATES[0], TOKEN), ensure_ascii=False)
GET = {"method": "GET", "uri": URL}
ENCODED = base64.b64encode(WRONG.encode()).decode()


def wide_yaml(value: JSON) -> bytes:
    return yaml.dump(value, Dumper=yaml.SafeDumper, allow_unicode=True, width=100).encode()


def cassette_of_body(**body: object) -> JSON:
    return {"version": 1, "interactions": [{"request": GET, "response": {"status": {"code": 200}, "body": body}}]}


def tabbed_json(value: JSON) -> bytes:
    return json.dumps(value, indent="\t").encode()


HELD = {
    "VCR.py": (wide_yaml(cassette_of_body(string=WRONG)), "'{\"id"),
    "VCR.py, CRLF": (wide_yaml(cassette_of_body(string=WRONG)).replace(b"\n", b"\r\n"), "'{\"id"),
    "VCR.py, encoding": (wide_yaml(cassette_of_body(string=WRONG, encoding="utf-8")), "'{\"id"),
    "VCR.py, binary": (wide_yaml(cassette_of_body(string=gzip.compress(WRONG.encode()))), "!!binary"),
    "VCR.py, base64": (wide_yaml(cassette_of_body(base64_string=ENCODED)), ENCODED[:10]),
    "VCR.py, a stream": (
        wide_yaml(cassette_of_body(state=[WRONG.encode(), 0, None]))
        .replace(b"body:\n", b"body: !!python/object/new:_io.BytesIO\n")
        .replace(b"state:\n", b"state: !!python/tuple\n"),
        "!!binary",
    ),
    "VCR.py 5, httpx": (
        wide_yaml({"interactions": [{"request": GET, "response": {"content": WRONG, "status_code": 200}}]}),
        "'{\"id",
    ),
    "VCR.py, JSON": (tabbed_json(cassette_of_body(string=WRONG)), '"{\\"id'),
    "go-vcr": (
        b"---\n" + wide_yaml({"interactions": [{"request": {"method": "GET", "url": URL}, "response": {"code": 200, "body": WRONG}}]}),
        "'{\"id",
    ),
    "PowerShell": (
        tabbed_json({"a/b": {"Request": {"Method": "GET", "RequestUri": URL}, "Response": {"StatusCode": 200, "Content": WRONG}}}),
        '"{\\"id',
    ),
    "test proxy": (
        tabbed_json({"Entries": [{"RequestMethod": "GET", "RequestUri": URL, "StatusCode": 200, "ResponseBody": WRONG}]}),
        '"{\\"id',
    ),
    "oav": (tabbed_json({"liveRequest": {"method": "GET", "url": URL}, "liveResponse": {"statusCode": "200", "body": WRONG}}), '"{\\"id'),
    "HAR": (
        tabbed_json(
            {"log": {"entries": [{"request": {"method": "GET", "url": URL}, "response": {"status": 200, "content": {"text": WRONG}}}]}}
        ),
        '"{\\"id',
    ),
}


@pytest.mark.parametrize("name", HELD)
def test_what_is_wrong_in_a_body_that_is_a_string_is_at_the_string(name: str) -> None:
    text, start = HELD[name]
    (wrong,) = (finding for finding in findings_in(text) if finding["rule"] == "schema/enum")
    assert behind(text, (wrong["line"], wrong["column"])).startswith(start)
    assert wrong["pointer"] == "/" + "/".join(map(str, STATES[0]))


@pytest.mark.parametrize("name", HELD)
def test_what_is_wrong_in_a_url_is_at_the_url(name: str) -> None:
    text = HELD[name][0].replace(QUERY.encode(), b"")
    rest = behind(text, position(text, "api-version-missing"))
    assert rest.lstrip('"').startswith(URL.removesuffix(QUERY))


# Single places


def run_text(**changes: JSON) -> bytes:
    pointers = {"/" + pointer.replace("__", "/"): value for pointer, value in changes.items()}
    return json.dumps(changed(example.RESPONSE, put=pointers), indent=2).encode()


@pytest.mark.parametrize("name", ["strategi", "a/b", "a~b", "~1"])
def test_a_property_that_should_not_be_there_is_at_its_name(name: str) -> None:
    text = json.dumps(example.RESPONSE | {name: {}}, indent=2).encode()
    assert behind(text, position(text, "undocumented-property")).startswith(f'"{name}"')


def test_a_missing_property_is_at_the_object_that_lacks_it() -> None:
    text = json.dumps(changed(example.RESPONSE, put={}, removed=("/properties/managedClusterUpdate/upgrade/type",)), indent=2).encode()
    at = position(text, "schema/required")
    assert behind(text, at).startswith("{")
    assert text.decode().split("\n")[at[0] - 1].strip() == '"upgrade": {'


def test_a_key_that_stands_twice_is_at_the_second_and_its_value_at_the_last() -> None:
    members = [f'"managedClusterUpdate": {{"upgrade": {upgrade}}}' for upgrade in ('{"type": "full"}', '{"type": "a"}', "{}")]
    text = f'{{"properties": {{{", ".join(members)}}}}}'.encode()
    assert behind(text, position(text, "input/duplicate-key")).startswith(members[1])
    assert behind(text, position(text, "schema/required")) == "{}}}}"


@pytest.mark.parametrize("is_yaml", [False, True])
def test_what_the_last_of_two_keys_lacks_is_at_what_lacks_it(is_yaml: bool) -> None:
    text = Text(b'{"a": {"b": {"c": 1}},\n "a": {"b": {}}}', is_yaml=is_yaml)
    assert locate(text, [Target(("a", "b", "c")), Target(("a", "b"))]) == [Position(2, 13, 14), Position(2, 13, 14)]


def test_an_item_has_no_name_and_is_at_its_value() -> None:
    assert locate(Text(b'{"a": [1]}'), [Target(("a", "0"), "name"), Target(("a",), "name")]) == [Position(1, 8, 9), Position(1, 2, 5)]


def test_a_key_that_stands_twice_in_a_recording_is_at_the_second() -> None:
    text = HELD["HAR"][0].replace(b'"status": 200', b'"status": 201, "status": 200')
    assert behind(text, position(text, "input/duplicate-key")).startswith('"status": 200')


def test_a_key_that_stands_twice_in_yaml_is_at_the_second() -> None:
    text = b"properties:\n  managedClusterUpdate: {upgrade: {type: NodeImageOnly}}\n  updateStrategyId: a\n  updateStrategyId: b\n"
    assert position(text, "input/duplicate-key") == (4, 3)
    assert position(text, "schema/format") == (4, 21)


def test_what_stands_behind_an_alias_is_at_the_alias() -> None:
    text = b"""
properties:
  managedClusterUpdate: {upgrade: {type: NodeImageOnly}}
  strategy:
    stages:
    - &stage {name: A, groups: [{name: b}]}
    - *stage
"""
    assert {(f["line"], f["column"]) for f in findings_in(text) if f["rule"] == "schema/pattern"} == {(6, 21), (7, 7)}


def test_the_value_of_a_key_that_is_an_alias_is_where_it_is_written() -> None:
    text = Text(b"a: &a b\nc: {*a : {d: 1}, e: 2}\n", is_yaml=True)
    assert locate(text, [Target(("c", "b", "d")), Target(("c", "e"))]) == [Position(2, 14, 15), Position(2, 21, 22)]


MERGED = b"""
- &base
  properties: &properties
    managedClusterUpdate: {upgrade: {type: NodeImageOnly}}
    strategy: {stages: [{name: A, groups: [{name: b}]}]}
- <<: *base
- <<: [{properties: {<<: *properties, strategi: 1}}, *base]
- properties:
    <<: *properties
    strategy: {stages: [{name: B, groups: [{name: b}]}]}
- &copy {<<: *base}
- {<<: *copy}
"""


def test_what_is_merged_is_where_it_is_written() -> None:
    places = {
        (f["pointer"], f["line"], f["column"]) for f in findings_in(MERGED) if f["rule"] in {"schema/pattern", "undocumented-property"}
    }
    copies = {(f"/{index}/properties/strategy/stages/0/name", 5, 32) for index in (0, 1, 2, 4, 5)}
    assert places == copies | {("/3/properties/strategy/stages/0/name", 10, 32), ("/2/properties/strategi", 7, 39)}


def test_an_example_points_at_its_parameter() -> None:
    text = tabbed_json(documents(example.RESPONSE)["x-ms-examples"]).replace(b'"updateRunName": "', b'"updateRunName": "-')
    at = position(text, "schema/pattern")
    assert behind(text, at).startswith('"-')


def test_a_record_has_the_line_of_the_file_and_the_column_of_the_line() -> None:
    record = json.dumps(put(example.RESPONSE, STATES[0], TOKEN), ensure_ascii=False)
    text = f"\ufeff\n{json.dumps(example.RESPONSE)}\r\n\n \t{record}\n{record}".encode()
    places = [(f["line"], f["column"]) for f in findings_in(text) if f["rule"] == "schema/enum"]
    assert [line for line, _ in places] == [4, 5]
    assert all(behind(text, place).startswith(f'"{TOKEN}"') for place in places)


@pytest.mark.parametrize("separator", ["\r", "\u2028", "\x85"])
def test_a_line_ends_at_a_line_feed_alone(separator: str) -> None:
    run = f'updateRuns: "{separator} é"\nmanagedClusterUpdate: {{upgrade: {{type: 🜚}}}}\n'
    for text, rule, expected in [
        (run, "schema/enum", "🜚}}\n"),
        (f"{run}b: 'é", "input/unreadable", ""),
        (f"{run}b: é\x07 ", "input/unreadable", "\x07 "),
        (f"{run}é: !x x", "input/unreadable", "!x x"),
    ]:
        assert behind(text.encode(), position(text.encode(), rule)) == expected


def test_a_line_of_json_ends_at_a_line_feed_alone() -> None:
    run = '{"a": 1,\r\n\r"managedClusterUpdate":\r {"upgrade": {"type":'
    for text, rule, expected in [(f'{run} "🜚"}}}}}}', "schema/enum", '"🜚"}}}'), (f"{run} x", "input/unreadable", "x")]:
        assert behind(text.encode(), position(text.encode(), rule)) == expected


@pytest.mark.slow
@given(values=st.lists(VALUES, max_size=4), indent=st.integers(0, 4), space=st.sampled_from(["\n", "\r\n", "\n \t\n"]))
def test_a_token_in_the_last_of_several_documents_is_found(values: list[JSON], indent: int, space: str) -> None:
    run = put(example.RESPONSE, STATES[0], TOKEN)
    parts = [example.RESPONSE, *([value] for value in values), run]
    text = "".join(json.dumps(part, indent=indent, ensure_ascii=False) + space for part in parts).encode()
    (wrong,) = (f for f in findings_in(text) if f["rule"] == "schema/enum")
    assert wrong["entry"] == len(parts) - 1
    assert behind(text, (wrong["line"], wrong["column"])).startswith(f'"{TOKEN}"')


def test_a_finding_about_a_history_is_at_the_later_capture() -> None:
    text = "\n".join(json.dumps(run) for run in (example.RESPONSE, put(example.RESPONSE, STATES[0], "Stopped"))).encode()
    assert {f["line"] for f in findings_in(text) if f["rule"] == "etag-reused"} == {2}


def test_an_entry_that_cannot_be_read_is_at_the_entry() -> None:
    text = tabbed_json(cassette_of_body(string=WRONG)).replace(b'"code": 200', b'"code": null')
    assert behind(text, position(text, "input/unreadable")).startswith('{\n\t\t\t"request"')


def test_an_answer_of_an_example_that_is_of_no_status_is_at_the_answer() -> None:
    example_of = {"operationId": "UpdateRuns_Get", "parameters": {"fleetName": "prod"}, "responses": {"2000": {"body": {}}}}
    text = json.dumps(example_of, indent=2).encode()
    assert behind(text, position(text, "input/unreadable")).startswith('{\n      "body"')


@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_a_name_that_is_hidden_and_what_is_below_it_are_where_they_are(write: Callable[[JSON], str]) -> None:
    name = "token=eyJ0123456789abcdefghijk"
    strategy = {"stages": [{"name": "A", "groups": [{"name": "b"}], name: 1}]}
    text = write({"x": 1, name: {"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}, "strategy": strategy}}})
    hidden = {f["rule"]: behind(text.encode(), (f["line"], f["column"])).lstrip('"') for f in findings_in(text.encode())}
    assert hidden["undocumented-property"].startswith("token=")
    assert hidden["schema/pattern"].startswith("A")


@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_of_two_names_that_are_hidden_none_is_told_from_the_other(write: Callable[[JSON], str]) -> None:
    names = {"password=abcdefgh": {"a": 1}, "password=ijklmnop": 2}
    text = write({"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly", **names}}}})
    (place,) = {(f["line"], f["column"]) for f in findings_in(text.encode()) if "(hidden)" in f["pointer"]}
    assert behind(text.encode(), place).startswith(('{"type"', "password=abcdefgh"))


def test_a_byte_that_is_not_utf_8_is_where_it_is() -> None:
    for text in (b'{"properties":\n {"managedClusterUpdate": "h\xe1"}}', b'properties:\n managedClusterUpdate: "h\xe1"\n'):
        (finding,) = findings_in(text)
        assert finding["rule"] == "input/unreadable"
        assert text.split(b"\n")[finding["line"] - 1][finding["column"] - 1] == 0xE1


def test_integers_of_any_length_and_depths_of_any_kind_do_no_harm() -> None:
    digits = run_text(name="-").replace(b'"-"', b"1" * 300)
    assert findings_in(digits)
    assert locate(Text(b"[" * 5000 + b"]" * 5000), [Target(("0",))]) == [None]
    assert locate(Text(b'[{"a": ' + b"1" * 5000 + b"}, 2]"), [Target(("1",))]) == [Position(1, 5011, 5012)]


@pytest.mark.process
def test_a_clean_file_is_not_looked_at_again(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps(example.RESPONSE))
    (tmp_path / "wrong.json").write_text(WRONG)
    for name, loaded in (("run.json", False), ("wrong.json", True)):
        code = f"from validator.cli import main\ntry: main(['check', {str(tmp_path / name)!r}])\nexcept SystemExit: pass"
        code += "\nimport sys\nprint('validator.readers.positions' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == str(loaded)


def test_as_many_findings_as_there_are_entries_take_one_walk() -> None:
    entries = [{"request": GET, "response": {"status": {"code": 200}, "body": {"string": "{"}}}] * 1000
    text = json.dumps({"interactions": entries}).encode()  # one line of 400,000 characters, in which each is looked for
    findings = findings_in(text)
    assert len({f["column"] for f in findings}) == 1000


def put_request(body: JSON) -> dict[str, tuple[JSON, bool]]:
    """Hold a request in every container, with whether it is embedded there or a string."""
    text = json.dumps(body, ensure_ascii=False)
    parameters = dict(Exchange.of("PUT", URL, 200).parameters)
    return {
        "VCR.py": ({"interactions": [{"request": GET | {"method": "PUT", "body": text}, "response": {"status": {"code": 202}}}]}, False),
        "go-vcr": ({"interactions": [{"request": {"method": "PUT", "url": URL, "body": text}, "response": {"code": 202}}]}, False),
        "HAR": (
            {"log": {"entries": [{"request": {"method": "PUT", "url": URL, "postData": {"text": text}}, "response": {"status": 202}}]}},
            False,
        ),
        "PowerShell": ({"a": {"Request": {"Method": "PUT", "RequestUri": URL, "Content": text}, "Response": {"StatusCode": 202}}}, False),
        "test proxy": ({"Entries": [{"RequestMethod": "PUT", "RequestUri": URL, "RequestBody": body, "StatusCode": 202}]}, True),
        "oav": ({"liveRequest": {"method": "PUT", "url": URL, "body": body}, "liveResponse": {"statusCode": "202"}}, True),
        "resource": (
            {"operationId": "UpdateRuns_CreateOrUpdate", "parameters": parameters | {"resource": body}, "responses": {"202": {}}},
            True,
        ),
        "body": ({"operationId": "UpdateRuns_CreateOrUpdate", "parameters": parameters | {"body": body}, "responses": {"202": {}}}, True),
    }


REQUESTS = put_request(changed(example.REQUEST, put={"/properties/managedClusterUpdate/upgrade/type": TOKEN}))


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_wrong_in_a_request_is_there(name: str) -> None:
    holder, embedded = REQUESTS[name]
    text = json.dumps(holder, ensure_ascii=False, indent=2).encode()
    value = json.JSONDecoder().raw_decode(behind(text, position(text, "schema/enum")))[0]
    assert value == TOKEN if embedded else TOKEN in json.loads(value)["properties"]["managedClusterUpdate"]["upgrade"]["type"]


@pytest.mark.parametrize("name", put_request({}))
def test_a_property_of_a_request_that_is_called_uri_is_no_part_of_the_url(name: str) -> None:
    holder, embedded = put_request(example.REQUEST | {"uri": 1})[name]
    text = json.dumps(holder, ensure_ascii=False, indent=2).encode()
    rest = behind(text, position(text, "undocumented-property"))
    assert rest.startswith('"uri"') if embedded else "managedClusterUpdate" in json.JSONDecoder().raw_decode(rest)[0]
