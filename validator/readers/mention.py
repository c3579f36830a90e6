"""Whether text mentions update runs: what mentions them is not skipped without a finding or a note."""

from __future__ import annotations

import re

# All patterns but _RUN_MEMBER are for texts in lower case.
# Every repetition stays within its line, so that every text takes linear time, or is possessive, so that
# none takes more memory than the text itself.
_TYPE = re.compile(rb"fleets(?:\\{0,8}/|%2f|\\{1,8}u002f)updateruns")
"""The resource type of an update run, also as some writers of JSON and URLs escape it."""

_ID = re.compile(
    rb"""(?<![a-z])id[\\"']{0,9}[ \t]*:[ \t]*[\\"']{0,9}/subscriptions/[^\s"'\\]{1,300}"""
    rb"""/fleets/[^/\s"'\\]{1,90}/updateruns/[^/\s"'\\]{1,90}["'\\]"""
)
_PROPERTY = re.compile(rb"""(?<![a-z])(?:properties|etag|systemdata|managedclusterupdate|provisioningstate)[\\"']{0,9}[ \t]*:""")
"""An object with the id of a run, and a property by which it is a run and not a reference to one."""

_REQUEST = re.compile(rb"(?P<path>/fleets/[^/\s\"'\\?]{1,90}/updateruns/[^/\s\"'\\?]{1,90})|\"managedclusterupdate\"[ \t]*:")
"""What a request to create a run has: the path of the run, and its body soon after."""

_NEXT_OBJECT = re.compile(rb"\}[\s,]*+\{")

_ABOUT = re.compile(rb"fleets/(?:[^/\s\"']{1,90}/)?updateruns")
_UPDATE = re.compile(rb"(?<![a-z])managedclusterupdate[\\\"']{0,9}[ \t]*:")
_PLACEHOLDER = re.compile(rb"\{\{-?[ \t]*[.$\w/#]|\{%")
_RUN_MEMBER = re.compile(rb'"managedClusterUpdate"\s*:|"type"\s*:\s*"Microsoft\.ContainerService/fleets/updateRuns"', re.IGNORECASE)

_WORDS = (b"updaterun", b"managedcluster", b"managed_cluster")

_OBJECT = 2**12
"""Bytes after its id in which an object has another property, and after the path of a request in which its body is."""

LONGEST = 2 * _OBJECT
"""Bytes of a mention at most."""


def is_in(text: bytes) -> bool:
    """Return whether the text mentions the type of an update run, in any case."""
    lower = text.lower()
    return b"updateruns" in lower and _TYPE.search(lower) is not None


def may_be_in(text: bytes) -> bool:
    """Return whether the text has a word of what an update run has."""
    lower = text.lower()
    return any(word in lower for word in _WORDS)  # a word is found faster than a pattern


def is_about(data: bytes) -> bool:
    """Return whether the text is about update runs of a fleet, by their type or id, or what one asks for; not in a template."""
    text = searchable(data).lower()
    if not may_be_in(text):
        return False
    return _ABOUT.search(text) is not None or (_UPDATE.search(text) is not None and _PLACEHOLDER.search(text) is None)


def shows_run(record: bytes) -> bool:
    """Return whether an unreadable record has a member that only an update run has."""
    return _RUN_MEMBER.search(record) is not None


def searchable(data: bytes) -> bytes:
    """Return the text with UTF-16 and UTF-32 reduced to single bytes, so that ASCII patterns match."""
    return data.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe") if b"\0" in data[:4] or data[:1] > b"\x7f" else data


def offset_in(data: bytes, *, is_unread: bool) -> int | None:
    """Return the offset of the first mention in text in lower case, None if there is none.

    In text that `is_unread`, an object with the id of a run and another property of one is a mention, too, and so is a request with a body.
    """
    if b"updateruns" not in data:
        return None
    match = _TYPE.search(data)
    offsets = [None if match is None else match.start()]
    if is_unread:
        offsets += [_offset_of_run(data), _offset_of_request(data)]
    return min((offset for offset in offsets if offset is not None), default=None)


def _offset_of_run(data: bytes) -> int | None:
    """Return the offset of the first object with the id of a run and another property of one."""
    found = None
    for match in _ID.finditer(data):
        start = match.end()
        if found is None or found.start() < start:
            found = _PROPERTY.search(data, start)
            if found is None:
                return None
        between = data[start : found.start()] if found.start() - start <= _OBJECT else b"}"
        if between.count(b"}") <= between.count(b"{") and _NEXT_OBJECT.search(between) is None:
            return match.start()
    return None


def _offset_of_request(data: bytes) -> int | None:
    """Return the offset of the path of a run nearest before the first body of a request, None if none is near."""
    path = None
    for match in _REQUEST.finditer(data):
        if match["path"]:
            path = match
        elif path is not None and match.start() - path.end() <= _OBJECT:
            return path.start()
    return None
