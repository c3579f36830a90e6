"""The report as a table in Markdown, for the summary of a job or a comment."""

from __future__ import annotations

import re

from ..rules.names import STALE
from ..wording import count, printable
from .report import Report, describe_finding, describe_stale

_MOST = 1000
"""Findings in the table; GitHub takes a summary of up to 1 MiB."""

_MARKUP = re.compile(r"[\\`*_~\[\]!<>&|$@#^]|:(?=/)|(?<=[wW]{3})\.")
"""What may be markup within a line, a mention, or the beginning of an address that becomes a link."""


def write(report: Report) -> str:
    """Return a report as the summary and a table of the findings; nothing in a file, such as a name or a value, becomes markup."""
    rows = [
        (
            printable(finding.source) + ("" if finding.line is None else f":{finding.line}:{finding.column}"),
            str(finding.severity),
            finding.rule,
            describe_finding(finding),
        )
        for finding in report.findings[:_MOST]
    ]
    rows += [(printable(stale.row.manifest), "error", STALE, describe_stale(stale)) for stale in report.stale[: _MOST - len(rows)]]
    more = len(report.findings) + len(report.stale) - len(rows)
    lines = [] if report.quiet else [report.summary(), ""]
    if rows:
        lines += ["| place | severity | rule | finding |", "|---|---|---|---|"]
        lines += [f"| {code(place)} | {severity} | {code(rule)} | {code(finding)} |" for place, severity, rule, finding in rows]
    if more:
        lines += ["", f"… and {count(more, 'more finding')}."]
    return "".join(f"{line}\n" for line in lines)


def code(text: str) -> str:
    """Return a string as code in a cell of a table, in which no character is markup, a link or a mention."""
    return f"<code>{_MARKUP.sub(lambda match: f'&#{ord(match[0])};', text)}</code>" if text else ""
