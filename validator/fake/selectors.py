"""Label selectors of Kubernetes, applied to the labels of a member."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..pointer import JSON

_TOKEN = re.compile(r"[\w./-]+|[^\w\s]")


def selects(holder: JSON, labels: Mapping[str, str]) -> bool:
    """Return whether the memberSelector of a stage or a group, if it has one, selects a member with some labels."""
    text = (holder.get("memberSelector") or {}).get("byLabel", "")
    return all(_is_met(requirement, labels) for requirement in _requirements(_TOKEN.findall(text)))


def _requirements(tokens: list[str]) -> Iterator[list[str]]:
    """Yield the tokens of each requirement; a comma in parentheses separates none."""
    requirement: list[str] = []
    for word in tokens:
        if word == "," and ("(" not in requirement or ")" in requirement):
            yield requirement
            requirement = []
        else:
            requirement.append(word)
    if requirement:
        yield requirement


def _is_met(requirement: list[str], labels: Mapping[str, str]) -> bool:
    if requirement[0] == "!":
        return requirement[1] not in labels
    key, *operation = requirement
    if not operation:
        return key in labels
    value, operator = labels.get(key), operation[0]
    if operator in {"in", "notin"}:
        return (value in operation[1:]) == (operator == "in")
    if operator in {"<", ">"}:
        found = int(value) if value is not None and re.fullmatch("[0-9]{1,18}", value) else None
        return found is not None and (found < int(operation[1]) if operator == "<" else found > int(operation[1]))
    operand = "" if operation[-1] == "=" else operation[-1]
    return (value == operand) == (operator == "=")
