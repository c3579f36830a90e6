"""What the README shows is what there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support import golden
from validator.checker.history import MAX_KEPT
from validator.cli import main
from validator.cli.check import check
from validator.cli.rules import side
from validator.contract import schemas
from validator.limits import MAX_DEPTH, MAX_FILE, MAX_RECORD
from validator.rules.catalogue import RULES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
CONSOLE = re.findall(r"```console\n\$ (.*)\n([^`]*)```", README)


@pytest.mark.parametrize("command, output", CONSOLE, ids=[command for command, _ in CONSOLE])
def test_a_command_prints_what_the_readme_shows(command: str, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    program, *arguments = shlex.split(command)
    assert program == "updaterun"
    assert CliRunner().invoke(main, arguments).stdout == output


def test_there_are_commands() -> None:
    assert len(CONSOLE) >= 2


def rules_table() -> str:
    rows = [f"| `{rule.name}` | {rule.severity} | {side(rule)} | {rule.claim} |" for rule in RULES]
    return "".join(f"{row}\n" for row in ["| rule | severity | side | claim |", "|---|---|---|---|", *rows])


@pytest.mark.golden
def test_the_table_of_rules_is_the_catalogue() -> None:
    golden.compare_section(ROOT / "README.md", "rules", rules_table())


def test_every_option_is_in_the_readme() -> None:
    options = {name for parameter in check.params for name in parameter.opts if name.startswith("--")}
    rows = [line for line in README.splitlines() if line.startswith("| `--")]
    assert options == {name for row in rows for name in re.findall(r"`(--[a-z-]+)", row.split(" | ")[0])}


def test_the_readme_names_every_container() -> None:
    from validator.readers.recordings import CONTAINERS

    for container in CONTAINERS:
        for name in container.name.replace("cassette", "").replace(" recording", "").split(" or "):
            assert name.strip() in README, f'add "{name.strip()}" to the table of containers in README.md'


def test_the_figures_of_the_readme_are_those_of_the_code() -> None:
    assert f"more than\n{MAX_DEPTH} levels" in README
    assert f"a record above {MAX_RECORD // 2**20} MiB or a file above {MAX_FILE // 2**20} MiB" in README
    assert f"Histories keep the latest {MAX_KEPT // 2**20} MiB of captures" in README
    assert f"each of the {len(schemas.load().definitions)} documented definitions" in README


def test_the_python_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    block = re.findall(r"## In Python\n\n```python\n(.*?)```", README, re.DOTALL)[0]
    exec(compile(block, "README.md", "exec"), {})
    assert "warning /id id is read-only, and this is a request" in capsys.readouterr().out
