"""Reports: the findings of a check as text, in one of several formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..wording import Syntax
from . import github, json_report, junit, sarif, text
from .report import Report


@dataclass(frozen=True, slots=True)
class Reporter:
    """A report format and its syntax; `needs_cases` is whether it also lists the documents and exchanges without findings."""

    write: Callable[[Report], str]
    syntax: Syntax
    needs_cases: bool = False


REPORTERS: dict[str, Reporter] = {
    "text": Reporter(text.write, "text"),
    "json": Reporter(json_report.write, "json"),
    "sarif": Reporter(sarif.write, "json"),
    "junit": Reporter(junit.write, "xml", needs_cases=True),
    "github": Reporter(github.write, "github"),
}
"""The report formats by the names of --format."""

__all__ = ["REPORTERS", "Report", "Reporter"]
