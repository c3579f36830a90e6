"""The cases of each definition.

A case file has the format of the JSON-Schema-Test-Suite, with some additions. In a group with the `side` request, valid is
what a request may set. A test with `errors` lists all errors in its data, where there are several or might be.

The cases of the default api-version are in `cases/definitions`, and those of a patch in the folder of its name there. They add to
the cases of the folders before, except those that a group lists under `omits`, by their descriptions or that of their group.
"""

from __future__ import annotations

import json
import pathlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from validator.contract import schemas
from validator.pointer import JSON

CASES = pathlib.Path(__file__).parent.parent / "cases" / "definitions"


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


@cache
def definition_cases(version: str, definition: str) -> tuple[DefinitionCase, ...]:
    """Return the cases of a definition at an api-version."""
    found: list[DefinitionCase] = []
    for folder in ("", *schemas.PUBLISHED[version].folders):
        for group in groups_of(folder, definition):
            omitted = group.get("omits", ())
            found = [case for case in found if case.group not in omitted and case.description not in omitted]
            found += [_definition_case(definition, group, test) for test in group["tests"]]
    return tuple(found)


def _definition_case(definition: str, group: Any, test: Any) -> DefinitionCase:
    errors = frozenset((error["rule"], error["pointer"]) for error in test["errors"]) if "errors" in test else None
    return DefinitionCase(definition, group["description"], test["description"], group.get("side"), test["data"], test["valid"], errors)


def groups_of(folder: str, definition: str) -> Any:
    """Return the groups of the case file of a definition in a folder, none if there is no file."""
    path = CASES / folder / f"{definition}.json"
    return json.loads(path.read_bytes()) if path.exists() else []
