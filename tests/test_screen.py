"""The screen: what it takes for clean is clean, and most of what is clean it takes for that."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator import check, contract
from validator.findings import JSON, Path
from validator.formats import FORMATS
from validator.rules import screen
from validator.rules.catalogue import RULES
from validator.strategies import Violation, update_runs, violations
from validator.strategies.bulk import documents

from .cases_loader import Case, bases, cases, files
from .documents import mutated, paths, replaced

VERSION = contract.VERSIONS[-1]
TIMES = ("startTime", "completedTime", "createdAt", "lastModifiedAt")


def is_clean(document: JSON) -> bool:
    """Ask the screen; what it says of values that are no runs counts too."""
    return screen.is_clean(document, VERSION)


def hold(document: JSON) -> None:
    """Assert that nothing is to be found where the screen sees nothing; the reference engine goes without it."""
    if is_clean(document):
        assert check(document, side="response", engine="reference") == []


def at_least(examples: int) -> settings:
    """Take so many examples in the suite, and the profile's number when exploring."""
    return settings(max_examples=max(examples, settings.default.max_examples if settings.default else 0))


def responses() -> list[Case]:
    """List the cases about one response."""
    found = [case for folder in ("rules", "normal") for file in files(folder) for case in cases(folder, file)]
    return [case for case in found if case.is_document and isinstance(case.value, dict)]


@pytest.mark.parametrize("case", responses(), ids=str)
def test_what_a_case_finds_gets_past_the_screen(case: Case) -> None:
    if check(case.value, side="response", engine="reference"):
        assert not is_clean(case.value)


@pytest.mark.parametrize("rule", [rule.name for rule in RULES if rule.subject in {"schema", "object", "run"} and "response" in rule.sides])
def test_what_breaks_a_rule_gets_past_the_screen(rule: str) -> None:
    @settings(max_examples=25)
    @given(violation=violations(rule))
    def past(violation: Violation) -> None:
        for document in violation.document if isinstance(violation.document, list) else [violation.document]:
            if violation.of == "UpdateRun":
                hold(document)
                assert violation.side == "request" or not is_clean(document)

    past()


@pytest.mark.fuzz
@at_least(400)
@given(document=st.sampled_from([base for base in bases().values() if isinstance(base, dict)]).flatmap(mutated))
def test_what_is_changed_anywhere_gets_past_the_screen_or_stays_clean(document: JSON) -> None:
    hold(document)


def times(document: JSON) -> list[Path]:
    return [path for path in paths(document) if path and path[-1] in TIMES]


@st.composite
def retimed(draw: st.DrawFn) -> JSON:
    """Responses with a time that is moved next to another, or written in another way."""
    run = draw(update_runs())
    places = times(run)
    if not places:
        return run
    given_at, moved = draw(st.sampled_from(places)), draw(st.sampled_from(places))
    text = run
    for step in given_at:
        text = text[step]
    digits, zone = text.rstrip("Z").partition(".")[2], draw(st.sampled_from(["Z", "Z", "+00:00", "z"]))
    nanoseconds = int(digits.ljust(9, "0")) + draw(st.sampled_from([-1, 0, 1, -100, 100, -999_999, 999_999, -1_000_000, 1_000_000, 10**8]))
    fraction = f"{max(0, min(nanoseconds, 10**9 - 1)):09}"[: draw(st.sampled_from([9, 9, 7, 6, 3, 2]))]
    return replaced(run, moved, f"{text[:19]}.{fraction}{zone}")


@pytest.mark.fuzz
@at_least(600)
@given(document=retimed())
def test_a_time_that_is_moved_gets_past_the_screen_or_is_right(document: JSON) -> None:
    hold(document)


@pytest.mark.fuzz
@at_least(400)
@given(run=update_runs(), data=st.data())
def test_a_part_with_what_another_has_gets_past_the_screen_or_stays_clean(run: JSON, data: st.DataObject) -> None:
    of_one_kind = [path for path in paths(run) if path and path[-1] == data.draw(st.sampled_from(["state", "status", "name", "error"]))]
    if len(of_one_kind) > 1:
        taken, given_to = data.draw(st.sampled_from(of_one_kind)), data.draw(st.sampled_from(of_one_kind))
        value = run
        for step in taken:
            value = value[step]
        hold(replaced(run, given_to, deepcopy(value)))


@pytest.mark.parametrize("name", screen.FORMATS)
def test_what_is_usual_of_a_format_is_of_the_format(name: str) -> None:
    @given(text=st.from_regex(screen.FORMATS[name], fullmatch=True))
    def admitted(text: str) -> None:
        assert FORMATS[name].admits(text)

    admitted()


def test_most_of_what_is_clean_is_taken_for_clean() -> None:
    runs = list(documents("update-run", 500, 0))
    assert sum(map(is_clean, runs)) > 0.9 * len(runs)
