"""The command `updaterun`."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import Any

import click

from ..wording import printable
from .output import INTERRUPTED, accept_any_character, echo

COMMANDS = {
    "check": "check",
    "show": "show",
    "rules": "rules",
    "explain": "rules",
    "schema": "schema",
    "versions": "versions",
    "diff": "versions",
    "generate": "generate",
    "coverage": "coverage",
    "serve": "serve",
}
"""The module of each command, which is imported when the command is used."""


class Commands(click.Group):
    """A group that imports a command when it is used, and that reports a failed output without a traceback."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command line."""
        accept_any_character()
        try:
            return super().main(*args, **options)
        except OSError as error:  # such as a full disk; click handles a closed pipe
            echo(f"updaterun: cannot go on: {error.strerror}", err=True)
            sys.exit(2)

    def invoke(self, context: click.Context) -> Any:
        """Run a command; Ctrl-C ends it without a traceback, and an error message of click may have names from the command line."""
        try:
            return super().invoke(context)
        except click.ClickException as error:
            text = io.StringIO()
            error.show(text)
            echo("\n".join(map(printable, text.getvalue().split("\n"))), err=True, nl=False)
            context.exit(error.exit_code)
        except KeyboardInterrupt:
            echo("updaterun: interrupted", err=True)
            context.exit(INTERRUPTED)

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names of the commands in the order in which a user needs them."""
        return list(COMMANDS)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their whole first sentences, which click would truncate."""
        commands = [(name, self.get_command(context, name)) for name in self.list_commands(context)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(limit=200)) for name, command in commands if command is not None])

    def resolve_command(self, context: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of a line.

        Raises click.UsageError, with the nearest command, if there is none.
        """
        if args and args[0] not in COMMANDS and not args[0].startswith("-") and not context.resilient_parsing:
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            raise click.UsageError(f"No such command {args[0]!r}.{f' Did you mean {close[0]}?' if close else ''}", context)
        return super().resolve_command(context, args)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Return a command by its name, None if there is none."""
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f".{COMMANDS[name]}", __package__), name)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="updaterun-validator", prog_name="updaterun")
def main() -> None:
    """Validate update runs of Azure Kubernetes Fleet Manager, and captures of their API.

    \b
    Examples:
      updaterun check recordings/
      updaterun show cassette.yaml
      updaterun explain group-duplicate
    """
