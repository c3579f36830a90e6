"""What live responses look like, and nothing may be said of: a file for each observation, in both engines."""

from __future__ import annotations

import pytest

from tests.cases_loader import cases, files
from validator.structure import ENGINES, EngineName


@pytest.mark.parametrize("name", files("normal"))
def test_no_two_cases_of_an_observation_make_the_same_claim(name: str) -> None:
    claims = [case.name for case in cases("normal", name)]

    assert claims
    assert len(claims) == len(set(claims))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", files("normal"))
def test_nothing_is_said_of_what_is_normal(name: str, engine: EngineName) -> None:
    assert {case.name: found for case in cases("normal", name) if (found := case.check(engine))} == {}
