"""The browser that pages are looked at with."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

DARK = "--blink-settings=preferredColorScheme=0"


def open_page(markup: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Write a page to a folder, and open it in the browser with some arguments."""
    (folder / "page.html").write_text(markup)
    return open_address(str(folder / "page.html"), folder, *arguments)


def open_address(address: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Open an address in the browser with some arguments; the folder is for its profile."""
    own = [f"--user-data-dir={folder / 'profile'}", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command = [str(BROWSER), *own, "--hide-scrollbars", "--enable-logging=stderr", *arguments, address]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
