"""The position of a simulated run: what is in progress, and what can happen next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .node import Gate, Node, closed


@dataclass(slots=True)
class Position:
    """The position of a run between its creation and its end."""

    run: Node

    @property
    def stage(self) -> Node | None:
        """The first stage that is not done."""
        return next((stage for stage in self.run.children if not stage.done), None)

    @property
    def groups(self) -> list[Node]:
        """The groups of the first stage that is not done."""
        return [] if self.stage is None else self.stage.children

    def active(self) -> list[tuple[Node, Node]]:
        """Return the members that are being updated, each as a pair of its group and itself."""
        return [(group, member) for group in self.groups for member in group.active]

    def waiting(self) -> bool:
        """Return whether the wait of the current stage is Running."""
        return self.stage is not None and self.stage.wait is not None and self.stage.wait.state == "Running"

    def pending_gates(self) -> list[Gate]:
        """Return the gates at which the run waits."""
        holders = [] if self.stage is None else [self.stage, *self.groups]
        return [gate for holder in holders for gate in holder.gates if gate.state == "Pending"]

    def startable(self) -> list[tuple[Node, Node]]:
        """Return the next member of each group in which another one can be updated now, as a pair of its group and itself."""
        stage = self.stage
        if stage is None or not closed(stage.before) or len(self.active()) >= stage.limit:
            return []
        open_groups = [group for group in self.groups if not group.done and closed(group.before) and len(group.active) < group.limit]
        return [(group, group.remaining[0]) for group in open_groups if group.remaining]

    def can_postpone(self) -> bool:
        """Return whether a member can become Pending: only that of an idle run can."""
        return self.run.state != "Pending" and not self.active() and bool(self.startable())

    def not_started(self) -> list[Node]:
        """Return the members that are NotStarted."""
        groups = [group for stage in self.run.children for group in stage.children]
        return [member for group in groups for member in group.children if member.state == "NotStarted"]

    def is_fated(self) -> bool:
        """Return whether a member is yet to fail or to be Pending because the caller said so."""
        return any(node.fails or node.pends for node in self.run.walk())

    def can_fail(self, without: Collection[Node] = ()) -> bool:
        """Return whether the run fails if all members do that are yet to end, except some."""
        for stage in self.run.children:
            left = [len({*group.active, *group.remaining}.difference(without)) for group in stage.children]
            failures = [final_failures(group) for group in stage.children]
            if any(more and more + failed > group.allowed for group, more, failed in zip(stage.children, left, failures, strict=True)):
                return True
            if any(left) and sum(left) + sum(failures) > stage.allowed:
                return True
        return False


def final_failures(node: Node) -> int:
    """Return the number of members below a stage or a group that are Failed and are not updated again."""
    return sum(member.state == "Failed" and not member.again for member in node.walk() if not member.children)
