"""The report in SARIF 2.1.0, which code hosts and editors show at the lines of a file."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from ..checker.manifest import StaleRow
from ..contract import schemas
from ..findings import Finding, Related, Severity
from ..pointer import JSON
from ..rules.entries import Entry, address, entries
from ..rules.names import STALE
from ..wording import count, printable
from . import distribution
from .identity import fingerprints, stale_fingerprints, uri
from .line_hash import line_hashes
from .report import Report, describe_missing, describe_place, describe_related, describe_stale
from .source import whole_text

MAX_RESULTS = 25_000
"""Results of a run; GitHub rejects a run with more."""

_STALE = Entry(
    STALE,
    Severity.ERROR,
    "What a baseline expects is found.",
    "Take the row out of the baseline, so that the finding is new if it comes back.",
)
"""The rule of results about rows of a baseline that match no finding."""

_PRECISION = {Severity.ERROR: "very-high", Severity.WARNING: "high", Severity.NOTE: "medium"}
"""How sure a finding is: an error breaks what is documented, and a warning what was observed."""

_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def write(report: Report) -> str:
    """Return a report as SARIF; findings that a baseline expects are omitted, and its stale rows are results."""
    rules = [*entries().values(), _STALE]
    indices = {rule.name: index for index, rule in enumerate(rules)}
    findings = _reported(report)
    hashes = _line_hashes(findings)
    results = [
        *(_result(indices, each, digest, hashes) for each, digest in zip(findings, fingerprints(findings), strict=True)),
        *(_stale(indices, each, digest) for each, digest in zip(report.stale, stale_fingerprints(report.stale), strict=True)),
    ]
    run: JSON = {"tool": {"driver": _driver(rules)}, "columnKind": "unicodeCodePoints", "results": results[:MAX_RESULTS]}
    notifications = [_notification("error", describe_missing(path)) for path in report.missing]
    if left_out(report):
        notifications.append(_notification("warning", left_out(report)))
    if notifications:
        run["invocations"] = [{"executionSuccessful": not report.missing, "toolExecutionNotifications": notifications}]
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2) + "\n"


def left_out(report: Report) -> str:
    """Return a sentence about the results that are left out, empty if there are none."""
    number = len(report.findings) + len(report.stale) - MAX_RESULTS
    if number <= 0:
        return ""
    return (
        f"{count(number, 'result')} of {number + MAX_RESULTS:,} are left out, the least severe first: code scanning takes {MAX_RESULTS:,}"
    )


def _reported(report: Report) -> Sequence[Finding]:
    """Return the findings that are reported, in their order: all, or the most severe ones."""
    room = max(0, MAX_RESULTS - len(report.stale))
    if len(report.findings) <= room:
        return report.findings
    by_severity = sorted(range(len(report.findings)), key=lambda index: -report.findings[index].severity)
    return [report.findings[index] for index in sorted(by_severity[:room])]


def _notification(level: str, text: str) -> JSON:
    return {"level": level, "message": {"text": text}}


# The tool


def _driver(rules: Sequence[Entry]) -> JSON:
    name, version, home = distribution.NAME, distribution.version(), distribution.address()
    information = {} if home is None else {"informationUri": home}
    return {"name": name, "fullName": f"{name} {version}", "version": version, **information, "rules": [*map(_rule, rules)]}


def _rule(entry: Entry) -> JSON:
    source = schemas.sources()[entry.cites.partition("#")[0] or "rest"]["where"]
    page = source if source.startswith("https:") else schemas.sources()["rest"]["where"]
    family = entry.name.partition("/")[0] if "/" in entry.name else "rules"
    return {
        "id": entry.name,
        "name": "".join(word[:1].upper() + word[1:] for word in re.split("[/-]", entry.name)),
        "shortDescription": {"text": entry.claim},
        "fullDescription": {"text": entry.reason or entry.claim},
        "help": {"text": entry.fix, "markdown": f"{entry.reason or entry.claim}\n\n**Fix:** {entry.fix}"},
        "helpUri": address(entry.name) or page,
        "defaultConfiguration": {"level": str(entry.severity)},
        "properties": {
            "precision": _PRECISION[entry.severity],
            "problem.severity": _PROBLEM[entry.severity],
            "tags": ["azure", "update-run", family],
        },
    }


# The results


def _result(indices: Mapping[str, int], finding: Finding, fingerprint: str, hashes: Mapping[tuple[str, int | None], str]) -> JSON:
    line_hash = hashes.get((finding.source, finding.line))
    return {
        "ruleId": finding.rule,
        "ruleIndex": indices[finding.rule],
        "level": str(finding.severity),
        "message": {"text": _message(finding)},
        "locations": [_location(finding)],
        "relatedLocations": [_related(number, place, finding) for number, place in enumerate(finding.related, 1)],
        "partialFingerprints": {"updaterun/v1": fingerprint} | ({} if line_hash is None else {"primaryLocationLineHash": line_hash}),
    }


def _stale(indices: Mapping[str, int], stale: StaleRow, fingerprint: str) -> JSON:
    return {
        "ruleId": _STALE.name,
        "ruleIndex": indices[_STALE.name],
        "level": str(_STALE.severity),
        "message": {"text": _unlinked(describe_stale(stale))},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(stale.row.manifest)}, "region": {"startLine": 1}}}],
        "partialFingerprints": {"updaterun/v1": fingerprint},
    }


def _message(finding: Finding) -> str:
    """Return the place and the message of a finding, with a link to each related place."""
    links = [f"[{_escaped(describe_related(place, finding))}]({number})" for number, place in enumerate(finding.related, 1)]
    text = _unlinked(printable(f"{describe_place(finding)}: {finding.message}"))
    return f"{text} (see {', '.join(links)})" if links else text


def _escaped(text: str) -> str:
    return re.sub(r"[\\\[\]]", r"\\\g<0>", text)


def _unlinked(text: str) -> str:
    """Return a message with escapes where it would have a link."""
    return _escaped(text) if "](" in text else text


def _location(finding: Finding) -> JSON:
    return {
        "physicalLocation": _physical(finding.source, finding),
        "logicalLocations": [{"fullyQualifiedName": printable(finding.pointer)}],
    }


def _related(number: int, place: Related, finding: Finding) -> JSON:
    return {
        "id": number,
        "physicalLocation": _physical(place.source or finding.source, place),
        "logicalLocations": [{"fullyQualifiedName": printable(place.pointer)}],
        "message": {"text": describe_related(place, finding)},
    }


def _physical(source: str, place: Finding | Related) -> JSON:
    location: JSON = {"artifactLocation": {"uri": uri(source)}}
    if place.line is not None:
        region = {"startLine": place.line, "startColumn": place.column}
        location["region"] = region if place.end_column is None else region | {"endLine": place.line, "endColumn": place.end_column}
    return location


def _line_hashes(findings: Sequence[Finding]) -> dict[tuple[str, int | None], str]:
    """Return the hash of the line of each finding, by file and line, as far as it is known."""
    lines: dict[str, set[int]] = defaultdict(set)
    for finding in findings:
        if finding.line is not None:
            lines[finding.source].add(finding.line)
    hashes: dict[Any, str] = {}
    for source, numbers in lines.items():
        text = whole_text(source)
        hashes |= {} if text is None else {(source, line): digest for line, digest in line_hashes(text, numbers).items()}
    return hashes
