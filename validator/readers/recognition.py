"""Recognition of bare documents, which have no request to say what they are: update runs, lists of them, error responses."""

from __future__ import annotations

from ..findings import BodySide
from ..pointer import JSON
from ..run.identity import RUN_TYPE, name_in_id
from .items import Kind

RESOURCE_PROPERTIES = ("id", "name", "type", "eTag", "systemData")
"""The properties of an UpdateRun besides `properties`."""

RUN_PROPERTIES = ("managedClusterUpdate", "updateStrategyId", "autoUpgradeProfileId", "strategy", "status", "provisioningState")
"""What an UpdateRun has in its `properties`."""

_BESIDES_AN_ID = {"properties", "eTag", "systemData", *RUN_PROPERTIES} - {"status"}
"""The properties by which an object with the id of a run is a run, and not a reference to one; a status may be that of a request."""

_UPDATE_PROPERTIES = {"upgrade", "nodeImageSelection"}
_ERROR_PROPERTIES = {"code", "message", "target", "details", "additionalInfo"}

_ALONE: dict[str, tuple[Kind, set[str]]] = {"stages": ("strategy", {"groups", "memberSelector"}), "targets": ("targets", {"type"})}
"""The kinds of documents that are an object of one property, an array: by its name, and properties of which one of its items has one."""

_SCHEMA_KEYWORDS = {"$ref", "allOf", "anyOf", "oneOf", "description", "properties"}
_JSON_TYPES = {"object", "array", "string", "number", "integer", "boolean", "null"}


def kind(value: JSON) -> Kind | None:
    """Return the kind of a document by its properties, None if it is unrelated."""
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
    """Return the kind of a document where nothing around it says that it should be one, None if it is unrelated.

    Configurations of all kinds have something under `error`, and other services have error responses of their own. An
    error response has no other property than `error`, whose properties are documented and include a code or a message.
    """
    document_kind = kind(value)
    if document_kind is None and isinstance(value, dict) and tool_that_renames(value) is not None:
        return "renamed"
    if document_kind is None and isinstance(value, dict):
        names = [name for name in value if name != "$schema"]
        alone, properties = _ALONE.get(names[0], (None, set())) if len(names) == 1 else (None, set())
        items = value[names[0]] if alone is not None else None
        has_any = isinstance(items, list) and any(isinstance(item, dict) and not properties.isdisjoint(item) for item in items)
        return alone if has_any else None
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
    return isinstance(resource_type, str) and not _is_run_type(resource_type) and not is_run(item)


def is_meant(value: JSON) -> bool:
    """Return whether a value that a user named is to be checked, although it is recognised as nothing.

    So is an object with a right type or id, and any other one with a property of a resource that is not identified as something else.
    """
    if not isinstance(value, dict) or "apiVersion" in value:
        return False
    resource_type, resource_id = value.get("type"), value.get("id")
    is_another = isinstance(resource_type, str | list) or (isinstance(resource_id, str) and "/" in resource_id)  # or a schema
    has_property = not value.keys().isdisjoint({"properties", *RESOURCE_PROPERTIES} - {"name"}) and kind(value) is None
    return _is_run_type(resource_type) or _is_run_id(resource_id) or (has_property and not is_another)


def _is_run_type(resource_type: JSON) -> bool:
    return isinstance(resource_type, str) and resource_type.lower() == RUN_TYPE.lower()


def _is_run_id(resource_id: JSON) -> bool:
    return isinstance(resource_id, str) and name_in_id(resource_id) is not None


def is_run(value: JSON) -> bool:
    """Return whether a value is an update run, in the form of the resource or of the az CLI.

    A run's own properties decide, in spite of a wrong type or id, which rules report; without them, a right type or id does. An object
    with an `apiVersion` is a resource of a template or of Kubernetes, and no body of this API.
    """
    if not isinstance(value, dict) or "apiVersion" in value:
        return False
    is_flat = not isinstance(value.get("properties"), dict)
    properties: JSON = value if is_flat else value["properties"]
    update = properties.get("managedClusterUpdate")
    if isinstance(update, dict) and not _is_schema(update) and (not is_flat or not _UPDATE_PROPERTIES.isdisjoint(update)):
        return True
    resource_type, resource_id, status = value.get("type"), value.get("id"), properties.get("status")
    if not _PYTHON_NAMES.isdisjoint(value):
        return False
    if _is_run_type(resource_type):
        return not value.keys().isdisjoint({"id", "name", "properties"}) or isinstance(status, dict)
    if _is_run_id(resource_id):
        # Without another property of a run, it is a reference to one, such as the response of generateUpdateRun.
        if "urn" in value:  # of Pulumi, with the run in its inputs and outputs
            return False
        is_misnamed = any(isinstance(child, dict) and "managedClusterUpdate" in child for child in value.values())
        is_typed = isinstance(resource_type, str) and "/" in resource_type and "@" not in resource_type  # azapi: type@api-version
        return is_misnamed or is_typed or isinstance(status, dict) or not value.keys().isdisjoint(_BESIDES_AN_ID)
    if is_flat or isinstance(update, dict) or isinstance(resource_type, str) or isinstance(resource_id, str):
        return False
    stages = status.get("stages") if isinstance(status, dict) else None
    has_stages = isinstance(stages, list) and any(isinstance(stage, dict) and "groups" in stage for stage in stages)
    has_reference = any(isinstance(properties.get(name), str) for name in _references(properties))
    return has_stages or has_reference or any(map(_is_misspelled, properties))


def tool_that_renames(value: dict[str, JSON]) -> str | None:
    """Return which tool wrote an update run with other names for its properties, and what to use instead; None for another value."""
    if "Id" in value:
        tool, resource_type, resource_id = _POWERSHELL, value.get("Type"), value["Id"]
    elif not _PYTHON_NAMES.isdisjoint(value) and not isinstance(value.get("managed_cluster_update"), list):  # a block of Terraform
        tool, resource_type, resource_id = _PYTHON, value.get("type"), value.get("id")
    else:
        return None
    return tool if _is_run_type(resource_type) or _is_run_id(resource_id) or "managed_cluster_update" in value else None


_PYTHON_NAMES = frozenset(("managed_cluster_update", "system_data", "e_tag", "provisioning_state", "update_strategy_id"))
_PYTHON = "the Python SDK's as_dict() renamed the properties to snake_case; write the run with serialize(keep_readonly=True)"
_POWERSHELL = "PowerShell's Get-AzFleetUpdateRun renamed the properties to PascalCase; write what Invoke-AzRestMethod returns"


def _references(properties: dict[str, JSON]) -> tuple[str, ...]:
    """Return the names of the ids that only a run has; an auto-upgrade profile, which has a channel, names a strategy too."""
    return ("autoUpgradeProfileId",) if "channel" in properties else ("autoUpgradeProfileId", "updateStrategyId")


def _is_misspelled(name: str) -> bool:
    """Return whether the name of a property is `managedClusterUpdate` in another case, with underscores, or with one wrong letter."""
    correct, name = RUN_PROPERTIES[0].lower(), name.lower().replace("_", "")
    if abs(len(name) - len(correct)) > 1:
        return False
    return _equal(name, correct) + _equal(name[::-1], correct[::-1]) >= max(len(name), len(correct)) - 1


def _equal(one: str, other: str) -> int:
    """Return how many characters two strings have in common at the beginning."""
    return next((index for index, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)))


def is_partial(run: JSON) -> bool:
    """Return whether a run lacks all of its identity, so that it may be a part that was cut from a response."""
    return isinstance(run, dict) and run.keys().isdisjoint(RESOURCE_PROPERTIES)


def may_be_strategy(value: JSON) -> bool:
    """Return whether a value is the request for an update strategy, or that for a run without `managedClusterUpdate`: these look alike."""
    properties = value.get("properties") if isinstance(value, dict) and "apiVersion" not in value else None
    strategy = properties.get("strategy") if isinstance(properties, dict) else None
    is_typed = isinstance(value, dict) and (isinstance(value.get("type"), str) or isinstance(value.get("id"), str))
    return isinstance(strategy, dict) and isinstance(strategy.get("stages"), list) and not is_typed


def _is_schema(value: dict[str, JSON]) -> bool:
    """Return whether the value of a property is a schema that describes the property, as in an OpenAPI document."""
    if not _UPDATE_PROPERTIES.isdisjoint(value):
        return False
    declared = value.get("type")
    return not value.keys().isdisjoint(_SCHEMA_KEYWORDS) or isinstance(declared, dict | list) or declared in _JSON_TYPES


def side(run: JSON) -> BodySide:
    """Return whether an UpdateRun is a request or a response: only the service sets an id, a type or a status."""
    if not isinstance(run, dict):
        return "response"
    properties = run.get("properties")
    inner = properties if isinstance(properties, dict) else {}
    is_response = "status" in inner or "provisioningState" in inner or any(name in run for name in RESOURCE_PROPERTIES if name != "name")
    return "response" if is_response else "request"
