"""Texts that are neither JSON nor the YAML that is read here, and are right all the same: what they are about.

A folder holds settings with comments, streams of Kubernetes documents, templates. Such a text is no broken capture
unless a capture is what it holds.
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

# What repeats is possessive, and what is not closed ends with the text or the line, so that no text takes more than
# linear time.
_NOISE = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|(//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|,(?=\s*+[\]}]))', re.DOTALL)
_QUOTED = re.compile(rb""""(?:[^"\\\n]++|\\.)*+"?|'[^'\n]*+'?""")
_TEMPLATE = re.compile(rb"\{\{-?[ \t]*[.$\w/#]|\{%")
_RECORDING = re.compile(rb"""(?:^|[{,\s])["']?(?:interactions|Entries|liveRequest)["']?:""")


def is_unrelated(data: bytes) -> bool:
    """Tell whether a text that was not read is right in a dialect of JSON or YAML, and is not about update runs there."""
    data = searchable(data)
    if _is_template(data):
        return True
    values = _relaxed(data) if data.lstrip()[:1] in (b"{", b"[", b"/") else _streamed(data)
    return values is not None and not any(map(_is_about_runs, values))


def _is_template(data: bytes) -> bool:
    """Tell whether a text is a template of Helm, Jinja or the like, with placeholders outside quotation marks."""
    return (b"{{" in data or b"{%" in data) and _RECORDING.search(data) is None and _TEMPLATE.search(_QUOTED.sub(b"", data)) is not None


def _relaxed(data: bytes) -> list[JSON] | None:
    """Read JSON with comments, and with commas before closing brackets; None for what is none, or too long for settings."""
    if len(data) > MAX_RECORD or not any(match[1] for match in _NOISE.finditer(data)):
        return None
    uncommented = _NOISE.sub(lambda match: b"," if match[1] == b"," else b" " if match[1] else match[0], data)
    try:
        return [orjson.loads(_NOISE.sub(lambda match: b"" if match[1] else match[0], uncommented))]
    except orjson.JSONDecodeError:
        return None


def _streamed(data: bytes) -> list[JSON] | None:
    """Read YAML with several documents, and with tags of all kinds."""
    from .yaml_text import load_all

    return load_all(data)


def _is_about_runs(value: JSON) -> bool:
    if recognition.is_recognised(value):
        return True
    return any(
        container.recognises(value) and any(not isinstance(item, Unrelated) for item in container.read(value)) for container in CONTAINERS
    )
