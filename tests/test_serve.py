"""A fake fleet as a server: as a WSGI application, and as the command `updaterun serve`."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import httpx
import pytest
from azure.core.pipeline.policies import SansIOHTTPPolicy, UserAgentPolicy
from azure.mgmt.containerservicefleet import ContainerServiceFleetMgmtClient

from tests.support.azure_client import NoCredential
from tests.support.prose import ROOT
from validator.fake import FakeFleet, app
from validator.rules.example import SUBSCRIPTION

BODY = {"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}}}


def client_of(fleet: FakeFleet, **options: Any) -> httpx.Client:
    return httpx.Client(transport=httpx.WSGITransport(validator(app(fleet, **options))))


def test_an_application_answers_as_the_fleet_does() -> None:
    fleet = FakeFleet(page_size=1)
    with client_of(fleet) as client:
        created = client.put(fleet.url("spring"), json=BODY)
        assert (created.status_code, created.json()) == (201, fleet.handle("GET", fleet.url("spring")).body)
        assert client.put(fleet.url("spring"), json=BODY, headers={"If-None-Match": "*"}).status_code == 412
        client.put(fleet.url("summer"), json=BODY)
        page = client.get(fleet.url()).json()
        assert page["nextLink"].startswith("https://management.azure.com/")
        assert [run["name"] for run in client.get(page["nextLink"]).json()["value"]] == ["summer"]
        deleted = [client.delete(fleet.url("spring")) for _ in range(2)]
        assert [(each.status_code, each.content) for each in deleted] == [(200, b""), (204, b"")]


def test_a_client_that_polls_gets_to_an_end() -> None:
    fleet = FakeFleet()
    with client_of(fleet, tick_on_get=True) as client:
        client.put(fleet.url("spring"), json=BODY)
        client.post(fleet.url("spring", "start"))
        states = [client.get(fleet.url("spring")).json()["properties"]["status"]["status"]["state"] for _ in range(30)]
    assert (states[0], states[-1]) == ("Running", "Completed")


def test_a_client_orders_steps_and_faults() -> None:
    fleet = FakeFleet()
    with client_of(fleet) as client:

        def order(path: str) -> int:
            return client.post(f"https://fleet/fake/{path}").status_code

        client.put(fleet.url("spring"), json=BODY)
        client.post(fleet.url("spring", "start"))
        assert [order(path) for path in ("fail/aks-01", "withhold-image/aks-02", "release-image/aks-02", "tick/3")] == [204] * 4
        assert fleet.run_until("Failed")
        assert [order(path) for path in ("throttle", "break-rule/schema/enum")] == [204] * 2
        assert [client.get(fleet.url("spring")).status_code for _ in range(2)] == [429, 200]
        assert [order(path) for path in ("fail/aks-1", "break-rule/x", "tick/x", "tick/99999", "url", "")] == [400, 400, 404, 404, 404, 404]
        message = client.post("https://fleet/fake/fails/aks-01").json()["error"]["message"]
        refused = client.get("https://fleet/fake/tick")
    assert (refused.status_code, refused.json()["error"]["message"]) == (405, 'expected POST below /fake/, found "GET"')
    assert message == "the fake has no command 'fails/aks-01'; expected tick, throttle, fail, withhold-image, release-image or break-rule"


@pytest.mark.parametrize(
    "changes, status",
    [
        ({"CONTENT_LENGTH": "5"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": "-1"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": "99999999999"}, "413 Request Entity Too Large"),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, "411 Length Required"),
        ({"HTTP_HOST": "[", "CONTENT_LENGTH": "0"}, "404 Not Found"),
    ],
)
def test_a_wrong_request_is_refused_unread(changes: dict[str, str], status: str) -> None:
    environ: dict[str, Any] = {"REQUEST_METHOD": "PUT", "PATH_INFO": FakeFleet().url("spring").partition("?")[0].partition(".com")[2]}
    setup_testing_defaults(environ)
    started: list[str] = []
    app(FakeFleet())(environ | changes, lambda given, _, __=None: started.append(given))  # type: ignore[arg-type]
    assert started == [status]


def test_threads_do_not_disturb_each_other() -> None:
    fleet = FakeFleet(page_size=100)
    with client_of(fleet, tick_on_get=True) as client, ThreadPoolExecutor(8) as threads:
        names = [f"run-{number:02}" for number in range(40)]
        statuses = list(threads.map(lambda name: (client.put(fleet.url(name), json=BODY), client.get(fleet.url()))[0].status_code, names))
        listed = sorted(run["name"] for run in client.get(fleet.url()).json()["value"])
    assert (set(statuses), listed) == ({201}, names)


@pytest.mark.process
def test_a_fleet_needs_neither_hypothesis_nor_the_command_line() -> None:
    code = "import sys, validator.fake; assert not {'click', 'hypothesis', 'pytest', 'yaml'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[str], str]]:
    # A process in the background of a shell ignores the signal, and so does what it starts.
    start = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from validator.__main__ import main; main()"
    command = [sys.executable, "-u", "-c", start, "serve", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            match = re.fullmatch(r"serving a fake fleet at (http://127\.0\.0\.1:[0-9]+)\n", process.stdout.readline())
            assert match, "the server prints its address, which other machines cannot reach"
            yield process, match[1]
        finally:
            process.kill()


@pytest.mark.process
def test_the_sdk_updates_a_fleet_over_sockets(server: tuple[subprocess.Popen[str], str]) -> None:
    process, address = server
    policies = {"authentication_policy": SansIOHTTPPolicy(), "user_agent_policy": UserAgentPolicy(base_user_agent="tests")}
    with ContainerServiceFleetMgmtClient(NoCredential(), SUBSCRIPTION, base_url=address, polling_interval=0, **policies) as client:
        runs: Any = client.update_runs
        runs.begin_create_or_update("fleets", "prod", "spring", BODY).result()
        runs.begin_start("fleets", "prod", "spring").result()
        states = [runs.get("fleets", "prod", "spring").status.status.state for _ in range(20)]
        assert [run.name for run in runs.list_by_fleet("fleets", "prod")] == ["spring"]
    assert getattr(states[-1], "value", states[-1]) == "Completed"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors.splitlines()[-1]) == (0, "updaterun: stopped")
    assert "api-version" not in errors


@pytest.mark.process
@pytest.mark.parametrize(
    ("line", "status"), [(b"GET", b"400"), (b"\0", b"400"), (b"GET / HTTP/9.9", b"505"), (b"GET /" + b"a" * 2**16 + b" HTTP/1.1", b"414")]
)
def test_a_line_that_is_no_request_gets_an_answer(server: tuple[subprocess.Popen[str], str], line: bytes, status: bytes) -> None:
    _, address = server
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=30) as connection:
        connection.sendall(line + b"\r\n\r\n")
        assert status in connection.recv(2**16)
