"""The types of the documents: they are those of the schemas, type checkers refuse what is undocumented, and Hypothesis makes them."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints, is_typeddict

import pytest
from hypothesis import given
from hypothesis import strategies as st

import validator.strategies  # registers the types with Hypothesis
from tests.support import golden
from tests.support.profiles import at_most
from tests.support.type_definitions import module_name, source_of
from validator import check
from validator.contract import schemas
from validator.contract.schemas import PARAMETERS, VERSIONS
from validator.types import UpdateRun

assert validator.strategies

TYPES = Path(__file__).parent.parent / "validator" / "types"


@pytest.mark.golden
@pytest.mark.parametrize("version", VERSIONS)
def test_the_types_of_a_version_are_those_of_its_schemas(version: str) -> None:
    golden.compare(TYPES / f"{module_name(version)}.py", source_of(version))


def test_there_are_types_of_no_other_version() -> None:
    assert {path.stem for path in TYPES.glob("v*.py")} == set(map(module_name, VERSIONS))


def kinds_of(version: str) -> dict[str, Any]:
    """Return the types of the objects of an api-version by name."""
    module = importlib.import_module(f"validator.types.{module_name(version)}")
    return {name: kind for name, kind in vars(module).items() if is_typeddict(kind)}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_type_has_the_properties_of_its_definition(version: str) -> None:
    objects = {name: schema for name, schema in schemas.load(version).schemas.items() if "properties" in schema and name != PARAMETERS}
    objects["UpdateRunProperties"] = objects["UpdateRun"]["properties"]["properties"]
    found = {name: (set(get_type_hints(kind)), set(kind.__required_keys__)) for name, kind in kinds_of(version).items()}
    assert found == {name: (set(schema["properties"]), set(schema.get("required", ()))) for name, schema in objects.items()}


WRONG = """\
from validator.types import UpdateRun, UpdateState
from validator.types.v2026_06_01 import UpdateStage

stage: UpdateStage = {"name": "canary", "groups": [{"name": "eu", "maxConcurrency": "2"}]}
lacking: UpdateStage = {"name": "canary"}  # wrong
state: UpdateState = "running"  # wrong


def name(run: UpdateRun) -> str:
    print(run["propertees"])  # wrong
    return run["properties"]["status"]["stages"][0]["name"]
"""


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("checker", [["mypy", "--strict", "--cache-dir", os.devnull], ["basedpyright"]], ids=["mypy", "pyright"])
def test_a_type_checker_refuses_what_is_undocumented(checker: list[str], tmp_path: Path) -> None:
    pytest.importorskip(checker[0], reason="the extra dev has no type checker of 280 MB")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "basic", "reportTypedDictNotRequiredAccess": false}')
    (tmp_path / "client.py").write_text(WRONG)
    command = [sys.executable, "-m", *checker, "client.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    found = {int(line) for line in re.findall(r"client\.py:(\d+):.*error", done.stdout)}
    assert found == {number for number, line in enumerate(WRONG.splitlines(), start=1) if line.endswith("# wrong")}, done.stdout


# Hypothesis


SHAPES = ("2023-03-15-preview", "2025-03-01", "2026-06-01", "2026-11-02-preview")


@at_most(20)
@given(data=st.data())
@pytest.mark.parametrize("version", SHAPES)
def test_from_type_makes_documents_that_conform(version: str, data: st.DataObject) -> None:
    name, kind = data.draw(st.sampled_from(sorted(kinds_of(version).items())))
    document = data.draw(st.from_type(kind))
    if name == "UpdateRunProperties":
        name, document = "UpdateRun", {"properties": document}
    found = check(document, definition=name, version=version)
    assert [finding for finding in found if finding.rule != "resource-identity-missing"] == []


@at_most(5)
@given(runs=st.from_type(list[UpdateRun]))
def test_from_type_takes_a_type_inside_another(runs: list[UpdateRun]) -> None:
    assert [finding for run in runs for finding in check(run)] == []
