"""The command `updaterun`."""

from __future__ import annotations

import click

from .check import check
from .rules import explain, rules


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="updaterun-validator", prog_name="updaterun")
def main() -> None:
    """Validate update runs of Azure Kubernetes Fleet Manager, and captures of their API."""


for command in (check, rules, explain):
    main.add_command(command)
