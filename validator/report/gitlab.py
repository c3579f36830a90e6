"""The report in the format of Code Quality, which GitLab shows in merge requests."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..findings import Severity
from ..pointer import JSON
from ..rules.names import STALE
from ..wording import printable
from .identity import fingerprints, stale_fingerprints
from .report import Report, describe_finding, describe_stale, relative

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def write(report: Report) -> str:
    """Return a report as an array of issues; one without a position is at the first line."""
    return json.dumps([*_issues(report)], indent=2) + "\n"


def _issues(report: Report) -> Iterator[JSON]:
    for finding, fingerprint in zip(report.findings, fingerprints(report.findings), strict=True):
        yield _issue(finding.rule, _SEVERITIES[finding.severity], describe_finding(finding), fingerprint, finding.source, finding.line)
    for stale, fingerprint in zip(report.stale, stale_fingerprints(report.stale), strict=True):
        yield _issue(STALE, _SEVERITIES[Severity.ERROR], describe_stale(stale), fingerprint, stale.row.manifest, None)


def _issue(rule: str, severity: str, description: str, fingerprint: str, source: str, line: int | None) -> JSON:
    return {
        "description": description,
        "check_name": rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": printable(relative(source)), "lines": {"begin": line or 1}},
    }
