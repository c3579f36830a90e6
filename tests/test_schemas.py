"""The form of the schemas, and the bibliography that they cite."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource

from tests.support.for_each import for_each
from tests.support.versions import EACH, SHAPES
from validator.contract import schemas
from validator.contract.formats import FORMATS
from validator.contract.keywords import PATTERN_WORDS
from validator.contract.layers import CONSTRAINING
from validator.contract.schema_errors import READ_ONLY, UNDOCUMENTED
from validator.pointer import Path, to_pointer
from validator.rules.catalogue import RULES

BASE = "https://updaterun-validator.invalid/Microsoft.ContainerService/"

DOCUMENTED = [
    "SkipProperties",
    "SkipTarget",
    "TargetType",
    "createdByType",
    "ErrorAdditionalInfo",
    "ErrorDetail",
    "ErrorResponse",
    "ManagedClusterUpdate",
    "ManagedClusterUpgradeSpec",
    "ManagedClusterUpgradeType",
    "MemberUpdateStatus",
    "NodeImageSelection",
    "NodeImageSelectionStatus",
    "NodeImageSelectionType",
    "NodeImageVersion",
    "systemData",
    "UpdateGroup",
    "UpdateGroupStatus",
    "UpdateRun",
    "UpdateRunProvisioningState",
    "UpdateRunStatus",
    "UpdateRunStrategy",
    "UpdateStage",
    "UpdateStageStatus",
    "UpdateState",
    "UpdateStatus",
    "WaitStatus",
]
"""The definitions of the reference page, in its order."""

APPLYING = {"allOf", "if", "items", "properties", "then"}
ANNOTATING = {"$id", "$schema", "default", "description", "examples", "title", "x-cites", "x-rule", "x-values"}


def subschemas(schema: Any, at: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield a schema and all schemas in it, each with its location."""
    yield at, schema
    for keyword in ("if", "then", "not", "items"):
        if keyword in schema:
            yield from subschemas(schema[keyword], (*at, keyword))
    for name, part in schema.get("properties", {}).items():
        yield from subschemas(part, (*at, "properties", name))
    for index, part in enumerate(schema.get("allOf", ())):
        yield from subschemas(part, (*at, "allOf", index))


def schema_of(version: str, name: str) -> dict[str, Any]:
    return schemas.load(version).schemas[name]


EVERY = [(f"{version} {name}#{to_pointer(at)}", part) for version, name in EACH for at, part in subschemas(schema_of(version, name))]
PATTERNS = sorted({part["pattern"] for _, part in EVERY if "pattern" in part})


# One schema


@pytest.mark.parametrize("version, name", EACH)
def test_a_schema_is_valid_by_draft_2020_12(version: str, name: str) -> None:
    assert schema_of(version, name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema_of(version, name))


@for_each("version, name", EACH)
def test_an_id_and_a_title_are_those_of_the_file(version: str, name: str) -> None:
    schema = schema_of(version, name)
    assert (schema["$id"], schema["title"]) == (f"{BASE}{version}/{name}.json", name)


@pytest.mark.parametrize("version", SHAPES)
def test_a_reference_leads_to_a_schema_of_the_same_version(version: str) -> None:
    known = schemas.load(version).schemas
    registry: Registry[Any] = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in known.values())
    for schema in known.values():
        references = [part["$ref"] for _, part in subschemas(schema) if "$ref" in part]
        resolver = registry.resolver(base_uri=schema["$id"])

        found = [resolver.lookup(reference).contents["$id"] for reference in references]
        assert found == [f"{BASE}{version}/{reference}" for reference in references]


@for_each("version, name", EACH)
def test_a_schema_uses_no_keyword_but_the_known_ones(version: str, name: str) -> None:
    used = {keyword for _, part in subschemas(schema_of(version, name)) for keyword in part}

    assert used - CONSTRAINING - APPLYING - ANNOTATING == set()


@for_each("version, name", EACH)
def test_a_schema_and_its_properties_have_descriptions(version: str, name: str) -> None:
    schema = schema_of(version, name)
    described = [(at, part) for at, part in subschemas(schema) if not at or (at[-2:-1] == ("properties",) and "allOf" not in at)]

    assert [to_pointer(at) for at, part in described if not part.get("description")] == []


@for_each("version, name", EACH)
def test_the_constraints_are_the_constraining_keywords_outside_of_conditions(version: str, name: str) -> None:
    schema = schema_of(version, name)
    used = {(*at, keyword) for at, part in subschemas(schema) if "if" not in at for keyword in CONSTRAINING & part.keys()}

    assert set(schemas.load(version).constraints(name)) == used


@for_each("version, name", EACH)
def test_only_a_constraint_has_a_citation(version: str, name: str) -> None:
    written = {(*at, keyword) for at, part in subschemas(schema_of(version, name)) for keyword in part.get("x-cites", ())}

    assert written <= set(schemas.load(version).constraints(name))


FILES = sorted(path for path in pathlib.Path(schemas.SCHEMAS).glob("*/*.json"))


@for_each("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_citation_is_written_only_where_it_is_not_the_default(path: pathlib.Path) -> None:
    folder, name, schema = path.parent.name, path.stem, json.loads(path.read_bytes())
    written = [((*at, keyword), part["x-cites"][keyword]) for at, part in subschemas(schema) for keyword in part.get("x-cites", ())]
    bare = schemas.Contract(folder, {name: _without_citations(schema)})

    is_patch = folder != schemas.DEFAULT_VERSION
    assert [to_pointer(location) for location, cites in written if not is_patch and bare.cites(name, location) == cites] == []
    assert [to_pointer(location) for location, cites in written if is_patch and cites == f"spec-{folder}#{name}"] == []


def leaves(value: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the values of a patch that are no objects, each with its path."""
    for key, part in value.items():
        yield from leaves(part, (*at, key)) if isinstance(part, dict) else [((*at, key), part)]


@for_each(
    "path", [path for path in FILES if path.parent.name != schemas.DEFAULT_VERSION], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_a_patch_has_nothing_but_what_differs(path: pathlib.Path) -> None:
    reading = next(known for known in schemas.PUBLISHED.values() if path.parent.name in known.folders)
    earlier = [schemas.DEFAULT_VERSION, *reading.folders[: reading.folders.index(path.parent.name)]]
    before: dict[str, Any] = {}
    for file in (path.parent.parent / folder / path.name for folder in earlier):
        before = _with_patch(before, json.loads(file.read_bytes()) if file.exists() else {})
    written = {at: value for at, value in leaves(json.loads(path.read_bytes())) if at != ("title",)}
    known = dict(leaves(before))

    assert [to_pointer(at) for at, value in written.items() if value is not None and known.get(at) == value] == []
    assert [to_pointer(at) for at, value in written.items() if value is None and at not in known] == []


def _with_patch(schema: Any, patch: Any) -> Any:
    """Return a schema with a JSON Merge Patch, its citations included."""
    merged = dict(schema) | {key: _with_patch(schema.get(key, {}), part) if isinstance(part, dict) else part for key, part in patch.items()}
    return {key: value for key, value in merged.items() if value is not None}


def _without_citations(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _without_citations(part) for key, part in schema.items() if key != "x-cites"}
    return [_without_citations(part) for part in schema] if isinstance(schema, list) else schema


# Patterns and formats


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_about_the_whole_string(pattern: str) -> None:
    unescaped = re.sub(r"\\.", "", pattern)

    assert (unescaped[0], unescaped.find("$")) == ("^", len(unescaped) - 1)


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(derandomize=True)
@given(text=st.text(st.sampled_from("aZ0-_.() /\n\r\x7f\x80\x85é\u0661\u2028\uffff\U00010437\U0010ffff") | st.characters(codec="utf-8")))
def test_a_pattern_matches_alike_in_both_engines(pattern: str, text: str) -> None:
    fast = jsonschema_rs.Draft202012Validator({"pattern": pattern})

    assert fast.is_valid(text) == bool(re.search(pattern.removesuffix("$") + r"\Z", text))


def test_every_pattern_has_words_in_messages() -> None:
    assert sorted(PATTERN_WORDS) == PATTERNS, "PATTERN_WORDS of validator/contract/keywords.py says what each pattern asks for"


def test_every_format_has_a_parser_and_is_used() -> None:
    assert {part["format"] for _, part in EVERY if "format" in part} == set(FORMATS)


# All schemas


def test_the_definitions_are_the_documented_ones() -> None:
    assert sorted(schemas.load(schemas.DEFAULT_VERSION).definitions) == sorted(DOCUMENTED)


@pytest.mark.parametrize("version", SHAPES)
def test_every_definition_can_be_reached_from_a_body(version: str) -> None:
    contract = schemas.load(version)
    reached = {"UpdateRun", "ErrorResponse", "SkipProperties"} & set(contract.definitions)
    for _ in contract.definitions:
        reached |= {contract.locate(part["$ref"]) for name in reached for _, part in subschemas(contract.schemas[name]) if "$ref" in part}

    assert sorted(reached) == sorted(contract.definitions)


def test_the_rules_of_the_schemas_are_those_that_the_catalogue_expects_there() -> None:
    stated = {part["x-rule"] for _, part in EVERY if "x-rule" in part}
    of_closed_copies = {UNDOCUMENTED, READ_ONLY}

    assert stated | of_closed_copies == {rule.name for rule in RULES if rule.subject == "schema"}


def test_every_condition_is_a_rule_and_every_rule_a_condition() -> None:
    assert [where for where, part in EVERY if "x-rule" in part] == [where for where, part in EVERY if "if" in part and "then" in part]


# The bibliography


def cited() -> dict[str, list[str]]:
    """Return the citations of all schemas and rules, with the places of each."""
    found: dict[str, list[str]] = {}
    for version, name in EACH:
        contract = schemas.load(version)
        for location in contract.constraints(name):
            found.setdefault(contract.cites(name, location), []).append(f"{version} {name}#{to_pointer(location)}")
    for rule in RULES:
        found.setdefault(rule.cites, []).append(rule.name)
    return found


ANCHORS = [f"{source}#{anchor}" for source, entry in schemas.sources().items() for anchor in entry["anchors"]]


def test_every_citation_leads_to_an_anchor() -> None:
    unknown = {citation: places for citation, places in cited().items() if citation not in ANCHORS}
    assert not unknown, f"correct these citations, or add their anchors to schemas/sources.json: {unknown}"


def test_no_anchor_and_so_no_source_is_unused() -> None:
    assert [anchor for anchor in ANCHORS if anchor not in cited()] == []


@pytest.mark.parametrize("source", schemas.sources())
def test_a_source_has_a_title_a_place_a_version_and_anchors(source: str) -> None:
    entry = schemas.sources()[source]

    assert list(entry) == ["title", "where", "api-version", "anchors"]
    assert entry["api-version"] in (*schemas.VERSIONS, None)
    assert entry["anchors"]
    assert all(entry["anchors"].values())
