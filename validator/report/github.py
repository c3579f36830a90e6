"""A report as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

import os

from ..findings import Finding, Severity
from ..readers.paths import STREAM
from .report import Report, regret, relative, sentence

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def write(report: Report) -> str:
    """Write a report as workflow commands, one line a finding, with the summary for those who read the log."""
    lines = [_command(_COMMANDS[finding.severity], _properties(finding), sentence(finding)) for finding in report.findings]
    lines += [_command("error", _file(gone.manifest) | {"title": "stale"}, regret(gone)) for gone in report.stale]
    return "\n".join([*lines, report.summary()]) + "\n"


def _properties(finding: Finding) -> dict[str, str]:
    title = {"title": finding.rule}
    if finding.source == STREAM:
        return title
    place = {} if finding.line is None else {"line": str(finding.line), "col": str(finding.column)}
    return _file(finding.source) | place | title


def _file(source: str) -> dict[str, str]:
    return {"file": os.fsencode(relative(source)).decode("utf-8", "replace")}


def _command(name: str, properties: dict[str, str], message: str) -> str:
    given = ",".join(f"{key}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items())
    return f"::{name} {given}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
