"""The bodies of captured messages, decoded from strings, bytes, base64, compressed content or embedded values."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zlib
from dataclasses import replace

from ..findings import Severity
from ..limits import MAX_RECORD
from ..pointer import JSON
from . import json_text
from .bounds import excess, too_large
from .budget import Budget
from .items import Body, Exchange, Item, Operation, Unreadable, Unrelated, parse_request
from .json_text import GZIP, MARK
from .streams import Gunzipped, buffered

_BASE64 = re.compile(rb"[A-Za-z0-9+/_\s-]{8,}+={0,2}\s*")
_QUARTET = re.compile(rb"[A-Za-z0-9+/]{4}")
_BEGINNING = re.compile(rb'\{[\s"}]|\[[\s{\]]|' + MARK + b"|" + GZIP)
"""The first bytes of an object, an array of objects, a byte order mark and gzip content."""

_ZLIB = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
"""The first bytes of deflated content in the zlib format, which RFC 9110 requires, at each compression level."""


def without_bytes(value: JSON) -> JSON:
    """Return a value with bytes, which YAML has and JSON lacks, decoded to strings."""
    if isinstance(value, dict):
        return {name: without_bytes(child) for name, child in value.items()}
    if isinstance(value, list):
        return [without_bytes(item) for item in value]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def decode(content: JSON, *, is_base64: bool = False) -> Body | Unreadable | None:
    """Decode the content of a message: a value that the recorder embedded, or a string or bytes; None if it is empty."""
    return _parse(_unfold(content, is_base64=is_base64))


def _unfold(content: JSON, *, is_base64: bool) -> JSON:
    """Return the text of a body in UTF-8; the value itself if that is neither a string nor bytes."""
    if content is None:
        return b""
    if not isinstance(content, str | bytes):
        return content
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    if is_base64 or _is_base64(data):
        try:
            data = base64.b64decode(data, validate=False)
        except binascii.Error:
            if is_base64:
                return Unreadable("input/unreadable", "the body is not base64, which its recording says it is")
    return _decompress(data) if data.startswith((GZIP, *_ZLIB)) else data


MAY_BE_ENCODED = re.compile(rb"""["'\s,](?:e[wyAFJN]|W[3wy]|H4sI|77u/)[A-Za-z0-9+/_-]{16}""")
"""The beginning of a string that may be JSON, with a byte order mark or compressed, in base64."""

_STANDARD = bytes.maketrans(b"-_", b"+/")
"""From the alphabet for URLs to the standard one."""

_LEAST = 24
"""Characters of text in base64 that is worth opening."""


def opened(data: bytes, budget: Budget) -> bytes | None:
    """Return the content of a string that is base64 or compressed, None for any other. Raises Spent if it unfolds to too much.

    Base64 may be of either alphabet, without padding, and in a `data:` URL.
    """
    if data.startswith(b"data:"):
        data = data.partition(b";base64,")[2]
    is_base64 = len(data) >= _LEAST and _BASE64.fullmatch(data) is not None
    if is_base64:
        data = data.translate(_STANDARD, b" \t\r\n=")
        data += b"=" * (-len(data) % 4)
    if not is_base64 and not data.startswith((GZIP, *_ZLIB)):
        return None
    content = _unfold(data, is_base64=is_base64)
    if not isinstance(content, bytes):
        return None
    budget.spend(len(content))
    return content


def _parse(content: JSON) -> Body | Unreadable | None:
    """Return the body that the value is: text in UTF-8, or the value itself."""
    if isinstance(content, Unreadable):
        return content
    if not isinstance(content, bytes):
        problem = excess(content)
        return Body(without_bytes(content) if isinstance(content, dict | list) else content, shallow=True) if problem is None else problem
    data = content.removeprefix(MARK)
    if len(data) > MAX_RECORD:
        return too_large(MAX_RECORD)
    if not data.strip():
        return None
    body = json_text.parse(data)
    if isinstance(body, Body):
        return body
    position = "" if body.line is None else f", at line {body.line}, column {body.column} of the body"
    return replace(body, message=body.message + position, line=None, column=None)


def _is_base64(data: bytes) -> bool:
    """Return whether a string is JSON or gzip content in base64, in a recording that does not declare it."""
    head = data[:64].strip()[:4]
    has_beginning = _QUARTET.fullmatch(head) is not None and _BEGINNING.match(base64.b64decode(head)) is not None
    return has_beginning and _BASE64.fullmatch(data) is not None


def _decompress(data: bytes) -> bytes | Unreadable:
    try:
        if not data.startswith(GZIP):
            return _decompress_zlib(data)
        return buffered(Gunzipped(io.BytesIO(data).read).readinto).read(MAX_RECORD + 1)
    except (EOFError, zlib.error):
        return Unreadable("input/unreadable", f"the body is not {'gzip' if data.startswith(GZIP) else 'deflated'} content, or breaks off")


def _decompress_zlib(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    content = stream.decompress(data, MAX_RECORD + 1)
    if not stream.eof and len(content) <= MAX_RECORD:
        raise EOFError
    return content


def not_recorded(reason: str) -> Unreadable:
    """Return the problem of a body that is not in its recording."""
    return Unreadable("input/unreadable", f"the body was not recorded here, and is not checked: {reason}", severity=Severity.NOTE)


def exchange(
    entry: int,
    method: JSON,
    url: JSON,
    status: JSON,
    *,
    request: tuple[JSON, bool],
    response: tuple[JSON, bool],
    placeholder: str | None = None,
) -> Item:
    """Return the item of an entry of a recording; each body is its content and whether the recording declares it as base64."""
    url, method = (without_bytes(part) if isinstance(part, bytes) else part for part in (url, method))
    if not isinstance(url, str):
        return Unreadable("input/unreadable", "the entry has no URL", entry, relevant=False)
    parsed = parse_request(method if isinstance(method, str) else "", url)
    if parsed is None:
        return Unrelated(entry)
    operation, parameters, call = parsed
    return exchange_of_operation(
        entry, operation, parameters, status, request=request, response=response, placeholder=placeholder, call=call
    )


def exchange_of_operation(
    entry: int,
    operation: Operation,
    parameters: dict[str, JSON],
    status: JSON,
    *,
    request: tuple[JSON, bool],
    response: tuple[JSON, bool],
    placeholder: str | None = None,
    call: str = "",
) -> Item:
    """Return the item of an entry whose operation is known; without a status, the entry is unreadable."""
    code = _status_code(status)
    if code is None:
        return Unreadable("input/unreadable", "the entry has no status code", entry)
    if code <= 0:  # browsers record it if no response arrived
        return Unrelated(entry)
    contents = [
        (Body(content) if content == placeholder is not None else _unfold(content, is_base64=flag)) for content, flag in (request, response)
    ]
    request_body, response_body = (content if isinstance(content, Body) else _parse(content) for content in contents)
    size = sum(len(content) for content in contents if isinstance(content, bytes))
    return Exchange(operation, parameters, code, request_body, response_body, entry, placeholder, call=call, unfolded=size)


def _status_code(status: JSON) -> int | None:
    if isinstance(status, str) and re.fullmatch("[0-9]{1,3}", status):
        return int(status)
    is_number = isinstance(status, int | float) and not isinstance(status, bool)
    return int(status) if is_number and status == int(status) else None
