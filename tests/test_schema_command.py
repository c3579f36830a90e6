"""`updaterun schema`: a bundle is equivalent to the schemas, and an editor understands it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tests.support.documents import near
from tests.support.for_each import for_each
from tests.support.profiles import at_most
from validator.cli import main
from validator.contract import schemas
from validator.contract.schema_errors import UNDOCUMENTED, schema_errors
from validator.pointer import JSON

ROOT = Path(__file__).parent.parent
SERVICE = Path(__file__).parent / "language_service"
CONTRACT = schemas.load()
STATED = {"kubernetes-version-required", "kubernetes-version-forbidden", "custom-images-required", "custom-images-forbidden"}
"""The rules that the schemas express, too."""


def schema(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["schema", *arguments])


def bundle(definition: str) -> dict[str, Any]:
    printed: dict[str, Any] = json.loads(schema(definition, "--bundle").stdout)
    return printed


def keywords(node: JSON) -> set[str]:
    if isinstance(node, list):
        return {keyword for item in node for keyword in keywords(item)}
    return {*node, *(keyword for below in node.values() for keyword in keywords(below))} if isinstance(node, dict) else set()


@for_each("definition", CONTRACT.schemas)
def test_a_schema_is_printed_as_it_is(definition: str) -> None:
    assert json.loads(schema(definition.lower()).stdout) == CONTRACT.schemas[definition]


def test_the_default_is_the_run() -> None:
    assert json.loads(schema().stdout)["title"] == "UpdateRun"


@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_a_schema_of_any_version_is_printed(version: str) -> None:
    for definition, expected in schemas.load(version).schemas.items():
        assert json.loads(schema(definition, "--api-version", version).stdout) == expected


@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_a_bundle_of_any_version_says_what_is_documented(version: str) -> None:
    printed = json.loads(schema("--bundle", "--api-version", version).stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert ("GateConfiguration" in printed["$defs"]) == (version >= "2025-04-01-preview")
    assert ("NodeImageSelection" in printed["$defs"]) == (version >= "2023-06-15-preview")


def test_a_definition_of_another_version_is_an_error_with_that_version() -> None:
    result = schema("GateConfiguration")
    assert result.exit_code == 2
    assert "the first api-version with one is 2025-04-01-preview" in result.stderr


@pytest.mark.parametrize("version", ["2026-06-1", "auto", "2026-05-01-preview"])
def test_a_schema_is_of_a_published_version(version: str) -> None:
    result = schema("--api-version", version)
    assert result.exit_code == 2
    assert "--api-version" in result.stderr


def test_an_unknown_name_is_an_error_with_a_suggestion() -> None:
    result = schema("UpdateStages")
    assert result.exit_code == 2
    assert "did you mean UpdateStage?" in result.stderr


def test_an_unknown_name_like_none_is_an_error_with_all_names() -> None:
    result = schema("zzz")
    assert result.exit_code == 2
    assert "there is no definition 'zzz'; expected ErrorAdditionalInfo, ErrorDetail, " in result.stderr


@pytest.mark.parametrize("definition", CONTRACT.schemas)
def test_a_bundle_is_a_schema_in_which_every_reference_is_local(definition: str) -> None:
    printed = bundle(definition)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert printed["description"] == CONTRACT.schemas[definition]["description"]
    references = {part["$ref"] for part in objects_in(printed) if "$ref" in part}
    assert references <= {f"#/$defs/{name}" for name in printed["$defs"]}
    assert {f"#/$defs/{name}" for name in printed["$defs"]} <= references
    assert not any(keyword.startswith("x-") for keyword in keywords(printed))


def objects_in(node: JSON) -> list[dict[str, JSON]]:
    below = node if isinstance(node, list) else list(node.values()) if isinstance(node, dict) else []
    return [*([node] if isinstance(node, dict) else []), *(part for each in below for part in objects_in(each))]


@pytest.mark.parametrize("definition", CONTRACT.definitions)
@at_most(25)
@given(data=st.data())
def test_a_bundle_rejects_what_the_schemas_reject(definition: str, data: st.DataObject) -> None:
    document = data.draw(near(definition))
    errors = schema_errors(document, definition, version=CONTRACT.version)
    assert VALIDATORS[definition].is_valid(document) == all(error.rule in {"schema/format", UNDOCUMENTED} for error in errors)


VALIDATORS = {name: jsonschema_rs.Draft202012Validator(schemas.bundle(CONTRACT, name)) for name in CONTRACT.definitions}


def installed() -> Path:
    """Return the folder of the language service, which is installed once per lock file."""
    target = ROOT / "build" / "language-service"
    lock = (SERVICE / "package-lock.json").read_text()
    if not (target / "done").exists() or (target / "done").read_text() != lock:
        target.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SERVICE / name, target)
        process = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=target, capture_output=True, check=False)
        if process.returncode:
            pytest.skip("npm cannot install the language service here")
        (target / "done").write_text(lock)
    return target


@pytest.mark.process
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm here; Debian has it as the package npm")
def test_an_editor_marks_explains_and_completes_by_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text(schema("--bundle").stdout)
    clean = ROOT / "samples" / "documents" / "update-run.json"
    wrong = ROOT / "samples" / "wrong" / "update-run.json"
    command = ["node", str(SERVICE / "open.cjs"), str(installed()), str(tmp_path / "bundle.json"), str(clean), str(wrong)]
    of_clean, of_wrong = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert of_clean == {
        "problems": [],
        "hovers": {
            "version": "Kubernetes version to arrive at, for the kinds of upgrade that touch the control plane\\.",
            "wait": "Seconds to wait after the stage before the next one begins\\.",
        },
        "values": [f'"{state}"' for state in CONTRACT.schemas["UpdateState"]["enum"]],
    }
    reported = json.loads(CliRunner().invoke(main, ["check", str(wrong), "--format", "json"]).stdout)["findings"]
    by_schema = [finding["line"] for finding in reported if finding["rule"].startswith("schema/") or finding["rule"] in STATED]
    assert sorted(line for line, _, _ in of_wrong["problems"]) == sorted(by_schema)
    assert ['"user"', 'Value is not accepted. Valid values: "User", "Application", "ManagedIdentity", "Key".'] in [
        [text, message] for _, text, message in of_wrong["problems"]
    ]
