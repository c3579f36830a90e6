"""`updaterun show`: every run is shown as far as it can be read, and nothing in it acts on the terminal or the page."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from copy import deepcopy
from email.message import Message
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from tests.support import golden
from tests.support.colours import contrast
from tests.support.command import updaterun
from tests.support.documents import arbitrary, mutated
from tests.support.pages import HOSTILE, MEMBER, ROOTS, WITH_GATES, Reader, palette, run_with, shown
from tests.support.profiles import at_most
from tests.support.terminal import on_terminal
from validator.contract.formats import NANOSECONDS, date_time
from validator.contract.schemas import load
from validator.fake import FakeFleet
from validator.pointer import JSON
from validator.readers.items import Text
from validator.rules import example
from validator.rules.entries import entries, site
from validator.show import time_format
from validator.show.page import FOLDER, render_page
from validator.show.state_styles import PLANNED, QUIET, STYLES, UNKNOWN
from validator.show.text_tree import PLAIN_WIDTH, SEVERITY_STYLES, render_text
from validator.show.time_axis import Axis
from validator.strategies import histories, list_pages, update_runs

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"
# Text


@pytest.mark.golden
@pytest.mark.parametrize(
    "name, path",
    [
        ("show-running", "samples/documents/update-run.json"),
        ("show-request", "samples/documents/update-run-request.json"),
        ("show-wrong", "samples/wrong/update-run.json"),
        ("show-history", "samples/vcr/cassette.yaml"),
        ("show-list", "samples/documents/list-page.json"),
        ("show-az", "samples/az-cli/show.json"),
        ("show-wrong-history", "samples/wrong/cassette.yaml"),
    ],
)
def test_the_text_is_the_golden_one(name: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    golden.compare(GOLDEN / f"{name}.txt", updaterun("show", path).stdout)


@pytest.mark.slow
def test_every_sample_with_a_run_is_shown_as_text_and_as_a_page() -> None:
    names = [path for path in (ROOT / "samples").rglob("*.*") if path.name not in {"README.md", "expected.json"}]
    refused = {path.name for path in names if updaterun("show", path).exit_code}
    assert refused == {"error-response.json", "error-response-bare.json", "error-response-nested.json", "stages.json"}
    assert all(updaterun("show", path, "--html", "-").stdout.startswith("<!doctype html>") for path in names if path.name not in refused)


@pytest.mark.parametrize("state", STYLES)
def test_each_state_is_shown_with_a_sign_of_its_own(state: str) -> None:
    text = render_text(shown(run_with(properties__status__status={"state": state})))
    assert f"{STYLES[state].symbol} {state}" in text.splitlines()[0]


def test_the_documented_states_have_styles() -> None:
    assert set(STYLES) == set(load().schemas["UpdateState"]["enum"])
    assert len({style.symbol for style in STYLES.values()}) == len(STYLES)


@pytest.mark.parametrize(
    "style", sorted({QUIET, *(each.terminal for each in (*STYLES.values(), UNKNOWN, PLANNED)), *SEVERITY_STYLES.values()})
)
def test_a_colour_of_the_terminal_is_readable_on_black_and_on_white(style: str) -> None:
    colour = Style.parse(style).color
    assert colour is not None
    shares = (channel / 255 for channel in colour.get_truecolor())
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert min((luminance + 0.05) / 0.05, 1.05 / (luminance + 0.05)) > 3.5, "the contrast of text, in the formula of WCAG"


def test_an_unknown_state_is_shown_as_it_is() -> None:
    overview = shown(run_with(**{f"{MEMBER}__status__state": "Exploded"}))
    assert "? " in render_text(overview)
    assert "Exploded  " in render_text(overview)
    assert "Exploded" in render_page(overview)


def test_the_fleet_is_the_one_of_the_id_whatever_the_resource_group_is_called() -> None:
    assert "/resourceGroups/fleets/" in example.RESPONSE["id"]
    assert "fleet prod · " in render_text(shown(example.RESPONSE))


def test_details_of_an_error_are_shown_below_it() -> None:
    error = {"code": "A", "message": "outer", "details": [{"code": "B", "message": "inner", "target": "pool1"}]}
    text = render_text(shown(run_with(**{f"{MEMBER}__status__error": error})))
    assert re.search(r"( +)A: outer\n[ │]+  B: inner \(pool1\)\n", text)


def test_a_finding_is_at_the_innermost_part_that_it_is_about() -> None:
    overview = shown(
        run_with(**{f"{MEMBER}__status__startTime": "yesterday", "properties__status__status__state": "running", "eTag": "bare"})
    )
    (snapshot,) = overview.histories[0].snapshots
    member = example.RESPONSE["properties"]["status"]["stages"][0]["groups"][0]["members"][0]["name"]
    places = {node.title: [finding.rule for finding in node.findings] for node in snapshot.run.walk() if node.findings}
    assert places == {snapshot.run.name: ["schema/enum"], member: ["schema/format"]}
    assert [finding.rule for finding in snapshot.other_findings] == ["etag-format"]


def test_the_pointer_of_a_finding_is_whole_on_a_narrow_terminal() -> None:
    polls = [json.loads((ROOT / "samples/documents/update-run.json").read_text()) for _ in range(2)]
    wait = polls[0]["properties"]["status"]["stages"][0]["afterStageWaitStatus"]
    wait["waitDurationInSeconds"] += 1
    text = render_text(shown(polls), width=60)
    assert "/properties/status/stages/0/afterStageWaitStatus/waitDurationInSeconds:" in re.sub(r"\s+", "", text)


def test_a_finding_about_the_strategy_is_at_its_stage() -> None:
    overview = shown(run_with(properties__strategy__stages__0__afterStageWaitInSeconds=2**31))
    (snapshot,) = overview.histories[0].snapshots
    (title,) = {node.title for node in snapshot.run.walk() for finding in node.findings if finding.rule == "schema/maximum"}
    assert title.startswith(("wait", "stage"))


def test_a_finding_about_the_whole_strategy_is_at_the_run() -> None:
    overview = shown(run_with(properties__strategy__extra=1))
    (snapshot,) = overview.histories[0].snapshots
    assert [finding.rule for finding in snapshot.run.findings] == ["undocumented-property"]
    assert snapshot.other_findings == ()


@pytest.mark.parametrize("path", ["samples/wrong/update-run.json", "samples/wrong/cassette.yaml"])
def test_a_finding_has_the_line_and_the_column_that_check_gives_it(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    findings = json.loads(updaterun("check", path, "--format", "json").stdout)["findings"]
    assert all(finding["line"] for finding in findings)
    text = updaterun("show", path).stdout
    positions = re.findall(r"! (error|warning|note) (\d+):(\d+) ", text)
    assert sorted(positions) == sorted((finding["severity"], str(finding["line"]), str(finding["column"])) for finding in findings)


def test_the_findings_of_a_recording_are_placed_in_one_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    from validator.readers import positions

    walks = []
    locate = positions.locate

    def counting(text: Text, targets: Iterable[positions.Target]) -> list[positions.Position | None]:
        walks.append(text)
        return locate(text, targets)

    monkeypatch.setattr(positions, "locate", counting)
    updaterun("show", ROOT / "samples/wrong/cassette.yaml")
    assert len(walks) == 1


def test_findings_of_az_output_are_at_their_parts() -> None:
    body = json.loads((ROOT / "samples/az-cli/show.json").read_text())
    body["status"]["stages"][0]["groups"][0]["members"][0]["status"]["state"] = "running"
    text = updaterun("show", "-", stdin=json.dumps(body)).stdout
    assert 'found "running", which differs from Running only in case [schema/enum]' in re.sub(r"[\s│]+", " ", text)
    assert "Elsewhere" not in text


# Any value is shown


@pytest.mark.slow
@at_most(40)
@given(document=arbitrary | st.dictionaries(st.sampled_from(["status", "strategy", "managedClusterUpdate"]), arbitrary))
def test_any_value_where_a_run_should_be_is_shown(document: JSON) -> None:
    for body in ({"managedClusterUpdate": 1, "properties": document}, {"id": "/updateruns/", "properties": {"status": document}}):
        overview = shown(body)
        assert overview.histories or overview.without_run
        assert not overview.histories or render_text(overview).count("\n") >= 2
        assert render_page(overview)


@pytest.mark.slow
@at_most(40)
@given(document=mutated())
def test_a_run_with_anything_wrong_in_it_is_shown(document: JSON) -> None:
    overview = shown({"value": [document, example.RESPONSE]})
    assert len(overview.histories) in {1, 2}
    assert "\x1b" not in render_text(overview)
    assert render_page(overview) == render_page(overview)


@pytest.mark.parametrize("key", ["stages", "groups", "members", "beforeGates"])
def test_null_in_place_of_a_part_is_a_part_without_a_name(key: str) -> None:
    stage: JSON = {"groups": [{}]}
    {"stages": {}, "groups": stage, "beforeGates": stage, "members": stage["groups"][0]}[key][key] = [None]
    for name in ("status", "strategy"):
        stages = [None] if key == "stages" else [stage]
        overview = shown({"properties": {"managedClusterUpdate": {}, name: {"stages": stages}}})
        assert render_text(overview)
        assert render_page(overview)


@pytest.mark.slow
@given(document=update_runs())
def test_every_part_of_a_run_is_shown(document: JSON) -> None:
    text, markup = render_text(shown(document), width=400), render_page(shown(document))
    for stage in document["properties"]["status"].get("stages", []):
        for named in [stage, *stage["groups"], *(member for group in stage["groups"] for member in group.get("members", []))]:
            assert named["name"] in text
            assert html.escape(named["name"]) in markup


@pytest.mark.slow
@given(pages=list_pages())
def test_every_run_of_a_list_has_a_history(pages: JSON) -> None:
    assert len(shown(pages).histories) == len(pages["value"])


# Histories


@pytest.mark.slow
@at_most(25)
@given(polls=histories())
def test_the_captures_of_a_run_are_one_history(polls: list[JSON]) -> None:
    (history,) = shown(*polls).histories
    assert sum(1 + snapshot.repeats for snapshot in history.snapshots) == len(polls)
    assert all(snapshot.changes for snapshot in history.snapshots[1:])
    render_text(shown(*polls))
    render_page(shown(*polls))


def test_a_change_of_state_is_listed() -> None:
    before, after = run_with(), run_with(**{f"{MEMBER}__status": {"state": "Failed"}})
    (history,) = shown(before, after).histories
    assert [str(change).rpartition(": ")[2] for change in history.snapshots[1].changes] == ["Completed → Failed"]


def test_a_finding_of_an_earlier_capture_is_listed_with_it() -> None:
    first = run_with(eTag="bare")
    second = run_with(properties__status__status={"state": "Failed"})
    text = render_text(shown(first, second))
    assert text.index("etag-format") > text.index("the tree shows the last")


def test_a_run_that_is_created_again_is_another_run() -> None:
    again = run_with(systemData__createdAt="2025-05-01T00:00:00Z", systemData__lastModifiedAt="2025-05-01T00:00:00Z")
    assert len(shown(run_with(), again).histories) == 2


# Values are inert


def test_nothing_in_a_value_acts_on_a_terminal() -> None:
    body = run_with(**{f"{MEMBER}__message": HOSTILE, f"{MEMBER}__name": HOSTILE, "name": HOSTILE, f"{MEMBER}__status__state": HOSTILE})
    text = render_text(shown(body))
    assert text.replace("\n", "").isprintable()
    assert "[bold red]not rich[/]" in text


def test_nothing_in_a_value_is_taken_for_markup() -> None:
    everything = deepcopy(example.RESPONSE)
    everything["properties"]["status"]["stages"][0]["status"]["error"] = {"code": "x", "message": "x", "target": "x", "details": [{}]}
    hostile = _everywhere(everything)
    markup = render_page(shown(hostile))
    tags = Tags()
    tags.feed(markup)
    assert not tags.names & {"script", "bold"}
    assert not any(name.startswith("on") or name == "style" for name in tags.attributes)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b]", markup)


def _everywhere(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {key: below if key in {"id", "type", "startTime", "completedTime"} else _everywhere(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_everywhere(item) for item in value]
    return f"{HOSTILE}\"'" if isinstance(value, str) else value


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.labelled: set[str] = set()
        self.inputs: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.labelled |= {value or "" for name, value in attrs if tag == "label" and name == "for"}
        self.inputs |= {value or "" for name, value in attrs if tag == "input" and name == "id"}
        self.links |= {value or "" for name, value in attrs if name in {"href", "src", "for", "aria-labelledby"}}


def test_a_secret_is_not_shown() -> None:
    body = run_with(**{f"{MEMBER}__message": "sent Bearer abcdefghijklmnop", "name": "Basic abcdefghijklmnop"})
    assert "abcdefghijklmnop" not in render_text(shown(body)) + render_page(shown(body))


# Several files, and many runs


@pytest.fixture(name="polls")
def captures_in_states(tmp_path: Path) -> Path:
    """Return a folder with two captures of one run, in the order of their numbers, and an unrelated file."""
    states = {"poll-2.json": "Running", "poll-10.json": "Failed"}
    for name, state in states.items():
        (tmp_path / name).write_text(json.dumps(run_with(properties__status__status={"state": state}, eTag=f'"{name}"')))
    (tmp_path / "package.json").write_text('{"name": "polls", "version": "1.0.0"}')
    return tmp_path


def test_the_runs_of_each_file_are_drawn_with_the_name_of_the_file(polls: Path) -> None:
    result = updaterun("show", polls / "poll-10.json", polls)
    assert (result.exit_code, result.stderr) == (0, "")
    text = " ".join(result.stdout.split())
    assert text.index("spring ✗ Failed") < text.index(f"{polls}/poll-10.json") < text.index("spring ▶ Running")
    assert "captures" not in text


def test_of_several_files_the_one_that_all_captures_of_a_run_are_in_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "samples" / "vcr")
    text = updaterun("show", *sorted(Path().iterdir())).stdout
    assert text.count("cassette.json, entry 1") == 0
    assert "2 captures in " in text
    assert re.search(r"cassette\.json; the tree shows the last\n  1  entry 1, put → 200  run: NotStarted\n", text)


@pytest.mark.parametrize(
    "before, after, change",
    [
        ({"upgrade": {"type": "Full", "kubernetesVersion": "1.31"}}, {"upgrade": {"type": "NodeImageOnly"}}, "upgrade NodeImageOnly"),
        ({"nodeImageSelection": {"type": "Latest"}}, {}, "run: no node images"),
    ],
)
def test_what_changes_of_a_run_besides_its_states_is_named(before: JSON, after: JSON, change: str) -> None:
    first, second = (example.changed(example.RESPONSE, put={"/properties/managedClusterUpdate": update}) for update in (before, after))
    assert change in render_text(shown(first, second))


def test_with_history_the_captures_of_a_run_in_all_files_are_one_history(polls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(polls)
    text = updaterun("show", "--history", ".").stdout
    assert text.startswith("spring  ✗ Failed")
    assert "2 captures; the tree shows the last" in text
    assert re.search(r" 1  \./poll-2.json   run: Running\n +2  \./poll-10.json  run: Running → Failed\n", text)
    assert "transition-unexpected" not in updaterun("show", polls).stdout


def test_the_order_in_which_a_shell_sorts_numbers_is_named(polls: Path) -> None:
    result = updaterun("show", "--history", polls / "poll-10.json", polls / "poll-2.json")
    assert "poll-10.json before" in result.stderr


def test_a_named_file_without_a_run_is_a_sentence_and_the_others_are_shown(polls: Path) -> None:
    result = updaterun("show", polls / "package.json", polls / "poll-2.json", polls / "none.json")
    assert result.exit_code == 2
    assert result.stdout.startswith("spring")
    assert result.stderr.splitlines() == [
        f"updaterun: no such file or folder: {polls}/none.json",
        f"updaterun: {polls}/package.json has no update run to show",
    ]


def test_a_folder_without_a_run_is_a_sentence_and_exit_2(polls: Path) -> None:
    for name in ("poll-2.json", "poll-10.json"):
        (polls / name).unlink()
    result = updaterun("show", polls)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"updaterun: no update run in {polls}\n")


def test_a_broken_file_in_a_folder_is_named(polls: Path) -> None:
    (polls / "broken.json").write_text('{"properties": {"managedClusterUpdate": {"upgrade"')
    result = updaterun("show", polls)
    assert result.exit_code == 0
    assert "broken.json has no update run to show; not JSON" in result.stderr


@pytest.mark.parametrize("number, is_one_line", [(10, False), (11, True)])
def test_more_than_ten_runs_take_one_line_each(number: int, *, is_one_line: bool) -> None:
    overview = shown({"value": [run_with(name=f"r{each:02}", id=f"{run_with()['id']}{each}") for each in range(number)]})
    lines = render_text(overview).splitlines()
    assert len([line for line in lines if re.match(r"r\d\d  ▶ Running", line)]) == number
    assert any("stage" in line for line in lines) == (not is_one_line)
    assert not is_one_line or len(render_text(overview, width=40).splitlines()) == number + 4
    assert render_page(overview).count("<details><summary>") == (number if is_one_line else 0)


# Errors of the API


def failed(*nodes: str) -> JSON:
    error = {"code": "PodEvictionFailure", "message": "the pod web-0 cannot be evicted"}
    return run_with(**{f"{node}__status": {"state": "Failed", "error": error} for node in nodes})


GROUP = MEMBER.rpartition("__members")[0]
STAGE = GROUP.rpartition("__groups")[0]


def test_an_error_that_parts_share_is_shown_at_the_lowest_and_referred_to_above() -> None:
    body = failed("properties__status", STAGE, GROUP, MEMBER)
    member = body["properties"]["status"]["stages"][0]["groups"][0]["members"][0]["name"]
    text, page = render_text(shown(body)), render_page(shown(body))
    assert text.count("the pod web-0 cannot be evicted") == 1
    assert text.count(f"API error PodEvictionFailure, see {member}") == 3
    assert page.count("the pod web-0 cannot be evicted") == 1
    assert page.count('see <a href="#r0c0/properties/status/stages/0/groups/0/members/0">') == 3


def test_an_error_of_one_part_alone_is_shown_there() -> None:
    text = render_text(shown(failed(GROUP)))
    assert "API error PodEvictionFailure: the pod web-0 cannot be evicted" in text
    assert "see " not in text


# Durations


@pytest.mark.parametrize("completed, words", [("12:00:00", "1h 20m, 2h 20m with its wait"), (None, "since 2025-04-08 09:40:00")])
def test_the_duration_of_a_stage_is_without_its_wait_and_with_it(completed: str | None, words: str) -> None:
    group = {"startTime": "2025-04-08T09:40:00Z", "completedTime": "2025-04-08T11:00:00Z", "state": "Completed"}
    stage = {"startTime": "2025-04-08T09:40:00Z"} | ({"completedTime": f"2025-04-08T{completed}Z"} if completed else {})
    wait = {"status": {"startTime": "2025-04-08T11:00:00Z"}, "waitDurationInSeconds": 3600}
    groups = [{"status": group, "members": [{"name": "one"}]}]
    status = {"stages": [{"status": stage, "groups": groups, "afterStageWaitStatus": wait}]}
    overview = shown({"properties": {"managedClusterUpdate": {}, "status": status}})
    (node,) = overview.histories[0].last.run.children
    assert time_format.lasted(node) == words
    page = re.sub(r"<title>.*?</title>", "", render_page(overview))
    assert page.count("with its wait") == (1 if completed else 0)
    text = render_text(overview)
    assert ("1h 20m  2025-04-08 09:40:00 – 11:00:00  2h 20m with its wait" in text) == (completed is not None)  # noqa: RUF001 - an en dash


@pytest.mark.parametrize("state, word", [("Running", "since"), ("Skipped", "at"), ("Failed", "at"), ("Exploded", "since")])
def test_only_what_goes_on_is_since_its_start(state: str, word: str) -> None:
    body = run_with(**{f"{MEMBER}__status": {"state": state, "startTime": "2025-04-08T09:31:00Z"}})
    assert re.search(rf"{state} +{word} 09:31:00", render_text(shown(body)))


# What later api-versions have


def test_a_gate_has_who_opens_it_and_since_when_it_waits() -> None:
    text = " ".join(render_text(shown(WITH_GATES)).replace("│", " ").split())
    assert "before gate change-board Pending since 2025-04-08 09:31:00 waits for Approval · gate 12345678-910a" in text
    assert text.index("before gate") < text.index("group eu") < text.index("after gate soak NotStarted")
    page = " ".join(html.unescape(re.sub("<[^>]*>", " ", render_page(shown(WITH_GATES)))).split())
    assert "before gate change-board ◔ Pending since 2025-04-08 09:31:00 waits for Approval" in page


def test_a_gate_of_a_request_waits_for_its_schedule() -> None:
    time = {"startDay": "Monday", "startTime": "09:30", "utcOffset": "+02:00"}
    gate = {"displayName": "office-hours", "type": "ScheduledStart", "scheduledStartConfiguration": time}
    stages = [{"name": "one", "groups": [{"name": "eu", "beforeGates": [gate]}]}]
    body = {"properties": {"managedClusterUpdate": {}, "strategy": {"stages": stages}}}
    assert "waits for Monday 09:30 +02:00" in render_text(shown(body))
    assert "<code>Monday 09:30 +02:00</code>" in render_page(shown(body))


def test_a_finding_about_a_gate_in_the_status_or_in_the_strategy_is_at_the_gate() -> None:
    (snapshot,) = shown(WITH_GATES).histories[0].snapshots
    gate = snapshot.run.children[0].children[0]
    pointers = [f"/properties/{place}/stages/0/beforeGates/0" for place in ("status", "strategy")]
    assert (gate.title, list(gate.pointers)) == ("before gate change-board", pointers)


def test_limits_are_shown_as_resolved_and_as_given() -> None:
    text = " ".join(render_text(shown(WITH_GATES)).split())
    assert "concurrency 3 (25%) · failures 1, allowed 2" in text
    assert "selector env=test" in text
    assert text.startswith("(no name) ◔ Pending failures 1")


# The page


@pytest.mark.parametrize(
    "seconds, most, labels",
    [
        (1, 5, ["09:31:01", "09:31:02"]),
        (39 * 60, 5, ["09:40", "09:50", "10:00", "10:10"]),
        (39 * 60, 2, ["10:00"]),
        (70 * 60, 5, ["09:45", "10:00", "10:15", "10:30"]),
        (49 * 3600, 5, ["12:00", "04-09", "12:00", "04-10"]),
        (10 * 86_400, 5, ["04-10", "04-12", "04-14", "04-16", "04-18"]),
        (365 * 86_400, 2, None),
    ],
)
def test_an_axis_has_round_ticks(seconds: int, most: int, labels: list[str] | None) -> None:
    start = date_time("2025-04-08T09:31:01Z") or 0
    ticks = Axis(start, start + seconds * NANOSECONDS, 0).ticks(most)
    assert 1 <= len(ticks) <= most + 1
    assert all(0 <= left <= 100 for left, _ in ticks)
    assert labels is None or [label for _, label in ticks] == labels


def test_a_label_at_an_end_of_an_axis_does_not_stick_out() -> None:
    markup = updaterun("show", ROOT / "samples/documents/update-run.json", "--html", "-").stdout
    anchored = re.findall(r'<text( class="\w+")? x="([\d.]+)%" y="14">', markup)
    assert {kind for kind, left in anchored if float(left) > 96} == {' class="last"'}
    assert {kind for kind, left in anchored if 4 <= float(left) <= 96} == {""}


def test_changes_are_below_the_timeline() -> None:
    markup = updaterun("show", ROOT / "samples/vcr/cassette.yaml", "--html", "-").stdout
    headings = re.findall(r"<h3>(Timeline|Changes since the previous capture|Stages)", markup)
    assert headings[-3:] == ["Timeline", "Changes since the previous capture", "Stages"]


def test_a_long_run_says_that_it_scrolls() -> None:
    stages = [{"name": f"s{number}"} for number in range(4)]
    markup = [render_page(shown({"properties": {"managedClusterUpdate": {}, "status": {"stages": stages[:n]}}})) for n in (3, 4)]
    assert ["scroll sideways" in page for page in markup] == [False, True]


def test_a_stage_in_the_timeline_leads_to_the_stage() -> None:
    (links,) = (timeline.all("a", "name") for timeline in Reader(render_page(shown(example.RESPONSE))).top.all("section", "timeline"))
    stages = "#r0c0/properties/status/stages"
    assert [(link.text, link.given["href"]) for link in links] == [
        ("stage canary", f"{stages}/0"),
        ("wait of 1h", f"{stages}/0/afterStageWaitStatus"),
        ("stage rest", f"{stages}/1"),
    ]


def test_a_rule_has_its_fix_and_a_link_once_there_is_a_handbook(monkeypatch: pytest.MonkeyPatch) -> None:
    overview = shown(run_with(eTag="bare"))
    urls = Message()
    urls["Project-URL"] = "Documentation, https://example.invalid/book"
    assert html.escape(entries()["etag-format"].fix, quote=False) in html.unescape(render_page(overview))
    assert "https:" not in render_page(overview)
    monkeypatch.setattr("importlib.metadata.metadata", lambda _: urls)
    site.cache_clear()
    try:
        assert 'href="https://example.invalid/book/rules/etag-format.html"' in render_page(overview)
    finally:
        site.cache_clear()


def test_links_of_a_page_lead_somewhere_and_no_place_has_two_names() -> None:
    tags = Tags()
    tags.feed(updaterun("show", ROOT / "samples/wrong/cassette.yaml", "--html", "-").stdout)
    assert len(tags.ids) == len(set(tags.ids))
    assert {link.removeprefix("#") for link in tags.links} <= set(tags.ids)


@pytest.mark.parametrize("path", ["samples/wrong/cassette.yaml", "samples/vcr/cassette.yaml", "samples/documents/update-run.json"])
def test_a_page_has_landmarks_headings_in_order_and_a_label_for_every_input(path: str) -> None:
    markup = updaterun("show", ROOT / path, "--html", "-").stdout
    tags = Tags()
    tags.feed(markup)
    assert markup.startswith('<!doctype html>\n<html lang="en">')
    assert {"header", "main", "footer", "title"} <= tags.names
    assert tags.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(tags.headings))
    assert tags.inputs == tags.labelled
    assert "<svg" not in markup or not re.search(r'<svg(?![^>]*aria-hidden="true")', markup)


def test_times_that_differ_by_less_than_a_second_make_no_axis() -> None:
    times = {"startTime": "2025-04-08T09:31:00.457755418Z", "completedTime": "2025-04-08T09:31:00.957755418Z"}
    body = {"properties": {"managedClusterUpdate": {}, "status": {"stages": [{"status": times}]}}}
    assert "<svg" not in render_page(shown(body))
    body["properties"]["status"]["stages"][0]["status"]["completedTime"] = "2025-04-08T09:31:01.457755418Z"
    assert "<svg" in render_page(shown(body))


def test_a_stage_without_times_of_its_own_lies_where_its_groups_do() -> None:
    times = {"startTime": "2025-04-08T09:31:00Z", "completedTime": "2025-04-08T09:32:00Z"}
    body = {"properties": {"managedClusterUpdate": {}, "status": {"stages": [{"groups": [{"status": times}]}]}}}
    assert 'class="planned" x="0.00%" y="0" width="100.00%"' in render_page(shown(body))


def test_a_page_asks_for_nothing_from_elsewhere() -> None:
    markup = render_page(shown(run_with()))
    assert "default-src 'none'" in html.unescape(markup)
    assert not re.search(r"https?://|url\(|@import|src=", markup)


def test_only_the_stylesheet_is_no_text_in_the_template() -> None:
    template = Path(FOLDER, "page.html").read_text()
    assert re.findall(r"{[{%][^}]*\b(?:safe|autoescape)\b[^}]*}}", template) == ["{{ stylesheet | safe }}"]


@pytest.mark.process
def test_text_for_a_terminal_loads_no_template_engine() -> None:
    code = "import sys\nfrom validator.cli import main\nmain(sys.argv[1:], standalone_mode=False)\nprint('jinja2' in sys.modules)"
    for arguments, is_loaded in ([], "False"), (["--html", os.devnull], "True"):
        command = [sys.executable, "-c", code, "show", "samples/documents/update-run.json", *arguments]
        assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.endswith(f"{is_loaded}\n")


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_text_and_every_bar_stands_out(scheme: str) -> None:
    light, dark, printed = map(palette, ROOTS)
    colours = {"light": light, "dark": light | dark, "print": light | printed}[scheme]
    texts = {(ink, ground): contrast(colours[ink], colours[ground]) for ink in ("ink", "quiet", "link") for ground in ("paper", "card")}
    for state in [*(style.css_class for style in STYLES.values()), "planned", "unknown"]:
        texts[state, "tint"] = contrast(colours[f"{state}-ink"], colours[f"{state}-tint"])
    for severity in ("failed", "pending", "running"):
        texts[severity, "card"] = min(contrast(colours[f"{severity}-ink"], colours[ground]) for ground in ("card", "paper"))
    for ink in ("ink", "quiet", "link"):  # in an error of the API
        texts[ink, "failed-tint"] = contrast(colours[ink], colours["failed-tint"])
    bars = {name: contrast(colour, colours["card"]) for name, colour in colours.items() if name.endswith("-bar")}
    assert {pair: ratio for pair, ratio in texts.items() if ratio < 4.5} == {}
    assert {name: ratio for name, ratio in bars.items() if ratio < 3} == {}


def test_dark_has_every_colour_that_light_has() -> None:
    light, dark, _ = map(palette, ROOTS)
    assert light.keys() == dark.keys()


# The command


@pytest.mark.parametrize(
    "content, reason",
    [
        ("{}", "has no update run to show"),
        ("{", "has no update run to show; "),
        ('{"error": {"code": "NotFound", "message": "no"}}', "has no update run to show"),
    ],
)
def test_a_file_without_a_run_is_a_sentence_and_exit_2(content: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text(content)
    result = updaterun("show", tmp_path / "file.json")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert reason in result.stderr


def test_what_cannot_be_read_is_a_sentence_and_exit_2(tmp_path: Path) -> None:
    result = updaterun("show", tmp_path / "none.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"updaterun: no such file or folder: {tmp_path}/none.json\n"


def test_one_of_several_runs_is_picked_by_name() -> None:
    path = ROOT / "samples/documents/list-page.json"
    names = [item["name"] for item in json.loads(path.read_text())["value"]]
    text = updaterun("show", path, "--run", names[0]).stdout
    assert text.startswith(names[0])
    assert not any(line.startswith(names[1]) for line in text.splitlines())


@pytest.mark.parametrize(
    "number, there", [(1, "is r00"), (2, "are r00 and r01"), (11, f"are {', '.join(f'r{each:02}' for each in range(10))} and others")]
)
def test_where_no_run_has_the_name_those_that_there_are_are_named(number: int, there: str, tmp_path: Path) -> None:
    path = tmp_path / "runs.json"
    path.write_text(json.dumps([run_with(name=f"r{each:02}", id=f"{run_with()['id']}{each}") for each in range(number)]))
    result = updaterun("show", path, "--run", "nobody\x1b")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {path}: no run is named nobody\\x1b; there {there}\n"


@pytest.mark.parametrize("setting", ['ignore = ["schema/"]', 'select = ["etag-format"]'])
def test_rules_that_the_settings_leave_out_are_not_shown(setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run.json").write_text(json.dumps(run_with(eTag="bare", properties__status__status__state="running")))
    monkeypatch.chdir(tmp_path)
    assert "1 error, 1 warning." in updaterun("show", "run.json").stdout
    (tmp_path / "pyproject.toml").write_text(f"[tool.updaterun]\n{setting}\n")
    for output in (updaterun("show", "run.json").stdout, updaterun("show", "run.json", "--html", "-").stdout):
        assert "etag-format" in output
        assert "schema/enum" not in output
    (tmp_path / "pyproject.toml").write_text("[tool.updaterun]\nignored = []\n")
    assert updaterun("show", "run.json").exit_code == 2


def test_a_page_is_written_whole_and_never_over_its_source(tmp_path: Path) -> None:
    source, target = tmp_path / "run.json", tmp_path / "run.html"
    source.write_text(json.dumps(example.RESPONSE))
    assert updaterun("show", source, "--html", target).exit_code == 0
    assert target.read_text().endswith("</html>\n")
    assert updaterun("show", source, "--html", source).exit_code == 2
    assert json.loads(source.read_text()) == example.RESPONSE
    assert updaterun("show", source, "--html", source / "run.html").exit_code == 2


def test_the_query_of_a_cluster_is_not_shown() -> None:
    for name in ("clusterResourceId", "name", "message"):
        for written in ("https://host/x?code=abc", "/subscriptions/s/x?code=abc"):
            if name == "clusterResourceId" or "://" in written:
                overview = shown(run_with(**{f"{MEMBER}__{name}": written}))
                assert "code=" not in render_text(overview) + render_page(overview)


@pytest.mark.process
def test_a_terminal_gets_colours_and_its_own_width() -> None:
    command = ["show", "samples/documents/update-run.json"]
    assert "\x1b[38;5;27m" in on_terminal(*command, columns=60)
    plain = on_terminal(*command, columns=60, NO_COLOR="1")
    assert "\x1b" not in plain + on_terminal(*command, TERM="dumb") + on_terminal(
        "check", "samples/wrong/requests.yaml", status=1, TERM="dumb"
    )
    assert 40 < max(len(line) for line in plain.splitlines()) <= 60


def test_plain_lines_fit_and_end_in_no_blank() -> None:
    lines = render_text(shown(run_with(**{f"{MEMBER}__message": "word " * 300}))).splitlines()
    assert max(map(len, lines)) <= PLAIN_WIDTH
    assert all(line == line.rstrip() for line in lines)


# Times and durations


@pytest.mark.parametrize(
    "nanoseconds, words",
    [
        (0, "0s"),
        (1, "<0.01s"),
        (350_000_000, "0.35s"),
        (9_999_999_999, "9.99s"),
        (10 * NANOSECONDS, "10s"),
        (59_600_000_000, "1m"),
        (750 * NANOSECONDS, "12m 30s"),
        (3600 * NANOSECONDS, "1h"),
        (3661 * NANOSECONDS, "1h 1m"),
        (90_000 * NANOSECONDS, "1d 1h"),
        (-750 * NANOSECONDS, "-12m 30s"),
    ],
)
def test_a_duration_has_its_two_largest_units(nanoseconds: int, words: str) -> None:
    assert time_format.duration(nanoseconds) == words


@given(time=st.datetimes())
def test_a_time_is_written_as_it_was_read(time: Any) -> None:
    read = date_time(f"{time.isoformat()}Z")
    assert read is not None
    assert time_format.clock(read) == f"{time.year:04}-{time:%m-%d %H:%M:%S}"


@pytest.mark.parametrize("text, words", [("0000-01-01T00:00:00Z", "0000-01-01 00:00:00"), ("9999-12-31T23:59:60Z", "10000-01-01 00:00:00")])
def test_the_ends_of_the_calendar_are_times_too(text: str, words: str) -> None:
    time = date_time(text)
    assert time is not None
    assert time_format.clock(time) == words


@pytest.mark.parametrize("name", [{}, {"displayName": "go"}])
def test_gates_with_one_name_are_told_from_each_other(name: JSON) -> None:
    gates = [{"type": "Approval", **name}, {"type": "Approval", **name}]
    fleet, version = FakeFleet({"g": ["m1"]}), "2025-04-01-preview"
    url = fleet.url("spring", version=version)
    strategy = {"stages": [{"name": "s", "groups": [{"name": "g"}], "beforeGates": gates}]}
    fleet.handle("PUT", url, {"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}, "strategy": strategy}})
    fleet.handle("POST", fleet.url("spring", "start", version))
    fleet.tick()
    before = fleet.handle("GET", url).body
    (first, _) = fleet.handle("GET", fleet.url(version=version).replace("/updateRuns", "/gates")).body["value"]
    gate = f"https://management.azure.com{first['id']}?api-version={version}"
    assert fleet.handle("PATCH", gate, {"properties": {"state": "Completed"}}).status == 200
    after = fleet.handle("GET", url).body
    (history,) = shown([before, after, after]).histories
    assert [len(snapshot.changes) for snapshot in history.snapshots] == [0, 1]
    assert history.captures == 3


def test_a_wait_that_was_not_is_not_counted() -> None:
    group = {"startTime": "2025-04-08T09:40:00Z", "completedTime": "2025-04-08T11:00:00Z", "state": "Completed"}
    for wait in ({"state": "NotStarted"}, {"state": "Skipped", "completedTime": "2025-04-08T11:00:00Z"}):
        stage = {"startTime": "2025-04-08T09:40:00Z", "completedTime": "2025-04-08T11:00:01Z", "state": "Failed"}
        stages = [{"status": stage, "groups": [{"status": group}], "afterStageWaitStatus": {"status": wait}}]
        overview = shown({"properties": {"managedClusterUpdate": {}, "status": {"stages": stages}}})
        (node,) = overview.histories[0].last.run.children
        assert time_format.with_wait(node) == ""
