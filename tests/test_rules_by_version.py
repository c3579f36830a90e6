"""Which rules an api-version has, and that histories compare what the versions of both captures document."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import validator
from tests.support.for_each import for_each
from tests.support.versions import SHAPES
from validator import Exchange
from validator.checker.item import check_items
from validator.contract import schemas
from validator.contract.drift import documented
from validator.findings import Severity
from validator.pointer import JSON
from validator.rules import catalogue
from validator.rules.catalogue import RULES, by_name
from validator.rules.example import CONCURRENT, EXAMPLES, GATED, RESPONSE, broken, changed, side_of

FIRST = {
    "strategy-and-strategy-id": "2023-08-15-preview",
    "strategy-snapshot-missing": "2023-08-15-preview",
    "strategy-id-type": "2023-08-15-preview",
    "selected-images-unexpected": "2023-06-15-preview",
    "custom-images-required": "2024-05-02-preview",
    "custom-images-forbidden": "2024-05-02-preview",
    "image-family-duplicate": "2024-05-02-preview",
    "auto-upgrade-profile-id-type": "2025-03-01",
    "gates-mirror-strategy": "2025-04-01-preview",
    "gate-id-type": "2025-04-01-preview",
    "gate-id-unexpected": "2025-04-01-preview",
    "gate-id-missing": "2025-04-01-preview",
    "gate-state-unexpected": "2025-04-01-preview",
    "before-gate-passed": "2025-04-01-preview",
    "after-gate-passed": "2025-04-01-preview",
    "gate-pending-roll-up": "2025-04-01-preview",
    "concurrency-exceeded": "2026-02-01-preview",
    "max-concurrency-mismatch": "2026-02-01-preview",
    "max-concurrency-over-limit": "2026-02-01-preview",
    "scheduled-start-configuration": "2026-06-02-preview",
    "scheduled-start-after": "2026-06-02-preview",
    "groups-or-selector-required": "2026-06-02-preview",
    "label-selector-syntax": "2026-06-02-preview",
    "selected-group-duplicate": "2026-06-02-preview",
    "failure-count-mismatch": "2026-06-02-preview",
    "completed-over-threshold": "2026-06-02-preview",
}
"""The first api-version that has a rule; the others are rules of every version."""

LAST = {"members-in-parallel": "2025-08-01-preview"}
"""The last api-version that has a rule; the others are rules of the newest version, too."""

OBJECT_RULES = [rule for rule in RULES if rule.subject in ("object", "schema")]


def versions_of(rule: str) -> list[str]:
    """Return the shapes that have a rule."""
    return [version for version in SHAPES if FIRST.get(rule, "") <= version <= LAST.get(rule, "9999")]


@pytest.mark.parametrize("name", [rule.name for rule in OBJECT_RULES if rule.name in FIRST or rule.name in LAST])
def test_an_example_breaks_its_rule_in_the_versions_that_have_the_rule(name: str) -> None:
    example = by_name()[name].example
    found = {
        version: {finding.rule for finding in validator.check(broken(example), side=side_of(example.of), version=version)}
        for version in SHAPES
    }
    assert [version for version in SHAPES if name in found[version]] == versions_of(name)


@for_each("rule", OBJECT_RULES, ids=lambda rule: rule.name)
def test_no_other_rule_is_limited_to_some_versions(rule: validator.rules.rule.Rule) -> None:
    if rule.name not in FIRST and rule.name not in LAST:
        assert all(rule.is_of(documented(version)) for version in SHAPES)


@for_each("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_needs_what_a_version_documents(rule: validator.rules.rule.Rule) -> None:
    known = {fact for version in SHAPES for fact in documented(version)}
    assert {*rule.needs, *rule.without} <= known
    assert rule.error_since in ("", *schemas.VERSIONS)


def test_no_function_of_the_rules_names_a_version() -> None:
    for path in sorted(Path(catalogue.__file__).parent.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                body = function.body[1:] if ast.get_docstring(function) else function.body
                named = [node.value for part in body for node in ast.walk(part) if isinstance(node, ast.Constant)]
                assert not set(map(str, named)) & set(schemas.VERSIONS), f"let the rules in {path.name} say what they need: {function.name}"


NOT_RECORDED = [
    rule
    for rule in RULES
    if rule.cites.startswith("spec-") or rule.cites in {"docs#gates", "docs#concurrency", "docs#failures", "docs#scheduled-start"}
]


@pytest.mark.parametrize("rule", NOT_RECORDED, ids=lambda rule: rule.name)
def test_what_no_recording_shows_is_a_warning_at_most_and_says_so(rule: validator.rules.rule.Rule) -> None:
    assert rule.severity <= Severity.WARNING
    assert "record" in rule.reason


@pytest.mark.parametrize("version", schemas.VERSIONS)
@pytest.mark.parametrize("name", ["response", "completed run"])
def test_a_run_of_today_is_clean_in_every_version_but_for_what_is_undocumented(name: str, version: str) -> None:
    found = validator.check(EXAMPLES[name], version=version)
    assert [finding.rule for finding in found] == (["undocumented-property"] * 2 if version == "2023-03-15-preview" else [])


def test_the_first_version_tolerates_what_its_traffic_shows() -> None:
    put: dict[str, JSON] = {"/properties/managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly", "kubernetesVersion": "1.26.8"}}}
    run = changed(RESPONSE, put=put, removed=("/properties/status/nodeImageSelection",))
    severities = [validator.check(run, version=version)[0].severity for version in SHAPES]
    assert severities == [Severity.WARNING, *[Severity.ERROR] * 8]


# Histories


def history(*captures: tuple[str, JSON]) -> list[str]:
    """Return the rules that a history breaks whose captures are of the given versions."""
    exchanges = [
        Exchange.of("GET", f"https://management.azure.com{run['id']}?api-version={version}", 200, response=run) for version, run in captures
    ]
    return [finding.rule for _, findings in check_items(exchanges) for finding in findings]


OLD, NEW = "2025-03-01", "2025-04-01-preview"
REGATED = changed(
    GATED,
    put={
        "/eTag": '"later"',
        "/properties/strategy/stages/0/beforeGates/0/displayName": "other",
        "/properties/status/stages/0/beforeGates/0/displayName": "other",
    },
)


def test_what_one_of_two_versions_does_not_document_is_not_compared() -> None:
    without_gates = RESPONSE | {"eTag": '"other"'}
    assert history((OLD, RESPONSE), (NEW, GATED)) == []
    assert history((NEW, GATED), (OLD, without_gates)) == []
    assert history((NEW, GATED), (NEW, without_gates)) == ["changed-after-start"]


def test_a_capture_of_an_older_version_between_two_hides_nothing() -> None:
    assert history((NEW, GATED), (OLD, RESPONSE | {"eTag": '"between"'}), (NEW, REGATED)) == ["changed-after-start"]


def test_what_both_versions_document_is_compared() -> None:
    other = changed(CONCURRENT, put={"/properties/strategy/stages/0/afterStageWaitInSeconds": 60, "/eTag": '"later"'})
    other = changed(other, put={"/properties/status/stages/0/afterStageWaitStatus/waitDurationInSeconds": 60})
    assert history((OLD, RESPONSE), ("2026-06-01", other)) == ["changed-after-start"]


def test_a_selection_of_images_is_not_compared_with_a_version_before_there_was_one() -> None:
    removed = ("/properties/managedClusterUpdate/nodeImageSelection", "/properties/status/nodeImageSelection")
    first = changed(RESPONSE, put={}, removed=removed)
    assert history(("2023-03-15-preview", first), (OLD, RESPONSE | {"eTag": '"later"'})) == []
