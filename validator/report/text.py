"""The report for people: one line per finding, grouped by file, and a summary.

A line begins with the position in the file named above it, so that terminals of editors turn it into a link.
Similar findings, of one rule at pointers that differ in their indices only, are folded: in a file a few are shown and
the others counted. A finding similar to findings in many files is shown for a few of the files.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TypeAlias

from ..contract.schemas import DEFAULT_VERSION
from ..findings import Finding, Severity
from ..rules.entries import entries
from ..wording import count, listed, printable
from .report import Report, describe_finding, describe_stale, describe_unexplained, file_of

_BOLD, _DIM, _RED, _CYAN = 1, 2, 31, 36
_COLOURS = {Severity.ERROR: _RED, Severity.WARNING: 33, Severity.NOTE: _CYAN}
_WIDTH = 110
_MAX_SIMILAR = 3
"""Similar findings that are shown of many, in a file or of many files."""

_MAX_FILES = 10
"""If similar findings are in more files, they are shown for `_MAX_SIMILAR` of the files."""

_Kind: TypeAlias = tuple[str, Severity, str, tuple[str, ...]]
"""A rule, a severity, a side and a pointer without indices, which similar findings have in common."""


@dataclass(frozen=True, slots=True)
class _File:
    """The findings of a file that are shown, each with the number of similar ones folded into it.

    `elsewhere` counts the findings for which similar ones of other files are shown.
    """

    source: str
    shown: list[tuple[Finding, int]]
    elsewhere: int


def write(report: Report) -> str:
    """Return a report as text with ANSI colours, which the caller strips unless it is for a terminal."""
    lines: list[str] = []
    files = list(_files(report))
    explained = _first_of_each_rule(files) if report.explain else {}
    for has_lines, group in groupby(files, key=lambda file: bool(file.shown)):
        if has_lines:
            lines += [line for file in group for line in _file_lines(file, explained)]
        else:
            numbers = [file.elsewhere for file in group]
            summary = f"… and {count(len(numbers), 'more file')} with {count(sum(numbers), 'finding')} like those above"
            lines += [_styled(summary, _DIM), ""]
    lines += [f"{_styled('stale', _RED)}    {text}" for text in _stale(report)]
    lines += _unexplained(report)
    while lines and not lines[-1]:
        lines.pop()
    if not report.quiet:
        folded = len(report.findings) - sum(len(file.shown) for file in files)
        lines += [*([""] if lines else []), *_summary(report, folded)]
    return "".join(f"{line}\n" for line in lines)


def _stale(report: Report) -> Iterator[str]:
    """Yield a line for each stale row of the baseline, but one line for all rows of a file that does not exist."""
    numbers = Counter(file_of(stale.row) for stale in report.stale if stale.is_gone and not report.verbose)
    for file, number in numbers.items():
        yield f"{printable(file)}: there is no such file; remove {count(number, 'row')} from the baseline, or correct the name"
    yield from (describe_stale(stale) for stale in report.stale if not stale.is_gone or report.verbose)


def _files(report: Report) -> Iterator[_File]:
    examples = {} if report.verbose else _examples(report.findings)
    for source, group in groupby(report.findings, key=lambda finding: finding.source):
        findings = list(group)
        own = [finding for finding in findings if source in examples.get(_kind(finding), {source})]
        yield _File(source, _folded(own, len(own) if report.verbose else _MAX_SIMILAR), len(findings) - len(own))


def _examples(findings: Iterable[Finding]) -> dict[_Kind, set[str]]:
    """Return the files for which findings are shown, for each kind that is in many files."""
    sources: dict[_Kind, dict[str, None]] = {}
    for finding in findings:
        sources.setdefault(_kind(finding), {})[finding.source] = None
    return {kind: set(islice(files, _MAX_SIMILAR)) for kind, files in sources.items() if len(files) > _MAX_FILES}


def _first_of_each_rule(files: Iterable[_File]) -> dict[str, Finding]:
    first: dict[str, Finding] = {}
    for file in files:
        for finding, _ in file.shown:
            first.setdefault(finding.rule, finding)
    return first


def _file_lines(file: _File, explained: Mapping[str, Finding]) -> Iterator[str]:
    """Yield the lines of a file. The finding of each rule in `explained` is followed by the fix of the rule."""
    width = max(len(_position(finding)) for finding, _ in file.shown)
    yield _styled(printable(file.source), _BOLD)
    for finding, more in file.shown:
        yield _line(finding, width)
        if explained.get(finding.rule) is finding:
            yield from _fix(finding, width)
        if more:
            yield _indent(width) + _styled(f"… and {more:,} more like it", _DIM)
    if file.elsewhere:
        yield _indent(width) + _styled(f"… and {file.elsewhere:,} like those of files above", _DIM)
    yield ""


def _unexplained(report: Report) -> list[str]:
    """Return a line for each row of the baseline without a reason, but only a few of many."""
    rows = [row for row in report.known if not row.reason.strip()]
    shown = rows if report.verbose or len(rows) <= _MAX_SIMILAR + 1 else rows[:_MAX_SIMILAR]
    lines = [f"{_styled('known', _CYAN)}    {describe_unexplained(row)}" for row in shown]
    more = len(rows) - len(shown)
    return [*lines, f"         {_styled(f'… and {more:,} more like it', _DIM)}"] if more else lines


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


def _position(finding: Finding) -> str:
    return "" if finding.line is None else f"{finding.line}:{finding.column} "


def _line(finding: Finding, width: int) -> str:
    severity = _styled(f"{finding.severity!s:<8}", _COLOURS[finding.severity])
    return f"  {_position(finding):<{width}}{severity} {describe_finding(finding)} {_styled(f'[{finding.rule}]', _DIM)}"


def _fix(finding: Finding, width: int) -> list[str]:
    text, indent = f"Fix: {entries()[finding.rule].fix}", _indent(width)
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _indent(width: int) -> str:
    """Return the spaces that align a line with the messages above it."""
    return " " * (len("  ") + width + len("warning  "))


def _summary(report: Report, folded: int) -> list[str]:
    lines = [report.summary(), *_versions(report)]
    if folded:
        lines.append(f"Not shown: {count(folded, 'finding')} like those above; --verbose shows all.")
    skipped = [
        count(number, noun, plural)
        for number, noun, plural in (
            (report.unrelated, "unrelated entry", "unrelated entries"),
            (len(report.skipped), "unrelated file", "unrelated files"),
            (len(report.ignored), "hidden or ignored file or folder", "hidden or ignored files and folders"),
        )
        if number
    ]
    if skipped:
        lines.append(f"Skipped: {listed(skipped, 'and')}{'; --no-ignore looks there' if report.ignored else ''}.")
        lines += [f"  {printable(source)}" for source in (*report.skipped, *report.ignored) if report.verbose]
    if report.findings:
        rule = max(report.findings, key=lambda finding: finding.severity).rule
        lines.append(f"Run `updaterun explain {rule}` for details.")
    return lines


def _versions(report: Report) -> list[str]:
    """Return a line about the api-versions that judged, unless that was the default version alone."""
    if report.versions.keys() <= {DEFAULT_VERSION}:
        return []
    return [f"Judged by api-version: {', '.join(f'{number:,} by {version}' for version, number in report.versions.items())}."]


def _styled(text: str, code: int) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"
