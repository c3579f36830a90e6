"""What Azure Pipelines and GitHub Actions take for a command in a log, after the parsers of their agents."""

from __future__ import annotations

import re
from typing import NamedTuple

GITHUB = {
    *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher"),
    *("save-state", "set-env", "set-output", "stop-commands", "warning"),
}
"""The commands that a runner of GitHub Actions knows."""


class LogCommand(NamedTuple):
    """A command: its name, its properties as written, and its data."""

    name: str
    properties: str
    data: str


def azure(log: str) -> list[LogCommand]:
    """Return the commands that an agent of Azure Pipelines finds in a log: `##vso[AREA.EVENT PROPERTIES]DATA`, anywhere in a line.

    Formatting such as `##[error]` is included, which its web page shows as what it claims to be.
    """
    return [command for line in lines(log) for prefix in ("##vso[", "##[") if (command := _in_brackets(line, prefix)) is not None]


def github(log: str) -> list[LogCommand]:
    """Return the commands that a runner of GitHub Actions finds in a log.

    They are `::NAME PROPERTIES::DATA` after blanks, or else `##[NAME PROPERTIES]DATA` anywhere in a line.
    """
    found = [_in_colons(line) or _in_brackets(line, "##[") for line in lines(log)]
    return [command for command in found if command is not None and command.name in GITHUB]


def decoded_by_azure(text: str) -> str:
    """Return what an agent of Azure Pipelines makes of a value of a property, or of a message."""
    for escape, character in (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")):
        text = text.replace(escape, character)
    return text


def lines(log: str) -> list[str]:
    """Return the lines of a log, as .NET reads them."""
    return re.split(r"\r\n|\r|\n", log)


def _in_brackets(line: str, prefix: str) -> LogCommand | None:
    _, begin, rest = line.partition(prefix)
    info, end, data = rest.partition("]")
    return _command(info, data) if begin and end else None


def _in_colons(line: str) -> LogCommand | None:
    line = line.lstrip()
    info, end, data = line[2:].partition("::")
    return _command(info, data) if line.startswith("::") and end else None


def _command(info: str, data: str) -> LogCommand:
    name, _, properties = info.partition(" ")
    return LogCommand(name, properties.strip(), data)
