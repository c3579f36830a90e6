"""The rules that compare a request with its response, at api-version 2025-03-01."""

from __future__ import annotations

import re
from typing import NamedTuple

from .runs import JSON, Places, Undecided, Verdict, judge, present, resource_type, verdict

PUBLISHED = [
    "2023-03-15-preview",
    "2023-06-15-preview",
    "2023-08-15-preview",
    "2023-10-15",
    "2024-02-02-preview",
    "2024-04-01",
    "2024-05-02-preview",
    "2025-03-01",
    "2025-04-01-preview",
    "2025-08-01-preview",
    "2026-02-01-preview",
    "2026-03-02-preview",
    "2026-06-01",
    "2026-06-02-preview",
    "2026-11-02-preview",
]
URL = re.compile(
    r"https://[^/]+(?P<scope>/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.ContainerService/fleets/[^/]+/updateRuns)"
    r"(?:/(?P<run>[^/?]+)(?:/(?P<action>[^/?]+))?)?(?:\?(?:api-version=(?P<version>.+))?)?",
    re.IGNORECASE,
)
SUCCESSES = {
    "GET": (200,),
    "PUT": (200, 201),
    "DELETE": (200, 202, 204),
    "POST": (200, 202),
}


class Exchange(NamedTuple):
    """A request and its response; an empty body is None."""

    method: str
    url: str
    status: int
    request: JSON
    response: JSON

    def in_url(self, name: str) -> str | None:
        match = URL.fullmatch(self.url)
        return match and match[name]

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def runs(self) -> dict[str, JSON]:
        """The runs in the response by their places."""
        if not isinstance(self.response, dict) or "error" in self.response or "code" in self.response:
            return {}
        page = self.response.get("value")
        return {"": self.response} if page is None else {f"/value/{index}": run for index, run in enumerate(page)}


def judge_exchange(exchange: Exchange) -> Verdict:
    """Return what is broken between a request and its response, and in the runs of both."""
    rules = (
        api_version_missing,
        api_version_unsupported,
        response_id_mismatch,
        status_body_mismatch,
        error_envelope_missing,
        operation_unknown,
        status_undocumented,
        run_listed_twice,
        read_only_in_request,
    )
    result = verdict((rule, place) for rule in rules for place in rule(exchange))
    found = [("", judge(exchange.request, "request"))] if exchange.method == "PUT" and exchange.request is not None else []
    found += [(place, judge(run, "response")) for place, run in exchange.runs.items() if exchange.is_success]
    for place, each in found:
        for kind, more in zip(result, each, strict=True):
            kind.update((rule, place + inner) for rule, inner in more)
    return result


def api_version_missing(exchange: Exchange) -> Places:
    if exchange.in_url("version") is None:
        yield "/uri/api-version"


def api_version_unsupported(exchange: Exchange) -> Places:
    if exchange.in_url("version") not in (None, *PUBLISHED):
        yield "/uri/api-version"


def response_id_mismatch(exchange: Exchange) -> Places:
    scope, name = exchange.in_url("scope") or "", exchange.in_url("run")
    for place, run in exchange.runs.items():
        if exchange.is_success and "id" in run and resource_type(run["id"]) == "microsoft.containerservice/fleets/updateruns":
            its_scope, _, its_name = run["id"].lower().rpartition("/")
            if its_scope != scope.lower() or its_name != (name or its_name).lower():
                yield f"{place}/id"


def status_body_mismatch(exchange: Exchange) -> Places:
    is_error = isinstance(exchange.response, dict) and not {"error", "code"}.isdisjoint(exchange.response)
    if (exchange.is_success and is_error) or (exchange.status >= 400 and exchange.runs):
        yield ""


def error_envelope_missing(exchange: Exchange) -> Places:
    """The contract does not say whether an empty body is an error body."""
    if exchange.status >= 400 and exchange.response is None:
        yield Undecided("")
    elif exchange.status >= 400 and not exchange.runs:
        error = exchange.response.get("error", {})
        if "code" not in error or "message" not in error:
            yield present(exchange.response, "/error")


def operation_unknown(exchange: Exchange) -> Places:
    if not _is_known(exchange):
        yield "/uri/action" if exchange.in_url("action") else "/uri/method"


def _is_known(exchange: Exchange) -> bool:
    if exchange.in_url("action"):
        return exchange.method == "POST" and exchange.in_url("action") in ("start", "stop", "skip")
    return exchange.method in (("GET", "PUT", "DELETE") if exchange.in_url("run") else ("GET",))


def status_undocumented(exchange: Exchange) -> Places:
    if exchange.is_success and _is_known(exchange) and exchange.status not in SUCCESSES[exchange.method]:
        yield ""


def run_listed_twice(exchange: Exchange) -> Places:
    ids = [run.get("id", "").lower() for run in exchange.runs.values()]
    for index, place in enumerate(exchange.runs):
        if ids[index] and ids[index] in ids[:index]:
            yield f"{place}/id"


def read_only_in_request(exchange: Exchange) -> Places:
    name = exchange.in_url("run")
    if isinstance(exchange.request, dict) and exchange.method == "PUT" and exchange.request.get("name", name) != name:
        yield "/name"
