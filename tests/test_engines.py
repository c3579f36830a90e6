"""The two engines say the same of every document."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents import arbitrary, mutated, near
from validator import check
from validator.contract import schemas
from validator.contract.schema_errors import breaches, is_documented
from validator.pointer import JSON
from validator.rules import example

VERSION = schemas.VERSIONS[-1]
DEFINITIONS = st.sampled_from(sorted(schemas.load().schemas))
near_any = DEFINITIONS.flatmap(lambda name: st.tuples(st.just(name), near(name)))


def of_suite(examples: int) -> settings:
    """Take so many examples in the suite, and the profile's number when exploring."""
    return settings(max_examples=max(examples, settings.default.max_examples if settings.default else 0))


@pytest.mark.fuzz
@of_suite(500)
@given(definition=DEFINITIONS, document=arbitrary)
def test_engines_agree_on_arbitrary_json(definition: str, document: JSON) -> None:
    assert breaches(document, definition, VERSION, "fast") == breaches(document, definition, VERSION, "reference")


@pytest.mark.fuzz
@of_suite(700)
@given(near_any)
def test_engines_agree_near_the_contract(drawn: tuple[str, JSON]) -> None:
    definition, document = drawn
    assert breaches(document, definition, VERSION, "fast") == breaches(document, definition, VERSION, "reference")


@pytest.mark.fuzz
@of_suite(800)
@given(document=mutated())
def test_engines_agree_on_damaged_responses(document: JSON) -> None:
    assert check(document, side="response", engine="fast") == check(document, side="response", engine="reference")


@pytest.mark.fuzz
@of_suite(300)
@given(document=mutated(example.REQUEST))
def test_engines_agree_on_damaged_requests(document: JSON) -> None:
    assert check(document, side="request", engine="fast") == check(document, side="request", engine="reference")


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_a_name_with_a_line_feed_is_not_a_name(engine: str) -> None:
    found = breaches({"name": "run1\n"}, "UpdateGroup", VERSION, engine)  # type: ignore[arg-type]
    assert [breach.rule for breach in found] == ["schema/pattern"]


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_an_integer_may_be_written_as_a_float(engine: str) -> None:
    stage = {"name": "a", "groups": [{"name": "b"}], "afterStageWaitInSeconds": 3600.0}
    assert breaches(stage, "UpdateStage", VERSION, engine) == []  # type: ignore[arg-type]


def test_whatever_else_is_wrong_documented_properties_are_told_at_speed() -> None:
    stage: JSON = {"name": ""}
    wrong = {"name": 1, "properties": {"managedClusterUpdate": [], "strategy": {"stages": [stage]}}}
    assert is_documented(wrong, "UpdateRun", VERSION, "response")
    assert not is_documented(wrong, "UpdateRun", VERSION, "request")  # the name is read-only
    stage["waitInSeconds"] = 60
    assert not is_documented(wrong, "UpdateRun", VERSION, "response")
