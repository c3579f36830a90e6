"""The inputs of the benchmarks, made here: update runs of all shapes, states and sizes, no two of them alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import orjson
import yaml

from validator.contract import schemas
from validator.contract.bundle import Bundle
from validator.pointer import JSON
from validator.strategies.bulk import documents
from validator.strategies.recordings import cassette

SEED = 20250301
CASSETTE = 50_000_000
"""Bytes."""

Line = bytes


def runs(number: int, change: Callable[[JSON], object] = lambda _: None, **how: Any) -> Iterator[Line]:
    """Yield update runs, one a line, each after a change."""
    for run in documents("update-run", number, SEED, **how):
        change(run)
        yield orjson.dumps(run) + b"\n"


# Clean runs that are unusual


def with_short_times(number: int) -> Iterator[Line]:
    """Yield runs whose times have one fraction digit."""
    yield from (_FRACTION.sub(rb"\1Z", line) for line in runs(number))


_FRACTION = re.compile(rb"(:[0-9]{2}\.[0-9])[0-9]*Z")


def pending_with_error(number: int) -> Iterator[Line]:
    """Yield runs that are Pending, and say why."""

    def change(run: JSON) -> None:
        run["properties"]["status"]["status"]["error"] = {"code": "MaintenanceWindow", "message": "The maintenance window is closed."}

    return runs(number, change, state="Pending")


def custom_selection(number: int) -> Iterator[Line]:
    """Yield runs with a Custom selection of node images."""
    images = [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}, {"version": "AKSWindows-2022-containerd-20348.3328.250409"}]

    def change(run: JSON) -> None:
        run["properties"]["managedClusterUpdate"]["nodeImageSelection"] = {"type": "Custom", "customNodeImageVersions": images}

    return runs(number, change)


# Runs with one finding each


def against_a_rule(number: int) -> Iterator[Line]:
    """Yield runs with the type of another resource."""
    return runs(number, lambda run: run.update(type="Microsoft.ContainerService/fleets/members"))


def against_a_schema(number: int) -> Iterator[Line]:
    """Yield runs in a state that is not documented."""
    return runs(number, lambda run: run["properties"]["status"]["status"].update(state="Finished"))


# Captures of runs that are polled


def poll_lines(number: int) -> Iterator[Line]:
    """Yield the captures of runs one after another, about a dozen of each, as somebody who polls them has them."""
    captures = chain.from_iterable(documents("history", number, SEED))
    yield from (orjson.dumps(capture) + b"\n" for capture in islice(captures, number))


def unpolled(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the same documents as captures of as many runs, each in a subscription of its own."""
    yield from map(_elsewhere, lines, count())


def _elsewhere(line: Line, number: int) -> Line:
    return line.replace(b'"id":"/subscriptions/01234567', b'"id":"/subscriptions/%08x' % number)


SHAPES: dict[str, Callable[[int], Iterable[Line]]] = {
    "valid": runs,
    "short-times": with_short_times,
    "pending": pending_with_error,
    "custom": custom_selection,
    "rule": against_a_rule,
    "schema": against_a_schema,
    "polls": poll_lines,
    "unpolled": lambda number: unpolled(poll_lines(number)),
}
"""What the lines of an input can be."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A file with a number of lines of a shape, or with `size` bytes of them: again and again, each time as captures of other runs."""

    shape: str
    number: int
    size: int | None = None

    def made_in(self, folder: Path) -> Path:
        """Make the file, unless it is there, and return its path."""
        if self.size is None:
            return _write(folder / f"{self.shape}-{self.number}.jsonl", lambda: SHAPES[self.shape](self.number))
        lines = Lines(self.shape, self.number).made_in(folder)
        return _write(folder / f"{self.shape}-of-{self.size}-bytes.jsonl", lambda: self._again(lines))

    def _again(self, path: Path) -> Iterator[Line]:
        lines = path.read_bytes().splitlines(keepends=True)
        written = 0
        for turn in count():
            for line in lines:
                yield _elsewhere(line, turn)
                written += len(line)
                if written >= (self.size or 0):
                    return


def make(folder: Path, number: int) -> None:
    """Make the inputs of other forms in a folder, except those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "bundle.json", lambda: [orjson.dumps(Bundle(schemas.load()).of_definition("UpdateRun"))])
    _write(folder / "one.json", lambda: runs(1))
    _write(folder / "cassette.yaml", _cassette)
    files = folder / "files"
    if not files.is_dir():
        draft = folder / "files.tmp"
        draft.mkdir(exist_ok=True)
        for index, line in enumerate(runs(min(number, 1000))):
            (draft / f"{index:04}.json").write_bytes(line)
        draft.rename(files)


def _write(path: Path, pieces: Callable[[], Iterable[bytes]]) -> Path:
    if not path.exists():
        draft = path.with_suffix(".tmp")
        with draft.open("wb") as stream:
            stream.writelines(pieces())
        draft.rename(path)
    return path


def _cassette() -> Iterator[bytes]:
    """Yield the pieces of a cassette: exchanges about update runs, and the list that they are in."""
    yield b"interactions:\n"
    size = 0
    calls = documents("exchange", 10**9, SEED)
    while size < CASSETTE:
        piece = yaml.dump(cassette(islice(calls, 200))["interactions"], Dumper=yaml.CSafeDumper, sort_keys=False, width=10**6).encode()
        size += len(piece)
        yield piece
    yield b"version: 1\n"
