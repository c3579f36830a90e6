"""A fake fleet as a WSGI application, for clients that need a server."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Any
from wsgiref.util import request_uri

import orjson

from ..limits import MAX_RECORD
from ..pointer import JSON
from ..readers.items import Unreadable
from ..readers.json_text import parse
from ..wording import listed, show
from .answers import Refused, Response
from .fleet import FakeFleet

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

ORDERS = "/fake/"
"""The path below which a POST orders something of the fleet itself, such as `/fake/tick` or `/fake/fail/aks-02`."""

_NUMBER = re.compile("[0-9]{1,4}")
_LENGTH = re.compile("[0-9]{1,18}")


def app(fleet: FakeFleet, *, tick_on_get: bool = False) -> WSGIApplication:
    """Return a fleet as a WSGI application, safe for threads.

    With `tick_on_get`, every GET is a step of the service before it is answered, so that a client that polls gets to an end. A POST to
    `/fake/VERB` or `/fake/VERB/ARGUMENT` calls a method of the fleet: tick, fail, withhold-image, release-image, throttle or break-rule.
    """
    lock = Lock()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            body = _body(environ)
            with lock:
                response = _answer(fleet, environ, body, tick_on_get=tick_on_get)
        except Refused as refusal:
            response = refusal.response()
        except TimeoutError:
            response = Refused(408, "RequestTimeout", "the body of the request did not arrive").response()
        content = b"" if response.body is None else orjson.dumps(response.body)
        headers = response.headers
        if response.status != HTTPStatus.NO_CONTENT:
            headers = headers | {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(content))}
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", [*headers.items()])
        return [content]

    return application


def _answer(fleet: FakeFleet, environ: dict[str, Any], body: JSON, *, tick_on_get: bool) -> Response:
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
    if path.startswith(ORDERS):
        if method != "POST":
            raise Refused(405, "HttpMethodNotAllowed", f"expected POST below {ORDERS}, found {show(method)}")
        return _order(fleet, path.removeprefix(ORDERS))
    if method == "GET" and tick_on_get:
        fleet.tick()
    headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    return fleet.handle(method, request_uri(environ), body, headers)


def _order(fleet: FakeFleet, order: str) -> Response:
    """Call a method of the fleet that a path names."""
    verb, _, argument = order.partition("/")
    of_names = {
        "fail": fleet.fail,
        "withhold-image": fleet.withhold_image,
        "release-image": fleet.release_image,
        "break-rule": fleet.break_rule,
    }
    of_numbers = {"tick": fleet.tick, "throttle": fleet.throttle}
    try:
        if verb in of_names:
            of_names[verb](argument)
        elif verb in of_numbers and _NUMBER.fullmatch(argument or "1"):
            of_numbers[verb](int(argument or 1))
        else:
            raise Refused(404, "ResourceNotFound", f"the fake has no command {order!r}; expected {listed([*of_numbers, *of_names], 'or')}")
    except (LookupError, ValueError) as error:
        raise Refused(400, "InvalidParameter", str(error.args[0])) from error
    return Response(204, {})


def _body(environ: WSGIEnvironment) -> JSON:
    """Read the body of a request.

    Raises Refused for one that is too large or not JSON, or whose length is not given.
    """
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise Refused(411, "LengthRequired", "expected a Content-Length, found a Transfer-Encoding")
    length = environ.get("CONTENT_LENGTH") or "0"
    if not _LENGTH.fullmatch(length):
        raise Refused(400, "InvalidRequestContent", "expected a number for Content-Length")
    if int(length) > MAX_RECORD:
        raise Refused(413, "RequestEntityTooLarge", f"expected a body of at most {MAX_RECORD} bytes")
    data = environ["wsgi.input"].read(int(length))
    body = parse(data) if data else None
    if isinstance(body, Unreadable):
        raise Refused(400, "InvalidRequestContent", body.message)
    return None if body is None else body.value
