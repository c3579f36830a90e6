"""The run that a simulated service is given: its ids, what a client sets, and the nodes to take through their lives."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from ..contract.drift import documented
from ..pointer import JSON
from .node import Node

IMAGES = ("AKSUbuntu-2204gen2containerd-202504.06.0", "AKSAzureLinux-V2gen2-202502.26.0", "AKSWindows-2022-containerd-20348.3328.250311")

SUBSCRIPTION = "01234567-89ab-cdef-0123-456789abcdef"


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
    """Return the run that the service makes of a strategy, or of none, with so many members in each group."""
    stages: list[JSON] = strategy["stages"] if strategy else [{"name": "default", "groups": [{"name": "default"}]}]
    remaining, numbers = iter(sizes), count(1)
    run = Node()
    for stage in stages:
        seconds = stage.get("afterStageWaitInSeconds", 0)
        groups = [
            Node(group["name"], children=[Node(f"aks-{next(numbers):02}") for _ in range(next(remaining))]) for group in stage["groups"]
        ]
        run.children.append(Node(stage["name"], children=groups, wait_seconds=seconds, wait=Node() if seconds > 0 else None))
    return run
