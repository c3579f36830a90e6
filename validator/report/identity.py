"""What a finding is recognised by from one report to the next: the URI of its file, and its fingerprint."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from ..checker.manifest import StaleRow
from ..findings import Finding
from .report import relative


def uri(source: str) -> str:
    """Return the path of a file as a relative URI reference, or as an absolute URI if it is not below the current folder."""
    path = relative(source)
    is_elsewhere = path.startswith(os.pardir) and os.path.isabs(source)
    if is_elsewhere or os.path.isabs(path):  # on another drive of Windows
        absolute = source.replace(os.sep, "/")
        drive = os.path.splitdrive(absolute)[0]
        start = "file:" if drive.startswith("//") else "file:///" if drive else "file://"
        return start + quote(absolute.encode(errors="surrogateescape"), safe="/:")
    return quote(path.encode(errors="surrogateescape"))


def fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a fingerprint of each finding. Like a row of a baseline, it stays the same if only white space changes."""
    return _digests((uri(finding.source), finding.entry, finding.rule, finding.pointer) for finding in findings)


def stale_fingerprints(stale: Iterable[StaleRow]) -> Iterator[str]:
    """Yield a fingerprint of each stale row."""
    rows = (each.row for each in stale)
    return _digests((uri(row.manifest), row.file, row.entry, row.side, row.rule, row.pointer) for row in rows)


def _digests(keys: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Yield a digest of each key and of how often it has occurred so far."""
    from hashlib import sha256  # late: 2 ms that the other formats need not pay

    occurrences: Counter[tuple[Any, ...]] = Counter()
    for key in keys:
        occurrences[key] += 1
        yield sha256(json.dumps([*key, occurrences[key]]).encode()).hexdigest()[:32]
