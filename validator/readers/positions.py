"""Positions: the line and the column of each finding in its text, looked up only if there are findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple, TypeVar

from ..findings import Finding, Related, Side
from ..pointer import Path, steps
from .items import Text
from .line_column import lines_and_columns
from .pointer_tree import Mark, PointerNode, Span, Steps

_Place = TypeVar("_Place", Finding, Related)


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the text whose position is looked up."""

    steps: Steps
    mark: Mark = "value"


class Position(NamedTuple):
    """The line and the column of a part of the text, both from 1, and the column after the part or, if it goes on there, after its line."""

    line: int
    column: int
    end_column: int


def with_positions(findings: Sequence[Finding], text: Text, *, about_names: Collection[str]) -> Iterator[Finding]:
    """Yield the findings of the text, each with its position in the file, and those of its related places in the text.

    Lines and columns count from 1, in characters. A finding is at its value, and one of the rules in `about_names` at the name of the
    property. A missing value is at the object that lacks it, and a value in an embedded JSON string is at the string.
    """
    targets = [target(finding.pointer, finding.entry, finding.side, text, _mark(finding, about_names)) for finding in findings]
    related = [_related_targets(finding, text) for finding in findings]
    positions = iter(locate(text, [*targets, *filter(None, chain.from_iterable(related))]))
    own = [next(positions) for _ in findings]
    for finding, position, others in zip(findings, own, related, strict=True):
        places = (place if its is None else _at(place, next(positions)) for place, its in zip(finding.related, others, strict=True))
        yield _at(replace(finding, related=tuple(places)) if others else finding, position)


def _at(place: _Place, position: Position | None) -> _Place:
    return place if position is None else replace(place, **position._asdict())


def _mark(finding: Finding, about_names: Collection[str]) -> Mark:
    return "repeated_name" if finding.rule == "input/duplicate-key" else "name" if finding.rule in about_names else "value"


def _related_targets(finding: Finding, text: Text) -> list[Target | None]:
    """Return the target of each related place, None for one in another text."""
    return [
        target(place.pointer, finding.entry if place.entry is None else place.entry, finding.side, text)
        if place.source in (None, finding.source) and (text.places is not None or place.entry in (None, finding.entry))
        else None
        for place in finding.related
    ]


def target(pointer: str, entry: int | None, side: Side, text: Text, mark: Mark = "value") -> Target:
    """Return what a JSON Pointer in a body is in its text: in a recording, below the entry and the side that it is on."""
    relative = steps(pointer)
    base: Path = ()
    if text.places is not None and entry is not None:
        places = text.places[entry]
        if side == "request" and len(relative) == 2 and relative[0] == "uri" and mark != "repeated_name":
            base, relative = places.uri, relative[1:]
        else:
            base = {"document": places.entry, "request": places.request, "response": places.response}[side]
    return Target((*map(str, base), *relative), mark)


def locate(text: Text, targets: Iterable[Target]) -> list[Position | None]:
    """Return the position of each target, from one walk through the text; None if the text is nested too deep."""
    targets = list(targets)
    tree = PointerNode()
    for each in targets:
        tree.add(each.steps)
    string = text.data.decode()
    try:
        _record_offsets(string, tree, is_yaml=text.is_yaml)
    except RecursionError:
        return [None] * len(targets)
    spans = [tree.span(each.steps, each.mark) for each in targets]
    positions = lines_and_columns(string, {span.start for span in spans if span is not None}, text.line)
    return [None if span is None else Position(*positions[span.start], positions[span.start][1] + _length(string, span)) for span in spans]


def _length(text: str, span: Span) -> int:
    """Return the length of a part of the text, up to the end of its first line."""
    line_end = text.find("\n", *span)
    return span.end - span.start if line_end < 0 else len(text[span.start : line_end].rstrip("\r"))


class Part(NamedTuple):
    """A value as it is written, and the line and the column at which it begins."""

    data: bytes
    line: int
    column: int


def parts_of(text: Text, pointers: Sequence[Steps]) -> list[Part | None]:
    """Return the values at pointers in JSON text; None if the text is nested too deep."""
    from .json_positions import end_of

    string = text.data.decode()
    tree = PointerNode()
    for pointer in pointers:
        tree.add(pointer)
    try:
        _record_offsets(string, tree, is_yaml=False)
        starts = [0 if (span := tree.span(pointer, "value")) is None else span.start for pointer in pointers]
        parts = [string[start : end_of(string, start)].encode() for start in starts]
    except RecursionError:
        return [None] * len(pointers)
    positions = lines_and_columns(string, starts, text.line)
    return [Part(part, *positions[start]) for part, start in zip(parts, starts, strict=True)]


def _record_offsets(text: str, tree: PointerNode, *, is_yaml: bool) -> None:
    if is_yaml:
        from .yaml_text import record_offsets
    else:
        from .json_positions import record_offsets
    record_offsets(text, tree)
