"""A report for people: one line for each finding, grouped by file, and a summary.

A line begins with the place in the file that stands above it, which is how terminals of editors make links of both.
"""

from __future__ import annotations

from itertools import groupby

from ..findings import Finding, Severity, count, printable
from .report import Report

_COLOURS = {Severity.ERROR: 31, Severity.WARNING: 33, Severity.NOTE: 36}


def text_report(report: Report) -> str:
    """Write a report as text, with ANSI colours; whoever prints it elsewhere than on a terminal strips them."""
    lines = []
    for source, group in groupby(report.findings, key=lambda finding: finding.source):
        findings = list(group)
        wide = max(len(_place(finding)) for finding in findings)
        lines.append(_styled(printable(source), 1))
        lines += [_line(finding, wide) for finding in findings]
        lines.append("")
    for gone in report.stale:
        where = f"{gone.file}{'' if gone.entry is None else f', entry {gone.entry}'} {gone.pointer or '(top)'}"
        lines.append(
            f"{_styled('stale', 31)}    {printable(where)}: {gone.rule} is expected, and not found any more; remove it from the manifest"
        )
    if report.stale:
        lines.append("")
    return "\n".join([*lines, *_summary(report)]) + "\n"


def _place(finding: Finding) -> str:
    return "" if finding.line is None else f"{finding.line}:{finding.column} "


def _line(finding: Finding, wide: int) -> str:
    severity = _styled(f"{finding.severity!s:<8}", _COLOURS[finding.severity])
    entry = "" if finding.entry is None else f"entry {finding.entry} "
    side = "" if finding.side == "document" else f"{finding.side} "
    message = printable(f"{entry}{side}{finding.pointer or '(top)'}: {finding.message}")
    return f"  {_place(finding):<{wide}}{severity} {message} {_styled(f'[{finding.rule}]', 2)}"


def _summary(report: Report) -> list[str]:
    checked = " and ".join(
        count(number, noun) for number, noun in ((report.documents, "document"), (report.exchanges, "exchange")) if number
    )
    found = ", ".join(count(number, str(severity)) for severity, number in report.count().items() if number)
    lines = [f"Checked {checked or 'nothing'} in {count(report.files, 'file')}: {found or 'no findings'}."]
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
