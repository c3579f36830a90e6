"""A change of a spec is reported with both values, and the earlier capture need not be opened."""

from __future__ import annotations

import json
from typing import Any

from tests.support.for_each import for_each
from validator import check
from validator.rules import example
from validator.rules.example import changed
from validator.run.spec import UNKNOWN, change

STAGE: list[Any] = ["canary", ["eu", "us"], 600]
LONG = "x" * 49
GATE, OTHER = ["a", "Approval", None], ["b", "Approval", None]
NO_GATES: list[Any] = [None, None]
ALONE: list[Any] = ["rest", ["apac"], 0]


@for_each(
    "plan, before, after, expected, found",
    [
        ("strategy", None, [STAGE], "no strategy", "one"),
        ("strategy", [STAGE], None, "a strategy", "none"),
        ("strategy", [STAGE], [STAGE, ALONE], "1 stage", "2"),
        ("strategy", [STAGE, ALONE], [ALONE, STAGE], 'stage "canary"', '"rest"'),
        ("strategy", [ALONE, STAGE], [ALONE, ["canary", ["eu"], 600]], '2 groups of stage "canary"', "1"),
        ("strategy", [STAGE], [["canary", ["eu", "apac"], 0]], 'group "us" of stage "canary"', '"apac"'),
        ("strategy", [STAGE], [[UNKNOWN, UNKNOWN, 0]], 'afterStageWaitInSeconds 600 of stage "canary"', "0"),
        ("strategy", [[UNKNOWN, [UNKNOWN, "us"], 0]], [["canary", ["eu", "apac"], 0]], 'group "us"', '"apac"'),
        (
            "strategy",
            [[*STAGE, [*NO_GATES, "2", None], []]],
            [[*STAGE, [*NO_GATES, "3", None], []]],
            'maxConcurrency "2" of stage "canary"',
            '"3"',
        ),
        (
            "strategy",
            [[*STAGE, [*NO_GATES, None, "1"], []]],
            [[*STAGE, [*NO_GATES, None, None], []]],
            'maxAllowedFailures "1" of stage "canary"',
            "none",
        ),
        (
            "strategy",
            [[*STAGE, [[GATE], None, None, None], []]],
            [[*STAGE, [*NO_GATES, None, None], []]],
            '1 beforeGates of stage "canary"',
            "none",
        ),
        (
            "strategy",
            [[*STAGE, [[GATE], None, None, None], []]],
            [[*STAGE, [[OTHER], None, None, None], []]],
            'the beforeGates of stage "canary"',
            "others",
        ),
        (
            "strategy",
            [[*STAGE, UNKNOWN, [[None, [GATE], None, None]]]],
            [[*STAGE, UNKNOWN, [[None, [GATE, GATE], None, None]]]],
            '1 afterGates of stage "canary"',
            "2",
        ),
        ("managedClusterUpdate", ["Full", "1.31.2"], ["NodeImageOnly", None], 'type "Full"', '"NodeImageOnly"'),
        ("managedClusterUpdate", ["Full", "1.31.2"], ["Full", None], 'kubernetesVersion "1.31.2"', "none"),
        ("managedClusterUpdate", ["Full", None], [UNKNOWN, "1.31.2"], "no kubernetesVersion", '"1.31.2"'),
        ("nodeImageSelection", None, ["Latest", []], "no nodeImageSelection", "one"),
        ("nodeImageSelection", ["Custom", ["a-1"]], ["Custom", []], "1 custom node image version", "0"),
        ("nodeImageSelection", ["Custom", ["a-1", "b-1"]], ["Custom", ["a-1", "b-2"]], 'custom node image version "b-1"', '"b-2"'),
        ("strategy", [[LONG, [LONG], 0]], [[LONG, [LONG + "y"], 0]], f'group "{LONG}" of stage "{"x" * 27}…"', f'"{LONG}y"'),
    ],
)
def test_the_first_difference_is_told_with_both_values(plan: str, before: Any, after: Any, expected: str, found: str) -> None:
    assert change(plan, before, after) == (expected, found)


def test_a_message_with_the_longest_names_is_short_and_tells_them_apart() -> None:
    at = "/properties/strategy/stages/0"
    first, second = (
        changed(
            example.RESPONSE,
            put={f"{at}/name": LONG, f"{at}/groups/0/name": LONG + end, "/eTag": json.dumps(end)}
            | {"/properties/status/stages/0/name": LONG, "/properties/status/stages/0/groups/0/name": LONG + end},
        )
        for end in "ab"
    )
    (finding,) = (finding for finding in check([first, second]) if finding.rule == "changed-after-start")
    assert len(finding.message) < 200
    assert f'"{LONG}a"' in finding.message
    assert f'"{LONG}b"' in finding.message


def test_a_time_that_is_rewritten_under_the_longest_name_is_told_in_short() -> None:
    at = "/properties/status/stages/0/groups/0/members/0"
    name = {f"{at}/name": "Bearer abcdefghijklmnop", "/properties/status/stages/0/groups/0/members/1/name": "m" * 500}
    for other, word in ((0, "looks like a secret"), (1, "mmm…")):
        at = f"/properties/status/stages/0/groups/0/members/{other}"
        times = {f"{at}/status/startTime": "2025-04-08T09:31:00.457755419+00:00"}
        polls = [changed(example.RESPONSE, put=name | put) for put in ({}, times | {"/eTag": '"later"'})]
        (finding,) = (finding for finding in check(polls) if finding.rule == "time-rewritten")
        assert word in finding.message
        assert "2025-04-08T09:31:00.457755419Z" in finding.message
        assert len(finding.message) < 200
        assert "abcdefghijklmnop" not in finding.message
