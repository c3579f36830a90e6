"""`updaterun versions` and `updaterun diff`: what differs between two api-versions, and which files would break."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from validator.cli import main
from validator.contract import schemas
from validator.contract.drift import Change, changes, compare, facts_of
from validator.rules.by_version import rules_of
from validator.rules.example import CONCURRENT, EXCHANGE, GATED, REQUEST, RESPONSE, changed

OLD, NEW = "2025-03-01", "2026-06-01"
PARALLEL = changed(
    RESPONSE, put={"/properties/status/stages/0/groups/0/members/2/status": {"state": "Running", "startTime": "2025-04-08T09:53:00Z"}}
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def drift(*arguments: str) -> Any:
    return json.loads(run("diff", *arguments, "--format", "json").stdout)


# What differs


@pytest.mark.parametrize("old, new", list(pairwise(schemas.VERSIONS)))
def test_what_differs_makes_the_one_of_the_other(old: str, new: str) -> None:
    before, after = (facts_of(schemas.load(version)) for version in (old, new))
    for change, fact, was, is_now in changes(schemas.load(old), schemas.load(new)):
        assert (before.pop(fact, None), after.pop(fact, None)) == (was, is_now)
        assert change == ("added" if was is None else "removed" if is_now is None else "changed")
    assert before == after


def test_the_other_way_round_what_was_added_is_removed() -> None:
    there, back = (changes(schemas.load(old), schemas.load(new)) for old, new in ((OLD, NEW), (NEW, OLD)))
    assert {(each.fact, each.new) for each in there} == {(each.fact, each.old) for each in back}
    assert {each.change for each in there} == {"added"}
    assert {each.change for each in back} == {"removed"}


def test_a_value_that_differs_is_changed() -> None:
    assert compare({"A.b#maxLength": 1}, {"A.b#maxLength": 2}) == [Change("changed", "A.b#maxLength", 1, 2)]


@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_nothing_differs_from_itself(version: str) -> None:
    assert drift(version, version) == {"old": version, "new": version, "changes": [], "rules": [], "findings": None}
    assert run("diff", version, version).stdout == f"From {version} to {version}: nothing differs.\n"


def test_the_text_begins_with_the_numbers_of_what_it_lists() -> None:
    title, _, listed = run("diff", OLD, NEW).stdout.partition("\n")
    numbers = list(map(int, re.findall(r"\d+", title.partition(": ")[2])))
    assert numbers == [len(section.splitlines()) - 1 for section in listed.strip().split("\n\n")]


def test_the_rules_that_differ_are_those_of_one_version_alone() -> None:
    old, new = rules_of(OLD), rules_of(NEW)
    found = {row["rule"]: (row["old"], row["new"]) for row in drift(OLD, NEW)["rules"]}
    assert found == {
        name: (str(old[name]) if name in old else None, str(new[name]) if name in new else None)
        for name in {*old, *new}
        if old.get(name) != new.get(name)
    }
    assert found["members-in-parallel"] == ("error", None)
    assert found["concurrency-exceeded"] == (None, "warning")
    assert drift("2023-03-15-preview", "2023-06-15-preview")["rules"][0] == {
        "change": "changed",
        "rule": "kubernetes-version-forbidden",
        "old": "warning",
        "new": "error",
    }


def test_text_has_a_line_for_each_definition_property_constraint_value_and_rule() -> None:
    text = run("diff", "2024-05-02-preview", "2025-04-01-preview").stdout
    assert text.startswith("From 2024-05-02-preview to 2025-04-01-preview: ")
    for line in (
        "  + GateConfiguration",
        "  + GateConfiguration.displayName  string, maxLength 100, minLength 1",
        "  + UpdateStage.beforeGates  array of GateConfiguration",
        "  + UpdateRun.id format  arm-id",
        "  - UpdateRunsGet.subscriptionId minLength  1",
        "  + GateType=Approval",
        "  + gate-id-type  warning",
    ):
        assert f"\n{line}\n" in text
    assert re.findall(r"^\w+$", text, re.MULTILINE) == ["Definitions", "Properties", "Constraints", "Values", "Rules"]


def test_markdown_has_the_rows_of_the_text() -> None:
    text, markdown = (run("diff", OLD, NEW, "--format", form).stdout for form in ("text", "markdown"))
    names = re.findall(r"^  [+~-] (\S+)", text, re.MULTILINE)
    assert re.findall(r"^\| \w+ \| `([^`]+)` \|", markdown, re.MULTILINE) == names
    assert "| added | `UpdateStage.maxConcurrency` |  | `string, pattern ^(?:([1-9][0-9]*)\\|([1-9][0-9]?\\|100)%)$` |" in markdown


# Which files would break


@pytest.fixture
def fixtures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clean.json").write_text(json.dumps(RESPONSE))
    (tmp_path / "parallel.json").write_text(json.dumps(PARALLEL))
    (tmp_path / "gated.json").write_text(json.dumps(GATED))
    return tmp_path


@pytest.mark.usefixtures("fixtures")
def test_the_findings_that_the_new_version_adds_are_listed() -> None:
    found = [(Path(finding["source"]).name, finding["rule"]) for finding in drift(NEW, OLD, ".")["findings"]]
    assert found == [
        ("gated.json", "undocumented-property"),
        ("gated.json", "undocumented-property"),
        ("gated.json", "undocumented-property"),
        ("gated.json", "undocumented-property"),
        ("parallel.json", "members-in-parallel"),
    ]
    assert [finding["rule"] for finding in drift(OLD, NEW, ".")["findings"]] == ["concurrency-exceeded"]


def test_what_both_versions_find_is_not_new(fixtures: Path) -> None:
    (fixtures / "parallel.json").write_text(json.dumps(changed(RESPONSE, put={"/properties/extra": 1})))
    assert drift(OLD, NEW, ".")["findings"] == []
    assert "No new finding in 3 files under 2026-06-01.\n" in run("diff", OLD, NEW, ".").stdout


def test_exchanges_are_judged_by_both_versions_whatever_their_urls_say(fixtures: Path) -> None:
    recorded = {"Entries": [_entry(CONCURRENT)], "Variables": {}}
    (fixtures / "recording.json").write_text(json.dumps(recorded))
    found = {finding["rule"] for finding in drift(NEW, OLD, "recording.json")["findings"]}
    assert found == {"undocumented-property"}


def _entry(response: Any) -> Any:
    return {
        "RequestUri": EXCHANGE["url"].replace(OLD, NEW),
        "RequestMethod": "GET",
        "RequestHeaders": {},
        "RequestBody": None,
        "StatusCode": 200,
        "ResponseHeaders": {},
        "ResponseBody": response,
    }


@pytest.mark.usefixtures("fixtures")
@pytest.mark.parametrize(
    "arguments, status", [([OLD, NEW, "."], 0), ([NEW, OLD, "parallel.json"], 1), ([OLD, NEW, "absent.json"], 2), ([OLD, NEW], 0)]
)
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_an_error_that_the_new_version_adds_makes_the_status_1(arguments: list[str], status: int, form: str) -> None:
    assert run("diff", *arguments, "--format", form).exit_code == status


@pytest.mark.usefixtures("fixtures")
def test_text_and_markdown_list_new_findings_with_their_places() -> None:
    text, markdown = (run("diff", NEW, OLD, "parallel.json", "--format", form).stdout for form in ("text", "markdown"))
    line = 'member "canary-3" is Running at the same time as member "canary-2" of its group'
    assert "1 new finding in 1 file under 2025-03-01:\nparallel.json\n  1:" in text
    assert f"error members-in-parallel response /properties/status/stages/0/groups/0/members/2/status/state: {line}" in text
    assert f"{line}</code> | <code>members-in-parallel</code> |" in markdown


@pytest.mark.parametrize("arguments", [["2026-06-1", NEW], [OLD, "auto"], [OLD, "2026-05-01-preview"], [OLD]])
def test_what_is_no_published_version_is_a_usage_error(arguments: list[str]) -> None:
    assert run("diff", *arguments).exit_code == 2


# The list of versions


def test_the_list_has_each_version_with_what_it_adds_and_who_speaks_it() -> None:
    text = run("versions").stdout
    assert re.findall(r"^(20\S+)  (stable|preview)", text, re.MULTILINE) == [
        (known.name, "stable" if known.stable else "preview") for known in schemas.PUBLISHED.values()
    ]
    words = " ".join(text.split())
    for known in schemas.PUBLISHED.values():
        assert all(client in words for client in known.clients)
    assert all(draft in words for draft in schemas.DRAFTS)
    assert "2026-06-01 stable adds nothing to update runs used by Java 1.3.0" in words
    assert "2023-08-15-preview preview adds UpdateRun.properties.updateStrategyId used by" in words


def test_a_version_removes_what_it_no_longer_requires() -> None:
    assert "removes UpdateStage.groups required" in " ".join(run("versions").stdout.split())


def test_requests_are_compared_too(tmp_path: Path) -> None:
    request = changed(REQUEST, put={"/properties/strategy/stages/0/maxConcurrency": "51"})
    (tmp_path / "request.json").write_text(json.dumps(request))
    found = [finding["rule"] for finding in drift(OLD, NEW, str(tmp_path))["findings"]]
    assert found == ["max-concurrency-over-limit"]


@pytest.mark.parametrize("name, status", [("cut.json", 2), (".", 0)])
def test_what_cannot_be_read_is_named_and_is_no_success(name: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cut.json").write_text(json.dumps(RESPONSE)[:-20])
    (tmp_path / "good.json").write_text(json.dumps(RESPONSE))
    for command in (["diff", OLD, NEW], ["coverage"]):
        result = run(*command, name, "good.json")
        assert (result.exit_code, "cut.json:1:" in result.stderr) == (status, True)


def test_a_comparison_of_nothing_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    result = run("diff", OLD, NEW, str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing to check: nothing in" in result.stderr
