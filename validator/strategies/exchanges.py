"""Exchanges: a request about update runs, and the response of the service."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ..contract import schemas
from ..contract.operations import ERROR_CODES
from ..pointer import JSON
from ..readers.items import Exchange
from ..run.transitions import RESTARTABLE, UNFINISHED
from .documents import choose_response
from .orders import Order

HOST = "https://management.azure.com"

_OPERATIONS = ("GET", "PUT", "list", "start", "stop", "skip", "DELETE")
_MESSAGES = {
    404: "The resource 'fleets/contoso' was not found.",
    400: 'The value of "managedClusterUpdate.upgrade" is not valid.\n',
    401: "Authentication failed.",
    403: "The client does not have authorization. ",
    409: "Another operation is in progress.",
    412: "The eTag does not match.",
    429: "Retry after 17 seconds.",
    500: "Internal server error",
    503: "",
}
_CODES = {status: code for code, status in ERROR_CODES.items() if status is not None}


@dataclass(frozen=True, slots=True)
class Call:
    """A request and its response, as a recorder would see them. An empty body is None."""

    method: str
    url: str
    status: int
    request: JSON = None
    response: JSON = None

    @property
    def exchange(self) -> Exchange:
        """The exchange that a reader makes of the call."""
        return Exchange.of(self.method, self.url, self.status, request=self.request, response=self.response)


def url_of(run_id: str, action: str = "", version: str = schemas.DEFAULT_VERSION) -> str:
    """Return the URL of a run, or of an action on it such as `/start`; the names in it are in lower case, as documented."""
    scope, _, names = run_id.rpartition("/fleets/")
    fleet, collection, name = names.split("/")
    return f"{HOST}{scope}/fleets/{fleet.lower()}/{collection}/{name.lower()}{action}?api-version={version}"


def choose_call(random: Random, order: Order, suffix: str = "") -> Call:
    """Choose a request about a run at random, and return it with its response, which is an error at times."""
    run = choose_response(random, order, suffix)
    operations = [name for name in _OPERATIONS if _is_possible(name, run, order)]
    operation, outcome = random.choice(operations), random.choice(("done", "done", "failed"))
    if operation == "list":
        return list_call(run, order.version)
    method, action = ("POST", f"/{operation}") if operation in ("start", "stop", "skip") else (operation, "")
    url, request = url_of(run["id"], action, order.version), _request(operation, run, order)
    if outcome == "failed":
        return Call(method, url, *_failure(random, request))
    if operation == "DELETE":
        return Call(method, url, random.choice((200, 202, 204)))
    if operation == "PUT":
        return Call(method, url, random.choice((201, 200)), request, run)
    is_accepted = method == "POST" and random.choice((False, True))
    return Call(method, url, *((202, request) if is_accepted else (200, request, run)))


_ANSWERS = {
    "PUT": ("NotStarted",),
    "start": ("NotStarted", *RESTARTABLE),  # the run as it was before
    "stop": (*UNFINISHED, "Stopped"),
}
"""The states of a run in the responses to requests that are not possible in the others."""


def _is_possible(operation: str, run: JSON, order: Order) -> bool:
    """Return whether a request can be answered with a run."""
    if operation == "skip":
        return order.has("SkipProperties") and _skipped_stage(run) is not None
    if operation == "PUT" and "autoUpgradeProfileId" in run["properties"]:
        return False
    return run["properties"]["status"]["status"]["state"] in _ANSWERS.get(operation, order.states)


def _skipped_stage(run: JSON) -> str | None:
    """Return the name of the first stage that a request may have skipped, None if there is none."""
    stages = run["properties"]["status"]["stages"]
    return next((stage["name"] for stage in stages if stage["status"]["state"] == "Skipped"), None)


def list_call(run: JSON, version: str = schemas.DEFAULT_VERSION) -> Call:
    """Return the GET of a page with the run alone."""
    url, _, query = url_of(run["id"], version=version).partition("?")
    return Call("GET", f"{url.rpartition('/')[0]}?{query}", 200, response={"value": [run]})


def polling_calls(captures: list[JSON], version: str = schemas.DEFAULT_VERSION) -> list[Call]:
    """Return the GETs that are answered with captures of runs."""
    return [Call("GET", url_of(run["id"], version=version), 200, response=run) for run in captures]


def _request(operation: str, run: JSON, order: Order) -> JSON:
    if operation == "PUT":
        strategy = "updateStrategyId" if "updateStrategyId" in run["properties"] else "strategy"
        asked = ("managedClusterUpdate", strategy)
        return order.request or {"properties": {name: run["properties"][name] for name in asked if name in run["properties"]}}
    return {"targets": [{"type": "Stage", "name": _skipped_stage(run)}]} if operation == "skip" else None


def _failure(random: Random, request: JSON) -> tuple[int, JSON, JSON]:
    """Choose an error, and return its status, the request, and the body of the response."""
    status = random.choice([*_MESSAGES])
    error: dict[str, JSON] = {"code": _CODES[status], "message": _MESSAGES[status]}
    if random.random() > 0.75:
        error = error | {"target": "properties", "details": [error], "additionalInfo": [{"type": "Trace", "info": {"attempt": 1}}]}
    return status, request, {"error": error}
