"""Files, histories and assertions in Python: they are what the command line finds, and the settings of the project apply on request."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given

import validator
from tests.support.command import settle, updaterun
from tests.support.profiles import at_most
from validator import (
    RULES,
    Citation,
    Exchange,
    Finding,
    SettingsError,
    Severity,
    assert_conforms,
    check,
    check_file,
    check_files,
    check_history,
    resolve_citation,
)
from validator.pointer import JSON
from validator.rules import example
from validator.rules.catalogue import by_name
from validator.strategies import from_definition, histories, update_runs, violations

ROOT = Path(__file__).parent.parent
URL = example.EXCHANGE["url"]
WRONG = example.changed(example.RESPONSE, put={"/eTag": "tag", "/properties/status/status/state": "running"})
LEFT = example.broken(by_name()["run-left-completed"].example)


def places_of(findings: list[Finding]) -> list[tuple[Any, ...]]:
    return [(finding.source, finding.line, finding.column, finding.entry, finding.rule, finding.pointer) for finding in findings]


def places_of_command(*arguments: str) -> list[tuple[Any, ...]]:
    report = json.loads(updaterun("check", *arguments, "--format", "json").stdout)
    return [tuple(finding.get(name) for name in ("source", "line", "column", "entry", "rule", "pointer")) for finding in report["findings"]]


@pytest.fixture
def two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a project with a wrong file in each of two folders."""
    for folder in ("new", "old"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "run.json").write_text(json.dumps(WRONG, indent=2))
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


# Files


def test_files_have_the_findings_of_the_command_line_with_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = places_of(check_files(["samples"]))
    assert len(found) > 30
    assert all(line is not None for _, line, *_ in found)
    assert found == places_of_command("samples", "--isolated")
    name = Path("samples/wrong/cassette.yaml")
    assert places_of(check_file(name)) == places_of_command(str(name), "--isolated")


OPTIONS: list[tuple[list[str], dict[str, Any]]] = [
    ([], {}),
    (["--select", "etag-format"], {"select": "etag-format"}),
    (["--select", "schema/,etag-format"], {"select": ["schema/", "etag-format"]}),
    (["--ignore", "schema/"], {"ignore": ["schema/"]}),
    (["--as", "request"], {"side": "request"}),
    (["--api-version", "2023-03-15-preview"], {"version": "2023-03-15-preview"}),
    (["--history"], {"history": True}),
]


@pytest.mark.parametrize("settings", ["", 'ignore = ["etag-format"]', 'exclude = ["old"]\napi-version = "2023-03-15-preview"'])
@pytest.mark.parametrize("options, arguments", OPTIONS, ids=[" ".join(options) for options, _ in OPTIONS])
def test_options_and_settings_mean_what_they_mean_on_the_command_line(
    options: list[str], arguments: dict[str, Any], settings: str, two_folders: Path
) -> None:
    settle(two_folders, settings)
    assert places_of(check_files(["."], **arguments, settings=True)) == places_of_command(".", *options)
    assert places_of(check_files(["."], **arguments)) == places_of_command(".", *options, "--isolated")


def test_the_settings_of_another_folder_apply_on_request(two_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(two_folders, 'select = ["etag-format"]')
    (two_folders / "away").mkdir()
    monkeypatch.chdir("/")
    path = two_folders / "new" / "run.json"
    assert [finding.rule for finding in check_file(path, settings=two_folders / "away")] == ["etag-format"]
    assert [finding.rule for finding in check_file(path, settings=True)] == ["etag-format", "schema/enum"]


def test_what_the_baseline_expects_is_not_returned(two_folders: Path) -> None:
    settle(two_folders, 'baseline = "known.json"')
    with pytest.raises(SettingsError, match=r"pyproject\.toml: there is no baseline known\.json; make it with: updaterun check"):
        check_files(["new"], settings=True)
    updaterun("check", "new", "--update-baseline")
    assert check_files(["new"], settings=True) == []
    assert {finding.source for finding in check_files(["."], settings=True)} == {"./old/run.json"}
    Path("known.json").write_text("{")
    with pytest.raises(SettingsError, match=r"known\.json:1:2: "):
        check_files(["new"], settings=True)


@pytest.mark.usefixtures("two_folders")
@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: check_file("none.json"), FileNotFoundError, "none.json"),
        (lambda: check_files("new"), TypeError, "expected a list of paths, found one: 'new'"),
        (lambda: check_files(Path("new")), TypeError, "expected a list of paths, found one: "),  # type: ignore[arg-type] # it is refused
        (lambda: check_file(b"new"), TypeError, "expected a string or a Path, found b'new'"),  # type: ignore[arg-type] # it is refused
        (lambda: check_files([]), ValueError, "nothing to check: nothing in no files is about an update run"),
        (lambda: check_files(["empty"]), ValueError, "nothing to check: nothing in empty is about an update run"),
        (lambda: check_files(["new"], select="etag-formats"), LookupError, "there is no rule 'etag-formats'; did you mean etag-format?"),
        (lambda: check_files(["new"], settings="nowhere"), ValueError, "expected True or a folder for settings; there is no nowhere"),
        (lambda: check_files(["new"], version="2025-03-02"), LookupError, "2025-03-02 is not a published api-version"),
        (lambda: check_files(["new"], side="both"), ValueError, "expected request or response for the side, found 'both'"),  # type: ignore[arg-type]
        (lambda: check_files(["new"], select="etag-format", ignore="etag-format"), SettingsError, "no rule is left to report"),
        (lambda: assert_conforms(WRONG, fail_on="warn"), ValueError, "expected error, warning, note or never for fail_on, found 'warn'"),
    ],
)
def test_what_cannot_be_done_is_an_error(call: Callable[[], object], error: type[Exception], message: str) -> None:
    os.mkdir("empty")
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)


@pytest.mark.parametrize("text, message", [("ignored = []", "there is no setting"), ('ignore = ["x"]', "there is no rule 'x'")])
def test_wrong_settings_are_an_error_where_they_apply(text: str, message: str, two_folders: Path) -> None:
    settle(two_folders, text)
    for call in (lambda: check_file("new/run.json", settings=True), lambda: assert_conforms(example.RESPONSE, settings=True)):
        with pytest.raises(SettingsError, match=f"^pyproject.toml: .*{message}"):
            call()
    assert_conforms(example.RESPONSE)


# Assertions


def failed_rules(**options: Any) -> list[str]:
    """Return the rules of the findings with which an assertion fails."""
    try:
        assert_conforms(WRONG, **options)
    except AssertionError as error:
        return [line.split()[1] for line in str(error).splitlines()[1:]]
    return []


BOTH = ["etag-format", "schema/enum"]


@pytest.mark.parametrize(
    "options, rules",
    [
        ({}, BOTH),
        ({"ignore": "schema/"}, BOTH[:1]),
        ({"select": ["schema/enum"]}, BOTH[1:]),
        ({"fail_on": "error"}, BOTH[1:]),
        ({"fail_on": Severity.WARNING}, BOTH),
        ({"fail_on": "never"}, []),
    ],
)
def test_an_assertion_fails_with_what_it_is_asked_for(options: dict[str, Any], rules: list[str]) -> None:
    assert failed_rules(**options) == rules


@pytest.mark.parametrize(
    "settings, options, rules",
    [
        ("", {}, BOTH[1:]),
        ("", {"fail_on": "note"}, BOTH),
        ('fail-on = "warning"', {}, BOTH),
        ('fail-on = "never"', {}, []),
        ('ignore = ["schema/enum"]\nfail-on = "note"', {}, BOTH[:1]),
        ('ignore = ["schema/enum"]', {"select": "schema/enum"}, BOTH[1:]),
        ('api-version = "2023-03-15-preview"', {"version": "2025-03-01"}, BOTH[1:]),
    ],
)
def test_an_assertion_fails_with_the_settings_where_the_command_line_does(
    settings: str, options: dict[str, Any], rules: list[str], two_folders: Path
) -> None:
    settle(two_folders, settings)
    assert failed_rules(**options, settings=True) == rules
    if not options:
        assert updaterun("check", "new").exit_code == bool(rules)


def test_an_assertion_has_no_command_for_ci() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_conforms(example.changed(WRONG, put={"/eTag": "##vso[task.complete]"}))
    assert "##vso[" not in str(caught.value)


# Histories


@pytest.mark.slow
@at_most(50)
@given(polls=histories())
def test_the_polls_of_one_run_conform(polls: list[JSON]) -> None:
    assert check_history(polls) == []
    urls = [f"https://management.azure.com{poll['id'].lower()}?api-version=2025-03-01" for poll in polls]
    assert check_history([Exchange.of("GET", url, 200, response=poll) for url, poll in zip(urls, polls, strict=True)]) == []


def test_a_finding_of_a_history_has_the_index_of_its_poll() -> None:
    (finding,) = check_history(LEFT)
    assert str(finding).startswith("error run-left-completed entry 1 response /properties/status/status/state: ")
    assert (finding.rule, finding.related[0].entry) == ("run-left-completed", 0)
    mixed = [LEFT[0], Exchange.of("GET", URL, 200, response=LEFT[1])]
    assert places_of(check_history(mixed)) == places_of(check_history(LEFT))


@pytest.mark.parametrize("lacking", [(0, 1), (1,)])
def test_a_poll_that_does_not_say_its_run_is_of_the_run_of_the_poll_before(lacking: tuple[int, ...]) -> None:
    polls = [{key: value for key, value in poll.items() if key != "systemData" or index not in lacking} for index, poll in enumerate(LEFT)]
    assert [finding.rule for finding in check_history(polls)] == ["run-left-completed"]
    assert check(polls) == []


@pytest.mark.parametrize("polls", [LEFT[0], "[]"], ids=["a document", "text"])
def test_polls_are_a_list(polls: JSON) -> None:
    with pytest.raises(TypeError, match="expected a list of polls, each a document or an exchange, found "):
        check_history(polls)


def test_a_poll_that_is_no_object_is_a_finding_and_no_capture() -> None:
    assert [(finding.rule, finding.entry) for finding in check_history([None, 5, *LEFT])] == [
        ("schema/type", 0),
        ("schema/type", 1),
        ("run-left-completed", 3),
    ]


def test_a_list_among_the_polls_has_other_runs_too() -> None:
    nameless = {key: value for key, value in LEFT[1].items() if key not in ("id", "systemData")}
    url = URL.replace("/spring", "")
    for page in ({"value": [nameless]}, [nameless], Exchange.of("GET", url, 200, response={"value": [nameless]})):
        assert {finding.rule for finding in check_history([LEFT[0], page])} == {"resource-identity-missing"}


def test_a_run_that_is_created_again_is_another_run() -> None:
    now = "2025-04-08T09:00:00Z"
    created = example.changed(LEFT[1], put={"/systemData/createdAt": now, "/systemData/lastModifiedAt": now})
    assert "run-left-completed" not in {finding.rule for finding in check_history([LEFT[0], created])}


def test_polls_of_several_runs_are_an_error() -> None:
    other = example.changed(LEFT[1], put={"/id": LEFT[1]["id"].replace("spring", "summer"), "/name": "summer"})
    for polls in ([LEFT[0], other], [LEFT[0], Exchange.of("GET", URL.replace("/spring", "/summer"), 200, response=other)]):
        with pytest.raises(ValueError, match="found another run in poll 1 than in poll 0"):
            check_history(polls)


def test_a_poll_without_a_value_is_a_finding_of_its_index() -> None:
    found = check_history([example.RESPONSE, {"a": float("nan")}, json.loads("[" * 200 + "]" * 200)])
    assert [(finding.entry, finding.rule) for finding in found] == [(1, "input/unreadable"), (2, "input/too-deep")]


# What is public


def test_a_finding_is_written_with_its_place(two_folders: Path) -> None:
    first, second = check_file("new/run.json")
    assert str(first) == (
        f"new/run.json:{first.line}:{first.column}: warning etag-format response /eTag: "
        'expected an entity tag with its quotation marks, found "tag"'
    )
    assert json.dumps("running") in (two_folders / "new" / "run.json").read_text().splitlines()[(second.line or 0) - 1]
    assert str(Finding("input/unreadable", Severity.ERROR, "not\nJSON")) == "error input/unreadable (top): not\\nJSON"


def test_a_severity_has_a_name() -> None:
    assert [Severity(name) for name in ("note", "warning", "error")] == sorted(Severity)
    with pytest.raises(ValueError, match="'fatal' is not a valid Severity"):
        Severity("fatal")


def test_the_sources_of_findings_and_rules_resolve() -> None:
    (finding, *_) = check(WRONG)
    cited = resolve_citation(finding.cites)
    assert cited == Citation("Update Runs - Get, the REST reference page", cited.where, "the definition UpdateRun")
    assert cited.where.startswith("https://")
    assert all(resolve_citation(rule.cites).place for rule in RULES)
    with pytest.raises(LookupError, match=r"there is no source 'rest#UpdateRuns'; did you mean rest#UpdateRun\?"):
        resolve_citation("rest#UpdateRuns")


def test_the_version_is_that_of_the_distribution() -> None:
    assert validator.__version__ == version("updaterun-validator")


@pytest.mark.parametrize("function", [check, check_file, check_files, assert_conforms, update_runs, from_definition, violations])
def test_the_sides_are_those_of_an_exchange(function: Callable[..., object]) -> None:
    kinds = get_args(get_type_hints(function)["side"])
    assert {side for kind in (kinds, *map(get_args, kinds)) for side in kind if isinstance(side, str)} == {"request", "response"}


def test_everything_public_is_there() -> None:
    assert [name for name in validator.__all__ if not hasattr(validator, name)] == []
