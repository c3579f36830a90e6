"""Update runs, told from their lives: what was asked for, how far it came, and the bodies that the service answers with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .. import contract
from ..findings import JSON
from ..formats import NANOSECONDS, date_time
from ..history import RESTARTABLE
from .lives import IN_FLIGHT, Choose, Life, Part, choose_from

Names: TypeAlias = Callable[[str], str]
"""Gives a value for a leaf of the schemas, such as `UpdateGroup.name`."""

Outline: TypeAlias = Sequence[tuple[str, int, Sequence[tuple[str, int]]]]
"""The stages of a strategy: the name, the seconds of the wait behind it, and its groups with their names and sizes."""

_MAKERS = tuple(contract.load().schemas["createdByType"]["enum"])
STATES = tuple(contract.load().schemas["UpdateState"]["enum"])
_IN_A_MEMBER = ("Failed", "Pending", "Stopping")
"""The states that a run comes into by what happens to a member."""

WAITS = (0, 60, 3600, 86400)
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


def plan(choose: Choose, leaf: Names, stages: Outline, members: int = 0) -> Plan:
    """Choose what a run is asked to do, given the outline of its stages; without one it has so many members."""
    names = iter(told_apart([name for name, _, _ in stages], "UpdateStage.name"))
    groups = iter(told_apart([name for _, _, groups in stages for name, _ in groups], "UpdateGroup.name"))
    whole = Part()
    written = []
    for _, seconds, inner in stages:
        stage = Part(next(names), seconds=seconds, wait=Part() if seconds else None)
        stage.below = [_group(next(groups), size) for _, size in inner]
        whole.below.append(stage)
        wait = {"afterStageWaitInSeconds": seconds} if seconds or choose(0, 1) else {}
        written.append({"name": stage.name, "groups": [{"name": group.name} for group in stage.below]} | wait)
    asked: dict[str, JSON] = {"managedClusterUpdate": _update(choose)}
    if stages:
        asked["strategy"] = {"stages": written}
        if choose(0, 1):
            asked["updateStrategyId"] = "updateStrategies/weekly"
    else:
        whole.below = [Part("default", below=[_group("default", members)])]
    if choose(0, 3) == 3:
        asked["autoUpgradeProfileId"] = "autoUpgradeProfiles/stable"
    name, fleet = leaf("UpdateRun.name"), leaf("UpdateRunsGet.fleetName")
    return Plan(name, fleet, "fleets", asked, whole, choose(7, 9), bool(choose(0, 1)), choose_from(choose, _MAKERS))


def told_apart(names: Sequence[str], leaf: str) -> list[str]:
    """Make names differ: a number takes the place of the last characters of one that was there before."""
    most = contract.limit(leaf, "maxLength")
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
    return Part(name, below=[_named(name, index) for index in range(size)])


def _named(group: str, index: int) -> Part:
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


# The moments of a life


def life(choose: Choose, chosen: Plan, *, state: str | None = None) -> Iterator[Life]:
    """Tell the life of a run, up to where it is in a state; gives it anew after every step. Without a state, one is chosen."""
    goal = choose_from(choose, STATES) if state is None else state
    moment = Moment.chosen(choose)
    skips, early, detour = (choose(0, 3) == 3 for _ in range(3))
    told = Life(chosen.run, ORIGIN + choose(0, 10**6) * 1_000_003, choose, spares_one=goal in _IN_A_MEMBER)
    if told.spares_one and not told.untouched():
        group = told.run.below[0].below[0]
        group.below.append(_named(group.name, 0))
    yield told
    if goal == "Skipped":
        told.skip_everything()
        yield told
        return
    if skips:
        told.skip()
        yield told
    if goal == "NotStarted":
        return
    told.pass_time()
    if goal == "Stopped" and early:
        told.stop()
        yield told
        return
    told.launch()
    yield told
    if detour:
        yield from _detour(told)
    yield from _towards(told, goal, moment)


def _detour(told: Life) -> Iterator[Life]:
    """Let a run fail, or be stopped, and be started again; or let it wait for a while."""
    for _ in range(Moment.chosen(told.choose).steps(told)):
        if len(told.untouched()) <= 1:
            break
        told.pass_time()
        told.advance()
        yield told
    options = ((told.fail,), (told.stop,), (told.hold,), (told.hold, told.stop))
    for step in choose_from(told.choose, options if len(told.untouched()) > 1 else options[:2]):
        told.pass_time()
        step()
        yield told
    while told.run.state == "Stopping":
        told.pass_time()
        told.drain()
        yield told
    if told.run.state in RESTARTABLE:
        told.pass_time()
        told.restart()
        yield told


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a life that is yet to come: a stage, and how much of the way to its end is left by then, in ninety-ninths.

    It is chosen before the life is told, and stays that moment when a member, a group or a detour is left out.
    """

    stage: int
    left: int

    @classmethod
    def chosen(cls, choose: Choose) -> Moment:
        """Choose a moment."""
        return cls(choose(0, MAX_STAGES - 1), choose(0, 99))

    def steps(self, told: Life) -> int:
        """Count the steps to the moment, fewer than are left of a life."""
        sizes = [_steps(stage) for stage in told.run.below if not stage.done]
        if not sizes:
            return 0
        most = max(0, sum(sizes[: self.stage % len(sizes) + 1]) - 2)
        return most - most * self.left // 99


def _steps(stage: Part) -> int:
    """Count the steps to the end of a stage: two for each member and for the wait, and one for the end."""
    wait = 2 if stage.wait is not None and not stage.wait.done else 0
    return 2 * sum(not member.done for group in stage.below for member in group.below) + wait + 1


def _towards(told: Life, goal: str, moment: Moment) -> Iterator[Life]:
    """Go on until the run is in the state that is the goal."""
    left = moment.steps(told)
    while told.run.state != goal or (goal == "Running" and left > 0 and told.stage is not None):
        told.pass_time()
        due = left <= 0 or _is_last_chance(told, goal)
        if due and goal in {"Stopping", "Stopped"} and told.run.state in IN_FLIGHT:
            _halt(told, goal)
        elif due and goal == "Failed" and told.in_flight():
            told.fail()
        elif due and goal == "Pending" and told.in_flight():
            told.finish()
        elif due and goal == "Pending" and told.holdable():
            told.hold()
        elif told.run.state == "Stopping":
            told.drain()
        elif told.choose(0, 19) == 19:
            told.skip()
        else:
            told.advance()
        left -= 1
        yield told


def _is_last_chance(told: Life, goal: str) -> bool:
    """Tell whether the run would be Completed before it could come to its goal."""
    if goal == "Pending":
        return len(told.untouched()) <= 1
    if goal in _IN_A_MEMBER:
        return len(told.untouched()) + len(told.in_flight()) <= 1
    return told.stage is None


def _halt(told: Life, goal: str) -> None:
    """Stop a run, at times in a member that has yet to be updated; what is to be seen Stopping must have something to finish."""
    if told.holdable() and told.choose(0, 3) == 3:
        told.hold()
    elif goal == "Stopped" or told.in_flight() or told.waiting():
        told.stop()
    else:
        told.advance()


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
    days, rest = divmod(nanoseconds - ORIGIN + 9 * 3600 * NANOSECONDS, 86400 * NANOSECONDS)
    seconds, fraction = divmod(rest, NANOSECONDS)
    year, month, day = _date(days)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{year:04}-{month:02}-{day:02}T{clock}.{fraction:09}"[: 20 + digits] + "Z"


def _date(days: int) -> Sequence[int]:
    from datetime import date, timedelta

    found = date(2025, 4, 8) + timedelta(days=days)
    return found.year, found.month, found.day
