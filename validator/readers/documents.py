"""Documents without a request: update runs, lists of them, error responses, and what the az CLI makes of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, TypeAlias

from ..findings import Side
from ..pointer import JSON, Path
from ..run.identity import RUN_TYPE
from .bounds import excess
from .items import Body

Kind: TypeAlias = Literal["run", "page", "array", "error"]

_OWN = ("managedClusterUpdate", "updateStrategyId", "autoUpgradeProfileId", "strategy", "status", "provisioningState")
_ERROR = {"code", "message", "target", "details", "additionalInfo"}
_TOP = ("id", "name", "type", "eTag", "systemData")

_UPDATE = {"upgrade", "nodeImageSelection"}
_RUN_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.ContainerService/fleets/[^/]+/updateRuns/[^/]+", re.IGNORECASE
)

_DESCRIBED = {"$ref", "allOf", "anyOf", "oneOf", "description", "properties"}
_JSON_TYPES = {"object", "array", "string", "number", "integer", "boolean", "null"}


def kind(value: JSON) -> Kind | None:
    """Recognise a document by its shape, None where it is about something else."""
    if isinstance(value, list):
        return "array" if not value or any(map(_is_run, value)) else None  # the az CLI lists no runs as []
    if not isinstance(value, dict):
        return None
    if _is_run(value):
        return "run"
    items = value.get("value")
    if isinstance(items, list) and (any(map(_is_run, items)) or (not items and value.keys() <= {"value", "nextLink"})):
        return "page"
    return "error" if isinstance(value.get("error"), dict) else None


def is_recognised(value: JSON) -> bool:
    """Tell whether a document is of a known kind, when nothing around it says that it should be.

    Configurations of all kinds have something under `error`, and other services answer with errors of their own. An
    error response has nothing beside its error, which says what went wrong in a code or a message, and nothing undocumented.
    """
    found = kind(value)
    if found != "error":
        return found is not None
    error = value["error"]
    says = "code" in error or "message" in error
    texts = not any(isinstance(error.get(name), dict | list) for name in ("code", "message"))
    return len(value) == 1 and says and error.keys() <= _ERROR and texts


def is_of_another_service(value: JSON) -> bool:
    """Tell whether an error response may well be any other API's, when nobody says whose it is: its code is no string."""
    return kind(value) == "error" and not isinstance(value["error"].get("code"), str)


def is_bare(value: dict[str, JSON]) -> bool:
    """Tell whether an object has nothing of a document; a name has everything."""
    return kind(value) is None and value.keys().isdisjoint({"properties", *_TOP} - {"name"})


def is_another(item: JSON) -> bool:
    """Tell whether an item of a list says that it is a resource of another type, as in a list of all kinds of them."""
    declared = item.get("type") if isinstance(item, dict) else None
    return isinstance(declared, str) and declared.lower() != RUN_TYPE.lower() and not _is_run(item)


def _is_run(value: JSON) -> bool:
    """Tell whether a value is an update run: what it holds decides, and where that says nothing, its type and its id.

    A run's own properties make it one in spite of a wrong type or id, which a rule is there to find. What has an
    `apiVersion` is a resource of a template or of Kubernetes, and no body of this API.
    """
    if not isinstance(value, dict) or "apiVersion" in value:
        return False
    flat = not isinstance(value.get("properties"), dict)
    holder: JSON = value if flat else value["properties"]
    update = holder.get("managedClusterUpdate")
    if isinstance(update, dict) and not _describes(update) and (not flat or not _UPDATE.isdisjoint(update)):
        return True
    declared: JSON = value.get("type")
    identity: JSON = value.get("id")
    status = holder.get("status")
    if isinstance(declared, str) or isinstance(identity, str):
        # An id and a name may be a reference to a run, and its id alone is the answer of generateUpdateRun.
        named = declared.lower() == RUN_TYPE.lower() if isinstance(declared, str) else _RUN_ID.fullmatch(identity) is not None
        misnamed = any(isinstance(below, dict) and "managedClusterUpdate" in below for below in value.values())
        return named and ("properties" in value or isinstance(status, dict) or misnamed)
    if flat or isinstance(update, dict):
        return False
    stages = status.get("stages") if isinstance(status, dict) else None
    has_stages = isinstance(stages, list) and any(isinstance(stage, dict) and "groups" in stage for stage in stages)
    return has_stages or any(map(_is_nearly_own, holder)) or isinstance(holder.get("autoUpgradeProfileId"), str)


def _is_nearly_own(name: str) -> bool:
    """Tell whether the name of a property is `managedClusterUpdate` with a slip of the pen, or in another case."""
    if abs(len(name) - len(_OWN[0])) > _SLIP:
        return False
    from difflib import SequenceMatcher  # late: most documents are recognised before

    return SequenceMatcher(None, name.lower(), _OWN[0].lower()).ratio() > _NEAR


_SLIP, _NEAR = 2, 0.94
"""Letters too many or too few in a name that is meant, and how like it is; `managedClusterUpgrade` is not."""


def _describes(value: dict[str, JSON]) -> bool:
    """Tell whether what stands under a property's name is a schema that describes the property, and not its value."""
    if not _UPDATE.isdisjoint(value):
        return False
    declared = value.get("type")
    return not value.keys().isdisjoint(_DESCRIBED) or isinstance(declared, dict | list) or declared in _JSON_TYPES


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
    items = value if isinstance(value, list) else [value]
    if not any(map(_is_from_cli, items)) or excess(value) is not None:
        return body  # what is too deep stays as it is; nothing but its depth will be told
    resources = [_resource(item) if _is_from_cli(item) else item for item in items]
    return replace(body, value=resources if isinstance(value, list) else resources[0], original=value, shallow=True)


def _is_from_cli(value: JSON) -> bool:
    if not isinstance(value, dict):
        return False
    flattened = not isinstance(value.get("properties"), dict) and any(name in value for name in _OWN)
    return (flattened or "resourceGroup" in value) and _is_run(value)


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
