"""Rules about a request and its response, seen together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..contract import schemas
from ..contract.formats import arm_id
from ..findings import Severity
from ..pointer import JSON, Path
from ..readers import recognition
from ..readers.items import Body, Exchange, Unreadable
from ..run.identity import RUN_TYPE
from ..wording import show
from .rule import REQUEST, RESPONSE, Issue, rule


@dataclass(frozen=True, slots=True)
class Seen:
    """An exchange with the ids of the runs in its response that are not hidden, each with the path to its run."""

    exchange: Exchange
    ids: tuple[tuple[Path, str], ...]

    @property
    def response(self) -> JSON:
        """The response's body, None where it is empty or unreadable."""
        body = self.exchange.response
        return None if body is None or isinstance(body, Unreadable) else body.value


_VERSION: Path = ("uri", "api-version")
_PROPERTIES = ("id", "name", "type", "properties", "systemData", "eTag")


def is_no_json(body: Body | Unreadable | None) -> bool:
    """Tell whether a body is something else than JSON, and neither too large, too deep nor unrecorded."""
    return isinstance(body, Unreadable) and body.rule == "input/unreadable" and body.severity is Severity.ERROR


def is_no_run(exchange: Exchange, value: JSON) -> bool:
    """Tell whether a successful answer that should be a run is an object without anything of one."""
    return (
        _answers_with_run(exchange)
        and isinstance(value, dict)
        and recognition.kind(value) is None
        and not any(name in value for name in _PROPERTIES)
    )


def _answers_with_run(exchange: Exchange) -> bool:
    return exchange.status in {200, 201} and exchange.operation not in {"delete", "list", "other"}


@rule(Severity.ERROR, REQUEST, "rest#uri-parameters", subject="exchange")
def api_version_missing(seen: Seen) -> Iterator[Issue]:
    """A URL says which api-version it speaks.

    The service refuses a request without it.

    Fix: Append `?api-version=2025-03-01` to the URL.

    Example, on an exchange:
        /url = "https://management.azure.com/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateRuns/spring"
    """
    if "api-version" not in seen.exchange.parameters:
        yield Issue(_VERSION, "expected an api-version in the URL, found none")


@rule(Severity.WARNING, REQUEST, "rest#uri-parameters", subject="exchange")
def api_version_unsupported(seen: Seen) -> Iterator[Issue]:
    """A URL names an api-version that there are schemas for.

    Another version may have other definitions. The exchange is checked by the nearest known one, and
    properties that this one does not document count as notes.

    Fix: Read the findings of this exchange with the version in mind, or leave it out with `--ignore`.

    Example, on an exchange:
        /url = "https://management.azure.com/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateRuns/spring?api-version=2024-04-01"
    """
    version = seen.exchange.parameters.get("api-version")
    if isinstance(version, str) and version and version not in (*schemas.VERSIONS, seen.exchange.placeholder):
        yield Issue(_VERSION, f"expected {', '.join(schemas.VERSIONS)}, found {show(version)}; checked by {schemas.nearest(version)}")


@rule(Severity.ERROR, RESPONSE, "rest#responses", subject="exchange")
def response_id_mismatch(seen: Seen) -> Iterator[Issue]:
    """A response is about the run that its URL names.

    The id in the body has the subscription, the resource group, the fleet and the run of the URL, whatever the
    case of letters; in a list, those of the fleet.

    Fix: Find out which of the two was meant; in a fixture, make them agree.

    Example, on an exchange:
        /response/id = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/test/updateRuns/spring"
    """
    for path, identity in seen.ids:
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
            expected = seen.exchange.parameters.get(parameter)
            if not isinstance(expected, str) or not found or seen.exchange.placeholder in (expected, found):
                continue
            if expected.lower() != found.lower():
                message = f"expected the {parameter} of the URL, {show(expected)}, found {show(found)}"
                yield Issue((*path, "id"), message)
                break


@rule(Severity.ERROR, RESPONSE, "rest#responses", subject="exchange")
def status_body_mismatch(seen: Seen) -> Iterator[Issue]:
    """A success has an update run for its body, and a failure an error.

    Clients choose by the status how to read the body.

    Fix: In a fake or a fixture, let status and body be of one kind.

    Example, on an exchange:
        /status = 404
    """
    status, found = seen.exchange.status, recognition.kind(seen.response)
    if 200 <= status < 300 and found == "error":
        yield Issue((), f"expected no error with status {status}, found an error body")
    if found in ("page", "array") and _answers_with_run(seen.exchange):
        yield Issue((), f"expected one update run with status {status}, found a list of them")
    if is_no_run(seen.exchange, seen.response):
        yield Issue((), f"expected an update run with status {status}, found {show(seen.response)} without anything of one")
    if status >= 400 and found in ("run", "page", "array"):
        what = "an update run" if found == "run" else "a list of update runs"
        yield Issue((), f"expected an error body with status {status}, found {what}")


@rule(Severity.WARNING, RESPONSE, "live#errors", subject="exchange")
def error_envelope_missing(seen: Seen) -> Iterator[Issue]:
    """An error body has error.code and error.message.

    The reference page requires neither, but every error of this service that was observed has both. Without
    them a client has nothing to tell its user. One neighbouring resource answers without the envelope.

    Fix: In a fake or a fixture, answer `{"error": {"code": ..., "message": ...}}`.

    Example, on an exchange:
        /status = 409
        /response = {"code": "Conflict", "message": "The update run is running."}
    """
    exchange = seen.exchange
    if exchange.status < 400 or exchange.operation == "other" or recognition.kind(seen.response) in ("run", "page", "array"):
        return
    expected = 'expected an error body {"error": {"code", "message"}}'
    if seen.response == exchange.placeholder is not None:
        return
    if exchange.response is None:
        yield Issue((), f"{expected}, found an empty body")
    elif is_no_json(exchange.response):
        yield Issue((), f"{expected}, found what is not JSON")
    elif isinstance(exchange.response, Body):
        body = exchange.response.value
        if not isinstance(body, dict) or "error" not in body:
            yield Issue((), f"{expected}, found no error")
        elif isinstance(body["error"], dict):
            missing = [name for name in ("code", "message") if name not in body["error"]]
            if missing:
                yield Issue(("error",), f"{expected}, found no {' and no '.join(missing)}")
