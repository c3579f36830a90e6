"""The life of an update run, as the service leads it: stages in sequence, groups side by side, members one at a time.

A life is told step by step. Whoever tells it chooses; the choices come from Hypothesis, or from a random number
generator where there is no need to shrink.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from ..contract.formats import NANOSECONDS
from ..rules.progress import DONE

Choose: TypeAlias = Callable[[int, int], int]
"""Gives an integer of a range, both ends included; the lower end is the simplest."""

_Option = TypeVar("_Option")

IN_FLIGHT = ("Running", "Pending")


def choose_from(choose: Choose, options: Sequence[_Option]) -> _Option:
    """Choose one of some options, the first of which is the simplest."""
    return options[choose(0, len(options) - 1)]


@dataclass(slots=True, eq=False)
class Part:
    """A part of a run: the run itself, a stage, a group, a member or a wait. Times are nanoseconds."""

    name: str = ""
    state: str = "NotStarted"
    start: int | None = None
    completed: int | None = None
    error: str | None = None
    message: str | None = None
    attempt: int = 0
    below: list[Part] = field(default_factory=list)
    wait: Part | None = None
    seconds: int = 0

    def parts(self) -> Iterator[Part]:
        """Give the part and all below it."""
        yield self
        for part in self.below:
            yield from part.parts()
        if self.wait is not None:
            yield self.wait

    @property
    def done(self) -> bool:
        """Tell whether the service goes on to what comes next."""
        return self.state in DONE


@dataclass(slots=True)
class Life:
    """An update run in progress. Every method is a step that the service takes, or that a client asks it for.

    One that `spares_one` skips some of its members, but never the last that has yet to be updated.
    """

    run: Part
    now: int
    choose: Choose
    spares_one: bool = False

    # What the clock says. A part is stamped before the whole, by some hundred nanoseconds.

    def pass_time(self) -> None:
        """Let some minutes go by; how many is no choice, as nothing hangs on it."""
        self.now += (60 + self.now // 100 % 997) * NANOSECONDS

    def _stamp(self) -> int:
        at = self.now
        self.now += 200 + 100 * (at // 100 % 5)
        return at

    def _begin(self, *parts: Part) -> None:
        for part in parts:
            part.state = "Running"
            if part.start is None:
                part.start = self._stamp()

    def _end(self, state: str, *parts: Part) -> None:
        for part in parts:
            part.state = state
            part.completed = self._stamp()

    # Where the run stands

    @property
    def stage(self) -> Part | None:
        """The stage whose turn it is."""
        return next((stage for stage in self.run.below if not stage.done), None)

    def in_flight(self) -> list[tuple[Part, Part]]:
        """List the members that are being updated, each behind its group."""
        groups = self.stage.below if self.stage is not None else []
        return [(group, member) for group in groups for member in group.below if member.state in (*IN_FLIGHT, "Stopping")]

    def waiting(self) -> bool:
        """Tell whether the wait after a stage is on."""
        return self.stage is not None and self.stage.wait is not None and self.stage.wait.state == "Running"

    def holdable(self) -> bool:
        """Tell whether there is a member that may have to wait before it is updated."""
        return not self.in_flight() and bool(self._startable())

    def untouched(self) -> list[Part]:
        """List the members that have yet to be updated."""
        groups = [group for stage in self.run.below for group in stage.below]
        return [member for group in groups for member in group.below if member.state == "NotStarted"]

    def _startable(self) -> list[tuple[Part, Part]]:
        groups = self.stage.below if self.stage is not None else []
        idle = [group for group in groups if not group.done and not any(member.state in IN_FLIGHT for member in group.below)]
        waiting = [(group, [member for member in group.below if member.state == "NotStarted"]) for group in idle]
        return [(group, members[0]) for group, members in waiting if members]

    # What the service does

    def launch(self) -> None:
        """Start a run that has not begun; groups without members are skipped."""
        self._begin(self.run)
        self._skip_empty()

    def _skip_empty(self) -> None:
        for stage in self.run.below:
            for group in stage.below:
                if not group.below and not group.done:
                    self._skip(group)

    def advance(self) -> None:
        """Take the next step of a run that is Running or Pending: a member, a wait, a stage, or the end of it all."""
        stage = self.stage
        if stage is None:
            self._end("Completed", self.run)
            return
        if self.run.state == "Pending":
            self._wake(stage)
            return
        steps = [*((True, pair) for pair in self.in_flight()), *((False, pair) for pair in self._startable())]
        if steps:
            finishing, (group, member) = choose_from(self.choose, steps)
            if finishing:
                self._finish(group, member)
            else:
                self._begin(member, group, stage)
        elif all(group.done for group in stage.below):
            self._after_groups(stage)
        else:
            for group in stage.below:
                self._settle(group)

    def _wake(self, stage: Part) -> None:
        """Bring the run, the stage and its groups out of Pending where a member is on its way again."""
        self.run.state = "Running"
        for group, member in self.in_flight():
            member.error = None
            self._begin(member, group, stage)

    def finish(self) -> None:
        """Finish one of the members in flight."""
        self._finish(*choose_from(self.choose, self.in_flight()))

    def _finish(self, group: Part, member: Part) -> None:
        self._end("Completed", member)
        self._settle(group)

    def _settle(self, group: Part) -> None:
        """End a group whose members are all done."""
        if group.below and all(member.done for member in group.below) and not group.done:
            if group.start is not None:
                self._end("Completed", group)
            else:
                group.state = "Skipped"

    def _after_groups(self, stage: Part) -> None:
        wait = stage.wait
        if stage.start is None:  # nothing in it was left to do
            self._skip(stage)
        elif wait is None or wait.done:
            self._end("Completed", stage)
        elif wait.state == "Running":
            self.now += stage.seconds * NANOSECONDS
            self._end("Completed", wait)
        else:
            self._begin(wait)

    def hold(self) -> None:
        """Let the next member wait, for a maintenance window or a node image, and with it all that is above it."""
        stage = self.stage
        if stage is None or not self.holdable():
            return
        group, member = choose_from(self.choose, self._startable())
        for part in (member, group, stage):
            part.state = "Pending"
            if part.start is None and self.choose(0, 1):
                part.start = self._stamp()
        self._order_starts(member, group, stage)
        self.run.state = "Pending"
        if self.choose(0, 1):
            member.error = "NodeImageVersionNotAvailable"

    def _order_starts(self, *inside_out: Part) -> None:
        """What has begun has begun within what it is part of."""
        begun = False
        for part in inside_out:
            begun = begun or part.start is not None
            if begun and part.start is None:
                part.start = self._stamp()

    def fail(self) -> None:
        """Let a member that is being updated fail; its group goes down with it, and the run after what is in flight."""
        if not self.in_flight() or self.stage is None:
            return
        group, member = choose_from(self.choose, self.in_flight())
        member.error = "UpgradeFailed"
        if member.start is None:
            self._begin(member, group, self.stage)
        self._end("Failed", member, group)
        self._wind_down()

    def stop(self) -> None:
        """Stop the run; what is in flight is finished first."""
        self._wind_down()

    def _wind_down(self) -> None:
        stage = self.stage
        self.run.state = "Stopping"
        if stage is None or (stage.start is None and stage.state == "NotStarted"):
            self._close()
            return
        stage.state = "Stopping"
        for group in stage.below:
            if group.state in IN_FLIGHT:
                group.state = "Stopping"
            for member in group.below:
                if member.state == "Pending":
                    member.state = "Stopping"
        if stage.wait is not None and stage.wait.state == "Running":
            stage.wait.state = "Stopping"
        self._close_if_drained()

    def drain(self) -> None:
        """Finish one of the members in flight, or the wait, of a run that is Stopping."""
        pairs = self.in_flight()
        stage = self.stage
        if pairs:
            group, member = choose_from(self.choose, pairs)
            if member.state == "Stopping":
                member.state = "Stopped"
                group.state = "Stopped"
            else:
                self._finish(group, member)
                if not group.done:
                    group.state = "Stopped"
        elif stage is not None and stage.wait is not None and stage.wait.state == "Stopping":
            stage.wait.state = "Stopped"
        self._close_if_drained()

    def _close_if_drained(self) -> None:
        stage = self.stage
        if self.in_flight() or stage is None or (stage.wait is not None and stage.wait.state == "Stopping"):
            return
        for group in stage.below:
            if group.state == "Stopping":
                group.state = "Stopped"
        failed = any(group.state == "Failed" for group in stage.below)
        stage.state = "Failed" if failed else "Stopped"
        if failed:
            self._end("Failed", stage)
        self._close()

    def _close(self) -> None:
        failed = self.stage is not None and self.stage.state == "Failed"
        if failed:
            self._end("Failed", self.run)
        else:
            self.run.state = "Stopped"

    def restart(self) -> None:
        """Start a run again that has Failed or Stopped, with another attempt at what has failed."""
        self._again(self.run)
        self._skip_empty()
        stage = self.stage
        if stage is None or (stage.start is None and stage.state == "NotStarted"):
            return
        for group in stage.below:
            if group.state in {"Failed", "Stopped"}:
                for member in group.below:
                    if member.state in {"Failed", "Stopped"}:
                        member.start, member.error = None, None
                        member.attempt += 1
                        self._again(member)
                self._again(group)
        self._again(stage)
        if stage.wait is not None and stage.wait.state == "Stopped":
            self._again(stage.wait)
        for group, _ in self.in_flight():
            if group.start is None:
                group.start = self._stamp()

    def _again(self, part: Part) -> None:
        part.completed = None
        self._begin(part)

    # What a client may have skipped

    def skip(self) -> None:
        """Skip a member, a group, a stage or a wait that has not begun, or a wait that is on."""
        options: list[Part] = []
        for stage in self.run.below:
            if not stage.done and stage.state != "Stopping":
                options += [part for group in stage.below for part in group.parts() if part.state == "NotStarted"]
            if stage.wait is not None and stage.wait.state in {"NotStarted", "Running"} and stage.state in {"NotStarted", "Running"}:
                options.append(stage.wait)
            if stage.state == "NotStarted" and not any(group.state == "Failed" for group in stage.below):
                options.append(stage)
        if self.spares_one:
            options = [part for part in options if {*self.untouched()} - {*part.parts()}]
        if options:
            self._skip(choose_from(self.choose, options))
            for stage in self.run.below:
                for group in stage.below:
                    self._settle(group)

    def skip_everything(self) -> None:
        """Skip every stage, and with them the run."""
        for stage in self.run.below:
            self._skip(stage)
        self.run.state = "Skipped"

    def _skip(self, whole: Part) -> None:
        for part in whole.parts():
            if part.state in {"NotStarted", "Running"} and (part is whole or part.state == "NotStarted"):
                part.state = "Skipped"
        # The service stamps what is skipped in every way: not at all, at its end, at its beginning, or at both.
        times = self.now // 100 % 4
        if times in {1, 3}:
            whole.completed = self.now
        if times in {2, 3} and whole.start is None:
            whole.start = self.now
