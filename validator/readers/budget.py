"""The budget of a file: how much work its content may make, in proportion to its size.

A few kilobytes may unfold to gigabytes: compressed content, aliases of YAML, and bodies of recordings that are compressed themselves.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..limits import ENTRY_WORK, FREE_WORK, WORK_PER_BYTE
from .items import Exchange, Item, Text, Unreadable
from .streams import Gunzipped, Stream, buffered

_SPENT_MESSAGE = f"unfolds to more than {FREE_WORK // 2**20} MiB and {WORK_PER_BYTE} times the size of the file; the rest is not read"
SPENT = Unreadable("input/too-large", _SPENT_MESSAGE, relevant=False)


_BODY_WORK = 2
"""How much longer a byte of a body takes than one that is only decompressed, as it is checked, too."""


class Spent(Exception):
    """A file makes more work than its budget allows."""


class Budget:
    """The work that a file may still make, in bytes to process."""

    def __init__(self) -> None:
        self._left = FREE_WORK

    def earn(self, size: int) -> None:
        """Add the work that a number of bytes of the file may make."""
        self._left += size * WORK_PER_BYTE

    def spend(self, work: int) -> None:
        """Subtract work. Raises Spent if there is no more."""
        self._left -= work
        if self._left < 0:
            raise Spent


def unfolded(stream: io.BufferedReader, budget: Budget) -> io.BufferedReader:
    """Return a stream of the content of a gzip stream. Reading it raises Spent where the content unfolds to too much."""
    return buffered(Gunzipped(Stream(stream.readinto1, budget.earn).read).readinto, budget.spend)


def within(items: Iterable[Item], budget: Budget, *, is_compressed: bool) -> Iterator[Item]:
    """Yield items until the budget is spent, and then the problem that it is.

    An exchange counts with what its bodies unfold to, and its text adds to the budget. In a compressed file any other item counts, too.
    """
    text: Text | None = None
    problem = SPENT
    try:
        for item in items:
            if isinstance(item, Exchange):
                if item.text is not None and item.text is not text and not is_compressed:
                    text = item.text
                    budget.earn(len(text.data))
                problem = replace(SPENT, entry=item.entry, text=item.text, relevant=True)
                budget.spend(ENTRY_WORK + _BODY_WORK * item.unfolded)
            elif is_compressed:
                budget.spend(ENTRY_WORK)
            yield item
    except Spent:
        yield problem
