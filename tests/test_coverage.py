"""Coverage of the contract: which facts occur, where each is first, what is missing, and the documents that show the rest."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.support import golden
from tests.support.case_files import Case, cases, file_names
from tests.support.command import updaterun
from tests.support.lives import FAULTS, LIVES, broken, captures
from tests.support.pages import Reader
from tests.support.prose import blocks
from validator import Exchange
from validator.checker import processes
from validator.checker.files import FileChecker
from validator.checker.item import check_items
from validator.checker.options import Options
from validator.contract import schemas
from validator.coverage import generation
from validator.coverage.contract import all_facts
from validator.coverage.coverage import Coverage, Place
from validator.coverage.facts import MAX_KNOWN, MAX_PLANS, SECTIONS, Fact, kinds, new_shapes
from validator.coverage.report import Report, reports_of
from validator.coverage.writers import WRITERS
from validator.pointer import JSON
from validator.readers.exclusion import NOTHING
from validator.readers.items import Body, Document
from validator.readers.paths import File, find
from validator.rules.example import COMPLETED, EXCHANGE, REQUEST, RESPONSE, TOLERANT, changed
from validator.strategies import update_runs
from validator.strategies.bulk import documents, draw_many

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
PAGE = (ROOT / "docs" / "coverage.md").read_text()
DEFAULT = schemas.DEFAULT_VERSION


def of_values(*values: JSON, version: str = DEFAULT) -> dict[Fact, Place]:
    """Return the facts in documents, and in exchanges, which have a URL."""
    coverage = Coverage()
    for value in values:
        coverage.add(Exchange.of(**value) if "url" in value else Document(Body(value)), options=Options(version=version))
    return coverage.first_places(version)


def of_paths(*paths: Path, jobs: int = 1, history: bool = False) -> Coverage:
    """Return the coverage of files, checked in a number of processes."""
    coverage, options = Coverage(), Options()
    checker = FileChecker(options, history=history, observer=coverage)
    if jobs > 1:
        checker = processes.ParallelChecker(options, jobs, history=history, observer=coverage)
    exhaust(checker.check_files(find(list(map(str, paths)), NOTHING).files))
    return coverage


def exhaust(results: Iterable[object]) -> None:
    for _ in results:
        pass


def report_of_default(coverage: Coverage) -> Report:
    (report,) = reports_of(coverage, DEFAULT)
    return report


# Facts


@pytest.mark.parametrize(
    "values, section, name, aspect",
    [
        ([RESPONSE], "definitions", "WaitStatus", "present"),
        ([RESPONSE], "definitions", "UpdateRun.eTag", "present"),
        ([changed(RESPONSE, put={}, removed=("/eTag",))], "definitions", "UpdateRun.eTag", "absent"),
        ([RESPONSE], "definitions", "UpdateState", "present"),
        ([RESPONSE], "values", "UpdateState=Running", "present"),
        ([RESPONSE], "values", "ManagedClusterUpgradeType=Full", "present"),
        (
            [changed(REQUEST, put={"/properties/strategy/stages/0/name": "a"})],
            "constraints",
            "UpdateStage#/properties/name/minLength",
            "met",
        ),
        (
            [changed(REQUEST, put={"/properties/strategy/stages/0/name": "a" * 50})],
            "constraints",
            "UpdateStage#/properties/name/maxLength",
            "met",
        ),
        (
            [changed(REQUEST, put={"/properties/strategy/stages/0/name": "a" * 51})],
            "constraints",
            "UpdateStage#/properties/name/maxLength",
            "broken",
        ),
        ([RESPONSE], "constraints", "UpdateStage#/properties/groups/minItems", "met"),
        ([RESPONSE], "constraints", "UpdateStatus#/properties/startTime/format", "met"),
        ([RESPONSE], "constraints", "UpdateRun#/properties/id/readOnly", "met"),
        (
            [EXCHANGE | {"method": "PUT", "request": changed(REQUEST, put={"/eTag": '"1"'})}],
            "constraints",
            "UpdateRun#/properties/eTag/readOnly",
            "broken",
        ),
        (
            [changed(REQUEST, put={}, removed=("/properties/strategy/stages/0/name",))],
            "constraints",
            "UpdateStage#/required/name",
            "broken",
        ),
        ([RESPONSE], "rules", "kubernetes-version-required", "called"),
        ([RESPONSE], "rules", "state-roll-up", "called"),
        ([changed(RESPONSE, put={"/eTag": "x"})], "rules", "etag-format", "fired"),
        ([RESPONSE], "states", "member NotStarted", "reached"),
        ([RESPONSE, COMPLETED], "states", "stage NotStarted to Completed", "step"),
        ([RESPONSE, COMPLETED], "rules", "time-rewritten", "called"),
        ([EXCHANGE], "operations", "get 200", "answered"),
        ([EXCHANGE], "constraints", "UpdateRunsGet#/properties/fleetName/pattern", "met"),
        ([EXCHANGE | {"url": EXCHANGE["url"].partition("?")[0]}], "constraints", "UpdateRunsGet#/required/api-version", "broken"),
        (
            [EXCHANGE | {"status": 404, "response": {"error": {"code": "ResourceNotFound", "message": "-"}}}],
            "operations",
            "get error",
            "answered",
        ),
        (
            [EXCHANGE | {"status": 404, "response": {"error": {"code": "ResourceNotFound", "message": "-"}}}],
            "operations",
            "error ResourceNotFound",
            "answered",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fact_occurs(values: list[JSON], section: str, name: str, aspect: str) -> None:
    fact = Fact(section, name, aspect)  # type: ignore[arg-type]
    assert fact in of_values(*values)


@pytest.mark.parametrize(
    "value, fact",
    [
        (RESPONSE, Fact("definitions", "UpdateRun.eTag", "absent")),
        (changed(RESPONSE, put={"/eTag": 1}), Fact("definitions", "UpdateRun.eTag", "absent")),
        (changed(RESPONSE, put={"/eTag": 1}), Fact("definitions", "UpdateRun.eTag", "present")),
        (changed(RESPONSE, put={"/properties/status/status/state": "running"}), Fact("states", "run Running", "reached")),
        (changed(RESPONSE, put={"/properties/status/status/state": "running"}), Fact("values", "UpdateState=running", "present")),
        (RESPONSE, Fact("rules", "custom-images-required", "called")),
        (RESPONSE, Fact("rules", "read-only-in-request", "called")),
        (RESPONSE, Fact("constraints", "UpdateStage#/properties/name/maxLength", "met")),
    ],
    ids=str,
)
def test_a_fact_does_not_occur(value: JSON, fact: Fact) -> None:
    assert fact not in of_values(value)


def test_what_is_unreliable_in_one_object_is_absent_from_another() -> None:
    facts = of_values(changed(RESPONSE, put={"/eTag": 1}), changed(RESPONSE, put={}, removed=("/eTag",)))
    assert Fact("definitions", "UpdateRun.eTag", "absent") in facts


@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_each_version_has_facts_of_its_own(version: str) -> None:
    facts = all_facts(version)
    assert {fact.section for fact in facts} == {*SECTIONS}
    assert (Fact("states", "gate Pending", "reached") in facts) == (version >= "2025-04-01-preview")
    assert (Fact("values", "UpdateState=Skipped", "present") in facts) == (version > "2023-03-15-preview")


def test_a_document_counts_for_the_version_that_judges_it() -> None:
    later = changed(REQUEST, put={"/properties/strategy/stages/0/maxConcurrency": "2"})
    coverage = Coverage()
    for value in (REQUEST, later):
        coverage.add(Document(Body(value)))
    assert [*coverage.places] == [DEFAULT, "2026-02-01-preview"]


# Places


def test_a_fact_is_first_in_a_file_an_entry_and_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(RESPONSE, indent=1))
    (tmp_path / "b.jsonl").write_text(f"{json.dumps(RESPONSE)}\n{json.dumps(COMPLETED)}\n")
    places = of_paths(tmp_path).first_places(DEFAULT)
    first, second = str(tmp_path / "a.json"), str(tmp_path / "b.jsonl")
    assert places[Fact("definitions", "UpdateRun", "present")] == Place(first, None, 1, "")
    tag = places[Fact("definitions", "UpdateRun.eTag", "present")]
    assert (tag.source, tag.pointer) == (first, "/eTag")
    assert '"eTag"' in (tmp_path / "a.json").read_text().splitlines()[(tag.line or 0) - 1]
    assert places[Fact("states", "run Completed", "reached")] == Place(second, 1, 2, "/properties/status/status/state")
    assert places[Fact("states", "run Running to Completed", "step")] == Place(second, 1, 2, "/properties/status/status/state")


@pytest.mark.process
@pytest.mark.parametrize("history", [False, True])
def test_the_number_of_processes_changes_nothing(history: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PIECE", 30_000)
    lines = [json.dumps(run) for runs in documents("history", 8, 1) for run in runs]
    (tmp_path / "long.jsonl").write_text("\n".join(lines))
    paths = (tmp_path, SAMPLES / "documents", SAMPLES / "wrong", SAMPLES / "vcr")
    assert of_paths(*paths, jobs=2, history=history).places == of_paths(*paths, history=history).places


def test_a_coverage_can_be_pickled_and_merged() -> None:
    one, other = Coverage(), Coverage()
    one.add(Document(Body(RESPONSE)), "a")
    other.add(Document(Body(COMPLETED)), "b")
    one.merge(pickle.loads(pickle.dumps(other)))
    places = one.first_places(DEFAULT)
    assert places[Fact("states", "run Running", "reached")].source == "a"
    assert places[Fact("states", "run Completed", "reached")].source == "b"
    assert places[Fact("definitions", "UpdateRun", "present")].source == "a"


# What is missing


def test_what_is_not_asked_for_has_a_reason_and_does_not_count() -> None:
    report = report_of_default(Coverage())
    assert report.unasked[Fact("states", "wait Failed", "reached")] == "nothing is updated in a wait, so nothing can fail"
    assert report.unasked[Fact("constraints", "WaitStatus#/properties/status/readOnly", "broken")]
    assert not report.unasked.keys() & report.facts.keys()
    assert {*report.unasked} | {*report.facts} == {*all_facts(DEFAULT)}
    assert (report.share, len(report.missing)) == (0.0, len(report.facts))


@pytest.mark.parametrize(
    "pointer, value, rule",
    [
        ("/properties/status/failureCount", 2**31 - 1, "failure-count-mismatch"),
        ("/properties/status/failureCount", -(2**31), "failure-count-mismatch"),
        ("/properties/strategy/stages/0/afterStageWaitInSeconds", -(2**31), "negative-wait"),
    ],
)
def test_a_number_that_is_not_asked_for_is_reported_by_a_rule(pointer: str, value: int, rule: str) -> None:
    version, key = schemas.VERSIONS[-1], pointer.rpartition("/")[2]
    edge = "minimum" if value < 0 else "maximum"
    run = Document(Body(changed(TOLERANT, put={pointer: value})))
    assert rule in [finding.rule for finding in Coverage().add(run, options=Options(version=version))]
    reasons = [reason for fact, reason in all_facts(version).items() if fact.name.endswith(f"/{key}/{edge}") and fact.aspect == "met"]
    assert reasons
    assert all(reason.endswith(f"by the rule {rule}") for reason in reasons)


def test_the_share_is_rounded_down() -> None:
    facts: dict[Fact, Place | None] = dict.fromkeys(report_of_default(Coverage()).facts, Place("", None, None, ""))
    assert Report(DEFAULT, facts, {}).share == 100.0
    facts[next(iter(facts))] = None
    assert Report(DEFAULT, facts, {}).share == 99.8


@pytest.mark.parametrize("form", list(WRITERS))
def test_each_format_names_what_is_missing(form: str) -> None:
    result = updaterun("coverage", SAMPLES / "reference-page" / "get.json", "--format", form)
    assert result.exit_code == 0
    assert "ErrorAdditionalInfo" in result.stdout
    if form == "html":
        top = Reader(result.stdout).top
        assert [heading.text for heading in top.all("h3")] == ["definitions", "rules", "states", "operations"]
        assert "UpdateRun.eTag" in [title.text for title in top.all("strong")]
    if form == "text":
        assert len(result.stdout.splitlines()) <= 24
        assert max(map(len, result.stdout.splitlines())) <= 110
    if form == "json":
        (version,) = json.loads(result.stdout)["versions"]
        there = sum(fact["first"] is not None for fact in version["facts"] if fact["not_asked"] is None)
        assert version["share"] == there * 1000 // sum(fact["not_asked"] is None for fact in version["facts"]) / 10


def test_the_page_of_several_versions_leads_to_each() -> None:
    coverage = Coverage()
    for version in (DEFAULT, schemas.VERSIONS[-1]):
        coverage.add_instance(RESPONSE, "UpdateRun", version=version, source="a.json")
    top = Reader(WRITERS["html"].write(reports_of(coverage))).top
    (contents,) = top.all("ol", "contents")
    sections = {section.given["id"]: section for section in top.all("section")}
    assert [link.given["href"] for link in contents.all("a")] == [f"#{version}" for version in sections]
    for report in reports_of(coverage):
        chip, *_ = sections[report.version].all("span", "chip")
        assert chip.text == f"{report.share:g} %"
    assert "a.json (top)" in [note.text for note in top.all("span", "quiet")]


def test_only_some_sections_are_reported_with_all_that_is_missing() -> None:
    lines = updaterun("coverage", SAMPLES / "reference-page" / "get.json", "--only", "values").stdout.splitlines()
    assert lines[0].startswith("2025-03-01: ")
    missing = [fact for fact, place in report_of_default(of_paths(SAMPLES / "reference-page" / "get.json")).facts.items() if place is None]
    assert [line.strip() for line in lines[2:]] == [fact.name for fact in missing if fact.section == "values"]


@pytest.mark.parametrize(
    "arguments, status",
    [
        (["--fail-under", "1"], 0),
        (["--fail-under", "99"], 1),
        (["--api-version", "2026-06-01", "--fail-under", "1"], 0),
        (["--fail-under", "101"], 2),
        (["--only", "everything"], 2),
        (["no-such-file"], 2),
    ],
)
def test_the_exit_status(arguments: list[str], status: int) -> None:
    assert updaterun("coverage", SAMPLES / "reference-page" / "get.json", *arguments).exit_code == status


def test_files_without_an_update_run_are_nothing_to_check(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    result = updaterun("coverage", tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")


# Generation


@pytest.mark.slow
def test_what_is_generated_is_all_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documents add everything; each breaks what its row in the baseline says and nothing else."""
    monkeypatch.setattr(generation, "CANDIDATES", 40)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.json").write_bytes((SAMPLES / "documents" / "update-run.json").read_bytes())
    written = updaterun("coverage", "run.json", "--generate", "more/")
    checked = updaterun("check", "more", "--baseline", "more/expected.json")
    whole = updaterun("coverage", "run.json", "more", "--fail-under", "100")
    assert written.stderr == f"updaterun: wrote {len(list((tmp_path / 'more').iterdir())) - 1} files to more/\n"
    assert checked.exit_code == 0, checked.stdout
    assert "in several files" not in checked.stdout, "each file is about a run of its own"
    assert whole.exit_code == 0, whole.stdout
    rows = json.loads((tmp_path / "more" / "expected.json").read_text())["expected"]
    assert all(row["reason"].startswith("generated: ") for row in rows)
    wrong = {row["file"] for row in rows}
    assert all(any(f"-{aspect}" in name for aspect in ("broken", "fired", "called")) for name in wrong)


@pytest.mark.slow
def test_everything_of_the_first_version_can_be_generated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "CANDIDATES", 60)
    version = schemas.VERSIONS[0]
    _, left = generation.generate([fact for fact, reason in all_facts(version).items() if not reason], version, 0)
    assert sorted(map(str, left)) == []


@pytest.mark.slow
def test_every_value_and_edge_of_the_last_version_can_be_generated() -> None:
    version = schemas.VERSIONS[-1]
    asked = [fact for fact, reason in all_facts(version).items() if not reason and (fact.section == "values" or fact.aspect == "met")]
    _, left = generation.generate(asked, version, 0)
    assert sorted(map(str, left)) == []


@pytest.mark.slow
def test_steps_of_members_that_fail_can_be_generated_where_failures_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "CANDIDATES", 15)
    steps = [step for other in ("Pending", "Stopping", "Stopped") for step in (f"member Failed to {other}", f"member {other} to Failed")]
    _, left = generation.generate([Fact("states", step, "step") for step in steps], schemas.VERSIONS[-1], 0)
    assert sorted(map(str, left)) == []


def test_the_example_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(blocks(PAGE, "python")[0], "docs/coverage.md", "exec"), {})
    assert "operations              1 of   33" in capsys.readouterr().out


@pytest.mark.slow
def test_only_what_is_asked_for_is_generated_and_the_same_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "CANDIDATES", 40)
    fixture = SAMPLES / "documents" / "update-run.json"
    for name in ("one", "two"):
        arguments = ("--only", "values", "--only", "operations", "--generate", tmp_path / name, "--seed", 3)
        assert updaterun("coverage", fixture, *arguments).exit_code == 0
    contents = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two")]
    assert contents[0] == contents[1]
    assert json.loads(contents[0]["expected.json"]) == {"expected": []}
    result = updaterun("coverage", fixture, tmp_path / "one", "--only", "values", "--only", "operations", "--fail-under", "100")
    assert result.exit_code == 0, result.stdout


def test_a_folder_with_something_in_it_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "own.txt").touch()
    result = updaterun("coverage", SAMPLES / "documents" / "update-run.json", "--generate", tmp_path)
    assert (result.exit_code, [path.name for path in tmp_path.iterdir()]) == (2, ["own.txt"])


def test_documents_are_generated_for_one_version(tmp_path: Path) -> None:
    result = updaterun("coverage", SAMPLES, "--generate", tmp_path / "more")
    assert result.exit_code == 2
    assert "choose one with --api-version" in result.stderr


@pytest.mark.slow
def test_the_strategies_generate_every_definition_value_and_state() -> None:
    coverage = Coverage()
    for kind in ("update-run", "request", "error"):
        for number, document in enumerate(documents(kind, 500, seed=1)):
            coverage.add(Document(Body(document)), str(number))
    missing = {
        str(fact) for fact in report_of_default(coverage).missing if fact.section in ("definitions", "values") or fact.aspect == "reached"
    }
    skips = ("SkipProperties", "SkipTarget", "TargetType", "UpdateRunsGet")
    assert {name for name in missing if not name.startswith(skips)} == set()  # these are in exchanges alone


@pytest.mark.slow
def test_hypothesis_draws_every_state() -> None:
    """A seed does not give the same values on every platform, so batches are drawn until every state has occurred."""
    strategy = update_runs() | update_runs(state="Running") | update_runs(state="Stopping") | update_runs(state="Stopped")
    coverage = Coverage()
    for batch in range(15):
        for run in draw_many(strategy, 200, batch):
            coverage.add_instance(run, "UpdateRun")
        if not (missing := [fact.name for fact in report_of_default(coverage).missing if fact.aspect == "reached"]):
            break
    assert missing == []


# Our own samples and cases


@pytest.fixture(scope="module")
def samples() -> Coverage:
    return of_paths(SAMPLES)


@pytest.fixture(scope="module")
def all_cases() -> Coverage:
    """Return the coverage of every case of rules, of normal responses, of histories and of definitions."""
    coverage = Coverage()
    for folder in ("rules", "normal"):
        for file in file_names(folder):
            for case in cases(folder, file):
                observe(case, coverage)
    for history in [*map(captures, LIVES), *map(broken, FAULTS)]:
        exhaust(check_items([Document(Body(value)) for value in history], Options(), observer=coverage))
    for path in sorted((ROOT / "tests" / "cases" / "definitions").glob("*.json")):
        for group in json.loads(path.read_bytes()):
            for test in group["tests"]:
                coverage.add_instance(test["data"], path.stem, side=group.get("side") or "response")
    return coverage


def observe(case: Case, coverage: Coverage) -> None:
    """Check a case, which is a history of its own, with an observer."""
    items = case.read() if case.is_document or case.recorded else [Exchange.of(**case.value)]
    exhaust(check_items(items, Options(side=case.side), observer=coverage))


def test_the_samples_have_every_definition_value_state_and_operation(samples: Coverage) -> None:
    sections = ("definitions", "values", "states", "operations")
    missing = [str(fact) for fact in report_of_default(samples).missing if fact.section in sections]
    assert missing == [], "add samples; `updaterun coverage samples --only ... --generate DIR` writes some"


@pytest.mark.slow
def test_the_cases_have_everything(all_cases: Coverage) -> None:
    assert list(map(str, report_of_default(all_cases).missing)) == [], "add cases to tests/cases"


@pytest.mark.golden
@pytest.mark.slow
def test_the_page_has_the_figures(samples: Coverage, all_cases: Coverage) -> None:
    pages = of_paths(SAMPLES / "reference-page")
    reports = [report_of_default(coverage) for coverage in (pages, samples, all_cases)]
    lines = ["| section | asked for | reference page | samples | cases |", "|---|--:|--:|--:|--:|"]
    lines += [
        f"| {rows[0].label} | {len(rows[0].facts):,} | {' | '.join(f'{row.share:g} %' for row in rows)} |"
        for rows in zip(*(report.rows() for report in reports), strict=True)
    ]
    lines.append(f"| all | {len(reports[0].facts):,} | {' | '.join(f'{report.share:g} %' for report in reports)} |")
    golden.compare_section(ROOT / "docs" / "coverage.md", "figures", "".join(f"{line}\n" for line in lines))


# Cost


def test_memory_is_bounded_whatever_the_names_and_values() -> None:
    kind = kinds(DEFAULT, "response")["UpdateRun"]
    for number in range(2 * MAX_KNOWN):
        value = {f"name-{number}": 1, "eTag": "x"}
        assert [shape.plan.names for shape, _ in new_shapes(value, kind)] == [(f"name-{number}", "eTag")]
    detail = kinds(DEFAULT, "response")["ErrorDetail"]
    for number in range(2 * MAX_KNOWN):
        assert len(list(new_shapes({"code": f"{number}"}, detail))) == 1
    assert len(kind.plans) <= MAX_PLANS
    assert all(len(plan.known) <= MAX_KNOWN for plan in detail.plans.values())


@pytest.mark.slow
@pytest.mark.parametrize("lines", [False, True])
def test_it_executes_at_most_a_third_more_than_the_check(lines: bool, tmp_path: Path) -> None:
    """The goal is 1.3 times the time of the check, which `make bench` measures. Executed lines are the same in every run."""
    for number, run in enumerate(documents("update-run", 200, 5)):
        (tmp_path / f"{number}.json").write_text(json.dumps(run, indent=2))
    files = find([str(tmp_path)], NOTHING).files
    coverage = Coverage(lines=lines)
    for observer in (None, coverage):  # what is computed once for all files
        executed(files, observer)
    assert executed(files, coverage) <= 1.3 * executed(files, None)


def executed(files: list[File], observer: Coverage | None) -> int:
    """Check files, and return the number of lines of Python that are executed, with calls and returns."""
    checker = FileChecker(Options(), observer=observer)
    events = 0

    def trace(*_: Any) -> Any:
        nonlocal events
        events += 1
        return trace

    sys.settrace(trace)
    try:
        exhaust(checker.check_files(files))
    finally:
        sys.settrace(None)
    return events
