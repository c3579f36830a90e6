"""The formats of a report of a coverage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import orjson

from ..pointer import JSON
from ..wording import Syntax, count, printable
from .coverage import Place
from .facts import Fact
from .page import write_html
from .report import Report

_WIDTH = 110
"""The most characters of a line of the table."""

_INDENT = " " * 6
"""What is before a name on a line of its own."""


def write_text(reports: Sequence[Report], width: int | None = None) -> str:
    """Return a table for each api-version, no wider than a terminal; the missing facts are folded unless sections were chosen."""
    return "\n".join("".join(f"{line}\n" for line in _lines(report, min(width or _WIDTH, _WIDTH))) for report in reports)


def _lines(report: Report, width: int) -> Iterator[str]:
    yield f"{report.version}: {_percent(report.share)} of {count(len(report.facts), 'fact')} of the contract"
    for row in report.rows():
        lead = f"  {row.label:20} {row.there:4} of {len(row.facts):4} {_percent(row.share):>7}  "
        if report.is_part:
            yield lead.rstrip()
            yield from (_INDENT + name for name in row.missing)
        elif len(line := lead + _folded(row.missing, width - len(lead))) <= width:
            yield line.rstrip()
        else:
            yield lead.rstrip()
            yield _INDENT + _folded(row.missing, width - len(_INDENT))
    if report.unasked:
        yield f"  {count(len(report.unasked), 'more fact')} cannot occur; --format json or html gives the reasons"


def _folded(names: Sequence[str], width: int) -> str:
    """Return as many names as there is room for, and the number of the others; at least one name."""
    for number in range(len(names), 1, -1):
        rest = len(names) - number
        text = f"missing: {', '.join(names[:number])}{f' and {rest:,} more' if rest else ''}"
        if len(text) <= width:
            return text
    return "" if not names else f"missing: {names[0]}{f' and {len(names) - 1:,} more' if len(names) > 1 else ''}"


def _percent(share: float) -> str:
    return f"{share:g} %"


def write_json(reports: Sequence[Report]) -> str:
    """Return every fact with its first place, or the reason why it is not asked for, as JSON."""
    versions = [
        {
            "version": report.version,
            "share": report.share,
            "rows": [
                {"section": row.section, "aspect": row.aspect, "there": row.there, "of": len(row.facts), "share": row.share}
                for row in report.rows()
            ],
            "facts": [_as_json(fact, place, "") for fact, place in report.facts.items()]
            + [_as_json(fact, None, reason) for fact, reason in report.unasked.items()],
        }
        for report in reports
    ]
    return orjson.dumps({"versions": versions}, option=orjson.OPT_INDENT_2).decode() + "\n"


def _as_json(fact: Fact, place: Place | None, reason: str) -> JSON:
    first = None if place is None else place._asdict() | {"source": printable(place.source)}
    return fact._asdict() | {"first": first, "not_asked": reason or None}


def write_markdown(reports: Sequence[Report]) -> str:
    """Return a table for each api-version, as Markdown, with the missing facts to unfold."""
    lines = []
    for report in reports:
        lines += [
            f"### {report.version}: {_percent(report.share)}",
            "",
            "| section | there | of | share | missing |",
            "|---|--:|--:|--:|---|",
        ]
        for row in report.rows():
            names = ", ".join(f"`{name}`" for name in row.missing)
            folded = names and f"<details><summary>{len(row.missing):,}</summary>{names}</details>"
            lines.append(f"| {row.label} | {row.there:,} | {len(row.facts):,} | {_percent(row.share)} | {folded} |")
        lines.append("")
    return "\n".join(lines)


class Writer(NamedTuple):
    """How a report is written, the syntax of that, and whether it shows the first place of each fact."""

    write: Callable[[Sequence[Report]], str]
    syntax: Syntax = "text"
    shows_places: bool = False


WRITERS: dict[str, Writer] = {
    "text": Writer(write_text),
    "json": Writer(write_json, "json", shows_places=True),
    "html": Writer(write_html, "xml", shows_places=True),
    "markdown": Writer(write_markdown),
}
"""The formats of a report."""
