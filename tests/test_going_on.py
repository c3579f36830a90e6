"""What goes on as usual is told at speed, and as the rules about histories would tell it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator import check
from validator.checker import body
from validator.contract import schemas
from validator.contract.schema_errors import breaches
from validator.pointer import JSON
from validator.rules import screen
from validator.rules.example import RESPONSE, changed
from validator.run import view
from validator.run.facts import Origin, Past, told
from validator.run.history import Step
from validator.strategies import histories
from validator.strategies.bulk import documents

from .documents import mutated
from .test_histories import FAULTS, Fault, broken
from .test_recall import found, written

VERSION = schemas.VERSIONS[-1]
STAGE = "/properties/status/stages/0"
GROUP = f"{STAGE}/groups/0"
MEMBER = f"{GROUP}/members/1"


def goes_on(before: JSON, now: JSON) -> bool:
    """Ask the screen, as a history does."""
    return screen.is_clean(now, VERSION) and breaches(before, "UpdateRun", VERSION) == [] and screen.goes_on(before, now)


def facts(capture: JSON) -> Past:
    return told(view.view(capture), Origin())


def values(past: Past) -> JSON:
    """Give what is known but for tags, which are no affair of the screen's, and for places."""
    return {name: fact.value for name, fact in past.parts.items()}, {plan: fact.value for plan, fact in past.plans.items()}


def hold(before: JSON, now: JSON) -> None:
    """Assert that nothing is to be found where the screen says that a run goes on, and that the later capture tells all that is known."""
    if goes_on(before, now):
        past, later = facts(before).kept(), facts(now)
        rules = [rule for rule in body.chosen("history") if rule.name != "etag-reused"]
        assert [issue for rule in rules for issue in body.issues(rule, Step(past, later))] == []
        assert values(past.then(later)) == values(later.kept())


@settings(max_examples=100)
@given(life=histories(), data=st.data())
def test_what_goes_on_has_nothing_to_find_and_tells_all_that_is_known(life: list[JSON], data: st.DataObject) -> None:
    one, other = (data.draw(st.sampled_from(life)) for _ in range(2))
    hold(one, other)
    hold(data.draw(mutated(one)), other)
    hold(one, data.draw(mutated(other)))


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_is_found_does_not_go_on(fault: Fault) -> None:
    told_of = broken(fault)
    for before in told_of:
        for now in told_of:
            hold(before, now)


def views(monkeypatch: pytest.MonkeyPatch) -> list[JSON]:
    """Note of which captures there is a view."""
    seen: list[JSON] = []
    make: Callable[..., view.Run] = view.view

    def noted(value: JSON, *rest: JSON) -> view.Run:
        seen.append(value)
        return make(value, *rest)

    monkeypatch.setattr("validator.run.view.view", noted)
    monkeypatch.setattr("validator.run.view.history.view", noted)
    return seen


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz"])
def test_most_of_what_is_polled_needs_no_view(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = [capture for life in documents("history", 30, 1) for capture in [*life, life[-1]]]
    path = written(tmp_path / name, log)
    seen = views(monkeypatch)
    assert found(path) == []
    assert len(seen) < len(log) / 20


def test_a_run_goes_on_behind_what_is_not_usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = changed(RESPONSE, put={f"{part}/status/state": "Stopped" for part in ("/properties/status", STAGE, GROUP, MEMBER)})
    lives = [one | {"eTag": f'"{number}"'} for number, one in enumerate([stopped, RESPONSE, RESPONSE, RESPONSE])]
    assert screen.is_clean(stopped, VERSION)
    seen = views(monkeypatch)
    assert found(written(tmp_path / "log.jsonl.gz", lives)) == []
    assert seen == lives[1:2] + lives[:1], "the run was started again once"


@pytest.mark.parametrize("odd", [5, True, 1.5, "x", {"a": 1}, [5], [{}]])
@pytest.mark.parametrize("part", ["/properties/status", STAGE, GROUP, MEMBER, f"{STAGE}/afterStageWaitStatus", f"{MEMBER}/status"])
@pytest.mark.parametrize("name", ["stages", "groups", "members", "afterStageWaitStatus", "operationId"])
def test_what_stands_where_nobody_documents_it_is_for_the_rules(name: str, part: str, odd: JSON) -> None:
    odd_one = changed(RESPONSE, put={f"{part}/{name}": odd, "/eTag": '"1"'})
    if not breaches(odd_one, "UpdateRun", VERSION):
        hold(odd_one, RESPONSE)
        assert check([odd_one, RESPONSE]) == check([odd_one, RESPONSE], engine="reference")


def test_what_is_new_or_a_usual_step_goes_on() -> None:
    assert goes_on(RESPONSE, RESPONSE)
    assert goes_on(RESPONSE, changed(RESPONSE, put={"/eTag": '"2"', f"{MEMBER}/message": "half way"}))
    assert goes_on(
        RESPONSE,
        changed(RESPONSE, put={f"{MEMBER}/status/state": "Completed", f"{MEMBER}/status/completedTime": "2025-04-08T09:59:00.457756918Z"}),
    )
    assert goes_on(changed(RESPONSE, put={}, taken=("/properties/status",)), RESPONSE)
    assert goes_on(changed(RESPONSE, put={}, taken=(f"{GROUP}/members",)), RESPONSE)


BEFORE = changed(RESPONSE, put={f"{MEMBER}/operationId": "11234567-89ab-cdef-0123-456789abcdef"})


@pytest.mark.parametrize(
    "put",
    [
        {"/properties/managedClusterUpdate/upgrade/kubernetesVersion": "1.31.3"},
        {"/properties/strategy/stages/0/afterStageWaitInSeconds": 1},
        {f"{STAGE}/name": "other"},
        {f"{GROUP}/name": "other"},
        {f"{MEMBER}/name": "other"},
        {f"{MEMBER}/operationId": "01234567-89ab-cdef-0123-456789abcdef"},
        {f"{MEMBER}/status/startTime": "2025-04-08T09:31:01.457756918Z"},
    ],
    ids=str,
)
def test_what_has_changed_is_for_the_rules(put: dict[str, JSON]) -> None:
    after = changed(BEFORE, put=put)
    assert not screen.goes_on(BEFORE, after)
    assert not screen.goes_on(after, BEFORE)


@pytest.mark.parametrize(
    "state, goes, comes_back", [("Completed", True, False), ("Pending", True, True), ("Stopped", True, False), ("NotStarted", False, True)]
)
def test_a_state_goes_on_where_a_step_leads_but_for_a_restart(state: str, goes: bool, comes_back: bool) -> None:
    after = changed(BEFORE, put={f"{MEMBER}/status/state": state})
    assert (screen.goes_on(BEFORE, after), screen.goes_on(after, BEFORE)) == (goes, comes_back)


@pytest.mark.parametrize(
    "part", [f"{MEMBER}", f"{MEMBER}/status", f"{MEMBER}/status/startTime", f"{STAGE}/afterStageWaitStatus", f"{GROUP}/members"]
)
def test_what_is_gone_is_for_the_rules(part: str) -> None:
    assert screen.goes_on(RESPONSE, RESPONSE)
    assert not screen.goes_on(RESPONSE, changed(RESPONSE, put={}, taken=(part,)))
