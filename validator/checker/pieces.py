"""Pieces of files: what a worker is sent, how it checks them, and what it returns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from ..findings import Finding
from ..readers import reader
from ..readers.items import Document, Exchange, Item, Unreadable, Unrelated
from ..readers.paths import File
from ..readers.streams import buffered
from ..rules.dispatch import RuleError
from ..run.cache import LRU
from ..run.facts import Capture, facts_of, taken_from
from ..run.identity import Key
from ..run.origin import Origin
from .checked import Observer
from .files import FileChecker, Tally, unreadable, with_positions
from .history import Event
from .interpretation import interpreted
from .item import check_item
from .options import Options

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_AnyItem = TypeVar("_AnyItem", bound=Item)


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or lines of a long one: the bytes from `start` up to `stop`, which is None for a whole file.

    A `reserved` file is read by the main process, and not by a worker.
    """

    file: File
    start: int = 0
    stop: int | None = None
    reserved: bool = False


Task: TypeAlias = tuple[Piece, ...]
"""What a worker is sent at once: several whole files, or one piece of a file."""


class CheckedItem(NamedTuple):
    """An item that a worker checked: its findings, with positions, and the captures in it.

    `item` is without bodies and text, and None for a document. `version` is the api-version that judged it.
    """

    item: Exchange | Unreadable | Unrelated | None
    entry: int | None
    findings: list[Finding]
    captures: list[Event]
    version: str = ""

    def row(self) -> Row:
        """Return the item as it is sent."""
        events = [(*event[:1], tuple(event.origin), *event[2:]) if isinstance(event, Capture) else event for event in self.captures]
        return self.item, self.entry, self.findings, events, self.version


Row: TypeAlias = tuple[Any, ...]
"""A checked item as it is sent: it and its captures are plain tuples, which are pickled in an eighth of the time of named ones."""


@dataclass(frozen=True, slots=True)
class CheckedPiece:
    """The items of a piece as rows, and how many bytes, lines and entries were read in it.

    `failed` is whether reading the file failed, and `observed` is what the observer of the worker took.
    """

    rows: list[Row]
    bytes_read: int = 0
    lines: int = 0
    entries: int = 0
    failed: bool = False
    observed: Any = None

    def items(self, lines: int = 0, entries: int = 0) -> Iterator[CheckedItem]:
        """Yield the items, numbered for a file with so many lines and entries before the piece."""
        for item, entry, findings, events, version in self.rows:
            moved = None if item is None else moved_item(item, lines, entries)
            found = [_moved_finding(finding, lines, entries) for finding in findings] if lines or entries else findings
            captures = [_received(event, entries) if isinstance(event, tuple) else event for event in events]
            yield CheckedItem(moved, _plus(entry, entries), found, captures, version)


def _received(sent: Row, entries: int) -> Capture:
    """Return a capture from the tuple that it is sent as."""
    run, (source, entry, *others), *rest = sent
    return Capture(run, Origin(source, _plus(entry, entries), *others), *rest)


def _moved_finding(finding: Finding, lines: int, entries: int) -> Finding:
    related = tuple(replace(place, line=_plus(place.line, lines)) for place in finding.related)
    return replace(finding, line=_plus(finding.line, lines), entry=_plus(finding.entry, entries), related=related)


def moved_item(item: _AnyItem, lines: int, entries: int) -> _AnyItem:
    """Return an item of a piece, numbered for a file with so many lines and entries before the piece."""
    if isinstance(item, Document):
        text = None if item.text is None else item.text._replace(line=item.text.line + lines)
        return replace(item, entry=_plus(item.entry, entries), line=_plus(item.line, lines), text=text)
    if isinstance(item, Unreadable | Unrelated):
        return replace(item, entry=_plus(item.entry, entries), line=_plus(item.line, lines))
    return replace(item, entry=_plus(item.entry, entries))


def _plus(number: int | None, more: int) -> int | None:
    return None if number is None else number + more


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The findings in a whole file, those about its history included, its tally, and what the observer of the worker took."""

    findings: list[Finding]
    tally: Tally
    observed: Any = None


Answer: TypeAlias = CheckedFile | CheckedPiece | None
"""The result of the work on a piece; None for a reserved file, and for a piece that no worker survived."""


MAX_SEEN = 2**14
"""Runs that a worker remembers."""


@dataclass(frozen=True, slots=True)
class Work:
    """The work on a task. With `shared_history` it returns captures, and does not compare them. The `observer` is that of the worker.

    With `takes_facts`, it takes the facts of captures of runs that it has `seen` before, as these are compared.
    """

    options: Options
    with_cases: bool
    shared_history: bool
    observer: Observer | None = None
    takes_facts: bool = False
    seen: LRU[Key, None] = field(default_factory=lambda: LRU(MAX_SEEN))

    def __call__(self, task: Task) -> list[Answer]:
        """Check pieces, and return an answer for each."""
        return [None if piece.reserved else self._check(piece) for piece in task]

    def _check(self, piece: Piece) -> CheckedFile | CheckedPiece:
        if piece.stop is not None:
            return self._check_lines(piece)
        checker = FileChecker(self.options, with_cases=self.with_cases, observer=self.observer)
        if not self.shared_history:
            return CheckedFile(list(checker.check_files([piece.file])), checker.tally, self._observed())
        rows = list(self._check_items(checker.items(piece.file), piece.file))
        return CheckedPiece(rows, checker.tally.bytes_read, entries=_entry_count(rows), observed=self._observed())

    def _observed(self) -> Any:
        return None if self.observer is None else self.observer.take()

    def _check_lines(self, piece: Piece) -> CheckedPiece:
        rows: list[Row] = []
        bytes_read = lines = 0
        failed = False
        try:
            with opened(piece) as part:
                rows.extend(self._check_items(part.items(self.options), piece.file))
                bytes_read, lines = part.bytes_read, part.lines
        except OSError as error:
            rows.extend(self._check_items([unreadable(error)], piece.file))
            failed = True
        return CheckedPiece(rows, bytes_read, lines, _entry_count(rows), failed, self._observed())

    def _check_items(self, items: Iterable[Item], file: File) -> Iterator[Row]:
        shared: dict[Any, Any] = {}
        for item in items:
            if isinstance(item, Unrelated):
                yield CheckedItem(item, item.entry, [], []).row()
                continue
            try:
                checked = check_item(item, self.options, file.source)
            except RuleError as bug:
                bug.source = file.source
                raise
            if self.observer is not None:
                self.observer.add_item(item, checked, file.source)
            findings, captures, version = checked[:3]
            positioned = list(with_positions((finding, item.text) for finding in findings)) if findings else []
            sent = [self._packed(event, shared) if isinstance(event, Capture) else event for event in captures]
            yield CheckedItem(_without_bodies(item), item.entry, positioned, sent, version).row()

    def _packed(self, capture: Capture, shared: dict[Any, Any]) -> Capture:
        """Return a capture as it is sent."""
        packed = capture.packed()
        if not self.takes_facts:
            return packed
        is_seen = capture.run in self.seen
        self.seen.put(capture.run, None, 1)
        return packed._replace(taken=taken_from(facts_of(capture), shared)) if is_seen else packed


def _entry_count(rows: list[Row]) -> int:
    return len({entry for _, entry, *_ in rows if entry is not None})  # several items may be in one entry


def _without_bodies(item: Document | Exchange | Unreadable) -> Exchange | Unreadable | None:
    if isinstance(item, Document):
        return None
    return replace(item, text=None) if isinstance(item, Unreadable) else replace(item, request=None, response=None, text=None)


class OpenPiece:
    """A piece of an open file; it counts the bytes and the lines that were read of it."""

    def __init__(self, piece: Piece, raw: io.FileIO) -> None:
        assert piece.stop is not None
        self.bytes_read = 0
        self.lines = 0
        self._size = piece.stop - piece.start
        self._piece = piece
        self._raw = raw
        raw.seek(piece.start)

    def items(self, options: Options) -> Iterator[Item]:
        """Yield the items in the piece; lines and entries count from its beginning."""
        return interpreted(reader.read_piece(self.stream(), self._piece.start), options.side, is_named=self._piece.file.named)

    def stream(self) -> io.BufferedReader:
        """Return a stream of the bytes of the piece."""
        return buffered(self._read_into)

    def _read_into(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)[: self._size - self.bytes_read]
        number = self._raw.readinto(view) or 0
        self.bytes_read += number
        self.lines += bytes(view[:number]).count(b"\n")
        return number


@contextmanager
def opened(piece: Piece) -> Iterator[OpenPiece]:
    """Open the file of a piece for the time of a block. Raises OSError if it cannot be read."""
    with open(piece.file.path, "rb", buffering=0) as raw:
        yield OpenPiece(piece, raw)
