"""Strategies: conforming documents have no finding, and violating documents have the finding of one rule."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from tests.support.profiles import at_least, at_most
from tests.support.runs import members
from tests.support.versions import SHAPES
from tests.support.violations import SMALL, assert_exact
from validator import Exchange, Severity, check, check_exchange
from validator.contract import schemas
from validator.contract.engines import ENGINES
from validator.findings import BodySide
from validator.pointer import JSON
from validator.rules import catalogue
from validator.rules.by_version import is_of
from validator.rules.catalogue import RULES
from validator.rules.example import COMPLETED, DERIVED_NAMES, EXAMPLES, NAMES, PAGE, SUBSCRIPTION
from validator.rules.rule import BOTH, Issue, Rule, rule
from validator.run.nodes import Node
from validator.strategies import (
    Call,
    Violation,
    error_responses,
    exchanges,
    from_definition,
    histories,
    list_pages,
    update_runs,
    violations,
)
from validator.strategies.bulk import draw_many
from validator.strategies.changes import Change, changes_of_rule, vary
from validator.strategies.constraints import Constraint, constraints
from validator.strategies.constraints import changes as changes_of
from validator.strategies.options import STATES
from validator.strategies.violations import violations_of

DEFINITIONS = schemas.load().definitions


def assert_silent(document: JSON, side: BodySide | None = None, **more: Any) -> None:
    """Assert that neither engine has a finding."""
    for engine in ENGINES:
        assert check(document, side=side, engine=engine, **more) == [], engine


# Conforming documents


@pytest.mark.fuzz
@at_least(300)
@given(run=update_runs())
def test_responses_are_silent(run: JSON) -> None:
    assert_silent(run, "response")
    assert check(run) == [], "and are taken for responses"


@pytest.mark.fuzz
@given(run=update_runs(side="request"))
def test_requests_are_silent(run: JSON) -> None:
    assert_silent(run, "request")
    assert check(run) == [], "and are taken for requests"


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize("name", [name for name in DEFINITIONS if name != "UpdateRun"])  # see above
def test_documents_of_a_definition_are_silent(name: str, side: BodySide) -> None:
    @at_most(25)
    @given(document=from_definition(name, side=side))
    def check_example(document: JSON) -> None:
        assert_silent(document, side, definition=name)

    check_example()


def test_the_definition_update_run_is_that_of_coherent_runs() -> None:
    assert repr(from_definition("UpdateRun", side="request")) == repr(update_runs(side="request"))
    assert repr(from_definition("UpdateRun")) == repr(update_runs())


@pytest.mark.slow
@pytest.mark.fuzz
@given(body=error_responses())
def test_error_responses_are_silent(body: JSON) -> None:
    assert_silent(body)


@pytest.mark.slow
@pytest.mark.fuzz
@given(page=list_pages())
def test_list_pages_are_silent(page: JSON) -> None:
    assert_silent(page)


@pytest.mark.fuzz
@given(call=exchanges())
def test_exchanges_are_silent(call: Call) -> None:
    for engine in ENGINES:
        assert check_exchange(call.exchange, engine=engine) == [], engine


@pytest.mark.slow
@pytest.mark.fuzz
@at_least(30)
@given(captures=histories())
def test_histories_are_silent(captures: list[JSON]) -> None:
    assert_silent(captures, "response")


# States and stages


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_a_run_is_in_the_state_that_is_asked_for(state: str) -> None:
    @at_most(40)
    @given(run=update_runs(state=state))
    def check_example(run: JSON) -> None:
        assert run["properties"]["status"]["status"]["state"] == state

    check_example()


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_a_history_ends_in_the_state_that_is_asked_for(state: str) -> None:
    @at_most(40)
    @given(captures=histories(state=state))
    def check_example(captures: list[JSON]) -> None:
        assert captures[-1]["properties"]["status"]["status"]["state"] == state

    check_example()


def stages_of(run: JSON) -> int:
    spec, status = run["properties"].get("strategy", {}).get("stages", []), run["properties"]["status"]["stages"]
    assert len(status) == max(len(spec), 1)
    return len(spec)


@pytest.mark.slow
@pytest.mark.parametrize("stages", [0, 1, 3])
def test_a_run_has_the_stages_that_are_asked_for(stages: int) -> None:
    @at_most(30)
    @given(run=update_runs(stages=stages), captures=histories(stages=stages))
    def check_example(run: JSON, captures: list[JSON]) -> None:
        assert {stages_of(each) for each in (run, *captures)} == {stages}

    check_example()


@at_most(30)
@given(page=list_pages(state="Failed", stages=1))
def test_a_page_has_the_runs_that_are_asked_for(page: JSON) -> None:
    assert all(run["properties"]["status"]["status"]["state"] == "Failed" and stages_of(run) == 1 for run in page["value"])


def test_pages_have_none_one_or_several_runs_and_perhaps_a_link() -> None:
    pages = list(draw_many(list_pages(state="NotStarted", stages=0), 100, 0))
    assert {len(page["value"]) for page in pages} == {0, 1, 2, 3}
    assert {"nextLink" in page for page in pages} == {True, False}


EXPECTED_STATE = "expected NotStarted, Running, Stopping, Stopped, Skipped, Failed, Pending or Completed for the state, found "


@pytest.mark.parametrize("made", [update_runs, histories])
def test_impossible_states_and_numbers_of_stages_are_refused_at_once(made: Callable[..., Any]) -> None:
    for state in ("failed", "Done", "", 5, ["Failed"]):
        with pytest.raises(ValueError, match=re.escape(f"{EXPECTED_STATE}{state!r}")):
            made(state=state)
    for stages in (-1, 21, "2", 2.0, True):
        with pytest.raises(ValueError, match=re.escape(f"expected a number of stages from 0 to 20, found {stages!r}")):
            made(stages=stages)


@pytest.mark.parametrize("side", ["both", "Request", None, ["request"]])
@pytest.mark.parametrize("made", [update_runs, partial(from_definition, "UpdateStage"), partial(from_definition, "UpdateRun")])
def test_unknown_sides_are_refused_at_once(made: Callable[..., Any], side: object) -> None:
    with pytest.raises(ValueError, match=re.escape(f"expected request or response for the side, found {side!r}")):
        made(side=side)


def test_a_request_has_no_state() -> None:
    with pytest.raises(ValueError, match="expected no state for a request, which has none, found 'Failed'"):
        update_runs(side="request", state="Failed")


def test_an_undocumented_definition_is_refused_at_once() -> None:
    with pytest.raises(LookupError, match=re.escape("not a documented definition: UpdateStge; did you mean UpdateStage?")):
        from_definition("UpdateStge")
    with pytest.raises(LookupError, match="not a documented definition: zzz; expected one, such as UpdateStage"):
        from_definition("zzz")


# Shrinking


STATUS: JSON = {"state": ..., "startTime": ..., "completedTime": ...}


def smallest(*stages: JSON, **spec: JSON) -> JSON:
    """Return the smallest run with such stages; `...` is any value."""
    status = {"status": STATUS, "stages": [*stages], "nodeImageSelection": {}}
    properties = {"provisioningState": ..., "managedClusterUpdate": {"upgrade": {"type": ...}}, "status": status}
    return dict.fromkeys(("id", "name", "type", "systemData", "eTag"), ...) | {"properties": properties | spec}


def stage(*members: JSON, **more: JSON) -> JSON:
    group = {"name": ..., "status": STATUS} | ({"members": [*members]} if members else {})
    return {"name": ..., "status": STATUS, "groups": [group]} | more


def superfluous(run: JSON, needed: JSON, path: str = "") -> list[str]:
    """Return the pointers of the outermost values of a run that are not needed."""
    if isinstance(run, list) and isinstance(needed, list):
        run, needed = dict(enumerate(run)), dict(enumerate(needed))
    if not isinstance(run, dict) or not isinstance(needed, dict):
        return []
    inner = [pointer for key in run if key in needed for pointer in superfluous(run[key], needed[key], f"{path}/{key}")]
    return [f"{path}/{key}" for key in run if key not in needed] + inner


def has_failed_member(run: JSON) -> bool:
    return any(member["status"]["state"] == "Failed" for member in members(run))


def has_two_stages(run: JSON) -> bool:
    return len(run["properties"]["status"]["stages"]) == 2


def waits(run: JSON) -> bool:
    stages = run["properties"]["status"]["stages"]
    return any(stage.get("afterStageWaitStatus", {}).get("status", {}).get("state") == "Running" for stage in stages)


ONE: JSON = {"name": ..., "groups": [{"name": ...}]}
MEMBER: JSON = {"name": ..., "clusterResourceId": ..., "status": STATUS}
FAILED = smallest(stage(MEMBER | {"status": STATUS | {"error": {"code": ..., "message": ...}}}))
TWO_STAGES = smallest(stage(), stage(), strategy={"stages": [ONE, ONE]})
WAIT: JSON = {"status": STATUS, "waitDurationInSeconds": ...}
WAITING = smallest(stage(MEMBER, afterStageWaitStatus=WAIT), strategy={"stages": [ONE | {"afterStageWaitInSeconds": ...}]})
SHRUNK: dict[Callable[[JSON], bool], JSON] = {has_failed_member: FAILED, has_two_stages: TWO_STAGES, waits: WAITING}


@pytest.mark.slow
@pytest.mark.parametrize("sought", SHRUNK)
def test_a_shrunk_run_has_at_most_one_superfluous_element(sought: Callable[[JSON], bool]) -> None:
    # A seed does not give the same values on every platform, and one of about fifteen runs is not shrunk completely.
    assert any(len(extra(sought, seed)) <= 1 for seed in range(3))


def extra(sought: Callable[[JSON], bool], seed: int) -> set[str]:
    """Return the superfluous values of the shrunk run; one in the strategy and its mirror image in the status count once."""
    few = settings(SMALL, max_examples=2000, derandomize=False)
    pointers = superfluous(find(update_runs(), sought, settings=few, random=Random(seed)), SHRUNK[sought])
    return {pointer.replace("/strategy/stages/", "/status/stages/") for pointer in pointers}


TRIVIAL: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], bool]]] = {
    "any run": (update_runs(stages=2), lambda _: True),
    "a run of another upgrade": (update_runs(stages=2), lambda run: run["properties"]["managedClusterUpdate"]["upgrade"]["type"] != "Full"),
    "any history": (histories(stages=2), lambda _: True),
    "any exchange": (exchanges(stages=2), lambda _: True),
    "any request": (update_runs(side="request", stages=2), lambda _: True),
    "any page": (list_pages(stages=2), lambda page: bool(page["value"])),
    "any history of the newest version": (histories(stages=2, version=schemas.VERSIONS[-1]), lambda _: True),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TRIVIAL)
def test_a_trivial_failure_is_shrunk_and_explained_in_few_attempts(name: str) -> None:
    """An attempt takes 2 to 10 ms of processor time, so that 300 take 3 s at most; without explanation there are fewer than 150."""
    strategy, fails = TRIVIAL[name]
    attempts = 0

    def attempt() -> None:
        nonlocal attempts
        attempts += 1

    # The attempts are counted before the strategy is drawn from, as not all of them come to the test.
    @settings(SMALL, phases=[Phase.generate, Phase.shrink, Phase.explain])
    @given(st.builds(attempt), strategy)
    def fail(_: None, document: Any) -> None:
        assert not fails(document)

    with pytest.raises(AssertionError):
        fail()
    assert attempts < 300


# Violations


NAMES_OF_RULES = {known.name for known in RULES}
OF_RULES = {known.name: next(version for version in (schemas.DEFAULT_VERSION, *SHAPES) if is_of(known, version)) for known in RULES}
"""A version that has a rule: the default one if it does."""

CHANGES = [
    pytest.param(change, id=f"{known.name}-{number}")
    for known in RULES
    for number, change in enumerate(changes_of_rule(known, OF_RULES[known.name]))
]


@pytest.mark.slow
@pytest.mark.parametrize("known", RULES, ids=lambda known: known.name)
def test_a_rule_has_violations_on_each_of_its_sides(known: Rule) -> None:
    sides = known.sides if known.subject in {"schema", "object"} else ("response",)
    version = OF_RULES[known.name]
    assert {change.side for change in changes_of_rule(known, version)} == set(sides)
    for side in sides:
        assert_exact(find(violations(known.name, side=side, version=version), lambda _: True, settings=SMALL))


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_a_violation_made_from_an_example_has_the_findings_of_the_example_and_no_other(change: Change) -> None:
    @at_most(4)
    @given(violation=violations_of([[change]]))
    def check_example(violation: Violation) -> None:
        assert (violation.side, (violation.rule, violation.pointer)) == (change.side, change.findings[0])
        assert_exact(violation)

    check_example()


@pytest.mark.parametrize(
    "rule, keywords",
    [
        ("kubernetes-version-required", {"required"}),
        ("kubernetes-version-forbidden", {"not"}),
        ("custom-images-required", {"required", "minItems"}),
        ("custom-images-forbidden", {"maxItems"}),
    ],
)
def test_a_rule_that_the_schemas_state_has_the_keyword_that_is_broken(rule: str, keywords: set[str]) -> None:
    assert {change.keyword for change in changes_of_rule(catalogue.by_name()[rule])} == keywords


def test_a_rule_that_a_function_checks_has_no_keyword() -> None:
    assert {change.keyword for known in RULES if known.subject != "schema" for change in changes_of_rule(known)} == {None}


@pytest.mark.parametrize("name", [*NAMES, *DERIVED_NAMES, SUBSCRIPTION])
def test_a_name_is_in_the_clean_examples(name: str) -> None:
    assert re.search(rf'["/]{name}["/]', json.dumps([COMPLETED, PAGE]))


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_is_clean(example: JSON) -> None:
    found = check_exchange(Exchange.of(**example)) if "url" in example else check(example)
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["cluster-in-two-groups", "response-id-mismatch", "transition-unexpected", "stage-name-duplicate"])
def test_violations_of_a_rule_vary(rule: str) -> None:
    made = list(draw_many(violations(rule), 60, 0))
    for varied in (r'"name": "[^"]*"', r"/fleets/[^/]*/", r"/resourceGroups/[^/]*/", r"/subscriptions/[^/]*/", r'"20\d\d-\d\d-\d\dT'):
        texts = [json.dumps(violation.original) for violation in made]
        assert not re.search(varied, texts[0]) or len({match for text in texts for match in re.findall(varied, text)}) > 5
    assert len({frozenset(flatten(violation.original)) for violation in made}) > 1 or made[0].side == "request"


def flatten(value: JSON, path: str = "") -> Iterator[str]:
    """Yield the pointer of every property."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield f"{path}/{key}"
        yield from flatten(child, f"{path}/{key}")


@rule(Severity.NOTE, BOTH, "rest#UpdateRun", on="UpdateGroup")
def no_group_is_lazy(group: Node) -> Iterator[Issue]:
    """No group is lazy.

    Lazy groups are a toy of this test.

    Fix: Choose another name.

    Example, on a request:
        /properties/strategy/stages/1/groups/- = {"name": "lazy"}
    """
    if group.value["name"] == "lazy":
        yield Issue(group.at("name"), "it is lazy")


@rule(Severity.NOTE, ("response",), "rest#UpdateRun", on="UpdateGroup")
def no_group_is_busy(_: Node) -> Iterator[Issue]:
    """No group is busy.

    Busy groups are a toy of this test.

    Fix: Choose another name.

    Example, on a response:
        /name = "busy"
    """
    yield from ()


def test_a_rule_that_is_added_to_the_catalogue_has_violations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "RULES", (*RULES, no_group_is_lazy))
    violation = find(violations("no-group-is-lazy"), lambda _: True, settings=SMALL)
    assert_exact(violation)
    assert (violation.side, violation.pointer, violation.keyword) == ("request", "/properties/strategy/stages/1/groups/2/name", None)
    assert violation.after == [*violation.before, {"name": "lazy"}]
    with pytest.raises(LookupError, match="nothing is known to break no-group-is-lazy in a response; it is broken in a request"):
        violations("no-group-is-lazy", side="response")


@rule(Severity.NOTE, ("response",), "rest#UpdateRun", on="UpdateRun")
def no_spring_is_vast(run: Node) -> Iterator[Issue]:
    """No spring with an eTag is vast.

    Vast springs are a toy of this test. What they need, their example does not mention.

    Fix: Wait for the summer.

    Example, on a response:
        /properties/managedClusterUpdate/upgrade/kubernetesVersion = "9.9"
    """
    if run.value.get("eTag") and run.value["properties"]["managedClusterUpdate"]["upgrade"]["kubernetesVersion"] == "9.9":
        yield Issue(run.path if run.value["name"] == "spring" else run.at("name"), "it is vast")


def test_a_violation_keeps_what_its_rule_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "RULES", (*RULES, no_spring_is_vast))
    made = list(draw_many(violations("no-spring-is-vast"), 60, 0))
    assert {violation.document["name"] for violation in made} == {"spring"}
    for violation in made:
        assert_exact(violation)


def test_an_example_that_does_not_break_its_rule_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "RULES", (*RULES, no_group_is_busy))
    with pytest.raises(ValueError, match="an example of the rule no-group-is-busy does not break it"):
        violations("no-group-is-busy")


@pytest.mark.slow
@pytest.mark.parametrize("constraint", [each for each in constraints() if each.in_rule is None], ids=str)
def test_a_constraint_can_be_broken_by_each_of_its_changes(constraint: Constraint) -> None:
    changes = [change for side in BOTH for change in changes_of(constraint, side)]
    assert changes
    for change in changes:
        pointer = change.findings[0][1]
        # An empty name is too short, and has a character too few for its pattern.
        also = [("schema/pattern", pointer)] if constraint.keyword == "minLength" and "pattern" in constraint.schema else []
        assert (change.keyword, change.findings) == (constraint.keyword, [(constraint.rule, pointer), *also])


@pytest.mark.slow
def test_a_violation_of_a_constraint_has_its_finding_and_no_other() -> None:
    random = Random(0)
    for constraint in constraints():
        for changes in (changes_of(constraint, side) for side in BOTH if constraint.in_rule is None):
            if changes:
                assert_exact(vary(random, changes))


def test_a_constraint_of_a_rule_is_of_a_rule_of_the_catalogue() -> None:
    assert {constraint.in_rule for constraint in constraints() if constraint.in_rule is not None} <= NAMES_OF_RULES


@pytest.mark.parametrize("constraint", [True, False])
def test_violations_without_a_rule_break_constraints_and_rules(constraint: bool) -> None:
    some = settings(max_examples=500, phases=[Phase.generate], database=None)
    found = find(violations(), lambda violation: (violation.rule not in NAMES_OF_RULES) == constraint, settings=some)
    assert not constraint or found.keyword is not None


@pytest.mark.fuzz
@given(violation=violations())
def test_violations_are_exact(violation: Violation) -> None:
    assert_exact(violation)


@pytest.mark.parametrize("rule", ["group-duplicate", "schema/enum", "schema/required", "read-only-in-request"])
def test_violations_of_a_rule_are_of_that_rule(rule: str) -> None:
    @at_most(30)
    @given(violation=violations(rule))
    def check_example(violation: Violation) -> None:
        assert violation.rule == rule
        assert_exact(violation)

    check_example()


@pytest.mark.parametrize("side", ["request", "response"])
def test_violations_of_a_side_are_of_that_side(side: BodySide) -> None:
    @at_most(30)
    @given(violation=violations(side=side))
    def check_example(violation: Violation) -> None:
        assert violation.side == side
        assert_exact(violation)

    check_example()


def test_a_rule_without_a_violation_on_a_side_is_an_error() -> None:
    with pytest.raises(LookupError, match="nothing is known to break members-in-parallel in a request; it is broken in a response"):
        violations("members-in-parallel", side="request")
    with pytest.raises(LookupError, match="nothing is known to break strategy-and-strategy-id in a response; it is broken in a request"):
        violations("strategy-and-strategy-id", side="response")


@pytest.mark.parametrize("rule", ["zzz", "", "/", 5, ["group-duplicate"]])
def test_an_unknown_rule_is_an_error(rule: Any) -> None:
    with pytest.raises(LookupError, match=re.escape(f"nothing is known to break {rule!r}; expected a rule of `updaterun rules`")):
        violations(rule)


def test_an_error_suggests_a_rule() -> None:
    with pytest.raises(LookupError, match=re.escape("nothing is known to break 'grup-duplicate'; did you mean group-duplicate?")):
        violations("grup-duplicate")
    for family in ("schema", "schema/"):
        message = f"nothing is known to break '{family}'; it is a family, of which one rule is expected: schema/enum, .* or schema/type$"
        with pytest.raises(LookupError, match=message):
            violations(family)


@pytest.mark.process
@pytest.mark.parametrize("package", ["hypothesis", "hypothesis_jsonschema"])
def test_without_hypothesis_the_import_says_what_to_install(package: str) -> None:
    code = f"import sys\nsys.modules[{package!r}] = None\nimport validator.strategies"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "The above exception was the direct cause" in done.stderr
    message = "validator.strategies needs Hypothesis; install it with: pip install hypothesis hypothesis-jsonschema"
    assert done.stderr.endswith(f"ModuleNotFoundError: {message}\n")


@pytest.mark.parametrize("side", ["both", "", 5, ["request"]])
def test_an_unknown_side_is_an_error(side: Any) -> None:
    with pytest.raises(ValueError, match=re.escape(f"expected request or response for the side, found {side!r}")):
        violations(side=side)


def test_a_shrunk_violation_is_exact() -> None:
    shrunk = find(violations("schema/maxLength"), lambda violation: len(str(violation.after)) > 50, settings=SMALL)
    assert_exact(shrunk)


@pytest.mark.parametrize(
    "rule, became",
    [
        ("schema/maxLength", lambda value: len(value) in {51, 64, 91}),
        ("schema/minimum", lambda value: value == -(2**31) - 1),
        ("schema/maximum", lambda value: value == 2**31),
        ("schema/pattern", lambda value: value.endswith("\n")),
        ("schema/enum", lambda value: value is not None and value.islower()),
    ],
)
def test_boundary_values_are_among_the_violations(rule: str, became: Any) -> None:
    assert became(find(violations(rule), lambda violation: became(violation.after), settings=SMALL).after)


@pytest.mark.parametrize("form", ["date-time", "uuid", "arm-id"])
def test_a_trailing_line_feed_is_among_the_violations_of_each_format(form: str) -> None:
    constraint = next(each for each in constraints() if each.keyword == "format" and each.parameter == form)
    broken = violations_of([changes_of(constraint, "response")])
    assert_exact(find(broken, lambda violation: violation.after.endswith("\n"), settings=settings(SMALL, max_examples=500)))


# Strategies follow the schemas


def test_strategies_follow_the_schemas() -> None:
    from validator.strategies.definitions import from_schema

    name = schemas.load().schemas["UpdateGroup"]["properties"]["name"]

    @at_most(50)
    @given(
        text=from_schema(name | {"maxLength": 3}, "response"),
        number=from_schema({"type": "integer", "minimum": 3, "maximum": 4}, "response"),
    )
    def check_example(text: str, number: int) -> None:
        assert len(text) <= 3
        assert number in {3, 4}

    check_example()


def test_making_strategies_does_not_change_the_schemas() -> None:
    before = repr(schemas.load().schemas)
    for name in DEFINITIONS:
        from_definition(name)
    assert repr(schemas.load().schemas) == before


@given(st.data())
def test_a_name_has_no_line_feed(data: st.DataObject) -> None:
    assert not data.draw(from_definition("UpdateGroup"))["name"].endswith("\n")
