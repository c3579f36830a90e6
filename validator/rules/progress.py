"""Rules about progress: how the statuses of a run agree with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..findings import Severity
from ..pointer import walk
from ..run.nodes import PARTS, Part, Unreliable, duplicates, is_unreliable, lacks, reliable
from ..run.spec import uses_selector
from ..run.transitions import STEPS
from ..wording import listed
from .rule import RESPONSE, Issue, rule

DONE = ("Completed", "Skipped")
"""The states of a part after which the service starts the next one."""

BEGUN = ("Running", "Stopping", "Failed", "Completed")
"""The states that a stage can have only once its turn has come."""

ALLOWED = {"Completed": DONE, "Skipped": ("Skipped",), "NotStarted": tuple(state for state in STEPS if state != "Failed")}
"""The states that the parts of a whole may be in, where the state of the whole restricts them."""


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRunStrategy", on="UpdateRunStatus")
def stage_out_of_order(run: Part) -> Iterator[Issue]:
    """A stage must not begin before the stages before it are Completed or Skipped.

    Stages are executed one after another. So every stage before one that is Running, Stopping, Failed or Completed is
    Completed or Skipped.

    Fix: Compare the states and times of the two stages, and correct the state that does not match its members.

    Example, on a response:
        /properties/status/stages/1/status = {"state": "Running", "startTime": "2025-04-08T09:40:00Z"}
        /properties/status/stages/1/groups/0/status = {"state": "Running", "startTime": "2025-04-08T09:40:00Z"}

    Example, on a response:
        /properties/status/stages/1/status = {"state": "Stopping", "startTime": "2025-04-08T09:40:00Z"}
    """
    unfinished: Part | None = None
    for stage in run.parts:
        state = stage.state
        if unfinished is not None and state in BEGUN:
            message = f"{stage.title} is {state} while the earlier {unfinished.title} is {unfinished.state}"
            yield Issue(stage.at("status", "state"), message, ((unfinished.at("status", "state"), "the earlier stage"),))
        if unfinished is None and state is not None and state not in DONE:
            unfinished = stage


def _allows_more(run: Part) -> bool:
    """Return whether an object anywhere in the run's strategy has the maxConcurrency of later api-versions, above 1."""
    strategy = dict.get(run.run.value, "strategy")  # reliable or not
    return any(path[-1:] == ("maxConcurrency",) and value not in (1, "1") for path, value in walk(strategy))


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRunStrategy", on="UpdateRunStatus", without="UpdateGroupStatus.maxConcurrency")
def members_in_parallel(run: Part) -> Iterator[Issue]:
    """The members of a group must be updated one at a time.

    Groups of a stage run in parallel, but the clusters of a group one after another: no observed response has two of them Running.
    Later api-versions allow more with `maxConcurrency`.

    Fix: Compare the times of the two members, and correct the state of the one that has ended or not begun.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/2/status = {"state": "Running", "startTime": "2025-04-08T09:53:00Z"}
    """
    groups = [[member for member in group.parts if member.state == "Running"] for stage in run.parts for group in stage.parts]
    parallel = [running for running in groups if len(running) > 1]
    if not parallel or _allows_more(run):
        return
    for first, *others in parallel:
        title, related = first.title, ((first.at("status", "state"), "the other member"),)
        for member in others:
            yield Issue(member.at("status", "state"), f"{member.title} is Running at the same time as {title} of its group", related)


@rule(Severity.WARNING, RESPONSE, "update-orchestration#update-runs", on="UpdateRunStatus")
def cluster_in_two_groups(run: Part) -> Iterator[Issue]:
    """A cluster must occur once in a run.

    A member belongs to one group. Two members are one cluster if their resource ids are equal, with any capitalisation, or if
    their names are equal and at least one has no resource id.

    Fix: Compare the two groups, and remove the cluster from the one that should not update it.

    Example, on a response:
        /properties/status/stages/1/groups/0/members/0/clusterResourceId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/clusters/providers/Microsoft.ContainerService/managedClusters/canary-1"

    Example, on a response:
        /properties/status/stages/0/groups/0/members/1/clusterResourceId = "/SUBSCRIPTIONS/01234567-89AB-CDEF-0123-456789ABCDEF/RESOURCEGROUPS/CLUSTERS/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/CANARY-1"

    Example, on a response:
        /properties/status/stages/1/groups/0/members/0/clusterResourceId
        /properties/status/stages/1/groups/0/members/0/name = "canary-1"
    """
    members = [member for stage in run.parts for group in stage.parts for member in group.parts]
    identities = [reliable(member.value, "clusterResourceId") for member in members]
    found = [
        (one, other, "clusterResourceId") for one, other in duplicates(identities, lambda identity: identity.lower() if identity else None)
    ]
    if None in identities:
        found += [(one, other, "name") for one, other in _of_one_name(members)]
    if found and uses_selector(reliable(run.run.value, "strategy")):
        return  # whether a cluster may be selected twice is not documented
    places = {other: (one, what) for one, other, what in sorted(found, reverse=True)}  # a cluster is found once, with its first place
    for other, (one, what) in places.items():
        first, again = members[one], members[other]
        message = f"the cluster of {again.title} is already a member in this run, as {first.title}"
        yield Issue(again.at(what), message, ((first.at(what), "the first place"),))


def _of_one_name(members: Iterable[Part]) -> Iterator[tuple[int, int]]:
    """Yield the indices of the first member of a name and of each later one, where one of the two has no resource id."""
    first: dict[str, int] = {}
    first_without_id: dict[str, int] = {}
    for index, member in enumerate(members):
        name = reliable(member.value, "name")
        if name is None or is_unreliable(member.value, "clusterResourceId"):
            continue
        is_without_id = lacks(member.value, "clusterResourceId")
        other = (first if is_without_id else first_without_id).get(name)
        if other is not None:
            yield other, index
        first.setdefault(name, index)
        if is_without_id:
            first_without_id.setdefault(name, index)


@rule(
    Severity.WARNING,
    RESPONSE,
    "live#states",
    on=("UpdateRunStatus", "UpdateStageStatus", "UpdateGroupStatus"),
    states=tuple(ALLOWED),
)
def state_roll_up(whole: Part) -> Iterator[Issue]:
    """The state of a run, a stage or a group must agree with the states of its parts.

    Parts of a Completed whole are Completed or Skipped, and parts of a Skipped whole are Skipped. A whole with a Failed part is not
    NotStarted, Completed or Skipped.

    Fix: Compare the state of the part with its times and error. Correct it if they do not match; otherwise correct the state of the
    whole.

    Example, on a response:
        /properties/status/stages/1/groups/0/status/state = "Skipped"

    Example, on a completed run:
        /properties/status/stages/0/groups/0/members/0/status = {"state": "Stopped", "startTime": "2025-04-08T09:31:00.457755418Z"}

    Example, on a response:
        /properties/status/stages/1/groups/0/members/0/status = {"state": "Failed", "error": {"code": "UpgradeFailed", "message": "The upgrade failed."}}
    """
    allowed = ALLOWED[str(whole.state)]
    for part in whole.parts:
        if part.state not in allowed and part.state is not None:
            if (
                part.kind == "member"
                and (whole.state, part.state) == ("Completed", "Failed")
                and not lacks(whole.value, "maxAllowedFailures")
            ):
                continue  # another rule compares the number of failures with what is tolerated
            what = "no failure" if whole.state == "NotStarted" else listed(list(allowed), "or")
            message = f"expected {what} in a {whole.kind} that is {whole.state}, found {part.title} {part.state}"
            yield Issue(part.at("status", "state"), message, ((whole.at("status", "state"), f"the {whole.kind}"),))


@rule(Severity.WARNING, RESPONSE, "rest#UpdateStatus", on=PARTS, states=("Failed",))
def failed_without_error(part: Part) -> Iterator[Issue]:
    """A Failed status, or one above or below it, must have an error.

    Without one, a client cannot report why the update failed. The innermost Failed status is reported.

    Fix: Add an `error` with a code and a message to the Failed status.

    Example, on a response:
        /properties/status/stages/0/groups/0/members/1/status/state = "Failed"
        /properties/status/stages/0/groups/0/members/1/status/completedTime = "2025-04-08T10:00:00Z"
    """
    below = part.tree()[1:]
    if any(other.state == "Failed" for other in below):
        return
    above = [part]
    while isinstance(whole := above[-1].parent, Part):
        above.append(whole)
    if not any(map(_explains, (*above, *below))):
        yield Issue(part.at("status"), f"{part.title} is Failed, and nothing says why")


def _explains(part: Part) -> bool:
    """Return whether a part has an error, or may have one where it is unreliable."""
    try:
        for name in ("stages", "groups", "afterStageWaitStatus", "members"):
            part.value.get(name)
        status = part.value.get("status")
        return status is not None and status.get("error") is not None
    except Unreliable:
        return True


@rule(Severity.WARNING, RESPONSE, "rest#UpdateStage", on="WaitStatus", states=("Running", "Completed"))
def wait_before_groups(wait: Part) -> Iterator[Issue]:
    """The wait after a stage must not begin before its groups are Completed or Skipped.

    It is Running or Completed only where every group of the stage is Completed or Skipped.

    Fix: Compare the states and times of the wait and the group, and correct the state that does not match its times.

    Example, on a response:
        /properties/status/stages/0/afterStageWaitStatus/status = {"state": "Running", "startTime": "2025-04-08T10:00:00Z"}

    Example, on a response:
        /properties/status/stages/0/afterStageWaitStatus/status = {"state": "Completed", "startTime": "2025-04-08T10:00:00Z", "completedTime": "2025-04-08T11:00:00Z"}
    """
    for group in wait.parent.parts:
        if group.kind == "group" and group.state is not None and group.state not in DONE:
            message = f"the wait is {wait.state} while {group.title} is {group.state}"
            yield Issue(wait.at("status", "state"), message, ((group.at("status", "state"), "the group"),))
            break
