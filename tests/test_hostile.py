"""Whatever the command is fed, it ends within its limits, says what is wrong, and checks the other files all the same."""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hostile import MEMORY, RECORDINGS, ROOT, Row, assembled, limited_command, rows, run_limited
from tests.support.log_commands import azure
from validator.contract import schemas
from validator.readers.recordings import CONTAINERS

ROWS = list(rows())
RUN = assembled({"run": {}})
WRONG = assembled({"run": {"/properties/provisioningState": '"succeeded"', "/eTag": r'"\"2\""'}})
FORMATS = ("text", "concise", "markdown", "github", "gitlab", "junit", "sarif")
STYLE = re.compile(r"\x1b\[[0-9;]*m")
OWNED = ("\x1b[2J", "\x1b[31m\u202e", "\x9b31m")


def named_findings(stdout: bytes, *, of: str) -> Iterator[str]:
    """Name the findings of a file: by their rule, and what is wrong with the input by what is said, too."""
    for finding in json.loads(stdout)["findings"]:
        if finding["source"] == of:
            yield f"{finding['rule']}: {finding['message']}" if finding["rule"].startswith("input/") else finding["rule"]


def is_harmless(text: str) -> bool:
    """Return whether a terminal has nothing to act on in text but our colours, and Azure Pipelines has nothing at all."""
    return not azure(text) and not any(sequence in text for sequence in OWNED) and STYLE.sub("", text).replace("\n", "").isprintable()


def test_the_catalogue_is_long_and_its_names_differ() -> None:
    assert len({str(row) for row in ROWS}) == len(ROWS) >= 60


def test_every_container_is_fed_a_hostile_body() -> None:
    fed = [recording for name, recording in RECORDINGS.items() if any(row.name.endswith(f" in {name}") for row in ROWS)]
    lacking = [container.name for container in CONTAINERS if not any(map(container.recognises, fed))]
    assert not lacking, f"add {lacking} to RECORDINGS in tests/support/hostile.py, and under that name to an `each` in tests/cases/hostile"


BATCHES = {topic: [row for row in ROWS if row.topic == topic] for topic in sorted({row.topic for row in ROWS} - {"sizes", "work"})}
"""Inputs that take so little time that all of a topic are within the limits of one."""


@pytest.mark.process
@pytest.mark.parametrize("row", [row for row in ROWS if row.topic not in BATCHES], ids=str)
def test_a_hostile_input_is_a_finding_and_the_next_file_is_checked(row: Row, tmp_path: Path) -> None:
    check_hostile([row], tmp_path)


@pytest.mark.process
@pytest.mark.parametrize("topic", BATCHES)
def test_hostile_inputs_are_findings_and_the_files_between_them_are_checked(topic: str, tmp_path: Path) -> None:
    try:
        check_hostile(BATCHES[topic], tmp_path)
    except AssertionError:
        for number, row in enumerate(BATCHES[topic]):  # which of them it is
            check_hostile([row], tmp_path / f"alone-{number}")
        raise


def check_hostile(given: list[Row], folder: Path) -> None:
    """Check hostile inputs, with a wrong file after each, within the limits."""
    rows_of_files = {f"{number}/{row.file}": row for number, row in enumerate(given)}
    names: list[str] = []
    for file, row in rows_of_files.items():
        (folder / file).parent.mkdir(parents=True)
        (folder / file).write_bytes(row.bytes())
        (folder / file).with_name("next.json").write_bytes(WRONG)
        names += [file, str(Path(file).with_name("next.json"))]
    formats = FORMATS if any(row.topic == "terminal" for row in given) else FORMATS[:1]
    ran = run_limited("check", *names, "--verbose", "--format=json", *(f"--format={name}:{name}" for name in formats), cwd=folder)
    assert (ran.status, ran.stderr) == (1, "")
    assert ran.memory <= MEMORY
    found = {name: list(named_findings(ran.stdout, of=name)) for name in names}
    assert {file: sorted(set(found[file])) for file in rows_of_files} == {file: list(row.found) for file, row in rows_of_files.items()}
    assert all(found[name] == ["schema/enum"] for name in names if name not in rows_of_files)
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == {*names, *formats}
    assert all(is_harmless((folder / name).read_text()) for name in formats)


@pytest.mark.process
@pytest.mark.parametrize("command", ["check", "show"])
def test_nothing_in_a_value_or_a_name_reaches_a_terminal_raw(command: str, tmp_path: Path) -> None:
    folder = tmp_path / "a\x1b[31m\u202e\n::error::b"
    folder.mkdir()
    for index, row in enumerate(row for row in ROWS if row.topic == "terminal"):
        (folder / f"{index}\x07{row.file}").write_bytes(row.bytes())
    chosen = [folder] if command == "check" else [folder / "3\x07hostile.json", folder / "7\x07hostile.json"]
    written = "".join(on_a_terminal([command, str(path)]) for path in chosen)
    assert "\\u202e" in written
    assert is_harmless(written)
    assert "eyJ" not in written


def on_a_terminal(arguments: list[str]) -> str:
    """Run the command with a terminal for its outputs, and give what the terminal gets."""
    outer, inner = pty.openpty()
    command = [sys.executable, "-m", "validator", *arguments]
    with subprocess.Popen(command, stdout=inner, stderr=inner, stdin=subprocess.DEVNULL, cwd=ROOT) as process:
        os.close(inner)
        parts = []
        with contextlib.suppress(OSError), open(outer, "rb", buffering=0) as stream:  # a terminal ends in an error
            while part := stream.read(65536):
                parts.append(part)
        assert process.wait() in {0, 1, 2}
    return b"".join(parts).decode().replace("\r\n", "\n")


# What happens around a file


@pytest.mark.process
def test_a_line_of_400_megabytes_costs_one_finding(tmp_path: Path) -> None:
    with open(tmp_path / "log.jsonl", "wb") as log:
        log.write(RUN + b'\n{"id": "')
        log.seek(400 * 2**20, os.SEEK_CUR)  # a hole, which takes no room
        log.write(b'"}\n' + WRONG)
    ran = run_limited("check", "log.jsonl", "--format=json", cwd=tmp_path)
    assert [finding.partition(":")[0] for finding in named_findings(ran.stdout, of="log.jsonl")] == ["input/too-large", "schema/enum"]
    assert (ran.stderr, ran.memory <= MEMORY) == ("", True)


def while_it_reads(tmp_path: Path, change: object) -> list[str]:
    """Check the standard input and a file, and change the file when both have been found, before it is its turn."""
    assert callable(change)
    file = tmp_path / "run.json"
    file.write_bytes(WRONG)
    command = [*limited_command(str(tmp_path / "report"), {}), "check", "-", "run.json", "--format=json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path, env=environment) as process:
        assert process.stdin is not None
        process.stdin.write((WRONG + b"\n") * 100)  # more than a pipe holds: who takes it has found the files
        process.stdin.flush()
        change(file)
        stdout, _ = process.communicate(timeout=60)
    assert json.loads((tmp_path / "report").read_text())["status"] == 1
    assert list(named_findings(stdout, of="<stdin>")) == ["schema/enum"] * 100
    return list(named_findings(stdout, of="run.json"))


@pytest.mark.process
def test_a_file_that_disappears_before_its_turn_is_a_finding(tmp_path: Path) -> None:
    assert while_it_reads(tmp_path, os.unlink) == ["input/unreadable: the file cannot be read: no such file or directory"]


@pytest.mark.process
def test_a_file_that_changes_before_its_turn_is_what_it_has_become(tmp_path: Path) -> None:
    def truncate(file: Path) -> None:
        file.write_bytes(WRONG[:100])

    assert while_it_reads(tmp_path, truncate) == ["input/unreadable: not JSON: the text ends in the middle of a value"]


@pytest.mark.process
def test_a_file_that_becomes_a_folder_is_a_finding(tmp_path: Path) -> None:
    def replace(file: Path) -> None:
        file.unlink()
        file.mkdir()

    assert while_it_reads(tmp_path, replace) == ["input/unreadable: the folder cannot be read: is a directory"]


@pytest.mark.process
def test_a_full_disk_under_an_output_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(WRONG)
    (tmp_path / "report.txt").write_text("what was there")
    ran = run_limited("check", "run.json", "--output=report.txt", cwd=tmp_path, limits={"RLIMIT_FSIZE": 100})
    assert (ran.status, ran.stdout) == (2, b"")
    assert "cannot write report.txt: File too large" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert {path.name: path.read_text() for path in tmp_path.glob("report*")} == {"report.txt": "what was there"}


@pytest.mark.process
def test_a_pipe_that_closes_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes((WRONG + b"\n") * 1000)
    reading, writing = os.pipe()

    def take_little() -> None:
        os.read(reading, 10)
        os.close(reading)

    thread = threading.Thread(target=take_little)
    thread.start()
    ran = run_limited("check", "log.jsonl", "--verbose", cwd=tmp_path, stdout=writing)
    os.close(writing)
    thread.join()
    assert (ran.status, ran.stderr) == (1, "")


@pytest.mark.process
def test_2000_files_take_no_more_than_256_descriptors(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "0.json").write_bytes(RUN)
    for number in range(1, 2000):
        os.link(tmp_path / "runs" / "0.json", tmp_path / "runs" / f"{number}.json")
    ran = run_limited("check", "runs", cwd=tmp_path, limits={"RLIMIT_NOFILE": 256})
    assert (ran.status, ran.stderr, ran.memory <= MEMORY) == (0, "", True)
    assert b"2,000 documents in 2,000 files" in ran.stdout


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_no_end_of_the_check(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir(0)
    (tmp_path / "run.json").write_bytes(WRONG)
    ran = run_limited("check", ".", "--format=json", cwd=tmp_path)
    assert list(named_findings(ran.stdout, of="run.json")) == ["schema/enum"]


@pytest.mark.process
def test_no_command_opens_a_connection(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(WRONG)
    code = (
        "import sys\n"
        "sys.addaudithook(lambda event, _: sys.exit(event) if event.startswith('socket.') else None)\n"
        "from validator.cli import main\n"
        "for command in ('check --engine reference run.json', 'show run.json --html run.html', 'schema --bundle'):\n"
        "    main(command.split(), standalone_mode=False)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_tests_of_the_promises_exist() -> None:
    security = re.findall(r"^\* \*\*(.+?)\.\*\*", (ROOT / "SECURITY.md").read_text(), re.MULTILINE)
    section = (ROOT / "CONTRIBUTING.md").read_text().partition("## The tests of the promises\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([A-Z][^|]+?) \| (`test_.+) \|$", section, re.MULTILINE)
    assert security
    assert security == [promise for promise, _ in rows]
    named = set(re.findall(r"`(test_\w+)`", section))
    written = {
        name for path in (ROOT / "tests").glob("test_*.py") for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert named
    assert named <= written


# Patterns take linear time: one that does not is stopped by the limit


ANY = {"search", "match", "fullmatch", "finditer", "sub", "split"}


def uses() -> dict[str, set[str]]:
    """Read off the sources which pattern of a module is used by which method."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "validator").rglob("*.py")):
        if path.parent.name == "spark":  # its packages are not installed everywhere
            assert "re.compile" not in path.read_text()
            continue
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name, value in vars(importlib.import_module(module)).items():
            if isinstance(value, tuple) and value and all(isinstance(one, re.Pattern) for one in value):
                found.setdefault(f"{module}.{name}", set()).add("search")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                name, method = node.func.value.id, node.func.attr
                if method in ANY and isinstance(getattr(importlib.import_module(module), name, None), re.Pattern):
                    found.setdefault(f"{module}.{name}", set()).add(method)
    return found


def schema_patterns() -> set[str]:
    """List the patterns of the schemas."""

    def below(schema: object) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from (value for key, value in schema.items() if key == "pattern" and isinstance(value, str))
            for value in schema.values():
                yield from below(value)

    return {pattern for schema in schemas.load().schemas.values() for pattern in below(schema)}


ATTACK = """
import importlib, re, signal, sys
def attacks(pattern):
    literals = set(re.sub(r"[\\\\^$|(){}?*+]", "", pattern)) | set("aA0-/. \\n\\"'!")
    words = set(re.findall("[A-Za-z./:]{2,}", pattern)) | {"a-", "1.", "/*", '\\\\"', "::", "\\r\\n"}
    for pump in sorted(literals | words):
        for begin in ("", "a", '"', "'", "/*", "W/", "v1", "2025-04-08T09:30:00."):
            for end in ("!", "\\0", "\\n"):
                yield begin + pump * (size // len(pump)) + end
size = int(sys.argv[1])
for given in sys.argv[3:]:
    place, _, method = given.rpartition(":")
    if place.startswith("pattern="):
        held = re.compile(place.removeprefix("pattern="))
    else:
        module, _, name = place.rpartition(".")
        held = getattr(importlib.import_module(module), name)
    for pattern in held if isinstance(held, tuple) else [held]:
        source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
        for attack in attacks(source):
            text = attack if isinstance(pattern.pattern, str) else attack.encode()
            signal.setitimer(signal.ITIMER_VIRTUAL, float(sys.argv[2]))  # whose signal ends the process
            if method == "sub":
                pattern.sub(text[:0], text)
            elif method == "finditer":
                for _ in pattern.finditer(text):
                    pass
            else:
                getattr(pattern, method)(text)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
"""


SIZE, LIMIT = 16_000, 0.07
"""Characters of text, and the seconds of processor that it may take: linear time is a twelfth of that, squared time twice."""


def attacked(*given: str) -> int:
    """Attack patterns in a process of its own, and give its exit status."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ATTACK, str(SIZE), str(LIMIT), *given]
    return subprocess.run(command, check=False, env=environment).returncode


@pytest.mark.process
def test_every_pattern_takes_linear_time() -> None:
    patterns = [f"{name}:{method}" for name, methods in uses().items() for method in sorted(methods)]
    patterns += [f"pattern={pattern}:search" for pattern in sorted(schema_patterns())]
    if attacked(*patterns) != 0:
        assert not [pattern for pattern in patterns if attacked(pattern) != 0]


@pytest.mark.process
@pytest.mark.parametrize("pattern", [r"pattern=(a+)+$:match", r"pattern=\s*x$:search", "pattern=a*b:search"])
def test_a_pattern_that_does_not_is_noticed(pattern: str) -> None:
    assert attacked(pattern) < 0
