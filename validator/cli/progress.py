"""A bar that shows how far a check is, for whoever waits for it at a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Protocol

from ..wording import count

DELAY = 2.0
"""Seconds of work before there is a bar; most checks are done by then, and rich is never imported."""

_STEP = 0.1


class Counted(Protocol):
    """What counts the bytes that were read, and the entries of each kind."""

    bytes_read: int
    documents: int
    exchanges: int
    unrelated: int


@contextmanager
def shown(tally: Counted, paths: Sequence[str]) -> Iterator[None]:
    """Show on the standard error, where that is a terminal, how much of some files is read, until what runs within is done.

    A recording is read as a whole before its first entry is checked. So where all is read, it is the entries that are counted.
    """
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
    # To import what draws takes hundreds of looks at files, and each would wait for 5 ms to get the interpreter back from the check.
    sys.setswitchinterval(0.0005)
    _draw_reading(tally, _size(paths), done)
    if not done.is_set():
        _draw_checking(tally, done)


def _draw_reading(tally: Counted, total: int | None, done: Event) -> None:
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
        task = progress.add_task("", total=total)
        while not done.wait(_STEP):
            read = tally.bytes_read
            if total is not None and read >= total:
                return
            progress.update(task, completed=read, refresh=True)


def _draw_checking(tally: Counted, done: Event) -> None:
    """Show a bar without an end: how many entries are in what was read, nobody knows yet."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    read = TextColumn(f"Checking what was read, {tally.bytes_read / 1e6:,.1f} MB")
    with Progress(
        read,
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,
    ) as progress:
        task = progress.add_task("", total=None)
        while not done.wait(_STEP):
            checked = tally.documents + tally.exchanges + tally.unrelated
            progress.update(task, description=f"{count(checked, 'entry', 'entries')} checked", refresh=True)


def _size(paths: Sequence[str]) -> int | None:
    """Add up the sizes of files, None where nobody knows, as of the standard input."""
    total = 0
    for path in paths:
        if path == "-":
            return None
        with suppress(OSError):
            total += os.path.getsize(path)
    return total
