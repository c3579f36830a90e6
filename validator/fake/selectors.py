"""Label selectors of Kubernetes, applied to the labels of a member."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..pointer import JSON

_REQUIREMENT = re.compile(r"\s*(!?)\s*([\w./-]+)\s*(?:(==?|!=|\bin\b|\bnotin\b|[<>])\s*(\([^)]*\)|[\w.-]*))?\s*(?:,|$)")


def selects(holder: JSON, labels: Mapping[str, str]) -> bool:
    """Return whether the memberSelector of a stage or a group, if it has one, selects a member with some labels."""
    text = (holder.get("memberSelector") or {}).get("byLabel", "")
    return all(_is_met(*match.groups(default=""), labels=labels) for match in _REQUIREMENT.finditer(text))


def _is_met(negation: str, key: str, operator: str, operand: str, *, labels: Mapping[str, str]) -> bool:
    value, operands = labels.get(key), [each.strip() for each in operand.strip("()").split(",")]
    if operator in {"<", ">"}:
        found = int(value) if value is not None and re.fullmatch("[0-9]{1,18}", value) else None
        return found is not None and (found < int(operand) if operator == "<" else found > int(operand))
    if operator in {"=", "==", "in"}:
        return value in operands
    if operator in {"!=", "notin"}:
        return value not in operands
    return (value is None) == bool(negation)
