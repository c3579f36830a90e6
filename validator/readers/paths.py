"""The files to check: files, folders and globs given as paths, in a fixed order."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .exclusion import NOTHING, Exclusion
from .gitignore import NAME, REPOSITORY, Gitignore, extended, gitignore_above
from .globs import expand, is_glob
from .relative_paths import segments_between

STDIN = "-"

STREAM = "<stdin>"
"""The name of the standard input in findings."""

DATA = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".har")
"""Endings of the names of data files, with or without a further `.gz`; other files that cannot be read are no findings."""

_NUMBERS = re.compile(r"([0-9]{1,18})")


class File(NamedTuple):
    """A file to check; `named` is whether it was given by its path, and not by a folder, a glob or a list."""

    path: str
    named: bool

    @property
    def source(self) -> str:
        """The name of the file in findings and manifests."""
        return STREAM if self.path == STDIN else source_of(self.path)

    @property
    def is_data(self) -> bool:
        """Return whether the file is a data file by its name; an unreadable folder may contain some."""
        return self.path.lower().removesuffix(".gz").endswith(DATA) or os.path.isdir(self.path)


def source_of(path: str) -> str:
    """Return the name of a file in findings and manifests; a path need not be valid Unicode, but reports are."""
    return os.fsencode(path.replace(os.sep, "/")).decode("utf-8", "backslashreplace")


def path_of(source: str) -> str:
    """Return the path of a file by its name in findings and manifests."""
    return os.fsdecode(_ESCAPED_BYTE.sub(lambda match: bytes.fromhex(match[1].decode()), source.encode()))


_ESCAPED_BYTE = re.compile(rb"\\x([89a-f][0-9a-f])")


class Found(NamedTuple):
    """The files that paths name, each once, the paths that match no file, and the files and folders that were ignored in folders."""

    files: list[File]
    missing: list[str]
    ignored: list[str]


def find(paths: Sequence[str], exclusion: Exclusion = NOTHING, *, force_exclude: bool = False, ignore: bool = True) -> Found:
    """Return the files that paths name.

    Folders are walked in the order of names, with numbers compared by value. With `ignore`, what no user means is ignored in
    them: hidden folders, what git ignores, `node_modules`, and virtual environments of Python. A path that does not
    exist may be a glob. Exclusions apply to folders and globs, and with `force_exclude` to all paths. A
    folder that cannot be read is returned as a file, so that reading it reports the error.

    Raises OSError for a `.gitignore` that cannot be read.
    """
    files_by_path: dict[str, File] = {}
    missing: list[str] = []
    walk = _Walk(exclusion, ignore=ignore)
    for path in map(_normal, paths):
        if path != STDIN and os.path.isdir(path):
            files = [File(below, named=False) for below in (walk.below if force_exclude else walk.folder)(path)]
        elif path == STDIN or (_exists(path) and not force_exclude):
            files = [File(path, named=True)]
        elif _exists(path):
            files = [File(below, named=False) for below in walk.below(path)]
        elif is_glob(path):
            matches = sorted(expand(path), key=_natural)
            files = [File(below, named=False) for match in matches for below in walk.below(match)]
            missing += [] if matches else [path]
        else:
            files = []
            missing.append(path or '""')
        for file in files:
            known = files_by_path.get(file.path)
            files_by_path[file.path] = File(file.path, named=file.named or (known is not None and known.named))
    return Found(list(files_by_path.values()), missing, list(walk.ignored))


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
    if path in (STDIN, "") or os.pardir in path.split(os.sep):
        return path
    normal = os.path.normpath(path)
    return path if normal == STDIN else normal


class _Walk:
    """A walk through folders, which leaves out what is excluded, and collects what is ignored."""

    def __init__(self, exclusion: Exclusion, *, ignore: bool) -> None:
        self.ignored: dict[str, None] = {}
        self._exclusion = exclusion
        self._ignore = ignore

    def below(self, path: str) -> Iterator[str]:
        """Yield a file, or the files in a folder, unless they are excluded."""
        if self._exclusion.covers(path):
            return
        if os.path.isdir(path):
            yield from self.folder(path)
        elif _is_regular(path):
            yield path

    def folder(self, top: str) -> Iterator[str]:
        """Yield the files in a folder, and the folders that cannot be read."""
        errors: list[OSError] = []
        real = os.path.realpath(top)
        rules = {top: (gitignore_above(real) if self._ignore else None, real)}
        for parent, folders, files in os.walk(top, onerror=errors.append):
            gitignore, real = rules.pop(parent)
            if self._ignore and NAME in files:
                gitignore = extended(gitignore, real)
            way = () if gitignore is None else segments_between(gitignore.folder, real)
            here = _Folder(parent, self._exclusion.segments(parent), gitignore, way)
            folders[:] = self._kept(here, (name for name in folders if name != REPOSITORY), is_folder=True)
            rules |= {os.path.join(parent, name): (gitignore, os.path.join(real, name)) for name in folders}
            for name in self._kept(here, files, is_folder=False):
                path = os.path.join(parent, name)
                if _is_regular(path):
                    yield path
        yield from (error.filename for error in errors)

    def _kept(self, folder: _Folder, names: Iterable[str], *, is_folder: bool) -> Iterator[str]:
        """Yield the names in a folder that are neither excluded nor ignored, in their order."""
        for name in sorted(names, key=_natural):
            if self._exclusion.matches((*folder.segments, name)):
                continue
            path = os.path.join(folder.path, name)
            is_never_meant = self._ignore and is_folder and _is_never_meant(path, name)
            if is_never_meant or folder.ignores(name, is_folder=is_folder):
                self.ignored[path] = None
            else:
                yield name


class _Folder(NamedTuple):
    """A folder in a walk: its path, its segments for exclusions, and the patterns of git that apply in it, with its segments for them."""

    path: str
    segments: tuple[str, ...]
    gitignore: Gitignore | None
    way: tuple[str, ...]

    def ignores(self, name: str, *, is_folder: bool) -> bool:
        """Return whether git ignores a file or folder in this folder."""
        return self.gitignore is not None and self.gitignore.ignores((*self.way, name), is_folder=is_folder)


def _is_never_meant(path: str, name: str) -> bool:
    """Return whether a folder is hidden, or has packages that somebody installed."""
    return name.startswith(".") or name == "node_modules" or os.path.exists(os.path.join(path, "pyvenv.cfg"))


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
