"""Documents without a request: update runs, lists of them, error responses, and what the az CLI makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from .exchange import Body
from .findings import JSON, Path, Side

Kind: TypeAlias = Literal["run", "page", "array", "error"]

RUN_TYPE = "Microsoft.ContainerService/fleets/updateRuns"
_OWN = ("managedClusterUpdate", "updateStrategyId", "autoUpgradeProfileId")
_TOP = ("id", "name", "type", "eTag", "systemData")


def kind(value: JSON) -> Kind | None:
    """Recognise a document by its shape, None where it is about something else."""
    if isinstance(value, list):
        return "array" if any(map(_is_run, value)) else None
    if not isinstance(value, dict):
        return None
    if _is_run(value):
        return "run"
    items = value.get("value")
    if isinstance(items, list) and (any(map(_is_run, items)) or (not items and value.keys() <= {"value", "nextLink"})):
        return "page"
    return "error" if isinstance(value.get("error"), dict) else None


def _is_run(value: JSON) -> bool:
    if not isinstance(value, dict):
        return False
    kind, identity, properties = value.get("type"), value.get("id"), value.get("properties")
    if isinstance(kind, str) and kind.lower() == RUN_TYPE.lower():
        return True
    if isinstance(identity, str) and "/updateruns/" in identity.lower():
        return value.keys() != {"id"}  # the answer of generateUpdateRun is an id and nothing more
    holder = properties if isinstance(properties, dict) else value
    if "managedClusterUpdate" in holder:
        return True
    # Auto-upgrade profiles refer to strategies too; what names itself is what it says.
    return not isinstance(kind, str) and not isinstance(identity, str) and any(name in holder for name in _OWN)


def side(run: JSON) -> Side:
    """Tell whether an UpdateRun is a request or a response: only the service sets an id, a type or a status."""
    if not isinstance(run, dict):
        return "response"
    properties = run.get("properties")
    inner = properties if isinstance(properties, dict) else {}
    own = ("id", "type", "eTag", "systemData")
    return "response" if any(n in run for n in own) or "status" in inner or "provisioningState" in inner else "request"


def plain(body: Body) -> Body:
    """Turn what the az CLI writes back into the resource's shape; other bodies stay as they are.

    There, and only there, null means absent.
    """
    value = body.value
    if isinstance(value, list):
        items = [_resource(item) if _is_from_cli(item) else item for item in value]
        changed = any(new is not old for new, old in zip(items, value, strict=True))
        return replace(body, value=items, original=value) if changed else body
    return replace(body, value=_resource(value), original=value) if _is_from_cli(value) else body


def _is_from_cli(value: JSON) -> bool:
    flattened = not isinstance(value.get("properties"), dict) and any(name in value for name in _OWN) if isinstance(value, dict) else False
    return _is_run(value) and (flattened or "resourceGroup" in value)


def _resource(value: dict[str, JSON]) -> JSON:
    given = _without_nulls({name: below for name, below in value.items() if name != "resourceGroup"})
    if "properties" in given:
        return given
    resource = {name: below for name, below in given.items() if name in _TOP}
    return resource | {"properties": {name: below for name, below in given.items() if name not in _TOP}}


def _without_nulls(value: JSON) -> JSON:
    if isinstance(value, dict):
        # What an error carries in `info` is its own affair.
        return {k: v if k == "info" else _without_nulls(v) for k, v in value.items() if v is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def as_written(body: Body, path: Path) -> Path:
    """Turn a path into a body's value into the path to the same place in the author's document."""
    if body.original is None:
        return path
    written: list[str | int] = []
    node = body.original
    for step in path:
        if step == "properties" and isinstance(node, dict) and node.get("properties") is None:
            continue
        written.append(step)
        try:
            node = node[step]
        except (LookupError, TypeError):
            node = None
    return tuple(written)
