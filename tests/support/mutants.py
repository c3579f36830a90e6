"""Documents that are changed at random, and still as the schemas describe them: so that a rule may speak of all that is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from tests.oracle.runs import DEFINITIONS, Documented, objects, parts, properties_of
from validator.pointer import JSON
from validator.strategies import Call

FLEET = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod"
IMAGE = "AKSUbuntu-2204gen2containerd"
STATES = ("NotStarted", "Running", "Stopping", "Stopped", "Skipped", "Failed", "Pending", "Completed")
REQUIRED = {("Properties", "managedClusterUpdate"), ("ManagedClusterUpdate", "upgrade"), ("UpdateRunStrategy", "stages")} | {
    (definition, name)
    for definition in ("ManagedClusterUpgradeSpec", "NodeImageSelection", "UpdateStage", "UpdateGroup")
    for name in ("type", "name", "groups")
}
NOT_EMPTY = {("UpdateRunStrategy", "stages"), ("UpdateStage", "groups")}
VALUES: dict[tuple[str, str], list[JSON]] = {
    ("UpdateRun", "id"): [f"{FLEET}/updateRuns/spring", f"{FLEET}/UPDATERUNS/Spring", f"{FLEET}/members/spring", FLEET],
    ("UpdateRun", "name"): ["spring", "autumn"],
    ("UpdateRun", "type"): ["microsoft.containerservice/FLEETS/updateruns", "Microsoft.ContainerService/fleets"],
    ("UpdateRun", "eTag"): ['"a"', 'W/"a"', "a", '"a', '"a"b"', '""', '"a b"', 'w/"a"', '"ä"', "W/a", '"a\t"'],
    ("Properties", "updateStrategyId"): [f"{FLEET}/updateStrategies/weekly", f"{FLEET}/updatestrategies/W", f"{FLEET}/members/m", FLEET],
    ("Properties", "autoUpgradeProfileId"): [f"{FLEET}/autoUpgradeProfiles/p", f"{FLEET}/AUTOUPGRADEPROFILES/p", f"{FLEET}/updateRuns/p"],
    ("ManagedClusterUpdate", "nodeImageSelection"): [{"type": "Latest"}, {"type": "Consistent"}, {"type": "Custom"}],
    ("ManagedClusterUpgradeSpec", "type"): ["Full", "NodeImageOnly", "ControlPlaneOnly"],
    ("ManagedClusterUpgradeSpec", "kubernetesVersion"): [
        "1.31",
        "1.31.2",
        "v1.31.2",
        "1.31.x",
        "1",
        "1.31.2-a",
        "1.31.2\n",
        "1.31.2.3",
        "",
    ],
    ("NodeImageSelection", "type"): ["Latest", "Consistent", "Custom"],
    ("NodeImageSelection", "customNodeImageVersions"): [[], [{"version": f"{IMAGE}-202504.06.0"}], [{}, {"version": "other"}]],
    ("NodeImageVersion", "version"): [
        f"{IMAGE}-202504.06.0",
        f"{IMAGE}-2",
        IMAGE,
        f"{IMAGE}-1a",
        f"{IMAGE}-",
        "-1",
        "1.2",
        "a-1-2",
        "a-1-3",
    ],
    ("UpdateStage", "afterStageWaitInSeconds"): [0, 1, -1, 60, 3600, 3600.0, -(2**31)],
    ("WaitStatus", "waitDurationInSeconds"): [0, 1, -1, 60, 3600],
    ("UpdateStageStatus", "afterStageWaitStatus"): [{}, {"status": {"state": "NotStarted"}, "waitDurationInSeconds": 60}],
    ("NodeImageSelectionStatus", "selectedNodeImageVersions"): [[], [{"version": f"{IMAGE}-1"}], [{}]],
    ("UpdateStatus", "state"): list(STATES),
    ("UpdateStatus", "error"): [{}, {"code": "Failed"}],
    ("MemberUpdateStatus", "operationId"): ["01234567-89ab-cdef-0123-456789abcdef"],
    ("UpdateStage", "groups"): [
        [{"name": f"group-{number}"} for number in range(50)],
        [{"name": f"group-{number}"} for number in range(51)],
    ],
}
"""Further values of properties, besides those that the document has elsewhere."""

MOSTLY = {"UpdateStatus", "UpdateStage", "WaitStatus", "MemberUpdateStatus"}
"""Definitions of whose properties most rules speak."""

TIMES = {"startTime", "completedTime", "createdAt", "lastModifiedAt"}
NANOSECONDS = (1, 200, 999_999, 1_000_000, 1_000_001, 999_999_999, 10**9, 10**9 + 1, 60 * 10**9, 3600 * 10**9)


def mutant(random: Random, document: JSON, *, undocumented: bool = True) -> JSON:
    """Return a copy of a run with up to four changes."""
    document = deepcopy(document)
    for _ in range(random.choice((1, 1, 2, 3, 4))):
        change = random.choice((*(_set,) * 12, *(_remove,) * 3, *(_rearrange,) * 3, *(_add,) * undocumented))
        change(random, document)
    return document


def _set(random: Random, document: JSON) -> None:
    """Return an object with another value of a property: one that it has elsewhere, or one of the further values, or another time."""
    known = list(objects(document))
    keys = sorted({key for each in known for key in _keys(each)})
    wanted = random.choice(keys + [key for key in keys if key[0] in MOSTLY] * 3)
    found = [each.value for each in known if each.definition == wanted[0]]
    holder, name = random.choice(found), wanted[1]
    values = [each[name] for each in found if name in each] + VALUES.get(wanted, [])
    if name in TIMES:
        everywhere = [each.value[name] for each in known for name in TIMES & set(each.value) & set(properties_of(each.definition))]
        values = [shifted(random, random.choice(everywhere or ["2025-04-08T09:30:00Z"]))]
    elif name == "clusterResourceId":
        values = [random.choice((value, value.upper(), value.lower())) for value in values]
    elif name == "name" and wanted[0] != "UpdateRun":
        values += ["another", *(each.value["name"] for each in known if "name" in each.value and each.definition != "UpdateRun")]
        values = [
            value
            for value in values
            if wanted[0] in ("UpdateStageStatus", "UpdateGroupStatus", "MemberUpdateStatus") or value == value.lower()
        ]
    if values:
        holder[name] = deepcopy(random.choice(values))


def _keys(known: Documented) -> Iterable[tuple[str, str]]:
    return ((known.definition, name) for name in properties_of(known.definition) if name not in ("info", "details", "additionalInfo"))


def shifted(random: Random, time: str) -> str:
    """Return another time, near it or the same, with other digits or in another time zone."""
    whole, fraction = time[:19], time[20:].partition("Z")[0].partition("+")[0] if time[19:20] == "." else ""
    moment = datetime.fromisoformat(whole)
    nanoseconds = int(fraction[:9].ljust(9, "0")) + random.choice((0, 1, -1)) * random.choice(NANOSECONDS)
    moment += timedelta(seconds=nanoseconds // 10**9)
    digits = f"{nanoseconds % 10**9:09d}"
    text = moment.isoformat() + "." + random.choice((digits, digits, digits, digits[:7], digits + "0001"))
    return text + "Z" if random.random() < 0.9 else (moment + timedelta(hours=2)).isoformat() + text[19:] + "+02:00"


def _remove(random: Random, document: JSON) -> None:
    """Remove a property that is not required."""
    found = [(each.value, name) for each in objects(document) for name in each.value if (each.definition, name) not in REQUIRED]
    if found:
        holder, name = random.choice(found)
        del holder[name]


def _rearrange(random: Random, document: JSON) -> None:
    """Repeat, remove or exchange items of an array."""
    arrays = [
        (value, (each.definition, name) in NOT_EMPTY)
        for each in objects(document)
        for name, value in each.value.items()
        if isinstance(value, list) and value and name in properties_of(each.definition)
    ]
    if not arrays:
        return
    array, not_empty = random.choice(arrays)
    one, other = random.randrange(len(array)), random.randrange(len(array))
    change = random.choice(("repeat", "remove", "exchange"))
    if change == "repeat":
        array.insert(one, deepcopy(array[other]))
    elif change == "exchange":
        array[one], array[other] = array[other], array[one]
    elif len(array) > not_empty:
        del array[one]


def _add(random: Random, document: JSON) -> None:
    """Add a property that is not documented, or not there."""
    each = random.choice(list(objects(document)))
    name = random.choice(("colour", "a/b~c", "", *sorted({name for words in DEFINITIONS for name in properties_of(words)})))
    if name not in properties_of(each.definition):
        each.value[name] = random.choice(("", 1, None, {}, []))


def thinned(random: Random, history: list[JSON]) -> list[JSON]:
    """Return some captures of a history, in order; some of them out of it, or with changes."""
    share = random.choice((0.1, 0.3, 0.5, 1))
    captures = [capture for capture in history if random.random() < share][:12] or history[:1]
    for _ in range(random.choice((0, 0, 0, 1))):
        one, other = random.randrange(len(captures)), random.randrange(len(captures))
        captures[one], captures[other] = captures[other], captures[one]
    for _ in range(random.choice((0, 1, 2, 3))):
        index = random.randrange(len(captures))
        changed = mutant(random, captures[index], undocumented=False)
        names = [[part.parent and part.parent.place, part.value["name"]] for part in parts(changed) if "name" in part.value]
        if all(names.count(name) == 1 for name in names):
            captures[index] = {**captures[index], **changed, **{name: history[0][name] for name in ("id", "name")}}
        if random.random() < 0.7:
            captures[index]["eTag"] = f'"{random.getrandbits(32):x}"'
    return captures


def polled(random: Random, captures: list[JSON]) -> list[Call]:
    """Return the calls that get the captures; between some of them, the run is stopped and started again, or just started.

    The answer to a start has an older body, or none; a Completed run cannot be started, and has none.
    """
    calls: list[Call] = []
    for index, run in enumerate(captures):
        url = f"https://management.azure.com{captures[0]['id']}?api-version=2025-03-01"
        if index and random.random() < 0.2:
            actions = random.choice((("stop", "start"), ("start",)))
            calls += [Call("POST", url.replace("?", f"/{action}?"), 202) for action in actions]
            older = [run for run in captures[:index] if "eTag" in run]
            if older and not any(map(_is_completed, captures[:index])) and random.random() < 0.5:
                calls[-1] = replace(calls[-1], status=200, response=random.choice(older))
        calls.append(Call("GET", url, 200, response=run))
    return calls


def _is_completed(run: JSON) -> bool:
    return any(part.kind == "run" and part.state == "Completed" for part in parts(run))


def mutant_call(random: Random, call: Call) -> Call:
    """Return a call with changes of its method, its URL, its status and its bodies."""
    run = call.response if isinstance(call.response, dict) and "properties" in call.response else None
    changes = [
        replace(call, status=random.choice((200, 201, 202, 204, 206, 400, 404, 409, 500))),
        replace(call, url=random.choice((call.url.partition("?")[0], call.url.replace("2025-03-01", "2031-01-01")))),
        replace(call, url=re.sub("[^/]+/updateRuns", "another/updateRuns", call.url)),
        replace(call, response=random.choice(ERRORS)),
    ]
    if call.method != "POST":
        changes += [replace(call, method=random.choice(("GET", "PUT", "PATCH", "DELETE", "POST")))]
    if run is not None and call.method != "POST":
        action = random.choice(("start", "stop", "skip", "restart"))
        changes += [replace(call, method="POST", url=call.url.replace("?", f"/{action}?"), request=None)]
    if run is not None:
        changes += [replace(call, response=mutant(random, run))] * 3
    if call.request is not None and call.method == "PUT":
        changes += [replace(call, request=mutant(random, call.request)), replace(call, request={**call.request, "name": "another"})]
    if call.response is not None and call.response.get("value"):
        changes += [replace(call, response={"value": call.response["value"] * 2})] * 4
    return random.choice(changes)


ERRORS: list[JSON] = [{"error": {"code": "a", "message": "b"}}, {"error": {"code": "a"}}, {"error": {}}, {"code": "a", "message": "b"}]
