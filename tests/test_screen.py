"""The screen: what it takes for clean is clean, and most of what is clean it takes for that."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator import check
from validator.contract import schemas
from validator.contract.formats import FORMATS
from validator.pointer import JSON, Path
from validator.rules import screen
from validator.rules.catalogue import RULES
from validator.rules.example import RESPONSE, changed
from validator.strategies import Violation, update_runs, violations
from validator.strategies.bulk import documents

from .cases_loader import Case, bases, cases, files
from .documents import mutated, paths, replaced

VERSION = schemas.VERSIONS[-1]
TIMES = ("startTime", "completedTime", "createdAt", "lastModifiedAt")


def is_clean(document: JSON) -> bool:
    """Ask the screen; what it says of values that are no runs counts too."""
    return screen.is_clean(document, VERSION)


def hold(document: JSON) -> None:
    """Assert that nothing is to be found where the screen sees nothing; the reference engine goes without it."""
    if is_clean(document):
        assert check(document, side="response", engine="reference") == []


def at_least(examples: int) -> settings:
    """Take so many examples in the suite, and the profile's number when exploring."""
    return settings(max_examples=max(examples, settings.default.max_examples if settings.default else 0))


def responses() -> list[Case]:
    """List the cases about one response."""
    found = [case for folder in ("rules", "normal") for file in files(folder) for case in cases(folder, file)]
    return [case for case in found if case.is_document and isinstance(case.value, dict)]


@pytest.mark.parametrize("case", responses(), ids=str)
def test_what_a_case_finds_gets_past_the_screen(case: Case) -> None:
    if check(case.value, side="response", engine="reference"):
        assert not is_clean(case.value)


@pytest.mark.parametrize("rule", [rule.name for rule in RULES if rule.subject in {"schema", "object", "run"} and "response" in rule.sides])
def test_what_breaks_a_rule_gets_past_the_screen(rule: str) -> None:
    @settings(max_examples=25)
    @given(violation=violations(rule))
    def past(violation: Violation) -> None:
        for document in violation.document if isinstance(violation.document, list) else [violation.document]:
            if violation.of == "run":
                hold(document)
                assert violation.side == "request" or not is_clean(document)

    past()


def at(day: str) -> str:
    return f"2025-04-08T{day}Z"


def status(state: str, start: str = "", end: str = "") -> JSON:
    """Write a status with its times as they are usually written."""
    return {"state": state} | ({"startTime": at(start)} if start else {}) | ({"completedTime": at(end)} if end else {})


RUN, PLAN = "/properties/status", "/properties/strategy/stages"
FIRST, SECOND = f"{RUN}/stages/0", f"{RUN}/stages/1"
GROUP = f"{FIRST}/groups/0"
MEMBER = f"{GROUP}/members"
WAIT = f"{FIRST}/afterStageWaitStatus"
CLUSTER = RESPONSE["properties"]["status"]["stages"][0]["groups"][0]["members"][0]["clusterResourceId"]
SKIPPED = {f"{SECOND}{part}/status": status("Skipped") for part in ("", "/groups/0", "/groups/0/members/0", "/groups/1")}
DONE = changed(
    RESPONSE,
    put={
        f"{RUN}/status": status("Completed", "09:31:00.457756918", "10:31:00.500"),
        f"{FIRST}/status": status("Completed", "09:31:00.457756718", "10:30:00.100"),
        f"{GROUP}/status": status("Completed", "09:31:00.457756318", "10:00:00.100"),
        f"{MEMBER}/1/status": status("Completed", "09:52:11.000812", "09:55:00.100"),
        f"{MEMBER}/2/status": status("Completed", "09:55:00.200", "10:00:00.000"),
        f"{WAIT}/status": status("Completed", "10:00:00.200", "10:30:00.000"),
        **SKIPPED,
    },
)
ALONE = changed(RESPONSE, put={}, taken=("/properties/strategy", SECOND, WAIT))
IMAGES = "/properties/managedClusterUpdate/nodeImageSelection"
TWO = [{"version": "AKSUbuntu-2204-202504.06.0"}, {"version": "AKSUbuntu-2204-202503.13.0"}]
THREE = [{"version": "AKSAzureLinux-V2-202502.26.0"}, *TWO]
SHOWN = f"{RUN}/nodeImageSelection/selectedNodeImageVersions"

# A rule, and what hardly breaks it in a response that is clean otherwise.
HARDLY: dict[str, tuple[str, JSON, dict[str, JSON]]] = {
    "two members at a time": ("members-in-parallel", RESPONSE, {f"{MEMBER}/2/status": status("Running", "09:53:00.000")}),
    "one cluster twice": ("cluster-in-two-groups", RESPONSE, {f"{MEMBER}/2/clusterResourceId": CLUSTER.upper()}),
    "a stage before its turn": ("stage-out-of-order", RESPONSE, {f"{SECOND}/status": status("Running", "09:53:00.000")}),
    "a stage that has failed before its turn": (
        "stage-out-of-order",
        RESPONSE,
        {f"{SECOND}/status": status("Failed", "09:53:00.000", "09:54:00.000") | {"error": {"code": "a", "message": "b"}}},
    ),
    "a wait that runs before its turn": ("wait-before-groups", RESPONSE, {f"{WAIT}/status": status("Running", "09:53:00.000")}),
    "a wait that is done before its turn": (
        "wait-before-groups",
        RESPONSE,
        {f"{WAIT}/status": status("Completed", "09:53:00.000", "09:54:00.000")},
    ),
    "a wait for the first of two groups": (
        "wait-before-groups",
        RESPONSE,
        {
            f"{PLAN}/0/groups/-": {"name": "canary-us"},
            f"{FIRST}/groups/-": {"name": "canary-us", "status": status("Skipped")},
            f"{WAIT}/status": status("Running", "09:53:00.000"),
        },
    ),
    "a stage that is skipped, and its group is not": ("state-roll-up", RESPONSE, {f"{SECOND}/status": status("Skipped")}),
    "a group that is skipped, and its member is not": ("state-roll-up", RESPONSE, {f"{SECOND}/groups/0/status": status("Skipped")}),
    "a run that is done, and its stage is not": ("state-roll-up", DONE, {f"{SECOND}/status": status("NotStarted")}),
    "a wait that is not done in a stage that is": ("state-roll-up", DONE, {f"{WAIT}/status": status("NotStarted")}),
    "a member that has failed without a reason": (
        "failed-without-error",
        RESPONSE,
        {f"{MEMBER}/1/status": status("Failed", "09:52:11.000812", "09:54:00.000")},
    ),
    "a group that has failed without a reason": (
        "failed-without-error",
        RESPONSE,
        {f"{GROUP}/status": status("Failed", "09:31:00.457756318", "09:54:00.000")},
    ),
    "a member that ends 2 ms after its group": ("child-outside-parent", DONE, {f"{MEMBER}/2/status/completedTime": at("10:00:00.102")}),
    "a group that ends 2 ms after its stage": ("child-outside-parent", DONE, {f"{GROUP}/status/completedTime": at("10:30:00.102")}),
    "a stage that ends 2 ms after its run": ("child-outside-parent", DONE, {f"{FIRST}/status/completedTime": at("10:31:00.502")}),
    "a wait that ends 2 ms after its stage": ("child-outside-parent", DONE, {f"{WAIT}/status/completedTime": at("10:30:00.102")}),
    "a member that starts 2 ms before its group": ("child-outside-parent", RESPONSE, {f"{MEMBER}/0/status/startTime": at("09:31:00.455")}),
    "a member that was stopped, and starts 2 ms before its group": (
        "child-outside-parent",
        RESPONSE,
        {f"{MEMBER}/0/status": status("Stopped", "09:31:00.455")},
    ),
    "a group that starts 2 ms before its stage": ("child-outside-parent", RESPONSE, {f"{GROUP}/status/startTime": at("09:31:00.455")}),
    "a stage that starts 2 ms before its run": ("child-outside-parent", RESPONSE, {f"{FIRST}/status/startTime": at("09:31:00.455")}),
    "a group that starts a second before its stage": ("child-outside-parent", DONE, {f"{GROUP}/status/startTime": at("09:30:59.999")}),
    "an end 1 ns before the start": ("completed-before-started", RESPONSE, {f"{MEMBER}/0/status/completedTime": at("09:31:00.457755417")}),
    "an end before the start, of fewer digits": (
        "completed-before-started",
        RESPONSE,
        {f"{MEMBER}/0/status/completedTime": at("09:31:00.457")},
    ),
    "an end 1 ms before the start": ("completed-before-started", RESPONSE, {f"{MEMBER}/0/status/completedTime": at("09:31:00.456")}),
    "an end of a whole second before the start": (
        "completed-before-started",
        RESPONSE,
        {f"{MEMBER}/0/status/completedTime": at("09:31:00")},
    ),
    "a start of a whole second before that of the group": (
        "child-outside-parent",
        RESPONSE,
        {f"{MEMBER}/0/status/startTime": at("09:31:00")},
    ),
    "an end after that of the run, of a whole second": (
        "child-outside-parent",
        DONE,
        {f"{RUN}/status/completedTime": at("10:31:00"), f"{FIRST}/status/completedTime": at("10:31:00.100")},
    ),
    "an end a minute before the start": ("completed-before-started", RESPONSE, {f"{MEMBER}/0/status/completedTime": at("09:30:00.500")}),
    "a start more than a second before the creation": (
        "started-before-created",
        RESPONSE,
        {f"/systemData/{name}": at("09:31:01.500") for name in ("createdAt", "lastModifiedAt")},
    ),
    "a change before the creation": ("modified-before-created", RESPONSE, {"/systemData/lastModifiedAt": at("09:29:59.999")}),
    "an id that ends in more than the name": ("resource-id-mismatch", RESPONSE, {"/name": "pring"}),
    "two versions of one image": ("image-family-duplicate", RESPONSE, {IMAGES: {"type": "Custom", "customNodeImageVersions": TWO}}),
    "two versions of one image of two": (
        "image-family-duplicate",
        RESPONSE,
        {IMAGES: {"type": "Custom", "customNodeImageVersions": THREE}},
    ),
    "images that are selected with Latest": ("selected-images-unexpected", RESPONSE, {SHOWN: TWO[:1]}),
    "a stage of a name that comes later": ("status-mirrors-strategy", RESPONSE, {f"{FIRST}/name": "canarz"}),
    "a stage of a name that comes earlier": ("status-mirrors-strategy", RESPONSE, {f"{FIRST}/name": "canarx"}),
    "a group of a name that comes later": ("status-mirrors-strategy", RESPONSE, {f"{GROUP}/name": "canary-ev"}),
    "a group of a name that comes earlier": ("status-mirrors-strategy", RESPONSE, {f"{GROUP}/name": "canary-et"}),
    "a stage too many": ("status-mirrors-strategy", RESPONSE, {f"{PLAN}/-": {"name": "last", "groups": [{"name": "last"}]}}),
    "a stage too few": ("status-mirrors-strategy", RESPONSE, {PLAN: RESPONSE["properties"]["strategy"]["stages"][:1]}),
    "a wait that is longer": ("wait-duration-mismatch", RESPONSE, {f"{WAIT}/waitDurationInSeconds": 3601}),
    "a wait that is shorter": ("wait-duration-mismatch", RESPONSE, {f"{WAIT}/waitDurationInSeconds": 3599}),
    "a wait of no time": ("wait-status-unexpected", RESPONSE, {f"{PLAN}/0/afterStageWaitInSeconds": 0, f"{WAIT}/waitDurationInSeconds": 0}),
    "a wait where there is none": ("wait-status-unexpected", RESPONSE, {f"{PLAN}/0/afterStageWaitInSeconds": 0}),
    "two stages of one name": ("stage-name-duplicate", RESPONSE, {f"{PLAN}/1/name": "canary", f"{SECOND}/name": "canary"}),
    "a group in two stages": (
        "group-duplicate",
        RESPONSE,
        {f"{PLAN}/1/groups/0/name": "canary-eu", f"{SECOND}/groups/0/name": "canary-eu"},
    ),
    "no stage without a strategy": ("default-run-shape", ALONE, {f"{RUN}/stages": []}),
    "no group without a strategy": ("default-run-shape", ALONE, {f"{FIRST}/groups": []}),
    "two stages without a strategy": ("default-run-shape", ALONE, {f"{RUN}/stages/-": RESPONSE["properties"]["status"]["stages"][1]}),
    "two groups without a strategy": ("default-run-shape", ALONE, {f"{FIRST}/groups/-": {"name": "b", "status": status("NotStarted")}}),
    "a wait without a strategy": (
        "wait-status-unexpected",
        ALONE,
        {WAIT: {"waitDurationInSeconds": 60, "status": status("NotStarted")}},
    ),
}


@pytest.mark.parametrize("base", [RESPONSE, DONE, ALONE])
def test_the_bases_of_what_hardly_breaks_a_rule_are_taken_for_clean(base: JSON) -> None:
    assert is_clean(base)


def rewritten(document: JSON, places: list[Path], end: slice, zone: str) -> JSON:
    """Write some times of a document in another way: a slice of each, and the zone."""
    for path in places:
        text = document
        for step in path:
            text = text[step]
        document = replaced(document, path, text[end].removesuffix("Z") + zone)
    return document


@pytest.mark.parametrize("base", [RESPONSE, DONE, ALONE])
def test_times_of_whole_seconds_and_of_the_az_cli_are_usual(base: JSON) -> None:
    whole, all_times = slice(19), times(base)
    of_the_run = [path for path in all_times if len(path) <= len(("properties", "status", "status", "startTime"))]
    assert is_clean(rewritten(base, all_times, whole, "Z"))
    assert is_clean(rewritten(base, of_the_run, whole, "Z"))
    assert is_clean(rewritten(base, all_times, slice(26), "+00:00"))


@pytest.mark.parametrize("name", HARDLY)
def test_what_hardly_breaks_a_rule_gets_past_the_screen(name: str) -> None:
    rule, base, put = HARDLY[name]
    document = changed(base, put=put)
    assert rule in {finding.rule for finding in check(document, side="response", engine="reference")}
    assert not is_clean(document)


@pytest.mark.fuzz
@at_least(400)
@given(document=st.sampled_from([base for base in bases().values() if isinstance(base, dict)]).flatmap(mutated))
def test_what_is_changed_anywhere_gets_past_the_screen_or_stays_clean(document: JSON) -> None:
    hold(document)


def times(document: JSON) -> list[Path]:
    return [path for path in paths(document) if path and path[-1] in TIMES]


@st.composite
def retimed(draw: st.DrawFn) -> JSON:
    """Responses with a time that is moved next to another, or written in another way."""
    run = draw(update_runs())
    places = times(run)
    if not places:
        return run
    given_at, moved = draw(st.sampled_from(places)), draw(st.sampled_from(places))
    text = run
    for step in given_at:
        text = text[step]
    digits, zone = text.rstrip("Z").partition(".")[2], draw(st.sampled_from(["Z", "Z", "+00:00", "z"]))
    nanoseconds = int(digits.ljust(9, "0")) + draw(st.sampled_from([-1, 0, 1, -100, 100, -999_999, 999_999, -1_000_000, 1_000_000, 10**8]))
    fraction = f".{max(0, min(nanoseconds, 10**9 - 1)):09}"[: draw(st.sampled_from([10, 10, 8, 7, 4, 3, 0]))]
    return replaced(run, moved, f"{text[:19]}{fraction}{zone}")


@pytest.mark.fuzz
@at_least(600)
@given(document=retimed())
def test_a_time_that_is_moved_gets_past_the_screen_or_is_right(document: JSON) -> None:
    hold(document)


@pytest.mark.fuzz
@at_least(400)
@given(run=update_runs(), data=st.data())
def test_a_part_with_what_another_has_gets_past_the_screen_or_stays_clean(run: JSON, data: st.DataObject) -> None:
    of_one_kind = [path for path in paths(run) if path and path[-1] == data.draw(st.sampled_from(["state", "status", "name", "error"]))]
    if len(of_one_kind) > 1:
        taken, given_to = data.draw(st.sampled_from(of_one_kind)), data.draw(st.sampled_from(of_one_kind))
        value = run
        for step in taken:
            value = value[step]
        hold(replaced(run, given_to, deepcopy(value)))


@pytest.mark.parametrize("name", screen.FORMATS)
def test_what_is_usual_of_a_format_is_of_the_format(name: str) -> None:
    @given(text=st.from_regex(screen.FORMATS[name], fullmatch=True))
    def admitted(text: str) -> None:
        assert FORMATS[name].admits(text)

    admitted()


def test_most_of_what_is_clean_is_taken_for_clean() -> None:
    runs = list(documents("update-run", 500, 0))
    assert sum(map(is_clean, runs)) > 0.9 * len(runs)
