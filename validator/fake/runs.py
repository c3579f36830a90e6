"""The update runs of a fake fleet: what each was asked to do, its progress, and the actions of clients on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..pointer import JSON
from ..run.transitions import RESTARTABLE
from ..simulation.bodies import response_body
from ..simulation.node import ACTIVE, Gate, Node
from ..simulation.plan import Plan
from ..simulation.simulator import Simulator
from ..simulation.trimming import trimmed
from ..wording import listed, show
from .answers import Refused, tag_of

MISSING_IMAGE = "NodeImageVersionNotAvailable"
"""The code of the error of a member that waits for a node image."""

_STARTABLE = ("NotStarted", *RESTARTABLE)
_SKIPPABLE = (*_STARTABLE, *ACTIVE)


class PlacedGate(NamedTuple):
    """A gate with its type and its place: the stage, the group if it is at one, and the timing."""

    gate: Gate
    kind: str
    place: dict[str, str]


@dataclass(slots=True, eq=False)
class Run:
    """An update run of a fake fleet; `version` is the api-version that it was created with."""

    plan: Plan
    simulator: Simulator
    version: str

    @property
    def state(self) -> str:
        """The state of the run."""
        return self.plan.run.state

    @property
    def etag(self) -> str:
        """The eTag of the run, which changes with its body."""
        return tag_of(response_body(self.plan, etag=""))

    def body(self, version: str) -> JSON:
        """Return the body of a response at an api-version."""
        return trimmed(response_body(self.plan, etag=self.etag), "UpdateRun", version)

    def members(self) -> Iterator[Node]:
        """Yield the members of the run."""
        for stage in self.plan.run.children:
            for group in stage.children:
                yield from group.children

    # Requests

    def start(self, without_image: Collection[str]) -> None:
        """Start the run, or start it again; some members wait for a node image."""
        self._require("start", _STARTABLE)
        for member in self.members():
            member.pends = member.name in without_image
        if self.state == "NotStarted":
            self.simulator.start()
        else:
            self.simulator.restart()

    def stop(self) -> None:
        """Stop the run."""
        self._require("stop", ACTIVE)
        self.simulator.stop()

    def skip(self, targets: list[JSON]) -> None:
        """Skip everything below the targets that is not yet done or in progress, all of them or none."""
        self._require("skip", _SKIPPABLE)
        found = []
        for index, target in enumerate(targets):
            nodes = self._skippable(target, f"/targets/{index}")
            if not nodes:
                raise Refused(409, "OperationNotAllowed", f"nothing of {target['type']} {show(target['name'])} can be skipped any more")
            found += nodes
        for node in found:
            if node.state == "Failed":
                self._skip_failed(node)
            elif node in self.simulator.skippable():  # and not yet skipped with what it is part of
                self.simulator.skip_node(node)

    def _require(self, action: str, states: Collection[str]) -> None:
        if self.state not in states:
            expected = f"expected a run that is {listed([*states], 'or')} to {action}, found one that is {self.state}"
            raise Refused(409, "OperationNotAllowed", expected)

    def _skippable(self, target: JSON, where: str) -> list[Node]:
        node = next((node for kind, name, node in self._targets() if (kind, name) == (target["type"], target["name"])), None)
        if node is None:
            raise Refused(400, "InvalidParameter", f"there is no {target['type']} {show(target['name'])} in the run", where)
        failed = [
            member for group in self.simulator.groups if group.state == "Failed" for member in group.children if member.state == "Failed"
        ]
        skippable = [*self.simulator.skippable(), *failed]
        return [below for below in node.walk() if below in skippable]

    def _skip_failed(self, member: Node) -> None:
        """Skip a member that has failed. It keeps its times; its error is that of all that it is part of."""
        (group,) = (group for group in self.simulator.groups if member in group.children)
        for node in (group, self.simulator.stage, self.plan.run):
            if node is not None:
                node.error = member.error
        member.state, member.error = "Skipped", None

    def _targets(self) -> Iterator[tuple[str, str, Node]]:
        for stage in self.plan.run.children:
            yield "Stage", stage.name, stage
            if stage.wait is not None:
                yield "AfterStageWait", stage.name, stage.wait
            yield from (("Group", group.name, group) for group in stage.children)
        yield from (("Member", member.name, member) for member in self.members())

    # Gates

    def gates(self) -> Iterator[PlacedGate]:
        """Yield the gates that the run has come to."""
        stages = (self.plan.spec.get("strategy") or {}).get("stages", [])
        for stage, asked in zip(self.plan.run.children, stages, strict=False):
            holders = [({"stage": stage.name}, stage, asked)]
            holders += [
                ({"stage": stage.name, "group": group.name}, group, asked_group)
                for group, asked_group in zip(stage.children, asked.get("groups") or (), strict=False)
            ]
            for place, node, configured in holders:
                for key, timing, gates in (("beforeGates", "Before", node.before), ("afterGates", "After", node.after)):
                    for gate, configuration in zip(gates, configured.get(key) or (), strict=True):
                        if gate.opened:
                            yield PlacedGate(gate, configuration["type"], place | {"timing": timing})

    def close(self, gate: Gate, state: str) -> None:
        """Complete or skip a gate that is Pending."""
        if gate.state != "Pending":
            raise Refused(409, "OperationNotAllowed", f"expected a gate that is Pending, found one that is {gate.state}")
        self.simulator.close(gate, state)

    # Steps of the service

    def step(self, failing: set[str], without_image: Collection[str]) -> None:
        """Take the next step, in which some members would fail, each once, and some wait for a node image."""
        if self.state == "Pending" and any(member.state == "Pending" and member.name in without_image for member in self.members()):
            return
        for member in self.members():
            member.fails, member.pends = member.name in failing, member.name in without_image
        failed = {member for member in self.members() if member.state == "Failed"}
        if self.state == "Stopping":
            self.simulator.drain()
        elif self.state in ACTIVE:
            scheduled = [placed.gate for placed in self.gates() if placed.kind == "ScheduledStart" and placed.gate.state == "Pending"]
            if scheduled:
                self.simulator.close(scheduled[0])
            else:
                self.simulator.advance()
        for member in self.members():
            if member.state == "Failed" and member not in failed:
                failing.discard(member.name)
            if member.state == "Pending" and member.name in without_image:
                member.error = MISSING_IMAGE
