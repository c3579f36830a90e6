"""The state of a simulated run, of each of its parts, and of their gates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..rules.progress import DONE

ACTIVE = ("Running", "Pending")
"""The states of a member that is being updated, unless the run is being stopped."""


@dataclass(slots=True, eq=False)
class Status:
    """The state and the times of a part of a run, or of a gate."""

    state: str = "NotStarted"
    start_time: str | None = None
    completed_time: str | None = None

    @property
    def done(self) -> bool:
        """Whether the state is Completed or Skipped, so that the service continues with what follows."""
        return self.state in DONE


@dataclass(slots=True, eq=False)
class Gate(Status):
    """A gate before or after a stage or a group. It is `opened` when the run comes to it; the `number` is unique in the run."""

    number: int = 0
    display_name: str | None = None
    opened: bool = False


@dataclass(slots=True, eq=False)
class Node(Status):
    """A run, a stage, a group, a member or a wait.

    A member that `fails` does so at the end of its first attempt, and one that `pends` is Pending before it is updated; one that is
    Failed or Stopped is updated `again` after a restart. A group that `fails` does so as soon as none of its members is active.
    Of a stage or a group, `limit` is the number of members that can be updated at a time, and `allowed` the number that can fail. An
    `implicit` group is one that the service makes of the selector of a stage.
    """

    name: str = ""
    error: str | None = None
    attempt: int = 0
    children: list[Node] = field(default_factory=list)
    wait: Node | None = None
    wait_seconds: int | None = None
    before: list[Gate] = field(default_factory=list)
    after: list[Gate] = field(default_factory=list)
    limit: int = 1
    allowed: int = 0
    implicit: bool = False
    fails: bool = False
    pends: bool = False
    again: bool = False

    def walk(self) -> Iterator[Node]:
        """Yield the node and its descendants, which gates are not."""
        yield self
        for child in self.children:
            yield from child.walk()
        if self.wait is not None:
            yield self.wait

    @property
    def failures(self) -> int:
        """The number of members below the node that are Failed."""
        return sum(child.failures for child in self.children) if self.children else int(self.state == "Failed")

    @property
    def gates(self) -> list[Gate]:
        """The gates before and after the node."""
        return [*self.before, *self.after]

    @property
    def active(self) -> list[Node]:
        """The members of a group that are being updated."""
        return [member for member in self.children if member.state in (*ACTIVE, "Stopping")]

    @property
    def remaining(self) -> list[Node]:
        """The members of a group that are yet to be updated."""
        return [member for member in self.children if member.state == "NotStarted" or member.again]


def unopened(gates: list[Gate]) -> bool:
    """Return whether the run is yet to come to some gates; never if there are none."""
    return any(gate.state == "NotStarted" for gate in gates)


def closed(gates: list[Gate]) -> bool:
    """Return whether all of some gates are Completed or Skipped."""
    return all(gate.done for gate in gates)
