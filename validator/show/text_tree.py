"""An overview as text: a tree for each run, coloured for terminals if asked for."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ..findings import Finding, Severity
from ..report.report import reference, severity_counts
from ..wording import count, printable, shorten
from .model import ErrorInfo, Overview, RunHistory, Snapshot, TreeNode
from .state_styles import BLUE, ORANGE, QUIET, RED, style_of
from .time_format import day, duration, lasted, span, with_wait

PLAIN_WIDTH = 110
"""Columns of text that is not for a terminal."""

MAX_TREES = 10
"""Runs that are drawn as trees; of more, each takes one line."""

MAX_CHANGES = 8
"""Changes that are listed of a snapshot."""

_GUIDE_WIDTH = 4
_MAX_TITLE_WIDTH = 44
_MAX_INDENT = 8
_INDENT = (0, 0, 0, 2)
SEVERITY_STYLES = {Severity.ERROR: RED, Severity.WARNING: ORANGE, Severity.NOTE: BLUE}


def render_text(overview: Overview, *, width: int = PLAIN_WIDTH, colour: bool = False) -> str:
    """Return an overview as text of this width, with ANSI colours if `colour`."""
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
    if len(overview.histories) > MAX_TREES:
        for line in _run_lines(overview.histories):
            console.print(line, no_wrap=True, overflow="ellipsis")
        console.print(Text("\n--run NAME shows one of them.\n", QUIET))
    else:
        for history in overview.histories:
            console.print(_history(history))
            console.print()
    if overview.other_findings:
        console.print(_finding_list("Findings about no run", overview.other_findings, has_source=len(overview.sources) > 1))
        console.print()
    console.print(f"{severity_counts(overview.findings).capitalize()}.")
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _run_lines(histories: Iterable[RunHistory]) -> Iterator[Text]:
    """Yield one line for each run; where it is, at the end, is cut off if there is no room."""
    rows = []
    for history in histories:
        run = history.last.run
        style = style_of(run.state)
        found = count(len(history.findings), "finding") if history.findings else ""
        texts = (
            shorten(run.title, _MAX_TITLE_WIDTH),
            f"{style.symbol} {run.state or 'no status'}",
            lasted(run),
            found,
            history.last.location,
        )
        rows.append(tuple(zip(texts, ("bold", style.terminal, "", RED, QUIET), strict=True)))
    widths = [max(cell_len(text) for text, _ in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = ((f"{set_cell_size(text, width)}  ", style) for (text, style), width in zip(row, widths, strict=True) if width)
        line = Text.assemble(*cells)
        line.rstrip()
        yield line


def _history(history: RunHistory) -> RenderableType:
    last = history.last
    lines: list[RenderableType] = [_tree(last.run, last.location if len(history.snapshots) == 1 else "")]
    if len(history.snapshots) > 1:
        lines += [Text(), _snapshots(history)]
    if last.other_findings:
        lines += [Text(), _finding_list("Elsewhere in the body", last.other_findings)]
    return Group(*lines)


# The tree


def _tree(run: TreeNode, location: str) -> Tree:
    known_day = "" if run.start is None else day(run.start)
    widths = (_GUIDE_WIDTH * len(titles) + cell_len(node.title) for titles, node in run.walk_with_titles() if titles)
    column = min(max(widths, default=0), _MAX_TITLE_WIDTH + 2 * _GUIDE_WIDTH)
    tree = Tree(_heading(run, location), guide_style=QUIET, highlight=False)
    _add_children(tree, run, known_day, column, 1)
    return tree


def _add_children(tree: Tree, node: TreeNode, known_day: str, column: int, depth: int) -> None:
    for child in node.children:
        branch = tree.add(_label(child, known_day, column - _GUIDE_WIDTH * depth))
        _add_children(branch, child, known_day, column, depth + 1)


def _heading(run: TreeNode, location: str) -> RenderableType:
    style = style_of(run.state)
    line = Text.assemble((run.title, "bold"), "  ", (f"{style.symbol} {run.state or 'no status'}", style.terminal))
    if run.duration is not None:
        line.append(f"  {duration(run.duration)}")
    when = span(run)
    line.append(f"  {when} UTC" if when else "", QUIET)
    attributes = [*(f"{label} {value}" for label, value in run.attributes), *([location] if location else [])]
    return Group(line, _Attributes(attributes), *_details(run))


def _label(node: TreeNode, known_day: str, column: int) -> RenderableType:
    style = style_of(node.state)
    # Stages and groups stand out; a title that is wider than the column shifts the rest of its own line only.
    title = Text(node.title, "bold" if node.kind in {"stage", "group"} else "")
    title.append(" " * max(0, column - cell_len(node.title)))
    time = "" if node.work.duration is None else duration(node.work.duration)
    when = span(node.work, known_day)
    state = (f"{node.state or 'planned':<10}", style.terminal)
    line = Text.assemble((f"{style.symbol} ", style.terminal), title, "  ", state, f"  {time:>8}" if time or when else "")
    line.append(f"  {when}" if when else "", QUIET)
    line.append(f"  {with_wait(node)}" if with_wait(node) else "", QUIET)
    line.append(f"  on {node.cluster}" if node.cluster else "", QUIET)
    attributes = [f"{label} {value}" for label, value in node.attributes]
    return Group(line, *_details(node), *([Padding(_Attributes(attributes), _INDENT)] if attributes else []))


class _Attributes:
    """Attributes next to each other, as many on a line as there is room for."""

    def __init__(self, attributes: Iterable[str]) -> None:
        self._attributes = attributes

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Yield the lines."""
        line = ""
        for attribute in self._attributes:
            longer = f"{line} · {attribute}" if line else attribute
            if line and cell_len(longer) > options.max_width:
                yield Text(line, QUIET)
                line = attribute
            else:
                line = longer
        if line:
            yield Text(line, QUIET)


def _details(node: TreeNode) -> Iterator[RenderableType]:
    """Yield the message of a node, its errors and its findings, as the lines below its label."""
    if node.message:
        yield Padding(Text(node.message), _INDENT)
    for error in node.errors:
        yield from _error(error, 0)
    for finding in node.findings:
        yield Padding(_finding(finding), _INDENT)


def _error(error: ErrorInfo, depth: int) -> Iterator[RenderableType]:
    """Yield the lines of an error that the API reports; its label tells it from a finding."""
    line = Text.assemble(("" if depth else "API error ", RED), (error.code, "bold"))
    line.append(f"{': ' if error.code and error.message else ''}{error.message}")
    line.append(f" ({error.target})" if error.target else "", QUIET)
    line.append(f", see {error.see}" if error.see else "", QUIET)
    yield Padding(line, (0, 0, 0, 2 + 2 * min(depth, _MAX_INDENT)))
    for detail in error.details:
        yield from _error(detail, depth + 1)


def _finding(finding: Finding, place: str = "") -> Text:
    severity = (f"! {finding.severity}", SEVERITY_STYLES[finding.severity])
    position = ("" if finding.line is None else f" {finding.line}:{finding.column}", QUIET)
    text = printable(f" {place}{finding.message}{reference(finding)} ")
    return Text.assemble(severity, position, text, (f"[{finding.rule}]", QUIET))


def _finding_list(heading: str, findings: Iterable[Finding], *, has_source: bool = False) -> RenderableType:
    lines = (Padding(_finding_with_pointer(finding, has_source=has_source), _INDENT) for finding in findings)
    return Group(Text(heading, "bold"), *lines)


def _finding_with_pointer(finding: Finding, *, has_source: bool = False) -> Text:
    source = f"{finding.source} " if has_source else ""
    side = "" if finding.side == "document" else f"{finding.side} "
    return _finding(finding, f"{source}{side}{finding.pointer or '(top)'}: ")


# The snapshots


def _snapshots(history: RunHistory) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column(style=QUIET)
    table.add_column(overflow="fold")  # a pointer is longer than the column
    sources = {snapshot.source for snapshot in history.snapshots}
    common = sources.pop() if len(sources) == 1 else ""
    for numbers, snapshot in history.numbered():
        table.add_row(f"  {numbers}", snapshot.place if common else snapshot.location, Group(*_changes(snapshot, history)))
    title = f"{count(history.captures, 'capture')}{common and f' in {common}'}; the tree shows the last"
    return Group(Text(title, "bold"), table)


def _changes(snapshot: Snapshot, history: RunHistory) -> Iterator[Text]:
    """Yield the first state or the changes, and the findings, except those of the last snapshot, which the tree shows."""
    if snapshot is history.snapshots[0]:
        state = snapshot.run.state
        yield Text.assemble("run: ", (state or "no status", style_of(state).terminal))
    for change in snapshot.changes[:MAX_CHANGES]:
        yield Text(str(change), style_of(change.after).terminal if change.after else "")
    if len(snapshot.changes) > MAX_CHANGES:
        yield Text(f"and {count(len(snapshot.changes) - MAX_CHANGES, 'other change')}", QUIET)
    if snapshot is not history.last:
        yield from map(_finding_with_pointer, snapshot.findings)
