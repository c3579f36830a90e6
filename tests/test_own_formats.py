"""The formats of our own: their schemas serve editors, and a mistake in a file is reported with its place and a remedy."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from tests.support.command import updaterun
from validator.checker.settings import FAIL_ON
from validator.contract.own_formats import FORMATS, first_error, schema
from validator.pointer import JSON

ROOT = Path(__file__).parent.parent
KEYS = '"file", "with", "entry", "side", "rule", "pointer" or "reason"'
POINTER = "a JSON Pointer, which is empty or begins with a slash"


def schemas_of_properties(node: JSON) -> Iterator[tuple[str, JSON]]:
    """Yield the schemas of all properties below a part of a schema, with their names."""
    if isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for child in node.values():
            yield from schemas_of_properties(child)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_has_a_schema_that_editors_can_show(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert schema(name)["title"]
    assert schema(name)["description"]
    assert [key for key, part in schemas_of_properties(schema(name)) if not {"description", "enum", "$ref"} & part.keys()] == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_schema_of_ours_can_be_printed(name: str) -> None:
    assert json.loads(updaterun("schema", name).stdout) == schema(name)
    assert json.loads(updaterun("schema", name, "--bundle").stdout) == schema(name)


def test_the_severities_that_fail_are_those_of_the_settings() -> None:
    assert schema("settings")["properties"]["fail-on"]["enum"] == list(FAIL_ON)


def test_a_manifest_that_is_written_and_one_with_a_schema_for_editors_conform(tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    assert updaterun("check", str(ROOT / "samples" / "wrong"), "--baseline", str(known), "--update-baseline").exit_code == 0
    written = json.loads(known.read_text())
    assert len(written["expected"]) > 1
    jsonschema.Draft202012Validator(schema("manifest")).validate(written)
    known.write_text(json.dumps({"$schema": "manifest.json"} | written))
    assert updaterun("check", str(ROOT / "samples" / "wrong"), "--baseline", str(known)).exit_code == 0


@pytest.mark.parametrize(
    "row, message",
    [
        ('{"file": "a"}', 'expected[1]: expected "rule", which is missing'),
        ('{"rule": "a"}', 'expected[1]: expected "file", which is missing'),
        ('{"file": "a", "rul": "b"}', 'expected[1]: there is no key "rul"; did you mean rule?'),
        ('{"file": "a", "rule": "b", "x": 1}', f'expected[1]: there is no key "x"; expected {KEYS}'),
        ('{"file": "", "rule": "b"}', "expected[1].file: expected a string that is not empty, found an empty string"),
        ('{"file": "a\\u0000b", "rule": "b"}', 'expected[1].file: expected a path, which has no NUL character, found "a\\u0000b"'),
        ('{"file": "a", "rule": 5}', "expected[1].rule: expected a string, found 5"),
        ('{"file": "a", "rule": "b", "entry": "1"}', 'expected[1].entry: expected an integer, found "1"'),
        ('{"file": "a", "rule": "b", "entry": true}', "expected[1].entry: expected an integer, found true"),
        ('{"file": "a", "rule": "b", "entry": -1}', "expected[1].entry: expected 0 or more, found -1"),
        ('{"file": "a", "rule": "b", "side": 1}', "expected[1].side: expected request or response, found 1"),
        ('{"file": "a", "rule": "b", "side": "both"}', 'expected[1].side: there is no value "both"; expected request or response'),
        ('{"file": "a", "rule": "b", "pointer": "a"}', f'expected[1].pointer: expected {POINTER}, found "a"'),
    ],
)
def test_a_wrong_row_of_a_manifest(row: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(f'{{"expected": [{{"file": "a", "rule": "schema/enum", "entry": null}}, {row}]}}')
    result = updaterun("check", str(ROOT / "samples" / "wrong"), "--baseline", str(tmp_path / "known.json"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"Error: {tmp_path}/known.json: {message}\n")


@pytest.mark.parametrize("depth", [300, 1000])
def test_a_deep_manifest_is_a_usage_error(depth: int, tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(f'{{"expected": {"[" * depth}{"]" * depth}}}')
    result = updaterun("check", str(ROOT / "samples" / "wrong"), "--baseline", str(tmp_path / "known.json"))
    assert result.stderr == (
        "Usage: main check [OPTIONS] PATH...\nTry 'main check --help' for help.\n\n"
        f"Error: {tmp_path}/known.json: expected[0]: expected an object, found an array of 1 item\n"
    )


@pytest.mark.parametrize(
    "text, place, message",
    [
        (
            'format = "json"',
            "",
            'there is no setting "format"; expected "fail-on", "select", "ignore", "exclude", "api-version" or "baseline"',
        ),
        ("fail-on = 1", "fail-on", "expected error, warning, note or never, found 1"),
        ("fail-on = 2025-03-01", "fail-on", "expected error, warning, note or never, found a date or a time"),
        ('fail-on = "high"', "fail-on", 'there is no value "high"; expected error, warning, note or never'),
        ('select = "etag-format"', "select", 'expected an array of strings, found "etag-format"'),
        ("ignore = [nan]", "ignore[0]", "expected a string, found NaN"),
        (f"ignore = [{10**70}]", "ignore[0]", "expected a string, found an integer of more than 60 digits"),
        ("exclude = [[]]", "exclude[0]", "expected a string, found an empty array"),
        ('exclude = ["a", ""]', "exclude[1]", "expected a string that is not empty, found an empty string"),
        ('exclude = ["a\\u0000"]', "exclude[0]", 'expected a glob, which has no NUL character, found "a\\u0000"'),
        ('baseline = ""', "baseline", "expected a string that is not empty, found an empty string"),
        ("baseline = 09:30:00", "baseline", "expected a string, found a date or a time"),
        ('baseline = "\\u0000"', "baseline", 'expected a path, which has no NUL character, found "\\u0000"'),
    ],
)
def test_a_wrong_setting(text: str, place: str, message: str) -> None:
    error = first_error("settings", tomllib.loads(text), noun="setting")
    assert error is not None
    assert (error.place(), error.message) == (place, message)
