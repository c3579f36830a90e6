"""JSON text, parsed at speed."""

from __future__ import annotations

import orjson

from ..exchange import Body, Unreadable
from ..findings import JSON, Path
from ..limits import MAX_DEPTH, TOO_DEEP


def parse(data: bytes) -> Body | Unreadable:
    """Parse JSON text in UTF-8, without a byte order mark."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        from .diagnosis import explained

        return explained(data, error)
    shallow = data.count(b"{") + data.count(b"[") <= MAX_DEPTH
    try:
        return Body(value, duplicates=_duplicates(data, value), shallow=shallow)
    except orjson.JSONEncodeError:  # orjson writes 254 levels, and reads 1,024
        return TOO_DEEP


def _duplicates(data: bytes, value: JSON) -> tuple[Path, ...]:
    # The parser keeps the last of two equal keys, so that a value written out again lacks the colon of the
    # first. Only an escaped colon could make up for it. This costs a fifth of a walk over the pairs.
    if b"\\u003" not in data and data.count(b":") == orjson.dumps(value).count(b":"):
        return ()
    from .diagnosis import repeated

    return tuple(repeated(data))
