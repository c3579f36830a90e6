"""The spec of a run: what it is asked to do, its strategy, its upgrade and its selection of images, as far as that is reliable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from ..pointer import JSON, Path
from ..wording import count, show
from .nodes import Part, Unreliable, reliable
from .origin import Origin, Place

UNKNOWN = ...
"""Takes the place of a part of the spec that is unreliable; it equals anything."""


class SpecFact(NamedTuple):
    """A part of the spec: what of it is compared, None where it is absent, and where it is."""

    value: Any
    place: Place


Spec: TypeAlias = dict[str, SpecFact]
"""The strategy, the upgrade and the node image selection of a run, by name."""


def alike(one: Any, other: Any) -> bool:
    """Return whether the known properties of two parts of a spec are equal."""
    if one is UNKNOWN or other is UNKNOWN or one == other:
        return True
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(value, other[name]) for name, value in one.items())
    return False


def filled(before: Any, now: Any) -> Any:
    """Return a part of a spec, with what is unknown in it filled in from an earlier one."""
    if now is UNKNOWN or before == now:
        return before
    if isinstance(now, list) and isinstance(before, list) and len(now) == len(before):
        return list(map(filled, before, now))
    if isinstance(now, dict) and isinstance(before, dict) and now.keys() == before.keys():
        return {name: filled(before[name], value) for name, value in now.items()}
    return now


def merged_specs(before: Spec, now: Spec) -> Spec:
    """Return what a run is asked to do after a later capture, with what is unknown in that filled in."""
    return {name: SpecFact(filled(before[name].value, fact.value), fact.place) for name, fact in now.items()}


def spec_of(run: JSON, origin: Origin, facts: frozenset[str]) -> Spec:
    """Return what a run is asked to do; `facts` are those of the api-version of the capture. What it does not document is UNKNOWN."""
    spec = {}
    for name, (path, read) in _SPEC.items():
        try:
            value = read(run, facts)
        except Unreliable:
            value = UNKNOWN
        spec[name] = SpecFact(value, Place(path if value is not None else path[:-1], origin))
    return spec


def _read(value: JSON, name: str) -> Any:
    try:
        return value.get(name)
    except Unreliable:
        return UNKNOWN


def _properties(run: JSON) -> Any:
    inner = run.get("properties")
    if inner is None:
        raise Unreliable("properties")
    return inner


LIMITS = ("beforeGates", "afterGates", "maxConcurrency", "maxAllowedFailures")
"""The properties that hold up a stage or a group."""


def _strategy(run: JSON, facts: frozenset[str]) -> Any:
    strategy = _properties(run).get("strategy")
    return None if strategy is None else [_stage(stage, facts) for stage in strategy["stages"]]


def _stage(stage: JSON, facts: frozenset[str]) -> Any:
    wait, groups = _read(stage, "afterStageWaitInSeconds"), _read(stage, "groups")
    with_limits = groups if _documented_limits("UpdateGroup", facts) else UNKNOWN
    return {
        "name": _read(stage, "name"),
        "groups": UNKNOWN if groups is UNKNOWN else [_read(group, "name") for group in groups or ()],
        "wait": wait if wait is UNKNOWN else int(wait or 0),
        "limits": _limits(stage, "UpdateStage", facts),
        "limits of groups": UNKNOWN if with_limits is UNKNOWN else [_limits(group, "UpdateGroup", facts) for group in with_limits or ()],
    }


def _limits(part: JSON, definition: str, facts: frozenset[str]) -> Any:
    known = _documented_limits(definition, facts)
    return {name: _limit(_read(part, name), facts) if name in known else UNKNOWN for name in LIMITS} if known else UNKNOWN


@cache
def _documented_limits(definition: str, facts: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in LIMITS if f"{definition}.{name}" in facts)


def _limit(value: Any, facts: frozenset[str]) -> Any:
    """Return a limit; no gates are as good as none at all."""
    if not isinstance(value, list):
        return value
    hidden = {name: UNKNOWN for name, fact in _OF_SCHEDULES.items() if fact not in facts}
    return [_fields(gate, _GATE) | hidden for gate in value] or None


_OF_SCHEDULES = {"type": "GateType=ScheduledStart", "scheduledStartConfiguration": "GateConfiguration.scheduledStartConfiguration"}
"""What a version shows of a gate with a scheduled start only if it documents a fact."""


_GATE: dict[str, Any] = {"displayName": {}, "type": {}, "scheduledStartConfiguration": {"startDay": {}, "startTime": {}, "utcOffset": {}}}
"""What of a gate is compared."""


def _fields(value: JSON, names: Mapping[str, Any]) -> Any:
    """Return the values of some properties of an object, and of properties below these."""
    if not names or not isinstance(value, dict):
        return value
    return {name: _fields(_read(value, name), below) for name, below in names.items()}


def _upgrade(run: JSON, _: frozenset[str]) -> Any:
    upgrade = _properties(run)["managedClusterUpdate"]["upgrade"]
    return {name: _read(upgrade, name) for name in ("type", "kubernetesVersion")}


def _selection(run: JSON, facts: frozenset[str]) -> Any:
    if "ManagedClusterUpdate.nodeImageSelection" not in facts:
        return UNKNOWN
    selection = _properties(run)["managedClusterUpdate"].get("nodeImageSelection")
    if selection is None:
        return None
    images = _read(selection, "customNodeImageVersions") if "NodeImageSelection.customNodeImageVersions" in facts else UNKNOWN
    return {
        "type": _read(selection, "type"),
        "images": images if images is UNKNOWN else [_read(image, "version") for image in images or ()],
    }


def _selectors(run: JSON, facts: frozenset[str]) -> Any:
    if "UpdateStage.memberSelector" not in facts:
        return UNKNOWN
    strategy = _properties(run).get("strategy")
    if strategy is None:
        return UNKNOWN  # the strategy is compared as such
    parts = [(stage, *(stage.get("groups") or ())) for stage in strategy["stages"]]
    return [[_fields(_read(part, "memberSelector"), {"byLabel": {}}) for part in each] for each in parts]


_SPEC: dict[str, tuple[Path, Callable[[JSON, frozenset[str]], Any]]] = {
    "strategy": (("properties", "strategy"), _strategy),
    "managedClusterUpdate": (("properties", "managedClusterUpdate", "upgrade"), _upgrade),
    "nodeImageSelection": (("properties", "managedClusterUpdate", "nodeImageSelection"), _selection),
    "memberSelector": (("properties", "strategy"), _selectors),
}
"""The parts of the spec: the path to each, and what of it is compared."""


def asked_for(status: Part) -> Any:
    """Return the stage or the group of the strategy that a status is about, by its name and position; None where it is not known."""
    above: Any = status.parent
    parts: Any = None
    if isinstance(above.parent, Part):  # a group, which is below a stage
        stage = asked_for(above)
        if stage is not None:
            parts = stage.get("groups")
    else:
        strategy = above.parent.value.get("strategy")
        if strategy is not None:
            parts = strategy["stages"]
    index: Any = status.key[1]
    is_there = parts is not None and index < len(parts) and parts[index]["name"] == status.value.get("name")
    return parts[index] if is_there else None


def uses_selector(strategy: JSON) -> bool:
    """Return whether a stage or a group of a strategy chooses its members by their labels."""
    stages = () if strategy is None else reliable(strategy, "stages") or ()
    return any(reliable(part, "memberSelector") is not None for stage in stages for part in (stage, *(reliable(stage, "groups") or ())))


# What differs, in words

_LONG = 30
"""Characters of a name that only says where something is."""


def change(plan: str, before: Any, after: Any) -> tuple[str, str]:
    """Return, for two parts of a spec that differ, what was asked for first and what is there now, in words."""
    if before is None or after is None:
        return (f"no {plan}", "one") if before is None else (f"a {plan}", "none")
    if plan == "strategy":
        return _of_items("stage", before, after, _of_stage)
    if not alike(before["type"], after["type"]):
        return _of_values("type", before["type"], after["type"])
    if plan == "nodeImageSelection":
        return _of_items("custom node image version", before["images"], after["images"])
    return _of_values("kubernetesVersion", before["kubernetesVersion"], after["kubernetesVersion"])


def _of_items(
    noun: str, before: list[Any], after: list[Any], within: Callable[[Any, Any], tuple[str, str]] | None = None
) -> tuple[str, str]:
    if len(before) != len(after):
        return count(len(before), noun), str(len(after))
    one, other = next(pair for pair in zip(before, after, strict=True) if not alike(*pair))
    return _of_values(noun, one, other) if within is None else within(one, other)


def _of_stage(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, str]:
    differing = next(name for name, value in before.items() if not alike(value, after[name]))
    was, is_now = before[differing], after[differing]
    match differing:
        case "name":
            return _of_values("stage", was, is_now)
        case "groups":
            expected, found = _of_items("group", was, is_now)
        case "wait":
            expected, found = _of_values("afterStageWaitInSeconds", was, is_now)
        case "limits":
            expected, found = _of_limits(was, is_now)
        case _:
            expected, found = _of_items("group", was, is_now, _of_limits)
    return (expected if before["name"] is UNKNOWN else f"{expected} of stage {_cut(show(before['name']))}"), found


def _of_limits(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, str]:
    name, was, is_now = next((name, value, after[name]) for name, value in before.items() if not alike(value, after[name]))
    if not isinstance(was or is_now, list):
        return _of_values(name, was, is_now)
    numbers = len(was or ()), len(is_now or ())
    return (f"the {name}", "others") if len({*numbers}) == 1 else (f"{numbers[0] or 'no'} {name}", str(numbers[1] or "none"))


def _of_values(name: str, before: JSON, after: JSON) -> tuple[str, str]:
    return f"no {name}" if before is None else f"{name} {show(before)}", "none" if after is None else show(after)


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f'{text[: _LONG - 2]}…"'
