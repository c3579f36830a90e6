"""`updaterun check`: check files, and write reports of the findings."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from ..contract.schema_errors import ENGINES
from ..report import REPORTERS
from ..wording import listed
from .arguments import complete_file, complete_rule, known_glob, known_rule, positive
from .execution import execute
from .request import Request
from .settings import FAIL_ON


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
@click.option("--output", "-o", metavar="FILE", shell_complete=complete_file, help="Write the format that names no file to this one.")
@click.option("--explain", is_flag=True, help="Say in the text what to do about the findings, once for each rule.")
@click.option("--quiet", "-q", is_flag=True, help="Leave the summary out of the text: print findings only.")
@click.option(
    "--verbose", "-v", is_flag=True, help="Show each finding in the text, however many are alike, and the files that were skipped."
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="The least severity that makes the exit status 1.  [default: error; with --baseline: note]",
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
    "--no-ignore",
    "ignores",
    flag_value=False,
    default=True,
    help="Look in hidden folders, in what .gitignore names, in node_modules and in virtual environments, too.",
)
@click.option(
    "--force-exclude",
    is_flag=True,
    help="Take the paths for a list that a program made: skip what is excluded or of another kind, and accept that nothing is left.",
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
    "-j",
    type=positive,
    default="1",
    show_default=True,
    metavar="N",
    help="Check in as many processes; they find the same, in the same order.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    shell_complete=complete_file,
    help="Findings that are known: new ones fail, and so do those that have vanished.",
)
@click.option("--update-baseline", is_flag=True, help="Write the findings to the file of --baseline, as known ones.")
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
    context.exit(execute(request.complete()))
