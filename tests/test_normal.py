"""Normal responses of the service have no finding, with either engine: a case file for each observation."""

from __future__ import annotations

import pytest

from tests.support.case_files import Case, cases, file_names
from tests.support.for_each import for_each
from tests.support.profiles import BOTH_ENGINES
from validator.contract.engines import EngineName
from validator.readers.items import Unreadable, Unrelated


@for_each("name", file_names("normal"))
def test_no_two_cases_of_an_observation_make_the_same_claim(name: str) -> None:
    claims = [case.name for case in cases("normal", name)]

    assert claims
    assert len(claims) == len(set(claims))


RECORDED = [case for name in file_names("normal") for case in cases("normal", name) if case.recorded]


@pytest.mark.parametrize("case", RECORDED, ids=str)
def test_every_entry_of_a_recording_about_update_runs_is_read(case: Case) -> None:
    items = [type(item) for item in case.read()]

    assert Unreadable not in items
    assert items.count(Unrelated) == case.unrelated < len(items)


@pytest.mark.parametrize("engine", BOTH_ENGINES)
@pytest.mark.parametrize("name", file_names("normal"))
def test_a_normal_response_has_no_finding(name: str, engine: EngineName) -> None:
    assert {case.name: found for case in cases("normal", name) if (found := case.check(engine))} == {}
