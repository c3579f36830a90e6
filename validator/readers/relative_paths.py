"""Paths of files from a folder, on every system."""

from __future__ import annotations

import os


def relative_path(path: str, start: str = os.curdir) -> str:
    """Return the path of a file from a folder, with slashes; the absolute path if the file is on another drive of Windows."""
    try:
        path = os.path.relpath(path, start)
    except ValueError:
        path = os.path.abspath(path)
    return path.replace(os.sep, "/")


def segments_between(start: str, path: str) -> tuple[str, ...]:
    """Return the segments of the path from a folder to a file or folder."""
    return tuple(segment for segment in relative_path(path, start).split("/") if segment != os.curdir)
