"""`make demo` shows what the tool does, and ends well only if it did."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.prose import ROOT

pytestmark = pytest.mark.process


def run_demo(updaterun: Path, commands: str) -> subprocess.CompletedProcess[str]:
    """Run the demo with a command named updaterun that runs these shell commands."""
    updaterun.write_text(f"#!/bin/sh\n{commands}\n")
    updaterun.chmod(0o755)
    environment = os.environ | {"PATH": f"{updaterun.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return subprocess.run(["sh", ROOT / "tests" / "demo.sh"], env=environment, capture_output=True, text=True, check=False)


def test_the_demo_checks_explains_draws_and_makes_a_wrong_document_that_it_finds(tmp_path: Path) -> None:
    done = run_demo(tmp_path / "updaterun", f'exec "{sys.executable}" -m validator "$@"')
    assert (done.returncode, done.stderr) == (0, "")
    _, checked, explained, drawn, made, onward = re.split(r"^== .*\n", done.stdout, flags=re.MULTILINE)
    assert re.search(r"^\S+:\d+:\d+: error group-duplicate ", checked, re.MULTILINE)
    assert "A group must occur once in a run" in explained
    assert "stage canary" in drawn
    assert [*map(str, re.findall(r"^\S+: error ([a-z-]+) ", made, re.MULTILINE))] == ["stage-name-duplicate"]
    for name in re.findall(r"(samples/\S+|docs/)", onward):
        assert (ROOT / name).exists()


def test_the_demo_fails_if_a_command_does_not_do_what_it_says(tmp_path: Path) -> None:
    done = run_demo(tmp_path / "updaterun", "exit 0")
    assert (done.returncode, done.stderr) == (1, "expected the exit status 1, found 0\n")
