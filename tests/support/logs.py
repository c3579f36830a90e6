"""Logs in JSON Lines with all that lines can have: captures of polled runs, lists of them, az CLI output, faults and broken lines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from random import Random

from tests.support.documents import paths, replaced
from tests.support.lives import shuffled_log
from validator import Finding
from validator.checker.files import FileChecker
from validator.checker.options import Options
from validator.pointer import JSON
from validator.readers.paths import File
from validator.rules import example
from validator.strategies.bulk import documents

_RUN = json.dumps(example.RESPONSE).encode()

ODD = (
    b"",
    b" \t\r",
    b"{,",
    b"[1, 2",
    b'{"about": "something else"}',
    b'{"error": {"code": 1}}',
    b"WARNING: cli.azure: This command is in preview",
    b"WARNING: " + _RUN.replace(b'"Running"', b'"running"', 1),
    _RUN.replace(b'"name"', b'"name": "twice", "name"', 1),
    _RUN.replace(b'"Running"', b'"\xff"', 1),
    _RUN.replace(b'"Running"', '"\u2028Running"'.encode(), 1),
    _RUN.replace(b', "', b', \r "', 3).replace(b'"Running"', b'"running"', 1),
    _RUN.replace(b'"Running"', b'"\r"', 1),
    '{"id": "ü\u2029", "name'.encode(),
)
"""Lines that are no record, or one with something wrong in it."""


_JUNK: tuple[JSON, ...] = (None, 0, "", "running", "Completed", "2025-04-08T09:30:00Z", [], {}, 2**70, 1.5)


def log_lines(seed: int, runs: int) -> list[bytes]:
    """Return the lines of a log of a number of runs whose polls interleave. Some are in lists or in something else, some have faults."""
    choose = Random(seed)
    polls = iter(shuffled_log([list(life) for life in documents("history", runs, seed)], seed))
    lines = []
    while record := [_faulty(run, choose) for run in islice(polls, choose.choice((1, 1, 1, 2, 5)))]:
        lines.append(_line(record, choose))
        if choose.random() < 0.2:
            lines.append(choose.choice(ODD))
    return lines


def _faulty(run: JSON, choose: Random) -> JSON:
    """Return a run, with another value at some place one time in five."""
    return run if choose.random() < 0.8 else replaced(run, choose.choice(paths(run)[1:]), choose.choice(_JUNK))


def _line(runs: list[JSON], choose: Random) -> bytes:
    form = choose.choice(("run", "array", "page", "az", "nested", "string"))
    value: JSON = runs
    if len(runs) == 1 and form in ("run", "array", "page"):
        value = runs[0]
    elif form == "page":
        value = {"value": runs}
    elif form == "az":
        value = [_flat(run) for run in runs] if len(runs) > 1 else _flat(runs[0])
    elif form == "nested":
        value = {"ü": 1, "response": {"body": runs[0]}, "more": runs[1:]}
    elif form == "string":
        value = {"ü": 1, "body": json.dumps(runs)}
    return json.dumps(value, ensure_ascii=choose.random() < 0.5).encode()


def _flat(run: JSON) -> JSON:
    """Return a run as the az CLI prints it."""
    own = run.get("properties") if isinstance(run, dict) else None
    return {**run, **own, "properties": None} if isinstance(own, dict) else run


def write_log(path: Path, lines: Iterable[bytes]) -> Path:
    """Write lines to a file, compressed where the name says so."""
    data = b"".join(line + b"\n" for line in lines)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def findings_by_check(paths: Iterable[Path], *, history: bool = False) -> list[Finding]:
    """Return the findings of `updaterun check` in files that are named."""
    return list(FileChecker(Options(), history=history).check_files([File(str(path), named=True) for path in paths]))


def in_order(findings: Iterable[Finding]) -> list[str]:
    """Return whole findings as strings in an order of their own, for those that may come in any."""
    return sorted(map(repr, findings))
