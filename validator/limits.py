"""Limits of what is checked. Input beyond one is reported as `input/too-large` or `input/too-deep`, and not processed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson

MAX_DEPTH = 100
"""Levels of nesting in a body. The reference engine fails at about 200; documented responses have about 12."""

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a file that is read as a whole, after decompression. JSON Lines have no such bound."""

MAX_RECORD = 16 * 1024 * 1024
"""Bytes of one line of JSON Lines, and of one body after decompression."""

MAX_CONTAINERS = 4_000_000
"""Objects and arrays in one JSON text, brackets in strings counted; each takes more memory than its text."""

MAX_NODES = 5_000_000
"""Values in one body or file; a value with several parents, as with a YAML alias, counts for each of them."""

MAX_FAULTY = 50_000
"""Above this many values, schema errors are reported once, without their places: each place costs kilobytes."""

MAX_BITS = 1024
"""Bits of an integer; parsers of JSON reject a number beyond the largest double."""


def is_vast(value: Any) -> bool:
    """Return whether a value that is not too deep consists of more than MAX_FAULTY values."""
    with suppress(TypeError):  # a number beyond 64 bits, which only Python and YAML have
        if len(orjson.dumps(value)) < MAX_FAULTY:
            return False  # no text has more values than bytes
    pending = [value]
    for node in pending:
        below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        if len(pending) + len(below) > MAX_FAULTY:
            return True
        pending.extend(below)
    return False
