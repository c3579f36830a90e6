"""What a check of a folder does not look into: hidden folders, what git ignores, and packages that somebody installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis.strategies import lists, sampled_from

from tests.support.command import loaded, updaterun
from validator.readers.paths import find
from validator.rules.example import RESPONSE, changed

WRONG = json.dumps(changed(RESPONSE, put={"/properties/status/status/state": "running"}))
IGNORED = (".hidden", "build", "node_modules", "env")


@pytest.fixture
def ignoring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a repository with a clean file, and wrong ones in folders that are ignored."""
    root = tmp_path / "project"
    for name in (*IGNORED, "runs", ".git"):
        (root / name).mkdir(parents=True)
        (root / name / "wrong.json").write_text(WRONG)
    (root / "runs" / "wrong.json").write_text(json.dumps(RESPONSE))
    (root / "runs" / "secret.json").write_text(WRONG)
    (root / "env" / "pyvenv.cfg").touch()
    (root / ".gitignore").write_text("# made\nbuild/\nsecret.json\n")
    monkeypatch.chdir(root)
    return root


@pytest.mark.usefixtures("ignoring")
def test_what_is_hidden_ignored_or_installed_is_skipped_and_the_summary_says_so() -> None:
    result = updaterun("check", ".")
    skipped = "1 unrelated file and 5 hidden or ignored files and folders; --no-ignore looks there"
    assert (result.exit_code, result.stdout) == (0, f"Checked 1 document in 1 file: no findings.\nSkipped: {skipped}.\n")
    ignored = {"./runs/secret.json", *(f"./{name}" for name in IGNORED)}
    assert set(updaterun("check", ".", "--verbose").stdout.removeprefix(result.stdout).split()) == {"./.gitignore", *ignored}
    report = loaded(updaterun("check", ".", "--format", "json").stdout)
    assert (report["summary"]["ignored"], set(report["ignored"])) == (5, ignored)


@pytest.mark.usefixtures("ignoring")
def test_no_ignore_looks_there() -> None:
    report = loaded(updaterun("check", ".", "--no-ignore", "--format", "json").stdout)
    found = {finding["source"] for finding in report["findings"]}
    assert found == {"./runs/secret.json", *(f"./{name}/wrong.json" for name in IGNORED)}, "git's own folder is no place for captures"
    assert report["ignored"] == []


@pytest.mark.usefixtures("ignoring")
@pytest.mark.parametrize("name", [*IGNORED, "build/../build", "runs/secret.json"])
def test_what_is_named_is_checked_in_any_case(name: str) -> None:
    assert updaterun("check", name).exit_code == 1


@pytest.mark.parametrize("pattern", ["deep", "deep/", "/runs/deep", "runs/deep/**", "runs/deep/*", "*", "runs", "**/deep/**"])
def test_a_named_folder_that_git_ignores_as_a_whole_is_checked(pattern: str, ignoring: Path) -> None:
    (ignoring / "runs" / "deep" / "er").mkdir(parents=True)
    (ignoring / "runs" / "deep" / "er" / "wrong.json").write_text(WRONG)
    (ignoring / ".gitignore").write_text(pattern)
    assert updaterun("check", "runs/deep").exit_code == 1
    assert updaterun("check", "runs/deep/er").exit_code == 1


def test_only_ignored_files_is_exit_2_with_the_reason(ignoring: Path) -> None:
    (ignoring / ".gitignore").write_text("*.json")
    result = updaterun("check", "runs")
    reason = "there are no files in runs except what is hidden or ignored by git, 2 files and folders, which --no-ignore checks"
    assert (result.exit_code, result.stderr) == (2, f"updaterun: nothing to check: {reason}\n")


def test_outside_a_repository_the_patterns_in_the_folder_apply_and_none_above(ignoring: Path) -> None:
    (ignoring / ".git" / "wrong.json").unlink()
    (ignoring / ".git").rmdir()
    assert updaterun("check", "runs").exit_code == 1
    assert updaterun("check", ".").exit_code == 0


@pytest.mark.parametrize("kind", ["device", "pipe", "large"])
def test_a_gitignore_is_a_regular_file_of_bounded_size(kind: str, ignoring: Path) -> None:
    path = ignoring / "runs" / ".gitignore"
    if kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.write_bytes(b"a\n" * 2**18)
    result = updaterun("check", ".")
    reason = "It has more than 262,144 bytes" if kind == "large" else "It is not a regular file"
    assert (result.exit_code, result.output) == (2, f"Error: cannot read {ignoring}/runs/.gitignore: {reason}\n")
    assert updaterun("check", ".", "--no-ignore").exit_code == 1


@pytest.mark.slow
def test_hostile_patterns_take_linear_time(ignoring: Path) -> None:
    (ignoring / ".gitignore").write_text("\n".join(["**/" * 12 + "x", "*a" * 40 + "b", " " * 100_000 + "x", "[" * 1000, "\\" * 1000]))
    (ignoring / "/".join(["a"] * 28)).mkdir(parents=True)
    (ignoring / ("a" * 200)).touch()
    started = time.process_time()
    assert updaterun("check", ".").exit_code == 1
    assert time.process_time() - started < 2


TREE = ("a/a", "a/b.json", "a/ab/a", "a/ab/b/a.json", "b/a", "b/x y", "b/ab/b.json", "ab", "#a", "!a", "a b", "b/*", "b/a\\b")
PARTS = (
    "a",
    "b",
    "ab",
    "*",
    "**",
    "?",
    "/",
    "!",
    "#",
    " ",
    "\\a",
    "\\*",
    "\\ ",
    "\\#",
    "[ab]",
    "[^a]",
    "[!b]",
    ".json",
    "a/",
    "**/",
    "/**",
    "*.json",
    "x y",
)
PATTERN = lists(sampled_from(PARTS), min_size=1, max_size=5).map("".join).filter(lambda text: re.search(r"[^/!]\*\*", text) is None)
"""A pattern. In `a**`, which its manual calls two regular asterisks, git 2.39 takes them for folders, as it strips the `a` first."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with some files."""
    folder = tmp_path_factory.mktemp("repository").resolve()
    (folder / ".git" / "objects").mkdir(parents=True)
    (folder / ".git" / "refs").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    for path in TREE:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    return folder


@pytest.mark.process
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@settings(max_examples=50, deadline=None)
@given(root=lists(PATTERN, max_size=4), below=lists(PATTERN, max_size=3))
def test_a_file_is_ignored_if_git_ignores_it(root: list[str], below: list[str], repository: Path) -> None:
    (repository / ".gitignore").write_text("\n".join(root))
    (repository / "a" / ".gitignore").write_text("\n".join(below))
    command = ["git", "check-ignore", "--no-index", "-z", "--stdin"]
    done = subprocess.run(command, cwd=repository, input="\0".join(TREE).encode(), capture_output=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    ignored = {path for path in done.stdout.decode().split("\0") if path}
    found = {os.path.relpath(file.path, repository) for file in find([str(repository)]).files}
    assert {path for path in TREE if path not in found} == ignored
