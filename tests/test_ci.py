"""The recipes for CI services, the action and the image: they are valid, pass the audits of their services, and their scripts run."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

from tests.support.prose import ROOT, blocks
from tests.support.sources import FILES
from validator.rules import example
from validator.rules.example import changed

WRONG = changed(example.RESPONSE, put={"/properties/status/status/state": "running"})
CI = (ROOT / "docs" / "ci.md").read_text()
SERVICES = ("GitHub Actions", "GitLab", "Azure Pipelines")
RECIPES = {name: blocks(section, "yaml") for name, _, section in (part.partition("\n") for part in CI.split("\n## ")) if name in SERVICES}
WORKFLOWS = [*RECIPES["GitHub Actions"], *re.findall(r"```yaml\n((?:name|on|jobs):.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
PROGRAMS = Path(sys.executable).parent
USES = re.compile(r"^ +(?:- )?uses: (?P<action>[\w./-]+)@(?P<commit>\S+) # \S", re.MULTILINE)


# Validity

UNKNOWN_TASK = "  - task: AdvancedSecurity-Publish@1\n"
"""The last step of the recipe: the published schema has no task of Advanced Security."""


@pytest.mark.parametrize(
    "schema, texts",
    [
        ("github-workflows", WORKFLOWS),
        ("github-actions", [(ROOT / "action.yml").read_text()]),
        ("gitlab-ci", RECIPES["GitLab"]),
        ("azure-pipelines", [text.partition(UNKNOWN_TASK)[0] for text in RECIPES["Azure Pipelines"]]),
    ],
)
def test_a_recipe_is_valid_by_the_schema_of_its_service(schema: str, texts: list[str], tmp_path: Path) -> None:
    transform = {"azure-pipelines": ["--data-transform", "azure-pipelines"], "gitlab-ci": ["--data-transform", "gitlab-ci"]}.get(schema, [])
    assert texts
    for text in texts:
        path = tmp_path / "recipe.yml"
        path.write_text(text)
        arguments = ["--builtin-schema", f"vendor.{schema}", *transform]
        result = CliRunner().invoke(check_jsonschema, [*arguments, str(path)])
        assert result.exit_code == 0, result.output
        path.write_text(text.replace("steps:", "step:").replace("script:", "scripts:"))
        assert CliRunner().invoke(check_jsonschema, [*arguments, str(path)]).exit_code == 1, "the schema knows nothing of these keys"


@pytest.mark.process
def test_the_workflows_and_the_action_pass_an_audit(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number, text in enumerate(WORKFLOWS):
        (folder / f"{number}.yml").write_text(text)
    shutil.copy(ROOT / "action.yml", tmp_path)
    options = ["--offline", "--no-progress", "--strict-collection", "--format", "json"]
    done = subprocess.run([PROGRAMS / "zizmor", *options, tmp_path], capture_output=True, text=True, check=False)
    assert all(f"workflows/{number}.yml" in done.stderr for number in range(len(WORKFLOWS)))
    assert "action.yml" in done.stderr
    assert [f"{finding['ident']}: {finding['desc']}" for finding in json.loads(done.stdout)] == [], done.stderr
    assert done.returncode == 0


def test_an_action_of_others_is_pinned_to_one_commit() -> None:
    commits: dict[str, set[str]] = defaultdict(set)
    for text in (*WORKFLOWS, (ROOT / "action.yml").read_text()):
        assert len(USES.findall(text)) == text.count("uses:")
        for action, commit in USES.findall(text):
            commits[action].add(commit)
    assert all(len(found) == 1 and re.fullmatch("[0-9a-f]{40}", found.pop()) for found in commits.values()), commits


def test_the_shell_of_the_action_has_nothing_of_an_expression() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)


# The image

DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.mark.process
def test_the_linter_of_dockerfiles_finds_nothing() -> None:
    done = subprocess.run([PROGRAMS / "hadolint", "-"], input=DOCKERFILE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_image_is_slim_pinned_and_for_a_user_without_rights() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim@sha256:[0-9a-f]{64}", bases[0])
    user = re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert user is not None
    assert "0" not in user.groups()


def test_the_image_has_all_that_the_package_is_built_of() -> None:
    copied = {name for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()}
    assert copied == {*FILES, "validator", "schemas", "requirements/run.txt"}


# The scripts


class Machine:
    """A machine of a CI service: a project with recordings, the command, and a `pip` that installs nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        (self.project / "recordings").mkdir(parents=True)
        self.summary = folder / "summary.md"
        self.summary.touch()
        self.output = folder / "output"
        programs = folder / "bin"
        programs.mkdir()
        self.command = self._program("updaterun", f'exec {shlex.quote(sys.executable)} -m validator "$@"')
        self._program("pip", 'echo "pip $*"')

    def _program(self, name: str, script: str) -> Path:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def record(self, name: str, run: object) -> None:
        (self.project / name).write_text(json.dumps(run))

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script as GitHub runs it; other services run a line at a time."""
        own = {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "GITHUB_STEP_SUMMARY": str(self.summary)}
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(shell, cwd=self.project, env=own | environment, capture_output=True, text=True, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def scripts_of(recipe: Any) -> list[str]:
    """Return the scripts in a recipe, in their order."""
    if isinstance(recipe, list):
        return [script for item in recipe for script in scripts_of(item)]
    if not isinstance(recipe, dict):
        return []
    scripts = [value for key in ("run", "script") for value in [recipe.get(key)] if value is not None]
    own = [line for value in scripts for line in (value if isinstance(value, list) else [value])]
    return [*own, *(script for key, value in recipe.items() if key not in {"run", "script"} for script in scripts_of(value))]


BY_HAND = [(service, recipe) for service, recipes in RECIPES.items() for recipe in recipes if "pip install" in recipe]


@pytest.mark.process
@pytest.mark.parametrize("service, recipe", BY_HAND, ids=[service for service, _ in BY_HAND])
def test_the_scripts_of_a_recipe_run_and_write_every_report_that_it_publishes(service: str, recipe: str, machine: Machine) -> None:
    assert {name for name, _ in BY_HAND} == set(SERVICES)
    install, check = scripts_of(yaml.safe_load(recipe))
    assert machine.run(install).stdout == "pip install git+https://example.com/updaterun-validator\n"
    for run, status in ((example.RESPONSE, 0), (WRONG, 1)):
        machine.record("recordings/run.json", run)
        done = machine.run(check)
        assert done.returncode == status, done.stdout + done.stderr
        published = set(re.findall(r"[\w./-]*updaterun\.(?:sarif|xml|json)\b|sarif\b(?=})", recipe.partition("updaterun check")[2]))
        assert published, service
        assert all((machine.project / name).exists() for name in published)
    if service == "GitHub Actions":
        assert "::error file=recordings/run.json" in done.stdout
        assert "running" in machine.summary.read_text()
    if service == "Azure Pipelines":
        assert "##vso[task.logissue type=error;sourcepath=recordings/run.json" in done.stdout
    if service == "GitLab":
        (issue,) = json.loads((machine.project / "updaterun.json").read_text())
        assert issue["location"]["path"] == "recordings/run.json"


def action_step(name: str) -> tuple[str, set[str]]:
    """Return the script of a step of the action, and the names in its environment."""
    (step,) = (step for step in ACTION["runs"]["steps"] if step.get("name") == name)
    return step["run"], set(step["env"])


def outputs_in(path: Path) -> dict[str, str]:
    lines = path.read_text().splitlines() if path.exists() else []
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def run_check_step(machine: Machine, *, paths: str, options: str = "") -> subprocess.CompletedProcess[str]:
    script, names = action_step("Check")
    given = {"COMMAND": str(machine.command), "FOLDER": str(machine.folder), "PATHS": paths, "OPTIONS": options}
    assert set(given) == names
    return machine.run(script, **given, GITHUB_OUTPUT=str(machine.output))


@pytest.mark.process
def test_the_action_checks_its_paths_with_its_options(machine: Machine) -> None:
    machine.record("recordings/run.json", example.RESPONSE)
    machine.record("a b.json", WRONG)
    right = run_check_step(machine, paths="recordings/\n")
    assert (right.returncode, "::error" in right.stdout) == (0, False), right.stderr
    wrong = run_check_step(machine, paths="recordings/\na b.json\n", options="--fail-on=warning\n--verbose\n")
    assert wrong.returncode == 1
    assert "::error file=a b.json,line=1" in wrong.stdout
    assert "running" in machine.summary.read_text()
    written = outputs_in(machine.output)
    assert set(written) == {"sarif", "junit"} == set(ACTION["outputs"])
    assert json.loads(Path(written["sarif"]).read_text())["runs"][0]["results"]
    assert "<failure" in Path(written["junit"]).read_text()


@pytest.mark.process
def test_the_action_does_not_run_what_its_inputs_say(machine: Machine) -> None:
    machine.record("recordings/run.json", example.RESPONSE)
    hostile = "$(touch owned)\n`touch owned`\n; touch owned\n' touch owned '\n\" && touch owned \"\n"
    done = run_check_step(machine, paths=f"{hostile}--output=owned\n")
    assert "no such file or folder: $(touch owned)" in done.stderr
    assert "no such file or folder: --output=owned" in done.stderr
    assert run_check_step(machine, paths="recordings/", options=f"--select\n{hostile}").returncode == 2
    assert not (machine.project / "owned").exists()


@pytest.mark.process
def test_the_action_fails_without_a_report_for_a_wrong_option(machine: Machine) -> None:
    done = run_check_step(machine, paths=".", options="--no-such-option")
    assert (done.returncode, outputs_in(machine.output)) == (2, {})
    assert "no-such-option" in done.stderr


@pytest.mark.process
@pytest.mark.parametrize("scripts", ["bin", "Scripts"])
def test_the_action_installs_what_is_locked_from_its_own_folder(scripts: str, machine: Machine) -> None:
    script, names = action_step("Install")
    python = machine._program("python", f'mkdir -p "$3/{scripts}"; cp "$0.pip" "$3/{scripts}/python"')  # noqa: SLF001
    machine._program("python.pip", 'echo "$*"')  # noqa: SLF001
    given = {"PYTHON": str(python), "UPLOAD": "nothing"}
    assert set(given) == names
    done = machine.run(
        script, **given, RUNNER_TEMP=str(machine.folder), GITHUB_ACTION_PATH="/the action", GITHUB_OUTPUT=str(machine.output)
    )
    assert done.stdout.splitlines() == [
        "-m pip install --quiet --requirement /the action/requirements/run.txt",
        "-m pip install --quiet --no-deps --no-build-isolation /the action",
    ]
    written = outputs_in(machine.output)
    assert written["command"] == f"{written['folder']}/venv/{scripts}/updaterun"
    assert machine.run(script, PYTHON=str(python), UPLOAD="alerts").returncode == 2


def test_the_page_has_every_input_of_the_action_with_its_default() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.*) \|$", CI.partition("| input |")[2].partition("\n\n")[0], re.MULTILINE)
    assert [name for name, _ in rows] == list(ACTION["inputs"])
    described = dict(rows)
    assert f"by default {ACTION['inputs']['python-version']['default']}" in described["python-version"]
    assert described["upload"].endswith(f"`{ACTION['inputs']['upload']['default']}`, which is the default")
