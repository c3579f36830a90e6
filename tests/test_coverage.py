"""Generated documents show all of the contract that can occur."""

from __future__ import annotations

import pytest

from .coverage_of_contract import LEVELS, NO_PROPERTY, NO_STATE, STATES, Coverage, enums, measured, optional, table

MANY = 3000


@pytest.fixture(scope="module")
def found() -> Coverage:
    return measured(MANY, seed=1)


@pytest.mark.parametrize("maker", ["states", "drawn"])
def test_every_state_occurs_at_every_level_at_which_it_can(found: Coverage, maker: str) -> None:
    counted = getattr(found, maker)
    absent = {(level, state) for level in LEVELS for state in STATES if not counted[level, state]}
    assert absent == set(NO_STATE)


def test_every_optional_property_is_present_in_some_and_absent_in_others(found: Coverage) -> None:
    never = {(*one, there) for one in optional() for there in (True, False) if not found.properties[*one, there]}
    assert never == set(NO_PROPERTY)


def test_every_optional_property_is_present_and_absent_in_definitions_by_themselves(found: Coverage) -> None:
    never = [(*one, there) for one in optional() for there in (True, False) if not found.alone[*one, there]]
    assert never == [("ErrorResponse", "error", False)]  # an answer without it is no error


def test_every_value_of_an_enum_occurs(found: Coverage) -> None:
    assert [one for one in enums() if not found.values[one]] == []


def test_the_table_has_a_row_for_each(found: Coverage) -> None:
    rows = table(found, MANY)
    assert all(state in rows for state in STATES)
    assert all(f"{place}.{name}" in rows for place, name in optional())
    assert all(reason in rows for reason in [*NO_STATE.values(), *NO_PROPERTY.values()])
