"""What runs on the workers: functions from batches of rows to batches of rows, in Arrow's form."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..checker.files import FileChecker
from ..checker.interpretation import interpreted
from ..checker.options import Options
from ..checker.records import RecordCapture, RecordHistory, check_record
from ..findings import Side
from ..limits import MAX_FILE
from ..readers import reader
from ..readers.bounds import too_large
from ..readers.items import Item
from ..readers.json_text import MARK
from ..readers.paths import File
from ..readers.streams import buffered
from .blocks import Block, Blocks, name_of
from .rows import COLUMNS, RELATED_COLUMNS, row_of


def _struct(columns: dict[str, str]) -> dict[str, pa.DataType]:
    return {name: pa.int64() if kind == "bigint" else pa.string() for name, kind in columns.items()}


_FINDING = pa.struct({**_struct(COLUMNS), "related": pa.list_(pa.struct(_struct(RELATED_COLUMNS)))})

_ROWS = 256
"""Rows that are checked before the results are passed on, which bounds the memory."""


def _batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    """Return rows of findings as a batch."""
    return pa.RecordBatch.from_struct_array(pa.array(rows, _FINDING))


# Lines of files


MOVED = (
    "{}: the lines from byte {} on are not those that were counted before: the file has changed, or Spark has split it in another way. "
    "Call lines() again; if the cluster grows meanwhile, set spark.sql.files.minPartitionNum"
)


def number(batches: Iterable[pa.RecordBatch], blocks: Blocks) -> Iterator[pa.RecordBatch]:
    """Yield the records among lines, with the entry and the line of each.

    Raises RuntimeError if the lines are not those that were counted.
    """
    place: tuple[str, int] | None = None
    lines = entries = 0
    for batch in batches:
        for start, stop in _runs(batch.column("file"), batch.column("start")):
            part = batch.slice(start, stop - start)
            here = (part.column("file")[0].as_py(), part.column("start")[0].as_py())
            if here != place:
                _check_counts(place, lines, entries, blocks)
                place, lines, entries = here, 0, 0
                if here not in blocks:
                    raise RuntimeError(MOVED.format(*here))
                if blocks[here].marked:
                    yield _numbered(pa.array([MARK], pa.binary()), blocks[here], pa.array([None], pa.int64()), pa.array([1], pa.int64()))
            block, is_record = blocks[here], part.column("is_record")
            counts = pc.cumulative_sum(is_record.cast(pa.int64()))
            entry = pc.add(counts, block.entries_before + entries - 1)
            line = pa.array(range(block.lines_before + lines + 1, block.lines_before + lines + len(part) + 1), pa.int64())
            lines, entries = lines + len(part), entries + counts[-1].as_py()
            yield _numbered(part.column("body").filter(is_record), block, entry.filter(is_record), line.filter(is_record))
    _check_counts(place, lines, entries, blocks)


def _numbered(body: pa.Array, block: Block, entry: pa.Array, line: pa.Array) -> pa.RecordBatch:
    source, turn = pa.repeat(pa.scalar(block.source), len(body)), pa.repeat(pa.scalar(block.turn, pa.int64()), len(body))
    return pa.RecordBatch.from_arrays([body, source, entry, line, turn], ["body", "source", "entry", "line", "turn"])


def _runs(*columns: pa.Array) -> Iterator[tuple[int, int]]:
    """Yield the beginning and the end of each run of rows with the same values."""
    size = len(columns[0])
    changes: set[int] = set()
    for column in columns:
        changed = pc.not_equal(column.slice(1), column.slice(0, max(size - 1, 0)))
        changes.update(pc.indices_nonzero(changed).to_pylist())
    bounds = [0, *(index + 1 for index in sorted(changes)), size]
    yield from pairwise(bounds) if size else ()


def _check_counts(place: tuple[str, int] | None, lines: int, entries: int, blocks: Blocks) -> None:
    if place is not None and (blocks[place].lines, blocks[place].entries) != (lines, entries):
        raise RuntimeError(MOVED.format(*place))


# Records


def check(batches: Iterable[pa.RecordBatch], side: Side | None, version: str, history: str | None) -> Iterator[pa.RecordBatch]:
    """Yield a row for each finding in records and, with a history, for each capture of a run."""
    for batch in _parts(batches):
        yield _checked(batch, side, version, history)


def _checked(batch: pa.RecordBatch, side: Side | None, version: str, history: str | None) -> pa.RecordBatch:
    indices: list[int] = []
    keys: list[str] = []
    numbers: list[int] = []
    captures: list[bytes | None] = []
    found: list[dict[str, Any] | None] = []
    columns = (batch.column(name).to_pylist() for name in ("body", "source", "entry", "line", "row"))
    for index, (body, source, entry, line, row) in enumerate(zip(*columns, strict=True)):
        number = row if entry is None else entry  # it is not the same in two records
        checked = check_record(body, source=source, entry=number, line=line, side=side, version=version)
        for finding in checked.findings:
            indices.append(index)
            keys.append(f"{source} {entry} {line}")  # spreads findings over the partitions
            numbers.append(0)
            captures.append(None)
            found.append(row_of(finding, has_entry=entry is not None))
        for place, captured in enumerate(checked.captures if history else ()):
            indices.append(index)
            keys.append("\0".join((source if history == "source" else "", *captured.run)))
            numbers.append(place)
            captures.append(pickle.dumps((captured, entry is not None)))
            found.append(None)
    arrays = [
        pa.array(keys, pa.string()),
        *(batch.column(name).take(pa.array(indices, pa.int64())) for name in ("turn", "row")),
        pa.array(numbers, pa.int64()),
        pa.array(captures, pa.binary()),
        pa.array(found, _FINDING),
    ]
    return pa.RecordBatch.from_arrays(arrays, ["key", "turn", "row", "number", "capture", "finding"])


UNORDERED = "the captures of a run are not in their order: this engine does not keep the order of sortWithinPartitions"
NO_ORDER = "a column of `order` has no value in a row with a capture of {}, so that the history of the run has no order"
TIED = "two captures of {} have the same values in the columns of `order`; add a column that tells their order"


def fold_by_run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the findings among rows, which are sorted by run, and those about the histories of the captures among them.

    Raises RuntimeError if captures of a run are not in a definite order.
    """
    last: tuple[str, _Position, RecordCapture] | None = None
    history = RecordHistory()
    for batch in _parts(batches):
        is_finding = pc.is_valid(batch.column("finding"))
        yield pa.RecordBatch.from_struct_array(batch.column("finding").filter(is_finding))
        rows: list[dict[str, Any]] = []
        captures = batch.filter(pc.invert(is_finding))
        columns = (captures.column(name).to_pylist() for name in ("key", "turn", "row", "number", "capture"))
        for key, turn, row, index, sent in zip(*columns, strict=True):
            captured, has_entry = pickle.loads(sent)  # noqa: S301 - sent by `check`, within one query
            position = (tuple(turn.values()), row, index)
            if last is None or last[0] != key:
                history = RecordHistory()
                if last is not None and key < last[0]:
                    raise RuntimeError(UNORDERED)
            _check_order(last if last and last[0] == key else None, position, captured)
            last = key, position, captured
            rows += (row_of(finding, has_entry=has_entry) for finding in history.add(captured))
        yield _batch(rows)


def _parts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield batches of a few rows, whose values fit in little memory."""
    for batch in batches:
        for start in range(0, len(batch), _ROWS):
            yield batch.slice(start, _ROWS)


_Position = tuple[tuple[Any, ...], int, int]


def _check_order(last: tuple[str, _Position, RecordCapture] | None, position: _Position, captured: RecordCapture) -> None:
    """Raise RuntimeError if a capture does not follow the last one of its run in a definite order."""
    if None in position[0]:
        raise RuntimeError(NO_ORDER.format(captured.run[0]))
    if last is None:
        return
    _, before, other = last
    if before[0] == position[0] and before[1] != position[1]:
        if other.capture.text != captured.capture.text:
            raise RuntimeError(TIED.format(captured.run[0]))
    elif not before < position:
        raise RuntimeError(UNORDERED)


# Files


def check_files(batches: Iterable[pa.RecordBatch], options: Options) -> Iterator[pa.RecordBatch]:
    """Yield the findings in files, each of which is checked as a whole; one without content is too large."""
    for batch in batches:
        for address, content in zip(batch.column("source"), batch.column("content"), strict=True):
            file = File(name_of(address.as_py()), named=True)
            if content.is_valid:
                items: Iterator[Item] = interpreted(
                    reader.read(buffered(io.BytesIO(content.as_py()).readinto), file.path), options.side, is_named=True
                )
            else:
                large = too_large(MAX_FILE)
                items = iter([replace(large, message=f"{large.message}; lines() reads JSON Lines of any size")])
            yield _batch([row_of(finding) for finding in FileChecker(options).check_items(file, items)])
