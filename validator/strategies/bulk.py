"""Many documents from a seed: choices of a random number generator, with names and errors that Hypothesis drew before.

Hypothesis draws definitions, errors and violations one by one. The same seed gives the same documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeVar

import hypothesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ..contract import schemas
from ..pointer import JSON
from .bodies import STATES, Plan, choose_plan, request_body
from .definitions import of_definition, of_property
from .documents import NEXT_LINK, choose_polls, choose_response, error_responses
from .exchanges import choose_call
from .scenarios import Scenario

_POOL_SIZE = 64
"""The number of names of a kind, and of errors, from which documents are made."""

_NAMES = ("UpdateStage.name", "UpdateGroup.name", "UpdateRun.name", "UpdateRunsGet.fleetName")
_BATCH = 500

_Value = TypeVar("_Value")


def draw_many(strategy: st.SearchStrategy[_Value], count: int, seed: object) -> Iterator[_Value]:
    """Yield a number of values of a strategy; seeds with the same repr give the same values."""
    left = count
    while left > 0:
        values = _batch(strategy, f"{seed!r} {left}", min(left, _BATCH) + 1)[:left]
        yield from values
        left -= len(values)


def _batch(strategy: st.SearchStrategy[_Value], seed: str, size: int) -> list[_Value]:
    values: list[_Value] = []

    @hypothesis.seed(seed)
    @settings(max_examples=size, database=None, deadline=None, phases=[Phase.generate])
    @given(strategy)
    def collect(value: _Value) -> None:
        values.append(value)

    collect()
    return values[1:] or values  # Hypothesis begins with the simplest value, whatever the seed


@dataclass(frozen=True, slots=True)
class _Pool:
    """A random number generator, and the names and errors that it chooses from."""

    random: Random
    names: dict[str, tuple[str, ...]]
    errors: tuple[JSON, ...]

    @classmethod
    def draw(cls, seed: int, *, errors: bool) -> _Pool:
        """Draw the names, and error bodies if they are needed."""
        names = {name: tuple(draw_many(of_property(name), _POOL_SIZE, (seed, name))) for name in _NAMES}
        return cls(Random(seed), names, tuple(draw_many(error_responses(), _POOL_SIZE, seed)) if errors else ())  # noqa: S311 - not a secret

    def name(self, what: str) -> str:
        """Choose a name for a property of the schemas."""
        return self.random.choice(self.names[what])

    def error(self) -> JSON:
        """Choose the body of an error."""
        return self.random.choice(self.errors)


def _plan(pool: _Pool, number: object) -> Plan:
    """Choose a plan whose name ends in the number, as two captures of one run would be a history."""
    plan = choose_plan(pool.random, pool.name)
    tail = f"-{number}"
    return replace(plan, name=plan.name[: schemas.limit("UpdateRun.name", "maxLength") - len(tail)] + tail)


def _run(pool: _Pool, number: object, state: str | None) -> JSON:
    return choose_response(pool.random, _plan(pool, number), Scenario.choose(pool.random, state))


def _request(pool: _Pool, number: int, _: str | None) -> JSON:
    return request_body(pool.random, _plan(pool, number))


def _page(pool: _Pool, number: int, state: str | None) -> JSON:
    value = [_run(pool, f"{number}-{index}", state) for index in range(pool.random.randint(0, 3))]
    return {"value": value} | ({"nextLink": NEXT_LINK} if pool.random.choice((False, True)) else {})


def _exchange(pool: _Pool, number: int, state: str | None) -> JSON:
    return choose_call(pool.random, _run(pool, number, state), pool.error)


def _history(pool: _Pool, number: int, state: str | None) -> JSON:
    return choose_polls(pool.random, _plan(pool, number), Scenario.choose(pool.random, state))


_MAKERS: dict[str, Callable[[_Pool, int, str | None], Any]] = {
    "update-run": _run,
    "request": _request,
    "list": _page,
    "exchange": _exchange,
    "history": _history,
}
KINDS = ("update-run", "request", "error", "list", "exchange", "history")
"""The kinds of documents, besides the documented definitions."""

WITH_STATE = ("update-run", "list", "exchange", "history")
"""The kinds whose documents show the state of a run."""

_ALIASES = {"UpdateRun": "update-run", "ErrorResponse": "error"}


def kind_of(name: str) -> str:
    """Return the kind that a definition is an alias of, or the name itself."""
    return _ALIASES.get(name, name)


def documents(kind: str, count: int, seed: int, *, state: str | None = None) -> Iterator[Any]:
    """Yield a number of conforming documents of a kind: JSON values, Calls for `exchange`, lists of polls for `history`.

    Raises LookupError for a kind that is neither in KINDS nor a documented definition, and ValueError for a state that no document
    of the kind can show.
    """
    kind = kind_of(kind)
    if state is not None and (kind not in WITH_STATE or state not in STATES):
        raise ValueError(f"not a state that {kind} can show: {state}")
    if kind in _MAKERS:
        return _make(kind, count, seed, state)
    if kind == "error":
        return draw_many(error_responses(), count, seed)
    if kind not in schemas.load().definitions:
        raise LookupError(f"neither a kind of document nor a documented definition: {kind}")
    return draw_many(of_definition(kind, "response"), count, seed)


def _make(kind: str, count: int, seed: int, state: str | None) -> Iterator[Any]:
    pool = _Pool.draw(seed, errors=kind == "exchange")
    for number in range(count):
        yield _MAKERS[kind](pool, number, state)
