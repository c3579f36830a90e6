"""Many files in several processes: files, and pieces of long ones, checked at the same time, and told in their order all the same.

A worker knows nothing of the captures that others have. So it judges without histories, and these are told here, where
everything comes together: what is captured again is judged again, after all that came before it, unless it goes on as usual
from what the same worker has seen, and nothing else is known.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from ..findings import Finding
from ..readers import reader
from ..readers.items import Body, Document, Unreadable
from ..readers.paths import STDIN, File
from ..run.history import Captured, History, Roll
from ..wording import count
from . import files as corpus
from .body import BrokenRule, Context, Options
from .files import BUFFER, Judged, Tally, check_file, counted, judged, of_update_runs, placed, recall_of, unreadable
from .item import check_item
from .workers import in_order

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE = 4 * 2**20
"""Bytes of a long file, or of several files, that a worker takes at once."""

BATCH = 64
"""Files that a worker takes at once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Files to check, each as a whole."""

    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a long file to check, from one byte up to another."""

    file: File
    start: int
    stop: int


Clean: TypeAlias = tuple[int | None, int | None, int | None, Captured | None]
"""A document in which nothing was found: its entry, its line, its offset, and the run that was captured; less to send than a Judged."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What was found in a piece, whose lines and entries are counted from its beginning; `gone` where its file cannot be read."""

    judged: list[Judged | Clean]
    lines: int
    entries: int
    gone: bool = False


Task: TypeAlias = Batch | Piece
Result: TypeAlias = "list[tuple[list[Finding], Tally]] | Lines | None"
"""What became of a batch or a piece; None where no worker lived to tell."""


def check_files(files: Sequence[File], options: Options, tally: Tally, jobs: int) -> Iterator[Finding]:
    """Check files in some processes; the findings, their order and what is counted are those of one process."""
    for here, group in groupby(files, key=lambda file: file.path == STDIN or not os.path.isfile(file.path)):  # a pipe is open here alone
        some = list(group)
        yield from corpus.check_files(some, options, tally) if here else _of_tasks(_tasks(some), options, tally, jobs)


def _of_tasks(tasks: Iterable[Task], options: Options, tally: Tally, jobs: int) -> Iterator[Finding]:
    work = Work(options, with_cases=tally.cases is not None)
    for file, done in groupby(in_order(work, tasks, jobs), key=lambda one: one[0].file if isinstance(one[0], Piece) else None):
        if file is None:
            for batch, result in done:
                yield from _of_batch(batch, result, options, tally)
        else:
            context = Context(options, History(recall_of(file, options)), file.source)
            yield from check_file(file, context, tally, _joined(done, context, tally))


def _of_batch(batch: Task, result: Result, options: Options, tally: Tally) -> Iterator[Finding]:
    assert isinstance(batch, Batch)
    if isinstance(result, list):
        for found, counted_there in result:
            tally.add(counted_there)
            yield from found
    elif len(batch.files) > 1:  # one of them was too much: which?
        yield from _of_tasks([Batch((file,)) for file in batch.files], options, tally, 1)
    else:
        file = replace(batch.files[0], named=True)  # nobody knows what it is about, and it is not to be lost
        message = "the process that checked this file was ended, by somebody or for want of memory; check it by itself"
        context = Context(options, History(recall_of(file, options)), file.source)
        yield from check_file(file, context, tally, judged([Unreadable("input/unreadable", message)], context))


# What there is to do


def _tasks(files: Iterable[File]) -> Iterator[Task]:
    batch: list[File] = []
    total = 0
    for file in files:
        size = 0
        with suppress(OSError):  # whoever reads it says why
            size = os.path.getsize(file.path)
        pieces = list(_pieces(file, size)) if size > PIECE else []
        if batch and (pieces or len(batch) == BATCH or total + size > PIECE):
            yield Batch(tuple(batch))
            batch, total = [], 0
        if pieces:
            yield from pieces
        else:
            batch.append(file)
            total += size
    if batch:
        yield Batch(tuple(batch))


def _pieces(file: File, size: int) -> Iterator[Piece]:
    """Cut a file of JSON Lines; what is something else, or cannot be read, is not cut."""
    try:
        with open(file.path, "rb", buffering=0) as raw:
            stream: io.BufferedReader = io.BufferedReader(raw, BUFFER)
            starts = list(reader.pieces(stream, PIECE, file.path))
    except OSError:
        return
    if len(starts) > 1:
        yield from (Piece(file, start, stop) for start, stop in zip(starts, [*starts[1:], size], strict=True))


# What a worker does


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker does with a task."""

    options: Options
    with_cases: bool

    def __call__(self, task: Task) -> Result:
        """Check files, or lines of one."""
        return self._of_piece(task) if isinstance(task, Piece) else [self._of_file(file) for file in task.files]

    def _of_file(self, file: File) -> tuple[list[Finding], Tally]:
        tally = Tally(cases=[] if self.with_cases else None)
        return list(corpus.check_files([file], self.options, tally)), tally

    def _of_piece(self, piece: Piece) -> Lines:
        roll = Roll(recall_of(piece.file, self.options))
        context = Context(self.options, roll, piece.file.source)
        told: list[Judged | Clean] = []
        entries = lines = 0
        try:
            with open(piece.file.path, "rb", buffering=0) as raw:
                within = _Within(raw, piece)
                for one in judged(of_update_runs(piece.file, reader.piece(within.stream(), piece.start)), context):
                    told.append(_sent(one, roll.captured))
                    entries += one.item.entry is not None
                    roll.captured.clear()
                lines = within.lines
        except OSError as error:
            return Lines([*told, *judged([unreadable(error)], context)], 0, 0, gone=True)
        except BrokenRule as bug:
            raise BrokenRule(bug.rule, piece.file.source) from bug
        return Lines(told, lines, entries)


class _Within:
    """A piece of a file to be read, and how many lines of it were."""

    def __init__(self, raw: io.FileIO, piece: Piece) -> None:
        self.lines = 0
        self._left = piece.stop - piece.start
        self._raw = raw
        raw.seek(piece.start)

    def stream(self) -> io.BufferedReader:
        return counted(self._read, Tally())

    def _read(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)[: self._left]
        number = self._raw.readinto(view) or 0
        self._left -= number
        self.lines += bytes(view[:number]).count(b"\n")
        return number


_NOTHING = Body(None)


def _sent(one: Judged, captured: Sequence[Captured]) -> Judged | Clean:
    """Leave out what the findings were made of, and give them their places before."""
    item = one.item
    found = [(finding, None) for finding in placed(one.found)]
    if not isinstance(item, Document):
        return Judged(item, found, tuple(captured))
    if not found and len(captured) < 2:
        return item.entry, item.line, item.offset, captured[0] if captured else None
    return Judged(replace(item, body=_NOTHING, text=None), found, tuple(captured))


# What is put together


def _joined(pieces: Iterable[tuple[Task, Result]], context: Context, tally: Tally) -> Iterator[Judged]:
    """Put the pieces of a file together: count lines and entries from its beginning, and tell the histories of its runs."""
    lines = entries = 0
    gone = False
    for piece, result in pieces:
        assert isinstance(piece, Piece)
        assert not isinstance(result, list)
        part = result or _lost(piece, context)
        tally.bytes_read += piece.stop - piece.start
        if gone and part.gone:
            continue  # said once
        gone = gone or part.gone
        for one in part.judged:
            yield _with_history(_moved(one, lines, entries), piece.file, context)
        lines += part.lines
        entries += part.entries


def _lost(piece: Piece, context: Context) -> Lines:
    """Tell of a piece that nobody lived to check."""
    try:
        with open(piece.file.path, "rb", buffering=0) as raw:
            within = _Within(raw, piece)
            entries = sum(bool(line.strip()) for line, _ in reader.lines(within.stream(), piece.start))
    except OSError as error:
        return Lines(list(judged([unreadable(error)], context)), 0, 0, gone=True)
    message = f"the process that checked the {count(entries, 'record')} from here on was ended, by somebody or for want of memory"
    problem = Unreadable("input/unreadable", message, entry=0, line=1, column=1)
    return Lines(list(judged([problem], context)), within.lines, entries)


def _moved(one: Judged | Clean, lines: int, entries: int) -> Judged:
    """Count the line and the entry of an item, and of what was found in it, from further up."""
    if isinstance(one, tuple):
        entry, line, offset, captured = one
        runs = () if captured is None else (_further(captured, entries),)
        return Judged(Document(_NOTHING, _plus(entry, entries), _plus(line, lines), offset), (), runs)
    item = one.item
    if isinstance(item, Document | Unreadable):
        item = replace(item, line=_plus(item.line, lines), entry=_plus(item.entry, entries))
    found = [(replace(finding, line=_plus(finding.line, lines), entry=_plus(finding.entry, entries)), None) for finding, _ in one.found]
    return Judged(item, found, [_further(captured, entries) for captured in one.captured])


def _further(captured: Captured, entries: int) -> Captured:
    key, offset, link = captured
    if link is None:
        return captured
    passed = link.passed
    if passed is not None:
        passed = replace(passed, origin=replace(passed.origin, entry=_plus(passed.origin.entry, entries)))
    return key, offset, link._replace(entry=link.entry + entries, passed=passed)


def _plus(number: int | None, more: int) -> int | None:
    return None if number is None else number + more


def _with_history(one: Judged, file: File, context: Context) -> Judged:
    """Judge an item again if it has several runs, or one that does not begin here and does not go on from the last capture as usual."""
    item = one.item
    if not one.captured or not isinstance(item, Document) or item.offset is None or item.entry is None or item.line is None:
        return one
    if len(one.captured) == 1:
        key, offset, link = one.captured[0]
        if context.history.begins(key, item.entry, offset):
            return one
        if link is not None and offset is not None and context.history.follows(key, item.entry, offset, link):
            return one
    try:
        with open(file.path, "rb") as stream:
            document = reader.again(stream, item.offset, item.entry, item.line)
    except OSError:
        document = None
    return one if document is None else Judged(document, [(finding, document.text) for finding in check_item(document, context)])
