"""Settings of a project in its pyproject.toml, and the exclusion of files."""

from __future__ import annotations

import json
import os
import re
import shlex
import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis.strategies import lists, sampled_from

from tests.support.command import settle, updaterun
from validator.checker.settings import settings_for
from validator.readers.exclusion import Exclusion
from validator.rules import example

WRONG = json.dumps(example.changed(example.RESPONSE, put={"/properties/status/status/state": "running"}))
WARNED = json.dumps(example.changed(example.RESPONSE, put={"/properties/extra": 1}))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a repository with a wrong file and one with a warning."""
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "runs" / "old").mkdir(parents=True)
    (root / "runs" / "old" / "wrong.json").write_text(WRONG)
    (root / "runs" / "warned.json").write_text(WARNED)
    monkeypatch.chdir(root)
    return root


def rules(*arguments: str) -> list[str]:
    report: dict[str, Any] = json.loads(updaterun("check", *arguments, "--format", "json").stdout)
    return [finding["rule"] for finding in report["findings"]]


BOTH = ["undocumented-property", "schema/enum"]


# The settings


@pytest.mark.parametrize(
    "text, found",
    [
        ("", BOTH),
        ('select = ["schema/"]', ["schema/enum"]),
        ('ignore = ["schema/enum"]', ["undocumented-property"]),
        ('exclude = ["old"]', ["undocumented-property"]),
        ('exclude = ["runs/*.json"]', ["schema/enum"]),
    ],
)
def test_a_setting_is_the_option_of_its_name(text: str, found: list[str], project: Path) -> None:
    settle(project, text)
    assert rules("runs") == found


def test_fail_on_is_settled(project: Path) -> None:
    assert updaterun("check", "runs/warned.json").exit_code == 0
    settle(project, 'fail-on = "warning"')
    assert updaterun("check", "runs/warned.json").exit_code == 1
    settle(project, 'fail-on = "never"')
    assert updaterun("check", "runs").exit_code == 0


@pytest.mark.parametrize(
    "options, found",
    [
        (["--select", "undocumented-property"], ["undocumented-property"]),
        (["--ignore", "undocumented-property"], ["schema/enum"]),
        (["--exclude", "warned.json"], []),
        (["--isolated"], BOTH),
    ],
)
def test_the_command_line_wins(options: list[str], found: list[str], project: Path) -> None:
    settle(project, 'ignore = ["undocumented-property", "schema/enum"]\nexclude = ["old"]')
    assert rules(*options, "runs", "runs/old/wrong.json") == found


def test_a_setting_may_be_written_with_an_underscore(project: Path) -> None:
    settle(project, 'fail_on = "never"\napi_version = "2026-06-01"')
    result = updaterun("check", "runs")
    assert result.exit_code == 0
    assert "2026-06-01" in result.stdout
    settle(project, 'fail_on = "never"\nfail-on = "error"')
    assert "has a setting twice, with a hyphen and with an underscore" in updaterun("check", "runs").output


def test_a_changed_baseline_is_checked_with_everything_in_the_folder(project: Path) -> None:
    settle(project, 'baseline = "known.json"')
    assert updaterun("check", ".", "--update-baseline").exit_code == 0
    assert updaterun("check", "known.json", "--force-exclude").exit_code == 0
    (project / "known.json").write_text('{"expected": []}')
    assert rules("known.json", "--force-exclude") == BOTH
    assert rules("--force-exclude") == [], "no path is no error"
    assert "Missing argument 'PATH...'" in updaterun("check").stderr


def test_a_row_about_a_removed_file_is_stale_without_a_path(project: Path) -> None:
    settle(project, 'baseline = "known.json"')
    assert updaterun("check", ".", "--update-baseline").exit_code == 0
    assert updaterun("check", "--force-exclude").exit_code == 0
    (project / "runs" / "warned.json").unlink()
    result = updaterun("check", "--force-exclude")
    assert result.exit_code == 1
    assert "runs/warned.json: there is no such file" in result.stdout


def test_the_threshold_of_the_command_line_wins(project: Path) -> None:
    settle(project, 'fail-on = "never"')
    assert updaterun("check", "runs", "--fail-on", "error").exit_code == 1


def test_the_nearest_settings_up_to_the_root_of_the_repository_apply(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(project.parent, 'select = ["group-duplicate"]')
    assert rules("runs") == BOTH, "settings outside the repository are ignored"
    settle(project, 'ignore = ["schema/enum"]')
    monkeypatch.chdir(project / "runs" / "old")
    (project / "runs" / "pyproject.toml").write_text("[project]\nname = 'updaterun-fixtures'\n")
    assert rules("..") == ["undocumented-property"], "a file without settings of ours is skipped"
    settle(project / "runs", 'ignore = ["undocumented-property"]')
    assert rules("..") == ["schema/enum"]


def test_paths_are_relative_to_the_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(project, 'baseline = "runs/known.json"\nexclude = ["runs/old/*"]')
    updaterun("check", "runs", "--update-baseline")
    assert [row["file"] for row in json.loads((project / "runs" / "known.json").read_text())["expected"]] == ["warned.json"]
    monkeypatch.chdir(project / "runs" / "old")
    assert updaterun("check", "..").exit_code == 0


def test_each_setting_is_documented(project: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "settings.md").read_text()
    (shown,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    shown = shown.replace("# baseline", "baseline")
    (project / "pyproject.toml").write_text(shown)
    settings = settings_for(os.curdir)
    assert (settings.fail_on, settings.ignore, settings.baseline) == ("warning", ("etag-format",), "tests/known-findings.json")
    assert all(f"\n{key} = " in shown for key in ("fail-on", "select", "ignore", "exclude", "api-version", "baseline"))


# Wrong settings


@pytest.mark.parametrize(
    "text, message",
    [
        ("exclued = []", '[tool.updaterun]: there is no setting "exclued"; did you mean exclude?'),  # codespell:ignore
        ('fail-on = "warn"', 'fail-on in [tool.updaterun]: there is no value "warn"; did you mean warning?'),
        ('select = ["etag-format", 1]', "select[1] in [tool.updaterun]: expected a string, found 1"),
        ('select = ["schema"]', "select in [tool.updaterun]: there is no rule 'schema'; did you mean schema/?"),
        ('ignore = ["etag-formats"]', "ignore in [tool.updaterun]: there is no rule 'etag-formats'; did you mean etag-format?"),
        ("exclude = [", "is not TOML"),
        ("a = " + "[" * 5000, "is not TOML"),
        ("[tool]\nupdaterun = 1", "is not TOML"),
    ],
)
def test_a_wrong_setting_is_an_error_with_the_file_and_a_suggestion(text: str, message: str, project: Path) -> None:
    settle(project, text)
    result = updaterun("check", "runs")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Error: pyproject.toml{' ' if 'is not' in message else ': '}{message}" in result.stderr
    assert updaterun("check", "runs", "--isolated").exit_code == 1


def test_a_table_of_another_type_is_an_error(project: Path) -> None:
    (project / "pyproject.toml").write_text("tool.updaterun = 1")
    assert "pyproject.toml: expected tool.updaterun to be a table, found 1" in updaterun("check", "runs").stderr


def test_a_setting_may_be_written_with_escapes(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool."update\\u0072un"]\nignore = ["schema/"]')
    assert rules("runs") == ["undocumented-property"]


# The files that are read for a check


@pytest.mark.parametrize(
    "kind, reason",
    [("device", "It is not a regular file"), ("pipe", "It is not a regular file"), ("large", "It has more than 1,048,576 bytes")],
)
def test_settings_are_a_regular_file_of_bounded_size(kind: str, reason: str, project: Path) -> None:
    unbounded_file(project / "pyproject.toml", kind)
    result = updaterun("check", "runs")
    assert (result.exit_code, result.output) == (2, f"Error: cannot read pyproject.toml: {reason}\n")


@pytest.mark.parametrize(
    "kind, reason",
    [("device", "It is not a regular file"), ("pipe", "It is not a regular file"), ("large", "It has more than 67,108,864 bytes")],
)
def test_a_manifest_is_a_regular_file_of_bounded_size(kind: str, reason: str, project: Path) -> None:
    unbounded_file(project / "known.json", kind)
    result = updaterun("check", "runs", "--baseline", "known.json")
    assert (result.exit_code, result.output) == (2, f"Error: cannot read known.json: {reason}\n")


def unbounded_file(path: Path, kind: str) -> None:
    """Make a file that may never end: a link to a device, a pipe, or a file that takes no room on the disk."""
    if kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        with path.open("wb") as stream:
            stream.truncate(2**40)


def test_the_settings_of_others_may_be_broken(project: Path) -> None:
    (project / "pyproject.toml").write_bytes(b"[tool.\xff")
    assert updaterun("check", "runs").exit_code == 1


def test_a_missing_manifest_of_the_settings_is_exit_2(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(project, 'baseline = "nowhere.json"')
    (project / "deep").mkdir()
    for folder in ("", "../"):
        result = updaterun("check", f"{folder}runs")
        assert result.exit_code == 2
        assert result.stderr == (
            f"Error: {folder}pyproject.toml: baseline in [tool.updaterun]: there is no baseline {folder}nowhere.json;"
            f" make it with: updaterun check --update-baseline {folder}runs\n"
        )
        monkeypatch.chdir(project / "deep")


def test_a_missing_manifest_of_a_hook_without_files_is_exit_2(project: Path) -> None:
    settle(project, 'baseline = "nowhere.json"')
    made = "updaterun check --force-exclude --update-baseline PATH..."
    assert f"make it with: {made}\n" in updaterun("check", "--force-exclude").stderr


@pytest.mark.usefixtures("project")
def test_a_missing_manifest_of_the_command_line_is_exit_2() -> None:
    result = updaterun("check", "runs", "--baseline", "nowhere.json")
    made = "updaterun check --baseline nowhere.json --update-baseline runs"
    assert (result.exit_code, result.stderr) == (2, f"Error: there is no baseline nowhere.json; make it with: {made}\n")


@pytest.mark.usefixtures("project")
def test_the_command_that_makes_a_manifest_is_written_for_a_shell() -> None:
    assert (
        "updaterun check --baseline 'no where.json' --update-baseline runs"
        in updaterun("check", "runs", "--baseline", "no where.json").stderr
    )


def test_the_command_that_makes_a_manifest_finds_what_the_check_does(project: Path) -> None:
    (project / "-x.json").write_text(WRONG)
    given = ["--isolated", "--history", "--no-ignore", "--as", "request", "--select", "schema/", "--exclude", "old"]
    made = updaterun("check", *given, "--format", "json", "--baseline", "known.json", "--", "-x.json").stderr.partition("updaterun ")[2]
    assert shlex.split(made) == ["check", *given, "--baseline", "known.json", "--update-baseline", "--", "-x.json"]
    assert updaterun(*shlex.split(made)).exit_code == 0
    assert updaterun("check", *given, "--format", "json", "--baseline", "known.json", "--", "-x.json").exit_code == 0


def test_the_folder_of_a_manifest_is_created(project: Path) -> None:
    settle(project, 'baseline = "tests/known/runs.json"')
    assert updaterun("check", "runs", "--update-baseline").exit_code == 0
    assert updaterun("check", "runs").exit_code == 0


# Exclusion


@pytest.mark.parametrize(
    "glob, covered",
    [
        ("old", {"runs/old/a.json", "old/b.json"}),
        ("*.json", {"runs/old/a.json", "old/b.json", "c.json"}),
        ("runs/*.json", set()),
        ("runs/**/*.json", {"runs/old/a.json"}),
        ("runs/**", {"runs/old/a.json"}),
        ("runs/", {"runs/old/a.json"}),
        ("**/old/**", {"runs/old/a.json", "old/b.json"}),
        ("**/**/*.json", {"runs/old/a.json", "old/b.json", "c.json"}),
        ("**/runs/**/a*", {"runs/old/a.json"}),
        ("**/old/**/old/*", set()),
        ("**/old/*.json", {"runs/old/a.json", "old/b.json"}),
        ("./c.json", {"c.json"}),
        ("[ab].json", {"runs/old/a.json", "old/b.json"}),
        ("OLD", set()),
    ],
)
def test_a_glob_names_files_and_folders(glob: str, covered: set[str], tmp_path: Path) -> None:
    exclusion = Exclusion.of(str(tmp_path), [glob])
    paths = {"runs/old/a.json", "old/b.json", "c.json"}
    assert {path for path in paths if exclusion.covers(str(tmp_path / path))} == covered


@pytest.mark.parametrize("glob", ["**/" * 12 + "x", "**/a/" * 12 + "x", "**/*a*a*a*a*a*a*a*a*a*a*b"])
def test_a_glob_takes_linear_time(glob: str, project: Path) -> None:
    path = project / "/".join(["a"] * 28) / ("a" * 200 + "c.json")
    started = time.process_time()
    assert not Exclusion.of(str(project), [glob]).covers(str(path))
    path.parent.mkdir(parents=True)
    path.write_text(WRONG)
    assert rules("**/" * 12 + "*c.json") == ["schema/enum"]
    assert time.process_time() - started < 1


@given(glob=lists(sampled_from(["a", "b", "*", "?b", "**"]), min_size=1, max_size=6), path=lists(sampled_from("ab"), max_size=7))
def test_a_glob_matches_as_its_definition_says(glob: list[str], path: list[str]) -> None:
    def defined(glob: list[str], path: list[str]) -> bool:
        if not glob or not path:
            return not path and all(segment == "**" for segment in glob)
        if glob[0] == "**":
            return defined(glob[1:], path) or defined(glob, path[1:])
        return fnmatchcase(path[0], glob[0]) and defined(glob[1:], path[1:])

    assert Exclusion("/", (tuple(glob),)).matches(path) == defined(glob, path)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("glob", ["runs/old/**", "runs/old", "old", "old/**", "**/old/**"])
def test_a_named_folder_is_checked_whatever_glob_excludes_it(glob: str) -> None:
    assert rules("runs/old", "--exclude", glob) == ["schema/enum"]


@pytest.mark.usefixtures("project")
def test_exclusion_applies_to_files_that_are_found_but_not_to_named_ones() -> None:
    assert rules("runs", "--exclude", "old") == ["undocumented-property"]
    assert rules("runs/**/*.json", "--exclude", "old") == ["undocumented-property"]
    assert rules("runs/old/wrong.json", "--exclude", "old") == ["schema/enum"]
    assert rules("runs/old", "--exclude", "old") == ["schema/enum"]
    assert rules("runs", "runs/old/wrong.json", "--force-exclude", "--exclude", "old") == ["undocumented-property"]


@pytest.mark.usefixtures("project")
def test_only_excluded_files_is_exit_2_with_the_reason() -> None:
    result = updaterun("check", "runs", "--exclude", "*.json")
    assert result.exit_code == 2
    assert result.stderr == "updaterun: nothing to check: there are no files in runs except those that are excluded\n"


def test_a_glob_that_excludes_nothing_is_not_given_as_the_reason(project: Path) -> None:
    (project / "empty").mkdir()
    assert updaterun("check", "empty", "--exclude", "*.json").stderr == "updaterun: nothing to check: there are no files in empty\n"


@pytest.mark.usefixtures("project")
def test_an_empty_glob_is_a_usage_error() -> None:
    result = updaterun("check", "runs", "--exclude", "")
    assert result.exit_code == 2
    assert "Invalid value for '--exclude': expected a glob, found an empty string\n" in result.stderr


def test_settings_that_leave_no_rule_are_a_usage_error(project: Path) -> None:
    settle(project, 'select = ["schema/enum"]\nignore = ["schema/"]')
    result = updaterun("check", "runs")
    assert result.exit_code == 2
    assert result.stderr.endswith("Error: pyproject.toml: no rule is left to report, as each is ignored or not selected\n")
    assert updaterun("check", "runs", "--select", "schema/").exit_code == 1


@pytest.mark.usefixtures("project")
def test_an_absolute_glob_is_a_usage_error() -> None:
    result = updaterun("check", "runs", "--exclude", "/old")
    assert result.exit_code == 2
    assert "Invalid value for '--exclude': expected a relative glob, such as vendor, found '/old'\n" in result.stderr


def test_an_absolute_glob_in_the_settings_is_an_error(project: Path) -> None:
    settle(project, 'exclude = ["/old"]')
    result = updaterun("check", "runs")
    message = "Error: pyproject.toml: exclude in [tool.updaterun]: expected a relative glob, such as vendor, found '/old'\n"
    assert (result.exit_code, result.stderr) == (2, message)


# Lists that a program makes


@pytest.mark.usefixtures("project")
def test_an_excluded_folder_in_a_list_is_skipped() -> None:
    assert rules("runs/old", "--exclude", "old") == ["schema/enum"]
    assert rules("runs/old", "--exclude", "old", "--force-exclude") == []


def test_a_list_may_contain_only_unrelated_files(project: Path) -> None:
    (project / "other.json").write_text('{"kind": "other"}')
    (project / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    others = ["other.json", "picture.png"]
    assert updaterun("check", *others, "--force-exclude").exit_code == 0
    assert rules(*others, "runs/old/wrong.json", "--force-exclude") == ["schema/enum"]


def test_a_list_may_contain_a_broken_file_but_not_a_missing_one(project: Path) -> None:
    (project / "broken.json").write_text(WRONG[:-200])
    assert rules("broken.json", "--force-exclude") == ["input/unreadable"]
    assert updaterun("check", "broken.json", "nowhere.json", "--force-exclude").exit_code == 2
    assert updaterun("check", "nowhere.json", "--force-exclude").exit_code == 2


def test_a_list_does_not_wait_for_a_pipe(project: Path) -> None:
    os.mkfifo(project / "pipe.json")
    assert updaterun("check", "pipe.json", "runs/warned.json", "--force-exclude").exit_code == 0
