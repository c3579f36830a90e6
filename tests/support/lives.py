"""Lives: whole histories of update runs, from the case files of `cases/histories`, and files that their captures are in.

A case file is the history of a run. `first` is the first response; each of `then` has what the next one sets and
removes. Each of `faults` does the same to one capture alone, and has all of the one finding that comes of it.
"""

from __future__ import annotations

import gzip
import json
import pathlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from random import Random

from validator import Finding, Related, Severity
from validator.pointer import JSON
from validator.rules import history, mirror, progress, times
from validator.rules.example import changed
from validator.rules.rule import Rule

CASES = pathlib.Path(__file__).parent.parent / "cases" / "histories"
LIVES = sorted(path.stem for path in CASES.iterdir())

HISTORY_RULES = {rule.name for rule in vars(history).values() if isinstance(rule, Rule)}
PROGRESS_RULES = {rule.name for topic in (mirror, progress, times) for rule in vars(topic).values() if isinstance(rule, Rule)}


@dataclass(frozen=True, slots=True)
class Fault:
    """A change of one capture of a history, and the finding that comes of it in a JSON array of the captures."""

    history: str
    name: str
    capture: int
    change: JSON
    finding: Finding

    def __str__(self) -> str:
        return f"{self.history}: {self.name}"


@cache
def history_case(name: str) -> JSON:
    """Read a case file."""
    return json.loads((CASES / f"{name}.json").read_bytes())


def then(capture: JSON, change: JSON) -> JSON:
    """Apply a change to a capture."""
    return changed(capture, put=change.get("put", {}), removed=tuple(change.get("take", ())))


@cache
def captures(name: str) -> tuple[JSON, ...]:
    """Return the captures of a history, in order."""
    polls = [history_case(name)["first"]]
    for change in history_case(name)["then"]:
        polls.append(then(polls[-1], change))
    return tuple(polls)


def faults(name: str) -> list[Fault]:
    """List the faults of a history."""
    return [Fault(name, fault["name"], fault["capture"], fault, _as_finding(**fault["finding"])) for fault in history_case(name)["faults"]]


def _as_finding(*, severity: str, related: Iterable[JSON] = (), **rest: JSON) -> Finding:
    return Finding(severity=Severity[severity.upper()], related=tuple(Related(**place) for place in related), **rest)


def broken(fault: Fault) -> list[JSON]:
    """Return the captures of a history, one of them broken."""
    return [then(capture, fault.change) if index == fault.capture else capture for index, capture in enumerate(captures(fault.history))]


FAULTS = [fault for name in LIVES for fault in faults(name)]


def write_lines(path: pathlib.Path, records: Iterable[JSON]) -> pathlib.Path:
    """Write JSON Lines, compressed where the name says so."""
    data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def shuffled_log(lives: list[list[JSON]], seed: int) -> list[JSON]:
    """Put the captures of some lives in one log, those of each in their order or, here and there, out of it."""
    log = [capture for round_ in zip_longest(*lives) for capture in round_ if capture is not None]
    choose = Random(seed)
    for _ in range(len(log) // 8):
        one, other = choose.randrange(len(log)), choose.randrange(len(log))
        log[one], log[other] = log[other], log[one]
    return log
