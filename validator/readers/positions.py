"""Positions: where in its text a finding is, as line and column, looked up when there is a finding.

Lines end at line feeds, with or without a carriage return before them, as in JSON Lines and, unless told otherwise, in
SARIF. A carriage return alone, as old Macintoshes wrote it, and the separators of Unicode are characters like others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..findings import Finding
from ..pointer import Path, steps
from .items import Text
from .line_column import lines_and_columns
from .pointer_tree import Part, Steps, Wanted


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a text, and the part of it that is meant."""

    steps: Steps
    part: Part = "value"


def placed(findings: Sequence[Finding], text: Text, *, about_names: Collection[str]) -> Iterator[Finding]:
    """Give findings of a text back, each with its line and column in the file, both from 1; columns count characters.

    A finding is at its value, and one of the rules in `about_names` at the name of the property. What is missing is
    at the object that lacks it, and what stands within a string is at the string.
    """
    targets = [_target(finding, text, about_names) for finding in findings]
    for finding, position in zip(findings, locate(text, targets), strict=True):
        line, column = position or (finding.line, finding.column)
        yield replace(finding, line=line, column=column)


def _target(finding: Finding, text: Text, about_names: Collection[str]) -> Target:
    way = steps(finding.pointer)
    is_second = finding.rule == "input/duplicate-key"
    part: Part = "second" if is_second else "name" if finding.rule in about_names else "value"
    base: Path = ()
    if text.places is not None and finding.entry is not None:
        places = text.places(finding.entry)
        if finding.side == "request" and len(way) == 2 and way[0] == "uri" and not is_second:
            base, way = places.uri, way[1:]
        else:
            base = {"document": places.entry, "request": places.request, "response": places.response}[finding.side]
    return Target((*map(str, base), *way), part)


def locate(text: Text, targets: Iterable[Target]) -> list[tuple[int, int] | None]:
    """Find the line and the column of each target, in one walk through the text; None where the text is nested too deep."""
    targets = list(targets)
    wanted = Wanted()
    for target in targets:
        wanted.add(target.steps)
    string = text.data.decode()
    try:
        _find(string, wanted, is_yaml=text.is_yaml)
    except RecursionError:
        return [None] * len(targets)
    offsets = [wanted.offset(target.steps, target.part) for target in targets]
    positions = lines_and_columns(string, {offset for offset in offsets if offset is not None}, text.line)
    return [None if offset is None else positions[offset] for offset in offsets]


def _find(text: str, wanted: Wanted, *, is_yaml: bool) -> None:
    if is_yaml:
        from .yaml_positions import find
    else:
        from .json_positions import find
    find(text, wanted)
