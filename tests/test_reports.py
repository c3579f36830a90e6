"""Reports for people and programs. `make golden` writes the golden files."""

from __future__ import annotations

import errno
import html
import json
import os
import re
import stat
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support import golden
from tests.support.command import loaded, report, updaterun
from validator import Finding, Severity
from validator.checker.manifest import Row, StaleRow
from validator.cli.output import Failed, write
from validator.findings import Related
from validator.pointer import JSON
from validator.report import REPORTERS, github, sarif
from validator.report.identity import uri
from validator.report.report import describe_finding
from validator.rules import example
from validator.rules.entries import entries
from validator.rules.example import changed
from validator.rules.names import KNOWN

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"
SARIF = jsonschema.Draft4Validator(json.loads((ROOT / "tests" / "sarif_schema" / "sarif-2.1.0.json").read_bytes()))
WRONG = changed(example.RESPONSE, put={"/properties/status/status/state": "running"})
WARNED = changed(example.RESPONSE, put={"/properties/extra": 1})


@pytest.fixture
def report_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "clean.json").write_text(json.dumps(example.RESPONSE))
    (tmp_path / "a" / "warned.json").write_text(json.dumps(WARNED))
    (tmp_path / "a" / "wrong.json").write_text(json.dumps(WRONG, indent=2))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.golden
@pytest.mark.parametrize("form", REPORTERS)
def test_a_report_is_the_golden_one(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = updaterun("check", "samples/wrong", "--explain", "--format", form).stdout
    if form in {"sarif", "json"}:  # the rules of SARIF are compared with the catalogue, and the version moves
        document = json.loads(text)
        (document["runs"][0] if form == "sarif" else document)["tool"] = {}
        text = json.dumps(document, indent=2) + "\n"
    golden.compare(GOLDEN / f"report-{form}.txt", text)


def test_every_format_is_documented() -> None:
    table = (ROOT / "docs" / "ci.md").read_text().partition("## Formats")[2]
    assert [name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)] == list(REPORTERS)


# Several at once


def test_each_format_goes_to_its_file_and_one_to_the_terminal(report_folder: Path) -> None:
    result = updaterun("check", "a", "--format", "text", "--format", "sarif:out.sarif", "--format", "junit:out.xml")
    assert result.exit_code == 1
    assert result.stdout == updaterun("check", "a").stdout
    assert (report_folder / "out.sarif").read_text() == updaterun("check", "a", "--format", "sarif").stdout
    assert (report_folder / "out.xml").read_text() == updaterun("check", "a", "--format", "junit").stdout


def test_a_format_with_a_file_prints_nothing(report_folder: Path) -> None:
    assert updaterun("check", "a", "--format", "github:out.txt").stdout == ""
    assert (report_folder / "out.txt").read_text().startswith("::warning file=a/warned.json")


def test_output_takes_the_format_that_names_no_file(report_folder: Path) -> None:
    assert updaterun("check", "a", "--format", "json", "--format", "github:out.txt", "--output", "out.json").stdout == ""
    assert json.loads((report_folder / "out.json").read_text())["summary"]["errors"] == 1


@pytest.mark.parametrize(
    "options, message",
    [
        (["--format", "xml"], "expected text, concise, markdown, json, sarif, junit, gitlab, azure or github, found 'xml'"),
        (["--format", "sarif:"], "expected a file after sarif:"),
        (["--format", "sarif", "--format", "text"], "sarif and text would go to one place; name a file for each, such as text:FILE"),
        (["--format", "sarif:a.x", "--format", "junit:./a.x"], "sarif and junit would go to one place"),
        (["--format", "sarif:a.x", "--output", "b.x"], "every format has a file of its own, and none is left for --output"),
    ],
)
def test_formats_that_do_not_go_together_are_a_usage_error(options: list[str], message: str, report_folder: Path) -> None:
    result = updaterun("check", "a", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert [path.name for path in report_folder.iterdir()] == ["a"]


def test_no_format_overwrites_what_is_checked(report_folder: Path) -> None:
    result = updaterun("check", "a", "--format", "text:first.txt", "--format", "sarif:a/clean.json")
    assert result.exit_code == 2
    assert "a/clean.json is one of the files that are read" in result.stderr
    assert not (report_folder / "first.txt").exists()


@pytest.mark.parametrize("mode", [0o640, 0o600, 0o664])
def test_a_file_that_is_replaced_keeps_its_mode(mode: int, report_folder: Path) -> None:
    (report_folder / "out.txt").write_text("old")
    (report_folder / "out.txt").chmod(mode)
    assert updaterun("check", "a", "--output", "out.txt").exit_code == 1
    assert stat.S_IMODE((report_folder / "out.txt").stat().st_mode) == mode
    assert (report_folder / "out.txt").read_text() != "old"


@pytest.mark.parametrize("reason", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
@pytest.mark.parametrize("old", ["old", None])
def test_a_file_is_written_completely_or_not_at_all(old: str | None, reason: BaseException, tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise reason

    path = tmp_path / "out.txt"
    if old is not None:
        path.write_text(old)
    with pytest.raises(KeyboardInterrupt if isinstance(reason, KeyboardInterrupt) else Failed):
        write(str(path), pieces())
    assert [file.read_text() for file in tmp_path.iterdir()] == ([] if old is None else [old])


# SARIF


def in_sarif(*paths: str | Path) -> dict[str, Any]:
    document = json.loads(updaterun("check", *paths, "--format", "sarif").stdout)
    SARIF.validate(document)
    run: dict[str, Any] = document["runs"][0]
    return run


@pytest.mark.parametrize("path", ["samples/documents", "samples/wrong", "samples/reference-page", "README.md"])
def test_sarif_is_valid(path: str) -> None:
    in_sarif(ROOT / path)


def test_sarif_has_all_rules_and_each_result_names_its_own() -> None:
    run = in_sarif(ROOT / "samples" / "wrong")
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [*entries(), "stale-row"]
    assert set(entries()) == set(KNOWN)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


@cache
def rules_in_sarif() -> dict[str, Any]:
    return {rule["id"]: rule for rule in json.loads(sarif.write(report()))["runs"][0]["tool"]["driver"]["rules"]}


@pytest.mark.parametrize("name", entries())
def test_sarif_describes_each_rule_as_explain_does(name: str) -> None:
    rule = rules_in_sarif()[name]
    explained = " ".join(updaterun("explain", name).stdout.split())
    claim, fix = rule["shortDescription"]["text"], rule["help"]["text"]
    assert f") {claim} " in explained
    assert f"Fix: {fix}" in explained
    assert rule["fullDescription"]["text"] in explained
    assert len({claim, fix, rule["fullDescription"]["text"]}) == (2 if name.startswith(("schema/", "input/")) else 3)
    assert explained.startswith(f"{name} ({rule['defaultConfiguration']['level']}")


def test_the_help_of_a_rule_is_the_page_that_it_cites_and_else_the_reference_page() -> None:
    pages = {name: source["where"] for name, source in json.loads((ROOT / "schemas" / "sources.json").read_text()).items()}
    catalogue = json.loads(updaterun("rules", "--format", "json").stdout)["rules"]
    cited = {rule["name"]: pages[rule["cites"].partition("#")[0]] for rule in catalogue}
    help_pages = {name: rule["helpUri"] for name, rule in rules_in_sarif().items()}
    assert len(set(help_pages.values())) > 2
    assert {name: help_pages[name] for name, page in cited.items() if page.startswith("https://")} == {
        name: page for name, page in cited.items() if page.startswith("https://")
    }
    assert {page for name, page in help_pages.items() if not cited.get(name, "").startswith("https://")} == {pages["rest"]}


def test_a_stale_row_is_a_result_at_the_manifest(report_folder: Path) -> None:
    (report_folder / "known").mkdir()
    rows: list[JSON] = [
        {"file": "../a/clean.json", "entry": 3, "rule": rule, "pointer": "/a"} for rule in ("schema/enum", "etag-format", "etag-format")
    ]
    (report_folder / "known" / "known.json").write_text(json.dumps({"expected": rows}))
    result = updaterun("check", "a/clean.json", "--baseline", "known/known.json", "--format", "sarif")
    document = json.loads(result.stdout)
    SARIF.validate(document)
    results = document["runs"][0]["results"]
    assert (result.exit_code, [(stale["ruleId"], stale["level"]) for stale in results]) == (1, [("stale-row", "error")] * 3)
    assert {stale["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for stale in results} == {"known/known.json"}
    assert "a/clean.json, entry 3 /a: schema/enum is expected, and not found any more" in results[0]["message"]["text"]
    assert len({stale["partialFingerprints"]["updaterun/v1"] for stale in results}) == 3


def test_regions_count_code_points(report_folder: Path) -> None:
    text = json.dumps({"🜚🜚": 1} | WRONG, ensure_ascii=False)
    (report_folder / "a" / "wrong.json").write_text(text)
    run = in_sarif("a/wrong.json")
    assert run["columnKind"] == "unicodeCodePoints"
    start = text.index('"running"') + 1
    regions = {result["ruleId"]: result["locations"][0]["physicalLocation"]["region"] for result in run["results"]}
    assert regions["schema/enum"] == {"startLine": 1, "startColumn": start, "endLine": 1, "endColumn": start + len('"running"')}


def test_fingerprints_survive_other_white_space_and_differ_between_findings(report_folder: Path) -> None:
    def fingerprints() -> list[str]:
        return [result["partialFingerprints"]["updaterun/v1"] for result in in_sarif("a")["results"]]

    before = fingerprints()
    (report_folder / "a" / "wrong.json").write_text("\n\n" + json.dumps(WRONG, indent=7))
    assert fingerprints() == before
    (report_folder / "a" / "wrong.json").write_text(json.dumps([WRONG, WRONG]))
    assert before[0] in fingerprints()
    assert len(set(fingerprints())) == len(fingerprints()) == 3


def test_one_finding_twice_has_two_fingerprints() -> None:
    finding = Finding("schema/type", Severity.ERROR, "-", "/a", "f.json")
    results = json.loads(sarif.write(report(finding, finding)))["runs"][0]["results"]
    assert len({result["partialFingerprints"]["updaterun/v1"] for result in results}) == 2


@pytest.mark.parametrize(
    "source, reference",
    [
        ("a b/ü%#?.json", "a%20b/%C3%BC%25%23%3F.json"),
        ("c:d.json", "c%3Ad.json"),
        ("../up.json", "../up.json"),
        ("./here.json", "here.json"),
        ("/elsewhere/x y.json", "file:///elsewhere/x%20y.json"),
        (os.fsdecode(b"\xff.json"), "%FF.json"),
    ],
)
def test_uris_are_relative_and_encoded(source: str, reference: str, report_folder: Path) -> None:
    assert uri(source) == reference
    assert uri(str(report_folder / "a" / "x.json")) == "a/x.json"


def test_related_places_name_their_file_and_entry() -> None:
    related = (Related("/a", "the first place"), Related("/b", entry=3, source="other.json"), Related("/c", entry=1))
    finding = Finding("group-duplicate", Severity.ERROR, "-", "/d", "own.json", 1, 5, 6, "request", related=related)
    document = json.loads(sarif.write(report(finding)))
    SARIF.validate(document)
    places = document["runs"][0]["results"][0]["relatedLocations"]
    assert [(place["physicalLocation"]["artifactLocation"]["uri"], place["message"]["text"]) for place in places] == [
        ("own.json", "/a: the first place"),
        ("other.json", "entry 3 /b"),
        ("own.json", "/c"),
    ]


def test_a_report_lists_the_missing_paths(report_folder: Path) -> None:
    document = loaded(updaterun("check", report_folder / "a" / "wrong.json", "nosuch", "no\udcffname", "--format", "json").stdout)
    assert document["missing"] == ["nosuch", "no\\udcffname"]
    run = in_sarif(report_folder / "a" / "wrong.json", "nosuch")
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [{"level": "error", "message": {"text": "no such file or folder: nosuch"}}],
        }
    ]
    assert len(run["results"]) == 1
    assert "invocations" not in in_sarif(report_folder / "a" / "wrong.json")


@pytest.mark.parametrize(
    "place, reference",
    [
        (Related("/0/a", "the earlier capture"), " (see /0/a)"),
        (Related("/0/a", "the earlier capture", 1, "own.json"), " (see /0/a)"),
        (Related("/a", "the earlier capture", 3, "own.json"), " (see entry 3)"),
        (Related("/a", "the earlier capture", None, "other.json"), " (see other.json)"),
        (Related("/a", "the earlier capture", 1, "other\x1b.json"), " (see other\\x1b.json entry 1)"),
    ],
)
def test_a_line_names_the_entry_or_the_file_that_a_finding_compares_with(place: Related, reference: str) -> None:
    finding = Finding("time-rewritten", Severity.WARNING, "so", "/d", "own.json", 1, 5, 6, "response", related=(place,))
    assert describe_finding(finding) == f"entry 1 response /d: so{reference}"


# JUnit


@pytest.mark.parametrize("options", [[], ["--ignore", "input/"]])
def test_a_record_that_cannot_be_read_is_a_case_in_its_turn(options: list[str], tmp_path: Path) -> None:
    run = json.dumps(example.RESPONSE)
    (tmp_path / "log.jsonl").write_text(f'{{"managedClusterUpdate":\n{run}\n{run}\n')
    named = [case.get("name") for case in junit(tmp_path / "log.jsonl", *options).iter("testcase")]
    assert len(named) == 3
    assert [case.get("name") for case in junit(tmp_path, *options).iter("testcase")] == named


def junit(*arguments: str | Path) -> ET.Element:
    return ET.fromstring(updaterun("check", *arguments, "--format", "junit").stdout)  # trusted: written by updaterun


@pytest.mark.usefixtures("report_folder")
def test_junit_has_a_case_for_each_document_and_fails_as_the_command_does() -> None:
    def outcomes(*options: str) -> dict[str, str]:
        return {case.get("classname", ""): case[0].tag if len(case) else "" for case in junit("a", *options).iter("testcase")}

    names = ["a/clean.json", "a/warned.json", "a/wrong.json"]
    assert outcomes() == dict(zip(names, ["", "", "failure"], strict=True))
    assert outcomes("--fail-on", "warning") == dict(zip(names, ["", "failure", "failure"], strict=True))
    assert outcomes("--fail-on", "never") == dict(zip(names, ["", "", ""], strict=True))
    root = junit("a")
    assert [(suite.get("tests"), suite.get("failures")) for suite in root] == [("1", "0"), ("1", "0"), ("1", "1")]
    assert [" warning undocumented-property " in (suite.findtext("system-out") or "") for suite in root] == [False, True, False]


def test_junit_names_entries_and_omits_unrelated_ones(report_folder: Path) -> None:
    (report_folder / "log.jsonl").write_text("\n".join(json.dumps(record) for record in (example.RESPONSE, {"other": 1}, WRONG)) + "\n{")
    cases = [(case.get("name"), len(case)) for case in junit("log.jsonl").iter("testcase")]
    assert cases == [("entry 0", 0), ("entry 2", 1), ("entry 3", 1)]


def test_junit_has_only_characters_that_xml_allows(report_folder: Path) -> None:
    (report_folder / "a" / "wrong.json").write_text(json.dumps(changed(WRONG, put={"/properties/\x00\x1b\ufffe<&>]]>": "\x01"})))
    failure = junit("a").find(".//failure")
    assert failure is not None
    assert r"/properties/\x00\x1b\ufffe<&>]]>" in (failure.text or "")


def test_junit_fails_for_a_stale_row(report_folder: Path) -> None:
    row = {"file": "a/clean.json", "rule": "schema/enum", "pointer": "/a", "reason": "-"}
    (report_folder / "known.json").write_text(json.dumps({"expected": [row]}))
    (case,) = (case for case in junit("a", "--baseline", "known.json").iter("testcase") if case.get("classname") == "expected findings")
    assert case[0].tag == "failure"


def test_junit_has_a_failure_for_a_path_that_does_not_exist(report_folder: Path) -> None:
    for arguments in (("a", "nowhere"), ("nowhere",)):
        suite = junit(*arguments).findall("testsuite")[-1]
        assert [(case.get("classname"), case.get("name"), case[0].get("type")) for case in suite.iter("testcase")] == [
            ("paths", "nowhere", "missing")
        ]
    assert updaterun("check", "nowhere", "--format", f"junit:{report_folder}/all.xml").exit_code == 2
    assert (report_folder / "all.xml").exists()


# GitHub


def test_github_has_a_command_for_each_severity() -> None:
    findings = [Finding("schema/type", severity, "-", "/a", "f.json", line=3, column=4) for severity in sorted(Severity, reverse=True)]
    assert github.write(report(*findings)).splitlines() == [
        "::error file=f.json,line=3,col=4,title=schema/type::/a: -",
        "::warning file=f.json,line=3,col=4,title=schema/type::/a: -",
        "::notice file=f.json,line=3,col=4,title=schema/type::/a: -",
        "Checked 1 document in 1 file: 1 error, 1 warning, 1 note.",
    ]


def test_github_escapes_what_would_end_a_command_or_a_property() -> None:
    finding = Finding("schema/type", Severity.ERROR, "100%\n::error::x\r", "", "a,b:c%\n.json", 3)
    stale = StaleRow(Row("f.json", 2, "schema/enum", "/a%", side="request", manifest="known.json"))
    found, gone, *_ = github.write(report(finding, stale=(stale,))).splitlines()
    assert found == r"::error file=a%2Cb%3Ac%25%0A.json,title=schema/type::entry 3 (top): 100%25\n::error::x\r"
    assert gone.startswith("::error file=known.json,title=stale-row::f.json, entry 2 request /a%25: schema/enum is expected, and not found")


def test_github_names_no_file_where_there_is_none() -> None:
    finding = Finding("schema/type", Severity.ERROR, "-", "/a", "<stdin>", line=3, column=4)
    assert github.write(report(finding)).startswith("::error title=schema/type::/a: -\n")


# Markdown


HOSTILE_MARKDOWN = "|`*_~[x](https://e.invalid)<b>&amp;@user #1 $x$ :tada: www.e.invalid ![i](j) \\\\ ^"


def test_nothing_in_a_name_a_key_or_a_value_is_markup() -> None:
    finding = Finding("schema/type", Severity.ERROR, HOSTILE_MARKDOWN, f"/{HOSTILE_MARKDOWN}", f"{HOSTILE_MARKDOWN}.json", line=3, column=4)
    *_, row = REPORTERS["markdown"].write(report(finding)).splitlines()
    cells = row.strip("| ").split(" | ")
    assert len(cells) == 4
    for cell in (cells[0], *cells[2:]):
        text = cell.removeprefix("<code>").removesuffix("</code>")
        assert not set(text) & set("|`*_~[]<>@$^\\!")
        assert not re.search(r"&(?!#\d+;)|(?<!&)#|://|www\.", text)
    assert html.unescape(cells[3].removeprefix("<code>").removesuffix("</code>")) == describe_finding(finding)


def test_a_table_in_markdown_has_a_thousand_rows_and_how_many_more_there_are() -> None:
    findings = [Finding("schema/type", Severity.ERROR, "-", f"/{number}", "f.json") for number in range(1002)]
    lines = REPORTERS["markdown"].write(report(*findings)).splitlines()
    assert (lines[0], lines[-1]) == ("Checked 1 document in 1 file: 1,002 errors.", "… and 2 more findings.")
    assert len([line for line in lines if line.startswith("| <code>")]) == 1000


# One line a finding


def test_concise_has_a_line_for_each_finding_and_the_summary() -> None:
    findings = [Finding("schema/type", Severity.ERROR, "so", f"/{n}/a", "f.json", 3, n + 1, 4, "request") for n in range(20)]
    *lines, summary = REPORTERS["concise"].write(report(*findings, Finding("schema/type", Severity.NOTE, "so", "", "f.json"))).splitlines()
    assert lines[19] == "f.json:20:4: error schema/type entry 3 request /19/a: so"
    assert lines[20] == "f.json: note schema/type (top): so"
    assert (len(lines), summary) == (21, "Checked 1 document in 1 file: 20 errors, 1 note.")
    assert len(REPORTERS["concise"].write(report(*findings, quiet=True)).splitlines()) == 20


# What to do


def test_explain_says_what_to_do_once_for_each_rule(report_folder: Path) -> None:
    (report_folder / "a" / "wrong.json").write_text(json.dumps([WRONG, WRONG]))
    lines = updaterun("check", "a/wrong.json", "--explain").stdout.splitlines()
    assert len([line for line in lines if " schema/enum " in line]) == 2
    assert [line.strip()[:4] for line in lines if "Fix:" in line] == ["Fix:"]
    assert lines[1].strip() == f"Fix: {entries()['schema/enum'].fix}"
    assert "Fix:" not in updaterun("check", "a/wrong.json").stdout


def test_every_entry_says_what_to_do() -> None:
    assert [entry.name for entry in entries().values() if not (entry.fix.endswith(".") and entry.claim.endswith("."))] == []


def test_no_format_prints_a_secret(report_folder: Path) -> None:
    secret = "Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6"
    body: JSON = changed(WRONG, put={"/properties/updateStrategyId": secret, f"/properties/{secret}": 1})
    (report_folder / "a" / "wrong.json").write_text(json.dumps(body))
    for form in REPORTERS:
        assert "eyJ" not in updaterun("check", "a", "--format", form, "--explain").output


def test_no_format_prints_a_header_of_a_recording(tmp_path: Path) -> None:
    updaterun("check", ROOT / "samples", "--explain", *(f"--format={form}:{tmp_path / form}" for form in REPORTERS))
    reports = {form: (tmp_path / form).read_text().lower() for form in REPORTERS}
    assert "checked" in reports["text"]
    assert [form for form, report in reports.items() if "bearer " in report or "authorization" in report] == []
