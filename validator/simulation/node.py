"""The state of a simulated run, and of each of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..rules.progress import DONE


@dataclass(slots=True, eq=False)
class Node:
    """A run, a stage, a group, a member or a wait.

    A member that `fails` does so at the end of its first attempt, and one that `pends` is Pending before it is updated.
    """

    name: str = ""
    state: str = "NotStarted"
    start_time: str | None = None
    completed_time: str | None = None
    error: str | None = None
    attempt: int = 0
    children: list[Node] = field(default_factory=list)
    wait: Node | None = None
    wait_seconds: int | None = None
    fails: bool = False
    pends: bool = False

    def walk(self) -> Iterator[Node]:
        """Yield the node and its descendants."""
        yield self
        for child in self.children:
            yield from child.walk()
        if self.wait is not None:
            yield self.wait

    @property
    def done(self) -> bool:
        """Whether the node is Completed or Skipped, so that the service continues with the next one."""
        return self.state in DONE
