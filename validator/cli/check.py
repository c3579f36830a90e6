"""`updaterun check`: check files, and write reports of the findings."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

import click
from click.shell_completion import CompletionItem

from ..checker import manifest
from ..checker.files import FileChecker
from ..checker.options import Options
from ..contract.schema_errors import ENGINES
from ..findings import Finding, Severity
from ..readers.exclusion import Exclusion
from ..readers.paths import STDIN, File, find
from ..report import REPORTERS, Report
from ..report.report import describe_missing
from ..rules.dispatch import RuleError
from ..wording import count, listed, printable
from . import expected
from .arguments import KNOWN, complete_file, complete_rule, is_wanted, known_glob, known_rule, positive, warn_of_order
from .output import INTERRUPTED, Failed, write_text
from .progress import show_progress
from .settings import FAIL_ON, SEVERITIES, TABLE, Settings, settings_for


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of the command line."""

    paths: tuple[str, ...]
    format: tuple[tuple[str, str | None], ...]
    output: str | None
    fail_on: str | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    exclude: tuple[str, ...]
    listed: bool
    side: str
    engine: str
    history: bool
    jobs: int
    expect: str | None
    write_expected: bool
    explain: bool
    verbose: bool
    isolated: bool
    settings_file: str = ""
    """The file that names the manifest, where the command line does not."""

    def with_settings(self, settings: Settings) -> Request:
        """Return the request with the settings of a project for what the command line leaves open.

        Its --select replaces `ignore` in the settings too, so that the selected rules are reported.
        """
        return replace(
            self,
            fail_on=self.fail_on or settings.fail_on,
            select=self.select or settings.select,
            ignore=self.ignore if self.ignore or self.select else settings.ignore,
            expect=self.expect or settings.expect,
            settings_file="" if self.expect else settings.file,
        )

    def wants(self, rule: str) -> bool:
        """Return whether findings of a rule are reported."""
        return is_wanted(rule, self.select, self.ignore)

    def threshold(self) -> Severity | None:
        """Return the lowest severity that fails, None if none does. The default is error, and note with a manifest."""
        return SEVERITIES.get(self.fail_on or ("error" if self.expect is None else "note"))

    def outputs(self) -> dict[str, str]:
        """Return the format of each output, by its file or `-`.

        Raises click.UsageError if two formats have the same output.
        """
        if self.write_expected and (self.format or self.output is not None):
            raise click.UsageError("--write-expected writes the manifest, and no report; leave --format and --output away")
        if self.output == "":
            raise click.UsageError("expected a file for --output, found an empty string")
        formats: dict[str, str] = {}
        places: dict[str, str] = {}
        for form, file in self.format or (("text", None),):
            where = file or self.output or STDIN
            other = places.setdefault(os.path.realpath(where), form)
            if other is not form or where in formats:
                raise click.UsageError(f"{other} and {form} would go to one place; name a file for each, such as {form}:FILE")
            formats[where] = form
        if self.output is not None and os.path.realpath(self.output) not in places:
            raise click.UsageError("every format has a file of its own, and none is left for --output")
        return formats


def _formats(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str | None], ...]:
    """Return each format with the file after its colon, None if it has none."""
    formats: list[tuple[str, str | None]] = []
    for text in given:
        form, colon, file = text.partition(":")
        if form not in REPORTERS:
            raise click.BadParameter(f"expected {listed(list(REPORTERS), 'or')}, found {form!r}")
        if colon and not file:
            raise click.BadParameter(f"expected a file behind {text}")
        formats.append((form, file or None))
    return tuple(formats)


def _complete_format(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(form) for form in REPORTERS if form.startswith(incomplete)]


def _rules(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(known_rule(name.strip(), families=True) for names in given for name in names.split(",") if name.strip())


def _globs(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(known_glob, given))


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete_file)
@click.option(
    "--format",
    multiple=True,
    metavar=f"[{'|'.join(REPORTERS)}][:FILE]",
    callback=_formats,
    shell_complete=_complete_format,
    help="How to write the findings, and to which file. Repeatable.  [default: text]",
)
@click.option("--output", metavar="FILE", shell_complete=complete_file, help="Write the format that names no file to this one.")
@click.option("--explain", is_flag=True, help="Say in the text what to do about the findings, once for each rule.")
@click.option("--verbose", is_flag=True, help="Show each finding in the text, however many are alike, and the files that were left alone.")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="The least severity that makes the exit status 1.  [default: error; with --expect: note]",
)
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    callback=_rules,
    shell_complete=complete_rule,
    help="Report these rules alone; a family such as schema/ will do. Repeatable.",
)
@click.option(
    "--ignore", multiple=True, metavar="RULE", callback=_rules, shell_complete=complete_rule, help="Leave these rules out. Repeatable."
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    callback=_globs,
    help="Leave these files and folders out of the folders that are checked. Repeatable.",
)
@click.option(
    "--listed",
    is_flag=True,
    help="Take the files for a list that a program made: leave out those excluded or of another kind, and accept that none is left.",
)
@click.option(
    "--as",
    "side",
    type=click.Choice(["auto", "request", "response"]),
    default="auto",
    show_default=True,
    help="What an update run without an exchange around it is taken for; auto: a response if the service must have made it.",
)
@click.option(
    "--engine", type=click.Choice(list(ENGINES)), default="fast", show_default=True, help="Which JSON Schema engine checks the structure."
)
@click.option("--history", is_flag=True, help="Take captures of one run in several files, in the order given, for one history.")
@click.option(
    "--jobs",
    type=positive,
    default="1",
    show_default=True,
    metavar="N",
    help="Check in as many processes; they find the same, in the same order.",
)
@click.option(
    "--expect",
    metavar="MANIFEST",
    shell_complete=complete_file,
    help="Findings that are known: new ones fail, and so do those that have vanished.",
)
@click.option("--write-expected", is_flag=True, help="Write the findings to the manifest of --expect, as known ones.")
@click.option("--isolated", is_flag=True, help="Leave the settings in pyproject.toml alone.")
@click.pass_context
def check(context: click.Context, /, **given: object) -> None:
    """Check captured responses, requests and fixtures.

    PATH is a file, a folder, a glob, or - for the standard input. Files are JSON, JSON Lines or YAML, plain or
    gzip-compressed: update runs and lists of them, and recordings of VCR.py, go-vcr, the Azure SDK's test proxy,
    Azure PowerShell, oav, browsers (HAR) and the az CLI.

    \b
    Exit status: 0 nothing found at or above --fail-on, 1 something found,
    2 the command could not do what it was asked.

    \b
    Example:
      updaterun check recordings/ --fail-on warning
    """
    request = Request(**given)  # type: ignore[arg-type] # click has made them what they are declared as
    settings = Settings() if request.isolated else settings_for(os.curdir)
    exclusion = Exclusion.of(os.curdir, request.exclude) if request.exclude else settings.exclude
    complete = request.with_settings(settings)
    if not any(complete.wants(rule) for rule in KNOWN):
        where = "" if request.select or request.ignore else f"{settings.file}: "
        raise click.UsageError(f"{where}no rule is left to report, as each is ignored or not selected")
    context.exit(_check(complete, exclusion))


def _check(request: Request, exclusion: Exclusion) -> int:
    outputs = request.outputs()
    known = _known(request)
    files, missing = find(request.paths, exclusion, listed=request.listed)
    for path in missing:
        click.echo(f"updaterun: {describe_missing(path)}", err=True)
    if request.history:
        warn_of_order(files)
    checker = _checker(request, with_cases=any(REPORTERS[form].needs_cases for form in outputs.values()))
    findings, interrupted = _findings(checker, files)
    tally = checker.tally
    if not (findings or tally.files or interrupted or (request.listed and not missing)):
        if not missing:
            message = f"updaterun: nothing to check: {_reason(request, exclusion, files)}"
            click.echo("\n  ".join([message, *map(printable, tally.skipped if request.verbose else ())]), err=True)
        if not missing or set(outputs.values()) == {"text"}:
            return 2
    comparison = manifest.Comparison(tuple(findings))
    if request.expect is not None:
        checked = tally.checked[:-1] if interrupted else tally.checked
        scope = manifest.Scope(frozenset(checked), request.wants)
        if request.write_expected:
            if interrupted:
                click.echo(f"updaterun: interrupted; nothing is written to {printable(request.expect)}", err=True)
                return INTERRUPTED
            if missing:
                raise Failed(f"nothing is written to {printable(request.expect)}")
            expected.save(request.expect, findings, known, scope)
            return 0
        comparison = manifest.compare(request.expect, known, findings, scope)
    report = Report(
        findings=comparison.new,
        files=len(tally.checked) - len(tally.skipped),
        documents=tally.documents,
        exchanges=tally.exchanges,
        unrelated=tally.unrelated,
        skipped=tuple(tally.skipped),
        known=comparison.matched,
        stale=comparison.stale,
        cases=tuple(tally.cases or ()),
        fail_on=request.threshold(),
        explain=request.explain,
        verbose=request.verbose,
        interrupted=interrupted,
        missing=tuple(missing),
    )
    _print(report, outputs, tally.checked)
    return INTERRUPTED if interrupted else 2 if missing else _status(report, request)


def _reason(request: Request, exclusion: Exclusion, files: Sequence[File]) -> str:
    """Return the reason why there is nothing to check."""
    among = f" in {listed([printable(path) for path in request.paths], 'or')}" if len(request.paths) <= _NAMED else ""
    why = f"nothing in {count(len(files), 'file')} is about an update run" if files else f"there are no files{among}"
    excluded = exclusion.globs and len(find(request.paths, listed=request.listed)[0]) > len(files)
    return f"{why} beside those that are excluded" if excluded else why


_NAMED = 3
"""The most paths that an error message repeats."""


def _known(request: Request) -> tuple[manifest.Expected, ...]:
    if request.expect is None:
        if request.write_expected:
            raise click.UsageError("--write-expected needs --expect MANIFEST, the file to write")
        return ()
    name = printable(request.expect)
    try:
        return expected.load(request.expect)
    except FileNotFoundError as error:
        if request.write_expected:
            return ()
        named, option = (
            (f"{request.settings_file}: expect in {TABLE}: ", "") if request.settings_file else ("", f" --expect {shlex.quote(name)}")
        )
        paths = shlex.join(map(printable, request.paths)) if len(request.paths) <= _NAMED else "PATH..."
        made = f"updaterun check {paths}{option} --write-expected"
        raise Failed(f"{named}there is no manifest {name}; make it with: {made}") from error


def _checker(request: Request, *, with_cases: bool) -> FileChecker:
    side, ignored = None if request.side == "auto" else request.side, frozenset(rule for rule in KNOWN if not request.wants(rule))
    options = Options(engine=request.engine, side=side, ignored=ignored)  # type: ignore[arg-type] # choices
    if request.jobs == 1:
        return FileChecker(options, history=request.history, with_cases=with_cases)
    from ..checker.processes import ParallelChecker

    return ParallelChecker(options, request.jobs, history=request.history, with_cases=with_cases)


def _findings(checker: FileChecker, files: Sequence[File]) -> tuple[list[Finding], bool]:
    """Check files, and return the findings that are reported, and whether Ctrl-C ended the check.

    Raises Failed for a bug in a rule.
    """
    findings: list[Finding] = []
    try:
        with show_progress(checker.tally, [file.path for file in files]):
            # A list is extended one by one, so that the findings before Ctrl-C are kept.
            findings.extend(checker.check_files(files))
    except KeyboardInterrupt:
        return findings, True
    except RuleError as bug:
        raise Failed(f"{bug}. Please report it.") from bug
    return findings, False


def _status(report: Report, request: Request) -> int:
    """Return the exit status of a check that was not interrupted."""
    if _is_about_nothing(report) and not request.listed:
        if not report.findings:
            click.echo("updaterun: nothing was checked, and what would say why is ignored, or not selected", err=True)
        return 2
    return 1 if _fails(report) else 0


def _is_about_nothing(report: Report) -> bool:
    """Return whether nothing was checked, and only that is reported. Findings about unreadable files may be ignored."""
    rules = {finding.rule for finding in report.findings}
    return not (report.documents or report.exchanges or report.known or report.stale) and rules <= {"input/unrecognised"}


def _fails(report: Report) -> bool:
    threshold = report.fail_on
    return threshold is not None and (bool(report.stale) or any(finding.severity >= threshold for finding in report.findings))


def _print(report: Report, outputs: dict[str, str], checked: list[str]) -> None:
    sources = {os.path.realpath(source) for source in checked}
    for where in outputs:
        if where != STDIN and os.path.realpath(where) in sources:
            raise Failed(f"{printable(where)} is one of the files that are checked; write somewhere else")
    for where, form in outputs.items():
        if report.interrupted and form != "text":  # a program would take it for the whole
            what = f"no {form} report" if where == STDIN else f"no {form} report is written to {printable(where)}"
            click.echo(f"updaterun: interrupted; {what}", err=True)
            continue
        text = REPORTERS[form].write(report)
        if where == STDIN:
            click.echo(text, nl=False, color=False if os.environ.get("NO_COLOR") else None)
        else:
            write_text(where, click.unstyle(text))
