"""The bodies of requests and responses about a planned run, and of errors."""

from __future__ import annotations

from random import Random

from ..contract import schemas
from ..pointer import JSON
from .clock import timestamp
from .node import Node
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
        "groups": [_group_status(group, plan) for group in stage.children],
    }
    if stage.wait is not None:
        body["afterStageWaitStatus"] = {"status": _status(stage.wait, plan), "waitDurationInSeconds": stage.wait_seconds}
    return body


def _group_status(group: Node, plan: Plan) -> JSON:
    body = {"name": group.name, "status": _status(group, plan)}
    members = [_member_status(member, plan) for member in group.children]
    return body | ({"members": members} if members else {})


def _member_status(member: Node, plan: Plan) -> JSON:
    cluster = plan.scope.cluster_id(member.name)
    body: dict[str, JSON] = {"name": member.name, "clusterResourceId": cluster, "status": _status(member, plan)}
    if member.start_time is not None and plan.details:
        body["operationId"] = f"{SUBSCRIPTION[:-1]}{member.attempt % 10}"
    if member.start_time is not None and plan.details and plan.has("MemberUpdateStatus.message"):
        body["message"] = plan.message.format(member.state.lower())
    return body


def _status(node: Node, plan: Plan) -> JSON:
    times = {"startTime": node.start_time, "completedTime": node.completed_time}
    body: dict[str, JSON] = {"state": node.state} | {name: time for name, time in times.items() if time is not None}
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
