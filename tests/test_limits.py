"""The limits of input: up to a limit it is read, and beyond it there is a finding."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.reading import read_items, stream
from tests.support.sessions import flattened
from validator import check, limits
from validator.cli import main
from validator.limits import MAX_DEPTH, MAX_FINDINGS
from validator.readers import budget, json_lines, json_text, payloads, reader, yaml_nodes, yaml_text
from validator.readers.bounds import TOO_DEEP, excess
from validator.readers.items import Body, Document, Item, Unreadable
from validator.rules import example


def run_of_size(size: int, *, lead: str = "") -> bytes:
    """Return a run as text with a number of bytes."""
    begin, end = f'{{{lead}"properties": {{"managedClusterUpdate": {{}}}}, "pad": "', '"}'
    return (begin + "x" * (size - len(begin) - len(end)) + end).encode()


def outcome(found: Item | Body | None) -> str:
    """Return the name of the kind of item, or the rule of the problem."""
    return found.rule if isinstance(found, Unreadable) else type(found).__name__


@pytest.mark.parametrize("lead", ["", "\n", "\n\n "])
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_file_is_read_up_to_its_bound(lead: str, packed: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reader, json_lines):
        monkeypatch.setattr(module, "MAX_FILE", 1000)
    assert [outcome(item) for item in read_items(packed(run_of_size(1000, lead=lead)))] == ["Document"]
    assert [outcome(item) for item in read_items(packed(run_of_size(1001, lead=lead)))] == ["input/too-large"]


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("written", [run_of_size, lambda size: b"[" + run_of_size(size - 2) + b"]"])
def test_a_record_is_read_up_to_its_bound(position: int, written: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MAX_RECORD", 200)  # without the line feed
    for size, expected in ((200, "Document"), (201, "input/too-large"), (402, "input/too-large"), (999, "input/too-large")):
        lines = [run_of_size(99)] * 3
        lines[position] = written(size)
        data = b"".join(line + b"\n" for line in lines)
        for items in (read_items(data), list(reader.read_piece(stream(data), 0))):
            assert [outcome(item) for item in items] == ["Document"] * position + [expected] + ["Document"] * (2 - position)
            assert [(item.entry, item.line) for item in items if isinstance(item, Document | Unreadable)] == [(0, 1), (1, 2), (2, 3)]
            assert [item.column for item in items if isinstance(item, Unreadable)] == [1] * (expected != "Document")


def test_one_record_after_an_array_that_is_too_long_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MAX_RECORD", 200)
    assert [outcome(item) for item in read_items(b"[" + run_of_size(300) + b"]\n" + run_of_size(99) + b"\n")] == [
        "input/too-large",
        "Document",
    ]


@pytest.mark.parametrize("lead", [b"", b"{}\n"])
@pytest.mark.parametrize("beyond", [0, 1])
def test_a_record_that_is_too_long_is_relevant_by_the_part_that_is_read(lead: bytes, beyond: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MAX_RECORD", 200)
    key = b'"managedClusterUpdate":'
    data = lead + b'{"a": "' + b"x" * (201 + beyond - len(b'{"a": "", ' + key)) + b'", ' + key + b" {}}\n" + run_of_size(99) + b"\n"
    found = read_items(data)[-2]
    assert isinstance(found, Unreadable)
    assert (found.rule, found.relevant) == ("input/too-large", not beyond)


@pytest.mark.parametrize("lead, name", [(b"", "MAX_FILE"), (b"{}\n", "MAX_RECORD")])
@pytest.mark.parametrize("blank", [b"\n", b"    \n", b"  \r\n"])
def test_blank_lines_are_read_up_to_their_bound(lead: bytes, name: str, blank: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, name, 1000)
    for lines, expected in ((1000 // len(blank), ["Document"] * 3), (1000 // len(blank) + 1, ["input/too-large"])):
        data = lead + blank * lines + (run_of_size(99) + b"\n") * 3
        assert [outcome(item) for item in read_items(data)] == ["Unrelated"] * (bool(lead) and len(expected) > 1) + expected
        assert (len(list(reader.piece_offsets(stream(data), 10))) > 1) == (len(expected) > 1)


def test_records_may_follow_thousands_of_blank_lines() -> None:
    data = b"\n" * 20_000 + (run_of_size(99) + b"\n") * 3
    assert [item.line for item in read_items(data) if isinstance(item, Document)] == [20_001, 20_002, 20_003]
    assert len(list(reader.piece_offsets(stream(data), 10))) > 1


def test_a_file_that_is_too_large_is_not_cut_into_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reader, json_lines):
        monkeypatch.setattr(module, "MAX_FILE", 1000)
    for size, expected in ((1000, ["Document"] * 3), (1001, ["input/too-large"])):
        data = run_of_size(size - 1) + b"\n" + (run_of_size(99) + b"\n") * 2
        assert [outcome(item) for item in read_items(data)] == expected
        assert (len(list(reader.piece_offsets(stream(data), 10))) > 1) == (len(expected) > 1)


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_body_is_read_up_to_its_bound(packed: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "MAX_RECORD", 200)
    assert outcome(payloads.decode(packed(run_of_size(200)))) == "Body"
    assert outcome(payloads.decode(packed(run_of_size(201)))) == "input/too-large"


@pytest.mark.parametrize("value", [b"1", b"[]", b'{"a":1}', b'"[,\\",{"'])
def test_values_are_read_up_to_their_bound_and_strings_are_one_value_each(value: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MAX_NODES", 10)
    most = 5 if value[:1] in b"[{" else 10  # an empty array counts as if it had a value
    assert outcome(json_text.parse(b"[" + b",".join([value] * most) + b"]")) == "Body"
    assert outcome(json_text.parse(b"[" + b",".join([value] * (most + 1)) + b"]")) == "input/too-large"


def test_values_of_documents_one_after_another_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MAX_NODES", 12)
    assert [outcome(item) for item in read_items(b"[\n[], []\n]\n" * 3)] == ["Unrelated"] * 3
    assert [outcome(item) for item in read_items(b"[\n[], []\n]\n" * 4)] == ["input/too-large"]


@pytest.mark.parametrize("parse", [json_text.parse, yaml_text.parse])
def test_levels_are_counted_in_what_breaks_off(parse: Callable[[bytes], Body | Unreadable]) -> None:
    assert outcome(parse(b"[" * MAX_DEPTH)) == "input/unreadable"
    assert outcome(parse(b"[" * (MAX_DEPTH + 1))) == "input/too-deep"
    assert outcome(parse(b'["[", [], {}, ' + b"[" * MAX_DEPTH)) == "input/too-deep"
    assert outcome(parse(b'["' + b"[" * MAX_DEPTH + b'", ')) == "input/unreadable"
    assert outcome(parse(b'["]", [], {}, ' + b"[" * (MAX_DEPTH - 1))) == "input/unreadable"


def test_the_bracket_at_which_a_text_is_no_json_counts_as_a_level_and_what_follows_does_not() -> None:
    assert outcome(json_text.parse(b"[" * (MAX_DEPTH - 1) + b"{[")) == "input/too-deep"
    assert outcome(json_text.parse(b"[" * (MAX_DEPTH - 2) + b"{[[")) == "input/unreadable"


def test_levels_of_a_body_that_is_embedded_are_read_up_to_their_bound() -> None:
    assert outcome(payloads.decode(json.loads("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH))) == "Body"
    assert outcome(payloads.decode(json.loads("[" * (MAX_DEPTH + 1) + "1" + "]" * (MAX_DEPTH + 1)))) == "input/too-deep"


@pytest.mark.parametrize(
    "opened, inmost, closed", [("[", "", "]"), ("[", "1", "]"), ('{"a":', "{}", "}"), ('{"a":', "[]", "}"), ("[", "{}", "]")]
)
def test_a_level_is_an_object_or_an_array_whatever_is_in_it(opened: str, inmost: str, closed: str) -> None:
    levels = MAX_DEPTH - (inmost in {"{}", "[]"})
    assert excess(json.loads(opened * levels + inmost + closed * levels)) is None
    assert excess(json.loads(opened * (levels + 1) + inmost + closed * (levels + 1))) == TOO_DEEP


@pytest.mark.parametrize("in_list", [False, True])
def test_levels_of_az_cli_output_are_counted_in_the_original(in_list: bool) -> None:
    def rules(levels: int) -> set[str]:
        below = levels - 1 - in_list
        run = flattened(example.RESPONSE) | {"extra": json.loads("[" * below + "]" * below)}
        return {finding.rule for finding in check([run] if in_list else run)}

    assert rules(MAX_DEPTH) == {"undocumented-property"}
    assert rules(MAX_DEPTH + 1) == {"input/too-deep"}


def test_a_flow_mapping_is_yaml_up_to_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"{properties: {managedClusterUpdate: {}}}"
    for bound, expected in ((len(data), "Document"), (len(data) - 1, "input/unreadable"), (len(data) + 1, "Document")):
        monkeypatch.setattr(reader, "_MAX_HAND_WRITTEN", bound)
        assert [outcome(item) for item in reader.read(stream(data), "run.yaml")] == [expected]


def test_levels_of_yaml_are_read_up_to_their_bound() -> None:
    assert outcome(yaml_text.parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)) == "Body"
    assert outcome(yaml_text.parse(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))) == "input/too-deep"


def test_values_of_yaml_are_read_up_to_their_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "MAX_YAML", 10)
    assert outcome(yaml_text.parse(b"[1, 2, 3, 4, 5, 6, 7, 8, 9]")) == "Body"
    assert outcome(yaml_text.parse(b"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]")) == "input/too-large"


@pytest.mark.parametrize("levels", [500, 1000])
def test_json_that_is_nested_deeper_than_the_limit_is_parsed(levels: int) -> None:
    assert outcome(json_text.parse(b"[" * levels + b"]" * levels)) == "Body"


@pytest.mark.parametrize("words", ["fleets/updateRuns", "others"])
def test_input_that_is_too_large_is_relevant_if_it_mentions_update_runs(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MAX_RECORD", 200)
    monkeypatch.setattr(json_text, "MAX_NODES", 10)
    monkeypatch.setattr(yaml_nodes, "MAX_YAML", 10)
    key = "managedClusterUpdate" if words != "others" else "other"
    record = read_items(f'{{"a": 1}}\n{{"{key}": "{"x" * 200}"}}\n'.encode())[1]
    for found in (record, json_text.parse(f'["{words}", {"[],[]," * 10}1]'.encode()), yaml_text.parse(f"[{words}, {'1, ' * 20}]".encode())):
        assert isinstance(found, Unreadable)
        assert (found.rule, found.relevant) == ("input/too-large", words != "others")


@pytest.mark.parametrize("words", ["fleets/updateRuns", "others"])
@pytest.mark.parametrize("parse", [json_text.parse, yaml_text.parse])
def test_input_that_is_too_deep_is_relevant_if_it_mentions_update_runs(words: str, parse: Callable[[bytes], Body | Unreadable]) -> None:
    found = parse(f'["{words}", {"[" * MAX_DEPTH}'.encode())
    assert isinstance(found, Unreadable)
    assert (found.rule, found.relevant) == ("input/too-deep", words != "others")


@pytest.mark.process
@pytest.mark.parametrize("severity", ["error", "warning"])
def test_findings_beyond_the_limit_are_counted_by_any_number_of_processes(severity: str, tmp_path: Path) -> None:
    update = {"upgrade": 1} if severity == "error" else {"upgrade": {"type": "NodeImageOnly"}, "x": 1}
    line = json.dumps({"properties": {"managedClusterUpdate": update}, "pad": "x" * 400})
    (tmp_path / "runs.jsonl").write_text(f"{line}\n" * 6000)
    reports = []
    for jobs in ("1", "2"):
        options = ("--select=undocumented-property",) if severity == "warning" else ()
        result = CliRunner().invoke(main, ["check", "--format=json", f"--jobs={jobs}", *options, str(tmp_path)])
        reports.append(json.loads(result.stdout)["findings"])
    assert reports[0] == reports[1]
    *listed, last = reports[0]
    assert (len(listed), last["rule"]) == (MAX_FINDINGS, "input/too-large")
    assert last["message"] == "10,000 findings are listed, and there are 2,000 more in this file"
    assert last["severity"] == severity


@pytest.mark.slow
def test_an_ignored_rule_takes_no_place_among_the_findings_that_are_listed(tmp_path: Path) -> None:
    names = {f"p{number}": 1 for number in range(MAX_FINDINGS + 1)}
    (tmp_path / "run.json").write_text(json.dumps({"a": names, "properties": {"managedClusterUpdate": {"upgrade": {**names, "type": 1}}}}))
    result = CliRunner().invoke(main, ["check", "--format=json", "--ignore=undocumented-property", str(tmp_path)])
    assert [finding["rule"] for finding in json.loads(result.stdout)["findings"]] == ["schema/enum"]


# The budget of a file


def spent(items: list[Item]) -> list[str]:
    return [outcome(item) for item in items]


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_records_are_bounded_in_a_compressed_file_alone(packed: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "FREE_WORK", 20 * limits.ENTRY_WORK)
    monkeypatch.setattr(budget, "WORK_PER_BYTE", 0)
    found = spent(read_items(packed(run_of_size(99) + b"\n" + b"{}\n" * 50)))
    assert found == ["Document"] + ["Unrelated"] * (50 if packed is bytes else 18) + ["input/too-large"] * (packed is not bytes)


def test_bodies_are_bounded_by_what_they_unfold_to(monkeypatch: pytest.MonkeyPatch) -> None:
    body = base64.b64encode(gzip.compress(run_of_size(100_000))).decode()
    response = {"status": 200, "content": {"text": body, "encoding": "base64"}}
    entry = {"request": {"method": "GET", "url": example.EXCHANGE["url"]}, "response": response}
    data = json.dumps({"log": {"entries": [entry] * 10}}).encode()
    for work, expected in ((2_100_000, ["Exchange"] * 10), (1_100_000, ["Exchange"] * 5 + ["input/too-large"])):
        monkeypatch.setattr(budget, "FREE_WORK", work - limits.WORK_PER_BYTE * len(data))
        assert spent(read_items(data)) == expected
    *_, last = read_items(data)
    assert isinstance(last, Unreadable)
    assert (last.entry, last.relevant) == (5, True)


def test_each_byte_of_a_file_adds_to_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    data = gzip.compress(b"".join(json.dumps({"n": f"{number}{hash(str(number))}"}).encode() + b"\n" for number in range(3000)))
    monkeypatch.setattr(budget, "FREE_WORK", 0)
    monkeypatch.setattr(budget, "WORK_PER_BYTE", 1)
    assert spent(read_items(data))[-1] == "input/too-large"
    monkeypatch.setattr(budget, "WORK_PER_BYTE", 1000)
    assert spent(read_items(data)) == ["Unrelated"] * 3000


def test_the_table_of_limits_has_those_of_the_code() -> None:
    text = (Path(__file__).parent.parent / "SECURITY.md").read_text()
    table = "\n".join(line for line in text.splitlines() if line.startswith("| ") and line.count("|") == 3 and "`" not in line)
    sizes = (f"{size // 2**20} MiB" for size in (limits.MAX_FILE, limits.MAX_RECORD, limits.FREE_WORK))
    numbers = (
        f"{n:,}"
        for n in (MAX_DEPTH, limits.MAX_NODES, limits.MAX_FAULTY, limits.MAX_YAML, limits.WORK_PER_BYTE, limits.MAX_OBJECTS, MAX_FINDINGS)
    )
    assert [value for value in (*sizes, *numbers, f"{limits.ENTRY_WORK // 2**10} KiB") if value not in table] == []
