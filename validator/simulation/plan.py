"""The run that a simulated service is given: its ids, what a client sets, and the nodes to take through their lives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from ..contract.drift import documented
from ..pointer import JSON
from ..rules.concurrency import MAX_CONCURRENCY
from ..rules.gates import GATES
from .node import Gate, Node

DEFAULT = "default"
"""The name of the stage and the group of a run without a strategy. That of the implicit group of a stage is undocumented."""

IMAGES = ("AKSUbuntu-2204gen2containerd-202504.06.0", "AKSAzureLinux-V2gen2-202502.26.0", "AKSWindows-2022-containerd-20348.3328.250311")

SUBSCRIPTION = "01234567-89ab-cdef-0123-456789abcdef"

_MAX_INT32 = 2**31 - 1
_DIGITS = len(str(_MAX_INT32)) + 1
"""Digits of a number that are read; more are as good as many."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The resource ids of a fleet, as the service spells them: ids are compared ignoring case."""

    subscription: str
    resource_group: str
    fleet: str
    groups: str
    provider: str
    upper: bool

    def id_of(self, kind: str, name: str) -> str:
        """Return the id of a resource of the fleet, such as an `updateRuns`."""
        fleet, name = (name.upper() if self.upper else name for name in (self.fleet, name))
        return (
            f"/subscriptions/{self.subscription}/{self.groups}/{self.resource_group}/providers/{self.provider}/fleets/{fleet}/{kind}/{name}"
        )

    def cluster_id(self, name: str) -> str:
        """Return the id of a managed cluster."""
        scope = f"/subscriptions/{self.subscription}/resourcegroups/clusters/providers/{self.provider}"
        return f"{scope}/managedClusters/{name.upper() if self.upper else name}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A run as it was created: its name, its `spec` (the properties that a client sets), and the `run` to simulate.

    `created` is a time in nanoseconds, `digits` the numbers of fraction digits that times can have, `details` whether
    members and errors have their optional properties, and `message` the form of the messages of members.
    """

    name: str
    scope: Scope
    spec: dict[str, JSON]
    run: Node
    created: int
    digits: tuple[int, ...]
    details: bool
    message: str
    created_by_type: str
    skipped: frozenset[str]
    version: str

    def has(self, fact: str) -> bool:
        """Return whether the version documents a fact, such as `UpdateState=Skipped` (`contract/drift.py`)."""
        return fact in documented(self.version)


def make_run(strategy: JSON, sizes: list[int]) -> Node:
    """Return the run that the service makes of a strategy, or of none, with so many members in each group.

    A stage without groups has an implicit one, with the numbers of the stage.
    """
    stages: list[JSON] = strategy["stages"] if strategy else [{"name": DEFAULT, "groups": [{"name": DEFAULT}]}]
    remaining, numbers, gate_numbers = iter(sizes), count(1), count(1)
    run = Node()
    for asked in stages:
        seconds = int(asked.get("afterStageWaitInSeconds", 0))  # JSON Schema's integers include 60.0
        stage = Node(name=asked["name"], wait_seconds=seconds, wait=Node() if seconds > 0 else None)
        for part in asked.get("groups") or ({"name": DEFAULT},):
            members = [Node(name=f"aks-{next(numbers):02}") for _ in range(next(remaining))]
            stage.children.append(_restricted(Node(name=part["name"], children=members), part, len(members), gate_numbers))
        run.children.append(_restricted(stage, asked, sum(len(group.children) for group in stage.children), gate_numbers, MAX_CONCURRENCY))
        if not asked.get("groups"):
            (group,) = stage.children
            group.implicit, group.limit, group.allowed = True, stage.limit, stage.allowed
    return run


def _restricted(node: Node, asked: JSON, members: int, numbers: Iterator[int], limit: int = 1) -> Node:
    """Set the gates and the limits of a stage or a group; without a number, there is a usual `limit`."""
    node.before, node.after = (
        [Gate(number=next(numbers), display_name=gate.get("displayName")) for gate in asked.get(key) or ()] for key in GATES
    )
    concurrency, failures = asked.get("maxConcurrency"), asked.get("maxAllowedFailures")
    node.limit = limit if concurrency is None else min(MAX_CONCURRENCY, max(1, _resolved(concurrency, members, rounded_up=False)))
    node.allowed = 0 if failures is None else _resolved(failures, members, rounded_up=True)
    return node


def _resolved(text: str, members: int, *, rounded_up: bool) -> int:
    """Return a number, or a percentage of the members, as the number that the status shows."""
    if not text.endswith("%"):
        return min(int(text[:_DIGITS]), _MAX_INT32)
    return (int(text[:-1]) * members + (99 if rounded_up else 0)) // 100
