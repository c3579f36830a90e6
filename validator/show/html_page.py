"""A picture as a page: one file of HTML, complete in itself, to be read without network and without script."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator

from ..findings import Finding
from ..report.report import severity_counts
from ..wording import count, printable
from .html_elements import Content, Element, element, markup
from .html_stages import board, chip, finding_words
from .html_timeline import timeline
from .model import Capture, Picture, Story
from .time_format import duration, span

STYLESHEET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.css")

MAX_CHANGES = 40
"""Changes that are listed of a capture."""


def page(picture: Picture) -> str:
    """Write a picture as a page of HTML; the same picture gives the same bytes."""
    with open(STYLESHEET, encoding="utf-8") as stream:
        style = stream.read()
    title = _title(picture)
    stories = [_story(story, f"r{number}") for number, story in enumerate(picture.stories)]
    whole = element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_policy(style)),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", title),
            element("style", style),
        ),
        element(
            "body",
            element("a", "To the runs", class_="skip", href="#runs"),
            element(
                "header",
                element("h1", "Update run" if len(picture.stories) == 1 else title),
                element("p", printable(picture.source), class_="quiet"),
                _contents(picture),
            ),
            element("main", *stories, _others(picture), id="runs"),
            element("footer", element("p", "Times are in UTC. Drawn by updaterun show.", class_="quiet")),
        ),
        lang="en",
    )
    return f"<!doctype html>\n{markup(whole)}\n"


def _policy(style: str) -> str:
    """Allow this stylesheet, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _title(picture: Picture) -> str:
    if len(picture.stories) > 1:
        return f"{len(picture.stories):,} update runs"
    return f"Update run {picture.stories[0].name}".rstrip() if picture.stories else "No update run"


def _contents(picture: Picture) -> Content:
    """List the runs, where there are several."""
    if len(picture.stories) < 2:
        return None
    links = (
        element("li", element("a", story.name or "(no name)", href=f"#r{number}"), " ", chip(story.captures[-1].run.state))
        for number, story in enumerate(picture.stories)
    )
    return element("nav", element("ol", *links, class_="contents"), aria_label="Update runs")


def _story(story: Story, key: str) -> Element:
    last = story.captures[-1]
    head = element("h2", element("bdi", last.run.title), " ", chip(last.run.state), id=f"{key}-name")
    panes = [_pane(capture, f"{key}c{number}") for number, capture in enumerate(story.captures)]
    below = _steps(story, key, panes) if len(panes) > 1 else panes[0]
    return element("section", head, below, id=key, class_="story", aria_labelledby=f"{key}-name")


# The captures of a run


def _steps(story: Story, key: str, panes: list[Element]) -> Element:
    """Make one step of each capture; the one that is chosen, at first the last, shows its pane."""
    number = sum(1 + capture.again for capture in story.captures)
    made: list[Content] = [element("legend", f"{count(number, 'capture')}, one after another")]
    first = 1
    for index, (capture, pane) in enumerate(zip(story.captures, panes, strict=True)):
        last = first + capture.again
        chosen = index == len(panes) - 1
        label = element("span", str(first) if first == last else f"{first}–{last}", class_="number")  # noqa: RUF001
        made.append(element("input", type="radio", name=key, id=f"{key}s{index}", checked=chosen))
        made.append(element("label", label, " ", chip(capture.run.state), _marks(capture), for_=f"{key}s{index}"))
        made.append(pane)
        first = last + 1
    return element("fieldset", *made, class_="steps")


def _marks(capture: Capture) -> Content:
    number = len(capture.findings)
    return element("span", count(number, "finding"), class_="found") if number else None


def _pane(capture: Capture, key: str) -> Element:
    run = capture.run
    changed = {change.trail: change for change in capture.changes}
    return element(
        "div",
        element("p", capture.place, class_="quiet") if capture.place else None,
        _facts(capture, key),
        _changes(capture),
        timeline(run),
        board(run, key, changed),
        _findings(capture, key),
        class_="pane",
    )


def _facts(capture: Capture, key: str) -> Element:
    run = capture.run
    rows = list(run.facts)
    if run.start is not None or run.completed is not None:
        rows.insert(0, ("time", span(run.start, run.completed)))
    if run.lasted is not None:
        rows.insert(1, ("taken", duration(run.lasted)))
    return element(
        "dl",
        *(element("div", element("dt", name), element("dd", element("bdi", value))) for name, value in rows),
        id=f"{key}facts",
        class_="facts",
    )


def _changes(capture: Capture) -> Content:
    if not capture.changes:
        return None
    lines = [element("li", str(change)) for change in capture.changes[:MAX_CHANGES]]
    more = len(capture.changes) - MAX_CHANGES
    lines += [element("li", f"and {count(more, 'other change')}", class_="quiet")] if more > 0 else []
    heading = element("summary", element("h3", f"Changed since the capture before ({len(capture.changes):,})"))
    return element("details", heading, element("ul", *lines), class_="changes", open=len(lines) <= 8)


# The findings


def _findings(capture: Capture, key: str) -> Element:
    heading = element("h3", "Findings")
    if not capture.findings:
        return element("section", heading, element("p", "None.", class_="quiet"))
    told = f"{severity_counts(capture.findings)}."
    return element("section", heading, element("p", told), element("ol", *_rows(capture, key), class_="findings"))


def _rows(capture: Capture, key: str) -> Iterator[Element]:
    for number, part in enumerate(capture.run.all()):
        for finding in part.findings:
            yield element("li", *_row(finding), " ", element("a", f"at {part.title}", href=f"#{key}p{number}"))
    for finding in capture.others:
        yield element("li", *_row(finding), " ", element("a", "at the run", href=f"#{key}facts"))


def _row(finding: Finding) -> list[Content]:
    side = "" if finding.side == "document" else f"{finding.side} "
    where = element("code", printable(f"{side}{finding.pointer or '(top)'}"))
    place = None if finding.line is None else element("span", f" line {finding.line}, column {finding.column}", class_="quiet")
    return [*finding_words(finding), element("br"), where, place]


def _others(picture: Picture) -> Content:
    if not picture.others:
        return None
    rows = (element("li", *_row(finding)) for finding in picture.others)
    return element("section", element("h2", "Findings about no run"), element("ol", *rows, class_="findings"), class_="story")
