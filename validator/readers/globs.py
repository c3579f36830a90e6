"""The files and folders that a glob matches, found in one walk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch

_MARKS = "*?["
_ANY_FOLDERS = "**"


def is_glob(path: str) -> bool:
    """Return whether a path has a character that a glob gives a meaning."""
    return any(mark in path for mark in _MARKS)


def expand(glob: str) -> Iterator[str]:
    """Yield the paths that a glob matches: `*`, `?` and `[...]` match within a segment, and `**` any number of folders.

    A name that begins with a dot matches only a segment that does. Unlike that of Python, `**` matches no link to a folder, which may lead
    back. Each path to a folder is taken once, so the time is proportional to what the folders hold, unless the glob has `..`.
    """
    drive, rest = os.path.splitdrive(glob.replace(os.altsep or os.sep, os.sep))
    segments = [segment for segment in rest.split(os.sep) if segment]
    top = drive + os.sep if rest.startswith(os.sep) else drive
    pending = [(top, _with_no_folders({0}, segments) - {len(segments)})]
    while pending:
        folder, expected = pending.pop()
        for name in _names(folder, {segments[index] for index in expected}):
            path = os.path.join(folder, name)
            is_folder = os.path.isdir(path)
            matched = _matched(name, expected, segments, is_folder=is_folder, is_link=os.path.islink(path))
            if is_folder:
                matched = _with_no_folders(matched, segments)
            if len(segments) in matched:
                yield path
            below = matched - {len(segments)}
            if below and is_folder:
                pending.append((path, below))


def _with_no_folders(indices: set[int], segments: list[str]) -> set[int]:
    """Return the indices of the segments that may come next in a folder, with those after each `**`, which may match no folder."""
    found = {*indices}
    for index, segment in enumerate(segments):
        if segment == _ANY_FOLDERS and index in found:
            found.add(index + 1)
    return found


def _names(folder: str, segments: set[str]) -> set[str]:
    """Return the names in a folder that a segment may match: those that are written out, and all if there is a glob."""
    names = {segment for segment in segments if not is_glob(segment) and os.path.lexists(os.path.join(folder, segment))}
    if any(map(is_glob, segments)):
        try:
            names.update(os.listdir(folder or os.curdir))
        except OSError:
            return names
    return names


def _matched(name: str, expected: set[int], segments: list[str], *, is_folder: bool, is_link: bool) -> set[int]:
    """Return the indices of the segments that may come after a name; the number of segments is among them if the whole glob matches."""
    after = set()
    for index in expected:
        segment = segments[index]
        if segment == _ANY_FOLDERS:
            if is_folder and not is_link and not name.startswith("."):
                after.add(index)
            elif not is_folder and index + 1 == len(segments) and not name.startswith("."):
                after.add(index + 1)  # at the end, it also matches files
        elif _matches(name, segment):
            after.add(index + 1)
    return after


def _matches(name: str, segment: str) -> bool:
    if not is_glob(segment):
        return name == segment
    return fnmatch(name, segment) and (segment.startswith(".") or not name.startswith("."))
