"""Rules about how many members are updated at a time."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Severity
from ..run.nodes import Node, Part
from ..run.spec import asked_for
from ..wording import count, show
from .rule import BOTH, RESPONSE, Issue, rule

MAX_CONCURRENCY = 50
"""The members of a stage that are updated at a time where it sets no number, and the most that it can set."""

_NEEDS = "UpdateGroupStatus.maxConcurrency"


@rule(Severity.WARNING, RESPONSE, "spec-2026-02-01-preview#UpdateStageStatus", on="UpdateStageStatus", needs=_NEEDS)
def concurrency_exceeded(stage: Part) -> Iterator[Issue]:
    """A stage or a group must not have more members Running than its maxConcurrency.

    Without a number, it is 50 for a stage, and 1 for a group. Earlier api-versions, without `maxConcurrency`, have the rule
    `members-in-parallel`. No recording shows a number; the definitions are the only source.

    Fix: Compare the times of the members with their states, and correct the state that is wrong, or `maxConcurrency` in `status`.

    Example, on a concurrent run:
        /properties/status/stages/0/groups/0/maxConcurrency = 1
        /properties/strategy/stages/0/groups/0/maxConcurrency = "1"

    Example, on a concurrent run:
        /properties/status/stages/0/maxConcurrency = 1
        /properties/strategy/stages/0/maxConcurrency = "1"
    """
    limit = stage.value.get("maxConcurrency")
    most = MAX_CONCURRENCY if limit is None else limit
    running: list[Part] = []
    for group in stage.parts:
        if group.kind != "group":
            continue
        own = [member for member in group.parts if member.state == "Running"]
        running += own
        given = group.value.get("maxConcurrency")
        if given is None and len(own) > 1:
            asked = asked_for(stage)
            is_implicit = asked is not None and asked.get("groups") is None
            given = most if is_implicit else 1
        if given is not None:
            yield from _excess(group, own, given)
    yield from _excess(stage, running, most)


def _excess(part: Part, running: list[Part], most: int) -> Iterator[Issue]:
    limit = max(int(most), 0)
    if len(running) > limit:
        where = running[limit].at("status", "state")
        message = f"expected at most {count(limit, 'member')} of {part.title} Running at a time, found {len(running)}"
        yield Issue(where, message, ((part.path, f"the {part.kind}"),))


@rule(Severity.WARNING, RESPONSE, "docs#concurrency", on=("UpdateStageStatus", "UpdateGroupStatus"), needs=_NEEDS)
def max_concurrency_mismatch(part: Part) -> Iterator[Issue]:
    """The maxConcurrency of a status must be the number that the strategy sets for the stage or the group.

    It may be lowered to the number of members, to 50, or to the number of the stage. Percentages are not compared, as they are worked
    out while the run goes on. No recording shows a number; the published examples agree.

    Fix: Compare the number in `status` with the one in `strategy`, and correct the one that is wrong.

    Example, on a concurrent run:
        /properties/status/stages/0/groups/0/maxConcurrency = 3
    """
    asked = asked_for(part)
    text = None if asked is None else asked.get("maxConcurrency")
    found = part.value.get("maxConcurrency")
    if found is None or text is None or text.endswith("%"):
        return
    expected = int(text[:_DIGITS])
    lowered = {MAX_CONCURRENCY, max(1, _members(part)), part.parent.value.get("maxConcurrency") if part.kind == "group" else None}
    if found > expected or (found < expected and found not in lowered):
        where = part.at("maxConcurrency")
        yield Issue(where, f"expected a maxConcurrency of {show(expected)} as in the strategy, found {int(found)}")


_DIGITS = 300
"""Digits of a number that are read; more are as good as many."""


def _members(part: Part) -> int:
    groups = [part] if part.kind == "group" else [group for group in part.parts if group.kind == "group"]
    return sum(len(group.parts) for group in groups)


@rule(Severity.WARNING, BOTH, "docs#concurrency", on="UpdateStage", needs="UpdateStage.maxConcurrency")
def max_concurrency_over_limit(stage: Node) -> Iterator[Issue]:
    """The maxConcurrency of a stage must not be above 50.

    The documentation states the limit; the definition does not, and no recording shows a greater number.

    Fix: Set 50 or less.

    Example, on a request:
        /properties/strategy/stages/0/maxConcurrency = "51"
    """
    text = stage.value.get("maxConcurrency")
    if text is not None and not text.endswith("%") and int(text[:_DIGITS]) > MAX_CONCURRENCY:
        yield Issue(stage.at("maxConcurrency"), f"expected a maxConcurrency of at most {MAX_CONCURRENCY}, found {show(text)}")
