"""What came last: a mapping that forgets, for what must not fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


def _one(_: Any) -> int:
    return 1


class Latest(Generic[K, V]):
    """A mapping that forgets: it keeps the keys put last, at least as many as weigh `least` together, and at most about twice that.

    There are two generations. When the new one weighs enough, it becomes the old one, and what the old one held is
    forgotten; so nothing has to be put in order, and each operation takes the time of a dict's.
    """

    def __init__(self, least: int, weigh: Callable[[V], int] = _one) -> None:
        self._least = least
        self._weigh = weigh
        self._weight = 0
        self._new: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """Give the value of a key, None where there is none."""
        value = self._new.get(key)
        return self._old.get(key) if value is None else value

    def put(self, key: K, value: V) -> None:
        """Put a key with its value, which makes it the latest."""
        if key in self._new:
            self._weight -= self._weigh(self._new[key])
        elif self._weight >= self._least:
            self._old, self._new, self._weight = self._new, {}, 0
        self._new[key] = value
        self._weight += self._weigh(value)

    def drop(self, key: K) -> None:
        """Forget a key."""
        if key in self._new:
            self._weight -= self._weigh(self._new.pop(key))
        self._old.pop(key, None)
