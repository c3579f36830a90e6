"""`updaterun coverage`: what of the contract occurs in files, what does not, and documents that show the rest."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from ..checker import manifest
from ..checker.files import FileChecker
from ..checker.options import Options
from ..contract.schemas import AUTO, DEFAULT_VERSION
from ..coverage import SECTIONS, WRITERS, Coverage, Report, Section, reports_of, write_text
from ..findings import Finding
from ..readers.paths import STDIN, File
from ..report.report import describe_missing, describe_uncompared
from ..rules.dispatch import RuleError
from ..rules.input_problems import is_unread
from ..wording import count, printable
from .arguments import complete_file, judging_version, not_empty, positive
from .output import Failed, echo, refuse_to_replace, terminal_width, write
from .output import write_text as write_file
from .paths import found_files, warn_of_order, warn_of_unread
from .progress import show_progress
from .project import project_settings

_MANIFEST = "expected.json"


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, shell_complete=complete_file)
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="text", show_default=True, help="How to write the report.")
@click.option("--output", "-o", metavar="FILE", callback=not_empty, shell_complete=complete_file, help="Write the report to this file.")
@click.option("--only", type=click.Choice(SECTIONS), multiple=True, help="Report this section alone, with all that is missing. Repeatable.")
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit with 1 if less than this is there.")
@judging_version
@click.option(
    "--generate",
    "folder",
    metavar="DIR",
    callback=not_empty,
    shell_complete=complete_file,
    help="Write the fewest documents that show what is missing.",
)
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="The same seed generates the same bytes, on one version.")
@click.option("--history", is_flag=True, help="Take captures of one run in several files as one history, in the order given.")
@click.option(
    "--jobs", "-j", type=positive, default="1", show_default=True, metavar="N", help="Check in N processes; the report does not change."
)
@click.pass_context
def coverage(
    context: click.Context,
    paths: tuple[str, ...],
    form: str,
    output: str | None,
    only: tuple[Section, ...],
    fail_under: float | None,
    api_version: str | None,
    folder: str | None,
    seed: int,
    jobs: int,
    *,
    history: bool,
) -> None:
    """Show how much of the contract occurs in files, and what is missing, for each api-version in them.

    PATH is as for `check`. These can be there: each definition and property, each value, each constraint met and broken, each rule called and
    fired, each state and each step between two, each operation with its statuses, and each error code. With --api-version, the report is about
    this version alone.

    With --generate, DIR is an empty or new folder. Its files are named for what they add, and expected.json lists the findings in
    those that break something: `updaterun check DIR --baseline DIR/expected.json`.

    \b
    Exit status: 1 if less than --fail-under of an api-version is there, 2 if a
    file that you name cannot be read or nothing was checked, 0 otherwise.

    \b
    Examples:
      updaterun coverage recordings/ --fail-under 80
      updaterun coverage recordings/ --only values --generate more/
    """
    settings = project_settings()
    version = api_version or settings.api_version or AUTO
    found = found_files(paths, settings.exclude)
    refuse_to_replace(output, found.files, settings)
    if output not in (None, STDIN) and folder and os.path.realpath(str(output)).startswith(os.path.join(os.path.realpath(folder), "")):
        raise click.UsageError("the folder of --generate is for generated files; write the report somewhere else")
    if history:
        warn_of_order(found.files)
    for path in found.missing:
        echo(f"updaterun: {describe_missing(path)}", err=True)
    measured = Coverage(lines=WRITERS[form].shows_places)
    unread = _measure(measured, found.files, Options(version=version), jobs, history=history)
    is_incomplete = warn_of_unread(unread, found.files, settings)
    reports = reports_of(measured, None if version == AUTO else version, only)
    if not measured.places:
        raise Failed("nothing to check: no update run, list of them, error response or recording")
    if folder is not None:
        _generate(reports, folder, seed)
    _write(reports, form, output)
    is_low = fail_under is not None and any(report.share < fail_under for report in reports)
    context.exit(2 if found.missing or is_incomplete else int(is_low))


def _measure(measured: Coverage, files: Sequence[File], options: Options, jobs: int, *, history: bool) -> list[Finding]:
    """Add what is in files, and return the findings about what was not read. Raises Failed for a bug in a rule."""
    checker = FileChecker(options, history=history, observer=measured)
    if jobs > 1:
        from ..checker.processes import ParallelChecker

        checker = ParallelChecker(options, jobs, history=history, observer=measured)
    try:
        with show_progress(checker.tally, [file.path for file in files]):
            unread = [finding for finding in checker.check_files(files) if is_unread(finding)]
    except RuleError as bug:
        raise Failed(f"{bug}. Please report it.") from bug
    if runs := checker.tally.runs_in_several_files:
        echo(f"updaterun: {describe_uncompared(runs)}", err=True)
    return unread


def _write(reports: Sequence[Report], form: str, output: str | None) -> None:
    writer = WRITERS[form]
    text = write_text(reports, terminal_width()) if form == "text" and output in (None, STDIN) else writer.write(reports)
    if output in (None, STDIN):
        echo(text, syntax=writer.syntax, nl=False)
    else:
        write_file(str(output), text, syntax=writer.syntax)


def _generate(reports: Sequence[Report], folder: str, seed: int) -> None:
    """Write files that show what is missing, and the baseline of their findings."""
    if len(reports) != 1:
        versions = ", ".join(report.version for report in reports)
        raise click.UsageError(f"--generate is for one api-version, and there are {versions}; choose one with --api-version")
    if os.path.exists(folder) and (not os.path.isdir(folder) or os.listdir(folder)):
        raise click.UsageError(f"expected an empty or new folder for --generate, found {printable(folder)}")
    try:
        from ..coverage.generation import generate
    except ModuleNotFoundError as missing:
        if missing.name not in {"hypothesis", "hypothesis_jsonschema"}:
            raise
        raise Failed("--generate needs Hypothesis; install it with: pip install hypothesis hypothesis-jsonschema") from None
    (report,) = reports
    files, left = generate(report.missing, report.version, seed)
    rows = []
    for file in files:
        write(os.path.join(folder, file.name), [file.content])
        rows += [manifest.Row(file.name, finding.entry, finding.rule, finding.pointer, file.reason) for finding in file.findings]
    if files:
        write_file(os.path.join(folder, _MANIFEST), manifest.dump(rows), syntax="json")
    later = "" if report.version == DEFAULT_VERSION else f"; check them with --api-version {report.version}"
    remainder = f"; none of them shows {', '.join(map(str, sorted(left)))}" if left else ""
    echo(f"updaterun: wrote {count(len(files), 'file')} to {printable(folder)}{later}{remainder}", err=True)
