"""The file of `check --baseline`: reading and writing it, with errors for the command line."""

from __future__ import annotations

from collections import Counter

import click

from ..checker import manifest
from ..findings import Finding
from ..wording import count, printable
from .output import Failed, echo, write_text


def load(path: str) -> tuple[manifest.Row, ...]:
    """Return the rows of a baseline.

    Raises click.UsageError, with the place, for a file that is not a baseline, Failed for one that cannot be read, and
    FileNotFoundError if there is none.
    """
    try:
        return manifest.load(path)
    except manifest.BadManifest as error:
        raise click.UsageError(printable(str(error))) from None
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Failed(f"cannot read {printable(path)}: {error.strerror}") from error


def save(path: str, findings: list[Finding], old: tuple[manifest.Row, ...], scope: manifest.Scope) -> None:
    """Write a baseline that expects the findings of a check, and report how many rows are new and removed.

    Raises Failed if it cannot be written.
    """
    rows = manifest.updated_rows(path, findings, old, scope)
    write_text(path, manifest.dump(rows), syntax="json")
    before, after = (Counter((row.file, row.entry, row.rule, row.pointer) for row in version) for version in (old, rows))
    changes = f"{(after - before).total():,} new, {(before - after).total():,} removed"
    unexplained = sum(not row.reason.strip() for row in rows)
    rest = f"; {unexplained:,} without a reason yet" if unexplained else ""
    echo(f"updaterun: {printable(path)} now has {count(len(rows), 'row')}: {changes}{rest}", err=True)
