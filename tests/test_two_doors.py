"""The command line and the Python API take the same values for the same things, and find the same in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.case_files import cases, file_names
from validator import Finding, check
from validator.checker.files import FileChecker
from validator.checker.options import Options
from validator.findings import BodySide
from validator.pointer import JSON
from validator.readers import json_text, yaml_text
from validator.readers.items import Body
from validator.readers.paths import File
from validator.rules.example import REQUEST, RESPONSE

SAMPLES = Path(__file__).parent.parent / "samples"
NO_VALUES = ("requests.yaml", "cassette.yaml")
"""The samples that are no value of JSON: several documents, and one with bytes."""

DOCUMENTS = sorted(path for path in SAMPLES.rglob("*/*") if path.suffix in (".json", ".yaml", ".har") and path.name not in NO_VALUES)


def essence(findings: list[Finding]) -> list[tuple[str, str, str, int | None]]:
    """Return what does not depend on the door: a value has no lines and no key twice, and is in no file."""
    return [(each.rule, each.pointer, each.side, each.entry) for each in findings if each.rule != "input/duplicate-key"]


def by_command_line(path: Path, side: BodySide | None = None) -> list[tuple[str, str, str, int | None]]:
    return essence([*FileChecker(Options(side=side)).check_files([File(str(path), named=True)])])


def assert_same_findings(value: JSON, side: BodySide | None, file: Path) -> None:
    file.write_text(json.dumps(value))
    assert by_command_line(file, side) == essence(check(value, side=side)), value


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["rules", "normal"])
def test_every_case_is_found_alike_in_a_file_and_by_python(folder: str, tmp_path: Path) -> None:
    documents = [case for name in file_names(folder) for case in cases(folder, name) if case.is_document or case.recorded]
    assert documents
    for case in documents:
        assert_same_findings(case.value, case.side, tmp_path / "case.json")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(SAMPLES)))
def test_every_sample_is_found_alike_in_a_file_and_by_python(path: Path) -> None:
    body = (yaml_text if path.suffix == ".yaml" else json_text).parse(path.read_bytes())
    assert isinstance(body, Body)
    assert by_command_line(path) == essence(check(body.value))


IDENTITY = {name: RESPONSE[name] for name in ("id", "name", "type")}
ODD: dict[str, JSON] = {
    "nothing": {},
    "a number": 5,
    "a list of something else": [1, {"a": 2}],
    "an id": {"id": IDENTITY["id"]},
    "an id and a name": {"id": IDENTITY["id"], "name": "spring"},
    "a type": {"type": IDENTITY["type"].lower()},
    "an eTag": {"eTag": "1"},
    "properties": {"properties": {}},
    "a request with a strategy alone": {"properties": {"strategy": REQUEST["properties"]["strategy"]}},
    "another resource": {
        "id": "/subscriptions/a",
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {"scope": IDENTITY["id"]},
    },
    "a schema": {"type": "object", "properties": {"managedClusterUpdate": True}},
    "a resource of a template": {**REQUEST, **IDENTITY, "apiVersion": "2025-03-01"},
    "an error of another kind": {"error": {"code": "a", "message": "b"}, "id": 1},
    "a run without properties": IDENTITY,
    "a wrapped run": {"data": [{"response": RESPONSE | {"eTag": 5}}]},
}


@pytest.mark.parametrize("side", [None, "request", "response"])
@pytest.mark.parametrize("name", ODD)
def test_what_is_hard_to_recognise_is_taken_for_the_same_thing(name: str, side: BodySide | None, tmp_path: Path) -> None:
    assert_same_findings(ODD[name], side, tmp_path / "odd.json")
