"""`updaterun show`: a picture of the runs in a file."""

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
from ..show import Picture, tell
from ..wording import listed, printable
from .names import complete_file
from .output import Failed, write_text
from .settings import settings_for


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
    picture = _read(file)
    if name is not None:
        picture = _only(picture, name)
    if html is None:
        _print(picture)
    else:
        _write(picture, file, html)


def _read(file: str) -> Picture:
    source = File(file, named=True).source
    try:
        with _opened(file) as stream:
            picture = tell(source, reader.read(stream, file), settings_for(os.curdir).wants)
    except IsADirectoryError:
        _refuse(f"{printable(source)} is a folder; name one file")
    except OSError as error:
        _refuse(f"cannot read {printable(source)}: {(error.strerror or 'it cannot be opened').lower()}")
    except RuleError as bug:
        raise Failed(f"{bug}, met in {printable(source)}. Please report it.") from bug
    if not picture.stories:
        first = next((f"; {finding.message}" for finding in picture.others), "")
        _refuse(f"{printable(source)} holds no update run to show{first}")
    return picture


def _opened(file: str) -> io.BufferedReader:
    if file != STDIN:
        return open(file, "rb")
    if sys.stdin is None:  # the shell closed it
        _refuse("the standard input is closed")
    return io.BufferedReader(sys.stdin.buffer)  # type: ignore[arg-type]


def _only(picture: Picture, name: str) -> Picture:
    stories = tuple(story for story in picture.stories if story.name.lower() == name.lower())
    if not stories:
        names = sorted({story.name for story in picture.stories if story.name})
        known = [*names[:10], *["others"] * (len(names) > 10)]
        there = f"; there {'is' if len(known) == 1 else 'are'} {listed(known, 'and')}" if known else ""
        _refuse(printable(f"{picture.source} holds no run named {name}{there}"))
    return replace(picture, stories=stories, others=())


def _print(picture: Picture) -> None:
    from ..show.text_tree import PLAIN_WIDTH, draw

    if not sys.stdout.isatty():
        click.echo(draw(picture), nl=False)
        return
    width = shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns
    click.echo(draw(picture, width=width, colour=not os.environ.get("NO_COLOR")), nl=False)


def _write(picture: Picture, file: str, html: str) -> None:
    from ..show.html_page import page

    if html == STDIN:
        click.echo(page(picture), nl=False)
    elif os.path.realpath(html) == os.path.realpath(file):
        _refuse(f"{printable(html)} is the file that is shown; write somewhere else")
    else:
        write_text(html, page(picture))


def _refuse(reason: str) -> NoReturn:
    raise Failed(reason)
