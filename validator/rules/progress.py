"""Rules about progress: what the statuses of a run show, and how they fit together and with the strategy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..findings import Severity
from ..pointer import JSON, Path
from ..run.parts import (
    KINDS,
    PARTS,
    Family,
    Planned,
    Tracked,
    children,
    families,
    group_statuses,
    held,
    planned,
    properties,
    repeated,
    run_statuses,
    stage_statuses,
    tracked,
)
from ..run.view import Group, GroupStatus, MemberStatus, Properties, Run, RunStatus, Stage, StageStatus, Unsound, View
from ..wording import count, listed, show
from .rule import RESPONSE, Issue, rule

DONE = ("Completed", "Skipped")
"""The states behind which the service goes on to what comes next."""

BEGUN = ("Running", "Stopping", "Failed", "Completed")
"""The states of a stage whose turn has come."""


ALLOWED = {"Completed": DONE, "Skipped": ("Skipped",)}
"""The states of the parts of what is done."""


def rolls_up(above: str, below: str) -> bool:
    """Tell whether a part may be in one state while the whole is in another."""
    return below in ALLOWED.get(above, (below,)) and not (below == "Failed" and above == "NotStarted")


def _state(part: Tracked) -> str | None:
    return None if part.status is None else part.status.state


def _named(part: Tracked) -> str:
    """Write what a part is, with its name: `group "eu"`."""
    name = held(part, "name") if isinstance(part, StageStatus | GroupStatus | MemberStatus) else None
    return KINDS[type(part)] if name is None else f"{KINDS[type(part)]} {show(name)}"


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRun", over=properties)
def default_run_shape(run: Properties) -> Iterator[Issue]:
    """A run without a strategy shows one stage with one group.

    Without `strategy` and `updateStrategyId` the members are updated one after another, which the status shows as
    a single stage with a single group, both of the name `default`.

    Fix: Give the run the strategy that its status follows, or its status the one stage with the one group.

    Example, on a response:
        /properties/strategy
    """
    if run.strategy is not None or run.strategy_id is not None or run.status is None:
        return
    stages = run.status.stages or ()
    if len(stages) != 1:
        where = run.status.path if run.status.stages is None else run.status.at("stages")
        yield Issue(where, f"expected one stage in a run without a strategy, found {len(stages) or 'none'}")
        return
    groups = stages[0].groups or ()
    if len(groups) != 1:
        where = stages[0].path if stages[0].groups is None else stages[0].at("groups")
        yield Issue(where, f"expected one group in a run without a strategy, found {len(groups) or 'none'}")


@rule(Severity.WARNING, RESPONSE, "live#strategy", over=properties)
def status_mirrors_strategy(run: Properties) -> Iterator[Issue]:
    """The status has the stages and the groups of the strategy, by name and in order.

    The service makes the status from the strategy; in every observed response the two agree.

    Fix: Make the names and their order in `status` those in `strategy`.

    Example, on a response:
        /properties/status/stages/1/groups/0/name = "asia"
    """
    if run.strategy is None or run.status is None:
        return
    asked, shown = run.strategy.stages, run.status.stages
    yield from _unlike("stage", asked, shown, run.status, run.strategy.at("stages"))
    for stage, status in zip(asked, shown or (), strict=False):
        groups = held(stage, "groups")
        if groups is not None and not status.is_unsound("groups") and held(stage, "name") == held(status, "name") is not None:
            yield from _unlike("group", groups, status.groups, status, stage.at("groups"))


def _unlike(
    what: str, asked: Sequence[Stage | Group], shown: Sequence[StageStatus | GroupStatus] | None, holder: View, origin: Path
) -> Iterator[Issue]:
    """Say where two lists of parts differ: in their lengths, or else in the first name of those that are sound."""
    if len(asked) != len(shown or ()):
        where = holder.path if shown is None else holder.at(f"{what}s")
        message = f"expected the {count(len(asked), what)} of the strategy, found {len(shown or ()) or 'none'}"
        yield Issue(where, message, ((origin, "the strategy"),))
        return
    for index, (part, status) in enumerate(zip(asked, shown or (), strict=True)):
        if part.is_unsound("name") or status.is_unsound("name") or part.name == status.name:
            continue
        where, seen = (status.path, "no name") if status.name is None else (status.at("name"), show(status.name))
        yield Issue(
            where, f"expected {what} {show(part.name)} as in the strategy, found {seen}", (((*origin, index, "name"), "the strategy"),)
        )
        return


@rule(Severity.WARNING, RESPONSE, "live#strategy", over=planned)
def wait_duration_mismatch(target: Planned) -> Iterator[Issue]:
    """The duration of a wait is the one that the strategy sets for its stage.

    The service copies it; in every observed response the two are equal.

    Fix: Make `waitDurationInSeconds` equal to the stage's `afterStageWaitInSeconds`.

    Example, on a response:
        /properties/status/stages/0/afterStageWaitStatus/waitDurationInSeconds = 60
    """
    stage, wait = target.stage, target.status.wait
    if stage is None or wait is None or wait.duration is None or stage.wait <= 0:
        return
    if wait.duration != stage.wait:
        message = f"expected a wait of {count(stage.wait, 'second')} as in the strategy, found {show(wait.duration)}"
        yield Issue(wait.at("waitDurationInSeconds"), message, ((stage.at("afterStageWaitInSeconds"), "the strategy"),))


@rule(Severity.WARNING, RESPONSE, "live#strategy", over=planned)
def wait_status_unexpected(target: Planned) -> Iterator[Issue]:
    """A stage shows the status of a wait if, and only if, it has a wait above 0.

    So do all observed responses; a run without a strategy has no waits.

    Fix: Add `afterStageWaitStatus` to the stage's status, or take it away, as the strategy says.

    Example, on a response:
        /properties/status/stages/0/afterStageWaitStatus
    """
    seconds = 0 if target.stage is None else target.stage.wait
    wait = target.status.wait
    if seconds > 0 and wait is None:
        yield Issue(target.status.path, f"expected a status for the wait of {count(seconds, 'second')}, found none")
    elif seconds <= 0 and wait is not None:
        yield Issue(wait.path, "expected no status of a wait for a stage without a wait, found one")


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRunStrategy", over=run_statuses)
def stage_out_of_order(run: RunStatus) -> Iterator[Issue]:
    """A stage begins when the stages before it are Completed or Skipped.

    Stages are executed one after another. So a stage that is Running, Stopping, Failed or Completed has none
    before it which is anything else.

    Fix: Look at which of the two stages has the wrong state.

    Example, on a response:
        /properties/status/stages/1/status = {"state": "Running", "startTime": "2025-04-08T09:40:00Z"}
        /properties/status/stages/1/groups/0/status = {"state": "Running", "startTime": "2025-04-08T09:40:00Z"}
    """
    unfinished: StageStatus | None = None
    for stage in run.stages or ():
        state = held(stage, "status", "state")
        if unfinished is not None and state in BEGUN:
            before = held(unfinished, "status", "state")
            message = f"{_named(stage)} is {state} while the earlier {_named(unfinished)} is {before}"
            yield Issue(stage.at("status", "state"), message, ((unfinished.at("status", "state"), "the earlier stage"),))
        if unfinished is None and state is not None and state not in DONE:
            unfinished = stage


def _running(group: GroupStatus) -> list[MemberStatus]:
    return [member for member in held(group, "members") or () if held(member, "status", "state") == "Running"]


def _crowded(run: Run) -> Sequence[GroupStatus]:
    crowded = [group for group in group_statuses(run) if len(_running(group)) > 1]
    return crowded if crowded and not _allows_more(run.value["properties"].get("strategy")) else ()


def _allows_more(strategy: JSON) -> bool:
    """Tell whether an object anywhere in a strategy has the maxConcurrency of later api-versions, above 1."""
    pending = [strategy]
    while pending:
        node = pending.pop()
        if isinstance(node, dict) and node.get("maxConcurrency", 1) not in (1, "1"):
            return True
        pending.extend(node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
    return False


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRunStrategy", over=_crowded)
def members_in_parallel(group: GroupStatus) -> Iterator[Issue]:
    """The members of a group are updated one at a time.

    Groups of a stage run side by side, but the clusters within a group one after another; no observed response has
    two of them Running. Later api-versions have a `maxConcurrency`, with which they may be.

    Fix: Look at which of the two members has the wrong state.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/2/status = {"state": "Running", "startTime": "2025-04-08T09:53:00Z"}
    """
    first, *others = _running(group)
    for member in others:
        message = f"{_named(member)} is Running at the same time as {_named(first)} of its group"
        yield Issue(member.at("status", "state"), message, ((first.at("status", "state"), "the other member"),))


@rule(Severity.WARNING, RESPONSE, "docs#update-orchestration")
def cluster_in_two_groups(run: Run) -> Iterator[Issue]:
    """A cluster occurs once in a run.

    A member belongs to one group. Clusters are told apart by their resource ids, whatever their case, and where
    there is none by the member's name.

    Fix: Take the cluster out of one of the two places.

    Example, on a response:
        /properties/status/stages/1/groups/0/members/0/clusterResourceId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/clusters/providers/Microsoft.ContainerService/managedClusters/canary-1"
    """

    def key(member: MemberStatus) -> tuple[str, str] | None:
        if member.cluster is not None:
            return "cluster", member.cluster.lower()
        return None if member.name is None else ("name", member.name)

    members = (part for part in tracked(run) if isinstance(part, MemberStatus))
    for first, again in repeated(members, key):
        what = "name" if again.cluster is None else "clusterResourceId"
        message = f"the cluster of {_named(again)} is already a member in this run, as {_named(first)}"
        yield Issue(again.at(what), message, ((first.at(what), "the first place"),))


@rule(Severity.WARNING, RESPONSE, "live#states", over=families)
def state_roll_up(family: Family) -> Iterator[Issue]:
    """The state of a run, a stage or a group agrees with the states of its parts.

    Under Completed all is Completed or Skipped, and under Skipped all is Skipped. What has failed below does not
    leave what is above NotStarted, Completed or Skipped.

    Fix: Look at whether the part or the whole has the wrong state.

    Example, on a response:
        /properties/status/stages/1/groups/0/status/state = "Skipped"
    """
    part, child = family.parent, family.child
    state, below = _state(part), held(child, "status", "state")
    if state is not None and below is not None and not rolls_up(state, below):
        allowed = ALLOWED.get(state)
        what = f"{listed(list(allowed), 'or')}" if allowed else "no failure"
        message = f"expected {what} in a {family.above} that is {state}, found {_named(child)} {below}"
        yield Issue(child.at("status", "state"), message, ((part.at("status", "state"), f"the {family.above}"),))


@rule(Severity.WARNING, RESPONSE, "rest#UpdateStatus")
def failed_without_error(run: Run) -> Iterator[Issue]:
    """Something that has Failed says why.

    The error stands on what has failed, or on something above or below it. What is reported is the innermost
    failure.

    Fix: Give the failed status its `error`.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/1/status/state = "Failed"
        /properties/status/stages/0/groups/0/members/1/status/completedTime = "2025-04-08T10:00:00Z"
    """
    top = held(run, "properties", "status")
    if any(held(part, "status", "state") == "Failed" for part in tracked(run)):
        yield from _unexplained(top, explained=False)


def _unexplained(part: Tracked, *, explained: bool) -> Iterator[Issue]:
    """Give the innermost failures that neither they, nor what is above or below them, explain."""
    explained = explained or _explains(part)
    below = children(part)
    if held(part, "status", "state") != "Failed" or any(map(_any_failure, below)):
        for child in below:
            yield from _unexplained(child, explained=explained)
    elif not explained and not any(map(_any_explanation, below)):
        yield Issue(part.at("status"), f"{_named(part)} is Failed, and nothing says why")


def _any_failure(part: Tracked) -> bool:
    return held(part, "status", "state") == "Failed" or any(map(_any_failure, children(part)))


def _any_explanation(part: Tracked) -> bool:
    return _explains(part) or any(map(_any_explanation, children(part)))


def _explains(part: Tracked) -> bool:
    """Tell whether a part has an error, or may have one where it is unsound."""
    try:
        for slot in PARTS[type(part)]:
            getattr(part, slot)
        return part.status is not None and part.status.error is not None
    except Unsound:
        return True


@rule(Severity.WARNING, RESPONSE, "rest#UpdateStage", over=stage_statuses)
def wait_before_groups(stage: StageStatus) -> Iterator[Issue]:
    """The wait after a stage begins when its groups are done.

    It is Running or Completed only where every group of the stage is Completed or Skipped.

    Fix: Look at whether the wait or the group has the wrong state.

    Example, on a response:
        /properties/status/stages/0/afterStageWaitStatus/status = {"state": "Running", "startTime": "2025-04-08T10:00:00Z"}
    """
    state = None if stage.wait is None else _state(stage.wait)
    if stage.wait is None or state not in ("Running", "Completed"):
        return
    for group in stage.groups or ():
        below = held(group, "status", "state")
        if below is not None and below not in DONE:
            message = f"the wait is {state} while {_named(group)} is {below}"
            yield Issue(stage.wait.at("status", "state"), message, ((group.at("status", "state"), "the group"),))
            break
