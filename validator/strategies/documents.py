"""Strategies for conforming documents."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ..contract import schemas
from ..findings import Side
from ..pointer import JSON
from . import bodies
from .definitions import of_definition, of_leaf
from .scenarios import Course, life
from .simulator import Choose

NEXT_LINK = f"https://management.azure.com/next?api-version={schemas.VERSIONS[-1]}&$skipToken=1"
"""Where the next page of a list is."""

_UNSUCCESSFUL = tuple(schemas.load().schemas["UpdateRunProvisioningState"]["enum"][1:3])
MOST_STAGES = 20
"""The most stages that can be asked for; with more, a document takes Hypothesis too long to draw."""

_ALWAYS = ("code", "message")


def choosing(draw: st.DrawFn) -> Choose:
    """Choose by drawing, so that Hypothesis can shrink."""
    return lambda low, high: draw(st.integers(low, high)) if low < high else low


def leaf_of(draw: st.DrawFn) -> bodies.Names:
    """Draw the leaves of the schemas."""
    return lambda what: draw(of_leaf(what))


def update_runs(*, side: Side = "response", state: str | None = None, stages: int | None = None) -> st.SearchStrategy[JSON]:
    """Make coherent update runs: a plan, and the life of the run up to some moment.

    `state` is the state of the run, one of UpdateState; `stages` the number of stages in its strategy, 0 for a run
    without one. Requests have no state.

    Raises ValueError for a state that is not documented, or that a request is asked for, for another side, and for
    a number of stages that is not from 0 to 20.
    """
    check_side(side)
    if state is not None and side == "request":
        raise ValueError(f"expected no state for a request, which has none, found {state!r}")
    _check_wishes(state, stages)
    return _requests(stages) if side == "request" else _responses(state, stages)


def check_side(side: object) -> None:
    """Raise ValueError for what is neither a request nor a response."""
    if side not in ("request", "response"):
        raise ValueError(f"expected request or response for the side, found {side!r}")


def _check_wishes(state: object, stages: object) -> None:
    if stages is not None and (not isinstance(stages, int) or isinstance(stages, bool) or not 0 <= stages <= MOST_STAGES):
        raise ValueError(f"expected a number of stages from 0 to {MOST_STAGES}, found {stages!r}")
    if state is not None and state not in bodies.STATES:
        raise ValueError(f"expected {', '.join(bodies.STATES[:-1])} or {bodies.STATES[-1]} for the state, found {state!r}")


def _outline(draw: st.DrawFn, stages: int | None) -> bodies.Outline:
    """Draw the stages, and their names behind them all: few choices a stage, as Hypothesis leaves out five at once."""
    groups = st.lists(st.integers(0, bodies.MAX_MEMBERS), min_size=1, max_size=bodies.MAX_GROUPS)
    stage = st.tuples(st.sampled_from(bodies.WAITS), groups)
    drawn = draw(st.lists(stage, min_size=stages or 0, max_size=bodies.MAX_STAGES if stages is None else stages))
    leaf = leaf_of(draw)
    return [(leaf("UpdateStage.name"), seconds, [(leaf("UpdateGroup.name"), size) for size in sizes]) for seconds, sizes in drawn]


def _planned(draw: st.DrawFn, stages: int | None) -> bodies.Plan:
    return bodies.plan(choosing(draw), leaf_of(draw), lambda: _outline(draw, stages))


@st.composite
def _requests(draw: st.DrawFn, stages: int | None) -> JSON:
    return bodies.requested(choosing(draw), _planned(draw, stages))


@st.composite
def _responses(draw: st.DrawFn, state: str | None, stages: int | None) -> JSON:
    choose = choosing(draw)
    course = Course.chosen(choose, state)
    tag = f'"{choose(0, 2**32):08x}-0000-0700-0000-000000000000"'
    chosen = _planned(draw, stages)
    *_, last = life(choose, chosen, course)
    whole = bodies.response(chosen, last, tag=tag)
    return thinned(choose, whole)


def thinned(choose: Choose, run: JSON) -> JSON:
    """Take away some of what a response may lack, and let it say at times that the last request did not succeed."""
    if not choose(0, 1):
        return run
    for name in ("eTag", "systemData"):
        if choose(0, 9) == 9:
            del run[name]
    inner, who = run["properties"], run.get("systemData", {})
    for name in sorted(who):
        if choose(0, 9) == 9:
            del who[name]
    how = choose(0, 9)
    if how == 9:
        del inner["provisioningState"]
    elif how in {7, 8}:
        inner["provisioningState"] = _UNSUCCESSFUL[how - 7]
    if choose(0, 4) == 4:
        del inner["status"]["nodeImageSelection"]
    return run


def from_definition(name: str, *, side: Side = "response") -> st.SearchStrategy[JSON]:
    """Make documents of any documented definition; a request leaves out what is read-only.

    Raises LookupError for a definition that is not documented, and ValueError for another side.
    """
    check_side(side)
    schemas.check_definition(name)
    return update_runs(side=side) if name == "UpdateRun" else of_definition(name, side)


def error_responses() -> st.SearchStrategy[JSON]:
    """Make the bodies of failed requests, with the code and the message that every observed one has."""
    required = {name: of_leaf(f"ErrorDetail.{name}") for name in _ALWAYS}
    more = of_definition("ErrorDetail", "response")
    return st.builds(lambda detail, own: {"error": detail | own}, more, st.fixed_dictionaries(required))


def list_pages(*, runs_each: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[JSON]:
    """Make pages of the collection: no run, one or several, of different names, and perhaps the link to the next page."""
    each = update_runs() if runs_each is None else runs_each
    items = st.lists(each, max_size=3, unique_by=lambda run: run["id"].lower())
    link = st.just(NEXT_LINK)
    return st.fixed_dictionaries({"value": items}, optional={"nextLink": link})


def histories(*, state: str | None = None, stages: int | None = None) -> st.SearchStrategy[list[JSON]]:
    """Make the polls of one life, from the creation of the run on; the eTag changes exactly when the body does.

    `state` is the state of the run at the end, and `stages` the number of stages, as with update runs.

    Raises ValueError for a state that is not documented, and for a number of stages that is not from 0 to 20.
    """
    _check_wishes(state, stages)
    return _histories(state, stages)


@st.composite
def _histories(draw: st.DrawFn, state: str | None, stages: int | None) -> list[JSON]:
    course = Course.chosen(choosing(draw), state)
    return polls(choosing(draw), _planned(draw, stages), course)


def polls(choose: Choose, chosen: bodies.Plan, course: Course) -> list[JSON]:
    """Poll a run after every step of its life, now and then once more before anything has happened."""
    told: list[JSON] = []
    for moment in life(choose, chosen, course):
        tag = f'"{len(told):08x}-0000-0700-0000-000000000000"'
        body = bodies.response(chosen, moment, tag=tag)
        if told and body["properties"] == told[-1]["properties"]:
            body["eTag"] = told[-1]["eTag"]
        told.append(body)
        if choose(0, 5) == 5:
            told.append(body)
    return told
