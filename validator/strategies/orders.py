"""Orders: what a caller wants of generated update runs. Whatever is left open is chosen at random."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any, Unpack

from hypothesis import strategies as st

from ..contract import schemas
from ..contract.drift import documented
from ..contract.formats import NANOSECONDS
from ..pointer import JSON
from ..rules.gates import GATES
from ..simulation.plan import make_run
from ..simulation.position import Position
from ..wording import hint, listed
from .options import (
    ENDS,
    LAST,
    PARAMETERS,
    RESTRICTING,
    SELECTIONS,
    SHORTEST,
    STATES,
    THROUGH_A_MEMBER,
    USUAL,
    Member,
    Options,
    body_of,
    check_names,
    instant_of,
    published,
    range_of,
    restrictions_of,
    selection_of,
    size_of,
)
from .restrictions import Restrictions, options

TOLERANT = "expected fewer allowed failures, as a run is Failed because of one more"
"""The message for a run that cannot be Failed."""


@dataclass(frozen=True, slots=True)
class Order:
    """The options of a caller, without contradictions.

    A size is a range, or draws a number. A selection contains positions, or is a predicate. `names` are those that were given, `body`
    has the properties that a client sets, as far as they were given, and `request` is the body of a PUT. The clock is in nanoseconds.
    `restrictions` are the possible ones of a stage and of a group, by the definition.
    """

    state: str | None
    sizes: Mapping[str, range | st.SearchStrategy[int] | Callable[[], int]]
    selections: dict[str, frozenset[int] | Callable[[Member], bool]]
    names: dict[str, str]
    body: dict[str, JSON]
    request: JSON
    restarts: bool
    whole: bool
    start: int | None
    end: int | None
    version: str
    restrictions: Mapping[str, list[Restrictions]]

    @classmethod
    def of(cls, **options: Unpack[Options]) -> Order:
        """Return the order with some options.

        Raises ValueError for an option that is not as described, and for options that contradict each other.
        """
        given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        unknown = given.keys() - Options.__annotations__
        if unknown:
            raise TypeError(f"there is no option {min(unknown)}; {hint(min(unknown), [*Options.__annotations__])}")
        version = published(given.get("version", schemas.DEFAULT_VERSION))
        names = {name: given[name] for name in PARAMETERS.values() if name in given}
        check_names(names, version)
        body = body_of(given, version)
        for name in ("restarts", "whole", "gates"):
            if given.get(name, False) is not False and given[name] is not True:
                raise ValueError(f"expected True or False for {name}, found {given[name]!r}")
        start = instant_of(given, "start")
        end = instant_of({"end": LAST} | given, "end")
        if ("end" in given and start is None) or (end is not None and start is not None and end - start < SHORTEST):
            found = given.get("end", LAST)
            raise ValueError(f"expected an end that is {SHORTEST // NANOSECONDS} seconds or more after a start, found {found}")
        sizes = {what: size_of(what, given[what]) if what in given else USUAL[what] for what in USUAL}
        if "stages" not in given and any(given.get(name, False) is not False for name in ("groups", *RESTRICTING)):
            sizes["stages"] = range(1, 5)
        selections = {name: selection_of(name, given[name]) for name in SELECTIONS if name in given}
        restarts, whole = given.get("restarts", True), given.get("whole", False)
        restrictions = _restrictions(given, version)
        order = cls(
            given.get("state"), sizes, selections, names, body, given.get("request"), restarts, whole, start, end, version, restrictions
        )  # fmt: skip
        _check_shape(order, given)
        _check_state(order)
        _check_selections(order)
        return order

    @property
    def allows_failures(self) -> bool:
        """Whether a stage can allow failures; without that, the first failure in it stops the run."""
        strategy = self.body.get("strategy")
        stages = self.restrictions["UpdateStage"] if strategy is None else strategy["stages"]
        return any("maxAllowedFailures" in stage for stage in stages)

    def has(self, fact: str) -> bool:
        """Return whether the version documents a fact, such as `UpdateState=Skipped` (`contract/drift.py`)."""
        return fact in documented(self.version)

    def known(self, definition: str, values: Iterable[str]) -> tuple[str, ...]:
        """Return the values that the version has of an enum."""
        return tuple(value for value in values if self.has(f"{definition}={value}"))

    @property
    def states(self) -> tuple[str, ...]:
        """The states of a run."""
        return self.known("UpdateState", STATES)

    @property
    def is_bare(self) -> bool:
        """Whether a request was given that has neither a strategy nor the id of one."""
        return self.request is not None and not (self.body.get("strategy") or self.body.get("updateStrategyId"))

    @property
    def needed(self) -> int:
        """The number of members that a run must have: all that are selected, and one for a state that it enters because of a member."""
        last = max((position for name in self.selections for position in self.positions(name)), default=-1)
        skipped = self.positions("skipped")
        free = next(position for position in range(len(skipped) + 1) if position not in skipped)
        return 1 + max(last, free if self.state in THROUGH_A_MEMBER else -1)

    def positions(self, name: str) -> frozenset[int]:
        """Return the positions of a selection, none for a predicate."""
        selection = self.selections.get(name, frozenset())
        return frozenset() if callable(selection) else selection

    def selects(self, name: str, member: Member) -> bool:
        """Return whether a selection contains a member."""
        selection = self.selections.get(name, frozenset())
        return bool(selection(member)) if callable(selection) else member.position in selection

    def size(self, what: str, random: Random) -> int:
        """Choose the number of stages, of groups in a stage, or of members in a group."""
        size = self.sizes[what]
        if isinstance(size, range):
            return random.choice(size)
        assert callable(size), "the strategy of a size is drawn from in a strategy"
        return random.choice(range_of(what, size()))

    def largest(self, what: str) -> int | None:
        """Return the largest size, None if it is not known."""
        size = self.sizes[what]
        return max(size) if isinstance(size, range) else None

    def drawn(self, draw: st.DrawFn) -> Order:
        """Return the order with sizes that are drawn where they are strategies."""
        return replace(
            self, sizes={what: partial(draw, size) if isinstance(size, st.SearchStrategy) else size for what, size in self.sizes.items()}
        )

    def at_its_largest(self) -> Order:
        """Return the order with the most stages and groups."""
        largest: Any = {
            what: range_of(what, max(size)) for what, size in self.sizes.items() if isinstance(size, range) and what != "members"
        }
        return replace(self, sizes={**self.sizes, **largest})


def _restrictions(given: dict[str, Any], version: str) -> dict[str, list[Restrictions]]:
    """Return the possible restrictions of a stage and of a group."""
    excluded = {"groups"} if {"groups", "max_concurrency"} & given.keys() else set()
    if "max_concurrency" in given:
        excluded.add("maxConcurrency")
    if {"failing", "max_allowed_failures"} & given.keys() or given.get("state") == "Failed":
        excluded.add("maxAllowedFailures")
    if given.get("gates") is False:
        excluded.update(GATES)
    needed = restrictions_of(given, version)
    return {definition: options(definition, version, frozenset(excluded), needed[definition]) for definition in needed}


def no_member(state: str | None) -> str:
    """Return the message for a run that cannot be in a state."""
    return f"expected a member that is not skipped, as a run is {state} because of one"


def _check_shape(order: Order, given: dict[str, Any]) -> None:
    shaped = [name for name in ("stages", "groups", *RESTRICTING) if name in given]
    if shaped and "strategy" in order.body:
        raise ValueError(f"the strategy has all stages and groups; expected no {shaped[0]} besides it")
    if shaped and order.is_bare:
        raise ValueError(f"the request has no strategy; expected no {shaped[0]} besides it")
    of_strategies = [name for name in ("groups", *RESTRICTING) if given.get(name, False) is not False]
    if of_strategies and isinstance(order.sizes["stages"], range) and 0 in order.sizes["stages"]:
        raise ValueError(f"a run without stages has no strategy; expected no {of_strategies[0]}, or 1 stage or more")


def _check_state(order: Order) -> None:
    if order.state is not None and order.state not in order.states:
        raise ValueError(f"expected {listed(list(order.states), 'or')} for the state, found {order.state!r}")
    if "skipped" in order.selections and "Skipped" not in order.states:
        raise ValueError(f"expected no skipped members, as {order.version} has no state Skipped")
    if order.whole and order.state not in (None, *ENDS):
        raise ValueError(f"expected {listed(list(ENDS), 'or')} for the state of a whole life, found {order.state!r}")
    for name, state in SELECTIONS.items():
        if order.state == state and order.selections.get(name) == frozenset():
            raise ValueError(f"a run without {name} members cannot be {state}")
    can_complete = order.restarts or order.allows_failures
    allowed = {"failing": ("Failed", *(("Completed",) if can_complete else ())), "pending": ("Pending", "Completed", "Failed")}
    for name in allowed.keys() & order.selections.keys():
        if order.state not in (None, *allowed[name]):
            how = "" if order.restarts else " without restarts"
            raise ValueError(f"a run with {name} members{how} is {listed(list(allowed[name]), 'or')}; it cannot be {order.state}")


def _check_selections(order: Order) -> None:
    most = _most_members(order)
    for name in order.selections:
        last = max(order.positions(name), default=-1)
        if most == 0 and last >= 0:
            raise ValueError(f"a run without members has no {name} ones")
        if most is not None and last >= most:
            raise ValueError(f"expected a position below {most} for the {name} members, as a run can have no more members, found {last}")
        both = order.positions(name) & order.positions("skipped")
        if name != "skipped" and both:
            raise ValueError(f"the member {min(both)} cannot be both {name} and skipped")
    if most is not None and order.needed > most:
        raise ValueError(no_member(order.state))
    if order.state == "Failed" and _allows_all_failures(order):
        raise ValueError(TOLERANT)
    if order.state == "Completed" and not order.restarts and _fails_always(order):
        raise ValueError("expected more allowed failures or a restart, as a run is Failed because of the failing members")


def _allows_all_failures(order: Order) -> bool:
    """Return whether a strategy of the caller, or what each of its stages and groups must have, allows all members to fail."""
    strategy, members, groups = order.body.get("strategy"), order.largest("members"), order.largest("groups")
    if members is None or groups is None or not order.allows_failures:
        return False
    if strategy is None:
        strategy = _plain_strategy(order, 1, groups)
    return not Position(make_run(strategy, [members] * _groups_in(strategy))).can_fail()


def _fails_always(order: Order) -> bool:
    """Return whether the members at the failing positions make every run fail that an order with sizes in numbers admits."""
    strategy, sizes = order.body.get("strategy"), [order.sizes[what] for what in ("stages", "groups", "members")]
    if not all(isinstance(size, range) and len(size) == 1 for size in (sizes if strategy is None else sizes[2:])):
        return False
    stages, groups, members = (order.largest(what) for what in ("stages", "groups", "members"))
    if strategy is None and stages:
        strategy = _plain_strategy(order, stages, groups or 1)
    run = make_run(strategy, [members or 0] * (_groups_in(strategy) if strategy else 1))
    nodes = [node for node in run.walk() if not node.children]
    failing = order.positions("failing")
    return bool(failing) and Position(run).can_fail([node for position, node in enumerate(nodes) if position not in failing])


def _plain_strategy(order: Order, stages: int, groups: int) -> JSON:
    """Return a strategy with so many stages and groups in each, which have what each must have by the order."""
    stage, group = (order.restrictions[definition][0] for definition in ("UpdateStage", "UpdateGroup"))
    return {"stages": [{"name": "", **stage, "groups": [{"name": "", **group}] * groups}] * stages}


def _groups_in(strategy: JSON) -> int:
    return sum(len(stage.get("groups") or (None,)) for stage in strategy["stages"])


def _most_members(order: Order) -> int | None:
    """Return the largest number of members that an order admits, None if it is not known."""
    each, stages, groups = (order.largest(what) for what in ("members", "stages", "groups"))
    if "strategy" in order.body:
        stages, groups = 1, _groups_in(order.body["strategy"])
    elif order.is_bare:
        stages, groups = 1, 1
    return None if each is None or stages is None or groups is None else each * max(1, stages * groups)
