"""An api-version is added as `schemas/README.md` describes it: here a made-up one, to a copy of the package."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from validator.pointer import JSON
from validator.rules.example import REQUEST, changed

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent
NEXT, SAME = "2099-01-01", "2099-02-01-preview"
OWNED = changed(REQUEST, put={"/properties/strategy/stages/0/groups/0/owner": "team-a"})


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the package with two versions more: one in which a group has an owner, and one of the same shape."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("validator", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    table = json.loads((folder / "schemas" / "versions.json").read_text())
    newest = table["versions"][-1]
    row = {"version": NEXT, "stable": True, "folders": [*newest["folders"], NEXT], "clients": ["a tool of tomorrow"]}
    table["versions"] += [row, row | {"version": SAME, "stable": False}]
    (folder / "schemas" / "versions.json").write_text(json.dumps(table))
    owner = {"description": "Who answers for the group.", "type": "string", "maxLength": 8}
    (folder / "schemas" / NEXT).mkdir()
    write(folder / "schemas" / NEXT / "UpdateGroup.json", {"title": "UpdateGroup", "properties": {"owner": owner}})
    sources = json.loads((folder / "schemas" / "sources.json").read_text())
    anchors = {"UpdateGroup": "the definition UpdateGroup"}
    sources[f"spec-{NEXT}"] = {"title": "Made up", "where": "nowhere", "api-version": NEXT, "anchors": anchors}
    write(folder / "schemas" / "sources.json", sources)
    write(folder / "owned.json", OWNED)
    write(folder / "wrong.json", changed(OWNED, put={"/properties/strategy/stages/0/groups/0/owner": "the whole team"}))
    return folder


def write(path: Path, value: JSON) -> None:
    path.write_text(json.dumps(value))


def run_in(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "validator", *arguments]
    return subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False).stdout


def report_in(folder: Path, *arguments: str) -> Any:
    return json.loads(run_in(folder, "check", *arguments, "--format", "json"))


def test_its_schemas_are_those_before_it_with_its_patches(checkout: Path) -> None:
    schema = json.loads(run_in(checkout, "schema", "UpdateGroup", "--api-version", NEXT))
    assert set(schema["properties"]) >= {"name", "beforeGates", "maxConcurrency", "memberSelector", "owner"}
    assert schema["properties"]["owner"]["x-cites"] == dict.fromkeys(("type", "maxLength"), f"spec-{NEXT}#UpdateGroup")
    assert schema["$id"].endswith(f"/{NEXT}/UpdateGroup.json")


def test_what_it_adds_is_listed(checkout: Path) -> None:
    words = " ".join(run_in(checkout, "versions").split())
    assert f"{NEXT} stable adds UpdateGroup.owner used by a tool of tomorrow" in words
    assert f"{SAME} preview adds nothing to update runs" in words
    difference = run_in(checkout, "diff", "2026-11-02-preview", NEXT)
    assert "Properties\n  + UpdateGroup.owner  string, maxLength 8\n" in difference
    assert "nothing differs" in run_in(checkout, "diff", NEXT, SAME)


def test_a_document_that_needs_it_is_judged_by_it(checkout: Path) -> None:
    report = report_in(checkout, "owned.json")
    assert (report["summary"]["versions"], report["findings"]) == ({NEXT: 1}, [])


def test_its_constraints_are_checked_with_its_source(checkout: Path) -> None:
    (finding,) = report_in(checkout, "wrong.json")["findings"]
    assert (finding["rule"], finding["cites"]) == ("schema/maxLength", f"spec-{NEXT}#UpdateGroup")


def test_an_earlier_version_names_it(checkout: Path) -> None:
    (finding,) = report_in(checkout, "owned.json", "--api-version", "2025-03-01")["findings"]
    assert finding["message"] == f'"owner" is not documented for UpdateGroup before {NEXT}'


def test_the_default_stays_what_it_is(checkout: Path) -> None:
    write(checkout / "today.json", REQUEST)
    assert report_in(checkout, "today.json")["summary"]["versions"] == {"2025-03-01": 1}
