"""The command line: what goes in, what comes out, and the exit status."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tests.support.command import report_of_check, updaterun
from tests.support.prose import ROOT
from tests.support.terminal import on_terminal
from validator import RuleError
from validator.checker import item
from validator.cli import main
from validator.report import REPORTERS
from validator.rules import example
from validator.rules.catalogue import RULES, by_name
from validator.rules.names import KNOWN, STALE, WITHOUT_REASON

WRONG = json.dumps(example.changed(example.RESPONSE, put={"/properties/status/status/state": "running"}))
WARNED = json.dumps(example.changed(example.RESPONSE, put={"/properties/extra": 1}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "clean.json").write_text(json.dumps(example.RESPONSE))
    (tmp_path / "b" / "wrong.json").write_text(WRONG)
    (tmp_path / "a-warned.json").write_text(WARNED)
    (tmp_path / "readme.md").write_text("# not a capture\n")
    (tmp_path / ".hidden" / "wrong.json").write_text(WRONG)
    return tmp_path


def test_a_clean_file_is_exit_0_and_one_line(folder: Path) -> None:
    result = updaterun("check", folder / "clean.json")
    assert (result.exit_code, result.stdout) == (0, "Checked 1 document in 1 file: no findings.\n")


def test_a_folder_is_walked_in_order_and_other_files_are_counted(folder: Path) -> None:
    found = report_of_check(folder)
    assert [Path(finding["source"]).name for finding in found["findings"]] == ["a-warned.json", "wrong.json"]
    assert found["summary"] == {
        "files": 3,
        "documents": 3,
        "exchanges": 0,
        "versions": {"2025-03-01": 3},
        "unrelated": 0,
        "skipped": 1,
        "ignored": 1,
        "known": 0,
        "errors": 1,
        "warnings": 1,
        "notes": 0,
    }


def test_folders_are_walked_in_order_and_each_behind_the_files_beside_it(tmp_path: Path) -> None:
    for name in ("b", "c", "a", "b/d", "b/c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "wrong.json").write_text(WRONG)
    found = [Path(finding["source"]).relative_to(tmp_path).parent.as_posix() for finding in report_of_check(tmp_path)["findings"]]
    assert found == ["a", "b", "b/c", "b/d", "c"]


def test_a_folder_that_cannot_be_read_is_a_finding_and_the_rest_is_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def guarded(path: str) -> Any:
        if Path(path).name == "b":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = report_of_check(folder)["findings"]
    assert [(finding["rule"], Path(finding["source"]).name) for finding in found] == [
        ("undocumented-property", "a-warned.json"),
        ("input/unreadable", "b"),
    ]
    assert found[1]["message"].startswith("the folder cannot be read: ")
    assert report_of_check(folder / "b")["summary"]["errors"] == 1


def test_what_nobody_is_allowed_to_see_is_a_finding_and_not_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lstat = os.lstat

    def guarded(path: str, **options: Any) -> os.stat_result:
        if str(path).endswith("unseen.json"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return lstat(path, **options)

    monkeypatch.setattr(os, "lstat", guarded)
    (finding,) = report_of_check(folder / "unseen.json")["findings"]
    assert finding["message"] == "the file cannot be read: no such file or directory"  # as opening it says


def test_numbers_in_names_are_in_order(tmp_path: Path) -> None:
    for name in ("poll-10", "poll-2", "poll-1", "other", "10", "9x", f"poll-{10**30}"):
        (tmp_path / f"{name}.json").write_text(WRONG)
    expected = ["9x", "10", "other", "poll-1", "poll-2", "poll-10", f"poll-{10**30}"]
    for given in (tmp_path, tmp_path / "*.json"):
        assert [Path(finding["source"]).stem for finding in report_of_check(given)["findings"]] == expected


def test_a_glob_that_the_shell_left_alone_is_expanded(folder: Path) -> None:
    assert report_of_check(folder / "**" / "*.json")["summary"]["files"] == 3


def test_a_file_that_is_named_twice_is_checked_once(folder: Path) -> None:
    assert report_of_check(folder / "b" / "wrong.json", folder / "b" / "wrong.json", folder / "b")["summary"]["documents"] == 1


def test_the_standard_input_is_checked() -> None:
    (finding,) = report_of_check("-", stdin=WRONG)["findings"]
    assert finding["source"] == "<stdin>"


def test_an_unrecognised_file_is_a_finding_where_it_is_named(folder: Path) -> None:
    (folder / "other.json").write_text('{"kind": "something else"}')
    assert [finding["rule"] for finding in report_of_check(folder / "other.json")["findings"]] == ["input/unrecognised"]
    assert "input/unrecognised" not in {finding["rule"] for finding in report_of_check(folder)["findings"]}


@pytest.mark.parametrize("options", [(), ("--fail-on", "never"), ("--ignore", "schema/")])
def test_a_named_file_that_holds_nothing_to_check_is_exit_2(options: tuple[str, ...], folder: Path) -> None:
    (folder / "other.json").write_text('{"kind": "Fleet"}')
    result = updaterun("check", folder / "other.json", *options)
    assert result.exit_code == 2
    assert result.stdout == (
        f"{folder}/other.json:1:1: error input/unrecognised (top): found no update run, list of update runs or error response, "
        "at the top or nested, and no recording of one\n\n"
        "Checked nothing in 1 file: 1 error.\n"
        "Run `updaterun explain input/unrecognised` for details.\n"
    )
    beside = updaterun("check", folder / "other.json", folder / "clean.json")
    assert beside.exit_code == 1
    assert "Checked 1 document in 2 files: 1 error.\n" in beside.stdout


@pytest.mark.parametrize("options", [("--select", "schema/"), ("--ignore", "input/"), ("--fail-on", "never", "--ignore", "input/")])
def test_what_cannot_be_read_is_exit_2_where_nobody_asks_why(options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "cut.jsonl").write_text(json.dumps(example.RESPONSE)[:-9])
    result = updaterun("check", tmp_path / "cut.jsonl", *options)
    assert (result.exit_code, result.stdout) == (2, "Checked nothing in 1 file: no findings.\n")
    assert result.stderr == "updaterun: nothing was checked, and what would say why is ignored, or not selected\n"
    assert updaterun("check", tmp_path / "cut.jsonl", "--force-exclude", *options).exit_code == 0


def test_nothing_to_check_that_a_manifest_expects_is_no_failure(folder: Path) -> None:
    (folder / "other.json").write_text('{"kind": "Fleet"}')
    known = "--baseline", folder / "known.json"
    assert updaterun("check", folder / "other.json", *known, "--update-baseline").exit_code == 0
    assert updaterun("check", folder / "other.json", *known).exit_code == 0


def test_nothing_to_check_is_exit_2_and_says_so(tmp_path: Path) -> None:
    result = updaterun("check", tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"updaterun: nothing to check: there are no files in {tmp_path}\n"
    (tmp_path / "readme.md").write_text("# not a capture\n")
    result = updaterun("check", tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "updaterun: nothing to check: nothing in 1 file is about an update run\n"
    assert updaterun("check", tmp_path, "--verbose").stderr == f"{result.stderr}  {tmp_path}/readme.md\n"


def test_a_missing_file_is_exit_2_and_the_others_are_checked(folder: Path) -> None:
    result = updaterun("check", folder / "clean.json", "nowhere.json")
    assert result.exit_code == 2
    assert result.stderr == "updaterun: no such file or folder: nowhere.json\n"
    assert result.stdout.startswith("Checked 1 document")


@pytest.mark.parametrize(
    "fail_on, name, status", [("error", "a-warned.json", 0), ("warning", "a-warned.json", 1), ("never", "b/wrong.json", 0)]
)
def test_fail_on_sets_the_least_severity_that_fails(fail_on: str, name: str, status: int, folder: Path) -> None:
    assert updaterun("check", folder / name, "--fail-on", fail_on).exit_code == status


@pytest.mark.process
def test_short_options_are_those_of_other_linters(folder: Path) -> None:
    findings, blank, summary = updaterun("check", folder, "-v").stdout.rpartition("\n\n")
    assert summary.startswith("Checked 3 documents")
    assert updaterun("check", folder, "-q", "-j", "2").stdout == findings + "\n"
    assert updaterun("check", folder / "clean.json", "-q").output == ""
    assert updaterun("check", folder, "-o", folder / "report.txt", "-q").output == ""
    assert (folder / "report.txt").read_text() == findings + "\n"
    assert blank


def test_a_note_fails_where_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(example.RESPONSE).encode())
    assert updaterun("check", tmp_path, "--fail-on", "warning").exit_code == 0
    assert updaterun("check", tmp_path, "--fail-on", "note").exit_code == 1


def test_select_and_ignore_choose_rules_and_families(folder: Path) -> None:
    def rules(*options: str) -> list[str]:
        return [finding["rule"] for finding in report_of_check(folder, *options)["findings"]]

    assert rules("--select", "schema/") == ["schema/enum"]
    assert rules("--select", "undocumented-property,schema/enum") == ["undocumented-property", "schema/enum"]
    assert rules("--ignore", "schema/enum") == ["undocumented-property"]
    assert rules("--ignore", "schema/", "--ignore", "undocumented-property") == []


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_rule_is_a_usage_error_that_names_the_nearest(option: str, folder: Path) -> None:
    result = updaterun("check", folder, option, "group-duplicates")
    assert result.exit_code == 2
    assert "there is no rule 'group-duplicates'; did you mean group-duplicate?" in result.stderr


@pytest.mark.parametrize("name, meant", [("etag", "etag-format or etag-reused"), ("enum", "schema/enum")])
def test_a_part_of_the_name_of_a_rule_names_those_that_have_it(name: str, meant: str, folder: Path) -> None:
    assert f"there is no rule '{name}'; did you mean {meant}?" in updaterun("check", folder, "--ignore", name).stderr


@pytest.mark.parametrize("options", [("--output", "a.txt"), ("--format", "json"), ("--format", "sarif:a.sarif")])
def test_a_manifest_is_written_without_a_report(options: tuple[str, ...], folder: Path) -> None:
    result = updaterun("check", folder, "--baseline", folder / "known.json", "--update-baseline", *options)
    assert result.exit_code == 2
    assert "--update-baseline writes the baseline, and no report; remove --format and --output" in result.stderr
    assert not (folder / "known.json").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["check", ".", "--output"],
        ["check", ".", "--baseline"],
        ["check", ".", "--api-version"],
        ["check", ".", "--select"],
        ["check", ".", "--ignore"],
        ["show", ".", "--html"],
        ["show", ".", "--run"],
        ["coverage", ".", "--output"],
        ["coverage", ".", "--generate"],
        ["generate", "update-run", "--output"],
        ["generate", "update-run", "--strategy"],
        ["serve", "--port", "0", "--host"],
    ],
    ids=" ".join,
)
def test_an_empty_argument_as_of_an_unset_variable_is_a_usage_error(
    command: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    before = sorted(folder.rglob("*"))
    result = updaterun(*command, "")
    assert (result.exit_code, ", found an empty string" in result.stderr) == (2, True)
    assert sorted(folder.rglob("*")) == before


def test_no_command_overwrites_what_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.json").write_text(WRONG)
    (tmp_path / "strategy.json").write_text(json.dumps(example.REQUEST["properties"]["strategy"]))
    (tmp_path / "pyproject.toml").write_text('[tool.updaterun]\nfail-on = "error"\n')
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for command in (
        ["check", "run.json", "-o", "pyproject.toml"],
        ["show", "run.json", "--html", "run.json"],
        ["coverage", "run.json", "--generate", "more", "-o", "run.json"],
        ["coverage", "run.json", "--generate", "more", "-o", "more/expected.json"],
        ["generate", "update-run", "--strategy", "strategy.json", "-o", "strategy.json"],
    ):
        result = updaterun(*command)
        assert (result.exit_code, "write" in result.stderr) == (2, True), command
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert updaterun("check", "-", "-o", "./-", stdin=WRONG).exit_code == 1


@pytest.mark.process
@pytest.mark.parametrize("stream", [">&-", "2>&-"])
@pytest.mark.parametrize("command", ["explain group-duplicate", "rules", "generate update-run --count 2000 --format jsonl", "versions"])
def test_a_command_without_a_standard_stream_is_no_crash(command: str, stream: str) -> None:
    line = f"{sys.executable} -m validator {command} {stream}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.process
def test_a_name_that_the_encoding_of_the_system_lacks_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "ü").mkdir()
    (tmp_path / "ü" / "ü.json").write_text(WRONG)
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    for options, status in (
        (["--format", "sarif"], 1),
        (["--baseline", "known.json", "--update-baseline"], 0),
        (["--baseline", "known.json"], 0),
    ):
        command = [sys.executable, "-m", "validator", "check", ".", *options]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (status, False)
    assert json.loads((tmp_path / "known.json").read_text())["expected"][0]["file"] == "ü/ü.json"


def test_a_file_that_is_called_like_the_standard_input_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-").write_text(WRONG)
    assert updaterun("check", "./-", stdin=json.dumps(example.RESPONSE)).exit_code == 1


def test_what_is_above_a_link_is_not_where_the_link_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there" / "deep").mkdir(parents=True)
    (tmp_path / "here" / "far").symlink_to(tmp_path / "there" / "deep")
    (tmp_path / "there" / "run.json").write_text(WRONG)
    (tmp_path / "here" / "run.json").write_text(json.dumps(example.RESPONSE))
    (tmp_path / "there" / "deep" / "known.json").write_text('{"expected": [{"file": "../gone.json", "rule": "schema/enum"}]}')
    (tmp_path / "here" / "gone.json").touch()
    monkeypatch.chdir(tmp_path / "here")
    assert updaterun("check", "far/../run.json").exit_code == 1
    reported = updaterun("check", "run.json", "--baseline", "far/known.json").stdout
    assert f"far/known.json: error stale-row {tmp_path}/there/gone.json: there is no such file" in reported


def test_as_decides_what_a_document_is(tmp_path: Path) -> None:
    (tmp_path / "request.json").write_text(json.dumps(example.REQUEST))
    (tmp_path / "response.json").write_text(json.dumps(example.RESPONSE))
    assert report_of_check(tmp_path)["findings"] == []
    as_request = report_of_check(tmp_path / "response.json", "--as", "request")["findings"]
    assert {finding["rule"] for finding in as_request} == {"read-only-in-request"}
    as_response = report_of_check(tmp_path / "request.json", "--as", "response")["findings"]
    assert [finding["rule"] for finding in as_response] == ["resource-identity-missing"]


@pytest.mark.parametrize("form", REPORTERS)
def test_both_engines_write_the_same_report(form: str, folder: Path) -> None:
    fast, reference = (updaterun("check", folder, "--format", form, "--engine", engine).stdout for engine in ("fast", "reference"))
    assert fast == reference
    assert "running" in fast


def test_output_goes_to_a_file_whole_and_without_colours(folder: Path) -> None:
    out = folder / ".hidden" / "report.txt"
    result = updaterun("check", folder, "--output", out)
    assert (result.exit_code, result.stdout) == (1, "")
    assert out.read_text() == updaterun("check", folder).stdout
    assert {path.name for path in out.parent.iterdir()} == {"report.txt", "wrong.json"}
    assert out.stat().st_mode == (folder / "clean.json").stat().st_mode


def test_the_folder_of_an_output_is_made(folder: Path) -> None:
    out = folder / ".hidden" / "new" / "reports"
    result = updaterun("check", folder, "--format", f"json:{out / 'report.json'}", "--format", "text", "--output", out / "report.txt")
    assert (result.exit_code, result.output) == (1, "")
    assert {path.name for path in out.iterdir()} == {"report.json", "report.txt"}
    assert updaterun("show", folder / "clean.json", "--html", out / "pages" / "run.html").exit_code == 0


@pytest.mark.process
@pytest.mark.parametrize("where", ["/dev/stdout", "/dev/stderr"])
def test_a_standard_stream_that_goes_to_a_file_is_written_to_and_not_replaced(where: str, folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    command = [sys.executable, "-m", "validator", "check", str(folder / "b" / "wrong.json"), "--format", f"text:{where}"]
    with log.open("w") as stream:
        stream.write("before\n")
        stream.flush()
        done = subprocess.run(command, stdout=stream, stderr=stream, check=False)
        stream.write("behind\n")
    assert done.returncode == 1
    first, *report, last = log.read_text().splitlines()
    assert (first, last) == ("before", "behind")
    assert "1 error" in report[-2]


def test_an_output_that_cannot_be_written_is_exit_2(folder: Path) -> None:
    out = folder / "clean.json" / "report.txt"
    result = updaterun("check", folder, "--output", out)
    assert (result.exit_code, result.output) == (2, f"Error: cannot write {out}: Not a directory\n")


def test_text_has_one_line_a_finding_that_begins_with_its_place(tmp_path: Path) -> None:
    lines = [json.dumps(example.RESPONSE), WRONG, '{"kind": "other"}', "{", WARNED]
    (tmp_path / "log.jsonl").write_text("\n".join(lines))
    log = tmp_path / "log.jsonl"
    tag = '"\\"5500aacd-0000-0700-0000-67f448f90000\\""'
    states = "NotStarted, Running, Stopping, Stopped, Skipped, Failed, Pending or Completed"
    state, etag, extra = (line.index(f'"{name}"') + 1 for line, name in ((WRONG, "running"), (WARNED, "eTag"), (WARNED, "extra")))
    etag += len('"eTag": ')
    first = WRONG.index('"eTag": ') + len('"eTag": ') + 1
    reused = f"response /eTag: the eTag {tag} was used for another body in an earlier capture"
    assert updaterun("check", log).stdout == (
        f"{log}:2:{first}: warning etag-reused entry 1 {reused} (see entry 0)\n"
        f"{log}:2:{state}: error schema/enum entry 1 response /properties/status/status/state:"
        f' expected {states}, found "running", which differs from Running only in case\n'
        f"{log}:4:2: error input/unreadable entry 3 (top): not JSON: the text ends in the middle of a value\n"
        f"{log}:5:{etag}: warning etag-reused entry 4 {reused} (see entry 1)\n"
        f"{log}:5:{extra}: warning undocumented-property entry 4 response /properties/extra:"
        ' "extra" is not documented for UpdateRun.properties\n'
        "\n"
        "Checked 3 documents in 1 file: 2 errors, 3 warnings.\n"
        "Skipped: 1 unrelated entry.\n"
        "Run `updaterun explain schema/enum` for details.\n"
    )


def test_nothing_in_a_document_reaches_the_terminal_raw(tmp_path: Path) -> None:
    nasty = "\x1b]0;owned\x07\u202e\x00\r"
    document = example.changed(example.RESPONSE, put={"/properties/status/status/state": nasty, f"/properties/{nasty}": 1})
    (tmp_path / "run.json").write_text(json.dumps(document))
    out = updaterun("check", tmp_path).stdout
    assert not set("\x1b\x07\u202e\x00\r") & set(out)
    assert "\\x1b]0;owned" in out


SECRETS = {
    "a bearer token": ("Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwcyJ9.c2ln", "eyJ0eXAi"),
    "a token": ("eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwcyJ9.c2ln", "eyJ0eXAi"),
    "a signed URL": ("https://store.example/blob?sv=2024&sig=c2lnbmF0dXJl", "c2lnbmF0"),
    "an account key": ("AccountName=a;AccountKey=c2lnbmF0dXJl==", "c2lnbmF0"),
    "a shared key": ("SharedKey account:c2lnbmF0dXJl", "c2lnbmF0"),
    "an access token of GitHub": ("ghp_" + "a1B2" * 9, "a1B2a1B2"),
    "a token of Slack": ("xoxb-1234-5678-abcd", "1234-5678"),
    "a key of Google": ("AIza" + "Sy0-" * 9, "Sy0-Sy0-"),
    "a secret of Entra": ("abc8Q~" + "Ab.9" * 8, "Ab.9Ab.9"),
}


def test_files_that_were_left_alone_are_counted_and_named_on_request(tmp_path: Path) -> None:
    for name, text in {"run.json": json.dumps(example.RESPONSE), "a.json": "{}", "b.md": "# no data"}.items():
        (tmp_path / name).write_text(text)
    lead = "Checked 1 document in 1 file: no findings.\nSkipped: 2 unrelated files.\n"
    assert updaterun("check", tmp_path).stdout == lead
    assert updaterun("check", tmp_path, "--verbose").stdout == f"{lead}  {tmp_path}/a.json\n  {tmp_path}/b.md\n"


def test_a_run_in_several_files_is_counted_where_its_captures_are_not_compared(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text(f"{json.dumps(example.RESPONSE)}\n" * 2)
    lead = "Checked 2 documents in 1 file: no findings.\n"
    assert updaterun("check", tmp_path).stdout == lead, "these are compared"
    for name in ("1.json", "2.json"):
        (tmp_path / name).write_text(json.dumps(example.RESPONSE))
    other = example.changed(example.RESPONSE, put={"/systemData/createdAt": "2025-04-08T08:00:00Z"})
    (tmp_path / "another.json").write_text(json.dumps(other))
    lead = "Checked 5 documents in 4 files: no findings.\n"
    assert updaterun("check", tmp_path).stdout == f"{lead}1 run is captured in several files; --history compares its captures.\n"
    assert updaterun("check", tmp_path, "--history").stdout == lead
    (tmp_path / "again.json").write_text(json.dumps(other))
    assert "2 runs are captured in several files; --history compares their captures.\n" in updaterun("check", tmp_path).stdout
    hint = "updaterun: 2 runs are captured in several files; --history compares their captures\n"
    assert [updaterun("coverage", tmp_path, *more).stderr for more in ((), ("--history",))] == [hint, ""]


def test_a_path_that_is_empty_is_no_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    result = updaterun("check", "")
    assert (result.exit_code, result.stderr) == (2, 'updaterun: no such file or folder: ""\n')


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are text")
def test_a_file_whose_name_is_no_text_is_reported_and_known(tmp_path: Path) -> None:
    wrong = example.changed(example.RESPONSE, put={"/properties/status/status/state": "running"})
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json")).write_text(json.dumps(wrong))
    found = json.loads(updaterun("check", tmp_path, "--format=json").stdout.encode())["findings"]
    assert [finding["source"] for finding in found] == [f"{tmp_path}/\\xff.json"]
    known = tmp_path / "known.json"
    assert updaterun("check", tmp_path, "--baseline", known, "--update-baseline").exit_code == 0
    assert updaterun("check", tmp_path, "--baseline", known).exit_code == 0


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_printed(name: str, tmp_path: Path) -> None:
    secret, part = SECRETS[name]
    url = example.EXCHANGE["url"] + f"&token={secret}"
    body = example.changed(example.RESPONSE, put={"/eTag": secret, "/properties/managedClusterUpdate/upgrade/type": secret})
    entry = {
        "request": {"method": "GET", "uri": url, "body": None, "headers": {"Authorization": [secret]}},
        "response": {"status": {"code": 200, "message": "OK"}, "headers": {"x-ms-token": [secret]}, "body": {"string": json.dumps(body)}},
    }
    (tmp_path / "cassette.json").write_text(json.dumps({"version": 1, "interactions": [entry]}))
    for form in REPORTERS:
        result = updaterun("check", tmp_path, "--format", form)
        assert result.exit_code == 1
        assert "that looks like a secret" in result.stdout
        assert part not in result.output


def test_a_broken_rule_is_a_sentence_that_names_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[object]:
        raise RuleError("group-duplicate") from KeyError("x")

    monkeypatch.setattr(item, "check_item", broken)
    result = updaterun("check", folder)
    assert result.exit_code == 2
    assert "the rule group-duplicate failed; this is a bug in updaterun-validator" in result.stderr
    assert "Traceback" not in result.output


def test_histories_are_joined_across_files_on_request(tmp_path: Path) -> None:
    put = {"/properties/status/stages/0/groups/0/members/0/status": {"state": "NotStarted"}, "/eTag": '"b"'}
    (tmp_path / "1.json").write_text(json.dumps(example.RESPONSE))
    (tmp_path / "2.json").write_text(json.dumps(example.changed(example.RESPONSE, put=put)))
    assert report_of_check(tmp_path)["findings"] == []
    (finding,) = report_of_check("--history", tmp_path)["findings"]
    assert finding["rule"] == "transition-unexpected"
    assert finding["source"].endswith("2.json")
    assert finding["related"][0]["source"].endswith("1.json")
    assert report_of_check("--history", tmp_path / "2.json", tmp_path / "1.json")["findings"] == [], "from NotStarted to Running is a step"


@pytest.mark.parametrize("took, found", [(900, ["run-left-completed"]), (1100, [])])
def test_of_answers_that_were_under_way_together_none_follows_another(took: int, found: list[str], tmp_path: Path) -> None:
    state = "/properties/status/status/state"
    entries = [
        {
            "startedDateTime": f"2025-04-08T09:30:0{index}Z",
            "time": took,
            "request": {"method": "GET", "url": example.EXCHANGE["url"]},
            "response": {"status": 200, "content": {"text": json.dumps(example.changed(example.RESPONSE, put={state: reported}))}},
        }
        for index, reported in enumerate(("Completed", "Running"))
    ]
    (tmp_path / "session.har").write_text(json.dumps({"log": {"entries": entries}}))
    rules = [finding["rule"] for finding in report_of_check("--select", "run-left-completed", tmp_path)["findings"]]
    assert rules == found
    assert "2 captures" in updaterun("show", tmp_path / "session.har").stdout


# The catalogue


@pytest.mark.parametrize(
    "names, reported", [(["1", "10", "2"], True), (["1", "2", "10"], False), (["b", "a"], False), (["b2", "a1"], False)]
)
def test_a_history_in_the_order_of_a_shell_is_told(names: list[str], reported: bool, tmp_path: Path) -> None:
    for name in names:
        (tmp_path / f"{name}.json").write_text(json.dumps(example.RESPONSE))
    paths = [tmp_path / f"{name}.json" for name in names]
    hint = f"updaterun: the history has {tmp_path}/10.json before {tmp_path}/2.json, as given; name the folder, or quote the pattern"
    stderr = updaterun("check", "--history", *paths).stderr
    assert (bool(stderr), stderr.startswith(hint)) == (reported, reported)
    assert updaterun("check", *paths).stderr == updaterun("check", "--history", tmp_path).stderr == ""


def test_rules_lists_the_catalogue() -> None:
    lines = updaterun("rules").stdout.splitlines()
    assert [line.split()[0] for line in lines[: len(RULES)]] == [rule.name for rule in RULES]
    rows = json.loads(updaterun("rules", "--format", "json").stdout)["rules"]
    assert [row["name"] for row in rows] == [rule.name for rule in RULES]
    assert all(row[key] for row in rows for key in ("severity", "side", "claim", "reason", "fix", "cites"))


@pytest.mark.parametrize("name", KNOWN)
def test_whatever_a_finding_is_named_for_can_be_explained(name: str) -> None:
    result = updaterun("explain", name)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{name} (")
    assert "\nFix: " in result.stdout
    assert len(re.findall(rf"^  (?:error|warning|note) {name} ", result.stdout, re.MULTILINE)) == 1, "the example gives the finding"


def test_explain_resolves_the_citation() -> None:
    out = " ".join(updaterun("explain", "group-duplicate").stdout.split())
    assert "Source: Update Runs - Get, the REST reference page: the definition UpdateRunStrategy" in out


@pytest.mark.parametrize("name", ["api-version-missing", "api-version-unsupported", "response-id-mismatch", "strategy-id-type"])
def test_explain_shows_what_an_example_changes_to_the_end(name: str) -> None:
    (value,) = by_name()[name].example.put.values()
    assert f" = {json.dumps(value)}\n" in updaterun("explain", name).stdout


@pytest.mark.process
@pytest.mark.parametrize("columns", [80, 100, 160])
@pytest.mark.parametrize("command", [("rules",), ("explain", "schema/enum"), ("explain", "transition-unexpected")])
def test_a_terminal_gets_lines_of_its_width_that_end_between_words(command: tuple[str, ...], columns: int) -> None:
    lines = re.sub(r"\x1b\[\d+m", "", on_terminal(*command, columns=columns)).splitlines()
    assert {line for line in lines if len(line) > columns and " " in line.strip()} == set()
    assert columns - 20 < max(len(line) for line in lines if " " in line.strip())
    assert " ".join(" ".join(lines).split()) == " ".join(updaterun(*command).stdout.split())


@pytest.mark.process
@pytest.mark.parametrize("command", [("versions",), ("coverage", "samples")])
def test_a_table_fits_a_narrow_terminal(command: tuple[str, ...]) -> None:
    lines = click.unstyle(on_terminal(*command, columns=80)).splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert max(map(len, lines)) > 70


def test_explain_lists_the_uses_of_a_keyword_by_source() -> None:
    lines = updaterun("explain", "schema/required").stdout.splitlines()
    sources = [line for line in lines if re.match(r"  \S", line) and line.endswith(":")]
    assert len(sources) == len(set(sources)) == 3
    assert "    ManagedClusterUpgradeSpec" in lines
    assert "    ManagedClusterUpgradeSpec/allOf/0/then: the definition ManagedClusterUpgradeType" in lines


def test_an_entry_has_one_number_in_every_output(tmp_path: Path) -> None:
    cassette = str(ROOT / "samples" / "wrong" / "cassette.yaml")
    check = ["check", cassette, "--select", "run-left-completed"]
    assert [finding["entry"] for finding in report_of_check(*check[1:])["findings"]] == [8]
    assert " entry 8 response " in updaterun(*check).stdout
    assert ' name="entry 8"' in updaterun(*check, "--format", "junit").stdout
    updaterun(*check, "--baseline", tmp_path / "known.json", "--update-baseline")
    assert [row["entry"] for row in json.loads((tmp_path / "known.json").read_text())["expected"]] == [8]
    assert "  entry 8, get → 200  " in updaterun("show", cassette).stdout
    assert '<p class="quiet">entry 8, get → 200</p>' in updaterun("show", cassette, "--html", "-").stdout


def test_explain_names_the_nearest_for_a_typo() -> None:
    result = updaterun("explain", "schema/enumm")
    assert result.exit_code == 2
    assert "did you mean schema/enum?" in result.stderr


@pytest.mark.parametrize("family", ["schema/", "input/", "schema", "input"])
def test_a_family_is_no_rule_that_can_be_explained_and_its_rules_are_named(family: str) -> None:
    result = updaterun("explain", family)
    assert result.exit_code == 2
    *most, last = [name for name in KNOWN if name.startswith(family)]
    assert f"{family.rstrip('/')}/ is a family of rules; expected one of them: {', '.join(most)} or {last}\n" in result.stderr


def test_a_glob_without_a_match_is_called_one(tmp_path: Path) -> None:
    result = updaterun("check", tmp_path / "*.foo")
    assert (result.exit_code, result.stderr) == (2, f"updaterun: no file matches {tmp_path}/*.foo\n")


@pytest.mark.parametrize("jobs", ["two", "0", "-1", "1.5", "", "²", "9" * 5000])
def test_the_number_of_processes_is_a_whole_one(jobs: str, folder: Path) -> None:
    result = updaterun("check", folder, "--jobs", jobs)
    assert result.exit_code == 2
    assert f"Invalid value for '--jobs' / '-j': expected a whole number from 1 on, found '{jobs}'\n" in result.stderr


@pytest.mark.parametrize(
    "options", [("--select", "schema/enum", "--ignore", "schema/"), ("--select", "etag-format", "--ignore", "etag-format")]
)
def test_a_selection_of_no_rule_is_a_usage_error(options: tuple[str, ...], folder: Path) -> None:
    result = updaterun("check", folder, *options)
    assert result.exit_code == 2
    assert result.stderr.endswith("Error: no rule is left to report, as each is ignored or not selected\n")


@pytest.mark.parametrize("arguments", [("explain", "zzz"), ("check", ".", "--select", "zzz")])
def test_where_no_rule_is_near_none_is_named(arguments: tuple[str, ...]) -> None:
    result = updaterun(*arguments)
    assert result.exit_code == 2
    assert "there is no rule 'zzz'; `updaterun rules` lists them" in result.stderr


@pytest.mark.parametrize("name", [STALE, WITHOUT_REASON])
def test_what_is_said_of_a_row_of_a_baseline_is_no_rule(name: str) -> None:
    result = updaterun("explain", name)
    assert result.exit_code == 2
    assert f"{name} is no rule, but about a row of the baseline; the line that has it says what to do" in result.stderr


def test_a_slip_in_the_name_of_a_command_gets_the_nearest() -> None:
    result = updaterun("chekc", ".")  # codespell:ignore
    assert result.exit_code == 2
    assert "No such command 'chekc'. Did you mean check?" in result.stderr  # codespell:ignore


@pytest.mark.process
def test_the_package_is_a_command_too(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "validator", "check", str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == updaterun("check", folder).stdout


@pytest.mark.parametrize("command", ["", "check", "show", "rules", "explain", "schema", "generate"])
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(main, [*command.split(), "--help"], terminal_width=78)  # as click has it for a terminal of 80
    assert result.exit_code == 0
    assert not re.search(r"-$", result.stdout, re.MULTILINE), "no name is broken at a hyphen"
    assert "INTEGER" not in result.stdout
    assert re.search("^ +Examples?:$", result.stdout, re.MULTILINE)


def test_the_summary_counts_what_a_manifest_expects_in_vain(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps(example.RESPONSE))
    row = {"file": "run.json", "rule": "schema/enum", "pointer": "/name", "reason": "-"}
    (tmp_path / "known.json").write_text(json.dumps({"expected": [row]}))
    result = updaterun("check", tmp_path / "run.json", "--baseline", tmp_path / "known.json")
    assert result.exit_code == 1
    assert "Checked 1 document in 1 file: no findings, 1 stale row in the baseline.\n" in result.stdout


@pytest.mark.parametrize("form", ["text", "github"])
@pytest.mark.parametrize(
    "known, gone, reported",
    [
        (["/a", "/b"], [], "no new findings (2 known)"),
        (["/a"], [], "1 warning (1 known)"),
        (["/a", "/b"], ["/c"], "no new findings (2 known), 1 stale row in the baseline"),
        (["/a"], ["/c", "/d"], "1 warning (1 known), 2 stale rows in the baseline"),
        ([], ["/c"], "2 warnings, 1 stale row in the baseline"),
        ([], [], "2 warnings"),
    ],
)
def test_the_summary_tells_what_is_new_from_what_a_manifest_expects(
    known: list[str], gone: list[str], reported: str, form: str, tmp_path: Path
) -> None:
    (tmp_path / "run.json").write_text(json.dumps(example.changed(example.RESPONSE, put={"/a": 1, "/b": 1})))
    rows = [{"file": "run.json", "rule": "undocumented-property", "pointer": pointer, "reason": "-"} for pointer in known + gone]
    (tmp_path / "known.json").write_text(json.dumps({"expected": rows}))
    result = updaterun("check", tmp_path / "run.json", "--baseline", tmp_path / "known.json", "--format", form)
    assert result.exit_code == (0 if (len(known), gone) == (2, []) else 1)
    (summary,) = [line for line in result.stdout.splitlines() if line.startswith("Checked")]
    assert summary == f"Checked 1 document in 1 file: {reported}."
