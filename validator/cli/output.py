"""Files that commands write, and how commands end that cannot do what they were asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

import click

from ..wording import printable

INTERRUPTED = 130
"""The exit status of what somebody stopped with Ctrl-C, as of any program that the signal ends."""


class Failed(click.ClickException):
    """The command could not do what it was asked."""

    exit_code = 2


def _stream(path: str) -> TextIO | None:
    """Give the standard stream that a path leads to, as /dev/stdout does, and what that is redirected to."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # no such file, a stream without one, no stream
            if os.path.samestat(os.stat(path), os.fstat(stream.fileno())):
                return stream
    return None


def write_text(path: str, text: str) -> None:
    """Write a text as a file; a name in it that is no text comes out as it is."""
    write(path, [text.encode(errors="surrogateescape")])


def write(path: str, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all, and make its folder; what is no file, such as a pipe, is written to as it is."""
    standard = _stream(path)
    if standard is not None:
        for piece in pieces:
            click.echo(piece, standard, nl=False)
        return
    target = os.path.realpath(path)
    with suppress(OSError):  # opening the file says better why it cannot be written
        os.makedirs(os.path.dirname(target), exist_ok=True)
    draft = f"{target}.{os.getpid()}.tmp"
    plain = not os.path.exists(path) or os.path.isfile(path)
    try:
        try:
            with open(draft if plain else path, "xb" if plain else "wb") as stream:
                stream.writelines(pieces)
            if plain:
                os.replace(draft, target)
        finally:
            if plain and os.path.exists(draft):
                os.unlink(draft)
    except OSError as error:
        raise Failed(f"cannot write {printable(path)}: {error.strerror}") from error
