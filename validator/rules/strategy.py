"""Rules about the strategy: its stages, groups and waits, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from ..findings import Severity
from ..run.nodes import Node, dig, duplicates, lacks
from ..wording import show
from .rule import BOTH, REQUEST, RESPONSE, Issue, rule

MAX_GROUPS = 50
"""Groups that a stage can have."""


@rule(Severity.ERROR, BOTH, "rest#UpdateStage", on="UpdateRunStrategy")
def stage_name_duplicate(strategy: Node) -> Iterator[Issue]:
    """A stage name must be unique in a run.

    Progress is reported, and stages are skipped, by name.

    Fix: Rename one of the two stages.

    Example, on a request:
        /properties/strategy/stages/1/name = "canary"

    Example, on a response:
        /properties/strategy/stages/1/name = "canary"
        /properties/status/stages/1/name = "canary"
    """
    stages = strategy.value["stages"]
    for first, again in duplicates(stages, itemgetter("name")):
        message = f"a second stage has the name {show(stages[again]['name'])}"
        yield Issue(strategy.at("stages", again, "name"), message, ((strategy.at("stages", first, "name"), "the first stage of the name"),))


@rule(Severity.ERROR, BOTH, "rest#UpdateRunStrategy", on="UpdateRunStrategy")
def group_duplicate(strategy: Node) -> Iterator[Issue]:
    """A group must occur once in a run, in one stage only.

    Its members would be updated twice. Groups are member groups of the fleet, identified by name.

    Fix: Remove the second entry, or the one in the stage that should not update the group.

    Example, on a request:
        /properties/strategy/stages/1/groups/0/name = "canary-eu"

    Example, on a request:
        /properties/strategy/stages/1/groups/1/name = "eu"

    Example, on a response:
        /properties/strategy/stages/1/groups/1/name = "eu"
        /properties/status/stages/1/groups/1/name = "eu"
    """
    by_stage = [dig(stage, "groups") or () for stage in strategy.value["stages"]]
    groups = [group for groups in by_stage for group in groups]
    repeated = [*duplicates(groups, itemgetter("name"))]
    if not repeated:
        return
    paths = [("stages", stage, "groups", index, "name") for stage, groups in enumerate(by_stage) for index in range(len(groups))]
    for first, again in repeated:
        if paths[again][1] != paths[first][1] and not any(lacks(groups[each], "memberSelector") for each in (first, again)):
            continue  # the names are no member groups, and there is a rule of its own about them
        where = "this stage" if paths[again][1] == paths[first][1] else "an earlier stage"
        message = f"the group {show(groups[again]['name'])} is already in {where}"
        yield Issue(strategy.at(*paths[again]), message, ((strategy.at(*paths[first]), "the group's first place"),))


@rule(Severity.ERROR, REQUEST, "rest#UpdateRun", on="UpdateRun.properties", needs="UpdateRun.properties.updateStrategyId")
def strategy_and_strategy_id(run: Node) -> Iterator[Issue]:
    """A request must not set both strategy and updateStrategyId.

    The service copies the strategy that `updateStrategyId` names, and does not know which of the two to follow. A response has both, as
    the copy is in `strategy`.

    Fix: Remove `updateStrategyId` to use the stages of the request, or `strategy` to use the named one.

    Example, on a request:
        /properties/updateStrategyId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateStrategies/weekly"
    """
    if run.value.get("strategy") is not None and run.value.get("updateStrategyId") is not None:
        message = "expected a strategy or an updateStrategyId, found both"
        yield Issue(run.at("updateStrategyId"), message, ((run.at("strategy"), "the strategy"),))


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRun", on="UpdateRun.properties", needs="UpdateRun.properties.updateStrategyId")
def strategy_snapshot_missing(run: Node) -> Iterator[Issue]:
    """A run with an updateStrategyId must have a copy of that strategy.

    The service copies the strategy when it creates the run, so that later changes of the original do not affect it. Every observed run
    with an `updateStrategyId` has the copy in `strategy`.

    Fix: Add the stages of the strategy to the fixture, as `strategy`.

    Example, on a response:
        /properties/strategy
        /properties/updateStrategyId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateStrategies/weekly"
    """
    if run.value.get("updateStrategyId") is not None and run.value.get("strategy") is None:
        message = "expected a copy of the strategy that updateStrategyId names, found none"
        yield Issue(run.path, message, ((run.at("updateStrategyId"), "the id of the original"),))


@rule(Severity.WARNING, BOTH, "rest#UpdateStage", on="UpdateStage")
def negative_wait(stage: Node) -> Iterator[Issue]:
    """The wait after a stage must not be below 0.

    The documented type allows negative numbers, but a wait cannot be negative.

    Fix: Set the number of seconds to wait, or remove the property for no wait.

    Example, on a request:
        /properties/strategy/stages/0/afterStageWaitInSeconds = -60

    Example, on a response:
        /properties/strategy/stages/0/afterStageWaitInSeconds = -1
        /properties/status/stages/0/afterStageWaitStatus
    """
    wait = stage.value.get("afterStageWaitInSeconds")
    if wait is not None and wait < 0:
        yield Issue(stage.at("afterStageWaitInSeconds"), f"expected a wait of 0 seconds or more, found {int(wait)}")


@rule(Severity.WARNING, BOTH, "update-orchestration#update-runs", on="UpdateStage")
def too_many_groups(stage: Node) -> Iterator[Issue]:
    """A stage must have at most 50 groups.

    The service's documentation states the limit; the reference page does not.

    Fix: Spread the groups over more stages.

    Example, on a request:
        /properties/strategy/stages/1/groups = [{"name": "g1"}, {"name": "g2"}, {"name": "g3"}, {"name": "g4"}, {"name": "g5"}, {"name": "g6"}, {"name": "g7"}, {"name": "g8"}, {"name": "g9"}, {"name": "g10"}, {"name": "g11"}, {"name": "g12"}, {"name": "g13"}, {"name": "g14"}, {"name": "g15"}, {"name": "g16"}, {"name": "g17"}, {"name": "g18"}, {"name": "g19"}, {"name": "g20"}, {"name": "g21"}, {"name": "g22"}, {"name": "g23"}, {"name": "g24"}, {"name": "g25"}, {"name": "g26"}, {"name": "g27"}, {"name": "g28"}, {"name": "g29"}, {"name": "g30"}, {"name": "g31"}, {"name": "g32"}, {"name": "g33"}, {"name": "g34"}, {"name": "g35"}, {"name": "g36"}, {"name": "g37"}, {"name": "g38"}, {"name": "g39"}, {"name": "g40"}, {"name": "g41"}, {"name": "g42"}, {"name": "g43"}, {"name": "g44"}, {"name": "g45"}, {"name": "g46"}, {"name": "g47"}, {"name": "g48"}, {"name": "g49"}, {"name": "g50"}, {"name": "g51"}]

    Example, on a response:
        /properties/status
        /properties/strategy/stages/1/groups = [{"name": "g1"}, {"name": "g2"}, {"name": "g3"}, {"name": "g4"}, {"name": "g5"}, {"name": "g6"}, {"name": "g7"}, {"name": "g8"}, {"name": "g9"}, {"name": "g10"}, {"name": "g11"}, {"name": "g12"}, {"name": "g13"}, {"name": "g14"}, {"name": "g15"}, {"name": "g16"}, {"name": "g17"}, {"name": "g18"}, {"name": "g19"}, {"name": "g20"}, {"name": "g21"}, {"name": "g22"}, {"name": "g23"}, {"name": "g24"}, {"name": "g25"}, {"name": "g26"}, {"name": "g27"}, {"name": "g28"}, {"name": "g29"}, {"name": "g30"}, {"name": "g31"}, {"name": "g32"}, {"name": "g33"}, {"name": "g34"}, {"name": "g35"}, {"name": "g36"}, {"name": "g37"}, {"name": "g38"}, {"name": "g39"}, {"name": "g40"}, {"name": "g41"}, {"name": "g42"}, {"name": "g43"}, {"name": "g44"}, {"name": "g45"}, {"name": "g46"}, {"name": "g47"}, {"name": "g48"}, {"name": "g49"}, {"name": "g50"}, {"name": "g51"}]
    """
    groups = stage.value.get("groups") or ()
    if len(groups) > MAX_GROUPS:
        yield Issue(stage.at("groups"), f"expected at most {MAX_GROUPS} groups in a stage, found {len(groups)}")
