"""The options of `generate` that order what is in the documents: those of the strategies for update runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click
import orjson

from ..limits import MAX_RECORD
from ..pointer import JSON
from ..readers.paths import File
from ..readers.regular_file import read_regular_file
from .arguments import complete_file

_Command = TypeVar("_Command", bound=Callable[..., Any])

_READ = f"{__name__}.read"
"""Where a context has the files that were read."""


class _Numbers(click.ParamType[int | range]):
    """A number, or a range of numbers with both ends."""

    name = "numbers"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int | range:
        found = re.fullmatch(r"([0-9]{1,6})(?:\.\.([0-9]{1,6}))?", value)
        if found is None:
            self.fail(f"expected a number, or two as in 2..5, found {value!r}", param, ctx)
        if found[2] and int(found[1]) > int(found[2]):
            self.fail(f"expected the smaller number first, found {value!r}", param, ctx)
        return range(int(found[1]), int(found[2]) + 1) if found[2] else int(found[1])


class _JSONFile(click.ParamType[JSON]):
    """A file with a JSON value, which is read."""

    name = "file"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> JSON:
        if not value:
            self.fail("expected a file, found an empty string", param, ctx)
        if ctx is not None:
            ctx.meta.setdefault(_READ, []).append(File(value, named=True))
        try:
            return orjson.loads(read_regular_file(value, MAX_RECORD))
        except OSError as error:
            self.fail(f"cannot read {value}: {error.strerror}", param, ctx)
        except orjson.JSONDecodeError as error:
            self.fail(f"{value} is not JSON: {error}", param, ctx)


def _numbers(name: str, what: str) -> click.Option:
    return click.Option([f"--{name}"], type=_Numbers(), metavar="N|A..B", help=what)


def _file(name: str, what: str) -> click.Option:
    return click.Option([f"--{name}"], type=_JSONFile(), metavar="FILE", help=what, shell_complete=complete_file)


ORDERS = (
    _numbers("stages", "How many stages; 0 for a run without a strategy."),
    _numbers("groups", "How many groups in each stage."),
    _numbers("members", "How many members in each group."),
    _numbers("failing", "The members that fail, by their position among all, from 0. After a restart they may be Completed."),
    _numbers("pending", "The members that are Pending before they are updated."),
    _numbers("skipped", "The members that are skipped before the start."),
    click.Option(["--name"], metavar="NAME", help="The name of the run; those of several documents end in a number."),
    click.Option(["--fleet"], metavar="NAME", help="The fleet of the ids."),
    click.Option(["--resource-group"], metavar="NAME", help="The resource group of the ids."),
    click.Option(["--subscription"], metavar="ID", help="The subscription of the ids."),
    _file("strategy", "The UpdateRunStrategy of the run, in JSON."),
    _file("upgrade", "The ManagedClusterUpgradeSpec of the run, in JSON."),
    _file("request", "The body of the PUT that the documents answer, in JSON."),
    click.Option(["--restarts/--no-restarts"], default=None, help="Whether a run may be started again. By default it may."),
    click.Option(["--whole"], is_flag=True, default=None, help="Runs that reach an end: Completed, Failed, Skipped or Stopped."),
    click.Option(["--start"], metavar="TIME", help="When the run is created, as in 2025-04-08T09:00:00Z."),
    click.Option(["--end"], metavar="TIME", help="The time after which nothing happens."),
    click.Option(["--gates/--no-gates"], default=None, help="A gate before each stage, or none."),
    click.Option(["--max-concurrency"], metavar="N|P%", help="The maxConcurrency of each group."),
    click.Option(["--max-allowed-failures"], metavar="N|P%", help="The maxAllowedFailures of each stage and group."),
)
"""The options, each named as the parameter of the strategies is."""


def orders(command: _Command) -> _Command:
    """Add the options to a command; the value of one that is not given is None."""
    command.__dict__.setdefault("__click_params__", []).extend(reversed(ORDERS))
    return command


def files_read() -> list[File]:
    """Return the files that options of the command line have named."""
    files: list[File] = click.get_current_context().meta.get(_READ, [])
    return files


def take_orders(given: dict[str, Any]) -> dict[str, Any]:
    """Remove the orders from the values of a command line, and return the given ones."""
    taken = {str(option.name): given.pop(str(option.name)) for option in ORDERS}
    return {name: value for name, value in taken.items() if value is not None}
