"""Which resource is an update run, and which run it is."""

from __future__ import annotations

import re
from typing import TypeAlias

from ..contract.formats import to_microsecond
from ..pointer import JSON
from .nodes import dig

RUN_TYPE = "Microsoft.ContainerService/fleets/updateRuns"

_RUN_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.ContainerService/fleets/[^/]+/updateRuns/([^/]+)", re.IGNORECASE
)


def name_in_id(identity: str) -> str | None:
    """Return the name of the run that a resource id is of, None where it is not the id of a run in a resource group."""
    match = _RUN_ID.fullmatch(identity)
    return None if match is None else match[1]


Key: TypeAlias = tuple[str, str]
"""Which run it is: its id in lower case, and the microsecond of its creation."""

MICROSECOND = 1000
"""Nanoseconds; the az CLI writes no more of a time."""


def key_of(run: JSON) -> Key | None:
    """Return which run a response is about, given as an object or as nodes guard it; None where it does not say."""
    identity, created = dig(run, "id"), dig(run, "systemData", "createdAt")
    return None if identity is None or created is None else (identity.lower(), to_microsecond(created))
