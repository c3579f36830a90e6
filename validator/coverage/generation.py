"""The fewest documents that show what is missing: conforming ones for what never occurred, and violating ones for what was never broken.

Candidates are generated, and read and checked as files are. A greedy set cover chooses among them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from io import BufferedReader, BytesIO
from itertools import chain, combinations, islice
from random import Random
from typing import Any, NamedTuple

from ..checker.options import Options
from ..contract import schemas
from ..contract.operations import ERROR_CODES, STATUSES
from ..findings import Finding
from ..pointer import JSON, follow, to_pointer
from ..readers import reader
from ..readers.items import Unrelated
from ..rules.example import EXAMPLES, REQUEST, RESPONSE, SUBSCRIPTION, changed
from ..run.facts import Capture, Name, PartFacts, facts_of
from ..run.origin import Origin
from ..simulation.trimming import of_version, trimmed
from ..strategies.bulk import documents
from ..strategies.exchanges import Call, list_call, url_of
from ..strategies.kinds import SUFFIXES, kind_of
from ..strategies.options import Options as OrderOptions
from ..strategies.recordings import encode
from ..strategies.violating_files import violating_files_of_sources
from ..strategies.violation import check_as
from .coverage import Coverage
from .facts import Fact


class Candidate(NamedTuple):
    """The content of a file, its format, the facts in it, its findings, and the reason for these."""

    content: bytes
    form: str
    facts: frozenset[Fact]
    findings: tuple[Finding, ...] = ()
    reason: str = ""

    @property
    def adds(self) -> frozenset[Fact]:
        """The facts that the candidate can be chosen for: a conforming one for none that is wrong, and a violating one for no others."""
        if bool(self.findings) != bool(self.reason):
            return frozenset()
        return frozenset(fact for fact in self.facts if fact.aspect in (_WRONG if self.reason else _RIGHT))


class GeneratedFile(NamedTuple):
    """A file that shows missing facts: its name after these, its content, its findings, and the reason for them."""

    name: str
    content: bytes
    findings: tuple[Finding, ...]
    reason: str


_WRONG = ("called", "broken", "fired")
_RIGHT = ("present", "absent", "met", "called", "reached", "step", "answered")
"""The aspects for which a violating and a conforming candidate can be chosen; some rules are called only with what breaks them."""


def generate(missing: Collection[Fact], version: str, seed: int) -> tuple[list[GeneratedFile], frozenset[Fact]]:
    """Return files that show missing facts of an api-version, and the facts that no candidate shows."""
    left, chosen = {*missing}, []
    known = [(candidate, candidate.adds & left) for candidate in candidates(version, seed, left)]
    heap = [(-len(adds), len(candidate.content), index) for index, (candidate, adds) in enumerate(known) if adds]
    heapify(heap)
    while heap:
        gain, size, index = heappop(heap)
        candidate, adds = known[index][0], known[index][1] & left
        if len(adds) < -gain:  # others have shown some since
            if adds:
                heappush(heap, (-len(adds), size, index))
            continue
        left -= adds
        chosen.append((candidate, sorted(adds)))
    width = len(str(len(chosen)))
    return [_file(number, width, *each) for number, each in enumerate(chosen, 1)], frozenset(left)


def _file(number: int, width: int, candidate: Candidate, adds: list[Fact]) -> GeneratedFile:
    first, more = adds[0], len(adds) - 1
    name = re.sub(r"[^A-Za-z0-9.]+", "-", str(first).replace("#/properties/", ".").replace("/properties/", ".")).strip("-")
    name = f"{number:0{width}}-{name}{f'-and-{more}-more' if more else ''}{SUFFIXES[candidate.form]}"
    # The examples are all about one run; in a subscription of its own, each file is about another one.
    content = candidate.content.replace(SUBSCRIPTION.encode(), f"{number:08x}{SUBSCRIPTION[8:]}".encode())
    return GeneratedFile(name, content, candidate.findings, candidate.reason and f"{candidate.reason}, for {first}")


CANDIDATES = 100
"""Conforming candidates of each kind."""


def candidates(version: str, seed: int, missing: Collection[Fact]) -> Iterator[Candidate]:
    """Yield candidates of an api-version for what is missing."""
    aspects = {fact.aspect for fact in missing}
    if aspects & {*_RIGHT}:
        with_histories = any(fact.section in ("states", "rules") for fact in missing)
        steps = sorted(fact.name for fact in missing if fact.aspect == "step")
        yield from _conforming(version, seed, steps, with_histories=with_histories)
    if aspects & {*_WRONG}:
        yield from _violating(version, seed)


def _conforming(version: str, seed: int, steps: Sequence[str], *, with_histories: bool) -> Iterator[Candidate]:
    histories = []
    for kind, form, options in _ORDERS:
        if kind == "history" and not with_histories:
            continue
        wanted: OrderOptions = {**options, "version": version}
        if options.get("name") == _LONGEST:
            wanted["strategy"] = trimmed(_EDGE, "UpdateRunStrategy", version)
        for document in documents(kind, CANDIDATES, seed, **wanted):
            yield _candidate(kind, form, document, version=version)
            if kind == "history":
                histories.append(document)
            elif kind == "update-run" and _IMAGE in (text := json.dumps(document)):
                yield _candidate(kind, form, json.loads(text.replace(_IMAGE, "K8sVersionNotAvailable")), version=version)
    yield _candidate("exchange", "har", *_calls(version), version=version)
    for example in EXAMPLES.values():  # they have what only later versions document
        document = of_version(example, version)
        if "url" not in document:
            yield _candidate("history" if isinstance(document, list) else "update-run", "json", document, version=version)
    for history in _steps(histories, version, steps) if steps else ():
        yield _candidate("history", "jsonl", history, version=version)


def _violating(version: str, seed: int) -> Iterator[Candidate]:
    for kind, file in violating_files_of_sources(version, Random(seed)):  # noqa: S311 - not a secret
        facts, findings = _read(file.content, version)
        yield Candidate(file.content, kind_of(kind).formats[0], facts, findings, file.reason)
    for call, reason in _violating_calls(version):
        yield _candidate("exchange", "har", call, version=version)._replace(reason=reason)


_IMAGE = "NodeImageVersionNotAvailable"

_LONGEST = "a" * 50
_MOST = 2**31 - 1
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_EDGE: JSON = {
    "stages": [
        {
            "name": "a",
            "groups": [{"name": "b" * 50, "maxAllowedFailures": f"{_MOST}"}],
            "afterStageWaitInSeconds": _MOST,
            "beforeGates": [{"displayName": "a", "type": "Approval"}, {"displayName": "b" * 100, "type": "Approval"}],
            "maxAllowedFailures": f"{_MOST}",
        },
        {
            "name": "c" * 50,
            "groups": [{"name": "d", "memberSelector": {"byLabel": f"a in ({','.join('b' * 253)})"}}],
            "beforeGates": [
                {"type": "ScheduledStart", "scheduledStartConfiguration": {"startDay": day, "startTime": "08:00", "utcOffset": "+00:00"}}
                for day in _DAYS
            ],
        },
    ]
}
"""A strategy with the shortest and the longest strings, the greatest numbers, and a gate for each day of the week."""

_SMALL: OrderOptions = {"stages": range(1, 3), "groups": range(1, 3), "members": range(1, 3)}
"""The sizes of histories, of which each capture is long."""

_ORDERS: tuple[tuple[str, str, OrderOptions], ...] = (
    ("update-run", "json", {}),
    ("request", "json", {}),
    ("error", "json", {}),
    ("exchange", "har", {}),
    ("exchange", "har", {"name": "a", "fleet": "b", "resource_group": "c"}),
    ("exchange", "har", {"name": _LONGEST, "fleet": "b" * 63, "resource_group": "c" * 90}),
    ("history", "jsonl", _SMALL),
    ("history", "jsonl", {**_SMALL, "pending": 0, "whole": True}),
    ("history", "jsonl", {**_SMALL, "members": 2, "pending": 0, "failing": 1, "state": "Failed"}),
    ("history", "jsonl", {**_SMALL, "state": "Stopped"}),
)
"""The kinds of candidates, with their formats and options."""


def _calls(version: str) -> list[Call]:
    """Return an exchange for each operation and status, for each error code, and for a run with the shortest name."""
    run, request = of_version(RESPONSE, version), of_version(REQUEST, version)
    whole, listed = url_of(run["id"], version=version), list_call(run, version)
    calls = [listed]
    types = schemas.load(version).schemas.get("TargetType", {}).get("enum", ())
    targets = {"targets": [{"type": each, "name": "canary"} for each in types]}
    for operation, statuses in STATUSES.items():
        if operation in ("start", "stop", "skip"):
            if operation == "skip" and not types:
                continue
            method, url = "POST", url_of(run["id"], f"/{operation}", version)
        else:
            method, url = ("GET", listed.url) if operation == "list" else (operation.upper(), whole)
        sent = {"put": request, "skip": targets}.get(operation)
        calls += [
            Call(method, url, status, sent, None if operation == "delete" or status == 202 else run)
            for status in statuses
            if operation != "list"
        ]
        calls.append(Call(method, url, 409, sent, {"error": {"code": "OperationNotAllowed", "message": "-"}}))
    for code, status in ERROR_CODES.items():
        if status is not None:
            calls.append(Call("GET", whole, status, response={"error": {"code": code, "message": "-"}}))
    short = changed(run, put={"/id": f"{run['id'].rpartition('/')[0]}/a", "/name": "a"})
    return [*calls, Call("GET", url_of(short["id"], version=version), 200, response=short)]


def _violating_calls(version: str) -> Iterator[tuple[Call, str]]:
    """Yield exchanges that are wrong in a way that no violation is, with the reason."""
    url = url_of(RESPONSE["id"], version=f"{version}0")
    yield Call("GET", url, 200, response=of_version(RESPONSE, version)), f"generated: api-version {version} became {version}0"
    yield Call("GET", url_of(RESPONSE["id"], version=version), 200, response="x"), 'generated: the run became "x"'


def _steps(histories: Sequence[list[JSON]], version: str, wanted: Sequence[str]) -> Iterator[list[JSON]]:
    """Yield pairs of captures with each step that is wanted: polls that are far apart, and two in which one part alone differs."""
    polls = [[(capture, _parts(capture, version)) for capture in history] for history in histories]
    left = {*wanted}
    for (before, parts), (after, later) in chain.from_iterable(combinations(history, 2) for history in polls):
        steps = {f"{name[-2]} {part.state} to {later[name].state}" for name, part in parts.items() if name in later}
        if not steps.isdisjoint(left) and not check_as([before, after], "history", "response", version):
            left -= steps
            yield [before, after]
    captures = [(_uncounted(capture, parts), parts) for capture, parts in chain.from_iterable(polls)]
    for step in sorted(left):
        level, before, _, after = step.split(" ")
        yield from islice(_edited(captures, level, (before, after), version), 1)


def _uncounted(capture: JSON, parts: dict[Name, PartFacts]) -> JSON:
    """Return a capture without the numbers of failures, which depend on the states of members."""
    counts = [(*part.path, "failureCount") for part in parts.values()]
    return changed(capture, put={}, removed=tuple(to_pointer(path) for path in counts if follow(capture, path) is not None))


def _parts(capture: JSON, version: str) -> dict[Name, PartFacts]:
    return facts_of(Capture(("", ""), Origin(), value=capture, version=version)).parts


def _edited(
    captures: Iterable[tuple[JSON, dict[Name, PartFacts]]], level: str, states: tuple[str, str], version: str
) -> Iterator[list[JSON]]:
    """Yield pairs of captures without a finding that differ in the status of one part of a level, by its states in them."""
    for capture, parts in captures:
        for name, part in parts.items():
            if name[-2] != level or part.state not in states:
                continue
            is_later = part.state == states[1]
            status, times = (
                to_pointer((*part.path, "status")),
                {"startTime": part.get("startTime"), "completedTime": part.get("completedTime")},
            )
            for kept in ((), ("startTime",), ("startTime", "completedTime")):
                other = {"state": states[not is_later]} | {time: times[time] for time in kept if times[time]}
                if other["state"] == "Failed":
                    other["error"] = {"code": "UpgradeFailed", "message": "-"}
                edited = changed(capture, put={status: other, "/eTag": '"another"'})
                pair = [edited, capture] if is_later else [capture, edited]
                if not check_as(pair, "history", "response", version):
                    yield pair


def _candidate(kind: str, form: str, *shown: Any, version: str) -> Candidate:
    content = b"".join(encode(kind, form, shown, several=False, version=version))
    return Candidate(content, form, *_read(content, version))


def _read(content: bytes, version: str) -> tuple[frozenset[Fact], tuple[Finding, ...]]:
    """Return the facts in a file, and the findings of a check of it."""
    coverage, findings = Coverage(lines=False), []
    for item in reader.read(BufferedReader(BytesIO(content))):
        if not isinstance(item, Unrelated):
            findings += coverage.add(item, options=Options(version=version))
    return frozenset(coverage.places.get(version, ())), tuple(findings)
