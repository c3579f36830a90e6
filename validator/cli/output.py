"""Files that commands write, and how commands end that cannot do what they were asked."""

from __future__ import annotations

import os
from contextlib import suppress

import click

from ..findings import printable

INTERRUPTED = 130
"""The exit status of what somebody stopped with Ctrl-C, as of any program that the signal ends."""


class Failed(click.ClickException):
    """The command could not do what it was asked."""

    exit_code = 2


def write(path: str, text: str) -> None:
    """Write a file whole or not at all, and make its folder; what is no file, such as a pipe, is written to as it is."""
    target = os.path.realpath(path)
    with suppress(OSError):  # opening the file says better why it cannot be written
        os.makedirs(os.path.dirname(target), exist_ok=True)
    draft = f"{target}.{os.getpid()}.tmp"
    plain = not os.path.exists(target) or os.path.isfile(target)
    try:
        try:
            with open(
                draft if plain else target, "x" if plain else "w", encoding="utf-8", newline="\n", errors="surrogateescape"
            ) as stream:
                stream.write(text)
            if plain:
                os.replace(draft, target)
        finally:
            if plain and os.path.exists(draft):
                os.unlink(draft)
    except OSError as error:
        raise Failed(f"cannot write {printable(path)}: {error.strerror}") from error
