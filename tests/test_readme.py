"""What the README and the pages in docs/ show is what the code does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support import golden
from tests.support.examples import run_example
from tests.support.prose import ROOT, blocks, pages
from validator.checker.history import MAX_KEPT
from validator.cli import main
from validator.cli.check import check
from validator.cli.rules import side
from validator.contract import schemas
from validator.limits import MAX_DEPTH, MAX_FILE, MAX_RECORD
from validator.readers.recordings import CONTAINERS
from validator.rules.catalogue import RULES
from validator.rules.entries import entries

README = (ROOT / "README.md").read_text()
DOCS = ROOT / "docs"
PAGES = {str(path.relative_to(ROOT)): path.read_text() for path in pages()}
CONSOLE = [
    (name, *match.groups())
    for name, text in PAGES.items()
    if name == "README.md" or name.startswith("docs/")
    for match in re.finditer(r"```console\n\$ (.*)\n([^`]*(?:`[^`]+`[^`]*)*)```", text)
]


def test_the_readme_has_at_most_200_lines() -> None:
    assert README.count("\n") <= 200


@pytest.fixture
def example_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, which has the file that the README asks to save, and the samples."""
    (tmp_path / "run.json").write_text(blocks(README, "json")[0])
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("example_folder")
@pytest.mark.parametrize("page, command, output", CONSOLE, ids=[command for _, command, _ in CONSOLE])
def test_a_command_prints_what_is_shown(page: str, command: str, output: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == "updaterun"
    assert CliRunner().invoke(main, arguments).stdout == output, page


def test_there_are_commands() -> None:
    assert [name for name, _, _ in CONSOLE] == ["README.md", "README.md", "docs/command-line.md", "docs/coverage.md"]


def test_the_commands_about_api_versions_run(example_folder: Path) -> None:
    (example_folder / "fixtures").symlink_to(ROOT / "samples" / "documents")
    commands = [
        shlex.split(line, comments=True)
        for page in ("README.md", "docs/api-versions.md")
        for block in blocks(PAGES[page], "sh")
        for line in block.splitlines()
        if line.startswith(("updaterun versions", "updaterun diff"))
    ]
    assert len(commands) == 5
    for _, *arguments in commands:
        result = CliRunner().invoke(main, arguments)
        assert (result.exit_code, result.stderr) == (0, ""), arguments


def test_links_and_pictures_exist() -> None:
    for name, text in PAGES.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not target.startswith(("http", "#")):
                assert ((ROOT / name).parent / target.partition("#")[0]).exists(), f"{name}: {target}"


def test_every_page_is_linked_from_the_readme() -> None:
    assert {f"docs/{path.name}" for path in DOCS.glob("*.md")} - set(re.findall(r"\]\((docs/[\w-]+\.md)", README)) == set()


def test_the_version_span_is_that_of_the_schemas() -> None:
    span = f"{len(schemas.VERSIONS)} published api-versions"
    for page in ("README.md", "docs/api-versions.md"):
        assert span in PAGES[page]
        assert f"from {schemas.VERSIONS[0]} to {schemas.VERSIONS[-1]}" in " ".join(PAGES[page].split())


# The pages


@pytest.mark.golden
def test_the_table_of_rules_is_the_catalogue() -> None:
    rows = [f"| `{rule.name}` | {rule.severity} | {side(rule)} | {rule.claim} |" for rule in RULES]
    table = "".join(f"{row}\n" for row in ["| rule | severity | side | claim |", "|---|---|---|---|", *rows])
    golden.compare_section(DOCS / "rules.md", "rules", table)


@pytest.mark.golden
def test_the_table_of_keywords_and_problems_is_that_of_the_code() -> None:
    rows = [f"| `{entry.name}` | {entry.claim} | {entry.fix} |" for entry in entries().values() if "/" in entry.name]
    table = "".join(f"{row}\n" for row in ["| rule | claim | fix |", "|---|---|---|", *rows])
    golden.compare_section(DOCS / "rules.md", "entries", table)


def test_every_option_is_documented() -> None:
    options = {name for parameter in check.params for name in parameter.opts if name.startswith("--")}
    rows = [line for line in PAGES["docs/command-line.md"].splitlines() if line.startswith("| `--")]
    assert options == {name for row in rows for name in re.findall(r"`(--[a-z-]+)", row.split(" | ")[0])}


@pytest.mark.parametrize("page", ["README.md", "docs/captures.md"])
def test_every_container_is_documented(page: str) -> None:
    for container in CONTAINERS:
        for name in container.name.replace("cassette", "").replace(" recording", "").split(" or "):
            assert name.strip() in PAGES[page], f'add "{name.strip()}" to the containers in {page}'


def test_documented_limits_are_those_of_the_code() -> None:
    text = " ".join(PAGES["docs/captures.md"].split())
    assert f"more than {MAX_DEPTH} levels" in text
    assert f"a record above {MAX_RECORD // 2**20} MiB or a file above {MAX_FILE // 2**20} MiB" in text
    assert f"Histories keep the latest {MAX_KEPT // 2**20} MiB of captures" in text


# Python


def test_the_python_of_the_page_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(blocks(PAGES["docs/python.md"], "python")[0], "docs/python.md", "exec"), {})
    assert "warning /id id is read-only, and this is a request" in capsys.readouterr().out


@pytest.mark.process
def test_the_tests_of_the_readme_pass(example_folder: Path) -> None:
    (example,) = blocks(README, "python")
    (example_folder / "my_client.py").write_text(
        "def is_failed(run):\n    return run['properties']['status']['status']['state'] == 'Failed'\n"
    )
    run_example(example_folder, example, 2)
    (example_folder / "my_client.py").write_text("def is_failed(run):\n    return False\n")
    with pytest.raises(AssertionError):
        run_example(example_folder, example, 2)
