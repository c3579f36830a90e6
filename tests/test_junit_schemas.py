"""JUnit XML by the schemas of its readers: which attributes and children each allows and requires, in the words of this table."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.command import updaterun
from validator.report import REPORTERS, Report
from validator.rules import example

ROOT = Path(__file__).parent.parent


class Shape(NamedTuple):
    """What a schema says of an element: its required and its optional attributes, and a regular expression of the names of its children."""

    required: str
    optional: str
    children: str


_PROPERTY = {"properties": Shape("", "", "(property )*"), "property": Shape("name value", "", "")}
_TEXTS = {"system-out": Shape("", "", ""), "system-err": Shape("", "", "")}

SCHEMAS: dict[str, dict[str, Shape]] = {
    "Jenkins, junit-10.xsd of the plug-in xUnit": _PROPERTY
    | _TEXTS
    | {
        "testsuites": Shape("", "name time tests failures errors", "(testsuite )*"),
        "testsuite": Shape(
            "name tests failures errors",
            "group time skipped timestamp hostname id package file log url version",
            "((testsuite|properties|testcase|system-out|system-err) )*",
        ),
        "testcase": Shape("name", "time classname group", "((skipped|errors|failure|system-out|system-err) )*"),
        "failure": Shape("", "type message", ""),
    },
    "Windy Road, JUnit.xsd, by which Azure Pipelines and others read": _PROPERTY
    | _TEXTS
    | {
        "testsuites": Shape("", "", "(testsuite )*"),
        "testsuite": Shape(
            "name timestamp hostname tests failures errors time package id", "skipped", "properties (testcase )*system-out system-err "
        ),
        "testcase": Shape("name classname time", "", "((skipped|error|failure) )?"),
        "failure": Shape("type", "message", ""),
    },
    "Surefire, surefire-test-report.xsd": _PROPERTY
    | {
        "testsuite": Shape("name tests errors skipped failures", "time group version", "(properties )*(testcase )*"),
        "testcase": Shape("name time", "classname group", "(failure )*(skipped )?(error )?(system-out )?(system-err )?"),
        "failure": Shape("type", "message", ""),
    },
}

BEYOND_SUREFIRE = {"timestamp", "hostname", "package", "id", "system-out", "system-err"}
"""What the schema of Windy Road requires of a suite and that of Surefire does not know, so that no report satisfies both."""

TYPES = {
    "id": r"\d+",
    "tests": r"\d+",
    "failures": r"\d+",
    "errors": r"\d+",
    "time": r"\d{1,3}(\.\d{1,3})?",
    "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    "name": r"(?s).+",
}
"""The strictest form of an attribute in any of the schemas."""


def violations(element: ET.Element, shapes: dict[str, Shape]) -> Iterator[str]:
    """Yield what in an element and below breaks a schema."""
    shape = shapes.get(element.tag)
    if shape is None:
        yield f"unknown element {element.tag}"
        return
    given, required = set(element.attrib), set(shape.required.split())
    yield from (f"{element.tag} without {name}" for name in sorted(required - given))
    yield from (f"{element.tag} with {name}" for name in sorted(given - required - set(shape.optional.split())))
    yield from (
        f"{name}={element.attrib[name]}" for name in sorted(given & set(TYPES)) if not re.fullmatch(TYPES[name], element.attrib[name])
    )
    children = "".join(f"{child.tag} " for child in element)
    if not re.fullmatch(shape.children, children):
        yield f"{element.tag} has {children}"
    for child in element:
        yield from violations(child, shapes)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> ET.Element:
    """Return a report that has everything: failures, findings that do not fail, a missing path, and a stale row."""
    known = tmp_path_factory.mktemp("known") / "known.json"
    known.write_text(json.dumps({"expected": [{"file": "run.json", "rule": "schema/enum", "pointer": "/a", "reason": "-"}]}))
    (known.parent / "run.json").write_text(json.dumps(example.changed(example.RESPONSE, put={"/properties/extra": 1})))
    result = updaterun(
        "check", ROOT / "samples", known.parent, "nowhere", "--format", "junit", "--fail-on", "error", "--baseline", known, "--isolated"
    )
    root = ET.fromstring(result.stdout)  # trusted: written by updaterun
    assert {"paths", "expected findings"} < {suite.get("name") for suite in root}
    assert root.findall("testsuite/testcase/failure")
    assert any(suite.findtext("system-out") for suite in root)
    return root


@pytest.mark.parametrize("schema", [name for name in SCHEMAS if not name.startswith("Surefire")])
def test_a_report_is_valid_by_the_schema_of(schema: str, written: ET.Element) -> None:
    assert list(violations(written, SCHEMAS[schema])) == []
    assert list(violations(ET.fromstring(REPORTERS["junit"].write(Report((), 0, 0, 0, 0, ()))), SCHEMAS[schema])) == []


def test_each_suite_is_valid_by_the_schema_of_surefire_but_for_what_another_requires(written: ET.Element) -> None:
    (shapes,) = (shapes for name, shapes in SCHEMAS.items() if name.startswith("Surefire"))
    found = {text for suite in written for text in violations(suite, shapes)}
    unknown = {name.rpartition(" ")[2] for name in found if name.startswith(("testsuite with ", "unknown element "))}
    ordered = {name for name in found if name.startswith("testsuite has ")}
    assert unknown == BEYOND_SUREFIRE
    assert all(re.fullmatch("testsuite has properties (testcase )*system-out system-err ", name) for name in ordered)
    assert len(found) == len(unknown) + len(ordered)


def test_suites_are_numbered_and_begin_with_the_check(written: ET.Element) -> None:
    assert [suite.get("id") for suite in written] == [str(number) for number in range(len(written))]
    assert {suite.get("timestamp") for suite in written} == {"2026-01-01T00:00:00"}


def test_the_files_and_lines_of_failures_are_in_their_texts(written: ET.Element) -> None:
    for suite in written:
        name = suite.get("name", "")
        if name not in {"paths", "expected findings"}:
            assert suite.find("properties/property[@name='file']").get("value") == name  # type: ignore[union-attr]
            for failure in suite.iterfind("testcase/failure"):
                assert all(
                    re.match(re.escape(name) + r":\d+:\d+: (error|warning|note) ", line) for line in (failure.text or "").splitlines()
                )
