"""Strategies for exchanges: a request about update runs, with the response that the service gives to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from ..contract import schemas
from ..pointer import JSON
from ..readers.items import Exchange
from .documents import choosing, error_responses, update_runs
from .simulator import Choose, choose_from

HOST = "https://management.azure.com"


@dataclass(frozen=True, slots=True)
class Call:
    """A request and its response, as a recorder would see them; a body is None where it is empty."""

    method: str
    url: str
    status: int
    request: JSON = None
    response: JSON = None

    @property
    def exchange(self) -> Exchange:
        """The exchange that a reader makes of it."""
        return Exchange.of(self.method, self.url, self.status, request=self.request, response=self.response)


def url_of(run: JSON, action: str = "") -> str:
    """Write the URL of a run in a response."""
    return f"{HOST}{run['id']}{action}?api-version={schemas.VERSIONS[-1]}"


KINDS = ("get", "put", "list", "start", "stop", "skip", "accepted", "delete", "error")
FAILURES = (404, 400, 401, 403, 409, 429, 500, 503)


@st.composite
def exchanges(draw: st.DrawFn) -> Call:
    """Make exchanges about update runs: reading, creating, starting, stopping, skipping, deleting, listing, and failing."""
    return call(choosing(draw), draw(update_runs()), lambda: draw(error_responses()))


def call(choose: Choose, run: JSON, failure: Callable[[], JSON]) -> Call:
    """Choose a request about a run, and give it its response; `failure` makes the body of an error."""
    kind = choose_from(choose, KINDS)
    if kind == "get":
        return Call("GET", url_of(run), 200, response=run)
    if kind == "put":
        chosen = {name: run["properties"][name] for name in ("managedClusterUpdate", "strategy") if name in run["properties"]}
        return Call("PUT", url_of(run), choose_from(choose, (201, 200)), request={"properties": chosen}, response=run)
    if kind == "list":
        collection = url_of({"id": run["id"].rpartition("/")[0]})
        return Call("GET", collection, 200, response={"value": [run]})
    if kind == "delete":
        return Call("DELETE", url_of(run), choose_from(choose, (200, 202, 204)))
    if kind == "error":
        return Call("GET", url_of(run), choose_from(choose, FAILURES), response=failure())
    action = choose_from(choose, ("/start", "/stop", "/skip")) if kind == "accepted" else f"/{kind}"
    sent = {"targets": [{"type": "Member", "name": "a"}]} if action == "/skip" else None
    return Call("POST", url_of(run, action), 202 if kind == "accepted" else 200, sent, None if kind == "accepted" else run)


def call_of(run: JSON) -> Call:
    """Make the GET that a body answers."""
    return Call("GET", url_of(run), 200, response=run)
