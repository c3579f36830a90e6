"""What is left out of the folders that are checked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Globs of files and folders, each by its segments, from the folder that they are relative to."""

    folder: str
    globs: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, folder: str, globs: Iterable[str]) -> Exclusion:
        """Read globs: `*` and `?` stay within a segment, `**` stands for any number of segments.

        One without a slash within holds for the name of a file or a folder at any depth.
        """
        split = (tuple(os.path.normpath(glob).split(os.sep)) for glob in globs)
        return cls(os.path.abspath(folder), tuple(glob if len(glob) > 1 else ("**", *glob) for glob in split))

    def parts(self, path: str) -> tuple[str, ...]:
        """Give the way from the folder of the globs to a path, by its segments; there is none to go without globs."""
        if not self.globs:
            return ()
        return tuple(step for step in os.path.relpath(path, self.folder).split(os.sep) if step != os.curdir)

    def names(self, parts: Sequence[str]) -> bool:
        """Tell whether a glob names just this file or folder."""
        return any(_fits(parts, glob) for glob in self.globs)

    def covers(self, path: str) -> bool:
        """Tell whether a glob names a file, or a folder that it is in."""
        parts = self.parts(path)
        return any(self.names(parts[:end]) for end in range(1, len(parts) + 1))


NOTHING = Exclusion("")


def _fits(parts: Sequence[str], glob: Sequence[str]) -> bool:
    if not glob:
        return not parts
    if glob[0] == "**":
        return _fits(parts, glob[1:]) or (len(parts) > 0 and _fits(parts[1:], glob))
    return len(parts) > 0 and fnmatchcase(parts[0], glob[0]) and _fits(parts[1:], glob[1:])
