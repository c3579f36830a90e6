"""The hooks for pre-commit, used as a project uses them, by the real pre-commit."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.sources import copy_sources
from validator.pointer import JSON
from validator.readers.paths import DATA
from validator.rules import example
from validator.rules.example import changed

ROOT = Path(__file__).parent.parent
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
WRONG = changed(example.RESPONSE, put={"/properties/status/status/state": "running"})
WARNED = changed(example.RESPONSE, put={"/properties/extra": 1})


def test_the_hooks_take_the_files_that_are_meant_to_be_read() -> None:
    for hook in HOOKS:
        taken = re.compile(hook["files"])
        endings = [form(f"{ending}{gzip}") for ending in DATA for gzip in ("", ".gz") for form in (str.lower, str.upper)]
        assert all(taken.search(f"a{ending}") for ending in endings)
        assert not any(taken.search(name) for name in ("a.py", "json", "a.json.txt", "yaml.md"))


def test_the_hooks_need_a_pre_commit_that_knows_their_keys() -> None:
    assert {hook["minimum_pre_commit_version"] for hook in HOOKS if hook["require_serial"]} == {"1.13.0"}


def test_the_readme_shows_a_configuration_with_these_hooks() -> None:
    readme = (ROOT / "README.md").read_text()
    (shown,) = re.findall(r"```yaml\n(repos:\n.*?)```", readme, re.DOTALL)
    (repository,) = yaml.safe_load(shown)["repos"]
    ids = [hook["id"] for hook in HOOKS]
    assert [hook["id"] for hook in repository["hooks"]] == ids[:1]
    assert all(f"`{name}`" in readme for name in ids[1:])


class Project:
    """A repository with the hooks, and how one works in it."""

    def __init__(self, folder: Path, hooks: list[dict[str, object]]) -> None:
        self.folder = folder
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PRE_COMMIT_HOME": str(folder / "store")}
        who = {f"GIT_{role}_{what}": "a@b.invalid" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.environment = os.environ | own | who | {"PIP_CONSTRAINT": str(folder / "constraints.txt")}
        # Without their hashes, which pip would ask of the repository of the hooks, too.
        pins = re.findall(r"^\S+==\S+", (ROOT / "requirements" / "test.txt").read_text(), re.MULTILINE)
        (folder / "constraints.txt").write_text("\n".join(pins))
        source = folder / "source"
        copy_sources(source, ".pre-commit-hooks.yaml")
        self.run("git", "init", "--quiet", cwd=source)
        self.run("git", "add", ".", cwd=source)
        self.run("git", "commit", "--quiet", "--message", "Begin", cwd=source)
        revision = self.run("git", "rev-parse", "HEAD", cwd=source).stdout.strip()
        self.work = folder / "work"
        self.work.mkdir()
        self.run("git", "init", "--quiet")
        config = {"repos": [{"repo": str(source), "rev": revision, "hooks": hooks}]}
        (self.work / ".pre-commit-config.yaml").write_text(json.dumps(config))
        self.run("git", "add", ".")

    def run(self, *command: str, cwd: Path | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        where = cwd or self.work
        return subprocess.run(command, cwd=where, env=self.environment, capture_output=True, text=True, check=check)

    def pre_commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "pre_commit", *arguments, check=False)

    def commit(self, **files: object) -> subprocess.CompletedProcess[str]:
        return self.commit_texts({f"{name}.json": json.dumps(content, indent=2) for name, content in files.items()})

    def commit_texts(self, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
        for name, text in files.items():
            (self.work / name).write_text(text)
        self.run("git", "add", *files)
        return self.run("git", "commit", "--message", "Change", check=False)

    def undo(self) -> None:
        self.run("git", "reset", "--hard", "--quiet")


@pytest.fixture(scope="module")
def hooked_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Make a repository in which the lenient hook looks at every commit, and the strict one where it is asked to."""
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    hooks: list[dict[str, object]] = [{"id": "updaterun-check", "verbose": True}, {"id": "updaterun-check-strict", "stages": ["manual"]}]
    project = Project(tmp_path_factory.mktemp("project"), hooks)
    installed = project.pre_commit("install", "--install-hooks")
    if installed.returncode != 0:
        wanted = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(project.folder / "index"), "hatchling"]
        if project.run(*wanted, check=False).returncode != 0:
            pytest.skip("there is no package index")
        pytest.fail(installed.stdout + installed.stderr)
    return project


def cassette_yaml(body: JSON) -> str:
    """Write a cassette of VCR.py, with a GET of the run."""
    url = f"https://management.azure.com{example.RESPONSE['id']}?api-version=2025-03-01"
    request: JSON = {"method": "GET", "uri": url, "body": None, "headers": {}}
    response: JSON = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": json.dumps(body)}}
    return yaml.safe_dump({"interactions": [{"request": request, "response": response}], "version": 1}, sort_keys=False, width=10_000)


@pytest.mark.process
def test_the_hooks_refuse_what_is_wrong_in_yaml(hooked_project: Project) -> None:
    compose = yaml.safe_dump({"services": {"api": {"image": "api:1"}}, "error": {"code": 500, "message": "no"}})
    good = {"run.yaml": yaml.safe_dump(example.RESPONSE), "recorded.yml": cassette_yaml(example.RESPONSE), "compose.yaml": compose}
    done = hooked_project.commit_texts(good)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Checked 1 document and 1 exchange in 2 files: no findings." in done.stdout + done.stderr

    bad = {"run.yaml": yaml.safe_dump(WRONG), "recorded.yml": cassette_yaml(WRONG)}
    refused = hooked_project.commit_texts(bad)
    assert refused.returncode == 1
    for name, word in (("run.yaml", "state: running"), ("recorded.yml", "string: ")):
        line = next(number for number, text in enumerate(bad[name].splitlines(), 1) if word in text)
        place = rf"^{re.escape(name)}:{line}:\d+: error schema/enum "
        assert re.search(place, refused.stdout + refused.stderr, re.MULTILINE), name
    hooked_project.undo()


@pytest.mark.process
def test_the_hooks_refuse_what_is_wrong_and_not_known_and_nothing_else(hooked_project: Project) -> None:
    good = hooked_project.commit(good=example.RESPONSE, warned=WARNED, package={"name": "other", "version": "1.0.0"})
    assert good.returncode == 0, good.stdout + good.stderr

    bad = hooked_project.commit(bad=WRONG)
    assert bad.returncode == 1
    line = next(number for number, text in enumerate(json.dumps(WRONG, indent=2).splitlines(), 1) if '"running"' in text)
    assert re.search(rf"^bad\.json:{line}:\d+: error schema/enum ", bad.stdout + bad.stderr, re.MULTILINE)
    hooked_project.undo()

    other = hooked_project.commit(package={"name": "other", "version": "1.0.1"})
    assert other.returncode == 0, "a commit of unrelated files"

    strict = hooked_project.pre_commit("run", "updaterun-check-strict", "--hook-stage", "manual", "--files", "warned.json")
    assert strict.returncode == 1
    assert " undocumented-property " in strict.stdout

    (hooked_project.work / "pyproject.toml").write_text('[tool.updaterun]\nbaseline = "known.json"\nexclude = ["generated-*"]\n')
    wrong = {f"wrong{number}": WRONG for number in range(40)}
    row = {"rule": "schema/enum", "pointer": "/properties/status/status/state", "reason": "on purpose"}
    known = {"expected": [{"file": f"{name}.json"} | row for name in wrong]}
    known["expected"].append({"file": "warned.json", "rule": "undocumented-property", "pointer": "/properties/extra"})
    shards = hooked_project.commit(known=known, **wrong, **{"generated-wrong": WRONG})
    assert shards.returncode == 0, shards.stdout + shards.stderr
    reported = re.findall(
        r"^Checked (\d+) documents and 1 exchange in .*: no new findings \(\d+ known\)\.$", shards.stdout + shards.stderr, re.MULTILINE
    )
    assert reported == ["43"], "one process has all the files, and the others as the baseline is new"

    stale = hooked_project.commit(wrong7=example.RESPONSE)
    assert stale.returncode == 1
    assert "wrong7.json /properties/status/status/state: schema/enum is expected, and not found any more" in stale.stdout + stale.stderr
    hooked_project.undo()

    hooked_project.run("git", "rm", "--quiet", "wrong8.json")
    removed = hooked_project.run("git", "commit", "--message", "Remove", check=False)
    assert removed.returncode == 1
    assert "wrong8.json: there is no such file" in removed.stdout + removed.stderr
