"""The problems of files and entries that mention update runs, but in which nothing is recognised: they are not skipped without a word."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable

from ..findings import Severity
from ..limits import MAX_FILE
from ..readers import mention
from ..readers.items import Item, Unreadable, Unrelated
from ..readers.json_text import GZIP
from ..readers.paths import STDIN, File
from ..wording import count, shorten


def about_entries(entries: list[Unrelated]) -> Unreadable:
    """Return the problem of the entries of a file that mention update runs, but in which nothing is recognised."""
    first = entries[0]
    number = count(len(entries), "entry", "entries")
    verbs = ("mentions", "has") if len(entries) == 1 else ("mention", "have")
    end = "" if len(entries) == 1 else "; this is the first"
    message = f"{number} {verbs[0]} fleets/updateRuns, but {verbs[1]} no update run that is recognised{end}"
    return Unreadable("input/unrecognised", message, first.entry, first.line, first.line and 1, severity=Severity.NOTE)


def about_file(file: File, problems: Iterable[Item], entries: list[Unrelated]) -> Unreadable | None:
    """Return the problem of a file in a folder that nothing is recognised in, but that mentions update runs; None if it does not.

    `problems` are the reasons why it could not be read, and `entries` those that mention update runs, as known so far.
    """
    reasons = [problem.message for problem in problems if isinstance(problem, Unreadable) and problem.severity is Severity.ERROR]
    line = _line_of_mention(file, is_unread=bool(reasons))
    if line is None:
        return about_entries(entries) if entries else None
    why = f"cannot be read: {reasons[0]}" if reasons else "has no update run that is recognised"
    message = shorten(f"mentions fleets/updateRuns, but {why}", _MAX_MESSAGE)
    return Unreadable("input/unrecognised", message, line=line, column=1, severity=Severity.NOTE)


def about_named_file(file: File, entries: list[Unrelated]) -> Unreadable:
    """Return the problem of a file that is named, and that nothing is recognised in; it is at the first mention of update runs, if any."""
    message = "found no update run, list of update runs or error response, at the top or nested, and no recording of one"
    line = None if file.path == STDIN else _line_of_mention(file)
    entry = entries[0].entry if line is None and entries else None
    return Unreadable("input/unrecognised", message, entry, line, line and 1)


_CHUNK = 2**16


def _line_of_mention(file: File, *, is_unread: bool = False) -> int | None:
    """Return the first line, from 1, of a file that mentions the type of an update run, in any case; None if none does.

    Of a file that `is_unread`, an object with the id of a run and another property of one counts, too. Text of two or four bytes a
    character counts, and of gzip content the first MAX_FILE bytes.
    """
    try:
        with open(file.path, "rb") as stream:
            beginning = stream.read(_CHUNK)
            if not beginning.startswith(GZIP):
                return _line_in(beginning, stream, None, is_unread=is_unread)
            import gzip

            stream.seek(0)
            return _line_in(b"", gzip.GzipFile(fileobj=stream), MAX_FILE, is_unread=is_unread)
    except (OSError, EOFError, zlib.error):  # gzip.BadGzipFile is an OSError
        return None


def _line_in(rest: bytes, stream: io.BufferedIOBase, limit: int | None, *, is_unread: bool) -> int | None:
    line = 1
    size = 0
    while limit is None or size < limit:
        chunk = stream.read(_CHUNK)
        size += len(chunk)
        data = (rest + chunk).lower()
        if b"\0" in data:
            data = data.translate(None, b"\0")  # which, unlike `replace`, takes no longer where there are many
        offset = mention.offset_in(data, is_unread=is_unread)
        if offset is not None:
            return line + data.count(b"\n", 0, offset)
        if not chunk:
            return None
        line += data.count(b"\n", 0, -mention.LONGEST)
        rest = data[-mention.LONGEST :]
    return None


_MAX_MESSAGE = 180
"""Characters of a message that quotes another one."""
