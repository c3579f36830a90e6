"""Findings: what a check reports, and how severe it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, TypeAlias

Side: TypeAlias = Literal["request", "response", "document"]
"""The body that a finding is about; `document` is for a finding about neither, but about a file or a record."""


class Severity(IntEnum):
    """How severe a finding is, in SARIF's terms; higher is more severe."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding involves, such as the first of two duplicates; its position is None if it is in a text read earlier."""

    pointer: str
    message: str = ""
    entry: int | None = None
    source: str | None = None
    line: int | None = None
    column: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, at one place.

    `pointer` is a JSON Pointer (RFC 6901) into the body as its author wrote it; the empty pointer is
    the whole body, and the parameters of a URL are under `/uri/`. `entry` is the 0-based index of the
    exchange or record in its file, None where the file is a single document. `line` and `column`
    count from 1, and `end_column` is the column after what is there on that line, of an object or an array the
    bracket that opens it; each is None if it is not known. `cites` is a `source#anchor` of `schemas/sources.json`, and
    empty if no source is about the problem.
    """

    rule: str
    severity: Severity
    message: str
    pointer: str = ""
    source: str = ""
    entry: int | None = None
    line: int | None = None
    column: int | None = None
    side: Side = "document"
    cites: str = ""
    related: tuple[Related, ...] = ()
    end_column: int | None = None
