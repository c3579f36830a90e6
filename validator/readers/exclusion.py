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

    def parts(self, path: str) -> tuple[str, ...]:
        """Return the segments of a path relative to the folder of the globs; none if there are no globs."""
        if not self.globs:
            return ()
        return tuple(step for step in os.path.relpath(path, self.folder).split(os.sep) if step != os.curdir)

    def names(self, parts: Sequence[str]) -> bool:
        """Return whether a glob matches exactly this file or folder."""
        return any(_fits(parts, glob) for glob in self.globs)

    def covers(self, path: str) -> bool:
        """Return whether a glob matches a path, or a folder that contains it."""
        parts = self.parts(path)
        return any(self.names(parts[:end]) for end in range(1, len(parts) + 1))


NOTHING = Exclusion("")


def _fits(parts: Sequence[str], glob: Sequence[str]) -> bool:
    if not glob:
        return not parts
    if glob[0] == "**":
        return _fits(parts, glob[1:]) or (len(parts) > 0 and _fits(parts[1:], glob))
    return len(parts) > 0 and fnmatchcase(parts[0], glob[0]) and _fits(parts[1:], glob[1:])
