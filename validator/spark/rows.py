"""Findings as rows of a DataFrame, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..findings import Finding, Related, Severity

FINDINGS = (
    "rule string, severity string, message string, pointer string, source string, entry bigint, line bigint, column bigint, "
    "side string, cites string, related array<struct<pointer: string, message: string, entry: bigint, source: string>>"
)
"""The columns of a DataFrame of findings, which are the fields of a `Finding`."""


def row_of(finding: Finding, *, has_entry: bool = True) -> dict[str, Any]:
    """Return a finding as a row; without entries, if its record has no number."""
    related = [
        {"pointer": place.pointer, "message": place.message, "entry": place.entry if has_entry else None, "source": place.source}
        for place in finding.related
    ]
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "pointer": finding.pointer,
        "source": finding.source,
        "entry": finding.entry if has_entry else None,
        "line": finding.line,
        "column": finding.column,
        "side": finding.side,
        "cites": finding.cites,
        "related": related,
    }


def findings(rows: Iterable[Any]) -> list[Finding]:
    """Return the findings in the rows of a DataFrame of findings, in the order of their places: for reports and baselines."""
    found = []
    for row in rows:
        values = row.asDict(recursive=True)
        values["severity"] = Severity[values["severity"].upper()]
        values["related"] = tuple(Related(**place) for place in values["related"])
        found.append(Finding(**values))
    return sorted(found, key=_place)


def _place(finding: Finding) -> tuple[str, int, int, int, str, str]:
    entry = -1 if finding.entry is None else finding.entry
    return finding.source, entry, finding.line or 0, finding.column or 0, finding.pointer, finding.rule
