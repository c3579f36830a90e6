"""A simulated service with its clients: what they ask for is a step, as what the service does is."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from ..run.transitions import RESTARTABLE
from .node import Node
from .service import Service


@dataclass(slots=True)
class Simulator(Service):
    """An update run in progress. Every public method that is a verb is a step of the service or a request of a client."""

    def start(self) -> None:
        """Start a run that is NotStarted. Groups without members are skipped, if they can be."""
        self._begin(self.run)
        self._skip_empty()

    def _skip_empty(self) -> None:
        """Skip the groups without members; the service does not change their gates."""
        for stage in self.run.children if self.can_skip else ():
            for group in stage.children:
                if not group.children and not group.done:
                    group.state = "Skipped"
                    self._stamp_skipped(group)

    def restart(self) -> None:
        """Start a run again that is Failed or Stopped. Failed members get another attempt."""
        self._begin_again(self.run)
        self._skip_empty()
        stage = self.stage
        if stage is None or (stage.start_time is None and stage.state == "NotStarted"):
            return
        for group in stage.children:
            if group.state in RESTARTABLE:
                for member in group.children:
                    member.again = member.state in RESTARTABLE
                while (next_one := self._next_attempt(group)) is not None:
                    self._start_member(next_one)
                self._begin_again(group)
        self._begin_again(stage)
        if stage.wait is not None and stage.wait.state == "Stopped":
            self._begin_again(stage.wait)
        for group, _ in self.active():
            if group.start_time is None:
                group.start_time = self.clock.stamp()
        self.hold_at_gates()

    def _next_attempt(self, group: Node) -> Node | None:
        """Return the next member of a group that is to be updated again and can be now."""
        return next((member for other, member in self.startable() if other is group and member.again and not member.pends), None)

    def _begin_again(self, node: Node) -> None:
        node.completed_time = node.error = None
        self._begin(node)

    # Requests to skip

    def skippable(self) -> list[Node]:
        """Return the members, groups and stages that are NotStarted, and the waits that are NotStarted or Running."""
        options: list[Node] = []
        for stage in self.run.children if self.can_skip else ():
            if not stage.done and stage.state != "Stopping":
                options += [node for group in stage.children for node in group.walk() if node.state == "NotStarted"]
            if stage.wait is not None and stage.wait.state in {"NotStarted", "Running"} and stage.state in {"NotStarted", "Running"}:
                options.append(stage.wait)
            if stage.state == "NotStarted" and not any(group.state == "Failed" for group in stage.children):
                options.append(stage)
        return options

    def skip(self, allows: Callable[[Collection[Node]], bool] = lambda _: True) -> None:
        """Skip something, if the caller allows it."""
        options = [node for node in self.skippable() if allows([*node.walk()])]
        if options:
            self.skip_node(self.random.choice(options))

    def skip_node(self, node: Node) -> None:
        """Skip a member, a group, a stage or a wait, with all that is NotStarted below it."""
        self._skip(node)
        self._complete_groups()

    def skip_all(self) -> None:
        """Skip every stage, and with them the run."""
        for stage in self.run.children:
            self._skip(stage)
        self.run.state = "Skipped"

    def skip_members(self, names: Collection[str]) -> None:
        """Skip the members with some names, of a run that is NotStarted."""
        for member in self.not_started():
            if member.name in names:
                self._skip(member)
        self._complete_groups()

    def _complete_groups(self) -> None:
        for stage in self.run.children:
            for group in stage.children if stage.state != "Failed" else ():  # it has ended, until it is started again
                self._complete_group(group)
