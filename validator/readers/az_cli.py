"""The form in which the az CLI prints update runs: what a resource has under `properties` is at the top, and absent is null."""

from __future__ import annotations

from ..pointer import JSON, Path, follow
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
    return (is_flat or "resourceGroup" in value) and is_run(value)


def _resource(value: dict[str, JSON]) -> JSON:
    present = _without_nulls({name: child for name, child in value.items() if name != "resourceGroup"})
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
        return path
    written: list[str | int] = []
    node = body.original
    for step in path:
        if step == "properties" and isinstance(node, dict) and node.get("properties") is None:
            continue
        written.append(step)
        node = follow(node, (step,))
    return tuple(written)
