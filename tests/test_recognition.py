"""What a file is about shows in its content: other kinds of files are skipped in a folder, broken captures are not."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import pytest
import yaml

import validator
from tests.support.command import status_and_findings
from tests.support.sessions import as_json, as_yaml, flattened, har, proxy, vcr
from validator.checker import processes
from validator.pointer import JSON
from validator.readers import mention, reader, recognition
from validator.rules.example import EXCHANGE, REQUEST, RESPONSE, changed

RUN = json.dumps(RESPONSE)
FLEET = EXCHANGE["url"].partition("/updateRuns")[0].removeprefix("https://management.azure.com")
SPRING = RESPONSE["id"]
TYPE = "fleets/updateRuns"
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
    "a record of a log with a type": {"id": SPRING, "type": "poll"},
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
    "an error of another kind of service": {"error": {"code": 404, "message": "updateRuns", "status": "NOT_FOUND"}},
    "the state of Terraform's azurerm": {
        "resources": [{"instances": [{"attributes": {"id": SPRING, "name": "spring", "managed_cluster_update": [{"upgrade": []}]}}]}]
    },
    "the state of Terraform's azapi": {
        "resources": [{"attributes": {"id": SPRING, "name": "spring", "type": f"{PROVIDER}/updateRuns@2025-03-01", "output": {}}}]
    },
    "lines of a run": {"lines": ["it has", f'"type": "{PROVIDER}/updateRuns",']},
    "interactions of another kind": {"interactions": [{"id": 1}]},
    "entries of another kind": {"Entries": ["a"]},
    "a log of another kind": {"log": {"entries": [{"level": "info"}]}},
    "a mapping with requests": {"a": {"Request": 1, "Response": 2}},
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_about_something_else_is_left_alone_in_a_folder(name: str, tmp_path: Path) -> None:
    text = json.dumps(FOREIGN[name])
    (tmp_path / "foreign.json").write_text(text)
    (tmp_path / "run.json").write_text(RUN)
    assert_only_noted(tmp_path, text)
    assert [finding["rule"] for finding in status_and_findings(tmp_path / "foreign.json")[1]] == MEANT.get(name, ["input/unrecognised"])


MEANT = {
    "an auto-upgrade profile to be made": ["schema/required", "undocumented-property", "schema/format"],
    "the answer of generateUpdateRun": ["resource-identity-missing"],
    "a reference to a run": ["resource-identity-missing"],
    "a record of a log": ["resource-identity-missing", "undocumented-property", "undocumented-property"],
    "a record of a log with a type": ["resource-identity-missing", "resource-type-unexpected"],
}
"""The rules that are broken where a user names the file, and so means it: it has a right id, or nothing says that it is something else."""


def assert_only_noted(folder: Path, text: str) -> None:
    """Check a folder with a file of this text, and a clean one: a mention of the type of an update run is noted, the rest is skipped."""
    status, found = status_and_findings(folder)
    line = text[: text.index(TYPE)].count("\n") + 1 if TYPE in text else None
    notes = [(finding["rule"], finding["severity"], finding["line"]) for finding in found]
    assert (status, notes) == (0, [] if line is None else [("input/unrecognised", "note", line)])


MENTIONED: dict[str, bytes] = {
    "a type": b'{"type": "Microsoft.ContainerService/fleets/updateRuns"}',
    "another case": b"see FLEETS/updateruns",
    "an escaped slash": rb'{"type": "fleets\/updateRuns"}',
    "twice": rb'{"body": "{\"type\": \"fleets\\\/updateRuns\"}"}',
    "a URL": b"?type=fleets%2FupdateRuns",
    "wide characters": "fleets/updateRuns".encode("utf-16"),
    "gzip": gzip.compress(b"fleets/updateRuns"),
    "the end of a long text": b"x" * (2**16 - 10) + b"fleets/updateRuns",
    "after many lines": b"- a\n" * 30_000 + b"# fleets/updateRuns\n",
    "a program": b"\x7fELF\0 fleets/updateRuns",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MENTIONED)
@pytest.mark.parametrize("ending", ["json", "md"])
def test_nothing_that_mentions_the_type_of_an_update_run_is_skipped_without_a_word(name: str, ending: str, tmp_path: Path) -> None:
    (tmp_path / f"mention.{ending}").write_bytes(MENTIONED[name])
    (tmp_path / "run.json").write_text(RUN)
    _, found = status_and_findings(tmp_path)
    assert [Path(finding["source"]).name for finding in found] == [f"mention.{ending}"]
    if found[0]["rule"] == "input/unrecognised":
        assert found[0]["line"] == MENTIONED[name].count(b"\n") + (name != "after many lines")


@pytest.mark.process
def test_nothing_that_mentions_the_type_of_an_update_run_is_skipped_by_several_processes(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(RUN)
    names = sorted(f"{name}.{ending}" for name in MENTIONED for ending in ("json", "md"))
    for name in names:
        (tmp_path / name).write_bytes(MENTIONED[name.rpartition(".")[0]])
    assert sorted(Path(finding["source"]).name for finding in status_and_findings(tmp_path, "--jobs", "2")[1]) == names


def logged(*lines: object) -> str:
    return "\n".join(map(json.dumps, lines))


OTHERS = [{"type": f"{PROVIDER}/{name}"} for name in ("members", "UPDATERUNS", "updateRuns", "gates")]


@pytest.mark.process
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_records_that_mention_update_runs_are_noted_beside_others(jobs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PIECE", 200)
    (tmp_path / "log.jsonl").write_text(logged(RESPONSE, *OTHERS, RESPONSE))
    (tmp_path / "z.json").write_text(RUN)
    status, (finding,) = status_and_findings(tmp_path, "--jobs", jobs)
    assert status == 0
    assert (finding["rule"], finding["severity"], finding["entry"], finding["line"]) == ("input/unrecognised", "note", 2, 3)
    assert finding["message"] == "2 entries mention fleets/updateRuns, but have no update run that is recognised; this is the first"


@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_an_entry_of_a_recording_that_mentions_update_runs_is_noted(ending: str, tmp_path: Path) -> None:
    calls: list[tuple[str, JSON]] = [(EXCHANGE["url"], RESPONSE), *(("https://a/b", other) for other in OTHERS)]
    entries = [
        {
            "request": {"method": "GET", "uri": url, "body": None},
            "response": {"status": {"code": 200}, "body": {"string": json.dumps(body)}},
        }
        for url, body in calls
    ]
    (tmp_path / f"cassette.{ending}").write_text(json.dumps({"interactions": entries}))
    status, (finding,) = status_and_findings(tmp_path)
    assert status == 0
    assert (finding["severity"], finding["entry"], finding["pointer"]) == ("note", 2, "")
    assert finding["message"].startswith("2 entries mention fleets/updateRuns")


def test_of_the_schemas_of_this_project_only_the_examples_in_them_are_runs() -> None:
    status, found = status_and_findings(Path(__file__).parent.parent / "schemas")
    assert (status, {(finding["rule"], finding["severity"]) for finding in found}) == (0, set())


BARE = {"upgrade": {"type": "NodeImageOnly"}}

BY_ID = {"id": SPRING, "name": "spring"}

RUNS: dict[str, JSON] = {
    "a response": RESPONSE,
    "an id with properties": BY_ID | {"properties": {}},
    "an id with an eTag": BY_ID | {"eTag": "1"},
    "an id with the type of another resource": BY_ID | {"type": f"{PROVIDER}/members"},
    "an id with what the az CLI prints at the top": BY_ID | {"provisioningState": "Succeeded"},
    "a request": REQUEST,
    "a request with a type that is wrong": REQUEST | {"type": f"{PROVIDER}/members"},
    "a run with an id that is wrong": RESPONSE | {"id": f"{FLEET}/members/spring"},
    "a run with a longer id": RESPONSE | {"id": f"{SPRING}/stages/canary"},
    "a run with another provider's id and type": RESPONSE | {"id": HCI, "type": "Microsoft.AzureStackHCI/clusters/updates/updateRuns"},
    "the type of a slot too high": {"properties": {"managedClusterUpdate": {"type": "Full", "kubernetesVersion": "1.31"}}},
    "an update of nothing": {"properties": {"managedClusterUpdate": {}}},
    "an update that is null": {"properties": {"managedClusterUpdate": None}},
    "an update that is text": RESPONSE | {"properties": {"managedClusterUpdate": "Full"}},
    "a run without an update": changed(RESPONSE, put={}, removed=("/properties/managedClusterUpdate",)),
    "a run without an update and an identity": changed(
        RESPONSE, put={}, removed=("/properties/managedClusterUpdate", "/id", "/type", "/name")
    ),
    "a run without an update and an id": changed(RESPONSE, put={}, removed=("/properties/managedClusterUpdate", "/id")),
    "a run without an update and a type": changed(RESPONSE, put={}, removed=("/properties/managedClusterUpdate", "/type")),
    "a run whose properties are null": RESPONSE | {"properties": None},
    "a run whose properties are empty": RESPONSE | {"properties": {}},
    "a run whose properties have a wrong name": {key if key != "properties" else "propertees": value for key, value in RESPONSE.items()},
    "a request whose update has a name in the wrong case": {"properties": {"managedClusterupdate": BARE}},
    "a request whose update has a letter too many in its name": {"properties": {"managedClusterUpdates": BARE}},
    "a request whose update has a letter too few in its name": {"properties": {"managedClusterUpdat": BARE}},
    "a request whose update has its name in Python's form": {"properties": {"managed_cluster_update": BARE}},
    "a flat run": flattened(RESPONSE),
    "a flat run without an update": {key: value for key, value in flattened(RESPONSE).items() if key != "managedClusterUpdate"},
    "a flat request": {"managedClusterUpdate": BARE},
}


@pytest.mark.parametrize("name", RUNS)
def test_what_a_run_holds_tells_it_in_spite_of_what_is_wrong(name: str) -> None:
    assert recognition.kind(RUNS[name]) == "run"
    assert recognition.kind([RUNS[name]]) == "array"
    assert recognition.kind({"value": [RUNS[name]]}) == "page"


@pytest.mark.parametrize("error", [{"code": "a"}, {"message": "b"}, {"code": 1, "message": "b", "target": "c"}])
def test_an_error_response_stands_alone_and_says_what_went_wrong(error: JSON) -> None:
    assert recognition.recognise({"error": error}) == "error"
    assert recognition.recognise({"error": error, "more": 1}) is None


@pytest.mark.parametrize(
    "error", ['{"code": 404, "message": "Not found"}', '{"message": "boom"}', '{"code": null}', "{code: 500, message: boom}"]
)
@pytest.mark.parametrize("number", [1, 3])
def test_an_error_of_any_service_is_left_alone_where_nobody_names_its_file(error: str, number: int, tmp_path: Path) -> None:
    name = "error.json" if error.startswith('{"') else "error.yaml"
    (tmp_path / name).write_text(f'{{"error": {error}}}\n' * (number if name == "error.json" else 1))
    (tmp_path / "run.json").write_text(RUN)
    assert status_and_findings(tmp_path) == (0, [])
    assert status_and_findings(tmp_path / name, "--force-exclude") == (0, [])
    own = {"error": {"code": "NotFound", "message": 1}}
    (tmp_path / "own.json").write_text(json.dumps(own))
    assert [(finding["pointer"], Path(finding["source"]).name) for finding in status_and_findings(tmp_path)[1]] == [
        ("/error/message", "own.json")
    ]


def test_an_error_in_a_file_that_is_named_is_one_of_this_service(tmp_path: Path) -> None:
    (tmp_path / "error.json").write_text('{"error": {"code": 404, "message": "Not found"}}')
    assert [finding["pointer"] for finding in status_and_findings(tmp_path / "error.json")[1]] == ["/error/code"]


PATH = "/subscriptions/a/resourceGroups/b/providers/Microsoft.ContainerService/fleets/c/updateRuns/d"

QUIET: dict[str, str] = {
    "README.md": "| updateRuns | what it is |\n|---|---|\n| properties: | none |\n",
    "page.md": f"---\ntitle: updateRuns\nproperties:\n  managedClusterUpdate:\n---\n\n```json\n{RUN[:300]}\n```\n",
    "run.sh": 'echo "updateRuns: {"\n',
    "client.py": "URL = '/updateRuns/{name}'\nproperties = {}\n",
    "client.ts": "const run = {\n  properties: {\n    managedClusterUpdate: { upgrade },\n  },\n}; // updateRuns\n",
    "main.bicep": "resource run 'Microsoft.ContainerService/fleets/updateRuns@2025-03-01' = {\n  properties: {\n    strategy: {}\n",
    "main.tf": 'resource "azapi_resource" "run" {\n  type = "Microsoft.ContainerService/fleets/updateRuns@2025-03-01"\n  body = {\n',
    "run.http": f'PUT https://management.azure.com{PATH}\n\n{{\n  "properties": {{{{run}}}}\n}}\n',
    "walk.ipynb": f'{{"cells": [{{"source": ["{PATH}"',
    "service.log": f'2025-04-08T09:30:00Z GET {PATH}\n{{"id": "{PATH}", "level": "info"}}\n{{"scope": "{PATH}", "properties": {{}}}}\n',
    "tool.exe": "MZ\x90\0 updateRuns",
    ".gitignore-like": "# recordings of updateRuns\n*.pyc\n",
    "crds.yaml": "kind: Role\nrules:\n- resources: [clusterstagedupdateruns]\n---\nkind: ClusterStagedUpdateRun\n---\n",
    "ends-with-a-separator.yaml": "openapi: 3.0.3\npaths:\n  /updateRuns/{name}: {}\n---\n...\n",
    "chart.yaml": "{{- if .Values.updateRuns }}\nproperties:\n  run: {{ .Values.run | quote }}\n{{- end }}\n",
    "values.yaml": "properties:\n  managedClusterUpdate: {{ .Values.update }}\n",
    "statements.yml": "updateRuns:\n{% if one %}\n- a\n{% endif %}\n",
    "jinja.yml": "updateRuns:\n{% for run in runs %}\n- {{ run }}\n{% endfor %}\n",
    "stack.yaml": "Resources:\n  updateRuns: !Sub '${Name}'\n  properties: !GetAtt a.b\n",
    "secrets.yml": "updateRuns: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\n",
    "matrix.yaml": "? {updateRuns: 1}\n: properties\n",
    "mkdocs.yml": "nav:\n- updateRuns: a.md\nproperties: !!python/name:material.extensions.emoji\n",
    "prose.yaml": "a note about updateRuns\nand properties\n",
    "upgrade.json": '{"properties": {"managedClusterUpgrade": {"type": "Full"}, "clusterUpdate": {}, "managedCluster": {}}}',
    "tsconfig.json": '{\n  // the clients of updateRuns\n  "files": ["updateRuns.ts",], /* "properties": */\n}\n',
    "devcontainer.json": '// updateRuns\n{"name": "updateRuns", "url": "https://a/b" /* , */,\n}\n',
    "app.jsonl": f'{{"level": "info", "message": "GET {PATH}"}}\n{{"level": "info", "message": "GET {PATH}\n',
    "behind-a-blank-line.json": '\n{"files": [1, ]} // updateRuns\n',
    "list.json": '[\n  {"name": "a"} // updateRuns\n]\n',
    "others.json": '{"Entries": [{"RequestUri": "https://a/updateRuns", "RequestMethod": "GET"}], } // updateRuns',
    "others.har": '{"log": {"version": "1.2", "version": "1.2", "entries": [{"request": {"url": "https://a/b"}}]}}',
    "bodies.jsonl": '{"level": "info"}\n{"body": "{\\"managedClusterUpdate\\": {}}", "updateRuns": nil}\n',
}


@pytest.mark.parametrize("name", QUIET)
def test_prose_programs_and_other_dialects_that_mention_update_runs_are_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(QUIET[name].encode("latin-1"))
    (tmp_path / "run.json").write_text(RUN)
    assert_only_noted(tmp_path, QUIET[name])
    assert status_and_findings(tmp_path / name)[0] in (1, 2)


UNREAD: dict[str, str] = {
    "a log of responses": f'2025-04-08T09:30:00Z GET /\n2025-04-08T09:30:01Z 200 {{"name": "d", "id":"{PATH}","properties":{{}}}}\n',
    "a log of escaped responses": f'[09:30] GET /\n[09:30] body="{{\\"id\\": \\"{PATH}\\", \\"eTag\\": \\"1\\"}}"\n',
    "a log whose response breaks off": f'GET /\n{{"id": "{PATH}", "managedClusterUpdate": \n',
    "a page": f'# A run\n    "id": "{PATH}",\n    "provisioningState": "Succeeded"\n',
    "JSON5": f"{{\nid: '{PATH}', // the one\n properties: {{}}}}",
    "Python": f"RUN = {{\n    'id': '{PATH}',\n    'systemData': {{}},\n}}\n",
    "a request": f'### Create it\nPUT https://{{{{host}}}}{PATH}?api-version=1\n\n{{"properties": {{"managedClusterUpdate": {{}}}}}}\n',
    "a request after another": f'GET {PATH[:-1]}\nPUT {PATH}\n{{"managedClusterUpdate": {{}}}}\n',
    "far down": "GET /\n" * 40_000 + f'{{"id": "{PATH}"' + " " * 900 + ', "properties": {',
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_text_that_has_a_run_by_its_id_is_noted_at_its_line_in_a_folder_and_found_there_if_it_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(RUN)
    (tmp_path / "text.out").write_text(UNREAD[name])
    (note,) = status_and_findings(tmp_path)[1]
    line = UNREAD[name][: UNREAD[name].index(PATH)].count("\n") + 1
    assert (note["rule"], note["severity"], note["line"]) == ("input/unrecognised", "note", line)
    assert note["message"].startswith("mentions fleets/updateRuns, but cannot be read: ")
    (finding,) = status_and_findings(tmp_path / "text.out")[1]
    assert (finding["rule"], finding["severity"]) == ("input/unreadable", "error")


@pytest.mark.parametrize("text", ["# Runs\n\n```\nfleets/updateRuns\n```\n", "# A run\n\n" + "\n".join(UNREAD["a page"].splitlines()[1:])])
def test_a_text_of_another_kind_that_is_named_is_a_finding_at_the_first_mention(text: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(text)
    (finding,) = status_and_findings(tmp_path / "page.md")[1]
    assert (finding["rule"], finding["line"]) == ("input/unreadable", 4 if "```" in text else 3)


def test_a_document_that_is_named_is_a_finding_at_the_first_mention(tmp_path: Path) -> None:
    (tmp_path / "count.json").write_text(json.dumps([{"a": 1}, {"type": f"{PROVIDER}/updateRuns", "count": 3}], indent=0))
    (finding,) = status_and_findings(tmp_path / "count.json")[1]
    assert (finding["rule"], finding["severity"], finding["line"]) == ("input/unrecognised", "error", 6)


ENCODED: dict[str, tuple[bytes, str]] = {
    "a run in base64": (base64.b64encode(RUN.replace('"Running"', '"running"', 1).encode()), "schema/enum"),
    "a run in base64 by its id alone": (
        base64.b64encode(json.dumps({**json.loads(RUN), "type": None, "eTag": 5}).encode()),
        "schema/type",
    ),
    "a compressed run": (base64.b64encode(gzip.compress(RUN.replace('"Running"', '"running"', 1).encode())), "schema/enum"),
    "a type in JSON": (base64.b64encode(b'{"type": "microsoft.containerservice/FLEETS/updateruns"}'), "input/unrecognised"),
    "a page with the type": (base64.b64encode(b"<html> the fleets/updateRuns of the fleet </html>"), "input/unrecognised"),
    "a compressed page": (base64.b64encode(gzip.compress(b"<html> the fleets/updateRuns of the fleet </html>")), "input/unrecognised"),
}


@pytest.mark.parametrize("beside", [0, 1])
@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("form", ["har", "cassette", "record"])
def test_an_encoded_body_of_an_unrelated_entry_does_not_pass_unseen(name: str, form: str, beside: int, tmp_path: Path) -> None:
    text, rule = ENCODED[name]
    urls = ["https://proxy.example/x", EXCHANGE["url"]][: 1 + beside]
    bodies = [text.decode(), base64.b64encode(RUN.encode()).decode()]
    entries: list[JSON] = [
        {"request": {"method": "GET", "url": url}, "response": {"status": 200, "content": {"text": body, "encoding": "base64"}}}
        for url, body in zip(urls, bodies, strict=False)
    ]
    if form == "cassette":
        entries = [{**each, "response": {"status": {"code": 200}, "body": each["response"]["content"]["text"]}} for each in entries]
    value: JSON = {"har": {"log": {"entries": entries}}, "cassette": {"interactions": entries}, "record": {"a": 1, "body": bodies[0]}}[form]
    (tmp_path / "file.json").write_text(json.dumps(value))
    (tmp_path / "run.json").write_text(RUN)
    found = {finding["rule"] for finding in status_and_findings(tmp_path)[1]}
    assert found == ({rule} if form != "record" or name != "a page with the type" else set())


TYPE = "Microsoft.ContainerService/fleets/updateRuns"
MENTIONS: dict[str, tuple[bytes, bool]] = {
    "a type": (f'{{"x": "{TYPE}"}}'.encode(), True),
    "a type in another case": (f'{{"x": "{TYPE.upper()}"}}'.encode(), True),
    "an id": (f"GET {PATH}".encode(), True),
    "a word": (b'{"x": "/UpdateRuns/a"}', False),
    "the end of a word": (b'{"x": "fleets/generateUpdateRuns"}', False),
    "an update": (b'{"properties": {"managedClusterUpdate": {', True),
    "an update in YAML": (b"properties:\n  managedClusterUpdate:\n", True),
    "an update in a string": (b'{"body": "{\\"managedClusterUpdate\\": {}"', True),
    "an update in prose": (b"managedClusterUpdate is required", False),
    "an update in a template": (b"managedClusterUpdate: {{ .Values.update }}", False),
    "a type in wide characters": (TYPE.encode("utf-16-le"), True),
    "a type in wide characters after a mark": (f"\N{SNOWMAN}, {TYPE}".encode("utf-16"), True),
    "a type in a program": (b"MZ\x90\x03 " + TYPE.encode("utf-16-le"), False),
    "a type in a program of another kind": (b"\x7fELF " + TYPE.encode("utf-16-le"), False),
}


@pytest.mark.parametrize("name", MENTIONS)
def test_a_text_mentions_update_runs_by_a_type_an_id_or_an_update(name: str) -> None:
    data, expected = MENTIONS[name]
    assert mention.is_about(data) is expected


@pytest.mark.parametrize("written", ["Microsoft.ContainerService/fleets/updateRuns", "microsoft.containerservice/fleets/updateruns"])
def test_a_record_that_breaks_off_shows_a_run_by_its_type_whatever_its_case(written: str) -> None:
    assert mention.shows_run(f'{{"type": "{written}", "na'.encode())


CASSETTE = as_yaml(vcr()).decode()
PRETTY = json.dumps(RESPONSE, indent=2)

LOUD: dict[str, tuple[str, str | bytes]] = {
    "a note before a body": ("run.json", "// note\n" + RUN),
    "a body with comments": ("run.json", PRETTY.replace("{", "{ // what\n", 1)),
    "a body with a comma too many": ("run.json", PRETTY.replace("\n}", ",\n}")),
    "single quotes": ("run.json", str(RESPONSE)),
    "UTF-16 that breaks off": ("run.json", RUN[:900].encode("utf-16")),
    "a body that breaks off": ("run.json", RUN[:900]),
    "a body that breaks off in its id": ("run.json", RUN[:150]),
    "a body that breaks off, compressed": ("run.json.gz", gzip.compress(RUN[:900].encode())),
    "gzip content that breaks off": ("RUN.JSON.GZ", gzip.compress(RUN.encode() * 9)[:-40]),
    "a bad escape": ("run.json", RUN.replace("spring", "spr\\ing", 1)),
    "a raw line feed in a string": ("run.json", RUN.replace("spring", "spr\ning", 1)),
    "bytes that are not UTF-8": ("run.json", RUN.replace("spring", "spr\xfcng", 1).encode("latin-1")),
    "NaN": ("run.json", RUN.replace("600", "NaN")),
    "two bodies, indented, one of which breaks off": ("run.json", f"{PRETTY}\n{PRETTY[:-200]}"),
    "a list page that breaks off": ("page.json", json.dumps({"value": [RESPONSE, RESPONSE]})[:-20]),
    "a body with a conflict": ("run.json", PRETTY.replace('  "name"', '<<<<<<< HEAD\n  "name"', 1)),
    "a HAR that breaks off": ("session.har", as_json(har(encoded=False))[:-100]),
    "a recording that breaks off": ("recording.json", as_json(proxy())[:-100]),
    "a recording with comments": ("recording.json", b"/* recorded */" + as_json(proxy())),
    "a recording with a placeholder": ("recording.json", as_json(proxy()).replace(b"201", b"{{ status }}", 1)),
    "a cassette that breaks off": ("cassette.yaml", CASSETTE[: CASSETTE.rindex('"')]),
    "a cassette with a conflict": ("cassette.yaml", CASSETTE.replace("- request:", "<<<<<<< HEAD\n- request:", 1)),
    "a cassette with a bad indent": ("cassette.yaml", CASSETTE.replace("    method:", "   method:", 1)),
    "a cassette with a tab": ("cassette.yaml", CASSETTE.replace("    method:", "\tmethod:", 1)),
    "a cassette with a tag": ("cassette.yaml", CASSETTE.replace("method: GET", "method: !GET x", 1)),
    "a cassette with a number that is too large": ("cassette.yaml", CASSETTE.replace("code: 200", "code: 1e999", 1)),
    "a cassette with a placeholder": ("cassette.yaml", CASSETTE.replace("code: 200", "code: {{ code }}", 1)),
    "two cassettes in one": ("cassette.yaml", f"{CASSETTE}---\n{CASSETTE}"),
    "a second document after a cassette": ("cassette.yml", f"{CASSETTE}---\nkind: other\n"),
    "a run with a tag": ("run.yaml", yaml.safe_dump(RESPONSE).replace("type: ", "type: !type ", 1)),
    "a template of a run": ("template.json", f'{{"id": "{PATH}", "properties": {{{{ properties | tojson }}}}}}'),
    "settings with comments that name a run": ("settings.json", f'{{"run": "{PATH}", // the one\n}}'),
    "records, the first of which breaks off": ("polls.jsonl", f"{RUN[:900]}\n" + '{"level": "info"}\n'),
    "records, the second of which breaks off": ("polls.ndjson", '{"level": "info"}\n' + RUN[:1500]),
}


@pytest.mark.parametrize("name", LOUD)
def test_a_capture_in_a_folder_that_cannot_be_read_is_a_finding(name: str, tmp_path: Path) -> None:
    file, content = LOUD[name]
    (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "clean.json").write_text(RUN)
    status, found = status_and_findings(tmp_path)
    assert status == 1
    assert [(finding["rule"], Path(finding["source"]).name) for finding in found] == [("input/unreadable", file)]


@pytest.mark.parametrize("name", ["run", "run.txt", "run.log", "run.out.gz"])
def test_what_can_be_read_is_checked_whatever_its_name(name: str, tmp_path: Path) -> None:
    wrong = RUN.replace('"Running"', '"running"', 1).encode()
    (tmp_path / name).write_bytes(gzip.compress(wrong) if name.endswith(".gz") else wrong)
    status, found = status_and_findings(tmp_path)
    assert (status, [finding["rule"] for finding in found]) == (1, ["schema/enum"])


@pytest.mark.parametrize("name, found", [("film.mp4", 0), ("other.json", 0), ("runs.json", 1)])
def test_a_file_that_is_too_large_is_a_finding_if_it_is_data_about_update_runs(
    name: str, found: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_FILE", 2**20)
    (tmp_path / "clean.json").write_text(RUN)
    with (tmp_path / name).open("wb") as stream:
        stream.write(b'{"' + (b"managedClusterUpdate" if found else b"x") + b'":\n"')
        stream.truncate(2**20 + 1)
    assert [finding["rule"] for finding in status_and_findings(tmp_path)[1]] == ["input/too-large"] * found


def test_a_link_that_leads_nowhere_is_skipped_in_a_folder_and_a_finding_if_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "clean.json").write_text(RUN)
    for name in ("tool", "link.md", "run.yaml"):
        (tmp_path / name).symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.json").symlink_to("loop.json")
    assert status_and_findings(tmp_path) == (0, [])
    assert [Path(finding["source"]).name for finding in status_and_findings(tmp_path, tmp_path / "run.yaml")[1]] == ["run.yaml"]


def test_of_a_list_of_all_kinds_of_resources_the_runs_are_checked() -> None:
    member = {"id": f"{FLEET}/members/a", "name": "a", "type": f"{PROVIDER}/members", "properties": {"group": "b"}}
    wrong = RESPONSE | {"eTag": '"2"', "name": "autumn", "type": f"{PROVIDER}/members"}
    assert [finding.pointer for finding in validator.check([member, RESPONSE, wrong, member])] == ["/2/id", "/2/type"]


SAMPLES = Path(__file__).parent.parent / "samples"
CUT = sorted(
    path
    for path in SAMPLES.rglob("*")
    if path.suffix in {".json", ".jsonl", ".yaml", ".har"}
    and path.name != "expected.json"
    and not path.name.startswith(("error-response", "stages"))
)


@pytest.mark.parametrize("path", CUT, ids=lambda path: str(path.relative_to(SAMPLES)))
def test_a_sample_that_breaks_off_or_has_a_conflict_is_a_finding_in_a_folder(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    conflict = b"".join([*lines[:-1], b"<<<<<<< HEAD\n", lines[-1]])
    cut = [] if path.suffix == ".yaml" else [data[: len(data) // 3], data[:-3]]  # half a block of YAML is YAML
    for number, broken in enumerate([conflict, *cut]):
        (tmp_path / f"{number}{path.suffix}").write_bytes(broken)
    found = {Path(finding["source"]).name for finding in status_and_findings(tmp_path)[1] if finding["rule"].startswith("input/")}
    assert len(found) == 1 + len(cut)


@pytest.mark.parametrize("encoding", [{}, {"encoding": "hex"}])
def test_a_body_in_chunks_is_hexadecimal_unless_it_is_said_to_be_base64(encoding: dict[str, str], tmp_path: Path) -> None:
    data = gzip.compress(json.dumps(changed(RESPONSE, put={"/eTag": 1}, removed=())).encode())
    content = {"text": json.dumps([data[:9].hex(), data[9:].hex()]), **encoding}
    entry = {"request": {"method": "GET", "url": EXCHANGE["url"]}, "response": {"status": 200, "content": content}}
    (tmp_path / "polly.har").write_text(json.dumps({"log": {"entries": [entry]}}))
    assert [finding["pointer"] for finding in status_and_findings(tmp_path)[1]] == ["/eTag"]
