"""`make bench-spark`: whether Spark finds the same in many lines, and what it costs over `updaterun check`.

The figure is the processor time of the whole process tree, without what starting the session takes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count, islice
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

from tests.support.logs import findings_by_check, in_order, log_lines, write_log
from tests.support.spark import MISSING, spark_session
from validator.rules.example import RESPONSE
from validator.spark import check, findings, lines

from .inputs import SHAPES

FOLDER = Path("build/bench/spark")
FILES = 16

TICKS = os.sysconf("SC_CLK_TCK")


def _mixed(number: int) -> Iterator[bytes]:
    """Yield lines with all that lines can have."""
    yield from islice(chain.from_iterable(log_lines(seed, 20) for seed in count()), number)


def _polled(number: int) -> Iterator[bytes]:
    """Yield captures of one run, whose states do not change."""
    yield from (json.dumps({**RESPONSE, "eTag": f'"{index}"'}).encode() for index in range(number))


INPUTS: dict[str, Callable[[int], Iterable[bytes]]] = {
    "a short history": lambda number: _polled(number // 8),
    "a long history": _polled,
    "something to find": _mixed,
    "clean": lambda number: (line.rstrip(b"\n") for line in SHAPES["valid"](number)),
}


def _logs(what: str, number: int) -> list[Path]:
    """Return files with so many lines, made unless they are there."""
    folder = FOLDER / f"{what.replace(' ', '-')}-{number}"
    if not folder.exists():
        draft = folder.with_suffix(".tmp")
        draft.mkdir(parents=True, exist_ok=True)
        made = [*INPUTS[what](number)]
        for index in range(FILES):
            write_log(draft / f"{index:02}.jsonl", made[index * len(made) // FILES : (index + 1) * len(made) // FILES])
        draft.rename(folder)
    return sorted(folder.iterdir())


def _processes() -> dict[int, list[int]]:
    """Return the children of each process."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    return children


def _tree() -> Iterator[int]:
    """Yield this process and all below it."""
    children, pending = _processes(), [os.getpid()]
    for process in pending:
        yield process
        pending += children.get(process, [])


def _processor_times() -> Iterator[tuple[tuple[int, str], float]]:
    """Yield this process and each below it, with the time when it started, and the seconds of processors that it has used."""
    for process in _tree():
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        yield (process, fields[19]), sum(map(int, fields[11:13])) / TICKS


def _worker_memory() -> int:
    """Return the megabytes that a Python worker takes at the peak."""
    peaks = [0]
    for process in _tree():
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except OSError:
            continue
        if "python" in status.split()[1] and process != os.getpid():
            peaks += [int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")]
    return max(peaks)


class Meter:
    """Measures the seconds on the clock and of processors in a block.

    It looks twice a second, as the time of processes that Spark ends is lost.
    """

    def __enter__(self) -> Self:
        self._before = dict(_processor_times())
        self._used = dict(self._before)
        self._ended = Event()
        self._thread = Thread(target=self._watch)
        self._thread.start()
        self._start = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall = time.perf_counter() - self._start
        self._ended.set()
        self._thread.join()
        self.used = sum(used - self._before.get(process, 0) for process, used in self._used.items())

    def _watch(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._ended.wait(0.5)
            self._used.update(_processor_times())


COMPARED = (
    ("a short history", "all"),
    ("a long history", "all"),
    ("something to find", "source"),
    ("something to find", "all"),
    ("clean", "source"),
)
"""Inputs and histories. The memory is the peak so far, so that the histories come first."""


def main() -> None:
    """Measure all inputs; the argument is the number of lines of each."""
    if MISSING:
        sys.exit(f"there is no Spark: {MISSING}")
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    logs = {what: [path.absolute() for path in _logs(what, number)] for what in INPUTS}
    usual = {
        "spark.master": "local[2]",
        "spark.driver.extraJavaOptions": "",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.files.maxPartitionBytes": str(4 * 2**20),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
    }
    spark: Any = spark_session(**usual)
    titles = ("findings", "same", "plain CPU s", "Spark CPU s", "ratio", "plain s", "Spark s", "worker MB")
    sys.stdout.write(f"{'input':18}{'history':>8}" + "".join(f"{title:>12}" for title in titles) + "\n")
    for what, history in COMPARED:
        with Meter() as plainly:
            plain = findings_by_check(logs[what], history=history == "all")
        folder = str(logs[what][0].parent)
        # Java compiles what it runs often: the first query is for the findings, and the second one is measured.
        same = in_order(plain) == in_order(findings(check(lines(spark, folder), history=history).collect()))  # type: ignore[arg-type]
        with Meter() as on_spark:
            check(lines(spark, folder), history=history).write.format("noop").mode("overwrite").save()  # type: ignore[arg-type]
            memory = _worker_memory()
        seconds = (plainly.used, on_spark.used, on_spark.used / plainly.used, plainly.wall, on_spark.wall)
        figures = [f"{len(plain):,}", str(same), *(f"{each:.2f}" for each in seconds), str(memory)]
        sys.stdout.write(f"{what:18}{history:>8}" + "".join(f"{figure:>12}" for figure in figures) + "\n")
        sys.stdout.flush()
    spark.stop()


if __name__ == "__main__":
    main()
