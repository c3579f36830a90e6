"""The bodies of requests and responses about a planned run, and of errors."""

from __future__ import annotations

from random import Random
from uuid import UUID, uuid5

from ..contract import schemas
from ..pointer import JSON
from ..rules.gates import GATES
from .clock import timestamp
from .node import Gate, Node, Status
from .plan import IMAGES, SUBSCRIPTION, Plan

_PROVISIONING_STATES = schemas.load().schemas["UpdateRunProvisioningState"]["enum"]
_MESSAGES = {
    "NodeImageVersionNotAvailable": "The node image is not yet available in the region of the cluster.\n",
    "UpgradeFailed": 'The upgrade of agent pool "system" ended with an error. ',
}


def request_body(random: Random, plan: Plan) -> JSON:
    """Return the body of a PUT that creates the run, with either the strategy or its id."""
    properties = {name: value for name, value in plan.spec.items() if name != "autoUpgradeProfileId"}
    if "updateStrategyId" in properties:
        properties.pop(random.choice(("updateStrategyId", "strategy")))
    return {"properties": properties}


def response_body(plan: Plan, *, etag: str) -> JSON:
    """Return the body of a response with the run in its current state."""
    created = timestamp(plan.created, plan.digits[0])
    selection = plan.spec["managedClusterUpdate"].get("nodeImageSelection", {}).get("type", "Latest")
    author = "ops@contoso.example" if plan.created_by_type == "User" else SUBSCRIPTION
    images = {"selectedNodeImageVersions": [{"version": IMAGES[0]}]} if selection != "Latest" and plan.run.start_time else {}
    status: dict[str, JSON] = {
        "status": _status(plan.run, plan),
        "stages": [_stage_status(stage, plan) for stage in plan.run.children],
    }
    if plan.has("UpdateRunStatus.failureCount"):
        status["failureCount"] = plan.run.failures
    if plan.has("UpdateRunStatus.nodeImageSelection"):
        status["nodeImageSelection"] = images
    return {
        "id": plan.scope.id_of("updateRuns", plan.name),
        "name": plan.name,
        "type": f"{plan.scope.provider}/fleets/updateRuns",
        "systemData": {
            "createdBy": author,
            "createdByType": plan.created_by_type,
            "createdAt": created,
            "lastModifiedBy": author,
            "lastModifiedByType": plan.created_by_type,
            "lastModifiedAt": created,
        },
        "properties": {"provisioningState": "Succeeded", **plan.spec, "status": status},
        "eTag": etag,
    }


def _stage_status(stage: Node, plan: Plan) -> JSON:
    body: dict[str, JSON] = {
        "name": stage.name,
        "status": _status(stage, plan),
        "groups": [_group_status(group, plan) for group in stage.children if not _is_yet_to_be_made(group, plan)],
    }
    if stage.wait is not None:
        body["afterStageWaitStatus"] = {"status": _status(stage.wait, plan), "waitDurationInSeconds": stage.wait_seconds}
    return body | _restrictions(stage, "UpdateStageStatus", plan)


def _is_yet_to_be_made(group: Node, plan: Plan) -> bool:
    """Return whether a group is one that the service makes when the run starts."""
    return group.implicit and {plan.run.state, *(node.state for node in group.walk())} == {"NotStarted"}


def _group_status(group: Node, plan: Plan) -> JSON:
    body: dict[str, JSON] = {"name": group.name, "status": _status(group, plan)}
    if group.children:
        body["members"] = [_member_status(member, plan) for member in group.children]
    return body | _restrictions(group, "UpdateGroupStatus", plan)


def _restrictions(node: Node, definition: str, plan: Plan) -> dict[str, JSON]:
    """Return what a status shows of the gates and the limits of a stage or a group, as far as the version has them."""
    body: dict[str, JSON] = {}
    for key, gates in zip(GATES, (node.before, node.after), strict=True):
        if gates:
            body[key] = [_gate_status(gate, plan) for gate in gates]
    if plan.has(f"{definition}.maxConcurrency"):
        body["maxConcurrency"] = node.limit
    if plan.has(f"{definition}.failureCount"):
        body |= {"maxAllowedFailures": node.allowed, "failureCount": node.failures}
    return body


def _gate_status(gate: Gate, plan: Plan) -> JSON:
    body: dict[str, JSON] = {} if gate.display_name is None else {"displayName": gate.display_name}
    if gate.opened:
        body["gateId"] = gate_id(gate, plan)
    return body | {"status": _progress(gate)}


def gate_id(gate: Gate, plan: Plan) -> str:
    """Return the id of a gate as a resource, which it is once it is opened; its name is a UUID."""
    return plan.scope.id_of("gates", str(uuid5(UUID(plan.scope.subscription), f"{plan.scope.fleet} {plan.name} {gate.number}")))


def _member_status(member: Node, plan: Plan) -> JSON:
    cluster = plan.scope.cluster_id(member.name)
    body: dict[str, JSON] = {"name": member.name, "clusterResourceId": cluster, "status": _status(member, plan)}
    if member.start_time is not None and plan.details:
        body["operationId"] = f"{SUBSCRIPTION[:-1]}{member.attempt % 10}"
    if member.start_time is not None and plan.details and plan.has("MemberUpdateStatus.message"):
        body["message"] = plan.message.format(member.state.lower())
    return body


def _progress(node: Status) -> dict[str, JSON]:
    body: dict[str, JSON] = {"state": node.state}
    if node.start_time is not None:
        body["startTime"] = node.start_time
    if node.completed_time is not None:
        body["completedTime"] = node.completed_time
    return body


def _status(node: Node, plan: Plan) -> JSON:
    body = _progress(node)
    if node.error is not None:
        body["error"] = {"code": node.error, "message": _MESSAGES[node.error]}
        if plan.details and node.error == "UpgradeFailed":
            inner = {"code": "QuotaExceeded", "message": "-", "target": "agentPools/system", "details": []}
            trace = {"type": "Trace", "info": {"correlation": SUBSCRIPTION}}
            body["error"] |= {"target": node.name, "details": [inner], "additionalInfo": [trace]}
    return body


def drop_optional(random: Random, run: JSON) -> JSON:
    """Remove some optional properties from half of the responses, or change the provisioning state as after a failed request."""
    if random.choice((True, False)):
        return run
    system_data, properties = run["systemData"], run["properties"]
    for holder, name in [(run, "eTag"), (run, "systemData"), *((system_data, name) for name in sorted(system_data))]:
        if random.random() > 0.9:
            del holder[name]
    properties["provisioningState"] = random.choice((*("Succeeded",) * 7, *_PROVISIONING_STATES[1:3], None))
    if properties["provisioningState"] is None:
        del properties["provisioningState"]
    if random.random() > 0.8:
        properties["status"].pop("nodeImageSelection", None)
    return run
