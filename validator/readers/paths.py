"""The files to check: files, folders and globs given as paths, in a fixed order."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .exclusion import NOTHING, Exclusion

STDIN = "-"

STREAM = "<stdin>"
"""The name of the standard input in findings."""

DATA = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".har")
"""Endings of the names of data files, with or without a further `.gz`; other files that cannot be read are no findings."""

_GLOB_MARKS = "*?["
_SEVERAL = re.compile(r"(?:\*\*/){2,}+")
"""Several `**` in a row, which match what one matches; `glob` would take exponential time."""

_NUMBERS = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class File:
    """A file to check; `named` is whether it was given by its path, and not by a folder, a glob or a list."""

    path: str
    named: bool

    @property
    def source(self) -> str:
        """The name of the file in findings and manifests."""
        if self.path == STDIN:
            return STREAM
        # The name of a file need not be valid Unicode, but reports are.
        return os.fsencode(self.path.replace(os.sep, "/")).decode("utf-8", "backslashreplace")

    @property
    def is_data(self) -> bool:
        """Return whether the file is a data file by its name; an unreadable folder may contain some."""
        return self.path.lower().removesuffix(".gz").endswith(DATA) or os.path.isdir(self.path)


def find(paths: Sequence[str], exclusion: Exclusion = NOTHING, *, listed: bool = False) -> tuple[list[File], list[str]]:
    """Return the files that paths name, each once, and the paths that match no file.

    Folders are walked in the order of names, with numbers compared by value, and without hidden folders. A path that does not
    exist may be a glob. Exclusions apply to folders and globs, and with `listed`, for paths from a list, to all paths. A
    folder that cannot be read is returned as a file, so that reading it reports the error.
    """
    files_by_path: dict[str, File] = {}
    missing: list[str] = []
    for path in map(_normal, paths):
        if path != STDIN and os.path.isdir(path):
            files = [File(below, named=False) for below in (_below if listed else _walk)(path, exclusion)]
        elif path == STDIN or (_exists(path) and not listed):
            files = [File(path, named=True)]
        elif _exists(path):
            files = [File(below, named=False) for below in _below(path, exclusion)]
        elif any(mark in path for mark in _GLOB_MARKS):
            matches = sorted(glob.glob(_SEVERAL.sub("**/", path), recursive=True), key=_natural)
            files = [File(below, named=False) for match in matches for below in _below(match, exclusion)]
            missing += [] if matches else [path]
        else:
            files = []
            missing.append(path or '""')
        for file in files:
            known = files_by_path.get(file.path)
            files_by_path[file.path] = File(file.path, named=file.named or (known is not None and known.named))
    return list(files_by_path.values()), missing


def unordered_pair(files: Sequence[File]) -> tuple[File, File] | None:
    """Return the first two successive files whose paths differ only in numbers that decrease, such as `poll-10` and `poll-2`.

    A shell sorts them like that.
    """
    for first, second in pairwise(files):
        (before, _), (after, _) = _natural(first.path), _natural(second.path)
        if before[::2] == after[::2] and before > after:
            return first, second
    return None


def _normal(path: str) -> str:
    """Return a path in its normal form, but unchanged if it has `..`, which after a symbolic link is relative to the link's target.

    An empty path, as of an unset variable, is not the current folder.
    """
    return path if path in (STDIN, "") or os.pardir in path.split(os.sep) else os.path.normpath(path)


def _below(path: str, exclusion: Exclusion) -> Iterator[str]:
    """Yield a file, or the files in a folder, unless they are excluded."""
    if exclusion.covers(path):
        return
    if os.path.isdir(path):
        yield from _walk(path, exclusion)
    elif _is_regular(path):
        yield path


def _walk(folder: str, exclusion: Exclusion) -> Iterator[str]:
    errors: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=errors.append):
        segments = exclusion.segments(parent)
        entered = (name for name in folders if not name.startswith(".") and not exclusion.matches((*segments, name)))
        folders[:] = sorted(entered, key=_natural)
        for name in sorted(files, key=_natural):
            path = os.path.join(parent, name)
            if not exclusion.matches((*segments, name)) and _is_regular(path):
                yield path
    yield from (error.filename for error in errors)


def _natural(name: str) -> tuple[list[str | int], str]:
    """Return a sort key that puts `poll-2` before `poll-10`: strings, the first of which may be empty, alternate with numbers."""
    return [int(part) if index % 2 else part for index, part in enumerate(_NUMBERS.split(name))], name


def _exists(path: str) -> bool:
    """Return whether a path exists, or may exist where permissions hide it."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def settled(path: str) -> str:
    """Return the path of a file without `..`, which after a symbolic link is relative to the link's target."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name) if os.pardir in path.split(os.sep) else os.path.normpath(path)


def _is_regular(path: str) -> bool:
    """Return whether a path leads to a regular file, or to an error that the reader will report. Opening a pipe would block."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True
