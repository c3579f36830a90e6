"""Records that are checked one by one, and captures that are shuffled, sorted and compared run by run, give the findings of a check."""

from __future__ import annotations

import json
import pickle
from itertools import groupby
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.lives import HISTORY_RULES, captures
from tests.support.logs import ODD, findings_by_check, in_order, log_lines, write_log
from tests.support.profiles import at_least
from validator import Finding, RuleError, check_record, fold
from validator.checker import records
from validator.limits import MAX_RECORD
from validator.readers.az_cli import without_message
from validator.rules import example
from validator.strategies.bulk import documents

RUN = json.dumps(example.RESPONSE).encode()


def findings_by_record(lines: list[bytes], source: str, seed: int = 0) -> list[Finding]:
    """Check each line by itself, send the captures elsewhere, shuffle them, sort them, and compare those of each run."""
    findings: list[Finding] = []
    sent = []
    entry = 0
    for number, line in enumerate(lines, 1):
        if not (line.strip() and without_message(line).strip()):
            continue
        checked = check_record(line, source=source, entry=entry, line=number)
        findings += checked.findings
        sent += [(each.run, (entry, index), pickle.dumps(each)) for index, each in enumerate(checked.captures)]
        entry += 1
    Random(seed).shuffle(sent)
    for _, of_run in groupby(sorted(sent), key=lambda row: row[0]):
        findings += fold(pickle.loads(captured) for _, _, captured in of_run)
    return findings


@pytest.mark.slow
@at_least(200)
@given(seed=st.integers(0, 10**6))
def test_the_records_of_a_log_give_the_findings_of_a_check(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    lines = [RUN, RUN, *log_lines(seed, 2)]
    path = write_log(tmp_path_factory.getbasetemp() / "log.jsonl", lines)
    assert in_order(findings_by_record(lines, str(path), seed)) == in_order(findings_by_check([path]))


@pytest.mark.slow
def test_a_log_of_many_runs_and_every_odd_line_gives_the_findings_of_a_check(tmp_path: Path) -> None:
    lines = [RUN, RUN, *ODD, *log_lines(1, 20), b"x" * MAX_RECORD, b'{"id": "' + b"x" * MAX_RECORD + b'"}', b" ".join([RUN, RUN])]
    path = write_log(tmp_path / "log.jsonl", lines)
    alone = findings_by_check([path])
    assert len({finding.rule for finding in alone} & HISTORY_RULES) > 2
    assert len({finding.line for finding in alone if finding.rule in HISTORY_RULES and (finding.column or 0) > 5000}) > 2, "in lists"
    assert {"input/unreadable", "input/duplicate-key", "input/too-large", "schema/enum"} < {finding.rule for finding in alone}
    assert in_order(findings_by_record(lines, str(path))) == in_order(alone)


def test_places_in_a_record_of_several_lines_are_those_in_its_file() -> None:
    first, *_, last = captures("plain-success")
    data = b'\xef\xbb\xbf{"value": [\n' + json.dumps(first, indent=1).encode() + b"]}"
    record = check_record(data, source="a.json", entry=7, line=100)
    (note,) = record.findings
    assert ("byte order mark" in note.message, note.source, note.entry, note.line, note.column) == (True, "a.json", 7, 100, 1)
    findings = list(fold([*check_record(json.dumps(last).encode()).captures, *record.captures]))
    assert len(findings) > 5
    lines = data.decode().splitlines()
    for finding in findings:
        assert (finding.source, finding.entry) == ("a.json", 7)
        assert lines[(finding.line or 0) - 100][(finding.column or 0) - 1 :].startswith('"NotStarted"')


def test_a_record_that_mentions_update_runs_without_one_has_a_note() -> None:
    data = b'{"about": "Microsoft.ContainerService/fleets/updateRuns"}'
    ((finding,), captured) = check_record(data, entry=3, line=9)
    assert (finding.rule, finding.severity.name, finding.entry, finding.line) == ("input/unrecognised", "NOTE", 3, 9)
    assert captured == []


def test_the_run_in_a_record_is_sent_once_and_the_others_are_not_sent_with_it() -> None:
    runs = [run for life in documents("history", 40, 1) for run in life[:1]]
    data = json.dumps({"value": runs}).encode()
    sent = [len(pickle.dumps(captured)) for captured in check_record(data).captures]
    assert len(sent) == 40
    assert sum(sent) < 2 * len(data)


def test_an_unknown_side_or_version_is_an_error() -> None:
    with pytest.raises(ValueError, match="expected request or response for the side, found 'both'"):
        check_record(RUN, side="both")  # type: ignore[arg-type]
    with pytest.raises(LookupError):
        check_record(RUN, version="1999-01-01")


def test_a_bug_in_a_rule_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuleError("a-rule")

    monkeypatch.setattr(records, "check_item", broken)
    with pytest.raises(RuleError) as failure:
        check_record(RUN, source="a.json")
    assert failure.value.source == "a.json"
