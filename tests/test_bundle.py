"""A bundle, in each of its forms, accepts what our own engine accepts, and has what editors show."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import validator
from tests.editors.__main__ import LINT_EXCEPTIONS, ROWS
from tests.editors.documents import CLEAN, judged_documents
from tests.support.definition_cases import definition_cases
from tests.support.documents import near
from tests.support.ecma import ecma_pattern
from tests.support.for_each import for_each
from tests.support.profiles import at_most
from tests.support.prose import ROOT
from tests.support.versions import SHAPES
from validator.contract import schemas
from validator.contract.bundle import DRAFTS, Bundle, Draft
from validator.contract.formats import FORMATS
from validator.contract.schema_errors import READ_ONLY, UNDOCUMENTED, schema_errors
from validator.pointer import JSON, walk
from validator.readers import recognition
from validator.strategies import error_responses, list_pages, update_runs, violations
from validator.strategies.violation import Violation, check_as

CONTRACT = schemas.load()
STATED = {"kubernetes-version-required", "kubernetes-version-forbidden", "custom-images-required", "custom-images-forbidden"}
"""The rules that the schemas state, too."""

EXTRA = {UNDOCUMENTED, READ_ONLY}
"""The rules about properties that only a strict bundle rejects."""

FORMS = [(is_strict, draft) for is_strict in (False, True) for draft in DRAFTS]
SHOWN = {"page": "value", "ErrorResponse": "error", "SkipProperties": "targets", "UpdateRunStrategy": "stages"}
"""The property by which a bundle recognises what is no run, by its `Violation.kind`."""

CLASSES: dict[Draft, Any] = {"2020-12": jsonschema.Draft202012Validator, "7": jsonschema.Draft7Validator}
METASCHEMAS = {
    "2020-12": jsonschema_rs.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA),
    "7": jsonschema_rs.Draft7Validator(jsonschema.Draft7Validator.META_SCHEMA),
}
FORMAT_CHECKER = jsonschema.FormatChecker(formats=())
for _name, _format in FORMATS.items():
    if not _format.keywords:
        FORMAT_CHECKER.checks(_name)(_format.admits)


@cache
def judge(definition: str | None, is_strict: bool, draft: Draft, version: str = CONTRACT.version) -> Any:
    """Return a validator for a bundle of a definition, or of all kinds of documents."""
    form = Bundle(schemas.load(version), is_strict, draft)
    schema = form.of_documents() if definition is None else form.of_definition(definition)
    return ecma_pattern(CLASSES[draft])(schema, format_checker=FORMAT_CHECKER)


def is_accepted(rules: set[str], *, is_strict: bool) -> bool:
    """Return whether a document in which our own engine finds problems of some rules conforms to a bundle."""
    return not rules if is_strict else rules <= EXTRA


# One definition


@pytest.mark.slow
@pytest.mark.parametrize("definition", CONTRACT.definitions)
@at_most(15)
@given(data=st.data())
def test_a_bundle_of_a_definition_judges_as_we_do(definition: str, data: st.DataObject) -> None:
    document = data.draw(near(definition))
    rules = {error.rule for error in schema_errors(document, definition, version=CONTRACT.version)}
    for is_strict, draft in FORMS:
        assert judge(definition, is_strict, draft).is_valid(document) == is_accepted(rules, is_strict=is_strict)


@pytest.mark.slow
@for_each("version, is_strict, draft", [(version, is_strict, draft) for version in SHAPES for is_strict, draft in FORMS[::3]])
def test_a_bundle_of_any_version_judges_the_cases_as_we_do(version: str, is_strict: bool, draft: Draft) -> None:
    for definition in schemas.load(version).schemas:
        accepts = judge(definition, is_strict, draft, version).is_valid
        for case in definition_cases(version, definition):
            rules = {error.rule for error in schema_errors(case.data, definition, version=version)}
            assert accepts(case.data) == is_accepted(rules, is_strict=is_strict), case


# Documents


@pytest.mark.slow
@at_most(60)
@given(document=st.one_of(update_runs(), update_runs(side="request"), list_pages(), st.lists(update_runs(), max_size=2), error_responses()))
def test_each_kind_of_document_conforms(document: JSON) -> None:
    for is_strict, draft in FORMS:
        judge(None, is_strict, draft).validate(document)


@pytest.mark.slow
@pytest.mark.parametrize("version", SHAPES)
@at_most(10)
@given(data=st.data())
def test_a_run_conforms_to_the_bundle_of_its_version(version: str, data: st.DataObject) -> None:
    document = data.draw(st.one_of(update_runs(version=version), update_runs(side="request", version=version)))
    judge(None, True, "2020-12", version).validate(document)


@at_most(60)
@given(violation=st.one_of(*(violations(rule) for rule in (*sorted(STATED), UNDOCUMENTED, READ_ONLY)), violations()))
def test_a_violation_is_rejected_where_a_schema_can_state_the_rule(violation: Violation) -> None:
    document = violation.document
    assume(violation.kind == "run" or (violation.kind in SHOWN and isinstance(document, dict) and SHOWN[violation.kind] in document))
    side = recognition.side(violation.document) if violation.kind == "run" else violation.side
    found = {finding.rule for finding in check_as(violation.document, violation.kind, side)}
    rules = {rule for rule in found if rule.startswith("schema/") or rule in STATED | EXTRA}
    for is_strict, draft in FORMS:
        assert judge(None, is_strict, draft).is_valid(violation.document) == is_accepted(rules, is_strict=is_strict)


@pytest.mark.parametrize(
    "document, place, message",
    [
        ({"error": {"code": 1}}, "error/code", "1 is not of type 'string'"),
        ({"value": {}}, "value", "{} is not of type 'array'"),
        ({"targets": [{"type": "Stage"}]}, "targets/0", "'name' is a required property"),
        ({"stages": []}, "stages", "[] should be non-empty"),
        ([{"properties": 1}], "0/properties", "1 is not of type 'object'"),
        ({"properties": {}}, "properties", "'managedClusterUpdate' is a required property"),
        ({"id": "spring"}, "id", None),
        ("spring", "", "'spring' is not of type 'object'"),
    ],
)
def test_a_message_is_about_the_kind_of_the_document(document: JSON, place: str, message: str | None) -> None:
    for is_strict, draft in FORMS:
        (error,) = judge(None, is_strict, draft).iter_errors(document)
        assert "/".join(map(str, error.absolute_path)) == place
        assert message in (None, error.message)


@pytest.mark.parametrize(
    "document", [{"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}}}, {"value": []}, {"targets": []}]
)
def test_a_document_may_name_its_schema(document: dict[str, JSON]) -> None:
    assert judge(None, True, "2020-12").is_valid(document | {"$schema": "./update-runs.schema.json"})
    assert not judge(None, True, "2020-12").is_valid(document | {"schema": ""})


# The schema


@cache
def bundles() -> list[dict[str, Any]]:
    """Return the bundles of all definitions and documents, of versions that differ, in every form."""
    forms = [Bundle(schemas.load(version), is_strict, draft) for version in SHAPES for is_strict, draft in FORMS]
    return [schema for form in forms for schema in (form.of_documents(), *map(form.of_definition, form.contract.schemas))]


@pytest.mark.slow
def test_a_bundle_is_a_schema_of_its_draft_in_which_every_reference_is_local() -> None:
    for schema in bundles():
        is_new = "2020-12" in schema["$schema"]
        keyword = "$defs" if is_new else "definitions"
        METASCHEMAS["2020-12" if is_new else "7"].validate(schema)
        references = {value for path, value in walk(schema) if path[-1:] == ("$ref",)}
        assert references == {f"#/{keyword}/{name}" for name in schema.get(keyword, ())}


@pytest.mark.slow
def test_a_bundle_has_an_id_of_its_own() -> None:
    assert len({schema["$id"] for schema in bundles()}) == len(bundles())


@pytest.mark.slow
def test_a_bundle_has_none_of_our_own_keywords_and_formats() -> None:
    for schema in bundles():
        assert not any(str(step).startswith("x-") for path, _ in walk(schema) for step in path[-1:])
        assert {value for path, value in walk(schema) if path[-1:] == ("format",)} <= {"date-time", "uuid"}


@pytest.mark.slow
def test_a_reference_in_draft_7_has_no_siblings() -> None:
    for schema in bundles():
        if "draft-07" in schema["$schema"]:
            assert not [path for path, value in walk(schema) if isinstance(value, dict) and "$ref" in value and len(value) > 1]


@pytest.mark.slow
def test_every_value_of_an_enum_has_a_description_of_its_own() -> None:
    for schema in bundles():
        enums = [value["oneOf"] for _, value in walk(schema) if isinstance(value, dict) and "oneOf" in value]
        for enum in enums:
            descriptions = [each["description"] for each in enum]
            assert len(set(descriptions)) == len(enum)


@pytest.mark.slow
def test_an_example_conforms() -> None:
    for version in SHAPES:
        for name, schema in schemas.load(version).schemas.items():
            for example in schema.get("examples", ()):
                judge(name, True, "2020-12", version).validate(example)
            for key, part in schema.get("properties", {}).items():
                for example in part.get("examples", ()):
                    errors = schema_errors({key: example}, name, version=version)
                    assert not [error for error in errors if error.path == (key,) and error.rule != "schema/required"], (name, key)


@for_each("version", SHAPES)
def test_the_examples_of_documents_are_clean(version: str) -> None:
    for example in Bundle(schemas.load(version)).of_documents()["examples"]:
        assert validator.check(example, version=version) == []


# The pattern of a format

SEGMENTS = st.sampled_from(
    ["subscriptions", "Subscriptions", "providers", "PROVIDERS", "resourceGroups", "providersx", "xproviders", "a", "", " ", "ö"]
)


@at_most(300)
@given(
    st.lists(SEGMENTS, max_size=8).map(lambda segments: "".join(f"/{segment}" for segment in segments)),
    st.sampled_from(["", "\n", "/", "x"]),
)
def test_the_keywords_of_a_format_accept_what_its_parser_accepts(path: str, end: str) -> None:
    accepts = ecma_pattern(jsonschema.Draft202012Validator)(FORMATS["arm-id"].keywords).is_valid
    assert accepts(path + end) == (FORMATS["arm-id"].parse(path + end) is not None)


# The handbook


def test_the_table_of_tools_is_of_the_pinned_versions() -> None:
    page = (ROOT / "docs" / "editors.md").read_text()
    table = {line.split(" | ")[1] for line in page.splitlines() if re.search(r"\d of \d", line)}
    assert table == {f"{row.package} {row.versions[row.package]}" for row in ROWS}
    assert all(f"`{rule}`" in page for rule in LINT_EXCEPTIONS)


def test_the_clean_documents_for_tools_are_clean_and_the_others_are_not() -> None:
    for is_strict, draft in FORMS:
        for document, is_conforming in judged_documents(is_strict=is_strict, kinds=tuple(CLEAN)):
            assert judge(None, is_strict, draft).is_valid(document) == is_conforming
