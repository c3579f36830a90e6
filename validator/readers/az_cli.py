"""What the az CLI prints: update runs in a form of their own, rows of Azure Resource Graph, and messages between them.

In its form, what a resource has under `properties` is at the top, and absent is null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..pointer import JSON, Path, follow
from ..run.identity import RUN_TYPE
from .bounds import excess
from .items import Body
from .recognition import RESOURCE_PROPERTIES, RUN_PROPERTIES, is_run


def resource_form(body: Body) -> Body:
    """Return a body with each update run of the az CLI in the form of the resource; other bodies are returned unchanged.

    Null means absent in what the az CLI prints, and nowhere else.
    """
    value = body.value
    items = value if isinstance(value, list) else [value]
    if not any(map(_is_az_form, items)) or excess(value) is not None:
        return body  # the only finding about a value beyond the limits is that it is
    resources = [_resource(item) if _is_az_form(item) else item for item in items]
    return body._replace(value=resources if isinstance(value, list) else resources[0], original=value, shallow=True)


def _is_az_form(value: JSON) -> bool:
    if not isinstance(value, dict):
        return False
    is_flat = not isinstance(value.get("properties"), dict) and any(name in value for name in RUN_PROPERTIES)
    return (is_flat or not _GRAPH_COLUMNS.isdisjoint(value)) and is_run(value)


_ADDED = {"resourceGroup"}
_GRAPH_COLUMNS = _ADDED | {"extendedLocation", "identity", "kind", "location", "managedBy", "plan", "sku"}
_GRAPH_COLUMNS |= {"subscriptionId", "tags", "tenantId", "zones"}
"""The columns of a resource in Azure Resource Graph besides its own properties."""


def _resource(value: dict[str, JSON]) -> JSON:
    is_row = "subscriptionId" in value or "tenantId" in value or value.get("type") == RUN_TYPE.lower()  # as Resource Graph writes it
    added = _GRAPH_COLUMNS if is_row else _ADDED
    present = _without_nulls({name: child for name, child in value.items() if name not in added})
    if "properties" in present:
        return present
    resource = {name: child for name, child in present.items() if name in RESOURCE_PROPERTIES}
    return resource | {"properties": {name: child for name, child in present.items() if name not in RESOURCE_PROPERTIES}}


def _without_nulls(value: JSON) -> JSON:
    if isinstance(value, dict):
        # The `info` of an error is any JSON value, in which null may mean something.
        return {name: child if name == "info" else _without_nulls(child) for name, child in value.items() if child is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def as_written(body: Body, path: Path) -> Path:
    """Return the path in the document as its author wrote it, for a path in the value of a body."""
    if body.original is None:
        return (*body.base, *path)
    written: list[str | int] = [*body.base]
    node = body.original
    for step in path:
        if step == "properties" and isinstance(node, dict) and node.get("properties") is None:
            continue
        written.append(step)
        node = follow(node, (step,))
    return tuple(written)


_MESSAGE = re.compile(rb"(?:WARNING|INFO|DEBUG): (?:cli[\w.]*: )?|cli(?:\.\w+)+: |Command group '[^'\n]*' is in preview")
_JSON_LINE = re.compile(rb"[ \t]*[{\[]")

ONLY_MESSAGE = f"(?>{_MESSAGE.pattern.decode()})(?!{_JSON_LINE.pattern.decode()})"
"""The beginning of a line with a message and no JSON, as a regular expression that Java has, too."""


def without_message(line: bytes) -> bytes:
    """Return a line without the message of the az CLI in it: the JSON in the message after blanks, or nothing; or else the line itself."""
    match = _MESSAGE.match(line)
    if match is None:
        return line
    return b" " * match.end() + line[match.end() :] if _JSON_LINE.match(line, match.end()) else b""


_MESSAGE_LINE = re.compile(rb"^(?:" + _MESSAGE.pattern + rb").*\n?", re.MULTILINE)


def between_messages(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield what the text has before, between and in lines with messages of the az CLI, and the line where each begins, from 1."""
    start, number = 0, 1
    for match in _MESSAGE_LINE.finditer(data):
        yield data[start : match.start()], number
        number += data.count(b"\n", start, match.start())
        yield without_message(match[0]), number
        number += match[0].count(b"\n")
        start = match.end()
    yield data[start:], number
