"""Which rules are called with what: a table from definitions and states to rules, built once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from ..contract.drift import documented
from ..contract.objects import object_schemas
from ..contract.schemas import load
from ..findings import Side
from ..pointer import JSON
from ..run.nodes import Calls, Definition, Unreliable, definitions, release, walk
from ..wording import printable
from . import catalogue
from .rule import Issue, Rule, Subject

Found: TypeAlias = list[tuple[Rule, Issue]]
"""Issues, each with its rule."""


class RuleError(Exception):
    """A rule failed, which is a bug in it and says nothing of the document that it was called with."""

    def __init__(self, rule: str, source: str = "") -> None:
        super().__init__(rule, source)
        self.rule = rule
        self.source = source

    def __str__(self) -> str:
        where = f", met in {printable(self.source)}" if self.source else ""
        return f"the rule {self.rule} failed; this is a bug in updaterun-validator, not in the document{where}"


@lru_cache(maxsize=64)
def _definitions(rules: tuple[Rule, ...], version: str, side: Side) -> dict[str, Definition]:
    """Return the definitions of a version, with the rules about the objects of each on a side."""
    about = [rule for rule in rules if rule.subject == "object" and side in rule.sides and rule.is_of(documented(version))]
    states = load(version).schemas["UpdateState"]["enum"]

    def calls(definition: str) -> Calls:
        rules = [rule for rule in about if definition in rule.on]
        in_state = {state: tuple(rule for rule in rules if rule.states is None or state in rule.states) for state in states}
        in_bare_state = {state: tuple(rule for rule in chosen if rule.bare) for state, chosen in in_state.items()}
        return Calls(in_state, in_bare_state, tuple(rule for rule in rules if rule.states is None))

    return definitions(object_schemas(version), {name for rule in about for name in rule.on}, calls)


def check_run(run: JSON, *, version: str, side: Side, definition: str = "UpdateRun") -> Found:
    """Return the issues of the rules about the objects of a run, guarded where it is unreliable, in the order of the catalogue.

    A part of a run can be checked by itself, as its `definition`, such as a strategy. A rule that reads something unreliable ends there, at that object. Raises RuleError where a rule fails.
    """
    rules = catalogue.RULES
    found: Found = []
    rule = None
    nodes = walk(run, _definitions(rules, version, side)[definition])
    try:
        for node in nodes:
            for rule in node.calls:
                try:
                    for issue in rule.check(node):
                        found.append((rule, issue))
                except Unreliable:
                    continue
    except Exception as bug:
        raise RuleError("" if rule is None else rule.name) from bug
    release(nodes)
    if len(found) > 1:
        found.sort(key=lambda each: rules.index(each[0]))
    return found


def check_subject(value: Any, subject: Subject) -> Iterator[tuple[Rule, Issue]]:
    """Yield the issues of the rules about a subject that is no object, in a value of it. Raises RuleError if a rule fails."""
    for rule in _about(catalogue.RULES, subject):
        try:
            for issue in rule.check(value):
                yield rule, issue
        except Exception as bug:
            raise RuleError(rule.name) from bug


@lru_cache(maxsize=64)
def _about(rules: tuple[Rule, ...], subject: Subject) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.subject == subject)


def rules_called(definition: str, state: str | None, *, bare: bool, version: str, side: Side) -> tuple[Rule, ...]:
    """Return the rules that are called with an object of a definition, by the state in its status, and whether that has nothing else."""
    known = _definitions(catalogue.RULES, version, side).get(definition)
    if known is None:
        return ()
    chosen: tuple[Rule, ...] = (known.in_bare_state if bare else known.in_state).get(state, known.otherwise)
    return chosen
