"""The lower bounds of `pyproject.toml` are honest: the oldest versions that it allows do the same work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WORK = """
from hypothesis import given, settings
from validator import check
from validator.contract import schemas
from validator.strategies import error_responses, exchanges, from_definition, histories, list_pages, update_runs, violations
from validator.strategies.bulk import documents

ran = settings(max_examples=8, deadline=None, database=None)

def silent(strategy, **how):
    @ran
    @given(strategy)
    def hold(value):
        assert check(value, **how) == []
        assert check(value, engine="reference", **how) == []
    hold()

for strategy in (update_runs(), update_runs(side="request"), error_responses(), list_pages(), histories()):
    silent(strategy)
for name in schemas.load().definitions:
    silent(from_definition(name), definition=name)

@ran
@given(violations(), exchanges())
def exact(violation, call):
    found = sorted((one.rule, one.pointer) for one in violation.findings())
    assert found == sorted([(violation.rule, violation.pointer), *violation.related])

exact()
for engine in ("fast", "reference"):  # jsonschema-rs 0.58 names another keyword here
    assert [found.rule for found in check({}, definition="ManagedClusterUpdate", engine=engine)] == ["schema/required"]
assert len(list(documents("exchange", 20, 0))) == 20
"""


def oldest() -> list[str]:
    """List what the project depends on, in the oldest versions that it allows."""
    stated = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["strategies"]]
    bounds = [re.fullmatch(r"([\w-]+)>=([\d.]+)", text) for text in stated]
    assert all(bounds), "a bound of another kind has its reason, and a test of its own"
    return [f"{bound[1]}=={bound[2]}" for bound in bounds if bound]


def run_command(*command: object) -> subprocess.CompletedProcess[str]:
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "HYPOTHESIS_", "PYTEST_"))}
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd=ROOT, env=alone)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment with the oldest versions."""
    folder = tmp_path_factory.mktemp("oldest")
    run_command(sys.executable, "-m", "venv", "--without-pip", folder)
    interpreter = folder / "bin" / "python"
    done = run_command(
        sys.executable, "-m", "pip", "--python", interpreter, "install", "--quiet", "--no-compile", "--disable-pip-version-check", *oldest()
    )
    if done.returncode and "No matching distribution" in done.stderr and "from versions: none" in done.stderr:
        pytest.skip("no package index within reach")
    assert done.returncode == 0, done.stderr
    return interpreter


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_the_oldest_versions_check_the_samples(python: Path, engine: str) -> None:
    done = run_command(
        python, "-m", "validator", "check", "samples", "--baseline", "samples/expected.json", "--fail-on", "note", "--engine", engine
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_the_oldest_versions_generate_documents(python: Path, tmp_path: Path) -> None:
    script = tmp_path / "work.py"
    script.write_text(WORK)
    done = run_command(python, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); exec(open({str(script)!r}).read())")
    assert done.returncode == 0, done.stderr
