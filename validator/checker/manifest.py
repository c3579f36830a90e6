"""Manifests: the findings that are known, each with its reason, and what has become of them."""

from __future__ import annotations

import functools
import json
import os
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import orjson

from ..findings import Finding, Side
from ..readers.paths import STREAM
from ..wording import hint, show


@dataclass(frozen=True, slots=True)
class Expected:
    """A finding that is known: `file` is relative to the manifest's folder, and `reason` is for people.

    `side` says in which body of an exchange it is, None where that is left open. `manifest` is the file that says so.
    Where nothing meets it, `found` is a finding of the same rule and pointer in another entry or body of the file,
    `is_gone` tells whether the file is, and `is_spare` whether another row like it is met.
    """

    file: str
    entry: int | None
    rule: str
    pointer: str
    reason: str = ""
    side: Side | None = None
    manifest: str = field(default="", compare=False)
    found: Finding | None = field(default=None, compare=False)
    is_gone: bool = field(default=False, compare=False)
    is_spare: bool = field(default=False, compare=False)


class BadManifest(Exception):
    """A file is not a manifest of expected findings."""


def read(path: str, data: bytes) -> tuple[Expected, ...]:
    """Read a manifest: `{"expected": [{"file", "entry"?, "side"?, "rule", "pointer"?, "reason"?}, ...]}`.

    Raises BadManifest for what is not one, and orjson.JSONDecodeError for what is not JSON.
    """
    document: Any = orjson.loads(data)
    rows = document.get("expected") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise BadManifest(f'{path} is not a manifest: expected an object with an array under "expected"')
    for key in document:
        if key != "expected":
            raise BadManifest(f'{path} has the unknown key {show(key)}; expected "expected" alone')
    relative = functools.cache(lambda file: _relative(path, file if file == STREAM else os.path.join(os.path.dirname(path), file)))
    return tuple(_row(path, index, row, relative) for index, row in enumerate(rows))


def _row(path: str, index: int, row: Any, relative: Callable[[str], str]) -> Expected:
    where = f"{path}: expected[{index}]"
    if not isinstance(row, dict):
        raise BadManifest(f"{where} is not an object, but {show(row)}")
    for name, value in row.items():
        if name not in _KINDS:
            raise BadManifest(f"{where} has the unknown key {show(name)}; {hint(name, list(_KINDS))}")
        if not isinstance(value, _KINDS[name]) or isinstance(value, bool):
            raise BadManifest(f"{where}.{name} is of the wrong type")
    for name in ("file", "rule"):
        if not row.get(name):
            raise BadManifest(f"{where} has no {name}")
    side = row.get("side")
    if side not in {None, "request", "response"}:
        raise BadManifest(f"{where}.side is neither request nor response")
    if row.get("pointer", "")[:1] not in {"", "/"}:
        raise BadManifest(f"{where}.pointer is no JSON Pointer, which begins with a slash")
    return Expected(relative(row["file"]), row.get("entry"), row["rule"], row.get("pointer", ""), row.get("reason", ""), side, path)


_KINDS: dict[str, Any] = {"file": str, "entry": int | None, "side": str | None, "rule": str, "pointer": str, "reason": str}
"""The keys of a row, with the types of their values."""


def renewed(path: str, findings: Iterable[Finding], rows: Iterable[Expected], looked_at: LookedAt) -> list[Expected]:
    """Expect the given findings, and what the old rows of a manifest say of what was not looked at.

    The reasons of the old rows are kept where they fit.
    """
    old = list(rows)
    reasons = {_key(row): row.reason for row in old}
    covered = looked_at.covered(path, old)
    return [row for row in old if row not in covered] + [_expected(finding, keys, reasons) for finding, keys in _keyed(path, findings)]


def _expected(finding: Finding, keys: tuple[_Key, _Key], reasons: Mapping[_Key, str]) -> Expected:
    """Expect a finding; a file that is one document has one body, and which side that is on may change with what it holds."""
    exact, open_ = keys
    file, entry, rule, pointer, side = exact if finding.entry is not None and finding.side != "document" else open_
    return Expected(file, entry, rule, pointer, reasons.get(exact) or reasons.get(open_, ""), side)


def dump(rows: Iterable[Expected]) -> str:
    """Return the text of a manifest, ordered by file and entry."""
    written = []
    for row in sorted(rows, key=lambda row: (row.file, row.entry is not None, row.entry or 0)):
        place = {name: value for name, value in (("entry", row.entry), ("side", row.side)) if value is not None}
        written.append({"file": row.file} | place | {"rule": row.rule, "pointer": row.pointer, "reason": row.reason})
    return json.dumps({"expected": written}, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What a check could have found: the files that it read, and the rules that it was asked for."""

    files: Collection[str]
    wanted: Callable[[str], bool]

    def covered(self, path: str, rows: Iterable[Expected]) -> set[Expected]:
        """Return the rows whose findings the check could have found: the file was checked or is gone, and the rule was asked for."""
        names = {_relative(path, source) for source in self.files}
        folder = os.path.dirname(path)
        return {row for row in rows if self.wanted(row.rule) and (row.file in names or _is_gone(folder, row.file))}


def _is_gone(folder: str, file: str) -> bool:
    path = os.path.join(folder, file)
    return file != STREAM and (not os.path.lexists(path) or os.path.isdir(path))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has become of findings that are known: the `new` ones beside them, the rows that are met, and the `stale` ones."""

    new: tuple[Finding, ...]
    met: tuple[Expected, ...] = ()
    stale: tuple[Expected, ...] = ()


def compare(path: str, expected: Iterable[Expected], findings: Iterable[Finding], looked_at: LookedAt) -> Comparison:
    """Compare findings with what a manifest expects; each row stands for one finding, one without a side for that of either."""
    rows = list(expected)
    unmet: dict[_Key, list[Expected]] = defaultdict(list)
    for row in reversed(rows):
        unmet[_key(row)].append(row)
    new = []
    met = []
    elsewhere: dict[tuple[str, str, str], deque[Finding]] = defaultdict(deque)
    for finding, keys in _keyed(path, findings):
        waiting = next((unmet[key] for key in keys if unmet[key]), None)
        if waiting is None:
            new.append(finding)
            elsewhere[keys[0][0], finding.rule, finding.pointer].append(finding)
        else:
            met.append(waiting.pop())
    covered = looked_at.covered(path, rows)
    left = Counter(row for rows_left in unmet.values() for row in rows_left if row in covered)
    stale = []
    known = {_key(row) for row in met}
    for row in rows:
        if left[row] > 0:
            left[row] -= 1
            there = elsewhere[row.file, row.rule, row.pointer]
            found = there.popleft() if there else None
            is_gone = _is_gone(os.path.dirname(path), row.file)
            stale.append(replace(row, found=found, is_gone=is_gone, is_spare=_key(row) in known))
    return Comparison(tuple(new), tuple(met), tuple(stale))


_Key: TypeAlias = tuple[str, int | None, str, str, Side | None]


def _key(row: Expected) -> _Key:
    return row.file, row.entry, row.rule, row.pointer, row.side


def _keyed(path: str, findings: Iterable[Finding]) -> Iterator[tuple[Finding, tuple[_Key, _Key]]]:
    """Yield each finding with the keys of the rows that match it: with its side, and without."""
    relative = functools.cache(functools.partial(_relative, path))
    for finding in findings:
        place = relative(finding.source), finding.entry, finding.rule, finding.pointer
        yield finding, ((*place, finding.side), (*place, None))


def _relative(path: str, source: str) -> str:
    """Return the path from the folder of a manifest to a file. Links are resolved, as `..` after a link is relative to its target."""
    if source == STREAM:
        return source
    folder, name = os.path.split(source)
    return os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(os.path.dirname(path))).replace(os.sep, "/")
