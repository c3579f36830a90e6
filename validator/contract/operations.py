"""The operations on update runs, with the statuses of success that are documented, and the error codes of the service."""

from __future__ import annotations

STATUSES: dict[str, tuple[int, ...]] = {
    "get": (200,),
    "list": (200,),
    "put": (200, 201),
    "delete": (200, 202, 204),
    "start": (200, 202),
    "stop": (200, 202),
    "skip": (200, 202),
}
"""The documented statuses of success, by operation."""

SKIP = "SkipProperties"
"""The definition that an api-version with the operation skip documents: the body of its request."""

ERROR_CODES: dict[str, int | None] = {
    "RequiredPropertyMissing": 400,
    "InvalidParameter": 400,
    "AuthenticationFailed": 401,
    "AuthorizationFailed": 403,
    "ResourceNotFound": 404,
    "OperationNotAllowed": 409,
    "PreconditionFailed": 412,
    "TooManyRequests": 429,
    "InternalServerError": 500,
    "ServiceUnavailable": 503,
    "NodeImageVersionNotAvailable": None,
    "K8sVersionNotAvailable": None,
    "UpgradeFailed": None,
}
"""The codes of the errors that clients have to expect, with the status of the response, None for an error of a part of a run."""
