"""The API for Python: check a value or an exchange, or assert that a value conforms."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ..contract import schema_errors, schemas
from ..contract.schema_errors import EngineName
from ..contract.schemas import AUTO
from ..findings import Finding, Side
from ..limits import MAX_FILE
from ..pointer import JSON
from ..readers.bounds import excess, foreign
from ..readers.budget import Budget, within
from ..readers.items import Body, Document, Exchange, Unreadable, Unrelated
from ..readers.values import items_of
from ..wording import listed, show
from .body import Context, Instance, check_instance
from .interpretation import interpreted
from .item import check_items, in_document_order, problem_of
from .options import Options


def check(
    document: JSON, *, side: Side | None = None, definition: str | None = None, version: str = AUTO, engine: EngineName = "fast"
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
    return _checked(document, side, definition, version, engine)[0]


def _checked(document: JSON, side: Side | None, definition: str | None, version: str, engine: EngineName) -> tuple[list[Finding], str]:
    """Return the findings in a document, and the api-version that judged it."""
    if side not in (None, "request", "response"):
        raise ValueError(f"expected request or response for the side, found {side!r}")
    _check_engine(engine)
    schemas.check_version(version)
    options = Options(engine, version, side)
    context = Context(options)
    problem = excess(document) or foreign(document)
    if problem is not None:
        return [problem_of(problem, context, side or "document")], version
    document = _plain(document)
    if definition is not None:
        schemas.check_definition(definition, schemas.VERSIONS[-1] if version == AUTO else version)
        tolerated = ("name", "$schema") if definition == "UpdateRun" else ("$schema",)
        checked = check_instance(Instance((), document, definition, side or "response", tolerated), Body(document), context)
        return in_document_order(Document(Body(document)), checked.findings), checked.version
    whole = Unrelated(document=Document(Body(document), kind="run"))
    budget = Budget()
    budget.earn(MAX_FILE)
    found = within(items_of(Body(document)), budget, is_compressed=False) if isinstance(document, dict | list) else [whole]
    items = [item for item in interpreted(found, side, is_named=True) if not isinstance(item, Unrelated)]
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


def check_exchange(exchange: Exchange, *, engine: EngineName = "fast") -> list[Finding]:
    """Check an exchange, and return the findings in the parameters of its URL, in its request and response, and about both together.

    Raises TypeError if it is not an Exchange or a body has a value that JSON does not have, and ValueError for an unknown engine.
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
    plain = replace(exchange, request=_plain_body(exchange.request), response=_plain_body(exchange.response))
    ((_, findings),) = check_items([plain], options)
    return findings


def assert_conforms(document: JSON, *, side: Side | None = None, definition: str | None = None, version: str = AUTO) -> None:
    """Raise AssertionError, with a line for each finding, if `check` finds anything at any severity."""
    __tracebackhide__ = True  # pytest then shows the line of the test
    findings, judge = _checked(document, side, definition, version, "fast")
    if findings:
        by = "" if judge == AUTO else f" of {judge}"
        lines = [f"  {finding.severity} at {finding.pointer or 'the top'}: {finding.message} [{finding.rule}]" for finding in findings]
        raise AssertionError("\n".join([f"the document does not conform to the contract{by}:", *lines]))


def _plain_body(body: Body | Unreadable | None) -> Body | Unreadable | None:
    return body._replace(value=_plain(body.value)) if isinstance(body, Body) and excess(body.value) is None else body


def _plain(value: JSON) -> JSON:
    """Return a value within the limits, with objects of JSON's own types in place of those of subclasses."""
    if isinstance(value, dict):
        return {_plain(key): _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    kind = next((kind for kind in (str, int, float) if isinstance(value, kind)), None)
    # A call of the type would call methods of the subclass, such as the __str__ of an Enum.
    return value if kind is None or type(value) in (kind, bool) else kind.__getnewargs__(value)[0]


def _check_engine(engine: str) -> None:
    if engine not in schema_errors.ENGINES:
        raise ValueError(f"expected {listed(list(schema_errors.ENGINES), 'or')} for the engine, found {engine!r}")
