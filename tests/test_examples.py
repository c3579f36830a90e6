"""The examples and commands of docs/testing-clients.md run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.examples import run_example
from tests.support.prose import ROOT, blocks

PAGE = (ROOT / "docs" / "testing-clients.md").read_text()
EXAMPLES = blocks(PAGE, "python")
TITLES = re.findall(r"^## (.+)\n(?:(?!^## )[^\n]*\n)*?```python", PAGE, re.MULTILINE)
COMMANDS = [line.partition("#")[0].split() for block in blocks(PAGE, "sh") for line in block.splitlines()]


@pytest.mark.process
@pytest.mark.parametrize("example", EXAMPLES, ids=TITLES)
def test_an_example_passes(example: str, tmp_path: Path) -> None:
    run_example(tmp_path, example, max(example.count("def test_"), 3 * example.count("parametrize")))


@pytest.mark.process
def test_the_commands_succeed(tmp_path: Path) -> None:
    assert len(COMMANDS) >= 5
    for program, *arguments in COMMANDS:
        if program == "pytest":
            continue  # tests/test_pytest_plugin.py has its options
        assert program == "updaterun"
        done = subprocess.run([sys.executable, "-m", "validator", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), arguments
    assert (tmp_path / "runs.jsonl").read_text().count("\n") == 10_000
