"""Plans: what a run is asked to do, its strategy, its upgrade and its selection of images, for all that is sound of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..pointer import JSON, Path
from ..wording import count, show
from .view import Properties, Run, Stage, Unsound

UNKNOWN = ...
"""What stands for a part of a plan that is unsound; it is like anything."""


def alike(one: Any, other: Any) -> bool:
    """Tell whether two plans are the same, for all that is known of them."""
    if one is UNKNOWN or other is UNKNOWN:
        return True
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


def filled(before: Any, now: Any) -> Any:
    """Fill in what is unknown of a plan from one before."""
    if now is UNKNOWN:
        return before
    if isinstance(now, list) and isinstance(before, list) and len(now) == len(before):
        return list(map(filled, before, now))
    return now


def plans(run: Run) -> Iterator[tuple[str, Path, Any]]:
    """Give the plans of a run: the name of each, where it stands, and what of it counts."""
    for name, (path, read) in _PLANS.items():
        yield name, path, _sound(lambda read=read: UNKNOWN if run.properties is None else read(run.properties))  # type: ignore[misc]


def _sound(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Unsound:
        return UNKNOWN


def _strategy(inner: Properties) -> Any:
    strategy = inner.strategy
    return None if strategy is None else [_stage(stage) for stage in strategy.stages]


def _stage(stage: Stage) -> Any:
    groups = _sound(lambda: [_sound(lambda group=group: group.name) for group in stage.groups])  # type: ignore[misc]
    return [_sound(lambda: stage.name), groups, _sound(lambda: stage.wait)]


def _upgrade(inner: Properties) -> Any:
    upgrade = inner.update.upgrade
    return [_sound(lambda: upgrade.type), _sound(lambda: upgrade.kubernetes_version)]


def _selection(inner: Properties) -> Any:
    selection = inner.update.selection
    if selection is None:
        return None
    versions = _sound(lambda: [_sound(lambda image=image: image.version) for image in selection.versions or ()])  # type: ignore[misc]
    return [_sound(lambda: selection.type), versions]


_PLANS: dict[str, tuple[Path, Callable[[Properties], Any]]] = {
    "strategy": (("properties", "strategy"), _strategy),
    "managedClusterUpdate": (("properties", "managedClusterUpdate", "upgrade"), _upgrade),
    "nodeImageSelection": (("properties", "managedClusterUpdate", "nodeImageSelection"), _selection),
}
"""What a run is asked to do: where it stands, and what of it counts."""


# What differs, in words

_LONG = 30
"""Characters of a name that only says where something is."""


def change(plan: str, before: Any, after: Any) -> tuple[str, str]:
    """Say what of a plan was asked for first, and what is there where it should be, given two that are not alike."""
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
