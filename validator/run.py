"""A read-only view of one UpdateRun: what it is asked to do, and the statuses of its stages, groups and members.

The view knows what is sound. A value that the schemas reject, or that a recorder hid, is a slot that was
never filled; whoever reads it gets Unsound, and the engine ends the rule at that place. So rules need no
guards: an absent property is None, and a broken one is not there to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from .findings import JSON, Path
from .formats import date_time


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

    __slots__ = ("cluster", "name", "status")
    status: Status | None
    name: str | None
    cluster: str | None


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
    """One UpdateRun. `value` is all of it, as it came."""

    __slots__ = ("etag", "id", "name", "properties", "system_data", "type", "value")
    id: str | None
    name: str | None
    type: str | None
    etag: str | None
    system_data: SystemData | None
    properties: Properties | None
    value: JSON


# Building a view. A field is read from the value at its key; what is absent is None.

_Read = Callable[[JSON, Path, Collection[Path]], Any]
_Part = TypeVar("_Part", bound=View)


def _as_is(value: JSON, _: Path, __: Collection[Path]) -> JSON:
    return value


def _time(value: JSON, _: Path, __: Collection[Path]) -> int | None:
    return None if value is None else date_time(value)


def _seconds(value: JSON, _: Path, __: Collection[Path]) -> int:
    return int(value or 0)


def _one(kind: type[View]) -> _Read:
    return lambda value, path, unsound: None if value is None else _view(kind, value, path, unsound)


def _many(kind: type[View]) -> _Read:
    def read(value: JSON, path: Path, unsound: Collection[Path]) -> tuple[View, ...] | None:
        if value is None:
            return None
        return tuple(_view(kind, item, (*path, index), unsound) for index, item in enumerate(value))

    return read


_FIELDS: dict[type[View], tuple[tuple[str, str, _Read], ...]] = {
    Group: (("name", "name", _as_is),),
    Stage: (("name", "name", _as_is), ("groups", "groups", _many(Group)), ("wait", "afterStageWaitInSeconds", _seconds)),
    Strategy: (("stages", "stages", _many(Stage)),),
    Status: (
        ("start", "startTime", _time),
        ("completed", "completedTime", _time),
        ("state", "state", _as_is),
        ("error", "error", _as_is),
    ),
    MemberStatus: (("status", "status", _one(Status)), ("name", "name", _as_is), ("cluster", "clusterResourceId", _as_is)),
    GroupStatus: (("status", "status", _one(Status)), ("name", "name", _as_is), ("members", "members", _many(MemberStatus))),
    WaitStatus: (("status", "status", _one(Status)), ("duration", "waitDurationInSeconds", _as_is)),
    StageStatus: (
        ("status", "status", _one(Status)),
        ("name", "name", _as_is),
        ("groups", "groups", _many(GroupStatus)),
        ("wait", "afterStageWaitStatus", _one(WaitStatus)),
    ),
    ImageVersion: (("version", "version", _as_is),),
    SelectionStatus: (("versions", "selectedNodeImageVersions", _many(ImageVersion)),),
    RunStatus: (
        ("status", "status", _one(Status)),
        ("stages", "stages", _many(StageStatus)),
        ("selection", "nodeImageSelection", _one(SelectionStatus)),
    ),
    Upgrade: (("type", "type", _as_is), ("kubernetes_version", "kubernetesVersion", _as_is)),
    Selection: (("type", "type", _as_is), ("versions", "customNodeImageVersions", _many(ImageVersion))),
    Update: (("upgrade", "upgrade", _one(Upgrade)), ("selection", "nodeImageSelection", _one(Selection))),
    SystemData: (("created", "createdAt", _time), ("modified", "lastModifiedAt", _time)),
    Properties: (
        ("update", "managedClusterUpdate", _one(Update)),
        ("strategy_id", "updateStrategyId", _as_is),
        ("strategy", "strategy", _one(Strategy)),
        ("status", "status", _one(RunStatus)),
        ("auto_upgrade_profile_id", "autoUpgradeProfileId", _as_is),
    ),
    Run: (
        ("id", "id", _as_is),
        ("name", "name", _as_is),
        ("type", "type", _as_is),
        ("etag", "eTag", _as_is),
        ("system_data", "systemData", _one(SystemData)),
        ("properties", "properties", _one(Properties)),
    ),
}


def _view(kind: type[_Part], value: JSON, path: Path, unsound: Collection[Path]) -> _Part:
    part = kind()
    part.path = path
    if path not in unsound:
        for slot, key, read in _FIELDS[kind]:
            below = (*path, key)
            if below not in unsound:
                setattr(part, slot, read(value.get(key), below, unsound))
    return part


def view(value: JSON, unsound: Collection[Path] = ()) -> Run:
    """Make the view of an UpdateRun, given the paths to whatever in it is not sound."""
    run = _view(Run, value, (), unsound)
    run.value = value
    return run


# Ways through a run. They pass by what is unsound, so that one broken member does not hide its siblings.


def held(part: View | None, *slots: str) -> Any:
    """Follow slots down from a part, to None where something on the way is absent or unsound."""
    try:
        for slot in slots:
            part = None if part is None else getattr(part, slot)
    except Unsound:
        return None
    return part


def properties(run: Run) -> Iterator[Properties]:
    """Give the inner object of a run, where there is one."""
    found = held(run, "properties")
    if found is not None:
        yield found


def selections(run: Run) -> Iterator[Selection]:
    """Give the node image selection of a run, where there is one."""
    found = held(run, "properties", "update", "selection")
    if found is not None:
        yield found


def upgrades(run: Run) -> Iterator[Upgrade]:
    """Give the upgrade of a run, where there is one."""
    found = held(run, "properties", "update", "upgrade")
    if found is not None:
        yield found


def strategies(run: Run) -> Iterator[Strategy]:
    """Give the strategy of a run, where there is one."""
    found = held(run, "properties", "strategy")
    if found is not None:
        yield found


def stages(run: Run) -> Iterator[Stage]:
    """Give the stages of the strategy."""
    for strategy in strategies(run):
        yield from held(strategy, "stages") or ()


def repeated(parts: Iterable[_Part], key: Callable[[_Part], Any]) -> Iterator[tuple[_Part, _Part]]:
    """Give each part whose key an earlier one has too, behind the first that has it; None is no key."""
    first: dict[Any, _Part] = {}
    for part in parts:
        try:
            name = key(part)
        except Unsound:
            continue
        if name is not None and first.setdefault(name, part) is not part:
            yield first[name], part


Tracked: TypeAlias = RunStatus | StageStatus | GroupStatus | MemberStatus | WaitStatus
"""The parts of a run that have a status of their own."""

KINDS: dict[type[View], str] = {
    RunStatus: "run",
    StageStatus: "stage",
    GroupStatus: "group",
    MemberStatus: "member",
    WaitStatus: "wait",
}


PARTS: dict[type[View], tuple[str, ...]] = {
    RunStatus: ("stages",),
    StageStatus: ("groups", "wait"),
    GroupStatus: ("members",),
    MemberStatus: (),
    WaitStatus: (),
}
"""Where the parts of a part are."""


def children(part: Tracked) -> list[Tracked]:
    """Give the parts whose statuses make up that of a part: stages, groups with the wait behind them, members."""
    found: list[Tracked] = []
    for slot in PARTS[type(part)]:
        below = held(part, slot)
        found.extend(below if isinstance(below, tuple) else () if below is None else (below,))
    return found


def tracked(run: Run) -> Iterator[Tracked]:
    """Give every part of a run that has a status, each before its children."""
    top = held(run, "properties", "status")
    pending: list[Tracked] = [] if top is None else [top]
    while pending:
        part = pending.pop()
        yield part
        pending.extend(reversed(children(part)))


def statuses(run: Run) -> Iterator[Status]:
    """Give every status of a run."""
    for part in tracked(run):
        status = held(part, "status")
        if status is not None:
            yield status


@dataclass(frozen=True, slots=True)
class Family:
    """A part of a run with one of its children, and the statuses of both."""

    parent: Tracked
    child: Tracked

    @property
    def above(self) -> str:
        """What the parent is: a run, a stage or a group."""
        return KINDS[type(self.parent)]

    @property
    def statuses(self) -> tuple[Status, Status] | None:
        """The statuses of parent and child, where both have one."""
        above, below = self.parent.status, self.child.status
        return None if above is None or below is None else (above, below)


def families(run: Run) -> Iterator[Family]:
    """Give every pair of a part and one of its children."""
    for part in tracked(run):
        for child in children(part):
            yield Family(part, child)


def stage_statuses(run: Run) -> Iterator[StageStatus]:
    """Give the statuses of the stages."""
    for part in tracked(run):
        if isinstance(part, StageStatus):
            yield part


def group_statuses(run: Run) -> Iterator[GroupStatus]:
    """Give the statuses of the groups."""
    for part in tracked(run):
        if isinstance(part, GroupStatus):
            yield part


@dataclass(frozen=True, slots=True)
class Planned:
    """The status of a stage with the stage of the strategy that it is about; None for a run without a strategy."""

    stage: Stage | None
    status: StageStatus


def planned(run: Run) -> Iterator[Planned]:
    """Give the status of each stage with the stage of the strategy which has its name and its position."""
    inner = held(run, "properties")
    try:
        strategy = None if inner is None else inner.strategy
        strategy_id = None if inner is None else inner.strategy_id
    except Unsound:
        return
    for index, status in enumerate(held(inner, "status", "stages") or ()):
        if strategy is not None:
            stages_there = held(strategy, "stages") or ()
            stage = stages_there[index] if index < len(stages_there) else None
            if stage is not None and held(stage, "name") == held(status, "name") is not None:
                yield Planned(stage, status)
        elif strategy_id is None and len(inner.status.stages) == 1:  # more stages are another rule's affair
            yield Planned(None, status)
