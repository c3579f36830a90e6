"""A fake fleet: the operations on its update runs, its clock, and faults to order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from random import Random

from ..contract import schemas
from ..contract.formats import date_time
from ..observation import observed
from ..pointer import JSON
from ..readers.items import Exchange
from ..rules.example import SUBSCRIPTION
from ..run.transitions import UNFINISHED
from ..simulation.clock import Clock
from ..wording import hint, show
from . import gates
from .answers import HOST, Refused, Request, Response, paged
from .breaking import Breaking
from .operations import Operations
from .resources import PROVIDER, Resources
from .runs import Run

GROUPS: Mapping[str, Sequence[str]] = {
    "canary": ("aks-01", "aks-02"),
    "prod-eu": ("aks-03", "aks-04"),
    "prod-us": ("aks-05", "aks-06"),
}
"""The members of a fleet by their groups, if no others are given."""

_DIGITS = (9, 7, 0, 3, 6)
_FIRST_DAY = date_time("2025-06-02T08:00:00Z") or 0
_LAST_DAY = date_time("9999-12-31T23:59:59Z")
_NOTHING: Mapping[str, JSON] = {}


class FakeFleet:
    """The service of one fleet, in memory: every URL of update runs is about it, whatever the subscription, group and fleet in it.

    `groups` are the names of the members by their groups, `labels` the labels of members by their names, for a memberSelector, and
    `strategies` the update strategies (UpdateRunStrategy) by their names. The same `seed` and the same calls give the same responses.
    A list has pages of `page_size` runs. An `asynchronous` service accepts requests with 202 or `Azure-AsyncOperation`, and shows them
    in progress at the first poll. `retry_after` is in seconds.

    Raises TypeError or ValueError for members, labels or strategies that no fleet has, for a size below 1, and for a time below 0.

    Nothing happens between two requests but by `tick` and `run_until`. Not safe for threads; `app` is.
    """

    def __init__(
        self,
        groups: Mapping[str, Sequence[str]] = GROUPS,
        *,
        labels: Mapping[str, Mapping[str, str]] = _NOTHING,
        strategies: Mapping[str, JSON] = _NOTHING,
        seed: int = 0,
        page_size: int = 20,
        asynchronous: bool = False,
        retry_after: int = 1,
    ) -> None:
        if page_size < 1:
            raise ValueError(f"expected a page_size of 1 or more, found {page_size}")
        if not isinstance(retry_after, int) or retry_after < 0:
            raise ValueError(f"expected a retry_after of 0 or more seconds, found {retry_after!r}")
        self._resources = Resources.of(groups, labels, strategies)
        self._page_size, self._asynchronous, self._retry_after = page_size, asynchronous, retry_after
        self._random = Random(seed)  # noqa: S311 - deterministic on purpose
        self._clock = Clock(_FIRST_DAY, _LAST_DAY, _DIGITS)
        self._runs: dict[str, Run] = {}
        self._operations = Operations(self._random, retry_after)
        self._failing: set[str] = set()
        self._without_image: set[str] = set()
        self._throttled = 0
        self._breaking = Breaking()

    def url(self, run: str = "", action: str = "", version: str = schemas.DEFAULT_VERSION) -> str:
        """Return the URL of a run, of an action on it, such as `start`, or of the list of runs without a name; of one fleet of many."""
        path = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/fleets/providers/{PROVIDER}/fleets/prod/updateRuns"
        return HOST + "/".join([path, *filter(None, (run, action))]) + f"?api-version={version}"

    # The clock

    def tick(self, steps: int = 1) -> None:
        """Take steps of the service: in each, every run in progress begins or ends a member, a wait, a stage or itself."""
        for _ in range(steps):
            self._clock.step()
            for run in self._runs.values():
                run.step(self._failing, self._without_image)

    def run_until(self, state: str, run: str = "") -> JSON:
        """Take steps until a run, by default the one that was created last, is in a state, and return its body at its api-version.

        Raises LookupError if there is no such run or state, and ValueError if steps of the service do not lead it to that state.
        """
        known = schemas.load().schemas["UpdateState"]["enum"]
        if state not in known:
            raise LookupError(f"there is no state {state!r}; {hint(state, known)}")
        found = [each for each in self._runs.values() if run in ("", each.plan.name)]
        if not found:
            raise LookupError(f"there is no run {run!r}" if run else "there is no run; create one with PUT")
        before = ""
        while found[-1].state != state:
            if found[-1].state not in UNFINISHED or before == found[-1].etag:
                raise ValueError(f"expected a run that will be {state}, found one that stays {found[-1].state}")
            before = found[-1].etag
            self.tick()
        return found[-1].body(found[-1].version)

    # Faults

    def fail(self, member: str) -> None:
        """Let the next update of a member fail."""
        self._failing.add(self._resources.member(member))

    def withhold_image(self, member: str) -> None:
        """Let a member wait, Pending with an error, for a node image when its turn comes, until `release_image`."""
        self._without_image.add(self._resources.member(member))

    def release_image(self, member: str) -> None:
        """Let a member no longer wait for a node image."""
        self._without_image.discard(self._resources.member(member))

    def throttle(self, requests: int = 1) -> None:
        """Answer a number of requests with 429. Raises ValueError for a negative number."""
        if requests < 0:
            raise ValueError(f"expected a number of requests, found {requests}")
        self._throttled += requests

    def break_rule(self, rule: str) -> None:
        """Let the next response that can break a rule of `updaterun rules`, or a constraint such as `schema/enum`, do so.

        The response has one of the changes that the documentation of the rule has as examples. If none of them fits the run, the
        response is that example, with the id of the run. A rule about histories waits for a run that was shown before.

        Raises LookupError for an unknown rule, and ValueError for one that no response breaks.
        """
        self._breaking.order(rule)

    # Requests

    def handle(self, method: str, url: str, body: JSON = None, headers: Mapping[str, str] | None = None) -> Response:
        """Return the response to a request.

        Raises TypeError for a body that has a value that JSON does not have.
        """
        request = Request(method.upper(), url, body, {name.lower(): value for name, value in (headers or {}).items()})
        response = self._respond(request)
        with suppress(ValueError):  # the URL is about something else
            exchange = Exchange.of(request.method, url, response.status, request=body, response=response.body)
            observed(exchange, "exchange", "response", schemas.AUTO, self)
        return response

    def _respond(self, request: Request) -> Response:
        if self._throttled:
            self._throttled -= 1
            refusal = Refused(429, "TooManyRequests", f"there were too many requests; try again in {self._retry_after} s")
            return refusal.response(**{"Retry-After": str(self._retry_after)})
        try:
            return self._answer(request)
        except Refused as refusal:
            return refusal.response()

    def _answer(self, request: Request) -> Response:
        try:
            exchange = Exchange.of(request.method, request.url, 400, request=request.body)
        except ValueError:
            return self._answer_about_others(request)
        request.check(exchange)
        if exchange.operation == "other":  # OPTIONS, which a check does not report
            raise Refused(405, "HttpMethodNotAllowed", f"expected an operation on update runs, found {show(request.method)}")
        run = self._runs.get(exchange.identity.lower())
        if exchange.operation == "list":
            response = self._list(request, exchange)
        elif exchange.operation == "put":
            response = self._put(request, exchange, run)
        elif exchange.operation == "delete":
            response = self._delete(request, exchange, run)
        elif run is None:
            raise Refused(404, "ResourceNotFound", f"the update run {show(exchange.parameters['updateRunName'])} was not found")
        elif exchange.operation == "get":
            response = Response(200, {"ETag": run.etag}, run.body(_version(exchange)))
        else:
            response = self._act(request, exchange, run)
        return self._breaking.applied(request, exchange, response)

    def _answer_about_others(self, request: Request) -> Response:
        found = gates.answer(request, [*self._runs.values()], self._page_size) or self._operations.answer(request, self._runs)
        if found is None:
            raise Refused(
                404, "ResourceNotFound", "the resource was not found; a fake fleet has update runs and their gates, and nothing else"
            )
        return found

    def _list(self, request: Request, exchange: Exchange) -> Response:
        scope = exchange.identity.lower().rpartition("/")[0]
        runs = [run.body(_version(exchange)) for identity, run in self._runs.items() if identity.rpartition("/")[0] == scope]
        return Response(200, {}, paged(request, runs, self._page_size))

    def _put(self, request: Request, exchange: Exchange, run: Run | None) -> Response:
        request.check_tag(None if run is None else run.etag)
        spec = self._resources.spec(request.body, _version(exchange))
        if run is not None and run.state != "NotStarted":
            raise Refused(409, "OperationNotAllowed", f"expected a run that is NotStarted to replace, found one that is {run.state}")
        if run is not None and _selection(run.plan.spec) != _selection(spec):
            what = "the type of nodeImageSelection cannot be changed"
            raise Refused(400, "PropertyChangeNotAllowed", what, "properties.managedClusterUpdate.nodeImageSelection.type")
        self._clock.step(1)
        made = self._resources.make_run(exchange, spec, self._clock, self._random)
        self._runs.pop(exchange.identity.lower(), None)  # the order is that of creation
        self._runs[exchange.identity.lower()] = made
        later = self._operations.headers(request, exchange.identity.lower()) if self._asynchronous else {}
        return Response(201 if run is None else 200, {"ETag": made.etag} | later, made.body(_version(exchange)))

    def _delete(self, request: Request, exchange: Exchange, run: Run | None) -> Response:
        if run is None:
            return Response(204, {})
        request.check_tag(run.etag)
        del self._runs[exchange.identity.lower()]
        return self._operations.accepted(request, "") if self._asynchronous else Response(200, {})

    def _act(self, request: Request, exchange: Exchange, run: Run) -> Response:
        request.check_tag(run.etag)
        if exchange.operation == "skip" and request.body is None:
            raise Refused(400, "RequiredPropertyMissing", "expected targets in the body, found no body")
        version = _version(exchange)
        old = Response(200, {"ETag": run.etag}, run.body(version))
        self._clock.step(1)
        if exchange.operation == "start":
            run.start(self._without_image)
        elif exchange.operation == "stop":
            run.stop()
        else:
            run.skip(request.body["targets"])
        if self._asynchronous:
            return self._operations.accepted(request, exchange.identity.lower())
        # The answer to a start was observed to be the run as it was before.
        return old if exchange.operation == "start" else Response(200, {"ETag": run.etag}, run.body(version))


def _version(exchange: Exchange) -> str:
    return str(exchange.parameters["api-version"])


def _selection(spec: dict[str, JSON]) -> JSON:
    return spec["managedClusterUpdate"].get("nodeImageSelection", {}).get("type")
