"""The files that commands write, and the exception for commands that cannot do what was asked."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

import click

from ..checker.settings import NO_SETTINGS, Settings
from ..readers.paths import STDIN, File
from ..wording import Syntax, inert, printable

INTERRUPTED = 130
"""The exit status after Ctrl-C, as for any program that SIGINT ends."""


class Failed(click.ClickException):
    """The command could not do what was asked."""

    exit_code = 2


_IN_UTF_8 = ("json", "xml")
"""The syntaxes that are in UTF-8 whatever the encoding of a standard stream is."""


def echo(text: str, *, syntax: Syntax = "text", err: bool = False, nl: bool = True) -> None:
    """Write a string to the standard output or the standard error, with its colours if it is for a terminal, and without CI commands."""
    written = inert(text, syntax)
    click.echo(
        written.encode(errors="backslashreplace") if syntax in _IN_UTF_8 else written,
        err=err,
        nl=nl,
        color=None if wants_colour() else False,
    )


def wants_colour() -> bool:
    """Return whether the environment lets a terminal have colours."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def accept_any_character() -> None:
    """Let the standard streams write a character that their encoding has not, such as cp1252 of Windows, as its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def terminal_width() -> int | None:
    """Return the width of the terminal that the standard output is, None if it is none."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    from shutil import get_terminal_size  # late: 2 ms that most checks need not pay

    return get_terminal_size().columns


def refuse_to_replace(path: str | None, files: Iterable[File], settings: Settings = NO_SETTINGS) -> None:
    """Raise Failed if an output is one of the files that a command reads, the baseline, or the file with the settings."""
    if path in (None, STDIN):
        return
    real = os.path.realpath(str(path))
    read = {os.path.realpath(file.path): "one of the files that are read" for file in files if file.path != STDIN}
    read |= {
        os.path.realpath(file): what
        for file, what in ((settings.file, "read for its settings"), (settings.baseline, "the baseline"))
        if file
    }
    if real in read:
        raise Failed(f"{printable(str(path))} is {read[real]}; write somewhere else")


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal that can move its cursor."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def write_text(path: str, text: str, *, syntax: Syntax = "text") -> None:
    """Write a string to a file, without CI commands; file names in it that are not UTF-8 are written as their bytes."""
    write(path, [inert(text, syntax).encode(errors="surrogateescape")])


def write(path: str, pieces: Iterable[bytes]) -> None:
    """Write a file completely or not at all, and create its folder; a standard stream, a pipe or a device is written to directly.

    Raises Failed if it cannot be written.
    """
    stream = _standard_stream(path)
    if stream is not None:
        for piece in pieces:
            click.echo(piece, stream, nl=False)
        return
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as special:
                special.writelines(pieces)
        else:
            _replace(os.path.realpath(path), pieces)
    except OSError as error:
        raise Failed(f"cannot write {printable(path)}: {error.strerror}") from error


def _standard_stream(path: str) -> TextIO | None:
    """Return the standard stream that a path leads to, as /dev/stdout does, and the file that the stream is redirected to."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # no such file, a stream without a descriptor, no stream
            there = os.stat(path)
            if there.st_ino and os.path.samestat(there, os.fstat(stream.fileno())):  # Windows has no numbers for pipes and devices
                return stream
    return None


def _replace(target: str, pieces: Iterable[bytes]) -> None:
    """Create or replace a file; a file that is there keeps its mode, and its content until all is written.

    `click.open_file(target, "wb", atomic=True)` also replaces it after an exception, with what was written until then.
    """
    from shutil import copymode  # late: 2 ms that a check without a file to write need not pay

    with suppress(FileExistsError):  # opening the file gives the better reason
        os.makedirs(os.path.dirname(target), exist_ok=True)
    draft = f"{target}.{os.getpid()}.tmp"
    try:
        with open(draft, "xb") as stream:
            if os.name != "nt":  # Windows has no mode but read-only, and neither replaces nor removes a file with it
                with suppress(FileNotFoundError):
                    copymode(target, draft)
            stream.writelines(pieces)
        _rename(draft, target)
    finally:
        if os.path.exists(draft):
            os.unlink(draft)


def _rename(draft: str, target: str) -> None:
    try:
        os.replace(draft, target)
    except PermissionError as error:
        error.strerror = f"{error.strerror}; it may be read-only, or open in another program"
        raise
