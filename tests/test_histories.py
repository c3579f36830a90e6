"""Whole lives of update runs: without a finding, and with one where one capture of them is broken.

A case file is the history of a run. `first` is the first response; each of `then` says what the next one puts and
removes. Each of `faults` does the same to one capture alone, and says all of the one finding that comes of it.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pytest
from click.testing import CliRunner

import validator
from tests.support.command import loaded
from tests.support.for_each import for_each
from tests.support.lives import FAULTS, HISTORY_RULES, LIVES, PROGRESS_RULES, Fault, broken, captures, faults, write_lines
from tests.support.profiles import BOTH_ENGINES
from validator import Finding, Related
from validator.cli import main
from validator.contract import schemas
from validator.contract.engines import EngineName
from validator.contract.since import needed
from validator.pointer import JSON
from validator.report.json_report import as_json


@dataclass(frozen=True, slots=True)
class Place:
    """Where a capture is in a file: its entry, its line, and the pointer to it in there."""

    entry: int | None = None
    line: int = 1
    pointer: str = ""


# Captures in files


def findings_without_columns(*paths: pathlib.Path) -> list[JSON]:
    """Check files with the command line, and give the findings of its report, without their columns."""
    result = CliRunner().invoke(main, ["check", *map(str, paths), "--format", "json", "--fail-on", "note"])
    found: list[JSON] = loaded(result.stdout)["findings"]
    assert result.exit_code == (1 if found else 0)
    unknown = {"line": None, "column": None, "end_column": None}
    for finding in found:
        finding |= {"column": None, "end_column": None, "related": [place | unknown for place in finding["related"]]}
    return found


def placed(finding: Finding, source: pathlib.Path, places: Sequence[Place]) -> JSON:
    """Return what a report says of a finding in an array of captures, where each capture has a place in a file."""
    own, pointer = _split(finding.pointer, places)
    related = []
    for other in finding.related:
        there, below = _split(other.pointer, places)
        elsewhere = (None, None) if there is own else (there.entry, str(source))
        related.append(Related(below, other.message, *elsewhere))
    return as_json(replace(finding, pointer=pointer, source=str(source), entry=own.entry, line=own.line, related=tuple(related)))


def _split(pointer: str, places: Sequence[Place]) -> tuple[Place, str]:
    index, _, rest = pointer.removeprefix("/").partition("/")
    place = places[int(index)]
    return place, f"{place.pointer}/{rest}"


def har_of_polls(path: pathlib.Path, polls: Iterable[tuple[int | None, JSON]]) -> pathlib.Path:
    """Write a HAR with a GET for each capture, which started in the given minute, or at an unknown time."""
    polls = list(polls)
    version = needed([capture for _, capture in polls])
    entries = [
        {
            **({} if minute is None else {"startedDateTime": f"2025-08-01T10:{minute:02}:00.5Z"}),
            "request": {"method": "GET", "url": f"https://management.azure.com{capture['id']}?api-version={version}"},
            "response": {"status": 200, "content": {"mimeType": "application/json", "text": json.dumps(capture)}},
        }
        for minute, capture in polls
    ]
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return path


def odd_then_even(number: int) -> list[int]:
    """Return the numbers below a number out of their order."""
    return [*range(1, number, 2), *range(0, number, 2)]


def interleaved(histories: Sequence[Sequence[JSON]]) -> list[tuple[int, int]]:
    """Take a capture of each history in turn, until there is none left; the pairs are of history and capture."""
    turns = range(max(map(len, histories)))
    return [(which, turn) for turn in turns for which, polls in enumerate(histories) if turn < len(polls)]


# The case files


@for_each("name", LIVES)
def test_a_history_has_four_to_ten_captures_and_a_fault_behind_the_first(name: str) -> None:
    assert 4 <= len(captures(name)) <= 10
    assert {fault.capture for fault in faults(name)} <= set(range(1, len(captures(name)))) != set()
    assert faults(name)


def test_a_dozen_lives_and_more_have_several_stages_groups_and_members() -> None:
    lives = [captures(name)[-1]["properties"]["status"]["stages"] for name in LIVES]
    groups = [[group for stage in stages for group in stage["groups"]] for stages in lives]
    members = [[member for group in below for member in group.get("members", ())] for below in groups]

    assert len([1 for parts in zip(lives, groups, members, strict=True) if min(map(len, parts)) > 1]) >= 12


@for_each("name", LIVES)
def test_a_capture_has_a_tag_of_its_own_exactly_when_it_differs_from_the_one_before(name: str) -> None:
    polls = [capture for index, capture in enumerate(captures(name)) if index == 0 or capture != captures(name)[index - 1]]

    assert len({capture["eTag"] for capture in polls}) == len(polls)


@for_each("name", LIVES)
def test_captures_are_as_the_service_always_has_them(name: str) -> None:
    for capture in captures(name):
        inner, data = capture["properties"], capture["systemData"]
        members = [member for stage in inner["status"]["stages"] for group in stage["groups"] for member in group.get("members", ())]

        assert data["createdAt"] == data["lastModifiedAt"]
        assert inner["provisioningState"] == "Succeeded"
        assert all("/resourcegroups/" in member["clusterResourceId"] for member in members)


@for_each("name", LIVES)
def test_no_two_faults_of_a_history_have_one_name(name: str) -> None:
    assert len({fault.name for fault in faults(name)}) == len(faults(name))


def test_the_faults_are_of_every_rule_about_progress_times_and_histories() -> None:
    broken_rules, rules = {fault.finding.rule for fault in FAULTS}, PROGRESS_RULES | HISTORY_RULES
    assert not rules - broken_rules, f"add a fault of {sorted(rules - broken_rules)} to a file in tests/cases/histories"
    assert not broken_rules - rules, f"no rule about progress, times or histories is named {sorted(broken_rules - rules)}"


@for_each("fault", FAULTS, ids=str)
def test_a_fault_has_a_fresh_tag_unless_the_tag_is_the_fault(fault: Fault) -> None:
    known = {capture["eTag"] for capture in captures(fault.history)}

    assert (broken(fault)[fault.capture]["eTag"] in known) == (fault.finding.rule == "etag-reused")


# The claims


@pytest.mark.parametrize("engine", BOTH_ENGINES)
@pytest.mark.parametrize("name", LIVES)
def test_the_life_of_a_run_is_silent(name: str, engine: EngineName) -> None:
    assert validator.check(list(captures(name)), side="response", engine=engine) == []


@pytest.mark.parametrize("engine", BOTH_ENGINES)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_gives_one_finding(fault: Fault, engine: EngineName) -> None:
    assert validator.check(broken(fault), side="response", engine=engine) == [fault.finding]


@pytest.mark.parametrize("name", LIVES)
def test_a_life_told_backwards_is_noticed(name: str) -> None:
    found = validator.check([*reversed(captures(name))], side="response")

    assert {finding.rule for finding in found} & HISTORY_RULES


@pytest.mark.parametrize("name", LIVES)
def test_json_lines_of_a_life_are_silent(name: str, tmp_path: pathlib.Path) -> None:
    assert findings_without_columns(write_lines(tmp_path / "polls.jsonl", captures(name))) == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_json_lines_give_the_finding_with_the_entry_of_the_capture(fault: Fault, tmp_path: pathlib.Path) -> None:
    polls = broken(fault)
    source = write_lines(tmp_path / "polls.jsonl", polls)
    places = [Place(index, index + 1) for index in range(len(polls))]

    assert findings_without_columns(source) == [placed(fault.finding, source, places)]


@pytest.mark.parametrize("name", LIVES)
def test_a_shuffled_har_of_a_life_is_silent(name: str, tmp_path: pathlib.Path) -> None:
    polls = captures(name)

    assert (
        findings_without_columns(har_of_polls(tmp_path / "session.har", ((minute, polls[minute]) for minute in odd_then_even(len(polls)))))
        == []
    )


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_shuffled_har_gives_the_finding_with_the_entry_of_the_capture(fault: Fault, tmp_path: pathlib.Path) -> None:
    polls = broken(fault)
    order = odd_then_even(len(polls))
    source = har_of_polls(tmp_path / "session.har", ((minute, polls[minute]) for minute in order))
    places = [Place(order.index(index)) for index in range(len(polls))]

    assert findings_without_columns(source) == [placed(fault.finding, source, places)]


@pytest.mark.slow
@pytest.mark.parametrize("name", LIVES)
def test_a_har_that_does_not_tell_its_times_is_taken_as_it_stands(name: str, tmp_path: pathlib.Path) -> None:
    polls = [*reversed(captures(name))]
    source = har_of_polls(tmp_path / "session.har", ((None, capture) for capture in polls))
    places = [Place(index) for index in range(len(polls))]

    assert findings_without_columns(source) == [placed(finding, source, places) for finding in validator.check(polls, side="response")]


def test_lives_that_are_told_by_turns_are_silent(tmp_path: pathlib.Path) -> None:
    lives = [captures(name) for name in LIVES]

    assert (
        findings_without_columns(write_lines(tmp_path / "polls.jsonl", (lives[which][index] for which, index in interleaved(lives)))) == []
    )


@pytest.mark.parametrize("turn", range(max(len(faults(name)) for name in LIVES)))
def test_runs_that_are_told_by_turns_give_the_findings_of_each_alone(turn: int, tmp_path: pathlib.Path) -> None:
    chosen = [faults(name)[turn % len(faults(name))] for name in LIVES]
    runs = [broken(fault) for fault in chosen]
    order = interleaved(runs)
    source = write_lines(tmp_path / "polls.jsonl", (runs[which][index] for which, index in order))
    places = [
        [Place(order.index((which, index)), order.index((which, index)) + 1) for index in range(len(run))] for which, run in enumerate(runs)
    ]
    expected = [placed(fault.finding, source, places[which]) for which, fault in enumerate(chosen)]

    assert findings_without_columns(source) == sorted(expected, key=lambda finding: int(finding["entry"]))


def test_runs_on_pages_of_one_list_give_the_findings_of_each_alone(tmp_path: pathlib.Path) -> None:
    # a page is of one api-version, and so is each of its runs
    chosen = [faults(name)[0] for name in LIVES if needed(captures(name)) == schemas.DEFAULT_VERSION]
    runs = [broken(fault) for fault in chosen]
    polls = max(map(len, runs))
    late = [polls - len(run) for run in runs]  # until then a run is as it was at first
    pages = [{"value": [run[max(0, poll - wait)] for run, wait in zip(runs, late, strict=True)]} for poll in range(polls)]
    source = write_lines(tmp_path / "lists.jsonl", pages)
    places = [[Place(poll, poll + 1, f"/value/{which}") for poll in range(wait, polls)] for which, wait in enumerate(late)]
    expected = [placed(fault.finding, source, places[which]) for which, fault in enumerate(chosen)]

    assert findings_without_columns(source) == sorted(expected, key=lambda finding: int(finding["entry"]))


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_captures_in_files_of_their_own_are_no_history(fault: Fault, tmp_path: pathlib.Path) -> None:
    sources = [tmp_path / f"{index:02}.json" for index in range(len(captures(fault.history)))]
    for source, capture in zip(sources, broken(fault), strict=True):
        source.write_text(json.dumps(capture))
    alone = [] if fault.finding.rule in HISTORY_RULES else [placed(fault.finding, sources[fault.capture], [Place()] * len(sources))]

    assert findings_without_columns(*sources) == alone
