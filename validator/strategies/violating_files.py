"""Violating documents as files, each with the findings that `updaterun check` reports for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from itertools import takewhile
from random import Random
from typing import Any
from urllib.parse import quote

from ..checker.item import check_items
from ..checker.options import Options
from ..contract.schemas import DEFAULT_VERSION
from ..findings import Finding
from ..pointer import JSON
from ..readers import reader
from ..rules.example import RESPONSE
from ..wording import MAX_SHOWN, show
from .changes import Change, vary
from .exchanges import HOST, Call, url_of
from .kinds import KINDS, kind_of
from .recordings import encode
from .violation import ABSENT, Violation
from .violations import sources

_MAX_MISSES = 60
_CONTEXT = 10
"""The characters that are shown before the first difference of two long strings."""


@dataclass(frozen=True, slots=True)
class ViolatingFile:
    """A violation, the content of a file with it, and the findings of a check of that file."""

    violation: Violation
    content: bytes
    findings: tuple[Finding, ...]

    @property
    def reason(self) -> str:
        """The change, as the reason of a row in a manifest."""
        was, became = differing_ends(self.violation.before, self.violation.after)
        return f"generated: {_show(was)} became {_show(became)}"


class NoViolation(Exception):
    """No file of a kind can show that a rule is broken."""


def breakable_rules(kind: str, version: str = DEFAULT_VERSION) -> tuple[str, ...]:
    """Return the rules of an api-version that a file of a kind can break; none for a definition that `check` does not read from a file."""
    return tuple(_sources(kind, version))


def _sources(kind: str, version: str) -> dict[str, list[tuple[Change, ...]]]:
    """Return the changes that can be written as a kind of document, by the rules that they break, in several sources each."""
    found: dict[str, list[tuple[Change, ...]]] = {}
    for rule, changes in sorted(sources(version), key=lambda source: source[0]):
        shown = tuple(change for change in changes if _subject(change) in kind_of(kind, version).breaks)
        if shown:
            found.setdefault(rule, []).append(shown)
    return found


def _subject(change: Change) -> str:
    if change.of == "run":
        return "request" if change.side == "request" else "update-run"
    return change.of


def generate(
    kind: str, form: str, count: int, seed: int, *, rule: str | None = None, version: str = DEFAULT_VERSION
) -> Iterator[ViolatingFile]:
    """Yield so many files in a format, each with a violating document of a kind; without a rule, they break each rule in turn.

    The findings are those by the api-version, of which the documents are.

    Raises NoViolation if no such file can show that the rule is broken.
    """
    kind, random = kind_of(kind, version).name, Random(seed)  # noqa: S311 - not a secret
    turns = {name: _files(kind, form, options, random) for name, options in _sources(kind, version).items() if rule in {None, name}}
    while count and turns:
        for name in list(turns):
            file = next(turns[name], None)
            if file is None:
                del turns[name]
            elif count:
                count -= 1
                yield file
    if count:
        raise NoViolation(f"nothing that breaks {rule or 'a rule'} shows in {kind} as {form}")


def violating_files_of_sources(version: str, random: Random) -> Iterator[tuple[str, ViolatingFile]]:
    """Yield a file for each constraint and each rule of an api-version, with its kind of document; none for what no file can show."""
    for _, changes in sources(version):
        for kind in KINDS.values():
            shown = tuple(change for change in changes if _subject(change) in kind.breaks)
            file = next(_files(kind.name, kind.formats[0], [shown], random), None) if shown else None
            if file is not None:
                yield kind.name, file
                break


def _files(kind: str, form: str, options: Sequence[Sequence[Change]], random: Random) -> Iterator[ViolatingFile]:
    """Yield files whose findings are those of the violation, until too many in a row are not."""
    misses = 0
    while misses < _MAX_MISSES:
        violation = vary(random, random.choice(options))
        document = _document(kind, violation)
        content = b"" if document is None else b"".join(encode(kind, form, [document], several=False, version=violation.version))
        findings = _check_file(content, violation.version) if content else []
        misses += 1
        if _is_exact(kind, violation, findings):
            misses = 0
            yield ViolatingFile(violation, content, tuple(findings))


def _check_file(content: bytes, version: str) -> list[Finding]:
    """Return the findings of `updaterun check --api-version` for a file."""
    items = reader.read(BufferedReader(BytesIO(content)))
    return [finding for _, findings in check_items(items, Options(version=version)) for finding in findings]


def _is_exact(kind: str, violation: Violation, findings: list[Finding]) -> bool:
    prefix = "/value/0" if kind == "list" and violation.kind != "page" else ""
    expected = [(rule, prefix + pointer) for rule, pointer in [(violation.rule, violation.pointer), *violation.related]]
    return Counter((finding.rule, _pointer(kind, finding)) for finding in findings) == Counter(expected)


def _pointer(kind: str, finding: Finding) -> str:
    return f"/{finding.entry}{finding.pointer}" if kind == "history" and finding.entry is not None else finding.pointer


def _document(kind: str, violation: Violation) -> Any:
    """Return the violation as a document of the kind, which may be a Call; None if it cannot be one."""
    if kind == "list":
        return violation.document if violation.kind == "page" else {"value": [violation.document]}
    return _call(violation) if kind == "exchange" else violation.document


def _call(violation: Violation) -> Call | None:
    document, version = violation.document, violation.version
    if violation.kind == "exchange":
        return Call(document["method"], document["url"], document["status"], document.get("request"), document.get("response"))
    if violation.kind == "parameters":
        return _delete_call(document)
    if violation.kind == "ErrorResponse":
        return Call("GET", url_of(RESPONSE["id"], version=version), 404, response=document)
    if violation.kind == "SkipProperties":
        return Call("POST", url_of(RESPONSE["id"], "/skip", version), 202, request=document)
    if violation.side == "request":
        refusal = {"error": {"code": "BadRequest", "message": "Not a run."}}
        return Call("PUT", url_of(RESPONSE["id"], version=version), 400, request=document, response=refusal)
    return Call("GET", url_of(violation.original["id"], version=version), 200, response=document)


def _delete_call(parameters: JSON) -> Call | None:
    """Return a DELETE with the parameters in its URL; None if one of them is not a string."""
    if not all(isinstance(value, str) for value in parameters.values()):
        return None
    quoted = {name: quote(value, safe="") for name, value in parameters.items()}
    scope = f"{HOST}/subscriptions/{quoted.get('subscriptionId', '')}/resourceGroups/{quoted.get('resourceGroupName', '')}"
    path = f"{scope}/providers/Microsoft.ContainerService/fleets/{quoted.get('fleetName', '')}/updateRuns/{quoted.get('updateRunName', '')}"
    return Call("DELETE", path + (f"?api-version={quoted['api-version']}" if "api-version" in quoted else ""), 204)


def differing_ends(was: Any, became: Any) -> tuple[Any, Any]:
    """Return two long strings without most of their common start, so that a shortened form shows where they differ."""
    if not (isinstance(was, str) and isinstance(became, str)) or max(len(was), len(became)) <= MAX_SHOWN:
        return was, became
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(was, became, strict=False)))
    start = common - _CONTEXT
    return (f"…{was[start:]}", f"…{became[start:]}") if start > 0 else (was, became)


def _show(value: Any) -> str:
    return "nothing" if value is ABSENT else show(value)
