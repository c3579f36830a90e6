"""Times and durations as text; times are in nanoseconds, as returned by `formats.date_time`, and written in UTC."""

from __future__ import annotations

from ..contract.formats import NANOSECONDS, written

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def duration(nanoseconds: int) -> str:
    """Return a duration in its two largest units: `2h 5m`, `12m 30s`, `45s`, `0.35s`."""
    sign, rest = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if rest < 10 * NANOSECONDS:
        hundredths = rest // (NANOSECONDS // 100)
        if rest and not hundredths:
            return f"{sign}<0.01s"
        return sign + f"{hundredths / 100:.2f}".rstrip("0").rstrip(".") + "s"
    seconds = (rest + NANOSECONDS // 2) // NANOSECONDS
    index = next(index for index, (size, _) in enumerate(_UNITS) if seconds >= size)
    words: list[str] = []
    for size, unit in _UNITS[index : index + 2]:
        number, seconds = divmod(seconds, size)
        words += [f"{number}{unit}"] if number or not words else []
    return sign + " ".join(words)


def day(time: int) -> str:
    """Return the date of a time: `2025-04-08`."""
    return written(time).partition("T")[0]


def clock(time: int, known_day: str = "") -> str:
    """Return a time to the second, without its date if that is the known one: `09:30:00`."""
    date, _, time_of_day = written(time - time % NANOSECONDS).rstrip("Z").partition("T")
    return time_of_day if date == known_day else f"{date} {time_of_day}"


def span(start: int | None, completed: int | None, known_day: str = "") -> str:
    """Return a period as text: from one time to another, since one, at one, or empty if no time is known."""
    if start is not None and completed is not None:
        return f"{clock(start, known_day)} – {clock(completed, day(start))}"  # noqa: RUF001 - an en dash between times
    if start is not None:
        return f"since {clock(start, known_day)}"
    return "" if completed is None else f"at {clock(completed, known_day)}"
