"""The lives that generated runs lead are those of the service: claims about single polls, and about one after another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from validator.contract.formats import NANOSECONDS, date_time
from validator.pointer import JSON
from validator.strategies import histories
from validator.strategies.bulk import documents, draw_many

MAKERS = ("Hypothesis", "bulk")


@pytest.fixture(scope="module", params=MAKERS)
def lives(request: pytest.FixtureRequest) -> list[list[JSON]]:
    return list(draw_many(histories(), 250, 0) if request.param == "Hypothesis" else documents("history", 400, 0))


@pytest.fixture(scope="module")
def polls(lives: list[list[JSON]]) -> list[JSON]:
    return [poll for life in lives for poll in life]


def stages(run: JSON) -> list[JSON]:
    return list(run["properties"]["status"]["stages"])


def groups(run: JSON) -> list[JSON]:
    return [group for stage in stages(run) for group in stage["groups"]]


def members(run: JSON) -> list[JSON]:
    return [member for group in groups(run) for member in group.get("members", [])]


def state(part: JSON) -> str:
    return str(part["status"]["state"])


def states_of(run: JSON) -> list[str]:
    waits = [stage["afterStageWaitStatus"] for stage in stages(run) if "afterStageWaitStatus" in stage]
    return [state(part) for part in (run["properties"]["status"], *stages(run), *groups(run), *members(run), *waits)]


def steps(lives: list[list[JSON]]) -> Iterator[tuple[str, str]]:
    """Give the steps of the run and of its parts, from each poll to the next."""
    for life in lives:
        for before, after in pairwise(life):
            yield from zip(states_of(before), states_of(after), strict=True)


def times(value: JSON) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from ((key, time) for key, time in value.items() if key in {"startTime", "completedTime"})
        for below in value.values():
            yield from times(below)
    if isinstance(value, list):
        for below in value:
            yield from times(below)


def in_flight(run: JSON) -> int:
    return sum(state(group) == "Running" and any(state(m) == "Running" for m in group.get("members", [])) for group in groups(run))


def test_groups_of_a_stage_are_updated_side_by_side(polls: list[JSON]) -> None:
    assert max(map(in_flight, polls)) >= 2


def test_members_of_a_group_are_updated_one_at_a_time(polls: list[JSON]) -> None:
    assert {sum(state(m) == "Running" for m in group.get("members", [])) for run in polls for group in groups(run)} == {0, 1}


def test_stages_follow_one_another(polls: list[JSON]) -> None:
    assert {sum(state(stage) == "Running" for stage in stages(run)) for run in polls} == {0, 1}


def test_no_step_leaves_completed(lives: list[list[JSON]]) -> None:
    assert {after for before, after in steps(lives) if before == "Completed"} == {"Completed"}


@pytest.mark.parametrize("before", ["Failed", "Stopped", "Pending"])
def test_what_has_failed_or_been_stopped_or_waits_goes_on(before: str) -> None:
    assert (before, "Running") in {(states_of(a)[0], states_of(b)[0]) for life in documents("history", 500, 0) for a, b in pairwise(life)}


def test_a_run_without_a_strategy_has_one_group_of_one_stage_both_named_default(polls: list[JSON]) -> None:
    bare = [run for run in polls if "strategy" not in run["properties"]]
    assert {tuple((stage["name"], *(group["name"] for group in stage["groups"])) for stage in stages(run)) for run in bare} == {
        (("default", "default"),)
    }


def test_a_run_from_a_strategy_has_its_id_and_the_snapshot(polls: list[JSON]) -> None:
    found = {("strategy" in run["properties"], "updateStrategyId" in run["properties"]) for run in polls}
    assert found == {(False, False), (True, False), (True, True)}


def test_a_child_is_stamped_before_its_parent_within_a_microsecond(polls: list[JSON]) -> None:
    begun = [
        (date_time(member["status"]["startTime"]), date_time(group["status"]["startTime"]))
        for run in polls
        for group in groups(run)
        for member in group.get("members", [])
        if "startTime" in member["status"] and state(member) == "Running"
    ]
    apart = {parent - child for child, parent in begun if child is not None and parent is not None}
    first = {nanoseconds for nanoseconds in apart if nanoseconds > -60 * NANOSECONDS}  # with a later member, the group has begun before
    assert first
    assert all(0 < nanoseconds <= 1200 for nanoseconds in first), sorted(first)[:3]


def test_times_have_seven_to_nine_fraction_digits(polls: list[JSON]) -> None:
    assert {len(time) - len("2025-04-08T09:30:00.Z") for run in polls for _, time in times(run["properties"])} == {7, 8, 9}


def test_a_group_without_clusters_has_no_members_and_is_skipped_at_the_start(polls: list[JSON]) -> None:
    empty = [(state(run["properties"]["status"]), state(group)) for run in polls for group in groups(run) if "members" not in group]
    assert {group for _, group in empty} == {"NotStarted", "Skipped"}
    assert {run for run, group in empty if group == "NotStarted"} <= {"NotStarted", "Stopped"}
    assert all(group.get("members") != [] for run in polls for group in groups(run))


def test_a_stage_has_a_wait_exactly_when_its_strategy_has_one_above_0(polls: list[JSON]) -> None:
    asked = [
        (stage.get("afterStageWaitInSeconds", 0), told.get("afterStageWaitStatus", {}).get("waitDurationInSeconds", 0))
        for run in polls
        for stage, told in zip(run["properties"].get("strategy", {}).get("stages", []), stages(run), strict=False)
    ]
    assert all(wait == shown for wait, shown in asked)
    assert {True, False} == {wait > 0 for wait, _ in asked}


def test_the_tag_changes_exactly_when_the_body_does(lives: list[list[JSON]]) -> None:
    pairs = [(before, after) for life in lives for before, after in pairwise(life)]
    told = [(before["eTag"] == after["eTag"], before | {"eTag": ""} == after | {"eTag": ""}) for before, after in pairs]
    assert set(told) == {(True, True), (False, False)}


def test_a_poll_is_asked_for_again_before_anything_has_happened(lives: list[list[JSON]]) -> None:
    assert {before == after for life in lives for before, after in pairwise(life)} == {True, False}


def test_from_a_poll_to_the_next_one_thing_happens(lives: list[list[JSON]]) -> None:
    """A step changes what it is about and what that is part of: never two members of one group."""
    for life in lives:
        for before, after in pairwise(life):
            for first, then in zip(groups(before), groups(after), strict=True):
                changed = [
                    (state(m), state(n))
                    for m, n in zip(first.get("members", []), then.get("members", []), strict=True)
                    if state(m) != state(n)
                ]
                assert len([pair for pair in changed if pair[1] != "Skipped"]) <= 1, changed


def test_a_life_begins_before_the_run_has_started(lives: list[list[JSON]]) -> None:
    assert {each for life in lives for each in states_of(life[0])} == {"NotStarted"}
    assert not any(list(times(life[0])) for life in lives)
