"""The text report on a terminal: wrapped at its width, with the lines of the files."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import click
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.support import golden
from tests.support.colours import contrast
from tests.support.log_commands import azure, github
from tests.support.terminal import on_terminal
from validator import Finding, Severity
from validator.checker.files import FileChecker
from validator.checker.manifest import Row, StaleRow
from validator.checker.options import Options
from validator.readers.paths import File
from validator.report import REPORTERS, Report
from validator.report.excerpt import Excerpt, excerpt
from validator.report.report import describe_message, describe_place
from validator.report.terminal import COLOURS, GREY, wrapped
from validator.rules import example
from validator.wording import inert

ROOT = Path(__file__).parent.parent
WIDTHS = (80, 100, 160)


def for_terminal(*paths: str | Path, width: int = 80, **given: bool) -> str:
    """Return the text report of files for a terminal, without colours."""
    checker = FileChecker(Options())
    findings = tuple(checker.check_files([File(str(path), named=True) for path in paths]))
    report = Report(findings, len(paths), checker.tally.documents, checker.tally.exchanges, 0, (), width=width, **given)  # type: ignore[arg-type]
    return click.unstyle(inert(REPORTERS["text"].write(report)))


# A real terminal


@pytest.mark.process
@pytest.mark.parametrize("width", WIDTHS)
def test_a_report_fits_a_terminal_and_breaks_no_word(width: int) -> None:
    text = click.unstyle(on_terminal("check", "samples/wrong", "--explain", columns=width, status=1))
    lines = text.splitlines()
    assert max(map(cell_len, lines)) <= width
    words = set(text.split())
    findings = tuple(
        FileChecker(Options()).check_files([File(str(path), named=True) for path in sorted((ROOT / "samples/wrong").glob("*.*"))])
    )
    assert len(findings) > 30
    for finding in findings:
        assert {word for word in f"{describe_place(finding)} {describe_message(finding)}".split() if len(word) < width - 4} <= {
            *words,
            *(word.removesuffix(":") for word in words),
        }


def test_the_lines_of_a_row_of_the_baseline_after_its_first_are_indented() -> None:
    stale = StaleRow(Row("recordings/spring.json", 2, "schema/enum", "/properties/status", manifest="known.json"))
    text = REPORTERS["text"].write(Report((), 1, 1, 0, 0, (), stale=(stale,) * 2, width=60, quiet=True))
    assert [line.startswith("  ") for line in text.splitlines()] == [False, True, True, True] * 2


@pytest.mark.process
def test_colours_are_for_terminals() -> None:
    coloured = on_terminal("check", "samples/wrong/requests.yaml", status=1)
    assert f"\x1b[{COLOURS[Severity.ERROR]}merror\x1b[0m" in coloured
    assert click.unstyle(coloured) == on_terminal("check", "samples/wrong/requests.yaml", status=1, NO_COLOR="1")
    assert click.unstyle(coloured) == on_terminal("check", "samples/wrong/requests.yaml", status=1, TERM="dumb")
    assert (
        "\x1b"
        not in subprocess.run(
            [sys.executable, "-m", "validator", "check", "samples/wrong"], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout
    )


@pytest.mark.process
@pytest.mark.parametrize("form", ["concise", "markdown", "github"])
def test_another_format_is_the_same_on_a_terminal(form: str) -> None:
    command = ["check", "samples/wrong", "--format", form]
    there = subprocess.run([sys.executable, "-m", "validator", *command], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert on_terminal(*command, status=1).replace("\r\n", "\n") == there


# What is shown


@pytest.mark.golden
def test_a_report_for_a_terminal_is_the_golden_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    golden.compare(
        ROOT / "tests" / "golden" / "report-terminal.txt", for_terminal(*sorted(Path("samples/wrong").glob("*.*")), explain=True)
    )


def test_a_finding_that_fits_is_on_one_line_and_otherwise_its_message_is_on_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("properties:\n  managedClusterUpdate:\n    upgrade: {type: full}\n")
    assert for_terminal("a.yaml", width=160) == (
        "a.yaml\n"
        "  3:21 error schema/enum request /properties/managedClusterUpdate/upgrade/type\n"
        '    expected Full, NodeImageOnly or ControlPlaneOnly, found "full", which differs from Full only in case\n'
        "    3 | … type: full}\n"
        "      |         ^^^^\n"
        "\n"
        "Checked 1 document in 1 file: 1 error.\n"
        "Run `updaterun explain schema/enum` for details.\n"
    )
    place = "error schema/enum request /properties/managedClusterUpdate/upgrade/type"
    message = 'expected Full, NodeImageOnly or ControlPlaneOnly, found "full", which differs from Full only in case'
    assert f"\n  3:21 {place}: {message}\n    3 | …" in for_terminal("a.yaml", width=190)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["run.json", "run.json.gz", "utf-16.json", "mark.json"])
def test_the_line_of_any_file_is_shown_and_the_value_is_marked(name: str, indent: int | None, tmp_path: Path) -> None:
    text = json.dumps(
        example.changed(example.RESPONSE, put={"/properties/status/status/state": "rünning"}), indent=indent, ensure_ascii=False
    )
    encodings = {"run.json.gz": gzip.compress(text.encode()), "utf-16.json": text.encode("utf-16"), "mark.json": text.encode("utf-8-sig")}
    (tmp_path / name).write_bytes(encodings.get(name, text.encode()))
    lines = for_terminal(tmp_path / name).splitlines()
    (at,) = (number for number, line in enumerate(lines) if re.match(r" *\d+ \| ", line))
    assert lines[at].endswith('"state": "rünning" …' if indent is None else '"state": "rünning",')
    start = lines[at].index('"rünning"')
    assert (
        lines[at + 1]
        == " " * (start - 2 - len('"state": ') - 2 * (indent is None)) + "| " + " " * (len('"state": ') + 2 * (indent is None)) + "^" * 9
    )


def test_findings_at_one_place_show_it_once(tmp_path: Path) -> None:
    wrong = json.dumps(example.changed(example.RESPONSE, put={"/properties/status/status/state": "running", "/eTag": "5"}))
    (tmp_path / "a.har").write_text(
        json.dumps(
            {
                "log": {
                    "entries": [
                        {
                            "request": {
                                "method": "GET",
                                "url": "https://management.azure.com" + example.RESPONSE["id"] + "?api-version=2025-03-01",
                            },
                            "response": {"status": 200, "content": {"text": wrong}},
                        }
                    ]
                }
            },
            indent=1,
        )
    )
    text = for_terminal(tmp_path / "a.har")
    assert len(re.findall(r"^  \d+:\d+ ", text, re.MULTILINE)) == 2
    assert len(re.findall(r"^ +\d+ \| ", text, re.MULTILINE)) == 1


def test_a_file_that_is_gone_or_a_pipe_shows_no_line() -> None:
    findings = [
        Finding("schema/type", Severity.ERROR, "-", "/a", source, line=1, column=1) for source in ("gone.json", "<stdin>", os.devnull)
    ]
    text = REPORTERS["text"].write(Report(tuple(findings), 3, 3, 0, 0, (), width=80))
    assert " | " not in text


# What is not shown


def excerpt_of(line: str, column: int, end: int | None, width: int = 70) -> Excerpt | None:
    return excerpt(Finding("schema/type", Severity.ERROR, "-", "/a", line=1, column=column, end_column=end), line, width)


@pytest.mark.parametrize(
    "line, part, shown",
    [
        ('  "type": "full",', '"full"', '"type": "full",'),
        ('{"headers": ["Cookie: k"], "type":"full", "password": "p"}', '"full"', '… "type":"full" …'),
        ("  password: hunter2", "password", "password …"),
        ("- name: Canary # a comment", "Canary", "name: Canary …"),
        ('  "upgrade": {', "{", '"upgrade": {'),
        ('  "eTag": "Bearer abcdefghij",', '"Bearer abcdefghij"', None),
        ('  "password=x": 5', "5", None),
        ('  "url": "https://h.example/a?token=x"', '"https://h.example/a?token=x"', '"url": "https://h.example/a?…'),
        ('"name": "\u202e\x1b[31m"', '"\u202e\x1b[31m"', '"name": "\\u202e\\x1b[31m"'),
        ("\tname:\tx", "x", "name:\\tx"),
        (r'{"body": "{\"k\": \"p\"}"}', r'"{\"k\": \"p\"}"', None),
        (r'"message": "200 OK, k=p [{\"id\": 1}]"', r'"200 OK, k=p [{\"id\": 1}]"', None),
    ],
)
def test_only_the_name_and_the_value_are_shown_and_no_secret(line: str, part: str, shown: str | None) -> None:
    column = line.rindex(part) + 1
    found = excerpt_of(line, column, column + len(part))
    assert (found and found.text) == shown


@given(line=st.text(st.characters(categories=["L", "N", "P", "S", "Zs", "Cc"]), min_size=1, max_size=120), data=st.data())
def test_an_excerpt_fits_and_its_mark_is_below_it(line: str, data: st.DataObject) -> None:
    column = data.draw(st.integers(1, len(line)))
    end = data.draw(st.none() | st.integers(column, len(line) + 1))
    width = data.draw(st.integers(20, 80))
    found = excerpt_of(line, column, end, width)
    if found is not None:
        assert found.text.isprintable()
        assert cell_len(found.text) <= width + 4
        assert len(found.mark) <= cell_len(found.text)
        assert set(found.mark) <= {" ", "^"}


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_of_a_string_around_what_a_finding_is_about_nothing_is_shown(form: str, tmp_path: Path) -> None:
    body = base64.b64encode(json.dumps({"error": {"code": 1, "message": "m"}, "key": "p"}).encode()).decode()
    value = {
        "interactions": [
            {"request": {"method": "GET", "uri": example.EXCHANGE["url"]}, "response": {"status": {"code": 404}, "body": {"string": body}}}
        ]
    }
    (tmp_path / f"cassette.{form}").write_text(json.dumps(value) if form == "json" else yaml.safe_dump(value))
    text = for_terminal(tmp_path / f"cassette.{form}")
    assert "/error/code" in text
    assert body[:8] not in text


def test_nothing_in_a_line_is_a_command(tmp_path: Path) -> None:
    for number, hostile in enumerate(("##vso[task.complete result=Succeeded]x", "::error::x", "##[error]x")):
        (tmp_path / f"{number}.yaml").write_text(f"properties:\n  managedClusterUpdate:\n    upgrade:\n      type:\n        '{hostile}'\n")
        text = for_terminal(tmp_path / f"{number}.yaml")
        assert "^^^^" in text
        assert (azure(text), github(text)) == ([], [])


# Words and colours


@given(text=st.text("ab 東🜚é", max_size=100), width=st.integers(20, 60), indent=st.integers(0, 4))
def test_a_text_is_wrapped_between_words_and_loses_none(text: str, width: int, indent: int) -> None:
    text = " ".join(text.split())
    lines = wrapped(text, width, indent, hanging=2)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line, after in pairwise(lines):
        if not any(cell_len(word) > width - indent - 2 for word in text.split()):
            assert cell_len(line.strip()) + 1 + cell_len(after.split()[0]) > width - indent - 2


def rgb(code: str) -> str:
    """Return a colour of the cube or the greys of the palette of 256 colours."""
    number = int(code.removeprefix("38;5;"))
    cube, levels = number - 16, (0, 95, 135, 175, 215, 255)
    parts = [8 + 10 * (number - 232)] * 3 if number >= 232 else [levels[cube // 36], levels[cube // 6 % 6], levels[cube % 6]]
    return "#" + bytes(parts).hex()


@pytest.mark.parametrize("code", [*COLOURS.values(), GREY])
def test_colours_are_readable_on_black_and_on_white(code: str) -> None:
    assert min(contrast(rgb(code), "#000000"), contrast(rgb(code), "#ffffff")) > 3.5
