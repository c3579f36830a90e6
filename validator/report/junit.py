"""The report as JUnit XML, which CI servers count and chart.

It is valid by the schemas of Jenkins and of Windy Road, after which Azure Pipelines and others read. The schema of Surefire has no
attribute or element for what the latter requires of a suite: `timestamp`, `hostname`, `package`, `id`, `system-out` and `system-err`.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..findings import Finding
from ..rules.names import STALE
from ..wording import printable
from . import concise
from .report import Report, describe_missing, describe_stale, severity_counts


def write(report: Report) -> str:
    """Return a report as JUnit XML: a test case for each document and exchange, which fails as the command does.

    Findings below the severity that fails are the output of the suite, which is the file.
    """
    suites: dict[str, dict[int | None, list[Finding]]] = defaultdict(dict)
    for source, entry in report.cases:
        suites[source].setdefault(entry, [])
    for finding in report.findings:
        suites[finding.source].setdefault(finding.entry, []).append(finding)
    root = Element("testsuites")
    for source, cases in suites.items():
        _file_suite(root, source, cases, report)
    if report.missing:
        suite = _suite(root, "paths", report)
        for path in report.missing:
            _failure(_case(suite, printable(path)), describe_missing(path), "missing")
        _end(suite)
    if report.stale:
        suite = _suite(root, "expected findings", report)
        for message in map(describe_stale, report.stale):
            _failure(_case(suite, message), message, STALE)
        _end(suite)
    for suite in root:
        suite.set("tests", str(len(suite.findall("testcase"))))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _file_suite(root: Element, source: str, cases: dict[int | None, list[Finding]], report: Report) -> None:
    suite = _suite(root, printable(source), report)
    output: list[Finding] = []
    for entry, findings in cases.items():
        case = _case(suite, "document" if entry is None else f"entry {entry}")
        if report.fail_on is not None and any(finding.severity >= report.fail_on for finding in findings):
            _failure(case, severity_counts(findings), "finding").text = _lines(findings)
        else:
            output += findings
    _end(suite, _lines(output))


def _lines(findings: Iterable[Finding]) -> str:
    return "\n".join(map(concise.line, findings))


def _suite(root: Element, name: str, report: Report) -> Element:
    started = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(report.started))
    attributes = {"name": name, "errors": "0", "skipped": "0", "time": "0", "timestamp": started, "hostname": "localhost", "package": name}
    suite = SubElement(root, "testsuite", attributes, id=str(len(root)))
    properties = SubElement(suite, "properties")
    SubElement(properties, "property", name="file", value=name)
    return suite


def _case(suite: Element, name: str) -> Element:
    return SubElement(suite, "testcase", classname=suite.get("name", ""), name=name, time="0")


def _failure(case: Element, message: str, kind: str) -> Element:
    return SubElement(case, "failure", message=message, type=kind)


def _end(suite: Element, output: str = "") -> None:
    """Add what is after the cases of a suite."""
    SubElement(suite, "system-out").text = output
    SubElement(suite, "system-err")
