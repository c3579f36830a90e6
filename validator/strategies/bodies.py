"""Plans of update runs at random, and the bodies of requests and responses about a planned run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from ..contract import schemas
from ..contract.formats import NANOSECONDS, date_time, written
from ..pointer import JSON
from .simulator import Node

NameSource: TypeAlias = Callable[[str], str]
"""Returns a name for a property of the schemas, such as `UpdateGroup.name`."""

STATES = tuple(schemas.load().schemas["UpdateState"]["enum"])
MAX_STAGES, MAX_GROUPS, MAX_MEMBERS = 4, 3, 3
CREATED = date_time("2025-04-08T09:00:00Z") or 0
"""The time from which a run may start; `createdAt` is a minute before."""

_CREATED_BY_TYPES = tuple(schemas.load().schemas["createdByType"]["enum"])
_WAITS = (None, 60, 0, 3600, 86400)
_SUBSCRIPTION = "01234567-89ab-cdef-0123-456789abcdef"
_PROVIDER = "providers/Microsoft.ContainerService"
_IMAGES = ("AKSUbuntu-2204gen2containerd-202504.06.0", "AKSAzureLinux-V2gen2-202502.26.0", "AKSWindows-2022-containerd-20348.3328.250311")
_ERRORS = {
    "NodeImageVersionNotAvailable": "The node image is not yet available in the region of the cluster.\n",
    "UpgradeFailed": 'The upgrade of agent pool "system" ended with an error. ',
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A run as it was created: its names, its `spec` (the properties that a client sets), and the simulated `run`.

    `digits` is the number of fraction digits in times, and `details` whether members and errors have their optional properties.
    """

    name: str
    fleet: str
    spec: dict[str, JSON]
    run: Node
    digits: int
    details: bool
    created_by_type: str = "User"


def choose_plan(random: Random, name_for: NameSource, stages: int | None = None) -> Plan:
    """Choose a plan at random, with so many stages or any number; without stages the run has the default stage and group."""
    update, has_strategy_id, has_profile = _choose_update(random), random.choice((False, True)), random.random() > 0.75
    name, fleet = name_for("UpdateRun.name"), name_for("UpdateRunsGet.fleetName")
    digits, details, created_by_type = random.randint(7, 9), random.choice((False, True)), random.choice(_CREATED_BY_TYPES)
    members = random.randint(0, MAX_MEMBERS)
    spec: dict[str, JSON] = {"managedClusterUpdate": update}
    run = _choose_stages(random, name_for, random.randint(0, MAX_STAGES) if stages is None else stages)
    if run.children:
        spec["strategy"] = strategy_of(run.children)
        if has_strategy_id:
            spec["updateStrategyId"] = "updateStrategies/weekly"
    else:
        run.children = [Node("default", children=[_make_group("default", members)])]
    if has_profile:
        spec["autoUpgradeProfileId"] = "autoUpgradeProfiles/stable"
    return Plan(name, fleet, spec, run, digits, details, created_by_type)


def _choose_stages(random: Random, name_for: NameSource, count: int) -> Node:
    # Names come last: Hypothesis removes few neighbouring choices at a time, so those of a stage must be few and adjacent.
    outline = [
        (random.choice(_WAITS), [random.randint(0, MAX_MEMBERS) for _ in range(random.randint(1, MAX_GROUPS))]) for _ in range(count)
    ]
    stage_names = iter(make_unique([name_for("UpdateStage.name") for _ in outline], "UpdateStage.name"))
    group_names = iter(make_unique([name_for("UpdateGroup.name") for _, sizes in outline for _ in sizes], "UpdateGroup.name"))
    return Node(
        children=[
            make_stage(next(stage_names), seconds, [_make_group(next(group_names), size) for size in sizes]) for seconds, sizes in outline
        ]
    )


def make_unique(names: Sequence[str], kind: str) -> list[str]:
    """Return the names of a kind such as `UpdateStage.name`, with a number in place of the last characters of each repeated one."""
    most = schemas.limit(kind, "maxLength")
    unique: list[str] = []
    for name in names:
        number = 0
        other = name
        while other in unique:
            number += 1
            other = name[: most - len(str(number))] + str(number)
        unique.append(other)
    return unique


def make_stage(name: str, wait_seconds: int | None, groups: list[Node]) -> Node:
    """Return a stage, which has a wait if its seconds are above 0."""
    return Node(name, children=groups, wait_seconds=wait_seconds, wait=Node() if wait_seconds else None)


def _make_group(name: str, size: int) -> Node:
    return Node(name, children=[make_member(name, index) for index in range(size)])


def make_member(group: str, index: int) -> Node:
    """Return a member of a group."""
    return Node(f"{group[:40]}-{index}")


def strategy_of(stages: list[Node]) -> JSON:
    """Return the strategy that a client sends to have such stages."""
    return {"stages": [_stage_spec(stage) for stage in stages]}


def _stage_spec(stage: Node) -> JSON:
    wait = {} if stage.wait_seconds is None else {"afterStageWaitInSeconds": stage.wait_seconds}
    return {"name": stage.name, "groups": [{"name": group.name} for group in stage.children]} | wait


def _choose_update(random: Random) -> JSON:
    kind = random.choice(("NodeImageOnly", "Full", "ControlPlaneOnly"))
    upgrade: dict[str, JSON] = {"type": kind}
    if kind != "NodeImageOnly":
        upgrade["kubernetesVersion"] = random.choice(("1.31.2", "1.30", "v1.29.10"))
    selection = random.choice((None, "Latest", "Consistent", "Custom"))
    if selection is None:
        return {"upgrade": upgrade}
    images: dict[str, JSON] = {}
    if selection == "Custom":
        images["customNodeImageVersions"] = [{"version": version} for version in _IMAGES[: random.randint(1, len(_IMAGES))]]
    return {"upgrade": upgrade, "nodeImageSelection": {"type": selection} | images}


def request_body(random: Random, plan: Plan) -> JSON:
    """Return the body of a PUT that creates the run, with either the strategy or its id."""
    properties = {name: value for name, value in plan.spec.items() if name != "autoUpgradeProfileId"}
    if "updateStrategyId" in properties:
        properties.pop(random.choice(("updateStrategyId", "strategy")))
    if "updateStrategyId" in properties:
        properties["updateStrategyId"] = f"{_fleet_id(plan)}/{properties['updateStrategyId']}"
    return {"properties": properties}


# Responses


def response_body(plan: Plan, *, etag: str) -> JSON:
    """Return the body of a response with the run in its current state."""
    fleet = _fleet_id(plan)
    created = _time(CREATED - 60 * NANOSECONDS, 7)
    spec = {name: f"{fleet}/{value}" if name.endswith("Id") else value for name, value in plan.spec.items()}
    selection = plan.spec["managedClusterUpdate"].get("nodeImageSelection", {}).get("type", "Latest")
    author = "ops@contoso.example" if plan.created_by_type == "User" else _SUBSCRIPTION
    images = {"selectedNodeImageVersions": [{"version": _IMAGES[0]}]} if selection != "Latest" and plan.run.start_time else {}
    status: dict[str, JSON] = {
        "status": _status(plan.run, plan),
        "stages": [_stage_status(stage, plan) for stage in plan.run.children],
        "nodeImageSelection": images,
    }
    return {
        "id": f"{fleet}/updateRuns/{plan.name}",
        "name": plan.name,
        "type": "Microsoft.ContainerService/fleets/updateRuns",
        "systemData": {
            "createdBy": author,
            "createdByType": plan.created_by_type,
            "createdAt": created,
            "lastModifiedBy": author,
            "lastModifiedByType": plan.created_by_type,
            "lastModifiedAt": created,
        },
        "properties": {"provisioningState": "Succeeded", **spec, "status": status},
        "eTag": etag,
    }


def _fleet_id(plan: Plan) -> str:
    return f"/subscriptions/{_SUBSCRIPTION}/resourceGroups/fleets/{_PROVIDER}/fleets/{plan.fleet}"


def _stage_status(stage: Node, plan: Plan) -> JSON:
    body: dict[str, JSON] = {
        "name": stage.name,
        "status": _status(stage, plan),
        "groups": [_group_status(group, plan) for group in stage.children],
    }
    if stage.wait is not None:
        body["afterStageWaitStatus"] = {"status": _status(stage.wait, plan), "waitDurationInSeconds": stage.wait_seconds}
    return body


def _group_status(group: Node, plan: Plan) -> JSON:
    body = {"name": group.name, "status": _status(group, plan)}
    members = [_member_status(member, group, plan) for member in group.children]
    return body | ({"members": members} if members else {})


def _member_status(member: Node, group: Node, plan: Plan) -> JSON:
    cluster = f"/subscriptions/{_SUBSCRIPTION}/resourcegroups/clusters/{_PROVIDER}/managedClusters/{group.name}-{member.name}"
    body: dict[str, JSON] = {"name": member.name, "clusterResourceId": cluster, "status": _status(member, plan)}
    if member.start_time is not None and plan.details:
        body["operationId"] = f"{_SUBSCRIPTION[:-1]}{member.attempt % 10}"
        body["message"] = f"The cluster is {member.state.lower()}."
    return body


def _status(node: Node, plan: Plan) -> JSON:
    times = {"startTime": node.start_time, "completedTime": node.completed_time}
    body: dict[str, JSON] = {"state": node.state}
    body |= {name: _time(value, plan.digits) for name, value in times.items() if value is not None}
    if node.error is not None:
        body["error"] = {"code": node.error, "message": _ERRORS[node.error]}
        if plan.details and node.error == "UpgradeFailed":
            inner = {"code": "QuotaExceeded", "message": "-", "target": "agentPools/system", "details": []}
            trace = {"type": "Trace", "info": {"correlation": _SUBSCRIPTION}}
            body["error"] |= {"target": node.name, "details": [inner], "additionalInfo": [trace]}
    return body


def _time(nanoseconds: int, digits: int) -> str:
    fraction = nanoseconds % NANOSECONDS
    return f"{written(nanoseconds - fraction)[:-1]}.{fraction:09}"[: 20 + digits] + "Z"
