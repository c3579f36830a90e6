"""`updaterun check`: check files, and write reports of the findings."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from ..checker.settings import FAIL_ON
from ..contract.engines import ENGINES
from ..report import REPORTERS
from ..wording import listed
from .arguments import complete_file, complete_rule, judging_version, known_glob, known_rule, not_empty, positive
from .execution import execute
from .request import Request


def _formats(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str | None], ...]:
    """Return each format with the file after its colon, None if it has none."""
    formats: list[tuple[str, str | None]] = []
    for text in given:
        form, colon, file = text.partition(":")
        if form not in REPORTERS:
            raise click.BadParameter(f"expected {listed(list(REPORTERS), 'or')}, found {form!r}")
        if colon and not file:
            raise click.BadParameter(f"expected a file after {text}")
        formats.append((form, file or None))
    return tuple(formats)


def _complete_format(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(form) for form in REPORTERS if form.startswith(incomplete)]


def _rules(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    if not all(names.replace(",", " ").strip() for names in given):
        raise click.BadParameter("expected a rule, found an empty string")
    return tuple(known_rule(name.strip(), families=True) for names in given for name in names.split(",") if name.strip())


def _globs(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(known_glob, given))


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...", shell_complete=complete_file)
@click.option(
    "--format",
    multiple=True,
    metavar=f"[{'|'.join(REPORTERS)}][:FILE]",
    callback=_formats,
    shell_complete=_complete_format,
    help="How to write the findings, and to which file. Repeatable.  [default: text]",
)
@click.option(
    "--output", "-o", metavar="FILE", callback=not_empty, shell_complete=complete_file, help="Write the format without a file to this one."
)
@click.option("--explain", is_flag=True, help="Show the fix below the first finding of each rule in the text.")
@click.option("--quiet", "-q", is_flag=True, help="Print findings only, without the summary.")
@click.option(
    "--verbose", "-v", is_flag=True, help="Show every finding and every skipped file in the text; by default, repeated findings are folded."
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="Exit with 1 if there is a finding of this severity or a higher one.  [default: error; with --baseline: note]",
)
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    callback=_rules,
    shell_complete=complete_rule,
    help="Report only these rules, or families such as schema/. Repeatable.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    callback=_rules,
    shell_complete=complete_rule,
    help="Do not report these rules or families. Repeatable.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    callback=_globs,
    help="Skip these files and folders in the folders that are checked. Repeatable.",
)
@click.option(
    "--no-ignore",
    "ignores",
    flag_value=False,
    default=True,
    help="Also check hidden folders, files that .gitignore names, node_modules and virtual environments.",
)
@click.option(
    "--force-exclude",
    is_flag=True,
    help="Treat named files as if they had been found in a folder: apply excludes, and skip unrelated files. For pre-commit: having no PATH is not an error, and if the baseline is among the PATHs, the whole current folder is checked.",
)
@click.option(
    "--as",
    "side",
    type=click.Choice(["auto", "request", "response"]),
    default="auto",
    show_default=True,
    help="Check bare update runs as requests or as responses; auto: as a response if only the service can have made it.",
)
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default="fast",
    show_default=True,
    help="The JSON Schema engine; both report the same findings.",
)
@judging_version
@click.option("--history", is_flag=True, help="Check captures of one run in several files as one history, in the order given.")
@click.option(
    "--jobs",
    "-j",
    type=positive,
    default="1",
    show_default=True,
    metavar="N",
    help="Check in N processes; findings and their order do not change.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    callback=not_empty,
    shell_complete=complete_file,
    help="A file of known findings: new ones fail, and so do stale ones.",
)
@click.option("--update-baseline", is_flag=True, help="Write the findings to the --baseline file.")
@click.option("--isolated", is_flag=True, help="Ignore the settings in pyproject.toml.")
@click.pass_context
def check(context: click.Context, /, **given: object) -> None:
    """Check captured responses, requests and fixtures.

    PATH is a file, a folder, a glob, or - for the standard input. Files are JSON, JSON Lines or YAML, plain or
    gzip-compressed. Update runs are found anywhere in them; exchanges are read from HAR, VCR, Pact, WireMock and
    other recordings.

    \b
    Exit status: 0 no finding at or above --fail-on, 1 a finding,
    2 a usage error, a missing path, or no update run to check.

    \b
    Example:
      updaterun check recordings/ --fail-on warning
    """
    request = Request(**given)  # type: ignore[arg-type] # click has made them what they are declared as
    context.exit(execute(request.complete()))
