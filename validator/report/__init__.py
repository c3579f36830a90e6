"""Reports: the findings of a check as text, in one of several formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..wording import Syntax
from . import azure, concise, github, gitlab, json_report, junit, markdown, sarif, text
from .report import Report


@dataclass(frozen=True, slots=True)
class Reporter:
    """A report format and its syntax.

    `needs_cases` is whether it also lists the documents and exchanges without findings. `left_out` returns a sentence about the findings
    that it leaves out, empty if there are none.
    """

    write: Callable[[Report], str]
    syntax: Syntax
    needs_cases: bool = False
    left_out: Callable[[Report], str] = lambda _: ""


REPORTERS: dict[str, Reporter] = {
    "text": Reporter(text.write, "text"),
    "concise": Reporter(concise.write, "text"),
    "markdown": Reporter(markdown.write, "text"),
    "json": Reporter(json_report.write, "json"),
    "sarif": Reporter(sarif.write, "json", left_out=sarif.left_out),
    "junit": Reporter(junit.write, "xml", needs_cases=True),
    "gitlab": Reporter(gitlab.write, "json"),
    "azure": Reporter(azure.write, "azure"),
    "github": Reporter(github.write, "github"),
}
"""The report formats by the names of --format."""

__all__ = ["REPORTERS", "Report", "Reporter"]
