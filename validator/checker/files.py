"""Many files: read and checked one after another."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from ..contract.schema_errors import READ_ONLY, UNDOCUMENTED
from ..findings import Finding, Severity
from ..readers import reader, recognition
from ..readers.items import Document, Exchange, Item, Text, Unreadable, Unrelated
from ..readers.paths import STDIN, File
from ..rules.dispatch import RuleError
from .history import History
from .item import check_item, check_items
from .options import Options

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


@dataclass(slots=True)
class Tally:
    """The numbers of what was checked and what was skipped; where `cases` is a list, each file and entry that was checked is added."""

    files: int = 0
    documents: int = 0
    exchanges: int = 0
    unrelated: int = 0
    skipped: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    cases: list[tuple[str, int | None]] | None = None
    bytes_read: int = 0

    def add(self, other: Tally) -> None:
        """Add what was counted elsewhere."""
        self.files += other.files
        self.documents += other.documents
        self.exchanges += other.exchanges
        self.unrelated += other.unrelated
        self.skipped += other.skipped
        self.checked += other.checked
        self.bytes_read += other.bytes_read
        if self.cases is not None:
            self.cases += other.cases or ()


BUFFER = 1 << 16
"""Bytes of a file that are read at once; its format is recognised from no more."""

_LEAST = 4


class _CountedStream(io.RawIOBase):
    """A stream whose bytes a tally counts as they are read."""

    def __init__(self, read: Callable[[WriteableBuffer], int | None], tally: Tally) -> None:
        self._read = read
        self._tally = tally

    def readable(self) -> bool:
        """Return that the stream can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        """Read the bytes that are there into a buffer, at least as many as gzip or a byte order mark are recognised by."""
        number = self._read(buffer)
        while number and number < _LEAST and (more := self._read(memoryview(buffer)[number:])):
            number += more
        self._tally.bytes_read += number or 0
        return number


def counted(read: Callable[[WriteableBuffer], int | None], tally: Tally) -> io.BufferedReader:
    """Return a stream of what a function reads; a tally counts its bytes."""
    return io.BufferedReader(_CountedStream(read, tally), BUFFER)


Result: TypeAlias = tuple[Item, list[Finding]]
"""An item of a file and the findings in it; these have positions where the item has no text."""

Placeable: TypeAlias = tuple[Finding, Text | None]
"""A finding, with the text in which it gets its position, None where it has one."""


def check_files(files: Sequence[File], options: Options, tally: Tally, *, history: bool = False) -> Iterator[Finding]:
    """Check files one after another, and count along.

    With `history` the captures of a run are one history across all files, otherwise within each.
    """
    shared = History()
    for file in files:
        yield from check_file(file, tally, check_items(items(file, tally), options, file.source, shared if history else History()))


def check_file(file: File, tally: Tally, results: Iterable[Result]) -> Iterator[Finding]:
    """Yield the findings in a file, if it is about update runs or should be, and count along. `results` are those of its items."""
    tally.checked.append(file.source)
    try:
        yield from placed(_of_file(file, tally, results))
    except RuleError as bug:
        bug.source = bug.source or file.source  # a worker names the file, which may be a later one
        raise


def placed(found: Iterable[Placeable]) -> Iterator[Finding]:
    """Yield findings with their lines and columns. Findings in one text are located together; a text without findings never is.

    The findings so far are yielded, too, when somebody stops the check.
    """
    pending: list[Finding] = []
    about: Text | None = None
    try:
        for finding, text in found:
            if text is not about:
                yield from _at(about, pending)
                pending, about = [], text
            pending.append(finding)
    except KeyboardInterrupt:
        yield from _at(about, pending)
        raise
    yield from _at(about, pending)


def _at(text: Text | None, findings: list[Finding]) -> Iterable[Finding]:
    if text is None or not findings:
        return map(_with_beginning, findings)
    from ..readers.positions import with_positions as in_text

    return in_text(findings, text, about_names=_ABOUT_NAMES)


def _with_beginning(finding: Finding) -> Finding:
    """Return a finding about a file as a whole at the beginning of the file."""
    return replace(finding, line=1, column=1) if finding.line is None and finding.entry is None else finding


_ABOUT_NAMES = frozenset((UNDOCUMENTED, READ_ONLY))


def _of_file(file: File, tally: Tally, results: Iterable[Result]) -> Iterator[Placeable]:
    recognised = failed = False
    pending: list[tuple[_Relevant, list[Finding]]] = []  # nobody knows yet whether a file that was not named is about update runs at all
    for item, findings in results:
        if isinstance(item, Unrelated):
            tally.unrelated += item.entry is not None
            continue
        if isinstance(item, Unreadable):
            if not recognised and not file.named:
                pending.append((item, findings))
                continue
            failed = failed or item.severity is Severity.ERROR
        elif isinstance(item, Document):
            recognised = True
            tally.documents += 1
        else:
            recognised = True
            tally.exchanges += 1
        if pending:
            yield from _counted(pending, file, tally)
            pending = []
        if findings or tally.cases is not None:
            yield from _counted([(item, findings)], file, tally)
    if not recognised and file.named and not failed:
        unrecognised = Unreadable("input/unrecognised", "holds nothing about an update run that is recognised")
        yield from ((finding, None) for finding in check_item(unrecognised, Options(), file.source).findings)
    elif recognised or file.named or (file.is_data and any(_is_relevant(item) for item, _ in pending)):
        tally.files += 1
        yield from _counted(pending, file, tally)
    else:
        tally.skipped.append(file.source)


_Relevant: TypeAlias = Document | Exchange | Unreadable


def _counted(results: Iterable[tuple[_Relevant, list[Finding]]], file: File, tally: Tally) -> Iterator[Placeable]:
    """Yield the findings of results, and count their cases."""
    for item, findings in results:
        if tally.cases is not None:
            tally.cases.append((file.source, item.entry))
        yield from ((finding, item.text) for finding in findings)


def _is_relevant(item: Item) -> bool:
    return isinstance(item, Unreadable) and item.relevant


def items(file: File, tally: Tally) -> Iterator[Item]:
    """Yield the items of a file, or of the standard input."""
    try:
        if file.path == STDIN:
            if sys.stdin is None:  # the shell closed it
                yield Unreadable("input/unreadable", "the standard input is closed")
            else:
                yield from reader.read(counted(sys.stdin.buffer.readinto1, tally))  # type: ignore[union-attr]
        else:
            with open(file.path, "rb", buffering=0) as raw, counted(raw.readinto, tally) as stream:
                yield from of_update_runs(file, reader.read(stream, file.path))
    except OSError as error:
        yield unreadable(error)


def of_update_runs(file: File, found: Iterable[Item]) -> Iterator[Item]:
    """Yield items, with error responses that may be another service's as unrelated ones in a file that was not named."""
    for item in found:
        foreign = not file.named and isinstance(item, Document) and recognition.is_of_another_service(item.body.value)
        yield Unrelated(item.entry) if foreign else item


def unreadable(error: OSError) -> Unreadable:
    """Return the problem of a file that cannot be read."""
    what = "folder" if os.path.isdir(error.filename or "") else "file"
    return Unreadable("input/unreadable", f"the {what} cannot be read: {os.strerror(error.errno or 0).lower()}")
