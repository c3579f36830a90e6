"""The tree of a run, read from a body with whatever is wrong in it.

The rules ignore what is unreliable. This module reads all it can: a reader of the tree wants to see an undocumented state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ..contract.formats import NANOSECONDS, arm_id, date_time
from ..findings import Finding
from ..pointer import JSON, Path, follow, to_pointer
from ..readers import az_cli
from ..readers.items import Body
from ..run.identity import RUN_TYPE
from ..wording import is_secret, printable, shorten, show, without_query
from .model import ErrorInfo, Kind, TreeNode
from .time_format import clock, duration

MAX_NAME = 120
"""Characters of a name or an id that are shown."""

MAX_TEXT = 2_000
"""Characters of a message that are shown."""


def read_run(body: Body, path: Path) -> TreeNode:
    """Return the tree of the run at a path of a body."""
    return _Reader(body).run(path)


def attach_findings(run: TreeNode, findings: Iterable[Finding]) -> tuple[TreeNode, list[Finding]]:
    """Return the tree with each finding at the innermost node that it is about, and the findings about none."""
    owners = {pointer: node.pointers for node in run.walk() for pointer in node.pointers}
    by_node: dict[tuple[str, ...], list[Finding]] = {}
    others: list[Finding] = []
    for finding in findings:
        owner = next((owners[prefix] for prefix in _prefixes(finding.pointer) if prefix in owners), None)
        (others if owner is None else by_node.setdefault(owner, [])).append(finding)
    return _with_findings(run, by_node), others


def _prefixes(pointer: str) -> Iterator[str]:
    """Yield a pointer and the pointers above it, the longest first."""
    yield pointer
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


def _with_findings(node: TreeNode, by_node: dict[tuple[str, ...], list[Finding]]) -> TreeNode:
    children = tuple(_with_findings(child, by_node) for child in node.children)
    return replace(node, findings=tuple(by_node.get(node.pointers, ())), children=children)


# Values of any type


def _object(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}


def _items(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []


def one_line(value: JSON) -> str:
    """Return a value on one line without control characters: a string as it is, and anything else as JSON."""
    if value is None:
        return ""
    if not isinstance(value, str) or is_secret(value):
        return show(value)
    return printable(shorten(without_query(value), MAX_NAME))


def _lines(value: JSON) -> str:
    """Return a value with its line breaks, but without other control characters."""
    if not isinstance(value, str) or is_secret(value):
        return one_line(value)
    lines = (printable(line.replace("\t", "  ")) for line in shorten(without_query(value.strip()), MAX_TEXT).splitlines())
    return "\n".join(line.rstrip() for line in lines)


def _time(value: JSON) -> int | None:
    return date_time(value) if isinstance(value, str) else None


def _time_text(value: JSON) -> str:
    time = _time(value)
    return one_line(value) if time is None else clock(time)


def _last_segment(resource_id: JSON) -> str:
    return one_line(resource_id.partition("?")[0].rpartition("/")[2] if isinstance(resource_id, str) else resource_id)


def _seconds(value: JSON) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return duration(int(value * NANOSECONDS)) if is_number and abs(value) < 2**40 else one_line(value)


def _errors(value: JSON) -> tuple[ErrorInfo, ...]:
    if value is None or value == {}:
        return ()
    if not isinstance(value, dict):
        return (ErrorInfo("", one_line(value)),)
    details = tuple(error for detail in _items(value.get("details")) for error in _errors(detail))
    return (ErrorInfo(one_line(value.get("code")), _lines(value.get("message")), one_line(value.get("target")), details),)


def _attributes(**values: str) -> tuple[tuple[str, str], ...]:
    """Return the values that are not empty, labelled with their names."""
    return tuple((name.replace("_", " "), value) for name, value in values.items() if value)


def _with_each_error_once(node: TreeNode) -> TreeNode:
    """Return a tree in which an error that a node below has, too, refers to the lowest one that has it.

    The service reports the error of a member at its group, its stage and the run as well.
    """
    children = tuple(map(_with_each_error_once, node.children))
    below: dict[ErrorInfo, TreeNode] = {}
    for found in (found for child in children for found in child.walk()) if node.errors else ():
        for error in found.errors:
            below.setdefault(error, found)
    errors = tuple(
        ErrorInfo(error.code, see=below[error].title, see_pointer=below[error].pointers[0]) if error in below else error
        for error in node.errors
    )
    return replace(node, children=children, errors=errors)


# The nodes of a run


class _Described(NamedTuple):
    """A stage, group or gate as the status of a run and as its strategy describe it: values with their paths, None in one of the two."""

    status: JSON
    status_path: Path
    spec: JSON
    spec_path: Path

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths that lead to a description."""
        return (self.status_path,) * (self.status is not None) + (self.spec_path,) * (self.spec is not None)

    def get(self, name: str) -> JSON:
        """Return a property from the status or, without one, from the strategy."""
        return _object(self.status).get(name, _object(self.spec).get(name))

    def below(self, key: str) -> Iterator[_Described]:
        """Yield what an array lists: in the status, each with its twin in the strategy, or else in the strategy."""
        arrays = (_items(_object(described).get(key)) for described in (self.status, self.spec))
        statuses, specs = ([{} if value is None else value for value in array] for array in arrays)
        for index in range(len(statuses or specs)):
            status, spec = (values[index] if index < len(values) else None for values in (statuses, specs))
            is_twin = not statuses or _object(spec).get("name") == _object(status).get("name")
            yield _Described(status, (*self.status_path, key, index), spec if is_twin else None, (*self.spec_path, key, index))


class _Reader:
    """A reader of the runs in a body."""

    __slots__ = ("_body",)

    def __init__(self, body: Body) -> None:
        self._body = body

    def _pointer(self, path: Path) -> str:
        return to_pointer(az_cli.as_written(self._body, path))

    def run(self, path: Path) -> TreeNode:
        run = _object(follow(self._body.value, path))
        properties = _object(run.get("properties"))
        status = _object(properties.get("status"))
        described = _Described(status, (*path, "properties", "status"), properties.get("strategy") or {}, (*path, "properties", "strategy"))
        name = one_line(run.get("name")) or _last_segment(run.get("id"))
        node = self._node("run", name, status, *described.paths)
        stages = tuple(map(self._stage, described.below("stages")))
        return _with_each_error_once(replace(node, attributes=_run_attributes(run, properties, status), children=stages))

    def _node(self, kind: Kind, name: str, value: JSON, *paths: Path) -> TreeNode:
        node = _object(value)
        status = _object(node.get("status"))
        return TreeNode(
            kind,
            name,
            tuple(map(self._pointer, paths)),
            one_line(status.get("state")),
            _time(status.get("startTime")),
            _time(status.get("completedTime")),
            _lines(node.get("message")),
            _errors(status.get("error")),
        )

    def _stage(self, stage: _Described) -> TreeNode:
        return self._between_gates("stage", stage, (*map(self._group, stage.below("groups")), *self._wait(stage)))

    def _group(self, group: _Described) -> TreeNode:
        members = enumerate(_items(_object(group.status).get("members")))
        children = tuple(self._member(member, (*group.status_path, "members", index)) for index, member in members)
        return self._between_gates("group", group, children)

    def _between_gates(self, kind: Kind, described: _Described, children: tuple[TreeNode, ...]) -> TreeNode:
        node = self._node(kind, one_line(described.get("name")), described.status, *described.paths)
        before = (self._gate("before gate", gate) for gate in described.below("beforeGates"))
        after = (self._gate("after gate", gate) for gate in described.below("afterGates"))
        return replace(node, attributes=_limits(described), children=(*before, *children, *after))

    def _gate(self, kind: Kind, gate: _Described) -> TreeNode:
        node = self._node(kind, one_line(gate.get("displayName")), gate.status, *gate.paths)
        if node.state not in {"", "NotStarted", "Pending"}:
            return node
        return replace(node, attributes=_attributes(waits_for=_gate_opener(_object(gate.spec)), gate=_last_segment(gate.get("gateId"))))

    def _member(self, value: JSON, path: Path) -> TreeNode:
        member = _object(value)
        node = self._node("member", one_line(member.get("name")), member, path)
        cluster = _last_segment(member.get("clusterResourceId"))
        operation = one_line(member.get("operationId")) if node.errors else ""
        return replace(node, cluster=cluster if cluster.lower() != node.name.lower() else "", attributes=_attributes(operation=operation))

    def _wait(self, stage: _Described) -> Iterator[TreeNode]:
        wait, seconds = _object(stage.status).get("afterStageWaitStatus"), _object(stage.spec).get("afterStageWaitInSeconds")
        seconds_path = (*stage.spec_path, "afterStageWaitInSeconds")
        if wait is not None:
            name = _seconds(_object(wait).get("waitDurationInSeconds", seconds))
            paths = [(*stage.status_path, "afterStageWaitStatus"), *([seconds_path] if stage.spec is not None else [])]
            yield self._node("wait", name, wait, *paths)
        elif seconds:
            yield self._node("wait", _seconds(seconds), None, seconds_path)


def _gate_opener(spec: dict[str, JSON]) -> str:
    """Return what opens a gate: an approval, or a time of the week."""
    schedule = _object(spec.get("scheduledStartConfiguration"))
    time = " ".join(filter(None, (one_line(schedule.get(name)) for name in ("startDay", "startTime", "utcOffset"))))
    return time or one_line(spec.get("type"))


def _limits(described: _Described) -> tuple[tuple[str, str], ...]:
    """Return how many members a stage or a group updates at a time, how many may fail and have failed, and which it selects."""
    status, spec = _object(described.status), _object(described.spec)
    concurrency, allowed = (_resolved(status.get(name), spec.get(name)) for name in ("maxConcurrency", "maxAllowedFailures"))
    failures = one_line(status.get("failureCount"))
    return _attributes(
        concurrency=concurrency,
        failures=f"{failures}, allowed {allowed}" if failures and allowed else failures,
        allowed_failures="" if failures else allowed,
        selector=one_line(_object(spec.get("memberSelector")).get("byLabel")),
    )


def _resolved(number: JSON, given: JSON) -> str:
    """Return a number as the service resolved it, and a percentage that it was given as."""
    known, asked = one_line(number), one_line(given)
    return f"{known} ({asked})" if known and asked.endswith("%") else known or asked


def _run_attributes(run: dict[str, JSON], properties: dict[str, JSON], status: dict[str, JSON]) -> tuple[tuple[str, str], ...]:
    update = _object(properties.get("managedClusterUpdate"))
    upgrade, selection = _object(update.get("upgrade")), _object(update.get("nodeImageSelection"))
    identity = run.get("id")
    parsed = arm_id(identity) if isinstance(identity, str) else None
    fleet = parsed.names[0] if parsed is not None and parsed.type.lower() == RUN_TYPE.lower() else None
    requested = _versions(selection.get("customNodeImageVersions"))
    selected = _versions(_object(status.get("nodeImageSelection")).get("selectedNodeImageVersions"))
    provisioning = properties.get("provisioningState")
    return _attributes(
        fleet=one_line(fleet),
        upgrade=" to ".join(filter(None, (one_line(upgrade.get("type")), one_line(upgrade.get("kubernetesVersion"))))),
        node_images=": ".join(filter(None, (one_line(selection.get("type")), requested))),
        selected=selected,
        strategy=_last_segment(properties.get("updateStrategyId")),
        auto_upgrade_profile=_last_segment(properties.get("autoUpgradeProfileId")),
        created=_time_text(_object(run.get("systemData")).get("createdAt")),
        failures=one_line(status.get("failureCount")),
        provisioning=one_line(provisioning) if provisioning != "Succeeded" else "",
    )


def _versions(value: JSON) -> str:
    return ", ".join(one_line(_object(item).get("version")) or one_line(item) for item in _items(value))
