"""Each definition, tested by the cases in its file with both engines; and each of its constraints, tested by one of them."""

from __future__ import annotations

import copy
import json
import pathlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import validator
from tests.support.definition_cases import CASES, DefinitionCase, definition_cases, groups_of
from tests.support.for_each import for_each
from tests.support.versions import EACH, SHAPES, differing
from validator.contract import schemas
from validator.contract.engines import ENGINES, EngineName
from validator.contract.schema_errors import READ_ONLY, UNDOCUMENTED, SchemaError, schema_errors
from validator.findings import Side
from validator.pointer import Path, to_pointer
from validator.rules.rule import BOTH

DEFAULT = schemas.DEFAULT_VERSION
LATER = [(version, name) for version, name in EACH if version >= DEFAULT]
"""The definitions of the default version and of later ones, which have every claim of the case files."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A keyword of a definition's schema that constrains, or one of the names or values that it lists."""

    definition: str
    location: Path

    def __str__(self) -> str:
        return f"{self.definition}#{to_pointer(self.location)}"


def constraints(version: str) -> list[Constraint]:
    """Return the constraints of a version's definitions that are not as in the default version, with one for each required name."""
    contract = schemas.load(version)
    return [
        Constraint(definition, (*location, *name))
        for definition in differing(version)
        for location in contract.constraints(definition)
        for name in ([(name,) for name in contract.along(definition, location)[-1]] if location[-1] == "required" else [()])
    ]


def values(version: str) -> list[Constraint]:
    """Return the values of the enums of these definitions, including those of conditions."""
    return [
        Constraint(definition, (*at, "enum", value))
        for definition in differing(version)
        for at, part in _parts(schemas.load(version).schemas[definition])
        if isinstance(part.get("enum"), list)
        for value in part["enum"]
    ]


def _parts(schema: Any, at: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield all objects in a schema, each with its location."""
    if isinstance(schema, dict):
        yield at, schema
    for step, part in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if isinstance(part, dict | list):
            yield from _parts(part, (*at, step))


def is_implied(version: str, constraint: Constraint) -> bool:
    """Return whether a constraint never rejects a value alone: the pattern next to a `minLength` of 1 rejects the empty string, too."""
    *way, keyword = constraint.location
    schema = schemas.load(version).along(constraint.definition, tuple(way))[-1]
    return keyword == "minLength" and "pattern" in schema and schema["minLength"] == 1 and not re.search(schema["pattern"], "")


def errors_in(case: DefinitionCase, version: str, engine: EngineName = "fast") -> list[SchemaError]:
    """Return the errors that a case is about: read-only properties in a request, and in a response all others but undocumented ones."""
    side: Side = "request" if case.side == "request" else "response"
    found = schema_errors(case.data, case.definition, side=side, version=version, engine=engine)
    return [error for error in found if (error.rule == READ_ONLY if side == "request" else error.rule != UNDOCUMENTED)]


def places_in(case: DefinitionCase, version: str, engine: EngineName = "fast") -> frozenset[tuple[str, str]]:
    """Return the rules of the errors that a case is about, each with a pointer."""
    return frozenset((error.rule, to_pointer(error.path)) for error in errors_in(case, version, engine))


@pytest.fixture
def version_without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Constraint], str]:
    """Return a function that makes a version of the contract without a constraint, in place of a folder with its schemas."""
    versions: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(schemas, "_folder", lambda name: versions[name])

    def made(version: str, constraint: Constraint) -> str:
        name = f"{version} without {constraint}"
        known = schemas.load(version).schemas
        changed = copy.deepcopy(known[constraint.definition])
        holder: Any = changed
        for step in constraint.location[:-1]:
            holder = holder[step]
        if isinstance(holder, list):
            holder[:] = [each for each in holder if each != constraint.location[-1]] or ["nothing else"]
        else:
            del holder[constraint.location[-1]]
        versions[name] = {**known, constraint.definition: changed}
        return name

    return made


# Cases and schemas


FILES = {path.relative_to(schemas.SCHEMAS) for path in pathlib.Path(schemas.SCHEMAS).glob("*/*.json")}
CASE_FILES = {pathlib.Path(DEFAULT, path.name) if path.parent == CASES else path.relative_to(CASES) for path in CASES.rglob("*.json")}


def test_every_schema_has_a_case_file() -> None:
    lacking = sorted(str(path) for path in FILES - CASE_FILES if path.parent.name == DEFAULT or _constrains(path))
    assert not lacking, f"write {lacking} in tests/cases/definitions: groups of tests, as in the files there"


def _constrains(path: pathlib.Path) -> bool:
    """Return whether a patch changes more than a description."""
    schema = json.loads((pathlib.Path(schemas.SCHEMAS) / path).read_bytes())
    return bool(schema.keys() - {"title", "description"})


def test_every_case_file_has_a_schema() -> None:
    unknown = sorted(map(str, CASE_FILES - FILES))
    assert not unknown, f"rename or remove {unknown} in tests/cases/definitions: there are no schemas of these names"


@for_each("path", sorted(CASE_FILES), ids=str)
def test_a_case_file_is_about_its_definition(path: pathlib.Path) -> None:
    folder = "" if path.parent.name == DEFAULT else path.parent.name
    base = schemas.load().schemas["UpdateRun"]["$id"].rpartition(f"/{DEFAULT}/")[0]
    assert {group["schema"]["$ref"] for group in groups_of(folder, path.stem)} == {f"{base}/{path}"}


@pytest.mark.parametrize("path", sorted(CASE_FILES), ids=str)
def test_a_group_omits_what_is_there(path: pathlib.Path) -> None:
    folders = (
        next(known.folders for known in schemas.PUBLISHED.values() if known.folders and known.folders[-1] == path.parent.name)
        if (path.parent.name != DEFAULT)
        else ()
    )
    earlier = {text for folder in ("", *folders[:-1]) for group in groups_of(folder, path.stem) for text in _descriptions(group)}
    omitted = {text for group in groups_of(folders[-1] if folders else "", path.stem) for text in group.get("omits", ())}
    assert omitted <= earlier


def _descriptions(group: Any) -> list[str]:
    return [group["description"], *(test["description"] for test in group["tests"])]


@for_each("version, definition", EACH)
def test_no_claim_is_made_twice(version: str, definition: str) -> None:
    claims = [str(case) for case in definition_cases(version, definition)]

    assert sorted(claims) == sorted(set(claims))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("version, definition", LATER)
def test_a_schema_admits_the_valid_cases_and_rejects_the_others(version: str, definition: str, engine: EngineName) -> None:
    wrong = [
        case for case in definition_cases(version, definition) if case.side is None and case.valid == bool(errors_in(case, version, engine))
    ]
    assert list(map(str, wrong)) == []


@for_each("engine", ENGINES)
@for_each("version, definition", LATER)
def test_the_errors_of_a_case_are_all_that_is_reported(version: str, definition: str, engine: EngineName) -> None:
    listed = [case for case in definition_cases(version, definition) if case.errors is not None]

    assert [places_in(case, version, engine) for case in listed] == [case.errors for case in listed]


@pytest.mark.slow
@pytest.mark.parametrize("side", BOTH)
@pytest.mark.parametrize("version, definition", EACH)
def test_both_engines_report_the_same(version: str, definition: str, side: Side) -> None:
    fast, reference = (
        [schema_errors(case.data, definition, side=side, version=version, engine=engine) for case in definition_cases(version, definition)]
        for engine in ENGINES
    )

    assert fast == reference


@for_each("engine", ENGINES)
@for_each("version, definition", [(version, name) for version, name in LATER if version != DEFAULT])
def test_a_request_must_not_set_read_only_properties(version: str, definition: str, engine: EngineName) -> None:
    requests = [case for case in definition_cases(version, definition) if case.side == "request"]

    assert [str(case) for case in requests if case.valid == bool(errors_in(case, version, engine))] == []


@for_each("engine", ENGINES)
@for_each("definition", differing(DEFAULT))
def test_check_reports_the_read_only_properties_of_a_request(definition: str, engine: EngineName) -> None:
    wrong = [
        str(case)
        for case in definition_cases(DEFAULT, definition)
        if case.side == "request"
        and case.valid
        == any(finding.rule == READ_ONLY for finding in validator.check(case.data, definition=definition, side="request", engine=engine))
    ]

    assert wrong == []


# Constraints and cases

ALL = [(version, each) for version in SHAPES for each in (*constraints(version), *values(version))]


@pytest.mark.slow
@pytest.mark.parametrize("version, definition", sorted({(version, each.definition) for version, each in ALL}))
def test_without_a_constraint_a_case_has_another_verdict(
    version: str, definition: str, version_without: Callable[[str, Constraint], str]
) -> None:
    cases = definition_cases(version, definition)
    verdicts = [bool(errors_in(case, version)) for case in cases]
    lacking = []
    for constraint in [each for at, each in ALL if (at, each.definition) == (version, definition) and not is_implied(at, each)]:
        other = version_without(version, constraint)
        if not any(bool(errors_in(case, other)) != verdict for case, verdict in zip(cases, verdicts, strict=True)):
            lacking.append(str(constraint))

    assert lacking == [], f"add cases to {definition}.json that are invalid, or valid, only because of these"


@for_each("version, constraint", [each for each in ALL if is_implied(*each)])
def test_without_an_implied_constraint_a_case_has_fewer_errors(
    version: str, constraint: Constraint, version_without: Callable[[str, Constraint], str]
) -> None:
    other = version_without(version, constraint)

    assert any(places_in(case, version) > places_in(case, other) for case in definition_cases(version, constraint.definition))
