"""The report in SARIF 2.1.0, which code hosts and editors show at the lines of a file."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from ..checker.manifest import Row, StaleRow
from ..contract import schemas
from ..findings import Finding, Related, Severity
from ..pointer import JSON
from ..rules.entries import Entry, entries
from ..wording import printable
from .report import Report, describe_finding, describe_missing, describe_stale, relative

_STALE = Entry(
    "stale",
    Severity.ERROR,
    "What a baseline expects is found.",
    "Take the row out of the baseline, so that the finding is new if it comes back.",
)
"""The rule of results about rows of a baseline that match no finding."""


def write(report: Report) -> str:
    """Return a report as SARIF; findings that a baseline expects are omitted, and its stale rows are results."""
    from importlib.metadata import version  # late: 15 ms that the other formats need not pay

    rules = [*entries().values(), _STALE]
    indices = {rule.name: index for index, rule in enumerate(rules)}
    driver = {"name": "updaterun-validator", "version": version("updaterun-validator"), "rules": [_rule(rule) for rule in rules]}
    run: JSON = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            *map(partial(_result, indices), report.findings, _fingerprints(map(_finding_key, report.findings))),
            *map(partial(_stale, indices), report.stale, _fingerprints(_row_key(stale.row) for stale in report.stale)),
        ],
    }
    if report.missing:
        notifications = [{"level": "error", "message": {"text": describe_missing(path)}} for path in report.missing]
        run["invocations"] = [{"executionSuccessful": False, "toolExecutionNotifications": notifications}]
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2) + "\n"


def _rule(entry: Entry) -> JSON:
    source = schemas.sources()[entry.cites.partition("#")[0] or "rest"]["where"]
    page = source if source.startswith("https:") else schemas.sources()["rest"]["where"]
    return {
        "id": entry.name,
        "shortDescription": {"text": entry.claim},
        "fullDescription": {"text": entry.reason or entry.claim},
        "help": {"text": entry.fix},
        "helpUri": page,
        "defaultConfiguration": {"level": str(entry.severity)},
    }


def _result(indices: Mapping[str, int], finding: Finding, fingerprint: str) -> JSON:
    return {
        "ruleId": finding.rule,
        "ruleIndex": indices[finding.rule],
        "level": str(finding.severity),
        "message": {"text": describe_finding(finding)},
        "locations": [_location(finding)],
        "relatedLocations": [_related(place, finding) for place in finding.related],
        "partialFingerprints": {"updaterun/v1": fingerprint},
    }


def _stale(indices: Mapping[str, int], stale: StaleRow, fingerprint: str) -> JSON:
    return {
        "ruleId": _STALE.name,
        "ruleIndex": indices[_STALE.name],
        "level": str(_STALE.severity),
        "message": {"text": describe_stale(stale)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(stale.row.manifest)}}}],
        "partialFingerprints": {"updaterun/v1": fingerprint},
    }


def _location(finding: Finding) -> JSON:
    region = {} if finding.line is None else {"region": {"startLine": finding.line, "startColumn": finding.column}}
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri(finding.source)}, **region},
        "logicalLocations": [{"fullyQualifiedName": printable(finding.pointer)}],
    }


def _related(place: Related, finding: Finding) -> JSON:
    entry = f"entry {place.entry} " if place.entry is not None and place.entry != finding.entry else ""
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri(place.source or finding.source)}},
        "logicalLocations": [{"fullyQualifiedName": printable(place.pointer)}],
        "message": {"text": printable(f"{entry}{place.pointer or '(top)'}{place.message and ': '}{place.message}")},
    }


def _finding_key(finding: Finding) -> tuple[Any, ...]:
    # Like what a baseline compares, it stays the same if only white space changes.
    return uri(finding.source), finding.entry, finding.rule, finding.pointer


def _row_key(row: Row) -> tuple[Any, ...]:
    return uri(row.manifest), row.file, row.entry, row.side, row.rule, row.pointer


def _fingerprints(keys: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Yield a digest of each key and of how often it has occurred so far."""
    from hashlib import sha256  # late: 2 ms that the other formats need not pay

    occurrences: Counter[tuple[Any, ...]] = Counter()
    for key in keys:
        occurrences[key] += 1
        yield sha256(json.dumps([*key, occurrences[key]]).encode()).hexdigest()[:32]


def uri(source: str) -> str:
    """Return the path of a file as a relative URI reference, or as an absolute URI if it is not below the current folder."""
    path = relative(source)
    is_elsewhere = path.startswith(os.pardir) and os.path.isabs(source)
    if is_elsewhere or os.path.isabs(path):  # on another drive of Windows
        absolute = source.replace(os.sep, "/")
        drive = os.path.splitdrive(absolute)[0]
        start = "file:" if drive.startswith("//") else "file:///" if drive else "file://"
        return start + quote(os.fsencode(absolute), safe="/:")
    return quote(os.fsencode(path))
