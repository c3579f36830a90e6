"""`make bench`: measures, prints a table, and writes it as JSON."""

from __future__ import annotations

import compileall
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from . import inputs
from .inputs import Lines

FOLDER = Path("build/bench")
BUNDLE = FOLDER / "bundle.json"
PEERS = FOLDER / "peers"
"""A virtual environment that has the other validators."""

AJV = FOLDER / "ajv" / "node_modules" / ".bin" / "ajv"
"""The command of a peer that comes from npm, where that is at hand."""

GIGABYTE = 10**9


Command: TypeAlias = list[str | Path | Lines]
"""A program with its arguments; lines are made before it is run."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command took: seconds on the clock, seconds of processors, and bytes of memory at the peak."""

    wall: float
    cpu: float
    memory: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison: two commands by the same figure, and the ratio of ours to theirs that is the goal; None where there is none.

    `why` is what the profile shows where the goal is not reached.
    """

    what: str
    ours: Command
    theirs: Command
    figure: str
    goal: float | None
    repeat: int = 5
    each: tuple[int, int] = (1, 1)
    """How many documents either command has to do."""
    why: str = ""


def ours(*arguments: str | Path | Lines) -> Command:
    """Return the command that is measured."""
    return [sys.executable, "-m", "validator", "check", *arguments]


def peer(name: str, path: Path | Lines) -> Command:
    """Return the command of a peer that is a library."""
    python = PEERS / "bin" / "python" if name == "fastjsonschema" else sys.executable
    return [python, "-m", "tests.benchmarks.peers", name, path, BUNDLE]


def comparisons(count: int) -> Iterator[Comparison]:
    """Yield what is compared."""
    yield from _line_comparisons(count)
    yield from _two_processes(count)
    yield from _memory()
    yield from _start()
    yield from _peers(count)


RULES = "of the time of a line, the rules take 40 %, their nodes 22 %, reading 13 %, the schemas 8 %, the history 3 %"


def _line_comparisons(count: int) -> Iterator[Comparison]:
    for shape, what, goal, why in (
        ("valid", "usual clean runs", 7, RULES),
        ("short-times", "clean runs, times with one fraction digit", 7, RULES),
        ("pending", "clean runs, Pending with an error", 7, RULES),
        ("custom", "clean runs, a Custom selection", 7, RULES),
        ("rule", "a finding of a rule in every line", 20, ""),
        ("schema", "a finding of a schema in every line", 20, ""),
    ):
        lines = Lines(shape, count)
        yield Comparison(f"{what}, over parsing", ours(lines), peer("floor", lines), "cpu", goal, why=why)
    valid = Lines("valid", count)
    coverage: Command = [sys.executable, "-m", "validator", "coverage", valid]
    yield Comparison("usual clean runs, coverage over check", coverage, ours(valid), "cpu", 1.3)
    polls, unpolled = Lines("polls", count), Lines("unpolled", count)
    why = "of the step from a capture to the next, the digest of the body takes a third, the facts of 20 parts a quarter"
    yield Comparison("captures of polled runs, over single ones", ours(polls), ours(unpolled), "cpu", 1.5, why=why)


def _two_processes(count: int) -> Iterator[Comparison]:
    why = "what a second process costs, and captures that go from one to another; histories are compared in one"
    for shape, what in (("valid", "usual clean runs"), ("polls", "captures of polled runs")):
        lines = Lines(shape, count)
        yield Comparison(f"{what}, two processes over one", ours(lines, "--jobs", "2"), ours(lines), "wall", 0.6, why=why)


def _memory() -> Iterator[Comparison]:
    for shape, what in (("valid", "single runs"), ("polls", "polled runs")):
        quarter, whole = Lines(shape, 10_000, GIGABYTE // 4), Lines(shape, 10_000, GIGABYTE)
        yield Comparison(f"peak memory, 1 GB of {what}, over 150 MB", ours(whole), [], "memory", 1, repeat=1)
        yield Comparison("the same, over that of a quarter", ours(whole), ours(quarter), "memory", 1.25, repeat=1)


def _start() -> Iterator[Comparison]:
    one = FOLDER / "one.json"
    packages: Command = [sys.executable, "-c", "import click, orjson, jsonschema_rs"]
    yield Comparison("one small file, over starting Python with its packages", ours(one), packages, "wall", 2, repeat=15)
    checker: Command = [PEERS / "bin" / "check-jsonschema", "--schemafile", BUNDLE, one]
    why = "half of it is the interpreter, click, orjson and jsonschema-rs"
    yield Comparison("one small file, over check-jsonschema", ours(one), checker, "wall", 1 / 3, repeat=15, why=why)


def _peers(count: int) -> Iterator[Comparison]:
    valid, tenth = Lines("valid", count), Lines("valid", count // 10)
    files, one = FOLDER / "files", FOLDER / "one.json"
    many = len(list(files.iterdir()))
    sourcemeta: Command = [PEERS / "bin" / "sourcemeta", "validate", "--fast", BUNDLE]
    yield Comparison(
        "usual clean runs, over the schema alone: sourcemeta --fast", ours(valid), [*sourcemeta, valid], "wall", 1.7, why=RULES
    )
    yield Comparison("the same, over the schema alone: jsonschema-rs", ours(valid), peer("jsonschema_rs", valid), "cpu", None)
    yield Comparison("the same, over the schema alone: fastjsonschema", ours(valid), peer("fastjsonschema", valid), "cpu", None)
    yield Comparison("a tenth of it, over the schema alone: jsonschema", ours(tenth), peer("jsonschema", tenth), "cpu", None, repeat=1)
    checker: Command = [PEERS / "bin" / "check-jsonschema", "--schemafile", BUNDLE, *sorted(files.iterdir())]
    yield Comparison(
        f"a line, over a file of {many:,}: check-jsonschema", ours(valid), checker, "wall", 1 / 50, each=(count, many), why=RULES
    )
    start = "starting Python and three compiled packages takes ten times as long as the whole run of the binary"
    yield Comparison(f"{many:,} files, over sourcemeta", ours(files), [*sourcemeta, files], "wall", 1, why=start)
    if AJV.exists():
        ajv: Command = [AJV, "validate", "--spec=draft2020", "--strict=false", "-c", "ajv-formats", "-s", BUNDLE, "-d", f"{files}/*.json"]
        yield Comparison(f"{many:,} files, over ajv", ours(files), ajv, "wall", None)
    yield Comparison("one small file, over sourcemeta", ours(one), [*sourcemeta, one], "wall", None, repeat=15)
    cassette = FOLDER / "cassette.yaml"
    checked = "building the values takes less than the loader does; the rest is what the exchanges take"
    yield Comparison(
        "a cassette of 50 MB, over PyYAML's C loader", ours(cassette), peer("yaml", cassette), "cpu", 1.2, repeat=3, why=checked
    )


LIMIT = 150 * 10**6
"""Bytes of memory that 1 GB of lines may take."""


def measured(command: Command) -> Cost:
    """Run a command as a whole process; an empty one stands for the limit of memory."""
    if not command:
        return Cost(0, 0, LIMIT)
    # Started by a small process: a process has the peak of the one that it was started by.
    arguments = [str(each.made_in(FOLDER) if isinstance(each, Lines) else each) for each in command]
    starter = [sys.executable, "-I", "-S", "-c", _STARTER, *arguments]
    wall, cpu, memory, status = subprocess.run(starter, capture_output=True, check=True, text=True).stdout.split()
    if int(status) not in (0, 1):
        raise SystemExit(f"exit {status}: {' '.join(arguments)[:200]}")
    return Cost(float(wall), float(cpu), int(memory) * 1024)


_STARTER = """
import os, sys, time
start = time.perf_counter()
nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=nowhere)
_, status, used = os.wait4(child, 0)
print(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


def compared(row: Comparison) -> dict[str, object]:
    """Measure both commands of a row in turns, and give the medians and that of the ratios; of several pairs the first one warms up."""
    pairs = [(measured(row.ours), measured(row.theirs)) for _ in range(row.repeat + (row.repeat > 1))][row.repeat > 1 :]
    costs = [tuple(getattr(cost, row.figure) / each for cost, each in zip(pair, row.each, strict=True)) for pair in pairs]
    mine, theirs = (statistics.median(side) for side in zip(*costs, strict=True))
    ratio = statistics.median(one / other for one, other in costs)
    why = row.why if row.goal is not None and ratio > row.goal else ""
    return {"what": row.what, "figure": row.figure, "ours": mine, "theirs": theirs, "ratio": ratio, "goal": row.goal, "why": why}


def generation_speed() -> dict[str, object]:
    """Measure how many update runs are generated a second."""
    command = [sys.executable, "-m", "tests.benchmarks.peers", "generate", "5000"]
    speeds = [float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(3)]
    each = statistics.median(speeds)
    return {"what": "update runs generated a second", "ours": each, "theirs": 500, "ratio": each / 500, "goal": 1, "figure": "runs"}


def install() -> None:
    """Install the peers that are commands; the binary of one of them is moved from its package, as both have one name."""
    if shutil.which("npm") and not AJV.exists():
        packages = ["ajv-cli@5.0.0", "ajv-formats@2.1.1"]
        subprocess.run(["npm", "install", "--silent", "--prefix", str(FOLDER / "ajv"), *packages], check=True)
    binary = PEERS / "bin" / "sourcemeta"
    if binary.exists():
        return
    for folder, packages in (
        (PEERS, ["check-jsonschema", "fastjsonschema", "orjson"]),
        (FOLDER / "sourcemeta", ["sourcemeta-jsonschema"]),
    ):
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pins = Path(__file__).with_name("peers.txt")
        command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--constraint", str(pins), *packages]
        subprocess.run(command, check=True, env=os.environ | {"PIP_CONSTRAINT": ""})
    (packed,) = (FOLDER / "sourcemeta").glob(f"lib/*/site-packages/sourcemeta_jsonschema/jsonschema-linux-{_machine()}")
    shutil.copy(packed, binary)
    binary.chmod(0o755)


def _machine() -> str:
    return {"aarch64": "arm64"}.get(platform.machine(), platform.machine())


def results_table(results: list[dict[str, object]]) -> str:
    """Write the results for a person, times in seconds; a row whose goal is not reached says why."""
    lines = [f"{'what':62}{'figure':>7}{'ours':>12}{'theirs':>12}{'ratio':>9}{'goal':>8}"]
    for row in results:
        goal = row.get("goal")
        wanted = "-" if goal is None else f"{goal:.3g}"
        lines.append(f"{row['what']:62}{row['figure']:>7}{_size(row['ours'])}{_size(row['theirs'])}{row['ratio']:9.3g}{wanted:>8}")
        if row.get("why"):
            lines.append(f"    {row['why']}")
    return "\n".join(lines) + "\n"


def _size(figure: object) -> str:
    number = float(str(figure))
    return f"{number:12,.0f}" if number >= 1000 else f"{number:12.4g}"


def main() -> None:
    """Measure everything, or the rows with all of the given words; `--lines COUNT` makes smaller inputs."""
    arguments = sys.argv[1:]
    if "--help" in arguments:
        sys.exit(main.__doc__)
    count = int(arguments.pop(arguments.index("--lines") + 1)) if "--lines" in arguments else 100_000
    words = [argument for argument in arguments if not argument.startswith("--")]
    inputs.make(FOLDER, count)
    install()
    compileall.compile_dir("validator", quiet=1)  # as pip does with what it installs
    results = [compared(row) for row in comparisons(count) if all(word in row.what for word in words)]
    if not words:
        results.append(generation_speed())
    sys.stdout.write(results_table(results))
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
    (FOLDER / "results.json").write_text(json.dumps({"machine": machine, "lines": count, "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
