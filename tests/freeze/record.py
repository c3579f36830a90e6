"""What a version of the code says of the inputs: each command's status, output and files, one a line of compressed JSON."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SPELLED: dict[str, tuple[str, ...]] = {
    "check": ("-m", "validator", "check"),
    "show": ("-m", "validator", "show"),
    "api": (str(Path(__file__).with_name("calls.py")),),
    **{form: ("--format", form) for form in ("text", "json", "sarif", "junit", "github")},
    "files": ("--format", "json:{out}/report.json", "--format", "sarif:{out}/report.sarif", "--format", "junit:{out}/report.xml"),
    **{engine: ("--engine", engine) for engine in ("fast", "reference")},
    "one job": ("--jobs", "1"),
    "two jobs": ("--jobs", "2"),
    "request": ("--as", "request"),
    "response": ("--as", "response"),
    "history": ("--history",),
    "explain": ("--explain",),
    "verbose": ("--verbose",),
    "notes fail": ("--fail-on", "note"),
    "schema alone": ("--select", "schema/"),
    "no input": ("--ignore", "input/"),
    "listed": ("--force-exclude",),
    "exclude": ("--exclude", "etag-*"),
    "known samples": ("--baseline", "samples/expected.json"),
    "known cases": ("--baseline", "known.json"),
    "write known": ("--baseline", "{out}/known.json", "--update-baseline"),
    "page": ("--html", "-"),
}
"""How the words of commands are spelled on the command line, `{out}` a folder for what they write; results go by the words."""

PARTS = tuple(map(str, range(10)))
BY_REFERENCE = ("0", "3", "6")
FORMS = ("text", "text explain", "text verbose", "text explain verbose", "sarif", "junit", "github")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: words, separated by commas, paths, which are patterns if it is `named` each file, and what it reads."""

    words: tuple[str, ...]
    paths: tuple[str, ...]
    stdin: str | None = None
    named: bool = False

    @property
    def label(self) -> str:
        """What the command is called in a recording."""
        return " ".join([", ".join(self.words), *self.paths, *(["each"] if self.named else []), *(["<", self.stdin] if self.stdin else [])])


def plan(folder: Path, *, quick: bool) -> Iterator[Command]:
    """List the commands."""
    for part in PARTS[: 1 if quick else None]:
        for made in ("documents", "broken", "histories", "recordings"):
            yield Command(("check", "json", "fast", "one job"), (f"{made}/{part}",))
            yield Command(("check", "json", "fast", "two jobs"), (f"{made}/{part}",))
            if part in BY_REFERENCE:
                yield Command(("check", "json", "reference", "one job"), (f"{made}/{part}",))
        yield Command(("check", "json", "fast", "one job"), (f"recordings/{part}/*", f"broken/{part}/*.yaml"), named=True)
        for split in [f"split/{part}", f"histories/{part}", *_found(folder, f"split/{part}/*")]:
            yield Command(("check", "json", "fast", "history"), (split,))
        if part in BY_REFERENCE:
            yield Command(("check", "json", "reference", "history"), (f"split/{part}",))
    for part in PARTS[: 1 if quick else 3]:
        for side in ("request", "response"):
            yield Command(("check", "json", "fast", side), (f"documents/{part}", f"broken/{part}"))
        yield Command(("check", "json", "reference", "two jobs"), (f"broken/{part}",))
    yield from _of_cases(quick=quick)
    yield from _of_files(folder, quick=quick)


def _of_cases(*, quick: bool) -> Iterator[Command]:
    engines, places = ("fast", "reference"), ("samples", "cases", "corpus", "hostile")
    for place in places[: 2 if quick else None]:
        for engine in engines:
            for jobs in ("one job", "two jobs")[: 1 if quick and engine == "reference" else None]:
                yield Command(("check", "json", engine, jobs), (place,))
        for form in FORMS if place in {"samples", "cases"} else ():
            yield Command(("check", *form.split()), (place,))
    for side in ("request", "response"):
        for engine in engines[: 1 if quick else None]:
            yield Command(("check", "json", engine, side), ("cases/rules", "cases/normal", "cases/bases"))
    yield Command(("check", "json", "fast", "one job"), ("corpus/*/*",), named=True)
    yield Command(("check", "json", "fast", "one job"), ("cases/rules/*/1*.json",), named=True)
    for form in ("text", "text explain verbose", "json", "sarif", "junit", "github"):
        yield Command(("check", *form.split(), "known samples"), ("samples",))
        yield Command(("check", *form.split(), "known cases"), ("cases/rules",))
    for word in ("notes fail", "schema alone", "no input", "listed", "exclude"):
        yield Command(("check", "json", word), ("cases",))
    yield Command(("check", "files"), ("cases", "samples"))
    yield Command(("check", "write known"), ("cases", "samples"))
    yield Command(("check", "json"), ("samples", "missing.json", "samples/none-*"))
    for engine, step in (("fast", "5" if quick else "1"), ("reference", "20" if quick else "2")):
        yield Command(("api",), (engine, step), "api.jsonl")


def _of_files(folder: Path, *, quick: bool) -> Iterator[Command]:
    step = 10 if quick else 1
    for pattern, every in (
        ("samples/*/*", 1),
        ("cases/histories/*-?.jsonl", 1),
        ("histories/0/*", 3),
        ("recordings/0/*", 6),
        ("hostile/[tyg]*/*", 3),
    ):
        for path in _found(folder, pattern)[:: step * every]:
            yield Command(("show",), (path,))
            yield Command(("show", "page"), (path,))
    for pattern, every in (("samples/*/*", 2), ("histories/1/*", 8), ("broken/1/*", 12), ("recordings/1/*", 8)):
        for path in _found(folder, pattern)[:: step * every]:
            yield Command(("check", "json"), ("-",), path)
            yield Command(("check", "text"), ("-", "samples/json-lines"), path)
            yield Command(("show",), ("-",), path)


def _found(folder: Path, pattern: str) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.glob(pattern))


def record(folder: Path, out: Path, code: Path, *, quick: bool) -> int:
    """Run every command with the code, and write what comes of each."""
    begun = time.monotonic()
    environment = os.environ | {
        "PYTHONPATH": str(code),
        "COLUMNS": "120",
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SOURCE_DATE_EPOCH": "0",
    }
    reported = subprocess.run(
        [sys.executable, "-c", "import validator; print(validator.__file__)"], cwd=folder, env=environment, capture_output=True, check=True
    )
    if not Path(reported.stdout.decode().strip()).is_relative_to(code):
        sys.exit(f"expected the code at {code}, found {reported.stdout.decode()}")
    took: list[tuple[float, str]] = []
    rules: dict[str, Counter[str]] = {"fast": Counter(), "reference": Counter()}
    with tempfile.TemporaryDirectory(prefix=".out-", dir=folder) as place, gzip.open(out, "wt", compresslevel=4, encoding="utf-8") as file:
        commands = list(plan(folder, quick=quick))

        def ran(numbered: tuple[int, Command]) -> dict[str, Any]:
            number, command = numbered
            started = time.monotonic()
            row = _ran(command, folder, environment, f"{os.path.basename(place)}/{number}")
            took.append((round(time.monotonic() - started, 1), command.label))
            return row

        with ThreadPoolExecutor(2) as pool:
            for row in pool.map(ran, enumerate(commands)):
                rules[row["engine"]].update(row["rules"])
                file.write(json.dumps(row) + "\n")
    for engine, found in rules.items():
        print(f"{engine}: {found.total()} findings of {len(found)} rules; fewest: {found.most_common()[:-8:-1]}")
    print(f"{len(commands)} commands in {time.monotonic() - begun:.0f} s; slowest: {sorted(took)[:-6:-1]}")
    return 0


def _ran(command: Command, folder: Path, environment: dict[str, str], out: str) -> dict[str, Any]:
    (folder / out).mkdir()
    words = [part.replace("{out}", out) for word in command.words for part in SPELLED[word]]
    paths: Sequence[str] = [path for each in command.paths for path in _found(folder, each)] if command.named else command.paths
    with open(folder / command.stdin if command.stdin else os.devnull, "rb") as stdin:
        done = subprocess.run([sys.executable, *words, *paths], cwd=folder, env=environment, stdin=stdin, capture_output=True, check=False)

    def plain(data: bytes) -> str:
        return data.decode(errors="backslashreplace").replace(out, ".out")

    stdout = plain(done.stdout)
    findings = json.loads(stdout)["findings"] if stdout and {"json", "api"} & set(command.words) else []
    return {
        "command": command.label,
        "engine": "reference" if "reference" in (*command.words, *command.paths) else "fast",
        "rules": Counter(finding["rule"] for finding in findings),
        "status": done.returncode,
        "stdout": stdout,
        "stderr": plain(done.stderr),
        "files": {path.name: plain(path.read_bytes()) for path in sorted((folder / out).iterdir())},
    }
