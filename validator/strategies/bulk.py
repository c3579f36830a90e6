"""Many documents from a seed, which give the same documents again.

Update runs are chosen by a seeded random number generator; Hypothesis draws definitions and errors one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, TypeVar, Unpack

import hypothesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ..contract import schemas
from .conforming import error_responses
from .definitions import of_definition
from .kinds import kind_of
from .options import Options, check_of_request, published
from .orders import Order

_BATCH = 500

_Value = TypeVar("_Value")


def documents(kind: str, count: int, seed: int, **options: Unpack[Options]) -> Iterator[Any]:
    """Yield a number of conforming documents of a kind: JSON values, Calls for `exchange`, lists of polls for `history`.

    The names of runs end in the number of the document, as two captures of one run would be a history.

    Raises LookupError for a name that is neither in KINDS nor that of a definition of the version, and ValueError as `update_runs` does.
    """
    version = published(options.get("version") or schemas.DEFAULT_VERSION)
    known = kind_of(kind, version)
    if known.choose is None:
        strategy = error_responses() if known.definition == "ErrorResponse" else of_definition(known.definition, "response", version)
        return draw_many(strategy, count, seed)
    if kind == "request":
        check_of_request(options)
    choose, random, order = known.choose, Random(seed), Order.of(**options)  # noqa: S311 - not a secret
    return (choose(random, order, str(number)) for number in range(count))


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
