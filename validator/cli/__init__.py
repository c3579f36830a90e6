"""The command `updaterun`."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {"check": "check", "rules": "rules", "explain": "rules"}
"""The commands, and the module of each; it is imported when the command is used."""


class Commands(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, _: click.Context) -> list[str]:
        """List the commands in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Give a command, None where there is none of the name."""
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f".{COMMANDS[name]}", __package__), name)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="updaterun-validator", prog_name="updaterun")
def main() -> None:
    """Validate update runs of Azure Kubernetes Fleet Manager, and captures of their API."""
