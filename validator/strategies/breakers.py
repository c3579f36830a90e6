"""For each rule of the catalogue, a change of a coherent document that breaks this rule and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

from ..contract.schemas import VERSIONS
from ..pointer import JSON
from ..rules.resource import PROFILE_TYPE, STRATEGY_TYPE
from ..rules.strategy import MAX_GROUPS

STATUS = "/properties/status"
UPGRADE = "/properties/managedClusterUpdate/upgrade"
SELECTION = "/properties/managedClusterUpdate/nodeImageSelection"
STAGES = "/properties/strategy/stages"
FIRST = f"{STATUS}/stages/0"
MEMBERS = f"{FIRST}/groups/0/members"
LATE = "2035-01-01T00:00:00.123456789Z"
EARLY = "2001-01-01T00:00:00.123456789Z"


@dataclass(frozen=True, slots=True)
class Break:
    """A change that breaks a rule: values to put at pointers, pointers of removed values, and the pointer of the finding."""

    at: str
    put: dict[str, JSON] = field(default_factory=dict)
    taken: tuple[str, ...] = ()


Breaker: TypeAlias = tuple[str, Callable[[Random, Any], Break]]
"""The key of a document in `BASES`, and a function that chooses the change."""


def _put(at: str, *values: JSON) -> Callable[[Random, Any], Break]:
    return lambda random, _: Break(at, {at: random.choice(values)})


def _kubernetes_version_required(random: Random, _: JSON) -> Break:
    kind = random.choice(("Full", "ControlPlaneOnly"))
    return Break(UPGRADE, {UPGRADE: {"type": kind}})


def _custom_images_required(random: Random, _: JSON) -> Break:
    if random.choice((False, True)):
        return Break(f"{SELECTION}/customNodeImageVersions", {SELECTION: {"type": "Custom", "customNodeImageVersions": []}})
    return Break(SELECTION, {SELECTION: {"type": "Custom"}})


def _custom_images_forbidden(random: Random, _: JSON) -> Break:
    kind = random.choice(("Latest", "Consistent"))
    return Break(f"{SELECTION}/customNodeImageVersions", {SELECTION: {"type": kind, "customNodeImageVersions": [{"version": "a-1.0"}]}})


def _image_family_duplicate(random: Random, _: JSON) -> Break:
    first, again = random.choice((("AKSUbuntu-1804gen2-1.0", "AKSUbuntu-1804gen2-1.1"), ("custom", "custom")))
    versions = [{"version": first}, {"version": again}]
    return Break(f"{SELECTION}/customNodeImageVersions/1/version", {SELECTION: {"type": "Custom", "customNodeImageVersions": versions}})


def _group_duplicate(random: Random, run: JSON) -> Break:
    groups = run["properties"]["strategy"]["stages"][0]["groups"]
    stage = random.choice((0, 1))
    where = len(run["properties"]["strategy"]["stages"][stage]["groups"])
    at = f"{STAGES}/{stage}/groups/{where}"
    return Break(f"{at}/name", {at: {"name": groups[0]["name"]}})


def _too_many_groups(_: Random, run: JSON) -> Break:
    groups = [{"name": f"g{index}"} for index in range(MAX_GROUPS + 1)]
    return Break(
        f"{STAGES}/1/groups", {f"{STAGES}/1/groups": groups, f"{STAGES}/0/groups": run["properties"]["strategy"]["stages"][0]["groups"][:1]}
    )


def _of_another_type(key: str, kind: str) -> Callable[[Random, Any], Break]:
    def change(random: Random, run: JSON) -> Break:
        fleet = run["id"].rpartition("/updateRuns")[0]
        other = random.choice(("members/a", "updateRuns/a", f"{kind.rpartition('/')[2]}/a/more/b"))
        return Break(f"/properties/{key}", {f"/properties/{key}": f"{fleet}/{other}"})

    return change


def _id_mismatch(random: Random, run: JSON) -> Break:
    other = random.choice((f"{run['id']}-x", run["id"].replace("/updateRuns/", "/members/"), f"{run['id']}/gates/g"))
    return Break("/id", {"/id": other})


def _undocumented(random: Random, _: JSON) -> Break:
    at = random.choice(
        ("/propertie", "/properties/stages", f"{UPGRADE}/kubernetesversion", f"{STAGES}/0/maxConcurrency", f"{MEMBERS}/0/id")
    )
    return Break(at, {at: "x"})


def _read_only(random: Random, _: JSON) -> Break:
    at, value = random.choice((("/id", "/subscriptions/a"), ("/properties/provisioningState", "Succeeded"), ("/eTag", '"a"')))
    return Break(at, {at: value})


def _two_stages(_: Random, run: JSON) -> Break:
    stages = run["properties"]["status"]["stages"]
    again = {"name": "second", "status": {"state": "NotStarted"}, "groups": [{"name": "default", "status": {"state": "NotStarted"}}]}
    return Break(f"{STATUS}/stages", {f"{STATUS}/stages": [*stages, again]})


def _mirror(random: Random, run: JSON) -> Break:
    stages = run["properties"]["status"]["stages"]
    if random.choice((False, True)):
        return Break(f"{STATUS}/stages", {f"{STATUS}/stages": stages[:-1]})
    at = f"{STATUS}/stages/{random.randrange(len(stages))}/groups/0/name"
    return Break(at, {at: "Another"})


def _out_of_order(random: Random, run: JSON) -> Break:
    state = random.choice(("Running", "Stopping"))
    start = run["properties"]["status"]["status"]["startTime"]
    second = f"{STATUS}/stages/1/status"
    return Break(f"{second}/state", {second: {"state": state, "startTime": start}})


def _in_parallel(_: Random, run: JSON) -> Break:
    members = run["properties"]["status"]["stages"][0]["groups"][0]["members"]
    other = next(index for index, member in enumerate(members) if member["status"]["state"] == "NotStarted")
    running = next(member for member in members if member["status"]["state"] == "Running")
    return Break(f"{MEMBERS}/{other}/status/state", {f"{MEMBERS}/{other}/status": running["status"]})


def _same_cluster(random: Random, run: JSON) -> Break:
    cluster = run["properties"]["status"]["stages"][0]["groups"][0]["members"][0]["clusterResourceId"]
    at = f"{MEMBERS}/1/clusterResourceId"
    return Break(at, {at: random.choice((cluster, cluster.upper()))})


def _before_start(_: Random, run: JSON) -> Break:
    start = run["properties"]["status"]["stages"][0]["groups"][0]["members"][0]["status"]["startTime"]
    at = f"{MEMBERS}/0/status/completedTime"
    return Break(at, {at: f"{start[:10]}T00:00:00.{start[20:-1]}Z"})


def _outside(random: Random, _: JSON) -> Break:
    at = f"{MEMBERS}/0/status/{random.choice(('completedTime', 'startTime'))}"
    return Break(at, {at: LATE if at.endswith("completedTime") else EARLY})


def _progress_unstarted(random: Random, _: JSON) -> Break:
    name, value = random.choice((("startTime", LATE), ("completedTime", LATE), ("error", {"code": "a", "message": "b"})))
    at = f"{STATUS}/stages/1/status"
    return Break(at, {f"{at}/{name}": value})


def _roll_up(random: Random, run: JSON) -> Break:
    start = run["properties"]["status"]["stages"][0]["groups"][0]["members"][0]["status"]["startTime"]
    state = random.choice(("Running", "Stopping", "Stopped", "Pending"))
    return Break(f"{MEMBERS}/0/status/state", {f"{MEMBERS}/0/status": {"state": state, "startTime": start}})


def _without_error(_: Random, run: JSON) -> Break:
    members = run["properties"]["status"]["stages"][0]["groups"][0]["members"]
    failed = next(index for index, member in enumerate(members) if member["status"]["state"] == "Failed")
    return Break(f"{MEMBERS}/{failed}/status", taken=(f"{MEMBERS}/{failed}/status/error",))


def _wait_first(random: Random, run: JSON) -> Break:
    start = run["properties"]["status"]["stages"][0]["status"]["startTime"]
    at = f"{FIRST}/afterStageWaitStatus/status"
    times = random.choice(({"state": "Running", "startTime": start}, {"state": "Completed", "startTime": start, "completedTime": start}))
    return Break(f"{at}/state", {at: times})


def _another_version(random: Random, call: JSON) -> Break:
    other = random.choice(("2024-04-01", "2025-04-01-preview", "2023-10-15"))
    return Break("/uri/api-version", {"/url": call["url"].replace(VERSIONS[-1], other)})


def _another_run(random: Random, call: JSON) -> Break:
    run = call["response"]["id"]
    fleet, _, name = run.partition("/updateRuns/")
    other = random.choice((f"{fleet}0/updateRuns/{name}", run.replace("/resourceGroups/", "/resourceGroups/other-")))
    return Break("/id", {"/response/id": other})


def _wrong_status(random: Random, _: JSON) -> Break:
    return Break("", {"/status": random.choice((404, 400, 500))})


def _no_envelope(random: Random, call: JSON) -> Break:
    other: JSON = random.choice(({}, call["response"]["error"], {"error": {}}, "Bad gateway"))
    return Break("/error" if other == {"error": {}} else "", {"/response": other})


def _left_completed(random: Random, _: JSON) -> Break:
    status = f"/1{STATUS}"
    state = random.choice(("Running", "Stopped", "Stopping"))
    return Break(f"{status}/status/state", {f"{status}/status/state": state, "/1/eTag": '"later"'}, (f"{status}/status/completedTime",))


def _impossible_step(_: Random, __: JSON) -> Break:
    return Break(f"/1{MEMBERS}/0/status/state", {f"/1{MEMBERS}/0/status": {"state": "NotStarted"}, "/1/eTag": '"later"'})


def _later(change: str, value: JSON, *, at: str = "") -> Callable[[Random, Any], Break]:
    return lambda _, __: Break(at or change, {change: value, "/1/eTag": '"later"'})


BREAKERS: dict[str, Breaker] = {
    "kubernetes-version-required": ("request", _kubernetes_version_required),
    "kubernetes-version-forbidden": (
        "request",
        lambda _, __: Break(f"{UPGRADE}/kubernetesVersion", {UPGRADE: {"type": "NodeImageOnly", "kubernetesVersion": "1.31"}}),
    ),
    "custom-images-required": ("request", _custom_images_required),
    "custom-images-forbidden": ("request", _custom_images_forbidden),
    "image-family-duplicate": ("request", _image_family_duplicate),
    "selected-images-unexpected": (
        "Running",
        _put(f"{STATUS}/nodeImageSelection/selectedNodeImageVersions", [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}]),
    ),
    "kubernetes-version-format": ("request", _put(f"{UPGRADE}/kubernetesVersion", "1", "1.31.", "1.31.2-rc1", "latest", "", "1.31\n")),
    "stage-name-duplicate": (
        "request",
        lambda _, run: Break(f"{STAGES}/1/name", {f"{STAGES}/1/name": run["properties"]["strategy"]["stages"][0]["name"]}),
    ),
    "group-duplicate": ("request", _group_duplicate),
    "strategy-and-strategy-id": (
        "request",
        _put(
            "/properties/updateStrategyId",
            "/subscriptions/a/resourceGroups/b/providers/Microsoft.ContainerService/fleets/c/updateStrategies/d",
        ),
    ),
    "strategy-snapshot-missing": ("with-id", lambda _, __: Break("/properties", taken=("/properties/strategy",))),
    "negative-wait": ("request", _put(f"{STAGES}/0/afterStageWaitInSeconds", -1, -(2**31))),
    "too-many-groups": ("request", _too_many_groups),
    "strategy-id-type": ("with-id", _of_another_type("updateStrategyId", STRATEGY_TYPE)),
    "auto-upgrade-profile-id-type": ("with-id", _of_another_type("autoUpgradeProfileId", PROFILE_TYPE)),
    "resource-id-mismatch": ("Running", _id_mismatch),
    "resource-type-unexpected": (
        "Running",
        _put("/type", "Microsoft.ContainerService/fleets", "Microsoft.ContainerService/fleets/updateRuns/x", ""),
    ),
    "resource-identity-missing": ("Running", lambda random, _: Break("", taken=(random.choice(("/id", "/name", "/type")),))),
    "etag-format": ("Running", _put("/eTag", "a", '"a', 'w/"a"', '"a"b"', '"a"\n', "")),
    "modified-before-created": ("Running", _put("/systemData/lastModifiedAt", EARLY)),
    "undocumented-property": ("Running", _undocumented),
    "read-only-in-request": ("request", _read_only),
    "default-run-shape": ("default", _two_stages),
    "status-mirrors-strategy": ("Running", _mirror),
    "wait-duration-mismatch": ("Running", _put(f"{FIRST}/afterStageWaitStatus/waitDurationInSeconds", 0, 1, -1)),
    "wait-status-unexpected": ("Running", lambda _, __: Break(FIRST, taken=(f"{FIRST}/afterStageWaitStatus",))),
    "stage-out-of-order": ("Running", _out_of_order),
    "members-in-parallel": ("Running", _in_parallel),
    "cluster-in-two-groups": ("Running", _same_cluster),
    "completed-before-started": ("Completed", _before_start),
    "child-outside-parent": ("Completed", _outside),
    "not-started-with-progress": ("Running", _progress_unstarted),
    "unfinished-with-completed-time": (
        "Running",
        lambda _, __: Break(f"{FIRST}/status/completedTime", {f"{FIRST}/status/completedTime": LATE}),
    ),
    "completed-without-times": (
        "Completed",
        lambda random, _: Break(
            f"{FIRST}/groups/0/status", taken=(f"{FIRST}/groups/0/status/{random.choice(('startTime', 'completedTime'))}",)
        ),
    ),
    "state-roll-up": ("Completed", _roll_up),
    "failed-without-error": ("Failed", _without_error),
    "started-before-created": (
        "Running",
        lambda _, __: Break(f"{STATUS}/status/startTime", {"/systemData": {"createdAt": LATE, "lastModifiedAt": LATE}}),
    ),
    "wait-before-groups": ("Running", _wait_first),
    "api-version-missing": ("exchange", lambda _, call: Break("/uri/api-version", {"/url": call["url"].partition("?")[0]})),
    "api-version-unsupported": ("exchange", _another_version),
    "response-id-mismatch": ("exchange", _another_run),
    "status-body-mismatch": ("exchange", _wrong_status),
    "error-envelope-missing": ("error", _no_envelope),
    "run-left-completed": ("ended", _left_completed),
    "transition-unexpected": ("history", _impossible_step),
    "changed-after-start": ("history", _later(f"/1{UPGRADE}/kubernetesVersion", "9.9.9", at=f"/1{UPGRADE}")),
    "node-image-selection-changed": ("history", _later(f"/1{SELECTION}", {"type": "Consistent"})),
    "time-rewritten": ("history", _later(f"/1{STATUS}/status/startTime", "2025-04-08T09:00:00.000000001Z")),
    "etag-reused": ("history", lambda _, __: Break("/1/eTag", {f"/1{MEMBERS}/0/message": "Another message."})),
}
"""The breaker of each rule."""
