"""The changes of a simulated run: the states that its parts take, and the times that are stamped then."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .clock import Clock
from .node import Node, Status
from .position import Position


@dataclass(slots=True)
class Progress(Position):
    """A run that changes, by a clock, and as is chosen."""

    clock: Clock
    random: Random

    def _begin(self, *nodes: Node) -> None:
        for node in nodes:
            node.state = "Running"
            if node.start_time is None:
                node.start_time = self.clock.stamp()

    def _end(self, state: str, *nodes: Status) -> None:
        for node in nodes:
            node.state = state
            node.completed_time = self.clock.stamp()

    def _reset(self, member: Node) -> None:
        """Remove what is left of the last attempt, if the member is to be updated again."""
        if member.again:
            member.start_time = member.completed_time = member.error = None
            member.attempt += 1
            member.again = False

    def _hold(self, *from_inside: Node) -> None:
        """Set parts of the run, and the run, to Pending. They may have no start, unless something below has one."""
        for node in from_inside:
            node.state = "Pending"
            if node.start_time is None and self.random.choice((False, True)):
                node.start_time = self.clock.stamp()
        self._stamp_ancestors(*from_inside)
        self.run.state = "Pending"

    def _stamp_ancestors(self, *from_inside: Node) -> None:
        """Stamp the start of every node of which a descendant has started."""
        started = False
        for node in from_inside:
            started = started or node.start_time is not None
            if started and node.start_time is None:
                node.start_time = self.clock.stamp()

    def _skip(self, root: Node) -> None:
        for node in root.walk():
            if node.state == "NotStarted" or (node is root and node.state == "Running"):
                node.state = "Skipped"
                self._skip_gates(node)
        self._stamp_skipped(root)

    def _stamp_skipped(self, root: Node) -> None:
        # All four combinations of times were observed on Skipped nodes. Which one it is depends on the clock, not on a draw.
        times = self.clock.choose(4)
        stamp = self.clock.stamp()
        if times in {1, 3}:
            root.completed_time = stamp
        if times in {2, 3} and root.start_time is None:
            root.start_time = stamp

    def _skip_gates(self, node: Node) -> None:
        for gate in node.gates:
            if not gate.done:
                self._end("Skipped", gate)
