"""Reports: the findings of a check as text, in one of several formats."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from ..wording import Syntax
from .report import Report


class Reporter(NamedTuple):
    """A report format: its module, which is imported when a report is written, and its syntax.

    `needs_cases` is whether it also lists the documents and exchanges without findings.
    """

    module: str
    syntax: Syntax
    needs_cases: bool = False

    def write(self, report: Report) -> str:
        """Return a report in this format."""
        text: str = self._imported().write(report)
        return text

    def left_out(self, report: Report) -> str:
        """Return a sentence about the findings that the format leaves out, empty if there are none."""
        text: str = getattr(self._imported(), "left_out", lambda _: "")(report)
        return text

    def _imported(self) -> Any:
        return import_module(f".{self.module}", __package__)


REPORTERS: dict[str, Reporter] = {
    "text": Reporter("text", "text"),
    "concise": Reporter("concise", "text"),
    "markdown": Reporter("markdown", "text"),
    "json": Reporter("json_report", "json"),
    "sarif": Reporter("sarif", "json"),
    "junit": Reporter("junit", "xml", needs_cases=True),
    "gitlab": Reporter("gitlab", "json"),
    "azure": Reporter("azure", "azure"),
    "github": Reporter("github", "github"),
}
"""The report formats by the names of --format."""

__all__ = ["REPORTERS", "Report", "Reporter"]
