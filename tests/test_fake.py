"""A fake fleet answers as the service does: all that it says conforms, its history included."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.support.profiles import at_most
from validator import Exchange
from validator.checker.history import History
from validator.checker.item import check_items
from validator.contract.drift import documented
from validator.contract.schemas import VERSIONS
from validator.fake import FakeFleet, Response
from validator.fake.fleet import GROUPS
from validator.pointer import JSON
from validator.strategies import Violation, violations

NAMES = ("spring", "summer", "autumn")
names = st.sampled_from((*NAMES[:1] * 6, *NAMES))
MEMBERS = [member for members in GROUPS.values() for member in members]
IGNORED = {"read-only-in-request", "undocumented-property"}
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
        stages = [{"name": f"stage-{index}", "groups": [draw(options(name, version)) for name in part]} for index, part in enumerate(parts)]
        stages = [stage | draw(options(stage["name"], version)) for stage in stages]
        stages[0] |= draw(st.sampled_from([{}, {"afterStageWaitInSeconds": 3600}, {"afterStageWaitInSeconds": 0}]))
        if "UpdateStage.memberSelector" in documented(version) and draw(st.booleans()):
            stages[-1] = {"name": "stage-1" if len(stages) > 1 else "stage-0", "memberSelector": {"byLabel": "ring in (slow)"}}
        properties["strategy"] = {"stages": stages}
    return {"properties": properties}


@st.composite
def options(draw: st.DrawFn, name: str, version: str) -> JSON:
    """Draw the name of a stage or a group, and some of the options that the api-version has."""
    scheduled = {"startDay": "Monday", "startTime": "22:00", "utcOffset": "+01:00"}
    known = {
        "beforeGates": [{"type": "Approval", "displayName": "go"}],
        "afterGates": [{"type": "Approval"}, {"type": "Approval"}],
        "maxConcurrency": "2",
        "maxAllowedFailures": "50%",
        "memberSelector": {"byLabel": "ring"},
    }
    chosen = draw(st.lists(st.sampled_from([key for key in known if f"UpdateGroup.{key}" in documented(version)] or [""]), max_size=2))
    made = {"name": name} | {key: known[key] for key in chosen if key}
    if "beforeGates" in made and "GateType=ScheduledStart" in documented(version) and draw(st.booleans()):
        made["beforeGates"] = [{"type": "ScheduledStart", "scheduledStartConfiguration": scheduled}]
    return made


@cache
def wrong_requests(version: str) -> st.SearchStrategy[Violation]:
    return violations(side="request", version=version).filter(lambda each: each.of == "run")


class Clients(RuleBasedStateMachine):
    """Clients of one fleet, who send any requests in any order; each response is checked, together with all before it."""

    @initialize(data=st.data(), seed=st.integers(0, 9), asynchronous=st.booleans())
    def create(self, data: st.DataObject, seed: int, asynchronous: bool) -> None:
        labels = {member: {"ring": ring} for member, ring in zip(MEMBERS, ("slow", "fast", "slow", "fast"), strict=False)}
        self.fleet = FakeFleet(seed=seed, page_size=2, asynchronous=asynchronous, labels=labels)
        self.versions = data.draw(st.lists(st.sampled_from(VERSIONS[1:]), min_size=1, max_size=2))
        self.oldest, self.history, self.throttled = min(self.versions), History(), 0
        body = data.draw(requests(self.oldest))
        for name in NAMES[:2]:
            self.send("PUT", self.fleet.url(name, version=self.versions[0]), body)

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
        if kind == "put":
            self.send("PUT", self.url(data, name), data.draw(requests(self.oldest)))
        elif kind == "wrong":
            self.send("PUT", self.fleet.url(name, version=self.versions[0]), data.draw(wrong_requests(self.versions[0])).document)
        elif kind == "delete":
            self.send("DELETE", self.url(data, name))
        else:
            self.fleet.throttle(2)
            self.throttled += 2


TestClients: Any = Clients.TestCase
TestClients.settings = settings(at_most(100), stateful_step_count=40)
