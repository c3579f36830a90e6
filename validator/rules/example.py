"""The clean examples, and the changes of them that the docstrings of rules have as examples."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ..findings import BodySide
from ..pointer import JSON, follow, steps
from .rule import Example

SUBSCRIPTION = "01234567-89ab-cdef-0123-456789abcdef"
_FLEET = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod"
_CLUSTERS = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/clusters/providers/Microsoft.ContainerService/managedClusters"
_STATUS = "/properties/status"

_ASKED: dict[str, JSON] = {
    "managedClusterUpdate": {
        "upgrade": {"type": "Full", "kubernetesVersion": "1.31.2"},
        "nodeImageSelection": {"type": "Latest"},
    },
    "strategy": {
        "stages": [
            {"name": "canary", "groups": [{"name": "canary-eu"}], "afterStageWaitInSeconds": 3600},
            {"name": "rest", "groups": [{"name": "eu"}, {"name": "us"}]},
        ]
    },
}

REQUEST: JSON = {"properties": _ASKED}
"""The body of a PUT: two stages, with an hour between them."""


def _member(name: str, **status: JSON) -> JSON:
    return {"name": name, "clusterResourceId": f"{_CLUSTERS}/{name}", "status": status}


RESPONSE: JSON = {
    "id": f"{_FLEET}/updateRuns/spring",
    "name": "spring",
    "type": "Microsoft.ContainerService/fleets/updateRuns",
    "eTag": '"5500aacd-0000-0700-0000-67f448f90000"',
    "systemData": {
        "createdBy": "ops@contoso.example",
        "createdByType": "User",
        "createdAt": "2025-04-08T09:30:00.1234567Z",
        "lastModifiedBy": "ops@contoso.example",
        "lastModifiedByType": "User",
        "lastModifiedAt": "2025-04-08T09:30:00.1234567Z",
    },
    "properties": {
        "provisioningState": "Succeeded",
        **_ASKED,
        "status": {
            "status": {"state": "Running", "startTime": "2025-04-08T09:31:00.457756918Z"},
            "nodeImageSelection": {},
            "stages": [
                {
                    "name": "canary",
                    "status": {"state": "Running", "startTime": "2025-04-08T09:31:00.457756718Z"},
                    "groups": [
                        {
                            "name": "canary-eu",
                            "status": {"state": "Running", "startTime": "2025-04-08T09:31:00.457756318Z"},
                            "members": [
                                _member(
                                    "canary-1",
                                    state="Completed",
                                    startTime="2025-04-08T09:31:00.457755418Z",
                                    completedTime="2025-04-08T09:52:10.2214671Z",
                                ),
                                _member("canary-2", state="Running", startTime="2025-04-08T09:52:11.000812Z"),
                                _member("canary-3", state="NotStarted"),
                            ],
                        }
                    ],
                    "afterStageWaitStatus": {"status": {"state": "NotStarted"}, "waitDurationInSeconds": 3600},
                },
                {
                    "name": "rest",
                    "status": {"state": "NotStarted"},
                    "groups": [
                        {"name": "eu", "status": {"state": "NotStarted"}, "members": [_member("eu-1", state="NotStarted")]},
                        {"name": "us", "status": {"state": "NotStarted"}},
                    ],
                },
            ],
        },
    },
}
"""A run in its first stage: one member is Completed, one is Running, and one is NotStarted."""

EXCHANGE: JSON = {
    "method": "GET",
    "url": f"https://management.azure.com{_FLEET}/updateRuns/spring?api-version=2025-03-01",
    "status": 200,
    "response": RESPONSE,
}
"""A GET of that run."""

HISTORY: JSON = [RESPONSE, deepcopy(RESPONSE)]
"""Two captures of that run, between which nothing happened."""


def broken(example: Example) -> JSON:
    """Return the document of an example of a rule: a clean example with the changes that break the rule."""
    return changed(EXAMPLES[example.of], put=example.put, removed=example.removed)


def changed(document: JSON, *, put: dict[str, JSON], removed: tuple[str, ...] = ()) -> JSON:
    """Return a copy of a document with values set at some pointers, and removed at others; `-` is the end of an array."""
    copy = deepcopy(document)
    for pointer, value in put.items():
        holder, key = _holder(copy, pointer)
        if isinstance(holder, list) and key == len(holder):
            holder.append(deepcopy(value))
        else:
            holder[key] = deepcopy(value)
    for pointer in removed:
        holder, key = _holder(copy, pointer)
        del holder[key]
    return copy


def _holder(document: JSON, pointer: str) -> tuple[Any, Any]:
    *way, last = steps(pointer)
    holder = follow(document, tuple(way))
    if isinstance(holder, list):
        return holder, len(holder) if last == "-" else int(last)
    return holder, last


def _completed(start: str, end: str) -> JSON:
    return {"state": "Completed", "startTime": f"2025-04-08T{start}Z", "completedTime": f"2025-04-08T{end}Z"}


COMPLETED: JSON = changed(
    RESPONSE,
    put={
        f"{_STATUS}/status": _completed("09:31:00.457756918", "12:11:53.0080124"),
        f"{_STATUS}/stages/0/status": _completed("09:31:00.457756718", "11:34:12.5500411"),
        f"{_STATUS}/stages/0/groups/0/status": _completed("09:31:00.457756318", "10:34:11.0301102"),
        f"{_STATUS}/stages/0/groups/0/members/1/status": _completed("09:52:11.000812", "10:13:09.3100171"),
        f"{_STATUS}/stages/0/groups/0/members/2/status": _completed("10:13:10.1104", "10:34:11.0301102"),
        f"{_STATUS}/stages/0/afterStageWaitStatus/status": _completed("10:34:12.0417", "11:34:12.5500411"),
        f"{_STATUS}/stages/1/status": _completed("11:34:13.2100902", "12:11:53.0080124"),
        f"{_STATUS}/stages/1/groups/0/status": _completed("11:34:13.2100902", "12:11:53.0080124"),
        f"{_STATUS}/stages/1/groups/0/members/0/status": _completed("11:34:13.2100902", "12:11:53.0080124"),
        f"{_STATUS}/stages/1/groups/1/status": _completed("11:34:13.2100902", "11:34:13.2100902"),
    },
)
"""The same run at its end."""

_APPROVAL: JSON = {"displayName": "sign-off", "type": "Approval"}
_GATED: dict[str, JSON] = {
    "/properties/strategy/stages/0/beforeGates": [_APPROVAL],
    "/properties/strategy/stages/0/groups/0/afterGates": [{"type": "Approval"}],
}

_OPENED: JSON = {"gateId": f"{_FLEET}/gates/0a7c6c1e-5f0d-4b1c-8d53-2f6f0c8f9b21", "status": _completed("09:30:30.1", "09:30:59.2")}

GATED: JSON = changed(
    RESPONSE,
    put=_GATED
    | {
        f"{_STATUS}/stages/0/beforeGates": [{"displayName": "sign-off", **_OPENED}],
        f"{_STATUS}/stages/0/groups/0/afterGates": [{"status": {"state": "NotStarted"}}],
    },
)
"""The run in its first stage, with a gate before the stage, which is Completed, and one after its group."""

_LIMITS: dict[str, JSON] = {
    "/properties/strategy/stages/0/maxConcurrency": "10",
    "/properties/strategy/stages/0/groups/0/maxConcurrency": "2",
}

CONCURRENT: JSON = changed(
    RESPONSE,
    put=_LIMITS
    | {
        f"{_STATUS}/stages/0/maxConcurrency": 10,
        f"{_STATUS}/stages/0/groups/0/maxConcurrency": 2,
        f"{_STATUS}/stages/0/groups/0/members/2/status": {"state": "Running", "startTime": "2025-04-08T09:31:00.457755418Z"},
        f"{_STATUS}/stages/1/maxConcurrency": 50,
        f"{_STATUS}/stages/1/groups/0/maxConcurrency": 1,
        f"{_STATUS}/stages/1/groups/1/maxConcurrency": 1,
    },
)
"""The run in its first stage, with two members of a group Running."""

_SELECTED: dict[str, JSON] = {
    "/properties/strategy/stages/0/beforeGates": [
        {"type": "ScheduledStart", "scheduledStartConfiguration": {"startDay": "Saturday", "startTime": "22:00", "utcOffset": "+01:00"}}
    ],
    "/properties/strategy/stages/0/groups/0/memberSelector": {"byLabel": "env=test"},
    "/properties/strategy/stages/1": {"name": "rest", "memberSelector": {"byLabel": "env in (dev, prod),!legacy"}},
}

SELECTED_REQUEST: JSON = changed(REQUEST, put=_SELECTED)
"""The body of a PUT whose stages choose members by their labels, with a gate that opens at a time."""

SELECTED: JSON = changed(RESPONSE, put=_SELECTED | {f"{_STATUS}/stages/0/beforeGates": [_OPENED], f"{_STATUS}/stages/1/groups": []})
"""The run in its first stage, with members chosen by their labels, after a gate that opened at a time."""

_FAILED: JSON = {
    "state": "Failed",
    "startTime": "2025-04-08T09:52:11.000812Z",
    "completedTime": "2025-04-08T10:13:09.3100171Z",
    "error": {"code": "UpgradeFailed", "message": "The upgrade failed."},
}

TOLERANT: JSON = changed(
    COMPLETED,
    put={
        "/properties/strategy/stages/0/maxAllowedFailures": "1",
        "/properties/strategy/stages/0/groups/0/maxAllowedFailures": "50%",
        f"{_STATUS}/failureCount": 1,
        f"{_STATUS}/stages/0/failureCount": 1,
        f"{_STATUS}/stages/0/maxAllowedFailures": 1,
        f"{_STATUS}/stages/0/groups/0/failureCount": 1,
        f"{_STATUS}/stages/0/groups/0/maxAllowedFailures": 2,
        f"{_STATUS}/stages/0/groups/0/members/1/status": _FAILED,
    },
)
"""The run at its end, with a failure that was tolerated."""

PAGE: JSON = {"value": [RESPONSE, changed(COMPLETED, put={"/id": f"{_FLEET}/updateRuns/winter", "/name": "winter"})]}
"""A page of a list: that run, and another one at its end."""

EXAMPLES: dict[str, JSON] = {
    "request": REQUEST,
    "response": RESPONSE,
    "completed run": COMPLETED,
    "page": PAGE,
    "exchange": EXCHANGE,
    "history": HISTORY,
    "history of a completed run": [COMPLETED, deepcopy(COMPLETED)],
    "run with gates": GATED,
    "concurrent run": CONCURRENT,
    "request with selectors": SELECTED_REQUEST,
    "run with selectors": SELECTED,
    "history of a run with gates": [GATED, deepcopy(GATED)],
    "history of a run with selectors": [SELECTED, deepcopy(SELECTED)],
    "tolerant run": TOLERANT,
}
"""The clean examples, by their names in docstrings of rules."""


COUNTERPARTS = {"request": "response", "response": "request", "request with selectors": "run with selectors"}
"""The clean examples with the same strategy on the other side."""


def side_of(example: str) -> BodySide:
    """Return the side of a clean example."""
    return "request" if example.startswith("request") else "response"


NAMES: dict[str, str] = {
    "prod": "UpdateRunsGet.fleetName",
    "spring": "UpdateRun.name",
    "winter": "UpdateRun.name",
    "canary": "UpdateStage.name",
    "rest": "UpdateStage.name",
    "canary-eu": "UpdateGroup.name",
    "eu": "UpdateGroup.name",
    "us": "UpdateGroup.name",
}
"""The names in the clean examples, with the property of the schemas that describes each."""

DERIVED_NAMES: dict[str, str] = {"fleets": "prod", "canary-1": "canary-eu", "canary-2": "canary-eu", "canary-3": "canary-eu", "eu-1": "eu"}
"""The names of the resource group and of the members, each with the name of its fleet or group."""
