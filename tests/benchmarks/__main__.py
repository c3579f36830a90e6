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
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import inputs

FOLDER = Path("build/bench")
PEERS = FOLDER / "peers"
"""A virtual environment that has the other validators."""

AJV = FOLDER / "ajv" / "node_modules" / ".bin" / "ajv"
"""The command of a peer that comes from npm, where that is at hand."""

GIGABYTE = 10**9


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command took: seconds on the clock, seconds of processors, and bytes of memory at the peak."""

    wall: float
    cpu: float
    memory: int


@dataclass(frozen=True, slots=True)
class Row:
    """A comparison: two commands by the same figure, and the ratio of ours to theirs that is the goal; None where there is none.

    `why` is what the profile shows where the goal is not reached.
    """

    what: str
    ours: list[str]
    theirs: list[str]
    figure: str
    goal: float | None
    repeat: int = 5
    each: tuple[int, int] = (1, 1)
    """How many documents either command has to do."""
    why: str = ""


def ours(*arguments: str | Path) -> list[str]:
    """Give the command that is measured."""
    return [sys.executable, "-m", "validator", "check", *map(str, arguments)]


def peer(name: str, path: Path) -> list[str]:
    """Give the command of a peer that is a library."""
    python = PEERS / "bin" / "python" if name == "fastjsonschema" else Path(sys.executable)
    return [str(python), "-m", "tests.benchmarks.peers", name, str(path), str(FOLDER / "bundle.json")]


def rows(count: int) -> Iterator[Row]:
    """List what is compared."""
    valid, invalid, files, one = FOLDER / f"valid-{count}.jsonl", FOLDER / f"invalid-{count}.jsonl", FOLDER / "files", FOLDER / "one.json"
    bundle, many = str(FOLDER / "bundle.json"), len(list(files.iterdir()))
    sourcemeta = [str(PEERS / "bin" / "sourcemeta"), "validate", "--fast", bundle]
    checker = [str(PEERS / "bin" / "check-jsonschema"), "--schemafile", bundle]
    floor = peer("floor", valid)
    parts = "parsing and duplicate keys are 1.3, the schemas in Rust 1.3, the walk in Python 1.6, and objects and reading the rest"
    yield Row(f"{count:,} lines, all rules, over parsing them", ours(valid), floor, "cpu", 2.5, why=parts)
    shared = "half of the row above, and a fifth of that for what goes from one process to another"
    yield Row("the same with two processes, over parsing with one", ours(valid, "--jobs", "2"), floor, "wall", 1.5, why=shared)
    yield Row("the same, over the schema alone: jsonschema-rs", ours(valid), peer("jsonschema_rs", valid), "cpu", None)
    yield Row("the same, over the schema alone: fastjsonschema", ours(valid), peer("fastjsonschema", valid), "cpu", None)
    tenth = FOLDER / f"valid-{count // 10}.jsonl"
    yield Row("a tenth of it, over the schema alone: jsonschema", ours(tenth), peer("jsonschema", tenth), "cpu", None, repeat=1)
    yield Row("the same, over the schema alone: sourcemeta --fast", ours(valid), [*sourcemeta, str(valid)], "wall", 1, why=parts)
    polls = FOLDER / f"polls-{count // 10}.jsonl"
    again = f"{count // 10:,} captures of runs that are polled, over as many runs"
    yield Row(again, ours(polls), ours(tenth), "cpu", None)
    yield Row("the same captures with two processes, over one", ours(polls, "--jobs", "2"), ours(polls), "wall", None)
    all_files = sorted(map(str, files.iterdir()))
    what = f"a line, over a file of {many:,}: check-jsonschema"
    yield Row(what, ours(valid), [*checker, *all_files], "wall", 1 / 50, each=(count, many), why=parts)
    slow = "the rules a third, the structure and the view a sixth each, the place in the text a tenth"
    yield Row("all invalid, over all valid", ours(invalid, "--output", os.devnull), ours(valid), "cpu", 2, repeat=3, why=slow)
    start = "starting Python and three compiled packages takes ten times as long as the whole run of the binary"
    yield Row(f"{many:,} files, over sourcemeta", ours(files), [*sourcemeta, str(files)], "wall", 1, why=start)
    if AJV.exists():
        ajv = [str(AJV), "validate", "--spec=draft2020", "--strict=false", "-c", "ajv-formats", "-s", bundle, "-d", f"{files}/*.json"]
        yield Row(f"{many:,} files, over ajv", ours(files), ajv, "wall", None)
    yield Row("one small file, over sourcemeta", ours(one), [*sourcemeta, str(one)], "wall", 1.2, repeat=15, why=start)
    packages = "two thirds are the interpreter, click, orjson and jsonschema-rs"
    yield Row("one small file, over check-jsonschema", ours(one), [*checker, str(one)], "wall", 1 / 3, repeat=15, why=packages)
    cassette = FOLDER / "cassette.yaml"
    judged = "building the values takes less than the loader does; the rest is what the exchanges take"
    yield Row("a cassette of 50 MB, over PyYAML's C loader", ours(cassette), peer("yaml", cassette), "cpu", 1.2, repeat=3, why=judged)


def measured(command: list[str], *, findings: bool = False) -> Cost:
    """Run a command as a whole process; one that has `findings` may say so."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode not in ((0, 1) if findings else (0,)):
        raise SystemExit(f"exit {process.returncode}: {' '.join(command)[:200]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def compared(row: Row) -> dict[str, object]:
    """Measure both commands of a row in turns, and give the medians and that of the ratios."""
    findings = "invalid" in row.what
    pairs = [(measured(row.ours, findings=findings), measured(row.theirs)) for _ in range(row.repeat + 1)][1:]
    costs = [tuple(getattr(cost, row.figure) / each for cost, each in zip(pair, row.each, strict=True)) for pair in pairs]
    mine, theirs = (statistics.median(side) for side in zip(*costs, strict=True))
    ratio = statistics.median(one / other for one, other in costs)
    why = row.why if row.goal is not None and ratio > row.goal else ""
    return {"what": row.what, "figure": row.figure, "ours": mine, "theirs": theirs, "ratio": ratio, "goal": row.goal, "why": why}


def memory() -> Iterator[dict[str, object]]:
    """Measure the peak of memory for a long file, and how it grows with its length."""
    peaks = [measured(ours(inputs.large(FOLDER, size))).memory for size in (GIGABYTE // 4, GIGABYTE)]
    goal = 150 * 10**6
    yield {"what": "peak memory, 1 GB of lines", "ours": peaks[1], "theirs": goal, "ratio": peaks[1] / goal, "goal": 1, "figure": "bytes"}
    yield {
        "what": "the same, over that of a quarter",
        "ours": peaks[1],
        "theirs": peaks[0],
        "ratio": peaks[1] / peaks[0],
        "goal": 1.25,
        "figure": "bytes",
    }


def generated() -> dict[str, object]:
    """Measure how many update runs are generated a second."""
    command = [sys.executable, "-m", "tests.benchmarks.peers", "generate", "5000"]
    speeds = [float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(3)]
    each = statistics.median(speeds)
    return {"what": "update runs generated a second", "ours": each, "theirs": 500, "ratio": each / 500, "goal": 1, "figure": "runs"}


def install() -> None:
    """Install the peers that are commands; the binary of one of them is taken out of its package, as both have one name."""
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


def table(results: list[dict[str, object]]) -> str:
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
    """Measure everything, or what of it has the word that is given; `--lines COUNT` makes smaller inputs."""
    arguments = sys.argv[1:]
    count = int(arguments.pop(arguments.index("--lines") + 1)) if "--lines" in arguments else 100_000
    words = [argument for argument in arguments if not argument.startswith("--")]
    inputs.make(FOLDER, count)
    install()
    compileall.compile_dir("validator", quiet=1)  # as pip does with what it installs
    results = [compared(row) for row in rows(count) if all(word in row.what for word in words)]
    if not words:
        results += [*memory(), generated()]
    sys.stdout.write(table(results))
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
    (FOLDER / "results.json").write_text(json.dumps({"machine": machine, "lines": count, "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
