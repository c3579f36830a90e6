"""The report as workflow commands of GitHub Actions, which shows them at the lines of a pull request."""

from __future__ import annotations

from ..findings import Finding, Severity
from ..readers.paths import STREAM
from ..wording import printable
from .report import Report, describe_finding, describe_stale, relative

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def write(report: Report) -> str:
    """Return a report as workflow commands, one per finding, and the summary for readers of the log."""
    lines = [_command(_COMMANDS[finding.severity], _properties(finding), describe_finding(finding)) for finding in report.findings]
    lines += [_command("error", _file(stale.row.manifest) | {"title": "stale"}, describe_stale(stale)) for stale in report.stale]
    return "\n".join([*lines, report.summary()]) + "\n"


def _properties(finding: Finding) -> dict[str, str]:
    title = {"title": finding.rule}
    if finding.source == STREAM:
        return title
    position = {} if finding.line is None else {"line": str(finding.line), "col": str(finding.column)}
    return _file(finding.source) | position | title


def _file(source: str) -> dict[str, str]:
    # GitHub decodes the line ends, which are escaped below; another control character is written as it is in the other formats.
    return {"file": "".join(c if c in "\r\n" else printable(c) for c in relative(source))}


def _command(name: str, properties: dict[str, str], message: str) -> str:
    parameters = ",".join(f"{key}={_escape(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items())
    return f"::{name} {parameters}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
