"""Strategies: what conforms is silent, what violates breaks one named thing, and both reach all of the contract."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from validator import check, check_exchange, contract
from validator.findings import JSON, Side
from validator.rules.catalogue import RULES
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
from validator.strategies.breakers import BREAKERS
from validator.strategies.constraints import Constraint, constraints
from validator.strategies.runs import STATES
from validator.strategies.violations import judged, of_constraint, of_rule, sides_of
from validator.structure import ENGINES, EngineName

engines = pytest.mark.parametrize("engine", ENGINES)
DEFINITIONS = contract.load().definitions


def at_least(examples: int) -> settings:
    """Take so many examples in the suite, and the profile's number when exploring."""
    return settings(max_examples=max(examples, settings.default.max_examples if settings.default else 0))


# Conforming means silent


@pytest.mark.fuzz
@at_least(700)
@given(run=update_runs())
def test_responses_are_silent(run: JSON) -> None:
    assert check(run, side="response") == []
    assert check(run) == [], "and are taken for responses"


@at_least(300)
@given(run=update_runs())
def test_responses_are_silent_under_the_reference_engine(run: JSON) -> None:
    assert check(run, side="response", engine="reference") == []


@engines
@given(run=update_runs(side="request"))
def test_requests_are_silent(engine: EngineName, run: JSON) -> None:
    assert check(run, side="request", engine=engine) == []
    assert check(run, engine=engine) == [], "and are taken for requests"


@engines
@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize("name", DEFINITIONS)
def test_documents_of_a_definition_are_silent(name: str, side: Any, engine: EngineName) -> None:
    @given(document=from_definition(name, side=side))
    def silent(document: JSON) -> None:
        assert check(document, definition=name, side=side, engine=engine) == []

    silent()


@engines
@given(body=error_responses())
def test_error_responses_are_silent(engine: EngineName, body: JSON) -> None:
    assert check(body, engine=engine) == []


@engines
@given(page=list_pages())
def test_list_pages_are_silent(engine: EngineName, page: JSON) -> None:
    assert check(page, engine=engine) == []


@engines
@given(call=exchanges())
def test_exchanges_are_silent(engine: EngineName, call: Call) -> None:
    assert check_exchange(call.exchange, engine=engine) == []


@engines
@given(captures=histories())
def test_histories_are_silent(engine: EngineName, captures: list[JSON]) -> None:
    assert check(captures, side="response", engine=engine) == []


@given(captures=histories())
def test_the_tag_changes_exactly_when_the_body_does(captures: list[JSON]) -> None:
    for before, after in pairwise(captures):
        assert (before["eTag"] == after["eTag"]) == (before == after)


# What is asked for is what comes


@pytest.mark.parametrize("state", STATES)
def test_a_run_is_in_the_state_that_is_asked_for(state: str) -> None:
    @given(run=update_runs(state=state))
    def hold(run: JSON) -> None:
        assert run["properties"]["status"]["status"]["state"] == state

    hold()


@pytest.mark.parametrize("state", STATES)
def test_a_history_ends_in_the_state_that_is_asked_for(state: str) -> None:
    @given(captures=histories(state=state))
    def hold(captures: list[JSON]) -> None:
        assert captures[-1]["properties"]["status"]["status"]["state"] == state

    hold()


@pytest.mark.parametrize("stages", [0, 1, 3])
def test_a_run_has_the_stages_that_are_asked_for(stages: int) -> None:
    @given(run=update_runs(stages=stages))
    def hold(run: JSON) -> None:
        assert len(run["properties"].get("strategy", {}).get("stages", [])) == stages
        assert len(run["properties"]["status"]["stages"]) == max(stages, 1)

    hold()


def test_unknown_names_are_errors() -> None:
    with pytest.raises(ValueError, match="not a state that an update run can have: Done"):
        update_runs(state="Done")
    with pytest.raises(ValueError, match="expected request or response for the side, found 'both'"):
        update_runs(side="both")  # type: ignore[arg-type]
    for stages in (-1, 21, "2", 2.0, True):
        with pytest.raises(ValueError, match="expected a number of stages from 0 to 20"):
            update_runs(stages=stages)  # type: ignore[arg-type]
    with pytest.raises(LookupError, match="not a documented definition: UpdateRuns"):
        from_definition("UpdateRuns")
    with pytest.raises(LookupError, match="nothing is known to break group-duplicates"):
        violations("group-duplicates")


# Shrunk counterexamples are small


SMALL = settings(max_examples=10_000, phases=[Phase.generate, Phase.shrink], database=None, derandomize=True)
TOLD: JSON = {"state": ..., "startTime": ..., "completedTime": ...}


def least(*stages: JSON, **asked: JSON) -> JSON:
    """Write what the least run with such stages has; `...` is any value."""
    status = {"status": TOLD, "stages": [*stages], "nodeImageSelection": {}}
    properties = {"provisioningState": ..., "managedClusterUpdate": {"upgrade": {"type": ...}}, "status": status}
    return dict.fromkeys(("id", "name", "type", "systemData", "eTag"), ...) | {"properties": properties | asked}


def stage(*members: JSON, **more: JSON) -> JSON:
    group = {"name": ..., "status": TOLD} | ({"members": [*members]} if members else {})
    return {"name": ..., "status": TOLD, "groups": [group]} | more


def superfluous(run: JSON, needed: JSON, path: str = "") -> list[str]:
    """List what a run has beyond what is needed, without what is within that."""
    if isinstance(run, list) and isinstance(needed, list):
        run, needed = dict(enumerate(run)), dict(enumerate(needed))
    if not isinstance(run, dict) or not isinstance(needed, dict):
        return []
    below = [found for key in run if key in needed for found in superfluous(run[key], needed[key], f"{path}/{key}")]
    return [f"{path}/{key}" for key in run if key not in needed] + below


def members(run: JSON) -> list[JSON]:
    return [m for stage in run["properties"]["status"]["stages"] for group in stage["groups"] for m in group.get("members", [])]


def has_failed_member(run: JSON) -> bool:
    return any(member["status"]["state"] == "Failed" for member in members(run))


def has_two_stages(run: JSON) -> bool:
    return len(run["properties"]["status"]["stages"]) == 2


def waits(run: JSON) -> bool:
    stages = run["properties"]["status"]["stages"]
    return any(stage.get("afterStageWaitStatus", {}).get("status", {}).get("state") == "Running" for stage in stages)


ONE: JSON = {"name": ..., "groups": [{"name": ...}]}
MEMBER: JSON = {"name": ..., "clusterResourceId": ..., "status": TOLD}
FAILED = least(stage(MEMBER | {"status": TOLD | {"error": {"code": ..., "message": ...}}}))
TWO_STAGES = least(stage(), stage(), strategy={"stages": [ONE, ONE]})
WAIT: JSON = {"status": TOLD, "waitDurationInSeconds": ...}
WAITING = least(stage(MEMBER, afterStageWaitStatus=WAIT), strategy={"stages": [ONE | {"afterStageWaitInSeconds": ...}]})
SHRUNK: dict[Callable[[JSON], bool], JSON] = {has_failed_member: FAILED, has_two_stages: TWO_STAGES, waits: WAITING}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sought", SHRUNK)
def test_a_shrunk_run_has_at_most_one_superfluous_element(sought: Callable[[JSON], bool], seed: int) -> None:
    few = settings(SMALL, max_examples=2000, derandomize=False)
    assert len(superfluous(find(update_runs(), sought, settings=few, random=Random(seed)), SHRUNK[sought])) <= 1


# Violations


def exact(violation: Violation) -> None:
    """Assert that the unbroken document is clean, and that the broken one has its finding and no other."""
    assert judged(violation.unbroken, violation.of, violation.side) == []
    found = sorted((finding.rule, finding.pointer) for finding in violation.findings())
    assert found == sorted([(violation.rule, violation.pointer), *violation.also])


def test_every_rule_has_a_breaker_and_every_breaker_a_rule() -> None:
    assert set(BREAKERS) == {rule.name for rule in RULES}


@pytest.mark.parametrize("name", BREAKERS)
def test_a_broken_rule_gives_its_finding_and_no_other(name: str) -> None:
    @settings(max_examples=15)
    @given(violation=of_rule(name))
    def hold(violation: Violation) -> None:
        assert violation.rule == name
        exact(violation)

    hold()


@pytest.mark.parametrize(
    ("constraint", "side"), [pytest.param(one, side, id=f"{one} in a {side}") for one in constraints() for side in sides_of(one)]
)
def test_a_broken_constraint_gives_its_finding_and_no_other(constraint: Constraint, side: Side) -> None:
    made = of_constraint(constraint, side) if constraint.rule is None else of_rule(constraint.rule)

    @settings(max_examples=12)
    @given(violation=made)
    def hold(violation: Violation) -> None:
        assert constraint.rule is not None or (violation.keyword, violation.side) == (constraint.keyword, side)
        exact(violation)

    hold()


@pytest.mark.fuzz
@given(violation=violations())
def test_violations_are_exact(violation: Violation) -> None:
    exact(violation)


@pytest.mark.parametrize("rule", ["group-duplicate", "schema/enum", "schema/required", "read-only-in-request"])
def test_violations_of_a_rule_are_of_that_rule(rule: str) -> None:
    @settings(max_examples=30)
    @given(violation=violations(rule))
    def hold(violation: Violation) -> None:
        assert violation.rule == rule
        exact(violation)

    hold()


@pytest.mark.parametrize("side", ["request", "response"])
def test_violations_of_a_side_are_of_that_side(side: Side) -> None:
    @settings(max_examples=30)
    @given(violation=violations(side=side))
    def hold(violation: Violation) -> None:
        assert violation.side == side
        exact(violation)

    hold()


def test_what_nothing_breaks_on_a_side_is_an_error() -> None:
    with pytest.raises(LookupError, match="nothing is known to break members-in-parallel in a request"):
        violations("members-in-parallel", side="request")


def test_a_violation_holds_when_it_is_shrunk() -> None:
    shrunk = find(violations("schema/maxLength"), lambda violation: len(str(violation.became)) > 50, settings=SMALL)
    exact(shrunk)


@pytest.mark.parametrize(
    "rule, became",
    [
        ("schema/maxLength", lambda value: len(value) in {51, 64, 91}),
        ("schema/minimum", lambda value: value == -(2**31) - 1),
        ("schema/maximum", lambda value: value == 2**31),
        ("schema/pattern", lambda value: value.endswith("\n")),
        ("schema/enum", lambda value: value is not None and value.islower()),
        ("schema/format", lambda value: value.endswith(("\n", "g", "/"))),
    ],
)
def test_boundary_values_are_among_what_breaks(rule: str, became: Any) -> None:
    assert became(find(violations(rule), lambda violation: became(violation.became), settings=SMALL).became)


# A change of a schema is a change of what is generated


def test_the_generators_follow_the_schemas() -> None:
    from validator.strategies.definitions import from_schema

    name = contract.load().schemas["UpdateGroup"]["properties"]["name"]

    @settings(max_examples=50)
    @given(
        text=from_schema(name | {"maxLength": 3}, "response"),
        number=from_schema({"type": "integer", "minimum": 3, "maximum": 4}, "response"),
    )
    def hold(text: str, number: int) -> None:
        assert len(text) <= 3
        assert number in {3, 4}

    hold()


def test_making_strategies_leaves_the_schemas_alone() -> None:
    before = repr(contract.load().schemas)
    for name in DEFINITIONS:
        from_definition(name)
    assert repr(contract.load().schemas) == before


@given(st.data())
def test_a_name_has_no_line_feed(data: st.DataObject) -> None:
    assert not data.draw(from_definition("UpdateGroup"))["name"].endswith("\n")
