"""What a check of one item found, and the observers of a check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from ..findings import Finding
from ..readers.items import Item
from .body import CheckedInstance
from .history import Event, HistoryStep


class Checked(NamedTuple):
    """What a check of one item found: findings in the order of the item, and the captures in it, for its history.

    `version` is the api-version that judged it, empty for what could not be read. `instances` are what of it was checked against the
    schemas, and `is_page` is whether that is a page of runs.
    """

    findings: list[Finding]
    captures: list[Event]
    version: str = ""
    instances: Sequence[CheckedInstance] = ()
    is_page: bool = False


class Observer(Protocol):
    """An observer of a check, which is shown more than the findings.

    With several processes each has one, and sends what is new in it to that of the main process.
    """

    def add_item(self, item: Item, checked: Checked, source: str) -> None:
        """Observe an item with what a check of it found."""

    def add_steps(self, steps: Iterable[HistoryStep], findings: Iterable[Finding], item: Item | None) -> None:
        """Observe the steps to the captures in an item, and the findings about these steps; the item is None where it is not needed."""

    def needs_item(self, steps: Iterable[HistoryStep]) -> bool:
        """Return whether `add_steps` needs the item with the captures, which has to be read again."""

    def take(self) -> Any:
        """Return what was observed since the last call, as a value that can be sent to another process."""

    def put(self, taken: Any, *, lines: int = 0, entries: int = 0) -> None:
        """Add what another observer took from a piece of a file, so many lines and entries after the beginning of the file."""
