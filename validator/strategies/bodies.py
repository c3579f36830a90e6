"""Update runs: what is asked for, and the bodies that the service answers with while they live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..contract import schemas
from ..contract.formats import NANOSECONDS, date_time, written
from ..pointer import JSON
from .simulator import Choose, Life, Part, choose_from

Names: TypeAlias = Callable[[str], str]
"""Gives a value for a leaf of the schemas, such as `UpdateGroup.name`."""

Outline: TypeAlias = Sequence[tuple[str, int | None, Sequence[tuple[str, int]]]]
"""The stages of a strategy: the name, the seconds of the wait behind it, and its groups with their names and sizes.

What is chosen for a part stands here, so that to leave the part out leaves the choices for all others as they are.
"""

_MAKERS = tuple(schemas.load().schemas["createdByType"]["enum"])
STATES = tuple(schemas.load().schemas["UpdateState"]["enum"])
WAITS = (None, 60, 0, 3600, 86400)
MAX_STAGES, MAX_GROUPS, MAX_MEMBERS = 4, 3, 3

_SUBSCRIPTION = "01234567-89ab-cdef-0123-456789abcdef"
_PROVIDER = "providers/Microsoft.ContainerService"
_IMAGES = ("AKSUbuntu-2204gen2containerd-202504.06.0", "AKSAzureLinux-V2gen2-202502.26.0", "AKSWindows-2022-containerd-20348.3328.250311")
_ERRORS = {
    "NodeImageVersionNotAvailable": "The node image is not yet to be had in the region of the cluster.\n",
    "UpgradeFailed": 'The upgrade of agent pool "system" ended with an error. ',
}
ORIGIN = date_time("2025-04-08T09:00:00Z") or 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is asked to do, as the service keeps it, and the members that it finds in each group."""

    name: str
    fleet: str
    group: str
    asked: dict[str, JSON]
    run: Part
    digits: int
    details: bool
    by: str = "User"


def plan(choose: Choose, leaf: Names, outline: Callable[[], Outline]) -> Plan:
    """Choose what a run is asked to do, the outline of its stages last; without stages it has some members."""
    update, from_id, profile = _update(choose), choose(0, 1), choose(0, 3) == 3
    name, fleet = leaf("UpdateRun.name"), leaf("UpdateRunsGet.fleetName")
    digits, details, maker = choose(7, 9), bool(choose(0, 1)), choose_from(choose, _MAKERS)
    members, stages = choose(0, MAX_MEMBERS), outline()
    asked: dict[str, JSON] = {"managedClusterUpdate": update}
    if stages:
        whole, asked["strategy"] = _strategy(stages)
        if from_id:
            asked["updateStrategyId"] = "updateStrategies/weekly"
    else:
        whole = Part(below=[Part("default", below=[_group("default", members)])])
    if profile:
        asked["autoUpgradeProfileId"] = "autoUpgradeProfiles/stable"
    return Plan(name, fleet, "fleets", asked, whole, digits, details, maker)


def _strategy(stages: Outline) -> tuple[Part, JSON]:
    """Make the parts of a run, and the strategy that it has them from."""
    names = iter(told_apart([name for name, _, _ in stages], "UpdateStage.name"))
    groups = iter(told_apart([name for _, _, groups in stages for name, _ in groups], "UpdateGroup.name"))
    whole, written = Part(), []
    for _, seconds, inner in stages:
        stage = Part(next(names), seconds=seconds or 0, wait=Part() if seconds else None)
        stage.below = [_group(next(groups), size) for _, size in inner]
        whole.below.append(stage)
        wait = {} if seconds is None else {"afterStageWaitInSeconds": seconds}
        written.append({"name": stage.name, "groups": [{"name": group.name} for group in stage.below]} | wait)
    return whole, {"stages": written}


def told_apart(names: Sequence[str], leaf: str) -> list[str]:
    """Make names differ: a number takes the place of the last characters of one that was there before."""
    most = schemas.limit(leaf, "maxLength")
    found: list[str] = []
    for name in names:
        number = 0
        other = name
        while other in found:
            number += 1
            other = name[: most - len(str(number))] + str(number)
        found.append(other)
    return found


def _group(name: str, size: int) -> Part:
    return Part(name, below=[named(name, index) for index in range(size)])


def named(group: str, index: int) -> Part:
    """Make a member of a group."""
    return Part(f"{group[:40]}-{index}")


def _update(choose: Choose) -> JSON:
    kind = choose_from(choose, ("NodeImageOnly", "Full", "ControlPlaneOnly"))
    upgrade: dict[str, JSON] = {"type": kind}
    if kind != "NodeImageOnly":
        upgrade["kubernetesVersion"] = choose_from(choose, ("1.31.2", "1.30", "v1.29.10"))
    selection: dict[str, JSON] | None = choose_from(choose, (None, {"type": "Latest"}, {"type": "Consistent"}, {"type": "Custom"}))
    if selection is None:
        return {"upgrade": upgrade}
    selection = dict(selection)
    if selection["type"] == "Custom":
        selection["customNodeImageVersions"] = [{"version": version} for version in _IMAGES[: choose(1, len(_IMAGES))]]
    return {"upgrade": upgrade, "nodeImageSelection": selection}


def requested(choose: Choose, chosen: Plan) -> JSON:
    """Write what a client sends to have such a run; the strategy or the id of one, not both."""
    inner = {name: value for name, value in chosen.asked.items() if name != "autoUpgradeProfileId"}
    if "updateStrategyId" in inner:
        inner.pop("strategy" if choose(0, 1) else "updateStrategyId")
    if "updateStrategyId" in inner:
        inner["updateStrategyId"] = f"{_fleet(chosen)}/{inner['updateStrategyId']}"
    return {"properties": inner}


# What the service answers


def response(chosen: Plan, told: Life, *, tag: str) -> JSON:
    """Write the body that the service answers with, at this moment of a life."""
    fleet = _fleet(chosen)
    created = _time(ORIGIN - 60 * NANOSECONDS, 7)
    asked = {name: f"{fleet}/{value}" if name.endswith("Id") else value for name, value in chosen.asked.items()}
    selection = _selection(asked["managedClusterUpdate"])
    who = "ops@contoso.example" if chosen.by == "User" else _SUBSCRIPTION
    images = {"selectedNodeImageVersions": [{"version": _IMAGES[0]}]} if selection != "Latest" and told.run.start else {}
    status: dict[str, JSON] = {
        "status": _status(told.run, chosen),
        "stages": [_stage(stage, chosen) for stage in told.run.below],
        "nodeImageSelection": images,
    }
    return {
        "id": f"{fleet}/updateRuns/{chosen.name}",
        "name": chosen.name,
        "type": "Microsoft.ContainerService/fleets/updateRuns",
        "systemData": {
            "createdBy": who,
            "createdByType": chosen.by,
            "createdAt": created,
            "lastModifiedBy": who,
            "lastModifiedByType": chosen.by,
            "lastModifiedAt": created,
        },
        "properties": {"provisioningState": "Succeeded", **asked, "status": status},
        "eTag": tag,
    }


def _selection(update: JSON) -> str:
    return str(update.get("nodeImageSelection", {}).get("type", "Latest"))


def _fleet(chosen: Plan) -> str:
    return f"/subscriptions/{_SUBSCRIPTION}/resourceGroups/{chosen.group}/{_PROVIDER}/fleets/{chosen.fleet}"


def _stage(stage: Part, chosen: Plan) -> JSON:
    written: dict[str, JSON] = {
        "name": stage.name,
        "status": _status(stage, chosen),
        "groups": [_of_group(group, chosen) for group in stage.below],
    }
    if stage.wait is not None:
        written["afterStageWaitStatus"] = {"status": _status(stage.wait, chosen), "waitDurationInSeconds": stage.seconds}
    return written


def _of_group(group: Part, chosen: Plan) -> JSON:
    written = {"name": group.name, "status": _status(group, chosen)}
    members = [_member(member, group, chosen) for member in group.below]
    return written | ({"members": members} if members else {})


def _member(member: Part, group: Part, chosen: Plan) -> JSON:
    cluster = f"/subscriptions/{_SUBSCRIPTION}/resourcegroups/clusters/{_PROVIDER}/managedClusters/{group.name}-{member.name}"
    written: dict[str, JSON] = {"name": member.name, "clusterResourceId": cluster, "status": _status(member, chosen)}
    if member.start is not None and chosen.details:
        written["operationId"] = f"{_SUBSCRIPTION[:-1]}{member.attempt % 10}"
        written["message"] = f"The cluster is {member.state.lower()}."
    return written


def _status(part: Part, chosen: Plan) -> JSON:
    times = {"startTime": part.start, "completedTime": part.completed}
    written: dict[str, JSON] = {"state": part.state}
    written |= {name: _time(value, chosen.digits) for name, value in times.items() if value is not None}
    if part.error is not None:
        written["error"] = {"code": part.error, "message": _ERRORS[part.error]}
        if chosen.details and part.error == "UpgradeFailed":
            inner = {"code": "QuotaExceeded", "message": "-", "target": "agentPools/system", "details": []}
            more = {"type": "Trace", "info": {"correlation": _SUBSCRIPTION}}
            written["error"] |= {"target": part.name, "details": [inner], "additionalInfo": [more]}
    return written


def _time(nanoseconds: int, digits: int) -> str:
    fraction = nanoseconds % NANOSECONDS
    return f"{written(nanoseconds - fraction)[:-1]}.{fraction:09}"[: 20 + digits] + "Z"
