"""A simulated service that takes an update run step by step: stages in sequence, groups in parallel, members one at a time.

Choices come from a `random.Random`: one that Hypothesis provides, so that it can shrink them, or a seeded one. Under
Hypothesis `choice` shrinks to the first option and `random()` to 0.0, so the plainest outcome comes first everywhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from ..run.transitions import RESTARTABLE
from .clock import Clock
from .node import Node

ACTIVE = ("Running", "Pending")


@dataclass(slots=True)
class Simulator:
    """An update run in progress. Every public method that is a verb is a step of the service or a request of a client.

    With `keeps_one_member`, `skip` never skips the last member that is NotStarted. Without `can_skip`, nothing is ever Skipped.
    """

    run: Node
    clock: Clock
    random: Random
    keeps_one_member: bool = False
    can_skip: bool = True

    def _begin(self, *nodes: Node) -> None:
        for node in nodes:
            node.state = "Running"
            if node.start_time is None:
                node.start_time = self.clock.stamp()

    def _end(self, state: str, *nodes: Node) -> None:
        for node in nodes:
            node.state = state
            node.completed_time = self.clock.stamp()

    # The position of the run

    @property
    def stage(self) -> Node | None:
        """The first stage that is not done."""
        return next((stage for stage in self.run.children if not stage.done), None)

    def active(self) -> list[tuple[Node, Node]]:
        """Return the members that are being updated, each as a pair of its group and itself."""
        groups = self.stage.children if self.stage is not None else []
        return [(group, member) for group in groups for member in group.children if member.state in (*ACTIVE, "Stopping")]

    def waiting(self) -> bool:
        """Return whether the wait of the current stage is Running."""
        return self.stage is not None and self.stage.wait is not None and self.stage.wait.state == "Running"

    def can_postpone(self) -> bool:
        """Return whether `postpone` has a member to postpone."""
        return not self.active() and bool(self._startable())

    def not_started(self) -> list[Node]:
        """Return the members that are NotStarted."""
        groups = [group for stage in self.run.children for group in stage.children]
        return [member for group in groups for member in group.children if member.state == "NotStarted"]

    def is_fated(self) -> bool:
        """Return whether a member is yet to fail or to be Pending because the caller said so."""
        return any(node.fails or node.pends for node in self.run.walk())

    def _startable(self) -> list[tuple[Node, Node]]:
        groups = self.stage.children if self.stage is not None else []
        idle = [group for group in groups if not group.done and not any(member.state in ACTIVE for member in group.children)]
        waiting = [(group, [member for member in group.children if member.state == "NotStarted"]) for group in idle]
        return [(group, members[0]) for group, members in waiting if members]

    # Steps of the service

    def start(self) -> None:
        """Start a run that is NotStarted. Groups without members are skipped, if they can be."""
        self._begin(self.run)
        self._skip_empty()

    def _skip_empty(self) -> None:
        for stage in self.run.children if self.can_skip else ():
            for group in stage.children:
                if not group.children and not group.done:
                    self._skip(group)

    def advance(self) -> None:
        """Take the next step of a run that is Running or Pending: begin or complete a member, a wait, a stage or the run."""
        stage = self.stage
        if stage is None:
            self._end("Completed", self.run)
            return
        if self.run.state == "Pending":
            self._resume(stage)
            return
        active = self.active()
        # Only an idle run can become Pending.
        startable = [(group, member) for group, member in self._startable() if not (member.pends and active)]
        steps = [*((True, pair) for pair in active), *((False, pair) for pair in startable)]
        if steps:
            completing, (group, member) = self.random.choice(steps)
            if completing:
                self._complete(group, member)
            elif member.pends:
                self._postpone(stage, group, member)
            else:
                self._begin(member, group, stage)
        elif all(group.done for group in stage.children):
            self._after_groups(stage)
        else:
            for group in stage.children:
                if not group.children and not group.done:
                    self._begin(group, stage)
                    self._end("Completed", group)
                self._complete_group(group)

    def _resume(self, stage: Node) -> None:
        """Set everything that is Pending to Running, from the members up to the run."""
        self.run.state = "Running"
        for group, member in self.active():
            member.error = None
            self._begin(member, group, stage)

    def complete_member(self) -> None:
        """Complete one of the active members."""
        self._complete(*self.random.choice(self.active()))

    def _complete(self, group: Node, member: Node) -> None:
        if member.fails:
            self._fail(group, member)
        else:
            self._end("Completed", member)
            self._complete_group(group)

    def _complete_group(self, group: Node) -> None:
        """End a group if all its members are done."""
        if group.children and all(member.done for member in group.children) and not group.done:
            if group.start_time is not None:
                self._end("Completed", group)
            else:
                group.state = "Skipped"

    def _after_groups(self, stage: Node) -> None:
        wait = stage.wait
        if stage.start_time is None:  # every group was skipped
            self._skip(stage)
        elif wait is None or wait.done:
            self._end("Completed", stage)
        elif wait.state == "Running":
            self.clock.step(stage.wait_seconds)
            self._end("Completed", wait)
        else:
            self._begin(wait)

    def postpone(self) -> None:
        """Set the next member and its ancestors to Pending, as for a maintenance window or a missing node image."""
        stage = self.stage
        if stage is None or not self.can_postpone():
            return
        self._postpone(stage, *self.random.choice(self._startable()))

    def _postpone(self, stage: Node, group: Node, member: Node) -> None:
        member.pends = False
        for node in (member, group, stage):
            node.state = "Pending"
            if node.start_time is None and self.random.choice((False, True)):
                node.start_time = self.clock.stamp()
        self._stamp_ancestors(member, group, stage)
        self.run.state = "Pending"
        if self.random.choice((False, True)):
            member.error = "NodeImageVersionNotAvailable"

    def _stamp_ancestors(self, *from_inside: Node) -> None:
        """Stamp the start of every node of which a descendant has started."""
        started = False
        for node in from_inside:
            started = started or node.start_time is not None
            if started and node.start_time is None:
                node.start_time = self.clock.stamp()

    def fail(self) -> None:
        """Let an active member and its group fail; the run stops as soon as the other active members are done."""
        if not self.active() or self.stage is None:
            return
        group, member = self.random.choice(self.active())
        if member.start_time is None:
            self._begin(member, group, self.stage)
        self._fail(group, member)

    def _fail(self, group: Node, member: Node) -> None:
        member.error, member.fails = "UpgradeFailed", False
        self._end("Failed", member, group)
        if self.run.state != "Stopping":
            self.stop()

    def stop(self) -> None:
        """Stop the run. Active members are completed first."""
        stage = self.stage
        self.run.state = "Stopping"
        if stage is None or (stage.start_time is None and stage.state == "NotStarted"):
            self._end_stopping()
            return
        stage.state = "Stopping"
        for group in stage.children:
            if group.state in ACTIVE:
                group.state = "Stopping"
            for member in group.children:
                if member.state == "Pending":
                    member.state = "Stopping"
        if stage.wait is not None and stage.wait.state == "Running":
            stage.wait.state = "Stopping"
        self._end_if_drained()

    def drain(self) -> None:
        """Complete one of the active members, or stop the wait, of a run that is Stopping."""
        pairs = self.active()
        stage = self.stage
        if pairs:
            group, member = self.random.choice(pairs)
            if member.state == "Stopping":
                member.state = "Stopped"
                group.state = "Stopped"
            else:
                self._complete(group, member)
                if not group.done and group.state != "Failed":
                    group.state = "Stopped"
        elif stage is not None and stage.wait is not None and stage.wait.state == "Stopping":
            stage.wait.state = "Stopped"
        self._end_if_drained()

    def _end_if_drained(self) -> None:
        stage = self.stage
        if self.active() or stage is None or (stage.wait is not None and stage.wait.state == "Stopping"):
            return
        for group in stage.children:
            if group.state == "Stopping":
                group.state = "Stopped"
        if any(group.state == "Failed" for group in stage.children):
            self._end("Failed", stage)
        else:
            stage.state = "Stopped"
        self._end_stopping()

    def _end_stopping(self) -> None:
        if self.stage is not None and self.stage.state == "Failed":
            self._end("Failed", self.run)
        else:
            self.run.state = "Stopped"

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
                    if member.state in RESTARTABLE:
                        member.start_time, member.error = None, None
                        member.attempt += 1
                        self._begin_again(member)
                self._begin_again(group)
        self._begin_again(stage)
        if stage.wait is not None and stage.wait.state == "Stopped":
            self._begin_again(stage.wait)
        for group, _ in self.active():
            if group.start_time is None:
                group.start_time = self.clock.stamp()

    def _begin_again(self, node: Node) -> None:
        node.completed_time = None
        self._begin(node)

    # Requests to skip

    def skip(self) -> None:
        """Skip a member, a group or a stage that is NotStarted, or a wait that is NotStarted or Running."""
        options: list[Node] = []
        for stage in self.run.children if self.can_skip else ():
            if not stage.done and stage.state != "Stopping":
                options += [node for group in stage.children for node in group.walk() if node.state == "NotStarted"]
            if stage.wait is not None and stage.wait.state in {"NotStarted", "Running"} and stage.state in {"NotStarted", "Running"}:
                options.append(stage.wait)
            if stage.state == "NotStarted" and not any(group.state == "Failed" for group in stage.children):
                options.append(stage)
        if self.keeps_one_member:
            options = [node for node in options if {*self.not_started()} - {*node.walk()}]
        if options:
            self._skip(self.random.choice(options))
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
            for group in stage.children:
                self._complete_group(group)

    def _skip(self, root: Node) -> None:
        for node in root.walk():
            if node.state == "NotStarted" or (node is root and node.state == "Running"):
                node.state = "Skipped"
        # All four combinations of times were observed on Skipped nodes. Which one it is depends on the clock, not on a draw.
        times = self.clock.choose(4)
        stamp = self.clock.stamp()
        if times in {1, 3}:
            root.completed_time = stamp
        if times in {2, 3} and root.start_time is None:
            root.start_time = stamp
