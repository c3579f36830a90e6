"""The coherent documents that violations begin with: rich ones, in which every constraint and every rule has its place."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from ..pointer import JSON
from . import bodies
from .bodies import Names, Plan
from .exchanges import call_of
from .simulator import Life, Part

_ERROR: JSON = {
    "code": "UpgradeFailed",
    "message": "The upgrade ended with an error.",
    "target": "agentPools/system",
    "details": [{"code": "QuotaExceeded", "message": "-", "target": "-", "details": [], "additionalInfo": [{"type": "Trace", "info": {}}]}],
    "additionalInfo": [{"type": "Trace", "info": {"id": 1}}],
}
_CUSTOM: JSON = {"type": "Custom", "customNodeImageVersions": [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}]}


def _plan(leaf: Names, *, strategy: bool = True) -> Plan:
    update = {"upgrade": {"type": "Full", "kubernetesVersion": "1.31.2"}, "nodeImageSelection": {"type": "Latest"}}
    asked: dict[str, JSON] = {"managedClusterUpdate": update}
    if strategy:
        first, second = bodies.told_apart([leaf("UpdateStage.name") for _ in range(2)], "UpdateStage.name")
        names = bodies.told_apart([leaf("UpdateGroup.name") for _ in range(4)], "UpdateGroup.name")
        groups = [Part(name, below=[Part(f"m{index}") for index in range(3)]) for name in names[:3]]
        stages = [Part(first, below=groups[:2], seconds=3600, wait=Part()), Part(second, below=[groups[2], Part(names[3])])]
        asked["strategy"] = {
            "stages": [
                {"name": first, "groups": [{"name": name} for name in names[:2]], "afterStageWaitInSeconds": 3600},
                {"name": second, "groups": [{"name": name} for name in names[2:]]},
            ]
        }
    else:
        stages = [Part("default", below=[Part("default", below=[Part("m0")])])]
    return Plan(leaf("UpdateRun.name"), leaf("UpdateRunsGet.fleetName"), "fleets", asked, Part(below=stages), 9, details=True)


def _lived(chosen: Plan, until: str) -> JSON:
    """Tell a life up to a state: Running with the first member done, the second at it and the third to come."""
    told = Life(chosen.run, bodies.ORIGIN, lambda low, _: low)
    if until != "NotStarted":
        told.launch()
    steps = {"NotStarted": 0, "Running": 3, "Failed": 3}.get(until, 99)
    for _ in range(steps):
        if not told.run.done:
            told.pass_time()
            told.advance()
    if until == "Failed":
        told.fail()
        while told.run.state == "Stopping":
            told.drain()
    return bodies.response(chosen, told, tag='"5500aacd-0000-0700-0000-67f448f90000"')


def running(leaf: Names) -> JSON:
    """Make a run in its first stage, with two more members of its group and a second stage to come."""
    return _lived(_plan(leaf), "Running")


def completed(leaf: Names) -> JSON:
    """Make that run at its end."""
    return _lived(_plan(leaf), "Completed")


def failed(leaf: Names) -> JSON:
    """Make that run with its second member failed."""
    return _lived(_plan(leaf), "Failed")


def with_id(leaf: Names) -> JSON:
    """Make that run from an update strategy, by an auto-upgrade profile."""
    run = running(leaf)
    fleet = run["id"].rpartition("/updateRuns")[0]
    run["properties"] |= {
        "updateStrategyId": f"{fleet}/updateStrategies/weekly",
        "autoUpgradeProfileId": f"{fleet}/autoUpgradeProfiles/stable",
    }
    return run


def rich(leaf: Names) -> JSON:
    """Make a response that has every documented property of a run somewhere."""
    run = failed(leaf)
    run["properties"] |= with_id(leaf)["properties"] | {"status": run["properties"]["status"], "strategy": run["properties"]["strategy"]}
    run["properties"]["managedClusterUpdate"] = {"upgrade": {"type": "Full", "kubernetesVersion": "1.31.2"}, "nodeImageSelection": _CUSTOM}
    status = run["properties"]["status"]
    status["status"]["error"] = _ERROR
    status["nodeImageSelection"] = {"selectedNodeImageVersions": [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}]}
    return run


def request(leaf: Names) -> JSON:
    """Make the body of a PUT, of two stages."""
    return {"properties": _plan(leaf).asked}


def rich_request(leaf: Names) -> JSON:
    """Make that body with a selection of node images, which has every constraint of what a request may set by a strategy of its own."""
    run = request(leaf)
    run["properties"]["managedClusterUpdate"]["nodeImageSelection"] = deepcopy(_CUSTOM)
    return run


def default(leaf: Names) -> JSON:
    """Make a run without a strategy that has yet to start."""
    return _lived(_plan(leaf, strategy=False), "NotStarted")


def exchange(leaf: Names) -> JSON:
    """Make a GET of a run."""
    call = call_of(running(leaf))
    return {"method": call.method, "url": call.url, "status": call.status, "response": call.response}


def error(leaf: Names) -> JSON:
    """Make a GET of a run that is not there."""
    return exchange(leaf) | {"status": 404, "response": {"error": {"code": "NotFound", "message": "There is no such run."}}}


def _twice(run: JSON) -> JSON:
    return [run, deepcopy(run)]


BASES: dict[str, Callable[[Names], JSON]] = {
    "request": request,
    "default": default,
    "Running": running,
    "Completed": completed,
    "Failed": failed,
    "with-id": with_id,
    "exchange": exchange,
    "error": error,
    "history": lambda leaf: _twice(running(leaf)),
    "ended": lambda leaf: _twice(completed(leaf)),
}
"""The documents that breakers begin with."""
