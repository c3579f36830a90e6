"""Where a capture of a run is, and where a fact is in it."""

from __future__ import annotations

from typing import NamedTuple

from ..pointer import Path


class Origin(NamedTuple):
    """Where a capture is: its source, its entry, and the path to the run in that.

    `from_cli` captures are the az CLI's, which cuts times to microseconds; `flattened` ones have at the top
    what a run has under `properties`. `version` is the api-version that was asked for, where that is known.
    """

    source: str = ""
    entry: int | None = None
    path: Path = ()
    from_cli: bool = False
    flattened: bool = False
    version: str | None = None

    def written(self, path: Path) -> Path:
        """Return the path in the author's document to what is at a path in the run."""
        return (*self.path, *(path[1:] if self.flattened and path[:1] == ("properties",) else path))


class Place(NamedTuple):
    """Where a fact is: the path in the run, and the capture."""

    path: Path
    origin: Origin
