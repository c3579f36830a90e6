"""What a HAR has of its own: the times of its entries, and bodies that are in other files, in chunks, or not recorded."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

import orjson

from ..contract.formats import date_time
from ..limits import MAX_RECORD
from ..pointer import JSON, follow
from ..wording import show
from .bounds import too_large
from .items import Body, Exchange, Item, Unreadable
from .payloads import not_recorded

_CONTENT = ("response", "content")


_MAX_DURATION = 10**9
"""Milliseconds of the longest request, eleven days; a greater `time` is ignored."""


def order(entries: list[JSON]) -> list[int]:
    """Return the indices of entries in the order of time, if every entry has one."""
    times = [_start(entry) for entry in entries]
    indices = list(range(len(entries)))
    return indices if None in times else sorted(indices, key=lambda index: times[index] or 0)


def _start(entry: JSON) -> int | None:
    """Return when a request was sent, in nanoseconds."""
    started = follow(entry, ("startedDateTime",))
    return date_time(started) if isinstance(started, str) else None


def _end(entry: JSON, start: int) -> int:
    """Return when a response was complete; that is the start if the duration is unknown."""
    milliseconds = follow(entry, ("time",))
    is_valid = isinstance(milliseconds, int | float) and 0 < milliseconds < _MAX_DURATION
    return start + (round(milliseconds * 10**6) if is_valid else 0)


def mark_concurrent(entries: list[JSON], items: Iterable[Item]) -> Iterator[Item]:
    """Yield items in order, and mark each with a run as concurrent if another response about the same run was under way when it began."""
    ends: dict[str, dict[str | None, int]] = {}  # of each fleet's responses, by run; "" stands for a list, and None for any response
    for item in items:
        entry = None if item.entry is None else entries[item.entry]
        start = _start(entry)
        if not isinstance(item, Exchange) or not isinstance(item.response, Body) or start is None:
            yield item
            continue
        fleet, _, run = item.identity.lower().rpartition("/")
        of_fleet = ends.setdefault(fleet, {})
        run, others = ("", (None,)) if item.operation == "list" else (run, (run, ""))
        if item.operation not in {"delete", "other"} and any(start < of_fleet.get(other, start) for other in others):
            yield replace(item, concurrent=True)
        else:
            of_fleet |= {key: max(of_fleet.get(key, 0), _end(entry, start)) for key in (run, None)}
            yield item


def response_body(entry: JSON, folder: str | None, text: JSON) -> JSON:
    """Return the content of a response, an Unreadable if it was not recorded, None if the response has no body.

    Playwright writes bodies to files next to the HAR, which are read in its folder alone, and Polly.js writes the chunks of a body as
    a JSON array.
    """
    content = follow(entry, _CONTENT)
    file, size = (follow(content, (name,)) for name in ("_file", "size"))
    if any(follow(entry, ("response", name)) for name in ("_error", "_failureText")):
        return not_recorded("the browser did not receive all of it")
    if text is None and isinstance(file, str):
        return _read(file, folder)
    if text in (None, "") and not (text == "" and size == 0):
        return not_recorded("content has no text") if _may_have_body(entry) else None
    if isinstance(text, str) and text.startswith('["'):
        return _joined(text, follow(content, ("encoding",)))
    return text


def _may_have_body(entry: JSON) -> bool:
    """Return whether a response has a body by its method and status; this API sends none with DELETE and 202."""
    method, status = follow(entry, ("request", "method")), follow(entry, ("response", "status"))
    is_bodiless = isinstance(status, int) and (status // 100 in {1, 3} or status in {202, 204})
    return not is_bodiless and not (isinstance(method, str) and method.upper() in {"HEAD", "OPTIONS", "DELETE"})


def _read(name: str, folder: str | None) -> bytes | Unreadable:
    """Read the file of a body; no link and no `..` leads out of the folder."""
    if folder is None:
        return not_recorded(f"it is in the file {show(name)}")
    root = os.path.realpath(folder)
    try:
        path = os.path.realpath(os.path.join(root, name))
        if os.path.commonpath((root, path)) != root:
            return not_recorded(f"the file {show(name)} is not in the folder of the HAR")
        if not os.path.isfile(path):
            return not_recorded(f"the file {show(name)} is not there")
        with open(path, "rb") as stream:
            data = stream.read(MAX_RECORD + 1)
    except (OSError, ValueError):
        return not_recorded(f"the file {show(name)} cannot be read")
    return data if len(data) <= MAX_RECORD else too_large(MAX_RECORD)


def _joined(text: str, encoding: JSON) -> JSON:
    """Return the bytes of a body in chunks, which are hexadecimal unless they are said to be base64, and other text unchanged."""
    decode = base64.b64decode if encoding == "base64" else bytes.fromhex
    try:
        return b"".join(map(decode, orjson.loads(text)))
    except (orjson.JSONDecodeError, binascii.Error, TypeError, ValueError):
        return text
