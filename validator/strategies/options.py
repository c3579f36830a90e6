"""The options of the strategies for update runs, and the check of each by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias, TypedDict

from hypothesis import strategies as st

from ..checker.api import check, check_exchange
from ..checker.body import without_unset
from ..contract import schemas
from ..contract.formats import NANOSECONDS, date_time
from ..contract.since import since
from ..pointer import JSON, steps
from ..readers.items import Exchange
from .restrictions import Restrictions, required

STATES: tuple[str, ...] = tuple(schemas.load().schemas["UpdateState"]["enum"])
"""The states of the default version."""

ENDS = ("Completed", "Failed", "Skipped", "Stopped")
"""The states in which the service takes no further step by itself."""

THROUGH_A_MEMBER = ("Failed", "Pending", "Stopping")
"""The states that a run enters because of one of its members."""

SHORTEST = 600 * NANOSECONDS
"""The least time between the start and the end of a clock."""

LAST = "9999-12-31T23:59:59Z"
"""The end of a clock that has a start alone: no year has five digits."""

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
    with failing members is Failed, or Completed if its strategy allows so many failures, and one with pending members is Pending.

    `name`, `fleet`, `resource_group` and `subscription` are those of the ids. `strategy` is an UpdateRunStrategy, `upgrade` a
    ManagedClusterUpgradeSpec, and `request` the body of a PUT that the service has answered. With `restarts=False`, no run is
    started again. With `whole=True`, it reaches an end: Completed, Failed, Skipped or Stopped. The run is created at the `start`,
    and nothing happens after the `end`: both are an aware `datetime` or an RFC 3339 string.
    `version` is the api-version, which decides what there is in a run: 2025-03-01 if none is given.

    A version that has them may have gates, limits and selectors in a run. With `gates=True` each stage has one before it, with
    `gates=False` there are none. `max_concurrency` is the `maxConcurrency` of each group, and `max_allowed_failures` the
    `maxAllowedFailures` of each stage and each group, such as "2" or "50%".
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
    gates: bool | None
    max_concurrency: str | None
    max_allowed_failures: str | None


_LIMITS = {"stages": (0, 20), "groups": (1, 50), "members": (0, 100)}
"""The least and the most of each size; Hypothesis cannot draw much larger documents."""

USUAL = {"stages": range(5), "groups": range(1, 4), "members": range(4)}
PARAMETERS = {"updateRunName": "name", "fleetName": "fleet", "resourceGroupName": "resource_group", "subscriptionId": "subscription"}
_NAMES = {"updateRunName": "a", "fleetName": "a", "resourceGroupName": "a", "subscriptionId": "01234567-89ab-cdef-0123-456789abcdef"}
RESTRICTING = {
    "gates": "UpdateStage.beforeGates",
    "max_concurrency": "UpdateGroup.maxConcurrency",
    "max_allowed_failures": "UpdateStage.maxAllowedFailures",
}
"""The options that need a property which only later versions document, each with that (`contract/drift.py`)."""

SELECTIONS = {"failing": "Failed", "pending": "Pending", "skipped": "Skipped"}
"""The selections of members, each with the state of a run that needs such a member."""

_OF_RESPONSES = ("state", *SELECTIONS, "whole", "start", "end")


def published(version: str) -> str:
    """Return an api-version unchanged.

    Raises LookupError, with the nearest name, for one that is not published.
    """
    if version == schemas.AUTO:
        raise LookupError(f"expected an api-version, such as {schemas.DEFAULT_VERSION}, found {version!r}")
    schemas.check_version(version)
    return version


def check_of_request(options: Options) -> None:
    """Raise ValueError for an option that a request cannot have."""
    for name in _OF_RESPONSES:
        if options.get(name) is not None:
            raise ValueError(f"expected no {name} for a request, which has none, found {options.get(name)!r}")


def check_names(names: dict[str, Any], version: str) -> None:
    """Raise ValueError for a name that the parameters of a URL cannot have."""
    given = {parameter: names[name] for parameter, name in PARAMETERS.items() if name in names}
    for finding in check_exchange(Exchange("delete", _NAMES | given | {"api-version": version}, 204)):
        raise ValueError(f"{finding.message} for the {PARAMETERS[steps(finding.pointer)[-1]]}")


def body_of(given: dict[str, Any], version: str) -> dict[str, JSON]:
    """Return the properties that a client sets, of those that a request, a strategy or an upgrade gives."""
    parts = [name for name in ("strategy", "upgrade", "request") if name in given]
    if not parts:
        return {}
    if "request" in parts and len(parts) > 1:
        raise ValueError(f"the request has all that a client sets; expected no {parts[0]} besides it")
    made = {"managedClusterUpdate": {"upgrade": given.get("upgrade", {"type": "NodeImageOnly"})}}
    made |= {"strategy": given["strategy"]} if "strategy" in given else {}
    request = given.get("request", {"properties": made})
    _check_request(parts, {"properties": {}} | request if isinstance(request, dict) else request, version)
    if "name" in given and request.get("name", given["name"]) != given["name"]:
        raise ValueError(f"the request has the name {request['name']!r}; expected no other name, found {given['name']!r}")
    properties: dict[str, JSON] = without_unset(request)["properties"]
    return {name: value for name, value in properties.items() if name != "managedClusterUpdate" or parts != ["strategy"]}


def _check_request(parts: Iterable[str], request: JSON, version: str) -> None:
    for finding in check(request, side="request", definition="UpdateRun", version=version):
        raise ValueError(f"the {' or the '.join(parts)} breaks {finding.rule} at {finding.pointer}: {finding.message}")


def restrictions_of(given: dict[str, Any], version: str) -> dict[str, Restrictions]:
    """Return what each stage and each group must have, by the definition."""
    needed = required(given)
    names = [name for name in RESTRICTING if name in given]
    for name in names:
        first = since(RESTRICTING[name])
        if given[name] is not False and first is not None and version < first:
            raise ValueError(f"{name} needs the api-version {first} or a later one, found {version}")
    if names:
        strategy = {"stages": [{"name": "a", "groups": [{"name": "a", **needed["UpdateGroup"]}], **needed["UpdateStage"]}]}
        asked = {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}, "strategy": strategy}
        _check_request([f"option {name}" for name in names], {"properties": asked}, version)
    return needed


def range_of(what: str, size: Any) -> range:
    """Return a size as a range."""
    least, most = _LIMITS[what]
    numbers = range(size, size + 1) if isinstance(size, int) and not isinstance(size, bool) else size
    if not isinstance(numbers, range) or not numbers or min(numbers) < least or max(numbers) > most:
        raise ValueError(f"expected a number of {what} from {least} to {most}, found {size!r}")
    return numbers


def size_of(what: str, size: Any) -> range | st.SearchStrategy[int]:
    """Return a size as a range, or as the strategy that it is."""
    return size if isinstance(size, st.SearchStrategy) else range_of(what, size)


def selection_of(name: str, selection: Selection) -> frozenset[int] | Callable[[Member], bool]:
    """Return a selection as positions, or as the predicate that it is."""
    if callable(selection):
        return selection
    positions = [selection] if isinstance(selection, int) else selection
    if isinstance(positions, str) or not isinstance(positions, Iterable) or not all(_is_position(each) for each in positions):
        raise ValueError(f"expected a position, positions or a predicate for the {name} members, found {selection!r}")
    return frozenset(positions)


def _is_position(position: Any) -> bool:
    return isinstance(position, int) and not isinstance(position, bool) and position >= 0


def instant_of(given: dict[str, Any], name: str) -> int | None:
    """Return the start or the end of a clock in nanoseconds, None if it is not given."""
    value = given.get(name)
    text = value.isoformat() if isinstance(value, datetime) else value
    instant = date_time(text) if isinstance(text, str) else None
    if value is not None and instant is None:
        raise ValueError(f"expected a time such as 2025-04-08T09:00:00Z, or an aware datetime, for the {name}, found {value!r}")
    return instant
