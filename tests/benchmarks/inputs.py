"""The inputs of the benchmarks, made here: update runs of all shapes, states and sizes, no two of them alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import orjson
import yaml

from validator.contract import schemas
from validator.strategies.bulk import documents
from validator.strategies.recordings import cassette

SEED = 20250301
CASSETTE = 50_000_000
"""Bytes."""

Line = bytes


def lines(count: int, *, valid: bool) -> Iterator[Line]:
    """Give update runs, one a line; what is not valid has one state that is not documented."""
    for run in documents("update-run", count, SEED):
        if not valid:
            run["properties"]["status"]["status"]["state"] = "Finished"
        yield orjson.dumps(run) + b"\n"


def polls(count: int) -> Iterator[Line]:
    """Give the captures of runs one after another, about a dozen of each, as somebody who polls them has them."""
    captures = chain.from_iterable(documents("history", count, SEED))
    yield from (orjson.dumps(capture) + b"\n" for capture in islice(captures, count))


def make(folder: Path, count: int) -> None:
    """Make all inputs in a folder, but for those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "bundle.json", lambda: [orjson.dumps(schemas.bundle(schemas.load(), "UpdateRun"))])
    _write(folder / f"valid-{count}.jsonl", lambda: lines(count, valid=True))
    _write(folder / f"invalid-{count}.jsonl", lambda: lines(count, valid=False))
    _write(folder / f"polls-{count // 10}.jsonl", lambda: polls(count // 10))
    _write(folder / f"valid-{count // 10}.jsonl", lambda: lines(count // 10, valid=True))
    _write(folder / "one.json", lambda: lines(1, valid=True))
    _write(folder / "cassette.yaml", _cassette)
    files = folder / "files"
    if not files.is_dir():
        draft = folder / "files.tmp"
        draft.mkdir(exist_ok=True)
        for number, line in enumerate(lines(min(count, 1000), valid=True)):
            (draft / f"{number:04}.json").write_bytes(line)
        draft.rename(files)


def _write(path: Path, pieces: Callable[[], Iterable[bytes]]) -> None:
    if not path.exists():
        draft = path.with_suffix(".tmp")
        with draft.open("wb") as stream:
            stream.writelines(pieces())
        draft.rename(path)


def _cassette() -> Iterator[bytes]:
    """Give the pieces of a cassette: exchanges about update runs, and the list that they are in."""
    yield b"interactions:\n"
    size = 0
    calls = documents("exchange", 10**9, SEED)
    while size < CASSETTE:
        piece = yaml.dump(cassette(islice(calls, 200))["interactions"], Dumper=yaml.CSafeDumper, sort_keys=False, width=10**6).encode()
        size += len(piece)
        yield piece
    yield b"version: 1\n"


def large(folder: Path, size: int) -> Path:
    """Make a file of so many bytes of JSON Lines."""
    path = folder / f"large-{size}.jsonl"

    def pieces() -> Iterator[Line]:
        written = 0
        for line in lines(10**9, valid=True):
            yield line
            written += len(line)
            if written >= size:
                return

    _write(path, pieces)
    return path
