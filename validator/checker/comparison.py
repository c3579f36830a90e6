"""The findings that a check by another api-version has, and a check by one has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from ..findings import Finding
from ..readers.paths import File
from ..rules.input_problems import is_unread
from .files import FileChecker, Tally
from .options import Options

_Key: TypeAlias = tuple[object, ...]


def new_findings(files: Sequence[File], old: str, new: str) -> tuple[list[Finding], list[Finding], Tally]:
    """Return the findings that only the second of two api-versions has, those about what was not read, and the tally with its cases.

    An exchange is judged by these versions, too, whatever its URL says. Raises RuleError for a bug in a rule.
    """
    before = Counter(map(_key, FileChecker(Options(version=old, forced=True)).check_files(files)))
    checker = FileChecker(Options(version=new, forced=True), with_cases=True)
    found, unread = [], []
    for finding in checker.check_files(files):
        key = _key(finding)
        if is_unread(finding):
            unread.append(finding)
        elif before[key]:
            before[key] -= 1
        else:
            found.append(finding)
    return found, unread, checker.tally


def _key(finding: Finding) -> _Key:
    return finding.source, finding.entry, finding.side, finding.pointer, finding.rule, finding.severity
