"""Strategies for exchanges: a request about update runs, and the response of the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from ..contract import schemas
from ..pointer import JSON
from ..readers.items import Exchange
from .documents import choices, error_responses, update_runs

HOST = "https://management.azure.com"

_KINDS = ("get", "put", "list", "start", "stop", "skip", "accepted", "delete", "error")
_ERROR_STATUSES = (404, 400, 401, 403, 409, 429, 500, 503)


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


def url_of(resource_id: str, action: str = "") -> str:
    """Return the URL of a resource, or of an action on it such as `/start`."""
    return f"{HOST}{resource_id}{action}?api-version={schemas.DEFAULT_VERSION}"


@st.composite
def exchanges(draw: st.DrawFn) -> Call:
    """Return a strategy for exchanges that read, create, start, stop, skip, delete or list update runs, and for errors."""
    return choose_call(draw(choices), draw(update_runs()), lambda: draw(error_responses()))


def choose_call(random: Random, run: JSON, make_error: Callable[[], JSON]) -> Call:
    """Choose a request about a run at random, and return it with its response; `make_error` makes the body of an error."""
    kind = random.choice(_KINDS)
    url = url_of(run["id"])
    if kind == "get":
        return get_call(run)
    if kind == "put":
        spec = {name: run["properties"][name] for name in ("managedClusterUpdate", "strategy") if name in run["properties"]}
        return Call("PUT", url, random.choice((201, 200)), request={"properties": spec}, response=run)
    if kind == "list":
        return Call("GET", url_of(run["id"].rpartition("/")[0]), 200, response={"value": [run]})
    if kind == "delete":
        return Call("DELETE", url, random.choice((200, 202, 204)))
    if kind == "error":
        return Call("GET", url, random.choice(_ERROR_STATUSES), response=make_error())
    action = random.choice(("/start", "/stop", "/skip")) if kind == "accepted" else f"/{kind}"
    request = {"targets": [{"type": "Member", "name": "a"}]} if action == "/skip" else None
    status, response = (202, None) if kind == "accepted" else (200, run)
    return Call("POST", url_of(run["id"], action), status, request, response)


def get_call(run: JSON) -> Call:
    """Return the GET that is answered with the run."""
    return Call("GET", url_of(run["id"]), 200, response=run)
