"""What the workers of Spark do, called without Spark: they fail where an order or the package is missing, instead of finding less."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.lives import captures
from tests.support.spark import MISSING
from validator import spark as public
from validator.spark.blocks import blocks_of
from validator.spark.frames import on_worker

needs_arrow = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))


def rows_of(polls: Sequence[Any], turns: Sequence[int | None] = range(9)) -> list[Any]:
    """Return what the first stage makes of polls, each in a row of its own with its turn."""
    import pyarrow as pa

    from validator.spark import stages

    columns = {
        "body": [json.dumps(poll).encode() for poll in polls],
        "source": ["log"] * len(polls),
        "entry": list(range(len(polls))),
        "line": [1] * len(polls),
        "turn": [{"order0": turn} for _, turn in zip(polls, turns, strict=False)],
        "row": list(range(len(polls))),
    }
    return list(stages.check([pa.RecordBatch.from_pydict(columns)], None, "auto", "source"))


@pytest.mark.slow
@needs_arrow
def test_an_engine_that_does_not_keep_the_order_is_an_error() -> None:
    import pyarrow.compute as pc

    from validator.spark import stages

    polls = captures("plain-success")
    (batch,) = rows_of([polls[0], polls[-1]])
    assert sum(len(found) for found in stages.fold_by_run([batch])) == 0
    with pytest.raises(RuntimeError, match="this engine does not keep the order"):
        list(stages.fold_by_run([batch.take([1, 0])]))
    other = polls[0] | {"id": polls[0]["id"].replace("updateRuns/", "updateRuns/a-")}
    (batch,) = rows_of([other, polls[0]])
    batch = batch.filter(pc.is_valid(batch.column("capture"))).sort_by("key")
    list(stages.fold_by_run([batch]))
    with pytest.raises(RuntimeError, match="this engine does not keep the order"):
        list(stages.fold_by_run([batch.slice(1), batch.slice(0, 1)]))


@pytest.mark.slow
@needs_arrow
@pytest.mark.parametrize("second, message", [(1, "the same values in the columns of `order`"), (None, "has no value in a row")])
def test_captures_without_a_definite_order_are_an_error(second: int | None, message: str) -> None:
    from validator.spark import stages

    polls = captures("plain-success")[::2]
    with pytest.raises(RuntimeError, match=message):
        list(stages.fold_by_run(rows_of(polls[:2], [1, second])))
    assert sum(len(found) for found in stages.fold_by_run(rows_of([polls[0], polls[0]], [1, 1]))) == 0


@needs_arrow
def test_lost_lines_and_lost_blocks_are_an_error() -> None:
    import pyarrow as pa

    from validator.spark import stages

    counts = [{"file": "file:/a", "start": start, "lines": 2, "entries": 1, "bytes": 8, "size": 16} for start in (0, 8)]
    columns = {"body": [b"", b"{}"] * 2, "file": ["file:/a"] * 4, "start": [0, 0, 8, 8], "is_record": [False, True] * 2}
    batch = pa.RecordBatch.from_pydict(columns)
    numbered = [row for part in stages.number([batch], blocks_of(counts)) for row in part.to_pylist()]
    assert [(row["source"], row["entry"], row["line"]) for row in numbered] == [("/a", 0, 2), ("/a", 1, 4)]
    for known, rows in ((counts, batch.slice(0, 3)), (counts, batch.slice(1)), (counts[:1], batch)):
        with pytest.raises(RuntimeError, match=r"the lines from byte [08] on are not those that were counted before"):
            list(stages.number([rows], blocks_of(known)))


def test_a_worker_without_the_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "validator.spark.stages", None)
    monkeypatch.delattr(public, "stages", raising=False)
    with pytest.raises(RuntimeError, match="install it, with its extra spark, on each machine of the cluster"):
        list(on_worker("check", None, "auto", None)([]))


@needs_arrow
@pytest.mark.process
def test_what_is_sent_to_a_worker_is_read_without_the_package() -> None:
    """Check that a worker without the package gets as far as the sentence that says so."""
    from pyspark import cloudpickle

    sent = cloudpickle.dumps(on_worker("check", None, "auto", None))
    code = (
        "import importlib.util, pickle, sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name.split('.')[0] == 'validator': raise ModuleNotFoundError(f'No module named {name}')\n"
        "sys.meta_path.insert(0, Missing())\n"
        f"list(pickle.loads({sent!r})([]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].startswith("RuntimeError: a worker cannot import updaterun-validator (No module named")
