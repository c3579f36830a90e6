"""What the README and the pages in docs/ show is what the code does."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support import golden
from tests.support.examples import run_example
from tests.support.prose import ROOT, blocks, pages
from validator.checker.history import MAX_KEPT
from validator.cli import main
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
    assert [name for name, _, _ in CONSOLE] == ["README.md", "README.md", "docs/command-line.md", "docs/coverage.md", "docs/findings.md"]


COMMANDS = {
    page: [
        shlex.split(
            re.sub(r"--count \d+", "--count 2", line.removeprefix("- run: ").removeprefix("- script: ").removeprefix("- ")), comments=True
        )
        for block in [*blocks(text, "sh"), *blocks(text, "yaml")]
        for line in map(str.strip, block.splitlines())
        if re.match(r"(?:- (?:run: |script: )?)?(?:updaterun|pip|pipx|uvx|make) ", line)
    ]
    for page, text in PAGES.items()
    if page == "README.md" or page.startswith("docs/")
}
"""The commands that the pages show without their output, those of CI included; what a command generates is less than there."""


SLOW = {"docs/coverage.md"}
"""The pages with a command that generates what is missing, which takes a second."""


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[pytest.mark.slow] * (page in SLOW)) for page, commands in COMMANDS.items() if commands]
)
def test_a_command_of_a_page_runs(page: str, example_folder: Path) -> None:
    """Run the commands of a page, which find something wrong at most, and know every option and rule that they name."""
    for name, target in {"fixtures": "documents", "recordings": "vcr"}.items():
        (example_folder / name).symlink_to(ROOT / "samples" / target)
    for program, *arguments in COMMANDS[page]:
        if program == "updaterun":
            result = CliRunner().invoke(main, arguments)
            assert result.exit_code in {0, 1}, f"{arguments}: {result.output}"
            assert "Error" not in result.stderr, arguments


def test_a_command_that_installs_names_this_project() -> None:
    """Check what cannot be run without an index: the folder or the address, the extra, and the command that follows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    targets = re.compile(r"(?:git\+https://example\.com|\.)/updaterun-validator(?:\[(\w+)\])?")
    installing = [command for commands in COMMANDS.values() for command in commands if command[0] in {"pip", "pipx", "uvx"}]
    assert {command[0] for command in installing} == {"pip", "pipx", "uvx"}
    for program, *arguments in installing:
        named = [found for found in map(targets.fullmatch, arguments) if found]
        assert len(named) == 1, arguments
        assert named[0][1] in {None, *project["optional-dependencies"]}
        assert program != "uvx" or arguments[2] in project["scripts"]
    makefile = (ROOT / "Makefile").read_text()
    assert all(f"\n{target}: " in makefile for commands in COMMANDS.values() for program, target, *_ in commands if program == "make")


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


@pytest.mark.parametrize("page", ["README.md", "docs/captures.md"])
def test_every_container_is_documented(page: str) -> None:
    for container in CONTAINERS:
        for name in container.name.replace("cassette", "").replace(" recording", "").split(" or "):
            assert name.strip() in PAGES[page], f'add "{name.strip()}" to the containers in {page}'


EXAMPLES = re.findall(r"^### ([^\n]+)\n.*?```(json|yaml)\n(.*?)```", PAGES["docs/captures.md"], re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name, form, content", EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_the_example_of_a_container_is_read_and_clean(name: str, form: str, content: str, tmp_path: Path) -> None:
    (tmp_path / f"example.{form}").write_text(content)
    result = CliRunner().invoke(main, ["check", str(tmp_path), "--fail-on", "note"])
    assert result.exit_code == 0, f"{name}: {result.output}"
    kind = "document" if name in {"A request or a response", "JSON Lines", "az CLI", "Anything else"} else "exchange"
    assert re.match(rf"Checked [12] {kind}s? in 1 file: no findings\.\n$", result.stdout), name


def test_every_container_has_an_example() -> None:
    headings = " ".join(name for name, _, _ in EXAMPLES)
    assert [container.name for container in CONTAINERS if container.name not in headings] == []


def test_documented_limits_are_those_of_the_code() -> None:
    text = " ".join(PAGES["docs/captures.md"].split())
    assert f"more than {MAX_DEPTH} levels" in text
    assert f"a record above {MAX_RECORD // 2**20} MiB or a file above {MAX_FILE // 2**20} MiB" in text
    assert f"Histories keep the latest {MAX_KEPT // 2**20} MiB of captures" in text


# Python


def test_the_python_of_the_page_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(blocks(PAGES["docs/python.md"], "python")[0], "docs/python.md", "exec"), {})
    output = capsys.readouterr().out
    assert "warning /id id is read-only and must not be set in a request" in output
    assert re.search(r"^samples/wrong/cassette\.yaml:\d+:\d+: error \S+ entry \d+ ", output, re.MULTILINE)


@pytest.mark.process
@pytest.mark.parametrize("example", blocks(PAGES["docs/python.md"], "python")[1:], ids=["settings", "types"])
def test_the_tests_of_the_page_pass(example: str, tmp_path: Path) -> None:
    run_example(tmp_path, example, 1)


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
