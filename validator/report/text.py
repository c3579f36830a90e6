"""A report for people: one line for each finding, grouped by file, and a summary.

A line begins with the place in the file that stands above it, which is how terminals of editors make links of both.
"""

from __future__ import annotations

import textwrap
from itertools import groupby

from ..findings import Finding, Severity, count, printable
from ..rules.entries import entries
from .report import Report, regret, sentence

_COLOURS = {Severity.ERROR: 31, Severity.WARNING: 33, Severity.NOTE: 36}
_WIDE = 110


def write(report: Report) -> str:
    """Write a report as text, with ANSI colours; whoever prints it elsewhere than on a terminal strips them."""
    lines = []
    explained: set[str] = set()
    for source, group in groupby(report.findings, key=lambda finding: finding.source):
        findings = list(group)
        wide = max(len(_place(finding)) for finding in findings)
        lines.append(_styled(printable(source), 1))
        for finding in findings:
            lines.append(_line(finding, wide))
            if report.explain and finding.rule not in explained:
                explained.add(finding.rule)
                lines += _fix(finding, wide)
        lines.append("")
    lines += [f"{_styled('stale', 31)}    {regret(gone)}" for gone in report.stale]
    if report.stale:
        lines.append("")
    return "\n".join([*lines, *_summary(report)]) + "\n"


def _place(finding: Finding) -> str:
    return "" if finding.line is None else f"{finding.line}:{finding.column} "


def _line(finding: Finding, wide: int) -> str:
    severity = _styled(f"{finding.severity!s:<8}", _COLOURS[finding.severity])
    return f"  {_place(finding):<{wide}}{severity} {sentence(finding)} {_styled(f'[{finding.rule}]', 2)}"


def _fix(finding: Finding, wide: int) -> list[str]:
    """Say what to do about findings of a rule; it stands below the first of them, where its message begins."""
    lead = " " * (len("  ") + wide + len("warning  "))
    return textwrap.wrap(f"Fix: {entries()[finding.rule].fix}", _WIDE, initial_indent=lead, subsequent_indent=lead, break_on_hyphens=False)


def _summary(report: Report) -> list[str]:
    lines = [report.summary()]
    passed = [
        count(number, noun, plural)
        for number, noun, plural in (
            (report.unrelated, "entry about other resources", "entries about other resources"),
            (len(report.skipped), "file of another kind", "files of another kind"),
        )
        if number
    ]
    if passed:
        lines.append(f"Left alone: {' and '.join(passed)}.")
    if report.known:
        lines.append(f"As the manifest expects: {count(report.known, 'finding')}.")
    if report.findings:
        rule = max(report.findings, key=lambda finding: finding.severity).rule
        lines.append(f"What a finding means, and what to do: updaterun explain {rule}")
    return lines


def _styled(text: str, code: int) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"
