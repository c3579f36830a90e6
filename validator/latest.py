"""What came last: a mapping that forgets, for what must not fill the memory."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Latest(Generic[K, V]):
    """A mapping that keeps the keys which were put last: at least so much as they weigh together, and at most about twice as much.

    There are two generations. When the new one weighs enough, it becomes the old one, and what the old one held is
    forgotten; so nothing has to be put in order, and each operation takes the time of a dict's.
    """

    def __init__(self, least: int) -> None:
        self._least = least
        self._weight = 0
        self._new: dict[K, tuple[V, int]] = {}
        self._old: dict[K, tuple[V, int]] = {}

    def get(self, key: K) -> V | None:
        """Give the value of a key, None where there is none."""
        held = self._new.get(key) or self._old.get(key)
        return None if held is None else held[0]

    def put(self, key: K, value: V, weight: int = 1) -> None:
        """Put a key with its value, which makes it the latest."""
        if self._weight >= self._least and key not in self._new:
            self._old, self._new, self._weight = self._new, {}, 0
        self._weight += weight - self._weight_of(key)
        self._new[key] = value, weight

    def drop(self, key: K) -> None:
        """Forget a key."""
        self._weight -= self._weight_of(key)
        self._new.pop(key, None)
        self._old.pop(key, None)

    def _weight_of(self, key: K) -> int:
        return self._new[key][1] if key in self._new else 0
