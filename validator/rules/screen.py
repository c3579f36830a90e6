"""The screen before the rules: a look at a response, at speed, that tells whether they could have anything to say.

Most responses are clean, and to say so takes no view and no rule: schemas of what is usual, narrower than the
documented ones, and one walk over the JSON for what no schema can say. The screen makes no findings, and what it
does not take for clean, such as times that are written in another way, is for the structure and the rules to judge.
`tests/test_screen.py` holds that whatever they find gets to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ..contract import schema_errors
from ..contract.schemas import Schema, load
from ..pointer import JSON
from ..run.identity import RUN_TYPE
from ..run.transitions import RESTARTABLE, STEPS
from .images import family
from .progress import BEGUN, DONE, rolls_up
from .resource import ENTITY_TAG, PROFILE_TYPE, STRATEGY_TYPE
from .strategy import MAX_GROUPS
from .times import UNFINISHED
from .upgrade import VERSION


def is_clean(run: JSON, version: str) -> bool:
    """Tell that there is nothing to find in a response: in its structure, its depth, and by the rules about objects and runs.

    False tells nothing.
    """
    return _usual(version)(run) and _is_coherent(run)


def goes_on(before: JSON, run: JSON) -> bool:
    """Tell that a clean response can follow a sound one of the same run: that there is nothing to find, and nothing told that it leaves out.

    False tells nothing. What was started again is for the rules to judge; and they alone know of entity tags.
    """
    earlier, later = before.get("properties", {}), run["properties"]
    return all(earlier.get(plan) == later.get(plan) for plan in ("strategy", "managedClusterUpdate")) and (
        "status" not in earlier or _goes_on(earlier["status"], later["status"])
    )


# What a schema can say

_SEGMENT = r"[^/\x00-\x20\x7f]+"
_SCOPE = f"/subscriptions/{_SEGMENT}/resource[gG]roups/{_SEGMENT}/providers"
FORMATS = {
    # Of whole seconds, or with milliseconds at least, and of no other zone, so that times compare as text; without leap days and leap seconds.
    "date-time": r"[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3,9})?(?:Z|\+00:00)",
    "arm-id": f"{_SCOPE}/{_SEGMENT}(?:/{_SEGMENT}/{_SEGMENT})+",
}
"""Texts of a format as they are usually written."""


def _text(pattern: str) -> Schema:
    return {"pattern": f"^(?:{pattern})$"}


def _id(resource_type: str) -> Schema:
    provider, fleets, kind = resource_type.split("/")
    return _text(f"{_SCOPE}/{provider.replace('.', '[.]')}/{fleets}/{_SEGMENT}/{kind}/{_SEGMENT}")


_USUAL: dict[str, Schema] = {
    "UpdateRun": {
        "required": ["id", "name", "type", "properties"],
        "properties": {
            "id": _id(RUN_TYPE),
            "type": {"const": RUN_TYPE},
            "eTag": _text(ENTITY_TAG.pattern),
            "properties": {
                "required": ["status"],
                "properties": {
                    "updateStrategyId": _id(STRATEGY_TYPE),
                    "autoUpgradeProfileId": _id(PROFILE_TYPE),
                },
                "dependentRequired": {"updateStrategyId": ["strategy"]},
            },
        },
    },
    "ManagedClusterUpgradeSpec": {"properties": {"kubernetesVersion": _text(VERSION.pattern)}},
    "NodeImageVersion": {"required": ["version"]},
    "UpdateStage": {"properties": {"groups": {"maxItems": MAX_GROUPS}, "afterStageWaitInSeconds": {"minimum": 0}}},
    "UpdateRunStatus": {"required": ["status", "stages"]},
    "UpdateStageStatus": {"required": ["name", "status", "groups"]},
    "UpdateGroupStatus": {"required": ["name", "status"]},
    "MemberUpdateStatus": {"required": ["clusterResourceId", "status"]},
    "WaitStatus": {"required": ["waitDurationInSeconds", "status"]},
    "UpdateStatus": {
        "required": ["state"],
        "anyOf": [
            {"properties": {"state": {"const": "NotStarted"}}, "maxProperties": 1},
            {"properties": {"state": {"enum": list(UNFINISHED)}, "completedTime": False}},
            {"properties": {"state": {"const": "Completed"}}, "required": ["startTime", "completedTime"]},
            {"properties": {"state": {"enum": ["Stopped", "Skipped", "Failed"]}}},
        ],
    },
    "ErrorDetail": {"properties": {"details": {"items": {"properties": {"details": {"maxItems": 0}}}}}},
    "ErrorAdditionalInfo": {"properties": {"info": {"additionalProperties": {"type": ["string", "number", "boolean", "null"]}}}},
}
"""What is usual beyond what the schemas demand. Errors whose details have no details, and whose information is flat, are not deep."""


@cache
def _usual(version: str) -> schema_errors.Judge:
    held = load(version).schemas
    closed = schema_errors.closed(version, "response", formats={name: _text(pattern) for name, pattern in FORMATS.items()})
    narrow = [_narrowed(schema, _USUAL.get(name, {})) for name, schema in zip(held, closed, strict=True)]
    return schema_errors.judge(narrow, held["UpdateRun"]["$id"])


def _narrowed(schema: Schema, more: Schema) -> Schema:
    narrow = schema | more
    for keyword in schema.keys() & more.keys():
        if isinstance(more[keyword], dict):
            narrow[keyword] = _narrowed(schema[keyword], more[keyword])
        elif isinstance(more[keyword], list):
            narrow[keyword] = [*schema[keyword], *more[keyword]]
    return narrow


# What takes a walk

_STATES = load().schemas["UpdateState"]["enum"]
_UNDER = {above: frozenset(below for below in _STATES if rolls_up(above, below)) for above in _STATES}
_ANY = {"state": "Running"}
"""A status that any other fits into."""


def _is_coherent(run: JSON) -> bool:
    """Tell that the parts of a usual response fit together. Times compare as text, down to the second or the millisecond."""
    inner, data = run["properties"], run.get("systemData", {})
    shown, whole = inner["status"]["stages"], inner["status"]["status"]
    created, start = data.get("createdAt"), whole.get("startTime")
    return (
        run["id"].endswith(f"/{run['name']}")
        and (created is None or data.get("lastModifiedAt", created) == created)
        and (created is None or start is None or created[:19] <= start[:19])
        and _are_chosen(inner)
        and _mirrors(inner.get("strategy"), shown)
        and _agrees(whole, _ANY, shown)
        and _are_in_turn(shown, whole)
        and _are_different(shown)
    )


def _are_chosen(inner: JSON) -> bool:
    selection = inner["managedClusterUpdate"].get("nodeImageSelection", {})
    images = selection.get("customNodeImageVersions", ())
    if len(images) > 1 and len({family(image["version"]) for image in images}) < len(images):
        return False
    selected = inner["status"].get("nodeImageSelection", {}).get("selectedNodeImageVersions")
    return not selected or selection.get("type", "Latest") != "Latest"


def _mirrors(strategy: JSON, shown: Sequence[JSON]) -> bool:
    """Tell whether the stages that are shown are those of the strategy, which has none twice, with their waits."""
    if strategy is None:
        return len(shown) == 1 and len(shown[0]["groups"]) == 1 and "afterStageWaitStatus" not in shown[0]
    stages = strategy["stages"]
    if len(stages) != len(shown):
        return False
    groups: list[str] = []
    for stage, status in zip(stages, shown, strict=True):
        asked = [group["name"] for group in stage["groups"]]
        wait = status.get("afterStageWaitStatus")
        seconds = 0 if wait is None else wait["waitDurationInSeconds"]
        if stage["name"] != status["name"] or asked != [group["name"] for group in status["groups"]]:
            return False
        if stage.get("afterStageWaitInSeconds", 0) != seconds or (wait is not None and not seconds):
            return False
        groups += asked
    return len(set(groups)) == len(groups) and len({stage["name"] for stage in stages}) == len(stages)


def _are_in_turn(shown: Sequence[JSON], whole: JSON) -> bool:
    turn = True
    for stage in shown:
        status = stage["status"]
        if (not turn and status["state"] in BEGUN) or not _agrees(status, whole, stage["groups"]) or not _is_stage(stage, status):
            return False
        turn = turn and status["state"] in DONE
    return True


def _is_stage(stage: JSON, status: JSON) -> bool:
    done = True
    for group in stage["groups"]:
        own, members = group["status"], group.get("members", ())
        if not _agrees(own, status, members):
            return False
        done = done and own["state"] in DONE
        running = 0
        for member in members:
            inner = member["status"]
            if not _agrees(inner, own, ()):
                return False
            running += inner["state"] == "Running"
        if running > 1:
            return False
    wait = stage.get("afterStageWaitStatus")
    return wait is None or (_agrees(wait["status"], status, ()) and (done or wait["status"]["state"] not in ("Running", "Completed")))


def _agrees(status: JSON, above: JSON, below: Sequence[JSON]) -> bool:
    """Tell whether a status is in order, agrees with that of the whole which it is part of, and says why it has failed."""
    state = status["state"]
    if state not in _UNDER[above["state"]]:
        return False
    if len(status) > 1:
        start, end = status.get("startTime"), status.get("completedTime")
        if start is not None:
            outer = above.get("startTime")
            if outer is not None and (start < outer or len(start) == _WHOLE) and _cut(start) < _cut(outer) and state != "Skipped":
                return False
            if end is not None and (start[:23] >= end[:23] or len(end) == _WHOLE) and _cut(start) >= _cut(end) and start != end:
                return False
        if end is not None:
            outer = above.get("completedTime")
            if outer is not None and (end > outer or len(outer) == _WHOLE) and _cut(end) > _cut(outer):
                return False
    return state != "Failed" or "error" in status or any(part["status"]["state"] == "Failed" for part in below)


_WHOLE = len("2025-04-08T09:31:00Z")
"""Characters of a time of whole seconds, whose Z stands behind the fractions of others as text."""


def _cut(time: str) -> str:
    """Cut a time to the millisecond, as text that sorts as times do; of two that are one moment, either may come first."""
    return time[:23].removesuffix("Z")


def _are_different(shown: Sequence[JSON]) -> bool:
    clusters = [member["clusterResourceId"].lower() for stage in shown for group in stage["groups"] for member in group.get("members", ())]
    return len(set(clusters)) == len(clusters)


# What follows what

_PARTS = ("stages", "groups", "members")


def _goes_on(before: JSON, now: JSON) -> bool:
    """Tell that a part of a run, and all parts of it, go on as usual; most did not change."""
    if before == now:
        return True
    if before.get("name") != now.get("name") or before.get("operationId", now.get("operationId")) != now.get("operationId"):
        return False
    if "status" in before and not ("status" in now and _is_step(before["status"], now["status"])):
        return False
    wait = before.get("afterStageWaitStatus")
    if wait is not None and not ("afterStageWaitStatus" in now and _goes_on(wait, now["afterStageWaitStatus"])):
        return False
    for parts in _PARTS:  # what is not documented there may be anything
        known = before.get(parts, ())
        if known and not (isinstance(known, list) and len(known) == len(now.get(parts, ())) and all(map(_goes_on, known, now[parts]))):
            return False
    return True


def _is_step(before: JSON, now: JSON) -> bool:
    was, state = before.get("state"), now["state"]
    if state != was and (was in RESTARTABLE or state not in STEPS.get(was, ())):
        return False
    return all(before.get(time, now.get(time)) == now.get(time) for time in ("startTime", "completedTime"))
