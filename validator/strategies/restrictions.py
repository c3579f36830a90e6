"""What holds up the stages and groups of generated strategies: gates, limits of members at a time, allowed failures; and selectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ..contract.drift import documented
from ..pointer import JSON
from ..rules.gates import GATES

Restrictions = Mapping[str, JSON]
"""Properties of a stage or a group. A stage with None for its `groups` has none, and one implicit group."""

_APPROVAL = {"type": "Approval"}
_SIGN_OFF = {"displayName": "sign-off", "type": "Approval"}
_SCHEDULED = {
    "displayName": "after the weekend",
    "type": "ScheduledStart",
    "scheduledStartConfiguration": {"startDay": "Monday", "startTime": "08:00", "utcOffset": "+01:00"},
}

_USUAL: dict[str, tuple[Restrictions, ...]] = {
    "UpdateStage": (
        {},
        {"beforeGates": [_APPROVAL]},
        {"afterGates": [_SIGN_OFF]},
        {"beforeGates": [_SIGN_OFF, _APPROVAL], "afterGates": [_APPROVAL]},
        {"maxConcurrency": "2"},
        {"maxConcurrency": "50%"},
        {"maxAllowedFailures": "2"},
        {"maxAllowedFailures": "50%", "maxConcurrency": "100%"},
        {"maxAllowedFailures": "100%"},
        {"beforeGates": [_SCHEDULED], "maxAllowedFailures": "1"},
        {"groups": None, "memberSelector": {"byLabel": "env=test"}, "maxConcurrency": "3", "maxAllowedFailures": "34%"},
        {"groups": None, "memberSelector": {"byLabel": "tier in (web, api),!legacy"}, "beforeGates": [_APPROVAL]},
        {"memberSelector": {"byLabel": "region!=eu"}},
    ),
    "UpdateGroup": (
        {},
        {"beforeGates": [_SIGN_OFF]},
        {"afterGates": [_APPROVAL, _APPROVAL]},
        {"maxConcurrency": "3"},
        {"maxConcurrency": "100%", "afterGates": [_APPROVAL]},
        {"maxAllowedFailures": "1"},
        {"maxAllowedFailures": "1"},
        {"maxAllowedFailures": "100%", "maxConcurrency": "50%"},
        {"maxAllowedFailures": "50%", "beforeGates": [_SCHEDULED]},
        {"memberSelector": {"byLabel": "env=prod"}, "maxConcurrency": "2"},
    ),
}
"""What the stages and the groups of a strategy have if nothing else is ordered, the plainest first."""


def required(given: Mapping[str, Any]) -> dict[str, Restrictions]:
    """Return what each stage and each group must have by the options of a caller."""
    stage: dict[str, JSON] = {"beforeGates": [_APPROVAL]} if given.get("gates") else {}
    group: dict[str, JSON] = {"maxConcurrency": given["max_concurrency"]} if "max_concurrency" in given else {}
    failures = {"maxAllowedFailures": given["max_allowed_failures"]} if "max_allowed_failures" in given else {}
    return {"UpdateStage": stage | failures, "UpdateGroup": group | failures}


def options(definition: str, version: str, excluded: frozenset[str], needed: Restrictions) -> list[Restrictions]:
    """Return the possible restrictions of a stage or a group by an api-version: without some properties, and with others."""
    return [{**needed, **known} for known in _documented(definition, version) if excluded.isdisjoint(known)]


@cache
def _documented(definition: str, version: str) -> list[dict[str, JSON]]:
    facts = documented(version)
    return [dict(known) for known in _USUAL[definition] if facts.issuperset(_facts(definition, known))]


def _facts(definition: str, known: Restrictions) -> Iterator[str]:
    for name, value in known.items():
        yield f"{definition}.{name}"
        yield from (f"GateType={gate['type']}" for gate in value or () if name in GATES)
