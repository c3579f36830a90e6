"""The clock of a simulated service, and the times that it stamps."""

from __future__ import annotations

from dataclasses import dataclass

from ..contract.formats import NANOSECONDS, written

_STEPS_LEFT = 64
"""The part of the time before an end that one step takes: with 64, a thousandth is left after more than 400 steps."""

_FINE = 7
"""Fraction digits from which on a parent is seen to be stamped after its child."""


@dataclass(slots=True)
class Clock:
    """A clock: `now` and the `end`, which no step passes, are nanoseconds.

    Times have one of the numbers of fraction `digits`, the same for all that happens in a step. A child is stamped before its parent,
    by some hundred nanoseconds. What varies is derived from the time, not drawn, as nothing depends on it.
    """

    now: int
    end: int | None
    digits: tuple[int, ...]
    _digits: int = 9
    _coarse: str | None = None

    def step(self, seconds: int | None = None) -> None:
        """Advance by so many seconds, or by some minutes; before an end, by less, so that there is always time for another step."""
        step = (60 + self.now // 100 % 997 if seconds is None else seconds) * NANOSECONDS
        if self.end is not None:
            step = min(step, (self.end - self.now) // _STEPS_LEFT)
        self.now += step
        # Steps in one second would not be in order if some had whole seconds.
        self._digits = 9 if step < NANOSECONDS else self.digits[self.now // 100 % len(self.digits)]
        self._coarse = timestamp(self.now, self._digits) if self._digits < _FINE else None

    def stamp(self) -> str:
        """Return the time, and advance by some hundred nanoseconds."""
        time = self.now
        self.now += 200 + 100 * (time // 100 % 5)
        return self._coarse or timestamp(time, self._digits)

    def choose(self, options: int) -> int:
        """Return a number below another, which depends on the time."""
        return self.now // 100 % options


def timestamp(time: int, digits: int) -> str:
    """Return nanoseconds as a date-time with a number of fraction digits."""
    fraction = time % NANOSECONDS
    whole = written(time - fraction)
    return f"{whole[:-1]}.{fraction:09}"[: len(whole) + digits] + "Z" if digits else whole
