"""A change of a spec is reported with both values, and the earlier capture need not be opened."""

from __future__ import annotations

import json
from typing import Any

from tests.support.for_each import for_each
from validator import check
from validator.rules import example
from validator.rules.example import changed
from validator.run.spec import LIMITS, UNKNOWN, change

LONG = "x" * 49


def planned(name: Any, groups: Any, wait: int, limits: Any = UNKNOWN, limits_of_groups: Any = UNKNOWN) -> dict[str, Any]:
    return {"name": name, "groups": groups, "wait": wait, "limits": limits, "limits of groups": limits_of_groups}


def limits(**given: Any) -> dict[str, Any]:
    return dict.fromkeys(LIMITS) | given


def limited(**given: Any) -> list[dict[str, Any]]:
    return [planned("canary", ["eu", "us"], 600, limits(**given))]


def upgrade(kind: Any, version: Any) -> dict[str, Any]:
    return {"type": kind, "kubernetesVersion": version}


def selection(kind: str, *images: str) -> dict[str, Any]:
    return {"type": kind, "images": [*images]}


CANARY, REST = planned("canary", ["eu", "us"], 600), planned("rest", ["apac"], 0)
GATE, OTHER = ({"displayName": name, "type": "Approval", "scheduledStartConfiguration": None} for name in "ab")


@for_each(
    "plan, before, after, expected, found",
    [
        ("strategy", None, [CANARY], "no strategy", "one"),
        ("strategy", [CANARY], None, "a strategy", "none"),
        ("strategy", [CANARY], [CANARY, REST], "1 stage", "2"),
        ("strategy", [CANARY, REST], [REST, CANARY], 'stage "canary"', '"rest"'),
        ("strategy", [REST, CANARY], [REST, planned("canary", ["eu"], 600)], '2 groups of stage "canary"', "1"),
        ("strategy", [CANARY], [planned("canary", ["eu", "apac"], 0)], 'group "us" of stage "canary"', '"apac"'),
        ("strategy", [CANARY], [planned(UNKNOWN, UNKNOWN, 0)], 'afterStageWaitInSeconds 600 of stage "canary"', "0"),
        ("strategy", [planned(UNKNOWN, [UNKNOWN, "us"], 0)], [planned("canary", ["eu", "apac"], 0)], 'group "us"', '"apac"'),
        ("strategy", limited(maxConcurrency="2"), limited(maxConcurrency="3"), 'maxConcurrency "2" of stage "canary"', '"3"'),
        ("strategy", limited(maxAllowedFailures="1"), limited(), 'maxAllowedFailures "1" of stage "canary"', "none"),
        ("strategy", limited(beforeGates=[GATE]), limited(), '1 beforeGates of stage "canary"', "none"),
        ("strategy", limited(beforeGates=[GATE]), limited(beforeGates=[OTHER]), 'the beforeGates of stage "canary"', "others"),
        (
            "strategy",
            [planned("canary", ["eu"], 600, limits_of_groups=[limits(afterGates=[GATE])])],
            [planned("canary", ["eu"], 600, limits_of_groups=[limits(afterGates=[GATE, GATE])])],
            '1 afterGates of stage "canary"',
            "2",
        ),
        ("managedClusterUpdate", upgrade("Full", "1.31.2"), upgrade("NodeImageOnly", None), 'type "Full"', '"NodeImageOnly"'),
        ("managedClusterUpdate", upgrade("Full", "1.31.2"), upgrade("Full", None), 'kubernetesVersion "1.31.2"', "none"),
        ("managedClusterUpdate", upgrade("Full", None), upgrade(UNKNOWN, "1.31.2"), "no kubernetesVersion", '"1.31.2"'),
        ("nodeImageSelection", None, selection("Latest"), "no nodeImageSelection", "one"),
        ("nodeImageSelection", selection("Custom", "a-1"), selection("Custom"), "1 custom node image version", "0"),
        (
            "nodeImageSelection",
            selection("Custom", "a-1", "b-1"),
            selection("Custom", "a-1", "b-2"),
            'custom node image version "b-1"',
            '"b-2"',
        ),
        ("strategy", [planned(LONG, [LONG], 0)], [planned(LONG, [LONG + "y"], 0)], f'group "{LONG}" of stage "{"x" * 27}…"', f'"{LONG}y"'),
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
