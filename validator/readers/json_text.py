"""JSON text, parsed at speed."""

from __future__ import annotations

from dataclasses import replace

import orjson

from ..limits import MAX_CONTAINERS
from ..pointer import JSON, Path
from .bounds import TOO_MANY
from .items import Body, Unreadable

GZIP = b"\x1f\x8b"
"""The first bytes of gzip content."""

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
    # The parser keeps the last of two equal keys: `{"a": 1, "a": 2}` becomes `{"a":2}` when it is serialised, which has
    # one colon less. Only a colon that the text writes as an escape could make up for it. Equal texts are the quickest case.
    try:
        serialised = orjson.dumps(value)
        if serialised == data or (b"\\u003" not in data and data.count(b":") == serialised.count(b":")):
            return ()
    except orjson.JSONEncodeError:  # orjson writes 254 levels and reads 1,024; the depth of each body is checked later
        pass
    from .text_errors import repeated_keys

    try:
        return tuple(repeated_keys(data))
    except RecursionError:
        return ()
