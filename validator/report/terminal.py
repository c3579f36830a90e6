"""Findings for a terminal: wrapped between words at its width, with the lines that they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.cells import cell_len, chop_cells

from ..findings import Finding, Severity
from ..rules.entries import entries
from ..wording import printable
from .excerpt import excerpt
from .folding import FoldedFile
from .report import describe_message, describe_place
from .source import lines_of

BOLD = "1"
GREY = "38;5;243"
COLOURS = {Severity.ERROR: "38;5;160", Severity.WARNING: "38;5;130", Severity.NOTE: "38;5;31"}
"""Colours of the palette of 256 colours, which, unlike the first 16, no theme changes; they have contrast on black and on white."""

_INDENT = 4


def file_lines(file: FoldedFile, explained: Mapping[str, Finding], width: int) -> Iterator[str]:
    """Yield the lines of a file. The finding of each rule in `explained` is followed by the fix of the rule."""
    lines = lines_of(file.source, {finding.line for finding, _ in file.shown if finding.line is not None})
    yield from (styled(line, BOLD) for line in wrapped(printable(file.source), width))
    place: tuple[int | None, ...] = ()
    for finding, more in file.shown:
        yield from _finding_lines(finding, width)
        before, place = place, (finding.line, finding.column, finding.end_column)
        if finding.line in lines and place != before:
            yield from _excerpt_lines(finding, lines[finding.line], width)
        if explained.get(finding.rule) is finding:
            yield from wrapped(f"Fix: {entries()[finding.rule].fix}", width, _INDENT)
        if more:
            yield from _remark(f"… and {more:,} more like it", width)
        yield ""
    if file.elsewhere:
        yield from _remark(f"… and {file.elsewhere:,} like those of files above", width)
        yield ""


def _finding_lines(finding: Finding, width: int) -> Iterator[str]:
    """Yield a finding on one line if it fits, and otherwise with its message on lines of its own."""
    position = "" if finding.line is None else f"{finding.line}:{finding.column} "
    kind = f"{finding.severity} {finding.rule}"
    start, message = f"{position}{kind} {describe_place(finding)}", describe_message(finding)
    fits = cell_len(f"  {start}: {message}") <= width
    first, *others = [f"  {start}: {message}"] if fits else wrapped(start, width, 2, hanging=2)
    yield first.replace(kind, f"{styled(str(finding.severity), COLOURS[finding.severity])} {styled(finding.rule, GREY)}", 1)
    yield from others
    if not fits:
        yield from wrapped(message, width, _INDENT)


def _excerpt_lines(finding: Finding, line: str, width: int) -> Iterator[str]:
    number = str(finding.line)
    shown = excerpt(finding, line, max(width - _INDENT - len(f"{number} | "), 20))
    if shown is not None:
        indent, blank = " " * _INDENT, " " * len(number)
        yield f"{indent}{styled(f'{number} |', GREY)} {shown.text}"
        yield f"{indent}{styled(f'{blank} |', GREY)} {styled(shown.mark, COLOURS[finding.severity])}"


def _remark(text: str, width: int) -> Iterator[str]:
    yield from (styled(line, GREY) for line in wrapped(text, width, _INDENT))


def styled(text: str, code: str) -> str:
    """Return a string with an ANSI style."""
    return f"\x1b[{code}m{text}\x1b[0m"


def wrapped(text: str, width: int, indent: int = 0, *, hanging: int = 0) -> list[str]:
    """Return the lines of a string, broken between words, and within a word only where it is longer than a line.

    The lines after the first are indented by `hanging` more.
    """
    room = max(width - indent - hanging, 10)
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= room:
            line = joined
            continue
        full = [line] if line else []
        *chopped, line = chop_cells(word, room) or [""]
        lines += [*full, *chopped]
    return [" " * (indent + hanging * (number > 0)) + line for number, line in enumerate([*lines, line])]
