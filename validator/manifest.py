"""Manifests: the findings that are known, each with its reason, and what has become of them."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Iterable
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
    except ValueError as error:
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


def dump(path: str, findings: Iterable[Finding], reasons: Iterable[Expected] = ()) -> str:
    """Write a manifest for a path that expects the given findings, with the reasons of the old one where they fit."""
    known = {(row.file, row.entry, row.rule, row.pointer): row.reason for row in reasons}
    rows = []
    for finding in findings:
        key = _key(path, finding)
        file, entry, rule, pointer = key
        given: dict[str, Any] = {"file": file} | ({} if entry is None else {"entry": entry})
        rows.append(given | {"rule": rule, "pointer": pointer, "reason": known.get(key, "")})
    return json.dumps({"expected": rows}, indent=2, ensure_ascii=False) + "\n"


def compare(
    path: str, expected: Iterable[Expected], findings: Iterable[Finding], checked: Collection[str]
) -> tuple[list[Finding], int, list[Expected]]:
    """Compare findings with what a manifest expects: those that are new, the number that are known, and the stale rows.

    A row is stale when its file was checked, or is gone, and nothing was found for it.
    """
    open_rows = Counter((row.file, row.entry, row.rule, row.pointer) for row in expected)
    new = []
    known = 0
    for finding in findings:
        key = _key(path, finding)
        if open_rows[key] > 0:
            open_rows[key] -= 1
            known += 1
        else:
            new.append(finding)
    files = {_relative(path, source) for source in checked}
    folder = os.path.dirname(path)
    stale = []
    for row in expected:
        key = (row.file, row.entry, row.rule, row.pointer)
        if open_rows[key] > 0 and (row.file in files or not os.path.lexists(os.path.join(folder, row.file))):
            open_rows[key] -= 1
            stale.append(row)
    return new, known, stale


def _key(path: str, finding: Finding) -> tuple[str, int | None, str, str]:
    return _relative(path, finding.source), finding.entry, finding.rule, finding.pointer


def _relative(path: str, source: str) -> str:
    return os.path.relpath(source, os.path.dirname(path) or ".").replace(os.sep, "/")
