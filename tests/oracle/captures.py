"""The rules that compare captures of one run, in order, and those that compare a request with its response, at api-version 2025-03-01."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from .runs import JSON, Part, Places, Undecided, Verdict, above, moment, parts, present, properties, verdict

STEPS = {
    "NotStarted": ("Running", "Pending", "Skipped", "Stopping", "Stopped"),
    "Running": ("Pending", "Stopping", "Stopped", "Failed", "Completed", "Skipped"),
    "Pending": ("Running", "Stopping", "Stopped", "Failed", "Completed", "Skipped"),
    "Stopping": ("Stopped", "Failed", "Completed", "Skipped"),
    "Stopped": ("Running", "Pending", "Failed"),
    "Failed": ("Running", "Pending", "Stopping", "Stopped"),
    "Skipped": ("Stopped",),
    "Completed": (),
}
RESTARTABLE = ("Failed", "Stopped")


class Capture(NamedTuple):
    """A response with a run, the number that it has in the history, and the actions that succeeded since the capture before it."""

    number: int
    run: JSON
    actions: tuple[str, ...] = ()


class Step(NamedTuple):
    """A part in one capture, and in the next capture that shows it."""

    before: Part
    after: Part
    place: str
    between: list[Capture]

    @property
    def runs(self) -> tuple[Part, Part]:
        """The run as a whole in both captures."""
        return next(parts(self.between[0].run)), next(parts(self.between[-1].run))


History = list[Capture]
Rule = Callable[[History], Places]


def judge_history(captures: History) -> Verdict:
    """Return what is broken between captures, which are those of one run where id and creation are the same."""
    rules: tuple[Rule, ...] = (
        run_left_completed,
        transition_unexpected,
        changed_after_start,
        node_image_selection_changed,
        time_rewritten,
        etag_reused,
    )
    runs = {_key(capture): [other for other in captures if _key(other) == _key(capture)] for capture in captures}
    bodies = {str(capture.number): capture.run for capture in captures}
    found = ((rule, place) for history in runs.values() for rule in rules for place in rule(history))
    return verdict((rule, type(place)(present(bodies, place))) for rule, place in found)


def _key(capture: Capture) -> tuple[str, int | None]:
    """Return the id of a run and the microsecond of its creation, as the az CLI writes no more of a time."""
    created = capture.run.get("systemData", {}).get("createdAt")
    return capture.run["id"].lower(), None if created is None else int(moment(created) * 10**6)


def reachable(before: str | None, after: str | None, *, restarts: bool = True) -> bool:
    """Check whether steps lead from one state to another, perhaps without a restart; a state that is not shown may be any."""
    known = {before}
    for _ in STEPS:
        known |= {state for each in known if each and (restarts or each not in RESTARTABLE) for state in STEPS[each]}
    return after in known or None in (before, after)


def followed(history: History, shows: Callable[[Part], bool] = bool) -> Iterator[Step]:
    """Yield each step of each part between the captures that show it, which is known by its name and the names of what it is part of."""
    named = [{names: part for names, part in _named(capture.run).items() if shows(part)} for capture in history]
    for index, later in enumerate(history):
        for names, after in named[index].items():
            earlier = [number for number in range(index) if names in named[number]]
            if earlier:
                before = named[earlier[-1]][names]
                yield Step(before, after, f"/{later.number}{after.place}/status", history[earlier[-1] : index + 1])


def _named(run: JSON) -> dict[tuple[str, ...], Part]:
    """Return the parts of a run by their names, from the inside out, where they have names."""
    found = {}
    for part in parts(run):
        names = tuple(each.value.get("name") if each.kind in ("stage", "group", "member") else each.kind for each in (part, *above(part)))
        if None not in names:
            found[names] = part
    return found


# States


def run_left_completed(history: History) -> Places:
    for step in _impossible(history):
        if step.before.kind == "run" and step.before.state == "Completed":
            yield f"{step.place}/state"


def transition_unexpected(history: History) -> Places:
    for step in _impossible(history):
        if step.before.kind != "run" or step.before.state != "Completed":
            yield f"{step.place}/state"


def _impossible(history: History) -> Iterator[Step]:
    for step in followed(history, lambda part: part.state is not None):
        if not reachable(step.before.state, step.after.state):
            yield step


# What must not change


def changed_after_start(history: History) -> Places:
    for index, (before, after) in enumerate(_pairs(history)):
        for name in ("strategy", "managedClusterUpdate"):
            started = _started(history[: index + 1], after.actions)
            if started and _normal(properties(before.run).get(name)) != _normal(properties(after.run).get(name)):
                yield started(f"/{after.number}/properties/{name}")


def node_image_selection_changed(history: History) -> Places:
    for index, (before, after) in enumerate(_pairs(history)):
        selections = [_normal(properties(each.run).get("managedClusterUpdate", {}).get("nodeImageSelection")) for each in (before, after)]
        started = _started(history[: index + 1], after.actions)
        if selections[0] != selections[1] and started is not str:
            yield (started or str)(f"/{after.number}/properties/managedClusterUpdate")


def _pairs(history: History) -> Iterator[tuple[Capture, Capture]]:
    return pairwise(history)


def _started(history: History, later: tuple[str, ...]) -> type[str] | None:
    """Return whether a run was started at the end of a history, before later actions.

    The contract leaves it open where the run was stopped or skipped and shows no start, where it has gone back since, and where the start
    is between two captures.
    """
    certainty: type[str] | None = None
    for capture in history:
        whole = next(parts(capture.run), None)
        state, has_start = (whole.state, "startTime" in whole.status) if whole else (None, False)
        has_start = has_start or "start" in capture.actions
        is_started = state in ("Running", "Pending", "Stopping", "Failed", "Completed") or (has_start and state in ("Stopped", "Skipped"))
        is_open = certainty or state in ("Stopped", "Skipped") or has_start
        certainty = str if is_started else Undecided if is_open else None
    return certainty or (Undecided if "start" in later else None)


def _normal(value: JSON) -> JSON:
    """Return a value without what means the same as its absence."""
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, dict):
        return {
            name: _normal(below)
            for name, below in value.items()
            if not (name == "afterStageWaitInSeconds" and below == 0) and not (name == "customNodeImageVersions" and below == [])
        }
    return value


# Times


def time_rewritten(history: History) -> Places:
    for step in followed(history):
        for name in ("startTime", "completedTime"):
            before, after = step.before.status.get(name), step.after.status.get(name)
            if before is None or (after is not None and moment(before) == moment(after)):
                continue
            if name == "completedTime" and _is_memberless(step.before) and _is_memberless(step.after):
                continue
            if after is not None and moment(after) < moment(before):  # a restart makes no time earlier
                yield (Undecided if _is_open(step, name) else str)(f"{step.place}/{name}")
                continue
            if _restarted(step):
                continue
            was_started = any("start" in capture.actions for capture in history if capture.number < step.between[-1].number)
            is_undecided = was_started or _is_open(step, name)
            if not _is_over(step):
                is_undecided = is_undecided or _is_undecided(step) or _has_other_operation(step, history)
            yield (Undecided if is_undecided else str)(f"{step.place}/{name}")


def _is_over(step: Step) -> bool:
    """Check whether the run was Completed, so that it cannot have been started again."""
    return {part.state for capture in step.between[:-1] for part in parts(capture.run) if part.kind == "run"} == {"Completed"}


def _is_undecided(step: Step) -> bool:
    """Check whether the contract leaves open what becomes of a time in a run that is not Completed.

    After a start that was called for, captures may lag. A restart that no capture shows may explain a later time, and that a time is
    gone, also if the run was Failed or Stopped or shows no state, or a member is in another operation.
    """
    return (
        (step.before.state != "Completed" and _may_have_restarted(step))
        or step.runs[0].state in (*RESTARTABLE, None)
        or step.runs[1].state is None
    )


def _is_open(step: Step, name: str) -> bool:
    """Check whether the contract leaves open which times a part has, whatever happened.

    It does where a part becomes Skipped or is NotStarted, shows no state, goes back to a state that no step leads to, or has a time that
    its state must not have.
    """
    before, after = step.before, step.after
    is_wrong = any(
        part.state == "NotStarted" or (name == "completedTime" and part.state in ("Running", "Pending", "Stopping"))
        for part in (before, after)
        if name in part.status
    )
    is_gone = name not in after.status
    return (
        (is_gone and (after.state in ("NotStarted", None) or (after.state == "Skipped" != before.state)))
        or None in (before.state, after.state)
        or not reachable(before.state, after.state)
        or is_wrong
    )


def _is_memberless(part: Part) -> bool:
    return part.kind == "group" and part.state == "Skipped" and not part.value.get("members")


def _restarted(step: Step) -> bool:
    """Check whether a restart is between two captures: one that was called for, or one without which no steps lead to a state."""
    states = [part.state for capture in step.between for part in parts(capture.run) if part.kind == "run"]
    pairs = [(step.before.state, step.after.state), *pairwise(states)]
    is_needed = any(reachable(one, other) and not reachable(one, other, restarts=False) for one, other in pairs)
    return (is_needed and not _is_over(step)) or any("start" in capture.actions for capture in step.between[1:])


def _may_have_restarted(step: Step) -> bool:
    """Check whether the run and a part of it may have been Failed or Stopped, and restarted, between two captures that do not show it."""
    first, last = step.runs
    return all(
        any(reachable(before.state, stop) and reachable(state, after.state) for stop in RESTARTABLE for state in STEPS[stop])
        for before, after in ((first, last), (step.before, step.after))
    )


def _has_other_operation(step: Step, history: History) -> bool:
    """Check whether a member is in another operation than the last one that was shown until the step began."""
    for name in _named(step.between[-1].run):
        shown = [(capture.number, _named(capture.run).get(name)) for capture in history if capture.number <= step.between[-1].number]
        ids = [(number, part.value["operationId"]) for number, part in shown if part is not None and "operationId" in part.value]
        earlier = [operation for number, operation in ids if number <= step.between[0].number][-1:]
        if len({*earlier, *(operation for number, operation in ids if number > step.between[0].number)}) > 1:
            return True
    return False


# Tags


def etag_reused(history: History) -> Places:
    for index, capture in enumerate(history):
        same = [other for other in history[:index] if "eTag" in capture.run and other.run.get("eTag") == capture.run["eTag"]]
        differ = [_caseless(other.run) != _caseless(capture.run) for other in same]
        if any(differ):  # that of the body before last was reported with the last one, and need not be again
            yield (str if differ[-1] else Undecided)(f"/{capture.number}/eTag")


def _caseless(value: JSON) -> JSON:
    """Return a value with its ids in lower case, as ids that differ in case alone are the same."""
    if isinstance(value, list):
        return [_caseless(item) for item in value]
    if isinstance(value, dict):
        return {name: _caseless(below) for name, below in value.items()}
    is_id = isinstance(value, str) and value.lower().startswith(("/subscriptions/", "microsoft."))
    return value.lower() if is_id else value
