"""Reports: the findings of a check as text, in one of several formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import github, json_report, junit, sarif, text
from .report import Report


@dataclass(frozen=True, slots=True)
class Reporter:
    """A report format; `needs_cases` is whether it also lists the documents and exchanges without findings."""

    write: Callable[[Report], str]
    needs_cases: bool = False


REPORTERS: dict[str, Reporter] = {
    "text": Reporter(text.write),
    "json": Reporter(json_report.write),
    "sarif": Reporter(sarif.write),
    "junit": Reporter(junit.write, needs_cases=True),
    "github": Reporter(github.write),
}
"""The report formats by the names of --format."""

__all__ = ["REPORTERS", "Report", "Reporter"]
