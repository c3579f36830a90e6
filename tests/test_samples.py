"""The samples show every container, and are clean but for what their manifest says."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.support.command import status_and_report
from validator.cli import main
from validator.rules.example import REQUEST, RESPONSE, changed

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text())["expected"]
FILES = sorted(
    str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.is_file() and path.name not in {"README.md", "expected.json"}
)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_the_samples_are_as_their_manifest_says(engine: str) -> None:
    status, report = status_and_report(SAMPLES, "--baseline", SAMPLES / "expected.json", "--engine", engine)
    found = [f"{finding['source']} {finding['pointer']}: {finding['message']} [{finding['rule']}]" for finding in report["findings"]]
    assert not found, "\n".join(["correct the samples; only those in samples/wrong may have findings, in expected.json:", *found])
    assert (status, report["stale"]) == (0, [])
    assert report["summary"]["known"] == len(EXPECTED)


def test_only_the_wrong_ones_and_the_generated_example_are_expected_to_fail() -> None:
    wrong = {name for name in FILES if name.startswith("wrong/")}
    assert {row["file"] for row in EXPECTED} == wrong | {"reference-page/get-maximum-set.json"}


def test_every_expected_finding_has_a_reason() -> None:
    assert [row for row in EXPECTED if not row["reason"].strip()] == []


def test_the_readme_of_the_samples_lists_each_of_them() -> None:
    listed = sorted(re.findall(r"^\| `([^`]+)`", (SAMPLES / "README.md").read_text(), re.MULTILINE))
    assert listed == FILES, f"add or remove these rows of the table in samples/README.md: {sorted(set(listed) ^ set(FILES))}"


@pytest.mark.parametrize("name", FILES)
def test_something_is_checked_in_each_sample(name: str) -> None:
    _, report = status_and_report(SAMPLES / name)
    assert report["summary"]["documents"] + report["summary"]["exchanges"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_no_header_of_a_sample_is_printed(name: str) -> None:
    for form in ("text", "json"):
        out = CliRunner().invoke(main, ["check", "--format", form, str(SAMPLES / name)]).output
        assert "bearer" not in out.lower()
        assert "authorization" not in out.lower()


# The manifest


def test_a_new_finding_and_a_vanished_one_both_fail(tmp_path: Path) -> None:
    wrong = json.loads((SAMPLES / "wrong" / "update-run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(wrong))
    manifest = tmp_path / "known.json"
    assert CliRunner().invoke(main, ["check", str(tmp_path / "run.json"), "--baseline", str(manifest), "--update-baseline"]).exit_code == 0
    assert status_and_report(tmp_path / "run.json", "--baseline", manifest)[0] == 0
    wrong["systemData"]["createdByType"], wrong["systemData"]["lastModifiedByType"] = "User", "user"
    (tmp_path / "run.json").write_text(json.dumps(wrong, indent=4))
    status, report = status_and_report(tmp_path / "run.json", "--baseline", manifest)
    assert status == 1
    assert [finding["pointer"] for finding in report["findings"]] == ["/systemData/lastModifiedByType"]
    assert [row["pointer"] for row in report["stale"]] == ["/systemData/createdByType"]
    text = CliRunner().invoke(main, ["check", str(tmp_path / "run.json"), "--baseline", str(manifest)]).stdout
    reason = "not found any more; remove it from the baseline, as --update-baseline does"
    assert f"/systemData/createdByType: schema/enum is expected, and {reason}" in text


def test_what_is_new_fails_however_grave_it_is_unless_a_threshold_is_given(tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text('{"expected": []}')
    (tmp_path / "run.json").write_bytes(b"\xef\xbb\xbf" + (SAMPLES / "documents" / "update-run.json").read_bytes())
    command = ["check", str(tmp_path / "run.json"), "--baseline", str(tmp_path / "known.json")]
    assert CliRunner().invoke(main, command).exit_code == 1
    assert CliRunner().invoke(main, [*command, "--fail-on", "warning"]).exit_code == 0


def test_a_fixture_that_breaks_for_another_reason_fails(known: Path) -> None:
    path = known.parent / "a.json"
    path.write_text(path.read_text()[:-20])
    status, report = status_and_report(known.parent, "--baseline", known)
    assert status == 1
    assert [finding["rule"] for finding in report["findings"]] == ["input/unreadable"]
    assert {row["file"] for row in report["stale"]} == {"a.json"}


def test_rows_outlive_another_order_and_other_white_space(known: Path) -> None:
    for name, indent in (("a.json", None), ("b.json", 7)):
        path = known.parent / name
        path.write_text(json.dumps(json.loads(path.read_text()), indent=indent))
    assert status_and_report(known.parent / "b.json", known.parent / "a.json", "--baseline", known)[0] == 0


def test_a_row_without_a_reason_is_accepted_and_named(known: Path) -> None:
    def output(without: int, *options: str) -> list[str]:
        changed = [row | {"reason": " " if number < without else "why"} for number, row in enumerate(expected_rows(known))]
        known.write_text(json.dumps({"expected": changed}))
        result = CliRunner().invoke(main, ["check", str(known.parent), "--baseline", str(known), *options])
        assert result.exit_code == 0
        lines = [line.removeprefix(f"{known}: ") for line in result.stdout.splitlines() if line.startswith(f"{known}: ")]
        return [line.removeprefix("note known ") for line in lines]

    assert output(0) == []
    said = f"{known.parent}/a.json /id: resource-id-mismatch is expected, and the baseline gives no reason"
    assert output(1) == [said]
    assert output(10)[0] == said
    assert output(10)[3:] == ["… and 7 more like it"]
    assert len(output(10, "--verbose")) == 10


@pytest.mark.parametrize("way", ["./a.json", "x/../a.json", "{folder}/a.json", "../{name}/a.json"])
def test_a_row_may_name_its_file_in_any_way(way: str, known: Path) -> None:
    for row in (changed := expected_rows(known)):
        row["file"] = row["file"].replace("a.json", way.format(folder=known.parent, name=known.parent.name))
    known.write_text(json.dumps({"expected": changed}))
    status, report = status_and_report(known.parent, "--baseline", known)
    assert (status, report["findings"], report["stale"]) == (0, [], [])


def test_a_row_of_a_file_that_is_not_checked_is_not_stale() -> None:
    status, report = status_and_report(SAMPLES / "documents", "--baseline", SAMPLES / "expected.json")
    assert (status, report["stale"]) == (0, [])


@pytest.mark.parametrize("name", ["gone.json", "folder"])
def test_a_row_of_a_file_that_is_gone_or_a_folder_is_stale(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    row = {"file": name, "rule": "schema/enum", "pointer": "/a", "reason": "-"}
    (tmp_path / "known.json").write_text(json.dumps({"expected": [row]}))
    status, report = status_and_report(SAMPLES / "documents", "--baseline", tmp_path / "known.json")
    assert status == 1
    assert [row["file"] for row in report["stale"]] == [name]


def test_a_repeated_row_is_reported(known: Path) -> None:
    document = json.loads(known.read_text())
    document["expected"].append(document["expected"][0])
    known.write_text(json.dumps(document))
    result = CliRunner().invoke(main, ["check", str(known.parent), "--baseline", str(known)])
    assert result.exit_code == 1
    assert "is expected, and another row says so, too; remove one of the two, as --update-baseline does" in result.stdout


def test_rows_of_a_file_that_is_gone_are_reported_in_one_line(known: Path) -> None:
    (known.parent / "b.json").unlink()
    command = ["check", str(known.parent / "a.json"), "--baseline", str(known)]
    result = CliRunner().invoke(main, command)
    gone = "there is no such file; remove 12 rows from the baseline, or correct the name; --update-baseline does either"
    assert (result.exit_code, result.stdout.splitlines()[0]) == (1, f"{known}: error stale-row {known.parent}/b.json: {gone}")
    assert result.stdout.count(" error stale-row ") == 1
    text = CliRunner().invoke(main, [*command, "--verbose"]).stdout
    assert text.count(f"is expected, and {gone.replace('12 rows', 'it')}") == 12


ADVICE = "correct the baseline; --update-baseline does, but drops the reason"


def test_a_row_whose_finding_has_moved_says_so(tmp_path: Path) -> None:
    wrong, manifest = tmp_path / "runs.json", tmp_path / "known.json"
    row = {"file": "runs.json", "rule": "schema/enum", "pointer": "/properties/managedClusterUpdate/upgrade/type"}
    recording = json.loads(exchange(request="Full", response="full"))
    wrong.write_text(json.dumps({"interactions": recording["interactions"] * 2}))
    for place, now in (({"entry": 7}, "at entry 0"), ({"entry": 0, "side": "request"}, "in the response")):
        manifest.write_text(json.dumps({"expected": [row | place]}))
        result = CliRunner().invoke(main, ["check", str(wrong), "--baseline", str(manifest)]).stdout
        assert f"schema/enum is expected, and found {now} now; {ADVICE}" in result
        assert status_and_report(wrong, "--baseline", manifest)[1]["stale"] == [{"side": None} | row | place | {"reason": ""}]
    wrong.write_text(json.dumps(changed(RESPONSE, put={row["pointer"]: "full"})))
    result = CliRunner().invoke(main, ["check", str(wrong), "--baseline", str(manifest)]).stdout
    assert f"schema/enum is expected, and found without an entry now; {ADVICE}" in result


def test_reasons_outlive_a_rewriting(tmp_path: Path) -> None:
    manifest = tmp_path / "known.json"
    wrong = tmp_path / "run.json"
    wrong.write_text((SAMPLES / "wrong" / "update-run.json").read_text())
    write = ["check", str(wrong), "--baseline", str(manifest), "--update-baseline"]
    CliRunner().invoke(main, write)
    rows = json.loads(manifest.read_text())
    rows["expected"][0]["reason"] = "on purpose"
    manifest.write_text(json.dumps(rows))
    CliRunner().invoke(main, write)
    assert json.loads(manifest.read_text())["expected"][0]["reason"] == "on purpose"


def test_reasons_follow_a_renamed_file(tmp_path: Path) -> None:
    wrong = (SAMPLES / "wrong" / "update-run.json").read_text()
    manifest = tmp_path / "known.json"
    write = ["check", str(tmp_path), "--baseline", str(manifest), "--update-baseline"]
    for name in ("a/run.json", "b/run.json", "c/other.json"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(wrong if name != "c/other.json" else json.dumps(changed(RESPONSE, put={"/name": "x"})))
    CliRunner().invoke(main, write)
    reasons = {row["file"]: f"on purpose in {row['file']}" for row in expected_rows(manifest)}
    assert len(reasons) == 3
    manifest.write_text(json.dumps({"expected": [row | {"reason": reasons[row["file"]]} for row in expected_rows(manifest)]}))
    for before, after in (("a", "moved-a"), ("c/other.json", "c/renamed.json")):
        (tmp_path / before).rename(tmp_path / after)
    (tmp_path / "new.json").write_text(json.dumps(changed(RESPONSE, put={"/properties/extra": 1})))
    CliRunner().invoke(main, write)
    rows = expected_rows(manifest)
    assert {row["file"]: row["reason"] for row in rows} == {
        "moved-a/run.json": reasons["a/run.json"],
        "b/run.json": reasons["b/run.json"],
        "c/renamed.json": reasons["c/other.json"],
        "new.json": "",
    }


def exchange(*, request: str, response: str) -> str:
    """Write a cassette of one exchange, with these upgrade types in its two bodies."""
    at = "/properties/managedClusterUpdate/upgrade/type"
    sent, received = (changed(body, put={at: kind}) for body, kind in ((REQUEST, request), (RESPONSE, response)))
    asked = {"method": "PUT", "uri": f"https://management.azure.com{RESPONSE['id']}?api-version=2025-03-01", "body": json.dumps(sent)}
    answer = {"status": {"code": 200}, "body": {"string": json.dumps(received)}}
    return json.dumps({"interactions": [{"request": asked, "response": answer}]})


def test_a_row_distinguishes_the_two_bodies_of_an_exchange(tmp_path: Path) -> None:
    cassette, manifest = tmp_path / "cassette.json", tmp_path / "known.json"
    cassette.write_text(exchange(request="Full", response="full"))
    CliRunner().invoke(main, ["check", str(cassette), "--baseline", str(manifest), "--update-baseline"])
    assert [(row["entry"], row["side"], row["rule"]) for row in expected_rows(manifest)] == [(0, "response", "schema/enum")]
    cassette.write_text(exchange(request="full", response="full"))
    status, report = status_and_report(cassette, "--baseline", manifest)
    assert (status, [finding["side"] for finding in report["findings"]], report["stale"]) == (1, ["request"], [])
    cassette.write_text(exchange(request="full", response="Full"))
    status, report = status_and_report(cassette, "--baseline", manifest)
    assert (status, [finding["side"] for finding in report["findings"]]) == (1, ["request"])
    assert [row["side"] for row in report["stale"]] == ["response"]


def test_a_row_without_a_side_stands_for_a_finding_of_either(tmp_path: Path) -> None:
    cassette, manifest = tmp_path / "cassette.json", tmp_path / "known.json"
    place = {"file": "cassette.json", "entry": 0, "rule": "schema/enum", "pointer": "/properties/managedClusterUpdate/upgrade/type"}
    manifest.write_text(json.dumps({"expected": [place | {"reason": "why"}]}))
    for sides in ({"request": "full", "response": "Full"}, {"request": "Full", "response": "full"}):
        cassette.write_text(exchange(**sides))
        assert status_and_report(cassette, "--baseline", manifest)[0] == 0
    cassette.write_text(exchange(request="full", response="full"))
    assert len(status_and_report(cassette, "--baseline", manifest)[1]["findings"]) == 1
    manifest.write_text(json.dumps({"expected": [place, place | {"side": "request"}]}))
    assert status_and_report(cassette, "--baseline", manifest)[0] == 0
    CliRunner().invoke(main, ["check", str(cassette), "--baseline", str(manifest), "--update-baseline"])
    assert [row["side"] for row in expected_rows(manifest)] == ["request", "response"]


def test_a_reason_without_a_side_is_that_of_the_side_which_is_written(tmp_path: Path) -> None:
    cassette, manifest = tmp_path / "cassette.json", tmp_path / "known.json"
    cassette.write_text(exchange(request="full", response="Full"))
    row = {"file": "cassette.json", "entry": 0, "rule": "schema/enum", "pointer": "/properties/managedClusterUpdate/upgrade/type"}
    manifest.write_text(json.dumps({"expected": [row | {"reason": "why"}]}))
    CliRunner().invoke(main, ["check", str(cassette), "--baseline", str(manifest), "--update-baseline"])
    assert expected_rows(manifest) == [row | {"side": "request", "reason": "why"}]


def test_a_document_may_become_a_response_and_its_row_stays(tmp_path: Path) -> None:
    wrong, manifest = changed(REQUEST, put={"/properties/managedClusterUpdate/upgrade/type": "full"}), tmp_path / "known.json"
    (tmp_path / "run.json").write_text(json.dumps(wrong))
    CliRunner().invoke(main, ["check", str(tmp_path / "run.json"), "--baseline", str(manifest), "--update-baseline"])
    (tmp_path / "run.json").write_text(json.dumps(RESPONSE | {"properties": RESPONSE["properties"] | wrong["properties"]}))
    assert status_and_report(tmp_path / "run.json", "--baseline", manifest, "--select", "schema/")[0] == 0


@pytest.mark.parametrize(
    "content, message",
    [
        ('{\n  "expected": [}', 'known.json:2:16: not JSON: unexpected "}"\n'),
        ('{"expected": [\n<<<<<<< HEAD\n', "known.json:2:1: git left a conflict marker here\n"),
        ("", "known.json: the text is empty\n"),
        ("[]", "known.json: expected an object, found an empty array\n"),
        ('{"expected": [5]}', "known.json: expected[0]: expected an object, found 5\n"),
        (
            '{"expected": [{"file": "a", "rule": "schema/enm"}]}',
            "known.json: expected[0]: there is no rule 'schema/enm'; did you mean schema/enum?\n",
        ),
    ],
)
def test_a_bad_manifest_is_a_usage_error(content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(content)
    result = CliRunner().invoke(main, ["check", str(SAMPLES / "documents"), "--baseline", str(tmp_path / "known.json")])
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_manifest_may_begin_with_a_byte_order_mark(known: Path) -> None:
    known.write_bytes(b"\xef\xbb\xbf" + known.read_bytes())
    assert status_and_report(known.parent / "a.json", "--baseline", known)[0] == 0


def test_reasons_are_asked_for_where_one_is_missing(known: Path) -> None:
    def output(path: Path) -> str:
        return CliRunner().invoke(main, ["check", str(path), "--baseline", str(known), "--update-baseline"]).stderr

    assert output(known.parent).endswith(" now has 24 rows: 0 new, 0 removed\n")
    (known.parent / "c.json").write_bytes((known.parent / "b.json").read_bytes())
    assert output(known.parent).endswith(" now has 36 rows: 12 new, 0 removed; 12 without a reason yet\n")
    known.unlink()
    assert output(known.parent / "a.json").endswith(" now has 12 rows: 12 new, 0 removed; 12 without a reason yet\n")
    assert output(SAMPLES / "documents").endswith(" now has 12 rows: 0 new, 0 removed; 12 without a reason yet\n")


def test_a_manifest_to_write_must_be_named() -> None:
    result = CliRunner().invoke(main, ["check", str(SAMPLES / "documents"), "--update-baseline"])
    assert result.exit_code == 2
    assert "--update-baseline needs --baseline FILE" in result.stderr


def expected_rows(manifest: Path) -> list[Any]:
    written: list[Any] = json.loads(manifest.read_text())["expected"]
    return written


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """Two wrong files, and a manifest of the findings in them with a reason in each row."""
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text((SAMPLES / "wrong" / "update-run.json").read_text())
    manifest = tmp_path / "known.json"
    CliRunner().invoke(main, ["check", str(tmp_path), "--baseline", str(manifest), "--update-baseline"])
    manifest.write_text(json.dumps({"expected": [row | {"reason": "why"} for row in expected_rows(manifest)]}))
    return manifest


@pytest.mark.parametrize("narrowed", [["a.json"], [".", "--select", "schema/"], [".", "--ignore", "group-duplicate"]])
def test_what_was_not_looked_at_keeps_its_rows_and_is_not_stale(narrowed: list[str], known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(known.parent)
    before = expected_rows(known)
    assert status_and_report(*narrowed, "--baseline", "known.json")[0] == 0
    result = CliRunner().invoke(main, ["check", *narrowed, "--baseline", "known.json", "--update-baseline"])
    assert result.exit_code == 0
    assert sorted(map(str, expected_rows(known))) == sorted(map(str, before))


def test_a_slip_in_a_path_leaves_the_manifest_as_it_is(known: Path) -> None:
    before = known.read_bytes()
    for paths in (["nowhere"], ["nowhere", str(known.parent / "a.json")]):
        assert CliRunner().invoke(main, ["check", *paths, "--baseline", str(known), "--update-baseline"]).exit_code == 2
    assert known.read_bytes() == before


def test_an_output_does_not_overwrite_what_is_checked(known: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(known.parent), "--output", str(known.parent / "a.json")])
    assert result.exit_code == 2
    assert "is one of the files that are read" in result.stderr


@pytest.mark.parametrize("command", [["check", "--format", "json", "-o"], ["show", "--html"], ["coverage", "-o"]])
def test_an_output_overwrites_neither_the_baseline_nor_a_file_whose_name_is_not_utf_8(
    command: list[str], known: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(known.parent)
    odd = os.fsdecode(b"\xff.json")
    (known.parent / odd).write_bytes((known.parent / "a.json").read_bytes())
    (known.parent / "pyproject.toml").write_text('[tool.updaterun]\nbaseline = "known.json"\n')
    for output, what in (("known.json", "the baseline"), (odd, "one of the files that are read")):
        before = (known.parent / output).read_bytes()
        result = CliRunner().invoke(main, [command[0], odd, *command[1:], output])
        assert (result.exit_code, f"is {what}; write somewhere else" in result.stderr) == (2, True)
        assert (known.parent / output).read_bytes() == before


def test_a_baseline_stays_json_whatever_a_key_is_called(tmp_path: Path) -> None:
    run = changed(REQUEST, put={"/properties/##[x]": 1})
    (tmp_path / "run.json").write_text(json.dumps(run))
    command = ["check", str(tmp_path / "run.json"), "--baseline", str(tmp_path / "known.json")]
    assert CliRunner().invoke(main, [*command, "--update-baseline"]).exit_code == 0
    assert "##[" not in (tmp_path / "known.json").read_text()
    assert CliRunner().invoke(main, command).exit_code == 0


@pytest.fixture
def polled_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with three captures of a run, the last of which contradicts the others, and a baseline of their history."""
    monkeypatch.chdir(tmp_path)
    for number, state in enumerate(("Completed", "Completed", "NotStarted")):
        run = changed(RESPONSE, put={"/properties/status": {"status": {"state": state}}, "/eTag": f'"{number}"'})
        (tmp_path / f"poll-{number}.json").write_text(json.dumps(run))
    CliRunner().invoke(main, ["check", ".", "--history", "--baseline", "known.json", "--update-baseline"])
    return tmp_path


def test_a_row_about_two_files_is_stale_only_where_both_are_compared(polled_files: Path) -> None:
    rows = expected_rows(polled_files / "known.json")
    assert [row["rule"] for row in rows if row.get("with") == "poll-1.json"] == ["run-left-completed"]
    for paths in (["."], ["poll-2.json"], ["poll-2.json", "--history"], ["poll-0.json", "--history"], [".", "--history"]):
        status, report = status_and_report(*paths, "--baseline", "known.json")
        assert (status, report["findings"], report["stale"]) == (0, [], []), paths
        CliRunner().invoke(main, ["check", *paths, "--baseline", "known.json", "--update-baseline"])
        assert sorted(map(str, expected_rows(polled_files / "known.json"))) == sorted(map(str, rows))
    (polled_files / "poll-2.json").write_text((polled_files / "poll-1.json").read_text())
    _, report = status_and_report(".", "--history", "--baseline", "known.json")
    assert [row["rule"] for row in report["stale"] if row["file"] == "poll-2.json"].count("run-left-completed") == 1


def test_a_row_about_two_files_is_one_row_whichever_capture_is_the_earlier(polled_files: Path) -> None:
    number = len(expected_rows(polled_files / "known.json"))
    CliRunner().invoke(main, ["check", "poll-0.json", "poll-2.json", "--history", "--baseline", "known.json", "--update-baseline"])
    assert len(expected_rows(polled_files / "known.json")) == number
    assert status_and_report(".", "--history", "--baseline", "known.json")[0] == 0
    (polled_files / "poll-0.json").unlink()
    (polled_files / "poll-1.json").unlink()
    assert "run-left-completed" not in {row["rule"] for row in status_and_report(".", "--baseline", "known.json")[1]["stale"]}


def test_a_row_about_a_file_whose_name_is_not_utf_8_is_not_that_of_a_file_which_is_gone(known: Path) -> None:
    (known.parent / os.fsdecode(b"\xff.json")).write_bytes((known.parent / "a.json").read_bytes())
    (known.parent / "a.json").unlink()
    CliRunner().invoke(main, ["check", str(known.parent), "--baseline", str(known), "--update-baseline"])
    assert {row["file"] for row in expected_rows(known)} == {"b.json", "\\xff.json"}
    assert status_and_report(known.parent / "b.json", "--baseline", known)[1]["stale"] == []


def test_a_row_is_stale_when_the_last_file_with_runs_is_gone(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(known.parent)
    for path in known.parent.glob("[ab].json"):
        path.unlink()
    assert len(status_and_report(".", "--baseline", "known.json")[1]["stale"]) == len(expected_rows(known)) > 0
    assert CliRunner().invoke(main, ["check", ".", "--baseline", "known.json", "--update-baseline"]).exit_code == 0
    assert expected_rows(known) == []


def test_reasons_follow_a_renamed_file_though_rules_are_left_out(tmp_path: Path) -> None:
    run = changed(REQUEST, put={"/properties/extra": 1, "/properties/strategy/stages/0/name": "A"})
    (tmp_path / "a.json").write_text(json.dumps(run))
    command = ["check", str(tmp_path), "--baseline", str(tmp_path / "known.json"), "--update-baseline"]
    CliRunner().invoke(main, command)
    rows = [row | {"reason": "why"} for row in expected_rows(tmp_path / "known.json")]
    (tmp_path / "known.json").write_text(json.dumps({"expected": rows}))
    (tmp_path / "a.json").rename(tmp_path / "b.json")
    CliRunner().invoke(main, [*command, "--ignore", "schema/"])
    assert {row["reason"] for row in expected_rows(tmp_path / "known.json")} == {"why"}


def test_an_output_goes_through_a_link_to_its_target(known: Path) -> None:
    (known.parent / "link.txt").symlink_to(known.parent / "target.txt")
    CliRunner().invoke(main, ["check", str(known.parent / "a.json"), "--output", str(known.parent / "link.txt")])
    assert (known.parent / "link.txt").is_symlink()
    assert "group-duplicate" in (known.parent / "target.txt").read_text()


@pytest.fixture
def linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with a link to a distant one, which has a wrong run next to it."""
    (tmp_path / "there" / "deep").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "far").symlink_to("../there/deep")
    (tmp_path / "there" / "run.json").write_text((SAMPLES / "wrong" / "update-run.json").read_text())
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize("form, named", [("github", "file=../there/run.json,"), ("sarif", '"uri": "../there/run.json"')])
def test_a_report_names_the_file_that_a_path_over_a_link_leads_to(form: str, named: str) -> None:
    assert named in CliRunner().invoke(main, ["check", "far/../run.json", "--format", form]).stdout


def test_an_output_and_a_settled_manifest_are_where_a_path_over_a_link_leads_to(linked: Path) -> None:
    CliRunner().invoke(main, ["check", "far/../run.json", "--output", "far/../out.txt"])
    assert (linked / "there" / "out.txt").is_file()
    result = CliRunner().invoke(main, ["check", "far/../run.json", "--format", "json:far/../o", "--format", "junit:../there/o"])
    assert (result.exit_code, "json and junit would go to one place" in result.stderr) == (2, True)
    (linked / "here" / "pyproject.toml").write_text('[tool.updaterun]\nbaseline = "far/../known.json"\n')
    CliRunner().invoke(main, ["check", "far/../run.json", "--update-baseline"])
    assert "group-duplicate" in (linked / "there" / "known.json").read_text()


@pytest.mark.parametrize("manifest", ["real/known.json", "link/known.json"])
@pytest.mark.parametrize("checked", ["real/in", "link/in", "inner"])
def test_a_row_is_that_of_its_file_whatever_links_lead_to_it(manifest: str, checked: str, tmp_path: Path) -> None:
    (tmp_path / "far" / "away" / "in").mkdir(parents=True)
    (tmp_path / "far" / "away" / "in" / "a.json").write_text((SAMPLES / "wrong" / "update-run.json").read_text())
    (tmp_path / "real").symlink_to("far/away")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "inner").symlink_to("far/away/in")
    CliRunner().invoke(main, ["check", str(tmp_path / checked), "--baseline", str(tmp_path / manifest), "--update-baseline"])
    assert {row["file"] for row in expected_rows(tmp_path / "real" / "known.json")} == {"in/a.json"}
    for path in ("real/in", "link/in", "inner", "far"):
        assert status_and_report(tmp_path / path, "--baseline", tmp_path / manifest)[0] == 0


def test_a_row_of_the_standard_input_is_stale_only_when_it_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, clean = (SAMPLES / "wrong" / "update-run.json").read_text(), (SAMPLES / "documents" / "update-run.json").read_text()
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    CliRunner().invoke(main, ["check", "-", "--baseline", "../known.json", "--update-baseline"], input=wrong)
    assert {row["file"] for row in expected_rows(tmp_path / "known.json")} == {"<stdin>"}
    assert CliRunner().invoke(main, ["check", "-", "--baseline", "../known.json"], input=wrong).exit_code == 0
    assert status_and_report(SAMPLES / "documents", "--baseline", "../known.json")[0] == 0
    assert CliRunner().invoke(main, ["check", "-", "--baseline", "../known.json"], input=clean).exit_code == 1
