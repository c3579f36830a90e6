"""Check records one by one, in any process and any order, and compare the captures of each run afterwards.

`check_record` needs nothing but the bytes of a record. `fold` needs nothing but the captures of runs, those of each run in their order.
Together they find what a check of the whole file of JSON Lines finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import orjson

from ..contract.schemas import AUTO, check_version
from ..findings import Finding, Related, Side
from ..pointer import steps, to_pointer
from ..readers import reader
from ..readers.items import Document, Text, Unrelated
from ..rules.dispatch import RuleError
from ..run.facts import Capture
from .files import with_positions
from .history import History
from .interpretation import interpreted
from .item import check_item
from .mentions import about_entries
from .options import Options

if TYPE_CHECKING:
    from ..readers.positions import Position


class RecordCapture(NamedTuple):
    """A capture of a run in a record: a plain value, which can be sent to another process.

    `written` is the text in which the places of the run are looked up, empty if it is the text of the capture. It is what the record
    has at the pointer `base`, and it begins at a line and a column.
    """

    capture: Capture
    written: bytes
    base: str
    line: int
    column: int

    @property
    def run(self) -> tuple[str, str]:
        """Which run it is: captures of one run have the same."""
        return self.capture.run


class CheckedRecord(NamedTuple):
    """The findings in a record, with their positions, and the captures of runs in it, in their order."""

    findings: list[Finding]
    captures: list[RecordCapture]


def check_record(
    data: bytes, *, source: str = "", entry: int = 0, line: int = 1, side: Side | None = None, version: str = AUTO
) -> CheckedRecord:
    """Check a record: the body of one request or response, as JSON in UTF-8.

    `source` is the name of its file, `entry` its number there, from 0, and `line` the line at which it begins, from 1; findings
    repeat them. A record without update runs and errors has no findings, unless it mentions update runs.

    Raises LookupError for an unknown version, ValueError for an unknown side, and RuleError for a bug in a rule.
    """
    if side not in (None, "request", "response"):
        raise ValueError(f"expected request or response for the side, found {side!r}")
    check_version(version)
    options = Options(version=version, side=side)
    findings: list[Finding] = []
    captures: list[RecordCapture] = []
    for item in interpreted(reader.read_record(data, entry, line), side, is_named=True):
        if isinstance(item, Unrelated):
            if not item.mentions:
                continue
            item = about_entries([item])  # noqa: PLW2901 - it is checked like the others
        try:
            checked = check_item(item, options, source)
        except RuleError as bug:
            bug.source = source
            raise
        findings += with_positions((finding, item.text) for finding in checked.findings)
        if isinstance(item, Document) and item.text is not None and checked.captures:
            captures += _in_record([event for event in checked.captures if isinstance(event, Capture)], item.text)
    return CheckedRecord(findings, captures)


def _in_record(captures: list[Capture], text: Text) -> Iterator[RecordCapture]:
    """Yield the captures in a record, each with no more of the text of the record than the run in it."""
    if len(captures) == 1 and captures[0].text is text.data:
        yield RecordCapture(captures[0].packed(), b"", "", text.line, 1)
        return
    from ..readers import positions  # late: most captures are whole records

    bases = [to_pointer(capture.origin.path) for capture in captures]
    parts = positions.parts_of(text, [steps(base) for base in bases])
    for capture, base, part in zip(captures, bases, parts, strict=True):
        if part is None:
            yield RecordCapture(capture.packed(), text.data, "", text.line, 1)
        elif part.data[:1] == b"{" and orjson.loads(part.data) == capture.value:
            yield RecordCapture(capture._replace(text=part.data).packed(), b"", base, part.line, part.column)
        else:  # as the az CLI writes it, or in a string
            yield RecordCapture(capture.packed(), part.data, base, part.line, part.column)


def fold(captures: Iterable[RecordCapture]) -> Iterator[Finding]:
    """Compare captures with the earlier ones of their runs, and yield the findings with their positions.

    Captures of different runs do not affect each other. The captures of a run have to be in their order.
    """
    history = RecordHistory()
    for captured in captures:
        yield from history.add(captured)


class RecordHistory:
    """What is known of the runs that were captured so far, and of the texts in the latest record."""

    def __init__(self) -> None:
        self._history = History()
        self._record: tuple[str, int | None] | None = None
        self._parts: list[RecordCapture] = []

    def add(self, captured: RecordCapture) -> list[Finding]:
        """Add a capture, and return the findings about what changed since the one before it, with their positions."""
        origin = captured.capture.origin
        if self._record != (origin.source, origin.entry):
            self._record, self._parts = (origin.source, origin.entry), []
        self._parts.append(captured)
        findings = self._history.add([captured.capture])
        if not findings:
            return []
        own = _found_in(captured, [Related(finding.pointer, line=captured.line) for finding in findings])
        return [
            replace(
                finding,
                line=place.line,
                column=place.column,
                end_column=place.end_column,
                related=tuple(map(self._positioned_place, finding.related)),
            )
            for finding, place in zip(findings, own, strict=True)
        ]

    def _positioned_place(self, place: Related) -> Related:
        """Return a related place with its position, if it is in the latest record."""
        if self._record != (place.source or "", place.entry):
            return place
        part = next((part for part in self._parts if f"{place.pointer}/".startswith(f"{part.base}/")), None)
        return place if part is None else _found_in(part, [place])[0]


def _found_in(part: RecordCapture, places: list[Related]) -> list[Related]:
    """Return places in a record with their positions, which are looked up in a part of the record."""
    from ..readers.positions import Target, locate

    text = Text(part.written or part.capture.text, part.line)
    positions = locate(text, [Target(steps(place.pointer[len(part.base) :])) for place in places])
    return [place if at is None else _moved(place, at, part) for place, at in zip(places, positions, strict=True)]


def _moved(place: Related, position: Position, part: RecordCapture) -> Related:
    """Return a place with its position in the record, for its position in a part."""
    line, *columns = position
    column, end_column = (each + part.column - 1 if line == part.line else each for each in columns)
    return replace(place, line=line, column=column, end_column=end_column)
