"""Scenarios of a simulation: the state that a run ends in, the milestone at which it turns to that state, and detours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from ..contract.formats import NANOSECONDS
from ..run.transitions import RESTARTABLE
from ..simulation.clock import Clock
from ..simulation.node import ACTIVE, Node
from ..simulation.plan import Plan
from ..simulation.position import Position
from ..simulation.simulator import Simulator
from .options import ENDS, THROUGH_A_MEMBER
from .orders import Order
from .plans import is_failing, members, without_member

_MAX_STAGES = 4
"""Stages among which a milestone is; it is in the last one of a run that has fewer."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A point in a simulation: the index of a stage, and the share of that stage that is still to come, in ninety-ninths.

    A count of steps would point elsewhere as soon as Hypothesis removes a member, a group, a detour or an empty stage.
    """

    stage: int
    left: int

    @classmethod
    def choose(cls, random: Random) -> Milestone:
        """Choose a milestone at random. A third are at the end of a stage, during its wait."""
        return cls(random.randrange(_MAX_STAGES), max(0, random.randrange(150) - 50))

    def steps(self, simulator: Simulator) -> int:
        """Return the number of steps to the milestone, which is less than the number of steps to the end."""
        sizes = [_steps(stage) for stage in simulator.run.children if not stage.done]
        if not sizes:
            return 0
        busy = [index for index, size in enumerate(sizes) if size > 1] or [len(sizes) - 1]
        stage = busy[min(self.stage, len(busy) - 1)]
        return max(0, sum(sizes[: stage + 1]) - 2 - sizes[stage] * self.left // 99)


def _steps(stage: Node) -> int:
    """Return the steps to the end of a stage: two for each member, two for the wait if any member is updated, and one for the end.

    Gates are not counted, so that no milestone is after the end.
    """
    members = sum(not member.done for group in stage.children for member in group.children)
    waits = stage.wait is not None and not stage.wait.done and (members or stage.start_time is not None)
    return 2 * members + (2 if waits else 0) + 1


@dataclass(frozen=True, slots=True)
class Scenario:
    """The `goal`, which is the state that a run ends in; the milestone at which it turns to it; and what happens before.

    A client may skip something before the start (`skips`), or stop the run before the start if the goal is Stopped (`stops_early`).
    On a `detour` the run fails or is stopped, and is restarted, or it becomes Pending; `detour_kind` chooses among those that are
    possible, which are fewer without `restarts`. From the creation to the start it takes a minute, the `delay` in seconds, and the
    `fraction` of a second in nanoseconds.
    """

    goal: str
    milestone: Milestone
    skips: bool
    stops_early: bool
    detour: Milestone | None
    detour_kind: int
    restarts: bool
    delay: int
    fraction: int

    @classmethod
    def choose(cls, random: Random, order: Order, plan: Plan) -> Scenario:
        """Choose a scenario for a plan at random.

        The number of choices is always the same, so that Hypothesis can remove the detour and keep the rest.
        """
        goal = random.choice(_goals(order, plan))
        skips, stops_early, has_detour = random.random() > 0.75, random.random() > 0.75, random.choice((False, True))
        milestone, detour = Milestone.choose(random), Milestone.choose(random)
        detour_kind, delay, fraction = random.randrange(4), random.randrange(1000), random.randrange(NANOSECONDS)
        has_detour, skips = has_detour and not order.selections, skips and not order.selections
        return cls(goal, milestone, skips, stops_early, detour if has_detour else None, detour_kind, order.restarts, delay, fraction)


def _goals(order: Order, plan: Plan) -> tuple[str, ...]:
    if order.state is not None:
        return (order.state,)
    nodes = [node for _, node in members(plan.run)]
    skipped = [node for node in nodes if node.name in plan.skipped]
    can_fail = Position(plan.run).can_fail(skipped)
    if any(node.fails for node in nodes):
        return ("Failed" if is_failing(plan.run) else "Completed",)
    if any(node.pends for node in nodes):
        return ("Completed" if order.whole else "Pending",)
    impossible = without_member(order, plan.run, plan.skipped)
    impossible |= {*(THROUGH_A_MEMBER if len(skipped) == len(nodes) else ()), *(() if can_fail else ("Failed",))}
    return tuple(state for state in order.states if (state in ENDS or not order.whole) and state not in impossible)


def simulate(random: Random, plan: Plan, order: Order, scenario: Scenario) -> Iterator[None]:
    """Change the run of a plan as in a scenario; yield before the first step and after every step."""
    goal = scenario.goal
    clock = Clock(plan.created, order.end, plan.digits)
    clock.now += scenario.fraction
    clock.step(60 + scenario.delay)
    can_skip = plan.has("UpdateState=Skipped")
    simulator = Simulator(plan.run, clock, random, can_skip=can_skip, lets_fail=not order.selections)
    yield
    if goal == "Skipped":
        simulator.skip_all()
        yield
        return
    if plan.skipped:
        simulator.skip_members(plan.skipped)
        yield
    if scenario.skips:
        simulator.skip(partial(_keeps, simulator, goal))
        yield
    if goal == "NotStarted":
        return
    simulator.clock.step()
    if goal == "Stopped" and scenario.stops_early:
        simulator.stop()
        yield
        return
    simulator.start()
    yield
    if scenario.detour is not None:
        yield from _take_detour(simulator, scenario.detour, scenario)
    yield from _reach_goal(simulator, scenario, skips=not order.selections, postpones="pending" not in order.selections)


def _take_detour(simulator: Simulator, milestone: Milestone, scenario: Scenario) -> Iterator[None]:
    """Let the run fail or be stopped, and restart it, or postpone it."""
    for _ in range(milestone.steps(simulator)):
        if len(simulator.not_started()) <= 1 or _is_last_chance(simulator, scenario.goal):
            break
        simulator.clock.step()
        simulator.advance()
        yield
    options: list[tuple[Callable[[], None], ...]] = []
    if len(simulator.not_started()) > 1:
        begin = (simulator.advance,) if simulator.can_postpone() else ()  # only an active member can fail
        postpone = (*(simulator.complete_member,) * len(simulator.active()), simulator.postpone)  # only an idle run can become Pending
        options = [(*begin, simulator.fail), (simulator.stop,), (*postpone, simulator.stop), postpone]
    else:
        options = [(simulator.fail,), (simulator.stop,)]
    if not scenario.restarts:
        options = options[3:]
    if scenario.goal == "Failed" and not simulator.can_fail([member for _, member in simulator.active()]):
        options = []  # what is active would be completed on the way
    for step in options[scenario.detour_kind % len(options)] if options else ():
        simulator.clock.step()
        step()
        yield
    while simulator.run.state == "Stopping":
        simulator.clock.step()
        simulator.drain()
        yield
    if simulator.run.state in RESTARTABLE:
        simulator.clock.step()
        simulator.restart()
        yield


def _reach_goal(simulator: Simulator, scenario: Scenario, *, skips: bool, postpones: bool) -> Iterator[None]:
    """Advance the run up to the milestone, or up to what was ordered of its members, and from there to its goal."""
    goal, left = scenario.goal, scenario.milestone.steps(simulator)
    while simulator.run.state != goal or not _is_reached(simulator, goal, left):
        simulator.clock.step()
        due = (left <= 0 or _is_last_chance(simulator, goal)) and (skips or not simulator.is_fated())
        if due and goal in {"Stopping", "Stopped"} and simulator.run.state in ACTIVE:
            _stop(simulator, goal, postpones=postpones)
        elif due and goal == "Failed" and simulator.active() and (skips or simulator.run.state != "Stopping"):
            simulator.fail()
        elif due and goal == "Pending" and simulator.active():
            simulator.complete_member()
        elif due and goal == "Pending" and simulator.can_postpone():
            simulator.postpone()
        elif simulator.run.state == "Stopping":
            simulator.drain()
        elif simulator.run.state in RESTARTABLE:
            simulator.restart()
        elif simulator.random.random() > 0.95 and skips:
            simulator.skip(partial(_keeps, simulator, goal))
        else:
            simulator.advance()
        left -= 1
        yield


def _is_reached(simulator: Simulator, goal: str, left: int) -> bool:
    """Return whether a run in the state of its goal is also where it should be."""
    if goal == "Running":
        return left <= 0 or simulator.stage is None
    return goal != "Pending" or not (simulator.pending_gates() and simulator.is_fated())


def _keeps(simulator: Simulator, goal: str, skipped: Collection[Node]) -> bool:
    """Return whether the goal is in reach after some nodes are skipped."""
    if goal == "Failed" and not simulator.can_fail(skipped):
        return False
    return goal not in THROUGH_A_MEMBER or bool({*simulator.not_started()}.difference(skipped))


def _is_last_chance(simulator: Simulator, goal: str) -> bool:
    """Return whether the next step could put the goal out of reach."""
    if goal == "Failed":
        return any(not simulator.can_fail([member]) for _, member in simulator.active())
    if goal == "Pending":
        return len(simulator.not_started()) <= 1
    if goal in THROUGH_A_MEMBER:
        return len(simulator.not_started()) + len(simulator.active()) <= 1
    return simulator.stage is None


def _stop(simulator: Simulator, goal: str, *, postpones: bool) -> None:
    """Take a step towards a stop. A run is seen Stopping only if a member or the wait is active, and some stop while Pending."""
    if simulator.can_postpone() and simulator.random.choice((False, True)) and postpones:
        simulator.postpone()
    elif goal == "Stopped" or simulator.active() or simulator.waiting():
        simulator.stop()
    else:
        simulator.advance()
