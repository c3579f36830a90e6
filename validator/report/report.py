"""What a report tells: the findings of a run, and what was looked at."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from ..checker.manifest import Expected
from ..findings import Finding, Severity
from ..readers.paths import STREAM, settled
from ..rules.catalogue import RULES
from ..wording import count, printable

Case: TypeAlias = tuple[str, int | None]
"""A document or an exchange that was checked: its file, and its entry there."""


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one run of a check, in their order, with the tally of what was checked.

    `known` is what a manifest expects and was found, which is left out here; `stale` are the expectations that
    nothing met. `cases` is what was checked, case by case, for the formats that tell of it.
    `fail_on` is the least severity that fails, None where none does; `explain` asks for what to do about the findings,
    and `verbose` for each of those that are alike. `interrupted` says that there was more to check, and `missing` are
    the paths that there was nothing at.
    """

    findings: tuple[Finding, ...]
    files: int
    documents: int
    exchanges: int
    unrelated: int
    skipped: tuple[str, ...]
    known: tuple[Expected, ...] = ()
    stale: tuple[Expected, ...] = ()
    cases: tuple[Case, ...] = ()
    fail_on: Severity | None = Severity.ERROR
    explain: bool = False
    verbose: bool = False
    interrupted: bool = False
    missing: tuple[str, ...] = ()

    def count(self) -> dict[Severity, int]:
        """Count the findings of each severity, the gravest first."""
        return _count(self.findings)

    def summary(self) -> str:
        """Say in one line what was checked, and how much was found."""
        checked = [count(number, noun) for number, noun in ((self.documents, "document"), (self.exchanges, "exchange")) if number]
        end = ", and was interrupted" if self.interrupted else ""
        known = f" beside the {len(self.known):,} that the manifest expects" if self.known else ""
        stale = f", {count(len(self.stale), 'stale row', 'stale rows')} in the manifest" if self.stale else ""
        return f"Checked {' and '.join(checked) or 'nothing'} in {count(self.files, 'file')}{end}: {counted(self.findings)}{known}{stale}."


def counted(findings: Iterable[Finding]) -> str:
    """Say how many findings there are of each severity."""
    return ", ".join(count(number, str(severity)) for severity, number in _count(findings).items() if number) or "no findings"


def _count(findings: Iterable[Finding]) -> dict[Severity, int]:
    numbers = Counter(finding.severity for finding in findings)
    return {severity: numbers[severity] for severity in sorted(Severity, reverse=True)}


def sentence(finding: Finding) -> str:
    """Say where a finding is in its file, and what it says, on one line."""
    entry = "" if finding.entry is None else f"entry {finding.entry} "
    side = "" if finding.side == "document" else f"{finding.side} "
    return printable(f"{entry}{side}{finding.pointer or '(top)'}: {finding.message}{_elsewhere(finding)}")


_OF_HISTORIES = frozenset(rule.name for rule in RULES if rule.subject == "history")


def _elsewhere(finding: Finding) -> str:
    """Name the entry or the file that a finding compares with, where that is another, or the place of an earlier capture."""
    for place in finding.related:
        source = "" if place.source in (None, finding.source) else f" {place.source}"
        entry = "" if place.entry is None or (place.entry == finding.entry and not source) else f" entry {place.entry}"
        if source or entry:
            return f" (see{source}{entry})"
        if finding.rule in _OF_HISTORIES:
            return f" (see {place.pointer})"
    return ""


def absent(path: str) -> str:
    """Say that there is nothing at a path, or behind a pattern."""
    return printable(f"no such file or folder: {path}" if glob.escape(path) == path else f"no file matches {path}")


def relative(source: str) -> str:
    """Give the path of a file from the current folder, with slashes."""
    way = settled(source)
    return (os.path.relpath(way) if os.path.isabs(way) else way).replace(os.sep, "/")


def regret(gone: Expected) -> str:
    """Say of an expectation that nothing met it, and what has become of it."""
    return f"{_where(gone)}: {gone.rule} is expected, and {_fate(gone)}"


def file_of(row: Expected) -> str:
    """Give the file that a row of a manifest is about, by the way over the manifest."""
    folder = os.path.dirname(row.manifest)
    if os.path.realpath(folder) != os.path.abspath(folder):
        folder = os.path.realpath(folder)  # what is above a link is not where the link is
    way = row.file if row.file == STREAM else os.path.normpath(os.path.join(folder, row.file))
    return way.replace(os.sep, "/")


def _fate(gone: Expected) -> str:
    if gone.is_gone:
        return "there is no such file; remove it from the manifest, or correct the name"
    if gone.is_spare:
        return "another row says so, too; remove one of the two"
    if gone.found is None:
        return "not found any more; remove it from the manifest"
    entry = "" if gone.found.entry is None else f"at entry {gone.found.entry}"
    place = f"in the {gone.found.side}" if gone.found.entry == gone.entry else entry or "without an entry"
    return f"found {place} now; correct the manifest"


def doubt(known: Expected) -> str:
    """Say of an expectation that it has no reason."""
    return f"{_where(known)}: {known.rule} is expected, and the manifest gives no reason"


def _where(row: Expected) -> str:
    """Tell where a row's finding is, or was: the file from the current folder, as in findings."""
    entry = "" if row.entry is None else f", entry {row.entry}"
    side = "" if row.side is None else f" {row.side}"
    return printable(f"{file_of(row)}{entry}{side} {row.pointer or '(top)'}")
