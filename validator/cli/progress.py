"""A bar that shows how far a check is, for whoever waits for it at a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Protocol

DELAY = 2.0
"""Seconds of work before there is a bar; most checks are done by then, and rich is never imported."""

_STEP = 0.1


class Counted(Protocol):
    """What counts the bytes that were read."""

    bytes_read: int


@contextmanager
def shown(tally: Counted, paths: Sequence[str]) -> Iterator[None]:
    """Show on the standard error, where that is a terminal, how much of some files is read, until what runs within is done."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    done = Event()
    drawing = Thread(target=_draw, args=(tally, paths, done), daemon=True)
    drawing.start()
    try:
        yield
    finally:
        done.set()
        drawing.join()


def _draw(tally: Counted, paths: Sequence[str], done: Event) -> None:
    if done.wait(DELAY):
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("Checking"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as progress:
        task = progress.add_task("", total=_size(paths))
        while not done.wait(_STEP):
            progress.update(task, completed=tally.bytes_read, refresh=True)


def _size(paths: Sequence[str]) -> int | None:
    """Add up the sizes of files, None where nobody knows, as of the standard input."""
    total = 0
    for path in paths:
        if path == "-":
            return None
        with suppress(OSError):
            total += os.path.getsize(path)
    return total
