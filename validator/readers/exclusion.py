"""Globs of files and folders that are excluded from the folders to check."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Globs of files and folders, each as its segments, and the folder that they are relative to."""

    folder: str
    globs: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, folder: str, globs: Iterable[str]) -> Exclusion:
        """Read globs: `*` and `?` match within a segment, `**` matches any number of segments.

        A glob of one segment matches the name of a file or a folder at any depth.
        """
        split = (tuple(os.path.normpath(glob).split(os.sep)) for glob in globs)
        return cls(os.path.abspath(folder), tuple(glob if len(glob) > 1 else ("**", *glob) for glob in split))

    def segments(self, path: str) -> tuple[str, ...]:
        """Return the segments of a path relative to the folder of the globs; none if there are no globs."""
        if not self.globs:
            return ()
        return tuple(segment for segment in os.path.relpath(path, self.folder).split(os.sep) if segment != os.curdir)

    def matches(self, segments: Sequence[str]) -> bool:
        """Return whether a glob matches exactly this file or folder."""
        return any(_matches(segments, glob) for glob in self.globs)

    def covers(self, path: str) -> bool:
        """Return whether a glob matches a path, or a folder that contains it."""
        segments = self.segments(path)
        return any(self.matches(segments[:end]) for end in range(1, len(segments) + 1))


NOTHING = Exclusion("")
"""The exclusion of no file."""


def _matches(segments: Sequence[str], glob: Sequence[str]) -> bool:
    if not glob:
        return not segments
    if glob[0] == "**":
        return _matches(segments, glob[1:]) or (len(segments) > 0 and _matches(segments[1:], glob))
    return len(segments) > 0 and fnmatchcase(segments[0], glob[0]) and _matches(segments[1:], glob[1:])
