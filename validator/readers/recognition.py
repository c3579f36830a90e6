"""Recognition of bare documents, which have no request to say what they are: update runs, lists of them, error responses."""

from __future__ import annotations

from itertools import islice

from ..findings import Side
from ..pointer import JSON
from ..run.identity import RUN_TYPE, name_in_id
from .items import Kind

RESOURCE_PROPERTIES = ("id", "name", "type", "eTag", "systemData")
"""The properties of an UpdateRun besides `properties`."""

RUN_PROPERTIES = ("managedClusterUpdate", "updateStrategyId", "autoUpgradeProfileId", "strategy", "status", "provisioningState")
"""What an UpdateRun has in its `properties`."""

_UPDATE_PROPERTIES = {"upgrade", "nodeImageSelection"}
_ERROR_PROPERTIES = {"code", "message", "target", "details", "additionalInfo"}

_SCHEMA_KEYWORDS = {"$ref", "allOf", "anyOf", "oneOf", "description", "properties"}
_JSON_TYPES = {"object", "array", "string", "number", "integer", "boolean", "null"}


def kind(value: JSON) -> Kind | None:
    """Return the kind of a document by its properties, None if it is about something else."""
    if isinstance(value, list):
        return "array" if not value or any(map(is_run, value)) else None  # the az CLI lists no runs as []
    if not isinstance(value, dict):
        return None
    if is_run(value):
        return "run"
    items = value.get("value")
    if isinstance(items, list) and (any(map(is_run, items)) or (not items and value.keys() <= {"value", "nextLink"})):
        return "page"
    return "error" if isinstance(value.get("error"), dict) else None


def recognise(value: JSON) -> Kind | None:
    """Return the kind of a document where nothing around it says that it should be one, None if it is about something else.

    Configurations of all kinds have something under `error`, and other services have error responses of their own. An
    error response has no other property than `error`, whose properties are documented and include a code or a message.
    """
    document_kind = kind(value)
    if document_kind != "error":
        return document_kind
    error = value["error"]
    has_reason = "code" in error or "message" in error
    are_scalars = not any(isinstance(error.get(name), dict | list) for name in ("code", "message"))
    return "error" if len(value) == 1 and has_reason and error.keys() <= _ERROR_PROPERTIES and are_scalars else None


def is_of_another_service(value: JSON) -> bool:
    """Return whether an error response may well be another API's, if nothing says whose it is: its code is not a string."""
    return kind(value) == "error" and not isinstance(value["error"].get("code"), str)


def is_of_another_type(item: JSON) -> bool:
    """Return whether an item of a list is a resource of another type, as in a list of all resources."""
    resource_type = item.get("type") if isinstance(item, dict) else None
    return isinstance(resource_type, str) and resource_type.lower() != RUN_TYPE.lower() and not is_run(item)


def is_bare(value: dict[str, JSON]) -> bool:
    """Return whether an object has no property of a document; a name does not count, since everything has one."""
    return kind(value) is None and value.keys().isdisjoint({"properties", *RESOURCE_PROPERTIES} - {"name"})


def is_run(value: JSON) -> bool:
    """Return whether a value is an update run, in the form of the resource or of the az CLI.

    A run's own properties decide, in spite of a wrong type or id, which rules report. Without them, its type or its id
    decides. An object with an `apiVersion` is a resource of a template or of Kubernetes, and no body of this API.
    """
    if not isinstance(value, dict) or "apiVersion" in value:
        return False
    is_flat = not isinstance(value.get("properties"), dict)
    properties: JSON = value if is_flat else value["properties"]
    update = properties.get("managedClusterUpdate")
    if isinstance(update, dict) and not _is_schema(update) and (not is_flat or not _UPDATE_PROPERTIES.isdisjoint(update)):
        return True
    resource_type: JSON = value.get("type")
    resource_id: JSON = value.get("id")
    status = properties.get("status")
    if isinstance(resource_type, str) or isinstance(resource_id, str):
        # An id and a name may be a reference to a run, and an id alone is the response of generateUpdateRun.
        is_typed = resource_type.lower() == RUN_TYPE.lower() if isinstance(resource_type, str) else name_in_id(resource_id) is not None
        is_misnamed = any(isinstance(child, dict) and "managedClusterUpdate" in child for child in value.values())
        return is_typed and ("properties" in value or isinstance(status, dict) or is_misnamed)
    if is_flat or isinstance(update, dict):
        return False
    stages = status.get("stages") if isinstance(status, dict) else None
    has_stages = isinstance(stages, list) and any(isinstance(stage, dict) and "groups" in stage for stage in stages)
    return has_stages or any(map(_is_misspelled, islice(properties, _MAX_NAMES))) or isinstance(properties.get("autoUpgradeProfileId"), str)


def _is_misspelled(name: str) -> bool:
    """Return whether the name of a property is `managedClusterUpdate` with a typo, or in another case."""
    correct = RUN_PROPERTIES[0]
    if abs(len(name) - len(correct)) > _MAX_EXTRA_LETTERS:
        return False
    from difflib import SequenceMatcher  # late: most documents are recognised before

    return SequenceMatcher(None, name.lower(), correct.lower()).ratio() > _MIN_RATIO


_MAX_NAMES = 100
"""The most properties of an object whose names are compared with a correct one, as that takes long."""

_MAX_EXTRA_LETTERS, _MIN_RATIO = 2, 0.94
"""How far a misspelled name differs from the correct one; `managedClusterUpgrade` is too far."""


def _is_schema(value: dict[str, JSON]) -> bool:
    """Return whether the value of a property is a schema that describes the property, as in an OpenAPI document."""
    if not _UPDATE_PROPERTIES.isdisjoint(value):
        return False
    declared = value.get("type")
    return not value.keys().isdisjoint(_SCHEMA_KEYWORDS) or isinstance(declared, dict | list) or declared in _JSON_TYPES


def side(run: JSON) -> Side:
    """Return whether an UpdateRun is a request or a response: only the service sets an id, a type or a status."""
    if not isinstance(run, dict):
        return "response"
    properties = run.get("properties")
    inner = properties if isinstance(properties, dict) else {}
    is_response = "status" in inner or "provisioningState" in inner or any(name in run for name in RESOURCE_PROPERTIES if name != "name")
    return "response" if is_response else "request"
