"""Documents to order: each option is in every document, the documents are silent, and a contradiction is an error at the call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from tests.support.profiles import at_most
from tests.support.runs import groups, members, stages
from validator import check, check_exchange
from validator.contract.formats import date_time
from validator.contract.schemas import AUTO
from validator.pointer import JSON
from validator.rules.example import REQUEST
from validator.strategies import Call, Member, exchanges, histories, list_pages, update_runs
from validator.strategies.bulk import documents
from validator.strategies.options import ENDS, STATES, Options

pytestmark = pytest.mark.slow

STRATEGY = REQUEST["properties"]["strategy"]
STRATEGY_ID = "/subscriptions/a/resourceGroups/b/providers/Microsoft.ContainerService/fleets/c/updateStrategies/d"
UPGRADE = {"type": "ControlPlaneOnly", "kubernetesVersion": "1.32"}
BY_ID = {"properties": {"managedClusterUpdate": REQUEST["properties"]["managedClusterUpdate"], "updateStrategyId": STRATEGY_ID}}
BARE = {"name": "mine", "properties": {"managedClusterUpdate": {"upgrade": UPGRADE}}}
GATED, LIMITED, NEWEST = "2025-04-01-preview", "2026-06-01", "2026-11-02-preview"
TOLERANT = {"stages": [{"name": "a", "maxAllowedFailures": "100%", "groups": [{"name": "b", "maxAllowedFailures": "100%"}]}]}
ALL_ALLOWED: Options = {"max_allowed_failures": "100%", "version": NEWEST}


def runs_in(document: Any) -> Iterator[JSON]:
    """Yield the runs in a document of any kind."""
    if isinstance(document, Call):
        document = document.response
    if isinstance(document, list):
        yield from document
    elif isinstance(document, dict) and "error" not in document:
        yield from document.get("value", [document])


def state_at(node: JSON) -> str:
    return str(node["status"]["state"])


def state_of(run: JSON) -> str:
    return state_at(run["properties"]["status"])


def is_in(expected: str) -> Callable[[JSON], bool]:
    return lambda run: state_of(run) == expected


def nanoseconds_in(value: JSON) -> Iterator[int]:
    if isinstance(value, dict):
        yield from (date_time(time) or 0 for name, time in value.items() if name in {"startTime", "completedTime", "createdAt"})
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nanoseconds_in(child)


def mirrors(run: JSON) -> bool:
    spec = run["properties"]["strategy"]["stages"]
    return [(each["name"], len(each["groups"])) for each in spec] == [(each["name"], len(each["groups"])) for each in stages(run)]


def prod_eu(member: Member) -> bool:
    return member.group == "prod-eu"


def has_name(name: str) -> Callable[[JSON], bool]:
    names = (name, f"{name}-1", f"{name}-2")  # of the runs on a page
    return lambda run: run["name"] in names and run["id"].rpartition("/")[2].lower() == run["name"]


def in_id(segment: str) -> Callable[[JSON], bool]:
    return lambda run: f"/{segment}/".lower() in run["id"].lower()


def within(start: str, end: str) -> Callable[[JSON], bool]:
    return lambda run: all((date_time(start) or 0) <= time <= (date_time(end) or 0) for time in nanoseconds_in(run))


def gates_before(run: JSON) -> list[str]:
    """Return the state of the first gate before each stage."""
    return [state_at(stage["beforeGates"][0]) for stage in stages(run)]


def has_gates(run: JSON) -> bool:
    return any(key in part for part in (*stages(run), *groups(run)) for key in ("beforeGates", "afterGates"))


def failures(run: JSON) -> tuple[int, list[int]]:
    """Return the number of failures of a run, and of each stage."""
    return run["properties"]["status"]["failureCount"], [stage["failureCount"] for stage in stages(run)]


START = datetime(2031, 5, 6, 7, tzinfo=UTC)
PROPERTIES: list[tuple[Options, Callable[[JSON], bool]]] = [
    ({"stages": 3}, lambda run: len(stages(run)) == 3),
    ({"stages": range(2, 4)}, lambda run: len(stages(run)) in {2, 3}),
    ({"stages": st.sampled_from([1, 4])}, lambda run: len(stages(run)) in {1, 4}),
    ({"groups": 2}, lambda run: all(len(stage["groups"]) == 2 for stage in stages(run))),
    ({"groups": st.integers(2, 3)}, lambda run: all(len(stage["groups"]) in {2, 3} for stage in stages(run))),
    ({"members": 0}, lambda run: members(run) == []),
    ({"members": range(2, 6)}, lambda run: all(2 <= len(group["members"]) <= 5 for group in groups(run))),
    ({"members": st.just(4)}, lambda run: all(len(group["members"]) == 4 for group in groups(run))),
    ({"stages": 2, "groups": 2, "members": 2}, lambda run: len(members(run)) == 8),
    ({"name": "my-run"}, has_name("my-run")),
    ({"fleet": "my-fleet"}, in_id("fleets/my-fleet")),
    ({"resource_group": "My.Group_(1)"}, in_id("resourceGroups/My.Group_(1)")),
    ({"subscription": "fedcba98-7654-3210-fedc-ba9876543210"}, in_id("subscriptions/fedcba98-7654-3210-fedc-ba9876543210")),
    ({"strategy": STRATEGY}, lambda run: run["properties"]["strategy"] == STRATEGY and mirrors(run)),
    ({"upgrade": UPGRADE}, lambda run: run["properties"]["managedClusterUpdate"]["upgrade"] == UPGRADE),
    ({"request": REQUEST}, lambda run: REQUEST["properties"].items() <= run["properties"].items() and mirrors(run)),
    ({"request": BY_ID}, lambda run: BY_ID["properties"].items() <= run["properties"].items() and mirrors(run)),
    ({"request": BARE}, lambda run: has_name("mine")(run) and not run["properties"].keys() & {"strategy", "updateStrategyId"}),
    ({"request": BARE, "members": 3}, lambda run: len(members(run)) == 3),
    ({"start": START}, lambda run: min(nanoseconds_in(run), default=2**80) >= (date_time(START.isoformat()) or 0)),
    ({"start": "2031-05-06T07:00:00Z", "end": "2031-05-06T07:10:00Z"}, within("2031-05-06T07:00:00Z", "2031-05-06T07:10:00Z")),
    ({"gates": True, "version": GATED}, lambda run: len(gates_before(run)) > 0),
    ({"gates": False, "version": GATED}, lambda run: not has_gates(run)),
    ({"strategy": TOLERANT, "version": NEWEST}, lambda run: run["properties"]["strategy"] == TOLERANT and mirrors(run)),
    ({"max_concurrency": "3", "version": LIMITED}, lambda run: {group["maxConcurrency"] for group in groups(run)} == {3}),
    ({"max_concurrency": "50%", "members": 5, "version": LIMITED}, lambda run: {group["maxConcurrency"] for group in groups(run)} == {2}),
    (
        {"max_allowed_failures": "34%", "groups": 2, "members": 3, "version": NEWEST},
        lambda run: (
            {each["maxAllowedFailures"] for each in groups(run)} == {2} and {each["maxAllowedFailures"] for each in stages(run)} == {3}
        ),
    ),
    ({"start": START, "end": START + timedelta(days=900), "stages": 20}, within("2031-05-06T07:00:00Z", "2033-10-22T07:00:00Z")),
]
"""Options, and the property of every run of a document that is made to that order, at any time of its life."""

ENDINGS: list[tuple[Options, Callable[[JSON], bool]]] = [
    *((Options(state=each), is_in(each)) for each in STATES),
    (
        {"failing": 1, "groups": 1, "stages": 1, "members": 3},
        lambda run: [*map(state_at, members(run))] == ["Completed", "Failed", "NotStarted"],
    ),
    ({"failing": 0}, lambda run: state_at(members(run)[0]) == state_of(run) == "Failed"),
    ({"failing": 11}, lambda run: "Failed" in map(state_at, members(run))),
    ({"failing": {0, 1}}, lambda run: state_of(run) == "Failed"),
    (
        {"failing": prod_eu},
        lambda run: "prod-eu" not in {group["name"] for group in groups(run) if group.get("members")} or state_of(run) == "Failed",
    ),
    ({"failing": 0, "state": "Completed"}, lambda run: state_at(members(run)[0]) == state_of(run) == "Completed"),
    ({"pending": 0}, lambda run: state_at(members(run)[0]) == state_of(run) == "Pending"),
    ({"pending": 2, "state": "Completed"}, lambda run: state_of(run) == "Completed"),
    ({"pending": 0, "failing": 0}, lambda run: state_at(members(run)[0]) == state_of(run) == "Failed"),
    ({"pending": lambda member: member.position == 0, "state": "Failed"}, lambda run: state_of(run) == "Failed"),
    ({"skipped": 1}, lambda run: state_at(members(run)[1]) == "Skipped"),
    ({"skipped": 0, "state": "Failed"}, lambda run: state_at(members(run)[0]) == "Skipped" and state_of(run) == "Failed"),
    ({"skipped": lambda _: True}, lambda run: {*map(state_at, members(run))} <= {"Skipped"}),
    ({"skipped": 0, "failing": 1}, lambda run: state_at(members(run)[0]) == "Skipped" and state_at(members(run)[1]) == "Failed"),
    ({"whole": True}, lambda run: state_of(run) in ENDS),
    ({"gates": True, "version": GATED, "state": "Pending", "stages": 1, "members": 1}, lambda run: gates_before(run) != ["NotStarted"]),
    ({"gates": True, "version": GATED, "pending": 0, "members": 1}, lambda run: state_at(members(run)[0]) == "Pending"),
    ({"gates": True, "version": GATED, "state": "Completed", "members": 1}, lambda run: {*gates_before(run)} <= {"Completed", "Skipped"}),
    (
        ALL_ALLOWED | {"failing": {0, 2}, "stages": 1, "groups": 1, "members": 3},
        lambda run: (state_of(run), *failures(run)) == ("Completed", 2, [2]),
    ),
    (
        ALL_ALLOWED | {"failing": lambda _: True, "members": range(1, 3)},
        lambda run: state_of(run) == "Completed" and failures(run)[0] == len(members(run)),
    ),
    (
        {"max_allowed_failures": "1", "failing": {0, 1}, "stages": 2, "groups": 1, "members": 2, "version": NEWEST},
        lambda run: (state_of(run), *failures(run)) == ("Failed", 2, [2, 0]),
    ),
    ({"max_allowed_failures": "2", "state": "Failed", "version": NEWEST}, lambda run: state_of(run) == "Failed" and failures(run)[0] > 2),
    ({"whole": True, "pending": 0}, lambda run: state_of(run) == "Completed"),
    ({"restarts": False, "state": "Completed"}, lambda run: state_of(run) == "Completed"),
    ({"start": START, "end": START + timedelta(minutes=10), "state": "Completed"}, lambda run: state_of(run) == "Completed"),
]
"""Options, and the property of a run, or of the last poll of a history."""


@pytest.mark.parametrize("number", range(len(PROPERTIES)), ids=lambda number: ",".join(PROPERTIES[number][0]))
@pytest.mark.parametrize("made", [update_runs, histories, list_pages, exchanges])
def test_every_run_is_as_ordered(made: Callable[..., st.SearchStrategy[Any]], number: int) -> None:
    options, is_ordered = PROPERTIES[number]

    @at_most(5)
    @given(document=made(**options))
    def check_example(document: Any) -> None:
        assert all(map(is_ordered, runs_in(document)))
        findings = (
            check_exchange(document.exchange) if isinstance(document, Call) else check(document, version=options.get("version") or AUTO)
        )
        assert findings == []

    check_example()


@pytest.mark.parametrize("number", range(len(ENDINGS)), ids=lambda number: ",".join(ENDINGS[number][0]))
def test_every_history_ends_as_ordered(number: int) -> None:
    options, is_ordered = ENDINGS[number]

    @at_most(8)
    @given(run=update_runs(**options), polls=histories(**options))
    def check_example(run: JSON, polls: list[JSON]) -> None:
        assert is_ordered(run)
        assert is_ordered(polls[-1])
        version = options.get("version") or AUTO
        assert check(run, version=version) == check(polls, version=version) == []

    check_example()


@at_most(50)
@given(polls=histories(restarts=False))
def test_without_restarts_no_run_leaves_failed_or_stopped(polls: list[JSON]) -> None:
    states = [state_of(poll) for poll in polls]
    ends = [index for index, each in enumerate(states) if each in {"Failed", "Stopped"}]
    assert not ends or {*states[ends[0] :]} == {states[ends[0]]}


@at_most(30)
@given(polls=histories(pending=1, stages=2, members=2, state="Completed"))
def test_a_pending_member_is_pending_before_it_is_updated(polls: list[JSON]) -> None:
    assert "Pending" in {state_at(members(poll)[1]) for poll in polls}
    assert {state_at(member) for poll in polls for index, member in enumerate(members(poll)) if index != 1}.isdisjoint(
        {"Pending", "Skipped", "Failed"}
    )


@given(request=update_runs(side="request", stages=2, groups=range(2, 4), upgrade=UPGRADE))
def test_requests_are_as_ordered(request: JSON) -> None:
    assert request["properties"]["managedClusterUpdate"]["upgrade"] == UPGRADE
    asked = request["properties"].get("strategy", {"stages": [{"groups": [1, 2]}] * 2})
    assert [len(stage["groups"]) in {2, 3} for stage in asked["stages"]] == [True, True]
    assert check(request, side="request") == []


@given(call=exchanges(request=BARE))
def test_a_put_has_the_request_that_is_asked_for(call: Call) -> None:
    assert call.method != "PUT" or call.request == BARE


def test_no_other_member_fails_than_those_that_are_ordered() -> None:
    for history in documents("history", 50, 0, stages=2, groups=3, members=2, failing=1, restarts=False):
        failed = [member["name"] for run in history for member in members(run) if state_at(member) == "Failed"]
        assert set(failed) <= {members(history[-1])[1]["name"]}


def test_bulk_takes_the_same_options() -> None:
    for history in documents("history", 50, 0, stages=1, groups=2, members=3, failing=4, fleet="mine", whole=True):
        assert state_at(members(history[-1])[4]) == "Failed"
        assert check(history) == []


@pytest.mark.parametrize(
    "options, message",
    [
        ({"stages": range(5, 30)}, "expected a number of stages from 0 to 20, found range(5, 30)"),
        ({"stages": range(3, 3)}, "expected a number of stages from 0 to 20, found range(3, 3)"),
        ({"groups": 0}, "expected a number of groups from 1 to 50, found 0"),
        ({"members": "3"}, "expected a number of members from 0 to 100, found '3'"),
        (
            {"name": "My run"},
            'expected lower-case letters, digits and hyphens, with a letter or digit at both ends, found "My run" for the name',
        ),
        ({"subscription": "a"}, "expected a UUID"),
        ({"fleet": ""}, "for the fleet"),
        ({"fleet": 5}, "for the fleet"),
        ({"upgrade": {"type": "Full"}}, "the upgrade breaks kubernetes-version-required at"),
        ({"strategy": {"stages": []}}, "the strategy breaks schema/minItems at /properties/strategy/stages"),
        ({"strategy": {"stages": [STRATEGY["stages"][0]] * 2}}, "the strategy breaks stage-name-duplicate at /properties/strategy/"),
        ({"strategy": STRATEGY, "stages": 2}, "the strategy has all stages and groups; expected no stages besides it"),
        ({"request": {"properties": 5}}, "the request breaks schema/type at /properties"),
        ({"request": {}}, "the request breaks schema/required at"),
        ({"request": []}, "the request breaks schema/type at : expected an object, found an empty array"),
        ({"request": REQUEST, "upgrade": UPGRADE}, "the request has all that a client sets; expected no upgrade besides it"),
        ({"request": BARE, "name": "other"}, "the request has the name 'mine'; expected no other name, found 'other'"),
        ({"request": BARE, "stages": 2}, "the request has no strategy; expected no stages"),
        ({"stages": 0, "groups": 2}, "a run without stages has no strategy; expected no groups, or 1 stage or more"),
        ({"gates": True, "version": GATED, "stages": range(2)}, "a run without stages has no strategy; expected no gates"),
        ({"gates": True}, "gates needs the api-version 2025-04-01-preview or a later one, found 2025-03-01"),
        ({"max_concurrency": "0", "version": LIMITED}, "the option max_concurrency breaks schema/pattern at"),
        ({"max_concurrency": 3, "version": LIMITED}, "the option max_concurrency breaks schema/type at"),
        ({"max_allowed_failures": "1", "version": LIMITED}, "max_allowed_failures needs the api-version 2026-06-02-preview or a later one"),
        ({"max_allowed_failures": "1", "version": NEWEST, "strategy": STRATEGY}, "expected no max_allowed_failures besides it"),
        ({"max_allowed_failures": "100%", "version": NEWEST, "state": "Failed"}, "expected fewer allowed failures, as a run is Failed"),
        ({"max_allowed_failures": "3", "groups": 1, "version": NEWEST, "state": "Failed"}, "expected fewer allowed failures"),
        ({"strategy": TOLERANT, "version": NEWEST, "state": "Failed"}, "expected fewer allowed failures, as a run is Failed"),
        ({"strategy": TOLERANT, "version": NEWEST, "failing": 0, "state": "Running"}, "a run with failing members is Failed or Completed"),
        ({"failing": -1}, "expected a position, positions or a predicate for the failing members, found -1"),
        ({"failing": "first"}, "expected a position, positions or a predicate for the failing members, found 'first'"),
        (
            {"failing": 8, "stages": 2, "groups": 2, "members": 2},
            "expected a position below 8 for the failing members, as a run can have no more members, found 8",
        ),
        ({"failing": 0, "members": 0}, "a run without members has no failing ones"),
        ({"failing": 1, "skipped": {1, 2}}, "the member 1 cannot be both failing and skipped"),
        ({"failing": [], "state": "Failed"}, "a run without failing members cannot be Failed"),
        ({"skipped": (), "state": "Skipped"}, "a run without skipped members cannot be Skipped"),
        ({"failing": 1, "state": "Running"}, "a run with failing members is Failed or Completed; it cannot be Running"),
        (
            {"failing": 1, "state": "Completed", "restarts": False},
            "a run with failing members without restarts is Failed; it cannot be Completed",
        ),
        ({"pending": 1, "state": "NotStarted"}, "a run with pending members is Pending, Completed or Failed; it cannot be NotStarted"),
        (
            {"whole": True, "state": "Running"},
            "expected Completed, Failed, Skipped or Stopped for the state of a whole life, found 'Running'",
        ),
        ({"state": "Failed", "members": 0}, "expected a member that is not skipped, as a run is Failed because of one"),
        ({"state": "Pending", "stages": 1, "groups": 1, "members": 2, "skipped": {0, 1}}, "expected a member that is not skipped"),
        ({"end": START}, "expected an end that is 600 seconds or more after a start"),
        ({"start": START, "end": START}, "expected an end that is 600 seconds or more after a start"),
        ({"start": "yesterday"}, "expected a time such as 2025-04-08T09:00:00Z, or an aware datetime, for the start, found 'yesterday'"),
        ({"start": datetime(2031, 5, 6)}, "expected a time such as 2025-04-08T09:00:00Z, or an aware datetime, for the start"),  # noqa: DTZ001 - it is refused
    ],
)
@pytest.mark.parametrize("made", [update_runs, histories, list_pages, exchanges])
def test_a_contradiction_is_an_error_at_the_call(made: Callable[..., Any], options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        made(**options)


@pytest.mark.parametrize("option", [{"state": "Failed"}, {"failing": 1}, {"whole": True}, {"start": START}])
def test_a_request_has_nothing_that_only_a_response_has(option: Options) -> None:
    (name,) = option
    with pytest.raises(ValueError, match=f"expected no {name} for a request, which has none"):
        update_runs(side="request", **option)


def test_a_run_whose_members_are_all_skipped_cannot_fail() -> None:
    with pytest.raises(Unsatisfiable):
        find(update_runs(state="Failed", skipped=lambda _: True), lambda _: True)


@pytest.mark.parametrize("failing", [(), lambda _: False], ids=["no position", "a predicate that selects none"])
@given(data=st.data())
def test_of_no_failing_members_none_fails(failing: Any, data: st.DataObject) -> None:
    run = data.draw(update_runs(failing=failing, pending=failing))
    assert run["properties"]["status"]["status"]["state"] not in {"Failed", "Pending"}


@given(run=update_runs(failing=lambda member: member.position == 2, state="Failed", restarts=False))
def test_a_run_is_failed_because_of_a_member_that_a_predicate_selects(run: JSON) -> None:
    assert [member["status"]["state"] for member in members(run)][2] == "Failed"


@at_most(20)
@given(run=update_runs(upgrade={"type": "NodeImageOnly", "kubernetesVersion": ""}))
def test_what_is_ordered_as_unset_is_absent_in_a_response(run: JSON) -> None:
    assert check(run) == []


@at_most(20)
@given(run=update_runs(start="9999-12-31T23:40:00Z"))
def test_no_time_is_after_the_last_year(run: JSON) -> None:
    assert check(run) == []


def test_a_size_that_is_drawn_is_checked() -> None:
    with pytest.raises(ValueError, match="expected a number of groups from 1 to 50, found 0"):
        find(update_runs(groups=st.just(0)), lambda _: True)


def test_an_unknown_option_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="there is no option stage; did you mean stages"):
        update_runs(stage=3)  # type: ignore[call-arg]


# What an attack found


def states_of_runs(polls: list[JSON]) -> list[str]:
    return [poll["properties"]["status"]["status"]["state"] for poll in polls]


NEVER_AGAIN: Any = {"version": "2026-06-02-preview", "state": "Completed", "restarts": False}


@at_most(30)
@given(histories(failing=[0, 1], stages=range(2, 5), groups=1, members=range(1, 3), max_allowed_failures="1", **NEVER_AGAIN))
def test_a_run_that_is_never_started_again_tolerates_its_failures(polls: list[JSON]) -> None:
    assert "Failed" not in states_of_runs(polls)


@pytest.mark.parametrize(
    "options", [{"failing": [0, 1], "members": 2, "max_allowed_failures": "1"}, {"failing": 0, "members": 1, "max_allowed_failures": "0"}]
)
def test_failures_that_nothing_tolerates_contradict_the_end_of_a_run_that_is_never_started_again(options: Any) -> None:
    with pytest.raises(ValueError, match="expected more allowed failures or a restart"):
        histories(stages=1, groups=1, **options, **NEVER_AGAIN)


@at_most(30)
@given(update_runs(state="Failed", skipped=lambda member: member.position == 0))
def test_a_predicate_that_skips_the_only_member_draws_another_run(run: JSON) -> None:
    assert len(members(run)) > 1


@at_most(50)
@given(histories(pending=[], stages=2, members=2))
def test_nobody_is_pending_if_that_is_ordered(polls: list[JSON]) -> None:
    assert "Pending" not in states_of_runs(polls)


@at_most(50)
@given(list_pages())
def test_the_runs_of_a_page_are_those_of_one_fleet(page: JSON) -> None:
    assert len({run["id"].lower().rpartition("/")[0] for run in page["value"]}) <= 1


@at_most(200)
@given(exchanges())
def test_a_request_is_answered_with_a_run_that_it_can_be_about(call: Call) -> None:
    if call.status >= 400 or call.method in ("GET", "DELETE") or call.response is None:
        return
    state, properties = states_of_runs([call.response])[0], call.response["properties"]
    action = call.url.partition("?")[0].rpartition("/")[2]
    if call.method == "PUT":
        assert state == "NotStarted"
        assert "autoUpgradeProfileId" not in properties
        assert ("updateStrategyId" in call.request["properties"]) == ("updateStrategyId" in properties)
    elif action == "start":
        assert state in ("NotStarted", "Failed", "Stopped")
    elif action == "stop":
        assert state in ("Running", "Pending", "Stopping", "Stopped")
    else:
        (target,) = call.request["targets"]
        assert (target["name"], "Skipped") in [(stage["name"], stage["status"]["state"]) for stage in properties["status"]["stages"]]


@pytest.mark.parametrize("name", ["restarts", "whole", "gates"])
def test_an_option_is_true_or_false(name: str) -> None:
    values: tuple[Any, ...] = ("no", 0, [])
    for value in values:
        options: Any = {"version": "2026-06-01", name: value}
        with pytest.raises(ValueError, match=re.escape(f"expected True or False for {name}, found {value!r}")):
            update_runs(**options)


def test_a_subscription_may_be_any_name_where_the_version_says_so() -> None:
    run = find(update_runs(subscription="subid1", version="2024-04-01"), lambda _: True)
    assert run["id"].startswith("/subscriptions/subid1/")
    with pytest.raises(ValueError, match="for the subscription"):
        update_runs(subscription="subid1")


def test_no_time_has_a_year_of_five_digits() -> None:
    stages = [{"name": f"s{number}", "groups": [{"name": f"g{number}"}], "afterStageWaitInSeconds": 2**31 - 1} for number in range(130)]
    (run,) = documents("update-run", 1, 1, strategy={"stages": stages}, members=1, state="Completed")
    assert check(run) == []
