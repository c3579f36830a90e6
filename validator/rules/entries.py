"""The documentation of each name that the `rule` of a finding can have: a rule, a keyword of the schemas or a problem of the input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from ..contract.keywords import KEYWORDS
from ..findings import Severity
from . import catalogue
from .input_problems import INPUT
from .rule import Rule


@dataclass(frozen=True, slots=True)
class Entry:
    """The documentation of a rule, a keyword or a problem; `reason` and `cites` are empty for the last two."""

    name: str
    severity: Severity
    claim: str
    fix: str
    reason: str = ""
    cites: str = ""


@cache
def site() -> str | None:
    """Return the address of the handbook, with a slash at its end: `Documentation` in the URLs of pyproject.toml; None if it is not there."""
    from importlib.metadata import PackageNotFoundError, metadata  # late: that takes 15 ms

    try:
        urls = metadata("updaterun-validator").get_all("Project-URL") or []
    except PackageNotFoundError:  # a checkout that is not installed
        return None
    named = dict(str(url).split(", ", 1) for url in urls)
    return f"{named['Documentation'].rstrip('/')}/" if "Documentation" in named else None


def address(name: str) -> str | None:
    """Return the address of the handbook's page about a name in `entries`, None while the handbook has no address."""
    return None if site() is None else f"{site()}rules/{name}.html"


def entries() -> dict[str, Entry]:
    """Return the entries by name, in the order of the documentation."""
    return _entries(catalogue.RULES)


@lru_cache(maxsize=8)
def _entries(catalogued: tuple[Rule, ...]) -> dict[str, Entry]:
    rules = [Entry(rule.name, rule.severity, rule.claim, rule.fix, rule.reason, rule.cites) for rule in catalogued]
    keywords = [Entry(f"schema/{name}", Severity.ERROR, keyword.claim, keyword.fix) for name, keyword in sorted(KEYWORDS.items())]
    problems = [Entry(name, Severity.ERROR, problem.claim, problem.fix) for name, problem in INPUT.items()]
    return {entry.name: entry for entry in (*rules, *keywords, *problems)}
