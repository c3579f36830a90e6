"""Shell completion in bash, zsh, fish and PowerShell, and the help of the commands."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import shlex
import shutil
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from socketserver import BaseServer

import pytest
from click.testing import CliRunner

from validator.cli import COMMANDS, main
from validator.contract.own_formats import FORMATS
from validator.contract.schemas import VERSIONS, load
from validator.rules import example
from validator.rules.names import KNOWN

SHELLS = ("bash", "zsh", "fish", "powershell")
PATIENCE = 30
PROGRAM = [sys.executable, "-c", "from validator.cli import main; main(prog_name='updaterun')"]


def asked(shell: str, line: str) -> str:
    """Return the answer to the completion function of a shell, which passes the words of the line and the position of the cursor."""
    words = line.split(" ")
    cursor = words[-1] if shell == "fish" else str(len(words) - 1)
    text = line.rstrip() if shell == "powershell" else line  # it passes the command as it has parsed it
    environment = {"COMP_WORDS": text, "COMP_CWORD": cursor, "_UPDATERUN_COMPLETE": f"{shell}_complete", "PATH": os.environ["PATH"]}
    return CliRunner().invoke(main, [], prog_name="updaterun", env=environment).stdout


def offered(shell: str, line: str) -> list[str]:
    lines = asked(shell, line).splitlines()
    if shell in {"zsh", "powershell"}:
        return lines[1::3]
    return [item.partition(",")[2].partition("\t")[0] for item in lines]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "line, expected",
    [
        ("updaterun ", list(COMMANDS)),
        ("updaterun sc", ["schema"]),
        ("updaterun explain group-d", ["group-duplicate"]),
        ("updaterun check --select schema/enum,group-d", ["schema/enum,group-duplicate"]),
        ("updaterun check x.json --ignore input/unr", ["input/unreadable", "input/unrecognised"]),
        ("updaterun generate update-run --invalid group-d", ["group-duplicate"]),
        ("updaterun generate update-run --state Sto", ["Stopping", "Stopped"]),
        ("updaterun generate update-r", ["update-run"]),
        ("updaterun schema updatesta", ["UpdateStage", "UpdateStageStatus", "UpdateState", "UpdateStatus"]),
        ("updaterun show --ht", ["--html"]),
        ("updaterun check --api-version au", ["auto"]),
        ("updaterun generate update-run --api-version 2025-03", ["2025-03-01"]),
        ("updaterun schema --api-version ", list(VERSIONS)),
    ],
)
def test_a_shell_gets_completions(shell: str, line: str, expected: list[str]) -> None:
    assert offered(shell, line) == expected


@pytest.mark.parametrize("shell", SHELLS)
def test_a_command_that_is_none_is_completed_by_those_that_are(shell: str) -> None:
    assert offered(shell, "updaterun nope ") == list(COMMANDS)


@pytest.mark.parametrize("shell", SHELLS)
def test_files_are_left_to_the_shell(shell: str) -> None:
    assert asked(shell, "updaterun show sam").startswith(("file,", "file\n"))
    assert asked(shell, "updaterun check sam").startswith(("file,", "file\n"))


def test_every_rule_can_be_completed() -> None:
    assert offered("bash", "updaterun explain ") == list(KNOWN)


def script_of(shell: str) -> str:
    """Return the script that makes a shell complete the command."""
    environment = {"_UPDATERUN_COMPLETE": f"{shell}_source", "PATH": os.environ["PATH"]}
    return subprocess.run(PROGRAM, env=environment, capture_output=True, text=True, check=True).stdout


SESSIONS = {
    "bash": (["--norc", "--noprofile", "-i"], "source {}"),
    "zsh": (["-f", "-i"], "autoload -U compinit; compinit -D -u; source {}"),
    "fish": (["--no-config", "--interactive"], "source {}"),
}
"""The options that start a shell without configuration, and the command that loads the completion."""


AT_TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
"""A program that makes its standard input the controlling terminal, which fish requires, and runs another."""


class Session:
    """A shell at a terminal."""

    def __init__(self, program: str, options: list[str], folder: Path) -> None:
        self.output = ""
        self._here, there = pty.openpty()
        fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-c", AT_TERMINAL, program, *options],
            stdin=there,
            stdout=there,
            stderr=there,
            cwd=folder,
            env={"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(folder), "TERM": "xterm", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        os.close(there)

    def type(self, text: str, expected: str) -> None:
        """Type something, and read until the shell has printed the expected text."""
        os.write(self._here, text.encode())
        end = time.monotonic() + PATIENCE
        while expected not in self.output:
            ready, _, _ = select.select([self._here], [], [], max(0, end - time.monotonic()))
            assert ready, self.output
            self.output += os.read(self._here, 65536).decode(errors="replace")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._here)


@pytest.mark.process
def test_powershell_registers_a_completer_that_asks_as_above() -> None:
    source = script_of("powershell")
    assert "Register-ArgumentCompleter -Native -CommandName updaterun " in source
    assert set(re.findall(r"\$env:(\w+) = ", source)) == {"_UPDATERUN_COMPLETE", "COMP_WORDS", "COMP_CWORD"}
    assert "$env:_UPDATERUN_COMPLETE = 'powershell_complete'" in source


@pytest.mark.process
@pytest.mark.parametrize("shell", SESSIONS)
def test_a_shell_completes_a_word_at_the_terminal(shell: str, tmp_path: Path) -> None:
    source = script_of(shell)
    assert f"_UPDATERUN_COMPLETE={shell}_complete" in source
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed here; Debian has it as the package {shell}")
    (tmp_path / "function").write_text(source)
    (tmp_path / "updaterun").write_text(f'#!/bin/sh\nexec {shlex.join(PROGRAM)} "$@"\n')
    (tmp_path / "updaterun").chmod(0o755)
    options, prepare = SESSIONS[shell]
    session = Session(program, options, tmp_path)
    try:
        session.type(f"{prepare.format(tmp_path / 'function')}; echo rea''dy\r", "ready")
        session.type("updaterun explain group-d\t", "group-duplicate")
    finally:
        session.close()


# Help


def examples(*command: str) -> list[str]:
    text = CliRunner().invoke(main, [*command, "--help"]).stdout
    return [line.strip() for line in re.findall(r"^ +(updaterun .*)$", text, re.MULTILINE)]


def test_the_help_has_the_whole_first_sentence_of_each_command() -> None:
    text = CliRunner().invoke(main, ["--help"], terminal_width=60).stdout
    listed = " ".join(text.partition("Commands:")[2].split())
    assert re.findall(r"(?:^|(?<=\. ))(\w+) [A-Z]", listed) == list(COMMANDS)
    assert "..." not in listed
    for command in COMMANDS:
        (sentence,) = re.findall(rf"(?:^|\. ){command} ([A-Z].*?\.)(?: |$)", listed)
        assert sentence in " ".join(CliRunner().invoke(main, [command, "--help"]).stdout.split())


# An example of `coverage` generates what is missing, which takes a second.
@pytest.mark.parametrize(
    "command", [(), *(pytest.param((command,), marks=[pytest.mark.slow] * (command == "coverage")) for command in COMMANDS)]
)
def test_the_help_of_a_command_has_examples_that_work(command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(BaseServer, "serve_forever", lambda _: None)  # `serve` would not come to an end
    for folder in ("recordings", "fixtures"):
        (tmp_path / folder).mkdir()
    run = json.dumps(example.RESPONSE)
    for name in ("recordings/run.json", "fixtures/run.json", "run.json", "polls.jsonl", "cassette.yaml"):
        (tmp_path / name).write_text(run.replace(json.dumps(example.RESPONSE["name"]), '"april-upgrade"', 1) + "\n")
    lines = examples(*command)
    assert lines
    for line in lines:
        (first, *_) = line.split(" > ")
        result = CliRunner().invoke(main, shlex.split(first)[1:])
        assert result.exit_code in {0, 1}, result.output


def test_schema_completes_every_definition_and_format() -> None:
    assert set(offered("bash", "updaterun schema ")) == {*load().schemas, *FORMATS}
