"""The SDK of the service, as an independent judge: it reads generated documents, and what it writes conforms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.mgmt.containerservicefleet import models
from hypothesis import given

from tests.support.profiles import at_most
from validator import check
from validator.contract.formats import date_time
from validator.pointer import JSON
from validator.strategies import error_responses, histories, update_runs
from validator.strategies.options import STATES


def statuses(run: JSON) -> Iterator[JSON]:
    """Yield the statuses of a response: those of the run, its stages, waits, groups and members."""
    whole = run["properties"]["status"]
    yield whole["status"]
    for stage in whole["stages"]:
        yield stage["status"]
        if "afterStageWaitStatus" in stage:
            yield stage["afterStageWaitStatus"]["status"]
        for group in stage["groups"]:
            yield group["status"]
            yield from (member["status"] for member in group.get("members", []))


def statuses_of(run: Any) -> Iterator[Any]:
    """Yield the statuses that the SDK has read, in the same order."""
    yield run.status.status
    for stage in run.status.stages:
        yield stage.status
        if stage.after_stage_wait_status is not None:
            yield stage.after_stage_wait_status.status
        for group in stage.groups:
            yield group.status
            yield from (member.status for member in group.members or [])


def microseconds(text: str | None) -> datetime | None:
    """Read a time as finely as the SDK keeps it."""
    if text is None:
        return None
    nanoseconds, epoch = date_time(text), date_time("1970-01-01T00:00:00Z")
    assert nanoseconds is not None
    assert epoch is not None
    seconds, rest = divmod(nanoseconds - epoch, 10**9)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1000)


def facts(status: JSON) -> tuple[Any, ...]:
    return status["state"], microseconds(status.get("startTime")), microseconds(status.get("completedTime"))


def assert_equal(run: JSON) -> None:
    read: Any = models.UpdateRun.deserialize(run)
    assert [(status.state, status.start_time, status.completed_time) for status in statuses_of(read)] == [*map(facts, statuses(run))]
    assert (read.id, read.name, read.type, read.e_tag) == (run["id"], run["name"], run["type"], run.get("eTag"))
    codes = [status.error and status.error.code for status in statuses_of(read)]
    assert codes == [status.get("error", {}).get("code") for status in statuses(run)]


@at_most(300)
@given(run=update_runs())
def test_the_sdk_reads_every_state_and_time_of_a_response(run: JSON) -> None:
    assert_equal(run)


@at_most(30)
@given(captures=histories())
def test_the_sdk_reads_every_poll_of_a_history(captures: list[JSON]) -> None:
    for run in captures:
        assert_equal(run)


@at_most(300)
@given(body=error_responses())
def test_the_sdk_reads_every_error(body: JSON) -> None:
    read: Any = models.ErrorResponse.deserialize(body)
    assert (read.error.code, read.error.message) == (body["error"]["code"], body["error"]["message"])
    assert len(read.error.details or []) == len(body["error"].get("details", []))


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


def test_the_sdk_still_lacks_the_state_pending() -> None:
    assert set(STATES) - {state.value for state in models.UpdateState} == {"Pending"}


@pytest.mark.parametrize("state", STATES)
def test_the_sdk_reads_a_state_that_it_lacks_as_text(state: str) -> None:
    status: Any = models.UpdateStatus.deserialize({"state": state})
    assert status.state == state
