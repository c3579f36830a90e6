"""Coherent documents to break: each has a place for many constraints, and is the same every time but for its names."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import TypeVar

from ..pointer import JSON
from . import bodies
from .bodies import NameSource, Plan
from .exchanges import get_call
from .simulator import Node, Simulator

_Option = TypeVar("_Option")

_ERROR: JSON = {
    "code": "UpgradeFailed",
    "message": "The upgrade ended with an error.",
    "target": "agentPools/system",
    "details": [{"code": "QuotaExceeded", "message": "-", "target": "-", "details": [], "additionalInfo": [{"type": "Trace", "info": {}}]}],
    "additionalInfo": [{"type": "Trace", "info": {"id": 1}}],
}
_CUSTOM: JSON = {"type": "Custom", "customNodeImageVersions": [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}]}


class _FirstOption(Random):
    """Chooses the first option, so that the first group is updated first."""

    def choice(self, seq: Sequence[_Option]) -> _Option:  # type: ignore[override]
        return seq[0]


def _plan(name_for: NameSource) -> Plan:
    update = {"upgrade": {"type": "Full", "kubernetesVersion": "1.31.2"}, "nodeImageSelection": {"type": "Latest"}}
    first, second = bodies.make_unique([name_for("UpdateStage.name") for _ in range(2)], "UpdateStage.name")
    names = bodies.make_unique([name_for("UpdateGroup.name") for _ in range(4)], "UpdateGroup.name")
    groups = [Node(name, children=[Node(f"m{index}") for index in range(3)]) for name in names[:3]]
    stages = [bodies.make_stage(first, 3600, groups[:2]), bodies.make_stage(second, None, [groups[2], Node(names[3])])]
    spec: dict[str, JSON] = {"managedClusterUpdate": update, "strategy": bodies.strategy_of(stages)}
    return Plan(name_for("UpdateRun.name"), name_for("UpdateRunsGet.fleetName"), spec, Node(children=stages), 9, details=True)


def running(name_for: NameSource, *, fails: bool = False) -> JSON:
    """Return a run in its first stage, whose first member is Completed; its second member is Running, or Failed."""
    plan = _plan(name_for)
    simulator = Simulator(plan.run, bodies.CREATED, _FirstOption())
    simulator.start()
    for _ in range(3):
        simulator.pass_time()
        simulator.advance()
    if fails:
        simulator.fail()
    while plan.run.state == "Stopping":
        simulator.drain()
    return bodies.response_body(plan, etag='"5500aacd-0000-0700-0000-67f448f90000"')


def with_id(name_for: NameSource) -> JSON:
    """Return a Running run with the ids of an update strategy and of an auto-upgrade profile."""
    run = running(name_for)
    fleet = run["id"].rpartition("/updateRuns")[0]
    run["properties"] |= {
        "updateStrategyId": f"{fleet}/updateStrategies/weekly",
        "autoUpgradeProfileId": f"{fleet}/autoUpgradeProfiles/stable",
    }
    return run


def rich(name_for: NameSource) -> JSON:
    """Return a response that has every documented property of a run somewhere."""
    run = running(name_for, fails=True)
    run["properties"] |= with_id(name_for)["properties"] | {key: run["properties"][key] for key in ("status", "strategy")}
    run["properties"]["managedClusterUpdate"] = {"upgrade": {"type": "Full", "kubernetesVersion": "1.31.2"}, "nodeImageSelection": _CUSTOM}
    status = run["properties"]["status"]
    status["status"]["error"] = _ERROR
    status["nodeImageSelection"] = {"selectedNodeImageVersions": [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}]}
    return run


def request(name_for: NameSource) -> JSON:
    """Return the body of a PUT with a strategy of two stages."""
    return {"properties": _plan(name_for).spec}


def rich_request(name_for: NameSource) -> JSON:
    """Return the body of a PUT with a strategy and with a selection of node images."""
    run = request(name_for)
    run["properties"]["managedClusterUpdate"]["nodeImageSelection"] = deepcopy(_CUSTOM)
    return run


def exchange(name_for: NameSource) -> JSON:
    """Return a GET of a run and its response."""
    call = get_call(running(name_for))
    return {"method": call.method, "url": call.url, "status": call.status, "response": call.response}
