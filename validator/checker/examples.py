"""The findings in the examples of rules."""

from __future__ import annotations

from ..contract.engines import EngineName
from ..findings import Finding
from ..readers.items import Exchange
from ..rules.example import broken, side_of
from ..rules.rule import Example
from .api import check, check_exchange


def example_findings(example: Example, engine: EngineName = "fast") -> list[Finding]:
    """Return the findings in the clean document of an example, with the changes that break its rule."""
    document = broken(example)
    if example.of == "exchange":
        return check_exchange(Exchange.of(**document), engine=engine)
    return check(document, side=side_of(example.of), engine=engine)
