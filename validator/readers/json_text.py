"""JSON text, parsed at speed."""

from __future__ import annotations

from dataclasses import replace

import orjson

from ..limits import MAX_CONTAINERS
from ..pointer import JSON, Path
from .bounds import TOO_MANY
from .items import Body, Unreadable

GZIP = b"\x1f\x8b"
"""What gzip content begins with."""

MARK = b"\xef\xbb\xbf"
"""The byte order mark in UTF-8."""


def parse(data: bytes) -> Body | Unreadable:
    """Parse JSON text in UTF-8, without a byte order mark."""
    if len(data) > MAX_CONTAINERS and data.count(b"{") + data.count(b"[") > MAX_CONTAINERS:
        from .text_errors import mentions

        return replace(TOO_MANY, relevant=mentions(data))
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        from .text_errors import explained

        return explained(data, error)
    return Body(value, duplicates=_duplicates(data, value))


def _duplicates(data: bytes, value: JSON) -> tuple[Path, ...]:
    # The parser keeps the last of two equal keys: `{"a": 1, "a": 2}` written out again is `{"a":2}`, with a colon
    # less. Only a colon that the text spells as an escape could make up for it. Compact text is the same again.
    try:
        again = orjson.dumps(value)
        if again == data or (b"\\u003" not in data and data.count(b":") == again.count(b":")):
            return ()
    except orjson.JSONEncodeError:  # it writes 254 levels and reads 1,024; what is too deep is found later, body by body
        pass
    from .text_errors import repeated

    try:
        return tuple(repeated(data))
    except RecursionError:
        return ()
