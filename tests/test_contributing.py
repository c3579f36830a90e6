"""CONTRIBUTING.md, followed step by step in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from validator.rules.example import RESPONSE, changed

ROOT = Path(__file__).parent.parent
RECIPE = (ROOT / "CONTRIBUTING.md").read_text().partition("## How to add a rule\n")[2].partition("\n## ")[0]
NAME = "operation-id-format"
OPERATION = "/properties/status/stages/0/groups/0/members/0/operationId"
WRONG = changed(RESPONSE, put={OPERATION: "1"})


def block(language: str) -> str:
    """Return the only block of code in a language in the recipe, without its indentation."""
    (code,) = re.findall(rf"^   ```{language}\n(.*?)^   ```$", RECIPE, re.DOTALL | re.MULTILINE)
    return re.sub(r"^   ", "", code, flags=re.MULTILINE)


@pytest.fixture
def project_copy(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name in ("validator", "schemas", "tests", "samples", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("language_service", "node_modules"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    return folder


def run_python(project_copy: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run Python in the copy, and return its exit status and output."""
    variables = {**os.environ, "PYTHONPATH": str(project_copy), **environment}
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=project_copy, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


def run_tests(project_copy: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run tests in the copy."""
    return run_python(project_copy, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *arguments, **environment)


@pytest.mark.process
def test_a_rule_is_added_in_three_places(project_copy: Path) -> None:
    module = project_copy / "validator" / "rules" / "resource.py"
    imports = "from __future__ import annotations\n\nfrom ..contract.formats import uuid\nfrom ..run.nodes import Part"
    module.write_text(module.read_text().replace("from __future__ import annotations\n", imports, 1) + "\n\n" + block("python"))
    status, output = run_tests(project_copy, "tests/test_rules.py", "-k", "catalogue")
    assert status == 1
    assert f"add ['{NAME}'] to RULES in validator/rules/catalogue.py" in output

    catalogue = project_copy / "validator" / "rules" / "catalogue.py"
    catalogue.write_text(
        catalogue.read_text().replace("    history.etag_reused,\n", "    history.etag_reused,\n    resource.operation_id_format,\n")
    )
    status, output = run_tests(project_copy, "tests/test_rules.py", "-k", "case_file")
    assert status == 1
    assert f"tests/cases/rules/{NAME}.json" in output

    (project_copy / "tests" / "cases" / "rules" / f"{NAME}.json").write_text(block("json"))
    status, output = run_tests(project_copy, "-m", "golden", "tests/test_readme.py")
    assert status == 1
    assert "run `make golden`" in output

    golden = ["-m", "golden", "tests/test_readme.py", "tests/test_messages.py", "tests/test_reports.py"]
    assert run_tests(project_copy, *golden, UPDATE_GOLDEN="1")[0] == 0
    assert (
        f"| `{NAME}` | warning | response | The operation of a member must be a UUID. |" in (project_copy / "docs" / "rules.md").read_text()
    )
    assert f'{NAME}: expected a UUID, found "1"\n' in (project_copy / "tests" / "golden" / "messages.txt").read_text()
    status, output = run_tests(project_copy, *golden)
    assert status == 0, output
    modules = [f"tests/test_{name}.py" for name in ("rules", "readme", "histories", "strategies")]
    status, output = run_tests(project_copy, *modules, "-k", f"{NAME} or catalogue or case_file or table or every_rule")
    assert status == 0, output

    (project_copy / "logs").mkdir()
    for number in range(3):
        lines = [orjson.dumps(WRONG | {"eTag": f'"{number}-{line}"'}) for line in range(2)]
        (project_copy / "logs" / f"{number}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    for options in ([], ["--jobs", "2"], ["--engine", "reference"]):
        status, output = run_python(project_copy, "-m", "validator", "check", "logs", "--format", "json", *options)
        findings = orjson.loads(output)["findings"]
        assert [(finding["rule"], finding["pointer"]) for finding in findings] == [(NAME, OPERATION)] * 6, options
    assert (
        f'{NAME} /properties/status/stages/0/groups/0/members/0/operationId: expected a UUID, found "1"'
        in run_python(project_copy, "-m", "validator", "explain", NAME)[1]
    )
    violating = ["generate", "update-run", "--invalid", NAME, "--count", "2", "--output", "wrong/"]
    assert run_python(project_copy, "-m", "validator", *violating) == (0, "")
    assert run_python(project_copy, "-m", "validator", "check", "wrong", "--baseline", "wrong/expected.json")[0] == 0
