"""Rules about the status as a mirror of the strategy: the stages, groups and waits of a run are those that it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..findings import Severity
from ..pointer import Path
from ..run.nodes import Node, Part, Unreliable
from ..run.spec import asked_for
from ..wording import count, show
from .rule import RESPONSE, Issue, rule


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


def _planned(stage: Part) -> Any:
    """Return the stage of the strategy that a status is about, empty in a run without a strategy; None where no stage is known."""
    asked = asked_for(stage)
    if asked is not None:
        return asked
    run = stage.run.value
    if run.get("strategy") is not None or run.get("updateStrategyId") is not None or len(run["status"]["stages"]) != 1:
        return None  # more stages are another rule's affair
    return {}


@rule(Severity.WARNING, RESPONSE, "live#strategy", on="WaitStatus")
def wait_duration_mismatch(wait: Part) -> Iterator[Issue]:
    """The duration of a wait must be the one that the strategy sets for its stage.

    The service copies it; in every observed response the two are equal.

    Fix: Compare `waitDurationInSeconds` with `afterStageWaitInSeconds` of the stage in `strategy`, and correct the one that is wrong.

    Example, on a response:
        /properties/status/stages/0/afterStageWaitStatus/waitDurationInSeconds = 60
    """
    status: Any = wait.parent
    seconds = wait.value.get("waitDurationInSeconds")
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
