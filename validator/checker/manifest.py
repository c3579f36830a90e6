"""Manifests: files of expected findings, each with its reason, and their comparison with the findings of a check."""

from __future__ import annotations

import codecs
import functools
import json
import os
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import orjson

from ..contract.own_formats import first_error
from ..findings import Finding, Side
from ..limits import MAX_FILE
from ..readers.paths import STREAM, path_of, source_of
from ..readers.regular_file import read_regular_file
from ..readers.relative_paths import relative_path
from ..rules.names import check_name


@dataclass(frozen=True, slots=True)
class Row:
    """An expected finding: `file` is relative to the folder of the manifest, and `reason` is for people.

    `side` is the body of an exchange that the finding is in, None for either. `compared_with` is the file of the earlier capture that
    the finding contradicts, None if that is in the same file. `manifest` is the path of the manifest.
    """

    file: str
    entry: int | None
    rule: str
    pointer: str
    reason: str = ""
    side: Side | None = None
    compared_with: str | None = None
    manifest: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class StaleRow:
    """A row that matches no finding, and what became of it.

    `found` is a finding of the same rule and pointer in another entry or body of the file, `is_gone` is whether the file no longer
    exists, and `is_spare` is whether an equal row matches a finding.
    """

    row: Row
    found: Finding | None = None
    is_gone: bool = False
    is_spare: bool = False


class BadManifest(ValueError):
    """A file is not a manifest of expected findings."""


def load(path: str) -> tuple[Row, ...]:
    """Return the rows of a manifest.

    Raises BadManifest, with the place, for a file that is no manifest, and OSError for one that cannot be read.
    """
    data = read_regular_file(path, MAX_FILE).removeprefix(codecs.BOM_UTF8)
    try:
        rows = read(path, data)
    except orjson.JSONDecodeError as error:
        raise BadManifest(_syntax_error(path, data, error)) from None
    for index, row in enumerate(rows):
        try:
            check_name(row.rule)
        except LookupError as error:
            raise BadManifest(f"{path}: expected[{index}]: {error}") from None
    return rows


def _syntax_error(path: str, data: bytes, error: orjson.JSONDecodeError) -> str:
    """Return the error message that a capture with the same mistake gets."""
    from ..readers.text_errors import explained  # late: most manifests are JSON

    problem = explained(data, error)
    position = "" if problem.line is None else f":{problem.line}:{problem.column}"
    return f"{path}{position}: {problem.message}"


def read(path: str, data: bytes) -> tuple[Row, ...]:
    """Return the rows of a manifest, as `schemas/manifest.json` describes it.

    Raises BadManifest if it is JSON of another form, and orjson.JSONDecodeError if it is not JSON.
    """
    document: Any = orjson.loads(data)
    error = first_error("manifest", document)
    if error is not None:
        raise BadManifest(": ".join(filter(None, (path, error.place(), error.message))))
    relative = functools.cache(lambda file: _relative(path, file if file == STREAM else os.path.join(os.path.dirname(path), file)))
    return tuple(
        Row(
            relative(row["file"]),
            row.get("entry"),
            row["rule"],
            row.get("pointer", ""),
            row.get("reason", ""),
            row.get("side"),
            relative(row["with"]) if row.get("with") else None,
            path,
        )
        for row in document["expected"]
    )


def updated_rows(path: str, findings: Iterable[Finding], rows: Iterable[Row], scope: Scope) -> list[Row]:
    """Return rows for findings, after the old rows of a manifest that are outside the scope of the check.

    The row of a finding has the reason of the old row that matches the finding, also if the file has another name now: it had no row,
    and has the rows of a file that is gone.
    """
    old = list(rows)
    reasons = {_key(row): row.reason for row in old}
    covered = scope.covered(path, old)
    new = [_row(path, finding, keys, reasons) for finding, keys in _keyed(path, findings)]
    renamed = _renamed(path, [row for row in old if scope.wanted(row.rule)], new)
    new = [replace(row, reason=row.reason or reasons.get(_key(replace(row, file=renamed.get(row.file, row.file))), "")) for row in new]
    again = Counter(map(_key, new))  # also of rows that name another earlier capture
    kept = []
    for row in old:
        if again[_key(row)]:
            again[_key(row)] -= 1
        elif row not in covered:
            kept.append(row)
    return kept + new


def _renamed(path: str, old: Iterable[Row], new: Iterable[Row]) -> dict[str, str]:
    """Return the former names of files without an old row: of the only file, or that of its name, that is gone and had the same rows."""
    before, after = _rows_by_file(old), _rows_by_file(new)
    gone = [file for file in before if _is_gone(os.path.dirname(path), file)]
    renamed = {}
    for file in after.keys() - before.keys():
        alike = [former for former in gone if before[former] == after[file]]
        moved = [former for former in alike if os.path.basename(former) == os.path.basename(file)]
        if len(moved or alike) == 1:
            renamed[file] = (moved or alike)[0]
    return renamed


def _rows_by_file(rows: Iterable[Row]) -> dict[str, Counter[_Key]]:
    """Return the keys of the rows of each file, without its name."""
    files: dict[str, Counter[_Key]] = defaultdict(Counter)
    for row in rows:
        files[row.file][_key(replace(row, file=""))] += 1
    return files


def _row(path: str, finding: Finding, keys: tuple[_Key, _Key], reasons: Mapping[_Key, str]) -> Row:
    """Return the row for a finding. That in a file of one document has no side, as the content decides the side of the document."""
    with_side, without_side = keys
    file, entry, rule, pointer, side = with_side if finding.entry is not None and finding.side != "document" else without_side
    reason = reasons.get(with_side) or reasons.get(without_side, "")
    others = [place.source for place in finding.related if place.source not in (None, finding.source)]
    return Row(file, entry, rule, pointer, reason, side, _relative(path, others[0]) if others else None)


def dump(rows: Iterable[Row]) -> str:
    """Return the text of a manifest, ordered by file and entry."""
    written = []
    for row in sorted(rows, key=lambda row: (row.file, row.entry is not None, row.entry or 0)):
        places = (("with", row.compared_with), ("entry", row.entry), ("side", row.side))
        place = {name: value for name, value in places if value is not None}
        written.append({"file": row.file} | place | {"rule": row.rule, "pointer": row.pointer, "reason": row.reason})
    return json.dumps({"expected": written}, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope of a check: the files that it read, the rules whose findings are `wanted`, and whether the files are one history."""

    files: Collection[str]
    wanted: Callable[[str], bool]
    history: bool = False

    def covered(self, path: str, rows: Iterable[Row]) -> set[Row]:
        """Return the rows that are in the scope: of wanted rules, about files that are gone, or were read and compared as the row says."""
        names = {_relative(path, source) for source in self.files}
        is_gone = functools.cache(functools.partial(_is_gone, os.path.dirname(path)))
        covered = set()
        for row in rows:
            other = row.compared_with
            is_compared = other is None or (self.history and (other in names or is_gone(other)))
            if self.wanted(row.rule) and ((row.file in names and is_compared) or is_gone(row.file)):
                covered.add(row)
        return covered


def _is_gone(folder: str, file: str) -> bool:
    paths = [os.path.join(folder, name) for name in (file, path_of(file))]
    return file != STREAM and all(not os.path.lexists(path) or os.path.isdir(path) for path in paths)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The findings that no row of a manifest matches, the rows that match a finding, and the rows that match none."""

    new: tuple[Finding, ...]
    matched: tuple[Row, ...] = ()
    stale: tuple[StaleRow, ...] = ()


def compare(path: str, rows: Sequence[Row], findings: Iterable[Finding], scope: Scope) -> Comparison:
    """Return the comparison of findings with the rows of a manifest. A row matches one finding; without a side, one of either side."""
    unmatched: dict[_Key, list[Row]] = defaultdict(list)
    for row in reversed(rows):
        unmatched[_key(row)].append(row)
    new = []
    matched = []
    elsewhere: dict[tuple[str, str, str], deque[Finding]] = defaultdict(deque)
    for finding, keys in _keyed(path, findings):
        candidates = next((unmatched[key] for key in keys if unmatched[key]), None)
        if candidates is None:
            new.append(finding)
            elsewhere[keys[0][0], finding.rule, finding.pointer].append(finding)
        else:
            matched.append(candidates.pop())
    covered = scope.covered(path, rows)
    remaining = Counter(row for candidates in unmatched.values() for row in candidates if row in covered)
    stale = []
    matched_keys = {_key(row) for row in matched}
    for row in rows:
        if remaining[row] > 0:
            remaining[row] -= 1
            similar = elsewhere[row.file, row.rule, row.pointer]
            found = similar.popleft() if similar else None
            is_gone = _is_gone(os.path.dirname(path), row.file)
            stale.append(StaleRow(row, found, is_gone, _key(row) in matched_keys))
    return Comparison(tuple(new), tuple(matched), tuple(stale))


_Key: TypeAlias = tuple[str, int | None, str, str, Side | None]


def _key(row: Row) -> _Key:
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
    folder, name = os.path.split(path_of(source))
    return source_of(relative_path(os.path.join(os.path.realpath(folder), name), os.path.realpath(os.path.dirname(path))))
