"""The examples and commands that the README has for test authors run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text()
SECTION = README.partition("## For test authors")[2].partition("\n## ")[0]
EXAMPLES = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)
COMMANDS = [line.partition("#")[0].split() for block in re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL) for line in block.splitlines()]
UNHURRIED = "from hypothesis import settings\nsettings.register_profile('a', deadline=None)\nsettings.load_profile('a')\n"


def test_there_are_four_examples() -> None:
    assert len(EXAMPLES) == 4


@pytest.mark.process
@pytest.mark.parametrize("example", EXAMPLES, ids=["update_runs", "orders", "violations", "histories"])
def test_an_example_passes(example: str, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(UNHURRIED)
    (tmp_path / "test_example.py").write_text(example)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(rf"{max(example.count('def test_'), 3 * example.count('parametrize'))} passed", done.stdout)


@pytest.mark.process
def test_the_commands_succeed(tmp_path: Path) -> None:
    assert len(COMMANDS) >= 5
    for program, *arguments in COMMANDS:
        assert program == "updaterun"
        done = subprocess.run([sys.executable, "-m", "validator", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), arguments
    assert (tmp_path / "runs.jsonl").read_text().count("\n") == 10_000
