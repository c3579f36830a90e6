"""`updaterun show`: the runs in a file, as a text tree or a page."""

from __future__ import annotations

import io
import os
import shutil
import sys
from dataclasses import replace
from typing import NoReturn

import click

from ..readers import reader
from ..readers.paths import STDIN, File
from ..rules.dispatch import RuleError
from ..show import Overview, overview_of
from ..wording import listed, printable
from .arguments import complete_file
from .output import Failed, echo, write_text
from .settings import settings_for

_MAX_NAMES = 10
"""Names of runs that an error message lists."""


@click.command()
@click.argument("file", shell_complete=complete_file)
@click.option("--html", metavar="PAGE", shell_complete=complete_file, help="Write a page for browsers to this file instead.")
@click.option("--run", "name", metavar="NAME", help="Show the run of this name alone.")
def show(file: str, html: str | None, name: str | None) -> None:
    """Show the update runs in a file: how far their stages, groups and members are, and what is wrong.

    FILE is anything that `check` reads, or - for the standard input. Where it has several captures of a run, what
    changed from each to the next is told too. Times are in UTC. What the settings in pyproject.toml select and ignore
    holds here, too. A page made with --html needs no network and no script.

    \b
    Examples:
      updaterun show run.json
      updaterun show cassette.yaml --run april-upgrade
      updaterun show polls.jsonl --html polls.html
    """
    overview = _read(file)
    if name is not None:
        overview = _only(overview, name)
    if html is None:
        _print(overview)
    else:
        _write(overview, file, html)


def _read(file: str) -> Overview:
    source = File(file, named=True).source
    try:
        with _opened(file) as stream:
            overview = overview_of(source, reader.read(stream, file), settings_for(os.curdir).wants)
    except IsADirectoryError:
        _refuse(f"{printable(source)} is a folder; name one file")
    except OSError as error:
        _refuse(f"cannot read {printable(source)}: {(error.strerror or 'it cannot be opened').lower()}")
    except RuleError as bug:
        raise Failed(f"{bug}, met in {printable(source)}. Please report it.") from bug
    if not overview.histories:
        first = next((f"; {finding.message}" for finding in overview.other_findings), "")
        _refuse(f"{printable(source)} holds no update run to show{first}")
    return overview


def _opened(file: str) -> io.BufferedReader:
    if file != STDIN:
        return open(file, "rb")
    if sys.stdin is None:  # the shell closed it
        _refuse("the standard input is closed")
    return io.BufferedReader(sys.stdin.buffer)  # type: ignore[arg-type]


def _only(overview: Overview, name: str) -> Overview:
    """Return the overview with the runs of a name only. Raises Failed, with the names, if there is none."""
    histories = tuple(history for history in overview.histories if history.name.lower() == name.lower())
    if not histories:
        names = sorted({history.name for history in overview.histories if history.name})
        known = [*names[:_MAX_NAMES], *["others"] * (len(names) > _MAX_NAMES)]
        available = f"; there {'is' if len(known) == 1 else 'are'} {listed(known, 'and')}" if known else ""
        _refuse(printable(f"{overview.source} holds no run named {name}{available}"))
    return replace(overview, histories=histories, other_findings=())


def _print(overview: Overview) -> None:
    from ..show.text_tree import PLAIN_WIDTH, render_text

    if not sys.stdout.isatty():
        echo(render_text(overview), nl=False)
        return
    width = shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns
    echo(render_text(overview, width=width, colour=not os.environ.get("NO_COLOR")), nl=False)


def _write(overview: Overview, file: str, html: str) -> None:
    from ..show.html_page import render_page

    if html == STDIN:
        echo(render_page(overview), syntax="xml", nl=False)
    elif os.path.realpath(html) == os.path.realpath(file):
        _refuse(f"{printable(html)} is the file that is shown; write somewhere else")
    else:
        write_text(html, render_page(overview), syntax="xml")


def _refuse(reason: str) -> NoReturn:
    raise Failed(reason)
