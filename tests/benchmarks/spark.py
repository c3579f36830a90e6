"""`make bench-spark`: whether Spark finds the same in many lines, and what it costs over `updaterun check`.

The figure is the processor time of the whole process tree, without what starting the session takes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from tests.support.logs import findings_by_check, in_order, log_lines, write_log
from tests.support.spark import MISSING, session
from validator import Finding
from validator.spark import check, findings, lines

from .inputs import SHAPES

FOLDER = Path("build/bench/spark")
FILES = 16

TICKS = os.sysconf("SC_CLK_TCK")


def _mixed(number: int) -> Iterator[bytes]:
    """Yield lines with all that lines can have."""
    yield from islice(chain.from_iterable(log_lines(seed, 20) for seed in count()), number)


INPUTS: dict[str, Callable[[int], Iterable[bytes]]] = {
    "something to find": _mixed,
    "clean": lambda number: (line.rstrip(b"\n") for line in SHAPES["valid"](number)),
}


def _logs(what: str, number: int) -> list[Path]:
    """Return files with so many lines, made unless they are there."""
    folder = FOLDER / f"{what.replace(' ', '-')}-{number}"
    if not folder.exists():
        draft = folder.with_suffix(".tmp")
        draft.mkdir(parents=True, exist_ok=True)
        source = iter(INPUTS[what](number))
        for index in range(FILES):
            write_log(draft / f"{index:02}.jsonl", islice(source, number // FILES))
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


def _processor_time() -> float:
    """Return the seconds of processors that this process and those below it have used, including those that have ended."""
    ticks = 0
    for process in _tree():
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS


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


def _timed(call: Callable[[], list[Finding]]) -> tuple[list[Finding], float, float]:
    start, used = time.perf_counter(), _processor_time()
    found = call()
    return found, time.perf_counter() - start, _processor_time() - used


def main() -> None:
    """Measure both inputs; the argument is the number of lines of each."""
    if MISSING:
        sys.exit(f"there is no Spark: {MISSING}")
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    logs = {what: _logs(what, number) for what in INPUTS}
    spark: Any = session(**{"spark.sql.files.maxPartitionBytes": str(4 * 2**20)})
    check(lines(spark, str(logs["clean"][0]))).collect()
    out = sys.stdout.write
    out(
        f"{'input':20}{'history':>8}{'findings':>10}{'same':>6}{'plain s':>9}{'spark s':>9}{'ratio':>7}{'wall s':>8}{'wall s':>8}{'worker MB':>11}\n"
    )
    for what, paths in logs.items():
        folder = str(paths[0].parent.absolute())
        for history in ("source", "all"):
            whole = [path.absolute() for path in paths]
            plain, plain_wall, plain_used = _timed(lambda w=whole, h=history: findings_by_check(w, history=h == "all"))
            found, wall, used = _timed(lambda f=folder, h=history: findings(check(lines(spark, f), history=h).collect()))
            same = in_order(plain) == in_order(found)
            out(
                f"{what:20}{history:>8}{len(plain):10,}{same!s:>6}{plain_used:9.1f}{used:9.1f}{used / plain_used:7.2f}{plain_wall:8.1f}{wall:8.1f}{_worker_memory():11}\n"
            )
    spark.stop()


if __name__ == "__main__":
    main()
