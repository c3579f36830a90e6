"""Reading bytes as a file is read."""

from __future__ import annotations

import io

from validator.readers import reader
from validator.readers.items import Item


def stream(data: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(data))


def read_items(data: bytes, name: str = "") -> list[Item]:
    """Return the items of a file with these bytes."""
    return list(reader.read(stream(data), name))
