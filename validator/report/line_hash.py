"""The fingerprint of a line by which code scanning of GitHub recognises an alert, `primaryLocationLineHash`.

Its action upload-sarif computes it as github/codeql-action describes in src/fingerprints.ts: a polynomial hash, modulo 2^64, of the
100 UTF-16 code units from the beginning of the line on, without blanks and tabs and with line feeds as line ends, and how often
that hash has occurred in the file so far.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

_LENGTH = 100
_FACTOR = 37
_END = "\uffff"
"""The unit after the end of the file; zeros follow."""

_BLANK = re.compile(r"[ \t]")
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")


def line_hashes(text: str, lines: Collection[int]) -> dict[int, str]:
    """Return the hashes of some lines of a file by the numbers of the lines, from 1."""
    compact = _BLANK.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    units = _ASTRAL.sub(_surrogates, compact) + _END
    occurrences: Counter[str] = Counter()
    hashes = {}
    start = 0
    for line in range(1, max(lines, default=0) + 1):
        window = units[start : start + _LENGTH]
        occurrences[window] += 1
        if line in lines:
            hashes[line] = f"{_hash(window):x}:{occurrences[window]}"
        start = units.find("\n", start) + 1
        if start == 0:
            break
    return hashes


def _surrogates(match: re.Match[str]) -> str:
    high, low = divmod(ord(match[0]) - 0x10000, 0x400)
    return chr(0xD800 + high) + chr(0xDC00 + low)


def _hash(window: str) -> int:
    value = 0
    for unit in window.ljust(_LENGTH, "\0"):
        value = (value * _FACTOR + ord(unit)) % 2**64
    return value
