"""Reports for the pages of GitHub, Azure DevOps and GitLab: SARIF by Microsoft's validator, hashes of lines, and limits."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.command import report, updaterun
from tests.support.npm import installed, needs_npm
from validator import Finding, Severity
from validator.checker.manifest import Row, StaleRow
from validator.findings import Related
from validator.report import REPORTERS, Report, distribution, sarif
from validator.report.line_hash import line_hashes
from validator.rules import example

ROOT = Path(__file__).parent.parent


def run_of(made: Report) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(sarif.write(made))["runs"][0]
    return run


# Microsoft's validator

RULE_SETS = ("Sarif", "Gh", "Ghas", "Ado")

REMAINING = {
    "error GHAzDO1014": "automationDetails, which the task AdvancedSecurity-Publish of Azure Pipelines adds",
}
"""What Microsoft's validator still finds by its sets of rules, and why."""


@needs_npm
@pytest.mark.process
@pytest.mark.slow
def test_sarif_passes_the_validator_of_microsoft(tmp_path: Path) -> None:
    files = installed("sarif_multitool").glob("node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool*")
    (program,) = (file for file in files if file.suffix in {".Multitool", ".exe"})
    program.chmod(0o755)  # as its script would at installation
    updaterun("check", ROOT / "samples" / "wrong", "--format", f"sarif:{tmp_path}/report.sarif")
    command = [str(program), "validate", "report.sarif", "--rule-kind", ";".join(RULE_SETS), "--output", "out.sarif"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    results = json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8-sig"))["runs"][0]["results"]
    assert {f"{result.get('level', 'warning')} {result['ruleId']}" for result in results} == set(REMAINING)


def test_the_address_of_the_project_is_in_sarif_if_it_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ("informationUri" in run_of(report())["tool"]["driver"]) == (distribution.address() is not None)
    monkeypatch.setattr(distribution, "address", lambda: "https://project.invalid")
    assert run_of(report())["tool"]["driver"]["informationUri"] == "https://project.invalid"


def test_a_rule_in_sarif_has_what_github_shows() -> None:
    rules = {rule["id"]: rule for rule in run_of(report())["tool"]["driver"]["rules"]}
    assert rules["group-duplicate"]["name"] == "GroupDuplicate"
    assert rules["schema/additionalProperties" if "schema/additionalProperties" in rules else "schema/maxLength"]["name"].startswith(
        "Schema"
    )
    for rule in rules.values():
        assert f"**Fix:** {rule['help']['text']}" in rule["help"]["markdown"]
        assert set(rule["properties"]) == {"precision", "problem.severity", "tags"}
        assert rule["name"].isalnum()


def test_a_related_place_is_linked_in_the_message() -> None:
    related = (Related("/a[0]", "the first", line=1, column=2, end_column=5), Related("/b", entry=3))
    result = run_of(report(Finding("group-duplicate", Severity.ERROR, "twice", "/d", "own.json", related=related)))["results"][0]
    assert result["message"]["text"] == "/d: twice (see [/a\\[0\\]: the first](1), [entry 3 /b](2))"
    first, second = result["relatedLocations"]
    assert (first["id"], second["id"]) == (1, 2)
    assert first["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 2, "endLine": 1, "endColumn": 5}
    assert "region" not in second["physicalLocation"]


def test_a_value_is_no_link_in_a_message() -> None:
    result = run_of(report(Finding("schema/type", Severity.ERROR, "found [x](https://e.invalid)", "/d", "own.json")))["results"][0]
    assert result["message"]["text"] == "/d: found \\[x\\](https://e.invalid)"


def test_a_region_ends_where_the_value_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = example.changed(example.RESPONSE, put={"/properties/status/status/state": "running", "/eTag": 5, "/other": {}})
    text = json.dumps(wrong, indent=1)
    Path("run.json").write_text(text)
    lines = text.splitlines()
    results = json.loads(updaterun("check", "run.json", "--format", "sarif").stdout)["runs"][0]["results"]
    regions = [result["locations"][0]["physicalLocation"]["region"] for result in results]
    assert {lines[at["startLine"] - 1][at["startColumn"] - 1 : at["endColumn"] - 1] for at in regions} == {'"running"', "5", '"other"'}
    assert all(at["startLine"] == at["endLine"] for at in regions)


def test_the_related_place_of_a_duplicate_has_a_region() -> None:
    results = json.loads(updaterun("check", ROOT / "samples/wrong/update-run.json", "--format", "sarif").stdout)["runs"][0]["results"]
    (result,) = (result for result in results if result["ruleId"] == "group-duplicate")
    (place,) = result["relatedLocations"]
    line = (ROOT / "samples/wrong/update-run.json").read_text().splitlines()[place["physicalLocation"]["region"]["startLine"] - 1]
    assert '"eu"' in line
    assert place["physicalLocation"]["region"] != result["locations"][0]["physicalLocation"]["region"]


# Hashes of lines

GREETING = " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End"
HASHES: dict[str, list[str]] = {
    "": ["c129715d7a2bc9a3:1"],
    " a\nb\n  \t\tc\n d": ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
    GREETING: [
        *("8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1"),
        *("c6805c5e1288b612:1", "b86d3392aea1be30:1", "e6ceba753e1a442:1"),
    ],
    "Lorem ipsum dolor sit amet.\n" * 10: [
        *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
        *("a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1"),
    ],
}
"""The hashes that GitHub computes of lines, from the tests of github/codeql-action."""


@pytest.mark.parametrize("text", HASHES)
def test_the_hash_of_a_line_is_that_of_github(text: str) -> None:
    assert [*line_hashes(text, range(1, 20)).values()] == HASHES[text]


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_a_line_has_one_hash_whatever_ends_it(end: str) -> None:
    assert line_hashes(GREETING.replace("\n", end), range(9)) == line_hashes(GREETING, range(9))


def rolled(text: str) -> list[str]:
    """Return the hash of each line in the way of GitHub, one UTF-16 code unit after another."""
    data = text.encode("utf-16-le")
    units = [int.from_bytes(data[index : index + 2], "little") for index in range(0, len(data), 2)]
    window, line_at, hashes, counts = [0] * 100, [False] * 100, list[str](), dict[int, int]()
    value = index = 0
    starts, after_return = True, False

    def roll(unit: int) -> None:
        nonlocal value, index
        value = (value * 37 + unit - pow(37, 100) * window[index]) % 2**64
        window[index] = unit
        index = (index + 1) % 100

    def flush() -> None:
        if line_at[index]:
            counts[value] = counts.get(value, 0) + 1
            hashes.append(f"{value:x}:{counts[value]}")
            line_at[index] = False

    for unit in [*units, 0xFFFF]:
        if unit in {9, 32} or (after_return and unit == 10):
            after_return = False
            continue
        after_return = unit == 13
        flush()
        if starts:
            line_at[index] = True
        starts = unit in (10, 13)
        roll(10 if unit == 13 else unit)
    for _ in range(100):
        flush()
        roll(0)
    return hashes


@given(text=st.text(st.sampled_from("aäb🜚 \t\n\r{"), max_size=300) | st.text(max_size=50))
def test_a_hash_of_any_line_is_that_of_a_rolling_hash(text: str) -> None:
    text = text.encode(errors="replace").decode()
    expected = rolled(text)
    assert [*line_hashes(text, range(1, len(expected) + 1)).values()] == expected


def test_a_result_has_the_hash_of_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = json.dumps(example.changed(example.RESPONSE, put={"/properties/status/status/state": "running"}), indent=1)
    Path("run.json").write_text(text)
    (result,) = json.loads(updaterun("check", "run.json", "--format", "sarif").stdout)["runs"][0]["results"]
    line = result["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert result["partialFingerprints"]["primaryLocationLineHash"] == rolled(text)[line - 1]


def test_what_is_no_text_of_a_file_has_no_hash() -> None:
    finding = Finding("schema/type", Severity.ERROR, "-", "/a", "<stdin>", line=1, column=1)
    assert set(run_of(report(finding))["results"][0]["partialFingerprints"]) == {"updaterun/v1"}


# At most 25,000 results


def test_of_too_many_results_the_most_severe_are_reported_and_the_others_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sarif.MAX_RESULTS == 25_000
    monkeypatch.setattr(sarif, "MAX_RESULTS", 250)
    severities = [Severity.NOTE, Severity.ERROR, Severity.WARNING]
    findings = [Finding("schema/type", severities[number % 3], "-", f"/{number}", "f.json") for number in range(300)]
    stale = StaleRow(Row("f.json", None, "schema/enum", "/a", manifest="known.json"))
    made = report(*findings, stale=(stale,))
    run = run_of(made)
    levels = [result["level"] for result in run["results"]]
    assert (len(levels), levels.count("error"), levels.count("warning")) == (250, 101, 100)
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    text = "51 results of 301 are left out, the least severe first: code scanning takes 250"
    assert (notification["level"], notification["message"]["text"]) == ("warning", text)
    assert sarif.left_out(made) == text
    assert run["invocations"][0]["executionSuccessful"] is True
    assert "invocations" not in run_of(report(*findings[:250]))


def test_what_sarif_leaves_out_is_a_line_on_the_standard_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 2)
    monkeypatch.chdir(tmp_path)
    Path("run.json").write_text(json.dumps(example.changed(example.RESPONSE, put={"/a": 1, "/b": 1, "/c": 1})))
    result = updaterun("check", "run.json", "--format", "sarif")
    assert result.stderr == "updaterun: sarif: 1 result of 3 are left out, the least severe first: code scanning takes 2\n"
    assert updaterun("check", "run.json", "--format", "json").stderr == ""


# GitLab

CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}
"""The shape of a report that GitLab documents for Code Quality; a path is relative to the repository, without a leading `./`."""


def test_a_report_for_gitlab_has_the_documented_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    issues = json.loads(updaterun("check", "./samples/wrong", "--format", "gitlab").stdout)
    jsonschema.validate(issues, CODE_QUALITY)
    findings = json.loads(updaterun("check", "./samples/wrong", "--format", "json").stdout)["findings"]
    assert [(issue["check_name"], issue["location"]["lines"]["begin"]) for issue in issues] == [(f["rule"], f["line"]) for f in findings]
    assert {issue["severity"] for issue in issues} == {"major", "minor", "info"}
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_a_stale_row_is_an_issue_for_gitlab_at_the_baseline() -> None:
    stale = StaleRow(Row("f.json", None, "schema/enum", "/a", manifest="known.json"))
    issues = json.loads(REPORTERS["gitlab"].write(report(stale=(stale,))))
    jsonschema.validate(issues, CODE_QUALITY)
    assert [(issue["check_name"], issue["location"]["path"], issue["severity"]) for issue in issues] == [
        ("stale-row", "known.json", "major")
    ]


# Annotations


@pytest.mark.parametrize("form, kinds", [("github", ("error", "warning", "notice")), ("azure", ("error", "warning", "warning"))])
def test_a_service_gets_ten_annotations_of_a_kind_and_how_many_more_there_are(form: str, kinds: tuple[str, ...]) -> None:
    severities = sorted(Severity, reverse=True)
    findings = [Finding("schema/type", severities[n % 3], f"number {n}", "/a", "f.json", line=3, column=4) for n in range(35)]
    *commands, more, summary = (
        REPORTERS[form].write(report(*findings, stale=(StaleRow(Row("f.json", 2, "schema/enum", "/a")),))).splitlines()
    )
    assert len(commands) == 10 * len(set(kinds))
    assert [command.rpartition(" ")[2] for command in commands[:6]] == ["0", "1", "2", "3", "4", "5"]
    counts = "3 more errors, 2 more warnings and 1 more notice" if form == "github" else "3 more errors and 13 more warnings"
    assert more == f"There are {counts}; --format concise lists all."
    assert summary.startswith("Checked 1 document")


def test_azure_pipelines_gets_a_warning_for_a_note() -> None:
    finding = Finding("schema/type", Severity.NOTE, "-", "/a", "./f.json", line=3, column=4)
    (command, _) = REPORTERS["azure"].write(report(finding)).splitlines()
    assert command == "##vso[task.logissue type=warning;sourcepath=f.json;linenumber=3;columnnumber=4;code=schema/type]/a: -"
