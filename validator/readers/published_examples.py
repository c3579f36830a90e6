"""Published examples of the API (x-ms-examples), which have an `operationId` instead of a URL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..pointer import JSON, follow
from . import recognition
from .bounds import excess
from .items import Exchange, Item, Operation, Places, Unrelated
from .payloads import exchange_of_operation

_OPERATIONS: dict[str, Operation] = {
    "get": "get",
    "createorupdate": "put",
    "delete": "delete",
    "listbyfleet": "list",
    "start": "start",
    "stop": "stop",
    "skip": "skip",
}
"""Operations by the second half of an `operationId`, in lower case."""

_PARAMETERS = ("subscriptionId", "resourceGroupName", "fleetName", "updateRunName", "api-version")


def is_example(value: JSON) -> bool:
    """Return whether a value is a published example."""
    return isinstance(follow(value, ("parameters",)), dict) and isinstance(follow(value, ("responses",)), dict)


def read(value: JSON) -> Iterator[Item]:
    """Read a published example (x-ms-examples): one request, and a response for each status, the default one last."""
    parameters, responses = value["parameters"], value["responses"]
    operation = _operation(value)
    documented = {name: _emptied(parameters[name]) for name in _PARAMETERS if name in parameters}
    is_first = True
    for index, (status, response) in sorted(enumerate(responses.items()), key=lambda each: each[1][0] == "default"):
        body = follow(response, ("body",))
        code = _code(status, body)
        if operation is None or code is None:
            yield Unrelated(index)
            continue
        request = _body(parameters) if operation in ("put", "skip") and is_first else None
        item = exchange_of_operation(index, operation, documented, code, request=(request, False), response=(body, False))
        if isinstance(item, Exchange):
            item = replace(item, alternative=True, repeats_request=not is_first)
            is_first = False
        yield item


def _code(status: str, body: JSON) -> JSON:
    """Return the status code of a response, None if it has none. The default response is an error, or not shown if it has no body."""
    if status == "default":
        return 300 if body is None else 400
    return status if status.isdecimal() else None


def _operation(value: JSON) -> Operation | None:
    """Return the operation of an example by its `operationId`, or by its bodies, since examples have no URL.

    Other services have update runs, too, which are not a fleet's.
    """
    parameters = value["parameters"]
    operation_id = value.get("operationId")
    group, _, name = (operation_id if isinstance(operation_id, str) else "").rpartition("_")
    kinds = {recognition.kind(follow(response, ("body",))) for response in value["responses"].values()}
    if group.lower() == "updateruns" and ("fleetName" in parameters or not kinds.isdisjoint({"run", "page"})):
        return _OPERATIONS.get(name.lower())
    if not group and not kinds.isdisjoint({"page", "array"}):
        return "list"
    if not group and "run" in kinds:
        return "get" if recognition.kind(_body(parameters)) is None else "put"
    return None


def _emptied(parameter: JSON) -> JSON:
    """Return an empty object or array for a parameter that is nested too deep; the schemas reject both."""
    return parameter if excess(parameter) is None else type(parameter)()


def _body(parameters: dict[str, JSON]) -> JSON:
    return parameters.get(_body_name(parameters))


def _body_name(parameters: dict[str, JSON]) -> str:
    return "body" if parameters.get("resource") is None else "resource"


def places(value: JSON) -> list[Places]:
    """Return the paths of the parts of each response."""
    request = ("parameters", _body_name(value["parameters"]))
    return [Places(("responses", status), ("parameters",), request, ("responses", status, "body")) for status in value["responses"]]
