"""The SDK of the service, as an independent judge: it reads generated documents, and what it writes conforms."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.containerservicefleet import models
from hypothesis import given

from tests.judge.__main__ import unknown_values
from tests.judge.reader import known_values, lost
from tests.support.profiles import at_most
from validator import check
from validator.contract import schemas
from validator.pointer import JSON
from validator.strategies import error_responses, histories, update_runs
from validator.strategies.options import STATES


@at_most(300)
@given(run=update_runs())
def test_the_sdk_reads_every_property_of_a_response(run: JSON) -> None:
    assert lost("UpdateRun", run) == []


@pytest.mark.slow
@at_most(30)
@given(captures=histories())
def test_the_sdk_reads_every_poll_of_a_history(captures: list[JSON]) -> None:
    assert [pointer for run in captures for pointer in lost("UpdateRun", run)] == []


@at_most(300)
@given(body=error_responses())
def test_the_sdk_reads_every_error(body: JSON) -> None:
    assert lost("ErrorResponse", body) == []


def test_the_sdk_loses_what_it_does_not_know() -> None:
    status = {"state": "Running", "startTime": "2025-04-08T09:30:30.1234567Z", "since": 1}
    stages = [{"name": "a", "beforeGates": [], "status": {"state": "Pending"}}]
    run = {"properties": {"status": {"status": status, "stages": stages}}, "etag": "a"}
    assert lost("UpdateRun", run) == ["/etag", "/status/status/since", "/status/stages/0/beforeGates"]


def test_the_sdk_knows_the_values_of_every_enum_but_one() -> None:
    assert unknown_values(schemas.DEFAULT_VERSION, known_values()) == [("updatestate", "Pending")]


def custom(run: JSON) -> JSON:
    return run["properties"]["managedClusterUpdate"].get("nodeImageSelection", {}).get("customNodeImageVersions")


@at_most(300)
@given(run=update_runs(side="request"))
def test_what_the_sdk_writes_of_a_request_conforms(run: JSON) -> None:
    written: JSON = models.UpdateRun.deserialize(run).serialize()
    if versions := custom(run):  # its fault, see below
        assert custom(written) == [{}] * len(versions)
        custom(written)[:] = versions
    assert check(written, side="request") == []
    assert written == run


# Faults of the SDK: a test fails here when one is fixed


def test_the_sdk_still_drops_the_versions_of_custom_images() -> None:
    versions = [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}]
    selection = models.NodeImageSelection.deserialize({"type": "Custom", "customNodeImageVersions": versions})
    assert selection.serialize() == {"type": "Custom", "customNodeImageVersions": [{}]}


@pytest.mark.parametrize("state", STATES)
def test_the_sdk_reads_a_state_that_it_lacks_as_text(state: str) -> None:
    status: Any = models.UpdateStatus.deserialize({"state": state})
    assert status.state == state
