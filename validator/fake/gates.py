"""The gates of a fake fleet as resources: list, get and update, by which a client lets a run pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..contract import schemas
from ..contract.drift import documented
from ..contract.since import since
from ..pointer import JSON
from ..simulation.bodies import gate_id
from ..wording import show
from .answers import Refused, Request, Response, paged, tag_of
from .runs import PlacedGate, Run

_PATH = re.compile(r"(?i)/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.ContainerService/fleets/[^/]+/gates(?:/([^/]+))?/?")
_ENDS = ("Completed", "Skipped")


def answer(request: Request, runs: Sequence[Run], page_size: int) -> Response | None:
    """Return the response to a request about gates, None if it is unrelated."""
    match = _PATH.fullmatch(request.path)
    if match is None:
        return None
    _check_version(request)
    scope = request.path.lower().partition("/gates")[0]
    gates = {gate_id(placed.gate, run.plan).lower(): (run, placed) for run, placed in _gates(runs)}
    if match[1] is None:
        if request.method != "GET":
            raise Refused(405, "HttpMethodNotAllowed", f"expected GET, found {show(request.method)}")
        if "$filter" in request.query:
            raise Refused(400, "InvalidParameter", "expected no $filter, which a fake fleet does not have")
        found = [gate_body(*gate) for identity, gate in gates.items() if identity.startswith(f"{scope}/")]
        return Response(200, {}, paged(request, found, page_size))
    if request.path.lower().rstrip("/") not in gates:
        raise Refused(404, "ResourceNotFound", f"the gate {show(match[1])} was not found")
    run, placed = gates[request.path.lower().rstrip("/")]
    if request.method == "PATCH":
        request.check_tag(gate_body(run, placed)["eTag"])
        run.close(placed.gate, _wanted_state(request.body))
    elif request.method != "GET":
        raise Refused(405, "HttpMethodNotAllowed", f"expected GET or PATCH, found {show(request.method)}")
    body = gate_body(run, placed)
    return Response(200, {"ETag": body["eTag"]}, body)


def _gates(runs: Sequence[Run]) -> Iterator[tuple[Run, PlacedGate]]:
    for run in runs:
        yield from ((run, placed) for placed in run.gates())


def gate_body(run: Run, placed: PlacedGate) -> JSON:
    """Return a gate as a resource."""
    of_run, identity = run.body(schemas.VERSIONS[-1]), gate_id(placed.gate, run.plan)
    name = {} if placed.gate.display_name is None else {"displayName": placed.gate.display_name}
    target = {"id": of_run["id"], "updateRunProperties": {"name": of_run["name"], **placed.place}}
    properties = {"provisioningState": "Succeeded", **name, "gateType": placed.kind, "target": target, "state": placed.gate.state}
    body = {
        "id": identity,
        "name": identity.rpartition("/")[2],
        "type": "Microsoft.ContainerService/fleets/gates",
        "systemData": of_run["systemData"],
        "properties": properties,
    }
    return body | {"eTag": tag_of(body)}


def _check_version(request: Request) -> None:
    version = request.query.get("api-version")
    if version not in schemas.VERSIONS or "GateConfiguration" not in documented(version):
        expected = f"expected the api-version {since('GateConfiguration')} or a later one for gates"
        raise Refused(400, "InvalidApiVersionParameter", f"{expected}, found {show(version)}")


def _wanted_state(body: JSON) -> str:
    properties = body.get("properties") if isinstance(body, dict) else None
    state = properties.get("state") if isinstance(properties, dict) else None
    if state not in _ENDS:
        raise Refused(
            400, "InvalidParameter", f"expected Completed or Skipped for the state of the gate, found {show(state)}", "properties.state"
        )
    return str(state)
