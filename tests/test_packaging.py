"""What an index shows of the project, what a release refuses, and what the commands do next to another project's `validator`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import updaterun_validator
import validator.__main__
from hatch_build import ReadmeHook
from tests.release import __main__ as release
from tests.support.prose import ROOT, pages

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REPOSITORY = PROJECT["urls"]["Homepage"]


def test_every_link_of_the_readme_is_absolute_where_an_index_shows_it() -> None:
    metadata = {"urls": PROJECT["urls"]}
    ReadmeHook(str(ROOT), {}).update(metadata)
    shown = metadata["readme"]["text"]
    assert metadata["readme"]["content-type"] == "text/markdown"
    written = re.findall(r"(!?)\[[^]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text())
    places = {"!": "raw", "": "blob"}
    expected = [target if re.match("https?:|#", target) else f"{REPOSITORY}/{places[mark]}/HEAD/{target}" for mark, target in written]
    assert re.findall(r"\[[^]]*\]\(([^)]+)\)", shown) == expected


def test_the_pages_have_the_address_of_the_repository_and_no_other() -> None:
    for path in pages():
        for address in re.findall(r"https://example\.com/[\w./-]*", path.read_text()):
            assert address.startswith(REPOSITORY), path


def test_a_release_refuses_placeholders() -> None:
    assert release.placeholders(f"pip install git+{REPOSITORY}") == [REPOSITORY]
    assert release.placeholders(PROJECT["authors"][0]["email"]) == [PROJECT["authors"][0]["email"]]
    with pytest.raises(release.Failed) as failed:
        release.no_placeholders()
    assert str(failed.value) == "write the real names and addresses for the placeholders in pyproject.toml, README.md, docs/ci.md"


def test_a_release_accepts_real_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (ROOT / "pyproject.toml", ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(path.read_text().replace("example.com", "contoso.net"))
    monkeypatch.setattr(release, "ROOT", tmp_path)
    release.no_placeholders()


# The commands


def exit_of_command(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stopped:
        updaterun_validator.main()
    assert stopped.value.code == 2
    return capsys.readouterr().err


def test_the_command_runs_its_own_package(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[bool] = []
    monkeypatch.setattr(validator.__main__, "main", lambda: ran.append(True))
    updaterun_validator.main()
    assert ran == [True]


def test_the_command_names_a_module_that_shadows_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "validator.py").write_text("raise SystemExit('foreign code was run')")
    monkeypatch.syspath_prepend(tmp_path)
    assert exit_of_command(capsys) == (
        f"updaterun: expected validator to be the package of updaterun-validator, found {str(tmp_path / 'validator.py')!r}; "
        "install updaterun-validator again, in an environment of its own\n"
    )


@pytest.mark.parametrize("content", ["raise SystemExit('foreign code was run')", None], ids=["overwritten", "removed"])
def test_the_command_notices_what_another_project_did_to_the_package(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "validator"
    package.mkdir()
    (package / "rules.py").touch()
    if content is not None:
        (package / "__init__.py").write_text(content)
    monkeypatch.setattr(updaterun_validator, "__file__", str(tmp_path / "updaterun_validator.py"))
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert f"found {str(package if content is None else package / '__init__.py')!r}" in exit_of_command(capsys)


def test_the_command_notices_that_the_package_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.path", [])
    assert "found None" in exit_of_command(capsys)
