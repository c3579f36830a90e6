"""Shell completion: what bash, zsh and fish ask for, and are answered; and what the help of a command shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from validator.cli import COMMANDS, main
from validator.cli.names import KNOWN
from validator.contract import load
from validator.rules import example

SHELLS = ("bash", "zsh", "fish")
PROGRAM = [sys.executable, "-c", "from validator.cli import main; main(prog_name='updaterun')"]


def asked(shell: str, line: str) -> str:
    """Ask as the function that a shell got does: by the words of the line, and where the cursor stands."""
    words = line.split(" ")
    cursor = words[-1] if shell == "fish" else str(len(words) - 1)
    environment = {"COMP_WORDS": line, "COMP_CWORD": cursor, "_UPDATERUN_COMPLETE": f"{shell}_complete", "PATH": os.environ["PATH"]}
    return subprocess.run(PROGRAM, env=environment, capture_output=True, text=True, check=False).stdout


def offered(shell: str, line: str) -> list[str]:
    lines = asked(shell, line).splitlines()
    if shell == "zsh":
        return lines[1::3]
    return [found.partition(",")[2].partition("\t")[0] for found in lines]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "line, expected",
    [
        ("updaterun ", list(COMMANDS)),
        ("updaterun sc", ["schema"]),
        ("updaterun explain group", ["group-duplicate"]),
        ("updaterun check --select schema/enum,group", ["schema/enum,group-duplicate"]),
        ("updaterun check x.json --ignore input/unr", ["input/unreadable", "input/unrecognised"]),
        ("updaterun generate update-run --violating group", ["group-duplicate"]),
        ("updaterun generate update-run --state Sto", ["Stopping", "Stopped"]),
        ("updaterun generate update-r", ["update-run"]),
        ("updaterun schema updatesta", ["UpdateStage", "UpdateStageStatus", "UpdateState", "UpdateStatus"]),
        ("updaterun show --ht", ["--html"]),
    ],
)
def test_a_shell_is_offered_what_may_follow(shell: str, line: str, expected: list[str]) -> None:
    assert offered(shell, line) == expected


@pytest.mark.parametrize("shell", SHELLS)
def test_files_are_left_to_the_shell(shell: str) -> None:
    assert asked(shell, "updaterun show sam").startswith(("file,", "file\n"))
    assert asked(shell, "updaterun check sam").startswith(("file,", "file\n"))


def test_every_rule_can_be_completed() -> None:
    assert offered("bash", "updaterun explain ") == list(KNOWN)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_function_that_a_shell_gets_is_of_its_language(shell: str, tmp_path: Path) -> None:
    environment = {"_UPDATERUN_COMPLETE": f"{shell}_source", "PATH": os.environ["PATH"]}
    source = subprocess.run(PROGRAM, env=environment, capture_output=True, text=True, check=True).stdout
    assert f"_UPDATERUN_COMPLETE={shell}_complete" in source
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed here")
    (tmp_path / "function").write_text(source)
    subprocess.run([program, "-n", str(tmp_path / "function")], check=True)


# Help


def examples(command: str) -> list[str]:
    text = CliRunner().invoke(main, [command, "--help"]).stdout
    return [line.strip() for line in re.findall(r"^ +(updaterun .*)$", text, re.MULTILINE)]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_examples_that_work(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recordings").mkdir()
    run = json.dumps(example.RESPONSE)
    for name in ("recordings/run.json", "run.json", "polls.jsonl", "cassette.yaml"):
        (tmp_path / name).write_text(run.replace(json.dumps(example.RESPONSE["name"]), '"april-upgrade"', 1) + "\n")
    lines = examples(command)
    assert lines
    for line in lines:
        (first, *_) = line.split(" > ")
        result = CliRunner().invoke(main, shlex.split(first)[1:])
        assert result.exit_code in {0, 1}, result.output


def test_the_definitions_are_those_that_schema_offers() -> None:
    assert set(offered("bash", "updaterun schema ")) == set(load().schemas)
