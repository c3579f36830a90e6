"""Times and durations as text; times are in nanoseconds, as returned by `formats.date_time`, and written in UTC."""

from __future__ import annotations

from ..contract.formats import NANOSECONDS, written
from .model import TreeNode

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


def day(time: int | None) -> str:
    """Return the date of a time: `2025-04-08`; empty if it is not known."""
    return "" if time is None else written(time).partition("T")[0]


def clock(time: int, known_day: str = "") -> str:
    """Return a time to the second, without its date if that is the known one: `09:30:00`."""
    date, _, time_of_day = written(time - time % NANOSECONDS).rstrip("Z").partition("T")
    return time_of_day if date == known_day else f"{date} {time_of_day}"


def span(node: TreeNode, known_day: str = "") -> str:
    """Return the period of a node: from one time to another, since one, at one, or empty if no time is known."""
    start, completed = node.start, node.completed
    if start is not None and completed is not None:
        return f"{clock(start, known_day)} – {clock(completed, day(start))}"  # noqa: RUF001 - an en dash between times
    if start is not None:
        return f"{'at' if node.is_over else 'since'} {clock(start, known_day)}"
    return "" if completed is None else f"at {clock(completed, known_day)}"


def lasted(node: TreeNode, known_day: str = "") -> str:
    """Return the duration of a node, or its only time; of a stage, the duration without its wait, and with it."""
    work = node.work.duration
    if work is None:
        return span(node, known_day)
    return ", ".join(filter(None, (duration(work), with_wait(node))))


def with_wait(node: TreeNode) -> str:
    """Return the duration of a stage together with its wait or its gates after the groups; empty without these, and if it is not known."""
    total = node.duration
    after = [child.kind for child in node.of_kind("wait", "after gate") if child.times and child.state != "Skipped"]
    if total is None or not after:
        return ""
    return f"{duration(total)} with its {'wait' if 'wait' in after else 'gates'}"
