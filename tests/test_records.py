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

from tests.support.lives import HISTORY_RULES
from tests.support.logs import ODD, findings_by_check, log_lines, write_log
from tests.support.profiles import at_least
from validator import Finding, check_record, fold
from validator.limits import MAX_RECORD
from validator.readers.az_cli import without_message
from validator.rules import example

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


def in_order(findings: list[Finding]) -> list[str]:
    return sorted(map(repr, findings))


@at_least(200)
@given(seed=st.integers(0, 10**6))
def test_the_records_of_a_log_give_the_findings_of_a_check(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    lines = [RUN, RUN, *log_lines(seed, 2)]
    path = write_log(tmp_path_factory.getbasetemp() / "log.jsonl", lines)
    assert in_order(findings_by_record(lines, str(path), seed)) == in_order(findings_by_check([path]))


def test_a_log_of_many_runs_and_every_odd_line_gives_the_findings_of_a_check(tmp_path: Path) -> None:
    lines = [RUN, RUN, *ODD, *log_lines(1, 20), b"x" * MAX_RECORD, b'{"id": "' + b"x" * MAX_RECORD + b'"}', b" ".join([RUN, RUN])]
    path = write_log(tmp_path / "log.jsonl", lines)
    alone = findings_by_check([path])
    assert len({finding.rule for finding in alone} & HISTORY_RULES) > 2
    assert len({finding.line for finding in alone if finding.rule in HISTORY_RULES and (finding.column or 0) > 5000}) > 2, "in lists"
    assert {"input/unreadable", "input/duplicate-key", "input/too-large", "schema/enum"} < {finding.rule for finding in alone}
    assert in_order(findings_by_record(lines, str(path))) == in_order(alone)
