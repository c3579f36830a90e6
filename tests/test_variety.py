"""Variety: each kind of value that was observed live, or that a client meets, is among few generated documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from validator.pointer import JSON
from validator.strategies import Call, exchanges, from_definition, histories, update_runs
from validator.strategies.bulk import documents, draw_many

pytestmark = pytest.mark.slow

FEW = 300
SEEDS = 4
"""The documents of a seed, and the seeds, among which each kind of value is, with either chooser: Hypothesis or a seeded `Random`."""


def strings(value: JSON, *names: str) -> Iterator[str]:
    """Yield the values of properties with one of some names, wherever they are."""
    if isinstance(value, dict):
        yield from (text for name, text in value.items() if name in names and isinstance(text, str))
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(child, *names)


def digits(run: JSON) -> set[int]:
    """Return the numbers of fraction digits in a run."""
    times = strings(run, "startTime", "completedTime", "createdAt")
    return {len(fraction) - 1 if fraction else 0 for time in times for fraction in re.findall(r":\d\d(\.\d+|)Z", time)}


def has_digits(*numbers: int) -> Callable[[JSON], bool]:
    return lambda run: digits(run) >= {*numbers}


def ids(run: JSON) -> list[str]:
    return [*strings(run, "id", "updateStrategyId", "autoUpgradeProfileId", "clusterResourceId")]


def message(pattern: str) -> Callable[[JSON], bool]:
    return lambda run: any(re.search(pattern, text) for text in strings(run["properties"]["status"]["stages"], "message"))


def is_failure_of(method: str, action: str = "") -> Callable[[Call], bool]:
    return lambda call: call.method == method and call.status >= 400 and f"{action}?" in call.url and "error" in call.response


RUNS: dict[str, Callable[[JSON], bool]] = {
    **{f"times of {number} fraction digits": has_digits(number) for number in (0, 3, 5, 6, 7, 8, 9)},
    "times of several numbers of fraction digits": lambda run: len(digits(run)) >= 3,
    "whole seconds and nanoseconds": has_digits(0, 9),
    "names that a person would choose": lambda run: {"canary", "prod-eu", "aks-07"} <= {*strings(run, "name")},
    "a provider in lower case": lambda run: any("/microsoft.containerservice/" in each for each in ids(run)),
    "a provider in upper case": lambda run: any("/MICROSOFT.CONTAINERSERVICE/" in each for each in ids(run)),
    "a run in a group of resourcegroups": lambda run: "/resourcegroups/" in run["id"],
    "a run in a group of resourceGroups": lambda run: "/resourceGroups/" in run["id"],
    "an id whose name differs from the name in its case": lambda run: run["id"].rpartition("/")[2] != run["name"],
    "a cluster whose name differs from that of its member in its case": lambda run: any(
        member["clusterResourceId"].rpartition("/")[2] != member["name"]
        for stage in run["properties"]["status"]["stages"]
        for group in stage["groups"]
        for member in group.get("members", [])
    ),
    "a message with quotes": message("[\"']"),
    "a message with a line feed": message("\n"),
    "a message with a trailing blank": message(r"\s$"),
}
CALLS: dict[str, Callable[[Call], bool]] = {
    "a PUT that fails": is_failure_of("PUT"),
    "a DELETE that fails": is_failure_of("DELETE"),
    "a GET that fails": is_failure_of("GET"),
    **{f"a POST to {action} that fails": is_failure_of("POST", f"/{action}") for action in ("start", "stop", "skip")},
}


STRATEGIES = {"update-run": update_runs(), "history": histories(), "exchange": exchanges(), "UpdateStage": from_definition("UpdateStage")}


@cache
def generated_few(kind: str, seed: int, *, by_hypothesis: bool) -> list[Any]:
    return list(draw_many(STRATEGIES[kind], FEW, seed) if by_hypothesis else documents(kind, FEW, seed))


def few(kind: str, *, by_hypothesis: bool) -> Iterator[Any]:
    return (document for seed in range(SEEDS) for document in generated_few(kind, seed, by_hypothesis=by_hypothesis))


@pytest.mark.parametrize("by_hypothesis", [True, False])
@pytest.mark.parametrize("name", RUNS)
def test_runs_and_histories_have(name: str, *, by_hypothesis: bool) -> None:
    assert any(map(RUNS[name], few("update-run", by_hypothesis=by_hypothesis)))
    assert any(RUNS[name](poll) for polls in few("history", by_hypothesis=by_hypothesis) for poll in polls)


@pytest.mark.parametrize("by_hypothesis", [True, False])
@pytest.mark.parametrize("name", CALLS)
def test_exchanges_have(name: str, *, by_hypothesis: bool) -> None:
    assert any(map(CALLS[name], few("exchange", by_hypothesis=by_hypothesis)))


@pytest.mark.parametrize("by_hypothesis", [True, False])
def test_some_stages_have_a_wait_and_none_a_negative_one(*, by_hypothesis: bool) -> None:
    waits = [stage.get("afterStageWaitInSeconds", 0) for stage in few("UpdateStage", by_hypothesis=by_hypothesis)]
    assert min(waits) == 0 < max(waits)
