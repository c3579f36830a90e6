"""A mapping that forgets what was used longest ago, so that it takes bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LRU(Generic[K, V]):
    """A mapping of the entries put last, as many as weigh at most `limit` together; one that weighs more is kept alone."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._weight = 0
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        """Return whether there is a value of a key."""
        return key in self._entries

    def items(self) -> Iterator[tuple[K, V]]:
        """Yield each key with its value."""
        yield from ((key, value) for key, (value, _) in self._entries.items())

    def get(self, key: K) -> V | None:
        """Return the value of a key, None where there is none."""
        entry = self._entries.get(key)
        return None if entry is None else entry[0]

    def remove(self, key: K) -> None:
        """Forget a key, if it is there."""
        _, weight = self._entries.pop(key, (None, 0))
        self._weight -= weight

    def put(self, key: K, value: V, weight: int) -> None:
        """Keep a value, and forget the oldest ones that are too many with it."""
        entries = self._entries
        if key in entries:
            self._weight -= entries.pop(key)[1]
        entries[key] = value, weight
        self._weight += weight
        while self._weight > self._limit and len(entries) > 1:
            _, (_, oldest) = entries.popitem(last=False)
            self._weight -= oldest
