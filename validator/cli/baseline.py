"""The file of `check --baseline`: reading and writing it, with errors for the command line."""

from __future__ import annotations

import codecs
from collections import Counter

import click
import orjson

from ..checker import manifest
from ..findings import Finding
from ..limits import MAX_FILE
from ..readers.regular_file import read_regular_file
from ..wording import count, printable
from .arguments import known_rule
from .output import Failed, echo, write_text


def load(path: str) -> tuple[manifest.Row, ...]:
    """Return the rows of a baseline.

    Raises click.UsageError, with the place, for a file that is not a baseline, Failed for one that cannot be read, and
    FileNotFoundError if there is none.
    """
    name = printable(path)
    try:
        data = read_regular_file(path, MAX_FILE).removeprefix(codecs.BOM_UTF8)
        rows = manifest.read(path, data)
    except orjson.JSONDecodeError as error:
        raise click.UsageError(_syntax_error(name, data, error)) from None
    except manifest.BadManifest as error:
        raise click.UsageError(printable(str(error))) from None
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Failed(f"cannot read {name}: {error.strerror}") from error
    for index, row in enumerate(rows):
        try:
            known_rule(row.rule)
        except click.BadParameter as error:
            raise click.UsageError(f"{name}: expected[{index}]: {error.message}") from None
    return rows


def _syntax_error(name: str, data: bytes, error: orjson.JSONDecodeError) -> str:
    """Return the error message that a capture with the same mistake gets."""
    from ..readers.text_errors import explained  # late: most baselines are JSON

    problem = explained(data, error)
    position = "" if problem.line is None else f":{problem.line}:{problem.column}"
    return f"{name}{position}: {problem.message}"


def save(path: str, findings: list[Finding], old: tuple[manifest.Row, ...], scope: manifest.Scope) -> None:
    """Write a baseline that expects the findings, and report how many rows are new and removed.

    Raises Failed if it cannot be written.
    """
    rows = manifest.updated_rows(path, findings, old, scope)
    write_text(path, manifest.dump(rows))
    before, after = (Counter((row.file, row.entry, row.rule, row.pointer) for row in version) for version in (old, rows))
    changes = f"{(after - before).total():,} new, {(before - after).total():,} removed"
    unexplained = sum(not row.reason.strip() for row in rows)
    rest = f"; {unexplained:,} without a reason yet" if unexplained else ""
    echo(f"updaterun: {printable(path)} now has {count(len(rows), 'row')}: {changes}{rest}", err=True)
