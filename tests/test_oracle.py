"""The rules find what a second judge finds, who was written from the contract of the API and shares no code with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import captures as oracle_of_captures
from tests.oracle import exchanges as oracle_of_exchanges
from tests.oracle import runs as oracle_of_runs
from tests.oracle.captures import Capture, judge_history
from tests.oracle.exchanges import judge_exchange
from tests.oracle.runs import Verdict, judge
from tests.support.mutants import mutant, mutant_call, polled, thinned
from tests.support.profiles import at_least
from validator import Finding, Severity, check, check_exchange
from validator.checker.item import check_items
from validator.checker.options import Options
from validator.contract.drift import documented
from validator.contract.schemas import DEFAULT_VERSION
from validator.pointer import JSON
from validator.rules.catalogue import RULES
from validator.strategies import Call, exchanges, histories, update_runs

HISTORY_RULES = {rule.name for rule in RULES if rule.subject == "history"}
COMPARED_AS_A_WHOLE = {"changed-after-start", "node-image-selection-changed"}

seeds = st.integers(0, 2**32)
"""Seeds of changes: choices that Hypothesis made itself would be less varied."""


def assert_agreed(found: Iterable[tuple[str, str]], verdict: Verdict) -> None:
    """Assert that rules and oracle find the same, or what the oracle leaves open."""
    product = set(found)
    disagreements = {
        "found by the rules alone": sorted(product - verdict.broken - verdict.undecided),
        "found by the oracle alone": sorted(verdict.broken - product),
    }
    assert not any(disagreements.values()), disagreements


def of_rules(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Return the rules and the places of findings, and assert that the schemas have none."""
    found = [(finding.rule, finding.pointer) for finding in findings]
    assert [each for each in found if each[0].startswith("schema/")] == []
    return [each for each in found if not each[0].startswith("input/")]


def of_history(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Return the rules and the places of findings about a history, which begin with the number of the capture."""
    found = []
    for finding in findings:
        place = finding.pointer if finding.entry is None else f"/{finding.entry}{finding.pointer}"
        if finding.rule in COMPARED_AS_A_WHOLE:
            place = "/".join(place.split("/")[:4])
        if finding.rule in HISTORY_RULES:
            found.append((finding.rule, place))
    return found


def as_captures(calls: list[Call]) -> list[Capture]:
    """Return the runs that were got, each with the actions since the one before it."""
    captures: list[Capture] = []
    actions: list[str] = []
    for number, call in enumerate(calls):
        if call.method == "GET":
            captures.append(Capture(number, call.response, tuple(actions)))
            actions = []
        else:
            actions.append(call.url.partition("?")[0].rpartition("/")[2])
    return captures


def check_calls(calls: list[Call]) -> list[Finding]:
    items = [replace(call.exchange, entry=number) for number, call in enumerate(calls)]
    return [finding for _, findings in check_items(items, Options()) for finding in findings]


@pytest.mark.fuzz
@pytest.mark.slow
@at_least(2_000)
@given(update_runs(), seeds)
def test_oracle_and_rules_agree_on_responses(run: JSON, seed: int) -> None:
    document = mutant(Random(seed), run)
    assert_agreed(of_rules(check(document, side="response")), judge(document, "response"))


@pytest.mark.fuzz
@at_least(300)
@given(update_runs(side="request"), seeds)
def test_oracle_and_rules_agree_on_requests(run: JSON, seed: int) -> None:
    document = mutant(Random(seed), run)
    assert_agreed(of_rules(check(document, side="request")), judge(document, "request"))


@pytest.mark.fuzz
@pytest.mark.slow
@at_least(300)
@given(histories(), seeds)
def test_oracle_and_rules_agree_on_documents_of_a_history(polls: list[JSON], seed: int) -> None:
    documents = thinned(Random(seed), polls)
    verdict = judge_history([Capture(number, document) for number, document in enumerate(documents)])
    assert_agreed(of_history(check(documents, side="response")), verdict)


@pytest.mark.fuzz
@pytest.mark.slow
@at_least(300)
@given(histories(), seeds)
def test_oracle_and_rules_agree_on_exchanges_of_a_history(polls: list[JSON], seed: int) -> None:
    random = Random(seed)
    calls = polled(random, thinned(random, polls))
    assert_agreed(of_history(check_calls(calls)), judge_history(as_captures(calls)))


@pytest.mark.fuzz
@at_least(300)
@given(exchanges(), seeds)
def test_oracle_and_rules_agree_on_exchanges(call: Call, seed: int) -> None:
    call = mutant_call(Random(seed), call)
    exchange = oracle_of_exchanges.Exchange(call.method, call.url, call.status, call.request, call.response)
    assert_agreed(of_rules(check_exchange(call.exchange)), judge_exchange(exchange))


@pytest.mark.fuzz
@pytest.mark.slow
@at_least(100)
@given(histories(), seeds)
def test_a_capture_that_is_missing_is_no_fault(polls: list[JSON], seed: int) -> None:
    random = Random(seed)
    captures = [capture for capture in polls if random.random() < 0.4]
    assert [finding for finding in check(captures, side="response") if finding.severity > Severity.NOTE] == []


def test_the_oracle_judges_every_rule() -> None:
    functions: dict[str, Any] = {}
    for module in (oracle_of_runs, oracle_of_captures, oracle_of_exchanges):
        functions |= vars(module)
    facts = documented(DEFAULT_VERSION)
    assert [rule.name for rule in RULES if rule.is_of(facts) and rule.name.replace("-", "_") not in functions] == []
