"""Plans: what a run is asked to do, its strategy, its upgrade and its selection of images, for all that is sound of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .findings import Path
from .run import Properties, Run, Stage, Unsound

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
