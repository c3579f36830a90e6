"""Reports: findings in, text out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from .report import Report


@dataclass(frozen=True, slots=True)
class Reporter:
    """A format of reports: the module that writes it, and whether it tells of all cases, those without a finding included."""

    module: str
    of_cases: bool = False

    def write(self, report: Report) -> str:
        """Write a report; the module is imported when it is needed."""
        write: Callable[[Report], str] = import_module(f".{self.module}", __package__).write
        return write(report)


REPORTERS: dict[str, Reporter] = {
    "text": Reporter("text"),
    "json": Reporter("json_report"),
    "sarif": Reporter("sarif"),
    "junit": Reporter("junit", of_cases=True),
    "github": Reporter("github"),
}
"""The formats that a report can have."""

__all__ = ["REPORTERS", "Report", "Reporter"]
