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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Timer
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.support.exchanges import NOT_STARTED, THIS, har_of_exchanges
from tests.support.lives import HISTORY_RULES, LIVES, captures, shuffled_log, write_lines
from tests.support.waiting import until
from validator import RuleError
from validator.checker import processes
from validator.checker.files import FileChecker, Tally
from validator.checker.options import Options
from validator.checker.pieces import Answer, CheckedPiece, Piece, Task, Work
from validator.checker.processes import ParallelChecker
from validator.checker.workers import ordered_map
from validator.cli import main
from validator.findings import Finding
from validator.pointer import JSON
from validator.readers import reader
from validator.readers.items import Exchange, Item, Unrelated
from validator.readers.paths import File
from validator.report import REPORTERS
from validator.rules import catalogue, example
from validator.rules.catalogue import by_name
from validator.run.facts import Capture, facts_of
from validator.run.identity import Key
from validator.strategies.bulk import documents

RUN = json.dumps(example.RESPONSE).encode()
WRONG = RUN.replace(b'"Running"', b'"running"', 1)
SAMPLES = Path(__file__).parent.parent / "samples"


def checked(paths: list[Path], jobs: int = 1, *, history: bool = False) -> tuple[list[Finding], Tally]:
    """Return the findings in files, and what was counted."""
    files = [File(str(path), named=True) for path in paths]
    checker = FileChecker(Options(), history=history, with_cases=True)
    if jobs > 1:
        checker = ParallelChecker(Options(), jobs, history=history, with_cases=True)
    return list(checker.check_files(files)), checker.tally


def outputs(*arguments: str, given: bytes | None = None) -> list[tuple[int, bytes, str]]:
    """Return the exit status, the output and the messages of a check in one process, and in two."""
    results = [CliRunner().invoke(main, ["check", *arguments, "--jobs", jobs], input=given) for jobs in ("1", "2")]
    return [(result.exit_code, result.stdout_bytes, result.stderr) for result in results]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut files into many pieces."""
    monkeypatch.setattr(processes, "PIECE", 30_000)
    monkeypatch.setattr(processes, "BATCH", 3)


def other(run: int) -> JSON:
    """Return a capture of a run that no other capture is of."""
    return example.changed(example.RESPONSE, put={"/systemData/createdAt": f"2025-04-07T09:{run // 60:02}:{run % 60:02}.123Z"})


def log() -> list[bytes]:
    """Return all kinds of lines: runs that are captured often, once, or in lists; and what cannot be read."""
    records = [json.dumps(record).encode() for record in shuffled_log([list(captures(name)) for name in LIVES], 1)]
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
    return lines


def number_of_pieces(path: Path) -> int:
    with open(path, "rb") as stream:
        return len(list(reader.piece_offsets(stream, processes.PIECE)))


@pytest.mark.process
@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("jobs", [2, 3])
def test_a_long_log_says_the_same(jobs: int, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\xef\xbb\xbf\n" + b"\n".join(log()))
    assert number_of_pieces(path) > 10
    alone, counted = checked([path])
    assert len({finding.rule for finding in alone} & HISTORY_RULES) > 1
    assert {"input/unreadable", "input/duplicate-key", "schema/enum"} < {finding.rule for finding in alone}
    assert checked([path], jobs) == (alone, counted)


def captures_of_polls(seed: int) -> list[JSON]:
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


@pytest.mark.process
@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("seed, jobs", [(1, 2), (2, 3), (3, 3)])
def test_a_log_of_runs_that_are_polled_says_the_same(seed: int, jobs: int, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "log.jsonl", captures_of_polls(seed))
    assert number_of_pieces(path) > 3
    alone = checked([path])
    assert {finding.rule for finding in alone[0]} & HISTORY_RULES
    assert checked([path], jobs) == alone


@pytest.mark.slow
def test_a_worker_takes_the_facts_of_the_runs_that_it_has_seen(tmp_path: Path) -> None:
    """Check that the main process has no more to do than to compare them."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\n".join([*log(), *log()]))
    (answer,) = Work(Options(), with_cases=False, shared_history=True, takes_facts=True)((Piece(File(str(path), named=True)),))
    assert isinstance(answer, CheckedPiece)
    sent: list[Capture] = pickle.loads(pickle.dumps([event for item in answer.items() for event in item.captures]))
    runs: set[Key] = set()
    for capture in sent:
        assert (capture.taken is not None) == (capture.run in runs)
        assert facts_of(capture)._replace(long=0) == facts_of(capture.packed())._replace(long=0)
        assert capture.packed().taken is None  # what is kept takes no more memory than in one process
        runs.add(capture.run)


@pytest.mark.process
@pytest.mark.usefixtures("short")
def test_errors_of_other_services_in_a_folder_are_left_alone_by_each_process(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes((RUN + b'\n{"error": {"code": 1}}\n') * 20)
    alone, together = outputs(str(tmp_path))
    assert b"Skipped: 20 unrelated entries." in together[1]
    assert alone == together


@pytest.mark.process
@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("history", [[], ["--history"]], ids=["", "history"])
def test_a_report_of_many_files_is_the_same_to_the_byte(history: list[str], tmp_path: Path) -> None:
    reports = []
    for jobs in ("1", "2"):
        folder = tmp_path / jobs
        folder.mkdir()
        formats = [f"--format={form}:{folder / form}" for form in REPORTERS]
        result = CliRunner().invoke(main, ["check", str(SAMPLES), "--jobs", jobs, *formats, *history])
        assert result.exit_code == 1
        reports.append({form: (folder / form).read_bytes() for form in REPORTERS})
    assert reports[0] == reports[1]


@pytest.mark.process
def test_the_standard_input_is_checked_in_its_turn(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(WRONG)
    alone, together = outputs(str(tmp_path / "a.json"), "-", str(tmp_path / "b.json"), "--format", "json", given=WRONG)
    assert alone == together
    assert len(json.loads(together[1])["findings"]) == 3


def test_what_no_worker_can_read_is_read_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ordered_map", None)
    result = CliRunner().invoke(main, ["check", "-", "--jobs", "2"], input=WRONG)
    assert "schema/enum" in result.stdout


# One history over several files


@pytest.mark.process
def test_one_history_over_many_files_says_the_same(tmp_path: Path) -> None:
    for number, body in enumerate(reversed(list(captures("plain-success")))):
        (tmp_path / f"{number}.json").write_text(json.dumps(body))
    alone, together = outputs(str(tmp_path), "--history")
    assert alone[0] == 1
    assert alone == together


@pytest.mark.process
@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_histories_go_on_from_piece_to_piece_and_from_file_to_file(seed: int, ending: str, tmp_path: Path) -> None:
    records = captures_of_polls(seed)
    third = len(records) // 3
    parts = [records[:third], records[third : 2 * third], records[2 * third :]]
    paths = [
        write_lines(tmp_path / f"{number}.{end}", part) for number, part, end in zip("123", parts, ["jsonl", ending, "jsonl"], strict=True)
    ]
    alone = checked(paths, history=True)
    across = [
        finding
        for finding in alone[0]
        if finding.rule in HISTORY_RULES and {place.source for place in finding.related} - {None, finding.source}
    ]
    assert across, "findings about captures in two files"
    assert checked(paths, 2, history=True) == alone
    assert checked(paths) != alone


def test_a_compressed_log_is_no_burden_on_the_process_that_has_the_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ordered_map", None)
    path = write_lines(tmp_path / "log.jsonl.gz", captures_of_polls(1))
    assert checked([path], 2, history=True) == checked([path], history=True)


STATE = "/properties/status/stages/0/groups/0/members/1/status/state"


@pytest.mark.process
@pytest.mark.usefixtures("short")
def test_all_findings_about_an_item_are_in_order(tmp_path: Path) -> None:
    """Those about its history come between others, as the document has them."""
    started = example.changed(example.RESPONSE, put={"/eTag": '"1"'})
    changed = {
        "/eTag": '"2"',
        "/more": 1,
        "/properties/managedClusterUpdate/upgrade/kubernetesVersion": "1.31.3",
        "/properties/strategy/stages/0/more": 1,
        STATE: "running",
        "/properties/status/stages/0/groups/0/members/0/status/startTime": "2025-04-08T09:31:00.457755419Z",
    }
    later = example.changed(example.RESPONSE, put=changed)
    records = [started, *map(other, range(30)), later, *map(other, range(30, 60)), [later, started, later | {"eTag": '"3"'}]]
    path = write_lines(tmp_path / "log.jsonl", records)
    assert number_of_pieces(path) > 3
    alone = checked([path])
    rules = [finding.rule for finding in alone[0] if finding.entry == 31]
    assert rules != sorted(rules, key=HISTORY_RULES.__contains__)
    assert rules != sorted(rules, key=lambda rule: rule not in HISTORY_RULES)
    assert checked([path], 2) == alone


def flat(run: JSON) -> JSON:
    """Write a run as the az CLI does."""
    return {key: value for key, value in run.items() if key != "properties"} | run["properties"]


@pytest.mark.process
@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    "wrap", [list, lambda runs: {"value": list(runs)}, lambda runs: list(map(flat, runs))], ids=["array", "page", "az"]
)
def test_several_runs_in_one_record_have_their_histories(wrap: Callable[[Iterable[JSON]], JSON], tmp_path: Path) -> None:
    lives = list(documents("history", 4, 7))
    polls = [[life[max(0, len(life) - 1 - poll)] for life in lives] for poll in range(max(map(len, lives)))]  # backwards
    path = write_lines(tmp_path / "lists.jsonl", [wrap(runs) for runs in polls])
    half = len(polls) // 2
    halves = [
        write_lines(tmp_path / "1.jsonl", [wrap(runs) for runs in polls[:half]]),
        write_lines(tmp_path / "2.jsonl", map(wrap, polls[half:])),
    ]
    for paths, history in (([path], False), (halves, True)):
        alone = checked(paths, history=history)
        assert {finding.rule for finding in alone[0]} & HISTORY_RULES
        assert checked(paths, 2, history=history) == alone


@pytest.mark.process
@pytest.mark.parametrize("method, status", [("DELETE", 202), ("PUT", 201), ("DELETE", 404)])
def test_a_run_that_is_deleted_or_made_again_in_another_file_is_another_run(method: str, status: int, tmp_path: Path) -> None:
    error = {"error": {"code": "NotFound", "message": "-"}}
    answer = error if status == 404 else NOT_STARTED if method == "PUT" else None
    calls = [("GET", 200, example.RESPONSE), (method, status, answer), ("GET", 200, NOT_STARTED)]
    paths = [tmp_path / f"{number}.har" for number in range(3)]
    for path, (verb, code, body) in zip(paths, calls, strict=True):
        path.write_bytes(har_of_exchanges((verb, THIS, code, body)))
    alone = checked(paths, history=True)
    assert ("transition-unexpected" in {finding.rule for finding in alone[0]}) == (status == 404)
    assert checked(paths, 2, history=True) == alone


# Pieces


@given(
    lines=st.lists(st.sampled_from([RUN, WRONG, b"", b" ", b"{}", b"[1]", b"{,", b"x" * 300]), min_size=2, max_size=30),
    end=st.sampled_from([b"", b"\n", b"\n\n"]),
    size=st.integers(1, 5000),
)
def test_pieces_are_the_whole(lines: list[bytes], end: bytes, size: int) -> None:
    data = b"\n".join([RUN, RUN, *lines]) + end
    starts = list(reader.piece_offsets(io.BufferedReader(io.BytesIO(data)), size))
    assert all(start == 0 or data[start - 1 : start] == b"\n" for start in starts)
    assert all(later - start >= size for start, later in pairwise(starts))
    found: list[Item] = []
    for start, stop in zip(starts, [*starts[1:], len(data)], strict=True):
        line, entry = data[:start].count(b"\n"), sum(bool(line.strip()) for line in data[:start].splitlines())
        for item in reader.read_piece(io.BufferedReader(io.BytesIO(data[start:stop])), start):
            assert not isinstance(item, Exchange)
            moved = replace(item, entry=(item.entry or 0) + entry)
            found.append(moved if isinstance(moved, Unrelated) else replace(moved, line=(moved.line or 0) + line))
    assert found == list(reader.read(io.BufferedReader(io.BytesIO(data))))


def test_what_is_not_json_lines_is_one_piece() -> None:
    for data in (json.dumps([example.RESPONSE] * 9, indent=1).encode(), RUN * 9, b"a: 1\nb: 2\n" * 9, b"\x1f\x8b" + b"{}\n" * 99):
        assert list(reader.piece_offsets(io.BufferedReader(io.BytesIO(data)), 10)) == [0]


# Workers that die


class Deadly(Work):
    """Work that ends its process, once or always, at a file or a piece that is deadly."""

    def __call__(self, task: Task) -> list[Answer]:
        if task[0].stop is not None:
            marker = Path(task[0].file.path).with_suffix(f".{task[0].start > 0}")
        else:
            paths = [Path(piece.file.path) for piece in task]
            marker = next((path.with_suffix(".deadly") for path in paths if "deadly" in path.name), Path("/none"))
        if marker.exists():
            if marker.read_text() == "once":
                marker.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(task)


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "Work", Deadly)


@pytest.fixture
def six_files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / name for name in ("a.json", "b.json", "deadly.json", "e.json", "f.json", "g.json")]
    for path in found:
        path.write_bytes(WRONG)
    return found


@pytest.mark.process
@pytest.mark.usefixtures("short", "deadly")
@pytest.mark.parametrize("jobs", [2, 3])
def test_what_a_killed_worker_held_is_done_by_another(jobs: int, six_files: list[Path]) -> None:
    alone = checked(six_files)
    six_files[2].with_suffix(".deadly").write_text("once")
    assert checked(six_files, jobs) == alone


@pytest.mark.process
@pytest.mark.usefixtures("short", "deadly")
def test_a_file_that_ends_every_worker_costs_a_finding_and_no_other_file(six_files: list[Path]) -> None:
    six_files[2].with_suffix(".deadly").write_text("always")
    found, tally = checked(six_files, 2)
    assert [(finding.rule, Path(finding.source).name) for finding in found] == [
        ("input/unreadable" if path.name == "deadly.json" else "schema/enum", path.name) for path in six_files
    ]
    assert "the process that checked this file was ended" in found[2].message
    assert (tally.files, len(tally.checked)) == (6, 6)


@pytest.mark.process
@pytest.mark.usefixtures("short", "deadly")
def test_a_piece_that_ends_every_worker_costs_a_finding_and_no_other_piece(tmp_path: Path) -> None:
    lines = [WRONG] * 100
    (tmp_path / "log.jsonl").write_bytes(b"\n".join(lines))
    (tmp_path / "log.False").write_text("always")  # the first piece
    found, _ = checked([tmp_path / "log.jsonl"], 2)
    lost = 100 - (len(found) - 1)
    assert 0 < lost < 50
    assert found[0].message.startswith(f"the process that checked the {lost} records from here on was ended")
    assert (found[0].line, found[0].entry) == (1, 0)
    assert [(finding.line, finding.entry) for finding in found[1:]] == [(entry + 1, entry) for entry in range(lost, 100)]


@pytest.mark.process
@pytest.mark.usefixtures("short", "deadly")
def test_a_file_that_ends_every_worker_is_not_lost_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "deadly.log").write_bytes(WRONG)
    (tmp_path / "deadly.deadly").write_text("always")
    found = list(ParallelChecker(Options(), 2).check_files([File(str(tmp_path / "deadly.log"), named=False)]))
    assert [finding.rule for finding in found] == ["input/unreadable"]


class Vanishing(Work):
    """Work on a file that is not there any longer after its first piece."""

    def __call__(self, task: Task) -> list[Answer]:
        return super().__call__(tuple(replace(piece, file=File("nowhere", named=True)) if piece.start else piece for piece in task))


@pytest.mark.process
@pytest.mark.usefixtures("short")
def test_a_file_that_vanishes_between_its_pieces_costs_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "Work", Vanishing)
    (tmp_path / "log.jsonl").write_bytes(b"\n".join([RUN] * 100))
    found, tally = checked([tmp_path / "log.jsonl"], 2)
    assert [finding.message for finding in found] == ["the file cannot be read: no such file or directory"]
    assert 0 < tally.documents < 50


def test_a_pipe_is_read_here() -> None:
    there = []
    for jobs in (1, 2):
        reading, writing = os.pipe()
        os.write(writing, WRONG)
        os.close(writing)
        there.append([finding.rule for finding in checked([Path(f"/dev/fd/{reading}")], jobs)[0]])
        os.close(reading)
    assert there == [["schema/enum"]] * 2


# Order, and the end


class Slow:
    """Work that takes the longer the earlier it is."""

    def __call__(self, number: int) -> int:
        time.sleep(max(0, 10 - number) / 100)
        return -number


@pytest.mark.process
def test_results_come_in_the_order_of_the_tasks_and_not_many_are_begun_ahead() -> None:
    begun = 0

    def tasks() -> Iterator[int]:
        nonlocal begun
        for number in range(40):
            begun += 1
            yield number

    for turn, (task, result) in enumerate(ordered_map(Slow(), tasks(), 2)):
        assert (task, result) == (turn, -turn)
        assert begun <= turn + 12
    assert turn == 39


class Fleeting:
    """Work whose process ends soon after its task is done."""

    def __call__(self, number: int) -> int:
        Timer(0.05, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return -number


@pytest.mark.process
def test_a_worker_that_dies_between_two_tasks_costs_nothing() -> None:
    def tasks() -> Iterator[int]:
        for number in range(6):
            yield number
            time.sleep(0.3)  # so that the process that waits for a task has died

    assert list(ordered_map(Fleeting(), tasks(), 2)) == [(number, -number) for number in range(6)]


class Faulty:
    """Work that fails at a number."""

    def __call__(self, number: int) -> int:
        return 1 // (3 - number)


@pytest.mark.process
def test_what_work_raises_is_raised_in_its_turn() -> None:
    done = ordered_map(Faulty(), range(9), 2)
    assert [next(done) for _ in range(3)] == [(0, 0), (1, 0), (2, 1)]
    with pytest.raises(ZeroDivisionError):
        next(done)


def test_a_rule_that_fails_in_a_worker_is_named_with_the_file() -> None:
    bug = pickle.loads(pickle.dumps(RuleError("group-duplicate", "a.json")))
    assert str(bug) == "the rule group-duplicate failed; this is a bug in updaterun-validator, not in the document, met in a.json"


class Broken(Work):
    """Work with a rule that fails at the name of a run."""

    def __call__(self, task: Task) -> list[Answer]:
        catalogue.RULES = (*catalogue.RULES[:-1], replace(by_name()["group-duplicate"], check=failing, on=("UpdateRun",)))
        return super().__call__(task)


def failing(node: Any) -> Iterator[Any]:
    if node.value["name"] == "broken":
        raise ZeroDivisionError
    yield from ()


@pytest.mark.process
@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("name, history", [("b.json", []), ("b.jsonl", ["--history"]), ("b.har", [])])
def test_a_rule_that_fails_in_a_worker_ends_the_check(
    name: str, history: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "Work", Broken)
    broken = example.RESPONSE | {"name": "broken"}
    forms = {"b.json": json.dumps(broken).encode(), "b.jsonl": RUN + b"\n" + b"\n".join([json.dumps(broken).encode()] * 99)}
    for other_name in ("a", "c"):
        (tmp_path / f"{other_name}.json").write_bytes(RUN)
        (tmp_path / f"{other_name}.jsonl").write_bytes(b"\n".join([RUN] * 99))
    (tmp_path / name).write_bytes(forms.get(name) or har_of_exchanges(("GET", THIS, 200, broken)))
    result = CliRunner().invoke(main, ["check", str(tmp_path), "--jobs", "2", *history])
    assert result.exit_code == 2
    assert "the rule group-duplicate failed; this is a bug" in result.stderr
    assert f"met in {tmp_path / name}. Please report it." in result.stderr


@pytest.mark.process
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
    """Return whether there is still a process in a group."""
    try:
        os.killpg(number, 0)
    except ProcessLookupError:
        return False
    return True


MASKS = """
import signal
from functools import partial
from validator.checker.workers import ordered_map

if __name__ == "__main__":
    for _, mask in ordered_map(partial(signal.pthread_sigmask, signal.SIG_BLOCK), [[]], 1):
        print(signal.SIGINT in mask, signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))
"""


@pytest.mark.process
def test_ctrl_c_is_blocked_in_the_first_worker_before_its_first_instruction(tmp_path: Path) -> None:
    (tmp_path / "masks.py").write_text(MASKS)
    environment = os.environ | {"PYTHONPATH": str(SAMPLES.parent)}
    done = subprocess.run([sys.executable, "masks.py"], cwd=tmp_path, capture_output=True, check=True, env=environment)
    assert done.stdout.split() == [b"True", b"False"]
