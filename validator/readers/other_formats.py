"""Unreadable texts that are valid in another format, such as JSON with comments, and are not about update runs.

A folder may contain settings with comments, streams of Kubernetes documents, and templates. An error in such a text is
reported only if the text contains a capture.
"""

from __future__ import annotations

import re

import orjson

from ..limits import MAX_RECORD
from ..pointer import JSON
from . import recognition
from .items import Unrelated
from .recordings import CONTAINERS
from .text_errors import searchable

# Repetitions are possessive, and an unclosed string or comment ends with the text or the line, so that every text takes
# linear time.
_JSON_NOISE = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|(//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|,(?=\s*+[\]}]))', re.DOTALL)
"""A string, or as group 1 a comment or a comma before a closing bracket."""

_QUOTED = re.compile(rb""""(?:[^"\\\n]++|\\.)*+"?|'[^'\n]*+'?""")
_PLACEHOLDER = re.compile(rb"\{\{-?[ \t]*[.$\w/#]|\{%")
_RECORDING_KEY = re.compile(rb"""(?:^|[{,\s])["']?(?:interactions|Entries|liveRequest)["']?:""")


def is_unrelated(data: bytes) -> bool:
    """Return whether an unreadable text is valid in another format, and contains nothing about update runs there."""
    data = searchable(data)
    if _is_template(data):
        return True
    if data.lstrip()[:1] in (b"{", b"[", b"/"):
        values = _load_relaxed_json(data)
    else:
        from .yaml_text import load_all  # late: it takes PyYAML

        values = load_all(data)
    return values is not None and not any(map(_is_about_runs, values))


def _is_template(data: bytes) -> bool:
    """Return whether a text is a template of Helm, Jinja or the like, with placeholders outside quotation marks."""
    if (b"{{" not in data and b"{%" not in data) or _RECORDING_KEY.search(data) is not None:
        return False
    return _PLACEHOLDER.search(_QUOTED.sub(b"", data)) is not None


def _load_relaxed_json(data: bytes) -> list[JSON] | None:
    """Read JSON with comments or trailing commas; None for other texts, and for a text too long for settings."""
    if len(data) > MAX_RECORD or not any(match[1] for match in _JSON_NOISE.finditer(data)):
        return None
    uncommented = _JSON_NOISE.sub(lambda match: b"," if match[1] == b"," else b" " if match[1] else match[0], data)
    try:
        return [orjson.loads(_JSON_NOISE.sub(lambda match: b"" if match[1] else match[0], uncommented))]
    except orjson.JSONDecodeError:
        return None


def _is_about_runs(value: JSON) -> bool:
    if recognition.recognise(value) is not None:
        return True
    return any(
        container.recognises(value) and any(not isinstance(item, Unrelated) for item in container.read(value)) for container in CONTAINERS
    )
