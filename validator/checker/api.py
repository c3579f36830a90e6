"""The API for Python, for values: check a document, an exchange or a history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ..contract import schemas
from ..contract.engines import ENGINES, EngineName
from ..contract.schemas import AUTO
from ..findings import BodySide, Finding
from ..limits import MAX_FILE
from ..pointer import JSON
from ..readers.bounds import excess, own_types
from ..readers.budget import Budget, within
from ..readers.items import Body, Document, Exchange, Item, Unreadable, Unrelated
from ..readers.responses import Response, exchange_of, is_response
from ..readers.values import items_of
from ..run.facts import Capture
from ..wording import listed, show
from .body import Context, Instance, check_instance
from .history import History
from .interpretation import interpreted
from .item import check_item, check_items, in_document_order, problem_of, with_history
from .options import Options


def check(
    document: JSON, *, side: BodySide | None = None, definition: str | None = None, version: str = AUTO, engine: EngineName = "fast"
) -> list[Finding]:
    """Check a document, and return the findings in it.

    `document` is a JSON value as `json.loads` returns it: an UpdateRun, a list of them, an ErrorResponse, an object of the
    documented `definition`, or any value that contains one of the former or is a recording of exchanges, as in files. Without a
    `definition`, its properties decide, as in a file that is named on the command line. With a `side`, any other value is an UpdateRun,
    too. Without a `side`, an UpdateRun is a response if it has a property that only the service sets. An
    object of another definition than UpdateRun is checked against its schema alone, as the rules about runs need the whole run.
    `version` is the api-version that judges it; `auto` is 2025-03-01, or a later one where the document has something that only later
    versions document.

    An object of a subclass, such as the ones of which ruamel.yaml makes documents, counts as what it is.

    Raises TypeError for a value that JSON does not have, LookupError for an undocumented definition or an unknown version, and
    ValueError for an unknown side or engine.
    """
    return checked_document(document, side, definition, version, engine)[0]


def checked_document(
    document: JSON, side: BodySide | None, definition: str | None, version: str, engine: EngineName
) -> tuple[list[Finding], str]:
    """Return the findings in a document, and the api-version that judged it."""
    if isinstance(document, Exchange) or is_response(document):
        raise TypeError(f"expected a JSON document, found a value of type {type(document).__name__}; check_exchange takes it")
    check_side(side)
    _check_engine(engine)
    schemas.check_version(version)
    options = Options(engine, version, side)
    context = Context(options)
    document = excess(document) or own_types(document)
    if isinstance(document, Unreadable):
        return [problem_of(document, context, side or "document")], version
    if definition is not None:
        schemas.check_definition(definition, schemas.VERSIONS[-1] if version == AUTO else version)
        tolerated = ("name", "$schema") if definition == "UpdateRun" else ("$schema",)
        checked = check_instance(Instance((), document, definition, side or "response", tolerated), Body(document), context)
        return in_document_order(Document(Body(document)), checked.findings), checked.version
    items = _items_in(document, side)
    if not items:
        what = f"expected an update run, a list of them or an error response, found {show(document)}{_hint(document)}"
        return [problem_of(Unreadable("input/unrecognised", what), context, "document")], version
    versions: Counter[str] = Counter()
    findings = [finding for _, of_item in check_items(items, options, versions=versions) for finding in of_item]
    return findings, max(versions, default=version)


def _hint(document: JSON) -> str:
    """Return what to do with a document that is a string by mistake."""
    if not isinstance(document, str) or not document.lstrip().startswith(("{", "[")):
        return ""
    from ..readers.text_errors import is_json  # late: few documents are strings

    return "; pass a string through json.loads first" if is_json(document) else ""


def check_exchange(exchange: Exchange | Response, *, version: str = AUTO, engine: EngineName = "fast") -> list[Finding]:
    """Check an exchange, and return the findings in the parameters of its URL, in its request and response, and about both together.

    A response of requests, httpx or azure-core is an exchange with the request that it knows. `version` judges an exchange whose URL
    has no api-version.

    Raises TypeError if it is neither or a body has a value that JSON does not have, ValueError for an unknown engine and for a response
    that is not about update runs, and LookupError for an unknown version.
    """
    _check_engine(engine)
    schemas.check_version(version)
    options = Options(engine, version)
    return check_item(_exchange(exchange), options).findings


def check_history(polls: Iterable[JSON | Exchange | Response], *, version: str = AUTO, engine: EngineName = "fast") -> list[Finding]:
    """Check responses about one run in their order, each by itself and as a history, and return the findings.

    A poll is a document, an Exchange, or a response of requests, httpx or azure-core; the `entry` of a finding is its index. A document
    without an id or a creation is of the same run as the poll before it. A run that is created again is another run, of the same id.

    Raises ValueError if the polls are about several runs, and otherwise what `check` and `check_exchange` raise.
    """
    if isinstance(polls, dict | str):
        raise TypeError(f"expected a list of polls, each a document or an exchange, found {show(polls)}")
    _check_engine(engine)
    schemas.check_version(version)
    options = Options(engine, version, "response", run=("", ""))
    items = [item for entry, poll in enumerate(polls) for item in _items_of_poll(poll, entry)]
    identified = [(item.entry, identity.lower()) for item in items if (identity := _identity(item)) is not None]
    for entry, identity in identified:
        if identity != identified[0][1]:
            raise ValueError(f"expected responses about one run, found another run in poll {entry} than in poll {identified[0][0]}")
    history = History()
    findings: list[Finding] = []
    for item in items:
        if _is_list(item):  # of this run and others
            checked = check_item(item, options._replace(run=None))
        else:
            checked = check_item(item, options)
            options = options._replace(run=next((event.run for event in checked.captures if isinstance(event, Capture)), options.run))
        findings += with_history(item, checked.findings, history.add(checked.captures))
    return findings


# What is given


def _items_in(document: JSON, side: BodySide | None) -> list[Document | Exchange | Unreadable]:
    """Return the items in a plain value, as in a file that is named on the command line; none if it is unrecognised."""
    budget = Budget()
    budget.earn(MAX_FILE)
    whole = Unrelated(document=Document(Body(document), kind="run"))
    found = within(items_of(Body(document)), budget, is_compressed=False) if isinstance(document, dict | list) else [whole]
    return [item for item in interpreted(found, side, is_named=True) if not isinstance(item, Unrelated)]


def _items_of_poll(poll: JSON | Exchange | Response, entry: int) -> list[Document | Exchange | Unreadable]:
    """Return the items in a poll, with its index."""
    if isinstance(poll, Exchange) or is_response(poll):
        return [replace(_exchange(poll), entry=entry)]
    document = excess(poll) or own_types(poll)
    if isinstance(document, Unreadable):
        return [replace(document, entry=entry)]
    items = _items_in(document, "response") or [Document(Body(document), kind="run")]
    return [replace(item, entry=entry) for item in items]


def _is_list(item: Item) -> bool:
    """Return whether an item is a list of runs."""
    return item.operation == "list" if isinstance(item, Exchange) else isinstance(item, Document) and item.kind in ("page", "array")


def _identity(item: Item) -> str | None:
    """Return the id of the run that an item is about, None for a list, an error, and a run that does not say its id."""
    if isinstance(item, Exchange):
        return item.identity if "updateRunName" in item.parameters else None
    identity = item.body.value.get("id") if isinstance(item, Document) and isinstance(item.body.value, dict) else None
    return identity if isinstance(identity, str) else None


def _exchange(exchange: Exchange | Response) -> Exchange | Unreadable:
    """Return an exchange with plain values, or the problem of a body that has no JSON value."""
    if is_response(exchange):
        exchange = exchange_of(exchange)
    if not isinstance(exchange, Exchange):
        raise TypeError(f"expected an Exchange, such as Exchange.of makes, or a response, found {type(exchange).__name__}")
    request, response = _own_body(exchange.request), _own_body(exchange.response)
    if isinstance(request, Unreadable) and request is not exchange.request:
        return replace(request, side="request")
    if isinstance(response, Unreadable) and response is not exchange.response:
        return replace(response, side="response")
    return replace(exchange, request=request, response=response)


def _own_body(body: Body | Unreadable | None) -> Body | Unreadable | None:
    if not isinstance(body, Body) or excess(body.value) is not None:
        return body
    value = own_types(body.value)
    return value if isinstance(value, Unreadable) else body._replace(value=value)


def check_side(side: object) -> None:
    """Raise ValueError for what is neither a side nor None."""
    if side not in (None, "request", "response"):
        raise ValueError(f"expected request or response for the side, found {side!r}")


def _check_engine(engine: str) -> None:
    if engine not in ENGINES:
        raise ValueError(f"expected {listed(list(ENGINES), 'or')} for the engine, found {engine!r}")
