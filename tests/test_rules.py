"""Each rule, tested by the cases in its file with both engines, and with the rule left out."""

from __future__ import annotations

import importlib
import json
import pathlib
import pkgutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from types import ModuleType
from typing import Any

import pytest

import validator
from tests.support.case_files import Case, bases, cases, file_names, mismatch, repetitions
from tests.support.for_each import for_each
from tests.support.profiles import BOTH_ENGINES
from validator import Exchange, Finding
from validator.checker.examples import example_findings
from validator.checker.item import check_item
from validator.checker.options import Options
from validator.contract import schemas
from validator.contract.engines import EngineName
from validator.contract.objects import objects_below
from validator.contract.schema_errors import UNDOCUMENTED
from validator.pointer import JSON
from validator.readers import az_cli
from validator.readers.items import Body, Document
from validator.report.json_report import as_json
from validator.rules import catalogue, example, history, strategy, times
from validator.rules.catalogue import RULES, by_name
from validator.rules.rule import BOTH, Example, Rule
from validator.run.nodes import KINDS

EXAMPLES = [pytest.param(rule, each, id=f"{rule.name}-{number}") for rule in RULES for number, each in enumerate(rule.examples)]


def dirty(rule: Rule) -> list[Case]:
    """Return the cases of a rule's file in which the rule finds something."""
    return [case for case in cases("rules", rule.name) if any(finding["rule"] == rule.name for finding in case.findings)]


def of_rule(rule: Rule, findings: list[Finding]) -> list[Finding]:
    """Return the findings of a rule."""
    return [finding for finding in findings if finding.rule == rule.name]


def leads_somewhere(pointer: str, document: JSON) -> bool:
    """Return whether a JSON Pointer leads to something in a document."""
    for step in (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]):
        try:
            document = document[int(step)] if isinstance(document, list) else document[step]
        except (LookupError, TypeError):
            return False
    return True


def finding_places(case: Case) -> Iterator[tuple[str, JSON]]:
    """Yield the pointers of a case's findings, each with the value that it leads into, except those into URLs and recordings."""
    for finding in [] if case.recorded else case.findings:
        value = case.value if case.is_document else case.value.get(finding["side"])
        yield from ((place["pointer"], value) for place in (finding, *finding["related"]) if not place["pointer"].startswith("/uri/"))


def is_same(value: JSON, other: JSON) -> bool:
    """Return whether two values are written in the same way: 1, 1.0 and true are three."""
    return json.dumps(value) == json.dumps(other)


@pytest.fixture
def findings_without(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Rule, Case], list[Finding]]:
    """Return a function that checks a case without a rule: it is left out of the catalogue, or of the schemas that state it."""

    def checked(rule: Rule, case: Case) -> list[Finding]:
        if rule.subject != "schema":
            monkeypatch.setattr(catalogue, "RULES", tuple(other for other in RULES if other is not rule))
            return case.check()
        monkeypatch.setattr(schemas, "SCHEMAS", tmp_path)
        version = f"without-{rule.name}"
        (tmp_path / version).mkdir(exist_ok=True)
        for name, schema in known.items():
            (tmp_path / version / f"{name}.json").write_text(json.dumps(_lacking(schema, rule.name)))
        plain = az_cli.resource_form(Body(case.value))
        return check_item(Document(plain), Options("fast", version, case.side)).findings

    known = schemas.load().schemas
    return checked


def _lacking(schema: Any, rule: str) -> Any:
    if isinstance(schema, dict):
        is_lacking = rule == "read-only-in-request"
        return {keyword: _lacking(part, rule) for keyword, part in schema.items() if keyword != "readOnly" or not is_lacking}
    if isinstance(schema, list):
        return [_lacking(part, rule) for part in schema if not (isinstance(part, dict) and part.get("x-rule") == rule)]
    return schema


def test_every_rule_is_in_the_catalogue_once() -> None:
    names = [f"validator.rules.{module.name}" for module in pkgutil.iter_modules(validator.rules.__path__)]
    made = {id(value): value.name for name in names for value in vars(importlib.import_module(name)).values() if isinstance(value, Rule)}
    lacking = sorted(set(made.values()) - set(by_name()))
    assert not lacking, f"add {lacking} to RULES in validator/rules/catalogue.py"
    assert len(made) == len(by_name()) == len(RULES), "two rules have one name"


def test_every_rule_has_a_case_file() -> None:
    for rule in RULES:
        assert cases("rules", rule.name)


def test_every_case_file_has_a_rule() -> None:
    unknown = sorted(set(file_names("rules")) - set(by_name()))
    assert not unknown, (
        f"rename or remove the files of {unknown} in tests/cases/rules: validator/rules/catalogue.py has no rules of these names"
    )


@for_each("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_about_documented_objects_and_states(rule: Rule) -> None:
    documented = objects_below("UpdateRun", schemas.VERSIONS[-1])
    assert set(rule.on) <= documented, f"`on` names definitions of objects in a run: {sorted(documented)}"
    assert bool(rule.on) == (rule.subject == "object")
    assert set(rule.states or ()) <= set(schemas.load().schemas["UpdateState"]["enum"])
    assert rule.states is None or set(rule.on) <= set(KINDS), f"only objects of {sorted(KINDS)} have states"


@for_each("name", bases())
def test_a_base_is_clean(name: str) -> None:
    value = bases()[name]

    assert Case("bases", name, value, None, recorded=False, findings=[]).check() == []


@for_each("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_clean_cases_and_dirty_ones(rule: Rule) -> None:
    assert [case for case in cases("rules", rule.name) if not case.findings], f"add a case without findings to {rule.name}.json"
    assert dirty(rule), f"add a case with a finding of the rule to {rule.name}.json"


@for_each("rule", RULES, ids=lambda rule: rule.name)
def test_a_case_file_repeats_nothing_that_is_known_of_its_rule(rule: Rule) -> None:
    repeated = repetitions("rules", rule.name)
    assert not repeated, f"remove these from {rule.name}.json, as these follow from the rule, its side or the base: {repeated}"


@for_each("rule", RULES, ids=lambda rule: rule.name)
def test_no_two_cases_of_a_rule_make_the_same_claim(rule: Rule) -> None:
    claims = [case.name for case in cases("rules", rule.name)]

    assert len(claims) == len(set(claims))


@pytest.mark.parametrize("engine", BOTH_ENGINES)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_case_gives_its_findings_and_no_others(rule: Rule, engine: EngineName) -> None:
    wrong = [text for case in cases("rules", rule.name) if (text := mismatch(case, case.check(engine)))]

    assert not wrong, "\n".join(["correct the rule, or the cases in tests/cases/rules:", *wrong])


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_checking_does_not_change_what_is_checked(rule: Rule) -> None:
    before = deepcopy([case.value for case in cases("rules", rule.name)])
    for case in cases("rules", rule.name):
        case.check()

    assert is_same([case.value for case in cases("rules", rule.name)], before)


@for_each("rule", RULES, ids=lambda rule: rule.name)
def test_findings_point_to_what_is_there(rule: Rule) -> None:
    assert [(case.name, place) for case in cases("rules", rule.name) for place in finding_places(case) if not leads_somewhere(*place)] == []


@for_each("rule", RULES, ids=lambda rule: rule.name)
def test_messages_are_short_and_end_without_a_period(rule: Rule) -> None:
    messages = [finding["message"] for case in cases("rules", rule.name) for finding in case.findings]

    assert [text for text in messages if len(text) >= 200 or not text.isprintable() or text.endswith(".")] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.name != UNDOCUMENTED], ids=lambda rule: rule.name)
def test_without_a_rule_a_case_lacks_its_finding(rule: Rule, findings_without: Callable[[Rule, Case], list[Finding]]) -> None:
    case = next((case for case in dirty(rule) if rule.subject != "schema" or case.is_document), None)
    assert case is not None, f"add a case with a finding of the rule to {rule.name}.json"
    kept = [finding for finding in case.findings if finding["rule"] != rule.name]

    assert [as_json(finding) for finding in findings_without(rule, case)] == kept


@for_each("rule", RULES, ids=lambda rule: rule.name)
def test_the_text_of_a_rule_has_all_its_parts(rule: Rule) -> None:
    assert rule.claim.endswith("."), "the first line of the docstring is the claim, a sentence"
    assert rule.examples, "write an `Example, on a response:` at the end of the docstring, as rules/rule.py describes"
    assert {each.of for each in rule.examples} <= set(example.EXAMPLES), f"an Example is on one of {sorted(example.EXAMPLES)}"
    assert rule.reason
    assert rule.fix
    assert all(each.put or each.removed for each in rule.examples)


@pytest.mark.parametrize("engine", BOTH_ENGINES)
@pytest.mark.parametrize("rule, given", EXAMPLES)
def test_an_example_of_a_rule_breaks_it_and_nothing_else(rule: Rule, given: Example, engine: EngineName) -> None:
    found = example_findings(given, engine)

    assert [(finding.rule, finding.severity) for finding in found] == [(rule.name, rule.severity)], (
        "an Example must give one finding, of its rule; change the Example in the docstring, or the rule"
    )
    assert found[0].cites == rule.cites or (rule.subject == "schema" and given != rule.example), "each constraint has its own source"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_nothing_on_another_side_than_its_own(rule: Rule) -> None:
    findings = [finding for case in dirty(rule) for finding in case.findings if finding["rule"] == rule.name]
    others = [(case, side) for case in dirty(rule) if case.is_document for side in BOTH if side not in rule.sides]

    assert {finding["side"] for finding in findings} <= set(rule.sides)
    assert [case.name for case, side in others if of_rule(rule, validator.check(case.value, side=side))] == []


@pytest.mark.parametrize("name", example.RESPONSE)
def test_an_answer_with_any_property_of_a_run_is_checked_as_a_run(name: str) -> None:
    found = validator.check_exchange(Exchange.of(**example.EXCHANGE | {"response": {name: example.RESPONSE[name]}}))
    assert found
    assert of_rule(by_name()["status-body-mismatch"], found) == []


# Bounds and tolerances

BOUNDS = [
    (times, "SKEW", "child-outside-parent"),
    (times, "CREATION_SKEW", "started-before-created"),
    (strategy, "MAX_GROUPS", "too-many-groups"),
    (history, "MICROSECOND", "time-rewritten"),
]


@pytest.mark.parametrize("step", [-1, 1])
@pytest.mark.parametrize("module, name, rule", BOUNDS, ids=[name for _, name, _ in BOUNDS])
def test_a_case_fails_if_a_bound_moves_by_one(module: ModuleType, name: str, rule: str, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, name, getattr(module, name) + step)
    assert any([as_json(finding) for finding in case.check()] != case.findings for case in cases("rules", rule))
