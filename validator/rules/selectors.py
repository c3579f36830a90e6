"""Rules about selectors, which choose the members of a stage or a group by their labels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..findings import Severity
from ..run.nodes import Node, duplicates, lacks
from ..wording import show
from .rule import BOTH, Issue, rule

_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_KEY = rf"(?:(?=[a-z0-9.-]{{1,253}}/){_LABEL}(?:\.{_LABEL})*/)?{_PART}"
_VALUE = rf"(?:{_PART})?"
_VALUES = rf"\(\s*{_VALUE}(?:\s*,\s*{_VALUE})*\s*\)"
_REQUIREMENT = rf"\s*(?:!\s*{_KEY}|{_KEY}(?:\s*(?:==?|!=)\s*{_VALUE}|\s+(?:in|notin)\s*{_VALUES}|\s*[<>]\s*[0-9]+)?)\s*"
_SELECTOR = rf"(?:{_REQUIREMENT}(?:,{_REQUIREMENT})*|\s*)"
"""A label selector of Kubernetes; the empty one selects everything. It is compiled when it is first used."""


@rule(Severity.ERROR, BOTH, "docs#selectors", on="UpdateStage", needs="UpdateStage.memberSelector")
def groups_or_selector_required(stage: Node) -> Iterator[Issue]:
    """A stage must have groups or a memberSelector.

    Either defines which members the stage updates. Earlier api-versions only have groups, and the service refuses a stage without them.

    Fix: Add the `groups` of the stage, or a `memberSelector`.

    Example, on a request with selectors:
        /properties/strategy/stages/1/memberSelector

    Example, on a request with selectors:
        /properties/strategy/stages/0/groups
    """
    if lacks(stage.value, "groups") and lacks(stage.value, "memberSelector"):
        yield Issue(stage.path, "expected groups or a memberSelector in a stage, found neither")


@rule(Severity.WARNING, BOTH, "spec-2026-06-02-preview#MemberSelector", on="MemberSelector")
def label_selector_syntax(selector: Node) -> Iterator[Issue]:
    """A byLabel must be a label selector of Kubernetes.

    It is a list of requirements with commas between them, such as `env=test`, `tier!=web`, `region in (eu, us)`, `!legacy`. The
    published definition names this syntax; no recording shows a selector.

    Fix: Write the requirements in this syntax.

    Example, on a request with selectors:
        /properties/strategy/stages/1/memberSelector/byLabel = "env:test"

    Example, on a request with selectors:
        /properties/strategy/stages/1/memberSelector/byLabel = "env=test and tier=web"
    """
    text = selector.value["byLabel"]
    if not re.fullmatch(_SELECTOR, text):
        yield Issue(selector.at("byLabel"), f"expected a label selector such as env=test,tier!=web, found {show(text)}")


@rule(Severity.WARNING, BOTH, "spec-2026-06-02-preview#UpdateGroup", on="UpdateRunStrategy", needs="UpdateGroup.memberSelector")
def selected_group_duplicate(strategy: Node) -> Iterator[Issue]:
    """Groups with a memberSelector should not have one name in two stages.

    The name of such a group does not select its members, so using it twice does not update them twice; but progress is reported by
    name. No recording shows such groups. Groups without a selector have the rule `group-duplicate`.

    Fix: Rename one of the two groups.

    Example, on a request with selectors:
        /properties/strategy/stages/1/groups = [{"name": "canary-eu", "memberSelector": {"byLabel": "env=test"}}]

    Example, on a run with selectors:
        /properties/strategy/stages/1/groups = [{"name": "canary-eu", "memberSelector": {"byLabel": "env=test"}}]
        /properties/status/stages/1/groups = [{"name": "canary-eu", "status": {"state": "NotStarted"}}]
    """
    groups = [
        (("stages", stage, "groups", index), group)
        for stage, asked in enumerate(strategy.value["stages"])
        for index, group in enumerate(asked.get("groups") or ())
        if not lacks(group, "memberSelector")
    ]
    for first, again in duplicates(groups, lambda each: each[1]["name"]):
        (before, _), (path, group) = groups[first], groups[again]
        if before[1] != path[1]:
            message = f"a group with a memberSelector in an earlier stage is named {show(group['name'])}, too"
            yield Issue(strategy.at(*path, "name"), message, ((strategy.at(*before, "name"), "the group's first place"),))
