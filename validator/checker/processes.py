"""Check many files in several processes. What is found, and its order, are those of one process.

To check an item takes no history, so workers do it: for several files at a time, and for pieces of a long file of JSON Lines.
They return findings with their positions, and the captures of runs where this process has to add these to a history. An item
with a finding about its history is read and checked again here, as all its findings are to be in order.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ..findings import Finding
from ..readers import reader
from ..readers.items import Body, Document, Exchange, Item, Unreadable, Unrelated
from ..readers.paths import STDIN, File
from ..rules.dispatch import RuleError
from ..run.facts import Capture
from ..wording import count
from . import files as in_one_process
from .files import BUFFER, Result, Tally, check_file, counted, items, of_update_runs, placed, unreadable
from .history import Event, History
from .item import check_item, check_items, with_later
from .options import Options
from .workers import ordered_map

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE = 2 * 2**20
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


class CheckedItem(NamedTuple):
    """What became of an item: its findings, with positions, and the captures in it.

    `item` is None for a document, and has no bodies otherwise. Entries and lines count from the beginning of the piece.
    """

    item: Exchange | Unreadable | Unrelated | None
    entry: int | None
    findings: list[Finding]
    captures: list[Event]


@dataclass(frozen=True, slots=True)
class CheckedItems:
    """The items of a file or a piece, and how many lines and entries it has; `gone` where it cannot be read."""

    items: list[CheckedItem]
    lines: int = 0
    entries: int = 0
    gone: bool = False


Task: TypeAlias = Batch | Piece


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The findings in a file whose history is its own, and what was counted in it."""

    findings: list[Finding]
    tally: Tally


Answer: TypeAlias = Sequence[CheckedFile | CheckedItems] | None
"""What a worker returns for each file of a batch, or for a piece; None where no worker survived the task."""


def check_files(files: Sequence[File], options: Options, tally: Tally, jobs: int, *, history: bool = False) -> Iterator[Finding]:
    """Check files in a number of processes, and count along. With `history` the captures of a run are one history across all files."""
    check = _Check(options, tally, History() if history else None)
    for is_here, group in groupby(files, key=lambda file: file.path == STDIN or not os.path.isfile(file.path)):
        some = list(group)
        if is_here:  # a pipe is open in this process alone
            yield from check.here(some)
        else:
            yield from check.tasks(_tasks(some), jobs)


class _Check:
    """What this process does with what the workers return."""

    def __init__(self, options: Options, tally: Tally, shared: History | None) -> None:
        self._options = options
        self._tally = tally
        self._shared = shared

    def here(self, files: Sequence[File]) -> Iterator[Finding]:
        """Check files in this process."""
        for file in files:
            found = check_items(items(file, self._tally), self._options, file.source, self._shared or History())
            yield from check_file(file, self._tally, found)

    def tasks(self, tasks: Iterable[Task], jobs: int) -> Iterator[Finding]:
        """Check files in the workers."""
        work = Work(self._options, with_cases=self._tally.cases is not None, with_captures=self._shared is not None)
        for file, answers in groupby(ordered_map(work, tasks, jobs), key=lambda each: each[0].file if isinstance(each[0], Piece) else None):
            if file is None:
                for batch, answer in answers:
                    yield from self._batch(batch, answer)
            else:
                yield from check_file(file, self._tally, self._results(file, answers))

    def _batch(self, batch: Task, answer: Answer) -> Iterator[Finding]:
        assert isinstance(batch, Batch)
        if answer is None and len(batch.files) > 1:  # one of them was too much: which?
            yield from self.tasks([Batch((file,)) for file in batch.files], 1)
            return
        if answer is None:
            file = replace(batch.files[0], named=True)  # nobody knows what it is about, and it is not to be lost
            message = "the process that checked this file was ended, by somebody or for want of memory; check it by itself"
            yield from check_file(file, self._tally, map(_result, [self._unreadable(Unreadable("input/unreadable", message), file)]))
            return
        for file, each in zip(batch.files, answer, strict=True):
            if isinstance(each, CheckedItems):
                self._tally.bytes_read += _size(file)
                yield from check_file(file, self._tally, self._results(file, [(Batch((file,)), [each])]))
            else:
                self._tally.add(each.tally)
                yield from each.findings

    def _results(self, file: File, answers: Iterable[tuple[Task, Answer]]) -> Iterator[Result]:
        """Put the pieces of a file together: count lines and entries from its beginning, and add its captures to the history."""
        history = self._shared or History()
        lines = entries = 0
        gone = False
        for task, answer in answers:
            (part,) = answer or [self._lost(task)]
            assert isinstance(part, CheckedItems)
            if isinstance(task, Piece):
                self._tally.bytes_read += task.stop - task.start
            if gone and part.gone:
                continue  # reported once
            gone = gone or part.gone
            again = _Again(task, file)
            for number, each in enumerate(part.items):
                one = _moved(each, lines, entries)
                later = history.add(one.captures) if one.captures else []
                yield self._with_history(one, later, again.item(number), file, lines, entries) if later else _result(one)
            lines += part.lines
            entries += part.entries

    def _with_history(self, one: CheckedItem, later: list[Finding], item: Item | None, file: File, lines: int, entries: int) -> Result:
        """Check an item again, which has findings about its history."""
        if item is None or isinstance(item, Unrelated):  # the file has changed
            return _item(one), [*one.findings, *later]
        if isinstance(item, Document):
            text = None if item.text is None else item.text._replace(line=item.text.line + lines)
            item = replace(item, entry=_plus(item.entry, entries), line=_plus(item.line, lines), text=text)
        return item, with_later(item, check_item(item, self._options, file.source).findings, later)

    def _lost(self, piece: Task) -> CheckedItems:
        """Report a piece that no worker survived."""
        assert isinstance(piece, Piece)
        try:
            with open(piece.file.path, "rb", buffering=0) as raw:
                within = _Within(raw, piece)
                entries = sum(bool(line.strip()) for line in reader.lines(within.stream()))
        except OSError as error:
            return CheckedItems([self._unreadable(unreadable(error), piece.file)], gone=True)
        message = f"the process that checked the {count(entries, 'record')} from here on was ended, by somebody or for want of memory"
        problem = Unreadable("input/unreadable", message, entry=0, line=1, column=1)
        return CheckedItems([self._unreadable(problem, piece.file)], within.lines, entries)

    def _unreadable(self, problem: Unreadable, file: File) -> CheckedItem:
        return CheckedItem(problem, problem.entry, check_item(problem, self._options, file.source).findings, [])


# What there is to do


def _tasks(files: Iterable[File]) -> Iterator[Task]:
    batch: list[File] = []
    total = 0
    for file in files:
        size = _size(file)
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


def _size(file: File) -> int:
    with suppress(OSError):  # reading it says why
        return os.path.getsize(file.path)
    return 0


def _pieces(file: File, size: int) -> Iterator[Piece]:
    """Cut a file of JSON Lines into pieces; what is something else, or cannot be read, is not cut."""
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
    """What a worker does with a task. `with_captures` it leaves histories to the process that it works for."""

    options: Options
    with_cases: bool
    with_captures: bool

    def __call__(self, task: Task) -> Answer:
        """Check files, or lines of one."""
        if isinstance(task, Piece):
            return [self._piece(task)]
        if self.with_captures:
            return [CheckedItems(list(self._items(items(file, Tally()), file))) for file in task.files]
        return [self._file(file) for file in task.files]

    def _file(self, file: File) -> CheckedFile:
        tally = Tally(cases=[] if self.with_cases else None)
        return CheckedFile(list(in_one_process.check_files([file], self.options, tally)), tally)

    def _items(self, found: Iterable[Item], file: File) -> Iterator[CheckedItem]:
        for item in found:
            if isinstance(item, Unrelated):
                yield CheckedItem(item, item.entry, [], [])
                continue
            try:
                checked = check_item(item, self.options, file.source)
            except RuleError as bug:
                raise RuleError(bug.rule, file.source) from bug
            findings = list(placed((finding, item.text) for finding in checked.findings)) if checked.findings else []
            captures = [event.packed() if isinstance(event, Capture) else event for event in checked.captures]
            yield CheckedItem(_without_bodies(item), item.entry, findings, captures)

    def _piece(self, piece: Piece) -> CheckedItems:
        done: list[CheckedItem] = []
        try:
            with open(piece.file.path, "rb", buffering=0) as raw:
                within = _Within(raw, piece)
                done.extend(self._items(of_update_runs(piece.file, reader.piece(within.stream(), piece.start)), piece.file))
                return CheckedItems(done, within.lines, sum(one.entry is not None for one in done))
        except OSError as error:
            return CheckedItems([*done, *self._items([unreadable(error)], piece.file)], gone=True)


def _without_bodies(item: Document | Exchange | Unreadable) -> Exchange | Unreadable | None:
    if isinstance(item, Document):
        return None
    return replace(item, text=None) if isinstance(item, Unreadable) else replace(item, request=None, response=None, text=None)


class _Within:
    """A piece of a file, which counts the lines that are read of it."""

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


# What is put together


class _Again:
    """The items of a task, read a second time as far as they are asked for, in their order."""

    def __init__(self, task: Task, file: File) -> None:
        self._task = task
        self._file = file
        self._items: Iterator[tuple[int, Item]] | None = None

    def item(self, number: int) -> Item | None:
        """Return the item of a number, None where there is no such item any more."""
        if self._items is None:
            self._items = enumerate(self._read())
        return next((item for index, item in self._items if index == number), None)

    def _read(self) -> Iterator[Item]:
        if not isinstance(self._task, Piece):
            yield from items(self._file, Tally())
            return
        with suppress(OSError), open(self._file.path, "rb", buffering=0) as raw:
            yield from of_update_runs(self._file, reader.piece(_Within(raw, self._task).stream(), self._task.start))


def _result(one: CheckedItem) -> Result:
    return _item(one), one.findings


def _item(one: CheckedItem) -> Item:
    return Document(_NOTHING, one.entry) if one.item is None else one.item


_NOTHING = Body(None)


def _moved(one: CheckedItem, lines: int, entries: int) -> CheckedItem:
    """Count the entry and the lines of an item from further up."""
    if not lines and not entries:
        return one
    item = one.item
    if isinstance(item, Unreadable):
        item = replace(item, line=_plus(item.line, lines), entry=_plus(item.entry, entries))
    elif isinstance(item, Unrelated):
        item = Unrelated(_plus(item.entry, entries))
    findings = [replace(finding, line=_plus(finding.line, lines), entry=_plus(finding.entry, entries)) for finding in one.findings]
    captures = [_moved_capture(event, entries) if isinstance(event, Capture) else event for event in one.captures]
    return CheckedItem(item, _plus(one.entry, entries), findings, captures)


def _moved_capture(capture: Capture, entries: int) -> Capture:
    return capture._replace(origin=capture.origin._replace(entry=_plus(capture.origin.entry, entries)))


def _plus(number: int | None, more: int) -> int | None:
    return None if number is None else number + more
