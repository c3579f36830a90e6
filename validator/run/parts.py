"""Ways through a run: its parts, one after another, and the pairs of them that rules look at.

They pass by what is unsound, so that one broken member does not hide its siblings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

from .view import (
    GroupStatus,
    MemberStatus,
    Properties,
    Run,
    RunStatus,
    Selection,
    Stage,
    StageStatus,
    Status,
    Strategy,
    Unsound,
    Upgrade,
    View,
    WaitStatus,
)

_Part = TypeVar("_Part", bound=View)


def held(part: View | None, *slots: str) -> Any:
    """Follow slots down from a part, to None where something on the way is absent or unsound."""
    try:
        for slot in slots:
            part = None if part is None else getattr(part, slot)
    except Unsound:
        return None
    return part


def _one(*slots: str) -> Callable[[Run], Sequence[Any]]:
    """Make a way to the part that slots lead to, if there is one."""

    def reached(run: Run) -> Sequence[Any]:
        found = held(run, *slots)
        return () if found is None else (found,)

    return reached


properties: Callable[[Run], Sequence[Properties]] = _one("properties")
selections: Callable[[Run], Sequence[Selection]] = _one("properties", "update", "selection")
upgrades: Callable[[Run], Sequence[Upgrade]] = _one("properties", "update", "upgrade")
strategies: Callable[[Run], Sequence[Strategy]] = _one("properties", "strategy")
run_statuses: Callable[[Run], Sequence[RunStatus]] = _one("properties", "status")
"""The parts that a run has one of, where it has it."""


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


def tracked(run: Run) -> Sequence[Tracked]:
    """List every part of a run that has a status, each before its children."""
    if run.tracked is None:
        run.tracked = tuple(_tracked(run))
    return cast("Sequence[Tracked]", run.tracked)


def _tracked(run: Run) -> Iterator[Tracked]:
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
        alone = strategy is None and inner is not None and inner.strategy_id is None
    except Unsound:
        return
    for index, status in enumerate(held(inner, "status", "stages") or ()):
        if strategy is not None:
            stages_there = held(strategy, "stages") or ()
            stage = stages_there[index] if index < len(stages_there) else None
            if stage is not None and held(stage, "name") == held(status, "name") is not None:
                yield Planned(stage, status)
        elif alone and len(inner.status.stages) == 1:  # more stages are another rule's affair
            yield Planned(None, status)
