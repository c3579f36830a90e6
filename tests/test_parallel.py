"""Several processes find what one does, in the same order, whatever becomes of them."""

from __future__ import annotations

import io
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Timer

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from validator import BrokenRule
from validator.checker import files as corpus
from validator.checker import processes
from validator.checker.body import Options
from validator.checker.files import Tally
from validator.checker.processes import Batch, Piece, Result, Task, Work
from validator.checker.workers import in_order
from validator.cli import main
from validator.findings import Finding
from validator.pointer import JSON
from validator.readers import reader
from validator.readers.items import Document, Exchange, Item, Unrelated
from validator.readers.paths import File
from validator.report import REPORTERS
from validator.rules import example
from validator.run import history
from validator.strategies.bulk import documents

from .test_histories import HISTORY_RULES, NAMES, captures
from .test_long_work import until
from .test_recall import shuffled, written

RUN = json.dumps(example.RESPONSE).encode()
WRONG = RUN.replace(b'"Running"', b'"running"', 1)
SAMPLES = Path(__file__).parent.parent / "samples"


def told(paths: list[Path], jobs: int = 1) -> tuple[list[Finding], Tally]:
    files = [File(str(path), named=True) for path in paths]
    tally = Tally(cases=[])
    if jobs == 1:
        return list(corpus.check_files(files, Options(), tally)), tally
    return list(processes.check_files(files, Options(), tally, jobs)), tally


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut files into many pieces."""
    monkeypatch.setattr(processes, "PIECE", 30_000)
    monkeypatch.setattr(processes, "BATCH", 3)


def other(run: int) -> JSON:
    """Make a run that no other capture is of."""
    return example.changed(example.RESPONSE, put={"/systemData/createdAt": f"2025-04-07T09:{run // 60:02}:{run % 60:02}.123Z"})


def log() -> bytes:
    """Write a log of everything that a log may have: runs that are captured often, once, or in lists; and what cannot be read."""
    records = [json.dumps(record).encode() for record in shuffled([list(captures(name)) for name in NAMES], 1)]
    odd = [
        b"",
        b"{,",
        WRONG,
        b'{"error": {"code": 1}}',
        b'{"about": "something else"}',
        RUN.replace(b'"name"', b'"name": "twice", "name"', 1),
        json.dumps({"value": [example.RESPONSE, other(1), example.RESPONSE]}).encode(),
        b"  \r",
    ]
    lines = []
    for number, record in enumerate(records):
        lines += [record, json.dumps(other(number + 2)).encode(), odd[number % len(odd)]]
    return b"\xef\xbb\xbf\n" + b"\n".join(lines)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("jobs", [2, 3])
def test_a_long_log_says_the_same(jobs: int, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes(log())
    with open(tmp_path / "log.jsonl", "rb", buffering=0) as raw:
        stream: io.BufferedReader = io.BufferedReader(raw, corpus.BUFFER)
        assert len(list(reader.pieces(stream, processes.PIECE))) > 10
    alone, counted = told([tmp_path / "log.jsonl"])
    assert len({finding.rule for finding in alone} & HISTORY_RULES) > 1
    assert {"input/unreadable", "input/duplicate-key", "schema/enum"} < {finding.rule for finding in alone}
    assert told([tmp_path / "log.jsonl"], jobs) == (alone, counted)


def polled(seed: int) -> list[JSON]:
    """Write a log of runs that are polled at the same time; now and then an old answer comes late, or a body under an old tag."""
    choose = Random(seed)
    lives = [list(life) for life in documents("history", 12, seed)]
    log: list[JSON] = []
    while any(lives):
        log.append(choose.choice([life for life in lives if life]).pop(0))
        if choose.random() < 0.05:
            log.append(choose.choice(log))
        if choose.random() < 0.05:
            before, now = (choose.choice(log) for _ in range(2))
            log.append(now | {"eTag": before["eTag"]})
    return log


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("least", [history.LEAST_KEPT, 20_000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_log_of_runs_that_are_polled_says_the_same(seed: int, least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LEAST_KEPT", least)
    path = written(tmp_path / "log.jsonl", polled(seed))
    alone = told([path])
    assert {finding.rule for finding in alone[0]} & HISTORY_RULES
    assert told([path], 2) == alone


@pytest.mark.usefixtures("short")
def test_a_link_does_not_lead_to_one_of_several_captures_in_a_record(tmp_path: Path) -> None:
    def tagged(tag: str, message: str) -> JSON:
        return example.changed(
            example.RESPONSE, put={"/eTag": f'"{tag}"', "/properties/status/stages/0/groups/0/members/1/message": message}
        )

    old, current = tagged("old", "one"), tagged("c", "three")
    log = [json.dumps(one) for one in (old, tagged("x", "two"), [current, old], tagged("d", "four"), tagged("c", "five"))]
    log[1] += " " * processes.PIECE
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(log))
    alone = told([path])
    assert [(finding.rule, finding.entry) for finding in alone[0]] == [("etag-reused", 4)]
    assert told([path], 2) == alone


@pytest.mark.usefixtures("short")
def test_what_goes_on_as_usual_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = [life[0] | {"eTag": f'"{poll}"'} for life in documents("history", 4, 1) for poll in range(30)]
    path = written(tmp_path / "log.jsonl", log)
    read: list[int] = []
    again = reader.again

    def noted(stream: io.BufferedReader, offset: int, entry: int, line: int = 0) -> Document | None:
        read.append(entry)
        return again(stream, offset, entry, line)

    monkeypatch.setattr(reader, "again", noted)
    assert told([path], 2)[0] == []
    assert len(read) < len(log) / 4


@pytest.mark.usefixtures("short")
def test_errors_of_other_services_in_a_folder_are_left_alone_by_each_process(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes((RUN + b'\n{"error": {"code": 1}}\n') * 20)
    alone, together = (CliRunner().invoke(main, ["check", str(tmp_path), "--jobs", jobs]) for jobs in ("1", "2"))
    assert "Left alone: 20 entries about something else." in together.stdout
    assert alone.stdout == together.stdout


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("form", REPORTERS)
def test_a_report_of_many_files_is_the_same_to_the_byte(form: str) -> None:
    arguments = ["check", str(SAMPLES), "--format", form]
    alone = CliRunner().invoke(main, arguments)
    assert alone.exit_code == 1
    together = CliRunner().invoke(main, [*arguments, "--jobs", "2"])
    assert (together.exit_code, together.stdout_bytes, together.stderr) == (1, alone.stdout_bytes, alone.stderr)


def test_the_standard_input_is_checked_in_its_turn(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(WRONG)
    arguments = ["check", str(tmp_path / "a.json"), "-", str(tmp_path / "b.json"), "--format", "json"]
    alone, together = (CliRunner().invoke(main, [*arguments, "--jobs", jobs], input=WRONG) for jobs in ("1", "2"))
    assert alone.stdout == together.stdout
    assert len(json.loads(together.stdout)["findings"]) == 3


def test_one_history_over_many_files_is_told_by_one_process(tmp_path: Path) -> None:
    for number, body in enumerate(reversed(list(captures("plain-success")))):
        (tmp_path / f"{number}.json").write_text(json.dumps(body))
    alone, together = (CliRunner().invoke(main, ["check", str(tmp_path), "--history", "--jobs", jobs]) for jobs in ("1", "2"))
    assert alone.exit_code == 1
    assert alone.stdout == together.stdout


# Pieces


@given(
    lines=st.lists(st.sampled_from([RUN, WRONG, b"", b" ", b"{}", b"[1]", b"{,", b"x" * 300]), min_size=2, max_size=30),
    end=st.sampled_from([b"", b"\n", b"\n\n"]),
    size=st.integers(1, 5000),
)
def test_pieces_are_the_whole(lines: list[bytes], end: bytes, size: int) -> None:
    data = b"\n".join([RUN, RUN, *lines]) + end
    starts = list(reader.pieces(io.BufferedReader(io.BytesIO(data)), size))
    assert all(start == 0 or data[start - 1 : start] == b"\n" for start in starts)
    assert all(later - start >= size for start, later in pairwise(starts))
    found: list[Item] = []
    for start, stop in zip(starts, [*starts[1:], len(data)], strict=True):
        line, entry = data[:start].count(b"\n"), sum(bool(line.strip()) for line in data[:start].splitlines())
        for item in reader.piece(io.BufferedReader(io.BytesIO(data[start:stop])), start):
            assert not isinstance(item, Exchange)
            moved = replace(item, entry=(item.entry or 0) + entry)
            found.append(moved if isinstance(moved, Unrelated) else replace(moved, line=(moved.line or 0) + line))
    assert found == list(reader.read(io.BufferedReader(io.BytesIO(data))))


def test_what_is_not_json_lines_is_one_piece() -> None:
    for data in (json.dumps([example.RESPONSE] * 9, indent=1).encode(), RUN * 9, b"a: 1\nb: 2\n" * 9, b"\x1f\x8b" + b"{}\n" * 99):
        assert list(reader.pieces(io.BufferedReader(io.BytesIO(data)), 10)) == [0]


# Workers that die


class Deadly(Work):
    """Work that ends its process, once or always, at a file or a piece that is deadly."""

    def __call__(self, task: Task) -> Result:
        if isinstance(task, Piece):
            marker = Path(task.file.path).with_suffix(f".{task.start > 0}")
        else:
            marker = next((Path(file.path).with_suffix(".deadly") for file in task.files if "deadly" in file.path), Path("/none"))
        if marker.exists():
            if marker.read_text() == "once":
                marker.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(task)


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "Work", Deadly)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / name for name in ("a.json", "b.json", "deadly.json", "e.json", "f.json", "g.json")]
    for path in found:
        path.write_bytes(WRONG)
    return found


@pytest.mark.usefixtures("short", "deadly")
@pytest.mark.parametrize("jobs", [2, 3])
def test_what_a_killed_worker_held_is_done_by_another(jobs: int, files: list[Path]) -> None:
    alone = told(files)
    files[2].with_suffix(".deadly").write_text("once")
    assert told(files, jobs) == alone


@pytest.mark.usefixtures("short", "deadly")
def test_a_file_that_ends_every_worker_costs_a_finding_and_no_other_file(files: list[Path]) -> None:
    files[2].with_suffix(".deadly").write_text("always")
    found, tally = told(files, 2)
    assert [(finding.rule, Path(finding.source).name) for finding in found] == [
        ("input/unreadable" if path.name == "deadly.json" else "schema/enum", path.name) for path in files
    ]
    assert "the process that checked this file was ended" in found[2].message
    assert (tally.files, len(tally.checked)) == (6, 6)


@pytest.mark.usefixtures("short", "deadly")
def test_a_piece_that_ends_every_worker_costs_a_finding_and_no_other_piece(tmp_path: Path) -> None:
    lines = [WRONG] * 100
    (tmp_path / "log.jsonl").write_bytes(b"\n".join(lines))
    (tmp_path / "log.False").write_text("always")  # the first piece
    found, _ = told([tmp_path / "log.jsonl"], 2)
    lost = 100 - (len(found) - 1)
    assert 0 < lost < 50
    assert found[0].message.startswith(f"the process that checked the {lost} records from here on was ended")
    assert (found[0].line, found[0].entry) == (1, 0)
    assert [(finding.line, finding.entry) for finding in found[1:]] == [(entry + 1, entry) for entry in range(lost, 100)]


@pytest.mark.usefixtures("short", "deadly")
def test_a_file_that_ends_every_worker_is_not_lost_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "deadly.log").write_bytes(WRONG)
    (tmp_path / "deadly.deadly").write_text("always")
    found = list(processes.check_files([File(str(tmp_path / "deadly.log"), named=False)], Options(), Tally(), 2))
    assert [finding.rule for finding in found] == ["input/unreadable"]


class Vanishing(Work):
    """Work on a file that is not there any longer behind its first piece."""

    def __call__(self, task: Task) -> Result:
        return super().__call__(replace(task, file=File("nowhere", named=True)) if isinstance(task, Piece) and task.start else task)


@pytest.mark.usefixtures("short")
def test_a_file_that_vanishes_between_its_pieces_costs_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "Work", Vanishing)
    (tmp_path / "log.jsonl").write_bytes(b"\n".join([RUN] * 100))
    found, tally = told([tmp_path / "log.jsonl"], 2)
    assert [finding.message for finding in found] == ["the file cannot be read: no such file or directory"]
    assert 0 < tally.documents < 50


def test_a_pipe_is_read_here() -> None:
    there = []
    for jobs in (1, 2):
        reading, writing = os.pipe()
        os.write(writing, WRONG)
        os.close(writing)
        there.append([finding.rule for finding in told([Path(f"/dev/fd/{reading}")], jobs)[0]])
        os.close(reading)
    assert there == [["schema/enum"]] * 2


# Order, and the end


class Slow:
    """Work that takes the longer the earlier it is."""

    def __call__(self, number: int) -> int:
        time.sleep(max(0, 10 - number) / 100)
        return -number


def test_results_come_in_the_order_of_the_tasks_and_not_many_are_begun_ahead() -> None:
    begun = 0

    def tasks() -> Iterator[int]:
        nonlocal begun
        for number in range(40):
            begun += 1
            yield number

    for turn, (task, result) in enumerate(in_order(Slow(), tasks(), 2)):
        assert (task, result) == (turn, -turn)
        assert begun <= turn + 12
    assert turn == 39


class Fleeting:
    """Work whose process ends soon after its task is done."""

    def __call__(self, number: int) -> int:
        Timer(0.05, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return -number


def test_a_worker_that_dies_between_two_tasks_costs_nothing() -> None:
    def tasks() -> Iterator[int]:
        for number in range(6):
            yield number
            time.sleep(0.3)  # so that whoever waits for a task has died

    assert list(in_order(Fleeting(), tasks(), 2)) == [(number, -number) for number in range(6)]


class Faulty:
    """Work that fails at a number."""

    def __call__(self, number: int) -> int:
        return 1 // (3 - number)


def test_what_work_raises_is_raised_in_its_turn() -> None:
    done = in_order(Faulty(), range(9), 2)
    assert [next(done) for _ in range(3)] == [(0, 0), (1, 0), (2, 1)]
    with pytest.raises(ZeroDivisionError):
        next(done)


def test_a_rule_that_fails_in_a_worker_is_named_with_the_file() -> None:
    bug = pickle.loads(pickle.dumps(BrokenRule("group-duplicate", "a.json")))
    assert str(bug) == "the rule group-duplicate failed; this is a bug in updaterun-validator, not in the document, met in a.json"


class Broken(Work):
    """Work that a broken rule spoils."""

    def __call__(self, task: Task) -> Result:
        raise BrokenRule("group-duplicate", task.files[0].path if isinstance(task, Batch) else task.file.path)


@pytest.mark.usefixtures("short")
def test_a_rule_that_fails_in_a_worker_ends_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "Work", Broken)
    (tmp_path / "a.json").write_bytes(RUN)
    (tmp_path / "log.jsonl").write_bytes(b"\n".join([RUN] * 99))
    for name in ("a.json", "log.jsonl"):
        result = CliRunner().invoke(main, ["check", str(tmp_path / name), "--jobs", "2"])
        assert result.exit_code == 2
        assert result.stderr.startswith("Error: the rule group-duplicate failed") or "the rule group-duplicate failed" in result.stderr
        assert name in result.stderr


def test_ctrl_c_ends_all_processes_with_what_was_found_so_far(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(WRONG)
    program = "import signal; from validator.cli import main; signal.signal(signal.SIGINT, signal.default_int_handler); main()"
    command = [sys.executable, "-c", program, "check", "a.json", "b.json", "-", "--jobs", "2"]
    environment = os.environ | {"PYTHONPATH": str(SAMPLES.parent)}
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, env=environment
    ) as process:
        assert process.stdin is not None
        process.stdin.write((WRONG + b"\n") * 100)  # more than a pipe holds: who takes it has checked the files
        process.stdin.flush()
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out.count(b"schema/enum") >= 2
    until(lambda: not group(process.pid))


def group(number: int) -> bool:
    """Tell whether there is a process in a group yet."""
    try:
        os.killpg(number, 0)
    except ProcessLookupError:
        return False
    return True
