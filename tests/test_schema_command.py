"""`updaterun schema`: a bundle is equivalent to the schemas, and an editor understands it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.support.for_each import for_each
from tests.support.npm import installed, needs_npm
from validator.cli import main
from validator.contract import schemas
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
    printed = json.loads(schema("UpdateRun", "--bundle", "--api-version", version).stdout)
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


@pytest.mark.parametrize(
    "arguments", [["--strict"], ["--draft", "7"], ["settings", "--bundle", "--strict"], ["report", "--bundle", "--draft", "7"]]
)
def test_the_forms_of_a_bundle_are_refused_for_anything_else(arguments: list[str]) -> None:
    result = schema(*arguments)
    assert result.exit_code == 2
    assert "--strict and --draft need --bundle, and a documented definition or none" in result.stderr


@pytest.mark.process
@needs_npm
@pytest.mark.parametrize("form", [[], ["--strict"], ["--strict", "--draft", "7"]], ids=" ".join)
def test_an_editor_marks_explains_and_completes_by_the_bundle(form: list[str], tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text(schema("--bundle", *form).stdout)
    clean = ROOT / "samples" / "documents" / "update-run.json"
    wrong = ROOT / "samples" / "wrong" / "update-run.json"
    command = ["node", str(SERVICE / "open.cjs"), str(installed("language_service")), str(tmp_path / "bundle.json"), str(clean), str(wrong)]
    of_clean, of_wrong = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert of_clean == {
        "problems": [],
        "hovers": {
            "version": "Kubernetes version to arrive at, for the kinds of upgrade that touch the control plane\\.",
            "wait": "Seconds to wait after the stage before the next one begins\\.",
        },
        "values": CONTRACT.schemas["UpdateState"]["x-values"],
    }
    reported = json.loads(CliRunner().invoke(main, ["check", str(wrong), "--format", "json"]).stdout)["findings"]
    rules = STATED | ({"undocumented-property"} if form else set())
    by_schema = [finding["line"] for finding in reported if finding["rule"].startswith("schema/") or finding["rule"] in rules]
    assert sorted(line for line, _, _ in of_wrong["problems"]) == sorted(by_schema)
    assert ['"user"', 'Value is not accepted. Valid values: "User", "Application", "ManagedIdentity", "Key".'] in [
        [text, message] for _, text, message in of_wrong["problems"]
    ]
