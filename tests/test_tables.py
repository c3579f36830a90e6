"""Cases that are written as a table are one case for each part and each cell."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tables import expanded

CASE: dict[str, Any] = {
    "name": "{part}: {before}, {after}",
    "each": [{"part": "run", "at": ""}, {"part": "stage", "at": "/stages/0"}],
    "statuses": {"Failed": {"state": "Failed", "error": {}}},
    "put": {"{at}/0": "{before status}", "{at}/1": "{after status}"},
    "table": ["         Running  Failed", "Running  .        x", "Failed   -        ."],
    "findings": [{"message": "{part} was {before}"}],
}
RUNNING, FAILED = {"state": "Running"}, {"state": "Failed", "error": {}}


def test_each_cell_is_a_case_of_each_part() -> None:
    run = [
        {"name": "run: Running, Running", "put": {"/0": RUNNING, "/1": RUNNING}, "findings": []},
        {"name": "run: Running, Failed", "put": {"/0": RUNNING, "/1": FAILED}, "findings": [{"message": "run was Running"}]},
        {"name": "run: Failed, Failed", "put": {"/0": FAILED, "/1": FAILED}, "findings": []},
    ]
    assert [case for case in expanded(CASE) if case["name"].startswith("run")] == run
    assert [case["name"].partition(": ")[0] for case in expanded(CASE)] == ["run"] * 3 + ["stage"] * 3
    assert list(expanded(CASE))[4]["put"] == {"/stages/0/0": RUNNING, "/stages/0/1": FAILED}


def test_a_case_without_a_table_is_itself() -> None:
    case = {"name": "a message may have {braces}", "of": "response"}
    assert list(expanded(case)) == [case]


@pytest.mark.parametrize(
    "change, message",
    [
        ({"name": "{prat}"}, r"in braces, found \['prat'\] in \{prat\}"),
        ({"table": ["Running Failed", "Running ."]}, "shorter"),
        ({"table": ["Running", "Failed X"]}, "expected ., x or - from Failed to Running, found X"),
    ],
)
def test_a_table_with_a_slip_is_an_error(change: dict[str, Any], message: str) -> None:
    with pytest.raises((LookupError, ValueError), match=message):
        list(expanded(CASE | change))
