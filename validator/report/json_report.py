"""The report as JSON, as `schemas/report.json` describes it."""

from __future__ import annotations

import json
from dataclasses import asdict

from ..findings import Finding
from ..pointer import JSON
from ..wording import printable
from . import distribution
from .report import Report

SHAPE = 1
"""The version of the shape of a report."""

_ROW_KEYS = ("file", "entry", "rule", "pointer", "reason", "side")


def write(report: Report) -> str:
    """Return a report as JSON; every key is always present."""
    document = {
        "version": SHAPE,
        "tool": {"name": distribution.NAME, "version": distribution.version()},
        "summary": {
            "files": report.files,
            "documents": report.documents,
            "exchanges": report.exchanges,
            "versions": report.versions,
            "unrelated": report.unrelated,
            "skipped": len(report.skipped),
            "ignored": len(report.ignored),
            "known": len(report.known),
            **{f"{severity}s": number for severity, number in report.count().items()},
        },
        "findings": [as_json(finding) for finding in report.findings],
        "skipped": list(report.skipped),
        "ignored": list(map(printable, report.ignored)),
        "stale": [{key: getattr(stale.row, key) for key in _ROW_KEYS} for stale in report.stale],
        "missing": [printable(path) for path in report.missing],
    }
    return json.dumps(document, indent=2) + "\n"


def as_json(finding: Finding) -> dict[str, JSON]:
    """Return a finding as a JSON object."""
    return asdict(finding) | {"severity": str(finding.severity), "related": [asdict(place) for place in finding.related]}
