"""The report as a line per finding: path:line:column, severity, rule, and what is wrong."""

from __future__ import annotations

from ..findings import Finding
from ..rules.names import STALE
from ..wording import printable
from .report import Report, describe_finding, describe_stale


def write(report: Report) -> str:
    """Return a report as a line for each finding, and the summary unless it is quiet."""
    lines = [line(finding) for finding in report.findings]
    lines += [stale_line(stale.row.manifest, describe_stale(stale)) for stale in report.stale]
    return "".join(f"{text}\n" for text in (lines if report.quiet else [*lines, report.summary()]))


def line(finding: Finding) -> str:
    """Return the line of a finding."""
    position = "" if finding.line is None else f":{finding.line}:{finding.column}"
    return f"{printable(finding.source)}{position}: {finding.severity} {finding.rule} {describe_finding(finding)}"


def stale_line(baseline: str, description: str) -> str:
    """Return the line of a stale row of a baseline."""
    return f"{printable(baseline)}: error {STALE} {description}"
