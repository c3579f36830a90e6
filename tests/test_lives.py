"""Lives of runs with gates, limits, allowed failures and selectors, which are silent: each of these happens where the version has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise

import pytest

from tests.support.runs import groups, members, stages
from tests.support.versions import SHAPES
from validator import check
from validator.contract.drift import documented
from validator.contract.engines import ENGINES
from validator.pointer import JSON
from validator.rules.gates import GATES
from validator.strategies.bulk import documents
from validator.strategies.options import Options

pytestmark = pytest.mark.slow

VERSION = pytest.mark.parametrize("version", SHAPES)


@cache
def lives(version: str) -> list[list[JSON]]:
    """Return the polls of runs of a version, from their creation on."""
    orders: list[Options] = [{"version": version}, {"version": version, "members": range(8), "groups": 2}]
    if "UpdateStage.maxAllowedFailures" in documented(version):
        orders.append({"version": version, "max_allowed_failures": "1", "members": range(4)})
    return [polls for count, order in zip((120, 30, 30), orders, strict=False) for polls in documents("history", count, 0, **order)]


def name_of_state(part: JSON) -> str:
    return str(part["status"]["state"])


def restricted_parts(run: JSON) -> Iterator[tuple[str, JSON]]:
    """Yield what can have gates and limits, each with what it is."""
    yield from (("stage", each) for each in stages(run))
    yield from (("group", each) for each in groups(run))


def gates(run: JSON) -> Iterator[tuple[str, str, JSON]]:
    """Yield the gates of a run, each with what has it, and whether it is before or after that."""
    yield from ((kind, key, gate) for kind, part in restricted_parts(run) for key in GATES for gate in part.get(key, ()))


def has_gate(*states: str, kind: str = "stage", key: str = "beforeGates") -> Callable[[JSON], bool]:
    return lambda run: any(at[:2] == (kind, key) and name_of_state(at[2]) in states for at in gates(run))


def waits_beside_a_gate(run: JSON) -> bool:
    return any(
        {name_of_state(gate) for gate in stage.get("afterGates", ())} == {"Pending"}
        and name_of_state(stage.get("afterStageWaitStatus", {"status": {"state": ""}})) == "Running"
        for stage in stages(run)
    )


def is_scheduled(run: JSON) -> bool:
    asked = run["properties"].get("strategy", {}).get("stages", ())
    return any(gate["type"] == "ScheduledStart" for stage in asked for gate in stage.get("beforeGates", ()))


def running(part: JSON) -> int:
    return sum(name_of_state(member) == "Running" for group in part.get("groups", [part]) for member in group.get("members", ()))


def is_at_its_limit(kind: str, least: int) -> Callable[[JSON], bool]:
    return lambda run: any(of == kind and least <= running(part) == part["maxConcurrency"] for of, part in restricted_parts(run))


def goes_on_after_a_failure(kind: str, *states: str) -> Callable[[JSON], bool]:
    return lambda run: any(
        of == kind and part["failureCount"] > 0 and name_of_state(part) in states and part["failureCount"] <= part["maxAllowedFailures"]
        for of, part in restricted_parts(run)
    )


def is_completed_with_failures(run: JSON) -> bool:
    status = run["properties"]["status"]
    return (
        name_of_state(status) == "Completed" and status["failureCount"] == sum(name_of_state(each) == "Failed" for each in members(run)) > 0
    )


def fails_over_its_limit(run: JSON) -> bool:
    return any(
        name_of_state(part) == "Failed" and part["failureCount"] > part["maxAllowedFailures"] > 0 for _, part in restricted_parts(run)
    )


def selected(run: JSON) -> list[tuple[JSON, JSON]]:
    """Return the stages that have a selector in place of groups, as the strategy has them and as their status shows them."""
    pairs = zip(run["properties"].get("strategy", {}).get("stages", ()), stages(run), strict=False)
    return [(asked, shown) for asked, shown in pairs if "groups" not in asked]


def has_implicit_groups(number: int) -> Callable[[JSON], bool]:
    return lambda run: any(len(shown["groups"]) == number for _, shown in selected(run))


def of_both(key: str, number: Callable[[str], bool]) -> Callable[[JSON], bool]:
    """Return whether a stage and a group of one run have a number of some form in the strategy."""
    return lambda run: any(
        number(stage.get(key, "")) and any(number(group.get(key, "")) for group in stage.get("groups", ()))
        for stage in run["properties"].get("strategy", {}).get("stages", ())
    )


STATES_OF_GATES = ("NotStarted", "Pending", "Completed", "Skipped")
SITUATIONS: dict[str, tuple[str, Callable[[JSON], bool]]] = {
    **{
        f"a gate in {key} of a {kind} is {state}": ("UpdateStage.beforeGates", has_gate(state, kind=kind, key=key))
        for key in GATES
        for kind in ("stage", "group")
        for state in STATES_OF_GATES
    },
    "a gate is Pending while the wait is Running": ("UpdateStage.afterGates", waits_beside_a_gate),
    "a run has a scheduled start": ("GateType=ScheduledStart", is_scheduled),
    "two members of a group are Running, which is its limit": ("UpdateGroup.maxConcurrency", is_at_its_limit("group", 2)),
    "two members of a stage are Running, which is its limit": ("UpdateStage.maxConcurrency", is_at_its_limit("stage", 2)),
    "a group goes on after a failure": ("UpdateGroup.maxAllowedFailures", goes_on_after_a_failure("group", "Running")),
    "a group is Completed with a failure": ("UpdateGroup.maxAllowedFailures", goes_on_after_a_failure("group", "Completed")),
    "a stage is Completed with a failure": ("UpdateStage.maxAllowedFailures", goes_on_after_a_failure("stage", "Completed")),
    "a run is Completed with failures": ("UpdateRunStatus.failureCount", is_completed_with_failures),
    "a stage or a group has more failures than it allows": ("UpdateStage.maxAllowedFailures", fails_over_its_limit),
    "a stage with a selector has no group before the start": ("UpdateStage.memberSelector", has_implicit_groups(0)),
    "a stage with a selector has one group": ("UpdateStage.memberSelector", has_implicit_groups(1)),
    **{
        f"a stage and a group have a {key} that is a {form}": (f"UpdateStage.{key}", of_both(key, number))
        for key in ("maxConcurrency", "maxAllowedFailures")
        for form, number in (("number", str.isdecimal), ("percentage", lambda text: text.endswith("%")))
    },
}
"""What a run of a version can be like, if the version has a fact."""


@VERSION
def test_what_a_version_has_happens(version: str) -> None:
    polls, facts = [poll for life in lives(version) for poll in life], documented(version)
    missing = [situation for situation, (fact, happens) in SITUATIONS.items() if fact in facts and not any(map(happens, polls))]
    assert missing == []


@VERSION
def test_lives_are_silent(version: str) -> None:
    for number, polls in enumerate(lives(version)[::3]):
        for engine in list(ENGINES)[: 1 if number % 10 else None]:
            assert check(polls, version=version, engine=engine) == []


@VERSION
def test_a_step_closes_one_gate(version: str) -> None:
    for before, after in (pair for polls in lives(version) for pair in pairwise(polls)):
        pairs = zip((gate for *_, gate in gates(before)), (gate for *_, gate in gates(after)), strict=True)
        closed = [(was, now) for was, now in pairs if name_of_state(was) == "Pending" != name_of_state(now)]
        assert len(closed) <= 1
        assert all(was["gateId"] == now["gateId"] and "completedTime" in now["status"] for was, now in closed)


@VERSION
def test_a_run_goes_no_further_while_a_gate_is_pending(version: str) -> None:
    waiting = [run for polls in lives(version) for run in polls if any(name_of_state(gate) == "Pending" for *_, gate in gates(run))]
    assert {name_of_state(run["properties"]["status"]) for run in waiting} <= {"Pending", "Stopping", "Stopped"}
    assert not any(running(stage) for run in waiting for stage in stages(run))


def test_ids_of_gates_are_unique() -> None:
    ids = [gate["gateId"] for polls in lives("2026-06-02-preview")[:100] for *_, gate in gates(polls[-1]) if "gateId" in gate]
    assert len({*ids}) == len(ids) > 20
