"""Findings: what a check reports, and how severe it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

from .wording import printable

BodySide: TypeAlias = Literal["request", "response"]
"""The body of an exchange."""

Side: TypeAlias = BodySide | Literal["document"]
"""The body that a finding is about; `document` is for a finding about neither, but about a file or a record."""


class Severity(IntEnum):
    """How severe a finding is, in SARIF's terms; higher is more severe."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    if TYPE_CHECKING:

        def __new__(cls, value: int | str) -> Self:
            """Admit a name, as `_missing_` does."""

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def _missing_(cls, value: object) -> Severity | None:
        """Return the severity of a name, as in `Severity("error")`."""
        return next((severity for severity in cls if str(severity) == value), None)


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding involves, such as the first of two duplicates; its position is None if it is in another text."""

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
    bracket that opens it, and of a string with the text of a body its first character; each is None if it is not
    known. `cites` is a `source#anchor` of `schemas/sources.json`, and empty if no source is about the problem.
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

    @property
    def place(self) -> str:
        """The place of the finding in its file: the entry, the side and the pointer."""
        entry = "" if self.entry is None else f"entry {self.entry} "
        side = "" if self.side == "document" else f"{self.side} "
        return f"{entry}{side}{self.pointer or '(top)'}"

    def __str__(self) -> str:
        line = "" if self.line is None else f"{self.line}:{self.column}:"
        position = f"{self.source}:{line}" if self.source else line
        return printable(f"{position}{' ' if position else ''}{self.severity} {self.rule} {self.place}: {self.message}")
