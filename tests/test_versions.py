"""An exchange is checked by the schemas of the api-version in its URL, or by those of the nearest version."""

from __future__ import annotations

import json
import pathlib
import shutil

import pytest

from validator import Exchange, check_exchange
from validator.contract import schemas
from validator.pointer import JSON
from validator.rules.example import EXCHANGE, changed

EARLIER, LATER = schemas.DEFAULT_VERSION, "2099-07-01"
GATED: dict[str, JSON] = {"/response/properties/strategy/stages/0/beforeGates": []}


@pytest.mark.parametrize(
    "asked, nearest",
    [
        ("2023-01-01", "2025-03-01"),
        ("2025-03-01", "2025-03-01"),
        ("2025-03-02", "2025-03-01"),
        ("2025-04-01-preview", "2025-03-01"),
        ("2026-02-01", "2026-02-01"),
        ("2026-02-01-preview", "2026-02-01"),
        ("2026-05-01", "2026-02-01"),
        ("2030-01-01", "2027-06-01"),
        ("", "2025-03-01"),
    ],
)
def test_the_nearest_is_the_newest_that_is_not_newer_and_else_the_oldest(asked: str, nearest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "VERSIONS", ("2025-03-01", "2026-02-01", "2027-06-01"))
    assert schemas.nearest(asked) == nearest


@pytest.fixture
def two_versions(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add an api-version in which stages have gates."""
    for version in (EARLIER, LATER):
        shutil.copytree(pathlib.Path(schemas.SCHEMAS) / EARLIER, tmp_path / version)
    stage = json.loads((tmp_path / LATER / "UpdateStage.json").read_text())
    stage["properties"]["beforeGates"] = {"type": "array", "x-cites": {"type": "spec#UpdateStage"}}
    (tmp_path / LATER / "UpdateStage.json").write_text(json.dumps(stage))
    monkeypatch.setattr(schemas, "SCHEMAS", str(tmp_path))
    monkeypatch.setattr(schemas, "VERSIONS", (EARLIER, LATER))


@pytest.mark.usefixtures("two_versions")
@pytest.mark.parametrize(
    "asked, found",
    [
        (EARLIER, [("undocumented-property", "warning")]),
        ("2090-01-01", [("api-version-unsupported", "warning"), ("undocumented-property", "note")]),
        (LATER, []),
        ("2100-01-01", [("api-version-unsupported", "warning")]),
    ],
)
def test_an_exchange_is_checked_by_the_nearest_api_version(asked: str, found: list[tuple[str, str]]) -> None:
    exchange = changed(EXCHANGE, put={**GATED, "/url": EXCHANGE["url"].replace(EARLIER, asked)})
    assert [(finding.rule, str(finding.severity)) for finding in check_exchange(Exchange.of(**exchange))] == found
