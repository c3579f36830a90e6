"""What differs between the contracts of two api-versions, fact by fact.

A fact is named like this, and has a value:

    UpdateStage                   the definition; "definition"
    UpdateStage.name              a property; "property"
    UpdateStage.name#maxLength    a keyword of a property, with its value; `ref` and `items` have the name of a definition
    UpdateState=Skipped           a value of an enum; "value"
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

from ..pointer import JSON
from .layers import CONSTRAINING, Schema
from .schemas import Contract, load

Facts: TypeAlias = dict[str, JSON]
"""The facts of a contract by name."""


class Change(NamedTuple):
    """A fact that differs in the contract of another api-version; `old` and `new` are its values, None where there is none."""

    change: Literal["added", "removed", "changed"]
    fact: str
    old: JSON
    new: JSON


def facts_of(contract: Contract) -> Facts:
    """Return the facts of a contract."""
    facts: Facts = {}
    for name, schema in contract.schemas.items():
        facts[name] = "definition"
        facts |= {f"{name}={value}": "value" for value in schema.get("enum", ())}
        facts.update(_of_properties(contract, name, schema))
    return facts


def _of_properties(contract: Contract, name: str, schema: Schema) -> Iterator[tuple[str, JSON]]:
    for key, part in schema.get("properties", {}).items():
        fact = f"{name}.{key}"
        yield fact, "property"
        for keyword in part.keys() & (CONSTRAINING - {"$ref", "required", "not"}):
            yield f"{fact}#{keyword}", part[keyword]
        if "$ref" in part:
            yield f"{fact}#ref", contract.locate(part["$ref"])
        if "items" in part:
            yield f"{fact}#items", contract.locate(part["items"]["$ref"])
        if key in schema.get("required", ()):
            yield f"{fact}#required", True
        yield from _of_properties(contract, fact, part)


@cache
def documented(version: str) -> frozenset[str]:
    """Return the names of the facts of an api-version."""
    return frozenset(facts_of(load(version)))


def changes(old: Contract, new: Contract) -> list[Change]:
    """Return what differs between two contracts, by the name of the fact."""
    return compare(facts_of(old), facts_of(new))


def compare(old: Facts, new: Facts) -> list[Change]:
    """Return what differs between two sets of facts, by name."""
    found = []
    for fact in sorted(old.keys() | new.keys()):
        if fact not in old:
            found.append(Change("added", fact, None, new[fact]))
        elif fact not in new:
            found.append(Change("removed", fact, old[fact], None))
        elif old[fact] != new[fact]:
            found.append(Change("changed", fact, old[fact], new[fact]))
    return found
