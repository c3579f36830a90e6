"""Positions: the line and the column of each finding in its text, looked up only if there are findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..findings import Finding
from ..pointer import Path, steps
from .items import Text
from .line_column import lines_and_columns
from .pointer_tree import Mark, PointerNode, Steps


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the text whose position is looked up."""

    steps: Steps
    mark: Mark = "value"


def with_positions(findings: Sequence[Finding], text: Text, *, about_names: Collection[str]) -> Iterator[Finding]:
    """Yield the findings of the text, each with its line and column in the file, both from 1; columns count characters.

    A finding is at its value, and one of the rules in `about_names` at the name of the property. A missing value is
    at the object that lacks it, and a value in an embedded JSON string is at the string.
    """
    targets = [_target(finding, text, about_names) for finding in findings]
    for finding, position in zip(findings, locate(text, targets), strict=True):
        line, column = position or (finding.line, finding.column)
        yield replace(finding, line=line, column=column)


def _target(finding: Finding, text: Text, about_names: Collection[str]) -> Target:
    relative = steps(finding.pointer)
    is_repeated = finding.rule == "input/duplicate-key"
    mark: Mark = "repeated_name" if is_repeated else "name" if finding.rule in about_names else "value"
    base: Path = ()
    if text.places is not None and finding.entry is not None:
        places = text.places[finding.entry]
        if finding.side == "request" and len(relative) == 2 and relative[0] == "uri" and not is_repeated:
            base, relative = places.uri, relative[1:]
        else:
            base = {"document": places.entry, "request": places.request, "response": places.response}[finding.side]
    return Target((*map(str, base), *relative), mark)


def locate(text: Text, targets: Iterable[Target]) -> list[tuple[int, int] | None]:
    """Return the line and the column of each target, from one walk through the text; None if the text is nested too deep."""
    targets = list(targets)
    tree = PointerNode()
    for target in targets:
        tree.add(target.steps)
    string = text.data.decode()
    try:
        _record_offsets(string, tree, is_yaml=text.is_yaml)
    except RecursionError:
        return [None] * len(targets)
    offsets = [tree.offset(target.steps, target.mark) for target in targets]
    positions = lines_and_columns(string, {offset for offset in offsets if offset is not None}, text.line)
    return [None if offset is None else positions[offset] for offset in offsets]


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
        starts = [tree.offset(pointer, "value") or 0 for pointer in pointers]
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
