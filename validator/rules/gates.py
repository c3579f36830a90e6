"""Rules about gates, which hold up a stage or a group until someone completes them or a time comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..contract.formats import arm_id, uuid
from ..findings import Severity
from ..run.nodes import GATE, Gate, Node, Part, dig
from ..run.spec import asked_for
from ..wording import count, show
from .rule import BOTH, RESPONSE, Issue, rule

GATES = ("beforeGates", "afterGates")
"""The properties of a stage or a group that have gates."""

GATE_TYPE = "Microsoft.ContainerService/fleets/gates"

CLOSED = ("NotStarted", "Pending")
"""The states of a gate that holds something up."""

STARTED = ("Running", "Failed", "Completed")
"""The states that a stage or a group has only after its before gates."""

WAITING = ("Pending", "Stopping", "Stopped")
"""The states of what waits at a gate, or waited there when it was stopped."""


@rule(Severity.WARNING, RESPONSE, "live#gates", on=("UpdateStageStatus", "UpdateGroupStatus"), needs="UpdateStage.beforeGates")
def gates_mirror_strategy(part: Part) -> Iterator[Issue]:
    """The status of a stage or a group must have the gates of the strategy, by number, order and displayName.

    The service makes the gates from the strategy. All eight recorded bodies of runs with gates agree.

    Fix: Compare `beforeGates` and `afterGates` in `status` with those in `strategy`, and correct the ones that are wrong.

    Example, on a run with gates:
        /properties/status/stages/0/groups/0/afterGates

    Example, on a run with gates:
        /properties/status/stages/0/beforeGates/0/displayName = "other"
    """
    asked = asked_for(part)
    if asked is None:
        return
    for key in GATES:
        expected, found = asked.get(key) or (), part.value.get(key) or ()
        if len(expected) != len(found):
            where, wanted = part.at(key) if found else part.path, count(len(expected), "gate") if expected else "no gate"
            yield Issue(where, f"expected {wanted} in {key}, as in the strategy, found {len(found) or 'none'}")
            continue
        for index, (gate, shown) in enumerate(zip(expected, found, strict=True)):
            name, other = gate.get("displayName"), shown.get("displayName")
            if name != other:
                where = part.at(key, index) if other is None else part.at(key, index, "displayName")
                yield Issue(where, f"expected {_named(name)}, as in the strategy, found {_named(other)}")


def _named(name: str | None) -> str:
    return "a gate without a displayName" if name is None else f"the gate {show(name)}"


@rule(Severity.WARNING, RESPONSE, "spec-2025-04-01-preview#UpdateRunGateStatus", on=GATE)
def gate_id_type(gate: Gate) -> Iterator[Issue]:
    """The gateId of a gate must be the id of a fleet's gate, whose name is a GUID.

    It is declared as the id of a `Microsoft.ContainerService/fleets/gates`, with any capitalisation, and gate names are declared
    as GUIDs. Both recorded ids agree. The fleet is not compared, as published examples name another one.

    Fix: Copy the id from the output of `az fleet gate list`.

    Example, on a run with gates:
        /properties/status/stages/0/beforeGates/0/gateId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/members/5b1d9c3e-7a24-4f08-9e61-0c2d8b7f4a35"

    Example, on a run with gates:
        /properties/status/stages/0/beforeGates/0/gateId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/gates/approval"
    """
    identity = gate.value.get("gateId")
    parsed = None if identity is None else arm_id(identity)
    if parsed is None:
        return
    if parsed.type.lower() != GATE_TYPE.lower():
        yield Issue(gate.at("gateId"), f"expected the id of a {GATE_TYPE}, found that of a {show(parsed.type)}")
    elif uuid(parsed.names[-1]) is None:
        yield Issue(gate.at("gateId"), f"expected a GUID for the name of the gate, found {show(parsed.names[-1])}")


@rule(Severity.WARNING, RESPONSE, "live#gates", on=GATE, states=("NotStarted",))
def gate_id_unexpected(gate: Gate) -> Iterator[Issue]:
    """A gate that is NotStarted must not have a gateId.

    The gate becomes a resource when the run comes to it. None of the 42 recorded gates that are NotStarted has an id.

    Fix: Remove `gateId`, or set the state that goes with it.

    Example, on a run with gates:
        /properties/status/stages/0/groups/0/afterGates/0/gateId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/gates/5b1d9c3e-7a24-4f08-9e61-0c2d8b7f4a35"
    """
    if gate.value.get("gateId") is not None:
        yield Issue(gate.at("gateId"), f"expected no gateId for the NotStarted {gate.title}, found one")


@rule(Severity.WARNING, RESPONSE, "live#gates", on=GATE, states=("Pending", "Completed"))
def gate_id_missing(gate: Gate) -> Iterator[Issue]:
    """A gate that is Pending or Completed must have a gateId.

    The run has come to it, so it is a resource, and clients complete it by its id. Both recorded gates that are Pending have one; none
    that is Completed was recorded.

    Fix: Add the `gateId`, or set the state that goes without one.

    Example, on a run with gates:
        /properties/status/stages/0/beforeGates/0/gateId
    """
    if gate.value.get("gateId") is None:
        yield Issue(gate.path, f"expected a gateId for the {gate.state} {gate.title}, found none")


@rule(Severity.WARNING, RESPONSE, "docs#gates", on=GATE, states=("Running", "Stopping", "Stopped", "Failed"))
def gate_state_unexpected(gate: Gate) -> Iterator[Issue]:
    """A gate must be NotStarted, Pending, Skipped or Completed.

    A gate does nothing but wait. The documentation describes no other state of a gate, and none of 48 recorded gates is in one.

    Fix: Set one of the four states.

    Example, on a run with gates:
        /properties/status/stages/0/beforeGates/0/status = {"state": "Running", "startTime": "2025-04-08T09:30:30.1Z"}
    """
    yield Issue(gate.at("status", "state"), f"expected NotStarted, Pending, Skipped or Completed, found {gate.state}")


@rule(
    Severity.WARNING, RESPONSE, "docs#gates", on=("UpdateStageStatus", "UpdateGroupStatus"), states=STARTED, needs="UpdateStage.beforeGates"
)
def before_gate_passed(part: Part) -> Iterator[Issue]:
    """A stage or a group must not start before its before gates are Completed or Skipped.

    A stage or a group waits for its before gates. No recording has a gate that was completed, so the documentation is the only source.

    Fix: Compare the state of the gate with the times of what waits for it, and correct the state that is wrong.

    Example, on a run with gates:
        /properties/status/stages/0/beforeGates/0/status = {"state": "Pending", "startTime": "2025-04-08T09:30:30.1Z"}
    """
    yield from _passed(part, "beforeGates")


@rule(
    Severity.WARNING,
    RESPONSE,
    "docs#gates",
    on=("UpdateStageStatus", "UpdateGroupStatus"),
    states=("Completed",),
    needs="UpdateStage.afterGates",
)
def after_gate_passed(part: Part) -> Iterator[Issue]:
    """A stage or a group must not be Completed before its after gates are Completed or Skipped.

    The run waits for an after gate, and the stage or the group is Pending until then. No recording has a gate that was completed, so
    the documentation is the only source.

    Fix: Compare the state of the gate with the times of the stage or the group, and correct the state that is wrong.

    Example, on a run with gates:
        /properties/status/stages/0/groups/0/status = {"state": "Completed", "startTime": "2025-04-08T09:31:00.457756318Z", "completedTime": "2025-04-08T10:34:11.0301102Z"}
        /properties/status/stages/0/groups/0/members/1/status = {"state": "Skipped"}
        /properties/status/stages/0/groups/0/members/2/status = {"state": "Skipped"}
    """
    yield from _passed(part, "afterGates")


def _passed(part: Part, key: str) -> Iterator[Issue]:
    for index, gate in enumerate(part.value.get(key) or ()):
        state = dig(gate, "status", "state")
        if state in CLOSED:
            message = f"{part.title} is {part.state} while a gate in its {key} is {state}"
            yield Issue(part.at("status", "state"), message, ((part.at(key, index, "status", "state"), "the gate"),))


@rule(Severity.WARNING, RESPONSE, "docs#gates", on=GATE, states=("Pending",))
def gate_pending_roll_up(gate: Gate) -> Iterator[Issue]:
    """A stage or a group must be Pending while one of its gates is.

    It waits at the gate, unless it is being stopped. Both recorded Pending gates are in Pending stages.

    Fix: Compare the states of the gate and of the stage or group, and correct the one that is wrong.

    Example, on a run with gates:
        /properties/status/stages/0/groups/0/afterGates/0 = {"status": {"state": "Pending", "startTime": "2025-04-08T09:53:00Z"}, "gateId": "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/gates/5b1d9c3e-7a24-4f08-9e61-0c2d8b7f4a35"}
    """
    part: Any = gate.parent
    passed = STARTED if gate.key[0] == "beforeGates" else ("Completed",)
    if part.state is not None and part.state not in (*WAITING, *passed):  # what is passed has rules of its own
        where, message = gate.at("status", "state"), f"{part.title} is {part.state} while its {gate.title} is Pending"
        yield Issue(where, message, ((part.at("status", "state"), f"the {part.kind}"),))


@rule(Severity.WARNING, BOTH, "docs#scheduled-start", on="GateConfiguration", needs="GateConfiguration.scheduledStartConfiguration")
def scheduled_start_configuration(gate: Node) -> Iterator[Issue]:
    """A gate must have a scheduledStartConfiguration if its type is ScheduledStart, and must not have one otherwise.

    Such a gate completes itself at the configured time, and others are completed by someone. That is the documentation; the published
    definition leaves the property optional, and no recording shows such a gate.

    Fix: Add the configuration to the gate, or remove it, as its type says.

    Example, on a request with selectors:
        /properties/strategy/stages/0/beforeGates/0/scheduledStartConfiguration

    Example, on a request with selectors:
        /properties/strategy/stages/0/beforeGates/0/type = "Approval"
    """
    kind, configuration = gate.value["type"], gate.value.get("scheduledStartConfiguration")
    if kind == "ScheduledStart" and configuration is None:
        yield Issue(gate.path, "type ScheduledStart requires scheduledStartConfiguration, which is missing")
    elif kind != "ScheduledStart" and configuration is not None:
        yield Issue(gate.at("scheduledStartConfiguration"), f"type {kind} does not allow scheduledStartConfiguration, found one")


@rule(Severity.WARNING, BOTH, "docs#scheduled-start", on=("UpdateStage", "UpdateGroup"), needs="GateType=ScheduledStart")
def scheduled_start_after(part: Node) -> Iterator[Issue]:
    """A gate of the type ScheduledStart must be a before gate.

    It sets when something starts, and nothing in particular starts after an after gate. No recording shows such a gate; the documentation
    is the only source.

    Fix: Move the gate to `beforeGates` of what is to start at that time.

    Example, on a request with selectors:
        /properties/strategy/stages/0/afterGates = [{"type": "ScheduledStart", "scheduledStartConfiguration": {"startDay": "Monday", "startTime": "08:00", "utcOffset": "+00:00"}}]

    Example, on a run with selectors:
        /properties/strategy/stages/1/afterGates = [{"type": "ScheduledStart", "scheduledStartConfiguration": {"startDay": "Monday", "startTime": "08:00", "utcOffset": "+00:00"}}]
        /properties/status/stages/1/afterGates = [{"status": {"state": "NotStarted"}}]
    """
    for index, gate in enumerate(part.value.get("afterGates") or ()):
        if dig(gate, "type") == "ScheduledStart":
            yield Issue(part.at("afterGates", index, "type"), "expected ScheduledStart gates in beforeGates only, found one in afterGates")
