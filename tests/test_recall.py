"""A history that is recalled from its file is the one that is kept in memory."""

from __future__ import annotations

import gc
import gzip
import json
import tracemalloc
from itertools import zip_longest
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.checker import files as corpus
from validator.checker.body import Options
from validator.checker.files import Tally
from validator.contract.schema_errors import ENGINES, EngineName
from validator.findings import Finding
from validator.pointer import JSON
from validator.readers import reader
from validator.readers.paths import File
from validator.run import history
from validator.strategies import histories

from .cases_loader import bases
from .documents import mutated
from .test_histories import HISTORY_RULES, NAMES, captures


def found(path: Path, engine: EngineName = "fast") -> list[Finding]:
    return list(corpus.check_files([File(str(path), named=True)], Options(engine), Tally()))


def written(path: Path, records: list[JSON]) -> Path:
    data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def unplaced(findings: list[Finding]) -> list[tuple[object, ...]]:
    """Leave out the name of the file."""
    return [
        (one.rule, one.message, one.pointer, one.entry, one.line, one.column, *((at.pointer, at.entry) for at in one.related))
        for one in findings
    ]


def shuffled(lives: list[list[JSON]], seed: int) -> list[JSON]:
    """Put the captures of some lives in one log, those of each in their order or, here and there, out of it."""
    log = [capture for round_ in zip_longest(*lives) for capture in round_ if capture is not None]
    choose = Random(seed)
    for _ in range(len(log) // 8):
        one, other = choose.randrange(len(log)), choose.randrange(len(log))
        log[one], log[other] = log[other], log[one]
    return log


@pytest.mark.parametrize("engine", ENGINES)
def test_a_log_says_the_same_as_a_file_and_as_a_stream(engine: EngineName, tmp_path: Path) -> None:
    log = shuffled([list(captures(name)) for name in NAMES], 1)
    plain = found(written(tmp_path / "log.jsonl", log), engine)
    assert len({one.rule for one in plain} & HISTORY_RULES) > 1
    assert unplaced(plain) == unplaced(found(written(tmp_path / "log.jsonl.gz", log), engine))


@settings(max_examples=60)
@given(lives=st.lists(histories(), min_size=1, max_size=3), data=st.data(), seed=st.integers(0, 9))
def test_a_log_with_faults_says_the_same_as_a_file_as_a_stream_and_without_the_screen(
    lives: list[list[JSON]], data: st.DataObject, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = shuffled(lives, seed)
    for index in data.draw(st.sets(st.integers(0, len(log) - 1), max_size=3)):
        log[index] = data.draw(mutated(log[index]))
    folder = tmp_path_factory.getbasetemp()
    plain, packed = (written(folder / name, log) for name in ("faults.jsonl", "faults.jsonl.gz"))
    assert unplaced(found(plain)) == unplaced(found(packed)) == unplaced(found(packed, "reference"))


def test_what_cannot_be_recalled_is_no_capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "log.jsonl", list(reversed(captures(NAMES[0]))))
    assert {one.rule for one in found(path)} & HISTORY_RULES
    path = written(tmp_path / "two.jsonl", [captures(NAMES[0])[-1], captures(NAMES[0])[0]])
    assert found(path) != []
    monkeypatch.setattr(reader, "again", lambda *_: None)
    assert found(path) == []


def test_runs_that_share_a_place_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "log.jsonl", shuffled([list(captures(name)) for name in NAMES], 2))
    apart = found(path)
    monkeypatch.setattr(history, "hash", lambda _: 0, raising=False)
    assert found(path) == apart


def test_a_mark_and_blank_lines_before_and_between_records_move_no_place(tmp_path: Path) -> None:
    plain = written(tmp_path / "log.jsonl", list(reversed(captures(NAMES[0]))))
    untidy = tmp_path / "untidy.jsonl"
    untidy.write_bytes(b"\xef\xbb\xbf\r\n \n" + plain.read_bytes().replace(b"\n", b"\r\n\r\n\t\n"))
    tidy = [(one.rule, one.pointer, one.entry) for one in found(plain)]
    assert tidy
    assert [(one.rule, one.pointer, one.entry) for one in found(untidy) if one.rule != "input/unreadable"] == tidy


def held(path: Path) -> int:
    """Tell how many bytes a check of a file holds when it finds something."""
    tracemalloc.start()
    checking = corpus.check_files([File(str(path), named=True)], Options(), Tally())
    assert next(checking).rule == "schema/type"
    gc.collect()
    bytes_held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return bytes_held


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_memory_does_not_grow_with_the_captures_of_a_run(ending: str, tmp_path: Path) -> None:
    polls = [bases()["default"] | {"eTag": f'"{poll:04}"'} for poll in range(700)]
    wrong = [polls[0] | {"eTag": poll} for poll in range(2)]
    few, many = written(tmp_path / f"few.{ending}", polls[:100] + wrong), written(tmp_path / f"many.{ending}", polls + wrong)
    held(few)  # what is loaded and cached at first is no part of it
    assert abs(held(many) - held(few)) < 20 * 600, "bytes for each capture more"


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_a_run_is_forgotten_behind_many_others_and_then_begins_again(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LEAST_PLACED", 20)
    monkeypatch.setattr(history, "LEAST_KEPT", 30_000)
    other = json.dumps(bases()["default"])
    name = bases()["default"]["name"]
    others = [json.loads(other.replace(name, f"other-{number}")) for number in range(100)]
    first, *_, last = captures(NAMES[0])
    near = written(tmp_path / f"near.{ending}", [last, *others[:15], first])
    far = written(tmp_path / f"far.{ending}", [last, *others, first, *others[:15], first, last])
    assert found(near)
    assert found(far) == []


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_memory_does_not_grow_with_the_number_of_runs(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LEAST_PLACED", 50)
    monkeypatch.setattr(history, "LEAST_KEPT", 30_000)
    text = json.dumps(bases()["default"])
    runs = [json.loads(text.replace(bases()["default"]["name"], f"run-{number:03}")) for number in range(900)]
    wrong = runs[0] | {"eTag": 1}
    few, many = written(tmp_path / f"few.{ending}", [*runs[:200], wrong]), written(tmp_path / f"many.{ending}", [*runs, wrong])
    held(few)  # what is loaded and cached at first is no part of it
    assert abs(held(many) - held(few)) < 20 * 700, "bytes for each run more"
