"""Findings as rows of a DataFrame, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from ..findings import Finding, Related, Severity


def _columns(kind: type[Finding | Related]) -> dict[str, str]:
    return {field.name: "bigint" if "int" in str(field.type) else "string" for field in fields(kind) if field.name != "related"}


RELATED_COLUMNS, COLUMNS = _columns(Related), _columns(Finding)
"""The fields of a related place, and those of a finding besides `related`, each with its type in Spark."""


def _declared(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


FINDINGS = f"{_declared(COLUMNS)}, related array<struct<{_declared(RELATED_COLUMNS)}>>"
"""The columns of a DataFrame of findings: the fields of a `Finding`, the severity by its name."""


def row_of(finding: Finding, *, has_entry: bool = True) -> dict[str, Any]:
    """Return a finding as a row; without entries, if its record has no number."""
    row = {name: getattr(finding, name) for name in COLUMNS} | {"severity": str(finding.severity)}
    row["related"] = places = [{name: getattr(place, name) for name in RELATED_COLUMNS} for place in finding.related]
    if not has_entry:
        for each in (row, *places):
            each["entry"] = None
    return row


def findings(rows: Iterable[Any]) -> list[Finding]:
    """Return the findings in the rows of a DataFrame of findings, in the order of their places: for reports and baselines."""
    found = []
    for row in rows:
        values = row.asDict(recursive=True)
        related = tuple(Related(**place) for place in values["related"])
        found.append(Finding(**values | {"severity": Severity(values["severity"]), "related": related}))
    return sorted(found, key=_place)


def _place(finding: Finding) -> tuple[str, int, int, int, str, str]:
    entry = -1 if finding.entry is None else finding.entry
    return finding.source, entry, finding.line or 0, finding.column or 0, finding.pointer, finding.rule
