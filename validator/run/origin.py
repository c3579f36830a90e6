"""The origin of a capture of a run, and the place of a fact in it."""

from __future__ import annotations

from typing import NamedTuple

from ..pointer import Path


class Origin(NamedTuple):
    """The origin of a capture: its source, its entry, and the path to the run in the entry.

    `from_cli` is whether the az CLI printed it, which cuts times to microseconds. A `flattened` capture has at the top what a
    run has under `properties`. `version` is the api-version in the URL, and `operation` the operation of the request, such as
    `list` or `start`; None if it is not known.
    """

    source: str = ""
    entry: int | None = None
    path: Path = ()
    from_cli: bool = False
    flattened: bool = False
    version: str | None = None
    operation: str | None = None

    def as_written(self, path: Path) -> Path:
        """Return the path in the document as its author wrote it, for a path in the run."""
        return (*self.path, *(path[1:] if self.flattened and path[:1] == ("properties",) else path))


class Place(NamedTuple):
    """The place of a fact: the path in the run, and the origin of the capture."""

    path: Path
    origin: Origin
