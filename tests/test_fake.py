"""A fake fleet answers as the service does: all that it says conforms, its history included."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.support.profiles import at_most
from tests.support.runs import members
from validator import Exchange, check, check_history
from validator.checker.history import History
from validator.checker.item import check_items
from validator.contract import schemas
from validator.contract.drift import documented
from validator.contract.keywords import KEYWORDS
from validator.contract.schemas import DEFAULT_VERSION, VERSIONS
from validator.fake import FakeFleet, Response
from validator.fake.fleet import GROUPS
from validator.pointer import JSON
from validator.rules.by_version import rules_of
from validator.rules.example import COMPLETED
from validator.strategies import Violation, violations

NAMES = ("spring", "summer", "autumn")
names = st.sampled_from((*NAMES[:1] * 6, *NAMES))
MEMBERS = [member for members in GROUPS.values() for member in members]
IGNORED = {"read-only-in-request", "undocumented-property"}
CONDITIONS: list[dict[str, str]] = [{}, {"If-Match": "*"}, {"If-Match": '"another"'}, {"If-None-Match": "*"}]
STATUSES = {"GET": (200,), "PUT": (200, 201), "DELETE": (200, 202, 204), "POST": (200, 202)}


@st.composite
def requests(draw: st.DrawFn, version: str) -> JSON:
    """Draw the body of a PUT, with stages of the groups of the fleet, of one without members, and all that the api-version has."""
    upgrade = draw(st.sampled_from([{"type": "NodeImageOnly"}, {"type": "Full", "kubernetesVersion": "1.31.2"}]))
    properties: dict[str, JSON] = {"managedClusterUpdate": {"upgrade": upgrade}}
    named = draw(st.lists(st.sampled_from([*GROUPS, "empty"]), unique=True, max_size=4))
    if named:
        split = draw(st.integers(1, len(named)))
        parts = [part for part in (named[:split], named[split:]) if part]
        stages: list[JSON] = [
            {"name": f"stage-{index}", "groups": [draw(options_of_version(named=str(name), version=version)) for name in part]}
            for index, part in enumerate(parts)
        ]
        stages = [stage | draw(options_of_version(named=str(stage["name"]), version=version)) for stage in stages]
        stages[0] |= draw(st.sampled_from([{}, {"afterStageWaitInSeconds": 3600}, {"afterStageWaitInSeconds": 0}]))
        if "UpdateStage.memberSelector" in documented(version) and draw(st.booleans()):
            stages[-1] = {"name": "stage-1" if len(stages) > 1 else "stage-0", "memberSelector": {"byLabel": "ring in (slow)"}}
        properties["strategy"] = {"stages": stages}
    return {"properties": properties}


@st.composite
def options_of_version(draw: st.DrawFn, named: str, version: str) -> JSON:
    """Draw the name of a stage or a group, and some of the options that the api-version has."""
    scheduled = {"startDay": "Monday", "startTime": "22:00", "utcOffset": "+01:00"}
    known: JSON = {
        "beforeGates": [{"type": "Approval", "displayName": "go"}],
        "afterGates": [{"type": "Approval"}, {"type": "Approval"}],
        "maxConcurrency": "2",
        "maxAllowedFailures": "50%",
        "memberSelector": {"byLabel": "ring"},
    }
    chosen = draw(st.lists(st.sampled_from([key for key in known if f"UpdateGroup.{key}" in documented(version)] or [""]), max_size=2))
    made: dict[str, JSON] = {"name": named} | {key: known[key] for key in chosen if key}
    if "beforeGates" in made and "GateType=ScheduledStart" in documented(version) and draw(st.booleans()):
        made["beforeGates"] = [{"type": "ScheduledStart", "scheduledStartConfiguration": scheduled}]
    return made


@cache
def wrong_requests(version: str) -> st.SearchStrategy[Violation]:
    return violations(side="request", version=version).filter(lambda each: each.kind == "run")


class Clients(RuleBasedStateMachine):
    """Clients of one fleet, who send any requests in any order; each response is checked, together with all before it."""

    @initialize(data=st.data(), seed=st.integers(0, 9), asynchronous=st.booleans())
    def create(self, data: st.DataObject, seed: int, asynchronous: bool) -> None:
        labels = {member: {"ring": ring} for member, ring in zip(MEMBERS, ("slow", "fast", "slow", "fast"), strict=False)}
        self.fleet = FakeFleet(seed=seed, page_size=2, asynchronous=asynchronous, labels=labels)
        # The first version lacks the state Skipped, so that runs of later versions cannot be shown at it.
        later = st.lists(st.sampled_from(VERSIONS[1:]), min_size=1, max_size=2)
        self.versions = data.draw(later | st.just([VERSIONS[0]]))
        self.oldest, self.history, self.throttled = min(self.versions), History(), 0
        body = data.draw(requests(self.oldest))
        for name in NAMES[:2]:
            self.send("PUT", self.fleet.url(name, version=self.versions[0]), body)
        self.send("POST", self.fleet.url(NAMES[0], "start", self.versions[0]))

    def send(self, method: str, url: str, body: JSON = None, headers: dict[str, str] | None = None) -> Response:
        response = self.fleet.handle(method, url, body, headers)
        exchange = Exchange.of(method, url, response.status, request=body, response=response.body)
        ((_, findings),) = check_items([exchange], history=self.history)
        wrong = [finding for finding in findings if finding.side == "request" and finding.rule not in IGNORED]
        assert [finding for finding in findings if finding.side != "request"] == []
        assert not wrong or self.throttled or response.body["error"]["message"] == wrong[0].message
        if self.throttled:
            self.throttled -= 1
            assert (response.status, response.headers) == (429, {"Retry-After": "1"})
        else:
            assert response.status in (*STATUSES.get(method, ()), 400, 404, 405, 409, 412)
        return response

    def url(self, data: st.DataObject, name: str = "", action: str = "") -> str:
        return self.fleet.url(name, action, data.draw(st.sampled_from(self.versions)))

    @rule(data=st.data(), name=names, steps=st.integers(0, 4))
    def poll(self, data: st.DataObject, name: str, steps: int) -> None:
        for _ in range(steps):
            self.fleet.tick()
            self.send("GET", self.url(data, name))
        self.send("GET", self.url(data))

    @rule(data=st.data(), name=names)
    def start(self, data: st.DataObject, name: str) -> None:
        self.send("POST", self.url(data, name, "start"))

    @rule(data=st.data(), name=names)
    def stop(self, data: st.DataObject, name: str) -> None:
        self.send("POST", self.url(data, name, "stop"))

    @precondition(lambda self: "UpdateState=Skipped" in documented(self.versions[0]))
    @rule(data=st.data(), name=names, kind=st.sampled_from(["Member", "Group", "Stage", "AfterStageWait"]))
    def skip(self, data: st.DataObject, name: str, kind: str) -> None:
        targets = {"Member": MEMBERS, "Group": [*GROUPS, "empty", "default"]}.get(kind, ["stage-0", "stage-1", "default"])
        named = data.draw(st.lists(st.sampled_from(targets), min_size=1, max_size=2))
        self.send("POST", self.url(data, name, "skip"), {"targets": [{"type": kind, "name": each} for each in named]})

    @precondition(lambda self: not self.throttled and "GateConfiguration" in documented(self.oldest))
    @rule(data=st.data(), state=st.sampled_from(["Completed", "Completed", "Skipped"]))
    def pass_gate(self, data: st.DataObject, state: str) -> None:
        query = f"?api-version={self.oldest}"
        base = self.fleet.url().partition("/updateRuns")[0]
        page = self.fleet.handle("GET", f"{base}/gates{query}&$top=100").body
        pending = [gate["id"] for gate in page.get("value", ()) if gate["properties"]["state"] == "Pending"]
        if pending:
            self.fleet.handle("PATCH", f"https://h{data.draw(st.sampled_from(pending))}{query}", {"properties": {"state": state}})

    @rule(member=st.sampled_from(MEMBERS), fault=st.sampled_from(["fail", "withhold_image", "release_image"]))
    def order_fault(self, member: str, fault: str) -> None:
        getattr(self.fleet, fault)(member)

    @rule(data=st.data(), name=names, kind=st.sampled_from(["put", "wrong", "delete", "throttle"]))
    def be_rare(self, data: st.DataObject, name: str, kind: str) -> None:
        headers = data.draw(st.sampled_from(CONDITIONS))
        if kind == "put":
            self.send("PUT", self.url(data, name), data.draw(requests(self.oldest)), headers)
        elif kind == "wrong":
            self.send("PUT", self.fleet.url(name, version=self.versions[0]), data.draw(wrong_requests(self.versions[0])).document)
        elif kind == "delete":
            self.send("DELETE", self.url(data, name), None, headers)
        else:
            self.fleet.throttle(2)
            self.throttled += 2


TestClients: Any = pytest.mark.slow(Clients.TestCase)
TestClients.settings = settings(at_most(100), stateful_step_count=40)


# The fleet by itself

BODY: JSON = {
    "properties": {
        "managedClusterUpdate": {"upgrade": {"type": "Full", "kubernetesVersion": "1.31.2"}, "nodeImageSelection": {"type": "Latest"}},
        "strategy": {
            "stages": [
                {"name": "first", "groups": [{"name": "canary"}], "afterStageWaitInSeconds": 600},
                {"name": "rest", "groups": [{"name": "prod-eu"}, {"name": "prod-us"}]},
            ]
        },
    }
}


def started_fleet(fleet: FakeFleet, body: JSON = BODY, version: str = VERSIONS[-1]) -> FakeFleet:
    """Create and start the run spring."""
    assert fleet.handle("PUT", fleet.url("spring", "", version), body).status == 201
    assert fleet.handle("POST", fleet.url("spring", "start", version)).status == 200
    return fleet


def states(run: JSON) -> dict[str, str]:
    """Return the states of the members of a run by their names."""
    return {member["name"]: member["status"]["state"] for member in members(run)}


def test_a_fleet_has_six_members_in_three_groups_and_any_name() -> None:
    fleet = FakeFleet()
    url = fleet.url("spring").replace("/prod/", "/any-other/").replace("resourceGroups/fleets", "resourceGroups/else")
    body = fleet.handle("PUT", url, {"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}}}).body
    assert "/else/providers/Microsoft.ContainerService/fleets/any-other/" in body["id"]
    assert [*states(body)] == MEMBERS
    assert (len(MEMBERS), len(GROUPS)) == (6, 3)
    assert fleet.handle("GET", fleet.url()).body == {"value": []}


def session(seed: int) -> list[Response]:
    fleet = started_fleet(FakeFleet(seed=seed))
    responses = []
    for _ in range(20):
        fleet.tick()
        responses.append(fleet.handle("GET", fleet.url("spring")))
    return responses


def test_the_same_seed_and_calls_give_the_same_responses() -> None:
    assert session(1) == session(1) != session(2)


def test_what_a_client_changes_in_a_body_does_not_change_the_run() -> None:
    fleet = FakeFleet()
    body = deepcopy(BODY)
    before = deepcopy(fleet.handle("PUT", fleet.url("spring"), body).body)
    for document in (body, fleet.handle("GET", fleet.url("spring")).body):
        document["properties"]["strategy"]["stages"][0]["groups"].clear()
    assert fleet.handle("GET", fleet.url("spring")).body == before


def test_run_until_raises_where_the_run_will_not_be_in_that_state() -> None:
    fleet = FakeFleet()
    with pytest.raises(LookupError, match="there is no run; create one with PUT"):
        fleet.run_until("Completed")
    with pytest.raises(LookupError, match="there is no state 'completed'; did you mean Completed"):
        fleet.run_until("completed")
    started_fleet(fleet).withhold_image("aks-01")
    with pytest.raises(ValueError, match="stays Pending"):
        fleet.run_until("Completed")
    with pytest.raises(LookupError, match="did you mean aks-01"):
        fleet.fail("aks-1")


def test_a_member_waits_for_a_node_image_until_there_is_one() -> None:
    fleet = started_fleet(FakeFleet())
    fleet.withhold_image("aks-03")
    run = fleet.run_until("Pending")
    (waiting,) = (member for member in members(run) if member["name"] == "aks-03")
    assert waiting["status"]["error"]["code"] == "NodeImageVersionNotAvailable"
    fleet.tick(5)
    assert states(fleet.run_until("Pending")) == states(run)
    fleet.release_image("aks-03")
    assert set(states(fleet.run_until("Completed")).values()) == {"Completed"}


def test_a_member_waits_for_its_node_image_after_a_restart_too() -> None:
    fleet = started_fleet(FakeFleet())
    fleet.withhold_image("aks-01")
    fleet.run_until("Pending")
    polls = [fleet.handle("POST", fleet.url("spring", "stop")).body, fleet.run_until("Stopped")]
    fleet.handle("POST", fleet.url("spring", "start"))
    fleet.tick(5)
    polls.append(fleet.run_until("Pending"))
    assert states(polls[-1])["aks-01"] == "Pending"
    assert check_history(polls, version=VERSIONS[-1]) == []
    fleet.release_image("aks-01")
    assert set(states(fleet.run_until("Completed")).values()) == {"Completed"}


def test_a_member_fails_once_and_can_be_skipped() -> None:
    fleet = started_fleet(FakeFleet())
    fleet.fail("aks-02")
    before = fleet.run_until("Failed")
    targets = {"targets": [{"type": "Member", "name": "aks-02"}]}
    after = fleet.handle("POST", fleet.url("spring", "skip"), targets).body
    assert (states(before)["aks-02"], states(after)["aks-02"]) == ("Failed", "Skipped")
    assert check([before, after, fleet.handle("GET", fleet.url("spring")).body]) == []
    fleet.handle("POST", fleet.url("spring", "start"))
    assert set(states(fleet.run_until("Completed")).values()) == {"Completed", "Skipped"}


@pytest.mark.parametrize(
    "headers, statuses",
    [
        ({"If-Match": "TAG"}, (200, 412)),
        ({"If-Match": "*"}, (200, 412)),
        ({"if-match": '"other", TAG'}, (200, 412)),
        ({"If-Match": '"other"'}, (412, 412)),
        ({"If-None-Match": "*"}, (412, 201)),
        ({"If-None-Match": "TAG"}, (412, 201)),
        ({"If-None-Match": '"other"'}, (200, 201)),
    ],
)
def test_conditions_of_a_put(headers: dict[str, str], statuses: tuple[int, int]) -> None:
    fleet = FakeFleet()
    tag = fleet.handle("PUT", fleet.url("spring"), BODY).headers["ETag"]
    assert tag == fleet.handle("GET", fleet.url("spring")).body["eTag"]
    given = {name: value.replace("TAG", tag) for name, value in headers.items()}
    assert tuple(fleet.handle("PUT", fleet.url(name), BODY, given).status for name in ("spring", "summer")) == statuses


@pytest.mark.parametrize(
    "method, url, body, status, code",
    [
        ("PUT", "done", BODY, 409, "OperationNotAllowed"),
        ("POST", "done/start", None, 409, "OperationNotAllowed"),
        ("POST", "done/stop", None, 409, "OperationNotAllowed"),
        ("POST", "done/skip", {"targets": [{"type": "Member", "name": "aks-01"}]}, 409, "OperationNotAllowed"),
        ("POST", "new/stop", None, 409, "OperationNotAllowed"),
        ("POST", "new/skip", {"targets": [{"type": "Member", "name": "aks-09"}]}, 400, "InvalidParameter"),
        ("POST", "new/skip", {"targets": [{"type": "Member"}]}, 400, "RequiredPropertyMissing"),
        ("POST", "new/skip", None, 400, "RequiredPropertyMissing"),
        ("PUT", "new", {"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}}}, 400, "PropertyChangeNotAllowed"),
        ("PUT", "new", {"properties": {"managedClusterUpdate": {"upgrade": {"type": "Full"}}}}, 400, "InvalidParameter"),
        ("PUT", "new", {"properties": {}}, 400, "RequiredPropertyMissing"),
        ("PUT", "new", None, 400, "RequiredPropertyMissing"),
        ("PATCH", "new", BODY, 405, "HttpMethodNotAllowed"),
        ("OPTIONS", "new", None, 405, "HttpMethodNotAllowed"),
        ("POST", "new/restart", None, 405, "HttpMethodNotAllowed"),
        ("GET", "other", None, 404, "ResourceNotFound"),
        ("POST", "other/start", None, 404, "ResourceNotFound"),
    ],
)
def test_what_cannot_be_done_is_refused(method: str, url: str, body: JSON, status: int, code: str) -> None:
    fleet = FakeFleet()
    for name in ("new", "done"):
        fleet.handle("PUT", fleet.url(name), BODY)
    fleet.handle("POST", fleet.url("done", "start"))
    fleet.run_until("Completed")
    name, _, action = url.partition("/")
    refused = fleet.handle(method, fleet.url(name, action), body)
    assert (refused.status, refused.body["error"]["code"]) == (status, code)


def test_a_wrong_request_gets_the_finding_of_a_check() -> None:
    body = deepcopy(BODY)
    body["properties"]["strategy"]["stages"][1]["groups"][0]["name"] = "canary"
    fleet = FakeFleet()
    (finding,) = check(body, side="request")
    error = {"code": "InvalidParameter", "message": finding.message, "target": finding.pointer}
    assert fleet.handle("PUT", fleet.url("spring"), body) == Response(400, {}, {"error": error})
    for query, code in (("", "MissingApiVersionParameter"), ("?api-version=2025-03-02", "InvalidApiVersionParameter")):
        refused = fleet.handle("PUT", fleet.url("spring").partition("?")[0] + query, BODY)
        assert (refused.status, refused.body["error"]["code"]) == (400, code)
    assert fleet.handle("GET", "https://management.azure.com/subscriptions").status == 404


def test_what_the_service_sets_is_ignored_whatever_it_is() -> None:
    fleet = FakeFleet()
    body = fleet.handle("PUT", fleet.url("spring"), BODY | {"id": "x"}).body
    body["properties"]["status"]["status"]["state"] = "weird"
    assert fleet.handle("PUT", fleet.url("spring"), body).status == 200


def test_what_the_service_sets_or_does_not_know_is_ignored_in_a_request() -> None:
    fleet = FakeFleet()
    run = fleet.handle("PUT", fleet.url("spring"), BODY).body
    run["properties"]["managedClusterUpdate"]["later"] = run["tags"] = {}
    replaced = fleet.handle("PUT", fleet.url("spring"), run)
    assert (replaced.status, replaced.body["properties"]) == (200, fleet.handle("PUT", fleet.url("summer"), BODY).body["properties"])


def test_a_list_has_pages() -> None:
    fleet = FakeFleet(page_size=2)
    for name in "abcde":
        fleet.handle("PUT", fleet.url(name), BODY)
    pages = [fleet.handle("GET", fleet.url()).body]
    while "nextLink" in pages[-1]:
        pages.append(fleet.handle("GET", pages[-1]["nextLink"]).body)
    assert [[run["name"] for run in page["value"]] for page in pages] == [["a", "b"], ["c", "d"], ["e"]]
    assert len(fleet.handle("GET", fleet.url() + "&$top=1").body["value"]) == 1
    assert fleet.handle("GET", fleet.url() + "&$top=-1").status == 400


def test_a_run_has_a_copy_of_the_strategy_that_it_names() -> None:
    strategy = BODY["properties"]["strategy"]
    fleet = FakeFleet(strategies={"weekly": strategy})
    named = fleet.url().partition("/updateRuns")[0].removeprefix("https://management.azure.com") + "/updateStrategies/"
    update = BODY["properties"]["managedClusterUpdate"]
    found = fleet.handle("PUT", fleet.url("spring"), {"properties": {"managedClusterUpdate": update, "updateStrategyId": named + "weekly"}})
    assert (found.status, found.body["properties"]["strategy"]) == (201, strategy)
    missing = fleet.handle(
        "PUT", fleet.url("spring"), {"properties": {"managedClusterUpdate": update, "updateStrategyId": named + "daily"}}
    )
    assert (missing.status, missing.body["error"]["code"]) == (400, "UpdateStrategyNotFound")


def test_a_strategy_is_named_in_any_case_and_copied_as_the_version_of_the_request_has_it() -> None:
    strategy = {"stages": [{"name": "a", "maxConcurrency": "2", "groups": [{"name": "canary", "maxConcurrency": "2"}]}]}
    fleet = FakeFleet(strategies={"weekly": strategy})
    named = fleet.url().partition("/updateRuns")[0].removeprefix("https://management.azure.com") + "/updateStrategies/WEEKLY"
    properties = {"managedClusterUpdate": BODY["properties"]["managedClusterUpdate"], "updateStrategyId": named}
    started_fleet(fleet, {"properties": properties}, DEFAULT_VERSION)
    fleet.tick(3)
    assert check(fleet.handle("GET", fleet.url("spring")).body) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"page_size": 0}, "expected a page_size of 1 or more, found 0"),
        ({"groups": {"a": ["x"], "b": ["x"]}}, 'a member is in one group; "x" is in several'),
        ({"groups": {"a": "abc"}}, 'expected the names of the members of group "a", found "abc"'),
        ({"strategies": {"w": {"stages": []}}}, 'the strategy "w" breaks schema/minItems at /stages'),
        ({"strategies": {"w": 5}}, r'the strategy "w" breaks schema/type at \(top\)'),
        ({"groups": {"a": [1]}}, "expected the name of a group or a member, found 1"),
        ({"groups": {"a": [""]}}, 'expected the name of a group or a member, found ""'),
        ({"labels": {"aks-1": {"a": "b"}}}, 'there is no member "aks-1" to have labels; did you mean aks-01?'),
        ({"labels": {"aks-01": {"a": 1}}}, 'expected strings for the labels of "aks-01"'),
        ({"retry_after": -1}, "expected a retry_after of 0 or more seconds, found -1"),
        ({"retry_after": "1"}, "expected a retry_after of 0 or more seconds, found '1'"),
    ],
)
def test_what_no_fleet_has_is_an_error(given: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        FakeFleet(**given)
    with pytest.raises(ValueError, match="expected a number of requests, found -1"):
        FakeFleet().throttle(-1)


@pytest.mark.parametrize(
    "selector, chosen",
    [
        ("", "abc"), ("ring", "ab"), ("!ring", "c"), ("ring=fast", "a"), ("ring==fast", "a"), ("ring!=fast", "bc"),
        ("ring in (fast, slow)", "ab"), ("ring notin (fast),ring", "b"), ("level > 1", "b"), ("level<2", "a"), ("ring,level=2", "b"),
    ],
)  # fmt: skip
def test_a_selector_chooses_members(selector: str, chosen: str) -> None:
    labels = {"a": {"ring": "fast", "level": "1"}, "b": {"ring": "slow", "level": "2"}}
    fleet = FakeFleet({"all": ["a", "b", "c"]}, labels=labels)
    stages = [{"name": "one", "memberSelector": {"byLabel": selector}}]
    body = {"properties": BODY["properties"] | {"strategy": {"stages": stages}}}
    assert "".join(states(started_fleet(fleet, body).run_until("Running"))) == chosen


def gates_url(fleet: FakeFleet, name: str = "", version: str = VERSIONS[-1]) -> str:
    return fleet.url(version=version).replace("/updateRuns", f"/gates/{name}".rstrip("/"))


def test_a_run_waits_at_a_gate_until_it_is_approved() -> None:
    stage = BODY["properties"]["strategy"]["stages"][0] | {"beforeGates": [{"type": "Approval", "displayName": "go"}]}
    fleet = started_fleet(FakeFleet(), {"properties": BODY["properties"] | {"strategy": {"stages": [stage]}}})
    run = fleet.run_until("Pending")
    (gate,) = fleet.handle("GET", gates_url(fleet)).body["value"]
    assert gate["id"] == run["properties"]["status"]["stages"][0]["beforeGates"][0]["gateId"]
    assert gate["properties"] == {
        "provisioningState": "Succeeded",
        "displayName": "go",
        "gateType": "Approval",
        "target": {"id": run["id"], "updateRunProperties": {"name": "spring", "stage": "first", "timing": "Before"}},
        "state": "Pending",
    }
    url, done = gates_url(fleet, gate["name"]), {"properties": {"state": "Completed"}}
    assert fleet.handle("GET", url).body == gate
    assert [
        fleet.handle("PATCH", url, {"properties": {"state": "Pending"}}).status,
        fleet.handle("PATCH", url, done, {"If-Match": '"other"'}).status,
        fleet.handle("PATCH", url, done, {"If-Match": gate["eTag"]}).status,
        fleet.handle("PATCH", url, done).status,
        fleet.handle("PATCH", gates_url(fleet), done).status,
        fleet.handle("DELETE", url).status,
        fleet.handle("GET", gates_url(fleet, "other")).status,
        fleet.handle("GET", gates_url(fleet) + "&$filter=state").status,
        fleet.handle("GET", gates_url(fleet, version="2025-03-01")).status,
    ] == [400, 412, 200, 409, 405, 405, 404, 400, 400]  # fmt: skip
    fleet.run_until("Completed")


def test_a_scheduled_gate_passes_by_itself() -> None:
    scheduled = {
        "type": "ScheduledStart",
        "scheduledStartConfiguration": {"startDay": "Monday", "startTime": "22:00", "utcOffset": "+01:00"},
    }
    stage = BODY["properties"]["strategy"]["stages"][0] | {"beforeGates": [scheduled]}
    fleet = started_fleet(FakeFleet(), {"properties": BODY["properties"] | {"strategy": {"stages": [stage]}}})
    fleet.run_until("Pending")
    fleet.run_until("Completed")


# Responses that break a rule

BY_REQUESTS = {"strategy-and-strategy-id", "read-only-in-request", "api-version-missing", "api-version-unsupported", "operation-unknown"}


NAMES_OF_FINDINGS = {*rules_of(schemas.DEFAULT_VERSION), *(f"schema/{keyword}" for keyword in KEYWORDS)}
ORDERS = [
    (name, version)
    for version, names in ((schemas.DEFAULT_VERSION, NAMES_OF_FINDINGS), (VERSIONS[-1], {*rules_of(VERSIONS[-1])}))
    for name in sorted(names - BY_REQUESTS)
]


@pytest.mark.slow
@pytest.mark.parametrize("name, version", ORDERS)
def test_a_response_breaks_the_rule_that_is_ordered(name: str, version: str) -> None:
    fleet, history = FakeFleet(), History()
    body = {"properties": BODY["properties"] | {"strategy": deepcopy(BODY["properties"]["strategy"])}}
    if "UpdateStage.memberSelector" in documented(version):
        body["properties"]["strategy"]["stages"][1]["memberSelector"] = {"byLabel": "!ring"}
    calls = [("PUT", "spring", ""), ("PUT", "summer", ""), ("GET", "spring", ""), ("GET", "spring", ""), ("POST", "spring", "start")]
    calls += [("GET", "spring", "")] * 40 + [("GET", "", "")]
    fleet.break_rule(name)
    for number, (method, run, action) in enumerate(calls):
        fleet.tick(number > 4)
        url = fleet.url(run, action, version)
        response = fleet.handle(method, url, body if method == "PUT" else None)
        exchange = Exchange.of(method, url, response.status, request=body if method == "PUT" else None, response=response.body)
        ((_, findings),) = check_items([exchange], history=history)
        if findings:
            assert name in {finding.rule for finding in findings}
            return
    raise AssertionError("no response broke the rule")


def test_a_rule_that_no_response_breaks_cannot_be_ordered() -> None:
    for name in BY_REQUESTS:
        with pytest.raises(ValueError, match="about requests"):
            FakeFleet().break_rule(name)
    with pytest.raises(LookupError, match="did you mean group-duplicate"):
        FakeFleet().break_rule("group-duplicat")
    with pytest.raises(LookupError, match="there is no rule 'nothing'; `updaterun rules` lists them"):
        FakeFleet().break_rule("nothing")


# What an attack found


def put_of(strategy: JSON) -> JSON:
    return {"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}, "strategy": strategy}}


def test_a_wait_may_be_written_with_a_point() -> None:
    fleet = FakeFleet()
    stage = {"name": "a", "groups": [{"name": "canary"}], "afterStageWaitInSeconds": 60.0}
    assert fleet.handle("PUT", fleet.url("spring"), put_of({"stages": [stage]})).status == 201
    fleet.handle("POST", fleet.url("spring", "start"))
    assert check(fleet.run_until("Completed")) == []


def test_a_group_of_a_failed_stage_is_not_completed_by_skipping_its_last_member() -> None:
    for seed in range(10):
        fleet = FakeFleet(seed=seed)
        fleet.handle("PUT", fleet.url("spring"), put_of({"stages": [{"name": "a", "groups": [{"name": "canary"}, {"name": "prod-eu"}]}]}))
        fleet.fail("aks-01")
        fleet.handle("POST", fleet.url("spring", "start"))
        left = [member["name"] for member in members(fleet.run_until("Failed")) if member["status"]["state"] == "NotStarted"]
        targets = {"targets": [{"type": "Member", "name": name} for name in left]}
        assert check(fleet.handle("POST", fleet.url("spring", "skip"), targets).body if left else COMPLETED) == []
        fleet.handle("POST", fleet.url("spring", "start"))
        assert check(fleet.run_until("Completed")) == []


def test_an_update_strategy_that_a_version_cannot_have_is_refused() -> None:
    selecting = {"stages": [{"name": "a", "memberSelector": {"byLabel": "env=prod"}}]}
    fleet = FakeFleet(strategies={"weekly": selecting}, labels={"aks-01": {"env": "prod"}})
    body = put_of({})
    del body["properties"]["strategy"]
    scope = fleet.url().partition("/updateRuns")[0].removeprefix("https://management.azure.com")
    body["properties"]["updateStrategyId"] = f"{scope}/updateStrategies/weekly"
    for version, status in ((DEFAULT_VERSION, 400), (VERSIONS[-1], 201)):
        assert fleet.handle("PUT", fleet.url("spring", version=version), body).status == status


def test_a_list_is_in_the_order_of_creation() -> None:
    fleet = FakeFleet()
    for name in ("spring", "summer", "spring"):
        fleet.handle("PUT", fleet.url(name), put_of({"stages": [{"name": "a", "groups": [{"name": "canary"}]}]}))
    assert [run["name"] for run in fleet.handle("GET", fleet.url()).body["value"]] == ["summer", "spring"]


@pytest.mark.parametrize("names", [["a"], ["a", "b"], ["spring", "a"]])
def test_a_list_of_any_runs_has_one_twice_if_that_is_ordered(names: list[str]) -> None:
    fleet = FakeFleet()
    for name in names:
        fleet.handle("PUT", fleet.url(name), put_of({"stages": [{"name": "a", "groups": [{"name": "canary"}]}]}))
    fleet.break_rule("run-listed-twice")
    assert [finding.rule for finding in check(fleet.handle("GET", fleet.url()).body)] == ["run-listed-twice"]
    assert check(fleet.handle("GET", fleet.url()).body) == []
