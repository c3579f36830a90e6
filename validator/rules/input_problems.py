"""The problems of an input that cannot be read or checked at all."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from ..findings import Finding, Severity


class Problem(NamedTuple):
    """A problem of an input: a sentence that states it, the steps to fix it, and the content of a file that has it."""

    claim: str
    fix: str
    example: str


INPUT = {
    "input/unreadable": Problem(
        "The input must be readable in its own format.",
        "Go to the line that the finding names, and correct it. If the file is cut off, record or download it again. Resolve conflict markers of git.",
        '{"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"',
    ),
    "input/unrecognised": Problem(
        "The input must have an update run, a list of them or an error response, with the property names of the API.",
        "Name other files, or write the run as the service sends it; exclude a file that only mentions update runs. A run is recognised by its type, its id or its properties, in "
        "any JSON or YAML document, also inside a string. With `--as request` or `--as response`, any object is checked as one.",
        '{"kind": "Fleet"}',
    ),
    "input/duplicate-key": Problem(
        "An object must have each key once.",
        "Compare the two values, and remove the wrong one. Parsers differ in which they keep; the checks use the last.",
        '{"properties": {"managedClusterUpdate": {"upgrade": {"type": "Full", "type": "NodeImageOnly"}}}}',
    ),
    "input/too-deep": Problem(
        "The input must not be nested deeper than 100 levels.",
        "Correct the program that wrote it: documented responses have about a dozen levels.",
        '{"properties": {"managedClusterUpdate": ' + "[" * 100 + "]" * 100 + "}}",
    ),
    "input/too-large": Problem(
        "The input must not be larger than the limits in SECURITY.md.",
        "Write one record per line (JSON Lines), uncompressed, for which the size of the file is unlimited. A small file that unfolds to a large one has to be written without its aliases or its compression.",
        "properties:\n"
        "  a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n"
        + "".join(f"  {name}: &{name} [{', '.join([f'*{below}'] * 10)}]\n" for below, name in pairwise("abcdefg")),
    ),
}
"""The problems of an input, by the rule of their findings."""


def is_unread(finding: Finding) -> bool:
    """Return whether a finding says that something was not read or not recognised, and so not checked."""
    return finding.severity is Severity.ERROR and finding.rule in INPUT and finding.rule != "input/duplicate-key"
