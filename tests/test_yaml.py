"""YAML means here what it means to PyYAML, where JSON has a value for it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.support.for_each import for_each
from validator.checker.files import with_positions
from validator.checker.item import check_items
from validator.pointer import JSON
from validator.readers import reader, yaml_nodes, yaml_stream, yaml_text
from validator.readers.items import Body, Document, Item, Unreadable
from validator.rules import example


def yaml_value(text: str) -> JSON:
    body = yaml_text.parse(text.encode())
    assert isinstance(body, Body), body
    return body.value


@st.composite
def merging(draw: st.DrawFn) -> str:
    """Write mappings one below another, each with an anchor, keys of its own, and merges of earlier ones."""
    lines: list[str] = []
    for index in range(draw(st.integers(1, 6))):
        source = st.sampled_from([f"*m{at}" for at in range(index)] + ["{a: in, z: in}"])
        sources = source | st.lists(source, max_size=3).map(lambda many: f"[{', '.join(many)}]")
        members = [f"{key}: {index}" for key in draw(st.lists(st.sampled_from(["a", "b", "c", '"<<"', "'<<'"]), max_size=3, unique=True))]
        members += [f"{key}: {draw(sources)}" for key in draw(st.lists(st.sampled_from(["<<", "!!merge <<", "!!merge x"]), max_size=2))]
        lines.append(f"m{index}: &m{index} {{{', '.join(draw(st.permutations(members)))}}}")
    return "\n".join(lines) + "\n"


def merged_members(node: Any) -> dict[str, JSON]:
    """Return the members of a mapping, merged ones included: its own count first, of two merges the later, and of a list the earlier."""
    own: dict[str, JSON] = {}
    merged: list[yaml.MappingNode] = []
    for key, child in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            merged = [*(child.value if isinstance(child, yaml.SequenceNode) else [child]), *merged]
        else:
            own[key.value] = merged_members(child) if isinstance(child, yaml.MappingNode) else yaml_value(child.value)
    for source in merged:
        own = merged_members(source) | own
    return own


@given(text=merging())
def test_what_is_merged_is_what_the_merge_key_of_yaml_merges(text: str) -> None:
    # PyYAML 6.0.4 itself forgets that a member of its own counts before a merged one, where the mapping is merged into a third.
    assert yaml_value(text) == merged_members(yaml.compose(text, Loader=yaml.CSafeLoader))


@pytest.mark.parametrize("text", ["a: &a {<<: *a, b: 1}", "a: &a [{b: 1}]\nc: {<<: *a}", "- <<\n- b: <<", "a: {<<: [], <<: {}}"])
def test_merges_of_an_unusual_kind(text: str) -> None:
    expected = ["<<", {"b": "<<"}] if text.startswith("-") else yaml.load(text, Loader=yaml.CSafeLoader)
    assert yaml_value(text) == expected


def test_a_key_that_is_merged_twice_is_no_duplicate_and_one_that_is_written_twice_is() -> None:
    body = yaml_text.parse(b"a: &a {b: 1}\nc: {<<: *a, <<: *a, b: 2}\nd: {<<: {e: 1, e: 2}, <<: *a}\n")
    assert isinstance(body, Body)
    assert body.duplicates == (("d", "<<", "e"),)


def test_merges_that_unfold_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "MAX_YAML", 2000)
    text = "a: &a {" + ", ".join(f"k{number}: 1" for number in range(50)) + "}\nb: [" + "{<<: *a}, " * 30 + "]"
    assert isinstance(body := yaml_text.parse(text.encode()), Unreadable)
    assert body.rule == "input/too-large"


@for_each(
    "text",
    [
        *('!!int "3"', "!!int -3", '!!int "+1_000"', "!!int 0x1F", "!!int 0b101", "!!int ' 3 '", "!!int 0"),
        *("!!float 3", '!!float "-1.5e3"', "!!float .5", "!!float 1_0.5"),
        *("!!bool on", "!!bool no"),
        *("!!bool yes", '!!bool "False"', "!!bool OFF", "!!bool true"),
        *("!!null null", '!!null ""', "!!null", "!!null x"),
        *("!!str 3", "!!str true", "!!str", "!!str null"),
        *("!!map {a: !!int '1'}", "!!seq [!!str 1]", "!!map\n  a: 1", "!!seq\n- 1"),
        *("!!binary aGk=", "!<tag:yaml.org,2002:int> '3'", "!!merge <<"),
    ],
)
def test_a_tag_of_what_json_has_means_what_it_means_to_pyyaml(text: str) -> None:
    document = f"a: {text}\n" if text != "!!merge <<" else "!!merge <<: {a: 1}\n"
    assert repr(yaml_value(document)) == repr(yaml.load(document, Loader=yaml.CSafeLoader))


def test_plain_scalars_are_those_of_the_core_schema() -> None:
    assert yaml_value("[true, True, TRUE, false, False, FALSE]") == [True] * 3 + [False] * 3
    assert yaml_value("{a: null, b: Null, c: NULL, d: ~, e: }") == dict.fromkeys("abcde")
    assert repr(yaml_value("[1, -2, +3, 1.5, .5, 5., 1e3, 1E-2]")) == "[1, -2, 3, 1.5, 0.5, 5.0, 1000.0, 0.01]"
    assert yaml_value("[yes, on, No, off, nULL, tRUE, 1_0, 0b1]") == ["yes", "on", "No", "off", "nULL", "tRUE", "1_0", "0b1"]
    assert yaml_value("[0x1F, 0o17, 0x, 0o8, -0x1F]") == [31, 15, "0x", "0o8", "-0x1F"]


def test_a_scalar_that_is_quoted_or_a_block_or_tagged_as_text_is_text() -> None:
    assert yaml_value("[1, '1', \"1\", ! 1, ! [1], ! {a: 1}]") == [1, "1", "1", "1", [1], {"a": 1}]
    assert yaml_value("a: 'null'\nb: \"true\"\nc: |-\n  1.5\nd: >-\n  ~\n") == {"a": "null", "b": "true", "c": "1.5", "d": "~"}


@pytest.mark.parametrize("text, message", [("a:\n\t- b", "found a tab where YAML allows only spaces"), ("a: `b", "found character that")])
def test_a_tab_is_told_from_other_characters_that_yaml_does_not_allow(text: str, message: str) -> None:
    body = yaml_text.parse(text.encode())
    assert isinstance(body, Unreadable)
    assert body.message.startswith(f"not YAML: {message}")


def test_a_key_that_stands_twice_in_a_sequence_has_the_index_of_its_item() -> None:
    body = yaml_text.parse(b"a: [1, {b: 1}, {b: 1, b: 2}]")
    assert isinstance(body, Body)
    assert body.duplicates == (("a", 2, "b"),)


def test_a_key_is_text_as_it_is_written() -> None:
    assert yaml_value("{true: 1, 01: 2, ~: 3, 1.0: 4}") == {"true": 1, "01": 2, "~": 3, "1.0": 4}


def test_an_integer_has_as_many_bits_as_one_of_json_may_have() -> None:
    assert yaml_value(f"!!int 0x{'f' * 256}") == 2**1024 - 1


def test_an_alias_may_be_a_key() -> None:
    assert yaml_value("a: &a b\nc: {*a : 1}\n") == {"a": "b", "c": {"b": 1}}


def test_an_integer_may_have_a_sign_before_its_base_and_zeros_before_its_digits() -> None:
    assert yaml_value("[!!int -0x1F, !!int +0b101, !!int 010]") == [-31, 5, 10]


def test_an_octal_integer_is_that_of_yaml_1_2() -> None:
    assert yaml_value("!!int 0o17") == 15


def test_documents_in_flow_style_are_entries() -> None:
    data = b'{\n"properties": {"managedClusterUpdate": {}}}\n---\n{\n"properties": {"managedClusterUpdate": {}}}\n'
    items = list(reader.read(io.BufferedReader(io.BytesIO(data)), "runs.yaml"))
    assert [(type(item), item.entry, item.line) for item in items if isinstance(item, Document)] == [(Document, 0, 1), (Document, 1, 3)]


def test_a_text_without_a_value_has_none() -> None:
    assert yaml_value("# updateRuns\n") is None


@pytest.mark.parametrize("word", ["fleets/updateRuns", "others"])
def test_what_is_too_deep_by_its_aliases_counts_where_it_is_about_update_runs(word: str) -> None:
    body = yaml_text.parse(f"{word}: &a [*a]".encode())
    assert isinstance(body, Unreadable)
    assert (body.rule, body.relevant) == ("input/too-deep", word != "others")


@pytest.mark.parametrize(
    "text, message, line",
    [(b"a: \xff", "the byte 0xff at offset 3 is not valid UTF-8", 1), (b"a: 1\n---\nb: 2\n", "not YAML: a second document begins", 2)],
)
def test_what_is_no_text_or_more_than_one_document_is_a_finding(text: bytes, message: str, line: int) -> None:
    body = yaml_text.parse(text)
    assert isinstance(body, Unreadable)
    assert (body.message, body.line) == (message, line)


def test_bytes_in_a_run_are_text() -> None:
    item = read_item("properties: {managedClusterUpdate: {}}\nname: !!binary c3ByaW5n\n", "run.yaml")
    assert isinstance(item, Document)
    assert item.body.value["name"] == "spring"


def test_a_time_is_text_with_a_tag_and_without() -> None:
    assert yaml_value("[!!timestamp 2025-04-08T09:30:00Z, 2025-04-08T09:30:00Z]") == ["2025-04-08T09:30:00Z"] * 2


@pytest.mark.parametrize("tag", ["python/str", "python/unicode"])
def test_text_of_python_2_is_text(tag: str) -> None:
    assert yaml_value(f"!!{tag} 1") == "1"


@pytest.mark.parametrize(
    "text, message",
    [
        ("!!int x", "a !!int value is not an integer of JSON"),
        (f"!!int {'7' * 5000}", "a !!int value is not an integer of JSON"),
        (f"!!int 0x{'7' * 500}", "a !!int value is not an integer of JSON"),
        ("!!float .nan", "a !!float value is not a number of JSON"),
        ("!!float inf", "a !!float value is not a number of JSON"),
        ("!!float 1e999", "a !!float value is not a number of JSON"),
        (f"!!int 0x1{'0' * 256}", "a !!int value is not an integer of JSON"),
        ("!!binary a?b", "a !!binary value is not base64"),
        ("!!binary aG?k=", "a !!binary value is not base64"),
        ("7" * 5000, "a number is too large for 64 bits"),
        ("!!bool 1", "a !!bool value is not true or false"),
        ("!!map [a]", 'the tag "tag:yaml.org,2002:map" is not read'),
        ("!!seq {a: b}", 'the tag "tag:yaml.org,2002:seq" is not read'),
        ("!!set {a}", 'the tag "tag:yaml.org,2002:set" is not read'),
        ("!int 3", 'the tag "!int" is not read'),
        ("!<int> 3", 'the tag "int" is not read'),
        ("!<> 3", None),
        ("*b", 'the alias "b" has no anchor'),
        ("{[b]: 1}", "the key of a mapping is no scalar"),
    ],
)
def test_a_value_that_is_not_what_its_tag_says_is_a_finding(text: str, message: str | None) -> None:
    body = yaml_text.parse(f"a: {text}".encode())
    assert isinstance(body, Unreadable)
    assert message is None or body.message == f"not YAML: {message}"
    assert body.line == 1


# What begins with a bracket is JSON, or YAML if it is named so


def read_item(text: str, name: str) -> Item:
    (item,) = reader.read(io.BufferedReader(io.BytesIO(text.encode())), name)
    return item


FLOW = {
    "plain keys": "{properties: {managedClusterUpdate: {upgrade: {type: NodeImageOnly}}}}",
    "single quotes": str({"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}}}),
    "a comma too many": '{"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly",}}}}',
    "comments": '{"properties": # what\n {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}}}',
}


@pytest.mark.parametrize("name", FLOW)
@pytest.mark.parametrize("file", ["run.yaml", "RUN.YML", "run.yml.gz"])
def test_a_flow_mapping_in_a_file_that_is_named_as_yaml_is_yaml(name: str, file: str) -> None:
    item = read_item(FLOW[name], file)
    assert isinstance(item, Document)
    assert item.body.value == {"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}}}
    assert item.text is not None
    assert item.text.is_yaml


@for_each("name", FLOW)
@for_each("file", ["run.json", "run.har", "run.yaml.json", "yaml", ""])
def test_a_flow_mapping_in_another_file_is_json_that_is_broken(name: str, file: str) -> None:
    item = read_item(FLOW[name], file)
    assert isinstance(item, Unreadable)
    assert item.message.startswith("not JSON: unexpected ")
    assert (item.line, item.column) != (None, None)


def test_a_flow_mapping_that_breaks_off_is_no_yaml_in_a_file_that_is_named_so() -> None:
    text = json.dumps(example.RESPONSE)
    assert isinstance(read_item(text, "run.yaml"), Document)
    for end in range(1, len(text), 7):
        items = [read_item(text[:end], name) for name in ("run.yaml", "run.json")]
        assert all(isinstance(item, Unreadable) and item.line for item in items)
        assert [item.message[:9] for item in items if isinstance(item, Unreadable)] == ["not YAML:", "not JSON:"]


# YAML allows a byte order mark, JSON does not


MARKED = "\ufeffproperties:\n  managedClusterUpdate: {upgrade: {type: NodeImageOnly}}\n"


def test_a_byte_order_mark_is_right_in_yaml() -> None:
    assert isinstance(read_item(MARKED, ""), Document)
    assert isinstance(read_item(MARKED.replace("}}", "}"), ""), Unreadable)


@pytest.mark.parametrize("text", ["some words", "'updateRuns"])
def test_a_name_makes_no_yaml_of_what_does_not_begin_as_yaml(text: str) -> None:
    for name in ("run.yaml", "run.json"):
        assert isinstance(read_item(text, name), Unreadable)


@pytest.mark.parametrize("name, notes", [("run.json", 1), ("", 1), ("run.yaml", 0)])
def test_a_byte_order_mark_is_a_note_in_json(name: str, notes: int) -> None:
    items = list(reader.read(io.BufferedReader(io.BytesIO(f"\ufeff{json.dumps(example.RESPONSE)}".encode())), name))
    assert [type(item) for item in items] == [Unreadable] * notes + [Document]


def test_yaml_is_read_once_and_nobody_asks_why_it_is_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("validator.readers.text_errors.explained")
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(yaml.safe_dump(example.RESPONSE).encode()))
    [item] = reader.read(stream)
    assert isinstance(item, Document)


# Several documents

SHORT = "properties: {managedClusterUpdate: {upgrade: {type: full}}}\n"


def read_as(text: str, name: str = "runs.yaml") -> list[tuple[str, int | None, int | None]]:
    """Return the type, the entry and the line of each item."""
    items = list(reader.read(io.BufferedReader(io.BytesIO(text.encode())), name))
    return [(type(item).__name__, item.entry, getattr(item, "line", None)) for item in items]


@for_each("name", ["runs.yaml", "runs", "runs.txt"])
@for_each("first", ["", "---\n", "# some runs\n---\n", "%YAML 1.2\n---\n", "---\n---\n", "\n\n--- # one\n"])
@for_each("between", ["---\n", "--- \n", "...\n---\n", "...\n%YAML 1.2\n---\n", "\n---\n---\n", "---\n# none\n---\n"])
def test_each_document_is_an_entry_with_its_position(name: str, first: str, between: str) -> None:
    text = f"{first}{SHORT}{between}{SHORT}"
    items = list(reader.read(io.BufferedReader(io.BytesIO(text.encode())), name))
    results = [(item, found) for item, found in check_items(items) if isinstance(item, Document)]
    findings = list(with_positions((finding, item.text) for item, found in results for finding in found))
    lines = [number for number, line in enumerate(text.splitlines(), 1) if "full" in line]
    assert [(finding.rule, finding.entry, finding.line, finding.column) for finding in findings] == [
        ("schema/enum", entry, line, 1 + SHORT.index("full")) for entry, line in enumerate(lines)
    ]


def test_documents_about_something_else_are_counted_and_a_broken_one_hides_no_other() -> None:
    text = f"kind: Fleet\n---\n{SHORT}---\nproperties: {{managedClusterUpdate: [\n---\n{SHORT}"
    assert read_as(text) == [("Unrelated", 0, None), ("Document", 1, 2), ("Unreadable", 2, 6), ("Document", 3, 6)]


def test_a_text_in_which_a_scalar_has_a_line_of_hyphens_is_one_document() -> None:
    assert read_as(f"{SHORT}notes: |\n  a\n  ---\n  b\n") == [("Document", None, None)]


def test_a_recording_among_documents_is_a_finding() -> None:
    recording = f"interactions: [{{request: {{method: GET, uri: '{example.EXCHANGE['url']}'}}, response: {{}}}}]\n"
    assert read_as(f"{SHORT}---\n{recording}---\n{recording}") == [
        ("Document", 0, 1),
        ("Unreadable", 1, 2),
        ("Unrelated", 2, None),
    ]


def test_the_values_of_all_documents_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_stream, "MAX_YAML", 20)
    assert [kind for kind, _, _ in read_as("---\n".join([SHORT] * 9))] == ["Document"] * 4 + ["Unreadable"]


# What a person wrote


@pytest.mark.parametrize(
    "text, message",
    [
        ("1.30", "expected a string, found 1.30, which is a number; put it in quotes"),
        ("0x1F", "expected a string, found 0x1F, which is a number; put it in quotes"),
        ("True", "expected a string, found True, which is a boolean; put it in quotes"),
        ("~", "expected a string, found null"),
        ("[1.30]", "expected a string, found an array of 1 item"),
    ],
)
@pytest.mark.parametrize("is_alias", [False, True])
def test_a_value_without_quotes_is_shown_as_it_is_written(text: str, message: str, is_alias: bool) -> None:
    version, before = ("*version", f"version: &version {text}\n") if is_alias else (text, "")
    data = f"{before}properties: {{managedClusterUpdate: {{upgrade: {{type: Full, kubernetesVersion: {version}}}}}}}\n"
    results = check_items(reader.read(io.BufferedReader(io.BytesIO(data.encode())), "run.yaml"))
    assert [finding.message for _, found in results for finding in found if finding.rule == "schema/type"] == [message]


UNQUOTED = example.changed(example.RESPONSE, put={"/properties/managedClusterUpdate/upgrade/kubernetesVersion": "UNQUOTED"})
URL = example.EXCHANGE["url"]
BATCH = {
    "RequestBody": {"requests": [{"httpMethod": "GET", "url": URL}]},
    "ResponseBody": {"responses": [{"httpStatusCode": 200, "content": UNQUOTED}]},
}
WRAPPED: dict[str, JSON] = {
    "a list": [example.RESPONSE, UNQUOTED],
    "a page": {"value": [UNQUOTED]},
    "fixtures under names": {"clean": example.RESPONSE, "wrong": {"body": UNQUOTED}},
    "the az CLI": {key: value for key, value in UNQUOTED.items() if key != "properties"} | UNQUOTED["properties"],
    "an operator": {"kind": "FleetsUpdateRun", "spec": UNQUOTED["properties"]},
    "a stub": {"request": {"method": "GET", "url": URL}, "response": {"status": 200, "jsonBody": UNQUOTED}},
    "a recording": {"Entries": [{"RequestMethod": "GET", "RequestUri": URL, "StatusCode": 200, "ResponseBody": UNQUOTED}]},
    "a batch": {"Entries": [{"RequestMethod": "POST", "RequestUri": "https://a/batch", "StatusCode": 200, **BATCH}]},
    "an example": {"parameters": {"api-version": "2025-03-01"}, "responses": {"200": {"body": UNQUOTED}}},
}


@pytest.mark.parametrize("name", WRAPPED)
def test_a_value_without_quotes_is_shown_as_it_is_written_wherever_the_run_is(name: str) -> None:
    data = yaml.safe_dump(WRAPPED[name]).replace("UNQUOTED", "1.30").encode()
    results = check_items(reader.read(io.BufferedReader(io.BytesIO(data)), "run.yaml"))
    messages = [finding.message for _, found in results for finding in found if finding.rule == "schema/type"]
    assert messages == ["expected a string, found 1.30, which is a number; put it in quotes"]
