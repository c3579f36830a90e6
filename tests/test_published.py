"""The schemas agree with the published definitions of each api-version, and so does what differs between two versions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from tests.published import MEANT, SPECS, closed, differences
from validator.checker.files import FileChecker
from validator.checker.options import Options
from validator.contract import schemas
from validator.contract.drift import changes
from validator.readers.paths import File
from validator.strategies.bulk import documents

pytestmark = pytest.mark.skipif(not SPECS, reason="UPDATERUN_SPECS names no folder of published definitions")


@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_every_difference_is_meant(version: str) -> None:
    assert [change for change, reason in differences(version) if reason is None] == []


def test_every_reason_is_needed() -> None:
    given = {reason for version in schemas.VERSIONS for _, reason in differences(version)}
    assert [each.reason for each in MEANT if each.reason not in given] == []


@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_the_published_definitions_accept_what_is_generated(version: str) -> None:
    judge = jsonschema.Draft4Validator(closed(version))
    for kind in ("update-run", "request"):
        for document in documents(kind, 60, 0, version=version):
            assert [*judge.iter_errors(document)] == []
    (error,) = judge.iter_errors({"unheardOf": {}})
    assert error.validator == "additionalProperties"


DRIFT = json.loads(Path(SPECS, "drift.json").read_bytes())["today"] if SPECS else {}

NOT_OURS = (
    r".*#x-ms-(mutability|arm-id-details)",  # rules have what these say
    r"(FleetUpdateStrategy|AutoUpgradeProfile|Gate)ResourceId.*|AutoUpgradeProfileId.*",  # a resource id is a format
    r".*(updateStrategyId|autoUpgradeProfileId|gateId)#ref",
    r".*#format int32",  # a range
    r"NodeImageVersion\.version#readOnly true",
)
"""The facts of the published definitions that our schemas have no place for."""

NOT_THEIRS = (
    rf"{schemas.PARAMETERS}.*",  # the parameters of the URL
    r".*#(minimum|maximum) -?\d+",  # int32
    r"UpdateStage\.groups#required true",
)
"""The facts of our schemas that the published definitions have no place for."""


def _facts(pair: str) -> tuple[set[str], set[str]]:
    """Return the changes of two versions by our schemas, and by the published definitions, as text."""
    old, _, new = pair.partition("..")
    ours = {
        f"{change} {fact.replace('UpdateRun.properties.', 'UpdateRunProperties.')} {_plain(after if change == 'added' else before)}"
        for change, fact, before, after in changes(schemas.load(old), schemas.load(new))
    }
    theirs = {f"{row['change']} {row['what']} {_plain(row.get('new', row.get('old')))}" for row in DRIFT[pair]}
    return _without(ours, NOT_THEIRS), _without(theirs, NOT_OURS)


def _plain(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.replace("enum value", "value").replace(r"\d", "[0-9]")


def _without(facts: set[str], others: tuple[str, ...]) -> set[str]:
    return {fact for fact in facts if not any(re.fullmatch(f"\\w+ (?:{other})( .*)?", fact) for other in others)}


@pytest.mark.parametrize("pair", DRIFT)
def test_what_differs_is_what_is_published(pair: str) -> None:
    ours, theirs = _facts(pair)
    assert ours == theirs


EXAMPLES = sorted(path for path in Path(SPECS, "examples").glob("*/*.json") if ".at-" not in path.name) if SPECS else []
"""The published examples, without those that write a gate as an object instead of a list."""

FAULTS = {"response-id-mismatch", "strategy-and-strategy-id"}
"""What is wrong with published examples: their URLs are of another fleet than their bodies, and requests name a strategy and have one."""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_published_example_has_the_known_faults_alone(path: Path) -> None:
    checker = FileChecker(Options())
    rules = {finding.rule for finding in checker.check_files([File(str(path), named=True)])}
    assert rules <= FAULTS
    assert set(checker.tally.versions) == {path.parent.name}
