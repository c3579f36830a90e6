"""The bodies of captured messages: text, bytes, base64, gzip content and embedded values."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import zlib
from dataclasses import replace

from ..limits import MAX_RECORD
from ..pointer import JSON
from . import json_text
from .bounds import excess, is_shallow, too_large
from .items import Body, Exchange, Item, Operation, Unreadable, Unrelated, parse_request
from .json_text import GZIP, MARK

_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]{8,}+={0,2}\s*")


def textual(value: JSON) -> JSON:
    """Turn the bytes in a value, which YAML has and JSON has not, into text."""
    if isinstance(value, dict):
        return {key: textual(below) for key, below in value.items()}
    if isinstance(value, list):
        return [textual(item) for item in value]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def decoded(content: JSON, *, is_base64: bool = False) -> Body | Unreadable | None:
    """Read the content of a message: a value that the recorder embedded, or text or bytes that hold one."""
    if content is None or (isinstance(content, str | bytes) and not content.strip()):
        return None
    if isinstance(content, Unreadable):
        return content
    if not isinstance(content, str | bytes):
        problem = excess(content)
        return Body(textual(content) if isinstance(content, dict | list) else content, shallow=True) if problem is None else problem
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    if is_base64 or _is_base64(data):
        try:
            data = base64.b64decode(data, validate=False)
        except binascii.Error:
            if is_base64:
                return Unreadable("input/unreadable", "the body is not base64, which its recording says it is")
    if data.startswith((GZIP, *_ZLIB)):
        inflated = _inflated(data)
        if isinstance(inflated, Unreadable):
            return inflated
        data = inflated
    data = data.removeprefix(MARK)
    if len(data) > MAX_RECORD:
        return too_large(MAX_RECORD)
    if not data.strip():
        return None
    body = json_text.parse(data)
    if isinstance(body, Body):
        return replace(body, shallow=True) if is_shallow(data) else body
    place = "" if body.line is None else f", at line {body.line}, column {body.column} of the body"
    return replace(body, message=body.message + place, line=None, column=None)


_QUARTET = re.compile(rb"[A-Za-z0-9+/]{4}")
_BEGINNING = re.compile(rb'\{[\s"}]|\[[\s{\]]|' + MARK + b"|" + GZIP)
"""How an object, an array of objects, a byte order mark and gzip content begin."""


def _is_base64(data: bytes) -> bool:
    """Tell whether text is JSON, or gzip content, in base64 that its recording does not speak of."""
    head = data[:64].strip()[:4]
    begins = _QUARTET.fullmatch(head) is not None and _BEGINNING.match(base64.b64decode(head)) is not None
    return begins and _BASE64.fullmatch(data) is not None


_ZLIB = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
"""How deflated content begins, in the form that RFC 9110 names: that of zlib, at each of its levels."""


def _inflated(data: bytes) -> bytes | Unreadable:
    try:
        if not data.startswith(GZIP):
            return _deflated(data)
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return stream.read(MAX_RECORD + 1)
    except (OSError, EOFError, zlib.error):
        return Unreadable("input/unreadable", f"the body is not {'gzip' if data.startswith(GZIP) else 'deflated'} content, or breaks off")


def _deflated(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    content = stream.decompress(data, MAX_RECORD + 1)
    if not stream.eof and len(content) <= MAX_RECORD:
        raise EOFError
    return content


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
    """Make an exchange of what a recording holds; a body is its content, and whether that is base64."""
    url, method = (textual(part) if isinstance(part, bytes) else part for part in (url, method))
    if not isinstance(url, str):
        return Unreadable("input/unreadable", "the entry has no URL", entry, relevant=False)
    parsed = parse_request(method if isinstance(method, str) else "", url)
    if parsed is None:
        return Unrelated(entry)
    return of_parts(entry, *parsed, status, request=request, response=response, placeholder=placeholder)


def _code(status: JSON) -> int | None:
    if isinstance(status, str) and re.fullmatch("[0-9]{1,3}", status):
        return int(status)
    is_number = isinstance(status, int | float) and not isinstance(status, bool)
    return int(status) if is_number and status == int(status) else None


def of_parts(
    entry: int,
    operation: Operation,
    parameters: dict[str, JSON],
    status: JSON,
    *,
    request: tuple[JSON, bool],
    response: tuple[JSON, bool],
    placeholder: str | None = None,
) -> Item:
    """Make an exchange of an operation that is known; an entry without a status is unreadable."""
    code = _code(status)
    if code is None:
        return Unreadable("input/unreadable", "the entry has no status code", entry)
    if code <= 0:  # a browser's way to record that no answer came
        return Unrelated(entry)
    sent, received = (
        Body(content) if content == placeholder is not None else decoded(content, is_base64=flag) for content, flag in (request, response)
    )
    return Exchange(operation, parameters, code, sent, received, entry, placeholder)
