"""The engine: structure first, then the rules where what they read is sound; findings out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from . import contract, documents, run, shape, structure
from .contract import PARAMETERS
from .exchange import Body, Document, Exchange, Unreadable, duplicate
from .findings import JSON, Finding, Path, Related, Severity, Side, listed, place, show, to_pointer
from .history import History, Origin
from .limits import excess, foreign
from .rules.catalogue import RULES
from .rules.exchange import Seen, is_no_json, is_no_run
from .rules.rule import Issue, Rule
from .rules.screen import is_clean
from .structure import EngineName


class BrokenRule(Exception):
    """A rule failed, which is a bug in it and says nothing of the document."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"the rule {rule} failed; this is a bug in updaterun-validator, not in the document")
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Options:
    """How to check: by which engine, by which api-version, and for which side a document without a request is meant."""

    engine: EngineName = "fast"
    version: str = contract.VERSIONS[-1]
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What an item is checked with: the options, the history that its captures belong to, and where the item is.

    `asked` is the api-version in its URL, and `offset` where the item can be read again in its file.
    """

    options: Options
    history: History
    source: str = ""
    entry: int | None = None
    asked: str | None = None
    offset: int | None = None


def check(document: JSON, *, side: Side | None = None, definition: str | None = None, engine: EngineName = "fast") -> list[Finding]:
    """Check a document: an UpdateRun, a list of them, an ErrorResponse, or any one documented definition.

    `document` is a JSON value as `json.loads` gives it. Without a `side`, an UpdateRun is a response if it has
    anything that only the service sets. Without a `definition`, its shape decides what it is; what is neither
    a list nor an error is checked as an UpdateRun.

    Raises TypeError for values that JSON does not have, LookupError for a definition that is not documented, and
    ValueError for a side or an engine that there is not.
    """
    context = Context(Options(engine, side=side), History())
    if side not in {None, "request", "response"}:
        raise ValueError(f"expected request or response for the side, found {side!r}")
    if engine not in structure.ENGINES:
        raise ValueError(f"expected {listed(list(structure.ENGINES), 'or')} for the engine, found {engine!r}")
    problem = excess(document) or foreign(document)
    if problem is not None:
        return [_unreadable(problem, side or "document")]
    if definition is not None:
        if definition not in contract.load().definitions:
            raise LookupError(f"not a documented definition: {definition}")
        part = _Part((), document, definition, side or "response", ("name",) if definition == "UpdateRun" else ())
        return _sorted(_findings(part, Body(document), context), *[Body(document)] * 2)
    return check_item(Document(documents.plain(Body(document))), context)


def check_exchange(exchange: Exchange, *, engine: EngineName = "fast") -> list[Finding]:
    """Check an exchange: the parameters of its URL, its request, its response, and how they fit together.

    Raises TypeError for values that JSON does not have.
    """
    for body in (exchange.request, exchange.response):
        if isinstance(body, Body) and excess(body.value) is None:
            problem = foreign(body.value)
            if problem is not None:
                side: Side = "request" if body is exchange.request else "response"
                return [_unreadable(problem, side)]
    return check_item(exchange, Context(Options(engine), History()))


def assert_conforms(document: JSON, *, side: Side | None = None, definition: str | None = None) -> None:
    """Assert that `check` finds nothing, at any severity.

    Raises AssertionError, with one line for each finding.
    """
    found = check(document, side=side, definition=definition)
    if found:
        lines = [f"  {finding.severity} at {finding.pointer or 'the top'}: {finding.message} [{finding.rule}]" for finding in found]
        what = "the document does not conform to the contract of " + contract.VERSIONS[-1]
        raise AssertionError("\n".join([f"{what}:", *lines]))


def check_item(item: Document | Exchange | Unreadable, context: Context) -> list[Finding]:
    """Check what a reader made of an entry of a capture, in the order of the entries."""
    if isinstance(item, Unreadable):
        placed = _unreadable(item, item.side)
        return [replace(placed, source=context.source, entry=item.entry, line=item.line, column=item.column)]
    if isinstance(item, Document):
        context = replace(context, entry=item.entry, offset=item.offset)
        found = _sorted(_of_document(item, context), item.body, item.body)
        return [replace(finding, source=context.source, entry=item.entry, line=item.line) for finding in found]
    context = replace(context, entry=item.entry)
    found = _sorted(_of_exchange(item, context), item.request, item.response)
    return [replace(finding, source=context.source, entry=item.entry) for finding in found]


# Documents and exchanges


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a body that a definition describes, and what is known about it from the outside."""

    path: Path
    value: JSON
    definition: str
    side: Side
    tolerated: Collection[str] = ()
    placeholder: str | None = None
    lenient: bool = False


def _of_document(document: Document, context: Context) -> Iterator[Finding]:
    body = document.body
    given = context.options.side
    yield from _input_findings(body, given or "document")
    too_deep = None if body.shallow else excess(body.value)
    if too_deep is not None:
        yield _unreadable(too_deep, given or "document")
        return
    if documents.kind(body.value) == "error":
        yield from _findings(_Part((), body.value, "ErrorResponse", "response"), body, context)
        return
    for path, value in _runs(body.value):
        side = given or ("response" if path[:1] == ("value",) else documents.side(value))
        yield from _findings(_Part(path, value, "UpdateRun", side, ("name",)), body, context)


def _runs(value: JSON) -> Iterator[tuple[Path, JSON]]:
    kind = documents.kind(value)
    if kind == "page":
        yield from ((("value", index), item) for index, item in enumerate(value["value"]) if not documents.is_another(item))
    elif kind == "array":
        yield from (((index,), item) for index, item in enumerate(value) if not documents.is_another(item))
    else:
        yield (), value


def _of_exchange(exchange: Exchange, context: Context) -> Iterator[Finding]:
    asked = exchange.parameters.get("api-version")
    if isinstance(asked, str) and asked != exchange.placeholder:
        context = replace(context, options=replace(context.options, version=contract.nearest(asked)), asked=asked)
    yield from _of_parameters(exchange, context.options)
    if exchange.operation == "put":
        yield from _of_request(exchange, context)
    if exchange.alternative:
        context = replace(context, history=History())
    if (exchange.operation == "delete" and exchange.status < 300) or (exchange.operation == "put" and exchange.status == 201):
        context.history.forget(exchange.identity)
    seen, findings = _of_response(exchange, context)
    yield from findings
    for rule in _rules("exchange"):
        for issue in issues(rule, seen):
            yield _finding(rule.name, issue, rule.sides[0], Body(None), cites=rule.cites, severity=rule.severity)


def _of_parameters(exchange: Exchange, options: Options) -> Iterator[Finding]:
    given = dict(exchange.parameters)
    for breach in structure.breaches(given, PARAMETERS, options.version, options.engine):
        if breach.rule == "schema/required":
            # A collection has no run's name; a missing api-version is a rule's affair.
            missing = breach.unsound[-1] if breach.unsound else None
            if missing == "api-version" or (missing == "updateRunName" and exchange.operation in ("list", "other")):
                continue
        elif given.get(str(breach.path[-1])) == exchange.placeholder and exchange.placeholder is not None:
            continue
        issue = Issue(("uri", *breach.path), breach.message)
        yield _finding(breach.rule, issue, "request", Body(None), cites=breach.cites)


def _of_request(exchange: Exchange, context: Context) -> Iterator[Finding]:
    body = exchange.request
    problem = body if isinstance(body, Unreadable) else None if body is None or body.shallow else excess(body.value)
    if problem is not None:
        yield _unreadable(problem, "request")
    elif isinstance(body, Body):
        yield from _input_findings(body, "request")
        named = isinstance(body.value, dict) and body.value.get("name") == exchange.parameters.get("updateRunName")
        part = _Part((), body.value, "UpdateRun", "request", ("name",) if named else (), exchange.placeholder, _lenient(exchange))
        yield from _findings(part, body, context)


def _of_response(exchange: Exchange, context: Context) -> tuple[Seen, list[Finding]]:
    body = exchange.response
    if body is None or isinstance(body, Unreadable):
        return Seen(exchange, ()), list(_of_no_response(exchange))
    problem = None if body.shallow else excess(body.value)
    if problem is not None:
        return Seen(replace(exchange, response=problem), ()), [_unreadable(problem, "response")]
    found = list(_input_findings(body, "response"))
    ids: list[tuple[Path, str]] = []
    for path, value, definition in _expected(exchange, body.value):
        part = _Part(path, value, definition, "response", (), exchange.placeholder, _lenient(exchange))
        found += _findings(part, body, context)
        identity = value.get("id") if isinstance(value, dict) and definition == "UpdateRun" else None
        if isinstance(identity, str) and identity != exchange.placeholder:
            ids.append((path, identity))
    if exchange.operation == "list" and exchange.status == 200 and documents.kind(body.value) != "error" and not _is_page(body.value):
        what = f"expected a list of update runs, an object with an array in value, found {show(body.value)}"
        found.append(_unreadable(Unreadable("input/unrecognised", what), "response"))
    return Seen(exchange, tuple(ids)), found


def _of_no_response(exchange: Exchange) -> Iterator[Finding]:
    if exchange.status >= 400 and (exchange.response is None or is_no_json(exchange.response)):
        return  # the rule about error bodies speaks of it
    if isinstance(exchange.response, Unreadable):
        yield _unreadable(exchange.response, "response")
    elif exchange.status in (200, 201) and exchange.operation not in ("delete", "other"):
        what = "a list of update runs" if exchange.operation == "list" else "an update run"
        yield _unreadable(Unreadable("input/unreadable", f"expected {what} with status {exchange.status}, found an empty body"), "response")


def _is_page(value: JSON) -> bool:
    return isinstance(value, dict) and isinstance(value.get("value"), list)


def _expected(exchange: Exchange, value: JSON) -> Iterator[tuple[Path, JSON, str]]:
    """Give what a response is to be checked as: parts of its body, with the definition of each."""
    kind = documents.kind(value)
    if kind == "error" or (exchange.status >= 400 and kind is None and isinstance(value, dict) and "error" in value):
        yield (), value, "ErrorResponse"
    elif exchange.status >= 400 and kind is None:
        return  # the rule about error bodies speaks of it
    elif exchange.operation == "list" or kind in ("page", "array"):
        if _is_page(value):
            yield from ((("value", index), item, "UpdateRun") for index, item in enumerate(value["value"]))
    elif is_no_run(exchange, value):
        return  # the rule about statuses and bodies speaks of it
    elif kind == "run" or (exchange.status in (200, 201) and exchange.operation not in ("delete", "other")):
        yield (), value, "UpdateRun"


def _lenient(exchange: Exchange) -> bool:
    version = exchange.parameters.get("api-version")
    return isinstance(version, str) and version not in contract.VERSIONS


# One part of a body


def _findings(part: _Part, body: Body, context: Context) -> Iterator[Finding]:
    """Check a part of a body: its structure, then the rules about its objects, about runs, and about their history."""
    options = context.options
    unsound: set[Path] = set()
    screened = options.engine == "fast" and part.placeholder is None
    clean = screened and (part.definition, part.side) == ("UpdateRun", "response") and is_clean(part.value, options.version)
    if not clean and not (screened and structure.conforms(part.value, part.definition, options.version, part.side)):
        yield from _of_structure(part, body, options, unsound)
    step = None
    if clean:
        step = context.history.step_of_clean(part.value, _origin(part, body, context), None if part.path else context.offset)
    elif part.definition == "UpdateRun":
        view = run.view(part.value, unsound)
        for rule in _rules("run", part.side):
            yield from _of_rule(rule, view, part, body, rule.severity)
        if part.side == "response":
            step = context.history.step(view, _origin(part, body, context), unsound, None if part.path else context.offset)
    for rule in _rules("history") if step is not None else ():
        yield from _of_rule(rule, step, part, body, rule.severity)


def _of_structure(part: _Part, body: Body, options: Options, unsound: set[Path]) -> Iterator[Finding]:
    """Check the structure of a part, and its objects; what turns out to be unsound is added to the set."""
    hidden = _hidden(part)
    unsound |= hidden
    for breach in structure.breaches(part.value, part.definition, options.version, options.engine):
        if breach.path in hidden:
            continue
        if breach.unsound is not None:
            unsound.add(breach.unsound)
        issue = Issue((*part.path, *breach.path), breach.message)
        yield _finding(breach.rule, issue, part.side, body, cites=breach.cites)
    for rule in _rules("object", part.side):
        writable = rule.sides == ("request",)
        severity = Severity.NOTE if part.lenient and rule.name == "undocumented-property" else rule.severity
        targets = shape.objects(part.value, part.definition, options.version, writable=writable, tolerated=part.tolerated)
        yield from _of_rule(rule, targets, part, body, severity)


def capture_of(document: Document, context: Context) -> tuple[run.Run, Origin]:
    """Give the run in a document, which is read a second time, for its history."""
    part = _Part((), document.body.value, "UpdateRun", "response")
    unsound: set[Path] = set()
    if context.options.engine != "fast" or not structure.conforms(part.value, part.definition, context.options.version, part.side):
        list(_of_structure(part, document.body, context.options, unsound))
    return run.view(part.value, unsound), _origin(part, document.body, replace(context, entry=document.entry))


def _origin(part: _Part, body: Body, context: Context) -> Origin:
    original = body.original
    for step in part.path if original is not None else ():
        original = original[step]
    from_cli = original is not None and original is not part.value
    flattened = from_cli and original.get("properties") is None
    return Origin(context.source, context.entry, part.path, from_cli, flattened, context.asked)


def _of_rule(rule: Rule, subject: Any, part: _Part, body: Body, severity: Severity) -> Iterator[Finding]:
    for issue in issues(rule, subject):
        below = Issue((*part.path, *issue.path), issue.message)
        finding = _finding(rule.name, below, part.side, body, cites=rule.cites, severity=severity)
        yield replace(finding, related=tuple(_related(issue, part, body)))


def _related(issue: Issue, part: _Part, body: Body) -> Iterator[Related]:
    for path, what in issue.related:
        if issue.origin is None:
            yield Related(to_pointer(documents.as_written(body, (*part.path, *path))), what)
        else:
            origin = issue.origin
            yield Related(to_pointer(origin.written(path)), what, origin.entry, origin.source or None)


def _rules(subject: str, side: Side | None = None) -> Iterable[Rule]:
    return _chosen(RULES, subject, side)


@lru_cache(maxsize=64)
def _chosen(rules: tuple[Rule, ...], subject: str, side: Side | None) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.subject == subject and (side is None or side in rule.sides))


def issues(rule: Rule, subject: Any) -> Iterator[Issue]:
    """Give the issues of a rule, target by target; what is unsound ends it at that target.

    Raises BrokenRule where the rule itself fails.
    """
    try:
        for target in rule.targets(subject):
            try:
                yield from rule.check(target)
            except run.Unsound:
                continue
    except Exception as bug:  # renamed, not swallowed: whoever sees it must know the rule
        raise BrokenRule(rule.name) from bug


def _hidden(part: _Part) -> frozenset[Path]:
    """Find what a recorder has hidden; nobody knows what stood there."""
    if part.placeholder is None:
        return frozenset()
    found = set()
    pending: list[tuple[Path, JSON]] = [((), part.value)]
    while pending:
        path, value = pending.pop()
        if value == part.placeholder:
            found.add(path)
        elif isinstance(value, dict):
            pending.extend(((*path, key), below) for key, below in value.items())
        elif isinstance(value, list):
            pending.extend(((*path, index), below) for index, below in enumerate(value))
    return frozenset(found)


# Findings


def _input_findings(body: Body, side: Side) -> Iterator[Finding]:
    for path in body.duplicates:
        yield _unreadable(duplicate(path), side)


def _unreadable(problem: Unreadable, side: Side) -> Finding:
    return Finding(problem.rule, problem.severity, problem.message, to_pointer(problem.path), side=side)


def _finding(rule: str, issue: Issue, side: Side, body: Body, *, cites: str, severity: Severity = Severity.ERROR) -> Finding:
    pointer = to_pointer(documents.as_written(body, issue.path))
    return Finding(rule, severity, issue.message, pointer, side=side, cites=cites)


def _sorted(findings: Iterable[Finding], request: Body | Unreadable | None, response: Body | Unreadable | None) -> list[Finding]:
    """Put findings into their order: request before response, the URL before the body, then as in the document."""
    bodies = {"request": request, "response": response, "document": response}

    orders: dict[int, dict[str, int]] = {}

    def key(finding: Finding) -> tuple[bool, bool, tuple[int, ...]]:
        body = bodies[finding.side]
        written = None if not isinstance(body, Body) else body.value if body.original is None else body.original
        return finding.side == "response", not finding.pointer.startswith("/uri/"), place(finding.pointer, written, orders)

    return sorted(findings, key=key)
