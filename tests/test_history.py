"""What a history takes for one run, for one state of it, and for a new beginning."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.support.exchanges import NOT_STARTED, STATUS, THIS, har_of_exchanges
from tests.support.for_each import for_each
from tests.support.lives import HISTORY_RULES, captures
from tests.support.sessions import flattened
from validator import Severity, check
from validator.checker.history import History, step
from validator.checker.item import check_items
from validator.cli import main
from validator.pointer import JSON
from validator.readers import reader
from validator.readers.items import Exchange
from validator.rules.example import COMPLETED, EXAMPLES, EXCHANGE, REQUEST, RESPONSE, changed
from validator.run.digest import digest_of
from validator.run.facts import MAX_TAGS, Capture, facts_of
from validator.run.identity import key_of
from validator.run.origin import Origin
from validator.run.transitions import RESTARTABLE, STEPS, may_be_restarted, reachable


def ways(before: str, length: int) -> set[tuple[str, ...]]:
    """List all ways of up to so many steps, the simplest way."""
    found: set[tuple[str, ...]] = {(before,)}
    for _ in range(length):
        found |= {(*way, after) for way in found for after in STEPS[way[-1]] if after not in way}
    return found


@for_each("before, after", list(product(STEPS, STEPS)))
def test_reachability_is_that_of_all_ways(before: str, after: str) -> None:
    leading = [way for way in ways(before, len(STEPS)) if way[-1] == after]
    assert reachable(before, after) == bool(leading)
    through_an_end = [bool(set(way[:-1]) & set(RESTARTABLE)) for way in leading]
    assert may_be_restarted(before, after) == (before in RESTARTABLE or (bool(leading) and all(through_an_end)))


def rules_and_entries(data: bytes) -> list[tuple[str, int | None]]:
    """Check a capture, and return the rule and the entry of each finding."""
    items = reader.read(io.BufferedReader(io.BytesIO(data)))
    return [(finding.rule, finding.entry) for _, findings in check_items(items) for finding in findings]


LATER = changed(RESPONSE, put={"/properties/status/stages/0/groups/0/members/1/message": "half way", "/eTag": '"2"'})
DONE = changed(RESPONSE, put={"/properties/status": captures("plain-success")[-1]["properties"]["status"]})


def steps_in(*bodies: tuple[str, str, int, JSON]) -> list[tuple[str, int | None]]:
    """Check a HAR of exchanges, and return the findings about its history."""
    return [(rule, entry) for rule, entry in rules_and_entries(har_of_exchanges(*bodies)) if rule in HISTORY_RULES]


def get(body: JSON) -> tuple[str, str, int, JSON]:
    """Return a GET that is answered with a body."""
    return "GET", THIS, 200, body


@pytest.mark.parametrize(
    "call, is_wrong",
    [(("POST", f"/start{THIS}"), False), (("POST", f"/stop{THIS}"), True), (("GET", THIS), True), (("PUT", THIS), True)],
)
def test_only_the_answer_to_start_may_be_an_older_body(call: tuple[str, str], is_wrong: bool) -> None:
    first, _, third = captures("plain-success")[:3]
    assert steps_in(get(first), get(third), (*call, 200, first)) == ([("transition-unexpected", 2)] if is_wrong else [])
    assert [finding.rule for finding in check([first, third, first])] == ["transition-unexpected"]


def test_the_answer_to_start_may_be_an_older_body_whose_tag_was_reused() -> None:
    first, second = captures("plain-success")[2:4]
    second = {**second, "eTag": first["eTag"]}
    assert steps_in(get(first), get(second), ("POST", f"/start{THIS}", 200, first)) == [("etag-reused", 1)]


WAITING = changed(
    RESPONSE,
    put={
        f"{STATUS}/stages/0/groups/0/status": {
            "state": "Completed",
            "startTime": "2025-04-08T09:31:00.457756318Z",
            "completedTime": "2025-04-08T09:52:11Z",
        },
        f"{STATUS}/stages/0/groups/0/members/1/status": {"state": "Skipped"},
        f"{STATUS}/stages/0/groups/0/members/2/status": {"state": "Skipped"},
        f"{STATUS}/stages/0/afterStageWaitStatus/status": {"state": "Running", "startTime": "2025-04-08T10:00:00Z"},
    },
)
WAITING_AGAIN = changed(
    WAITING, put={f"{STATUS}/stages/0/afterStageWaitStatus/status/startTime": "2025-04-08T10:30:00Z", "/eTag": '"waiting again"'}
)
"""The run in its wait, before and after it was stopped and started."""


@pytest.mark.parametrize("actions", [("stop", "start"), ("stop",), ("start",)])
@pytest.mark.parametrize("status", [200, 202, 409])
def test_a_stop_or_a_start_in_the_capture_is_a_restart(actions: tuple[str, ...], status: int) -> None:
    posts = [("POST", f"/{action}{THIS}", status, WAITING if status == 200 else None) for action in actions]
    expected = [("time-rewritten", 1 + len(posts))] if status == 409 else []
    assert steps_in(get(WAITING), *posts, get(WAITING_AGAIN)) == expected
    assert steps_in(get(WAITING), *posts, get(WAITING), get(WAITING_AGAIN)) == [(rule, entry + 1) for rule, entry in expected]


def test_a_restart_excuses_one_change_and_not_the_next() -> None:
    later = changed(WAITING_AGAIN, put={f"{STATUS}/stages/0/afterStageWaitStatus/status/startTime": "2025-04-08T10:40:00Z", "/eTag": '"3"'})
    assert steps_in(get(WAITING), ("POST", f"/start{THIS}", 202, None), get(WAITING_AGAIN), get(later)) == [("time-rewritten", 3)]


RESTART_IS_POSSIBLE: list[tuple[str, dict[str, JSON], dict[str, JSON], Severity]] = [
    ("nothing contradicts it", {}, {}, Severity.NOTE),
    ("a completed part has another time", {}, {f"{STATUS}/stages/0/groups/0/status/startTime": "2025-04-08T10:10:00Z"}, Severity.WARNING),
    (
        "the start is not after all that was known",
        {},
        {f"{STATUS}/stages/0/afterStageWaitStatus/status/startTime": "2025-04-08T09:50:00Z"},
        Severity.WARNING,
    ),
    (
        "a member is at the same attempt",
        {f"{STATUS}/stages/1/groups/0/members/0": {"name": "eu-1", "operationId": "op", "status": {"state": "Pending"}}},
        {},
        Severity.WARNING,
    ),
]


@pytest.mark.parametrize("both, later, severity", [row[1:] for row in RESTART_IS_POSSIBLE], ids=[row[0] for row in RESTART_IS_POSSIBLE])
def test_a_new_start_that_a_restart_explains_is_a_note(both: dict[str, JSON], later: dict[str, JSON], severity: Severity) -> None:
    severities = {
        finding.severity
        for finding in check([changed(WAITING, put=both), changed(WAITING_AGAIN, put={**both, **later})])
        if finding.rule == "time-rewritten"
    }
    assert severities == {severity}


LIST = RESPONSE["id"].rpartition("/")[0]


def test_a_page_is_no_history() -> None:
    back = changed(NOT_STARTED, put={"/eTag": '"2"'})
    assert [finding.rule for finding in check({"value": [RESPONSE, back]})] == ["run-listed-twice"]
    assert [finding.rule for finding in check([RESPONSE, back])] != ["run-listed-twice"]


def test_a_page_that_follows_another_is_a_history(tmp_path: Path) -> None:
    back = changed(NOT_STARTED, put={"/eTag": '"2"'})
    assert "transition-unexpected" in {
        rule for rule, _ in rules_and_related_entries(tmp_path / "log.jsonl", {"value": [RESPONSE]}, {"value": [back]})
    }


def listed_and_read(*kinds: str) -> list[tuple[str, int | None]]:
    """Check a HAR in which every response has one eTag and another body: a list, a GET, or the answer to a start."""
    calls: dict[str, tuple[str, str]] = {"list": ("GET", ""), "get": ("GET", "/spring"), "start": ("POST", "/spring/start")}
    entries = []
    for number, kind in enumerate(kinds):
        method, rest = calls[kind]
        run = changed(RESPONSE, put={f"{STATUS}/stages/0/groups/0/members/1/message": f"{number} %"})
        body = {"value": [run]} if kind == "list" else run
        url = f"https://management.azure.com{LIST}{rest}{THIS}"
        entries.append({"request": {"method": method, "url": url}, "response": {"status": 200, "content": {"text": json.dumps(body)}}})
    return [
        pair for pair in rules_and_entries(json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()) if pair[0] == "etag-reused"
    ]


@pytest.mark.parametrize(
    "kinds, is_wrong",
    [
        (("get", "list"), False),
        (("list", "get"), True),
        (("list", "list"), True),
        (("get", "get"), True),
        (("get", "list", "list"), False),
        (("start", "list", "list"), False),
        (("get", "start"), False),
        (("list", "start"), False),
    ],
)
def test_a_list_may_lag_behind_a_get_and_the_answer_to_start_is_not_compared(kinds: tuple[str, ...], is_wrong: bool) -> None:
    assert listed_and_read(*kinds) == ([("etag-reused", len(kinds) - 1)] if is_wrong else [])


def test_a_list_that_another_list_and_a_get_precede_may_lag_behind_the_get() -> None:
    moved_on = changed(RESPONSE, put={f"{STATUS}/stages/0/groups/0/members/1/message": "half way"})
    lines = ({"value": [RESPONSE]}, RESPONSE, {"value": [moved_on]})
    found = [rules_and_entries(b"\n".join(map(dumped, each))) for each in (lines, (lines[0], lines[2]))]
    assert found == [[], [("etag-reused", 1)]]


def test_a_list_of_the_az_cli_may_lag_behind_what_it_shows() -> None:
    shown, listed = flattened(RESPONSE), [flattened(changed(RESPONSE, put={f"{STATUS}/stages/0/groups/0/members/1/message": "half way"}))]
    found = [rules_and_entries(b"\n".join(map(dumped, lines))) for lines in ((shown, listed), (listed, shown))]
    assert found == [[], [("etag-reused", 1)]]


def dumped(value: JSON) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    "written",
    [
        json.dumps,
        lambda run: f"GET 200 {json.dumps(run)}",
        lambda run: json.dumps(run, indent=1).splitlines(keepends=True),
    ],
    ids=["text", "a message", "lines"],
)
def test_runs_in_strings_are_a_history(written: Callable[[JSON], JSON]) -> None:
    back = changed(NOT_STARTED, put={"/eTag": '"2"'})
    data = b"\n".join(map(dumped, ({"other": 1}, *map(written, (RESPONSE, back, RESPONSE)))))
    assert ("transition-unexpected", 2) in rules_and_entries(data)


@pytest.mark.parametrize("older_type", ["ScheduledStart", "Approval"])
def test_a_version_without_scheduled_starts_hides_the_schedule_of_a_gate(older_type: str) -> None:
    gate = "/properties/strategy/stages/0/beforeGates/0"
    run, _ = EXAMPLES["history of a run with gates"]
    schedule = {"startDay": "Monday", "startTime": "08:00", "utcOffset": "+00:00"}
    scheduled = changed(run, put={f"{gate}/type": "ScheduledStart", f"{gate}/scheduledStartConfiguration": schedule})
    shown = [("GET", "?api-version=2026-06-02-preview", 200, scheduled)]
    older = [("GET", "?api-version=2025-08-01-preview", 200, changed(run, put={f"{gate}/type": older_type}))]
    other = [
        ("GET", "?api-version=2026-06-02-preview", 200, changed(scheduled, put={f"{gate}/scheduledStartConfiguration/startDay": "Sunday"}))
    ]
    assert steps_in(*shown, *older, *shown) == []
    assert steps_in(*older, *shown) == []
    assert ("changed-after-start", 2) in steps_in(*shown, *older, *other)


def test_a_body_of_another_version_has_a_tag_of_its_own() -> None:
    other = changed(RESPONSE, put={"/properties/strategy/stages/0/beforeGates": []})
    data = har_of_exchanges(("GET", THIS, 200, RESPONSE), ("GET", "?api-version=2025-04-01-preview", 200, other))
    assert rules_and_entries(data) == []


def cut(value: JSON) -> JSON:
    """Cut times as the az CLI does."""
    if isinstance(value, dict):
        return {key: cut(below) for key, below in value.items()}
    if isinstance(value, list):
        return [cut(item) for item in value]
    is_time = isinstance(value, str) and value.startswith("2025-") and value.endswith("Z")
    return value[:26].removesuffix("Z") + "+00:00" if is_time else value


def test_an_old_answer_is_old_in_whatever_version_it_comes() -> None:
    first, second = captures("plain-success")[1:3]
    late = har_of_exchanges(*(("GET", THIS, 200, body) for body in (first, second)), ("POST", "/start?api-version=2025-03-01", 200, first))
    other = late.replace(b"/start?api-version=2025-03-01", b"/start?api-version=2024-04-01")
    assert other != late
    for data in (late, other):
        assert not {"transition-unexpected", "etag-reused"} & {rule for rule, _ in rules_and_entries(data)}


def test_letters_beyond_ascii_have_two_cases_in_an_id(tmp_path: Path) -> None:
    large, small = (
        changed(RESPONSE, put={"/id": RESPONSE["id"].replace("resourceGroups/", f"resourceGroups/{name}")}) for name in ("Ü", "ü")
    )
    assert check([large, small]) == []
    assert [rule for rule, _ in rules_and_related_entries(tmp_path / "log.jsonl", large, small | {"more": 1})] == [
        "etag-reused",
        "undocumented-property",
    ]


@pytest.mark.parametrize("status", [0, -1])
def test_a_request_to_delete_that_got_no_answer_ends_nothing(status: int, tmp_path: Path) -> None:
    (tmp_path / "session.har").write_bytes(
        har_of_exchanges(("GET", THIS, 200, DONE), ("DELETE", THIS, status, None), ("GET", THIS, 200, LATER))
    )
    result = CliRunner().invoke(main, ["check", "--isolated", str(tmp_path / "session.har")])
    assert "run-left-completed" in result.stdout


def test_an_id_in_another_case_is_the_same_run_and_the_same_body() -> None:
    assert check([RESPONSE, changed(RESPONSE, put={"/id": RESPONSE["id"].replace("resourceGroups", "resourcegroups")})]) == []


def test_the_az_cli_cuts_times_and_changes_nothing_else() -> None:
    last = captures("plain-success")[-1]
    assert check([last, flattened(cut(last)), last]) == []
    changed_there = changed(flattened(cut(last)), put={"/managedClusterUpdate/upgrade/kubernetesVersion": "9.9.9"})
    assert [finding.pointer for finding in check([last, changed_there])] == ["/1/managedClusterUpdate/upgrade"]


def test_another_attempt_of_a_member_means_that_the_run_was_started_again() -> None:
    member = "/properties/status/stages/0/groups/0/members/1"
    first = changed(RESPONSE, put={f"{member}/operationId": "a"})
    times = {f"{member}/status/startTime": "2025-04-08T09:59:00Z", "/eTag": '"2"'}
    assert [finding.rule for finding in check([first, changed(first, put=times)])] == ["time-rewritten"]
    assert check([first, changed(first, put=times | {f"{member}/operationId": "b"})]) == []


def test_another_attempt_does_not_excuse_the_times_of_a_completed_run_nor_is_one_of_a_completed_member_a_restart() -> None:
    member = f"{STATUS}/stages/0/groups/0/members/0"
    another = {f"{member}/operationId": "b", f"{member}/status/startTime": "2025-04-08T09:32:00Z", "/eTag": '"2"'}
    for run in (RESPONSE, COMPLETED):
        first = changed(run, put={f"{member}/operationId": "a"})
        found = check([first, changed(first, put=another)])
        assert [(finding.rule, finding.pointer) for finding in found] == [("time-rewritten", f"/1{member}/status/startTime")]


def test_a_failure_that_a_completed_run_tolerates_is_over_too() -> None:
    failed = f"{STATUS}/stages/0/groups/0/members/0/status"
    run = changed(COMPLETED, put={f"{failed}/state": "Failed"})
    later = changed(run, put={f"{failed}/completedTime": "2025-04-08T09:50:00Z", "/eTag": '"later"'})
    assert "time-rewritten" in {finding.rule for finding in check([run, later])}


@pytest.mark.parametrize("sign", ["it had failed", "another operation"])
def test_a_part_that_was_last_seen_before_the_run_was_completed_may_have_been_started_again(sign: str) -> None:
    member = f"{STATUS}/stages/0/groups/0/members/1"
    state = "Failed" if sign == "it had failed" else "Running"
    early = changed(RESPONSE, put={f"{member}/status/state": state, f"{member}/operationId": "a", "/eTag": '"1"'})
    ended = changed(COMPLETED, put={"/eTag": '"2"'}, removed=(f"{STATUS}/stages",))
    times = {"state": "Completed", "startTime": "2025-04-08T11:31:00Z", "completedTime": "2025-04-08T11:40:00Z"}
    late = changed(COMPLETED, put={f"{member}/status": times, f"{member}/operationId": "b", "/eTag": '"3"'})
    assert "time-rewritten" not in {finding.rule for finding in check([early, ended, late])}
    assert "time-rewritten" in {finding.rule for finding in check([COMPLETED, ended, late])}


@pytest.mark.parametrize("state", RESTARTABLE)
def test_a_run_that_is_started_again_may_get_new_times(state: str) -> None:
    error = {"code": "a", "message": "b"}
    ended = changed(RESPONSE, put={"/properties/status/status/state": state, "/properties/status/status/error": error, "/eTag": '"1"'})
    members = "/properties/status/stages/0/groups/0/members"
    again = changed(RESPONSE, put={f"{members}/1/status/startTime": "2025-04-08T09:59:00Z", "/eTag": '"2"'})
    rewritten = changed(again, put={f"{members}/0/status/startTime": "2025-04-08T09:31:01Z"})
    assert check([RESPONSE | {"eTag": '"0"'}, ended, again]) == check([RESPONSE | {"eTag": '"0"'}, ended, rewritten]) == []
    later = changed(rewritten, put={f"{members}/0/status/startTime": "2025-04-08T09:31:00.5Z", "/eTag": '"3"'})
    assert [(f.rule, f.pointer) for f in check([ended, rewritten, later])] == [("time-rewritten", f"/2{members}/0/status/startTime")]


@pytest.mark.parametrize("sign", ["another operation", "a Failed run"])
@pytest.mark.parametrize("shown", ["no member", "a member with a broken time"])
def test_a_part_that_was_not_shown_across_a_restart_may_have_later_times_and_no_earlier_ones(sign: str, shown: str) -> None:
    members = "/properties/status/stages/0/groups/0/members"
    pending = {f"{members}/0/status": {"state": "Pending"}, f"{members}/0/operationId": "a", "/eTag": '"1"'}
    first = changed(RESPONSE, put=pending)
    between = {f"{members}/0/operationId": "b"} if sign == "another operation" else {f"{STATUS}/status/state": "Failed"}
    if shown != "no member":
        between[f"{members}/1/status/startTime"] = "now"
    second = changed(first, put={**between, "/eTag": '"2"'}, removed=(f"{members}/1",) if shown == "no member" else ())
    rules = []
    for start in ("2025-04-08T09:59:00Z", "2025-04-08T09:52:00Z"):
        third = changed(first, put={f"{members}/0/operationId": "b", f"{members}/1/status/startTime": start, "/eTag": '"3"'})
        running = changed(third, put={"/eTag": '"4"'}, removed=(f"{members}/1",)) if shown == "no member" else second
        found = check([first, second, running, third])
        rules.append([finding.rule for finding in found if finding.rule == "time-rewritten"])
    assert rules == [[], ["time-rewritten"]]


@pytest.mark.parametrize("method, status", [("DELETE", 200), ("DELETE", 202), ("DELETE", 204), ("PUT", 201)])
def test_a_run_that_was_deleted_or_is_created_is_another_one(method: str, status: int) -> None:
    answer = None if method == "DELETE" else NOT_STARTED
    assert (
        rules_and_entries(har_of_exchanges(("GET", THIS, 200, RESPONSE), (method, THIS, status, answer), ("GET", THIS, 200, NOT_STARTED)))
        == []
    )
    assert "transition-unexpected" in {
        rule for rule, _ in rules_and_entries(har_of_exchanges(("GET", THIS, 200, RESPONSE), ("GET", THIS, 200, NOT_STARTED)))
    }


def test_a_run_that_is_made_anew_has_a_history_of_its_own() -> None:
    data = har_of_exchanges(
        ("GET", THIS, 200, RESPONSE), ("DELETE", THIS, 202, None), ("GET", THIS, 200, LATER), ("GET", THIS, 200, NOT_STARTED)
    )
    assert {entry for _, entry in rules_and_entries(data)} == {3}


def test_a_time_that_a_state_has_not_yet_is_no_fact() -> None:
    member = f"{STATUS}/stages/0/groups/0/members/2/status"
    early = changed(RESPONSE, put={f"{member}/startTime": "2025-04-08T09:59:00Z", "/eTag": '"1"'})
    begun = changed(RESPONSE, put={f"{member}": {"state": "Running", "startTime": "2025-04-08T09:58:00Z"}, "/eTag": '"2"'})
    assert "time-rewritten" not in {finding.rule for finding in check([early, begun])}


def test_a_time_of_completion_that_changes_is_found_where_it_stands() -> None:
    time = f"{STATUS}/stages/0/groups/0/members/0/status/completedTime"
    (finding,) = check([RESPONSE, changed(RESPONSE, put={time: "2025-04-08T09:53:10.2214671Z", "/eTag": '"2"'})])
    assert (finding.rule, finding.pointer, finding.related[0].pointer) == ("time-rewritten", f"/1{time}", f"/0{time}")


def test_an_update_of_a_run_is_no_beginning() -> None:
    assert ("transition-unexpected", 1) in rules_and_entries(
        har_of_exchanges(("GET", THIS, 200, RESPONSE), ("PUT", THIS, 200, NOT_STARTED))
    )


@pytest.mark.parametrize("method", ["DELETE", "PUT"])
def test_what_is_refused_ends_nothing(method: str) -> None:
    refusal = {"error": {"code": "Conflict", "message": "-"}}
    data = har_of_exchanges(("GET", THIS, 200, RESPONSE), (method, THIS, 409, refusal), ("GET", THIS, 200, NOT_STARTED))
    assert "transition-unexpected" in {rule for rule, _ in rules_and_entries(data)}


def rules_and_related_entries(file: Path, *records: JSON) -> list[tuple[str, list[int]]]:
    """Check a file of records, and return the rule of each finding, and its entry and those of what is related."""
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    result = CliRunner().invoke(main, ["check", "--isolated", "--format", "json", str(file)])
    return [(f["rule"], [f["entry"], *(place["entry"] for place in f["related"])]) for f in json.loads(result.stdout)["findings"]]


@pytest.mark.parametrize("wrap", [lambda run: run, lambda run: [run], lambda run: {"value": [run]}])
def test_a_record_is_a_run_or_a_list_of_runs_which_have_a_history(wrap: Callable[[JSON], JSON], tmp_path: Path) -> None:
    assert ("transition-unexpected", [1, 0]) in rules_and_related_entries(
        tmp_path / "log.jsonl", wrap(RESPONSE), wrap(NOT_STARTED | {"eTag": '"2"'})
    )
    assert rules_and_related_entries(tmp_path / "log.jsonl", wrap(RESPONSE), wrap(LATER)) == []


def test_what_is_broken_in_a_record_is_not_what_has_changed(tmp_path: Path) -> None:
    state, start = (f"{STATUS}/stages/0/groups/0/members/1/status/{name}" for name in ("state", "startTime"))
    broken = changed(RESPONSE, put={state: "Done", start: 5, "/properties/strategy/stages/1/name": 5})
    assert rules_and_related_entries(tmp_path / "log.jsonl", broken, LATER) == [
        ("schema/type", [0]),
        ("schema/enum", [0]),
        ("schema/type", [0]),
    ]


def test_the_responses_of_a_published_example_are_no_history() -> None:
    answers = {"201": {"body": RESPONSE}, "200": {"body": NOT_STARTED}}
    parameters = dict(Exchange.of("PUT", EXCHANGE["url"], 200).parameters) | {"resource": REQUEST}
    published = {"operationId": "UpdateRuns_CreateOrUpdate", "parameters": parameters, "responses": answers}
    assert rules_and_entries(json.dumps(published).encode()) == []


def test_a_plan_that_vanishes_or_appears_is_missed_in_what_should_hold_it() -> None:
    holder, plan = "properties/managedClusterUpdate", "properties/managedClusterUpdate/nodeImageSelection"
    without = changed(RESPONSE, put={"/eTag": '"2"'}, removed=(f"/{plan}",))
    (vanished,), (appeared,) = check([RESPONSE, without]), check([without, RESPONSE])
    assert (vanished.pointer, vanished.related[0].pointer) == (f"/1/{holder}", f"/0/{plan}")
    assert (appeared.pointer, appeared.related[0].pointer) == (f"/1/{plan}", f"/0/{holder}")


def test_a_request_is_no_capture_of_the_run() -> None:
    entries = har_of_exchanges(("PUT", THIS, 200, RESPONSE), ("GET", THIS, 200, LATER))
    assert rules_and_entries(entries) == []


def capture(run: JSON, entry: int | None = None) -> Capture:
    """Return the capture that a response is."""
    key = key_of(run)
    assert key is not None
    return Capture(key, Origin("polls.jsonl", entry), value=run)


def test_what_is_kept_of_a_run_does_not_grow_with_its_captures() -> None:
    known = facts_of(capture(RESPONSE))
    for index in range(3 * MAX_TAGS):
        known, _, _ = step(known, capture(changed(RESPONSE, put={"/eTag": f'"{index}"', "/properties/provisioningState": "Succeeded"})))
    assert len(known.tags) <= MAX_TAGS


@pytest.mark.parametrize(
    "broken", [{"put": {"/id": 1}}, {"removed": ("/id",)}, {"removed": ("/systemData",)}, {"put": {"/systemData/createdAt": "today"}}]
)
def test_runs_without_an_identity_have_no_history(broken: dict[str, Any]) -> None:
    nameless = changed(RESPONSE, **({"put": {}} | broken))
    found = check([nameless, changed(nameless, put={"/properties/provisioningState": "Failed"})])
    assert "etag-reused" not in {finding.rule for finding in found}


ABSENT = [STATUS, f"{STATUS}/status", f"{STATUS}/status/state", f"{STATUS}/stages", f"{STATUS}/stages/0/status", "/properties"]


@pytest.mark.parametrize("absent", [*ABSENT, f"{STATUS}/stages/0/groups/0/members/0/status"])
def test_what_a_capture_does_not_tell_is_known_from_before(absent: str) -> None:
    """Compare it with a fault in each of the rules that compare, which a capture between the two does not hide."""
    before = changed(RESPONSE, put={f"{STATUS}/status/state": "Running", "/eTag": '"1"'})
    between = changed(before, put={"/eTag": '"2"'}, removed=(absent,))
    after = changed(
        before,
        put={
            f"{STATUS}/stages/0/status": {"state": "NotStarted"},
            f"{STATUS}/stages/0/groups/0/members/0/status/completedTime": "2025-04-08T09:52:10.3Z",
            "/properties/managedClusterUpdate/upgrade/kubernetesVersion": "1.31.3",
            "/properties/managedClusterUpdate/nodeImageSelection/type": "Consistent",
            "/eTag": '"3"',
        },
    )

    def history(*runs: JSON) -> set[str]:
        rules = {"transition-unexpected", "time-rewritten", "changed-after-start"}
        return {finding.rule for finding in check(list(runs)) if finding.pointer.startswith(f"/{len(runs) - 1}/")} & rules

    assert history(before, between, after) == history(before, after)
    assert len(history(before, after)) == 3


def test_a_plan_is_known_from_before_where_nothing_else_is() -> None:
    first = changed(RESPONSE, put={"/eTag": '"1"'}, removed=(STATUS,))
    bare = changed(first, put={"/eTag": '"2"'}, removed=("/properties",))
    last = changed(first, put={"/properties/managedClusterUpdate/nodeImageSelection/type": "Consistent", "/eTag": '"3"'})
    assert [finding.rule for finding in check([first, bare, last])] == ["node-image-selection-changed"]


def test_a_completed_run_stays_so_for_captures_that_tell_no_state() -> None:
    done = changed(RESPONSE, put={f"{STATUS}/status": {"state": "Completed"}, "/eTag": '"1"'})
    silent = changed(done, put={"/eTag": '"2"'}, removed=(f"{STATUS}/status",))
    assert "run-left-completed" in {finding.rule for finding in check([done, silent, LATER | {"eTag": '"3"'}])}


def test_what_tells_no_state_tells_no_times() -> None:
    status = f"{STATUS}/stages/0/groups/0/members/1/status"
    first, last = (changed(RESPONSE, put={"/eTag": f'"{number}"'}) for number in (1, 3))
    between = changed(RESPONSE, put={f"{status}/startTime": "2025-04-08T09:59:00Z", "/eTag": '"2"'}, removed=(f"{status}/state",))
    assert check([first, between, last]) == []


def test_letters_count_in_a_body_but_for_its_ids_and_its_type() -> None:
    kind = changed(RESPONSE, put={"/type": "microsoft.containerservice/fleets/updateruns"})
    assert check([RESPONSE, kind]) == []
    message = f"{STATUS}/stages/0/groups/0/members/1/message"
    one, other = (changed(RESPONSE, put={message: text}) for text in ("Draining node A", "Draining node a"))
    assert [finding.rule for finding in check([one, other])] == ["etag-reused"]


def test_nothing_follows_from_a_capture_without_properties() -> None:
    bare = changed(RESPONSE, put={"/eTag": '"1"'}, removed=("/properties",))
    assert check([RESPONSE, bare, LATER]) == []
    changed_since = changed(LATER, put={"/properties/managedClusterUpdate/upgrade/kubernetesVersion": "1.31.3", "/eTag": '"3"'})
    assert [finding.rule for finding in check([RESPONSE, bare, changed_since])] == ["changed-after-start"]


def test_the_digest_of_a_body_is_the_same_in_every_process() -> None:
    assert digest_of({"name": "run"}) == 0x478E4DB6219E049A


def test_numbers_that_are_equal_make_no_other_body() -> None:
    same = changed(RESPONSE, put={"/properties/strategy/stages/0/afterStageWaitInSeconds": 3600.0})
    assert same == RESPONSE
    assert check([RESPONSE, same]) == []
    other = changed(same, put={"/properties/status/stages/0/groups/0/members/1/message": "1.0, and on"})
    assert [finding.rule for finding in check([RESPONSE, other])] == ["etag-reused"]


@pytest.mark.parametrize("number, same", [(1e16, 10**16), (1e20, 10**20), (1.5e300, int(1.5e300)), (-2e17, -2 * 10**17)])
def test_a_number_with_an_exponent_is_the_integer_that_it_equals(number: float, same: int) -> None:
    def rules(one: JSON, other: JSON) -> list[str]:
        return [finding.rule for finding in check([changed(RESPONSE, put={"/properties/more": more}) for more in (one, other)])]

    assert "etag-reused" not in rules(number, same) + rules([number], [same]) + rules(same, number)
    assert "etag-reused" in rules(number, same + 1)


def test_what_is_kept_of_a_run_is_a_few_times_its_text() -> None:
    history = History()
    text, runs = json.dumps(RESPONSE), 50
    captured = [capture(json.loads(text.replace("spring", f"spring-{number}")), 0) for number in range(runs)]
    tracemalloc.start()
    history.add(captured)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept / runs < 4 * len(text)


def test_what_is_completed_does_not_go_back_to_a_body_that_came_before() -> None:
    life = list(captures("plain-success"))
    assert life[-1]["properties"]["status"]["status"]["state"] == "Completed"
    back = [finding for finding in check([*life, life[3]]) if finding.rule == "run-left-completed"]
    assert [finding.pointer for finding in back] == [f"/{len(life)}/properties/status/status/state"]


def test_what_is_meant_for_a_request_is_no_capture() -> None:
    other = changed(LATER, put={"/properties/managedClusterUpdate/upgrade/kubernetesVersion": "1.31.3"})
    assert "changed-after-start" in {finding.rule for finding in check([RESPONSE, other])}
    assert "changed-after-start" not in {finding.rule for finding in check([RESPONSE, other], side="request")}
