"""Rules about the captures of one run, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract.formats import written
from ..findings import Severity
from ..run.facts import RUN, Fact, Name
from ..run.history import MICROSECOND, Step
from ..run.spec import alike, change
from ..run.transitions import reachable, restarted
from ..wording import show
from .rule import RESPONSE, Issue, rule

_KEYS = {"start": "startTime", "completed": "completedTime"}


def _said(name: Name) -> str:
    """Write what a part is, with its name: `group "eu"`."""
    kind, own = name[-2:]
    return f"{kind} {show(own)}" if own else f"the {kind}"


def _issue(fact: Fact, message: str, before: Fact) -> Issue:
    return Issue(fact.path, message, ((before.path, "the earlier capture"),), before.origin)


@rule(Severity.ERROR, RESPONSE, "docs#update-orchestration", subject="history")
def run_left_completed(step: Step) -> Iterator[Issue]:
    """A run that is Completed stays so.

    It cannot be started again; only a new run can go over the same clusters.

    Fix: Look at the order of the captures, and at the state that each of them shows.

    Example, on a history:
        /0/properties/status/status = {"state": "Completed", "startTime": "2025-04-08T09:31:00.457756918Z", "completedTime": "2025-04-08T10:31:00Z"}
        /0/properties/status/stages/0 = {"name": "canary", "status": {"state": "Skipped"}, "groups": [{"name": "canary-eu"}], "afterStageWaitStatus": {}}
        /0/properties/status/stages/1 = {"name": "rest", "status": {"state": "Skipped"}, "groups": [{"name": "eu"}, {"name": "us"}]}
        /1/properties/status/status = {"state": "Stopped", "startTime": "2025-04-08T09:31:00.457756918Z"}
        /1/properties/status/stages/0 = {"name": "canary", "status": {"state": "Skipped"}, "groups": [{"name": "canary-eu"}], "afterStageWaitStatus": {}}
        /1/properties/status/stages/1 = {"name": "rest", "status": {"state": "Skipped"}, "groups": [{"name": "eu"}, {"name": "us"}]}
        /0/eTag = "\\"an-earlier-one\\""
    """
    before, after = step.past.parts.get((RUN, "state")), step.now.parts.get((RUN, "state"))
    if before is not None and after is not None and before.value == "Completed" and after.value != "Completed":
        yield _issue(after, f"the run was Completed, and is {after.value} now", before)


@rule(Severity.WARNING, RESPONSE, "live#states", subject="history")
def transition_unexpected(step: Step) -> Iterator[Issue]:
    """States follow one another as documented or observed.

    Captures are samples, and what lies between two of them may be missing; so only a pair of states that no way
    leads between is reported. That holds for the run, and for each stage, group, member and wait by its name.

    Fix: Look at the order of the captures, and at the state that each of them shows.

    Example, on a history:
        /0/properties/status/stages/1/status = {"state": "Pending", "startTime": "2025-04-08T09:31:00.457756718Z"}
        /1/properties/status/stages/1/status = {"state": "NotStarted"}
        /0/eTag = "\\"an-earlier-one\\""
    """
    for (name, slot), after in step.now.parts.items():
        before = step.past.parts.get((name, slot))
        if slot != "state" or before is None or before.value == after.value:
            continue
        if name == RUN and before.value == "Completed":
            continue  # a rule of its own
        if not reachable(before.value, after.value):
            yield _issue(after, f"{_said(name)} was {before.value}, and cannot become {after.value}", before)


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRun", subject="history")
def changed_after_start(step: Step) -> Iterator[Issue]:
    """The strategy and the upgrade of a run do not change once it has started.

    Until then both can be changed, with a PUT, which also makes the time of creation a new one.

    Fix: Look at whether the captures are of one run; in a fixture, make them agree.

    Example, on a history:
        /1/properties/managedClusterUpdate/upgrade/kubernetesVersion = "1.31.3"
        /1/eTag = "\\"a-later-one\\""
    """
    if step.past.state(RUN) in (None, "NotStarted"):
        return
    for plan in ("strategy", "managedClusterUpdate"):
        before, after = step.past.plans.get(plan), step.now.plans.get(plan)
        if before is not None and after is not None and not alike(before.value, after.value):
            expected, found = change(plan, before.value, after.value)
            yield _issue(after, f"expected {expected}, as earlier in the started run, found {found}", before)


@rule(Severity.WARNING, RESPONSE, "spec#NodeImageSelection", subject="history")
def node_image_selection_changed(step: Step) -> Iterator[Issue]:
    """The node image selection of a run never changes.

    It is set when the run is created, and cannot be updated.

    Fix: Look at whether the captures are of one run; in a fixture, make them agree.

    Example, on a history:
        /1/properties/managedClusterUpdate/nodeImageSelection/type = "Consistent"
        /1/eTag = "\\"a-later-one\\""
    """
    before, after = step.past.plans.get("nodeImageSelection"), step.now.plans.get("nodeImageSelection")
    if before is not None and after is not None and not alike(before.value, after.value):
        expected, found = change("nodeImageSelection", before.value, after.value)
        yield _issue(after, f"expected {expected}, as in an earlier capture, found {found}", before)


@rule(Severity.WARNING, RESPONSE, "live#times", subject="history")
def time_rewritten(step: Step) -> Iterator[Issue]:
    """A time that was reported once stays as it is.

    Only a run that is started again, from Failed or Stopped, may get new times; and what is skipped on its way may
    show none. Where it failed and was started again between two captures, the `operationId` of a member is another.

    Fix: Look at the order of the captures, and at the times that each of them shows.

    Example, on a history:
        /1/properties/status/stages/0/groups/0/members/0/status/startTime = "2025-04-08T09:31:00.457755419Z"
        /1/eTag = "\\"a-later-one\\""
    """
    again = restarted(step.past.state(RUN), step.now.state(RUN)) or _other_attempt(step)
    for (name, slot), after in step.now.parts.items():
        before = step.past.parts.get((name, slot))
        if slot not in ("start", "completed") or before is None or before.value is None or _same_time(before, after):
            continue
        was, is_now = step.past.state(name), step.now.state(name)
        if was is None or is_now is None or not reachable(was, is_now):
            continue  # the step itself is what is wrong
        if after.value is None and is_now in ("Completed", "Skipped"):
            continue  # a rule of its own, and usual
        if not (again or restarted(was, is_now)):
            found = "none" if after.value is None else written(after.value)
            message = f"expected {_KEYS[slot]} {written(before.value)} of {_said(name)}, as in an earlier capture, found {found}"
            yield _issue(after, message, before)


def _same_time(before: Fact, after: Fact) -> bool:
    if after.value is None or not (before.origin.from_cli or after.origin.from_cli):
        return bool(before.value == after.value)
    return bool(abs(before.value - after.value) <= MICROSECOND)


def _other_attempt(step: Step) -> bool:
    """Tell whether a member is at another attempt than before, which only a run that was started again makes."""
    for key, after in step.now.parts.items():
        before = step.past.parts.get(key)
        if key[1] == "operation" and before is not None and before.value != after.value:
            return True
    return False


@rule(Severity.WARNING, RESPONSE, "rest#UpdateRun", subject="history")
def etag_reused(step: Step) -> Iterator[Issue]:
    """An eTag stands for one body.

    Tags are there to tell states of a resource apart; a body that differs has another.

    Fix: In a fake or a fixture, give each state of the run a tag of its own.

    Example, on a history:
        /1/properties/status/stages/0/groups/0/members/1/message = "half way"
    """
    for tag, after in step.now.tags.items():
        before = step.past.tags.get(tag)
        if before is not None and before.value != after.value:
            yield _issue(after, f"the eTag {show(tag[0])} stood for another body in an earlier capture", before)
