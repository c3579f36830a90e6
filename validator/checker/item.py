"""The engine: documents and exchanges in, findings out, each body judged as what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..contract import schema_errors, schemas
from ..contract.schema_errors import EngineName
from ..contract.schemas import PARAMETERS
from ..findings import Finding, Side
from ..pointer import JSON, Path, place
from ..readers import az_cli, recognition
from ..readers.bounds import excess, foreign, is_shallow
from ..readers.items import Body, Document, Exchange, Unreadable, duplicate
from ..rules.exchange import Seen, is_no_json, is_no_run
from ..rules.rule import Issue
from ..run.history import History
from ..wording import listed, show
from .body import Context, Options, Part, chosen, finding_of, findings_in, is_done, issues, origin_of, passes, problem_of


def check(document: JSON, *, side: Side | None = None, definition: str | None = None, engine: EngineName = "fast") -> list[Finding]:
    """Check a document: an UpdateRun, a list of them, an ErrorResponse, or any one documented definition.

    `document` is a JSON value as `json.loads` gives it. Without a `side`, an UpdateRun is a response if it has
    anything that only the service sets. Without a `definition`, its shape decides what it is; what is neither
    a list nor an error is checked as an UpdateRun, but for an object that has nothing of one, which is unrecognised.
    A definition by itself is checked against its schema and for undocumented properties; the rules about runs need the run.

    Raises TypeError for values that JSON does not have, LookupError for a definition that is not documented, and
    ValueError for a side or an engine that there is not.
    """
    context = Context(Options(engine, side=side), History())
    if side not in (None, "request", "response"):
        raise ValueError(f"expected request or response for the side, found {side!r}")
    _check_engine(engine)
    problem = excess(document) or foreign(document)
    if problem is not None:
        return [problem_of(problem, side or "document")]
    if definition is not None:
        schemas.check_definition(definition)
        part = Part((), document, definition, side or "response", ("name",) if definition == "UpdateRun" else ())
        body = Body(document)
        return _sorted(findings_in(part, body, context), body, body)
    if side is None and isinstance(document, dict) and recognition.is_bare(document):
        what = f"expected an update run, a list of them or an error response, found {show(document)}"
        return [problem_of(Unreadable("input/unrecognised", what), "document")]
    found = check_item(Document(az_cli.resource_form(Body(document))), context)
    if isinstance(document, str) and document.lstrip().startswith(("{", "[")):
        from ..readers.text_errors import is_json  # late: a document is a text by mistake alone

        if is_json(document):
            return [replace(finding, message=f"{finding.message}; a text is to go through json.loads first") for finding in found]
    return found


def check_exchange(exchange: Exchange, *, engine: EngineName = "fast") -> list[Finding]:
    """Check an exchange: the parameters of its URL, its request, its response, and how they fit together.

    Raises TypeError for what is no Exchange, and for values that JSON does not have, and ValueError for an engine that there is not.
    """
    _check_engine(engine)
    if not isinstance(exchange, Exchange):
        raise TypeError(f"expected an Exchange, such as Exchange.of makes, found {type(exchange).__name__}")
    for body in (exchange.request, exchange.response):
        if isinstance(body, Body) and excess(body.value) is None:
            problem = foreign(body.value)
            if problem is not None:
                side: Side = "request" if body is exchange.request else "response"
                return [problem_of(problem, side)]
    return check_item(exchange, Context(Options(engine), History()))


def _check_engine(engine: str) -> None:
    if engine not in schema_errors.ENGINES:
        raise ValueError(f"expected {listed(list(schema_errors.ENGINES), 'or')} for the engine, found {engine!r}")


def assert_conforms(document: JSON, *, side: Side | None = None, definition: str | None = None) -> None:
    """Assert that `check` finds nothing, at any severity.

    Raises AssertionError, with one line for each finding.
    """
    __tracebackhide__ = True  # pytest then shows the line of the test
    found = check(document, side=side, definition=definition)
    if found:
        lines = [f"  {finding.severity} at {finding.pointer or 'the top'}: {finding.message} [{finding.rule}]" for finding in found]
        what = "the document does not conform to the contract of " + schemas.VERSIONS[-1]
        raise AssertionError("\n".join([f"{what}:", *lines]))


def check_item(item: Document | Exchange | Unreadable, context: Context) -> list[Finding]:
    """Check what a reader made of an entry of a capture, in the order of the entries."""
    if isinstance(item, Unreadable):
        placed = problem_of(item, item.side)
        return [replace(placed, source=context.source, entry=item.entry, line=item.line, column=item.column)]
    if isinstance(item, Document):
        body = item.body
        clean = context.options.side != "request" and not body.duplicates and passes(body.value, context.options)
        if clean and is_done(body.value, context.history, item.entry, item.offset, lambda: origin_of((), body, context, item.entry)):
            return []  # as most do
        context = replace(context, entry=item.entry, offset=item.offset)
        found = _sorted(_of_document(item, context, clean=clean), item.body, item.body)
        return [replace(finding, source=context.source, entry=item.entry, line=item.line) for finding in found]
    context = replace(context, entry=item.entry)
    found = _sorted(_of_exchange(item, context), item.request, item.response)
    return [replace(finding, source=context.source, entry=item.entry) for finding in found]


# Documents and exchanges


def _of_document(document: Document, context: Context, *, clean: bool) -> Iterator[Finding]:
    body = document.body
    if clean:
        yield from findings_in(Part((), body.value, "UpdateRun", "response", clean=True), body, context)
        return
    given = context.options.side
    yield from _input_findings(body, given or "document")
    text = document.text
    is_known = body.shallow or (text is not None and not text.is_yaml and is_shallow(text.data))
    too_deep = None if is_known else excess(body.value)
    if too_deep is not None:
        yield problem_of(too_deep, given or "document")
        return
    if recognition.kind(body.value) == "error":
        yield from findings_in(Part((), body.value, "ErrorResponse", "response"), body, context)
        return
    for path, value in _runs(body.value):
        side = given or ("response" if path[:1] == ("value",) else recognition.side(value))
        looked_at = None if path else False
        yield from findings_in(Part(path, value, "UpdateRun", side, ("name",), clean=looked_at), body, context)


def _runs(value: JSON) -> Iterator[tuple[Path, JSON]]:
    kind = recognition.kind(value)
    if kind == "page":
        yield from ((("value", index), item) for index, item in enumerate(value["value"]) if not recognition.is_of_another_type(item))
    elif kind == "array":
        yield from (((index,), item) for index, item in enumerate(value) if not recognition.is_of_another_type(item))
    else:
        yield (), value


def _of_exchange(exchange: Exchange, context: Context) -> Iterator[Finding]:
    asked = exchange.parameters.get("api-version")
    if isinstance(asked, str) and asked != exchange.placeholder:
        context = replace(context, options=replace(context.options, version=schemas.nearest(asked)), asked=asked)
    yield from _of_parameters(exchange, context.options)
    if exchange.operation == "put":
        yield from _of_request(exchange, context)
    if exchange.alternative or exchange.concurrent:
        context = replace(context, history=History())
    if (exchange.operation == "delete" and 200 <= exchange.status < 300) or (exchange.operation == "put" and exchange.status == 201):
        context.history.forget(exchange.identity)
    seen, findings = _of_response(exchange, context)
    yield from findings
    for rule in chosen("exchange"):
        for issue in issues(rule, seen):
            yield finding_of(rule.name, issue, rule.sides[0], Body(None), cites=rule.cites, severity=rule.severity)


def _of_parameters(exchange: Exchange, options: Options) -> Iterator[Finding]:
    given = dict(exchange.parameters)
    for breach in schema_errors.breaches(given, PARAMETERS, options.version, options.engine):
        if breach.rule == "schema/required":
            # A collection has no run's name; a missing api-version is a rule's affair.
            missing = breach.unsound[-1] if breach.unsound else None
            if missing == "api-version" or (missing == "updateRunName" and exchange.operation in ("list", "other")):
                continue
        elif given.get(str(breach.path[-1])) == exchange.placeholder and exchange.placeholder is not None:
            continue
        issue = Issue(("uri", *breach.path), breach.message)
        yield finding_of(breach.rule, issue, "request", Body(None), cites=breach.cites)


def _of_request(exchange: Exchange, context: Context) -> Iterator[Finding]:
    body = exchange.request
    problem = body if isinstance(body, Unreadable) else None if body is None or body.shallow else excess(body.value)
    if problem is not None:
        yield problem_of(problem, "request")
    elif isinstance(body, Body):
        yield from _input_findings(body, "request")
        named = isinstance(body.value, dict) and body.value.get("name") == exchange.parameters.get("updateRunName")
        part = Part((), body.value, "UpdateRun", "request", ("name",) if named else (), exchange.placeholder, _lenient(exchange))
        yield from findings_in(part, body, context)


def _of_response(exchange: Exchange, context: Context) -> tuple[Seen, list[Finding]]:
    body = exchange.response
    if body is None or isinstance(body, Unreadable):
        return Seen(exchange, ()), list(_of_no_response(exchange))
    problem = None if body.shallow else excess(body.value)
    if problem is not None:
        return Seen(replace(exchange, response=problem), ()), [problem_of(problem, "response")]
    found = list(_input_findings(body, "response"))
    ids: list[tuple[Path, str]] = []
    for path, value, definition in _expected(exchange, body.value):
        part = Part(path, value, definition, "response", (), exchange.placeholder, _lenient(exchange))
        found += findings_in(part, body, context)
        identity = value.get("id") if isinstance(value, dict) and definition == "UpdateRun" else None
        if isinstance(identity, str) and identity != exchange.placeholder:
            ids.append((path, identity))
    is_list = exchange.operation == "list" and exchange.status in (200, 201)
    if is_list and recognition.kind(body.value) != "error" and not _is_page(body.value):
        what = f"expected a list of update runs, an object with an array in value, found {show(body.value)}"
        found.append(problem_of(Unreadable("input/unrecognised", what), "response"))
    return Seen(exchange, tuple(ids)), found


def _of_no_response(exchange: Exchange) -> Iterator[Finding]:
    if exchange.status >= 400 and (exchange.response is None or is_no_json(exchange.response)):
        return  # the rule about error bodies speaks of it
    if isinstance(exchange.response, Unreadable):
        yield problem_of(exchange.response, "response")
    elif exchange.status in (200, 201) and exchange.operation not in ("delete", "other"):
        what = "a list of update runs" if exchange.operation == "list" else "an update run"
        yield problem_of(Unreadable("input/unreadable", f"expected {what} with status {exchange.status}, found an empty body"), "response")


def _is_page(value: JSON) -> bool:
    return isinstance(value, dict) and isinstance(value.get("value"), list)


def _expected(exchange: Exchange, value: JSON) -> Iterator[tuple[Path, JSON, str]]:
    """Give what a response is to be checked as: parts of its body, with the definition of each."""
    kind = recognition.kind(value)
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
    return isinstance(version, str) and version not in schemas.VERSIONS


# Findings


def _input_findings(body: Body, side: Side) -> Iterator[Finding]:
    for path in body.duplicates:
        yield problem_of(duplicate(path), side)


def _sorted(findings: Iterable[Finding], request: Body | Unreadable | None, response: Body | Unreadable | None) -> list[Finding]:
    """Put findings into their order: request before response, the URL before the body, then as in the document."""
    bodies = {"request": request, "response": response, "document": response}

    orders: dict[int, dict[str, int]] = {}

    def key(finding: Finding) -> tuple[bool, bool, tuple[int, ...]]:
        body = bodies[finding.side]
        written = None if not isinstance(body, Body) else body.value if body.original is None else body.original
        return finding.side == "response", not finding.pointer.startswith("/uri/"), place(finding.pointer, written, orders)

    return sorted(findings, key=key)
