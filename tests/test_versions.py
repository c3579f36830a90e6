"""Each document and exchange is judged by one api-version: that of its URL, the given one, or the first that documents it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import validator
from tests.support.documents import mutated
from tests.support.for_each import for_each
from tests.support.profiles import at_most
from tests.support.versions import SHAPES
from validator import Exchange, check_exchange
from validator.checker.item import check_item, check_items
from validator.checker.options import Options
from validator.cli import main
from validator.contract import schemas
from validator.contract.schema_errors import UNDOCUMENTED, schema_errors
from validator.contract.since import needed, since
from validator.pointer import JSON
from validator.readers import az_cli
from validator.readers.items import Body, Document
from validator.rules.example import EXCHANGE, REQUEST, RESPONSE, changed
from validator.strategies import update_runs

DEFAULT, GATES, CONCURRENCY, SELECTORS = schemas.DEFAULT_VERSION, "2025-04-01-preview", "2026-02-01-preview", "2026-06-02-preview"
STAGE = "/properties/strategy/stages/0"
APPROVAL = {"type": "Approval"}


# What a version has


@pytest.mark.parametrize("version, fact", [(known.name, fact) for known in schemas.PUBLISHED.values() for fact in known.lacks])
def test_what_a_version_lacks_is_documented_from_the_next_version_on(version: str, fact: str) -> None:
    later = schemas.VERSIONS[schemas.VERSIONS.index(version) + 1]

    assert since(fact) == later
    assert [knows(each, fact) for each in (version, later)] == [False, True]


def knows(version: str, fact: str) -> bool:
    """Return whether the schemas of a version admit what a fact names."""
    contract = schemas.load(version)
    definition, equals, value = fact.partition("=")
    name, _, rest = definition.partition(".")
    if name not in contract.schemas or not (equals or rest):
        return name in contract.schemas
    instance: JSON = value
    for key in reversed(rest.split(".") if rest else []):
        instance = {key: instance}
    errors = schema_errors(instance, name, version=version)
    return not any(error.rule == (UNDOCUMENTED if rest else "schema/enum") for error in errors)


@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_pending_is_a_state_in_every_version(version: str) -> None:
    assert schema_errors("Pending", "UpdateState", version=version) == []


def test_versions_of_one_shape_read_the_same_folders() -> None:
    shared = Counter(known.folders for known in schemas.PUBLISHED.values() if known.name >= DEFAULT)
    assert len(shared) == len([version for version in SHAPES if version >= DEFAULT])
    assert len(SHAPES) == 9


def test_the_versions_are_in_order_and_the_default_is_one_of_them() -> None:
    assert list(schemas.VERSIONS) == sorted(schemas.VERSIONS)
    assert DEFAULT in schemas.VERSIONS
    assert not set(schemas.DRAFTS) & set(schemas.VERSIONS)


@pytest.mark.parametrize("fact", ["Nothing", "UpdateStage.nothing", "UpdateState=nothing"])
def test_a_version_cannot_lack_what_is_not_there(fact: str) -> None:
    from validator.contract.layers import lacking

    with pytest.raises(LookupError, match=f"there is no {fact} to lack"):
        lacking(schemas.load().schemas, [fact])


# Exchanges


@for_each(
    "asked, nearest",
    [
        ("2023-01-01", "2023-03-15-preview"),
        *((version, version) for version in schemas.VERSIONS),
        ("2025-03-02", "2025-03-01"),
        ("2026-02-01", "2025-08-01-preview"),
        ("2026-05-01-preview", "2026-03-02-preview"),
        ("2030-01-01", "2026-11-02-preview"),
        ("2026-06-02-Preview", "2026-06-02-preview"),
    ],
)
def test_the_nearest_is_the_newest_that_is_not_newer_and_else_the_oldest(asked: str, nearest: str) -> None:
    assert schemas.nearest(asked) == nearest


GATED: dict[str, JSON] = {
    "/response/properties/strategy/stages/0/beforeGates": [APPROVAL],
    "/response/properties/status/stages/0/beforeGates": [{"status": {"state": "Skipped"}}],
}


@pytest.mark.parametrize(
    "asked, found",
    [
        (DEFAULT, [(UNDOCUMENTED, "warning"), (UNDOCUMENTED, "warning")]),
        ("2025-03-02", [("api-version-unsupported", "warning"), (UNDOCUMENTED, "note"), (UNDOCUMENTED, "note")]),
        (GATES, []),
        ("2025-08-01-preview", []),
        ("2025-09-01", [("api-version-unsupported", "warning")]),
    ],
)
def test_an_exchange_is_checked_by_the_version_in_its_url_or_the_nearest(asked: str, found: list[tuple[str, str]]) -> None:
    exchange = changed(EXCHANGE, put={**GATED, "/url": EXCHANGE["url"].replace(DEFAULT, asked)})
    assert [(finding.rule, str(finding.severity)) for finding in check_exchange(Exchange.of(**exchange))] == found


def test_an_exchange_without_a_version_is_checked_as_a_document_is() -> None:
    exchange = changed(EXCHANGE, put={**GATED, "/url": EXCHANGE["url"].partition("?")[0]})
    assert [finding.rule for finding in check_exchange(Exchange.of(**exchange))] == ["api-version-missing"]


@pytest.mark.parametrize("query", ["", "?api-version="])
def test_a_property_of_no_version_is_a_warning_where_the_url_names_none(query: str) -> None:
    exchange = changed(EXCHANGE, put={"/response/properties/colour": "red", "/url": EXCHANGE["url"].partition("?")[0] + query})
    severities = {finding.rule: str(finding.severity) for finding in check_exchange(Exchange.of(**exchange))}
    assert severities[UNDOCUMENTED] == "warning"


# Documents


def judging_version(document: JSON, version: str = schemas.AUTO) -> str:
    """Return the api-version that judges a document."""
    versions: Counter[str] = Counter()
    list(check_items([Document(az_cli.resource_form(Body(document)))], Options(version=version), versions=versions))
    (judged,) = versions
    return judged


def with_gate(**configuration: JSON) -> JSON:
    return changed(REQUEST, put={f"{STAGE}/beforeGates": [APPROVAL | configuration]})


SCHEDULE = {"startDay": "Monday", "startTime": "09:00", "utcOffset": "+00:00"}

NEEDS: dict[str, tuple[JSON, str]] = {
    "nothing of another version": (RESPONSE, DEFAULT),
    "an older state": (changed(RESPONSE, put={"/properties/status/stages/1/status/state": "Skipped"}), DEFAULT),
    "a misspelt property": (changed(RESPONSE, put={"/properties/statuses": {}}), DEFAULT),
    "a misspelt state": (changed(RESPONSE, put={"/properties/status/status/state": "running"}), DEFAULT),
    "a gate": (with_gate(), GATES),
    "a gate and a misspelt property": (with_gate(timer=1), GATES),
    "a gate's progress": (changed(RESPONSE, put={"/properties/status/stages/0/afterGates": []}), GATES),
    "a limit": (changed(REQUEST, put={f"{STAGE}/maxConcurrency": "5"}), CONCURRENCY),
    "a limit of another type": (changed(REQUEST, put={f"{STAGE}/maxConcurrency": 5}), CONCURRENCY),
    "a limit that is null": (changed(REQUEST, put={f"{STAGE}/maxConcurrency": None}), DEFAULT),
    "a limit that the status shows": (changed(RESPONSE, put={"/properties/status/stages/0/maxConcurrency": 50}), CONCURRENCY),
    "a gate and a limit": (changed(with_gate(), put={f"{STAGE}/maxConcurrency": "5"}), CONCURRENCY),
    "a selector": (changed(REQUEST, put={f"{STAGE}/memberSelector": {"byLabel": "env=test"}}), SELECTORS),
    "failures": (changed(RESPONSE, put={"/properties/status/failureCount": 0}), SELECTORS),
    "a type of gate": (with_gate(type="ScheduledStart"), SELECTORS),
    "a property of a gate": (with_gate(scheduledStartConfiguration=SCHEDULE), SELECTORS),
    "a page with a gate in its second run": ({"value": [RESPONSE, with_gate()]}, GATES),
    "a list with a limit in its first run": ([changed(REQUEST, put={f"{STAGE}/maxConcurrency": "5"}), with_gate()], CONCURRENCY),
    "an error": ({"error": {"code": "NotFound", "message": "There is no such run."}}, DEFAULT),
}


@pytest.mark.parametrize("what", NEEDS)
def test_a_document_is_judged_by_the_first_version_that_documents_it(what: str) -> None:
    document, version = NEEDS[what]
    assert judging_version(document) == version


@at_most(200)
@given(run=st.sampled_from(SHAPES).flatmap(lambda version: update_runs(version=version)), data=st.data())
def test_what_fails_shows_which_version_a_run_needs(run: JSON, data: st.DataObject) -> None:
    value = data.draw(st.just(run) | mutated(run))
    assert check_item(Document(Body(value), kind="run"), Options()).version == needed([value])


def test_what_the_az_cli_leaves_empty_needs_no_later_version() -> None:
    stage = {"name": "a", "groups": [{"name": "g", "beforeGates": None}], "maxConcurrency": None, "memberSelector": None}
    run = {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}, "strategy": {"stages": [stage]}, "resourceGroup": "fleets"}
    assert judging_version(run) == DEFAULT
    assert judging_version(run | {"strategy": {"stages": [stage | {"maxConcurrency": "2"}]}}) == CONCURRENCY


def test_the_runs_of_a_list_are_judged_by_one_version() -> None:
    empty = changed(REQUEST, put={f"{STAGE}/maxConcurrency": "5"}), changed(REQUEST, put={f"{STAGE}/paused": True})
    assert [finding.pointer for finding in validator.check(list(empty))] == ["/1/properties/strategy/stages/0/paused"]


@pytest.mark.parametrize("definition, instance", [("MemberSelector", {"byLabel": "a"}), ("GateConfiguration", {"type": "ScheduledStart"})])
def test_an_object_of_a_later_definition_is_judged_by_its_version(definition: str, instance: JSON) -> None:
    assert validator.check(instance, definition=definition) == []
    with pytest.raises(LookupError, match="not a documented definition"):
        validator.check(instance, definition=definition, version=DEFAULT)


def test_a_given_version_judges_whatever_the_document_has() -> None:
    assert [judging_version(with_gate(), version) for version in schemas.VERSIONS] == list(schemas.VERSIONS)
    assert [finding.rule for finding in validator.check(with_gate(), version=DEFAULT)] == [UNDOCUMENTED]
    assert [finding.rule for finding in validator.check(with_gate(), version="2026-06-01")] == []


@pytest.mark.parametrize(
    "version, reason",
    [("2026-05-01-preview", "was never published; the nearest version is 2026-03-02-preview"), ("2026-06-1", "did you mean 2026-06-01?")],
)
def test_an_unpublished_version_is_an_error(version: str, reason: str) -> None:
    with pytest.raises(LookupError) as error:
        validator.check(REQUEST, version=version)
    assert reason in str(error.value)


def test_what_does_not_conform_is_told_with_its_version() -> None:
    with pytest.raises(AssertionError, match=f"does not conform to the contract of {GATES}"):
        validator.assert_conforms(with_gate(timer=1))


def test_the_body_of_a_skip_is_judged_by_a_version_that_has_one() -> None:
    url = EXCHANGE["url"].replace("spring?", "spring/skip?").replace(DEFAULT, "2023-10-15")
    exchange = Exchange.of("POST", url, 202, request={"targets": [{"type": "Cluster", "name": "a"}]})
    assert [finding.rule for finding in check_exchange(exchange)] == ["operation-unknown", "schema/enum"]


# The command line


@pytest.fixture
def mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with a file of three versions."""
    monkeypatch.chdir(tmp_path)
    lines = [RESPONSE, with_gate(), RESPONSE, changed(REQUEST, put={f"{STAGE}/maxConcurrency": "5"})]
    (tmp_path / "mixed.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return tmp_path


def summary(*arguments: str) -> Any:
    report = json.loads(CliRunner().invoke(main, ["check", "mixed.jsonl", "--format", "json", *arguments]).stdout)
    return report["summary"]["versions"]


@pytest.mark.usefixtures("mixed")
@pytest.mark.process
@pytest.mark.parametrize("arguments", [[], ["--history"], ["--jobs", "2"], ["--jobs", "2", "--history"], ["--api-version", "auto"]])
def test_the_summary_says_which_versions_judged_how_many(arguments: list[str]) -> None:
    assert summary(*arguments) == {DEFAULT: 2, GATES: 1, CONCURRENCY: 1}


@pytest.mark.usefixtures("mixed")
def test_the_text_says_so_where_it_was_not_the_default_alone() -> None:
    line = f"Checked against api-version {DEFAULT} (2), {GATES} (1) and {CONCURRENCY} (1)."
    assert line in CliRunner().invoke(main, ["check", "mixed.jsonl"]).stdout
    assert "Checked against" not in CliRunner().invoke(main, ["check", "mixed.jsonl", "--api-version", DEFAULT]).stdout


def test_the_option_wins_over_the_setting(mixed: Path) -> None:
    (mixed / "pyproject.toml").write_text('[tool.updaterun]\napi-version = "2026-06-01"\n')
    assert summary() == {"2026-06-01": 4}
    assert summary("--api-version", GATES) == {GATES: 4}
    assert summary("--isolated") == {DEFAULT: 2, GATES: 1, CONCURRENCY: 1}


def test_a_setting_that_is_no_version_is_an_error(mixed: Path) -> None:
    (mixed / "pyproject.toml").write_text('[tool.updaterun]\napi-version = "2026-05-01-preview"\n')
    result = CliRunner().invoke(main, ["check", "mixed.jsonl"])
    assert result.exit_code == 2
    assert "api-version in [tool.updaterun]: 2026-05-01-preview was never published" in result.stderr


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize("command", ["check", "show"])
def test_an_option_that_is_no_version_is_an_error(command: str) -> None:
    result = CliRunner().invoke(main, [command, "mixed.jsonl", "--api-version", "2026-06-1"])
    assert result.exit_code == 2
    assert "did you mean 2026-06-01?" in result.stderr


def text_of_show(*arguments: str) -> str:
    return CliRunner().invoke(main, ["show", "mixed.jsonl", *arguments]).stdout


def test_show_judges_by_the_version_too(mixed: Path) -> None:
    (mixed / "mixed.jsonl").write_text(json.dumps(with_gate()))
    assert UNDOCUMENTED not in text_of_show()
    assert UNDOCUMENTED in text_of_show("--api-version", DEFAULT)
    (mixed / "pyproject.toml").write_text(f'[tool.updaterun]\napi-version = "{DEFAULT}"\n')
    assert UNDOCUMENTED in text_of_show()


# Start-up


@pytest.mark.process
def test_other_versions_are_read_only_when_they_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_folders: Callable[[str], set[str]]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clean.json").write_text(json.dumps(RESPONSE))
    (tmp_path / "later.json").write_text(json.dumps(with_gate()))
    assert read_folders("clean.json") == {DEFAULT}
    assert read_folders("later.json") > {DEFAULT, GATES}


@pytest.fixture
def read_folders() -> Callable[[str], set[str]]:
    """Return a function that checks a file, and returns the folders of schemas that were read for it in a new process."""
    code = (
        "import sys; from validator.contract import schemas; read = schemas._folder; seen = set(); "
        "schemas._folder = lambda name: (seen.add(name), read(name))[1]; "
        "from validator.cli import main; main(['check', sys.argv[1], '--format', 'json'], standalone_mode=False); print(sorted(seen))"
    )

    def run(file: str) -> set[str]:
        done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
        return set(json.loads(done.stdout.splitlines()[-1].replace("'", '"')))

    return run
