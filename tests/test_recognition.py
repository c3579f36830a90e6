"""What a file is about shows in its content: other kinds of files are left alone in a folder, broken captures are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_capture import flattened
from tests.test_input import RUN
from tests.test_input import run as check
from validator import documents
from validator.findings import JSON
from validator.rules.example import EXCHANGE, REQUEST, RESPONSE, changed

FLEET = EXCHANGE["url"].partition("/updateRuns")[0].removeprefix("https://management.azure.com")
SPRING = RESPONSE["id"]
PROVIDER = "Microsoft.ContainerService/fleets"
HCI = "/subscriptions/a/resourceGroups/b/providers/Microsoft.AzureStackHCI/clusters/c/updates/d/updateRuns/e"
SCHEMA = {"type": "object", "properties": {"managedClusterUpdate": {"$ref": "#/definitions/ManagedClusterUpdate"}}}

FOREIGN: dict[str, JSON] = {
    "an auto-upgrade profile": {
        "id": f"{FLEET}/autoUpgradeProfiles/d",
        "name": "d",
        "type": f"{PROVIDER}/autoUpgradeProfiles",
        "properties": {"channel": "Stable", "updateStrategyId": "/x"},
    },
    "an auto-upgrade profile to be made": {"properties": {"channel": "Stable", "updateStrategyId": "/x"}},
    "an auto-upgrade profile, flat": {"channel": "Stable", "updateStrategyId": "/x", "nodeImageSelection": {"type": "Latest"}},
    "an update strategy": {
        "id": f"{FLEET}/updateStrategies/d",
        "type": f"{PROVIDER}/updateStrategies",
        "properties": {"strategy": {"stages": [{"name": "a", "groups": [{"name": "b"}]}]}, "provisioningState": "Succeeded"},
    },
    "a gate": {"id": f"{FLEET}/gates/g", "type": f"{PROVIDER}/gates", "properties": {"target": {"id": SPRING}, "state": "Pending"}},
    "the answer of generateUpdateRun": {"id": SPRING},
    "a reference to a run": {"id": SPRING, "name": "spring"},
    "a selection of the az CLI": [{"id": SPRING, "name": "spring", "state": "Running"}],
    "a count by type": [{"type": f"{PROVIDER}/updateRuns", "count_": 3}],
    "another service's update run": {
        "id": HCI,
        "name": "e",
        "type": "Microsoft.AzureStackHCI/clusters/updates/updateRuns",
        "properties": {"state": "Succeeded", "progress": {"steps": []}},
    },
    "another service's update runs": {"value": [{"id": HCI, "properties": {"state": "Succeeded"}}]},
    "another service's example": {
        "operationId": "UpdateRuns_Get",
        "parameters": {"clusterName": "c", "updateName": "d", "updateRunName": "e"},
        "responses": {"200": {"body": {"id": HCI, "properties": {"state": "Succeeded"}}}},
    },
    "a role assignment": {
        "id": f"{SPRING}/providers/Microsoft.Authorization/roleAssignments/r",
        "name": "r",
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {"scope": SPRING, "principalId": "p"},
    },
    "an event of the activity log": {
        "id": f"{SPRING}/events/e/ticks/1",
        "resourceId": SPRING,
        "operationName": {"value": f"{PROVIDER}/updateRuns/write"},
        "properties": {"entity": SPRING},
        "status": {"value": "Succeeded"},
    },
    "an event of the event grid": [
        {"id": "e", "subject": SPRING, "eventType": "Microsoft.Resources.ResourceWriteSuccess", "data": {"resourceUri": SPRING}}
    ],
    "an operation of a deployment": {
        "id": "/subscriptions/a/resourceGroups/b/providers/Microsoft.Resources/deployments/c/operations/d",
        "properties": {"targetResource": {"id": SPRING, "resourceType": f"{PROVIDER}/updateRuns"}},
    },
    "an asynchronous operation": {"id": f"{SPRING}/operations/o", "name": "o", "status": "Succeeded", "properties": None},
    "a record of a log": {"id": SPRING, "level": "info", "status": "polled"},
    "a template": {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [REQUEST | {"type": f"{PROVIDER}/updateRuns", "apiVersion": "2025-03-01", "name": "prod/spring"}],
    },
    "a resource of a template": REQUEST | {"type": f"{PROVIDER}/updateRuns", "apiVersion": "2025-03-01", "name": "prod/spring"},
    "a resource of Kubernetes": {
        "apiVersion": "placement.kubernetes-fleet.io/v1beta1",
        "kind": "ClusterStagedUpdateRun",
        "status": {"stagesStatus": []},
    },
    "a schema": SCHEMA,
    "a schema without references": {
        "type": ["object", "null"],
        "properties": {"managedClusterUpdate": {"type": "object", "properties": {"upgrade": {"type": "object"}}}},
    },
    "a schema of anything": {"type": "object", "properties": {"managedClusterUpdate": True}},
    "schemas": [{"$type": "ObjectType", "properties": {"managedClusterUpdate": {"type": {"$ref": "#/1"}, "flags": 1}}}],
    "an OpenAPI document": {
        "swagger": "2.0",
        "paths": {"/updateRuns": {"get": {"operationId": "UpdateRuns_Get"}}},
        "definitions": {"UpdateRunProperties": SCHEMA},
    },
    "texts of a user interface": {"managedClusterUpdate": "Update", "updateStrategyId": "Strategy", "updateRuns": "Runs"},
    "a setting about errors": {"error": {"level": "warn", "message": "x"}, "updateRuns": 1},
    "a configuration of errors": {"error": {"colour": "red"}},
    "an error of JSON-RPC": {"jsonrpc": "2.0", "id": 1, "error": {"code": -32600, "message": "updateRuns"}},
    "interactions of another kind": {"interactions": [{"id": 1}]},
    "entries of another kind": {"Entries": ["a"]},
    "a log of another kind": {"log": {"entries": [{"level": "info"}]}},
    "a mapping with requests": {"a": {"Request": 1, "Response": 2}},
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_about_something_else_is_left_alone_in_a_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "foreign.json").write_text(json.dumps(FOREIGN[name]))
    (tmp_path / "run.json").write_text(RUN)
    assert check(tmp_path) == (0, [])
    status, found = check(tmp_path / "foreign.json")
    assert (status, len(found)) == (1, 1)


def test_the_schemas_of_this_project_are_no_runs() -> None:
    assert check(Path(__file__).parent.parent / "schemas") == (2, [])


BARE = {"upgrade": {"type": "NodeImageOnly"}}

RUNS: dict[str, JSON] = {
    "a response": RESPONSE,
    "a request": REQUEST,
    "a request with a type that is wrong": REQUEST | {"type": f"{PROVIDER}/members"},
    "a run with an id that is wrong": RESPONSE | {"id": f"{FLEET}/members/spring"},
    "a run with a longer id": RESPONSE | {"id": f"{SPRING}/stages/canary"},
    "a run with another provider's id and type": RESPONSE | {"id": HCI, "type": "Microsoft.AzureStackHCI/clusters/updates/updateRuns"},
    "the type of a slot too high": {"properties": {"managedClusterUpdate": {"type": "Full", "kubernetesVersion": "1.31"}}},
    "an update of nothing": {"properties": {"managedClusterUpdate": {}}},
    "an update that is null": {"properties": {"managedClusterUpdate": None}},
    "an update that is text": RESPONSE | {"properties": {"managedClusterUpdate": "Full"}},
    "a run without an update": changed(RESPONSE, put={}, taken=("/properties/managedClusterUpdate",)),
    "a run without an update and an identity": changed(
        RESPONSE, put={}, taken=("/properties/managedClusterUpdate", "/id", "/type", "/name")
    ),
    "a run without an update and an id": changed(RESPONSE, put={}, taken=("/properties/managedClusterUpdate", "/id")),
    "a run without an update and a type": changed(RESPONSE, put={}, taken=("/properties/managedClusterUpdate", "/type")),
    "a run whose properties are null": RESPONSE | {"properties": None},
    "a run whose properties are empty": RESPONSE | {"properties": {}},
    "a flat run": flattened(RESPONSE),
    "a flat run without an update": {key: value for key, value in flattened(RESPONSE).items() if key != "managedClusterUpdate"},
    "a flat request": {"managedClusterUpdate": BARE},
}


@pytest.mark.parametrize("name", RUNS)
def test_what_a_run_holds_tells_it_in_spite_of_what_is_wrong(name: str) -> None:
    assert documents.kind(RUNS[name]) == "run"
    assert documents.kind([RUNS[name]]) == "array"
    assert documents.kind({"value": [RUNS[name]]}) == "page"


@pytest.mark.parametrize("error", [{"code": "a"}, {"message": "b"}, {"code": 1, "message": "b", "target": "c"}])
def test_an_error_response_stands_alone_and_says_what_went_wrong(error: JSON) -> None:
    assert documents.is_recognised({"error": error})
    assert not documents.is_recognised({"error": error, "more": 1})


QUIET: dict[str, str] = {
    "README.md": "| updateRuns | what it is |\n|---|---|\n| properties: | none |\n",
    "run.sh": 'echo "updateRuns: {"\n',
    "client.py": "URL = '/updateRuns/{name}'\nproperties = {}\n",
    "tool.exe": "MZ\x90\0 updateRuns",
    ".gitignore-like": "# recordings of updateRuns\n*.pyc\n",
}


@pytest.mark.parametrize("name", QUIET)
def test_prose_and_programs_that_mention_update_runs_are_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(QUIET[name].encode("latin-1"))
    (tmp_path / "run.json").write_text(RUN)
    assert check(tmp_path) == (0, [])


LOUD: dict[str, bytes] = {
    "a note before a body": b"// note\n" + RUN.encode(),
    "single quotes": str(RESPONSE).encode(),
    "UTF-16 on one line": RUN.encode("utf-16"),
}


@pytest.mark.parametrize("name", LOUD)
def test_data_in_a_folder_that_mentions_update_runs_and_cannot_be_read_is_a_finding(name: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(LOUD[name])
    (tmp_path / "clean.json").write_text(RUN)
    status, found = check(tmp_path)
    assert status == 1
    assert [finding["rule"] for finding in found] == ["input/unreadable"]
