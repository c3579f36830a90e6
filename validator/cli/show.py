"""`updaterun show`: the runs in files, as a tree or a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from ..checker.files import FileChecker
from ..checker.options import Options
from ..checker.settings import Settings
from ..contract.schemas import AUTO
from ..readers.paths import STDIN, File
from ..report.report import describe_missing
from ..rules.dispatch import RuleError
from ..show import Overview, overview_of
from ..wording import listed, printable
from .arguments import complete_file, judging_version, not_empty
from .output import Failed, echo, refuse_to_replace, terminal_width, wants_colour, write_text
from .paths import found_files, warn_of_order
from .project import project_settings

_MAX_NAMES = 10
"""Names of runs that an error message lists."""


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, shell_complete=complete_file)
@click.option("--html", metavar="PAGE", callback=not_empty, shell_complete=complete_file, help="Write an HTML page to this file instead.")
@judging_version
@click.option("--run", "name", metavar="NAME", callback=not_empty, help="Show the run with this name only.")
@click.option("--history", is_flag=True, help="Show captures of one run in several files as one history, in the order given.")
@click.pass_context
def show(
    context: click.Context, paths: tuple[str, ...], html: str | None, api_version: str | None, name: str | None, *, history: bool
) -> None:
    """Show update runs: how far their stages, groups and members are, and what is wrong.

    PATH is a file, a folder or a glob of anything that `check` reads, or - for the standard input. Of several captures
    of a run, the last is drawn, followed by a list of what changed from each to the next; a page has a drawing of each.
    More than ten runs take one line each.
    Times are in UTC. The settings in pyproject.toml apply. A page made with --html needs no network and no script.

    \b
    Examples:
      updaterun show run.json
      updaterun show recordings/ --history
      updaterun show cassette.yaml --run april-upgrade
      updaterun show polls.jsonl --html polls.html
    """
    settings = project_settings()
    found = found_files(paths, settings.exclude)
    refuse_to_replace(html, found.files, settings)
    if history:
        warn_of_order(found.files)
    options = Options(version=api_version or settings.api_version or AUTO)
    overview = _read(found.files, settings, options, history=history)
    problems = [*map(describe_missing, found.missing), *_without_run(overview)]
    if not (overview.histories or problems):
        problems.append(f"no update run in {listed([printable(path) for path in paths], 'or')}")
    for problem in problems:
        echo(f"updaterun: {problem}", err=True)
    if overview.histories:
        overview = overview if name is None else _only(overview, name)
        if html is None:
            _print(overview)
        else:
            _write(overview, html)
    if found.missing or not overview.histories or any(file.named for file, _ in overview.without_run):
        context.exit(2)


def _read(files: Sequence[File], settings: Settings, options: Options, *, history: bool) -> Overview:
    checker = FileChecker(options)
    try:
        return overview_of([(file, checker.items(file)) for file in files], settings.wants, options, history=history)
    except RuleError as bug:
        raise Failed(f"{bug}. Please report it.") from bug


def _without_run(overview: Overview) -> list[str]:
    """Return a sentence about each file that should have a run and has none."""
    return [
        f"{printable(file.source)} has no update run to show{'' if finding is None else f'; {printable(finding.message)}'}"
        for file, finding in overview.without_run
    ]


def _only(overview: Overview, name: str) -> Overview:
    """Return the overview with the runs of a name only. Raises Failed, with the names, if there is none."""
    histories = tuple(history for history in overview.histories if history.name.lower() == name.lower())
    if not histories:
        names = sorted({history.name for history in overview.histories if history.name})
        known = [*names[:_MAX_NAMES], *["others"] * (len(names) > _MAX_NAMES)]
        available = f"; there {'is' if len(known) == 1 else 'are'} {listed(known, 'and')}" if known else ""
        raise Failed(printable(f"{listed(list(overview.sources), 'and')}: no run is named {name}{available}"))
    return replace(overview, histories=histories, other_findings=())


def _print(overview: Overview) -> None:
    from ..show.text_tree import render_text

    width = terminal_width()
    if width is None:
        echo(render_text(overview), nl=False)
        return
    echo(render_text(overview, width=width, colour=wants_colour()), nl=False)


def _write(overview: Overview, html: str) -> None:
    from ..show.page import render_page

    if html == STDIN:
        echo(render_page(overview), syntax="xml", nl=False)
    else:
        write_text(html, render_page(overview), syntax="xml")
