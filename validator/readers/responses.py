"""Responses of HTTP libraries as exchanges: of requests, of httpx, and of azure-core with and without its pipeline.

They are recognised by their attributes, so that none of the libraries is needed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol, TypeAlias, TypeGuard

from .items import Exchange


class _Received(Protocol):
    """A response of requests, httpx or azure-core."""

    @property
    def status_code(self) -> int:
        """The status."""


class _Piped(Protocol):
    """A response of azure-core in its pipeline."""

    @property
    def http_response(self) -> Any:
        """The response as it was received."""


Response: TypeAlias = _Received | _Piped


def is_response(value: object) -> TypeGuard[Response]:
    """Return whether a value is a response of an HTTP library."""
    return hasattr(value, "status_code") or hasattr(value, "http_response")


def exchange_of(response: Response) -> Exchange:
    """Return the exchange of a response and the request that it answers.

    Raises ValueError if the URL is not about update runs, and TypeError if the response does not know its request.
    """
    received: Any = getattr(response, "http_response", response)  # azure-core passes both messages through its pipeline
    request = received.request
    if request is None:
        raise TypeError(f"expected a response with its request, found a {type(response).__name__} without one")
    from .payloads import decode  # late: most documents are no responses

    exchange = Exchange.of(request.method, str(request.url), received.status_code)
    return replace(exchange, request=decode(_content(request)), response=decode(_content(received)))


def _content(message: Any) -> Any:
    """Return the decompressed body of a message: its `content`, or else its `body`, which is a method of responses."""
    if hasattr(type(message), "content"):
        return message.content
    return message.body() if callable(message.body) else message.body
