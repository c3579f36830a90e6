"""The part of a line of a file that a finding is about, with a mark below it.

Only the name of a property and what the finding is about are shown. The rest of a line may have anything, such as the headers of a
recording, and is left out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from ..findings import Finding
from ..wording import is_secret, printable, without_query

_NAME = re.compile(r"""\s*+:\s*+(?:"(?:[^"]|"(?=\\))*+"|'[^']*'|[^\s"'{}\[\],:#]++)""")
"""The name of a property and its colon, read backwards from its value: from the front, each character could begin it."""

_BODY = re.compile(r"""[{\[]\s*+\\*+["{\[]""")
"""The beginning of a body in a string, which may have anything, too."""

_LONGEST_NAME = 200
_PUNCTUATION = " \t\r,:{}[]-"


class Excerpt(NamedTuple):
    """What is shown of a line, and the mark below it."""

    text: str
    mark: str


def excerpt(finding: Finding, line: str, width: int) -> Excerpt | None:
    """Return an excerpt of the line of a finding that is no wider than a number of cells.

    Return None if the excerpt may have a secret, or if the finding is about a whole line or file, or about something in a body that is
    written as a string, whose beginning says nothing of it.
    """
    if finding.column is None or finding.column > len(line) or (finding.column == 1 and finding.end_column is None):
        return None
    start = finding.column - 1
    end = max(start + 1, (finding.end_column or 0) - 1)
    if _BODY.search(line, start, end):
        return None
    name = _NAME.match(line[max(0, start - _LONGEST_NAME) : start][::-1])
    before = name[0][::-1] if name else ""
    value = line[start : min(end, start + 2 * width)]
    if is_secret(before + value):
        return None
    left = "… " if line[: start - len(before)].strip(_PUNCTUATION) else ""
    rest = line[end:].strip()
    right = "" if not rest else rest if len(rest) == 1 and rest in _PUNCTUATION else " …"
    before = left + _fitted(printable(before), width // 2)
    shown = _fitted(printable(without_query(value)), width - cell_len(before) - cell_len(right))
    return Excerpt(before + shown + ("" if shown.endswith("…") else right), " " * cell_len(before) + "^" * cell_len(shown))


def _fitted(text: str, width: int) -> str:
    """Return a string that takes no more than a number of cells, with an ellipsis for the rest."""
    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)).rstrip() + "…"
