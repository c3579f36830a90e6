"""Files that are to be checked: those that paths stand for, in a fixed order."""

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
"""The source that is no file: the standard input."""

DATA = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".har")
"""Endings of names, `.gz` behind them or not, of files that are meant to be read; others that cannot be are no findings."""

_GLOB_MARKS = "*?["
_NUMBERS = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class File:
    """A file to check; `named` where a person named it, and not a list, a folder or a pattern that it is in."""

    path: str
    named: bool

    @property
    def source(self) -> str:
        """What the file is called in findings and manifests."""
        if self.path == STDIN:
            return STREAM
        # A name need not be text, where everything that has it in it, such as a report, has to be.
        return os.fsencode(self.path.replace(os.sep, "/")).decode("utf-8", "backslashreplace")

    @property
    def is_data(self) -> bool:
        """Tell whether the file is meant to be read, by its name; a folder whose files nobody can see may have such files."""
        return self.path.lower().removesuffix(".gz").endswith(DATA) or os.path.isdir(self.path)


def find(paths: Sequence[str], exclusion: Exclusion = NOTHING, *, listed: bool = False) -> tuple[list[File], list[str]]:
    """Find the files that paths stand for, each once, and the paths that stand for none.

    Folders are walked in the order of names, numbers in them by their size, hidden folders left out; a path that does not
    exist may be a glob. What is excluded is left out of folders and globs; with `listed`, the paths come from a list, and are
    treated likewise. A folder that cannot be read is among them: whoever reads it says why not.
    """
    found: dict[str, File] = {}
    missing: list[str] = []
    for given in paths:
        # Nothing, as of a variable that is not set, is no folder; and what is above a link is not where the link is.
        path = given if given in (STDIN, "") or os.pardir in given.split(os.sep) else os.path.normpath(given)
        if path != STDIN and os.path.isdir(path):
            files = [File(below, named=False) for below in (_below if listed else _walk)(path, exclusion)]
        elif path == STDIN or (_is_there(path) and not listed):
            files = [File(path, named=True)]
        elif _is_there(path):
            files = [File(below, named=False) for below in _below(path, exclusion)]
        elif any(mark in path for mark in _GLOB_MARKS):
            matches = sorted(glob.glob(path, recursive=True), key=_natural)
            files = [File(below, named=False) for match in matches for below in _below(match, exclusion)]
            missing += [] if matches else [path]
        else:
            files = []
            missing.append(path or '""')
        for file in files:
            known = found.get(file.path)
            found[file.path] = File(file.path, named=file.named or (known is not None and known.named))
    return list(found.values()), missing


def out_of_turn(files: Sequence[File]) -> tuple[File, File] | None:
    """Find a file and the next one, whose paths differ in numbers alone, and these go down, as a shell puts them."""
    for one, other in pairwise(files):
        (before, _), (after, _) = _natural(one.path), _natural(other.path)
        if before[::2] == after[::2] and before > after:
            return one, other
    return None


def _below(match: str, exclusion: Exclusion) -> Iterator[str]:
    if exclusion.covers(match):
        return
    if os.path.isdir(match):
        yield from _walk(match, exclusion)
    elif _readable(match):
        yield match


def _walk(folder: str, exclusion: Exclusion) -> Iterator[str]:
    closed: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=closed.append):
        within = exclusion.parts(parent)
        shown = (name for name in folders if not name.startswith(".") and not exclusion.names((*within, name)))
        folders[:] = sorted(shown, key=_natural)
        for name in sorted(files, key=_natural):
            path = os.path.join(parent, name)
            if not exclusion.names((*within, name)) and _readable(path):
                yield path
    yield from (error.filename for error in closed)


def _natural(name: str) -> tuple[list[str | int], str]:
    """Put `poll-2` before `poll-10`: text, which stands first and may be empty, and numbers take turns."""
    return [int(part) if index % 2 else part for index, part in enumerate(_NUMBERS.split(name))], name


def _is_there(path: str) -> bool:
    """Tell whether there is something at a path, or may be something that nobody is allowed to see."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def settled(path: str) -> str:
    """Take the `..` out of the path of a file; what is above a link is not where the link is."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name) if os.pardir in path.split(os.sep) else os.path.normpath(path)


def _readable(path: str) -> bool:
    """Tell whether opening a path would not block, as that of a pipe would; what is broken is for the reader to say."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True
