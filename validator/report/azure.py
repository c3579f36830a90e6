"""The report as logging commands of Azure Pipelines, which shows them in the summary of a run."""

from __future__ import annotations

from ..findings import Severity
from ..wording import printable
from .annotations import Annotation, ending, first_annotations
from .report import Report

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "warning"}
"""Azure Pipelines knows no notes."""

_ESCAPES = {"%": "%AZP25", ";": "%3B", "\r": "%0D", "\n": "%0A", "]": "%5D"}
"""What the agent decodes, in properties and in messages, and the percent sign first, so that nothing else is decoded."""


def write(report: Report) -> str:
    """Return a report as logging commands, and the summary for readers of the log."""
    lines = [*map(_command, first_annotations(report, _KINDS)), *ending(report, _KINDS)]
    return "".join(f"{line}\n" for line in lines)


def _command(annotation: Annotation) -> str:
    given = {
        "type": annotation.kind,
        "sourcepath": annotation.file,
        "linenumber": annotation.line,
        "columnnumber": annotation.column,
        "code": annotation.rule,
    }
    properties = ";".join(f"{key}={_escaped(str(value))}" for key, value in given.items() if value is not None)
    return f"##vso[task.logissue {properties}]{_escaped(annotation.message)}"


def _escaped(text: str) -> str:
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return printable(text)
