"""What the package is built from, in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.prose import ROOT

FILES = ("pyproject.toml", "hatch_build.py", "updaterun_pytest.py", "updaterun_validator.py", "README.md", "LICENSE")


def copy_sources(folder: Path, *more: str) -> None:
    """Copy what a wheel is built from, and more files, into a folder."""
    folder.mkdir(exist_ok=True)
    for name in (*FILES, *more):
        shutil.copy(ROOT / name, folder)
    for name in ("validator", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
