"""The pages that people read, and their blocks of code."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def pages() -> list[Path]:
    """Return the Markdown pages of the project."""
    return [
        *sorted(ROOT.glob("*.md")),
        *sorted((ROOT / "docs").glob("*.md")),
        ROOT / "samples" / "README.md",
        ROOT / "schemas" / "README.md",
    ]


def blocks(text: str, language: str) -> list[str]:
    """Return the blocks of code of a language in a page."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
