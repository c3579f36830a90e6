"""Violating documents as files: those of the violations that `updaterun check` sees in what is written."""

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
from ..wording import MAX_SHOWN, show
from .breakers import BREAKERS
from .bulk import drawn, kind_of
from .constraints import Constraint, constraints
from .exchanges import HOST, Call, call_of, url_of
from .recordings import written
from .violations import ABSENT, Violation, found_as, of_constraint, of_rule, sides_of

_HOLDS = {
    "update-run": ("update-run",),
    "request": ("request",),
    "list": ("update-run",),
    "history": ("history",),
    "exchange": ("exchange", "update-run", "request", "error", "parameters"),
}
"""What violations can be of, by the kind of the document that they are written as."""

_ATTEMPTS = 60
_BEFORE = 10
"""The characters that are shown before those in which two long texts differ."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A violation, the file that has it, and what `check` finds there."""

    violation: Violation
    file: bytes
    findings: tuple[Finding, ...]

    @property
    def reason(self) -> str:
        """Say what was done, for a manifest."""
        was, became = apart(self.violation.was, self.violation.became)
        return f"generated: {_shown(was)} became {_shown(became)}"


def rules_of(kind: str) -> tuple[str, ...]:
    """List the rules that documents of a kind can break as `check` sees them; none for a definition that it does not read by itself."""
    return tuple(sorted({rule for rule, _ in _sources(kind_of(kind))}))


def _sources(kind: str) -> list[tuple[str, st.SearchStrategy[Violation]]]:
    held = _HOLDS.get(kind, ())
    made = [
        (found_as(one), of_constraint(one, side))
        for one in constraints()
        for side in sides_of(one)
        if one.rule is None and _subject(one, side) in held
    ]
    named = {"request": "request", "exchange": "exchange", "error": "exchange", "history": "history", "ended": "history"}
    return made + [(rule, of_rule(rule)) for rule, (base, _) in BREAKERS.items() if named.get(base, "update-run") in held]


def _subject(constraint: Constraint, side: Side) -> str | None:
    if side == "request":
        # In what is read-only as a whole, a request cannot go wrong a second time.
        return None if constraint.keyword == "readOnly" and constraint.definition != "UpdateRun" else "request"
    return {schemas.PARAMETERS: "parameters", "ErrorResponse": "error"}.get(constraint.definition, "update-run")


class Unseen(Exception):
    """Nothing that is known to break a rule shows in a file of a kind."""


def violating(kind: str, form: str, many: int, numbers: int, *, rule: str | None = None) -> Iterator[Broken]:
    """Make so many violating documents of a kind, each a file of a format; without a rule, of each in its turn.

    Raises Unseen where nothing that is known to break the rule shows in such a file.
    """
    kind = kind_of(kind)
    sources: dict[str, list[st.SearchStrategy[Violation]]] = {}
    for name, strategy in sorted(_sources(kind), key=lambda pair: pair[0]):
        if rule in {None, name}:
            sources.setdefault(name, []).append(strategy)
    each = -(-many // max(1, len(sources)))
    turns = {name: _seen(kind, form, st.one_of(made), each, (numbers, name)) for name, made in sources.items()}
    while many and turns:
        for name in list(turns):
            one = next(turns[name], None)
            if one is None:
                del turns[name]
            elif many:
                many -= 1
                yield one
    if many:
        raise Unseen(f"nothing that breaks {rule or 'a rule'} shows in {kind} as {form}")


def _seen(kind: str, form: str, strategy: st.SearchStrategy[Violation], each: int, numbers: object) -> Iterator[Broken]:
    """Give, without end, the violations that `check` sees; nothing more after too many that it does not see."""
    missed = batch = 0
    while missed < _ATTEMPTS:
        for violation in drawn(strategy, each, (numbers, batch)):
            document = _as(kind, violation)
            file = b"" if document is None else b"".join(written(kind, form, [document], several=False))
            found = findings(file) if file else []
            if _is_exact(kind, violation, found):
                missed = 0
                yield Broken(violation, file, tuple(found))
            else:
                missed += 1
        batch += 1


def findings(file: bytes) -> list[Finding]:
    """Check a file as `updaterun check` does."""
    return [found for _, findings in check_items(reader.read(BufferedReader(BytesIO(file)))) for found in findings]


def _is_exact(kind: str, violation: Violation, found: list[Finding]) -> bool:
    lead = "/value/0" if kind == "list" else ""
    told = [(one.rule, f"/{one.entry}{one.pointer}" if kind == "history" and one.entry is not None else one.pointer) for one in found]
    return Counter(told) == Counter((rule, lead + at) for rule, at in [(violation.rule, violation.pointer), *violation.also])


def _as(kind: str, violation: Violation) -> Any:
    """Give what a violation is written as: a document of the kind, or a Call; None where there is no such thing."""
    document = violation.document
    if kind == "list":
        return {"value": [document]}
    return _call(violation) if kind == "exchange" else document


def _call(violation: Violation) -> Call | None:
    document, base = violation.document, violation.unbroken
    if violation.of == "exchange":
        return Call(document["method"], document["url"], document["status"], document.get("request"), document.get("response"))
    if violation.of == "parameters":
        return _to(document)
    if violation.of == "ErrorResponse":
        return Call("GET", url_of({"id": _RUN}), 404, response=document)
    if violation.side == "request":
        return Call("PUT", url_of({"id": _RUN}), 202, request=document)
    return Call("GET", call_of(base).url, 200, response=document)


_RUN = (
    "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets"
    "/providers/Microsoft.ContainerService/fleets/contoso/updateRuns/spring"
)


def _to(parameters: JSON) -> Call | None:
    """Delete a run whose URL has such parameters; None where a URL cannot have them."""
    if not all(isinstance(value, str) for value in parameters.values()):
        return None
    part = {name: quote(value, safe="") for name, value in parameters.items()}
    scope = f"{HOST}/subscriptions/{part.get('subscriptionId', '')}/resourceGroups/{part.get('resourceGroupName', '')}"
    path = f"{scope}/providers/Microsoft.ContainerService/fleets/{part.get('fleetName', '')}/updateRuns/{part.get('updateRunName', '')}"
    return Call("DELETE", path + (f"?api-version={part['api-version']}" if "api-version" in part else ""), 204)


def apart(was: Any, became: Any) -> tuple[Any, Any]:
    """Leave out what two long texts begin with alike, but for some of it, so that one sees where they differ."""
    if not (isinstance(was, str) and isinstance(became, str)) or max(len(was), len(became)) <= MAX_SHOWN:
        return was, became
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(was, became, strict=False))) - _BEFORE
    return (f"…{was[alike:]}", f"…{became[alike:]}") if alike > 0 else (was, became)


def _shown(value: Any) -> str:
    return "nothing" if value is ABSENT else show(value)
