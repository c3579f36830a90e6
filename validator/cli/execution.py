"""The execution of a request of `updaterun check`: check its files, and write reports or the baseline."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import click

from ..checker.files import FileChecker, Tally
from ..checker.settings import TABLE
from ..findings import Finding
from ..readers.exclusion import NOTHING
from ..readers.paths import STDIN, File
from ..report import REPORTERS, Report
from ..report.report import describe_missing
from ..rules.dispatch import RuleError
from ..wording import count, listed, printable
from .output import INTERRUPTED, Failed, echo, refuse_to_replace, terminal_width, write_text
from .paths import found_files, warn_of_order
from .progress import show_progress
from .request import Request

if TYPE_CHECKING:
    from ..checker.manifest import Comparison, Row


class _Outcome(NamedTuple):
    """What a check found: the files that it checked, the paths that do not exist, what it ignored in folders, and the findings."""

    files: Sequence[File]
    missing: Sequence[str]
    ignored: Sequence[str]
    findings: list[Finding]
    tally: Tally
    interrupted: bool

    @property
    def scope(self) -> frozenset[str]:
        """The files that were checked completely."""
        return frozenset(self.tally.checked[:-1] if self.interrupted else self.tally.checked)


def execute(request: Request) -> int:
    """Check the files of a request, write the reports or the baseline, and return the exit status."""
    outputs = request.outputs()
    known = _known(request)
    outcome = _check(request, outputs)
    if _is_empty(request, outcome, known):
        if not outcome.missing:
            _explain_nothing(request, outcome)
            return 2
        if set(outputs.values()) == {"text"}:
            return 2
    if request.update_baseline:
        return _update_baseline(request, outcome, known)
    report = _report(request, outcome, known)
    _write(report, outputs)
    return INTERRUPTED if outcome.interrupted else 2 if outcome.missing else _status(report, request)


# The check


def _check(request: Request, outputs: dict[str, str]) -> _Outcome:
    """Check the files of a request.

    Raises Failed for a bug in a rule, and if an output is one of the files, before they are checked.
    """
    settings, paths = request.settings, request.paths
    if request.force_exclude and settings.baseline and any(settings.is_baseline(path) for path in paths):
        paths = (*paths, "*")  # a row that was removed names its file no more
    found = found_files(paths, settings.exclude, force_exclude=request.force_exclude, ignore=request.ignores)
    found = settings.without_baseline(found)
    for output in outputs:
        refuse_to_replace(output, found.files, settings)
    for path in found.missing:
        echo(f"updaterun: {describe_missing(path)}", err=True)
    if request.history:
        warn_of_order(found.files)
    checker = _checker(request, with_cases=any(REPORTERS[form].needs_cases for form in outputs.values()))
    findings: list[Finding] = []
    interrupted = False
    try:
        with show_progress(checker.tally, [file.path for file in found.files]):
            # A list is extended one by one, so that the findings before Ctrl-C are kept.
            findings.extend(checker.check_files(found.files))
    except KeyboardInterrupt:
        interrupted = True
    except RuleError as bug:
        raise Failed(f"{bug}. Please report it.") from bug
    return _Outcome(found.files, found.missing, found.ignored, findings, checker.tally, interrupted)


def _checker(request: Request, *, with_cases: bool) -> FileChecker:
    options = request.options()
    if request.jobs == 1:
        return FileChecker(options, history=request.history, with_cases=with_cases)
    from ..checker.processes import ParallelChecker

    return ParallelChecker(options, request.jobs, history=request.history, with_cases=with_cases)


# Nothing to check


def _is_empty(request: Request, outcome: _Outcome, known: tuple[Row, ...]) -> bool:
    """Return whether there is nothing to report, not even a stale row, and a list of files that may be empty was not asked for."""
    is_allowed = request.force_exclude and not outcome.missing
    if outcome.findings or outcome.tally.files or outcome.interrupted or is_allowed:
        return False
    comparison = _compare(request, outcome, known)
    return comparison is None or not comparison.stale


def _explain_nothing(request: Request, outcome: _Outcome) -> None:
    skipped = outcome.tally.skipped if request.verbose else ()
    message = f"updaterun: nothing to check: {_reason(request, outcome)}"
    echo("\n  ".join([message, *map(printable, skipped)]), err=True)


def _reason(request: Request, outcome: _Outcome) -> str:
    """Return the reason why there is nothing to check."""
    among = f" in {listed([printable(path) for path in request.paths], 'or')}" if len(request.paths) <= _NAMED else ""
    number = len(outcome.files)
    why = f"nothing in {count(number, 'file')} is about an update run" if number else f"there are no files{among}"
    others = []
    if request.settings.exclude.globs and len(found_files(request.paths, NOTHING, force_exclude=request.force_exclude).files) > number:
        others.append("those that are excluded")
    if outcome.ignored:
        others.append(
            f"what is hidden or ignored by git, {count(len(outcome.ignored), 'file or folder', 'files and folders')}, which --no-ignore checks"
        )
    return f"{why} except {' and '.join(others)}" if others else why


_NAMED = 3
"""The most paths that an error message repeats."""


# The baseline


def _known(request: Request) -> tuple[Row, ...]:
    """Return the rows of the baseline of a request, none if there is none or it is yet to be written.

    Raises Failed, with the command that writes the baseline, if there is no such file.
    """
    if request.settings.baseline is None:
        if request.update_baseline:
            raise click.UsageError("--update-baseline needs --baseline FILE, the file to write")
        return ()
    from . import baseline  # late, as below: most checks have none

    try:
        return baseline.load(request.settings.baseline)
    except FileNotFoundError as error:
        if request.update_baseline:
            return ()
        raise Failed(_no_baseline(request, printable(request.settings.baseline))) from error


def _no_baseline(request: Request, name: str) -> str:
    file = request.settings.file
    named = () if file else ("--baseline", name)
    end = ("--",) if any(path.startswith("-") and path != STDIN for path in request.paths) else ()
    options = shlex.join(map(printable, (*request.deciding_options(), *named, "--update-baseline", *end)))
    paths = shlex.join(map(printable, request.paths)) if 0 < len(request.paths) <= _NAMED else "PATH..."
    where = f"{file}: baseline in {TABLE}: " if file else ""
    return f"{where}there is no baseline {name}; make it with: updaterun check {options} {paths}"


def _update_baseline(request: Request, outcome: _Outcome, known: tuple[Row, ...]) -> int:
    from ..checker.manifest import Scope
    from . import baseline

    path = request.settings.baseline
    assert path is not None
    name = printable(path)
    if outcome.interrupted:
        echo(f"updaterun: interrupted; nothing is written to {name}", err=True)
        return INTERRUPTED
    if outcome.missing:
        raise Failed(f"nothing is written to {name}")
    baseline.save(path, outcome.findings, known, Scope(outcome.scope, request.settings.wants, request.history))
    return 0


# The reports


def _compare(request: Request, outcome: _Outcome, known: tuple[Row, ...]) -> Comparison | None:
    return request.settings.compare(known, outcome.findings, outcome.scope, history=request.history)


def _report(request: Request, outcome: _Outcome, known: tuple[Row, ...]) -> Report:
    tally = outcome.tally
    report = Report(
        findings=tuple(outcome.findings),
        files=len(tally.checked) - len(tally.skipped),
        documents=tally.documents,
        exchanges=tally.exchanges,
        versions=dict(sorted(tally.versions.items())),
        unrelated=tally.unrelated,
        skipped=tuple(tally.skipped),
        ignored=tuple(path.replace(os.sep, "/") for path in outcome.ignored),
        cases=tuple(tally.cases or ()),
        fail_on=request.settings.threshold(),
        explain=request.explain,
        verbose=request.verbose,
        quiet=request.quiet,
        interrupted=outcome.interrupted,
        missing=tuple(outcome.missing),
        started=_started(),
        runs_in_several_files=tally.runs_in_several_files,
    )
    comparison = _compare(request, outcome, known)
    return report if comparison is None else replace(report, findings=comparison.new, known=comparison.matched, stale=comparison.stale)


def _started() -> int:
    """Return the time in seconds since 1970, or that of SOURCE_DATE_EPOCH, by which reproducible builds set it."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(given) if given.isdecimal() and len(given) <= len("9999999999") else int(time.time())


def _write(report: Report, outputs: dict[str, str]) -> None:
    """Write each report to its output."""
    for where, form in outputs.items():
        if report.interrupted and form != "text":  # a program would take it for the whole
            what = f"no {form} report" if where == STDIN else f"no {form} report is written to {printable(where)}"
            echo(f"updaterun: interrupted; {what}", err=True)
            continue
        reporter = REPORTERS[form]
        if where == STDIN:
            echo(reporter.write(replace(report, width=terminal_width())), syntax=reporter.syntax, nl=False)
        else:
            write_text(where, reporter.write(report), syntax=reporter.syntax)
        if reporter.left_out(report):
            echo(f"updaterun: {form}: {reporter.left_out(report)}", err=True)


def _status(report: Report, request: Request) -> int:
    """Return the exit status of a check that was not interrupted."""
    if _is_about_nothing(report) and not request.force_exclude:
        if not report.findings:
            echo("updaterun: nothing was checked, and what would say why is ignored, or not selected", err=True)
        return 2
    return 1 if _fails(report) else 0


def _is_about_nothing(report: Report) -> bool:
    """Return whether nothing was checked, and only that is reported. Findings about unreadable files may be ignored."""
    rules = {finding.rule for finding in report.findings}
    return not (report.documents or report.exchanges or report.known or report.stale) and rules <= {"input/unrecognised"}


def _fails(report: Report) -> bool:
    threshold = report.fail_on
    return threshold is not None and (bool(report.stale) or any(finding.severity >= threshold for finding in report.findings))
