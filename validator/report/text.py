"""The report for people: on a terminal with the lines of the files, and elsewhere a line per finding; similar findings are folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from ..contract.schemas import DEFAULT_VERSION
from ..findings import Finding
from ..rules.names import WITHOUT_REASON
from ..wording import count, listed, printable
from . import concise
from .folding import MAX_SIMILAR, FoldedFile, folded_files
from .report import Report, describe_stale, describe_uncompared, describe_unexplained, file_of


def write(report: Report) -> str:
    """Return a report as text, with ANSI colours if it is for a terminal."""
    files = list(folded_files(report))
    lines = [*_findings(files, report), *_baseline(report)]
    while lines and not lines[-1]:
        lines.pop()
    if not report.quiet:
        folded = len(report.findings) - sum(len(file.shown) for file in files)
        lines += [*([""] if lines else []), *_wrapped(_summary(report, folded), report)]
    return "".join(f"{line}\n" for line in lines)


def _wrapped(lines: Iterable[str], report: Report, *, hanging: int = 0) -> Iterator[str]:
    if report.width is None:
        yield from lines
        return
    from .terminal import wrapped

    for line in lines:
        yield from wrapped(line, report.width, hanging=hanging)


# Findings


def _findings(files: Iterable[FoldedFile], report: Report) -> Iterator[str]:
    explained = _first_of_each_rule(files) if report.explain else {}
    for has_lines, group in groupby(files, key=lambda file: bool(file.shown)):
        if has_lines:
            for file in group:
                yield from _file_lines(file, explained, report)
        else:
            numbers = [file.elsewhere for file in group]
            text = f"… and {count(len(numbers), 'more file')} with {count(sum(numbers), 'finding')} like those above"
            yield from _wrapped([text, ""] if report.width else [text], report)


def _first_of_each_rule(files: Iterable[FoldedFile]) -> dict[str, Finding]:
    first: dict[str, Finding] = {}
    for file in files:
        for finding, _ in file.shown:
            first.setdefault(finding.rule, finding)
    return first


def _file_lines(file: FoldedFile, explained: Mapping[str, Finding], report: Report) -> Iterator[str]:
    if report.width is not None:
        from .terminal import file_lines  # late: most output is for no terminal

        yield from file_lines(file, explained, report.width)
        return
    source = printable(file.source)
    for finding, more in file.shown:
        yield concise.line(finding)
        if explained.get(finding.rule) is finding:
            from ..rules.entries import entries  # late: few ask for it

            yield f"    Fix: {entries()[finding.rule].fix}"
        if more:
            yield f"{source}: … and {more:,} more like it"
    if file.elsewhere:
        yield f"{source}: … and {file.elsewhere:,} like those of files above"


# The baseline


def _baseline(report: Report) -> Iterator[str]:
    """Yield a line for each stale row, but one line for all rows of a file that does not exist, and for each row without a reason."""
    yield from _wrapped([*_stale(report), *_unexplained(report)], report, hanging=2)


def _stale(report: Report) -> Iterator[str]:
    gone = Counter((stale.row.manifest, file_of(stale.row)) for stale in report.stale if stale.is_gone and not report.verbose)
    for (baseline, file), number in gone.items():
        advice = f"remove {count(number, 'row')} from the baseline, or correct the name; --update-baseline does either"
        what = f"{printable(file)}: there is no such file; {advice}"
        yield concise.stale_line(baseline, what)
    for stale in report.stale:
        if not stale.is_gone or report.verbose:
            yield concise.stale_line(stale.row.manifest, describe_stale(stale))


def _unexplained(report: Report) -> Iterator[str]:
    """Yield a line for each row of the baseline without a reason, but only a few of many."""
    rows = [row for row in report.known if not row.reason.strip()]
    shown = rows if report.verbose or len(rows) <= MAX_SIMILAR + 1 else rows[:MAX_SIMILAR]
    yield from (f"{printable(row.manifest)}: note {WITHOUT_REASON} {describe_unexplained(row)}" for row in shown)
    if len(rows) > len(shown):
        yield f"{printable(rows[0].manifest)}: … and {len(rows) - len(shown):,} more like it"


# The summary


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
    if report.runs_in_several_files:
        lines.append(f"{describe_uncompared(report.runs_in_several_files)}.")
    if report.findings:
        rule = max(report.findings, key=lambda finding: finding.severity).rule
        lines.append(f"Run `updaterun explain {rule}` for details.")
    return lines


def _versions(report: Report) -> list[str]:
    """Return a line about the api-versions of what was checked, unless that was the default version alone."""
    if report.versions.keys() <= {DEFAULT_VERSION}:
        return []
    if len(report.versions) == 1:
        return [f"Checked against api-version {next(iter(report.versions))}."]
    numbers = [f"{version} ({number:,})" for version, number in report.versions.items()]
    return [f"Checked against api-version {listed(numbers, 'and')}."]
