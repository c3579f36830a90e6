"""A terminal, as a command sees one."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

from .prose import ROOT


def on_terminal(*arguments: str, columns: int = 80, status: int = 0, folder: Path = ROOT, **environment: str) -> str:
    """Return what a command of ours writes to a terminal of a width, in a folder, and assert its exit status."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "validator", *arguments]
    given = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **environment}
    with subprocess.Popen(command, cwd=folder, stdout=slave, stdin=slave, env=given) as process:
        os.close(slave)
        pieces = []
        try:
            while piece := os.read(master, 65536):
                pieces.append(piece)
        except OSError:  # how Linux says that the other end is closed
            pass
        assert process.wait() == status
    os.close(master)
    return b"".join(pieces).decode()
