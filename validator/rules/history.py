"""Rules about the captures of one run, one after another.

A rule compares two facts of a Step, and yields a `contradiction` of the message and the places of both. A value that is UNKNOWN, because
the schemas reject it or a recorder hid it, is never a change; `alike` returns True for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..contract.formats import lead, show_time
from ..findings import Severity
from ..run.facts import RUN, Change, Facts, Name, PartFacts, Tag
from ..run.identity import MICROSECOND
from ..run.origin import Place
from ..run.spec import UNKNOWN, alike, change
from ..run.transitions import UNFINISHED, gate_reachable, may_be_restarted, reachable
from ..wording import show
from .rule import RESPONSE, Issue, rule


class Step(NamedTuple):
    """The step to a capture of a run, from what was known of the run before.

    Each side has three kinds of facts (`run/facts.py`), and nothing else of the response:

    * `parts`: the state, the times and the operation of the run and each stage, group, member and wait, by its name;
    * `spec`: the strategy, the upgrade and the node image selection. Any other property of the run that a rule compares is a new
      row of `_SPEC` in `run/spec.py`;
    * `tags`: the body for which each eTag stands.

    `changed` are the parts whose facts differ.
    """

    before: Facts
    now: Facts
    changed: list[Change]


def _title(name: Name) -> str:
    """Return what a part is, with its name: `group "eu"`."""
    kind, own = name[-2:]
    return f"{kind} {show(own)}" if own else f"the {kind}"


def contradiction(now: Place, message: str, before: Place, severity: Severity | None = None) -> Issue:
    """Return the issue of a fact of the later capture that contradicts one of the earlier capture."""
    return Issue(now.path, message, ((before.path, "the earlier capture"),), before.origin, severity)


@rule(Severity.ERROR, RESPONSE, "update-orchestration#update-runs", on="history")
def run_left_completed(step: Step) -> Iterator[Issue]:
    """A Completed run must stay Completed.

    It cannot be started again; only a new run can update the same clusters.

    Fix: Compare the times of the captures, and put them in the order in which they were made. If the order is right, correct the state
    that does not match its stages.

    Example, on a history:
        /0/properties/status/status = {"state": "Completed", "startTime": "2025-04-08T09:31:00.457756918Z", "completedTime": "2025-04-08T10:31:00Z"}
        /0/properties/status/stages/0 = {"name": "canary", "status": {"state": "Skipped"}, "groups": [{"name": "canary-eu"}], "afterStageWaitStatus": {}}
        /0/properties/status/stages/1 = {"name": "rest", "status": {"state": "Skipped"}, "groups": [{"name": "eu"}, {"name": "us"}]}
        /1/properties/status/status = {"state": "Stopped", "startTime": "2025-04-08T09:31:00.457756918Z"}
        /1/properties/status/stages/0 = {"name": "canary", "status": {"state": "Skipped"}, "groups": [{"name": "canary-eu"}], "afterStageWaitStatus": {}}
        /1/properties/status/stages/1 = {"name": "rest", "status": {"state": "Skipped"}, "groups": [{"name": "eu"}, {"name": "us"}]}
        /0/eTag = "\\"an-earlier-one\\""

    Example, on a history of a completed run:
        /1/properties/status/status = {"state": "Running", "startTime": "2025-04-08T09:31:00.457756918Z"}
        /1/eTag = "\\"a-later-one\\""
    """
    before, now = step.before.parts.get(RUN), step.now.parts.get(RUN)
    if before is not None and now is not None and before.state == "Completed" and now.state not in ("Completed", UNKNOWN):
        yield contradiction(now.place("state"), f"the run was Completed, and is {now.state} now", before.place("state"))


@rule(Severity.WARNING, RESPONSE, "live#states", on="history")
def transition_unexpected(step: Step) -> Iterator[Issue]:
    """A state must follow the one before it as documented or observed.

    Captures are samples, and states between two of them may be missing, so a pair is reported only if no sequence of steps joins it: for
    the run, and for each stage, group, member and wait by name.

    Fix: Compare the times of the captures, and put them in the order in which they were made. If the order is right, correct the state
    that does not match its times.

    Example, on a history:
        /0/properties/status/stages/1/status = {"state": "Pending", "startTime": "2025-04-08T09:31:00.457756718Z"}
        /1/properties/status/stages/1/status = {"state": "NotStarted"}
        /0/eTag = "\\"an-earlier-one\\""

    Example, on a history:
        /1/properties/status/stages/0/groups/0/members/0/status = {"state": "NotStarted"}
        /1/eTag = "\\"a-later-one\\""
    """
    for name, before, now in step.changed:
        if UNKNOWN in (before.state, now.state) or before.state == now.state or (name == RUN and before.state == "Completed"):
            continue  # a Completed run has a rule of its own
        is_possible = gate_reachable if name[-2] == "gate" else reachable
        if not is_possible(before.state, now.state):
            yield contradiction(
                now.place("state"), f"{_title(name)} was {before.state}, and cannot become {now.state}", before.place("state")
            )


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRun", on="history")
def changed_after_start(step: Step) -> Iterator[Issue]:
    """The strategy, the upgrade and the node image selection of a run must not change once it has started.

    Until then a PUT can change the first two. It also sets a new time of creation.

    Fix: Compare `id` and `systemData.createdAt` of the captures. If they are of one run, correct the capture that differs from its
    request.

    Example, on a history:
        /1/properties/managedClusterUpdate/upgrade/kubernetesVersion = "1.31.3"
        /1/eTag = "\\"a-later-one\\""

    Example, on a history:
        /1/properties/strategy/stages/0/afterStageWaitInSeconds = 60
        /1/properties/status/stages/0/afterStageWaitStatus/waitDurationInSeconds = 60
        /1/eTag = "\\"a-later-one\\""

    Example, on a history:
        /1/properties/managedClusterUpdate/nodeImageSelection/type = "Consistent"
        /1/eTag = "\\"a-later-one\\""
    """
    if step.before.state(RUN) in (None, "NotStarted"):
        return
    for name in ("strategy", "managedClusterUpdate", "nodeImageSelection"):
        before, now = step.before.spec[name], step.now.spec[name]
        if not alike(before.value, now.value):
            expected, found = change(name, before.value, now.value)
            yield contradiction(now.place, f"expected {expected}, as earlier in the started run, found {found}", before.place)


@rule(Severity.WARNING, RESPONSE, "spec#NodeImageSelection", on="history", needs="ManagedClusterUpdate.nodeImageSelection")
def node_image_selection_changed(step: Step) -> Iterator[Issue]:
    """The node image selection of a run must not change before its start either.

    It is set when the run is created, and cannot be updated.

    Fix: Compare `id` and `systemData.createdAt` of the captures. If they are of one run, correct the capture that differs from its
    request.

    Example, on a history:
        /0/properties/status
        /1/properties/status
        /1/properties/managedClusterUpdate/nodeImageSelection/type = "Consistent"
        /1/eTag = "\\"a-later-one\\""

    Example, on a history:
        /0/properties/status
        /1/properties/status
        /1/properties/managedClusterUpdate/nodeImageSelection
        /1/eTag = "\\"a-later-one\\""
    """
    if step.before.state(RUN) not in (None, "NotStarted"):
        return  # a rule of its own
    before, now = step.before.spec["nodeImageSelection"], step.now.spec["nodeImageSelection"]
    if not alike(before.value, now.value):
        expected, found = change("nodeImageSelection", before.value, now.value)
        yield contradiction(now.place, f"expected {expected}, as in an earlier capture, found {found}", before.place)


@rule(Severity.WARNING, RESPONSE, "spec-2026-06-02-preview#UpdateStage", on="history", needs="UpdateStage.memberSelector")
def member_selector_changed(step: Step) -> Iterator[Issue]:
    """The memberSelector of a stage or a group must not change.

    It is set when the run is created, and cannot be updated. The published definition says so; no recording shows a selector.

    Fix: Compare `id` and `systemData.createdAt` of the captures. If they are of one run, correct the capture that differs from its
    request.

    Example, on a history of a run with selectors:
        /1/properties/strategy/stages/1/memberSelector/byLabel = "env=dev"
        /1/eTag = "\\"a-later-one\\""
    """
    before, now = step.before.spec["memberSelector"], step.now.spec["memberSelector"]
    if not alike(before.value, now.value) and alike(step.before.spec["strategy"].value, step.now.spec["strategy"].value):
        message = "expected the memberSelectors of an earlier capture, found others"
        yield contradiction(now.place, message, before.place)


@rule(Severity.WARNING, RESPONSE, "live#times", on="history")
def time_rewritten(step: Step) -> Iterator[Issue]:
    """A time that was reported once must stay as it is.

    Only a run that is started again, from Failed or Stopped, may get new times. They are later, and a part that is then skipped may
    have none. A run that failed and was started again between two captures shows it by a new `operationId` of a member. If
    nothing else contradicts such a restart, the new start of an unfinished part is a note. The service stamps a Skipped group
    without members again whenever it looks at the group.

    Fix: Compare the order of the captures with their times, and put them in order. If the order is right, correct the time that differs
    from the other captures.

    Example, on a history:
        /1/properties/status/stages/0/groups/0/members/0/status/startTime = "2025-04-08T09:31:00.457755419Z"
        /1/eTag = "\\"a-later-one\\""

    Example, on a history:
        /1/properties/status/stages/0/groups/0/members/1/status/startTime
        /1/eTag = "\\"a-later-one\\""
    """
    changed = [part for part in step.changed if UNKNOWN not in (part[1].state, part[2].state)]
    is_known_restart = step.before.may_be_restarted(step.now, step.changed)
    rewritten = [
        (name, before, now, time)
        for name, before, now in changed
        if name[-2] != "gate"  # no history of a gate was recorded
        if reachable(before.state, now.state)  # otherwise the step itself is wrong
        for time in ("startTime", "completedTime")
        if _is_rewritten(time, before, now) and not (time == "completedTime" and now.state == "Skipped" and _is_empty_group(name, step))
        if _goes_back(time, before, now) or not _is_excused(step, before, now, is_known_restart=is_known_restart)
    ]
    if not rewritten:
        return
    is_restart = _may_be_restart(step) and all(
        time == "startTime" and _may_start_again(step, before, now) for _, before, now, time in rewritten
    )
    for name, before, now, time in rewritten:
        was, is_now = before.get(time), now.get(time)
        found = "none" if is_now is None else show_time(is_now)
        message = f"expected {time} {show_time(was)} of {_title(name)}, as in an earlier capture, found {found}"
        if is_restart:
            yield contradiction(now.place(time), f"{message}; a restart in between would explain it", before.place(time), Severity.NOTE)
        else:
            yield contradiction(now.place(time), message, before.place(time))


def _is_rewritten(time: str, before: PartFacts, now: PartFacts) -> bool:
    """Return whether a time of a part differs, or is gone and should not be."""
    was, is_now = before.get(time), now.get(time)
    if was == is_now or was in (None, UNKNOWN) or is_now is UNKNOWN:
        return False
    if is_now is None:
        return bool(now.state != "Skipped" or before.state == "Skipped")  # what becomes Skipped may lose its times
    return not _is_same_time(was, is_now, before.place(time), now.place(time))


def _is_excused(step: Step, before: PartFacts, now: PartFacts, *, is_known_restart: bool) -> bool:
    """Return whether the run was, or may have been, started again since the earlier facts of a part were taken."""
    if step.before.restarted or before.is_of_earlier_start:
        return True
    return not step.before.is_over(before) and (is_known_restart or may_be_restarted(before.state, now.state))


def _goes_back(time: str, before: PartFacts, now: PartFacts) -> bool:
    """Return whether a time that is rewritten is earlier than before, as no restart makes it."""
    is_now = now.get(time)
    return is_now is not None and lead(is_now, before.get(time)) > 0


def _is_empty_group(name: Name, step: Step) -> bool:
    """Return whether a part is a group without members."""
    return name[-2] == "group" and not any(other[: len(name)] == name for other in step.now.parts if len(other) > len(name))


def _may_be_restart(step: Step) -> bool:
    """Return whether the run may have been stopped and started again between the captures: no member is still at what it was at."""
    return not any(
        part.state in UNFINISHED and part.get("operationId") not in (None, UNKNOWN) and step.now.parts.get(name, part).values == part.values
        for name, part in step.before.parts.items()
    )


def _may_start_again(step: Step, before: PartFacts, now: PartFacts) -> bool:
    """Return whether an unfinished part has a start after all that was known, and another operation or none, as a restart gives it."""
    is_same_attempt = before.get("operationId") not in (None, UNKNOWN) and before.get("operationId") == now.get("operationId")
    if before.state not in UNFINISHED or now.get("startTime") is None or is_same_attempt:
        return False
    times = [part.get(time) for part in step.before.parts.values() for time in ("startTime", "completedTime")]
    return all(lead(time, now.get("startTime")) > 0 for time in times if isinstance(time, str))


def _is_same_time(was: str, is_now: str, *places: Place) -> bool:
    """Return whether two times are one, to the microsecond where the az CLI wrote either."""
    gap = max(lead(was, is_now), lead(is_now, was))
    return gap <= (MICROSECOND if any(place.origin.from_cli for place in places) else 0)


@rule(Severity.WARNING, RESPONSE, "rest#UpdateRun", on="history")
def etag_reused(step: Step) -> Iterator[Issue]:
    """Different bodies of a run must not have the same eTag.

    Tags distinguish the states of a resource: another body has another tag. A list that follows a response about the run alone may
    lag, and have the tag of an older state; the answer to a request to start the run has the tag of the state before.

    Fix: In a fake or a fixture, give each state of the run its own tag.

    Example, on a history:
        /1/systemData/lastModifiedAt = "2025-04-08T09:45:00.1234567Z"
    """
    for tag, now in step.now.tags.items():
        if tag.operation == "start" or (tag.operation == "list" and _may_lag(step, tag)):
            continue
        for earlier in (tag, Tag(tag.etag, tag.version, tag.from_cli, "list")):
            before = step.before.tags.get(earlier)
            if before is not None and before.value != now.value:
                message = f"the eTag {show(tag.etag)} was used for another body in an earlier capture"
                yield contradiction(now.place, message, before.place)
                break


def _may_lag(step: Step, tag: Tag) -> bool:
    """Return whether a list follows a response about the run alone with its tag."""
    return any(tag._replace(operation=operation) in step.before.tags for operation in (None, "start"))
