"""Reports: findings in, text out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .json_report import json_report
from .report import Report
from .text import text_report

Reporter: TypeAlias = Callable[[Report], str]

REPORTERS: dict[str, Reporter] = {"text": text_report, "json": json_report}
"""The formats that a report can have."""

__all__ = ["REPORTERS", "Report", "Reporter"]
