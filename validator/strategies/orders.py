"""Orders: what a caller wants of generated update runs. Whatever is left open is chosen at random."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from random import Random
from typing import Any, NamedTuple, TypeAlias, TypedDict, Unpack

from hypothesis import strategies as st

from ..checker.api import check, check_exchange
from ..contract import schemas
from ..contract.drift import documented
from ..contract.formats import NANOSECONDS, date_time
from ..pointer import JSON, steps
from ..readers.items import Exchange
from ..wording import hint, listed

STATES: tuple[str, ...] = tuple(schemas.load().schemas["UpdateState"]["enum"])
"""The states of the default version."""

ENDS = ("Completed", "Failed", "Skipped", "Stopped")
"""The states in which the service takes no further step by itself."""

THROUGH_A_MEMBER = ("Failed", "Pending", "Stopping")
"""The states that a run enters because of one of its members."""

_SHORTEST = 600 * NANOSECONDS
"""The least time between the start and the end of a clock."""

Size: TypeAlias = int | range | st.SearchStrategy[int]
"""A number, a range of numbers or a strategy for them."""


class Member(NamedTuple):
    """A member of a run: its position among all members of the run, from 0, and the names of itself, its group and its stage."""

    position: int
    name: str
    group: str
    stage: str


Selection: TypeAlias = int | Collection[int] | Callable[[Member], bool]
"""Members: a position, several positions, or a predicate."""


class Options(TypedDict, total=False):
    """The options of the strategies for update runs.

    `stages` (0 for a run without a strategy), `groups` of each stage and `members` of each group are numbers, ranges or strategies.
    The `failing` members fail at the end of their first attempt, the `pending` ones are Pending before it, and the `skipped`
    ones are skipped before the start; each is a position, several positions, or a predicate of a `Member`. Without a `state`, a run
    with failing members is Failed, and one with pending members is Pending.

    `name`, `fleet`, `resource_group` and `subscription` are those of the ids. `strategy` is an UpdateRunStrategy, `upgrade` a
    ManagedClusterUpgradeSpec, and `request` the body of a PUT that the service has answered. With `restarts=False`, no run is
    started again. With `whole=True`, it reaches an end: Completed, Failed, Skipped or Stopped. The run is created at the `start`,
    and nothing happens after the `end`: both are an aware `datetime` or an RFC 3339 string.
    `version` is the api-version, which decides what there is in a run: 2025-03-01 if none is given.
    """

    state: str | None
    stages: Size | None
    groups: Size | None
    members: Size | None
    failing: Selection
    pending: Selection
    skipped: Selection
    name: str | None
    fleet: str | None
    resource_group: str | None
    subscription: str | None
    strategy: JSON
    upgrade: JSON
    request: JSON
    restarts: bool
    whole: bool
    start: datetime | str | None
    end: datetime | str | None
    version: str | None


_LIMITS = {"stages": (0, 20), "groups": (1, 50), "members": (0, 100)}
"""The least and the most of each size; Hypothesis cannot draw much larger documents."""

_USUAL = {"stages": range(5), "groups": range(1, 4), "members": range(4)}
_PARAMETERS = {"updateRunName": "name", "fleetName": "fleet", "resourceGroupName": "resource_group", "subscriptionId": "subscription"}
_NAMES = {"updateRunName": "a", "fleetName": "a", "resourceGroupName": "a", "subscriptionId": "01234567-89ab-cdef-0123-456789abcdef"}
_SELECTIONS = ("failing", "pending", "skipped")
_OF_RESPONSES = ("state", *_SELECTIONS, "whole", "start", "end")


@dataclass(frozen=True, slots=True)
class Order:
    """The options of a caller, without contradictions.

    A size is a range, or draws a number. A selection contains positions, or is a predicate. `names` are those that were given, `body`
    has the properties that a client sets, as far as they were given, and `request` is the body of a PUT. The clock is in nanoseconds.
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
        names = {name: given[name] for name in _PARAMETERS.values() if name in given}
        _check_names(names)
        body = _body(given, version)
        start, end = _instant(given, "start"), _instant(given, "end")
        if end is not None and (start is None or end - start < _SHORTEST):
            raise ValueError(f"expected an end that is {_SHORTEST // NANOSECONDS} seconds or more after a start, found {given['end']}")
        sizes = {what: _size(what, given[what]) if what in given else _USUAL[what] for what in _USUAL}
        if "groups" in given and "stages" not in given:
            sizes["stages"] = range(1, 5)
        selections = {name: _selection(name, given[name]) for name in _SELECTIONS if name in given}
        restarts, whole = given.get("restarts", True), given.get("whole", False)
        order = cls(given.get("state"), sizes, selections, names, body, given.get("request"), restarts, whole, start, end, version)
        _check_shape(order, given)
        _check_state(order)
        _check_selections(order)
        return order

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
        return random.choice(_range(what, size()))

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
        largest: Any = {what: _range(what, max(size)) for what, size in self.sizes.items() if isinstance(size, range) and what != "members"}
        return replace(self, sizes={**self.sizes, **largest})


def published(version: str) -> str:
    """Return an api-version unchanged.

    Raises LookupError, with the nearest name, for one that is not published.
    """
    if version == schemas.AUTO:
        raise LookupError(f"expected an api-version, such as {schemas.DEFAULT_VERSION}, found {version!r}")
    schemas.check_version(version)
    return version


def no_member(state: str | None) -> str:
    """Return the message for a run that cannot be in a state."""
    return f"expected a member that is not skipped, as a run is {state} because of one"


def check_of_request(options: Options) -> None:
    """Raise ValueError for an option that a request cannot have."""
    for name in _OF_RESPONSES:
        if options.get(name) is not None:
            raise ValueError(f"expected no {name} for a request, which has none, found {options.get(name)!r}")


def _check_names(names: dict[str, Any]) -> None:
    given = {parameter: names[name] for parameter, name in _PARAMETERS.items() if name in names}
    for finding in check_exchange(Exchange("delete", _NAMES | given | {"api-version": schemas.DEFAULT_VERSION}, 204)):
        raise ValueError(f"{finding.message} for the {_PARAMETERS[steps(finding.pointer)[-1]]}")


def _body(given: dict[str, Any], version: str) -> dict[str, JSON]:
    """Return the properties that a client sets, of those that a request, a strategy or an upgrade gives."""
    parts = [name for name in ("strategy", "upgrade", "request") if name in given]
    if not parts:
        return {}
    if "request" in parts and len(parts) > 1:
        raise ValueError(f"the request has all that a client sets; expected no {parts[0]} besides it")
    made = {"managedClusterUpdate": {"upgrade": given.get("upgrade", {"type": "NodeImageOnly"})}}
    made |= {"strategy": given["strategy"]} if "strategy" in given else {}
    request = given.get("request", {"properties": made})
    document = {"properties": {}} | request if isinstance(request, dict) else request
    for finding in check(document, side="request", definition="UpdateRun", version=version):
        raise ValueError(f"the {' or the '.join(parts)} breaks {finding.rule} at {finding.pointer}: {finding.message}")
    if "name" in given and request.get("name", given["name"]) != given["name"]:
        raise ValueError(f"the request has the name {request['name']!r}; expected no other name, found {given['name']!r}")
    properties: dict[str, JSON] = request["properties"]
    return {name: value for name, value in properties.items() if name != "managedClusterUpdate" or parts != ["strategy"]}


def _range(what: str, size: Any) -> range:
    """Return a size as a range."""
    least, most = _LIMITS[what]
    numbers = range(size, size + 1) if isinstance(size, int) and not isinstance(size, bool) else size
    if not isinstance(numbers, range) or not numbers or min(numbers) < least or max(numbers) > most:
        raise ValueError(f"expected a number of {what} from {least} to {most}, found {size!r}")
    return numbers


def _size(what: str, size: Any) -> range | st.SearchStrategy[int]:
    return size if isinstance(size, st.SearchStrategy) else _range(what, size)


def _selection(name: str, selection: Selection) -> frozenset[int] | Callable[[Member], bool]:
    if callable(selection):
        return selection
    positions = [selection] if isinstance(selection, int) else selection
    if isinstance(positions, str) or not isinstance(positions, Iterable) or not all(_is_position(each) for each in positions):
        raise ValueError(f"expected a position, positions or a predicate for the {name} members, found {selection!r}")
    return frozenset(positions)


def _is_position(position: Any) -> bool:
    return isinstance(position, int) and not isinstance(position, bool) and position >= 0


def _instant(given: dict[str, Any], name: str) -> int | None:
    value = given.get(name)
    text = value.isoformat() if isinstance(value, datetime) else value
    instant = date_time(text) if isinstance(text, str) else None
    if value is not None and instant is None:
        raise ValueError(f"expected an aware datetime or an RFC 3339 string for the {name}, found {value!r}")
    return instant


def _check_shape(order: Order, given: dict[str, Any]) -> None:
    shaped = [name for name in ("stages", "groups") if name in given]
    if shaped and "strategy" in order.body:
        raise ValueError(f"the strategy has all stages and groups; expected no {shaped[0]} besides it")
    if shaped and order.is_bare:
        raise ValueError(f"the request has no strategy; expected no {shaped[0]} besides it")
    if "groups" in given and isinstance(order.sizes["stages"], range) and 0 in order.sizes["stages"]:
        raise ValueError("a run without stages has one group; expected no groups, or 1 stage or more")


def _check_state(order: Order) -> None:
    if order.state is not None and order.state not in order.states:
        raise ValueError(f"expected {listed(list(order.states), 'or')} for the state, found {order.state!r}")
    if "skipped" in order.selections and "Skipped" not in order.states:
        raise ValueError(f"expected no skipped members, as {order.version} has no state Skipped")
    if order.whole and order.state not in (None, *ENDS):
        raise ValueError(f"expected {listed(list(ENDS), 'or')} for the state of a whole life, found {order.state!r}")
    allowed = {"failing": ("Failed", *(("Completed",) if order.restarts else ())), "pending": ("Pending", "Completed", "Failed")}
    for name in allowed.keys() & order.selections.keys():
        if order.state not in (None, *allowed[name]):
            how = "" if order.restarts else " without restarts"
            raise ValueError(f"a run with {name} members{how} is {listed(list(allowed[name]), 'or')}; it cannot be {order.state}")


def _check_selections(order: Order) -> None:
    most = _most_members(order)
    for name in order.selections:
        last = max(order.positions(name), default=-1)
        if most is not None and last >= most:
            raise ValueError(f"expected a position below {most}, the number of members, for the {name} members, found {last}")
        both = order.positions(name) & order.positions("skipped")
        if name != "skipped" and both:
            raise ValueError(f"the member {min(both)} cannot be both {name} and skipped")
    if most is not None and order.needed > most:
        raise ValueError(no_member(order.state))


def _most_members(order: Order) -> int | None:
    """Return the largest number of members that an order admits, None if it is not known."""
    each, stages, groups = (order.largest(what) for what in ("members", "stages", "groups"))
    if "strategy" in order.body:
        stages, groups = 1, sum(len(stage["groups"]) for stage in order.body["strategy"]["stages"])
    elif order.is_bare:
        stages, groups = 1, 1
    return None if each is None or stages is None or groups is None else each * max(1, stages * groups)
