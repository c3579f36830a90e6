"""Strategies for violating documents, each of which breaks one rule or constraint and nothing else."""

from __future__ import annotations

from copy import deepcopy
from functools import cache

from hypothesis import strategies as st

from ..contract import schemas
from ..findings import Side
from ..pointer import JSON, Path, to_pointer
from ..readers.items import parse_request
from ..rules import catalogue
from ..wording import hint, listed
from . import base_documents
from .bodies import NameSource
from .broken_examples import broken_examples, of_examples
from .constraints import Constraint, breaking, consequences, constraints, instances
from .definitions import from_schema
from .documents import check_side, names
from .violation import ABSENT, Violation


def violations(rule: str | None = None, *, side: Side | None = None) -> st.SearchStrategy[Violation]:
    """Return a strategy for violations of one rule, such as `group-duplicate` or `schema/enum`, or of all; on one side, or on both.

    The ErrorResponse, the parameters of the URL, exchanges and histories belong to the response, except for the request of an exchange.

    Raises LookupError for a rule without a known violation, or without one on that side, and ValueError for any other side.
    """
    if side is not None:
        check_side(side)
    strategies = [
        (each_side, of_constraint(constraint, each_side))
        for constraint in constraints()
        if constraint.rule is None and rule in (None, rule_of(constraint))
        for each_side in sides_of(constraint)
    ]
    strategies += [
        (each_side, of_examples([example for example in broken_examples(known) if example.side == each_side]))
        for known in catalogue.RULES
        if rule in (None, known.name)
        for each_side in dict.fromkeys(example.side for example in broken_examples(known))
    ]
    if not strategies:
        raise LookupError(f"nothing is known to break {rule!r}; {_suggestion(rule)}")
    on_side = [strategy for each_side, strategy in strategies if side in (None, each_side)]
    if not on_side:
        raise LookupError(f"nothing is known to break {rule} in a {side}; it is broken in a {strategies[0][0]}")
    return st.one_of(on_side)


def _suggestion(rule: str | None) -> str:
    expected = "expected a rule of `updaterun rules`, such as group-duplicate or schema/enum"
    if not isinstance(rule, str):
        return expected
    known = sorted({*(known.name for known in catalogue.RULES), *(rule_of(constraint) for constraint in constraints())})
    family = [name for name in known if name.startswith(f"{rule.rstrip('/')}/")]
    return f"it is a family, of which one rule is expected: {listed(family, 'or')}" if family else hint(rule, known, expected)


# Constraints


def rule_of(constraint: Constraint) -> str:
    """Return the rule that reports a broken constraint. A `$ref` is reported by a keyword of its target."""
    if constraint.rule is not None:
        return constraint.rule
    if constraint.keyword == "readOnly":
        return "read-only-in-request"
    if (constraint.definition, constraint.name) == (schemas.PARAMETERS, "api-version"):
        return "api-version-missing"
    return f"schema/{_keyword_of_target(constraint) if constraint.keyword == '$ref' else constraint.keyword}"


def sides_of(constraint: Constraint) -> tuple[Side, ...]:
    """Return the sides on which a constraint can be broken; the ErrorResponse and the parameters of the URL belong to the response."""
    if constraint.keyword == "readOnly":
        return ("request",)
    if is_of_skip(constraint):
        return ("request",)
    place = constraint.definition, constraint.location
    return ("response", "request") if place in _in_request() else ("response",)


def is_of_skip(constraint: Constraint) -> bool:
    """Return whether a constraint applies to the body of a request to skip."""
    return constraint.definition in {"SkipProperties", "SkipTarget", "TargetType"}


@cache
def _in_request() -> frozenset[tuple[str, Path]]:
    places = frozenset((name, location) for _, name, location in instances(base_documents.rich_request(lambda _: "a"), "UpdateRun"))
    return places - {("UpdateRun", ())}  # a request that is not an object, or lacks its properties, is not recognised


@st.composite
def of_constraint(draw: st.DrawFn, constraint: Constraint, side: Side = "response") -> Violation:
    """Return a strategy for violations of a constraint on a side; it must not be the constraint of a rule of the catalogue."""
    if constraint.keyword == "readOnly":
        return _set_in_request(draw, constraint)
    unbroken, definition, of, base = _base_document(names(draw), constraint, side)
    here = (constraint.definition, constraint.location)
    places = [path for path, name, location in instances(unbroken, definition) if (name, location) == here]
    if constraint.keyword == "required":
        return _remove_property(draw, constraint, unbroken, of, base, places, side)
    path = draw(st.sampled_from(places))
    was, pointer = _follow(unbroken, path), to_pointer((*base, *path))
    became = draw(st.sampled_from(breaking(constraint)))
    rule = rule_of(constraint)
    of = of if path else definition  # a root that is not an object would be recognised as something else, such as [] as a list
    also = tuple((other, pointer) for other in consequences(constraint, became))
    return Violation(_replaced(unbroken, path, became), rule, pointer, constraint.keyword, was, became, unbroken, of, side, also)


def _remove_property(
    draw: st.DrawFn, constraint: Constraint, unbroken: JSON, of: str, base: Path, places: list[Path], side: Side
) -> Violation:
    name = str(constraint.name)
    path = draw(st.sampled_from([path for path in places if name in _follow(unbroken, path)]))
    document, was = _replaced(unbroken, (*path, name), ABSENT), _follow(unbroken, (*path, name))
    rule = rule_of(constraint)
    pointer = "/uri/api-version" if rule == "api-version-missing" else to_pointer((*base, *path))
    return Violation(document, rule, pointer, "required", was, ABSENT, unbroken, of, side)


def _keyword_of_target(constraint: Constraint) -> str:
    """Return the keyword that null breaks in the target of a reference."""
    contract = schemas.load()
    return "enum" if "enum" in contract.schemas[contract.locate(constraint.parameter)] else "type"


def _base_document(name_for: NameSource, constraint: Constraint, side: Side) -> tuple[JSON, str, str, Path]:
    """Return a document to which a constraint applies, with its definition, its `Violation.of` and the prefix of its pointers."""
    if constraint.definition == schemas.PARAMETERS:
        call = base_documents.exchange(name_for)
        _, parameters, _ = parse_request(call["method"], call["url"]) or ("get", {}, "")
        return parameters, schemas.PARAMETERS, "parameters", ("uri",)
    if constraint.definition == "ErrorResponse":
        return {"error": {"code": "a", "message": "b"}}, "ErrorResponse", "ErrorResponse", ()
    if is_of_skip(constraint):
        return {"targets": [{"type": "Stage", "name": "canary"}]}, "SkipProperties", "SkipProperties", ()
    document = base_documents.rich(name_for) if side == "response" else base_documents.rich_request(name_for)
    return document, "UpdateRun", "run", ()


def _set_in_request(draw: st.DrawFn, constraint: Constraint) -> Violation:
    """Set a read-only property in the request of a run, or, if its parent is read-only as well, in an instance of its definition."""
    name = str(constraint.location[-1])
    value = draw(from_schema(constraint.schema, "response"))
    if (constraint.definition, name) == ("UpdateRun", "name"):  # the name in the URL is tolerated
        call = base_documents.exchange(names(draw)) | {"method": "PUT", "request": base_documents.request(names(draw))}
        other = f"{call['response']['name'][:40]}0"
        document = _replaced(call, ("request", "name"), other)
        return Violation(document, "read-only-in-request", "/name", "readOnly", ABSENT, other, call, "exchange", "request")
    is_run = constraint.definition == "UpdateRun"
    path: Path = ("properties", name) if is_run and len(constraint.location) > 2 else (name,)
    unbroken: JSON = base_documents.request(names(draw)) if is_run else {}
    document = _replaced(unbroken, path, value)
    return Violation(
        document, "read-only-in-request", to_pointer(path), "readOnly", ABSENT, value, unbroken, constraint.definition, "request"
    )


def _follow(document: JSON, path: Path) -> JSON:
    for step in path:
        document = document[step]
    return document


def _replaced(document: JSON, path: Path, value: JSON) -> JSON:
    if not path:
        return value
    copy = deepcopy(document)
    holder = _follow(copy, path[:-1])
    if value is ABSENT:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return copy
