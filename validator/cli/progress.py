"""A progress bar for checks that take long, on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from threading import Timer

from ..checker.files import Tally
from ..readers.paths import STDIN
from ..wording import count
from .output import is_terminal

DELAY = 2.0
"""Seconds before a bar is shown; most checks end earlier and never import rich."""


@contextmanager
def show_progress(tally: Tally, paths: Sequence[str]) -> Iterator[None]:
    """Show a progress bar for a check while the block runs, if the standard error is a terminal.

    The bar counts the bytes that were read, and after the last byte the entries that were checked, as a recording is read as a
    whole before its first entry is checked.
    """
    if not is_terminal(sys.stderr):
        yield
        return
    with ExitStack() as stack:
        timer = Timer(DELAY, lambda: stack.enter_context(_bar(tally, _size(paths))))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _bar(tally: Tally, size: int | None) -> AbstractContextManager[object]:
    from rich.console import Console
    from rich.live import Live
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn, TransferSpeedColumn

    reading = Progress(TextColumn("Checking"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    bytes_read = reading.add_task("", total=size)
    checking = Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[checked]}"), TimeElapsedColumn())
    entries = checking.add_task("", start=False, total=None)  # the number of entries in a recording is not known

    def current() -> Progress:
        if size is None or tally.bytes_read < size:
            reading.update(bytes_read, completed=tally.bytes_read)
            return reading
        checking.start_task(entries)
        checked = count(tally.documents + tally.exchanges + tally.unrelated, "entry", "entries")
        checking.update(entries, description=f"Checking what was read, {tally.bytes_read / 1e6:,.1f} MB", checked=f"{checked} checked")
        return checking

    return Live(get_renderable=current, console=Console(stderr=True), refresh_per_second=10, transient=True)


def _size(paths: Sequence[str]) -> int | None:
    """Return the size of all files, None with the standard input among them."""
    total = 0
    for path in paths:
        if path == STDIN:
            return None
        with suppress(OSError):
            total += os.path.getsize(path)
    return total
