"""Reports of `updaterun check --format json`, each held against the schema that ships for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

from validator.contract import schemas

SCHEMA = jsonschema_rs.Draft202012Validator(json.loads((Path(schemas.SCHEMAS) / "report.json").read_bytes()))


def loaded(text: str) -> dict[str, Any]:
    """Read a report.

    Raises jsonschema_rs.ValidationError where it is not in its documented shape.
    """
    report: dict[str, Any] = json.loads(text)
    SCHEMA.validate(report)
    return report
