"""All that a finding's `rule` can be, with what there is to say about it: the catalogue, the keywords and the problems of input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..contract.keywords import KEYWORDS
from ..findings import Severity
from .catalogue import RULES
from .input_problems import INPUT


@dataclass(frozen=True, slots=True)
class Entry:
    """What there is to say about a rule; `reason` and `cites` are empty where the claim says it all, and no source speaks of it."""

    name: str
    severity: Severity
    claim: str
    fix: str
    reason: str = ""
    cites: str = ""


@cache
def entries() -> dict[str, Entry]:
    """Return the entry of each name that the rule of a finding can be, in the order of the documentation."""
    rules = [Entry(rule.name, rule.severity, rule.claim, rule.fix, rule.reason, rule.cites) for rule in RULES]
    keywords = [Entry(f"schema/{name}", Severity.ERROR, keyword.claim, keyword.fix) for name, keyword in sorted(KEYWORDS.items())]
    problems = [Entry(name, Severity.ERROR, problem.claim, problem.fix) for name, problem in INPUT.items()]
    return {entry.name: entry for entry in (*rules, *keywords, *problems)}
