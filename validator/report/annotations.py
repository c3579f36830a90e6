"""The findings that a CI service shows as annotations: it takes no more than the first ten of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..findings import Finding, Severity
from ..readers.paths import STREAM
from ..rules.names import STALE
from ..wording import count, listed
from .report import Report, describe_finding, describe_stale, relative

MOST = 10
"""Annotations of a kind that GitHub shows of a step, and Azure Pipelines of a task."""


class Annotation(NamedTuple):
    """A finding or a stale row as an annotation; the file is None for the standard input."""

    kind: str
    rule: str
    message: str
    file: str | None
    line: int | None
    column: int | None


def first_annotations(report: Report, kinds: Mapping[Severity, str]) -> Iterator[Annotation]:
    """Yield the first annotations of each kind; `kinds` has the kind of each severity."""
    numbers: Counter[str] = Counter()
    for annotation in _all(report, kinds):
        numbers[annotation.kind] += 1
        if numbers[annotation.kind] <= MOST:
            yield annotation


def ending(report: Report, kinds: Mapping[Severity, str]) -> list[str]:
    """Return the lines after the annotations: how many more there are, and the summary."""
    numbers = Counter(annotation.kind for annotation in _all(report, kinds))
    more = [count(number - MOST, f"more {kind}") for kind, number in numbers.items() if number > MOST]
    rest = [f"There {'is' if more[0].startswith('1 ') else 'are'} {listed(more, 'and')}; --format concise lists all."] if more else []
    return [*rest, report.summary()]


def _all(report: Report, kinds: Mapping[Severity, str]) -> Iterator[Annotation]:
    for finding in report.findings:
        yield _of_finding(finding, kinds[finding.severity])
    for stale in report.stale:
        yield Annotation(kinds[Severity.ERROR], STALE, describe_stale(stale), relative(stale.row.manifest), None, None)


def _of_finding(finding: Finding, kind: str) -> Annotation:
    if finding.source == STREAM:
        return Annotation(kind, finding.rule, describe_finding(finding), None, None, None)
    return Annotation(kind, finding.rule, describe_finding(finding), relative(finding.source), finding.line, finding.column)
