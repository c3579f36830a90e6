"""The report of a check, and the sentences that several formats share."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ..findings import Finding, Related, Severity
from ..readers.paths import STREAM, settled
from ..readers.relative_paths import relative_path
from ..rules.catalogue import RULES
from ..wording import count, printable

if TYPE_CHECKING:
    from ..checker.manifest import Row, StaleRow

Case: TypeAlias = tuple[str, int | None]
"""A document or an exchange that was checked: its file and its entry there."""


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a check in their order, and the numbers of what was checked.

    `findings` are without the expected ones: `known` are the rows of the baseline that match a finding, and `stale` the
    rows that match none. `cases` is filled for the formats that need it. `fail_on` is the lowest severity that fails,
    None if none does. `explain` adds the fix of each rule, `verbose` shows every one of many similar findings, and `quiet`
    nothing but findings. `skipped` are unrelated files, and `ignored` are files and folders in which the check did
    not look. `interrupted` means that not everything was checked, and `missing` are the paths that do not exist.
    `versions` are the numbers of documents and exchanges by the api-version that judged them. `width` is that of the terminal that
    the report is for, None if it is for none. `started` is when the check began, in seconds since 1970.
    `runs_in_several_files` is the number of runs whose captures are in several files and were not compared.
    """

    findings: tuple[Finding, ...]
    files: int
    documents: int
    exchanges: int
    unrelated: int
    skipped: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    known: tuple[Row, ...] = ()
    stale: tuple[StaleRow, ...] = ()
    cases: tuple[Case, ...] = ()
    fail_on: Severity | None = Severity.ERROR
    explain: bool = False
    verbose: bool = False
    quiet: bool = False
    interrupted: bool = False
    missing: tuple[str, ...] = ()
    versions: dict[str, int] = field(default_factory=dict)
    width: int | None = None
    started: int = 0
    runs_in_several_files: int = 0

    def count(self) -> dict[Severity, int]:
        """Return the number of findings of each severity, the highest first."""
        return _count(self.findings)

    def summary(self) -> str:
        """Return one sentence about what was checked and how much was found."""
        checked = [count(number, noun) for number, noun in ((self.documents, "document"), (self.exchanges, "exchange")) if number]
        end = ", and was interrupted" if self.interrupted else ""
        found = severity_counts(self.findings)
        if self.known:
            found = f"{found.replace('no findings', 'no new findings')} ({len(self.known):,} known)"
        stale = f", {count(len(self.stale), 'stale row', 'stale rows')} in the baseline" if self.stale else ""
        return f"Checked {' and '.join(checked) or 'nothing'} in {count(self.files, 'file')}{end}: {found}{stale}."


def severity_counts(findings: Iterable[Finding]) -> str:
    """Return the number of findings of each severity as text: `2 errors, 1 warning`."""
    return ", ".join(count(number, str(severity)) for severity, number in _count(findings).items() if number) or "no findings"


def _count(findings: Iterable[Finding]) -> dict[Severity, int]:
    numbers = Counter(finding.severity for finding in findings)
    return {severity: numbers[severity] for severity in sorted(Severity, reverse=True)}


def describe_finding(finding: Finding) -> str:
    """Return the place of a finding within its file, and its message, on one line."""
    return f"{describe_place(finding)}: {describe_message(finding)}"


def describe_place(finding: Finding) -> str:
    """Return the place of a finding within its file."""
    return printable(finding.place)


def describe_message(finding: Finding) -> str:
    """Return the message of a finding, with a reference to the other place."""
    return printable(f"{finding.message}{reference(finding)}")


def describe_related(place: Related, finding: Finding) -> str:
    """Return a related place of a finding, and what it is."""
    entry = f"entry {place.entry} " if place.entry is not None and place.entry != finding.entry else ""
    return printable(f"{entry}{place.pointer or '(top)'}{place.message and ': '}{place.message}")


_HISTORY_RULES = frozenset(rule.name for rule in RULES if rule.subject == "history")


def reference(finding: Finding) -> str:
    """Return a reference to a related place in another file or entry or, if the rule is about histories, in the same."""
    for place in finding.related:
        source = "" if place.source in (None, finding.source) else f" {place.source}"
        entry = "" if place.entry is None or (place.entry == finding.entry and not source) else f" entry {place.entry}"
        if source or entry:
            return f" (see{source}{entry})"
        if finding.rule in _HISTORY_RULES:
            return f" (see {place.pointer})"
    return ""


def describe_uncompared(runs: int) -> str:
    """Return how many runs have captures in several files, and how to compare these, in words."""
    are, captures = ("1 run is", "its captures") if runs == 1 else (f"{runs:,} runs are", "their captures")
    return f"{are} captured in several files; --history compares {captures}"


def describe_missing(path: str) -> str:
    """Return the error message for a path that does not exist, or a glob that matches nothing."""
    return printable(f"no such file or folder: {path}" if glob.escape(path) == path else f"no file matches {path}")


def relative(source: str) -> str:
    """Return the path of a file relative to the current folder, with slashes."""
    path = settled(source)
    return relative_path(path) if os.path.isabs(path) else path.replace(os.sep, "/")


def describe_stale(stale: StaleRow) -> str:
    """Return one line about a row of a baseline that matches no finding: what became of the finding, and what to do."""
    return f"{_place(stale.row)}: {stale.row.rule} is expected, and {_stale_reason(stale)}"


def _stale_reason(stale: StaleRow) -> str:
    found = stale.found
    if stale.is_gone:
        return "there is no such file; remove it from the baseline, or correct the name; --update-baseline does either"
    if stale.is_spare:
        return "another row says so, too; remove one of the two, as --update-baseline does"
    if found is None:
        return "not found any more; remove it from the baseline, as --update-baseline does"
    entry = "" if found.entry is None else f"at entry {found.entry}"
    place = f"in the {found.side}" if found.entry == stale.row.entry else entry or "without an entry"
    return f"found {place} now; correct the baseline; --update-baseline does, but drops the reason"


def describe_unexplained(row: Row) -> str:
    """Return one line about a row of a baseline without a reason."""
    return f"{_place(row)}: {row.rule} is expected, and the baseline gives no reason"


def _place(row: Row) -> str:
    entry = "" if row.entry is None else f", entry {row.entry}"
    side = "" if row.side is None else f" {row.side}"
    return printable(f"{file_of(row)}{entry}{side} {row.pointer or '(top)'}")


def file_of(row: Row) -> str:
    """Return the path of the file that a row of a baseline is about, as the findings have it."""
    folder = os.path.dirname(row.manifest)
    if os.path.realpath(folder) != os.path.abspath(folder):
        folder = os.path.realpath(folder)  # `..` after a symbolic link is relative to the target of the link
    path = row.file if row.file == STREAM else os.path.normpath(os.path.join(folder, row.file))
    return path.replace(os.sep, "/")
