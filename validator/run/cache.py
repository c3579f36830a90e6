"""A mapping that forgets what was used longest ago, so that it takes bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LRU(Generic[K, V]):
    """A mapping of the entries put last, as many as weigh at most `limit` together; one that weighs more is kept alone."""

    def __init__(self, limit: int, weigh: Callable[[V], int]) -> None:
        self._limit = limit
        self._weigh = weigh
        self._weight = 0
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return the value of a key, None where there is none."""
        entry = self._entries.get(key)
        return None if entry is None else entry[0]

    def put(self, key: K, value: V) -> None:
        """Keep a value, and forget the oldest ones that are too many with it."""
        before = self._entries.pop(key, None)
        weight = self._weigh(value)
        self._weight += weight - (0 if before is None else before[1])
        self._entries[key] = value, weight
        while self._weight > self._limit and len(self._entries) > 1:
            _, (_, oldest) = self._entries.popitem(last=False)
            self._weight -= oldest
