"""The report as JUnit XML, which CI servers count and chart."""

from __future__ import annotations

from collections import defaultdict
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..findings import Finding
from ..wording import printable
from .report import Report, describe_finding, describe_missing, describe_stale, severity_counts


def write(report: Report) -> str:
    """Return a report as JUnit XML: a test case for each document and exchange, which fails as the command does.

    Findings below the severity that fails are the output of their case.
    """
    suites: dict[str, dict[int | None, list[Finding]]] = defaultdict(dict)
    for source, entry in report.cases:
        suites[source].setdefault(entry, [])
    for finding in report.findings:
        suites[finding.source].setdefault(finding.entry, []).append(finding)
    root = Element("testsuites", name="updaterun check")
    for source, cases in suites.items():
        suite = _suite(root, printable(source))
        for entry, findings in cases.items():
            _case(suite, "document" if entry is None else f"entry {entry}", findings, report)
    if report.missing:
        suite = _suite(root, "paths")
        suite.set("errors", str(len(report.missing)))
        for path in report.missing:
            case = _element(suite, "testcase", classname="paths", name=printable(path))
            _element(case, "error", message=describe_missing(path), type="missing")
    if report.stale:
        suite = _suite(root, "expected findings")
        for stale in report.stale:
            message = describe_stale(stale)
            _failure(_element(suite, "testcase", classname="expected findings", name=message), message)
    for element in (*root, root):
        element.set("tests", str(len(list(element.iter("testcase")))))
        element.set("failures", str(len(list(element.iter("failure")))))
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, name: str) -> Element:
    return _element(root, "testsuite", name=name, errors="0", skipped="0")


def _case(suite: Element, name: str, findings: list[Finding], report: Report) -> None:
    case = _element(suite, "testcase", classname=suite.get("name", ""), name=name)
    if not findings:
        return
    fails = report.fail_on is not None and any(finding.severity >= report.fail_on for finding in findings)
    output = _failure(case, severity_counts(findings)) if fails else _element(case, "system-out")
    output.text = "\n".join(map(_line, findings))


def _failure(case: Element, message: str) -> Element:
    return _element(case, "failure", message=message, type="finding")


def _line(finding: Finding) -> str:
    return f"{finding.line or '-'}:{finding.column or '-'} {finding.severity} {describe_finding(finding)} [{finding.rule}]"


def _element(parent: Element, tag: str, **attributes: str) -> Element:
    return SubElement(parent, tag, attributes)
