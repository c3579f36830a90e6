"""What has to be right on Windows, simulated: its paths, its encodings, its locks, and the modules that it has not."""

from __future__ import annotations

import io
import json
import multiprocessing.connection
import ntpath
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import yaml

from tests.support.command import report_of_check, updaterun
from tests.support.prose import ROOT, blocks
from validator.checker import manifest, workers
from validator.cli import COMMANDS, execution, output
from validator.cli.output import Failed, write_text
from validator.cli.paths import found_files
from validator.findings import Finding, Severity
from validator.readers.exclusion import Exclusion, check_glob
from validator.readers.paths import File, find
from validator.readers.relative_paths import relative_path
from validator.report import REPORTERS
from validator.report.identity import uri
from validator.report.report import relative
from validator.rules import example
from validator.rules.example import changed

WRONG = changed(example.RESPONSE, put={"/properties/status/status/state": "running", "/properties/extra": "a → é"})
CURRENT = "C:\\work"


@contextmanager
def paths_of_windows() -> Iterator[None]:
    """Have paths as Windows has them, and `CURRENT` as the current folder."""
    manifest.read("", b'{"expected": []}')  # its schema is in a file of this system
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "path", ntpath)
        patch.setattr(os, "sep", "\\")
        patch.setattr(os, "getcwd", lambda: CURRENT)
        yield


# Paths


@pytest.mark.parametrize(
    "path, named, address",
    [
        ("recordings\\run.json", "recordings/run.json", "recordings/run.json"),
        ("C:\\work\\a b.json", "a b.json", "a%20b.json"),
        ("C:\\other\\run.json", "../other/run.json", "file:///C:/other/run.json"),
        ("D:\\a b\\run.json", "D:/a b/run.json", "file:///D:/a%20b/run.json"),
        ("\\\\server\\share\\run.json", "//server/share/run.json", "file://server/share/run.json"),
    ],
)
def test_reports_name_a_file_with_slashes_on_any_drive(path: str, named: str, address: str) -> None:
    with paths_of_windows():
        source = File(path, named=True).source
        shown, in_sarif = relative(source), uri(source)
    assert "\\" not in source
    assert (shown, in_sarif) == (named, address)


@pytest.mark.parametrize("form", REPORTERS)
def test_a_report_has_no_backslash_of_a_path(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("recordings\\run.json", "recordings\\other.json"):  # here, names of files in this folder
        (tmp_path / name).write_text(json.dumps({"package.json": 1} if "other" in name else WRONG))
    arguments = ["check", "--no-ignore", "--verbose", "--format", form, "recordings\\run.json", "recordings\\other.json"]
    updaterun(*arguments)  # what is read once is in files of this system
    monkeypatch.setattr(execution, "found_files", lambda *given, **names: found_files(*given, **names)._replace(ignored=["node\\modules"]))
    with paths_of_windows():
        result = updaterun(*arguments)
    assert "recordings/run.json" in result.stdout
    assert not {"recordings\\", "node\\"} & set(re.findall(r"\w+\\", result.stdout))


def test_an_absolute_uri_of_posix_has_no_drive() -> None:
    assert uri("/elsewhere/a b.json") == "file:///elsewhere/a%20b.json"
    assert uri("//elsewhere/run.json") == "file:////elsewhere/run.json"


def finding_at(source: str) -> Finding:
    return Finding(rule="schema/enum", message="", pointer="/a", source=source, severity=Severity.ERROR, side="response")


@pytest.mark.parametrize("folder", ["tests\\", "", "D:\\known\\"])
def test_the_rows_of_a_baseline_have_slashes_and_match_again(folder: str) -> None:
    sources = ["recordings/deep/run.json", "C:/work/tests/run.json", "E:/run.json"]
    with paths_of_windows():
        path = f"{folder}known.json"
        findings = [finding_at(source) for source in sources]
        written = manifest.dump(manifest.updated_rows(path, findings, [], manifest.Scope(sources, lambda _: True)))
        rows = manifest.read(path, written.encode())
        compared = manifest.compare(path, rows, findings, manifest.Scope(sources, lambda _: True))
    assert "\\" not in written
    assert "\r" not in written
    assert (compared.new, compared.stale, len(compared.matched)) == ((), (), len(sources))


def test_a_glob_excludes_what_is_below_it_with_either_slash() -> None:
    with paths_of_windows():
        exclusion = Exclusion.of(CURRENT, ["old/vendor", "*.tmp.json"])
        assert exclusion.covers("old\\vendor\\run.json")
        assert exclusion.covers("C:/work/old/vendor/run.json")
        assert exclusion.covers("D:\\a.tmp.json"), "a name, on any drive"
        assert not exclusion.covers("old\\run.json")
        for glob in ("/vendor", "C:\\vendor"):
            with pytest.raises(ValueError, match="expected a relative glob"):
                check_glob(glob)


def test_a_file_on_another_drive_has_its_absolute_path() -> None:
    with paths_of_windows():
        assert relative_path("D:\\a\\run.json") == "D:/a/run.json"
        assert relative_path("a\\run.json", "C:\\work\\b") == "../a/run.json"


def test_a_path_is_normal_with_either_slash() -> None:
    with paths_of_windows():
        assert find(["a/b.json"]).missing == find([".\\a\\b.json"]).missing == ["a\\b.json"]


# Ends of lines


@pytest.mark.parametrize("name", ["run.json", "runs.jsonl", "run.yaml"])
def test_a_finding_has_its_position_whatever_ends_the_lines(name: str, tmp_path: Path) -> None:
    text = {
        "run.json": json.dumps(WRONG, indent=2),
        "runs.jsonl": f"{json.dumps(WRONG)}\n{json.dumps(WRONG)}\n",
        "run.yaml": yaml.safe_dump(WRONG),
    }[name]
    path = tmp_path / name
    found = []
    for ending in ("\n", "\r\n"):
        path.write_bytes(text.replace("\n", ending).encode())
        found.append(report_of_check(path)["findings"])
    assert found[0] == found[1] != []


def test_git_leaves_the_ends_of_lines_as_they_are() -> None:
    assert "* -text" in (ROOT / ".gitattributes").read_text().splitlines()


# Encodings


def output_with(encoding: str, *arguments: str) -> tuple[int, bytes, bytes]:
    """Return the exit status of a command line, and what it writes to standard streams of an encoding."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", newline="\r\n") for _ in range(2))
    from validator.cli import main

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as ended:
            main(list(arguments), prog_name="updaterun")
    out.flush()
    err.flush()
    assert isinstance(out.buffer, io.BytesIO)
    assert isinstance(err.buffer, io.BytesIO)
    return int(ended.value.code or 0), out.buffer.getvalue(), err.buffer.getvalue()


ENCODINGS = ("cp1252", "cp437", "utf-16", "utf-8")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_output_fails_for_its_encoding(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "run→é.json"
    path.write_bytes(json.dumps(WRONG, ensure_ascii=False).encode())
    for arguments in (
        *(["check", str(path), "--format", form] for form in ("text", "concise", "markdown", "github", "azure")),
        ["show", str(path)],
        ["check", str(tmp_path / "missing→é.json")],
        ["rules"],
        ["explain", "etag-format"],
        *([command, "--help"] for command in COMMANDS),
    ):
        status, out, err = output_with(encoding, *arguments)
        assert status in {0, 1, 2}, err
        assert (out + err).decode(encoding if out or err else "utf-8"), arguments
    text = output_with(encoding, "check", str(path))[1].decode(encoding)
    assert ("run→" in text) == encoding.startswith("utf")
    assert ("run\\u2192" in text) != encoding.startswith("utf")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_json_and_xml_are_in_utf_8_whatever_the_encoding_of_the_stream(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "run→é.json"
    path.write_bytes(json.dumps(WRONG, ensure_ascii=False).encode())
    for form in ("json", "sarif", "gitlab", "junit"):
        _, out, _ = output_with(encoding, "check", str(path), "--format", form)
        _, in_utf_8, _ = output_with("utf-8", "check", str(path), "--format", form)
        assert out == in_utf_8
        assert b"\r" not in out
    assert json.loads(output_with(encoding, "schema", "--bundle")[1])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_the_standard_input_may_be_as_powershell_writes_it(encoding: str) -> None:
    text = json.dumps(example.RESPONSE, indent=2, ensure_ascii=False).replace("\n", "\r\n")
    result = updaterun("check", "-", "--format", "json", stdin=text.encode(encoding))
    report = json.loads(result.stdout)
    assert (result.exit_code, report["summary"]["documents"]) == (0, 1)


# Files


@pytest.fixture
def locks(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Return a function that locks a file as Windows does: it is not replaced, and none that is read-only is removed."""
    locked: set[str] = set()
    replace, unlink = os.replace, os.unlink

    def replace_on_windows(source: str, target: str) -> None:
        if target in locked:
            raise PermissionError(13, "Access is denied", source, 5, target)
        replace(source, target)

    def unlink_on_windows(path: str) -> None:
        if not os.stat(path).st_mode & stat.S_IWRITE:
            raise PermissionError(13, "Access is denied", path)
        unlink(path)

    monkeypatch.setattr(os, "replace", replace_on_windows)
    monkeypatch.setattr(os, "unlink", unlink_on_windows)
    return lambda path: locked.add(str(path))


@pytest.mark.parametrize("mode", [0o644, 0o444])
def test_a_locked_file_is_a_sentence_and_leaves_nothing_behind(
    mode: int, locks: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    path.chmod(mode)
    locks(path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        with pytest.raises(
            Failed, match=r"^cannot write .*report\.json: Access is denied; it may be read-only, or open in another program$"
        ):
            write_text(str(path), "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_without_a_number_is_no_standard_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    without_number = os.stat_result((stat.S_IFCHR, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    with open(os.devnull, "w") as stream, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        patch.setattr(sys, "stderr", stream)
        patch.setattr(os, "stat", lambda _: without_number)
        patch.setattr(os, "fstat", lambda _: without_number)
        found = output._standard_stream("NUL")  # noqa: SLF001 - what is written to such a device is lost
    assert found is None


# Modules


WITHOUT_POSIX = """
import multiprocessing.connection, shutil, subprocess, sys, tempfile  # these need such modules here, and not on Windows
for name in ("fcntl", "grp", "posix_ipc", "pty", "pwd", "resource", "termios", "tty", "_posixshmem", "_posixsubprocess"):
    sys.modules[name] = None  # importing it fails
import os, signal
for module, names in (
    (os, "fork forkpty getuid geteuid mkfifo killpg setsid uname O_NONBLOCK O_NOFOLLOW O_CLOEXEC posix_spawn".split()),
    (signal, "pthread_sigmask SIGPIPE SIGKILL SIGHUP SIGALRM SIGCHLD SIGUSR1 alarm setitimer".split()),
):
    for name in names:
        vars(module).pop(name, None)
from validator.checker import workers
from validator.cli import main
class NoProcess:
    def __init__(self, **_): pass
    def start(self): raise SystemExit("a process would start now")
workers.get_context("spawn").__class__.Process = NoProcess
main(sys.argv[1:], prog_name="updaterun")
"""


@pytest.mark.process
@pytest.mark.parametrize(
    "arguments, status, said",
    [
        (["check", "run.json", "--format", "sarif:report.sarif"], 0, b""),
        (["check", "run.json", "run.json", "--jobs", "2"], 1, b"a process would start now"),
        (["show", "run.json", "--html", "page.html"], 0, b""),
    ],
)
def test_a_command_needs_nothing_that_windows_has_not(arguments: list[str], status: int, said: bytes, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps(example.RESPONSE))
    command = [sys.executable, "-c", WITHOUT_POSIX, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == status, done.stderr.decode()
    assert said in done.stderr


@pytest.mark.process
def test_no_more_workers_are_waited_for_than_windows_can(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = []

    def wait(busy: dict[Connection, object], timeout: float | None = None) -> object:
        numbers.append(len(busy))
        return multiprocessing.connection.wait(busy, timeout)

    monkeypatch.setattr(workers, "wait", wait)
    monkeypatch.setattr(workers, "MOST", 2)
    assert [result for _, result in workers.ordered_map(abs, range(-6, 0), 4)] == [6, 5, 4, 3, 2, 1]
    assert max(numbers) == 2


# Set-up


def test_the_set_up_without_make_is_that_of_the_makefile(monkeypatch: pytest.MonkeyPatch) -> None:
    (commands,) = (block.splitlines() for block in blocks((ROOT / "README.md").read_text(), "powershell"))
    programs = [command.replace(".venv\\Scripts\\", "$(BIN)/") for command in commands]
    makefile = (ROOT / "Makefile").read_text().replace("--quiet ", "").replace("$<", "requirements/strategies.txt")
    assert programs[0] == "py -m venv .venv"
    assert all(f"\t{program}\n" in makefile for program in programs[1:-1])
    program, *arguments = programs[-1].split()
    assert program == "$(BIN)/updaterun"
    monkeypatch.chdir(ROOT)
    assert updaterun(*arguments).exit_code == 0
