"""Violating documents as files, each with the findings that `updaterun check` reports for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from itertools import takewhile
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from ..checker.item import check_items
from ..contract import schemas
from ..findings import Finding, Side
from ..pointer import JSON
from ..readers import reader
from ..rules import catalogue
from ..wording import MAX_SHOWN, show
from .broken_examples import BrokenExample, broken_examples, of_examples
from .bulk import draw_many, kind_of
from .constraints import Constraint, constraints
from .exchanges import HOST, Call, get_call, url_of
from .recordings import encode
from .violation import ABSENT, Violation
from .violations import is_of_skip, of_constraint, rule_of, sides_of

_SUBJECTS = {
    "update-run": ("update-run",),
    "request": ("request",),
    "list": ("update-run", "page"),
    "history": ("history",),
    "exchange": ("exchange", "update-run", "request", "error", "parameters", "skip"),
}
"""The subjects of the violations that can be written as a kind of document."""

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
        was, became = differing_ends(self.violation.was, self.violation.became)
        return f"generated: {_show(was)} became {_show(became)}"


class NoViolation(Exception):
    """No file of a kind can show that a rule is broken."""


def breakable_rules(kind: str) -> tuple[str, ...]:
    """Return the rules that a file of a kind can break; none for a definition that `check` does not read from a file."""
    return tuple(sorted({rule for rule, _ in _strategies(kind_of(kind))}))


def _strategies(kind: str) -> list[tuple[str, st.SearchStrategy[Violation]]]:
    subjects = _SUBJECTS.get(kind, ())
    strategies = [
        (rule_of(constraint), of_constraint(constraint, side))
        for constraint in constraints()
        for side in sides_of(constraint)
        if constraint.rule is None and _subject(constraint, side) in subjects
    ]
    for rule in catalogue.RULES:
        examples = [example for example in broken_examples(rule) if _subject_of(example) in subjects]
        if examples:
            strategies.append((rule.name, of_examples(examples)))
    return strategies


def _subject_of(example: BrokenExample) -> str:
    if example.of == "run":
        return "request" if example.side == "request" else "update-run"
    return example.of


def _subject(constraint: Constraint, side: Side) -> str | None:
    if is_of_skip(constraint):
        return "skip"
    if side == "request":
        # A request that sets a property of a read-only object has a finding for the object only.
        return None if constraint.keyword == "readOnly" and constraint.definition != "UpdateRun" else "request"
    return {schemas.PARAMETERS: "parameters", "ErrorResponse": "error"}.get(constraint.definition, "update-run")


def generate(kind: str, form: str, count: int, seed: int, *, rule: str | None = None) -> Iterator[ViolatingFile]:
    """Yield so many files in a format, each with a violating document of a kind; without a rule, they break each rule in turn.

    Raises NoViolation if no such file can show that the rule is broken.
    """
    kind = kind_of(kind)
    strategies: dict[str, list[st.SearchStrategy[Violation]]] = {}
    for name, strategy in sorted(_strategies(kind), key=lambda pair: pair[0]):
        if rule in {None, name}:
            strategies.setdefault(name, []).append(strategy)
    batch = -(-count // max(1, len(strategies)))
    turns = {name: _files(kind, form, st.one_of(options), batch, (seed, name)) for name, options in strategies.items()}
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


def _files(kind: str, form: str, strategy: st.SearchStrategy[Violation], batch: int, seed: object) -> Iterator[ViolatingFile]:
    """Yield files whose findings are those of the violation, until too many in a row are not."""
    misses = number = 0
    while misses < _MAX_MISSES:
        for violation in draw_many(strategy, batch, (seed, number)):
            document = _document(kind, violation)
            content = b"" if document is None else b"".join(encode(kind, form, [document], several=False))
            findings = _check_file(content) if content else []
            if _is_exact(kind, violation, findings):
                misses = 0
                yield ViolatingFile(violation, content, tuple(findings))
            else:
                misses += 1
        number += 1


def _check_file(content: bytes) -> list[Finding]:
    """Return the findings of `updaterun check` for a file."""
    return [finding for _, findings in check_items(reader.read(BufferedReader(BytesIO(content)))) for finding in findings]


def _is_exact(kind: str, violation: Violation, findings: list[Finding]) -> bool:
    prefix = "/value/0" if kind == "list" and violation.of != "page" else ""
    expected = [(rule, prefix + pointer) for rule, pointer in [(violation.rule, violation.pointer), *violation.also]]
    return Counter((finding.rule, _pointer(kind, finding)) for finding in findings) == Counter(expected)


def _pointer(kind: str, finding: Finding) -> str:
    return f"/{finding.entry}{finding.pointer}" if kind == "history" and finding.entry is not None else finding.pointer


def _document(kind: str, violation: Violation) -> Any:
    """Return the violation as a document of the kind, which may be a Call; None if it cannot be one."""
    if kind == "list":
        return violation.document if violation.of == "page" else {"value": [violation.document]}
    return _call(violation) if kind == "exchange" else violation.document


def _call(violation: Violation) -> Call | None:
    document = violation.document
    if violation.of == "exchange":
        return Call(document["method"], document["url"], document["status"], document.get("request"), document.get("response"))
    if violation.of == "parameters":
        return _delete_call(document)
    if violation.of == "ErrorResponse":
        return Call("GET", url_of(_RUN), 404, response=document)
    if violation.of == "SkipProperties":
        return Call("POST", url_of(f"{_RUN}/skip"), 202, request=document)
    if violation.side == "request":
        return Call("PUT", url_of(_RUN), 400, request=document, response={"error": {"code": "BadRequest", "message": "Not a run."}})
    return Call("GET", get_call(violation.unbroken).url, 200, response=document)


_RUN = (
    "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets"
    "/providers/Microsoft.ContainerService/fleets/contoso/updateRuns/spring"
)


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
