"""Generated runs behave as those of the service: claims about single polls, and about pairs of consecutive polls."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.support.runs import groups, members, stages
from validator import strategies
from validator.contract.formats import NANOSECONDS, date_time
from validator.pointer import JSON
from validator.strategies.bulk import documents, draw_many

MAKERS = ("Hypothesis", "bulk")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=MAKERS)
def histories(request: pytest.FixtureRequest) -> list[list[JSON]]:
    return list(draw_many(strategies.histories(), 250, 0) if request.param == "Hypothesis" else documents("history", 400, 0))


@pytest.fixture(scope="module")
def polls(histories: list[list[JSON]]) -> list[JSON]:
    return [poll for history in histories for poll in history]


def state(node: JSON) -> str:
    return str(node["status"]["state"])


def states_of(run: JSON) -> list[str]:
    waits = [stage["afterStageWaitStatus"] for stage in stages(run) if "afterStageWaitStatus" in stage]
    return [state(node) for node in (run["properties"]["status"], *stages(run), *groups(run), *members(run), *waits)]


def steps(histories: list[list[JSON]]) -> Iterator[tuple[str, str]]:
    """Yield the states of the run and of every node below it before and after each step."""
    for history in histories:
        for before, after in pairwise(history):
            yield from zip(states_of(before), states_of(after), strict=True)


def times(value: JSON) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from ((key, time) for key, time in value.items() if key in {"startTime", "completedTime"})
        for child in value.values():
            yield from times(child)
    if isinstance(value, list):
        for child in value:
            yield from times(child)


def active_groups(run: JSON) -> int:
    return sum(state(group) == "Running" and any(state(m) == "Running" for m in group.get("members", [])) for group in groups(run))


def test_groups_of_a_stage_are_updated_in_parallel(polls: list[JSON]) -> None:
    assert max(map(active_groups, polls)) >= 2


def test_members_of_a_group_are_updated_one_at_a_time(polls: list[JSON]) -> None:
    assert {sum(state(m) == "Running" for m in group.get("members", [])) for run in polls for group in groups(run)} == {0, 1}


def test_stages_follow_one_another(polls: list[JSON]) -> None:
    assert {sum(state(stage) == "Running" for stage in stages(run)) for run in polls} == {0, 1}


def test_no_step_leaves_completed(histories: list[list[JSON]]) -> None:
    assert {after for before, after in steps(histories) if before == "Completed"} == {"Completed"}


@pytest.mark.parametrize("before", ["Failed", "Stopped", "Pending"])
def test_a_run_that_is_failed_stopped_or_pending_can_be_running_again(before: str) -> None:
    assert (before, "Running") in {
        (states_of(a)[0], states_of(b)[0]) for history in documents("history", 500, 0) for a, b in pairwise(history)
    }


def test_a_run_without_a_strategy_has_a_default_stage_with_a_default_group(polls: list[JSON]) -> None:
    bare = [run for run in polls if "strategy" not in run["properties"]]
    assert {tuple((stage["name"], *(group["name"] for group in stage["groups"])) for stage in stages(run)) for run in bare} == {
        (("default", "default"),)
    }


def test_a_run_with_a_strategy_id_has_a_strategy(polls: list[JSON]) -> None:
    present = {("strategy" in run["properties"], "updateStrategyId" in run["properties"]) for run in polls}
    assert present == {(False, False), (True, False), (True, True)}


def test_a_child_is_stamped_before_its_parent_within_a_microsecond(polls: list[JSON]) -> None:
    starts = [
        (date_time(member["status"]["startTime"]), date_time(group["status"]["startTime"]))
        for run in polls
        for group in groups(run)
        for member in group.get("members", [])
        if "startTime" in member["status"] and state(member) == "Running"
    ]
    delays = {parent - child for child, parent in starts if child is not None and parent is not None}
    first = {nanoseconds for nanoseconds in delays if nanoseconds > -60 * NANOSECONDS}  # a later member starts after its group
    assert first
    assert all(0 <= nanoseconds <= 1200 for nanoseconds in first), sorted(first)[:3]
    assert max(first) > 0


def fraction_digits(value: JSON) -> set[int]:
    return {max(0, len(time) - len("2025-04-08T09:30:00.Z")) for _, time in times(value)}


def test_times_have_any_observed_number_of_fraction_digits(polls: list[JSON]) -> None:
    assert {digits for run in polls for digits in fraction_digits(run["properties"])} == {0, 3, 5, 6, 7, 8, 9}


def test_times_of_a_run_differ_in_their_fraction_digits(polls: list[JSON]) -> None:
    assert max(len(fraction_digits(run["properties"])) for run in polls) >= 4
    assert min(len(fraction_digits(run["properties"])) for run in polls if len(list(times(run["properties"]))) > 4) == 1


def test_a_group_without_clusters_has_no_members_and_is_skipped_at_the_start(polls: list[JSON]) -> None:
    empty = [(state(run["properties"]["status"]), state(group)) for run in polls for group in groups(run) if "members" not in group]
    assert {group for _, group in empty} == {"NotStarted", "Skipped"}
    assert {run for run, group in empty if group == "NotStarted"} <= {"NotStarted", "Stopped"}
    assert all(group.get("members") != [] for run in polls for group in groups(run))


def test_a_stage_has_a_wait_exactly_when_its_strategy_has_one_above_0(polls: list[JSON]) -> None:
    waits = [
        (stage.get("afterStageWaitInSeconds", 0), status.get("afterStageWaitStatus", {}).get("waitDurationInSeconds", 0))
        for run in polls
        for stage, status in zip(run["properties"].get("strategy", {}).get("stages", []), stages(run), strict=False)
    ]
    assert all(asked == shown for asked, shown in waits)
    assert {True, False} == {asked > 0 for asked, _ in waits}


def test_the_etag_changes_exactly_when_the_body_does(histories: list[list[JSON]]) -> None:
    pairs = [(before, after) for history in histories for before, after in pairwise(history)]
    unchanged = [(before["eTag"] == after["eTag"], before | {"eTag": ""} == after | {"eTag": ""}) for before, after in pairs]
    assert set(unchanged) == {(True, True), (False, False)}


def test_some_polls_are_repeated_before_the_next_step(histories: list[list[JSON]]) -> None:
    assert {before == after for history in histories for before, after in pairwise(history)} == {True, False}


def test_at_most_one_member_of_a_group_changes_in_a_step(histories: list[list[JSON]]) -> None:
    for history in histories:
        for before, after in pairwise(history):
            for first, then in zip(groups(before), groups(after), strict=True):
                changed = [
                    (state(m), state(n))
                    for m, n in zip(first.get("members", []), then.get("members", []), strict=True)
                    if state(m) != state(n)
                ]
                assert len([pair for pair in changed if pair[1] != "Skipped"]) <= 1, changed


def test_a_history_begins_before_the_run_has_started(histories: list[list[JSON]]) -> None:
    assert {each for history in histories for each in states_of(history[0])} == {"NotStarted"}
    assert not any(list(times(history[0])) for history in histories)
