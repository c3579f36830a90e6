"""Rules about how many members have failed, and how many may."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Severity
from ..run.nodes import Part
from ..wording import count
from .rule import RESPONSE, Issue, rule

_BELOW = {"run": "stages", "stage": "groups", "group": "members"}


@rule(
    Severity.WARNING,
    RESPONSE,
    "spec-2026-06-02-preview#UpdateRunStatus",
    on=("UpdateRunStatus", "UpdateStageStatus", "UpdateGroupStatus"),
    needs="UpdateRunStatus.failureCount",
)
def failure_count_mismatch(part: Part) -> Iterator[Issue]:
    """A failureCount must be the number of members that are Failed.

    The published definition says that it counts the failures below a run, a stage or a group. No recording shows one; where a run was
    started again, the service may count otherwise.

    Fix: Count the Failed members below, and compare with `failureCount`: correct the count, or the state that is wrong.

    Example, on a tolerant run:
        /properties/status/stages/0/failureCount = 0

    Example, on a tolerant run:
        /properties/status/failureCount = 0
    """
    found = part.value.get("failureCount")
    if found is None:
        return
    for each in part.tree():
        if each.kind in _BELOW:
            each.value.get(_BELOW[each.kind])  # what is unreliable ends the rule
    members = [each for each in part.tree() if each.kind == "member"]
    if any(member.state is None for member in members):
        return
    failed = sum(member.state == "Failed" for member in members)
    if found != failed:
        members_failed = f"{count(failed, 'member') if failed else 'no member'} of the {part.kind} {'is' if failed < 2 else 'are'} Failed"
        message = f"expected a failureCount of {failed}, as {members_failed}, found {int(found)}"
        yield Issue(part.at("failureCount"), message)


@rule(
    Severity.WARNING,
    RESPONSE,
    "docs#failures",
    on=("UpdateStageStatus", "UpdateGroupStatus"),
    states=("Completed",),
    needs="UpdateStageStatus.maxAllowedFailures",
)
def completed_over_threshold(part: Part) -> Iterator[Issue]:
    """A stage or a group must not be Completed with more failures than its maxAllowedFailures.

    More failures make it Failed, and stop the run. Without `failureCount`, its Failed members count. No recording shows a threshold; the
    documentation is the only source.

    Fix: Compare `failureCount` with `maxAllowedFailures`. Correct the number that is wrong, or set the state to Failed.

    Example, on a tolerant run:
        /properties/status/stages/0/groups/0/maxAllowedFailures = 0
    """
    failures, most = part.value.get("failureCount"), part.value.get("maxAllowedFailures")
    related = () if failures is None else ((part.at("failureCount"), "the number of failures"),)
    if failures is None:
        failures = sum(each.kind == "member" and each.state == "Failed" for each in part.tree())
    if most is not None and failures > most:
        message = f"{part.title} is Completed with {count(int(failures), 'failure')}, expected at most {int(most)}"
        yield Issue(part.at("status", "state"), message, related)
