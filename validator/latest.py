"""What came last: a mapping that forgets, for what must not fill the memory."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Latest(Generic[K, V]):
    """A mapping that keeps the keys which were put last: at least so many of them, and at most twice as many.

    There are two generations. When the new one is full, it becomes the old one, and what the old one held is forgotten;
    so nothing has to be put in order, and each operation takes the time of a dict's.
    """

    def __init__(self, least: int) -> None:
        self._least = least
        self._new: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """Give the value of a key, None where there is none."""
        value = self._new.get(key)
        return self._old.get(key) if value is None else value

    def put(self, key: K, value: V) -> None:
        """Put a key with its value, which makes it the latest."""
        if len(self._new) >= self._least and key not in self._new:
            self._old, self._new = self._new, {}
        self._new[key] = value

    def drop(self, key: K) -> None:
        """Forget a key."""
        self._new.pop(key, None)
        self._old.pop(key, None)
