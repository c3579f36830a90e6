"""JSON text, parsed at speed."""

from __future__ import annotations

import re
from dataclasses import replace

import orjson

from ..limits import MAX_DEPTH, MAX_NODES
from ..pointer import JSON, Path
from . import mention
from .bounds import TOO_MANY
from .items import Body, Unreadable

GZIP = b"\x1f\x8b"
"""The first bytes of gzip content."""

MARK = b"\xef\xbb\xbf"
"""The byte order mark in UTF-8."""


def parse(data: bytes) -> Body | Unreadable:
    """Parse JSON text in UTF-8, without a byte order mark."""
    if len(data) > MAX_NODES and _has_too_many_values(data):
        return replace(TOO_MANY, relevant=mention.is_about(data))
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        from .text_errors import explained

        return explained(data, error)
    try:
        written = orjson.dumps(_OUTER_LEVELS, default=lambda _: value)
    except orjson.JSONEncodeError:
        return Body(value, duplicates=_repeated(data))
    return Body(value, duplicates=_duplicates(data, written), shallow=len(data) < MAX_NODES)


def _has_too_many_values(data: bytes) -> bool:
    """Return whether the text has more values than the limit: outside strings, each has a comma or an opening bracket before it."""
    if sum(map(data.count, (b",", b"{", b"["))) <= MAX_NODES:
        return False
    separators = sum(1 for match in _STRING_OR_SEPARATOR.finditer(data) if match[0][:1] != b'"')
    return separators > MAX_NODES


_STRING_OR_SEPARATOR = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[,{\[]', re.DOTALL)

_WRITTEN_LEVELS = 254
"""Levels of nesting that orjson writes; it raises JSONEncodeError for more. It reads 1,024."""

_OUTER = _WRITTEN_LEVELS - (MAX_DEPTH - 1)
_OUTER_LEVELS: JSON = object()
for _ in range(_OUTER):
    _OUTER_LEVELS = [_OUTER_LEVELS]
"""Arrays around a value that is written, so many that orjson raises an error if the value has MAX_DEPTH levels or more. So what is
written anyway, for the sake of repeated keys, shows the depth as well: for 1 microsecond a run, where a walk takes 13."""


def _duplicates(data: bytes, written: bytes) -> tuple[Path, ...]:
    """Return the paths of repeated keys in the text, given what its value is written as, within the outer levels."""
    # The parser keeps the last of two equal keys: `{"a": 1, "a": 2}` becomes `{"a":2}` when it is written again, which has
    # one colon less. Only a colon that the text writes as an escape could make up for it. Equal texts are the quickest case.
    if len(written) == len(data) + 2 * _OUTER and written.startswith(data, _OUTER):
        return ()
    if b"\\u003" not in data and data.count(b":") == written.count(b":"):
        return ()
    return _repeated(data)


def _repeated(data: bytes) -> tuple[Path, ...]:
    from .text_errors import repeated_keys

    try:
        return tuple(repeated_keys(data))
    except RecursionError:
        return ()
