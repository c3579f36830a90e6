"""Strategies of every api-version: conforming documents have no finding by it, and all that it states can be broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from tests.support.command import updaterun
from tests.support.profiles import at_most
from tests.support.versions import SHAPES
from tests.support.violations import SMALL, assert_exact
from validator import check, check_exchange
from validator.contract import schemas
from validator.contract.drift import documented
from validator.contract.engines import ENGINES
from validator.contract.schema_errors import UNDOCUMENTED, schema_errors
from validator.contract.since import needed
from validator.pointer import JSON, Path, follow, walk
from validator.rules.by_version import rules_of
from validator.rules.catalogue import RULES
from validator.rules.rule import BOTH
from validator.strategies import exchanges, from_definition, histories, list_pages, update_runs, violations
from validator.strategies.bulk import documents, draw_many
from validator.strategies.changes import changes_of_rule, vary
from validator.strategies.constraints import changes as changes_of
from validator.strategies.constraints import constraints, instances, rich
from validator.strategies.violating_files import breakable_rules
from validator.strategies.violations import sources

pytestmark = pytest.mark.slow

VERSION = pytest.mark.parametrize("version", SHAPES)


# Conforming documents


@VERSION
@pytest.mark.parametrize("kind", ["request", "update-run", "list"])
def test_documents_are_silent(version: str, kind: str) -> None:
    for document in documents(kind, 20, 0, version=version):
        for engine in ENGINES:
            assert check(document, side="request" if kind == "request" else "response", version=version, engine=engine) == []


@VERSION
def test_exchanges_are_of_the_version_and_silent(version: str) -> None:
    for call in documents("exchange", 40, 0, version=version):
        assert f"api-version={version}" in call.url
        assert "/skip" not in call.url or "SkipProperties" in documented(version)
        for engine in ENGINES:
            assert check_exchange(call.exchange, engine=engine) == []


@VERSION
@pytest.mark.parametrize(
    "strategy",
    [update_runs, histories, list_pages, lambda version: exchanges(version=version).map(lambda call: call.response or {"value": []})],
    ids=["update_runs", "histories", "list_pages", "exchanges"],
)
def test_strategies_take_a_version(version: str, strategy: Callable[..., st.SearchStrategy[JSON]]) -> None:
    @at_most(5)
    @given(document=strategy(version=version))
    def check_example(document: JSON) -> None:
        assert check(document, version=version) == []

    check_example()


@VERSION
@pytest.mark.parametrize("side", BOTH)
def test_definitions_are_silent(version: str, side: Any) -> None:
    for name in schemas.load(version).definitions:
        for document in draw_many(from_definition(name, side=side, version=version), 3, 0):
            assert check(document, definition=name, side=side, version=version) == []


@VERSION
def test_a_definition_that_a_version_lacks_is_an_error(version: str) -> None:
    for name in {name for each in SHAPES for name in schemas.load(each).definitions} - set(schemas.load(version).definitions):
        with pytest.raises(LookupError, match=f"not a documented definition: {name}"):
            from_definition(name, version=version)


@pytest.mark.parametrize("version", ["auto", "2025-03-02", "2026-04-02-preview"])
def test_an_unpublished_version_is_an_error(version: str) -> None:
    for strategy in (update_runs, histories, list_pages, exchanges, violations):
        with pytest.raises(LookupError, match=version):
            strategy(version=version)
    with pytest.raises(LookupError, match=version):
        from_definition("UpdateStage", version=version)
    assert updaterun("generate", "update-run", "--api-version", version).exit_code == 2


def test_a_version_without_skipped_refuses_it() -> None:
    with pytest.raises(ValueError, match="for the state, found 'Skipped'"):
        update_runs(state="Skipped", version="2023-03-15-preview")
    with pytest.raises(ValueError, match="expected no skipped members, as 2023-03-15-preview has no state Skipped"):
        update_runs(skipped=0, version="2023-03-15-preview")


def test_a_given_strategy_is_one_of_the_version() -> None:
    strategy = {"stages": [{"name": "a", "groups": [{"name": "b"}], "beforeGates": [{"type": "Approval"}]}]}
    with pytest.raises(ValueError, match="the strategy breaks undocumented-property at /properties/strategy/stages/0/beforeGates"):
        update_runs(strategy=strategy)
    run = find(update_runs(strategy=strategy, version="2025-04-01-preview"), lambda _: True, settings=SMALL)
    assert run["properties"]["strategy"] == strategy


# Violating documents


@VERSION
@pytest.mark.parametrize("side", BOTH)
def test_the_rich_run_has_every_property_of_a_run(version: str, side: Any) -> None:
    run = rich(side, version)
    assert check(run, side=side, version=version) == []
    if side == "response":
        there = {(name, location) for _, name, location in instances(run, "UpdateRun", version)}
        there |= {(name, location) for _, name, location in instances(rich("request", version), "UpdateRun", version)}
        assert {name for name, _ in there} >= {
            name
            for name in schemas.load(version).definitions
            if not name.startswith(("Skip", "Target", "ErrorResponse"))
        }  # fmt: skip


@VERSION
def test_every_constraint_of_a_version_can_be_broken(version: str) -> None:
    random = Random(0)
    for constraint in constraints(version):
        made = [] if constraint.in_rule else [changes_of(constraint, side) for side in BOTH]
        assert constraint.in_rule in rules_of(version) if constraint.in_rule else any(made), str(constraint)
        for changes in filter(None, made):
            violation = vary(random, changes)
            assert (violation.rule, violation.keyword, violation.version) == (constraint.rule, constraint.keyword, version)
            assert_exact(violation)


@VERSION
def test_every_rule_of_a_version_can_be_broken(version: str) -> None:
    random = Random(0)
    broken = set()
    for rule in RULES:
        for change in changes_of_rule(rule, version):
            broken.add(rule.name)
            violation = vary(random, [change])
            assert violation.rule == rule.name
            assert_exact(violation)
    assert broken == {*rules_of(version)} - {"undocumented-property", "read-only-in-request"} | (
        broken & {"undocumented-property", "read-only-in-request"}
    )
    assert {name for name, _ in sources(version)} >= {*rules_of(version)}


def test_every_example_breaks_its_rule_at_some_version() -> None:
    for rule in RULES:
        made = {json.dumps([change.example.put, change.example.removed]) for each in SHAPES for change in changes_of_rule(rule, each)}
        missing = [each for each in rule.examples if json.dumps([each.put, each.removed]) not in made and "/url" not in each.put]
        assert missing == [], rule.name


@VERSION
def test_violations_take_a_version(version: str) -> None:
    @at_most(10)
    @given(violation=violations(version=version))
    def check_example(violation: Any) -> None:
        assert violation.version == version
        assert_exact(violation)

    check_example()


@pytest.mark.slow
@VERSION
def test_the_violations_of_each_example_of_a_rule_break_nothing_else(version: str) -> None:
    @at_most(5)
    @given(violation=violations("etag-reused", version=version))
    def check_example(violation: Any) -> None:
        assert {finding.rule for finding in check(violation.document, version=version)} == {"etag-reused"}

    check_example()


def test_a_rule_of_other_versions_has_no_violation() -> None:
    with pytest.raises(LookupError, match="nothing is known to break 'concurrency-exceeded'"):
        violations("concurrency-exceeded")
    with pytest.raises(LookupError, match="nothing is known to break 'members-in-parallel'"):
        violations("members-in-parallel", version="2026-06-01")


# updaterun generate


@pytest.mark.parametrize("kind, form", [("update-run", "jsonl"), ("exchange", "har"), ("exchange", "vcr"), ("history", "json")])
@pytest.mark.parametrize("version", ["2023-03-15-preview", "2026-06-01"])
def test_generated_files_are_silent(kind: str, form: str, version: str, tmp_path: Any) -> None:
    made = ("generate", kind, "--count", 8, "--format", form, "--api-version", version, "--output", f"{tmp_path}/")
    assert updaterun(*made).exit_code == 0
    result = updaterun("check", tmp_path, "--fail-on", "note", "--api-version", version)
    assert result.exit_code == 0, result.output
    assert version in result.output


@pytest.mark.parametrize("kind", ["update-run", "exchange"])
def test_violating_files_have_the_findings_of_their_baseline(kind: str, tmp_path: Any) -> None:
    version = "2026-06-02-preview"
    made = updaterun("generate", kind, "--invalid", "--count", 20, "--api-version", version, "--output", f"{tmp_path}/")
    assert made.exit_code == 0, made.output
    result = updaterun("check", tmp_path, "--baseline", tmp_path / "expected.json", "--api-version", version, "--fail-on", "note")
    assert result.exit_code == 0, result.output


def test_the_rules_that_files_break_are_those_of_the_version() -> None:
    assert "before-gate-passed" in breakable_rules("update-run", "2026-06-01")
    assert "before-gate-passed" not in breakable_rules("update-run")


# The api-version that a document needs

PROPERTIES = sorted({key for schema in schemas.load(schemas.VERSIONS[-1]).schemas.values() for key in schema.get("properties", ())})


def with_strays(random: Random, document: JSON) -> JSON:
    """Return a document with properties where they may not belong, some of them null or with a value of an enum."""
    changed = json.loads(json.dumps(document))
    objects = [value for _, value in walk(changed) if isinstance(value, dict)]
    for each in random.choices(objects, k=random.randrange(4)):
        each[random.choice(("stray", *PROPERTIES))] = random.choice((None, "stray", {"stray": 1}, [{}], "2", "Pending", "ScheduledStart"))
    return changed


def undocumented(document: JSON, version: str) -> set[Path]:
    """Return the paths of properties and values that a version does not document, except for null."""
    errors = [error for error in schema_errors(document, "UpdateRun", version=version) if error.rule in (UNDOCUMENTED, "schema/enum")]
    return {tuple(error.path) for error in errors if follow(document, error.path) is not None}


def test_a_document_is_judged_by_the_first_version_that_documents_as_much_as_any() -> None:
    random, judges = Random(0), [version for version in SHAPES if version > schemas.DEFAULT_VERSION]
    mixed = [document for version in (schemas.DEFAULT_VERSION, *judges) for document in documents("update-run", 40, 0, version=version)]
    chosen = set()
    for document in [with_strays(random, document) for document in mixed for _ in range(4)]:
        in_none = undocumented(document, judges[-1])
        chosen.add(needed([document]))
        assert needed([document]) == next(
            version for version in (schemas.DEFAULT_VERSION, *judges) if undocumented(document, version) <= in_none
        )
    assert chosen == {schemas.DEFAULT_VERSION, *judges}
