"""Streams of what a function reads, counted as it is read."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER = 1 << 16
"""Bytes of a file that are read at once; its format is recognised from no more."""

_LEAST = 4
"""Bytes by which gzip content and a byte order mark are recognised."""

ReadInto: TypeAlias = "Callable[[WriteableBuffer], int | None]"
"""A function that reads bytes into a buffer and returns their number, as `io.RawIOBase.readinto` does."""


class Stream(io.RawIOBase):
    """A stream of what a function reads; `count` is called with the number of bytes of each read."""

    def __init__(self, read_into: ReadInto, count: Callable[[int], None]) -> None:
        self._read_into = read_into
        self._count = count

    def readable(self) -> bool:
        """Return that the stream can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        """Read the bytes that are available into a buffer, at least `_LEAST` before the end, and return their number."""
        number = self._read_into(buffer)
        while number and number < _LEAST and (more := self._read_into(memoryview(buffer)[number:])):
            number += more
        self._count(number or 0)
        return number


class Gunzipped(io.RawIOBase):
    """A stream of the content of a gzip stream (RFC 1952) of any number of members, which zeros may follow.

    Unlike `gzip.GzipFile`, which reads the names in headers byte by byte, it takes no longer where these are long. Reading it raises
    zlib.error for what is not gzip content, and EOFError for content that breaks off.
    """

    def __init__(self, read: Callable[[int], bytes | None]) -> None:
        self._read = read
        self._member = zlib.decompressobj(_GZIP)
        self._pending = b""

    def readable(self) -> bool:
        """Return that the stream can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read some bytes into a buffer, and return their number, 0 at the end."""
        view = memoryview(buffer)
        while compressed := self._pending or self._read(BUFFER):
            if self._member.eof:
                self._pending = compressed = compressed.lstrip(b"\0")
                if not compressed:
                    continue
                self._member = zlib.decompressobj(_GZIP)
            content = self._member.decompress(compressed, len(view))
            self._pending = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if content:
                view[: len(content)] = content
                return len(content)
        if not self._member.eof:
            raise EOFError
        return 0


_GZIP = 16 + zlib.MAX_WBITS
"""What zlib calls the format of gzip."""


def buffered(read_into: ReadInto, count: Callable[[int], None] = lambda _: None) -> io.BufferedReader:
    """Return a buffered stream of what a function reads; `count` is called with the number of bytes of each read."""
    return io.BufferedReader(Stream(read_into, count), BUFFER)
