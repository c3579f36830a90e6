"""What git ignores: the patterns of the `.gitignore` files in a folder, above it and below it."""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .exclusion import matches
from .regular_file import read_regular_file
from .relative_paths import segments_between

NAME = ".gitignore"
REPOSITORY = ".git"

MAX_PATTERNS = 2**18
"""Bytes of a file of patterns."""

_ANY_NAME = "\0"
"""A name that no file has, and that no pattern matches but one that matches every name."""

_ESCAPED = re.compile(r"\\(.)")


class _Pattern(NamedTuple):
    """A line of a `.gitignore`: its glob as segments, whether it is about folders only, and whether it includes again."""

    glob: tuple[str, ...]
    is_for_folders: bool
    includes: bool


class Gitignore(NamedTuple):
    """The patterns of a `.gitignore`, the last one first, and those of the files above it, as far as the root of the repository."""

    folder: str
    patterns: tuple[_Pattern, ...]
    above: Gitignore | None = None
    way: tuple[str, ...] = ()
    """The segments to the folder from that of `above`."""

    def ignores(self, segments: Sequence[str], *, is_folder: bool) -> bool:
        """Return whether git ignores a file or folder, given by its segments from the folder of these patterns; the last match decides."""
        for pattern in self.patterns:
            if (is_folder or not pattern.is_for_folders) and matches(segments, pattern.glob):
                return not pattern.includes
        return self.above is not None and self.above.ignores((*self.way, *segments), is_folder=is_folder)


def gitignore_above(folder: str) -> Gitignore | None:
    """Return the patterns above a folder that a user named, from the root of its repository on; None if there are none.

    If git ignores the folder as a whole, they do not apply, as the user wants its files. Raises OSError for a `.gitignore`
    that cannot be read.
    """
    rules: Gitignore | None = None
    for parent in reversed(_above(folder)):
        rules = extended(rules, parent)
    if rules is not None and any(rules.ignores(way, is_folder=True) for way in _ways(rules.folder, folder)):
        return None
    return rules


def extended(rules: Gitignore | None, folder: str) -> Gitignore | None:
    """Return the patterns that apply in a folder, given those that apply above it.

    Raises OSError for a `.gitignore` that cannot be read.
    """
    try:
        data = read_regular_file(os.path.join(folder, NAME), MAX_PATTERNS)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return rules
    lines = data.removeprefix(BOM_UTF8).decode(errors="surrogateescape").split("\n")
    patterns = tuple(pattern for line in reversed(lines) if (pattern := _pattern(line.removesuffix("\r"))) is not None)
    way = () if rules is None else segments_between(rules.folder, folder)
    return Gitignore(folder, patterns, rules, way)


def _above(folder: str) -> list[str]:
    """Return the folders above a folder up to the root of its repository; none if it is in no repository."""
    above = [folder]
    while not os.path.lexists(os.path.join(above[-1], REPOSITORY)):
        if os.path.dirname(above[-1]) == above[-1]:
            return []
        above.append(os.path.dirname(above[-1]))
    return above[1:]


def _ways(start: str, folder: str) -> Iterator[tuple[str, ...]]:
    """Yield the segments from one folder to another below it, to each on the way there, and to any file in it."""
    segments = segments_between(start, folder)
    yield from (segments[:end] for end in range(1, len(segments) + 1))
    yield (*segments, _ANY_NAME)


def _pattern(line: str) -> _Pattern | None:
    includes = line.startswith("!")
    text = line[includes:].rstrip(" ")
    if text.endswith("\\") and len(text) < len(line) - includes:
        text += " "  # an escaped blank counts
    if not text or text.startswith("#"):
        return None
    is_for_folders = text.endswith("/")
    segments = [
        "**" if segment.strip("*") == "" and len(segment) > 1 else segment
        for segment in text.removeprefix("/").removesuffix("/").split("/")
    ]
    if len(segments) == 1 and not text.startswith("/"):
        segments.insert(0, "**")
    if segments[-1] == "**":
        segments.append("*")  # what is in a folder, and not the folder
    return _Pattern(tuple(map(_segment, segments)), is_for_folders, includes)


def _segment(text: str) -> str:
    """Return a segment of a pattern of git as one of `fnmatch`, which negates with `!` alone and has no backslash."""
    if "\\" in text:
        text = _ESCAPED.sub(lambda match: f"[{match[1]}]" if match[1] in "*?[" else match[1], text)
    return text.replace("[^", "[!")
