"""The manifest of `check --expect`: how it is read, and written."""

from __future__ import annotations

import codecs
from collections import Counter

import click
import orjson

from ..checker import manifest
from ..findings import Finding
from ..wording import count, printable
from .names import known_rule
from .output import Failed, write_text


def load(path: str) -> tuple[manifest.Expected, ...]:
    """Read a manifest.

    Raises click.UsageError for what is not one, with the place, Failed where it cannot be read, and FileNotFoundError
    where there is none.
    """
    shown = printable(path)
    try:
        with open(path, "rb") as stream:
            data = stream.read().removeprefix(codecs.BOM_UTF8)
        rows = manifest.read(path, data)
    except orjson.JSONDecodeError as error:
        raise click.UsageError(_no_json(shown, data, error)) from None
    except manifest.BadManifest as error:
        raise click.UsageError(printable(str(error))) from None
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Failed(f"cannot read {shown}: {error.strerror}") from error
    for index, row in enumerate(rows):
        try:
            known_rule(row.rule)
        except click.BadParameter as error:
            raise click.UsageError(f"{shown}: expected[{index}]: {error.message}") from None
    return rows


def _no_json(path: str, data: bytes, error: orjson.JSONDecodeError) -> str:
    """Say it as it is said of a capture."""
    from ..readers.text_errors import explained  # late: most manifests are JSON

    problem = explained(data, error)
    place = "" if problem.line is None else f":{problem.line}:{problem.column}"
    return f"{path}{place}: {problem.message}"


def save(path: str, findings: list[Finding], old: tuple[manifest.Expected, ...], looked_at: manifest.LookedAt) -> None:
    """Write findings to a manifest as known ones, and say so.

    Raises Failed where it cannot be written.
    """
    rows = manifest.renewed(path, findings, old, looked_at)
    write_text(path, manifest.dump(rows))
    were, are = (Counter((row.file, row.entry, row.rule, row.pointer) for row in some) for some in (old, rows))
    told = f"{printable(path)} now has {count(len(rows), 'row')}: {(are - were).total():,} new, {(were - are).total():,} removed"
    wanting = sum(not row.reason.strip() for row in rows)
    click.echo(f"updaterun: {told}{f'; {wanting:,} without a reason yet' if wanting else ''}", err=True)
