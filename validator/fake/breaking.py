"""The fault of a fake service by which a response breaks a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..checker.api import check, check_exchange
from ..contract.keywords import KEYWORDS
from ..findings import Finding
from ..pointer import JSON
from ..readers.items import Exchange
from ..rules import catalogue
from ..rules.example import COUNTERPARTS, EXAMPLES, changed
from ..rules.rule import Example
from ..simulation.trimming import of_version
from ..wording import hint
from .answers import Request, Response


class Breaking:
    """The rules that responses are to break, and the bodies of the latest responses, which rules about histories compare."""

    def __init__(self) -> None:
        self._ordered: list[str] = []
        self._latest: dict[str, JSON] = {}

    def order(self, name: str) -> None:
        """Let a response break a rule.

        Raises LookupError for an unknown rule, and ValueError for one that no response breaks.
        """
        known = [*(rule.name for rule in catalogue.RULES), *_CONSTRAINTS]
        if name not in known:
            raise LookupError(f"there is no rule {name!r}; {hint(name, known, '`updaterun rules` lists them')}")
        if not _examples(name):
            raise ValueError(f"no response breaks {name}; it is about requests")
        self._ordered.append(name)

    def applied(self, request: Request, exchange: Exchange, response: Response) -> Response:
        """Return the response, changed so that it breaks the first of the rules that it can break."""
        if response.status not in (200, 201) or response.body is None:
            return response
        identity = exchange.identity.lower()
        before = self._latest.get(identity)
        for name in self._ordered:
            document = {"method": request.method, "url": request.url, "status": response.status, "response": response.body}
            if request.body is not None:
                document["request"] = request.body
            broken = _broken(name, document, str(exchange.parameters["api-version"]), before)
            if broken is not None:
                self._ordered.remove(name)
                response = Response(broken["status"], response.headers, broken.get("response"))
                break
        self._latest[identity] = response.body
        return response


_CONSTRAINTS = {f"schema/{name}": Example("response", {keyword.pointer: keyword.value}, ()) for name, keyword in KEYWORDS.items()}
"""The examples that break a constraint of the schemas, by the name in the finding."""


def _examples(name: str) -> list[Example]:
    """Return the examples of a rule that change a response, or that can."""
    if name in _CONSTRAINTS:
        return [_CONSTRAINTS[name]]
    (rule,) = (rule for rule in catalogue.RULES if rule.name == name)
    on_responses = [
        each._replace(of=COUNTERPARTS[each.of]) if each.of.startswith("request") and "response" in rule.sides else each
        for each in rule.examples
    ]
    return [each for each in on_responses if not each.of.startswith("request") and (each.of != "exchange" or _is_of_response(each))]


def _is_of_response(example: Example) -> bool:
    return all(pointer.startswith(("/status", "/response")) for pointer in (*example.put, *example.removed))


def _broken(name: str, document: dict[str, Any], version: str, before: JSON) -> dict[str, Any] | None:
    """Return an exchange whose response breaks a rule and, if possible, nothing else; None if no example fits it."""
    found = []
    for example in _examples(name):
        for broken in _changes(example, document, version):
            findings = _findings(broken, before if example.of.startswith("history") else None)
            if any(finding.rule == name for finding in findings):
                found.append((len({finding.rule for finding in findings}), broken))
        if found and found[-1][0] == 1:
            break
    return min(found, key=lambda each: each[0])[1] if found else None


def _changes(example: Example, document: dict[str, Any], version: str) -> Iterator[dict[str, Any]]:
    """Yield the exchange with the changes of an example, and with the document of the example in place of its response."""
    is_page = example.of == "page"
    if is_page != ("value" in document["response"]):
        return
    of_exchange, of_history = example.of == "exchange", example.of.startswith("history")
    prefix = "" if of_exchange else "/response"

    def moved(pointer: str) -> str:
        return prefix + (pointer.removeprefix("/1") if of_history else pointer)

    # What a history was before is as it was.
    put = {moved(pointer): value for pointer, value in example.put.items() if not (of_history and pointer.startswith("/0/"))}
    removed = tuple(moved(pointer) for pointer in example.removed if not (of_history and pointer.startswith("/0/")))
    bases = [document]
    if is_page and document["response"]["value"]:
        yield document | {"response": _with_run_of_example(example, document["response"])}
    elif not is_page and not of_history:
        own = EXAMPLES["response" if of_exchange else example.of]
        run = of_version(own, version) | {name: document["response"][name] for name in ("id", "name")}
        bases.append(document | {"response": run})
    for base in bases:
        try:
            yield changed(base, put=put, removed=removed)
        except (LookupError, TypeError):
            continue  # what the example changes is not there


def _with_run_of_example(example: Example, page: JSON) -> JSON:
    """Return a page with the changes of an example, in which the first run of the page stands for that of the example."""
    first, others = page["value"][0], page["value"][1:] or page["value"]
    known = EXAMPLES[example.of]["value"][0]
    names = {known[name]: first[name] for name in ("id", "name")}
    put = {pointer: names.get(value, value) for pointer, value in example.put.items()}
    return changed(page | {"value": [first, *others]}, put=put, removed=example.removed)


def _findings(document: dict[str, Any], before: JSON) -> list[Finding]:
    bodies = {name: document[name] for name in ("request", "response") if name in document}
    findings = check_exchange(Exchange.of(document["method"], document["url"], document["status"], **bodies))
    return findings if before is None else findings + check([before, document["response"]], side="response")
