"""What takes long shows how far it is, and ends at once when somebody stops it."""

from __future__ import annotations

import fcntl
import gzip
import io
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.waiting import until
from validator.cli import main
from validator.rules import example

WRONG = json.dumps(example.changed(example.RESPONSE, put={"/properties/status/status/state": "running"})).encode() + b"\n"
PROGRAM = """
import signal, sys
from validator.cli import main, progress
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs the tests in the background ignores it
progress.DELAY = float(sys.argv.pop(1))
main()
"""
SOON, NEVER = "0", "60"
PATIENCE = 30


class Terminal:
    """A terminal, and what it showed."""

    def __init__(self) -> None:
        self._here, self.there = pty.openpty()
        fcntl.ioctl(self.there, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
        self.shown = ""
        self._reading = Thread(target=self._read)

    def _read(self) -> None:
        with suppress(OSError):  # so it ends
            while data := os.read(self._here, 65536):
                self.shown += data.decode(errors="replace")
        os.close(self._here)

    def hand_over(self) -> None:
        """Leave the other end to a process alone, and read until it ends."""
        os.close(self.there)
        self._reading.start()

    def close(self) -> None:
        self._reading.join()


class Check:
    """A check of the standard input, which does not end by itself, and whose standard error is a terminal."""

    def __init__(self, *options: str, delay: str = NEVER) -> None:
        self.terminal = Terminal()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, delay, "check", "-", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.terminal.there,
            env=os.environ | {"TERM": "xterm"},
        )
        self.terminal.hand_over()

    def give(self, data: bytes) -> None:
        """Let it check what it is given, up to the end."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()
        descriptor = self.process.stdin.fileno()
        until(lambda: fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4)) == bytes(4))
        time.sleep(0.2)

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=PATIENCE)
        self.terminal.close()
        return self.process.returncode, out.decode()


@pytest.fixture
def started() -> Iterator[Callable[..., Check]]:
    checks: list[Check] = []

    def start(*options: str, delay: str = NEVER) -> Check:
        checks.append(Check(*options, delay=delay))
        checks[-1].give(WRONG * 10)
        return checks[-1]

    yield start
    for check in checks:
        check.process.kill()
        with check.process:
            check.terminal.close()


Start = Callable[..., Check]


@pytest.mark.process
def test_ctrl_c_ends_with_what_was_found_so_far(started: Start) -> None:
    status, out = started().stop()
    assert status == 130
    assert "… and 7 more like it" in out
    assert "Checked 10 documents in 1 file, and was interrupted: 10 errors.\n" in out


@pytest.mark.process
def test_ctrl_c_leaves_reports_for_programs_and_manifests_alone(started: Start, tmp_path: Path) -> None:
    sarif, known, text = (tmp_path / name for name in ("a.sarif", "known.json", "a.txt"))
    check = started("--format", f"sarif:{sarif}", "--format", "json", "--format", f"text:{text}")
    assert check.stop() == (130, "")
    assert f"updaterun: interrupted; no sarif report is written to {sarif}" in check.terminal.shown
    assert "updaterun: interrupted; no json report" in check.terminal.shown
    assert not sarif.exists()
    assert "was interrupted" in text.read_text()
    check = started("--baseline", str(known), "--update-baseline")
    assert check.stop() == (130, "")
    assert f"updaterun: interrupted; nothing is written to {known}" in check.terminal.shown
    assert not known.exists()


INTERRUPTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
module = sys.argv.pop(1)
def interrupt(event, arguments):
    if event == "import" and arguments[0] == module:
        signal.raise_signal(signal.SIGINT)
sys.addaudithook(interrupt)
from validator.__main__ import main
main()
"""


@pytest.mark.process
@pytest.mark.parametrize("module", ["validator.cli", "click", "validator.cli.progress", "validator.checker.item", "jsonschema_rs"])
def test_ctrl_c_during_an_import_is_no_traceback(module: str) -> None:
    command = [sys.executable, "-c", INTERRUPTED, module, "check", "-"]
    done = subprocess.run(command, input=b"", capture_output=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"updaterun: interrupted\n")


class Trickle(io.BytesIO):
    """A stream that has one byte at a time."""

    def readinto1(self, buffer: Any, /) -> int:
        return super().readinto1(memoryview(buffer)[:1])


@pytest.mark.parametrize("data", [WRONG, gzip.compress(WRONG), b"\xef\xbb\xbf" + WRONG], ids=["plain", "gzip", "marked"])
def test_a_capture_may_come_in_small_pieces(data: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=Trickle(data)))
    main(["check", "-", "--select", "schema/"], standalone_mode=False)
    assert "Checked 1 document in 1 file: 1 error." in capsys.readouterr().out


@pytest.mark.process
def test_what_an_interrupted_check_did_not_come_to_is_not_stale(started: Start, tmp_path: Path) -> None:
    row = {"file": "<stdin>", "entry": 10, "rule": "schema/enum", "pointer": "/properties/status/status/state", "reason": "-"}
    (tmp_path / "known.json").write_text(json.dumps({"expected": [row]}))
    status, out = started("--baseline", str(tmp_path / "known.json")).stop()
    assert status == 130
    assert "stale" not in out


@pytest.mark.process
def test_a_bar_shows_how_much_is_read_and_goes_away(started: Start) -> None:
    check = started(delay=SOON)
    until(lambda: f"{len(WRONG) / 100:.1f}/? kB" in check.terminal.shown)
    assert "Checking" in check.terminal.shown
    status, out = check.stop()
    assert status == 130
    assert "\x1b[?25h" in check.terminal.shown, "the cursor is back"
    assert "Checking" not in out


def drawn(folder: Path) -> str:
    """Check a folder, and return what a terminal shows on the way."""
    terminal = Terminal()
    command = [sys.executable, "-c", PROGRAM, SOON, "check", str(folder), "--fail-on", "never", "--output", str(folder / "out.txt")]
    with subprocess.Popen(command, stderr=terminal.there, env=os.environ | {"TERM": "xterm"}) as process:
        terminal.hand_over()
    terminal.close()
    assert process.returncode == 0
    return terminal.shown


@pytest.mark.process
def test_a_bar_shows_how_much_is_left(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes(WRONG * 3_000)
    shown = drawn(tmp_path)
    assert f"/{len(WRONG) * 3_000 / 1e6:.1f} MB" in shown
    assert "B/s" in shown
    assert "0:00:" in shown


@pytest.mark.process
def test_what_is_read_as_a_whole_is_not_done_when_it_is_read(tmp_path: Path) -> None:
    url = f"https://management.azure.com{example.RESPONSE['id']}?api-version=2025-03-01"
    entry = {"request": {"method": "GET", "uri": url}, "response": {"status": {"code": 200}, "body": {"string": WRONG.decode()}}}
    size = (tmp_path / "cassette.json").write_text(json.dumps({"interactions": [entry] * 3_000}))
    shown = drawn(tmp_path)
    assert f"Checking what was read, {size / 1e6:.1f} MB" in shown
    assert re.search(r"[1-9][\d,]* entries checked", shown)
    assert f"{size / 1e6:.1f}/{size / 1e6:.1f} MB" not in shown


@pytest.mark.process
def test_there_is_no_bar_before_two_seconds_and_none_without_a_terminal(started: Start) -> None:
    from validator.cli import progress

    assert progress.DELAY == 2
    check = started()
    check.stop()
    assert "Checking" not in check.terminal.shown
    command = [sys.executable, "-c", PROGRAM, SOON, "check", "-"]
    done = subprocess.run(command, input=WRONG, capture_output=True, check=False, timeout=PATIENCE)
    assert done.stderr == b""
