"""The pictures of README and handbook: terminals as SVG, and pages as PNG if there is a browser.

`python -m tests.pictures FOLDER`, or `make pictures`.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.support.browser import BROWSER, DARK, open_page
from tests.support.prose import ROOT, blocks
from tests.support.terminal import on_terminal
from validator.readers.paths import File
from validator.readers.reader import read
from validator.show import Overview, overview_of
from validator.show.page import render_page

WIDTH = 100
RUNNING, HISTORY = "samples/documents/update-run.json", "samples/vcr/cassette.yaml"
PAGES = {"page.png": (RUNNING, "1280,1000", ""), "page-dark.png": (RUNNING, "1280,1000", DARK), "history.png": (HISTORY, "1280,1000", "")}


def terminal(command: str, output: str) -> str:
    """Return a picture of a terminal with a command and its output; the fonts are those of the reader, as nothing is fetched."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="256", legacy_windows=False)
    console.print(Text.assemble(("$ ", "bold green"), command))
    console.print(Text.from_ansi(output))
    svg = console.export_svg(title="updaterun", unique_id="updaterun", theme=MONOKAI)
    return re.sub(r"@font-face \{[^}]*\}\s*", "", svg).replace("Fira Code", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono")


def check_of_readme() -> str:
    """Return what the first check of the README writes to a terminal."""
    with tempfile.TemporaryDirectory() as temporary:
        Path(temporary, "run.json").write_text(blocks((ROOT / "README.md").read_text(), "json")[0])
        return on_terminal("check", "run.json", columns=WIDTH, status=1, folder=Path(temporary)).replace("\r", "")


def overview(path: str) -> Overview:
    with open(path, "rb") as stream:
        return overview_of([(File(path, named=True), read(stream))])


def draw(folder: Path) -> None:
    """Write the pictures to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "check.svg").write_text(terminal("updaterun check run.json", check_of_readme()))
    if BROWSER is None:
        print("no pictures of pages: there is no chromium", file=sys.stderr)
        return
    for name, (path, size, look) in PAGES.items():
        with tempfile.TemporaryDirectory() as temporary:
            options = [f"--screenshot={(folder / name).resolve()}", f"--window-size={size}", *filter(None, [look])]
            open_page(render_page(overview(path)), Path(temporary), *options)


if __name__ == "__main__":
    target = Path(sys.argv[1]).resolve()
    os.chdir(ROOT)
    draw(target)
