"""Observers of what this package makes for tests: documents that strategies draw, and exchanges that fake fleets answer."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from .findings import BodySide

_Made = TypeVar("_Made")


class Observer(Protocol):
    """A function that is shown each document or Exchange when it is made.

    `kind` is `run`, `page`, `history`, `exchange` or the name of a definition. The `fleet` is the fake one that answered.
    """

    def __call__(self, made: Any, kind: str, side: BodySide, version: str, fleet: object) -> None:
        """Observe what was made."""


observers: list[Observer] = []


def observed(made: _Made, kind: str, side: BodySide, version: str, fleet: object = None) -> _Made:
    """Return what was made, after each observer was shown it."""
    for observer in observers:
        observer(made, kind, side, version, fleet)
    return made
