"""Examples of tests in the documentation, run as a user runs them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_UNHURRIED = "from hypothesis import settings\nsettings.register_profile('a', deadline=None)\nsettings.load_profile('a')\n"


def run_example(folder: Path, example: str, passing: int) -> None:
    """Run an example as a test module in a folder, and assert that so many tests pass."""
    (folder / "conftest.py").write_text(_UNHURRIED)
    (folder / "test_example.py").write_text(example)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(rf"{passing} passed", done.stdout)
