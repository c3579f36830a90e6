"""Documents by the thousand: chosen by a random number generator, with names and errors that Hypothesis drew beforehand.

What needs no speed, the definitions and the violations, is drawn by Hypothesis one by one. The same seed gives the
same documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeVar

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from ..contract import schemas
from ..pointer import JSON
from . import bodies
from .definitions import of_definition, of_leaf
from .documents import NEXT_LINK, error_responses, polls, thinned
from .exchanges import call
from .scenarios import Course, life
from .simulator import Choose, choose_from

POOL = 64
"""The number of names of a kind, and of errors, that documents in bulk are made with."""

_LEAVES = ("UpdateStage.name", "UpdateGroup.name", "UpdateRun.name", "UpdateRunsGet.fleetName")
_BATCH = 500

_Drawn = TypeVar("_Drawn")


def drawn(strategy: st.SearchStrategy[_Drawn], many: int, numbers: object) -> Iterator[_Drawn]:
    """Draw so many values from a strategy; the same `numbers`, of which the repr counts, draw the same."""
    left = many
    while left > 0:
        found = _batch(strategy, f"{numbers!r} {left}", min(left, _BATCH) + 1)[:left]
        yield from found
        left -= len(found)


def _batch(strategy: st.SearchStrategy[_Drawn], numbers: str, size: int) -> list[_Drawn]:
    found: list[_Drawn] = []

    @seed(numbers)
    @settings(max_examples=size, database=None, deadline=None, phases=[Phase.generate])
    @given(strategy)
    def collect(value: _Drawn) -> None:
        found.append(value)

    collect()
    return found[1:] or found  # Hypothesis begins with the simplest value whatever the seed


@dataclass(frozen=True, slots=True)
class Supply:
    """What documents in bulk are made of: choices, names and errors."""

    choose: Choose
    leaves: dict[str, tuple[str, ...]]
    failures: tuple[JSON, ...]

    @classmethod
    def of(cls, numbers: int, *, failures: bool) -> Supply:
        """Draw the names, and the errors where there are failures, and seed the choices."""
        leaves = {leaf: tuple(drawn(of_leaf(leaf), POOL, (numbers, leaf))) for leaf in _LEAVES}
        errors = tuple(drawn(error_responses(), POOL, numbers)) if failures else ()
        return cls(Random(numbers).randint, leaves, errors)  # noqa: S311 - no secret hangs on it

    def leaf(self, what: str) -> str:
        """Choose a name for a leaf of the schemas."""
        return choose_from(self.choose, self.leaves[what])

    def failure(self) -> JSON:
        """Choose the body of an error."""
        return choose_from(self.choose, self.failures)


def _plan(supply: Supply, number: object) -> bodies.Plan:
    """Plan a run whose name no other number has: captures of one run would be a history."""
    chosen = bodies.plan(supply.choose, supply.leaf, lambda: _outline(supply))
    tail = f"-{number}"
    return replace(chosen, name=chosen.name[: schemas.limit("UpdateRun.name", "maxLength") - len(tail)] + tail)


def _outline(supply: Supply) -> bodies.Outline:
    choose, leaf = supply.choose, supply.leaf
    return [
        (
            leaf("UpdateStage.name"),
            choose_from(choose, bodies.WAITS),
            [(leaf("UpdateGroup.name"), choose(0, bodies.MAX_MEMBERS)) for _ in range(choose(1, bodies.MAX_GROUPS))],
        )
        for _ in range(choose(0, bodies.MAX_STAGES))
    ]


def _run(supply: Supply, number: object, state: str | None) -> JSON:
    chosen = _plan(supply, number)
    *_, last = life(supply.choose, chosen, Course.chosen(supply.choose, state))
    tag = f'"{supply.choose(0, 2**32 - 1):08x}-0000-0700-0000-000000000000"'
    return thinned(supply.choose, bodies.response(chosen, last, tag=tag))


def _request(supply: Supply, number: int, _: str | None) -> JSON:
    return bodies.requested(supply.choose, _plan(supply, number))


def _page(supply: Supply, number: int, state: str | None) -> JSON:
    value = [_run(supply, f"{number}-{index}", state) for index in range(supply.choose(0, 3))]
    return {"value": value} | ({"nextLink": NEXT_LINK} if supply.choose(0, 1) else {})


def _exchange(supply: Supply, number: int, state: str | None) -> JSON:
    return call(supply.choose, _run(supply, number, state), supply.failure)


def _history(supply: Supply, number: int, state: str | None) -> JSON:
    return polls(supply.choose, _plan(supply, number), Course.chosen(supply.choose, state))


_MAKERS: dict[str, Callable[[Supply, int, str | None], Any]] = {
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
    """Give the kind that a definition is, and every other name back."""
    return _ALIASES.get(name, name)


def documents(kind: str, many: int, numbers: int, *, state: str | None = None) -> Iterator[Any]:
    """Make so many conforming documents of a kind: JSON values, Calls for `exchange`, lists of polls for `history`.

    Raises LookupError for a kind that is neither in KINDS nor a documented definition, and ValueError for a state that no document
    of the kind can show.
    """
    kind = kind_of(kind)
    if state is not None and (kind not in WITH_STATE or state not in bodies.STATES):
        raise ValueError(f"not a state that {kind} can show: {state}")
    if kind in _MAKERS:
        return _made(kind, many, numbers, state)
    if kind == "error":
        return drawn(error_responses(), many, numbers)
    if kind not in schemas.load().definitions:
        raise LookupError(f"neither a kind of document nor a documented definition: {kind}")
    return drawn(of_definition(kind, "response"), many, numbers)


def _made(kind: str, many: int, numbers: int, state: str | None) -> Iterator[Any]:
    supply = Supply.of(numbers, failures=kind == "exchange")
    for number in range(many):
        yield _MAKERS[kind](supply, number, state)
