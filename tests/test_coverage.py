"""Every state, property and enum value of the contract that can occur is generated."""

from __future__ import annotations

import pytest

from .coverage_of_contract import LEVELS, NO_PROPERTY, NO_STATE, STATES, Coverage, coverage_table, enums, measure, optional

COUNT = 3000

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return measure(COUNT, seed=1)


@pytest.mark.parametrize("counter", ["states", "hypothesis_states"])
def test_every_state_occurs_at_every_level_at_which_it_can(coverage: Coverage, counter: str) -> None:
    counts = getattr(coverage, counter)
    absent = {(level, state) for level in LEVELS for state in STATES if not counts[level, state]}
    assert absent == set(NO_STATE)


def test_every_optional_property_is_present_in_some_and_absent_in_others(coverage: Coverage) -> None:
    never = {(*key, present) for key in optional() for present in (True, False) if not coverage.properties[*key, present]}
    assert never == set(NO_PROPERTY)


def test_every_optional_property_is_present_and_absent_in_instances_of_its_definition(coverage: Coverage) -> None:
    never = [(*key, present) for key in optional() for present in (True, False) if not coverage.in_definitions[*key, present]]
    assert never == [("ErrorResponse", "error", False)]  # a response without it is not an error


def test_every_value_of_an_enum_occurs(coverage: Coverage) -> None:
    assert [value for value in enums() if not coverage.values[value]] == []


def test_the_table_has_a_row_for_each(coverage: Coverage) -> None:
    rows = coverage_table(coverage, COUNT)
    assert all(state in rows for state in STATES)
    assert all(f"{place}.{name}" in rows for place, name in optional())
    assert all(reason in rows for reason in [*NO_STATE.values(), *NO_PROPERTY.values()])
