"""Check an item: a document or an exchange, each body in it as what it is.

This is a pure function. What it returns can be sent to another process, and `history.History` compares the captures in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..contract import schemas
from ..contract.schema_errors import schema_errors
from ..findings import Finding, Side
from ..pointer import JSON, DocumentOrder, Path, to_pointer
from ..readers import recognition
from ..readers.bounds import excess
from ..readers.items import Body, Document, Exchange, Item, Kind, Unreadable, Unrelated, duplicate
from ..rules.dispatch import check_subject
from ..rules.exchange import ExchangeSubject, is_error, is_not_a_run, is_not_json
from ..rules.page import Page
from ..rules.rule import REQUEST
from ..run.facts import Capture
from ..run.identity import Key
from ..run.nodes import guarded
from ..run.origin import Origin
from ..wording import show
from .body import CheckedInstance, Context, Instance, check_instance, findings_of, schema_finding
from .checked import Checked, Observer
from .history import Deleted, Event, History, Restarted
from .options import Options

_DEFAULTS = Options()


def check_item(item: Document | Exchange | Unreadable, options: Options, source: str = "") -> Checked:
    """Check what a reader made of an entry of a file. Raises RuleError for a bug in a rule."""
    if isinstance(item, Unreadable):
        return Checked([problem_of(item, Context(options, source, item.entry, item.line), item.side, item.column)], [])
    if isinstance(item, Document):
        found = _check_document(item, Context(options, source, item.entry, item.line))
    else:
        found = _check_exchange(item, Context(options, source, item.entry))
    return found if len(found.findings) < 2 else found._replace(findings=in_document_order(item, found.findings))


def check_items(
    items: Iterable[Item],
    options: Options = _DEFAULTS,
    source: str = "",
    history: History | None = None,
    versions: Counter[str] | None = None,
    observer: Observer | None = None,
) -> Iterator[tuple[Item, list[Finding]]]:
    """Check items one after another, and yield each with its findings, those about its history included.

    `versions` counts the items by the api-version that judged each, and the `observer` is shown each of them.
    """
    history = History() if history is None else history
    for item in items:
        if isinstance(item, Unrelated):
            yield item, []
        else:
            checked = check_item(item, options, source)
            if versions is not None and checked.version:
                versions[checked.version] += 1
            later = history.add(checked.captures) if checked.captures else []
            if observer is not None:
                observer.add_item(item, checked, source)
                observer.add_steps(history.steps if checked.captures else [], later, item)
            yield item, with_history(item, checked.findings, later) if later else checked.findings


def with_history(item: Item, findings: list[Finding], later: list[Finding]) -> list[Finding]:
    """Return the findings about an item, together with those about its history."""
    line = item.line if isinstance(item, Document) else None
    return in_document_order(item, [*findings, *(replace(finding, line=line) for finding in later)])


def problem_of(problem: Unreadable, context: Context, side: Side, column: int | None = None) -> Finding:
    """Return the finding about a piece of input that cannot be read."""
    pointer = to_pointer(problem.path)
    return Finding(problem.rule, problem.severity, problem.message, pointer, context.source, context.entry, context.line, column, side)


def in_document_order(item: Item, findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in their order: request before response, the URL before the body, then as in the document."""
    request, response = (item.request, item.response) if isinstance(item, Exchange) else (None, getattr(item, "body", None))
    bodies = {"request": response if isinstance(item, Document) else request, "response": response, "document": response}
    orders = {side: _order(body) for side, body in bodies.items()}

    def key(finding: Finding) -> tuple[bool, bool, tuple[int, ...]]:
        return finding.side == "response", not finding.pointer.startswith("/uri/"), orders[finding.side].key(finding.pointer)

    return sorted(findings, key=key)


def _order(body: Body | Unreadable | None) -> DocumentOrder:
    if not isinstance(body, Body):
        return DocumentOrder(None)
    return DocumentOrder(body.value if body.original is None else body.original, len(body.base))


# Documents


def _check_document(document: Document, context: Context) -> Checked:
    body, given, text = document.body, context.options.side, document.text
    findings = _duplicates(body, context, given or "document") if body.duplicates else []
    too_deep = None if body.shallow else excess(body.value)
    if too_deep is not None:
        return Checked([*findings, problem_of(replace(too_deep, path=body.base), context, given or "document")], [], _version(context))
    kind = recognition.kind(body.value) if document.kind is None else document.kind
    if kind == "renamed":
        problem = Unreadable("input/unrecognised", recognition.tool_that_renames(body.value) or "", path=body.base)
        return Checked([*findings, problem_of(problem, context, given or "document")], [], _version(context))
    if kind in _OTHERS:
        found = check_instance(Instance((), body.value, *_OTHERS[kind], ("$schema",)), body, context)
        return Checked([*findings, *found.findings], [], found.version, [found])
    is_record = document.entry is not None and text is not None and not text.is_yaml and body.original is None and not body.base
    is_page = kind == "page"
    if is_page or (kind == "array" and body.original is not None):  # as the az CLI prints a list
        context = context._replace(operation="list")
    checked = []
    data = text.data if is_record and text is not None and text.data[:1] == b"{" else b""  # a run may be in a string, too
    runs = list(runs_in(body.value, kind))
    for path, value in runs:
        side = given or document.side or ("response" if is_page else recognition.side(value))
        is_extract = (body.base or body.original is not None) and given is None and document.side is None
        is_partial = is_extract and recognition.is_partial(value)
        instance = Instance(path, value, "UpdateRun", side, _TOLERATED, partial=is_partial)
        checked.append(check_instance(instance, body, context, b"" if path else data))
    versions = {each.version for each in checked} or {_version(context)}
    version = max(versions)
    if len(versions) > 1:  # the runs of a list are all of one version
        return _check_document(document, context._replace(options=context.options._replace(version=version)))
    findings += [finding for each in checked for finding in each.findings]
    captures = [each.capture for each in checked if each.capture is not None and not document.unordered]
    if is_page and (given or document.side) != "request":
        findings += _check_page(_ids(runs), body, context)
        captures = _once(captures)
    return Checked(findings, [*captures], version, checked, is_page)


def _version(context: Context) -> str:
    """Return the api-version of what has nothing that needs a later one."""
    return schemas.DEFAULT_VERSION if context.options.version == schemas.AUTO else context.options.version


_TOLERATED = ("name", "$schema")
"""What the top of a document may have besides the documented properties: a name, as in the URL, and the schema that an editor reads."""


def _ids(runs: Iterable[tuple[Path, JSON]], placeholder: str | None = None) -> list[tuple[Path, str]]:
    """Return the ids of runs, each with the path to its run, except those that a recorder hid."""
    ids = [(path, value.get("id")) for path, value in runs if isinstance(value, dict)]
    return [(path, identity) for path, identity in ids if isinstance(identity, str) and identity != placeholder]


def _check_page(ids: list[tuple[Path, str]], body: Body, context: Context, placeholder: str | None = None) -> list[Finding]:
    known = [(path, identity) for path, identity in ids if placeholder is None or not identity.endswith(f"/{placeholder}")]
    return findings_of(check_subject(Page(tuple(known)), "page"), Origin(context.source, context.entry, body.base), line=context.line)


def _once(captures: Iterable[Capture]) -> list[Capture]:
    """Return the first capture of each run: a page shows its runs at one moment, and is no history."""
    first: dict[Key, Capture] = {}
    for capture in captures:
        first.setdefault(capture.run, capture)
    return [*first.values()]


_OTHERS: dict[Kind | None, tuple[str, Side]] = {
    "error": ("ErrorResponse", "response"),
    "strategy": ("UpdateRunStrategy", "request"),
    "targets": ("SkipProperties", "request"),
}
"""The definition and the side of each kind of document without a run."""


def runs_in(value: JSON, kind: Kind | None) -> Iterator[tuple[Path, JSON]]:
    """Yield the runs in a document of a kind, each with its path; items of a list that are resources of another type are none."""
    if kind == "page":
        yield from ((("value", index), item) for index, item in enumerate(value["value"]) if not recognition.is_of_another_type(item))
    elif kind == "array":
        yield from (((index,), item) for index, item in enumerate(value) if not recognition.is_of_another_type(item))
    else:
        yield (), value


def _duplicates(body: Body, context: Context, side: Side) -> list[Finding]:
    return [problem_of(duplicate((*body.base, *path)), context, side) for path in body.duplicates]


# Exchanges


def _check_exchange(exchange: Exchange, context: Context) -> Checked:
    asked = exchange.parameters.get("api-version")
    if context.options.forced:
        version, asked_version = context.options.version, None
    elif isinstance(asked, str) and asked not in ("", exchange.placeholder):
        version, asked_version = schemas.nearest(asked), asked
    else:
        version, asked_version = _version_needed(exchange, context), None if asked == exchange.placeholder else asked
    context = context._replace(options=context.options._replace(version=version), asked=asked_version, operation=exchange.operation)
    findings: list[Finding] = []
    instances: list[CheckedInstance] = []
    if not exchange.repeats_request:
        instances.append(_check_parameters(exchange, context))
        findings += instances[0].findings
    if exchange.operation in _REQUESTS and not exchange.repeats_request:
        findings += _check_request(exchange, context, instances)
    subject, in_response, captures = _check_response(exchange, context, instances)
    findings += in_response
    issues = [(rule, issue) for rule, issue in check_subject(subject, "exchange") if rule.sides != REQUEST or not exchange.repeats_request]
    placed = [(rule, issue._replace(path=_in_message(exchange, rule.sides[0], issue.path))) for rule, issue in issues]
    findings += findings_of(placed, Origin(context.source, context.entry))
    return Checked(findings, _events(exchange, captures), version, instances, exchange.operation == "list" and bool(subject.ids))


def _version_needed(exchange: Exchange, context: Context) -> str:
    """Return the api-version of an exchange whose URL does not say it: that of a document with its bodies."""
    if context.options.version != schemas.AUTO:
        return context.options.version
    from ..contract.since import needed  # late: it reads the other versions

    bodies = [body.value for body in (exchange.request, exchange.response) if isinstance(body, Body) and excess(body.value) is None]
    return needed([run for value in bodies for _, run in runs_in(value, recognition.kind(value))])


def _events(exchange: Exchange, captures: list[Capture]) -> list[Event]:
    """Return what an exchange means for a history."""
    if exchange.alternative:
        return []
    is_success = 200 <= exchange.status < 300
    restarts = [Restarted(exchange.identity)] if is_success and exchange.operation in ("start", "stop") else []
    is_another = (exchange.operation == "delete" and is_success) or (exchange.operation == "put" and exchange.status == 201)
    known = [] if exchange.concurrent else captures  # it is not known which state such a response shows
    return [*([Deleted(exchange.identity)] if is_another else []), *known, *restarts]


def _in_message(exchange: Exchange, side: Side, path: Path) -> Path:
    """Return the path in the whole body of a message, for the path of an issue about an exchange."""
    if path[:1] == ("uri",):
        return (*exchange.uri, *path[1:])
    body = exchange.request if side == "request" else exchange.response
    return (*body.base, *path) if isinstance(body, Body) else path


def _check_parameters(exchange: Exchange, context: Context) -> CheckedInstance:
    given = dict(exchange.parameters)
    version, engine = context.options.version, context.options.engine
    origin = Origin(context.source, context.entry, exchange.uri)
    findings, errors = [], []
    for error in schema_errors(given, schemas.PARAMETERS, version=version, engine=engine):
        if error.rule == "schema/required":
            # A collection has no run's name; a missing api-version is a rule's affair.
            missing = error.unreliable[-1] if error.unreliable else None
            if missing == "updateRunName" and exchange.operation in ("list", "other"):
                continue
            if missing == "api-version":
                errors.append(error)
                continue
        elif given.get(str(error.path[-1])) == exchange.placeholder and exchange.placeholder is not None:
            continue
        errors.append(error)
        findings.append(schema_finding(error, origin, "request"))
    instance = Instance((), given, schemas.PARAMETERS, "request")
    known = guarded(given, [error.unreliable for error in errors if error.unreliable is not None])
    return CheckedInstance(findings, None, version, instance, origin, known, errors)


_REQUESTS = {"put": "UpdateRun", "skip": "SkipProperties"}
"""The definitions of the bodies of requests, by operation."""


def _check_request(exchange: Exchange, context: Context, instances: list[CheckedInstance]) -> list[Finding]:
    body = exchange.request
    problem = body if isinstance(body, Unreadable) else None if body is None or body.shallow else excess(body.value)
    if problem is not None:
        return [problem_of(problem, context, "request")]
    if not isinstance(body, Body):
        return []
    is_named = isinstance(body.value, dict) and body.value.get("name") == exchange.parameters.get("updateRunName")
    tolerated = ("name",) if is_named else ()
    definition = _REQUESTS[exchange.operation]
    instance = Instance((), body.value, definition, "request", tolerated, exchange.placeholder, _is_lenient(exchange))
    instances.append(check_instance(instance, body, context))
    return [*_duplicates(body, context, "request"), *instances[-1].findings]


def _check_response(
    exchange: Exchange, context: Context, instances: list[CheckedInstance]
) -> tuple[ExchangeSubject, list[Finding], list[Capture]]:
    body = exchange.response
    if body is None or isinstance(body, Unreadable):
        return ExchangeSubject(exchange, ()), list(_check_absence(exchange, context)), []
    problem = None if body.shallow else excess(body.value)
    if problem is not None:
        problem = replace(problem, path=body.base)
        return ExchangeSubject(replace(exchange, response=problem), ()), [problem_of(problem, context, "response")], []
    findings = _duplicates(body, context, "response")
    captures: list[Capture] = []
    expected = list(_expected(exchange, body.value))
    for path, value, definition in expected:
        instance = Instance(path, value, definition, "response", (), exchange.placeholder, _is_lenient(exchange))
        checked = check_instance(instance, body, context)
        instances.append(checked)
        findings += checked.findings
        if checked.capture is not None:
            captures.append(checked.capture)
    ids = _ids(((path, value) for path, value, definition in expected if definition == "UpdateRun"), exchange.placeholder)
    if len(expected) > 1:
        findings += _check_page(ids, body, context, exchange.placeholder)
        captures = _once(captures)
    is_list = exchange.operation == "list" and exchange.status in (200, 201)
    if is_list and not is_error(body.value) and not _is_page(body.value):
        what = f"expected a list of update runs, an object with an array in value, found {show(body.value)}"
        findings.append(problem_of(Unreadable("input/unrecognised", what), context, "response"))
    return ExchangeSubject(exchange, tuple(ids)), findings, captures


def _check_absence(exchange: Exchange, context: Context) -> Iterator[Finding]:
    """Check whether a response may be without a body that can be read."""
    if exchange.status >= 400 and (exchange.response is None or is_not_json(exchange.response)):
        return  # the rule about error bodies speaks of it
    if isinstance(exchange.response, Unreadable):
        yield problem_of(exchange.response, context, "response")
    elif exchange.status in (200, 201) and exchange.operation not in ("delete", "other"):
        what = "a list of update runs" if exchange.operation == "list" else "an update run"
        message = f"expected {what} with status {exchange.status}, found an empty body"
        yield problem_of(Unreadable("input/unreadable", message), context, "response")


def _is_page(value: JSON) -> bool:
    return isinstance(value, dict) and isinstance(value.get("value"), list)


def _expected(exchange: Exchange, value: JSON) -> Iterator[tuple[Path, JSON, str]]:
    """Yield the parts of a response that are checked: the path, the value and the definition of each."""
    kind = recognition.kind(value)
    if kind == "error" or (exchange.status >= 400 and kind is None and isinstance(value, dict) and "error" in value):
        yield (), value, "ErrorResponse"
    elif exchange.status >= 400 and kind is None:
        return  # the rule about error bodies speaks of it
    elif exchange.operation == "list" or kind in ("page", "array"):
        if _is_page(value):
            yield from ((("value", index), item, "UpdateRun") for index, item in enumerate(value["value"]))
    elif is_not_a_run(exchange, value):
        return  # the rule about statuses and bodies speaks of it
    elif kind == "run" or (exchange.status in (200, 201) and exchange.operation not in ("delete", "other")):
        yield (), value, "UpdateRun"


def _is_lenient(exchange: Exchange) -> bool:
    version = exchange.parameters.get("api-version")
    return isinstance(version, str) and version not in (*schemas.VERSIONS, "", exchange.placeholder)
