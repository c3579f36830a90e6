"""The tree of a run, read from a body with whatever is wrong in it.

The rules ignore what is unreliable. This module reads all it can: a reader of the tree wants to see an undocumented state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..contract.formats import NANOSECONDS, arm_id, date_time
from ..findings import Finding
from ..pointer import JSON, Path, follow, to_pointer
from ..readers import az_cli
from ..readers.items import Body
from ..run.identity import RUN_TYPE
from ..wording import is_secret, printable, shorten, show
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
    return printable(shorten(value, MAX_NAME))


def _lines(value: JSON) -> str:
    """Return a value with its line breaks, but without other control characters."""
    if not isinstance(value, str) or is_secret(value):
        return one_line(value)
    lines = (printable(line.replace("\t", "  ")) for line in shorten(value.strip(), MAX_TEXT).splitlines())
    return "\n".join(line.rstrip() for line in lines)


def _time(value: JSON) -> int | None:
    return date_time(value) if isinstance(value, str) else None


def _time_text(value: JSON) -> str:
    time = _time(value)
    return one_line(value) if time is None else clock(time)


def _last_segment(resource_id: JSON) -> str:
    return one_line(resource_id.rpartition("/")[2]) if isinstance(resource_id, str) else one_line(resource_id)


def _seconds(value: JSON) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return duration(int(value * NANOSECONDS)) if is_number and abs(value) < 2**40 else one_line(value)


def _errors(value: JSON) -> tuple[ErrorInfo, ...]:
    if value is None or value == {}:
        return ()
    if not isinstance(value, dict):
        return (ErrorInfo("", one_line(value), "", ()),)
    details = tuple(error for detail in _items(value.get("details")) for error in _errors(detail))
    return (ErrorInfo(one_line(value.get("code")), _lines(value.get("message")), one_line(value.get("target")), details),)


def _attributes(**values: str) -> tuple[tuple[str, str], ...]:
    """Return the values that are not empty, labelled with their names."""
    return tuple((name.replace("_", " "), value) for name, value in values.items() if value)


# The nodes of a run


class _Reader:
    """A reader of the runs in a body.

    `status` values are from the status of the run and `spec` values from its strategy, for the same stage or group.
    """

    __slots__ = ("_body",)

    def __init__(self, body: Body) -> None:
        self._body = body

    def _pointer(self, path: Path) -> str:
        return to_pointer(az_cli.as_written(self._body, path))

    def run(self, path: Path) -> TreeNode:
        run = _object(follow(self._body.value, path))
        properties = _object(run.get("properties"))
        status, strategy = _object(properties.get("status")), _object(properties.get("strategy"))
        status_path, spec_path = (*path, "properties", "status"), (*path, "properties", "strategy")
        name = one_line(run.get("name")) or _last_segment(run.get("id"))
        node = self._node("run", name, status, status_path, spec_path)
        stages = tuple(self._stages(status, (*status_path, "stages"), strategy, (*spec_path, "stages")))
        return replace(node, attributes=_run_attributes(run, properties, status), children=stages)

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

    def _stages(self, status: dict[str, JSON], status_path: Path, strategy: dict[str, JSON], spec_path: Path) -> Iterator[TreeNode]:
        stages, specs = _items(status.get("stages")), _items(strategy.get("stages"))
        for index, stage in enumerate(stages):
            spec = specs[index] if index < len(specs) and _has_same_name(specs[index], stage) else None
            yield self._stage(stage, (*status_path, index), spec, (*spec_path, index))
        for index, spec in enumerate(specs if not stages else ()):
            yield self._stage(None, (*spec_path, index), spec, (*spec_path, index))

    def _stage(self, stage_status: JSON, path: Path, stage_spec: JSON, spec_path: Path) -> TreeNode:
        status, spec = _object(stage_status), _object(stage_spec)
        paths = (path,) if stage_spec is None or spec_path == path else (path, spec_path)
        node = self._node("stage", one_line(status.get("name", spec.get("name"))), status, *paths)
        return replace(node, children=(*self._groups(status, path, spec, spec_path), *self._wait(status, path, spec, spec_path)))

    def _groups(self, status: dict[str, JSON], path: Path, spec: dict[str, JSON], spec_path: Path) -> Iterator[TreeNode]:
        groups, specs = _items(status.get("groups")), _items(spec.get("groups"))
        for index, group in enumerate(groups):
            group_path: Path = (*path, "groups", index)
            has_spec = index < len(specs) and _has_same_name(specs[index], group)
            paths = (group_path, (*spec_path, "groups", index)) if has_spec else (group_path,)
            node = self._node("group", one_line(_object(group).get("name")), group, *paths)
            members = enumerate(_items(_object(group).get("members")))
            yield replace(node, children=tuple(self._member(member, (*group_path, "members", number)) for number, member in members))
        for index, group in enumerate(specs if not groups else ()):
            yield self._node("group", one_line(_object(group).get("name")), None, (*spec_path, "groups", index))

    def _member(self, value: JSON, path: Path) -> TreeNode:
        member = _object(value)
        node = self._node("member", one_line(member.get("name")), member, path)
        cluster = _last_segment(member.get("clusterResourceId"))
        operation = one_line(member.get("operationId")) if node.errors else ""
        return replace(node, cluster=cluster if cluster.lower() != node.name.lower() else "", attributes=_attributes(operation=operation))

    def _wait(self, status: dict[str, JSON], path: Path, spec: dict[str, JSON], spec_path: Path) -> Iterator[TreeNode]:
        wait_status, seconds = status.get("afterStageWaitStatus"), spec.get("afterStageWaitInSeconds")
        seconds_path = (*spec_path, "afterStageWaitInSeconds")
        if wait_status is not None:
            name = _seconds(_object(wait_status).get("waitDurationInSeconds", seconds))
            yield self._node("wait", name, wait_status, (*path, "afterStageWaitStatus"), *([seconds_path] if spec else []))
        elif seconds:
            yield self._node("wait", _seconds(seconds), None, seconds_path)


def _has_same_name(spec: JSON, status: JSON) -> bool:
    return bool(_object(spec).get("name") == _object(status).get("name"))


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
        provisioning=one_line(provisioning) if provisioning != "Succeeded" else "",
    )


def _versions(value: JSON) -> str:
    return ", ".join(one_line(_object(item).get("version")) or one_line(item) for item in _items(value))
