"""Strategies for conforming documents."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeVar, Unpack

from hypothesis import strategies as st

from ..contract import schemas
from ..findings import BodySide
from ..pointer import JSON
from .definitions import of_definition, of_property
from .documents import choose_page, choose_polls, choose_request, choose_response
from .exchanges import Call, choose_call
from .options import Options, check_of_request, published
from .orders import Order

_Value = TypeVar("_Value")

choices = st.randoms(use_true_random=False)
"""A source of random choices that Hypothesis shrinks."""


def update_runs(*, side: BodySide = "response", **options: Unpack[Options]) -> st.SearchStrategy[JSON]:
    """Return a strategy for coherent update runs, at any point between their creation and their end.

    Raises ValueError for options that are not as described in `Options` or contradict each other, and for any other side. Requests
    have no state, no selected members and no clock.
    """
    check_side(side)
    if side == "request":
        check_of_request(options)
    return _chosen(choose_request if side == "request" else choose_response, Order.of(**options))


def histories(**options: Unpack[Options]) -> st.SearchStrategy[list[JSON]]:
    """Return a strategy for the polls of one run since its creation; the eTag changes exactly when the body does.

    The state is that of the last poll. Raises ValueError as `update_runs` does.
    """
    return _chosen(choose_polls, Order.of(**options))


def list_pages(**options: Unpack[Options]) -> st.SearchStrategy[JSON]:
    """Return a strategy for pages of the collection: up to three different runs, and perhaps the link to the next page.

    Raises ValueError as `update_runs` does.
    """
    return _chosen(choose_page, Order.of(**options))


def exchanges(**options: Unpack[Options]) -> st.SearchStrategy[Call]:
    """Return a strategy for exchanges that read, create, start, stop, skip, delete or list update runs, and for errors.

    Raises ValueError as `update_runs` does.
    """
    return _chosen(choose_call, Order.of(**options))


def _chosen(choose: Callable[[Random, Order], _Value], order: Order) -> st.SearchStrategy[_Value]:
    @st.composite
    def chosen(draw: st.DrawFn) -> _Value:
        return choose(draw(choices), order.drawn(draw))

    return chosen()


def error_responses() -> st.SearchStrategy[JSON]:
    """Return a strategy for bodies of failed requests, with the code and the message that every observed one has."""
    required = {name: of_property(f"ErrorDetail.{name}") for name in ("code", "message")}
    optional = of_definition("ErrorDetail", "response")
    return st.builds(lambda detail, always: {"error": detail | always}, optional, st.fixed_dictionaries(required))


def from_definition(name: str, *, side: BodySide = "response", version: str = schemas.DEFAULT_VERSION) -> st.SearchStrategy[JSON]:
    """Return a strategy for a definition that an api-version documents; requests lack the read-only properties.

    Raises LookupError for an undocumented definition and for an unknown version, and ValueError for any other side.
    """
    check_side(side)
    schemas.check_definition(name, published(version))
    return update_runs(side=side, version=version) if name == "UpdateRun" else of_definition(name, side, version)


def check_side(side: object) -> None:
    """Raise ValueError unless the side is request or response."""
    if side not in ("request", "response"):
        raise ValueError(f"expected request or response for the side, found {side!r}")
