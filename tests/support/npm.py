"""Packages of npm that tests run, which are installed once per lock file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm here; Debian has it as the package npm")


def installed(name: str) -> Path:
    """Return the folder with the packages of `tests/NAME/package.json`; skips the test if npm cannot install them."""
    source, target = ROOT / "tests" / name, ROOT / "build" / name
    lock = (source / "package-lock.json").read_text()
    if not (target / "done").exists() or (target / "done").read_text() != lock:
        target.mkdir(parents=True, exist_ok=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(source / file, target)
        process = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=target, capture_output=True, check=False)
        if process.returncode:
            pytest.skip(f"npm cannot install what {name} needs here")
        (target / "done").write_text(lock)
    return target
