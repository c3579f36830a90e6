"""Pieces of files: what a worker takes, what it does, and what it returns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ..findings import Finding
from ..readers import reader
from ..readers.items import Document, Exchange, Item, Unreadable, Unrelated
from ..readers.paths import File
from ..rules.dispatch import RuleError
from ..run.facts import Capture
from .files import Tally, check_files, counted, items, of_update_runs, placed, unreadable
from .history import Event
from .item import check_item
from .options import Options

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or lines of a long one: the bytes from `start` up to `stop`, which is None for a whole file.

    A `reserved` file is read by this process, and not by a worker.
    """

    file: File
    start: int = 0
    stop: int | None = None
    reserved: bool = False


Task: TypeAlias = tuple[Piece, ...]
"""What a worker takes at once: several whole files, or one piece of a file."""


class CheckedItem(NamedTuple):
    """An item that a worker checked: its findings, with positions, and the captures in it.

    `item` is without bodies and text, and None for a document.
    """

    item: Exchange | Unreadable | Unrelated | None
    entry: int | None
    findings: list[Finding]
    captures: list[Event]


@dataclass(frozen=True, slots=True)
class CheckedPiece:
    """The items of a piece, and how many bytes, lines and entries were read, from which those of the next piece are counted.

    `failed` is whether the file cannot be read, or can no longer be.
    """

    items: list[CheckedItem]
    bytes_read: int = 0
    lines: int = 0
    entries: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The findings in a whole file whose history is its own, and what was counted in it."""

    findings: list[Finding]
    tally: Tally


Answer: TypeAlias = CheckedFile | CheckedPiece | None
"""What a worker returns for a piece; None where no worker survived it, and for a reserved file."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker does with a task. With `shared_history` it returns captures, and does not compare them."""

    options: Options
    with_cases: bool
    shared_history: bool

    def __call__(self, task: Task) -> list[Answer]:
        """Check pieces, and return an answer for each."""
        return [None if piece.reserved else self._check(piece) for piece in task]

    def _check(self, piece: Piece) -> CheckedFile | CheckedPiece:
        tally = Tally(cases=[] if self.with_cases else None)
        if piece.stop is None and not self.shared_history:
            return CheckedFile(list(check_files([piece.file], self.options, tally)), tally)
        done: list[CheckedItem] = []
        lines = 0
        failed = False
        try:
            if piece.stop is None:
                done.extend(self._items(items(piece.file, tally), piece.file))
            else:
                with opened(piece, tally) as part:
                    done.extend(self._items(part.items(), piece.file))
                    lines = part.lines
        except OSError as error:
            done.extend(self._items([unreadable(error)], piece.file))
            failed = True
        return CheckedPiece(done, tally.bytes_read, lines, sum(each.entry is not None for each in done), failed)

    def _items(self, read: Iterable[Item], file: File) -> Iterator[CheckedItem]:
        for item in read:
            if isinstance(item, Unrelated):
                yield CheckedItem(item, item.entry, [], [])
                continue
            try:
                findings, captures = check_item(item, self.options, file.source)
            except RuleError as bug:
                bug.source = file.source
                raise
            in_place = list(placed((finding, item.text) for finding in findings)) if findings else []
            packed = [event.packed() if isinstance(event, Capture) else event for event in captures]
            yield CheckedItem(_without_bodies(item), item.entry, in_place, packed)


def _without_bodies(item: Document | Exchange | Unreadable) -> Exchange | Unreadable | None:
    if isinstance(item, Document):
        return None
    return replace(item, text=None) if isinstance(item, Unreadable) else replace(item, request=None, response=None, text=None)


class Part:
    """The part of an open file that a piece is, and how many lines of it were read."""

    def __init__(self, piece: Piece, raw: io.FileIO, tally: Tally) -> None:
        assert piece.stop is not None
        self.lines = 0
        self._left = piece.stop - piece.start
        self._piece = piece
        self._raw = raw
        self._tally = tally
        raw.seek(piece.start)

    def items(self) -> Iterator[Item]:
        """Yield the items in it."""
        return of_update_runs(self._piece.file, reader.piece(self.stream(), self._piece.start))

    def stream(self) -> io.BufferedReader:
        """Return a stream of its bytes."""
        return counted(self._read, self._tally)

    def _read(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)[: self._left]
        number = self._raw.readinto(view) or 0
        self._left -= number
        self.lines += bytes(view[:number]).count(b"\n")
        return number


@contextmanager
def opened(piece: Piece, tally: Tally) -> Iterator[Part]:
    """Open the file of a piece, whose bytes a tally counts as they are read."""
    with open(piece.file.path, "rb", buffering=0) as raw:
        yield Part(piece, raw, tally)
