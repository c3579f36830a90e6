"""A fake fleet: the operations on its update runs, its clock, and faults to order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from uuid import UUID

from ..contract import schemas
from ..contract.drift import documented
from ..contract.formats import date_time
from ..pointer import JSON
from ..readers.items import Exchange
from ..rules.example import SUBSCRIPTION
from ..run.transitions import UNFINISHED
from ..simulation.by_version import trimmed
from ..simulation.clock import Clock
from ..simulation.plan import Plan, Scope, make_run
from ..simulation.simulator import Simulator
from ..wording import hint, show
from . import gates
from .answers import Refused, Request, Response, paged
from .breaking import Breaking
from .runs import Run
from .selectors import selects

HOST = "https://management.azure.com"

GROUPS: Mapping[str, Sequence[str]] = {
    "canary": ("aks-01", "aks-02"),
    "prod-eu": ("aks-03", "aks-04"),
    "prod-us": ("aks-05", "aks-06"),
}
"""The members of a fleet by their groups, if no others are given."""

_DIGITS = (9, 7, 0, 3, 6)
_FIRST_DAY = date_time("2025-06-02T08:00:00Z") or 0
_NEWEST = schemas.VERSIONS[-1]
_PROVIDER = "Microsoft.ContainerService"
_MESSAGE = "The update of the cluster is {}."
_SPEC = ("managedClusterUpdate", "strategy", "updateStrategyId")

Handler = Callable[[Request, Exchange], Response]


class FakeFleet:
    """The service of one fleet, in memory: every URL of update runs is about it, whatever the subscription, group and fleet in it.

    `groups` are the names of the members by their groups, `labels` the labels of members by their names, for a memberSelector, and
    `strategies` the update strategies (UpdateRunStrategy) by their names.
    The same `seed` and the same calls give the same responses. A list has pages of `page_size` runs. An `asynchronous` service accepts
    requests with 202 or `Azure-AsyncOperation`, and shows them in progress at the first poll. `retry_after` is in seconds.

    Nothing happens between two requests but by `tick` and `run_until`. Not safe for threads; `app` is.
    """

    def __init__(
        self,
        groups: Mapping[str, Sequence[str]] = GROUPS,
        *,
        labels: Mapping[str, Mapping[str, str]] | None = None,
        strategies: Mapping[str, JSON] | None = None,
        seed: int = 0,
        page_size: int = 20,
        asynchronous: bool = False,
        retry_after: int = 1,
    ) -> None:
        self.groups = {name: [*members] for name, members in groups.items()}
        self.labels, self.strategies = {**(labels or {})}, {**(strategies or {})}
        self.page_size, self.asynchronous, self.retry_after = page_size, asynchronous, retry_after
        self._random, self._clock = Random(seed), Clock(_FIRST_DAY, None, _DIGITS)
        self._runs: dict[str, Run] = {}
        self._operations: dict[str, tuple[str, bool]] = {}
        self._failing: set[str] = set()
        self._without_image: set[str] = set()
        self._throttled = 0
        self._breaking = Breaking()

    def url(self, run: str = "", action: str = "", version: str = schemas.DEFAULT_VERSION) -> str:
        """Return the URL of a run, of an action on it, such as `start`, or of the list of runs without a name; of one fleet of many."""
        path = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/fleets/providers/{_PROVIDER}/fleets/prod/updateRuns"
        return HOST + "/".join([path, *filter(None, (run, action))]) + f"?api-version={version}"

    # The clock

    def tick(self, steps: int = 1) -> None:
        """Take steps of the service: in each, every run in progress begins or ends a member, a wait, a stage or itself."""
        for _ in range(steps):
            self._clock.step()
            for run in self._runs.values():
                run.step(self._failing, self._without_image)

    def run_until(self, state: str, run: str = "") -> JSON:
        """Take steps until a run, by default the one that was created last, is in a state, and return its body at the newest api-version.

        Raises LookupError if there is no such run, and ValueError if steps of the service do not lead it to that state.
        """
        found = [each for each in self._runs.values() if run in ("", each.plan.name)]
        if not found:
            raise LookupError(f"there is no run {run!r}" if run else "there is no run")
        before = ""
        while found[-1].state != state:
            if found[-1].state not in UNFINISHED or before == found[-1].etag:
                raise ValueError(f"expected a run that will be {state}, found one that stays {found[-1].state}")
            before = found[-1].etag
            self.tick()
        return found[-1].body(_NEWEST)

    # Faults

    def fail(self, member: str) -> None:
        """Let the next update of a member fail."""
        self._failing.add(self._member(member))

    def withhold_image(self, member: str) -> None:
        """Let a member wait, Pending with an error, for a node image when its turn comes, until `release_image`."""
        self._without_image.add(self._member(member))

    def release_image(self, member: str) -> None:
        """Let a member no longer wait for a node image."""
        self._without_image.discard(self._member(member))

    def throttle(self, requests: int = 1) -> None:
        """Answer a number of requests with 429."""
        self._throttled += requests

    def break_rule(self, rule: str) -> None:
        """Let the next response that can break a rule of `updaterun rules` do so.

        The response has one of the changes that the documentation of the rule has as examples. If none of them fits the run, the
        response is that example, with the id of the run. A rule about histories waits for a run that was shown before.

        Raises LookupError for an unknown rule, and ValueError for one that no response breaks.
        """
        self._breaking.order(rule)

    def _member(self, name: str) -> str:
        known = [member for members in self.groups.values() for member in members]
        if name not in known:
            raise LookupError(f"there is no member {name!r}; {hint(name, known)}")
        return name

    # Requests

    def handle(self, method: str, url: str, body: JSON = None, headers: Mapping[str, str] | None = None) -> Response:
        """Return the response to a request.

        Raises TypeError for a body that has a value that JSON does not have.
        """
        request = Request(method.upper(), url, body, {name.lower(): value for name, value in (headers or {}).items()})
        try:
            if self._throttled:
                self._throttled -= 1
                raise Refused(429, "TooManyRequests", f"there were too many requests; try again in {self.retry_after} s")
            return self._answer(request)
        except Refused as refusal:
            return refusal.response(**({"Retry-After": str(self.retry_after)} if refusal.status == 429 else {}))

    def _answer(self, request: Request) -> Response:
        try:
            exchange = Exchange.of(request.method, request.url, 400, request=request.body)
        except ValueError:
            return self._answer_about_others(request)
        request.check(exchange)
        response = self._operations_of_runs()[exchange.operation](request, exchange)
        return self._breaking.applied(request, exchange, response)

    def _operations_of_runs(self) -> dict[str, Handler]:
        return {
            "get": self._get, "list": self._list, "put": self._put, "delete": self._delete,
            "start": self._act, "stop": self._act, "skip": self._act,
        }  # fmt: skip

    def _find(self, exchange: Exchange) -> Run | None:
        return self._runs.get(exchange.identity.lower())

    def _existing(self, exchange: Exchange) -> Run:
        run = self._find(exchange)
        if run is None:
            name = show(exchange.parameters["updateRunName"])
            raise Refused(404, "ResourceNotFound", f"the update run {name} was not found")
        return run

    def _get(self, request: Request, exchange: Exchange) -> Response:
        run = self._existing(exchange)
        return Response(200, {"ETag": run.etag}, run.body(_version(exchange)))

    def _list(self, request: Request, exchange: Exchange) -> Response:
        scope = exchange.identity.lower().rpartition("/")[0]
        runs = [run.body(_version(exchange)) for identity, run in self._runs.items() if identity.rpartition("/")[0] == scope]
        return Response(200, {}, paged(request, runs, self.page_size))

    def _put(self, request: Request, exchange: Exchange) -> Response:
        run, version = self._find(exchange), _version(exchange)
        request.check_tag(run.etag if run is not None else None)
        spec = self._spec(request.body, version)
        if run is not None and run.state != "NotStarted":
            raise Refused(409, "OperationNotAllowed", f"expected a run that is NotStarted to replace, found one that is {run.state}")
        if run is not None and _selection(run.plan.spec) != _selection(spec):
            raise Refused(
                400, "PropertyChangeNotAllowed", "the nodeImageSelection cannot be changed", "managedClusterUpdate.nodeImageSelection"
            )
        self._clock.step(1)
        self._runs[exchange.identity.lower()] = created = self._make_run(exchange, spec, version)
        headers = {"ETag": created.etag}
        if self.asynchronous:
            headers |= {"Azure-AsyncOperation": self._accept(request, "operations", ""), "Retry-After": str(self.retry_after)}
        return Response(201 if run is None else 200, headers, created.body(version))

    def _spec(self, body: JSON, version: str) -> dict[str, JSON]:
        """Return what a client sets; an empty string is an absent property, as Terraform writes it."""
        properties = trimmed(body, "UpdateRun", version).get("properties", {}) if isinstance(body, dict) else {}
        if "managedClusterUpdate" not in properties:
            raise Refused(400, "RequiredPropertyMissing", "expected managedClusterUpdate in the properties of the body, found none")
        spec = {name: properties[name] for name in _SPEC if properties.get(name)}
        upgrade = spec["managedClusterUpdate"]["upgrade"]
        spec["managedClusterUpdate"]["upgrade"] = {name: value for name, value in upgrade.items() if value != ""}
        if "updateStrategyId" in spec:
            name = spec["updateStrategyId"].rpartition("/")[2]
            if name not in self.strategies:
                raise Refused(400, "UpdateStrategyNotFound", f"there is no update strategy {show(name)}", "updateStrategyId")
            spec["strategy"] = self.strategies[name]
        return spec

    def _make_run(self, exchange: Exchange, spec: dict[str, JSON], version: str) -> Run:
        given = {name: str(value) for name, value in exchange.parameters.items()}
        scope = Scope(given["subscriptionId"], given["resourceGroupName"], given["fleetName"], "resourceGroups", _PROVIDER, upper=False)
        names = self._members_of(spec.get("strategy"))
        run = make_run(spec.get("strategy"), [len(members) for members in names])
        plan = Plan(
            given["updateRunName"], scope, spec, run, self._clock.now, _DIGITS, True, _MESSAGE, "User", frozenset(), _NEWEST
        )  # fmt: skip
        can_skip = "UpdateState=Skipped" in documented(version)
        made = Run(plan, Simulator(run, self._clock, self._random, can_skip=can_skip, closes_gates=False))
        for member, name in zip(made.members(), (name for members in names for name in members), strict=True):
            member.name = name
        return made

    def _members_of(self, strategy: JSON) -> list[list[str]]:
        """Return the members of each group of a strategy; those of the whole fleet for a run without one."""
        everyone = [name for members in self.groups.values() for name in members]
        if strategy is None:
            return [everyone]
        found = []
        for stage in strategy["stages"]:
            chosen = [name for name in everyone if selects(stage, self.labels.get(name, {}))]
            for group in stage.get("groups") or (None,):
                own = everyone if group is None or group.get("memberSelector") else self.groups.get(group["name"], [])
                found.append([name for name in own if name in chosen and selects(group or {}, self.labels.get(name, {}))])
        return found

    def _delete(self, request: Request, exchange: Exchange) -> Response:
        run = self._find(exchange)
        if run is None:
            return Response(204, {})
        request.check_tag(run.etag)
        del self._runs[exchange.identity.lower()]
        return self._accepted(request, "") if self.asynchronous else Response(200, {})

    def _act(self, request: Request, exchange: Exchange) -> Response:
        run, version = self._existing(exchange), _version(exchange)
        request.check_tag(run.etag)
        before, tag = run.body(version), run.etag
        self._clock.step(1)
        if exchange.operation == "start":
            run.start()
        elif exchange.operation == "stop":
            run.stop()
        else:
            run.skip(request.body["targets"])
        if self.asynchronous:
            return self._accepted(request, exchange.identity)
        # The answer to a start is the run as it was before.
        return (
            Response(200, {"ETag": tag}, before) if exchange.operation == "start" else Response(200, {"ETag": run.etag}, run.body(version))
        )

    # Operations in progress, which an asynchronous service has

    def _accept(self, request: Request, kind: str, identity: str) -> str:
        """Return the URL of a new operation in progress, about the run with an id, or about none."""
        name = str(UUID(int=self._random.getrandbits(128), version=4))
        path = f"/subscriptions/{SUBSCRIPTION}/providers/{_PROVIDER}/locations/westeurope/{kind}/{name}"
        self._operations[path.lower()] = (identity.lower(), False)
        return request.link(path)

    def _accepted(self, request: Request, identity: str) -> Response:
        location = self._accept(request, "operationResults", identity)
        return Response(202, {"Location": location, "Retry-After": str(self.retry_after)})

    def _answer_about_others(self, request: Request) -> Response:
        of_gates = gates.answer(request, [*self._runs.values()], self.page_size)
        if of_gates is not None:
            return of_gates
        path = request.path.lower()
        if request.method != "GET" or path not in self._operations:
            raise Refused(
                404, "ResourceNotFound", "the resource was not found; a fake fleet has update runs and their gates, and nothing else"
            )
        identity, is_done = self._operations[path]
        self._operations[path] = (identity, True)
        waiting = {} if is_done else {"Retry-After": str(self.retry_after)}
        if "/operations/" in path:
            return Response(200, waiting, {"name": path.rpartition("/")[2], "status": "Succeeded" if is_done else "InProgress"})
        if not is_done:
            return Response(202, waiting | {"Location": request.url})
        run = self._runs.get(identity)
        return Response(204, {}) if run is None else Response(200, {"ETag": run.etag}, run.body(request.query["api-version"]))


def _version(exchange: Exchange) -> str:
    return str(exchange.parameters["api-version"])


def _selection(spec: dict[str, JSON]) -> JSON:
    return spec["managedClusterUpdate"].get("nodeImageSelection", {}).get("type")
