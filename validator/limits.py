"""Limits of what is checked. Input beyond one is reported as `input/too-large` or `input/too-deep`, and not processed."""

MAX_DEPTH = 100
"""Levels of nesting in a body. The reference engine fails at about 200; documented responses have about 12."""

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a file that is read as a whole, after decompression. JSON Lines have no such bound."""

MAX_RECORD = 16 * 1024 * 1024
"""Bytes of one line of JSON Lines, and of one body after decompression."""

MAX_NODES = 2_000_000
"""Values in one body or JSON text; each takes more memory than its text."""

MAX_YAML = 500_000
"""Values in a YAML text, and beyond its aliases, which count each time. A value takes ten times as long to read as one of JSON."""

FREE_WORK = 128 * 1024 * 1024
"""Bytes that any file may unfold to: by compression, or by aliases of YAML and compressed bodies in a recording."""

WORK_PER_BYTE = 32
"""Bytes that a file may unfold to more for each byte that it has."""

ENTRY_WORK = 4096
"""Bytes that take as long to process as a record or an exchange takes in itself."""

MAX_FAULTY = 50_000
"""Above this many values, schema errors are reported once, without their places: each place costs kilobytes."""

MAX_OBJECTS = 1000
"""JSON objects between the words of one string, such as a message of a log."""

MAX_FINDINGS = 10_000
"""Findings about one file that are listed, after which they are counted."""

MAX_BITS = 1024
"""Bits of an integer; parsers of JSON reject a number beyond the largest double."""
