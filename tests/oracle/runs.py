"""The rules that speak of one document at api-version 2025-03-01."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple

JSON = Any
Places = Iterator[str]
Rule = Callable[[JSON], Places]

RULES: dict[str, list[Rule]] = {"request": [], "response": []}


class Undecided(str):
    """A place where the contract can be read in two ways, so that either verdict is right."""

    __slots__ = ()


class Verdict(NamedTuple):
    """Each rule that is broken, with each place, and those of which the contract says neither."""

    broken: set[tuple[str, str]]
    undecided: set[tuple[str, str]]


def judge(run: JSON, side: str) -> Verdict:
    """Return what is broken in a request or a response; the place of an absent value is where it is absent from."""
    if side == "request":
        run = without_unset(run)
    return verdict((rule, type(place)(present(run, place))) for rule in RULES[side] for place in rule(run))


def verdict(found: Iterable[tuple[Callable[..., Any], str]]) -> Verdict:
    result = Verdict(set(), set())
    for rule, place in found:
        kind = result.undecided if isinstance(place, Undecided) else result.broken
        kind.add((rule.__name__.replace("_", "-"), place))
    return result


def speaks_of(*sides: str) -> Callable[[Rule], Rule]:
    """Add a function to the rules of requests, of responses or of both."""

    def add(rule: Rule) -> Rule:
        for side in sides:
            RULES[side].append(rule)
        return rule

    return add


def present(value: JSON, place: str) -> str:
    """Return a place, or the innermost one around it that there is."""
    there = ""
    for step in place.split("/")[1:]:
        known = {str(index): item for index, item in enumerate(value)} if isinstance(value, list) else value
        name = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(known, dict) or name not in known:
            break
        value, there = known[name], f"{there}/{step}"
    return there


def without_unset(run: JSON) -> JSON:
    """Return a request without the empty strings that Terraform writes for what is not set."""
    run = deepcopy(run)
    for holder, name in ((properties(run), "updateStrategyId"), (upgrade(run), "kubernetesVersion")):
        if holder.get(name) == "":
            del holder[name]
    return run


DEFINITIONS = {
    "UpdateRun": "id! name! type! eTag! systemData!:systemData properties:Properties",
    "Properties": "managedClusterUpdate:ManagedClusterUpdate updateStrategyId strategy:UpdateRunStrategy status!:UpdateRunStatus "
    "provisioningState! autoUpgradeProfileId!",
    "ManagedClusterUpdate": "upgrade:ManagedClusterUpgradeSpec nodeImageSelection:NodeImageSelection",
    "ManagedClusterUpgradeSpec": "type kubernetesVersion",
    "NodeImageSelection": "type customNodeImageVersions:NodeImageVersion",
    "NodeImageVersion": "version",
    "UpdateRunStrategy": "stages:UpdateStage",
    "UpdateStage": "name groups:UpdateGroup afterStageWaitInSeconds",
    "UpdateGroup": "name",
    "UpdateRunStatus": "status!:UpdateStatus stages!:UpdateStageStatus nodeImageSelection!:NodeImageSelectionStatus",
    "UpdateStageStatus": "name! status!:UpdateStatus groups!:UpdateGroupStatus afterStageWaitStatus!:WaitStatus",
    "UpdateGroupStatus": "name! status!:UpdateStatus members!:MemberUpdateStatus",
    "MemberUpdateStatus": "name! message! clusterResourceId! operationId! status!:UpdateStatus",
    "NodeImageSelectionStatus": "selectedNodeImageVersions!:NodeImageVersion",
    "WaitStatus": "status!:UpdateStatus waitDurationInSeconds!",
    "UpdateStatus": "startTime! completedTime! state! error!:ErrorDetail",
    "systemData": "createdBy createdByType createdAt lastModifiedBy lastModifiedByType lastModifiedAt",
    "ErrorDetail": "code! message! target! details!:ErrorDetail additionalInfo!:ErrorAdditionalInfo",
    "ErrorAdditionalInfo": "type! info!",
}
"""The properties of each definition, with a `!` where they are read-only, and the definition of the objects below them."""


# Reading a document


class Property(NamedTuple):
    """What the contract says of a property."""

    read_only: bool
    below: str


class Documented(NamedTuple):
    """An object that a definition describes."""

    place: str
    value: JSON
    definition: str


class Part(NamedTuple):
    """The run, a stage, a group, a member or a wait, as the status shows it."""

    kind: str
    place: str
    value: JSON
    parent: Part | None = None

    @property
    def status(self) -> JSON:
        return self.value.get("status", {})

    @property
    def state(self) -> str | None:
        state: str | None = self.status.get("state")
        return state


def properties_of(definition: str) -> dict[str, Property]:
    """Return the documented properties by name."""
    words = (word.partition(":") for word in DEFINITIONS[definition].split())
    return {name.rstrip("!"): Property(name.endswith("!"), below) for name, _, below in words}


def objects(value: JSON, definition: str = "UpdateRun", place: str = "") -> Iterator[Documented]:
    """Yield a documented object and all below it."""
    yield Documented(place, value, definition)
    for name, known in properties_of(definition).items():
        if known.below and name in value:
            below = value[name]
            for index, item in enumerate(below) if isinstance(below, list) else [("", below)]:
                yield from objects(item, known.below, f"{place}/{name}" + (f"/{index}" if index != "" else ""))


def parts(run: JSON) -> Iterator[Part]:
    """Yield the run and all its parts, each after its parent."""
    if "status" not in run.get("properties", {}):
        return
    whole = Part("run", "/properties/status", run["properties"]["status"])
    yield whole
    for i, stage_value in enumerate(whole.value.get("stages", [])):
        stage = Part("stage", f"{whole.place}/stages/{i}", stage_value, whole)
        yield stage
        for j, group_value in enumerate(stage.value.get("groups", [])):
            group = Part("group", f"{stage.place}/groups/{j}", group_value, stage)
            yield group
            for k, member_value in enumerate(group.value.get("members", [])):
                yield Part("member", f"{group.place}/members/{k}", member_value, group)
        if "afterStageWaitStatus" in stage.value:
            yield Part("wait", f"{stage.place}/afterStageWaitStatus", stage.value["afterStageWaitStatus"], stage)


def of_kind(run: JSON, kind: str) -> list[Part]:
    return [part for part in parts(run) if part.kind == kind]


def children(run: JSON, parent: Part, *kinds: str) -> list[Part]:
    return [part for part in parts(run) if part.parent and part.parent.place == parent.place and (not kinds or part.kind in kinds)]


def above(part: Part) -> list[Part]:
    return [] if part.parent is None else [part.parent, *above(part.parent)]


def moment(text: str) -> Fraction:
    """Return the seconds of an RFC 3339 time, exactly."""
    whole, fraction, offset = re.fullmatch(r"(.{19})(?:\.(\d+))?(.+)", text).groups()  # type: ignore[union-attr]
    seconds = datetime.fromisoformat(whole + offset.upper().replace("Z", "+00:00")).timestamp()
    return Fraction(int(seconds)) + Fraction(int(fraction or 0), 10 ** len(fraction or ""))


def resource_type(resource_id: str) -> str | None:
    """Return the type of the resource that an ARM id names, in lower case."""
    _, marker, tail = resource_id.lower().rpartition("/providers/")
    namespace, *rest = tail.split("/")
    return "/".join([namespace, *rest[::2]]) if marker and len(rest) % 2 == 0 else None


def properties(run: JSON) -> JSON:
    return run.get("properties", {})


def upgrade(run: JSON) -> JSON:
    return properties(run).get("managedClusterUpdate", {}).get("upgrade", {})


def selection(run: JSON) -> JSON:
    return properties(run).get("managedClusterUpdate", {}).get("nodeImageSelection", {})


def planned(run: JSON) -> list[JSON]:
    """Return the stages of the strategy."""
    return list(properties(run).get("strategy", {}).get("stages", []))


UPGRADE = "/properties/managedClusterUpdate/upgrade"
SELECTION = "/properties/managedClusterUpdate/nodeImageSelection"
STAGES = "/properties/strategy/stages"
DONE = ("Completed", "Skipped")


# What to upgrade to


@speaks_of("request", "response")
def kubernetes_version_required(run: JSON) -> Places:
    if upgrade(run).get("type") in ("Full", "ControlPlaneOnly") and "kubernetesVersion" not in upgrade(run):
        yield f"{UPGRADE}/kubernetesVersion"


@speaks_of("request", "response")
def kubernetes_version_forbidden(run: JSON) -> Places:
    if upgrade(run).get("type") == "NodeImageOnly" and "kubernetesVersion" in upgrade(run):
        yield f"{UPGRADE}/kubernetesVersion"


@speaks_of("request", "response")
def kubernetes_version_format(run: JSON) -> Places:
    if "kubernetesVersion" in upgrade(run) and not re.fullmatch(r"v?[0-9]+\.[0-9]+(\.[0-9]+)?", upgrade(run)["kubernetesVersion"]):
        yield f"{UPGRADE}/kubernetesVersion"


@speaks_of("request", "response")
def custom_images_required(run: JSON) -> Places:
    if selection(run).get("type") == "Custom" and not selection(run).get("customNodeImageVersions"):
        yield f"{SELECTION}/customNodeImageVersions"


@speaks_of("request", "response")
def custom_images_forbidden(run: JSON) -> Places:
    if selection(run).get("type") != "Custom" and selection(run).get("customNodeImageVersions"):
        yield f"{SELECTION}/customNodeImageVersions"


@speaks_of("request", "response")
def image_family_duplicate(run: JSON) -> Places:
    families = []
    for index, image in enumerate(selection(run).get("customNodeImageVersions", [])):
        if "version" in image:
            family = re.sub(r"-[0-9.]+\Z", "", image["version"])
            if family in families:
                yield f"{SELECTION}/customNodeImageVersions/{index}/version"
            families.append(family)


@speaks_of("response")
def selected_images_unexpected(run: JSON) -> Places:
    selected = properties(run).get("status", {}).get("nodeImageSelection", {}).get("selectedNodeImageVersions")
    if selected and selection(run).get("type", "Latest") == "Latest":
        yield "/properties/status/nodeImageSelection/selectedNodeImageVersions"


# In which order


@speaks_of("request", "response")
def stage_name_duplicate(run: JSON) -> Places:
    names = [stage["name"] for stage in planned(run)]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield f"{STAGES}/{index}/name"


@speaks_of("request", "response")
def group_duplicate(run: JSON) -> Places:
    names = []
    for i, stage in enumerate(planned(run)):
        for j, group in enumerate(stage["groups"]):
            if group["name"] in names:
                yield f"{STAGES}/{i}/groups/{j}/name"
            names.append(group["name"])


@speaks_of("request", "response")
def negative_wait(run: JSON) -> Places:
    for index, stage in enumerate(planned(run)):
        if stage.get("afterStageWaitInSeconds", 0) < 0:
            yield f"{STAGES}/{index}/afterStageWaitInSeconds"


@speaks_of("request", "response")
def too_many_groups(run: JSON) -> Places:
    for index, stage in enumerate(planned(run)):
        if len(stage["groups"]) > 50:
            yield f"{STAGES}/{index}/groups"


@speaks_of("request")
def strategy_and_strategy_id(run: JSON) -> Places:
    if "strategy" in properties(run) and "updateStrategyId" in properties(run):
        yield "/properties/updateStrategyId"


@speaks_of("response")
def strategy_snapshot_missing(run: JSON) -> Places:
    if "updateStrategyId" in properties(run) and "strategy" not in properties(run):
        yield "/properties"


@speaks_of("request", "response")
def strategy_id_type(run: JSON) -> Places:
    resource_id = properties(run).get("updateStrategyId")
    if resource_id is not None and resource_type(resource_id) != "microsoft.containerservice/fleets/updatestrategies":
        yield "/properties/updateStrategyId"


@speaks_of("response")
def auto_upgrade_profile_id_type(run: JSON) -> Places:
    resource_id = properties(run).get("autoUpgradeProfileId")
    if resource_id is not None and resource_type(resource_id) != "microsoft.containerservice/fleets/autoupgradeprofiles":
        yield "/properties/autoUpgradeProfileId"


# The resource


@speaks_of("response")
def resource_id_mismatch(run: JSON) -> Places:
    if "id" in run:
        last = run["id"].rpartition("/")[2]
        is_run = resource_type(run["id"]) == "microsoft.containerservice/fleets/updateruns"
        if not is_run or ("name" in run and last.lower() != run["name"].lower()):
            yield "/id"


@speaks_of("response")
def resource_type_unexpected(run: JSON) -> Places:
    if run.get("type", "Microsoft.ContainerService/fleets/updateRuns").lower() != "microsoft.containerservice/fleets/updateruns":
        yield "/type"


@speaks_of("response")
def resource_identity_missing(run: JSON) -> Places:
    if not {"id", "name", "type"} <= set(run):
        yield ""


@speaks_of("response")
def etag_format(run: JSON) -> Places:
    if "eTag" in run and not re.fullmatch(r'(W/)?"[\x21\x23-\x7e\x80-\U0010ffff]*"', run["eTag"]):
        yield "/eTag"


@speaks_of("response")
def modified_before_created(run: JSON) -> Places:
    data = run.get("systemData", {})
    if "createdAt" in data and "lastModifiedAt" in data and moment(data["lastModifiedAt"]) < moment(data["createdAt"]):
        yield "/systemData/lastModifiedAt"


@speaks_of("request", "response")
def undocumented_property(run: JSON) -> Places:
    for known in objects(run):
        for name in set(known.value) - set(properties_of(known.definition)):
            yield f"{known.place}/{name.replace('~', '~0').replace('/', '~1')}"


@speaks_of("request")
def read_only_in_request(run: JSON) -> Places:
    """Whether a name is that of the URL is a question for the exchange."""
    for known in objects(run):
        for name, of in properties_of(known.definition).items():
            if of.read_only and name in known.value and f"{known.place}/{name}" != "/name":
                yield f"{known.place}/{name}"


# The status and the strategy


@speaks_of("response")
def default_run_shape(run: JSON) -> Places:
    if not {"strategy", "updateStrategyId"} & set(properties(run)):
        for whole in of_kind(run, "run"):
            stages = children(run, whole)
            if len(stages) != 1:
                yield f"{whole.place}/stages"
            elif len(children(run, stages[0], "group")) != 1:
                yield f"{stages[0].place}/groups"


@speaks_of("response")
def status_mirrors_strategy(run: JSON) -> Places:
    for whole in of_kind(run, "run") if "strategy" in properties(run) else []:
        shown = whole.value.get("stages", [])
        yield from _differences(f"{whole.place}/stages", planned(run), shown)
        for index, (plan, stage) in enumerate(zip(planned(run), shown, strict=False)):
            if plan["name"] == stage.get("name"):
                yield from _differences(f"{whole.place}/stages/{index}/groups", plan["groups"], stage.get("groups", []))


def _differences(place: str, plan: list[JSON], shown: list[JSON]) -> Places:
    if len(plan) != len(shown):
        yield place
        return
    for index, (expected, found) in enumerate(zip(plan, shown, strict=False)):
        if expected["name"] != found.get("name"):
            yield f"{place}/{index}/name"
            return


def waits(run: JSON) -> Iterator[tuple[Part, int, type[str]]]:
    """Yield each stage of the status with the wait that is planned after it.

    The contract does not decide which wait is that of a stage in another place than in the strategy, or of one of several in a run that
    must have one.
    """
    plan, stages = planned(run), of_kind(run, "stage")
    for index, stage in enumerate(stages):
        name = stage.value.get("name")
        if not {"strategy", "updateStrategyId"} & set(properties(run)):
            yield stage, 0, str if len(stages) == 1 else Undecided
        elif index < len(plan) and plan[index]["name"] == name:
            yield stage, plan[index].get("afterStageWaitInSeconds", 0), str
        else:
            yield from ((stage, each.get("afterStageWaitInSeconds", 0), Undecided) for each in plan if each["name"] == name)


@speaks_of("response")
def wait_duration_mismatch(run: JSON) -> Places:
    for stage, wait, certainty in waits(run):
        for shown in children(run, stage, "wait"):
            if wait > 0 and shown.value.get("waitDurationInSeconds", wait) != wait:
                yield certainty(f"{shown.place}/waitDurationInSeconds")


@speaks_of("response")
def wait_status_unexpected(run: JSON) -> Places:
    for stage, wait, certainty in waits(run):
        shown = children(run, stage, "wait")
        if wait > 0 and not shown:
            yield certainty(stage.place)
        elif wait <= 0 and shown:
            yield certainty(shown[0].place)


# Progress


@speaks_of("response")
def stage_out_of_order(run: JSON) -> Places:
    stages = of_kind(run, "stage")
    for index, stage in enumerate(stages):
        has_begun = stage.state in ("Running", "Stopping", "Failed", "Completed")
        if has_begun and any(earlier.state not in (*DONE, None) for earlier in stages[:index]):
            yield f"{stage.place}/status/state"


@speaks_of("response")
def members_in_parallel(run: JSON) -> Places:
    for group in of_kind(run, "group"):
        running = [member for member in children(run, group) if member.state == "Running"]
        for member in running[1:]:
            yield f"{member.place}/status/state"


@speaks_of("response")
def cluster_in_two_groups(run: JSON) -> Places:
    members = of_kind(run, "member")
    for index, member in enumerate(members):
        names = [_common_name(member.value, earlier.value) for earlier in members[:index]]
        yield from (f"{member.place}/{name}" for name in [name for name in names if name][:1])


def _common_name(one: JSON, other: JSON) -> str | None:
    """Return the property by which two members are one cluster."""
    if "clusterResourceId" in one and "clusterResourceId" in other:
        return "clusterResourceId" if one["clusterResourceId"].lower() == other["clusterResourceId"].lower() else None
    return "name" if "name" in one and one["name"] == other.get("name") else None


@speaks_of("response")
def state_roll_up(run: JSON) -> Places:
    for part in parts(run):
        above_it = part.parent.state if part.parent else None
        wrong = (
            (above_it == "Completed" and part.state not in (*DONE, None))
            or (above_it == "Skipped" and part.state not in ("Skipped", None))
            or (above_it == "NotStarted" and part.state == "Failed")
        )
        if wrong:
            yield f"{part.place}/status/state"


@speaks_of("response")
def failed_without_error(run: JSON) -> Places:
    """What has failed because of something below it is not a place of its own."""
    for part in parts(run):
        if part.state == "Failed":
            below = [other for other in parts(run) if other.place.startswith(f"{part.place}/")]
            has_error = any("error" in other.status for other in [part, *above(part), *below])
            if not has_error and not any(other.state == "Failed" for other in below):
                yield f"{part.place}/status"


@speaks_of("response")
def wait_before_groups(run: JSON) -> Places:
    for wait in of_kind(run, "wait"):
        groups = children(run, wait.parent, "group") if wait.parent else []
        if wait.state in ("Running", "Completed") and any(group.state not in (*DONE, None) for group in groups):
            yield f"{wait.place}/status/state"


# Times


@speaks_of("response")
def not_started_with_progress(run: JSON) -> Places:
    for part in parts(run):
        if part.state == "NotStarted" and {"startTime", "completedTime", "error"} & set(part.status):
            yield f"{part.place}/status"


@speaks_of("response")
def unfinished_with_completed_time(run: JSON) -> Places:
    for part in parts(run):
        if part.state in ("Running", "Pending", "Stopping") and "completedTime" in part.status:
            yield f"{part.place}/status/completedTime"


@speaks_of("response")
def completed_without_times(run: JSON) -> Places:
    for part in parts(run):
        if part.state == "Completed" and not {"startTime", "completedTime"} <= set(part.status):
            yield f"{part.place}/status"


@speaks_of("response")
def completed_before_started(run: JSON) -> Places:
    for part in parts(run):
        start, end = times(part)
        if start is not None and end is not None and end < start:
            yield f"{part.place}/status/completedTime"


@speaks_of("response")
def child_outside_parent(run: JSON) -> Places:
    for part in parts(run):
        if part.parent is None or part.state == "Skipped":
            continue
        (start, end), (first, last) = times(part), times(part.parent)
        if first is not None and end is not None and first > end:
            continue
        if start is not None and first is not None and start < first - Fraction(1, 1000):
            yield f"{part.place}/status/startTime"
        if end is not None and last is not None and end > last + Fraction(1, 1000):
            yield f"{part.place}/status/completedTime"


@speaks_of("response")
def started_before_created(run: JSON) -> Places:
    for whole in of_kind(run, "run"):
        start, created = times(whole)[0], run.get("systemData", {}).get("createdAt")
        if start is not None and created is not None and start < moment(created) - 1:
            yield f"{whole.place}/status/startTime"


def times(part: Part) -> tuple[Fraction | None, Fraction | None]:
    """Return when a part started and when it was completed."""
    start, end = (moment(part.status[name]) if name in part.status else None for name in ("startTime", "completedTime"))
    return start, end
