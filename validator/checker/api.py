"""The API for Python: check a value, an exchange, or assert that there is nothing to find."""

from __future__ import annotations

from dataclasses import replace

from ..contract import schema_errors, schemas
from ..contract.schema_errors import EngineName
from ..findings import Finding, Side
from ..pointer import JSON
from ..readers import az_cli, recognition
from ..readers.bounds import excess, foreign
from ..readers.items import Body, Document, Exchange, Unreadable
from ..wording import listed, show
from .body import Context, Part, check_part
from .item import check_items, in_order, problem_of
from .options import Options


def check(document: JSON, *, side: Side | None = None, definition: str | None = None, engine: EngineName = "fast") -> list[Finding]:
    """Check a document: an UpdateRun, a list of them, an ErrorResponse, or any one documented definition.

    `document` is a JSON value as `json.loads` gives it. Without a `side`, an UpdateRun is a response if it has
    anything that only the service sets. Without a `definition`, its shape decides what it is; what is neither
    a list nor an error is checked as an UpdateRun, but for an object that has nothing of one, which is unrecognised.
    A definition by itself is checked against its schema and for undocumented properties; the rules about runs need the run.

    Raises TypeError for values that JSON does not have, LookupError for a definition that is not documented, and
    ValueError for a side or an engine that there is not.
    """
    if side not in (None, "request", "response"):
        raise ValueError(f"expected request or response for the side, found {side!r}")
    _check_engine(engine)
    options = Options(engine, side=side)
    context = Context(options)
    problem = excess(document) or foreign(document)
    if problem is not None:
        return [problem_of(problem, context, side or "document")]
    item = Document(az_cli.resource_form(Body(document)))
    if definition is not None:
        schemas.check_definition(definition)
        part = Part((), document, definition, side or "response", ("name",) if definition == "UpdateRun" else ())
        return in_order(Document(Body(document)), check_part(part, Body(document), context)[0])
    if side is None and isinstance(document, dict) and recognition.is_bare(document):
        what = f"expected an update run, a list of them or an error response, found {show(document)}"
        return [problem_of(Unreadable("input/unrecognised", what), context, "document")]
    ((_, found),) = check_items([item], options)
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
    options = Options(engine)
    for body in (exchange.request, exchange.response):
        if isinstance(body, Body) and excess(body.value) is None:
            problem = foreign(body.value)
            if problem is not None:
                return [problem_of(problem, Context(options), "request" if body is exchange.request else "response")]
    ((_, found),) = check_items([exchange], options)
    return found


def assert_conforms(document: JSON, *, side: Side | None = None, definition: str | None = None) -> None:
    """Assert that `check` finds nothing, at any severity.

    Raises AssertionError, with one line for each finding.
    """
    __tracebackhide__ = True  # pytest then shows the line of the test
    found = check(document, side=side, definition=definition)
    if found:
        lines = [f"  {finding.severity} at {finding.pointer or 'the top'}: {finding.message} [{finding.rule}]" for finding in found]
        what = "the document does not conform to the contract of " + schemas.DEFAULT_VERSION
        raise AssertionError("\n".join([f"{what}:", *lines]))


def _check_engine(engine: str) -> None:
    if engine not in schema_errors.ENGINES:
        raise ValueError(f"expected {listed(list(schema_errors.ENGINES), 'or')} for the engine, found {engine!r}")
