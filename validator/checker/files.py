"""Check many files, one after another."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ..contract.schema_errors import READ_ONLY, UNDOCUMENTED
from ..findings import Finding, Severity
from ..limits import MAX_FINDINGS
from ..readers import reader
from ..readers.items import Document, Exchange, Item, Text, Unreadable, Unrelated
from ..readers.paths import STDIN, File
from ..readers.streams import ReadInto, buffered
from ..rules.dispatch import RuleError
from ..run.identity import Key
from .checked import Observer
from .history import History
from .interpretation import interpreted
from .item import check_item, check_items
from .mentions import about_entries, about_file, about_named_file
from .options import Options


@dataclass(slots=True)
class Tally:
    """The numbers of what was checked, and the sources of all files and of the skipped ones.

    `unrelated` is the number of unrelated entries. `cases` are the source and the entry of each document and exchange,
    None if they are not kept. `versions` counts the documents and exchanges by the api-version that judged each. `runs` are the
    numbers of files with captures of each run, of MAX_RUNS runs at most, where each file is a history of its own.
    """

    files: int = 0
    documents: int = 0
    exchanges: int = 0
    unrelated: int = 0
    skipped: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    cases: list[tuple[str, int | None]] | None = None
    bytes_read: int = 0
    versions: Counter[str] = field(default_factory=Counter)
    runs: dict[Key, int] = field(default_factory=dict)

    @property
    def runs_in_several_files(self) -> int:
        """The number of runs whose captures are in several files and were not compared."""
        return sum(number > 1 for number in self.runs.values())

    def add_runs(self, runs: Iterable[Key]) -> None:
        """Count the runs that a file has captures of."""
        for run in runs:
            if run in self.runs or len(self.runs) < MAX_RUNS:
                self.runs[run] = self.runs.get(run, 0) + 1

    def add(self, other: Tally) -> None:
        """Add the numbers of another tally."""
        self.files += other.files
        self.documents += other.documents
        self.exchanges += other.exchanges
        self.unrelated += other.unrelated
        self.skipped += other.skipped
        self.checked += other.checked
        self.bytes_read += other.bytes_read
        self.versions += other.versions
        self.add_runs(other.runs)
        if self.cases is not None:
            self.cases += other.cases or ()


MAX_RUNS = 2**16
"""Runs whose files a tally counts."""


FindingInText: TypeAlias = tuple[Finding, Text | None]
"""A finding with the text in which its position is looked up, None where it needs no looking up."""


Result: TypeAlias = tuple[Item, list[Finding]]
"""An item of a file, and the findings about it; these have positions if the item has no text."""


class FileChecker:
    """Checks files one after another. Its tally counts along, and may be read at any time.

    With `history`, the captures of a run are one history across all files, otherwise within each. With `with_cases`, the tally keeps
    the cases. The `observer` is shown what is checked.
    """

    def __init__(self, options: Options, *, history: bool = False, with_cases: bool = False, observer: Observer | None = None) -> None:
        self.tally = Tally(cases=[] if with_cases else None)
        self._options = options
        self._observer = observer
        self._shared_history = History() if history else None

    def check_files(self, files: Sequence[File]) -> Iterator[Finding]:
        """Check files, and yield their findings. Raises RuleError, with the source, for a bug in a rule."""
        for file in files:
            yield from self.check_items(file, self.items(file))

    def check_items(self, file: File, items: Iterable[Item]) -> Iterator[Finding]:
        """Check the items of a file, and yield the findings about it. Raises RuleError, with the source, for a bug in a rule."""
        history = self._history()
        yield from self._report(file, check_items(items, self._options, file.source, history, self.tally.versions, self._observer))
        self._count_runs(history)

    def items(self, file: File) -> Iterator[Item]:
        """Read a file or the standard input, and yield the items in it."""
        try:
            if file.path == STDIN:
                if sys.stdin is None:  # the shell closed it
                    yield Unreadable("input/unreadable", "the standard input is closed")
                else:
                    yield from interpreted(reader.read(self._counted(sys.stdin.buffer.readinto1)), self._options.side, is_named=file.named)  # type: ignore[union-attr]
            else:
                with open(file.path, "rb", buffering=0) as raw, self._counted(raw.readinto) as stream:
                    yield from interpreted(reader.read(stream, file.path), self._options.side, is_named=file.named)
        except OSError as error:
            leads_nowhere = error.errno in (errno.ENOENT, errno.ELOOP) and os.path.islink(file.path)
            yield replace(unreadable(error), relevant=not leads_nowhere)

    def _counted(self, read_into: ReadInto) -> io.BufferedReader:
        def count(number: int) -> None:
            self.tally.bytes_read += number

        return buffered(read_into, count)

    def _history(self) -> History:
        return History() if self._shared_history is None else self._shared_history

    def _count_runs(self, history: History) -> None:
        if history is not self._shared_history:
            self.tally.add_runs(history.runs())

    def _report(self, file: File, results: Iterable[Result]) -> Iterator[Finding]:
        """Yield the findings in the results of a file, with their positions, if it is about update runs or should be."""
        self.tally.checked.append(file.source)
        try:
            yield from with_positions(self._limited(file, self._relevant(file, results)))
        except RuleError as bug:
            bug.source = bug.source or file.source  # a worker names the file, which may be a later one
            raise

    def _limited(self, file: File, findings: Iterable[FindingInText]) -> Iterator[FindingInText]:
        """Yield the findings about a file of the rules that are not ignored, up to the limit, and one that counts the others.

        Of each rule at least some are yielded.
        """
        listed: Counter[str] = Counter()
        total = unlisted = 0
        severity = Severity.NOTE
        for finding, text in findings:
            if finding.rule in self._options.ignored:
                continue
            if total < MAX_FINDINGS or listed[finding.rule] < _OF_EACH_RULE:
                total += 1
                listed[finding.rule] += 1
                yield finding, text
            else:
                unlisted += 1
                severity = max(severity, finding.severity)
        if unlisted:
            message = f"{total:,} findings are listed, and there are {unlisted:,} more in this file"
            yield Finding("input/too-large", severity, message, "", file.source), None

    def _relevant(self, file: File, results: Iterable[Result]) -> Iterator[FindingInText]:
        """Yield the findings in the results of a file, if it is about update runs or should be, and count the items."""
        tally = self.tally
        recognised = failed = False
        mentions: list[Unrelated] = []
        pending: list[tuple[_Relevant, list[Finding]]] = []  # whether a file that was not named is about update runs is not known yet
        for item, findings in results:
            if isinstance(item, Unrelated):
                tally.unrelated += item.entry is not None
                mentions += [item] if item.mentions else []
                continue
            if isinstance(item, Unreadable):
                if not recognised and not file.named:
                    pending.append((item, findings))
                    continue
                failed = failed or item.severity is Severity.ERROR
            else:
                recognised = True
                tally.documents += isinstance(item, Document)
                tally.exchanges += isinstance(item, Exchange)
            if pending:
                yield from self._with_cases(file, pending)
                pending = []
            if findings or tally.cases is not None:
                yield from self._with_cases(file, [(item, findings)])
        if not recognised and file.named and not failed:
            yield from ((finding, None) for finding in _checked(about_named_file(file, mentions), file)[1])
        elif recognised or file.named or (file.is_data and any(_is_relevant(item) for item, _ in pending)):
            tally.files += 1
            yield from self._with_cases(file, pending)
            if recognised and mentions:
                yield from self._with_cases(file, [_checked(about_entries(mentions), file)])
        elif (problem := about_file(file, [item for item, _ in pending], mentions)) is not None:
            tally.files += 1
            yield from self._with_cases(file, [_checked(problem, file)])
        else:
            tally.skipped.append(file.source)

    def _with_cases(self, file: File, results: Iterable[tuple[_Relevant, list[Finding]]]) -> Iterator[FindingInText]:
        """Yield the findings in results, and add their items to the cases."""
        for item, findings in results:
            if self.tally.cases is not None:
                self.tally.cases.append((file.source, item.entry))
            yield from ((finding, item.text) for finding in findings)


_OF_EACH_RULE = 10
"""Findings of a rule that are listed, however many there are of others."""

_Relevant: TypeAlias = Document | Exchange | Unreadable
"""An item that may be about update runs."""


def with_positions(findings: Iterable[FindingInText]) -> Iterator[Finding]:
    """Yield findings with their lines and columns. Findings in one text are looked up together; text without findings is not read.

    The findings so far are yielded, too, when Ctrl-C stops the check.
    """
    pending: list[Finding] = []
    text: Text | None = None
    try:
        for finding, its_text in findings:
            if its_text is not text:
                yield from _positioned(text, pending)
                pending, text = [], its_text
            pending.append(finding)
    except KeyboardInterrupt:
        yield from _positioned(text, pending)
        raise
    yield from _positioned(text, pending)


def _positioned(text: Text | None, findings: list[Finding]) -> Iterable[Finding]:
    if text is None or not findings:
        return map(_at_beginning, findings)
    from ..readers import positions  # late: most texts have no findings

    return positions.with_positions(findings, text, about_names=_ABOUT_NAMES)


def _at_beginning(finding: Finding) -> Finding:
    """Return a finding about a file as a whole with the position of the beginning of the file, and others unchanged."""
    return replace(finding, line=1, column=1) if finding.line is None and finding.entry is None else finding


_ABOUT_NAMES = frozenset((UNDOCUMENTED, READ_ONLY))
"""The rules whose findings are about the name of a property."""


def _is_relevant(item: Item) -> bool:
    return isinstance(item, Unreadable) and item.relevant


def _checked(problem: Unreadable, file: File) -> tuple[Unreadable, list[Finding]]:
    return problem, check_item(problem, Options(), file.source).findings


def unreadable(error: OSError) -> Unreadable:
    """Return the problem of a file that cannot be read."""
    what = "folder" if os.path.isdir(error.filename or "") else "file"
    return Unreadable("input/unreadable", f"the {what} cannot be read: {os.strerror(error.errno or 0).lower()}")
