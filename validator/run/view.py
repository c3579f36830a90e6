"""A read-only view of one UpdateRun: what it is asked to do, and the statuses of its stages, groups and members.

The view knows what is sound. A value that the schemas reject, or that a recorder hid, is a slot that was
never filled; whoever reads it gets Unsound, and the engine ends the rule at that place. So rules need no
guards: an absent property is None, and a broken one is not there to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from ..contract.formats import date_time
from ..pointer import JSON, Path


class Unsound(Exception):
    """A rule read what is structurally broken."""


class View:
    """A part of a run, and the path to it. Reading an unsound field raises Unsound."""

    __slots__ = ("path",)
    path: Path

    def __getattr__(self, name: str) -> Any:
        # Python asks here only for what is not there: a slot that was left empty, or no slot at all.
        if name in self.__slots__:
            raise Unsound(name)
        raise AttributeError(name)

    def is_unsound(self, slot: str) -> bool:
        """Tell whether a slot was left empty."""
        try:
            getattr(self, slot)
        except Unsound:
            return True
        return False

    def at(self, *steps: str | int) -> Path:
        """Give the path to something below this part."""
        return (*self.path, *steps)


class Group(View):
    """An UpdateGroup of the strategy."""

    __slots__ = ("name",)
    name: str


class Stage(View):
    """An UpdateStage of the strategy. The wait is in seconds, 0 where it is absent."""

    __slots__ = ("groups", "name", "wait")
    name: str
    groups: tuple[Group, ...]
    wait: int


class Strategy(View):
    """The UpdateRunStrategy."""

    __slots__ = ("stages",)
    stages: tuple[Stage, ...]


class Status(View):
    """An UpdateStatus. Times are nanoseconds (`formats.date_time`); the error is the ErrorDetail as it is."""

    __slots__ = ("completed", "error", "start", "state")
    start: int | None
    completed: int | None
    state: str | None
    error: JSON


class MemberStatus(View):
    """A MemberUpdateStatus."""

    __slots__ = ("cluster", "name", "operation", "status")
    status: Status | None
    name: str | None
    cluster: str | None
    operation: str | None


class GroupStatus(View):
    """An UpdateGroupStatus. The members are None for a group that has none."""

    __slots__ = ("members", "name", "status")
    status: Status | None
    name: str | None
    members: tuple[MemberStatus, ...] | None


class WaitStatus(View):
    """A WaitStatus. The duration is in seconds."""

    __slots__ = ("duration", "status")
    status: Status | None
    duration: int | None


class StageStatus(View):
    """An UpdateStageStatus."""

    __slots__ = ("groups", "name", "status", "wait")
    status: Status | None
    name: str | None
    groups: tuple[GroupStatus, ...] | None
    wait: WaitStatus | None


class ImageVersion(View):
    """A NodeImageVersion."""

    __slots__ = ("version",)
    version: str | None


class SelectionStatus(View):
    """The NodeImageSelectionStatus."""

    __slots__ = ("versions",)
    versions: tuple[ImageVersion, ...] | None


class RunStatus(View):
    """The UpdateRunStatus."""

    __slots__ = ("selection", "stages", "status")
    status: Status | None
    stages: tuple[StageStatus, ...] | None
    selection: SelectionStatus | None


class Upgrade(View):
    """The ManagedClusterUpgradeSpec."""

    __slots__ = ("kubernetes_version", "type")
    type: str
    kubernetes_version: str | None


class Selection(View):
    """The NodeImageSelection."""

    __slots__ = ("type", "versions")
    type: str
    versions: tuple[ImageVersion, ...] | None


class Update(View):
    """The ManagedClusterUpdate."""

    __slots__ = ("selection", "upgrade")
    upgrade: Upgrade
    selection: Selection | None


class SystemData(View):
    """The systemData. Times are nanoseconds."""

    __slots__ = ("created", "modified")
    created: int | None
    modified: int | None


class Properties(View):
    """The inner object of an UpdateRun, `properties`."""

    __slots__ = ("auto_upgrade_profile_id", "status", "strategy", "strategy_id", "update")
    update: Update
    strategy_id: str | None
    strategy: Strategy | None
    status: RunStatus | None
    auto_upgrade_profile_id: str | None


class Run(View):
    """One UpdateRun. `value` is all of it, as it came; `tracked` are its parts that have a status, once they are asked for."""

    __slots__ = ("etag", "id", "name", "properties", "system_data", "tracked", "type", "value")
    id: str | None
    name: str | None
    type: str | None
    etag: str | None
    system_data: SystemData | None
    properties: Properties | None
    value: JSON
    tracked: tuple[View, ...] | None


# Building a view. A field is read from the value at its key; what is absent is None.

_Faults = dict[str | int, Any]
"""What is unsound in a value: each key with what is so below it, or with _WHOLE where all of it is."""

_SOUND: _Faults = {}
_WHOLE: _Faults = {}
_Read = Callable[[JSON, Path, str, _Faults], Any]
"""Reads a value that stands at a key below a path."""

_Part = TypeVar("_Part", bound=View)


def _time(value: JSON, _: Path, __: str, ___: _Faults) -> int | None:
    return None if value is None else date_time(value)


def _seconds(value: JSON, _: Path, __: str, ___: _Faults) -> int:
    return int(value or 0)


def _one(kind: type[View]) -> _Read:
    return lambda value, path, key, faults: None if value is None else _view(kind, value, (*path, key), faults)


def _many(kind: type[View]) -> _Read:
    def read(value: JSON, path: Path, key: str, faults: _Faults) -> tuple[View, ...] | None:
        if value is None:
            return None
        return tuple(_view(kind, item, (*path, key, index), faults.get(index, _SOUND)) for index, item in enumerate(value))

    return read


_FIELDS: dict[type[View], tuple[tuple[str, str, _Read | None], ...]] = {
    Group: (("name", "name", None),),
    Stage: (("name", "name", None), ("groups", "groups", _many(Group)), ("wait", "afterStageWaitInSeconds", _seconds)),
    Strategy: (("stages", "stages", _many(Stage)),),
    Status: (
        ("start", "startTime", _time),
        ("completed", "completedTime", _time),
        ("state", "state", None),
        ("error", "error", None),
    ),
    MemberStatus: (
        ("status", "status", _one(Status)),
        ("name", "name", None),
        ("cluster", "clusterResourceId", None),
        ("operation", "operationId", None),
    ),
    GroupStatus: (("status", "status", _one(Status)), ("name", "name", None), ("members", "members", _many(MemberStatus))),
    WaitStatus: (("status", "status", _one(Status)), ("duration", "waitDurationInSeconds", None)),
    StageStatus: (
        ("status", "status", _one(Status)),
        ("name", "name", None),
        ("groups", "groups", _many(GroupStatus)),
        ("wait", "afterStageWaitStatus", _one(WaitStatus)),
    ),
    ImageVersion: (("version", "version", None),),
    SelectionStatus: (("versions", "selectedNodeImageVersions", _many(ImageVersion)),),
    RunStatus: (
        ("status", "status", _one(Status)),
        ("stages", "stages", _many(StageStatus)),
        ("selection", "nodeImageSelection", _one(SelectionStatus)),
    ),
    Upgrade: (("type", "type", None), ("kubernetes_version", "kubernetesVersion", None)),
    Selection: (("type", "type", None), ("versions", "customNodeImageVersions", _many(ImageVersion))),
    Update: (("upgrade", "upgrade", _one(Upgrade)), ("selection", "nodeImageSelection", _one(Selection))),
    SystemData: (("created", "createdAt", _time), ("modified", "lastModifiedAt", _time)),
    Properties: (
        ("update", "managedClusterUpdate", _one(Update)),
        ("strategy_id", "updateStrategyId", None),
        ("strategy", "strategy", _one(Strategy)),
        ("status", "status", _one(RunStatus)),
        ("auto_upgrade_profile_id", "autoUpgradeProfileId", None),
    ),
    Run: (
        ("id", "id", None),
        ("name", "name", None),
        ("type", "type", None),
        ("etag", "eTag", None),
        ("system_data", "systemData", _one(SystemData)),
        ("properties", "properties", _one(Properties)),
    ),
}
"""The slots of each part, each with its key, and what reads it where it is not taken as it is."""


def _view(kind: type[_Part], value: JSON, path: Path, faults: _Faults) -> _Part:
    part = kind()
    part.path = path
    if faults is not _WHOLE:
        for slot, key, read in _FIELDS[kind]:
            below = faults.get(key, _SOUND)
            if below is not _WHOLE:
                given = value.get(key)
                setattr(part, slot, given if read is None else read(given, path, key, below))
    return part


def _faults(unsound: Collection[Path]) -> _Faults:
    faults: _Faults = {}
    for path in sorted(unsound, key=len):
        above = faults
        for step in path[:-1]:
            above = above.setdefault(step, {})
            if above is _WHOLE:
                break
        else:
            if not path:
                return _WHOLE
            above[path[-1]] = _WHOLE
    return faults


def view(value: JSON, unsound: Collection[Path] = ()) -> Run:
    """Make the view of an UpdateRun, given the paths to whatever in it is not sound."""
    run = _view(Run, value, (), _faults(unsound))
    run.value = value
    run.tracked = None
    return run
