"""Reading bytes as a file is read."""

from __future__ import annotations

import io

from validator.checker.files import with_positions
from validator.checker.item import check_items
from validator.findings import Finding
from validator.readers import reader
from validator.readers.items import Item, Unrelated


def stream(data: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(data))


def read_items(data: bytes, name: str = "") -> list[Item]:
    """Return the items of a file with these bytes."""
    return list(reader.read(stream(data), name))


def findings_with_positions(items: list[Item]) -> list[Finding]:
    """Check items one after another, and return the findings with their lines and columns."""
    checked = [(item, findings) for item, findings in check_items(items) if not isinstance(item, Unrelated)]
    return list(with_positions((finding, item.text) for item, findings in checked for finding in findings))
