"""Blocks of files: the parts that Spark reads at once, and what is before each in its file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote


class Block(NamedTuple):
    """A block: the name of its file and the turn of that among all files, what is before the block, and what is in it.

    A `marked` block begins with a byte order mark, which Spark removes.
    """

    source: str
    turn: int
    lines_before: int
    entries_before: int
    lines: int
    entries: int
    marked: bool


Blocks: TypeAlias = dict[tuple[str, int], Block]
"""Blocks by the address of the file and the offset of the block in it."""


def blocks_of(counts: Iterable[Any]) -> Blocks:
    """Return blocks from rows with the numbers of lines, entries and bytes in each; the files are in the order of their addresses."""
    blocks: Blocks = {}
    ordered = sorted(counts, key=lambda row: (row["file"], row["start"]))
    for turn, (file, group) in enumerate(groupby(ordered, key=lambda row: row["file"])):
        rows = [*group]
        # The lines of a marked file are three bytes short. A last line without a line feed counts as one byte too long.
        lost = rows[0]["size"] - sum(row["bytes"] for row in rows)
        is_marked = lost in (2, 3) and not file.endswith(_COMPRESSED)
        lines = entries = 0
        for row in rows:
            blocks[file, row["start"]] = Block(
                name_of(file), turn, lines, entries, row["lines"], row["entries"], is_marked and row["start"] == 0
            )
            lines, entries = lines + row["lines"], entries + row["entries"]
    return blocks


_COMPRESSED = (".gz", ".bz2", ".zst", ".lz4", ".snappy", ".deflate")


def name_of(address: str) -> str:
    """Return the path of a file of this machine, and the address of another one."""
    return re.sub("^/+", "/", unquote(address.removeprefix("file:"))) if address.startswith("file:/") else address
