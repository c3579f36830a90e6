"""A report in SARIF 2.1.0, which code hosts and editors show beside the text."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from ..checker.manifest import Expected
from ..contract import schemas
from ..findings import Finding, Related, Severity
from ..pointer import JSON
from ..rules.entries import Entry, entries
from ..wording import printable
from .report import Report, absent, regret, relative, sentence

_STALE = Entry(
    "stale",
    Severity.ERROR,
    "What a manifest expects is found.",
    "Take the row out of the manifest, so that the finding is new if it comes back.",
)
"""Not a finding of a file: what a manifest expects in vain."""


def write(report: Report) -> str:
    """Write a report as SARIF 2.1.0; what a manifest expects is left out, and what it expects in vain is a result of its own."""
    rules = [*entries().values(), _STALE]
    places = {rule.name: index for index, rule in enumerate(rules)}
    seen: Counter[Any] = Counter()
    driver = {"name": "updaterun-validator", "version": version("updaterun-validator"), "rules": [_rule(rule) for rule in rules]}
    run: JSON = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_result(finding, places[finding.rule], seen) for finding in report.findings),
            *(_stale(gone, places[_STALE.name], seen) for gone in report.stale),
        ],
    }
    if report.missing:
        regrets = [{"level": "error", "message": {"text": absent(path)}} for path in report.missing]
        run["invocations"] = [{"executionSuccessful": False, "toolExecutionNotifications": regrets}]
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2) + "\n"


def _rule(entry: Entry) -> JSON:
    source = schemas.sources()[entry.cites.partition("#")[0] or "rest"]["where"]
    where = source if source.startswith("https:") else schemas.sources()["rest"]["where"]
    return {
        "id": entry.name,
        "shortDescription": {"text": entry.claim},
        "fullDescription": {"text": entry.reason or entry.claim},
        "help": {"text": entry.fix},
        "helpUri": where,
        "defaultConfiguration": {"level": str(entry.severity)},
    }


def _result(finding: Finding, index: int, seen: Counter[Any]) -> JSON:
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": str(finding.severity),
        "message": {"text": sentence(finding)},
        "locations": [_location(finding)],
        "relatedLocations": [_related(place, finding) for place in finding.related],
        "partialFingerprints": {"updaterun/v1": _fingerprint(finding, seen)},
    }


def _stale(gone: Expected, index: int, seen: Counter[Any]) -> JSON:
    key = uri(gone.manifest), gone.file, gone.entry, gone.side, gone.rule, gone.pointer
    return {
        "ruleId": _STALE.name,
        "ruleIndex": index,
        "level": str(_STALE.severity),
        "message": {"text": regret(gone)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(gone.manifest)}}}],
        "partialFingerprints": {"updaterun/v1": _digest(key, seen)},
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


def _fingerprint(finding: Finding, seen: Counter[Any]) -> str:
    """Make a fingerprint of what a manifest goes by, which outlives other white space, and of the number of findings like it before."""
    return _digest((uri(finding.source), finding.entry, finding.rule, finding.pointer), seen)


def _digest(key: tuple[Any, ...], seen: Counter[Any]) -> str:
    seen[key] += 1
    return hashlib.sha256(json.dumps([*key, seen[key]]).encode()).hexdigest()[:32]


def uri(source: str) -> str:
    """Write the path of a file as a relative reference of URIs; what is not below the current folder keeps its whole path."""
    below = relative(source)
    if below.startswith(os.pardir) and os.path.isabs(source):
        return "file://" + quote(os.fsencode(source.replace(os.sep, "/")))
    return quote(os.fsencode(below))
