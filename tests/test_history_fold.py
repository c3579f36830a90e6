"""A history is a fold over captures: plain values, which may come from another process, and which are bounded in memory."""

from __future__ import annotations

import gc
import json
import pickle
import tracemalloc
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.case_files import bases
from tests.support.documents import mutated
from tests.support.lives import HISTORY_RULES, LIVES, captures, shuffled_log, write_lines
from tests.support.profiles import BOTH_ENGINES, at_most
from validator.checker import history
from validator.checker.files import FileChecker
from validator.checker.history import Deleted, Event, History, Restarted
from validator.checker.item import check_item
from validator.checker.options import Options
from validator.contract.engines import EngineName
from validator.findings import Finding
from validator.pointer import JSON
from validator.readers.items import Body, Document, Exchange
from validator.readers.paths import File
from validator.rules import example
from validator.run.facts import Capture
from validator.run.identity import Key
from validator.strategies import histories
from validator.strategies.bulk import documents


def findings_in_file(path: Path, engine: EngineName = "fast") -> list[Finding]:
    return list(FileChecker(Options(engine)).check_files([File(str(path), named=True)]))


def unplaced(findings: list[Finding]) -> list[tuple[object, ...]]:
    """Leave out the name of the file."""
    return [
        (one.rule, one.message, one.pointer, one.entry, one.line, one.column, *((at.pointer, at.entry) for at in one.related))
        for one in findings
    ]


# Captures


def events(log: Iterable[JSON]) -> list[Event]:
    """Return the captures in a log, as the check of each record returns them."""
    return [
        event for entry, record in enumerate(log) for event in check_item(Document(Body(record), entry), Options(), "log.jsonl").captures
    ]


def grouped(captured: list[Event]) -> dict[Key, list[Event]]:
    """Group captures by run."""
    groups: dict[Key, list[Event]] = defaultdict(list)
    for event in captured:
        assert isinstance(event, Capture)
        groups[event.run].append(event)
    return groups


def folded_by_run(captured: list[Event]) -> list[Finding]:
    """Return the findings of a history for each run, whose captures were pickled, in the order of the captures."""
    sent = pickle.loads(pickle.dumps([event.packed() if isinstance(event, Capture) else event for event in captured]))
    findings = [finding for group in grouped(sent).values() for finding in History().add(group)]
    return sorted(findings, key=lambda finding: finding.entry or 0)


@pytest.mark.slow
@at_most(60)
@given(lives=st.lists(histories(), min_size=1, max_size=4), data=st.data(), seed=st.integers(0, 9))
def test_captures_that_were_sent_and_grouped_by_run_give_the_findings_of_all_together(
    lives: list[list[JSON]], data: st.DataObject, seed: int
) -> None:
    log = shuffled_log(lives, seed)
    for index in data.draw(st.sets(st.integers(0, len(log) - 1), max_size=3)):
        log[index] = data.draw(mutated(log[index]))
    captured = events(log)
    assert folded_by_run(captured) == History().add(captured)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_many_runs_fold_as_each_alone(seed: int) -> None:
    captured = events(shuffled_log([list(life) for life in documents("history", 20, seed)], seed))
    together = History().add(captured)
    assert {finding.rule for finding in together} & HISTORY_RULES
    assert folded_by_run(captured) == together
    history_of_steps = History()
    assert [finding for event in captured for finding in history_of_steps.add([event])] == together


def test_numbers_beyond_64_bits_are_the_same_in_a_capture_that_was_sent() -> None:
    log = [example.changed(example.RESPONSE, put={"/properties/more": 10**20 + 1}) for _ in range(3)]
    assert folded_by_run(events(log)) == History().add(events(log)) == []


def test_a_deletion_is_an_event_between_captures() -> None:
    url = f"https://management.azure.com{example.RESPONSE['id']}?api-version=2025-03-01"
    captured = check_item(Exchange.of("DELETE", url, 202), Options()).captures
    assert captured == [Deleted(example.RESPONSE["id"])]
    first, last = captures("plain-success")[0], captures("plain-success")[-1]
    (before,), (after,) = events([last]), events([first])
    assert History().add([before, after])
    deleted = Deleted(last["id"].upper())
    assert History().add([before, deleted, after]) == []
    assert History().add([before, deleted, after, deleted, before, deleted, after]) == []
    assert History().add([before, deleted, before, after])


# Logs


@pytest.mark.parametrize("engine", BOTH_ENGINES)
def test_a_log_says_the_same_as_a_file_and_as_a_stream(engine: EngineName, tmp_path: Path) -> None:
    log = shuffled_log([list(captures(name)) for name in LIVES], 1)
    plain = findings_in_file(write_lines(tmp_path / "log.jsonl", log), engine)
    assert len({one.rule for one in plain} & HISTORY_RULES) > 1
    assert unplaced(plain) == unplaced(findings_in_file(write_lines(tmp_path / "log.jsonl.gz", log), engine))


@pytest.mark.slow
@at_most(25)
@given(lives=st.lists(histories(), min_size=1, max_size=3), data=st.data(), seed=st.integers(0, 9))
def test_a_log_with_faults_says_the_same_with_both_engines(
    lives: list[list[JSON]], data: st.DataObject, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = shuffled_log(lives, seed)
    for index in data.draw(st.sets(st.integers(0, len(log) - 1), max_size=3)):
        log[index] = data.draw(mutated(log[index]))
    path = write_lines(tmp_path_factory.getbasetemp() / "faults.jsonl", log)
    assert findings_in_file(path) == findings_in_file(path, "reference")


def test_a_mark_and_blank_lines_before_and_between_records_move_no_place(tmp_path: Path) -> None:
    plain = write_lines(tmp_path / "log.jsonl", list(reversed(captures(LIVES[0]))))
    untidy = tmp_path / "untidy.jsonl"
    untidy.write_bytes(b"\xef\xbb\xbf\r\n \n" + plain.read_bytes().replace(b"\n", b"\r\n\r\n\t\n"))
    tidy = [(one.rule, one.pointer, one.entry) for one in findings_in_file(plain)]
    assert tidy
    assert [(one.rule, one.pointer, one.entry) for one in findings_in_file(untidy) if one.rule != "input/unreadable"] == tidy


# Memory


def numbered_run(number: int) -> JSON:
    """Return the first capture of one of many runs."""
    return json.loads(json.dumps(bases()["default"]).replace(bases()["default"]["name"], f"run-{number:04}"))


def bytes_kept(path: Path) -> int:
    """Return how many bytes a check of a file keeps when it finds something."""
    tracemalloc.start()
    checking = FileChecker(Options()).check_files([File(str(path), named=True)])
    assert next(checking).rule == "schema/type"
    gc.collect()
    bytes_kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return bytes_kept


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_memory_does_not_grow_with_the_captures_of_a_run(ending: str, tmp_path: Path) -> None:
    polls = [bases()["default"] | {"eTag": f'"{poll:04}"'} for poll in range(400)]
    wrong = [polls[0] | {"eTag": poll} for poll in range(2)]
    few, many = write_lines(tmp_path / f"few.{ending}", polls[:100] + wrong), write_lines(tmp_path / f"many.{ending}", polls + wrong)
    bytes_kept(few)  # what is loaded and cached at first is no part of it
    assert abs(bytes_kept(many) - bytes_kept(few)) < 20 * 300, "bytes for each capture more"


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_memory_does_not_grow_with_the_number_of_runs(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_KEPT", 100_000)
    runs = list(map(numbered_run, range(500)))
    wrong = runs[0] | {"eTag": 1}
    few, many = write_lines(tmp_path / f"few.{ending}", [*runs[:200], wrong]), write_lines(tmp_path / f"many.{ending}", [*runs, wrong])
    bytes_kept(few)  # what is loaded and cached at first is no part of it
    assert abs(bytes_kept(many) - bytes_kept(few)) < 20 * 300, "bytes for each run more"


@pytest.mark.slow
@pytest.mark.parametrize("polls", [1, 2, 5])
def test_a_history_keeps_about_as_many_bytes_as_it_may(polls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they are first captures, which are kept as text, or facts."""
    monkeypatch.setattr(history, "MAX_KEPT", 1_000_000)
    lives = [list(life) for life in documents("history", 250, 1)]
    captured = [events(life[:polls]) for life in lives if len(life) >= polls]
    for event in captured[:2]:
        History().add(event)  # what is loaded and cached at first is no part of it
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    many = History()
    for one in captured:
        many.add(pickle.loads(pickle.dumps(one)))
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 200_000 < after - before < 1_500_000


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_a_run_is_forgotten_after_many_others_and_then_begins_again(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_KEPT", 100_000)
    others = list(map(numbered_run, range(100)))
    first, *_, last = captures(LIVES[0])
    near = write_lines(tmp_path / f"near.{ending}", [last, *others[:5], first])
    far = write_lines(tmp_path / f"far.{ending}", [last, *others, first, *others[:5], first, last])
    assert findings_in_file(near)
    assert findings_in_file(far) == []


def test_a_run_that_is_captured_again_and_again_is_never_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_KEPT", 100_000)
    first, *_, last = captures(LIVES[0])
    log = [record for number in range(100) for record in (last, numbered_run(number))]
    assert {one.entry for one in findings_in_file(write_lines(tmp_path / "log.jsonl", [*log, first]))} == {200}


@pytest.mark.parametrize("event", [Deleted, Restarted])
def test_what_is_done_to_unknown_runs_is_not_kept(event: type[Deleted | Restarted]) -> None:
    (capture,) = events(captures(LIVES[0])[:1])
    many = History()
    many.add([capture])
    tracemalloc.start()
    for number in range(3000):
        assert many.add([event(f"/another/{number}")]) == []
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 20_000


def test_the_runs_of_one_id_are_bounded() -> None:
    first = captures(LIVES[0])[0]
    many = History()
    tracemalloc.start()
    for number in range(300):
        many.add(events([example.changed(first, put={"/systemData/createdAt": f"2025-04-08T09:30:00.{number:04}Z"})]))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 64 * 10_000


LONG = "x" * 100_000
LONG_STRINGS = {
    "an eTag": {"/eTag": '"%s"'},
    "a name": {"/properties/status/stages/0/groups/0/members/0/name": "%s"},
    "an operation": {"/properties/status/stages/0/groups/0/members/0/operationId": "%s"},
    "a version": {"/properties/managedClusterUpdate/upgrade": {"type": "Full", "kubernetesVersion": "%s"}},
}


@pytest.mark.parametrize("put", LONG_STRINGS.values(), ids=LONG_STRINGS)
def test_a_history_weighs_long_strings(put: dict[str, JSON], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_KEPT", 300_000)
    many = History()
    tracemalloc.start()
    for number in range(10):
        for poll in range(2):
            long = json.loads(json.dumps(put).replace("%s", f"{LONG}{number}-{poll}"))
            many.add(events([example.changed(numbered_run(number), put={"/eTag": f'"{poll}"', **long})]))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 700_000, "10 runs keep 1 MB and more of these strings"


def test_a_run_that_was_deleted_is_another_one_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_KEPT", 30_000)
    (first,), (last,) = events(captures(LIVES[0])[:1]), events(captures(LIVES[0])[-1:])
    others = events(map(numbered_run, range(30)))
    for number in range(1, 30):
        kept = History()
        log = [Deleted(captures(LIVES[0])[0]["id"]), *(event for other in others[:number] for event in (last, other))]
        assert kept.add(log) == []
        assert kept.add([first]) != [], f"the run is known after {number} others"


def test_of_two_parts_with_one_name_the_first_counts() -> None:
    before, now = (json.loads(json.dumps(captures(LIVES[0])[0])) for _ in range(2))
    for capture, start in ((before, None), (now, "2025-04-08T09:40:00Z")):
        capture.pop("eTag", None)
        stages = capture["properties"]["status"]["stages"]
        stages[0]["status"] = {"state": "Running", "startTime": 1}
        stages.append({**stages[0], "status": {"state": "Running", "startTime": start or "2025-04-08T09:35:00Z"}})
    (one, two) = events([before, now])
    assert [finding.rule for finding in History().add([one, two])] == []
