"""The problems of files and entries that mention update runs, but in which nothing is recognised: they are not skipped without a word."""

from __future__ import annotations

from collections.abc import Iterable

from ..findings import Severity
from ..readers.items import Item, Unreadable, Unrelated
from ..readers.mention import line_of_mention
from ..readers.paths import File
from ..wording import count, shorten


def about_entries(entries: list[Unrelated]) -> Unreadable:
    """Return the problem of the entries of a file that mention update runs, but in which nothing is recognised."""
    first = entries[0]
    number = count(len(entries), "entry", "entries")
    verbs = ("mentions", "has") if len(entries) == 1 else ("mention", "have")
    end = "" if len(entries) == 1 else "; this is the first"
    message = f"{number} {verbs[0]} fleets/updateRuns, but {verbs[1]} no update run that is recognised{end}"
    return Unreadable("input/unrecognised", message, first.entry, first.line, first.line and 1, severity=Severity.NOTE)


def about_file(file: File, problems: Iterable[Item]) -> Unreadable | None:
    """Return the problem of a file in a folder that nothing is recognised in, but that mentions update runs; None if it does not."""
    try:
        with open(file.path, "rb") as stream:
            line = line_of_mention(stream)
    except OSError:
        return None
    if line is None:
        return None
    reasons = [problem.message for problem in problems if isinstance(problem, Unreadable) and problem.severity is Severity.ERROR]
    why = f"cannot be read: {reasons[0]}" if reasons else "has no update run that is recognised"
    message = shorten(f"mentions fleets/updateRuns, but {why}", _MAX_MESSAGE)
    return Unreadable("input/unrecognised", message, line=line, column=1, severity=Severity.NOTE)


_MAX_MESSAGE = 180
"""Characters of a message that quotes another one."""
