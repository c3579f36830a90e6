"""Lines and columns of offsets in text.

Lines end at line feeds, with or without a carriage return before them, as in JSON Lines and, by default, in SARIF. A
lone carriage return, as classic Mac OS wrote it, and the line separators of Unicode are ordinary characters.
"""

from __future__ import annotations

from collections.abc import Iterable


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of an offset, both from 1; an offset after the end of the text counts as the end."""
    offset = min(offset, len(text))
    return lines_and_columns(text, [offset])[offset]


def lines_and_columns(text: str, offsets: Iterable[int], first_line: int = 1) -> dict[int, tuple[int, int]]:
    """Return the line and the column of each offset, in characters; `first_line` is the number of the text's first line."""
    positions: dict[int, tuple[int, int]] = {}
    line = first_line
    previous = line_start = 0
    for offset in sorted(offsets):
        line += text.count("\n", previous, offset)
        line_start = max(line_start, text.rfind("\n", previous, offset) + 1)
        previous = offset
        positions[offset] = line, offset - line_start + 1
    return positions
