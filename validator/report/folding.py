"""Folding of similar findings, which are those of one rule at pointers that differ in their indices only.

In a file a few are shown and the others counted. A finding similar to findings in many files is shown for a few of the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import NamedTuple, TypeAlias

from ..findings import Finding, Severity
from .report import Report

MAX_SIMILAR = 3
"""Similar findings that are shown of many, in a file or of many files."""

_MAX_FILES = 10
"""If similar findings are in more files, they are shown for `MAX_SIMILAR` of the files."""

_Kind: TypeAlias = tuple[str, Severity, str, tuple[str, ...]]
"""A rule, a severity, a side and a pointer without indices, which similar findings have in common."""


class FoldedFile(NamedTuple):
    """The findings of a file that are shown, each with the number of similar ones folded into it.

    `elsewhere` counts the findings for which similar ones of other files are shown.
    """

    source: str
    shown: list[tuple[Finding, int]]
    elsewhere: int


def folded_files(report: Report) -> Iterator[FoldedFile]:
    """Yield the files of a report with their findings, all of them if it is verbose."""
    examples = {} if report.verbose else _examples(report.findings)
    for source, group in groupby(report.findings, key=lambda finding: finding.source):
        findings = list(group)
        own = [finding for finding in findings if source in examples.get(_kind(finding), {source})]
        yield FoldedFile(source, _folded(own, len(own) if report.verbose else MAX_SIMILAR), len(findings) - len(own))


def _examples(findings: Iterable[Finding]) -> dict[_Kind, set[str]]:
    """Return the files for which findings are shown, for each kind that is in many files."""
    sources: dict[_Kind, dict[str, None]] = {}
    for finding in findings:
        sources.setdefault(_kind(finding), {})[finding.source] = None
    return {kind: set(islice(files, MAX_SIMILAR)) for kind, files in sources.items() if len(files) > _MAX_FILES}


def _folded(findings: list[Finding], limit: int) -> list[tuple[Finding, int]]:
    """Return the findings of a file that are shown, in their order, each with the number of similar ones folded into it.

    One finding above the limit is shown, too, since its line is no longer than the line that would count it.
    """
    numbers = Counter(map(_kind, findings))
    earlier: Counter[_Kind] = Counter()
    shown = []
    for finding in findings:
        kind = _kind(finding)
        earlier[kind] += 1
        number = numbers[kind]
        if number <= limit + 1 or earlier[kind] < limit:
            shown.append((finding, 0))
        elif earlier[kind] == limit:
            shown.append((finding, number - limit))
    return shown


def _kind(finding: Finding) -> _Kind:
    path = tuple("" if step.isdecimal() else step for step in finding.pointer.split("/"))
    return finding.rule, finding.severity, finding.side, path
