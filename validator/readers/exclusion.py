"""Globs of files and folders that are excluded from the folders to check."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from .relative_paths import segments_between


class Exclusion(NamedTuple):
    """Globs of files and folders, each as its segments, and the folder that they are relative to."""

    folder: str
    globs: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, folder: str, globs: Iterable[str]) -> Exclusion:
        """Read globs: `*` and `?` match within a segment, `**` matches any number of segments.

        A glob of one segment matches the name of a file or a folder at any depth. `old/**` matches the folder `old`: if
        a user names that folder, the files in it are checked, as for a glob `old`.
        """
        return cls(os.path.abspath(folder), tuple(map(_segments, globs)))

    def segments(self, path: str) -> tuple[str, ...]:
        """Return the segments of a path relative to the folder of the globs; none if there are no globs."""
        return segments_between(self.folder, path) if self.globs else ()

    def matches(self, segments: Sequence[str]) -> bool:
        """Return whether a glob matches exactly this file or folder."""
        return any(matches(segments, glob) for glob in self.globs)

    def covers(self, path: str) -> bool:
        """Return whether a glob matches a path, or a folder that contains it."""
        segments = self.segments(path)
        return any(self.matches(segments[:end]) for end in range(1, len(segments) + 1))


def check_glob(glob: str) -> None:
    """Raise ValueError for an empty glob, and for an absolute one, which cannot match in a folder that is checked."""
    if not glob or os.path.isabs(glob) or glob.startswith("/"):  # on Windows, a path without a drive is relative to one
        raise ValueError(f"expected a relative glob, such as vendor, found {glob!r}" if glob else "expected a glob, found an empty string")


def _segments(glob: str) -> tuple[str, ...]:
    segments = os.path.normpath(glob).split(os.sep)
    anywhere = [] if len(segments) > 1 else ["**"]
    while len(segments) > 1 and segments[-1] == "**":
        segments.pop()
    return (*anywhere, *segments)


NOTHING = Exclusion("")
"""The exclusion of no file."""


def matches(segments: Sequence[str], glob: Sequence[str]) -> bool:
    """Return whether a glob matches the segments of a path, in time proportional to the product of their numbers.

    Where the rest of the glob does not match, only the latest `**` takes one segment more: what an earlier one could take, it can, too.
    """
    if segments and glob and glob[-1] != "**" and not fnmatchcase(segments[-1], glob[-1]):
        return False  # most paths end here
    at = in_glob = 0
    resume: tuple[int, int] | None = None
    while at < len(segments):
        if in_glob < len(glob) and glob[in_glob] == "**":
            in_glob += 1
            resume = at, in_glob
        elif in_glob < len(glob) and fnmatchcase(segments[at], glob[in_glob]):
            at, in_glob = at + 1, in_glob + 1
        elif resume is not None:
            at, in_glob = resume = resume[0] + 1, resume[1]
        else:
            return False
    return all(segment == "**" for segment in glob[in_glob:])
