"""Spark finds what one process does, whatever the splits, or fails with a sentence about what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.lives import HISTORY_RULES
from tests.support.logs import ODD, findings_by_check, log_lines, write_log
from tests.support.spark import needs_spark, session
from validator import Finding
from validator.limits import MAX_RECORD
from validator.spark import FINDINGS, check, findings, lines

pytestmark = needs_spark


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    spark = session()
    yield spark
    spark.stop()


def in_order(found: list[Finding]) -> list[str]:
    return sorted(map(repr, found))


def queried(df: Any) -> list[str]:
    assert df.columns == [column.split()[0] for column in FINDINGS.split(", ")[:11]]
    return in_order(findings(df.collect()))


def reason(df: Any) -> str:
    """Return why a query fails."""
    with pytest.raises(Exception, match="RuntimeError") as failure:
        df.collect()
    return str(failure.value)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write logs of which the runs go on from file to file: of several splits, with a byte order mark, compressed, and with odd lines."""
    folder = tmp_path_factory.mktemp("logs of ü 100%")
    records = [log_lines(1, 30), log_lines(2, 10)]
    third = len(records[0]) // 3
    parts = [records[0][:third], [b"\xef\xbb\xbf" + records[0][third], *records[0][third + 1 :]], [*ODD[:1], *records[1], *ODD, *ODD]]
    parts.append([*log_lines(3, 3), b"x" * MAX_RECORD, b"y" * (MAX_RECORD + 1), b"WARNING: " + b" " * MAX_RECORD, records[1][0]])
    paths = [write_log(folder / f"{number}.jsonl", part) for number, part in enumerate(parts)]
    compressed = write_log(folder / "4.jsonl.gz", log_lines(1, 5))
    paths[1].write_bytes(paths[1].read_bytes().rstrip(b"\n"))
    return [*paths, compressed]


@pytest.mark.parametrize("history", ["source", "all"])
def test_logs_of_many_splits_give_the_findings_of_a_check(spark: Any, logs: list[Path], history: Any) -> None:
    alone = findings_by_check(logs, history=history == "all")
    assert len({finding.rule for finding in alone} & HISTORY_RULES) > 2
    assert any("byte order mark" in finding.message for finding in alone)
    assert sum(finding.rule == "input/too-large" for finding in alone) == 2
    across = [finding for finding in alone if {place.source for place in finding.related} - {None, finding.source}]
    assert bool(across) == (history == "all")
    assert queried(check(lines(spark, str(logs[0].parent)), history=history)) == in_order(alone)
