"""The steps of a simulated service: stages in sequence, groups in parallel, and members of a group up to a limit at a time.

Choices come from a `random.Random`: one that Hypothesis provides, so that it can shrink them, or a seeded one. Under
Hypothesis `choice` shrinks to the first option and `random()` to 0.0, so the plainest outcome comes first everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .node import ACTIVE, Gate, Node, closed, unopened
from .position import final_failures
from .progress import Progress


@dataclass(slots=True)
class Service(Progress):
    """A service that updates a run. Every public method is a step.

    Without `can_skip`, nothing is ever Skipped. Without `closes_gates`, the run waits at its gates until a client closes them. With
    `lets_fail`, some members fail where the strategy allows failures.
    """

    can_skip: bool = True
    closes_gates: bool = True
    lets_fail: bool = False

    def advance(self) -> None:
        """Take the next step of a run that is Running or Pending: for a member, a gate, a wait, a group, a stage or the run."""
        stage = self.stage
        if stage is None:
            self._end("Completed", self.run)
        elif self.run.state == "Pending":
            self._resume(stage)
        elif all(group.done for group in stage.children):
            self._after_groups(stage)
        elif stage.state == "NotStarted" and unopened(stage.before):
            self._open(stage.before, stage)
        elif steps := self._steps(stage):
            self.random.choice(steps)()
        else:
            for group in stage.children:
                if not group.children and not group.done:
                    self._begin(group, stage)
                    self._end("Completed", group)
                self._complete_group(group)

    def _steps(self, stage: Node) -> list[Callable[[], None]]:
        """Return the possible steps for the members and gates of the groups of a stage. Only an idle run can become Pending."""
        active = self.active()
        steps: list[Callable[[], None]] = [partial(self._complete, group, member) for group, member in active]
        for group, member in self.startable():
            if not member.pends:
                steps.append(partial(self._start_member, member, group, stage))
            elif not active:
                steps.append(partial(self._postpone, stage, group, member))
        for group in [] if active else [group for group in stage.children if not group.done]:
            gates = group.before if group.remaining else group.after
            if unopened(gates):
                steps.append(partial(self._open, gates, group, stage))
        return steps

    def _resume(self, stage: Node) -> None:
        """Close a gate, or end the wait that runs meanwhile, or else set everything that is Pending to Running."""
        gates = self.pending_gates()
        if gates and stage.wait is not None and self.waiting() and (not self.closes_gates or self.random.choice((False, True))):
            self._end_wait(stage, stage.wait)
        elif gates and self.closes_gates:
            self.close(gates[0], self.random.choice(("Completed", "Skipped")))
        elif not gates:
            self.run.state = "Running"
            for group, member in self.active():
                member.error = None
                self._begin(member, group, stage)

    # Gates

    def _open(self, gates: list[Gate], *holders: Node) -> None:
        """Set some gates to Pending, with what waits at them and is around it."""
        for gate in gates:
            gate.state, gate.opened = "Pending", True
            if self.random.choice((False, True)):
                gate.start_time = self.clock.stamp()
        self._hold(*holders)

    def close(self, gate: Gate, state: str = "Completed") -> None:
        """Set a gate that is Pending to Completed or Skipped; the run goes on after the last one."""
        self._end(state, gate)
        if self.run.state == "Pending" and self.stage is not None and not self.pending_gates():
            for group in self.groups:
                if group.state == "Pending":
                    self._begin(group)
            self._begin(self.stage, self.run)
            for group in self.groups:
                self._complete_group(group)

    def hold_at_gates(self) -> None:
        """Set the run, and what of it is at a gate, to Pending if a gate is."""
        for group in self.groups:
            if any(gate.state == "Pending" for gate in group.gates) and self.stage is not None:
                self._hold(group, self.stage)
        if self.stage is not None and any(gate.state == "Pending" for gate in self.stage.gates):
            self._hold(self.stage)

    # Members, groups and waits

    def _start_member(self, member: Node, *around: Node) -> None:
        self._reset(member)
        self._begin(member, *around)

    def complete_member(self) -> None:
        """Complete one of the active members."""
        self._complete(*self.random.choice(self.active()))

    def _complete(self, group: Node, member: Node) -> None:
        may_fail = self.lets_fail and member.state == "Running" and (group.fails or self._allows_failure(group))
        if member.fails or (may_fail and self.random.random() > 0.6):
            self._fail(group, member)
        else:
            self._end("Completed", member)
            self._complete_group(group)

    def _complete_group(self, group: Node) -> None:
        """End a group if all its members have ended, and the gates after it are closed."""
        are_done = all(member.done or (member.state == "Failed" and not member.again) for member in group.children)
        if not group.children or not are_done or group.done or group.fails or group.state == "Failed":
            return
        if group.start_time is None and group.state == "NotStarted":
            group.state = "Skipped"
            self._skip_gates(group)
        elif group.start_time is not None and closed(group.gates) and group.state != "Pending":
            self._end("Completed", group)

    def _after_groups(self, stage: Node) -> None:
        wait = stage.wait
        if stage.start_time is None:  # every group was skipped
            self._skip(stage)
        elif (wait is not None and wait.state == "NotStarted") or unopened(stage.after):
            if wait is not None and wait.state == "NotStarted":
                self._begin(wait)
            if unopened(stage.after):
                self._open(stage.after, stage)
        elif wait is not None and not wait.done:
            self._end_wait(stage, wait)
        else:
            self._end("Completed", stage)

    def _end_wait(self, stage: Node, wait: Node) -> None:
        self.clock.step(stage.wait_seconds)
        self._end("Completed", wait)

    def postpone(self) -> None:
        """Set the next member and its ancestors to Pending, as for a maintenance window or a missing node image."""
        stage = self.stage
        if stage is None or not self.can_postpone():
            return
        self._postpone(stage, *self.random.choice(self.startable()))

    def _postpone(self, stage: Node, group: Node, member: Node) -> None:
        member.pends = False
        self._reset(member)
        self._hold(member, group, stage)
        if self.random.choice((False, True)):
            member.error = "NodeImageVersionNotAvailable"

    # Failures

    def fail(self) -> None:
        """Let an active member fail; the run stops as soon as the other active members are done, unless the strategy allows the failure."""
        if not self.active() or self.stage is None:
            return
        group, member = self.random.choice(self.active())
        if member.start_time is None:
            self._begin(member, group, self.stage)
        self._fail(group, member)

    def _allows_failure(self, group: Node) -> bool:
        """Return whether one more member of a group of the current stage can fail."""
        return self.stage is not None and all(final_failures(node) < node.allowed for node in (group, self.stage))

    def _fail(self, group: Node, member: Node) -> None:
        is_allowed = self._allows_failure(group)
        member.error, member.fails = "UpgradeFailed", False
        self._end("Failed", member)
        if is_allowed:
            self._complete_group(group)
            return
        group.fails = True
        self._end_failing(group)
        if self.run.state != "Stopping":
            self.stop()

    def _end_failing(self, group: Node) -> None:
        """End a group that fails, if none of its members is active."""
        if group.fails and not group.active:
            group.fails = False
            self._end("Failed", group)

    # Stopping

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
            else:
                self._complete(group, member)
                self._end_failing(group)
            if not group.active and not group.done and group.state != "Failed":
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
