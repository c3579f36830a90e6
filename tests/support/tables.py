"""Cases that are written as a table: one for each part of a run, and for each pair of states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from validator.pointer import JSON

NAME = r"\{([a-z ]+)\}"
"""A name in braces, which stands for a value of its part or cell."""


def expanded(case: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a case for each part in its `each` and each cell of its `table`; a case without them is one case."""
    template = {key: value for key, value in case.items() if key not in {"each", "table", "statuses"}}
    if len(template) == len(case):
        yield template
        return
    for part in case.get("each", [{}]):
        for cell, is_finding in _cells(case["table"], case.get("statuses", {})) if "table" in case else [({}, True)]:
            filled: dict[str, Any] = _filled_in(template, part | cell)
            yield filled if is_finding else filled | {"findings": []}


def _cells(table: Sequence[str], statuses: Mapping[str, JSON]) -> Iterator[tuple[dict[str, JSON], bool]]:
    """Yield what the names stand for in each cell, and whether it is marked as a finding, except cells with a `-`."""
    states = table[0].split()
    for before, *marks in map(str.split, table[1:]):
        for after, mark in zip(states, marks, strict=True):
            if mark not in {".", "x", "-"}:
                raise ValueError(f"expected ., x or - from {before} to {after}, found {mark}")
            if mark != "-":
                status = {state: statuses.get(state, {"state": state}) for state in (before, after)}
                yield {"before": before, "after": after, "before status": status[before], "after status": status[after]}, mark == "x"


def _filled_in(value: JSON, names: Mapping[str, JSON]) -> JSON:
    """Return a value with the names in its strings and keys replaced; a string of one name alone becomes its value."""
    if isinstance(value, dict):
        return {_filled_in(key, names): _filled_in(below, names) for key, below in value.items()}
    if isinstance(value, list):
        return [_filled_in(below, names) for below in value]
    if not isinstance(value, str):
        return value
    if unknown := set(re.findall(NAME, value)) - set(names):
        raise LookupError(f"expected a name of {sorted(names)} in braces, found {sorted(unknown)} in {value}")
    whole = re.fullmatch(NAME, value)
    return names[whole[1]] if whole else re.sub(NAME, lambda match: str(names[match[1]]), value)
