"""The search for update runs in a document that is no known container, such as a log record, a fixture or the stub of a fake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from ..findings import Side
from ..limits import MAX_DEPTH
from ..pointer import JSON, Path
from . import az_cli, json_text, recognition
from .bounds import TOO_DEEP
from .items import Body, Kind, Unreadable

_REQUEST_BODIES = ("body", "data", "payload", "content")
_URLS = ("url", "uri", "path")
_WORDS = (b"updaterun", b"managedcluster", b"managed_cluster")


_TOO_LONG = Unreadable("input/too-large", "the strings before this one are many times as long as the text, those of aliases included")


class Found(NamedTuple):
    """A body in a document, or why one cannot be read. `side` is what the names around it say, None if they say nothing."""

    body: Body | Unreadable
    kind: Kind | None = None
    side: Side | None = None


class _Place(NamedTuple):
    """A value that is searched, with its path in the document and the repeated keys of the text that it was read from."""

    path: Path
    value: JSON
    side: Side | None
    duplicates: tuple[Path, ...]


def find(document: Body, size: int) -> Iterator[Found]:
    """Yield the update runs, lists of them and error responses in a document, in its order, each with its path as `base`.

    A string may be the JSON text of what is searched for. `size` is that of the text; by aliases alone its strings are many times as long.
    Every value is visited once, and nothing deeper than MAX_DEPTH levels.
    """
    pending = [_Place((), document.value, None, document.duplicates)]
    is_renamed = is_too_deep = False
    left = 2**20 + 8 * size
    while pending:
        place = pending.pop()
        path, value, side, duplicates = place
        if isinstance(value, str):
            left -= len(value)
            if left < 0:
                yield Found(replace(_TOO_LONG, path=path))
                return
            text = _parse(value)
            if isinstance(text, Body):
                pending.append(_Place(path, text.value, side, tuple((*path, *below) for below in text.duplicates)))
            elif text is not None:
                yield Found(replace(text, path=path))
            continue
        kind = recognition.recognise(value) if isinstance(value, dict) else None
        if kind in ("run", "page", "error") or (kind == "renamed" and not is_renamed):
            is_renamed = is_renamed or kind == "renamed"
            inside = tuple(below[len(path) :] for below in duplicates if below[: len(path)] == path)
            yield Found(az_cli.resource_form(Body(value, duplicates=inside, node=document.node, base=path)), kind, side)
        elif spec := _operator_spec(value):
            yield Found(az_cli.resource_form(Body(spec, node=document.node, base=(*path, "spec"))), "run", "request")
        elif kind == "renamed" or _is_of_template(value):
            continue
        elif len(path) < MAX_DEPTH:
            pending += reversed(list(_children(place)))
        elif not is_too_deep and isinstance(value, dict | list) and value:
            is_too_deep = True
            yield Found(replace(TOO_DEEP, path=path))


def _children(place: _Place) -> Iterator[_Place]:
    path, value, side, duplicates = place
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict | list | str):
                yield _Place((*path, index), item, side, duplicates)
    elif isinstance(value, dict):
        names = None
        for name, child in value.items():
            if isinstance(child, dict | list | str):
                names = {key.lower() for key in value} if names is None else names
                yield _Place((*path, name), child, _side(name.lower(), names) or side, duplicates)


def _side(name: str, siblings: set[str]) -> Side | None:
    """Return the side of what a member has, by its name, and those of its siblings: a method and a URL are those of a request."""
    if "response" in name:
        return "response"
    if "request" in name:
        return "request"
    if name not in _REQUEST_BODIES or "method" not in siblings or siblings.isdisjoint(_URLS):
        return None
    has_response = any("response" in sibling for sibling in siblings)
    return "request" if has_response or not any("status" in sibling for sibling in siblings) else "response"


def _parse(text: str) -> Body | Unreadable | None:
    """Read a string that is JSON text about update runs or errors; None if it is another one."""
    if text.lstrip()[:1] not in ("{", "[", '"'):
        return None
    data = text.encode("utf-8", "surrogatepass")
    if not may_have_runs(data) and b'"error"' not in data:
        return None
    body = json_text.parse(data)
    if isinstance(body, Body):
        return body
    from .text_errors import shows_run

    if body.rule == "input/unreadable" and not shows_run(data):
        return None
    return Unreadable(body.rule, f"the string begins like an update run in JSON, and cannot be read: {body.message}")


def may_have_runs(data: bytes) -> bool:
    """Return whether the text has a word of what an update run has."""
    lowered = data.lower()
    return any(word in lowered for word in _WORDS)


def _operator_spec(value: JSON) -> dict[str, JSON] | None:
    """Return what a resource of Azure Service Operator asks for, None for other values."""
    is_resource = isinstance(value, dict) and value.get("kind") == "FleetsUpdateRun" and isinstance(value.get("spec"), dict)
    if not is_resource or "managedClusterUpdate" not in value["spec"]:
        return None
    return {name: child for name, child in value["spec"].items() if name in recognition.RUN_PROPERTIES}


def _is_of_template(value: JSON) -> bool:
    """Return whether a value is a resource of an ARM template, whose properties may be expressions."""
    return isinstance(value, dict) and "apiVersion" in value and isinstance(value.get("type"), str)
