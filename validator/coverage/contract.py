"""All that can occur of the contract of an api-version, and what of that no document has to show, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ..contract import schemas
from ..contract.drift import documented
from ..contract.objects import object_schemas
from ..contract.operations import ERROR_CODES, SKIP, STATUSES
from ..contract.schemas import PARAMETERS
from ..rules.by_version import rules_of
from ..run.nodes import KINDS
from ..run.transitions import GATE_STEPS, STEPS
from .facts import Constraint, Fact, constraints


@cache
def all_facts(version: str) -> dict[Fact, str]:
    """Return every fact of an api-version in the order of its contract, with the reason why it is not asked for; empty if it is."""
    return {fact: _reason(fact, version) for fact in _facts(version)}


def _facts(version: str) -> Iterator[Fact]:
    contract, known = schemas.load(version), constraints(version)
    required = {(each.definition, each.key) for each in known.values() if each.keyword == "required"}
    for definition in contract.schemas:
        yield Fact("definitions", definition, "present")
        for name, properties in object_schemas(version).items():
            if name.partition(".")[0] == definition:
                if name != definition:
                    yield Fact("definitions", name, "present")
                for key in properties.properties:
                    yield Fact("definitions", f"{name}.{key}", "present")
                    if (name, key) not in required:
                        yield Fact("definitions", f"{name}.{key}", "absent")
    for definition, schema in contract.schemas.items():
        yield from (Fact("values", f"{definition}={value}", "present") for value in schema.get("enum", ()))
    yield from (Fact("constraints", name, aspect) for name in known for aspect in ("met", "broken"))
    yield from (Fact("rules", name, aspect) for name in rules_of(version) for aspect in ("called", "fired"))
    yield from _states(version)
    for operation, statuses in STATUSES.items():
        if operation != "skip" or SKIP in documented(version):
            yield from (Fact("operations", f"{operation} {outcome}", "answered") for outcome in (*statuses, "error"))
    yield from (Fact("operations", f"error {code}", "answered") for code in ERROR_CODES)


def _states(version: str) -> Iterator[Fact]:
    contract = schemas.load(version)
    states = contract.schemas["UpdateState"]["enum"]
    for definition, level in KINDS.items():
        if definition in contract.schemas:
            yield from (Fact("states", f"{level} {state}", "reached") for state in states)
            steps = GATE_STEPS if level == "gate" else STEPS
            for before in states:
                yield from (Fact("states", f"{level} {before} to {after}", "step") for after in steps.get(before, ()) if after in states)


def _reason(fact: Fact, version: str) -> str:
    """Return the reason why a fact is not asked for, empty if it is."""
    if fact.section == "constraints":
        return _of_constraint(constraints(version)[fact.name], fact.aspect, version)
    if fact.section == "states":
        level, *states = fact.name.replace(" to ", " ").split()
        return next(filter(None, (_NO_STATE.get((level, state), "") for state in states)), "")
    return _ALWAYS.get(fact.name, "") if fact.aspect == "absent" else ""


def _of_constraint(constraint: Constraint, aspect: str, version: str) -> str:
    definition, key, keyword = constraint.definition, constraint.key, constraint.keyword
    if aspect == "met":
        return _NO_EDGE.get((str(key), keyword), "")
    if keyword == "readOnly":
        is_inside = definition.partition(".")[0] not in _in_requests(version)
        return "in a request, it is only inside of another property that is read-only" if is_inside else ""
    if definition == PARAMETERS:
        return _of_parameter(str(key), keyword)
    return (
        "an error body that is no object is reported by the rule error-envelope-missing" if constraint.name == "ErrorResponse#/type" else ""
    )


def _of_parameter(key: str, keyword: str) -> str:
    if keyword == "type":
        return "what a URL has is always a string"
    if keyword == "minLength" and key != "api-version":
        return "a URL with an empty segment lacks the parameter"
    return "a URL without the name of a run is that of the collection" if (key, keyword) == ("updateRunName", "required") else ""


@cache
def _in_requests(version: str) -> frozenset[str]:
    """Return the definitions of the objects that a request can have without a read-only property around them."""
    found = ["UpdateRun"]
    for name in found:
        contract = schemas.load(version)
        definition, *way = name.split(".")
        schema = contract.along(definition, tuple(step for key in way for step in ("properties", key)))[-1]
        for key, each in object_schemas(version)[name].properties.items():
            if each.below in object_schemas(version) and each.below not in found and not schema["properties"][key].get("readOnly"):
                found.append(each.below)
    return frozenset(found)


_WAIT = "Pending is for a maintenance window or a node image, and a wait needs neither"
_GATE = "a gate is opened or skipped, and is reported in any other state by the rule gate-state-unexpected"

_NO_STATE: dict[tuple[str, str], str] = {
    ("wait", "Failed"): "nothing is updated in a wait, so nothing can fail",
    ("wait", "Pending"): _WAIT,
    **{("gate", state): _GATE for state in STEPS if state not in GATE_STEPS},
}
"""States that nothing of a level is in."""

_NEGATIVE = "a negative wait is reported by the rule negative-wait"
_FAILURES = "any other number than that of the Failed members is reported by the rule failure-count-mismatch"

_NO_EDGE: dict[tuple[str, str], str] = {
    ("afterStageWaitInSeconds", "minimum"): _NEGATIVE,
    ("api-version", "minLength"): "no api-version has a name of one character",
    ("failureCount", "maximum"): _FAILURES,
    ("failureCount", "minimum"): _FAILURES,
    ("maxAllowedFailures", "minimum"): "the strategy sets a number from 0, or a percentage",
    ("maxConcurrency", "maximum"): "at most 50 members of a stage are updated at a time",
    ("maxConcurrency", "minimum"): "the strategy sets a number from 1, or a percentage",
    ("subscriptionId", "minLength"): "the id of a subscription is a GUID",
    ("waitDurationInSeconds", "minimum"): _NEGATIVE,
}
"""Keywords that no value meets at their edge."""

_MIRRORS = "the status mirrors the strategy"
_ALWAYS = {
    "ErrorResponse.error": "a response without it is no error",
    "MemberUpdateStatus.clusterResourceId": "every observed member has it",
    "MemberUpdateStatus.name": "every observed member has it",
    "MemberUpdateStatus.status": "every observed member has it",
    "NodeImageVersion.version": "an entry without it is empty",
    "UpdateGroupStatus.name": _MIRRORS,
    "UpdateGroupStatus.status": "every observed group has it",
    "UpdateRun.properties": "a request needs managedClusterUpdate, and every observed response has it",
    "UpdateRunGateStatus.status": "every observed gate has it",
    "UpdateRunStatus.stages": _MIRRORS,
    "UpdateRunStatus.status": "every observed run has it",
    "UpdateStageStatus.groups": _MIRRORS,
    "UpdateStageStatus.name": _MIRRORS,
    "UpdateStageStatus.status": "every observed stage has it",
    "UpdateStatus.state": "every observed status has it",
    "WaitStatus.status": "every observed wait has it",
    "WaitStatus.waitDurationInSeconds": "the status of a wait has the duration of the strategy",
}
"""Optional properties that are never absent."""
