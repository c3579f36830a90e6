"""Check many files in several processes.

Workers check items, which takes no history: those of several files at a time, or those of a piece of a long file of JSON Lines.
They return findings with their positions, and the captures of runs if this process has to add them to a history, with their
facts if there are many workers. This process reads an item with findings about its history again, to put all findings about it in order.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from itertools import chain, groupby
from typing import Any

from ..findings import Finding
from ..readers import reader
from ..readers.items import Body, Document, Item, Unreadable, Unrelated
from ..readers.json_text import GZIP
from ..readers.paths import STDIN, File
from ..readers.streams import BUFFER
from ..wording import count
from .checked import Observer
from .files import FileChecker, Result, unreadable
from .history import HistoryStep
from .item import check_item, with_history
from .options import Options
from .pieces import Answer, CheckedFile, CheckedItem, CheckedPiece, Piece, Task, Work, moved_item, opened
from .workers import ordered_map

PIECE = 2 * 2**20
"""Bytes of a long file, or of several files, that a worker takes at once."""

BATCH = 64
"""Files that a worker takes at once."""

WORKERS_THAT_TAKE_FACTS = 3
"""From so many workers on they take the facts of captures. It saves this process two fifths of its work, and costs a sixth of a check, as
facts have to be sent: too much for two."""


def _is_reserved(file: File, *, history: bool) -> bool:
    """Return whether this process has to read a file itself.

    Another process cannot read its pipes. The captures in a compressed file, which has no pieces, may take more memory than there is.
    """
    if file.path == STDIN or not os.path.isfile(file.path):
        return True
    if history:
        with suppress(OSError), open(file.path, "rb") as stream:
            return stream.read(len(GZIP)) == GZIP
    return False


def _tasks(files: Iterable[File], *, history: bool) -> Iterator[Task]:
    batch: list[Piece] = []
    total = 0
    for file in files:
        reserved = _is_reserved(file, history=history)
        size = 0 if reserved else _size(file)
        pieces = _pieces(file, size) if size > PIECE else [Piece(file, reserved=reserved)]
        if batch and (len(pieces) > 1 or len(batch) == BATCH or total + size > PIECE):
            yield tuple(batch)
            batch, total = [], 0
        if len(pieces) > 1:
            yield from ((piece,) for piece in pieces)
        else:
            batch += pieces
            total += size
    if batch:
        yield tuple(batch)


def _size(file: File) -> int:
    with suppress(OSError):  # reading it reports why
        return os.path.getsize(file.path)
    return 0


def _pieces(file: File, size: int) -> list[Piece]:
    """Return the pieces of a file of JSON Lines; another file, or one that cannot be read, is one piece."""
    try:
        with open(file.path, "rb", buffering=0) as raw:
            stream: io.BufferedReader = io.BufferedReader(raw, BUFFER)  # named, so that it lives until the file is closed
            offsets = list(reader.piece_offsets(stream, PIECE, file.path))
    except OSError:
        return [Piece(file)]
    if len(offsets) == 1:
        return [Piece(file)]
    return [Piece(file, start, stop) for start, stop in zip(offsets, [*offsets[1:], size], strict=True)]


class ParallelChecker(FileChecker):
    """Checks files in a number of processes, `jobs`. The findings, their order and the tally are those of FileChecker."""

    def __init__(
        self, options: Options, jobs: int, *, history: bool = False, with_cases: bool = False, observer: Observer | None = None
    ) -> None:
        super().__init__(options, history=history, with_cases=with_cases, observer=observer)
        self._jobs = jobs
        self._is_shared = history
        self._work = Work(
            options, with_cases=with_cases, shared_history=history, observer=copy(observer), takes_facts=jobs >= WORKERS_THAT_TAKE_FACTS
        )

    def check_files(self, files: Sequence[File]) -> Iterator[Finding]:
        """Check files, and yield their findings. Raises RuleError, with the source, for a bug in a rule."""
        if all(_is_reserved(file, history=self._is_shared) for file in files):
            yield from super().check_files(files)
            return
        answers = self._answers(_tasks(files, history=self._is_shared), self._jobs)
        for file, of_file in groupby(answers, key=lambda pair: pair[0].file):
            yield from self._check_file(file, of_file)

    def _answers(self, tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Piece, Answer]]:
        """Yield each piece with the answer for it."""
        for task, answers in ordered_map(self._work, tasks, jobs):
            if answers is not None:
                yield from zip(task, answers, strict=True)
            elif len(task) > 1:  # one of the files was too much: which?
                yield from self._answers([(piece,) for piece in task], 1)
            else:
                yield task[0], None

    def _check_file(self, file: File, answers: Iterator[tuple[Piece, Answer]]) -> Iterator[Finding]:
        piece, answer = first = next(answers)
        if isinstance(answer, CheckedFile):
            self.tally.add(answer.tally)
            self._put(answer.observed)
            yield from answer.findings
        elif piece.reserved:
            yield from self.check_items(file, self.items(file))
        else:
            is_lost = answer is None and piece.stop is None  # what it is about is not known, and it must not be skipped
            results = self._results_of_pieces(chain([first], answers))
            yield from self._report(file._replace(named=True) if is_lost else file, results)

    def _results_of_pieces(self, answers: Iterable[tuple[Piece, Answer]]) -> Iterator[Result]:
        """Yield the items of a file from its pieces, and count lines and entries from the beginning of the file."""
        history = self._history()
        lines = entries = 0
        failed = False
        for piece, answer in answers:
            part = self._lost(piece) if answer is None else answer
            assert isinstance(part, CheckedPiece)
            self.tally.bytes_read += part.bytes_read
            if part.failed and failed:
                continue  # reported once
            failed = failed or part.failed
            self._put(part.observed, lines=lines, entries=entries)
            checked_items = list(part.items(lines, entries))
            changes = [(history.add(checked.captures), history.steps) for checked in checked_items]
            is_needed = any(later or self._is_observed(steps) for later, steps in changes)
            items = self._read_again(piece, lines, entries) if is_needed else iter(())
            for checked, (later, steps) in zip(checked_items, changes, strict=True):
                item = next(items, None)
                if self._observer is not None:
                    self._observer.add_steps(steps, later, item)
                if checked.version:
                    self.tally.versions[checked.version] += 1
                yield self._with_history(checked, later, item) if later else _result(checked, checked.findings)
            lines += part.lines
            entries += part.entries
        self._count_runs(history)

    def _put(self, observed: Any, *, lines: int = 0, entries: int = 0) -> None:
        if self._observer is not None and observed is not None:
            self._observer.put(observed, lines=lines, entries=entries)

    def _is_observed(self, steps: list[HistoryStep]) -> bool:
        """Return whether the observer needs the item with the captures that some steps lead to."""
        return self._observer is not None and self._observer.needs_item(steps)

    def _with_history(self, checked: CheckedItem, later: list[Finding], item: Item | None) -> Result:
        """Return an item that was read again with all findings about it, in their order."""
        if item is None or isinstance(item, Unrelated):  # the file has changed
            return _result(checked, [*checked.findings, *later])
        return item, with_history(item, checked.findings, later)

    def _read_again(self, piece: Piece, lines: int, entries: int) -> Iterator[Item]:
        """Yield the items of a piece, read again; none where the file can no longer be read."""
        if piece.stop is None:
            yield from FileChecker(self._options).items(piece.file)  # its bytes are counted already
            return
        with suppress(OSError), opened(piece) as part:
            yield from (moved_item(item, lines, entries) for item in part.items(self._options))

    def _lost(self, piece: Piece) -> CheckedPiece:
        """Return the problem of a piece that no worker survived."""
        ended = "was ended, by somebody or for want of memory"
        if piece.stop is None:
            problem = Unreadable("input/unreadable", f"the process that checked this file {ended}; check it by itself")
            return CheckedPiece([self._unreadable(problem, piece.file).row()], _size(piece.file))
        try:
            with opened(piece) as part:
                entries = sum(bool(line.strip()) for line in reader.lines(part.stream()))
        except OSError as error:
            return CheckedPiece([self._unreadable(unreadable(error), piece.file).row()], failed=True)
        message = f"the process that checked the {count(entries, 'record')} from here on {ended}"
        problem = Unreadable("input/unreadable", message, entry=0, line=1, column=1)
        return CheckedPiece([self._unreadable(problem, piece.file).row()], part.bytes_read, part.lines, entries)

    def _unreadable(self, problem: Unreadable, file: File) -> CheckedItem:
        return CheckedItem(problem, problem.entry, check_item(problem, self._options, file.source).findings, [])


def _result(checked: CheckedItem, findings: list[Finding]) -> Result:
    return Document(_NO_BODY, checked.entry) if checked.item is None else checked.item, findings


_NO_BODY = Body(None)
