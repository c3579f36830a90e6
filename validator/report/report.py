"""What a report tells: the findings of a run, and what was looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..findings import Finding, Severity
from ..manifest import Expected


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one run of a check, in their order, with the tally of what was checked.

    `known` is the number of findings that a manifest expects and that are left out here; `stale` are the
    expectations that nothing met.
    """

    findings: tuple[Finding, ...]
    files: int
    documents: int
    exchanges: int
    unrelated: int
    skipped: tuple[str, ...]
    known: int = 0
    stale: tuple[Expected, ...] = ()

    def count(self) -> dict[Severity, int]:
        """Count the findings of each severity, the gravest first."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity: counted[severity] for severity in sorted(Severity, reverse=True)}
