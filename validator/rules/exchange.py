"""Rules about a request and its response together.

The path of an issue leads from the top of a body: that of the response if the rule's sides are RESPONSE, and that of the request if
they are REQUEST. `("uri", NAME)` is a parameter of the URL, and is on the side of the request. `related` places are not reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..contract import schemas
from ..contract.drift import documented
from ..contract.formats import arm_id
from ..contract.operations import SKIP, STATUSES
from ..contract.since import since
from ..findings import Severity
from ..pointer import JSON, Path
from ..readers import recognition
from ..readers.items import OPERATIONS, Body, Exchange, Unreadable
from ..run.identity import RUN_TYPE
from ..wording import listed, show
from .rule import REQUEST, RESPONSE, Issue, rule


class ExchangeSubject(NamedTuple):
    """An exchange, with the ids in its response that no recorder hid: the path to each run, and its id.

    `exchange` has the operation, the status, the parameters of the URL, and both bodies, each None if it is empty and Unreadable if
    it is not JSON. A body may be any JSON value, unlike the objects that other rules get: check the type of what you read.
    """

    exchange: Exchange
    ids: tuple[tuple[Path, str], ...]

    @property
    def response(self) -> JSON:
        """The body of the response, None where it is empty or unreadable."""
        body = self.exchange.response
        return None if body is None or isinstance(body, Unreadable) else body.value


_VERSION: Path = ("uri", "api-version")
_PROPERTIES = ("id", "name", "type", "properties", "systemData", "eTag")
_ERROR_PROPERTIES = {"code", "message", "target", "details", "additionalInfo"}


def is_not_json(body: Body | Unreadable | None) -> bool:
    """Return whether a body is something other than JSON, and not just too large, too deep or unrecorded."""
    return isinstance(body, Unreadable) and body.rule == "input/unreadable" and body.severity is Severity.ERROR


def is_not_a_run(exchange: Exchange, value: JSON) -> bool:
    """Return whether a successful response that should be a run is an object without any property of one."""
    return (
        _answers_with_run(exchange)
        and isinstance(value, dict)
        and recognition.kind(value) is None
        and not any(name in value for name in _PROPERTIES)
    )


def is_error(value: JSON) -> bool:
    """Return whether a body is an error, in its envelope or without."""
    is_flat = isinstance(value, dict) and {"code", "message"} <= value.keys() <= _ERROR_PROPERTIES
    return is_flat or recognition.kind(value) == "error"


def _answers_with_run(exchange: Exchange) -> bool:
    return exchange.status in {200, 201} and exchange.operation not in {"delete", "list", "other"}


@rule(Severity.ERROR, REQUEST, "rest#uri-parameters", on="exchange")
def api_version_missing(subject: ExchangeSubject) -> Iterator[Issue]:
    """A URL must have an api-version.

    The service refuses a request without it.

    Fix: Append `?api-version=2025-03-01` to the URL.

    Example, on an exchange:
        /url = "https://management.azure.com/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateRuns/spring"
    """
    if "api-version" not in subject.exchange.parameters:
        yield Issue(_VERSION, "expected an api-version in the URL, found none")


@rule(Severity.WARNING, REQUEST, "rest#uri-parameters", on="exchange")
def api_version_unsupported(subject: ExchangeSubject) -> Iterator[Issue]:
    """A URL must name a published api-version.

    Another version may have other definitions. The exchange is checked against the nearest known one, and its undocumented properties are
    notes. A version that was never published is usually a typo.

    Fix: Compare the version with those that `updaterun versions` lists. If it is newer than this tool, treat the findings of this
    exchange as hints.

    Example, on an exchange:
        /url = "https://management.azure.com/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateRuns/spring?api-version=2025-03-02"

    Example, on an exchange:
        /url = "https://management.azure.com/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateRuns/spring?api-version=2026-05-01-preview"
    """
    version = subject.exchange.parameters.get("api-version")
    if isinstance(version, str) and version and version not in (*schemas.VERSIONS, subject.exchange.placeholder):
        found = f"{version}, which was never published" if version in schemas.DRAFTS else show(version)
        yield Issue(_VERSION, f"expected a published api-version, found {found}; checked against {schemas.nearest(version)}")


@rule(Severity.ERROR, RESPONSE, "rest#responses", on="exchange")
def response_id_mismatch(subject: ExchangeSubject) -> Iterator[Issue]:
    """A response must be about the run that its URL names.

    The id in the body has the subscription, the resource group, the fleet and the run of the URL, with any capitalisation; in a list,
    all but the run.

    Fix: Compare the id in the body with the URL, and correct the one that is wrong.

    Example, on an exchange:
        /response/id = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/test/updateRuns/spring"

    Example, on an exchange:
        /response/id = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/other/providers/Microsoft.ContainerService/fleets/prod/updateRuns/spring"
    """
    for path, identity in subject.ids:
        parsed = arm_id(identity)
        if parsed is None or parsed.type.lower() != RUN_TYPE.lower():
            continue
        named = {
            "subscriptionId": parsed.subscription,
            "resourceGroupName": parsed.resource_group,
            "fleetName": parsed.names[0],
            "updateRunName": parsed.names[1],
        }
        for parameter, found in named.items():
            expected = subject.exchange.parameters.get(parameter)
            if not isinstance(expected, str) or not found or subject.exchange.placeholder in (expected, found):
                continue
            if expected.lower() != found.lower():
                message = f"expected the {parameter} of the URL, {show(expected)}, found {show(found)}"
                yield Issue((*path, "id"), message)
                break


@rule(Severity.ERROR, RESPONSE, "rest#responses", on="exchange")
def status_body_mismatch(subject: ExchangeSubject) -> Iterator[Issue]:
    """A success must not have an error as its body, nor a failure an update run.

    Clients choose by the status how to read the body. Where one run is expected, a list of runs is wrong, too, and so is an object
    without anything of a run.

    Fix: Compare the status with the body, and correct the one that does not belong to the exchange.

    Example, on an exchange:
        /status = 404

    Example, on an exchange:
        /response = {"error": {"code": "NotFound", "message": "There is no such run."}}

    Example, on an exchange:
        /response = {"code": "NotFound", "message": "There is no such run."}

    Example, on an exchange:
        /response = {"value": []}
    """
    status, found = subject.exchange.status, recognition.kind(subject.response)
    if 200 <= status < 300 and is_error(subject.response):
        yield Issue((), f"expected no error with status {status}, found an error body")
        return
    if found in ("page", "array") and _answers_with_run(subject.exchange):
        yield Issue((), f"expected one update run with status {status}, found a list of them")
    if is_not_a_run(subject.exchange, subject.response):
        yield Issue((), f"expected an update run with status {status}, found {show(subject.response)} without anything of one")
    if status >= 400 and found in ("run", "page", "array"):
        what = "an update run" if found == "run" else "a list of update runs"
        yield Issue((), f"expected an error body with status {status}, found {what}")


@rule(Severity.WARNING, RESPONSE, "live#errors", on="exchange")
def error_envelope_missing(subject: ExchangeSubject) -> Iterator[Issue]:
    """An error body must have error.code and error.message.

    The reference page requires neither, but every observed error of this service has both. Clients show them to their users. One
    neighbouring resource answers without the envelope.

    Fix: In a fake or a fixture, answer `{"error": {"code": ..., "message": ...}}`.

    Example, on an exchange:
        /status = 409
        /response = {"code": "Conflict", "message": "The update run is running."}

    Example, on an exchange:
        /status = 404
        /response = {"error": {}}

    Example, on an exchange:
        /status = 502
        /response = "Bad gateway"
    """
    exchange = subject.exchange
    if exchange.status < 400 or exchange.operation == "other" or recognition.kind(subject.response) in ("run", "page", "array"):
        return
    expected = 'expected an error body {"error": {"code", "message"}}'
    if subject.response == exchange.placeholder is not None:
        return
    if exchange.response is None:
        yield Issue((), f"{expected}, found an empty body")
    elif is_not_json(exchange.response):
        yield Issue((), f"{expected}, found what is not JSON")
    elif isinstance(exchange.response, Body):
        body = exchange.response.value
        if not isinstance(body, dict) or "error" not in body:
            yield Issue((), f"{expected}, found no error")
        elif isinstance(body["error"], dict):
            missing = [name for name in ("code", "message") if name not in body["error"]]
            if missing:
                yield Issue(("error",), f"{expected}, found no {' and no '.join(missing)}")


@rule(Severity.ERROR, REQUEST, "spec#operations", on="exchange")
def operation_unknown(subject: ExchangeSubject) -> Iterator[Issue]:
    """A request must be one of the operations on update runs.

    A run has GET, PUT, DELETE and a POST to `/start`, `/stop` and `/skip`, the last where the api-version has skipping. The collection has GET.
    The service refuses any other method or action. OPTIONS, which browsers send, is not reported.

    Fix: Compare the method and the URL with the documented operations, and correct the client, or the URL of the fixture.

    Example, on an exchange:
        /method = "PATCH"

    Example, on an exchange:
        /method = "POST"
        /url = "https://management.azure.com/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateRuns/spring/restart?api-version=2025-03-01"
    """
    exchange = subject.exchange
    calls = list(OPERATIONS["updateRunName" in exchange.parameters])
    if exchange.operation == "other" and exchange.call and not exchange.call.startswith("OPTIONS"):
        where = "action" if exchange.call.startswith("POST /") else "method"
        yield Issue(("uri", where), f"expected {listed(calls, 'or')}, found {show(exchange.call)}")
    version = exchange.parameters.get("api-version")
    if exchange.operation != "skip" or not isinstance(version, str) or version in ("", exchange.placeholder):
        return
    if SKIP not in documented(schemas.nearest(version)):
        yield Issue(_VERSION, f"expected the api-version {since(SKIP)} or a later one for POST /skip, found {show(version)}")


@rule(Severity.WARNING, RESPONSE, "spec#operations", on="exchange")
def status_undocumented(subject: ExchangeSubject) -> Iterator[Issue]:
    """A success must have a status that its operation documents.

    Clients decide by the status whether the operation is still in progress, and read the body accordingly. An error may have any
    status.

    Fix: In a fake or a fixture, answer with a documented status.

    Example, on an exchange:
        /status = 206

    Example, on an exchange:
        /method = "PUT"
        /status = 204
        /response
    """
    exchange = subject.exchange
    documented = STATUSES.get(exchange.operation, ())
    if documented and 200 <= exchange.status < 300 and exchange.status not in documented:
        yield Issue((), f"expected status {listed(list(map(str, documented)), 'or')} for {exchange.operation}, found {exchange.status}")
