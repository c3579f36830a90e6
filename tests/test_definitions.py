"""Each definition, held by the cases of its file in both engines; and each of its constraints, held by one of them.

A case file has the format of the JSON-Schema-Test-Suite, with two additions. A group with a `side` asks whether
a request may set what is in the data, which no schema asserts. A test with `breaches` says all that is wrong
with its data, where that is more than one thing, or must be no more.
"""

from __future__ import annotations

import copy
import json
import os
import pathlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

import validator
from validator.contract import objects, schema_errors, schemas
from validator.pointer import JSON, Path, to_pointer
from validator.rules.properties import read_only_in_request

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
"""The constraints that never reject alone: the pattern beside them rejects the empty string too."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test of a case file, with what its group says of it."""

    definition: str
    group: str
    description: str
    side: str | None
    data: JSON
    valid: bool
    breaches: frozenset[tuple[str, str]] | None

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
def cases(definition: str) -> tuple[Case, ...]:
    """Read the case file of a definition."""
    return tuple(
        Case(
            definition,
            group["description"],
            test["description"],
            group.get("side"),
            test["data"],
            test["valid"],
            frozenset((breach["rule"], breach["pointer"]) for breach in test["breaches"]) if "breaches" in test else None,
        )
        for group in _groups(definition)
        for test in group["tests"]
    )


def _groups(definition: str) -> Any:
    return json.loads((CASES / f"{definition}.json").read_bytes())


def constraints() -> list[Constraint]:
    """List the constraints of all definitions, each required name as one; what constrains is what has a citation."""
    return [
        Constraint(definition, (*at, keyword, *named))
        for definition, schema in SCHEMAS.items()
        for at, part in _parts(schema)
        for keyword in part.get("x-cites", ())
        for named in ([(name,) for name in part["required"]] if keyword == "required" else [()])
    ]


def values() -> list[Constraint]:
    """List the values of all enums, those of conditions included."""
    return [
        Constraint(definition, (*at, "enum", value))
        for definition, schema in SCHEMAS.items()
        for at, part in _parts(schema)
        if isinstance(part.get("enum"), list)
        for value in part["enum"]
    ]


def _parts(schema: Any, at: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give all objects in a schema, with the locations of them."""
    if isinstance(schema, dict):
        yield at, schema
    for step, part in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if isinstance(part, dict | list):
            yield from _parts(part, (*at, step))


def broken(case: Case, version: str) -> frozenset[tuple[str, str]]:
    """Give what the data of a case breaks at a version: rules, each with the pointer to where.

    Of a request that is all that is read-only, the name of a run included, which `check` tolerates.
    """
    if case.side == "request":
        documented = objects.objects(case.data, case.definition, version, writable=True)
        issues = [issue for target in documented for issue in read_only_in_request.check(target)]
        return frozenset((read_only_in_request.name, to_pointer(issue.path)) for issue in issues)
    return frozenset((breach.rule, to_pointer(breach.path)) for breach in schema_errors.breaches(case.data, case.definition, version))


@pytest.fixture
def without(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Constraint], str]:
    """Give a version of the contract that lacks a constraint: a folder of schemas, as every version is one."""
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


def test_every_definition_has_a_case_file_and_every_case_file_a_definition() -> None:
    assert sorted(os.listdir(CASES)) == sorted(f"{name}.json" for name in SCHEMAS)


@pytest.mark.parametrize("definition", SCHEMAS)
def test_a_case_file_is_about_its_definition(definition: str) -> None:
    assert {group["schema"]["$ref"] for group in _groups(definition)} == {SCHEMAS[definition]["$id"]}


@pytest.mark.parametrize("definition", SCHEMAS)
def test_no_claim_is_made_twice(definition: str) -> None:
    claims = [str(case) for case in cases(definition)]

    assert sorted(claims) == sorted(set(claims))


@pytest.mark.parametrize("engine", schema_errors.ENGINES)
@pytest.mark.parametrize("definition", SCHEMAS)
def test_a_schema_admits_what_is_valid_and_nothing_else(definition: str, engine: schema_errors.EngineName) -> None:
    wrong = [
        str(case)
        for case in cases(definition)
        if case.side is None and case.valid == bool(schema_errors.breaches(case.data, definition, VERSION, engine))
    ]

    assert wrong == []


@pytest.mark.parametrize("engine", schema_errors.ENGINES)
@pytest.mark.parametrize("definition", SCHEMAS)
def test_what_is_wrong_is_all_that_is_reported(definition: str, engine: schema_errors.EngineName) -> None:
    listed = [case for case in cases(definition) if case.breaches is not None]
    found = [
        frozenset((breach.rule, to_pointer(breach.path)) for breach in schema_errors.breaches(case.data, definition, VERSION, engine))
        for case in listed
    ]

    assert found == [case.breaches for case in listed]


@pytest.mark.parametrize("definition", SCHEMAS)
def test_both_engines_report_the_same(definition: str) -> None:
    data = [case.data for case in cases(definition)]

    assert [schema_errors.breaches(value, definition, VERSION, "fast") for value in data] == [
        schema_errors.breaches(value, definition, VERSION, "reference") for value in data
    ]


@pytest.mark.parametrize("definition", SCHEMAS)
def test_a_request_may_set_what_is_valid_and_nothing_else(definition: str) -> None:
    wrong = [
        str(case)
        for case in cases(definition)
        if case.side == "request"
        and case.valid
        == any(finding.rule == "read-only-in-request" for finding in validator.check(case.data, definition=definition, side="request"))
    ]

    assert wrong == []


# Constraints and cases


@pytest.mark.parametrize("constraint", [each for each in (*constraints(), *values()) if str(each) not in IMPLIED], ids=str)
def test_without_a_constraint_some_case_has_another_verdict(constraint: Constraint, without: Callable[[Constraint], str]) -> None:
    version = without(constraint)

    assert any(bool(broken(case, VERSION)) != bool(broken(case, version)) for case in cases(constraint.definition))


@pytest.mark.parametrize("constraint", [each for each in constraints() if str(each) in IMPLIED], ids=str)
def test_without_an_implied_constraint_some_case_breaks_something_less(
    constraint: Constraint, without: Callable[[Constraint], str]
) -> None:
    version = without(constraint)

    assert any(broken(case, VERSION) > broken(case, version) for case in cases(constraint.definition))


@pytest.mark.parametrize("name", sorted(IMPLIED))
def test_an_implied_constraint_is_still_implied(name: str) -> None:
    constraint = {str(each): each for each in constraints()}[name]
    beside = schemas.load(VERSION).along(constraint.definition, constraint.location)[-2]

    assert beside["minLength"] == 1
    assert not re.search(beside["pattern"], "")
