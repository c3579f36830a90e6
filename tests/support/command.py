"""The command in this process: its result, and its report, checked against the schema that ships for reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
from click.testing import CliRunner, Result

from validator import Finding
from validator.cli import main
from validator.contract import schemas
from validator.report import Report

SCHEMA = jsonschema_rs.Draft202012Validator(json.loads((Path(schemas.SCHEMAS) / "report.json").read_bytes()))


def report(*findings: Finding, **given: Any) -> Report:
    """Return the report of a check of one document."""
    return Report(findings, 1, 1, 0, 0, (), **given)


def updaterun(*arguments: object, stdin: str | bytes | None = None) -> Result:
    """Return the result of a command line, which may end with any exit status but with no other exception."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def loaded(text: str) -> dict[str, Any]:
    """Return the value of a report. Raises jsonschema_rs.ValidationError where it does not have its documented shape."""
    report: dict[str, Any] = json.loads(text)
    SCHEMA.validate(report)
    return report


def report_of_check(*arguments: object, stdin: str | bytes | None = None) -> dict[str, Any]:
    """Return the report of `updaterun check`."""
    return loaded(updaterun("check", "--format", "json", *arguments, stdin=stdin).stdout)


def status_and_report(*arguments: object) -> tuple[int, dict[str, Any]]:
    """Return the exit status of `updaterun check --fail-on note`, and its report."""
    result = updaterun("check", "--format", "json", "--fail-on", "note", *arguments)
    return result.exit_code, loaded(result.stdout)


def status_and_findings(*arguments: object) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit status of `updaterun check`, and the findings of its report, none where it writes none."""
    result = updaterun("check", "--format", "json", *arguments)
    return result.exit_code, loaded(result.stdout)["findings"] if result.stdout.startswith("{") else []


def findings_in(data: bytes) -> list[dict[str, Any]]:
    """Return the findings in the standard input."""
    findings: list[dict[str, Any]] = report_of_check("-", stdin=data)["findings"]
    return findings


def settle(folder: Path, text: str) -> None:
    """Write settings of a project."""
    (folder / "pyproject.toml").write_text(f"[tool.updaterun]\n{text}\n")
