"""Spark finds what one process does, whatever the splits, or fails with a sentence about what is wrong."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.support.lives import HISTORY_RULES, captures
from tests.support.logs import ODD, findings_by_check, in_order, log_lines, write_log
from tests.support.prose import ROOT, blocks
from tests.support.spark import needs_spark, spark_session
from validator import Finding, Related
from validator.limits import MAX_FILE, MAX_RECORD
from validator.spark import check, check_files, findings, lines

pytestmark = needs_spark


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    spark = spark_session()
    yield spark
    spark.stop()


def queried(df: Any) -> list[str]:
    assert {*df.columns} == {field.name for field in fields(Finding)}
    return in_order(findings(df.collect()))


def failure_of(df: Any) -> str:
    """Return why a query fails."""
    with pytest.raises(Exception, match="RuntimeError") as failure:
        df.collect()
    return str(failure.value)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write logs of which the runs go on from file to file: of several splits, with a byte order mark, compressed, and with odd lines."""
    folder = tmp_path_factory.mktemp("logs of ü 100%")
    records = [log_lines(1, 16), log_lines(2, 5)]
    third = len(records[0]) // 3
    parts = [records[0][:third], [b"\xef\xbb\xbf" + records[0][third], *records[0][third + 1 :]], [*ODD[:1], *records[1], *ODD, *ODD]]
    paths = [write_log(folder / f"{number}.jsonl", part) for number, part in enumerate(parts)]
    compressed = write_log(folder / "3.jsonl.gz", log_lines(1, 5))
    paths[1].write_bytes(paths[1].read_bytes().rstrip(b"\n"))
    return [*paths, compressed]


@pytest.mark.parametrize("history", ["source", "all"])
def test_logs_of_many_splits_give_the_findings_of_a_check(spark: Any, logs: list[Path], history: Any) -> None:
    alone = findings_by_check(logs, history=history == "all")
    assert len({finding.rule for finding in alone} & HISTORY_RULES) > 2
    assert any("byte order mark" in finding.message for finding in alone)
    across = [finding for finding in alone if {place.source for place in finding.related} - {None, finding.source}]
    assert bool(across) == (history == "all")
    assert queried(check(lines(spark, str(logs[0].parent)), history=history)) == in_order(alone)


@pytest.fixture
def unsplit(spark: Any) -> Iterator[None]:
    spark.conf.set("spark.sql.files.maxPartitionBytes", str(2**27))
    yield
    spark.conf.set("spark.sql.files.maxPartitionBytes", "200000")


@pytest.mark.usefixtures("unsplit")
def test_records_at_and_above_the_limit_give_the_findings_of_a_check(spark: Any, tmp_path: Path) -> None:
    records = [*log_lines(3, 1), b"x" * MAX_RECORD, b"WARNING: " + b" " * MAX_RECORD, log_lines(3, 1)[0]]
    alone = findings_by_check([write_log(tmp_path / "large.jsonl", records)])
    assert sum(finding.rule == "input/too-large" for finding in alone) == 1
    assert queried(check(lines(spark, str(tmp_path)))) == in_order(alone)


@pytest.fixture(scope="module")
def table_with_findings(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[Finding]]:
    """Write a log as a Parquet table of shuffled rows in several files, and return it with the findings in the log."""
    folder = tmp_path_factory.mktemp("table")
    records = [record for record in log_lines(5, 8) if record not in ODD]
    alone = findings_by_check([write_log(folder / "log.jsonl", records)])
    rows = [
        {"ResponseBody": record.decode(), "Log": "polls", "Number": entry, "Hour": entry // 50, "Second": entry % 50}
        for entry, record in enumerate(records)
    ]
    Random(1).shuffle(rows)
    return spark.read.parquet(write_table(folder / "parquet", [rows[start::4] for start in range(4)])), alone


def write_table(folder: Path, files: Iterable[list[dict[str, Any]]]) -> str:
    """Write rows to Parquet files in a new folder, and return its name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    for number, rows in enumerate(files):
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{number}.parquet")
    return str(folder)


def in_table(alone: list[Finding], *, source: str = "polls", has_entry: bool = True) -> list[str]:
    """Return the findings in a log as those in a table, whose rows have no lines."""

    def moved(place: Related) -> Related:
        return replace(place, entry=place.entry if has_entry else None, source=place.source and (source or None), line=place.line and 1)

    return in_order(
        replace(one, source=source, line=1, entry=one.entry if has_entry else None, related=tuple(map(moved, one.related))) for one in alone
    )


def test_a_table_of_shuffled_rows_gives_the_findings_of_a_check(table_with_findings: tuple[Any, list[Finding]]) -> None:
    frame, alone = table_with_findings
    assert {finding.rule for finding in alone} & HISTORY_RULES
    found = check(frame, body="ResponseBody", source="Log", entry="Number", order=["Hour", "Second"])
    assert queried(found) == in_table(alone)
    unnumbered = check(frame, body="ResponseBody", order=["Number"], history="all")
    assert queried(unnumbered) == in_table(alone, source="", has_entry=False)
    no_history = [finding for finding in alone if finding.rule not in HISTORY_RULES]
    assert queried(check(frame, body="ResponseBody", source="Log", entry="Number", history=None)) == in_table(no_history)


def test_every_container_gives_the_findings_of_a_check(spark: Any, tmp_path: Path) -> None:
    paths = [path for path in (ROOT / "samples").rglob("*") if path.is_file()]
    (tmp_path / "broken.json.gz").write_bytes(b"\x1f\x8b broken")
    with (tmp_path / "large.har").open("wb") as large:
        large.truncate(MAX_FILE + 1)
    alone = [*findings_by_check(paths), *findings_by_check(sorted(tmp_path.glob("b*")))]
    found = findings(check_files(spark, [str(ROOT / "samples"), str(tmp_path)]).collect())
    (refused,) = (finding for finding in found if finding.rule == "input/too-large")
    assert "lines() reads JSON Lines of any size" in refused.message
    assert in_order([finding for finding in found if finding is not refused]) == in_order(alone)


def test_rows_without_a_record_have_no_findings(spark: Any) -> None:
    frame = spark.sql("SELECT * FROM VALUES (CAST(NULL AS STRING), 1), ('', 2), (' ', 3) AS polls(body, number)")
    assert check(frame, order="number").collect() == []


# What is wrong is said


@pytest.mark.parametrize(
    "how, message",
    [
        ({}, "a table has no order of its own"),
        ({"order": ["number"], "history": "file"}, "expected 'source', 'all' or None for the history, found 'file'"),
        ({"body": "text", "history": None}, "the table has no column 'text'; it has body and number"),
        ({"order": ["time"]}, "the table has no column 'time'"),
        ({"source": "file", "history": None}, "the table has no column 'file'"),
        ({"body": "number", "history": None}, "expected a column of strings or bytes for the body, found 'number' of the type int"),
        ({"side": "both", "history": None}, "expected request or response for the side, found 'both'"),
    ],
)
def test_a_wrong_argument_is_an_error_before_any_query(spark: Any, how: dict[str, Any], message: str) -> None:
    frame = spark.createDataFrame([], "body string, number int")
    with pytest.raises(ValueError, match=re.escape(message)):
        check(frame, **how)


def test_a_file_that_changed_after_its_lines_were_counted_is_an_error(spark: Any, tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.jsonl", log_lines(3, 3))
    counted = lines(spark, str(path))
    with path.open("r+b") as stream:
        stream.write(b"\n\n\n\n\n")
    assert "has changed, or Spark has split it in another way" in failure_of(check(counted))


@pytest.mark.usefixtures("unsplit")
def test_files_that_are_split_in_another_way_than_when_they_were_counted_are_an_error(spark: Any, tmp_path: Path) -> None:
    write_log(tmp_path / "log.jsonl", log_lines(3, 5))
    counted = lines(spark, str(tmp_path))
    spark.conf.set("spark.sql.files.maxPartitionBytes", "150000")
    assert "spark.sql.files.minPartitionNum" in failure_of(check(counted))


# The page


def test_the_cells_of_the_page_run(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Run the cells in the session, in a folder with logs and a table."""
    (tmp_path / "logs").mkdir()
    for number in range(2):
        write_log(tmp_path / "logs" / f"{number}.jsonl", log_lines(number, 3))
    shutil.copytree(ROOT / "samples" / "vcr", tmp_path / "recordings")
    times = (datetime(2025, 4, 8, 9, minute, tzinfo=UTC) for minute in count())
    polls = zip(reversed(captures("plain-success")), times, strict=False)
    write_table(tmp_path / "table", [[{"ResponseBody": json.dumps(run), "TimeGenerated": time} for run, time in polls]])
    monkeypatch.chdir(tmp_path)
    cells = blocks((ROOT / "docs" / "spark.md").read_text(), "python")
    assert len(cells) >= 4
    names: dict[str, Any] = {"spark": spark}
    for cell in cells:  # Java does not follow to another folder
        for folder in ("logs/", "table", "recordings"):
            cell = cell.replace(f'"{folder}', f'"{tmp_path}/{folder}')  # noqa: PLW2901
        exec(compile(cell, "docs/spark.md", "exec"), names)
    assert "transition-unexpected" in capsys.readouterr().out
    log = json.loads((tmp_path / "updaterun.sarif").read_text())
    assert {result["ruleId"] for result in log["runs"][0]["results"]} & HISTORY_RULES
