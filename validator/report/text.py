"""A report for people: one line for each finding, grouped by file, and a summary.

A line begins with the place in the file that stands above it, which is how terminals of editors make links of both.
A finding that repeats within a file, of one rule at places that differ in their indices alone, stands there a few times,
and is counted then; and likewise one that repeats in many files, as where one program has made them all.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TypeAlias

from ..findings import Finding, Severity
from ..rules.entries import entries
from ..wording import count, printable
from .report import Report, doubt, file_of, regret, sentence

_COLOURS = {Severity.ERROR: 31, Severity.WARNING: 33, Severity.NOTE: 36}
_WIDE = 110
_FEW = 3
"""Findings of one kind that are shown where there are many."""

_MANY = 10
"""Files up to which a finding is shown in each, however often it repeats in other files."""

_Kind: TypeAlias = tuple[str, Severity, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _File:
    """What is shown of a file: findings, each with the number of others there that it stands for.

    `elsewhere` counts those that are like findings of other files, which stand for them.
    """

    source: str
    shown: list[tuple[Finding, int]]
    elsewhere: int


def write(report: Report) -> str:
    """Write a report as text, with ANSI colours; whoever prints it elsewhere than on a terminal strips them."""
    lines: list[str] = []
    explained: set[str] | None = set() if report.explain else None
    files = list(_files(report))
    for is_shown, group in groupby(files, key=lambda file: bool(file.shown)):
        if is_shown:
            lines += [line for file in group for line in _told(file, explained)]
        else:
            numbers = [file.elsewhere for file in group]
            words = f"… and {count(len(numbers), 'more file')} with {count(sum(numbers), 'finding')} like those above"
            lines += [_styled(words, 2), ""]
    lines += [f"{_styled('stale', 31)}    {words}" for words in _regrets(report)]
    lines += _doubts(report)
    if lines and lines[-1]:
        lines.append("")
    folded = len(report.findings) - sum(len(file.shown) for file in files)
    return "\n".join([*lines, *_summary(report, folded)]) + "\n"


def _regrets(report: Report) -> Iterator[str]:
    """Say of rows that nothing met them; a file that is gone is told once for all of its rows."""
    gone = Counter(file_of(row) for row in report.stale if row.is_gone and not report.verbose)
    for file, number in gone.items():
        yield f"{printable(file)}: there is no such file; remove {count(number, 'row')} from the manifest, or correct the name"
    yield from (regret(row) for row in report.stale if not row.is_gone or report.verbose)


def _files(report: Report) -> Iterator[_File]:
    examples = {} if report.verbose else _examples(report.findings)
    for source, group in groupby(report.findings, key=lambda finding: finding.source):
        findings = list(group)
        own = [finding for finding in findings if source in examples.get(_kind(finding), {source})]
        yield _File(source, _folded(own, len(own) if report.verbose else _FEW), len(findings) - len(own))


def _examples(findings: Iterable[Finding]) -> dict[_Kind, set[str]]:
    """Tell which files stand for all, for each kind of findings that there are in many."""
    sources: dict[_Kind, dict[str, None]] = {}
    for finding in findings:
        sources.setdefault(_kind(finding), {})[finding.source] = None
    return {kind: set(islice(files, _FEW)) for kind, files in sources.items() if len(files) > _MANY}


def _told(file: _File, explained: set[str] | None) -> Iterator[str]:
    """Write what is shown of a file; a rule that is not explained yet is, and noted, where notes are taken."""
    wide = max(len(_place(finding)) for finding, _ in file.shown)
    yield _styled(printable(file.source), 1)
    for finding, more in file.shown:
        yield _line(finding, wide)
        if explained is not None and finding.rule not in explained:
            explained.add(finding.rule)
            yield from _fix(finding, wide)
        if more:
            yield _lead(wide) + _styled(f"… and {more:,} more like it", 2)
    if file.elsewhere:
        yield _lead(wide) + _styled(f"… and {file.elsewhere:,} like those of files above", 2)
    yield ""


def _doubts(report: Report) -> list[str]:
    """Name what is known for no reason, a few of many."""
    rows = [row for row in report.known if not row.reason.strip()]
    shown = rows if report.verbose or len(rows) <= _FEW + 1 else rows[:_FEW]
    lines = [f"{_styled('known', 36)}    {doubt(row)}" for row in shown]
    return lines if len(shown) == len(rows) else [*lines, f"         {_styled(f'… and {len(rows) - len(shown):,} more like it', 2)}"]


def _folded(findings: list[Finding], few: int) -> list[tuple[Finding, int]]:
    """Give the findings of a file that are shown, each with the number of others that it stands for.

    The order is theirs, and no kind is left out. A single one more is shown: its line is as long as one that counts it.
    """
    numbers = Counter(map(_kind, findings))
    seen: Counter[_Kind] = Counter()
    shown = []
    for finding in findings:
        kind = _kind(finding)
        seen[kind] += 1
        number = numbers[kind]
        if number <= few + 1 or seen[kind] < few:
            shown.append((finding, 0))
        elif seen[kind] == few:
            shown.append((finding, number - few))
    return shown


def _kind(finding: Finding) -> _Kind:
    """Tell what a finding has in common with those that are like it; indices are all one."""
    path = tuple("" if step.isdecimal() else step for step in finding.pointer.split("/"))
    return finding.rule, finding.severity, finding.side, path


def _place(finding: Finding) -> str:
    return "" if finding.line is None else f"{finding.line}:{finding.column} "


def _line(finding: Finding, wide: int) -> str:
    severity = _styled(f"{finding.severity!s:<8}", _COLOURS[finding.severity])
    return f"  {_place(finding):<{wide}}{severity} {sentence(finding)} {_styled(f'[{finding.rule}]', 2)}"


def _fix(finding: Finding, wide: int) -> list[str]:
    """Say what to do about findings of a rule; it stands below the first of them, where its message begins."""
    lead = _lead(wide)
    return textwrap.wrap(f"Fix: {entries()[finding.rule].fix}", _WIDE, initial_indent=lead, subsequent_indent=lead, break_on_hyphens=False)


def _lead(wide: int) -> str:
    """Give the blanks before what stands below a message."""
    return " " * (len("  ") + wide + len("warning  "))


def _summary(report: Report, folded: int) -> list[str]:
    lines = [report.summary()]
    if folded:
        lines.append(f"Not shown: {count(folded, 'finding')} like those above; --verbose shows all.")
    passed = [
        count(number, noun, plural)
        for number, noun, plural in (
            (report.unrelated, "entry about something else", "entries about something else"),
            (len(report.skipped), "file of another kind", "files of another kind"),
        )
        if number
    ]
    if passed:
        lines.append(f"Left alone: {' and '.join(passed)}.")
        lines += [f"  {printable(source)}" for source in report.skipped if report.verbose]
    if report.findings:
        rule = max(report.findings, key=lambda finding: finding.severity).rule
        lines.append(f"What a finding means, and what to do: updaterun explain {rule}")
    return lines


def _styled(text: str, code: int) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"
