"""Golden files: expected output that a person reads as a diff when it changes."""

from __future__ import annotations

import os
from pathlib import Path


def compare(path: Path, text: str) -> None:
    """Compare text with a golden file, or write the file if UPDATE_GOLDEN is set."""
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    assert path.exists(), f"{path.name} is missing; run `make golden`, read it and add it to the commit"
    assert text == path.read_text(), f"{path.name} is not what the code writes; if the change is meant, run `make golden` and read the diff"


def compare_section(path: Path, marker: str, text: str) -> None:
    """Compare text with the section of a file between `<!-- MARKER: ... -->` and `<!-- end of MARKER -->`, or write it there."""
    before, begin, rest = path.read_text().partition(f"<!-- {marker}: ")
    head, close, rest = rest.partition(" -->\n")
    _, end, after = rest.partition(f"<!-- end of {marker} -->")
    assert begin, f"{path.name} has no section {marker}"
    assert end, f"{path.name} has a section {marker} that does not end"
    compare(path, f"{before}{begin}{head}{close}{text}{end}{after}")
