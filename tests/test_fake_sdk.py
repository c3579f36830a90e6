"""The SDK of the service drives a fake fleet through its own pipeline, and reads what the fleet has.

`make judge` runs these tests with other releases of the SDK than the one that is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.containerservicefleet import models

from tests.support.azure_client import FleetAdapter, sdk_client
from validator.contract.formats import date_time
from validator.fake import FakeFleet
from validator.pointer import JSON

OF = ("fleets", "prod")
BODY = {
    "properties": {
        "managedClusterUpdate": {"upgrade": {"type": "Full", "kubernetesVersion": "1.31.2"}, "nodeImageSelection": {"type": "Latest"}},
        "strategy": {
            "stages": [
                {"name": "first", "groups": [{"name": "canary"}], "afterStageWaitInSeconds": 600},
                {"name": "rest", "groups": [{"name": "prod-eu"}, {"name": "prod-us"}]},
            ]
        },
    }
}
ENDS = ("Completed", "Failed", "Stopped")


def in_microseconds(value: JSON) -> JSON:
    """Return a body with its times as microseconds, as finely as the SDK keeps them."""
    if isinstance(value, dict):
        return {key: in_microseconds(part) for key, part in value.items()}
    if isinstance(value, list):
        return [in_microseconds(part) for part in value]
    time = date_time(value) if isinstance(value, str) else None
    return value if time is None else time // 1000


def body_of(model: Any) -> JSON:
    """Return a model of the SDK as the body that it was read from."""
    return model.serialize(keep_readonly=True) if hasattr(model, "serialize") else model.as_dict()


class Driver:
    """A client of a fleet, which compares every model that it gets with what the fleet has."""

    def __init__(self, fleet: FakeFleet, client: Any, adapter: FleetAdapter) -> None:
        self.fleet, self.client, self.adapter = fleet, client, adapter

    def compared(self, model: Any, body: JSON = None) -> Any:
        expected = body or self.fleet.handle("GET", self.fleet.url(model.name, version=self.adapter.version)).body
        assert in_microseconds(body_of(model)) == in_microseconds(expected)
        return model

    def create(self, name: str = "spring", **options: Any) -> Any:
        return self.compared(self.client.update_runs.begin_create_or_update(*OF, name, BODY, **options).result())

    def get(self, name: str = "spring") -> Any:
        return self.compared(self.client.update_runs.get(*OF, name))

    def poll(self, name: str = "spring") -> str:
        for _ in range(100):
            state = state_read_of(self.get(name))
            if state in ENDS:
                return state
            self.fleet.tick()
        raise AssertionError("the run did not come to an end")


def state_read_of(run: Any) -> str:
    state = run.status.status.state
    return str(getattr(state, "value", state))


@pytest.fixture(params=[False, True], ids=["synchronous", "asynchronous"])
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    fleet = FakeFleet(asynchronous=request.param, retry_after=0, page_size=2)
    with sdk_client(fleet) as (client, adapter):
        yield Driver(fleet, client, adapter)


def test_the_sdk_creates_a_run_starts_it_and_polls_it_to_its_end(driver: Driver) -> None:
    assert state_read_of(driver.create()) == "NotStarted"
    driver.client.update_runs.begin_start(*OF, "spring").result()
    assert state_read_of(driver.get()) == "Running"
    assert driver.poll() == "Completed"


def test_the_sdk_sees_a_failure_and_starts_the_run_again(driver: Driver) -> None:
    driver.create()
    driver.fleet.fail("aks-04")
    driver.client.update_runs.begin_start(*OF, "spring").result()
    assert driver.poll() == "Failed"
    driver.client.update_runs.begin_start(*OF, "spring").result()
    assert driver.poll() == "Completed"


def test_the_sdk_skips_and_stops(driver: Driver) -> None:
    driver.create()
    targets = {"targets": [{"type": "Member", "name": "aks-01"}, {"type": "AfterStageWait", "name": "first"}]}
    skipped = driver.client.update_runs.begin_skip(*OF, "spring", targets).result()
    driver.compared(skipped)
    driver.client.update_runs.begin_start(*OF, "spring").result()
    driver.fleet.tick()
    driver.compared(driver.client.update_runs.begin_stop(*OF, "spring").result())
    assert driver.poll() == "Stopped"


def test_the_sdk_lists_pages_and_deletes(driver: Driver) -> None:
    names = ["spring", "summer", "autumn", "winter", "advent"]
    for name in names:
        driver.create(name)
    assert [driver.compared(run).name for run in driver.client.update_runs.list_by_fleet(*OF)] == names
    driver.client.update_runs.begin_delete(*OF, "spring").result()
    driver.client.update_runs.begin_delete(*OF, "spring").result()
    assert [run.name for run in driver.client.update_runs.list_by_fleet(*OF)] == names[1:]
    with pytest.raises(ResourceNotFoundError, match="was not found"):
        driver.client.update_runs.get(*OF, "spring")


def condition(etag: str) -> dict[str, Any]:
    """Return the options by which the version of the SDK sends If-Match."""
    if hasattr(models.UpdateRun, "serialize"):
        return {"if_match": etag}
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}


def test_the_sdk_sends_the_etag(driver: Driver) -> None:
    run = driver.create()
    driver.create(**condition(run.e_tag))
    with pytest.raises(HttpResponseError) as refused:
        driver.create(**condition(run.e_tag))
    assert refused.value.status_code == 412


def test_the_sdk_reads_the_code_and_the_message_of_an_error(driver: Driver) -> None:
    driver.create()
    with pytest.raises(HttpResponseError) as refused:
        driver.client.update_runs.begin_stop(*OF, "spring")
    assert (refused.value.status_code, refused.value.error and refused.value.error.code) == (409, "OperationNotAllowed")
    assert "NotStarted" in str(refused.value)


def test_the_sdk_tries_again_after_429(driver: Driver) -> None:
    driver.create()
    driver.fleet.throttle(2)
    calls = driver.adapter.calls
    driver.client.update_runs.get(*OF, "spring")
    assert driver.adapter.calls == calls + 3


@pytest.mark.skipif(not hasattr(models, "Gate"), reason="this version of the SDK has no gates")
def test_the_sdk_approves_a_gate() -> None:
    fleet = FakeFleet(retry_after=0, page_size=1)
    stage = {
        "name": "first",
        "groups": [{"name": "canary"}],
        "beforeGates": [{"type": "Approval", "displayName": "go"}, {"type": "Approval"}],
    }
    body = {"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}, "strategy": {"stages": [stage]}}}
    with sdk_client(fleet) as (client, adapter):
        driver = Driver(fleet, client, adapter)
        driver.compared(client.update_runs.begin_create_or_update(*OF, "spring", body).result())
        client.update_runs.begin_start(*OF, "spring").result()
        fleet.run_until("Pending")
        gates = list(client.gates.list_by_fleet(*OF))
        assert [gate.properties.state for gate in gates] == ["Pending", "Pending"]
        for gate in gates:
            url = fleet.url(version=adapter.version).replace("/updateRuns", f"/gates/{gate.name}")
            driver.compared(client.gates.get(*OF, gate.name), fleet.handle("GET", url).body)
            updated = client.gates.begin_update(*OF, gate.name, {"properties": {"state": "Completed"}}).result()
            assert driver.compared(updated, fleet.handle("GET", url).body).properties.state == "Completed"
        assert driver.poll() == "Completed"
