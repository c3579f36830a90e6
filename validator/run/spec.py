"""The spec of a run: what it is asked to do, its strategy, its upgrade and its selection of images, as far as that is reliable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from ..pointer import JSON, Path
from ..wording import count, show
from .nodes import Unreliable
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
    """Return whether two parts of a spec are equal, as far as they are known."""
    if one is UNKNOWN or other is UNKNOWN or one == other:
        return True
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return False


def filled(before: Any, now: Any) -> Any:
    """Return a part of a spec, with what is unknown in it filled in from an earlier one."""
    if now is UNKNOWN or before == now:
        return before
    if isinstance(now, list) and isinstance(before, list) and len(now) == len(before):
        return list(map(filled, before, now))
    return now


def merged_specs(before: Spec, now: Spec) -> Spec:
    """Return what a run is asked to do after a later capture, with what is unknown in that filled in."""
    return {name: SpecFact(filled(before[name].value, fact.value), fact.place) for name, fact in now.items()}


def spec_of(run: JSON, origin: Origin) -> Spec:
    """Return what a run is asked to do."""
    spec = {}
    for name, (path, read) in _SPEC.items():
        try:
            value = read(run)
        except Unreliable:
            value = UNKNOWN
        spec[name] = SpecFact(value, Place(path if value is not None else path[:-1], origin))
    return spec


def _read(value: JSON, name: str) -> Any:
    try:
        return value.get(name)
    except Unreliable:
        return UNKNOWN


def _each(whole: JSON, key: str, name: str) -> Any:
    """Return a property of each object in an array; UNKNOWN for the array itself where that is unreliable."""
    items = _read(whole, key)
    return UNKNOWN if items is UNKNOWN else [_read(item, name) for item in items or ()]


def _properties(run: JSON) -> Any:
    inner = run.get("properties")
    if inner is None:
        raise Unreliable("properties")
    return inner


def _strategy(run: JSON) -> Any:
    strategy = _properties(run).get("strategy")
    return None if strategy is None else [_stage(stage) for stage in strategy["stages"]]


def _stage(stage: JSON) -> Any:
    wait = _read(stage, "afterStageWaitInSeconds")
    return [_read(stage, "name"), _each(stage, "groups", "name"), wait if wait is UNKNOWN else int(wait or 0)]


def _upgrade(run: JSON) -> Any:
    upgrade = _properties(run)["managedClusterUpdate"]["upgrade"]
    return [_read(upgrade, "type"), _read(upgrade, "kubernetesVersion")]


def _selection(run: JSON) -> Any:
    selection = _properties(run)["managedClusterUpdate"].get("nodeImageSelection")
    return None if selection is None else [_read(selection, "type"), _each(selection, "customNodeImageVersions", "version")]


_SPEC: dict[str, tuple[Path, Callable[[JSON], Any]]] = {
    "strategy": (("properties", "strategy"), _strategy),
    "managedClusterUpdate": (("properties", "managedClusterUpdate", "upgrade"), _upgrade),
    "nodeImageSelection": (("properties", "managedClusterUpdate", "nodeImageSelection"), _selection),
}
"""The parts of the spec: the path to each, and what of it is compared."""


# What differs, in words

_LONG = 30
"""Characters of a name that only says where something is."""


def change(plan: str, before: Any, after: Any) -> tuple[str, str]:
    """Return, for two parts of a spec that differ, what was asked for first and what is there now, in words."""
    if before is None or after is None:
        return (f"no {plan}", "one") if before is None else (f"a {plan}", "none")
    if plan == "strategy":
        return _of_items("stage", before, after, _of_stage)
    if not alike(before[0], after[0]):
        return _of_values("type", before[0], after[0])
    if plan == "nodeImageSelection":
        return _of_items("custom node image version", before[1], after[1])
    return _of_values("kubernetesVersion", before[1], after[1])


def _of_items(
    noun: str, before: list[Any], after: list[Any], within: Callable[[Any, Any], tuple[str, str]] | None = None
) -> tuple[str, str]:
    if len(before) != len(after):
        return count(len(before), noun), str(len(after))
    one, other = next(pair for pair in zip(before, after, strict=True) if not alike(*pair))
    return _of_values(noun, one, other) if within is None else within(one, other)


def _of_stage(before: list[Any], after: list[Any]) -> tuple[str, str]:
    (name, groups, wait), (other, others, another) = before, after
    if not alike(name, other):
        return _of_values("stage", name, other)
    if not alike(groups, others):
        expected, found = _of_items("group", groups, others)
    else:
        expected, found = _of_values("afterStageWaitInSeconds", wait, another)
    return (expected if name is UNKNOWN else f"{expected} of stage {_cut(show(name))}"), found


def _of_values(name: str, before: JSON, after: JSON) -> tuple[str, str]:
    return f"no {name}" if before is None else f"{name} {show(before)}", "none" if after is None else show(after)


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f'{text[: _LONG - 2]}…"'
