"""Findings that repeat are folded in the text, and nowhere else."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from validator import Finding, Severity
from validator.cli import main
from validator.report import REPORTERS, Report


def at(number: int, rule: str = "schema/enum", severity: Severity = Severity.ERROR, source: str = "log.jsonl") -> Finding:
    pointer = f"/properties/status/stages/{number % 7}/status/state"
    return Finding(rule, severity, f"message {number}", pointer, source, number, number + 1, 1, "response")


def message_lines(*findings: Finding, verbose: bool = False) -> list[str]:
    """Return what the text says of findings, without colours, in the words of the messages."""
    report = Report(findings, 1, 1, 0, 0, (), verbose=verbose)
    lines = REPORTERS["text"].write(report).splitlines()
    return [re.sub(r"^\S+\.jsonl?(:\d+:\d+)?: (?=…)|^\S+: \w+ \S+ .*: (?=message)", "", line) for line in lines]


@pytest.mark.slow
def test_a_log_with_one_mistake_says_it_three_times_and_counts_the_others() -> None:
    assert message_lines(*map(at, range(100_000)))[:6] == [
        "message 0",
        "message 1",
        "message 2",
        "… and 99,997 more like it",
        "",
        "Checked 1 document in 1 file: 100,000 errors.",
    ]
    assert "Not shown: 99,997 findings like those above; --verbose shows all." in message_lines(*map(at, range(100_000)))


def test_four_of_a_kind_are_shown_as_a_line_is_no_shorter_than_a_line() -> None:
    assert message_lines(*map(at, range(4)))[:4] == ["message 0", "message 1", "message 2", "message 3"]
    assert message_lines(*map(at, range(5)))[3] == "… and 2 more like it"


def test_another_rule_severity_property_or_file_is_another_kind() -> None:
    many = [at(number) for number in range(50)]
    others = [
        at(50, rule="group-duplicate"),
        at(51, severity=Severity.NOTE),
        Finding("schema/enum", Severity.ERROR, "message 52", "/properties/status/state", "log.jsonl", 52, side="response"),
        Finding("schema/enum", Severity.ERROR, "message 53", many[0].pointer, "log.jsonl", 53, side="request"),
        at(54, source="other.jsonl"),
    ]
    lines = message_lines(*many, *others)
    assert lines[3] == "… and 47 more like it"
    assert [f"message {number}" for number in range(50, 55)] == [line for line in lines[4:] if line.startswith("message")]


def test_different_findings_in_a_few_files_are_all_shown() -> None:
    rules = ("group-duplicate", "schema/enum", "schema/type", "etag-format")
    findings = [at(0, rule=rule, source=f"{name}.json") for name in "abc" for rule in rules]
    lines = message_lines(*findings)
    assert lines.count("message 0") == 12
    assert not [line for line in lines if "more like it" in line]


RULES = ("group-duplicate", "schema/enum", "schema/type", "etag-format")


def of_files(number: int) -> list[Finding]:
    """Return the same four findings for so many files."""
    return [at(0, rule=rule, source=f"{file:02}.json") for file in range(number) for rule in RULES]


def test_three_of_many_files_with_the_same_findings_stand_for_all() -> None:
    lines = message_lines(*of_files(30))
    assert lines.count("message 0") == 12
    assert "… and 27 more files with 108 findings like those above" in lines
    assert "Not shown: 108 findings like those above; --verbose shows all." in lines
    assert message_lines(*of_files(30), verbose=True).count("message 0") == 120


def test_up_to_ten_files_are_all_shown() -> None:
    assert message_lines(*of_files(10)).count("message 0") == 40
    assert "… and 8 more files with 32 findings like those above" in message_lines(*of_files(11))


def test_what_is_found_in_one_of_many_files_alone_is_shown() -> None:
    own = Finding("schema/type", Severity.ERROR, "message 1", "/name", "14.json", side="response")
    findings = sorted([*of_files(30), own], key=lambda finding: finding.source)
    lines = message_lines(*findings)
    begin = lines.index("… and 11 more files with 44 findings like those above")
    assert lines[begin + 1 : begin + 4] == [
        "message 1",
        "… and 4 like those of files above",
        "… and 15 more files with 60 findings like those above",
    ]
    assert "Not shown: 108 findings like those above; --verbose shows all." in lines


def test_verbose_shows_all_and_says_nothing_of_folds() -> None:
    lines = message_lines(*map(at, range(100)), verbose=True)
    assert len([line for line in lines if line.startswith("message")]) == 100
    assert not [line for line in lines if "more like it" in line or "Not shown" in line]


def test_the_other_formats_have_all() -> None:
    run = {"id": "x", "properties": {"managedClusterUpdate": {"upgrade": {"type": "full"}}}}
    log = "\n".join([json.dumps(run)] * 20)

    def said(*options: str) -> str:
        return CliRunner().invoke(main, ["check", "-", *options], input=log).stdout

    assert said("--verbose").count(" schema/enum ") == 20
    assert said().count(" schema/enum ") == 3
    for form in set(REPORTERS) - {"text", "azure", "github"}:  # services show ten annotations
        assert said("--format", form).count('found "full"' if form in {"concise", "junit", "markdown"} else 'found \\"full\\"') == 20, form
