"""The files that the paths of a command line name."""

from __future__ import annotations

from collections.abc import Sequence

from ..checker.settings import Settings
from ..findings import Finding
from ..readers.exclusion import Exclusion
from ..readers.paths import File, Found, find, unordered_pair
from ..wording import printable
from .output import Failed, echo


def found_files(paths: Sequence[str], exclusion: Exclusion, *, force_exclude: bool = False, ignore: bool = True) -> Found:
    """Return what `find` does.

    Raises Failed for a `.gitignore` that cannot be read.
    """
    try:
        return find(paths, exclusion, force_exclude=force_exclude, ignore=ignore)
    except OSError as error:
        raise Failed(f"cannot read {printable(error.filename)}: {error.strerror}") from error


def warn_of_order(files: Sequence[File]) -> None:
    """Print a warning if the files of a history are in the order in which a shell sorts numbers."""
    pair = unordered_pair(files)
    if pair is not None:
        first, second = (printable(file.source) for file in pair)
        order = f"the history has {first} before {second}, as given"
        echo(f"updaterun: {order}; name the folder, or quote the pattern, to go by numbers", err=True)


_LISTED = 10
"""The most findings about what was not read that `coverage` and `diff` print."""


def warn_of_unread(unread: Sequence[Finding], files: Sequence[File], settings: Settings) -> bool:
    """Print the wanted findings about what was not read, and return whether one is in a file that was named."""
    findings = [finding for finding in unread if settings.wants(finding.rule)]
    for finding in findings[:_LISTED]:
        echo(f"updaterun: {printable(str(finding))}", err=True)
    if len(findings) > _LISTED:
        echo(f"updaterun: {len(findings) - _LISTED:,} more places were not read; `updaterun check` lists them", err=True)
    named = {file.source for file in files if file.named}
    return any(finding.source in named for finding in findings)
