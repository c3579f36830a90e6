"""A picture as text: a tree for each run, in colour on a terminal and plain elsewhere."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ..findings import Finding, Severity
from ..report.report import severity_counts
from ..wording import count, printable
from .model import Capture, Fault, Part, Picture, Story
from .state_styles import look
from .time_format import day, duration, span

PLAIN_WIDTH = 110
"""Columns of a text that no terminal asks for."""

MAX_CHANGES = 8
"""Changes that are listed of a capture."""

_GUIDE = 4
_WIDEST_TITLE = 44
_SEVERITIES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def draw(picture: Picture, *, width: int = PLAIN_WIDTH, colour: bool = False) -> str:
    """Write a picture as text of so many columns, with ANSI colours where they are wanted."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="auto" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for story in picture.stories:
        console.print(_story(story))
        console.print()
    if picture.others:
        console.print(_elsewhere("Findings about no run", picture.others))
        console.print()
    console.print(summary(picture))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def summary(picture: Picture) -> str:
    """Count the findings of a picture, in a sentence."""
    findings = [*picture.others, *(finding for story in picture.stories for finding in story.findings)]
    return f"{severity_counts(findings).capitalize()}."


def _story(story: Story) -> RenderableType:
    last = story.captures[-1]
    parts: list[RenderableType] = [_tree(last.run, last.place if len(story.captures) == 1 else "")]
    if len(story.captures) > 1:
        parts += [Text(), _captures(story)]
    if last.others:
        parts += [Text(), _elsewhere("Elsewhere in the body", last.others)]
    return Group(*parts)


# The tree


def _tree(run: Part, place: str) -> Tree:
    known_day = "" if run.start is None else day(run.start)
    column = max((_wide(trail, part) for trail, part in run.trails() if trail), default=0)
    tree = Tree(_heading(run, place), guide_style="bright_black", highlight=False)
    _grow(tree, run, known_day, min(column, _WIDEST_TITLE + 2 * _GUIDE), 1)
    return tree


def _wide(trail: tuple[str, ...], part: Part) -> int:
    return _GUIDE * len(trail) + cell_len(part.title)


def _grow(tree: Tree, part: Part, known_day: str, column: int, depth: int) -> None:
    for below in part.parts:
        branch = tree.add(_label(below, known_day, column - _GUIDE * depth))
        _grow(branch, below, known_day, column, depth + 1)


def _heading(run: Part, place: str) -> RenderableType:
    seen = look(run.state)
    line = Text.assemble((run.title, "bold"), "  ", (f"{seen.sign} {run.state or 'no status'}", seen.style))
    if run.lasted is not None:
        line.append(f"  {duration(run.lasted)}")
    when = span(run.start, run.completed)
    line.append(f"  {when} UTC" if when else "", "bright_black")
    facts = " · ".join([*(f"{name} {value}" for name, value in run.facts), *([place] if place else [])])
    return Group(line, *([Text(facts, "bright_black")] if facts else []), *_details(run))


def _label(part: Part, known_day: str, column: int) -> RenderableType:
    seen = look(part.state)
    # What is a container of others stands out; a long title pushes the columns of its own line alone.
    title = Text(part.title, "bold" if part.kind in {"stage", "group"} else "")
    title.append(" " * max(0, column - cell_len(part.title)))
    taken = "" if part.lasted is None else duration(part.lasted)
    when = span(part.start, part.completed, known_day)
    state = f"{part.state or 'planned':<10}"
    line = Text.assemble((f"{seen.sign} ", seen.style), title, "  ", (state, seen.style), f"  {taken:>8}" if taken or when else "")
    line.append(f"  {when}" if when else "", "bright_black")
    line.append(f"  on {part.cluster}" if part.cluster else "", "bright_black")
    facts = (Padding(Text(f"{name} {value}", "bright_black"), (0, 0, 0, 2)) for name, value in part.facts)
    return Group(line, *_details(part), *facts)


def _details(part: Part) -> Iterator[RenderableType]:
    """Give what a part says, what is wrong with it, and what was found, line by line below it."""
    if part.message:
        yield Padding(Text(part.message), (0, 0, 0, 2))
    for fault in part.faults:
        yield from _fault(fault, 0)
    for finding in part.findings:
        yield Padding(_finding(finding, finding.message), (0, 0, 0, 2))


def _fault(fault: Fault, depth: int) -> Iterator[RenderableType]:
    line = Text(fault.code, "red")
    line.append(f"{': ' if fault.code and fault.message else ''}{fault.message}")
    line.append(f" ({fault.target})" if fault.target else "", "bright_black")
    yield Padding(line, (0, 0, 0, 2 + 2 * min(depth, 8)))
    for detail in fault.details:
        yield from _fault(detail, depth + 1)


def _finding(finding: Finding, words: str) -> Text:
    severity = (f"! {finding.severity}", _SEVERITIES[finding.severity])
    where = ("" if finding.line is None else f" {finding.line}:{finding.column}", "bright_black")
    return Text.assemble(severity, where, f" {printable(words)} ", (f"[{finding.rule}]", "bright_black"))


def _elsewhere(heading: str, findings: Iterable[Finding]) -> RenderableType:
    lines = (Padding(_finding(finding, _placed(finding)), (0, 0, 0, 2)) for finding in findings)
    return Group(Text(heading, "bold"), *lines)


def _placed(finding: Finding) -> str:
    side = "" if finding.side == "document" else f"{finding.side} "
    return f"{side}{finding.pointer or '(top)'}: {finding.message}"


# The captures


def _captures(story: Story) -> RenderableType:
    number = sum(1 + capture.again for capture in story.captures)
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column(style="bright_black", no_wrap=True)
    table.add_column()
    first = 1
    for capture in story.captures:
        last = first + capture.again
        table.add_row(f"  {first}" if first == last else f"  {first}–{last}", capture.place, Group(*_told(capture, story)))  # noqa: RUF001
        first = last + 1
    return Group(Text(f"{count(number, 'capture')}; the tree shows the last", "bold"), table)


def _told(capture: Capture, story: Story) -> Iterator[RenderableType]:
    if capture is story.captures[0]:
        seen = look(capture.run.state)
        yield Text.assemble("run: ", (capture.run.state or "no status", seen.style))
    for change in capture.changes[:MAX_CHANGES]:
        yield Text(str(change), look(change.after).style if change.after else "")
    if len(capture.changes) > MAX_CHANGES:
        yield Text(f"and {count(len(capture.changes) - MAX_CHANGES, 'other change')}", "bright_black")
    if capture is not story.captures[-1]:
        yield from (_finding(finding, _placed(finding)) for finding in capture.findings)
