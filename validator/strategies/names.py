"""Names for generated runs: usually such as people choose, sometimes at the bounds of their schemas."""

from __future__ import annotations

from functools import cache
from random import Random

from ..contract import schemas

_USUAL = {
    "UpdateRun.name": ("spring", "weekly-2025-15", "k8s-1-31-2", "node-images"),
    "UpdateStage.name": ("canary", "staging", "prod", "rest"),
    "UpdateGroup.name": ("canary-eu", "prod-eu", "prod-us", "test"),
    "UpdateRunsGet.fleetName": ("contoso", "retail", "fleet-eu", "hub-01"),
    "UpdateRunsGet.resourceGroupName": ("fleets", "rg-fleet-prod", "Retail_(EU).1", "hub"),
}


def choose_name(random: Random, kind: str) -> str:
    """Choose a name for a property of the schemas, such as `UpdateGroup.name`."""
    return random.choice(_options(kind))


def choose_names(random: Random, kind: str, count: int) -> list[str]:
    """Choose a number of different names for a property of the schemas."""
    names: list[str] = []
    for number in range(1, count + 1):
        names.append(random.choice([name for name in _options(kind) if name not in names] or [f"{_USUAL[kind][0]}-{number}"]))
    return names


@cache
def _options(kind: str) -> tuple[str, ...]:
    most = schemas.limit(kind, "maxLength")
    return (*_USUAL[kind] * 4, "a", "0--b-1", "x" * most, ("9-" * most)[: most - 1] + "z")


def numbered(name: str, kind: str, number: object) -> str:
    """Return a name that ends in a number, cut so that it is not too long for its property."""
    tail = f"-{number}"
    return name[: schemas.limit(kind, "maxLength") - len(tail)] + tail
