"""Examples of tests in the documentation, run as a user runs them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_UNHURRIED = "from hypothesis import settings\nsettings.register_profile('a', deadline=None)\nsettings.load_profile('a')\n"


CASSETTE = """\
interactions:
- request:
    body: null
    headers: {{}}
    method: GET
    uri: {url}
  response:
    body:
      string: '{body}'
    headers: {{}}
    status: {{code: 200, message: OK}}
version: 1
"""
"""The cassette of a GET with a body."""


def run_example(folder: Path, example: str, passing: int, *options: str) -> None:
    """Run an example as a test module in a folder, and assert that so many tests pass."""
    (folder / "test_example.py").write_text(example)
    _run_modules(folder, passing, *options)


def run_examples(folder: Path, examples: Iterable[str], passing: int) -> None:
    """Run examples, each as a test module, in one process, and assert that so many tests pass."""
    for number, example in enumerate(examples):
        (folder / f"test_example_{number}.py").write_text(example)
    _run_modules(folder, passing)


def _run_modules(folder: Path, passing: int, *options: str) -> None:
    (folder / "conftest.py").write_text(_UNHURRIED)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(rf"\b{passing} passed", done.stdout)
