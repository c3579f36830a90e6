"""The parts of a run."""

from __future__ import annotations

from validator.pointer import JSON


def stages(run: JSON) -> list[JSON]:
    return list(run["properties"]["status"]["stages"])


def groups(run: JSON) -> list[JSON]:
    return [group for stage in stages(run) for group in stage["groups"]]


def members(run: JSON) -> list[JSON]:
    return [member for group in groups(run) for member in group.get("members", [])]
