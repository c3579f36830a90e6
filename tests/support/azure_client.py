"""The SDK of the service, with a fake fleet in place of the network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import requests
from azure.core.credentials import AccessToken
from azure.core.pipeline.policies import UserAgentPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.containerservicefleet import ContainerServiceFleetMgmtClient
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from validator.fake import FakeFleet
from validator.rules.example import SUBSCRIPTION


class FleetAdapter(HTTPAdapter):
    """The end of the SDK's pipeline: an adapter of requests that asks a fake fleet, and counts how often; `version` was asked for last."""

    def __init__(self, fleet: FakeFleet) -> None:
        super().__init__()
        self.fleet, self.calls, self.version = fleet, 0, ""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.calls, self.version = self.calls + 1, str(request.url).rpartition("api-version=")[2]
        body = json.loads(request.body) if request.body else None
        answer = self.fleet.handle(str(request.method), str(request.url), body, dict(request.headers))
        content = b"" if answer.body is None else json.dumps(answer.body).encode()
        headers = answer.headers | {"Content-Type": "application/json"}
        return self.build_response(request, HTTPResponse(BytesIO(content), headers, answer.status, preload_content=False))


class NoCredential:
    """A credential with a token that is none."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken("none", 2**40)


@contextmanager
def sdk_client(fleet: FakeFleet, **options: Any) -> Iterator[tuple[Any, FleetAdapter]]:
    """Open a client of the SDK whose requests a fleet answers."""
    adapter = FleetAdapter(fleet)
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", adapter)
        agent = UserAgentPolicy(base_user_agent="tests")  # that of the SDK starts a process to name the machine
        transport = RequestsTransport(session=session, session_owner=False)
        options = {"transport": transport, "user_agent_policy": agent, "polling_interval": 0} | options
        with ContainerServiceFleetMgmtClient(NoCredential(), SUBSCRIPTION, **options) as client:
            yield client, adapter
