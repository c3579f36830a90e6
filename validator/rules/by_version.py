"""The rules of each api-version."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..contract import schemas
from ..contract.drift import documented
from ..contract.layers import Schema
from ..contract.schema_errors import READ_ONLY, UNDOCUMENTED
from ..findings import Severity
from .catalogue import RULES
from .rule import Rule


def rules_of(version: str) -> dict[str, Severity]:
    """Return the rules of an api-version with their severities, by name, in the order of the catalogue."""
    return {rule.name: rule.severity_at(version) for rule in RULES if is_of(rule, version)}


def is_of(rule: Rule, version: str) -> bool:
    """Return whether a rule is one of an api-version."""
    return rule.is_of(documented(version)) and (rule.subject != "schema" or rule.name in _stated(version))


@cache
def _stated(version: str) -> frozenset[str]:
    """Return the names of the rules that the schemas of a version state."""
    return frozenset({UNDOCUMENTED, READ_ONLY}.union(*(_rules_in(schema) for schema in schemas.load(version).schemas.values())))


def _rules_in(schema: Schema) -> set[Any]:
    return {case["x-rule"] for case in schema.get("allOf", ())}


def versions_of(rule: Rule) -> str:
    """Return the api-versions that have a rule, in words; empty if all have it."""
    having = [version for version in schemas.VERSIONS if is_of(rule, version)]
    since = "" if having[0] == schemas.VERSIONS[0] else f"from {having[0]} on"
    until = "" if having[-1] == schemas.VERSIONS[-1] else f"up to {having[-1]}"
    return " and ".join(filter(None, (since, until)))
