"""Rules about progress: how the statuses of a run agree with each other and with the strategy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..findings import Severity
from ..pointer import JSON, Path, walk
from ..run.nodes import PARTS, Node, Part, Unreliable, duplicates, is_unreliable, lacks, reliable
from ..run.spec import uses_selector
from ..run.transitions import STEPS
from ..wording import count, listed, show
from .rule import RESPONSE, Issue, rule

DONE = ("Completed", "Skipped")
"""The states of a part after which the service starts the next one."""

BEGUN = ("Running", "Stopping", "Failed", "Completed")
"""The states that a stage can have only once its turn has come."""

ALLOWED = {"Completed": DONE, "Skipped": ("Skipped",), "NotStarted": tuple(state for state in STEPS if state != "Failed")}
"""The states that the parts of a whole may be in, where the state of the whole restricts them."""


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRun", on="UpdateRun.properties")
def default_run_shape(run: Node) -> Iterator[Issue]:
    """A run without a strategy must have one stage with one group in its status.

    Without `strategy` and `updateStrategyId` the members are updated one after another. The status shows this as a single stage with a
    single group, both named `default`.

    Fix: Compare `status` with the request: add the `strategy` that the status follows, or reduce the status to one stage with one
    group.

    Example, on a response:
        /properties/strategy

    Example, on a response:
        /properties/strategy
        /properties/status/stages = [{"name": "default", "status": {"state": "NotStarted"}, "groups": [{"name": "default"}, {"name": "other"}]}]
    """
    if run.value.get("strategy") is not None or run.value.get("updateStrategyId") is not None:
        return
    status = run.value.get("status")
    if status is None:
        return
    stages = status.get("stages")
    if len(stages or ()) != 1:
        where = run.at("status") if stages is None else run.at("status", "stages")
        yield Issue(where, f"expected one stage in a run without a strategy, found {len(stages or ()) or 'none'}")
        return
    groups = stages[0].get("groups")
    if len(groups or ()) != 1:
        where = run.at("status", "stages", 0) if groups is None else run.at("status", "stages", 0, "groups")
        yield Issue(where, f"expected one group in a run without a strategy, found {len(groups or ()) or 'none'}")


@rule(Severity.WARNING, RESPONSE, "live#strategy", on=("UpdateRun.properties", "UpdateStageStatus"))
def status_mirrors_strategy(shown: Node) -> Iterator[Issue]:
    """The status must have the stages and the groups of the strategy, by name and in order.

    The service makes the status from the strategy; in every observed response the two agree.

    Fix: Compare `status.stages` with `strategy.stages`, and correct the names or their order in the one that is wrong.

    Example, on a response:
        /properties/status/stages/1/groups/0/name = "asia"

    Example, on a response:
        /properties/status/stages/1
    """
    if isinstance(shown, Part):
        stage = _planned(shown)
        asked = stage.get("groups") if stage else None  # with a memberSelector, a stage needs none
        difference = None if asked is None else _difference("group", asked, shown.value.get("groups"))
    else:
        strategy, status = shown.value.get("strategy"), shown.value.get("status")
        difference = None if strategy is None or status is None else _difference("stage", strategy["stages"], status.get("stages"))
    if difference is not None:
        message, below_status, below_strategy = difference
        if isinstance(shown, Part):
            where, origin = shown.at(*below_status), shown.run.at("strategy", "stages", shown.key[1], "groups", *below_strategy)
        else:
            where, origin = shown.at("status", *below_status), shown.at("strategy", "stages", *below_strategy)
        yield Issue(where, message, ((origin, "the strategy"),))


def _difference(what: str, asked: Sequence[Any], shown: Sequence[Any] | None) -> tuple[str, Path, Path] | None:
    """Return how the stages or groups in strategy and status differ, in their number or else in their first names, None if they do not.

    The message comes with the paths to the difference, from the object with the list in the status, and from the list in the strategy.
    """
    if shown is None or len(asked) != len(shown):
        where: Path = () if shown is None else (f"{what}s",)
        return f"expected the {count(len(asked), what)} of the strategy, found {len(shown or ()) or 'none'}", where, ()
    for index, part in enumerate(asked):
        try:
            name, found = part["name"], shown[index].get("name")
        except Unreliable:
            continue
        if name != found:
            where = (f"{what}s", index) if found is None else (f"{what}s", index, "name")
            return (
                f"expected {what} {show(name)} as in the strategy, found {'no name' if found is None else show(found)}",
                where,
                (index, "name"),
            )
    return None


def _planned(status: Node) -> Any:
    """Return the stage of the strategy that has the name and the position of a stage's status.

    It is empty in a run without a strategy, and None where no stage is known.
    """
    run: JSON = status.parent.parent.value  # type: ignore[union-attr] # above a stage's status are the run's status and its properties
    strategy = run.get("strategy")
    if strategy is None:
        is_alone = run.get("updateStrategyId") is None and len(run["status"]["stages"]) == 1  # more are another rule's affair
        return {} if is_alone else None
    stages, index = strategy["stages"], int(status.key[1])
    is_there = index < len(stages) and stages[index]["name"] == status.value.get("name")
    return stages[index] if is_there else None


@rule(Severity.WARNING, RESPONSE, "live#strategy", on="WaitStatus")
def wait_duration_mismatch(wait: Part) -> Iterator[Issue]:
    """The duration of a wait must be the one that the strategy sets for its stage.

    The service copies it; in every observed response the two are equal.

    Fix: Compare `waitDurationInSeconds` with `afterStageWaitInSeconds` of the stage in `strategy`, and correct the one that is wrong.

    Example, on a response:
        /properties/status/stages/0/afterStageWaitStatus/waitDurationInSeconds = 60
    """
    seconds, status = wait.value.get("waitDurationInSeconds"), wait.parent
    stage = None if seconds is None else _planned(status)
    asked = int(stage.get("afterStageWaitInSeconds") or 0) if stage else 0
    if asked > 0 and seconds != asked:
        origin = wait.run.at("strategy", "stages", status.key[1], "afterStageWaitInSeconds")
        message = f"expected a wait of {count(asked, 'second')} as in the strategy, found {show(seconds)}"
        yield Issue(wait.at("waitDurationInSeconds"), message, ((origin, "the strategy"),))


@rule(Severity.WARNING, RESPONSE, "live#strategy", on="UpdateStageStatus")
def wait_status_unexpected(status: Part) -> Iterator[Issue]:
    """A stage must have the status of a wait if it has a wait above 0, and must not have one otherwise.

    All observed responses agree. A run without a strategy has no waits.

    Fix: Compare the stage with its `afterStageWaitInSeconds` in `strategy`, and add or remove `afterStageWaitStatus`.

    Example, on a response:
        /properties/status/stages/0/afterStageWaitStatus

    Example, on a response:
        /properties/strategy/stages/0/afterStageWaitInSeconds = 0
    """
    stage = _planned(status)
    if stage is None:
        return
    seconds = stage.get("afterStageWaitInSeconds") or 0
    wait = status.value.get("afterStageWaitStatus")
    if seconds > 0 and wait is None:
        yield Issue(status.path, f"expected a status for the wait of {count(int(seconds), 'second')}, found none")
    elif seconds <= 0 and wait is not None:
        yield Issue(status.at("afterStageWaitStatus"), "expected no status of a wait for a stage without a wait, found one")


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRunStrategy", on="UpdateRunStatus")
def stage_out_of_order(run: Part) -> Iterator[Issue]:
    """A stage must not begin before the stages before it are Completed or Skipped.

    Stages are executed one after another. So a stage that is Running, Stopping, Failed or Completed has none
    before it which is anything else.

    Fix: Compare the states and times of the two stages, and correct the state that does not match its members.

    Example, on a response:
        /properties/status/stages/1/status = {"state": "Running", "startTime": "2025-04-08T09:40:00Z"}
        /properties/status/stages/1/groups/0/status = {"state": "Running", "startTime": "2025-04-08T09:40:00Z"}

    Example, on a response:
        /properties/status/stages/1/status = {"state": "Stopping", "startTime": "2025-04-08T09:40:00Z"}
    """
    unfinished: Part | None = None
    for stage in run.parts:
        state = stage.state
        if unfinished is not None and state in BEGUN:
            message = f"{stage.title} is {state} while the earlier {unfinished.title} is {unfinished.state}"
            yield Issue(stage.at("status", "state"), message, ((unfinished.at("status", "state"), "the earlier stage"),))
        if unfinished is None and state is not None and state not in DONE:
            unfinished = stage


def _allows_more(run: Part) -> bool:
    """Return whether an object anywhere in the run's strategy has the maxConcurrency of later api-versions, above 1."""
    strategy = dict.get(run.run.value, "strategy")  # reliable or not
    return any(path[-1:] == ("maxConcurrency",) and value not in (1, "1") for path, value in walk(strategy))


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRunStrategy", on="UpdateRunStatus", without="UpdateGroupStatus.maxConcurrency")
def members_in_parallel(run: Part) -> Iterator[Issue]:
    """The members of a group must be updated one at a time.

    Groups of a stage run in parallel, but the clusters of a group one after another: no observed response has two of them Running.
    Later api-versions allow more with `maxConcurrency`.

    Fix: Compare the times of the two members, and correct the state of the one that has ended or not begun.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/2/status = {"state": "Running", "startTime": "2025-04-08T09:53:00Z"}
    """
    groups = [[member for member in group.parts if member.state == "Running"] for stage in run.parts for group in stage.parts]
    parallel = [running for running in groups if len(running) > 1]
    if not parallel or _allows_more(run):
        return
    for first, *others in parallel:
        title, related = first.title, ((first.at("status", "state"), "the other member"),)
        for member in others:
            yield Issue(member.at("status", "state"), f"{member.title} is Running at the same time as {title} of its group", related)


@rule(Severity.WARNING, RESPONSE, "docs#update-orchestration", on="UpdateRunStatus")
def cluster_in_two_groups(run: Part) -> Iterator[Issue]:
    """A cluster must occur once in a run.

    A member belongs to one group. Two members are one cluster if their resource ids are equal, whatever their case, or if
    their names are and one of them has no resource id.

    Fix: Compare the two groups, and remove the cluster from the one that should not update it.

    Example, on a response:
        /properties/status/stages/1/groups/0/members/0/clusterResourceId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/clusters/providers/Microsoft.ContainerService/managedClusters/canary-1"

    Example, on a response:
        /properties/status/stages/0/groups/0/members/1/clusterResourceId = "/SUBSCRIPTIONS/01234567-89AB-CDEF-0123-456789ABCDEF/RESOURCEGROUPS/CLUSTERS/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/CANARY-1"

    Example, on a response:
        /properties/status/stages/1/groups/0/members/0/clusterResourceId
        /properties/status/stages/1/groups/0/members/0/name = "canary-1"
    """

    def cluster(member: Part) -> str | None:
        identity = member.value.get("clusterResourceId")
        return None if identity is None else identity.lower()

    members = [member for stage in run.parts for group in stage.parts for member in group.parts]
    found = [(one, other, "clusterResourceId") for one, other in duplicates(members, cluster)]
    try:
        has_names_alone = None in [member.value.get("clusterResourceId") for member in members]
    except Unreliable:
        has_names_alone = True
    if has_names_alone:
        found += [(one, other, "name") for one, other in _of_one_name(members)]
    if found and uses_selector(reliable(run.run.value, "strategy")):
        return  # whether a cluster may be selected twice is not documented
    for one, other, what in found:
        first, again = members[one], members[other]
        message = f"the cluster of {again.title} is already a member in this run, as {first.title}"
        yield Issue(again.at(what), message, ((first.at(what), "the first place"),))


def _of_one_name(members: Iterable[Part]) -> Iterator[tuple[int, int]]:
    """Yield the indices of the first member of a name and of each later one, where one of the two has no resource id."""
    first: dict[str, int] = {}
    first_without_id: dict[str, int] = {}
    for index, member in enumerate(members):
        name = reliable(member.value, "name")
        if name is None or is_unreliable(member.value, "clusterResourceId"):
            continue
        is_without_id = lacks(member.value, "clusterResourceId")
        other = (first if is_without_id else first_without_id).get(name)
        if other is not None:
            yield other, index
        first.setdefault(name, index)
        if is_without_id:
            first_without_id.setdefault(name, index)


@rule(
    Severity.WARNING,
    RESPONSE,
    "live#states",
    on=("UpdateRunStatus", "UpdateStageStatus", "UpdateGroupStatus"),
    states=tuple(ALLOWED),
)
def state_roll_up(whole: Part) -> Iterator[Issue]:
    """The state of a run, a stage or a group must agree with the states of its parts.

    Parts of a Completed whole are Completed or Skipped, and parts of a Skipped whole are Skipped. A whole with a Failed part is not
    NotStarted, Completed or Skipped.

    Fix: Compare the state of the part with its times and error. Correct it if they do not match; otherwise correct the state of the
    whole.

    Example, on a response:
        /properties/status/stages/1/groups/0/status/state = "Skipped"

    Example, on a completed run:
        /properties/status/stages/0/groups/0/members/0/status = {"state": "Stopped", "startTime": "2025-04-08T09:31:00.457755418Z"}

    Example, on a response:
        /properties/status/stages/1/groups/0/members/0/status = {"state": "Failed", "error": {"code": "UpgradeFailed", "message": "The upgrade failed."}}
    """
    allowed = ALLOWED[str(whole.state)]
    for part in whole.parts:
        if part.state not in allowed and part.state is not None:
            if (
                part.kind == "member"
                and (whole.state, part.state) == ("Completed", "Failed")
                and not lacks(whole.value, "maxAllowedFailures")
            ):
                continue  # another rule compares the number of failures with what is tolerated
            what = "no failure" if whole.state == "NotStarted" else listed(list(allowed), "or")
            message = f"expected {what} in a {whole.kind} that is {whole.state}, found {part.title} {part.state}"
            yield Issue(part.at("status", "state"), message, ((whole.at("status", "state"), f"the {whole.kind}"),))


@rule(Severity.WARNING, RESPONSE, "rest#UpdateStatus", on=PARTS, states=("Failed",))
def failed_without_error(part: Part) -> Iterator[Issue]:
    """A Failed status, or one above or below it, must have an error.

    Without one, a client cannot report why the update failed. The innermost Failed status is reported.

    Fix: Add an `error` with a code and a message to the Failed status.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/1/status/state = "Failed"
        /properties/status/stages/0/groups/0/members/1/status/completedTime = "2025-04-08T10:00:00Z"
    """
    below = part.tree()[1:]
    if any(other.state == "Failed" for other in below):
        return
    above = [part]
    while isinstance(whole := above[-1].parent, Part):
        above.append(whole)
    if not any(map(_explains, (*above, *below))):
        yield Issue(part.at("status"), f"{part.title} is Failed, and nothing says why")


def _explains(part: Part) -> bool:
    """Return whether a part has an error, or may have one where it is unreliable."""
    try:
        for name in ("stages", "groups", "afterStageWaitStatus", "members"):
            part.value.get(name)
        status = part.value.get("status")
        return status is not None and status.get("error") is not None
    except Unreliable:
        return True


@rule(Severity.WARNING, RESPONSE, "rest#UpdateStage", on="WaitStatus", states=("Running", "Completed"))
def wait_before_groups(wait: Part) -> Iterator[Issue]:
    """The wait after a stage must not begin before its groups are Completed or Skipped.

    It is Running or Completed only where every group of the stage is Completed or Skipped.

    Fix: Compare the states and times of the wait and the group, and correct the state that does not match its times.

    Example, on a response:
        /properties/status/stages/0/afterStageWaitStatus/status = {"state": "Running", "startTime": "2025-04-08T10:00:00Z"}

    Example, on a response:
        /properties/status/stages/0/afterStageWaitStatus/status = {"state": "Completed", "startTime": "2025-04-08T10:00:00Z", "completedTime": "2025-04-08T11:00:00Z"}
    """
    for group in wait.parent.parts:
        if group.kind == "group" and group.state is not None and group.state not in DONE:
            message = f"the wait is {wait.state} while {group.title} is {group.state}"
            yield Issue(wait.at("status", "state"), message, ((group.at("status", "state"), "the group"),))
            break
