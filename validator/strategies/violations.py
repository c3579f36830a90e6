"""Strategies for violating documents, each of which breaks one named thing and nothing else."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st

from ..checker.api import check, check_exchange
from ..contract import schemas
from ..findings import Finding, Side
from ..pointer import JSON, Path, steps, to_pointer
from ..readers.items import Exchange, parse_request
from ..rules.catalogue import BY_NAME
from ..rules.example import changed
from ..wording import hint, listed
from . import base_documents
from .bodies import Names
from .breakers import BREAKERS
from .constraints import Constraint, breaking, consequences, constraints, instances
from .definitions import from_schema
from .documents import check_side, choosing, leaf_of


class Absent:
    """What stands where nothing does."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Violation:
    """A document with one thing wrong: `rule` at `pointer`, where `was` became `became`.

    `unbroken` is the document before. `keyword` is the schema keyword that is broken, None for a rule that is not
    in the schemas. `of` says what the document is: `run`, `exchange` (method, URL, status and bodies), `parameters` (of
    a URL), `history` (captures in their order), or the name of a definition. `also` are the findings, rule and
    pointer, that the same cause necessarily has besides.
    """

    document: JSON
    rule: str
    pointer: str
    keyword: str | None
    was: JSON
    became: JSON
    unbroken: JSON
    of: str
    side: Side
    also: tuple[tuple[str, str], ...] = ()

    def findings(self) -> list[Finding]:
        """Check the document as what it is."""
        return judged(self.document, self.of, self.side)


def judged(document: JSON, of: str, side: Side) -> list[Finding]:
    """Check a document as what it is said to be."""
    if of == "exchange":
        bodies = {name: document[name] for name in ("request", "response") if name in document}
        return check_exchange(Exchange.of(document["method"], document["url"], document["status"], **bodies))
    if of == "parameters":
        return check_exchange(Exchange("delete", document, 204))
    return check(document, side=side, definition=None if of in {"run", "history"} else of)


def violations(rule: str | None = None, *, side: Side | None = None) -> st.SearchStrategy[Violation]:
    """Make violations of one rule, such as `group-duplicate` or `schema/enum`, or of any rule and constraint; of one side or of both.

    The ErrorResponse, the parameters of the URL, exchanges and histories are with the response, but for what an exchange requests.

    Raises LookupError for a rule that nothing is known to break, or nothing on that side, and ValueError for another side.
    """
    if side is not None:
        check_side(side)
    made = [
        (of, of_constraint(one, of)) for one in constraints() if one.rule is None and rule in (None, found_as(one)) for of in sides_of(one)
    ]
    made += [(_side_of(kind), of_rule(name)) for name, (kind, _) in BREAKERS.items() if rule in (None, name)]
    if not made:
        raise LookupError(f"nothing is known to break {rule!r}; {_instead(rule)}")
    wanted = [strategy for of, strategy in made if side in (None, of)]
    if not wanted:
        raise LookupError(f"nothing is known to break {rule} in a {side}; it is broken in a {made[0][0]}")
    return st.one_of(wanted)


def _instead(rule: str | None) -> str:
    """Say what may have been meant."""
    expected = "expected a rule of `updaterun rules`, such as group-duplicate or schema/enum"
    if not isinstance(rule, str):
        return expected
    known = sorted({*BREAKERS, *(found_as(one) for one in constraints())})
    family = [name for name in known if name.startswith(f"{rule.rstrip('/')}/")]
    return f"it is a family, of which one rule is expected: {listed(family, 'or')}" if family else hint(rule, known, expected)


# Rules


@st.composite
def of_rule(draw: st.DrawFn, name: str) -> Violation:
    """Break a rule of the catalogue."""
    kind, breaker = BREAKERS[name]
    unbroken = base_documents.BASES[kind](leaf_of(draw))
    change = breaker(choosing(draw), unbroken)
    document = changed(unbroken, put=change.put, taken=change.taken)
    of = {"request": "run", "exchange": "exchange", "error": "exchange", "history": "history", "ended": "history"}.get(kind, "run")
    pointer = change.at
    keyword = None if BY_NAME[name].subject != "schema" else next(one.keyword for one in constraints() if one.rule == name)
    changed_at = next(iter((*change.put, *change.taken)))
    was, became = _at(unbroken, changed_at), _at(document, changed_at)
    return Violation(document, name, pointer, keyword, was, became, deepcopy(unbroken), of, _side_of(kind))


def _side_of(kind: str) -> Side:
    return "request" if kind == "request" else "response"


def _at(document: JSON, pointer: str) -> JSON:
    for step in steps(pointer):
        try:
            document = document[int(step)] if isinstance(document, list) else document[step]
        except (LookupError, TypeError):
            return ABSENT
    return document


# Constraints


def found_as(constraint: Constraint) -> str:
    """Name the rule that a broken constraint is reported as; for a reference that is a keyword behind it."""
    if constraint.rule is not None:
        return constraint.rule
    if constraint.keyword == "readOnly":
        return "read-only-in-request"
    if (constraint.definition, constraint.name) == (schemas.PARAMETERS, "api-version"):
        return "api-version-missing"  # a rule of its own speaks of it
    return f"schema/{_behind(constraint) if constraint.keyword == '$ref' else constraint.keyword}"


def sides_of(constraint: Constraint) -> tuple[Side, ...]:
    """Tell in what a constraint can be broken; the ErrorResponse and the parameters of the URL are with the response."""
    if constraint.keyword == "readOnly":
        return ("request",)
    place = constraint.definition, constraint.location
    return ("response", "request") if place in _in_request() else ("response",)


@cache
def _in_request() -> frozenset[tuple[str, Path]]:
    places = frozenset((name, location) for _, name, location in instances(base_documents.rich_request(lambda _: "a"), "UpdateRun"))
    return places - {("UpdateRun", ())}  # what is no object, or has no properties, is no request by its shape


@st.composite
def of_constraint(draw: st.DrawFn, constraint: Constraint, side: Side = "response") -> Violation:
    """Break a constraint of the schemas which is no rule of its own, on a side that has it."""
    if constraint.keyword == "readOnly":
        return _set_in_request(draw, constraint)
    unbroken, definition, of, base = _holding(leaf_of(draw), constraint, side)
    here = (constraint.definition, constraint.location)
    places = [path for path, name, location in instances(unbroken, definition) if (name, location) == here]
    if constraint.keyword == "required":
        return _taken_away(draw, constraint, unbroken, of, base, places, side)
    path = draw(st.sampled_from(places))
    was, pointer = _follow(unbroken, path), to_pointer((*base, *path))
    became = draw(st.sampled_from(breaking(constraint)))
    rule = found_as(constraint)
    of = of if path else definition  # by its shape alone, what is no object could be something else, such as [] a list
    also = tuple((other, pointer) for other in consequences(constraint, became))
    return Violation(_replaced(unbroken, path, became), rule, pointer, constraint.keyword, was, became, unbroken, of, side, also)


def _taken_away(draw: st.DrawFn, constraint: Constraint, unbroken: JSON, of: str, base: Path, places: list[Path], side: Side) -> Violation:
    name = str(constraint.name)
    path = draw(st.sampled_from([path for path in places if name in _follow(unbroken, path)]))
    document, was = _replaced(unbroken, (*path, name), ABSENT), _follow(unbroken, (*path, name))
    rule = found_as(constraint)
    pointer = "/uri/api-version" if rule == "api-version-missing" else to_pointer((*base, *path))
    return Violation(document, rule, pointer, "required", was, ABSENT, unbroken, of, side)


def _behind(constraint: Constraint) -> str:
    """Name the keyword that null breaks behind a reference."""
    held = schemas.load()
    return "enum" if "enum" in held.schemas[held.locate(constraint.parameter)] else "type"


def _holding(leaf: Names, constraint: Constraint, side: Side) -> tuple[JSON, str, str, Path]:
    """Make a document in which a constraint has its place: with its definition, what it is, and where its pointers begin."""
    if constraint.definition == schemas.PARAMETERS:
        call = base_documents.exchange(leaf)
        _, parameters = parse_request(call["method"], call["url"]) or ("get", {})
        return parameters, schemas.PARAMETERS, "parameters", ("uri",)
    if constraint.definition == "ErrorResponse":
        return {"error": {"code": "a", "message": "b"}}, "ErrorResponse", "ErrorResponse", ()
    return base_documents.rich(leaf) if side == "response" else base_documents.rich_request(leaf), "UpdateRun", "run", ()


def _set_in_request(draw: st.DrawFn, constraint: Constraint) -> Violation:
    """Set a read-only property in a request: in that of a run, or, below what is read-only as a whole, in its definition's own."""
    name = str(constraint.location[-1])
    value = draw(from_schema(constraint.schema, "response"))
    if (constraint.definition, name) == ("UpdateRun", "name"):  # the one in the URL is tolerated
        call = base_documents.exchange(leaf_of(draw)) | {"method": "PUT", "request": base_documents.request(leaf_of(draw))}
        other = f"{call['response']['name'][:40]}0"
        document = _replaced(call, ("request", "name"), other)
        return Violation(document, "read-only-in-request", "/name", "readOnly", ABSENT, other, call, "exchange", "request")
    is_run = constraint.definition == "UpdateRun"
    path: Path = ("properties", name) if is_run and len(constraint.location) > 2 else (name,)
    unbroken: JSON = base_documents.request(leaf_of(draw)) if is_run else {}
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
