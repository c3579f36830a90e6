"""A rule runs exactly where what it reads is sound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents import arbitrary, mutated, near, paths
from validator import BrokenRule, check, check_exchange, judgement, run
from validator.exchange import Exchange
from validator.findings import JSON
from validator.rules import example, strategy
from validator.rules.catalogue import RULES
from validator.rules.rule import Issue, Rule, rule

ABOUT_RUNS = [known for known in RULES if known.subject == "run"]
anything = st.one_of(arbitrary, mutated(), mutated(example.REQUEST), near("UpdateRun"))


@pytest.mark.fuzz
@settings(max_examples=max(500, settings.default.max_examples if settings.default else 0))
@given(document=anything, side=st.sampled_from(["request", "response", None]))
def test_no_document_makes_a_rule_fail(document: JSON, side: Any) -> None:
    check(document, side=side)
    check([document, document], side=side)


@pytest.mark.fuzz
@given(
    request=st.none() | anything,
    response=st.none() | anything,
    status=st.sampled_from([200, 201, 202, 204, 302, 400, 404, 500]),
    method=st.sampled_from(["GET", "PUT", "DELETE", "POST", "HEAD"]),
    tail=st.sampled_from(["", "/spring", "/spring/start", "/spring/stop", "/spring/skip"]),
)
def test_no_exchange_makes_a_rule_fail(request: JSON, response: JSON, status: int, method: str, tail: str) -> None:
    url = example.EXCHANGE["url"].replace("/spring", tail)
    check_exchange(Exchange.of(method, url, status, request=request, response=response))


@pytest.mark.parametrize("known", ABOUT_RUNS, ids=lambda known: known.name)
def test_what_a_rule_does_not_read_does_not_change_what_it_says(known: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    document = example.broken(known.example)
    asked: list[str] = []
    ask = run.View.__getattr__

    def recorded(part: run.View, name: str) -> Any:
        asked.append(name)
        return ask(part, name)

    monkeypatch.setattr(run.View, "__getattr__", recorded)
    said = _said(known, run.view(document))
    assert said, "the example breaks its rule"
    for path in paths(document)[1:]:
        asked.clear()
        again = _said(known, run.view(document, {path}))
        if not asked:
            assert again == said, path


def _said(known: Rule, view: run.Run) -> list[Issue]:
    return list(judgement.issues(known, view))


def test_a_broken_member_does_not_silence_its_siblings() -> None:
    members = "/properties/status/stages/0/groups/0/members"
    early = {"state": "Completed", "startTime": "2025-04-08T09:40:00Z", "completedTime": "2025-04-08T09:39:00Z"}
    document = example.changed(example.RESPONSE, put={f"{members}/0": 5, f"{members}/1/status": early})
    found = {(finding.rule, finding.pointer) for finding in check(document)}
    assert found == {("schema/type", f"{members}/0"), ("completed-before-started", f"{members}/1/status/completedTime")}


def test_a_bug_in_a_rule_is_an_exception_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    @rule(strategy.group_duplicate.severity, ("response",), "rest#UpdateRun")
    def buggy_rule(_: run.Run) -> Iterator[Issue]:
        """Nothing is ever wrong."""
        raise KeyError("stages")
        yield

    monkeypatch.setattr(judgement, "RULES", (buggy_rule,))
    with pytest.raises(BrokenRule, match="buggy-rule") as caught:
        check(example.changed(example.RESPONSE, put={"/name": "another"}))
    assert caught.value.rule == "buggy-rule"
    assert isinstance(caught.value.__cause__, KeyError)


def test_an_unknown_slot_of_a_view_is_a_bug_and_not_unsound() -> None:
    with pytest.raises(AttributeError):
        _ = run.view(example.RESPONSE).nonsense
