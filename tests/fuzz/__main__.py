"""Fuzz the targets, one after another, and keep the inputs that reach new lines: `python -m tests.fuzz SECONDS [TARGET]...`."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterable
from types import FrameType
from typing import Any

from .targets import CORPUS, ROOT, TARGETS, Target

WORK = ROOT / "build" / "fuzz"
MAX_KEPT = 4096
"""Bytes of the longest input that is kept; longer ones are found again from the samples."""


def explore(name: str, seconds: int) -> tuple[int, int]:
    """Fuzz a target for some seconds, and return the exit status of the fuzzer and the number of executions."""
    found, seeds = WORK / name / "found", WORK / name / "seeds"
    for folder in (found, seeds):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in TARGETS[name].seeds():
        (seeds / digest(seed)).write_bytes(seed)
    bounds = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1024", "-max_len=16384", "-print_final_stats=1"]
    command = [sys.executable, "-m", "tests.fuzz.explore", name, *bounds, f"-artifact_prefix={WORK / name}/"]
    kept = [str(CORPUS / name)] if (CORPUS / name).is_dir() else []
    done = subprocess.run([*command, str(found), str(seeds), *kept], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    (WORK / name / "log").write_text(done.stderr)
    executions = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    return done.returncode, int(executions[1]) if executions else 0


def keep(name: str) -> int:
    """Add the smallest inputs that reach new lines to the corpus, and return their number."""
    kept, found = ([path.read_bytes() for path in sorted(folder.glob("*"))] for folder in (CORPUS / name, WORK / name / "found"))
    more = new(TARGETS[name], kept, [data for data in found if len(data) <= MAX_KEPT])
    (CORPUS / name).mkdir(parents=True, exist_ok=True)
    for data in more:
        (CORPUS / name / digest(data)).write_bytes(data)
    return len(more)


def new(target: Target, kept: Iterable[bytes], found: Iterable[bytes]) -> list[bytes]:
    """Return the inputs that reach lines which no input before them reaches."""
    chosen: list[bytes] = []
    known: set[tuple[str, int]] = set()
    for data in kept:
        known |= reached_lines(target, data)
    for data in sorted(found, key=lambda data: (len(data), data)):
        reached = reached_lines(target, data)
        if not reached <= known:
            known |= reached
            chosen.append(data)
    return chosen


def reached_lines(target: Target, data: bytes) -> set[tuple[str, int]]:
    """Run a target, and return the lines of the package that it reaches."""
    reached: set[tuple[str, int]] = set()
    package = str(ROOT / "validator")

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(package):
            return None
        if event == "line":
            reached.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    sys.settrace(trace)
    try:
        target.run(data)
    finally:
        sys.settrace(None)
    return reached


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def main() -> None:
    """Fuzz the targets of the command line, and print a line for each."""
    seconds, *names = sys.argv[1:]
    failed = []
    for name in names or TARGETS:
        status, executions = explore(name, int(seconds))
        kept = keep(name) if status == 0 else 0
        more = f", and {kept} more inputs in {CORPUS / name}" if kept else ""
        print(f"{name:<32} {executions:>10,} executions{more if status == 0 else f', and a failure: see {WORK / name}'}", flush=True)
        failed += [name] if status else []
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
