"""Each definition, tested by the cases in its file with both engines; and each of its constraints, tested by one of them.

A case file has the format of the JSON-Schema-Test-Suite, with two additions. In a group with the `side` request, valid is
what a request may set. A test with `errors` lists all errors in its data, where there are several or might be.
"""

from __future__ import annotations

import copy
import json
import pathlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

import validator
from validator.contract import schemas
from validator.contract.schema_errors import ENGINES, READ_ONLY, UNDOCUMENTED, EngineName, SchemaError, schema_errors
from validator.findings import Side
from validator.pointer import JSON, Path, to_pointer
from validator.rules.rule import BOTH

VERSION = "2025-03-01"
SCHEMAS = schemas.load(VERSION).schemas
CASES = pathlib.Path(__file__).parent / "cases" / "definitions"

IMPLIED = {
    "UpdateGroup#/properties/name/minLength",
    "UpdateRun#/properties/name/minLength",
    "UpdateRunsGet#/properties/fleetName/minLength",
    "UpdateRunsGet#/properties/resourceGroupName/minLength",
    "UpdateRunsGet#/properties/updateRunName/minLength",
    "UpdateStage#/properties/name/minLength",
}
"""The constraints that never reject a value alone: the pattern next to them rejects the empty string too."""


@dataclass(frozen=True, slots=True)
class DefinitionCase:
    """One test of a case file, with what its group says about it."""

    definition: str
    group: str
    description: str
    side: str | None
    data: JSON
    valid: bool
    errors: frozenset[tuple[str, str]] | None

    def __str__(self) -> str:
        return f"{self.definition}: {self.group}: {self.description}"


@dataclass(frozen=True, slots=True)
class Constraint:
    """A keyword of a definition's schema that constrains, or one of the names or values that it lists."""

    definition: str
    location: Path

    def __str__(self) -> str:
        return f"{self.definition}#{to_pointer(self.location)}"


@cache
def definition_cases(definition: str) -> tuple[DefinitionCase, ...]:
    """Return the cases in the file of a definition."""
    return tuple(
        DefinitionCase(
            definition,
            group["description"],
            test["description"],
            group.get("side"),
            test["data"],
            test["valid"],
            frozenset((error["rule"], error["pointer"]) for error in test["errors"]) if "errors" in test else None,
        )
        for group in _groups(definition)
        for test in group["tests"]
    )


def _groups(definition: str) -> Any:
    return json.loads((CASES / f"{definition}.json").read_bytes())


def constraints() -> list[Constraint]:
    """Return the constraints of all definitions, with one for each name that is required."""
    contract = schemas.load(VERSION)
    return [
        Constraint(definition, (*location, *name))
        for definition in SCHEMAS
        for location in contract.constraints(definition)
        for name in ([(name,) for name in contract.along(definition, location)[-1]] if location[-1] == "required" else [()])
    ]


def values() -> list[Constraint]:
    """Return the values of all enums, including those of conditions."""
    return [
        Constraint(definition, (*at, "enum", value))
        for definition, schema in SCHEMAS.items()
        for at, part in _parts(schema)
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


def errors_in(case: DefinitionCase, version: str = VERSION, engine: EngineName = "fast") -> list[SchemaError]:
    """Return the errors that a case is about: read-only properties in a request, and in a response all others but undocumented ones."""
    side: Side = "request" if case.side == "request" else "response"
    found = schema_errors(case.data, case.definition, side=side, version=version, engine=engine)
    return [error for error in found if (error.rule == READ_ONLY if side == "request" else error.rule != UNDOCUMENTED)]


def places_in(case: DefinitionCase, version: str = VERSION, engine: EngineName = "fast") -> frozenset[tuple[str, str]]:
    """Return the rules of the errors that a case is about, each with a pointer."""
    return frozenset((error.rule, to_pointer(error.path)) for error in errors_in(case, version, engine))


@pytest.fixture
def version_without(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Constraint], str]:
    """Return a function that makes a version of the contract without a constraint: a folder of schemas, as every version is."""
    monkeypatch.setattr(schemas, "SCHEMAS", tmp_path)

    def made(constraint: Constraint) -> str:
        version = f"without {constraint}".replace("/", ".")
        changed = copy.deepcopy(SCHEMAS)
        holder: Any = changed[constraint.definition]
        for step in constraint.location[:-1]:
            holder = holder[step]
        if isinstance(holder, list):
            holder.remove(constraint.location[-1])
        else:
            del holder[constraint.location[-1]]
        (tmp_path / version).mkdir()
        for name, schema in changed.items():
            (tmp_path / version / f"{name}.json").write_text(json.dumps(schema))
        return version

    return made


# Cases and schemas


def test_every_definition_has_a_case_file() -> None:
    lacking = sorted(set(SCHEMAS) - {path.stem for path in CASES.iterdir()})
    assert not lacking, f"write {lacking} in tests/cases/definitions: groups of tests, as in the files there"


def test_every_case_file_has_a_definition() -> None:
    unknown = sorted({path.stem for path in CASES.iterdir()} - set(SCHEMAS))
    assert not unknown, f"rename or remove {unknown} in tests/cases/definitions: there are no schemas of these names"


@pytest.mark.parametrize("definition", SCHEMAS)
def test_a_case_file_is_about_its_definition(definition: str) -> None:
    assert {group["schema"]["$ref"] for group in _groups(definition)} == {SCHEMAS[definition]["$id"]}


@pytest.mark.parametrize("definition", SCHEMAS)
def test_no_claim_is_made_twice(definition: str) -> None:
    claims = [str(case) for case in definition_cases(definition)]

    assert sorted(claims) == sorted(set(claims))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("definition", SCHEMAS)
def test_a_schema_admits_the_valid_cases_and_rejects_the_others(definition: str, engine: EngineName) -> None:
    assert [
        str(case) for case in definition_cases(definition) if case.side is None and case.valid == bool(errors_in(case, engine=engine))
    ] == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("definition", SCHEMAS)
def test_the_errors_of_a_case_are_all_that_is_reported(definition: str, engine: EngineName) -> None:
    listed = [case for case in definition_cases(definition) if case.errors is not None]

    assert [places_in(case, engine=engine) for case in listed] == [case.errors for case in listed]


@pytest.mark.parametrize("side", BOTH)
@pytest.mark.parametrize("definition", SCHEMAS)
def test_both_engines_report_the_same(definition: str, side: Side) -> None:
    fast, reference = (
        [schema_errors(case.data, definition, side=side, version=VERSION, engine=engine) for case in definition_cases(definition)]
        for engine in ENGINES
    )

    assert fast == reference


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("definition", SCHEMAS)
def test_check_reports_the_read_only_properties_of_a_request(definition: str, engine: EngineName) -> None:
    wrong = [
        str(case)
        for case in definition_cases(definition)
        if case.side == "request"
        and case.valid
        == any(finding.rule == READ_ONLY for finding in validator.check(case.data, definition=definition, side="request", engine=engine))
    ]

    assert wrong == []


# Constraints and cases


@pytest.mark.parametrize("constraint", [each for each in (*constraints(), *values()) if str(each) not in IMPLIED], ids=str)
def test_without_a_constraint_a_case_has_another_verdict(constraint: Constraint, version_without: Callable[[Constraint], str]) -> None:
    version = version_without(constraint)

    assert any(bool(errors_in(case)) != bool(errors_in(case, version)) for case in definition_cases(constraint.definition)), (
        f"add a case to {constraint.definition}.json that is invalid, or valid, only because of {constraint}"
    )


@pytest.mark.parametrize("constraint", [each for each in constraints() if str(each) in IMPLIED], ids=str)
def test_without_an_implied_constraint_a_case_has_fewer_errors(
    constraint: Constraint, version_without: Callable[[Constraint], str]
) -> None:
    version = version_without(constraint)

    assert any(places_in(case) > places_in(case, version) for case in definition_cases(constraint.definition))


@pytest.mark.parametrize("name", sorted(IMPLIED))
def test_an_implied_constraint_is_still_implied(name: str) -> None:
    constraint = {str(each): each for each in constraints()}[name]
    schema = schemas.load(VERSION).along(constraint.definition, constraint.location)[-2]

    assert schema["minLength"] == 1
    assert not re.search(schema["pattern"], "")
