"""The update runs of a fake fleet: what each was asked to do, its progress, and the actions of clients on it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import orjson

from ..pointer import JSON
from ..run.transitions import RESTARTABLE
from ..simulation.bodies import response_body
from ..simulation.by_version import trimmed
from ..simulation.node import Node
from ..simulation.plan import Plan
from ..simulation.simulator import ACTIVE, Simulator
from ..wording import listed, show
from .answers import Refused

MISSING_IMAGE = "NodeImageVersionNotAvailable"
"""The code of the error of a member that waits for a node image."""

_STARTABLE = ("NotStarted", *RESTARTABLE)
_SKIPPABLE = (*_STARTABLE, *ACTIVE)


@dataclass(slots=True, eq=False)
class Run:
    """An update run of a fake fleet."""

    plan: Plan
    simulator: Simulator

    @property
    def state(self) -> str:
        """The state of the run."""
        return self.plan.run.state

    @property
    def etag(self) -> str:
        """The eTag of the run, which changes with its body."""
        digest = hashlib.blake2b(orjson.dumps(response_body(self.plan, etag="")), digest_size=8).hexdigest()
        return f'"{digest[:8]}-0000-0700-0000-{digest[8:]}0000"'

    def body(self, version: str) -> JSON:
        """Return the body of a response at an api-version."""
        return trimmed(response_body(self.plan, etag=self.etag), "UpdateRun", version)

    def members(self) -> Iterator[Node]:
        """Yield the members of the run."""
        for stage in self.plan.run.children:
            for group in stage.children:
                yield from group.children

    # Requests

    def start(self) -> None:
        """Start the run, or start it again."""
        self._require("start", _STARTABLE)
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
            if node in self.simulator.skippable():  # and not yet skipped with what it is part of
                self.simulator.skip_node(node)

    def _require(self, action: str, states: Collection[str]) -> None:
        if self.state not in states:
            expected = f"expected a run that is {listed([*states], 'or')} to {action}, found one that is {self.state}"
            raise Refused(409, "OperationNotAllowed", expected)

    def _skippable(self, target: JSON, where: str) -> list[Node]:
        node = next((node for kind, name, node in self._targets() if (kind, name) == (target["type"], target["name"])), None)
        if node is None:
            raise Refused(400, "InvalidParameter", f"there is no {target['type']} {show(target['name'])} in the run", where)
        skippable = self.simulator.skippable()
        return [below for below in node.walk() if below in skippable]

    def _targets(self) -> Iterator[tuple[str, str, Node]]:
        for stage in self.plan.run.children:
            yield "Stage", stage.name, stage
            if stage.wait is not None:
                yield "AfterStageWait", stage.name, stage.wait
            yield from (("Group", group.name, group) for group in stage.children)
        yield from (("Member", member.name, member) for member in self.members())

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
            self.simulator.advance()
        for member in self.members():
            if member.state == "Failed" and member not in failed:
                failing.discard(member.name)
            if member.state == "Pending" and member.name in without_image:
                member.error = MISSING_IMAGE

