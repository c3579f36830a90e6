"""The course of a life: the state that it comes to, the moment from which on it makes for it, and what happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..run.transitions import RESTARTABLE
from .bodies import MAX_STAGES, ORIGIN, STATES, Plan, named
from .simulator import IN_FLIGHT, Choose, Life, Part, choose_from

_IN_A_MEMBER = ("Failed", "Pending", "Stopping")
"""The states that a run comes into by what happens to a member."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a life that is yet to come: a stage, and how much of the way through it is left by then, in ninety-ninths.

    It is chosen before the life is told, and stays that moment when a member, a group, a detour or an empty stage is left out.
    """

    stage: int
    left: int

    @classmethod
    def chosen(cls, choose: Choose) -> Moment:
        """Choose a moment; a third of them are the last of a stage, where its wait is on."""
        return cls(choose(0, MAX_STAGES - 1), max(0, choose(0, 149) - 50))

    def steps(self, told: Life) -> int:
        """Count the steps to the moment, fewer than are left of a life."""
        sizes = [_steps(stage) for stage in told.run.below if not stage.done]
        if not sizes:
            return 0
        busy = [index for index, size in enumerate(sizes) if size > 1] or [len(sizes) - 1]
        stage = busy[min(self.stage, len(busy) - 1)]
        return max(0, sum(sizes[: stage + 1]) - 2 - sizes[stage] * self.left // 99)


def _steps(stage: Part) -> int:
    """Count the steps to the end of a stage: two for each member and for the wait, if anything is updated, and one for the end."""
    left = sum(not member.done for group in stage.below for member in group.below)
    waits = stage.wait is not None and not stage.wait.done and (left or stage.start is not None)
    return 2 * left + (2 if waits else 0) + 1


@dataclass(frozen=True, slots=True)
class Course:
    """What a life comes to: the state that is its `goal`, and the moment from which on it makes for it.

    On the way a client skips something before the start; or the run fails, or is stopped, and is started again, or waits for a while.
    """

    goal: str
    moment: Moment
    skips: bool
    early: bool
    detour: Moment | None
    turn: int
    begin: int

    @classmethod
    def chosen(cls, choose: Choose, state: str | None = None) -> Course:
        """Choose a course, always by as many choices; without a state, one is chosen."""
        goal = choose_from(choose, STATES) if state is None else state
        skips, early, detour = choose(0, 3) == 3, choose(0, 3) == 3, choose(0, 1)
        moment, other = Moment.chosen(choose), Moment.chosen(choose)
        turn, begin = choose(0, 3), ORIGIN + choose(0, 10**6) * 1_000_003
        return cls(goal, moment, skips, early, other if detour else None, turn, begin)


def life(choose: Choose, chosen: Plan, course: Course) -> Iterator[Life]:
    """Tell the life of a run along its course; gives it anew after every step."""
    goal = course.goal
    told = Life(chosen.run, course.begin, choose, spares_one=goal in _IN_A_MEMBER)
    if told.spares_one and not told.untouched():
        group = told.run.below[0].below[0]
        group.below.append(named(group.name, 0))
    yield told
    if goal == "Skipped":
        told.skip_everything()
        yield told
        return
    if course.skips:
        told.skip()
        yield told
    if goal == "NotStarted":
        return
    told.pass_time()
    if goal == "Stopped" and course.early:
        told.stop()
        yield told
        return
    told.launch()
    yield told
    if course.detour is not None:
        yield from _detour(told, course.detour, course.turn)
    yield from _towards(told, goal, course.moment)


def _detour(told: Life, moment: Moment, turn: int) -> Iterator[Life]:
    """Let a run fail, or be stopped, and be started again; or let it wait for a while."""
    for _ in range(moment.steps(told)):
        if len(told.untouched()) <= 1:
            break
        told.pass_time()
        told.advance()
        yield told
    options: tuple[tuple[Callable[[], None], ...], ...] = ((told.fail,), (told.stop,))
    if len(told.untouched()) > 1:
        begin = (told.advance,) if told.holdable() else ()  # what fails has begun
        hold = (*(told.finish,) * len(told.in_flight()), told.hold)  # what waits has not
        options = ((*begin, told.fail), (told.stop,), hold, (*hold, told.stop))
    for step in options[turn % len(options)]:
        told.pass_time()
        step()
        yield told
    while told.run.state == "Stopping":
        told.pass_time()
        told.drain()
        yield told
    if told.run.state in RESTARTABLE:
        told.pass_time()
        told.restart()
        yield told


def _towards(told: Life, goal: str, moment: Moment) -> Iterator[Life]:
    """Go on until the run is in the state that is the goal."""
    left = moment.steps(told)
    while told.run.state != goal or (goal == "Running" and left > 0 and told.stage is not None):
        told.pass_time()
        due = left <= 0 or _is_last_chance(told, goal)
        if due and goal in {"Stopping", "Stopped"} and told.run.state in IN_FLIGHT:
            _halt(told, goal)
        elif due and goal == "Failed" and told.in_flight():
            told.fail()
        elif due and goal == "Pending" and told.in_flight():
            told.finish()
        elif due and goal == "Pending" and told.holdable():
            told.hold()
        elif told.run.state == "Stopping":
            told.drain()
        elif told.choose(0, 19) == 19:
            told.skip()
        else:
            told.advance()
        left -= 1
        yield told


def _is_last_chance(told: Life, goal: str) -> bool:
    """Tell whether the run would be Completed before it could come to its goal."""
    if goal == "Pending":
        return len(told.untouched()) <= 1
    if goal in _IN_A_MEMBER:
        return len(told.untouched()) + len(told.in_flight()) <= 1
    return told.stage is None


def _halt(told: Life, goal: str) -> None:
    """Stop a run, at times in a member that has yet to be updated; what is to be seen Stopping must have something to finish."""
    if told.holdable() and told.choose(0, 1):
        told.hold()
    elif goal == "Stopped" or told.in_flight() or told.waiting():
        told.stop()
    else:
        told.advance()
