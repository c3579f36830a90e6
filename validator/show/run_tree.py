"""From the body of a run to its parts, whatever is wrong with it: what can be made out is shown.

The view of `validator.run` holds what is sound, for rules to reason about. Here a state that no documentation knows is
as good as any other: somebody wants to see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..contract.formats import NANOSECONDS, arm_id, date_time
from ..findings import Finding
from ..pointer import JSON, Path, to_pointer
from ..readers import az_cli
from ..readers.items import Body
from ..run.identity import RUN_TYPE
from ..wording import is_secret, printable, show
from .model import Fault, Kind, Part
from .time_format import clock, duration

MAX_NAME = 120
"""Characters of a name or an id that are shown."""

MAX_TEXT = 2_000
"""Characters of a message that are shown."""


def read(body: Body, path: Path) -> Part:
    """Read the run at a path of a body."""
    return _Reader(body).run(path)


def placed(run: Part, findings: Iterable[Finding]) -> tuple[Part, list[Finding]]:
    """Put findings beside the innermost part that each is about; those about none are given back."""
    owners = {pointer: part.pointers for part in run.all() for pointer in part.pointers}
    found: dict[tuple[str, ...], list[Finding]] = {}
    others: list[Finding] = []
    for finding in findings:
        owner = next((owners[above] for above in _upwards(finding.pointer) if above in owners), None)
        (others if owner is None else found.setdefault(owner, [])).append(finding)
    return _with(run, found), others


def _upwards(pointer: str) -> Iterator[str]:
    yield pointer
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


def _with(part: Part, found: dict[tuple[str, ...], list[Finding]]) -> Part:
    return replace(part, findings=tuple(found.get(part.pointers, ())), parts=tuple(_with(below, found) for below in part.parts))


# Values of any kind


def _object(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}


def _items(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []


def word(value: JSON, limit: int = MAX_NAME) -> str:
    """Write a value on one line, fit for a terminal: a string as it is, and anything else as JSON."""
    if value is None:
        return ""
    if not isinstance(value, str) or is_secret(value):
        return show(value)
    return printable(_cut(value, limit))


def text(value: JSON) -> str:
    """Write a value on as many lines as it has, fit for a terminal."""
    if not isinstance(value, str) or is_secret(value):
        return word(value)
    lines = (printable(line.replace("\t", "  ")) for line in _cut(value.strip(), MAX_TEXT).splitlines())
    return "\n".join(line.rstrip() for line in lines)


def _cut(value: str, limit: int) -> str:
    return value if len(value) <= limit else f"{value[: limit - 1]}…"


def _time(value: JSON) -> int | None:
    return date_time(value) if isinstance(value, str) else None


def _moment(value: JSON) -> str:
    time = _time(value)
    return word(value) if time is None else clock(time)


def _last(identity: JSON) -> str:
    """Give the name that a resource id ends in."""
    return word(identity.rpartition("/")[2]) if isinstance(identity, str) else word(identity)


def _seconds(value: JSON) -> str:
    whole = isinstance(value, int | float) and not isinstance(value, bool)
    return duration(int(value * NANOSECONDS)) if whole and abs(value) < 2**40 else word(value)


def _faults(value: JSON) -> tuple[Fault, ...]:
    if value is None or value == {}:
        return ()
    if not isinstance(value, dict):
        return (Fault("", word(value), "", ()),)
    details = tuple(fault for detail in _items(value.get("details")) for fault in _faults(detail))
    return (Fault(word(value.get("code")), text(value.get("message")), word(value.get("target")), details),)


def _facts(**given: str) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", " "), value) for name, value in given.items() if value)


# The parts of a run


class _Reader:
    """Reads the parts of the runs in a body, each with the pointers to it in its author's document."""

    __slots__ = ("_body",)

    def __init__(self, body: Body) -> None:
        self._body = body

    def _pointer(self, path: Path) -> str:
        return to_pointer(az_cli.as_written(self._body, path))

    def run(self, path: Path) -> Part:
        value: JSON = self._body.value
        for step in path:
            value = value[step]
        run = _object(value)
        inner = _object(run.get("properties"))
        status, strategy = _object(inner.get("status")), _object(inner.get("strategy"))
        below, planned = (*path, "properties", "status", "stages"), (*path, "properties", "strategy", "stages")
        name = word(run.get("name")) or _last(run.get("id"))
        part = self._part("run", name, (*path, "properties", "status"), status, (*path, "properties", "strategy"))
        return replace(part, facts=_about(run, inner, status), parts=tuple(self._stages(status, below, strategy, planned)))

    def _part(self, kind: Kind, name: str, path: Path, value: JSON, *also: Path) -> Part:
        told = _object(value)
        status = _object(told.get("status"))
        return Part(
            kind,
            name,
            tuple(self._pointer(way) for way in (path, *also)),
            word(status.get("state")),
            _time(status.get("startTime")),
            _time(status.get("completedTime")),
            text(told.get("message")),
            _faults(status.get("error")),
        )

    def _stages(self, status: dict[str, JSON], path: Path, strategy: dict[str, JSON], planned: Path) -> Iterator[Part]:
        plans = _items(strategy.get("stages"))
        stages = _items(status.get("stages"))
        for index, stage in enumerate(stages):
            plan = plans[index] if index < len(plans) and _same(plans[index], stage) else None
            yield self._stage(stage, (*path, index), plan, (*planned, index))
        for index, plan in enumerate(plans if not stages else ()):
            yield self._stage(None, (*planned, index), plan, (*planned, index))

    def _stage(self, value: JSON, path: Path, plan: JSON, planned: Path) -> Part:
        told, asked = _object(value), _object(plan)
        also = (planned,) if plan is not None and planned != path else ()
        part = self._part("stage", word(told.get("name", asked.get("name"))), path, told, *also)
        groups = list(self._groups(told, path, asked, planned))
        return replace(part, parts=(*groups, *self._wait(told, path, asked, planned)))

    def _groups(self, told: dict[str, JSON], path: Path, asked: dict[str, JSON], planned: Path) -> Iterator[Part]:
        groups, plans = _items(told.get("groups")), _items(asked.get("groups"))
        for index, group in enumerate(groups):
            way = (*path, "groups", index)
            also = ((*planned, "groups", index),) if index < len(plans) and _same(plans[index], group) else ()
            part = self._part("group", word(_object(group).get("name")), way, group, *also)
            members = enumerate(_items(_object(group).get("members")))
            yield replace(part, parts=tuple(self._member(member, (*way, "members", number)) for number, member in members))
        for index, plan in enumerate(plans if not groups else ()):
            yield self._part("group", word(_object(plan).get("name")), (*planned, "groups", index), None)

    def _member(self, value: JSON, path: Path) -> Part:
        told = _object(value)
        part = self._part("member", word(told.get("name")), path, told)
        cluster = _last(told.get("clusterResourceId"))
        other = cluster if cluster.lower() != part.name.lower() else ""
        return replace(part, cluster=other, facts=_facts(operation=word(told.get("operationId")) if part.faults else ""))

    def _wait(self, told: dict[str, JSON], path: Path, asked: dict[str, JSON], planned: Path) -> Iterator[Part]:
        status, wait = told.get("afterStageWaitStatus"), asked.get("afterStageWaitInSeconds")
        plan = (*planned, "afterStageWaitInSeconds")
        if status is not None:
            name = _seconds(_object(status).get("waitDurationInSeconds", wait))
            yield self._part("wait", name, (*path, "afterStageWaitStatus"), status, *([plan] if asked else []))
        elif wait:
            yield self._part("wait", _seconds(wait), plan, None)


def _same(plan: JSON, told: JSON) -> bool:
    return bool(_object(plan).get("name") == _object(told).get("name"))


def _about(run: dict[str, JSON], inner: dict[str, JSON], status: dict[str, JSON]) -> tuple[tuple[str, str], ...]:
    """Collect what is to be known of a run as a whole."""
    update = _object(inner.get("managedClusterUpdate"))
    upgrade, selection = _object(update.get("upgrade")), _object(update.get("nodeImageSelection"))
    identity = run.get("id")
    parsed = arm_id(identity) if isinstance(identity, str) else None
    fleet = parsed.names[0] if parsed is not None and parsed.type.lower() == RUN_TYPE.lower() else None
    asked = _versions(selection.get("customNodeImageVersions"))
    chosen = _versions(_object(status.get("nodeImageSelection")).get("selectedNodeImageVersions"))
    return _facts(
        fleet=word(fleet),
        upgrade=" to ".join(filter(None, (word(upgrade.get("type")), word(upgrade.get("kubernetesVersion"))))),
        node_images=": ".join(filter(None, (word(selection.get("type")), asked))),
        selected=chosen,
        strategy=_last(inner.get("updateStrategyId")),
        auto_upgrade_profile=_last(inner.get("autoUpgradeProfileId")),
        created=_moment(_object(run.get("systemData")).get("createdAt")),
        provisioning=word(inner.get("provisioningState")) if inner.get("provisioningState") != "Succeeded" else "",
    )


def _versions(value: JSON) -> str:
    return ", ".join(word(_object(item).get("version")) or word(item) for item in _items(value))
