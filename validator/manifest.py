"""Manifests: the findings that are known, each with its reason, and what has become of them."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from .findings import Finding


@dataclass(frozen=True, slots=True)
class Expected:
    """A finding that is known: `file` is relative to the manifest's folder, and `reason` is for people."""

    file: str
    entry: int | None
    rule: str
    pointer: str
    reason: str = ""


class BadManifest(Exception):
    """A file is not a manifest of expected findings."""


def load(path: str) -> tuple[Expected, ...]:
    """Read a manifest: `{"expected": [{"file", "entry"?, "rule", "pointer"?, "reason"?}, ...]}`.

    Raises BadManifest for what is not one, and OSError where it cannot be read.
    """
    with open(path, "rb") as stream:
        data = stream.read()
    try:
        document: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadManifest(f"{path} is not JSON: {error}") from None
    rows = document.get("expected") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise BadManifest(f'{path} is not a manifest: expected an object with an array under "expected"')
    return tuple(_row(path, index, row) for index, row in enumerate(rows))


def _row(path: str, index: int, row: Any) -> Expected:
    kinds = {"file": str, "entry": int | None, "rule": str, "pointer": str, "reason": str}
    if not isinstance(row, dict) or not {"file", "rule"} <= row.keys() <= kinds.keys():
        raise BadManifest(f"{path}: expected[{index}] must have file and rule, and may have entry, pointer and reason")
    for name, value in row.items():
        if not isinstance(value, kinds[name]) or isinstance(value, bool):
            raise BadManifest(f"{path}: expected[{index}].{name} is of the wrong type")
    return Expected(row["file"], row.get("entry"), row["rule"], row.get("pointer", ""), row.get("reason", ""))


def dump(path: str, findings: Iterable[Finding], rows: Iterable[Expected], looked_at: LookedAt) -> str:
    """Write a manifest for a path that expects the given findings, and what the old one says of what was not looked at.

    The reasons of the old one are kept where they fit.
    """
    old = list(rows)
    reasons = {(row.file, row.entry, row.rule, row.pointer): row.reason for row in old}
    kept = [row for row in old if not looked_at.covers(path, row)]
    found = [Expected(*key, reasons.get(key, "")) for key in (_key(path, finding) for finding in findings)]
    written = []
    for row in sorted([*kept, *found], key=lambda row: (row.file, row.entry is not None, row.entry or 0)):
        entry = {} if row.entry is None else {"entry": row.entry}
        written.append({"file": row.file} | entry | {"rule": row.rule, "pointer": row.pointer, "reason": row.reason})
    return json.dumps({"expected": written}, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What a check could have found: the files that it read, and the rules that it was asked for."""

    files: Collection[str]
    wanted: Callable[[str], bool]

    def covers(self, path: str, row: Expected) -> bool:
        """Tell whether a row's finding would have been found: its file was checked, or is gone, and its rule was asked for."""
        if not self.wanted(row.rule):
            return False
        where = os.path.join(os.path.dirname(path), row.file)
        return row.file in {_relative(path, source) for source in self.files} or not os.path.lexists(where)


def compare(
    path: str, expected: Iterable[Expected], findings: Iterable[Finding], looked_at: LookedAt
) -> tuple[list[Finding], int, list[Expected]]:
    """Compare findings with what a manifest expects: those that are new, the number that are known, and the stale rows."""
    rows = list(expected)
    unmet = Counter((row.file, row.entry, row.rule, row.pointer) for row in rows)
    new = []
    known = 0
    for finding in findings:
        key = _key(path, finding)
        if unmet[key] > 0:
            unmet[key] -= 1
            known += 1
        else:
            new.append(finding)
    stale = []
    for row in rows:
        key = (row.file, row.entry, row.rule, row.pointer)
        if unmet[key] > 0 and looked_at.covers(path, row):
            unmet[key] -= 1
            stale.append(row)
    return new, known, stale


def _key(path: str, finding: Finding) -> tuple[str, int | None, str, str]:
    return _relative(path, finding.source), finding.entry, finding.rule, finding.pointer


def _relative(path: str, source: str) -> str:
    return os.path.relpath(source, os.path.dirname(path) or ".").replace(os.sep, "/")
