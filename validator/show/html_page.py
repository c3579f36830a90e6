"""An overview as a page: one self-contained HTML file that needs no network and no script."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator

from ..findings import Finding
from ..report.report import severity_counts
from ..wording import count, printable
from .html_elements import Content, Element, element, to_html
from .html_stages import finding_content, stages_section, state_chip
from .html_timeline import timeline
from .model import Overview, RunHistory, Snapshot, TreeNode
from .time_format import duration, span

STYLESHEET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.css")

MAX_CHANGES = 40
"""Changes that are listed of a snapshot."""

_MAX_OPEN_CHANGES = 8
"""A longer list of changes is collapsed."""


def render_page(overview: Overview) -> str:
    """Return the HTML of an overview; equal overviews give equal bytes."""
    with open(STYLESHEET, encoding="utf-8") as stream:
        stylesheet = stream.read()
    title = _title(overview)
    histories = [_history(history, f"r{number}") for number, history in enumerate(overview.histories)]
    root = element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_security_policy(stylesheet)),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", title),
            element("style", stylesheet),
        ),
        element(
            "body",
            element("a", "To the runs", class_="skip", href="#runs"),
            element(
                "header",
                element("h1", "Update run" if len(overview.histories) == 1 else title),
                element("p", printable(overview.source), class_="quiet"),
                _contents(overview),
            ),
            element("main", *histories, _other_findings(overview), id="runs"),
            element("footer", element("p", "Times are in UTC. Drawn by updaterun show.", class_="quiet")),
        ),
        lang="en",
    )
    return f"<!doctype html>\n{to_html(root)}\n"


def _security_policy(stylesheet: str) -> str:
    """Return a Content-Security-Policy that allows this stylesheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(stylesheet.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _title(overview: Overview) -> str:
    if len(overview.histories) > 1:
        return f"{len(overview.histories):,} update runs"
    return f"Update run {overview.histories[0].name}".rstrip() if overview.histories else "No update run"


def _contents(overview: Overview) -> Content:
    if len(overview.histories) < 2:
        return None
    links = (
        element("li", element("a", history.name or "(no name)", href=f"#r{number}"), " ", state_chip(history.snapshots[-1].run.state))
        for number, history in enumerate(overview.histories)
    )
    return element("nav", element("ol", *links, class_="contents"), aria_label="Update runs")


def _history(history: RunHistory, prefix: str) -> Element:
    run = history.snapshots[-1].run
    head = element("h2", element("bdi", run.title), " ", state_chip(run.state), id=f"{prefix}-name")
    panes = [_pane(snapshot, f"{prefix}c{number}") for number, snapshot in enumerate(history.snapshots)]
    content = _tabs(history, prefix, panes) if len(panes) > 1 else panes[0]
    return element("section", head, content, id=prefix, class_="story", aria_labelledby=f"{prefix}-name")


# The snapshots of a run


def _tabs(history: RunHistory, prefix: str, panes: list[Element]) -> Element:
    """Return a radio button for each snapshot, followed by its pane, which the stylesheet shows if the button is checked."""
    number = sum(1 + snapshot.repeats for snapshot in history.snapshots)
    contents: list[Content] = [element("legend", f"{count(number, 'capture')}, one after another")]
    first = 1
    for index, (snapshot, pane) in enumerate(zip(history.snapshots, panes, strict=True)):
        last = first + snapshot.repeats
        is_checked = index == len(panes) - 1
        numbers = element("span", str(first) if first == last else f"{first}–{last}", class_="number")  # noqa: RUF001 - an en dash
        contents.append(element("input", type="radio", name=prefix, id=f"{prefix}s{index}", checked=is_checked))
        label = (numbers, " ", state_chip(snapshot.run.state), _finding_count(snapshot))
        contents.append(element("label", *label, for_=f"{prefix}s{index}"))
        contents.append(pane)
        first = last + 1
    return element("fieldset", *contents, class_="steps")


def _finding_count(snapshot: Snapshot) -> Content:
    number = len(snapshot.findings)
    return element("span", count(number, "finding"), class_="found") if number else None


def _pane(snapshot: Snapshot, prefix: str) -> Element:
    run = snapshot.run
    return element(
        "div",
        element("p", snapshot.location, class_="quiet") if snapshot.location else None,
        _attributes(run, prefix),
        _changes(snapshot),
        timeline(run),
        stages_section(run, prefix, {change.titles: change for change in snapshot.changes}),
        _findings(snapshot, prefix),
        class_="pane",
    )


def _attributes(run: TreeNode, prefix: str) -> Element:
    rows = list(run.attributes)
    if run.start is not None or run.completed is not None:
        rows.insert(0, ("time", span(run.start, run.completed)))
    if run.duration is not None:
        rows.insert(1, ("taken", duration(run.duration)))
    return element(
        "dl",
        *(element("div", element("dt", label), element("dd", element("bdi", value))) for label, value in rows),
        id=f"{prefix}facts",
        class_="facts",
    )


def _changes(snapshot: Snapshot) -> Content:
    if not snapshot.changes:
        return None
    rows = [element("li", str(change)) for change in snapshot.changes[:MAX_CHANGES]]
    more = len(snapshot.changes) - MAX_CHANGES
    rows += [element("li", f"and {count(more, 'other change')}", class_="quiet")] if more > 0 else []
    heading = element("summary", element("h3", f"Changed since the capture before ({len(snapshot.changes):,})"))
    return element("details", heading, element("ul", *rows), class_="changes", open=len(rows) <= _MAX_OPEN_CHANGES)


# The findings


def _findings(snapshot: Snapshot, prefix: str) -> Element:
    heading = element("h3", "Findings")
    if not snapshot.findings:
        return element("section", heading, element("p", "None.", class_="quiet"))
    counts = element("p", f"{severity_counts(snapshot.findings)}.")
    return element("section", heading, counts, element("ol", *_rows(snapshot, prefix), class_="findings"))


def _rows(snapshot: Snapshot, prefix: str) -> Iterator[Element]:
    for number, node in enumerate(snapshot.run.walk()):
        for finding in node.findings:
            yield element("li", *_row(finding), " ", element("a", f"at {node.title}", href=f"#{prefix}p{number}"))
    for finding in snapshot.other_findings:
        yield element("li", *_row(finding), " ", element("a", "at the run", href=f"#{prefix}facts"))


def _row(finding: Finding) -> list[Content]:
    side = "" if finding.side == "document" else f"{finding.side} "
    pointer = element("code", printable(f"{side}{finding.pointer or '(top)'}"))
    position = None if finding.line is None else element("span", f" line {finding.line}, column {finding.column}", class_="quiet")
    return [*finding_content(finding), element("br"), pointer, position]


def _other_findings(overview: Overview) -> Content:
    if not overview.other_findings:
        return None
    rows = (element("li", *_row(finding)) for finding in overview.other_findings)
    return element("section", element("h2", "Findings about no run"), element("ol", *rows, class_="findings"), class_="story")
