"""Responses of requests, httpx and azure-core are exchanges, and models of the SDK are refused with what to pass instead."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import azure.core.pipeline.transport as legacy
import httpx
import pytest
import requests
from azure.core import PipelineClient
from azure.core.rest import HttpRequest
from azure.mgmt.containerservicefleet import models
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from validator import Exchange, assert_conforms, check, check_exchange, check_history
from validator.pointer import JSON
from validator.rules import example
from validator.rules.catalogue import by_name

URL = example.EXCHANGE["url"]
WRONG = example.changed(example.RESPONSE, put={"/eTag": "tag"})
HEADERS = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


def content_of(body: JSON) -> bytes:
    return b"" if body is None else gzip.compress(json.dumps(body).encode())


class Adapter(HTTPAdapter):
    """An adapter of requests that answers without a network."""

    def __init__(self, status: int, body: JSON) -> None:
        super().__init__()
        self.answer = status, body

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        status, body = self.answer
        raw = HTTPResponse(io.BytesIO(content_of(body)), headers=HEADERS, status=status, preload_content=False)
        return self.build_response(request, raw)  # type: ignore[no-any-return,unused-ignore]


def session_of(status: int, body: JSON) -> requests.Session:
    session = requests.Session()
    session.mount("https://", Adapter(status, body))
    return session


def from_requests(method: str, url: str, request: JSON, status: int, body: JSON) -> Any:
    return session_of(status, body).request(method, url, json=request)


def from_httpx(method: str, url: str, request: JSON, status: int, body: JSON) -> Any:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, headers=HEADERS, content=content_of(body)))
    with httpx.Client(transport=transport) as client:
        return client.request(method, url, json=request) if request is not None else client.request(method, url)


def from_azure_core(method: str, url: str, request: JSON, status: int, body: JSON, **options: bool) -> Any:
    client: PipelineClient[Any, Any] = PipelineClient("https://management.azure.com", transport=transport_of(status, body))
    with client:
        return client.send_request(HttpRequest(method, url, json=request), **options)


def from_its_pipeline(*message: Any) -> Any:
    return from_azure_core(*message, _return_pipeline_response=True)


def from_its_older_transport(method: str, url: str, request: JSON, status: int, body: JSON) -> Any:
    sent = legacy.HttpRequest(method, url)
    if request is not None:
        sent.set_json_body(request)
    with transport_of(status, body) as transport:
        return transport.send(sent)


def transport_of(status: int, body: JSON) -> legacy.RequestsTransport:
    return legacy.RequestsTransport(session=session_of(status, body), session_owner=False)


LIBRARIES: list[Callable[..., Any]] = [from_requests, from_httpx, from_azure_core, from_its_pipeline, from_its_older_transport]
RUN = example.changed(example.REQUEST, put={"/properties/extra": 1})
MESSAGES: list[tuple[str, str, JSON, int, JSON]] = [
    ("GET", URL, None, 200, WRONG),
    ("PUT", URL, RUN, 201, WRONG),
    ("POST", URL.replace("/spring", "/spring/start"), None, 202, None),
    ("DELETE", URL, None, 204, None),
    ("GET", URL, None, 404, {"error": {"code": 5, "message": "there is none"}}),
]


@pytest.mark.parametrize("message", MESSAGES, ids=[f"{method}-{status}" for method, _, _, status, _ in MESSAGES])
@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.__name__)
def test_a_response_is_checked_as_its_exchange(library: Callable[..., Any], message: tuple[str, str, JSON, int, JSON]) -> None:
    method, url, request, status, body = message
    expected = check_exchange(Exchange.of(method, url, status, request=request, response=body))
    response = library(*message)
    assert check_exchange(response) == expected
    assert bool(expected) == (body is not None)
    if expected:
        with pytest.raises(AssertionError, match="the exchange does not conform to the contract:\n"):
            assert_conforms(response)
    else:
        assert_conforms(response)


def test_responses_in_their_order_are_a_history() -> None:
    bodies = example.broken(by_name()["run-left-completed"].example)
    polls = [from_requests("GET", URL, None, 200, body) for body in bodies]
    assert check_history(polls[:1]) == []
    (finding,) = check_history(polls)
    assert (finding.rule, finding.entry, finding.related[0].entry) == ("run-left-completed", 1, 0)
    with pytest.raises(
        AssertionError, match=r"the history does not conform to the contract:\n  error run-left-completed entry 1 response "
    ):
        assert_conforms(polls)


def test_a_body_that_is_no_json_is_a_finding() -> None:
    response = httpx.Response(200, content=b"<html>", request=httpx.Request("GET", URL))
    assert [(finding.rule, finding.side) for finding in check_exchange(response)] == [("input/unreadable", "response")]


def test_a_response_about_something_else_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="expected the URL of a fleet's update run"):
        check_exchange(from_requests("GET", "https://example.com/", None, 200, {}))


def test_a_response_without_its_request_is_an_error() -> None:
    with pytest.raises(TypeError, match="expected a response with its request, found a Response without one"):
        check_exchange(requests.Response())


def test_a_response_is_no_document() -> None:
    for value in (from_httpx("GET", URL, None, 200, WRONG), Exchange.of("GET", URL, 200)):
        with pytest.raises(TypeError, match="check_exchange takes it"):
            check(value)
        with pytest.raises(TypeError, match="side and definition are for documents"):
            assert_conforms(value, side="request")


# Models


class Model(MutableMapping[str, JSON]):
    """A model as the SDK has them from version 4 on: a mapping, which `as_dict` writes with the names of the API."""

    def __init__(self, value: dict[str, JSON]) -> None:
        self._value = value

    def as_dict(self) -> JSON:
        return self._value

    def __getitem__(self, key: str) -> JSON:
        return self._value[key]

    def __setitem__(self, key: str, value: JSON) -> None:
        self._value[key] = value

    def __delitem__(self, key: str) -> None:
        del self._value[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._value)

    def __len__(self) -> int:
        return len(self._value)


def older_model() -> Any:
    return models.UpdateRun.deserialize(example.RESPONSE)


@pytest.mark.parametrize(
    "model, method", [(older_model(), "serialize(keep_readonly=True)"), (Model(example.RESPONSE), "as_dict()")], ids=["3.1.0", "4.0.0"]
)
def test_a_model_of_the_sdk_is_a_type_error_that_names_the_method_to_call(model: Any, method: str) -> None:
    for subject in (model, [model]):
        with pytest.raises(TypeError) as caught:
            assert_conforms(subject)
        assert str(caught.value).endswith(f"; pass what its {method} returns")
    assert check(eval(f"model.{method}", {"model": model})) == []
