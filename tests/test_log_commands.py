"""A CI service that reads the output as its log obeys nothing in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example as on
from hypothesis import given
from hypothesis.strategies import lists, sampled_from

from tests.support.command import loaded, updaterun
from tests.support.for_each import for_each
from tests.support.log_commands import azure, decoded_by_azure, github
from validator import Finding, Severity
from validator.report import REPORTERS, Report
from validator.report.report import describe_finding
from validator.rules.example import RESPONSE, changed
from validator.wording import Syntax, inert

HOSTILE = (
    "##vso[task.complete result=Succeeded]done",
    "##VSO[task.setvariable variable=PATH]x",
    "###vso[task.setvariable variable=PATH]x",
    "##[error file=a.py]boo",
    "##[set-env name=PATH]x",
    "%23%23vso[task.complete]x",
    "a%0A::error::x",
    "::error title=t::pwned",
    " \t::set-output name=a::b",
    "\n::stop-commands::x",
    "\r##vso[task.complete]",
    "\u2028::error::x",
    "\u3000::error::x",
    "\x1b[0m::error::x",
    "\x1b[2J##vso[task.complete]",
    "\x9b31m\u202e\u2066::error::x",
)


ANNOTATIONS = ("azure", "github")
"""The formats that consist of commands."""

PARTS = ("#", "##", "[", "vso", "vso[", "VSO", "x", "]", "task.complete", "error", " ", ":", "::", "\n", "\t", "\x1b[1m", "\\", '"')


def names() -> list[str]:
    return [f"{text}.{ending}" for text in HOSTILE for ending in ("json", "yaml")]


@cache
def hostile_files() -> dict[str, str]:
    """Return files, by their names, whose names, keys and values are hostile."""
    files = {}
    for text in HOSTILE:
        put = {
            "/properties/provisioningState": text,
            "/properties/managedClusterUpdate/upgrade/type": text,
            f"/properties/{text.replace('~', '~0').replace('/', '~1')}": 1,
            "/properties/strategy/stages/0/groups/0/name": text,
            "/properties/status/status/error": {"code": text, "message": text},
        }
        files[f"{text}.json"] = json.dumps(changed(RESPONSE, put=put))
        files[f"{text}.yaml"] = f"{text}: updateRuns: ["
    return files


@pytest.fixture
def hostile_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder of hostile files."""
    monkeypatch.chdir(tmp_path)
    for name, content in hostile_files().items():
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.slow
@pytest.mark.usefixtures("hostile_folder")
@pytest.mark.parametrize("form", REPORTERS)
@pytest.mark.parametrize("paths", [[], ["."]], ids=["named", "folder"])
def test_no_report_has_a_command_of_a_value_a_key_or_a_name(form: str, paths: list[str], tmp_path: Path) -> None:
    command = ["check", *(paths or names()), "--verbose", "--explain", "--format"]
    printed = updaterun(*command, form).output
    updaterun(*command, f"{form}:{tmp_path}/.written")
    for log in (printed, (tmp_path / ".written").read_text()):
        assert "pwned" in log or form in ANNOTATIONS
        assert [command.name for command in azure(log)] == ["task.logissue"] * (20 if form == "azure" else 0)
        assert Counter(command.name for command in github(log)) == ({"error": 10, "warning": 10} if form == "github" else {})


@pytest.mark.usefixtures("hostile_folder")
@pytest.mark.parametrize("form", ANNOTATIONS)
@for_each("name", names(), ids=repr)
def test_a_report_for_a_service_has_no_command_but_its_own(form: str, name: str) -> None:
    findings = loaded(updaterun("check", name, "--format", "json").stdout)["findings"]
    log = updaterun("check", name, "--format", form).output
    commands = {"azure": azure(log), "github": github(log)}
    own = commands.pop(form)
    assert list(commands.values()) == [[]]
    assert {command.name for command in own} <= ({"task.logissue"} if form == "azure" else {"error", "warning"})
    assert [f"{'code' if form == 'azure' else 'title'}={finding['rule']}" for finding in findings] == [
        re.split("[;,]", command.properties)[-1] for command in own
    ]


@given(text=lists(sampled_from([*PARTS, "%", "%25", "%AZP25", "%5D", "%0A", ";", "]", "=", "code="]), max_size=12).map("".join))
def test_azure_pipelines_decodes_a_message_to_what_it_was(text: str) -> None:
    finding = Finding("schema/type", Severity.ERROR, text, "/a", f"{text}.json", line=3, column=4)
    (line, _) = inert(REPORTERS["azure"].write(Report((finding,), 1, 1, 0, 0, ())), "azure").splitlines()
    (command,) = azure(line)
    properties = dict(each.partition("=")[::2] for each in command.properties.split(";"))
    assert list(properties) == ["type", "sourcepath", "linenumber", "columnnumber", "code"]
    assert decoded_by_azure(command.data).replace("\\x23", "#") == describe_finding(finding).replace("\\x23", "#")
    assert github(line) == []


@pytest.mark.usefixtures("hostile_folder")
@pytest.mark.parametrize("form", REPORTERS)
def test_no_report_has_a_control_character_of_a_name(form: str) -> None:
    assert updaterun("check", *names(), "--format", form).stdout.replace("\n", "").isprintable()


@pytest.mark.usefixtures("hostile_folder")
def test_a_report_for_programs_has_the_values_as_they_are() -> None:
    found = {finding["source"] for finding in loaded(updaterun("check", ".", "--format", "json").stdout)["findings"]}
    assert found >= {f"./{text}.json" for text in HOSTILE}
    suites = ET.fromstring(updaterun("check", ".", "--format", "junit").stdout)  # trusted: written by updaterun
    assert {suite.get("name") for suite in suites} >= {"./##vso[task.complete result=Succeeded]done.json", "./::error title=t::pwned.json"}
    commands = github(updaterun("check", ".", "--format", "github").stdout)
    files = {command.properties.partition(",title=")[0] for command in commands}
    assert any(file.startswith("file=%0A%3A%3Astop-commands") for file in files), "a line end is what GitHub decodes"


@pytest.mark.slow
@pytest.mark.usefixtures("hostile_folder")
@pytest.mark.parametrize("text", HOSTILE)
def test_no_other_output_has_a_command(text: str) -> None:
    row = {"file": f"{text}.json", "rule": "etag-format", "pointer": f"/{text.replace('/', '')}"}
    Path("known.json").write_text(json.dumps({"expected": [row]}))
    Path(f"{text}.manifest").write_text(json.dumps({"expected": [{"file": "a", "rule": text, text: 1}]}))
    commands: list[list[str]] = [
        ["show", f"{text}.json"],
        ["show", f"{text}.yaml"],
        ["show", f"{text}.json", "--run", text],
        ["show", f"{text}.json", "--html", "-"],
        ["explain", text],
        ["schema", text],
        ["check", text],
        ["check", f"{text}.json", "--select", text],
        ["check", f"{text}.json", "--format", text],
        ["check", f"{text}.json", "--output", f"{text}.json"],
        ["check", f"{text}.json", "--baseline", "known.json"],
        ["check", f"{text}.json", "--baseline", f"{text}.manifest"],
        ["check", f"{text}.json", "--baseline", f"no {text}"],
        ["check", f"{text}.json", "--baseline", f"new {text}", "--update-baseline"],
        ["check", ".", "--exclude", "*", "--verbose", f"no {text}"],
        [text],
    ]
    for command in commands:
        log = updaterun(*command).output
        assert log
        assert (azure(log), github(log)) == ([], []), command


@for_each("text", HOSTILE, ids=repr)
def test_no_error_in_the_settings_has_a_command(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.json").write_text(json.dumps(RESPONSE))
    quoted = json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")
    for setting in (f"{quoted} = 1", f"fail-on = {quoted}", f"ignore = [{quoted}]", f"baseline = {quoted}"):
        Path("pyproject.toml").write_text(f"[tool.updaterun]\n{setting}\n")
        log = updaterun("check", ".").output
        assert log.startswith("Error: ")
        assert (azure(log), github(log)) == ([], [])


@given(parts=lists(sampled_from(PARTS), max_size=12), syntax=sampled_from(["text", "json", "xml"]))
@on(parts=["\x1b[1m", "::", "error", "::"], syntax="text")
def test_an_inert_text_has_no_command_with_and_without_styles(parts: list[str], syntax: Syntax) -> None:
    text = inert("".join(parts), syntax)
    for log in (text, text.replace("\x1b[1m", "")):
        assert (azure(log), github(log)) == ([], [])


@given(parts=lists(sampled_from(PARTS), max_size=12))
def test_a_value_in_json_and_xml_is_as_it_was(parts: list[str]) -> None:
    value: Any = "".join(parts).replace("\x1b", "")
    assert json.loads(inert(json.dumps([value], indent=2), "json")) == [value]
    element = ET.Element("a")
    element.text = value
    assert ET.fromstring(inert(ET.tostring(element, "unicode"), "xml")).text == (value or None)
