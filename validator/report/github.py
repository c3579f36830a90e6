"""The report as workflow commands of GitHub Actions, which shows them at the lines of a pull request."""

from __future__ import annotations

from ..findings import Severity
from ..wording import printable
from .annotations import Annotation, ending, first_annotations
from .report import Report

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def write(report: Report) -> str:
    """Return a report as workflow commands, and the summary for readers of the log."""
    lines = [*map(_command, first_annotations(report, _KINDS)), *ending(report, _KINDS)]
    return "".join(f"{line}\n" for line in lines)


def _command(annotation: Annotation) -> str:
    # GitHub decodes the line ends, which are escaped below; another control character is written as it is in the other formats.
    file = None if annotation.file is None else "".join(c if c in "\r\n" else printable(c) for c in annotation.file)
    given = {"file": file, "line": annotation.line, "col": annotation.column, "title": annotation.rule}
    properties = ",".join(f"{key}={_escaped_property(str(value))}" for key, value in given.items() if value is not None)
    return f"::{annotation.kind} {properties}::{_escaped(annotation.message)}"


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
