"""Strategies for conforming documents."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from ..contract import schemas
from ..findings import Side
from ..pointer import JSON
from .bodies import STATES, NameSource, Plan, choose_plan, request_body, response_body
from .definitions import of_definition, of_property
from .scenarios import Scenario, simulate

NEXT_LINK = f"https://management.azure.com/next?api-version={schemas.DEFAULT_VERSION}&$skipToken=1"
"""The URL of the next page of a list."""

_MAX_STAGES = 20
"""Hypothesis cannot draw much larger documents."""

_PROVISIONING_STATES = schemas.load().schemas["UpdateRunProvisioningState"]["enum"]

choices = st.randoms(use_true_random=False)
"""A source of random choices that Hypothesis shrinks."""


def names(draw: st.DrawFn) -> NameSource:
    """Return a source of names that are drawn as their schemas describe them."""
    return lambda what: draw(of_property(what))


def update_runs(*, side: Side = "response", state: str | None = None, stages: int | None = None) -> st.SearchStrategy[JSON]:
    """Return a strategy for coherent update runs, at any point between their creation and their end.

    `state` is the state of the run, one of UpdateState; `stages` the number of stages in its strategy, 0 for a run
    without one. Requests have no state.

    Raises ValueError for an undocumented state, a state of a request, any other side, and a number of stages that is
    not from 0 to 20.
    """
    check_side(side)
    if state is not None and side == "request":
        raise ValueError(f"expected no state for a request, which has none, found {state!r}")
    _check_state_and_stages(state, stages)
    return _requests(stages) if side == "request" else _responses(state, stages)


def check_side(side: object) -> None:
    """Raise ValueError unless the side is request or response."""
    if side not in ("request", "response"):
        raise ValueError(f"expected request or response for the side, found {side!r}")


def _check_state_and_stages(state: object, stages: object) -> None:
    if stages is not None and (not isinstance(stages, int) or isinstance(stages, bool) or not 0 <= stages <= _MAX_STAGES):
        raise ValueError(f"expected a number of stages from 0 to {_MAX_STAGES}, found {stages!r}")
    if state is not None and state not in STATES:
        raise ValueError(f"expected {', '.join(STATES[:-1])} or {STATES[-1]} for the state, found {state!r}")


@st.composite
def _requests(draw: st.DrawFn, stages: int | None) -> JSON:
    random = draw(choices)
    return request_body(random, choose_plan(random, names(draw), stages))


@st.composite
def _responses(draw: st.DrawFn, state: str | None, stages: int | None) -> JSON:
    random = draw(choices)
    scenario = Scenario.choose(random, state)
    return choose_response(random, choose_plan(random, names(draw), stages), scenario)


def choose_response(random: Random, plan: Plan, scenario: Scenario) -> JSON:
    """Return a response with the run of the plan at the end of the scenario, at times without some of its optional properties."""
    for _ in simulate(random, plan, scenario):
        pass
    run = response_body(plan, etag=_etag(random.randrange(2**32)))
    return _drop_optional(random, run)


def _etag(number: int) -> str:
    return f'"{number:08x}-0000-0700-0000-000000000000"'


def _drop_optional(random: Random, run: JSON) -> JSON:
    """Remove some optional properties from half of the responses, or change the provisioning state as after a failed request."""
    if random.choice((True, False)):
        return run
    system_data, properties = run["systemData"], run["properties"]
    for holder, name in [(run, "eTag"), (run, "systemData"), *((system_data, name) for name in sorted(system_data))]:
        if random.random() > 0.9:
            del holder[name]
    properties["provisioningState"] = random.choice((*("Succeeded",) * 7, *_PROVISIONING_STATES[1:3], None))
    if properties["provisioningState"] is None:
        del properties["provisioningState"]
    if random.random() > 0.8:
        del properties["status"]["nodeImageSelection"]
    return run


def from_definition(name: str, *, side: Side = "response") -> st.SearchStrategy[JSON]:
    """Return a strategy for a documented definition; requests lack the read-only properties.

    Raises LookupError for an undocumented definition, and ValueError for any other side.
    """
    check_side(side)
    schemas.check_definition(name)
    return update_runs(side=side) if name == "UpdateRun" else of_definition(name, side)


def error_responses() -> st.SearchStrategy[JSON]:
    """Return a strategy for bodies of failed requests, with the code and the message that every observed one has."""
    required = {name: of_property(f"ErrorDetail.{name}") for name in ("code", "message")}
    optional = of_definition("ErrorDetail", "response")
    return st.builds(lambda detail, always: {"error": detail | always}, optional, st.fixed_dictionaries(required))


def list_pages(*, runs_each: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[JSON]:
    """Return a strategy for pages of the collection: up to three different runs, and perhaps the link to the next page."""
    each = update_runs() if runs_each is None else runs_each
    items = st.lists(each, max_size=3, unique_by=lambda run: run["id"].lower())
    link = st.just(NEXT_LINK)
    return st.fixed_dictionaries({"value": items}, optional={"nextLink": link})


def histories(*, state: str | None = None, stages: int | None = None) -> st.SearchStrategy[list[JSON]]:
    """Return a strategy for the polls of one run since its creation; the eTag changes exactly when the body does.

    `state` is the state of the run at the end, and `stages` the number of stages, as with update runs.

    Raises ValueError for an undocumented state, and for a number of stages that is not from 0 to 20.
    """
    _check_state_and_stages(state, stages)
    return _histories(state, stages)


@st.composite
def _histories(draw: st.DrawFn, state: str | None, stages: int | None) -> list[JSON]:
    random = draw(choices)
    scenario = Scenario.choose(random, state)
    return choose_polls(random, choose_plan(random, names(draw), stages), scenario)


def choose_polls(random: Random, plan: Plan, scenario: Scenario) -> list[JSON]:
    """Return a response after every step of the scenario, some of them twice."""
    polls: list[JSON] = []
    for _ in simulate(random, plan, scenario):
        body = response_body(plan, etag=_etag(len(polls)))
        if polls and body["properties"] == polls[-1]["properties"]:
            body["eTag"] = polls[-1]["eTag"]
        polls.append(body)
        if random.random() > 0.8:
            polls.append(body)
    return polls
