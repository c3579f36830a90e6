"""What a violation is: a document with one thing wrong, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass

from ..checker.api import check, check_exchange
from ..contract.schemas import DEFAULT_VERSION
from ..findings import BodySide, Finding
from ..pointer import JSON
from ..readers.items import Exchange


class Absent:
    """The type of ABSENT, which represents the value of a property that is absent."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Violation:
    """A document with one thing wrong: `rule` at `pointer`, where the value `before` became `after`.

    `original` is the document without the change. `keyword` is the schema keyword that is broken, None for a rule that is not
    in the schemas. `kind` is the kind of the document: `run`, `exchange` (method, URL, status and bodies), `parameters` (of
    a URL), `page` (of a list), `history` (captures in their order), or the name of a definition. `related` are the rules and pointers of other
    findings that the same change necessarily causes. `version` is the api-version that judges the document.
    """

    document: JSON
    rule: str
    pointer: str
    keyword: str | None
    before: JSON
    after: JSON
    original: JSON
    kind: str
    side: BodySide
    related: tuple[tuple[str, str], ...] = ()
    version: str = DEFAULT_VERSION

    def findings(self) -> list[Finding]:
        """Return the findings of a check of the document as what it is."""
        return check_as(self.document, self.kind, self.side, self.version)


def check_as(document: JSON, of: str, side: BodySide, version: str = DEFAULT_VERSION) -> list[Finding]:
    """Return the findings of a check of a document as a `Violation.kind`; an exchange has its version in the URL."""
    if of == "exchange":
        bodies = {name: document[name] for name in ("request", "response") if name in document}
        return check_exchange(Exchange.of(document["method"], document["url"], document["status"], **bodies))
    if of == "parameters":
        return check_exchange(Exchange("delete", document, 204))
    return check(document, side=side, definition=None if of in {"run", "page", "history"} else of, version=version)
