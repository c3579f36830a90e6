"""The problems of an input that cannot be read or checked at all."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of an input: a sentence that states it, the steps to fix it, and the content of a file that has it."""

    claim: str
    fix: str
    example: str


INPUT = {
    "input/unreadable": Problem(
        "The input cannot be read as what it sets out to be.",
        "Go to the line that the finding names. A file that is cut off, or that git left conflict markers in, has to be made anew.",
        '{"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"',
    ),
    "input/unrecognised": Problem(
        "The input has nothing in it that is known to be an update run, or is one whose properties a tool renamed.",
        "Name other files, or write the run as the service sends it; exclude a file that only mentions update runs. An update run needs its type, its id or its properties, and is found "
        "in any JSON or YAML document, also as a string. With `--as request` or `--as response`, any object is taken for one.",
        '{"kind": "Fleet"}',
    ),
    "input/duplicate-key": Problem(
        "An object names one of its keys twice.",
        "Take one of the two away. Parsers differ in which of them they keep; the checks go by the last.",
        '{"properties": {"managedClusterUpdate": {"upgrade": {"type": "Full", "type": "NodeImageOnly"}}}}',
    ),
    "input/too-deep": Problem(
        "The input is nested deeper than is checked.",
        "Look at what made it: documented responses have about a dozen levels.",
        '{"properties": {"managedClusterUpdate": ' + "[" * 100 + "]" * 100 + "}}",
    ),
    "input/too-large": Problem(
        "The input is larger than is checked as one piece.",
        "Write one record a line (JSON Lines), not compressed, which has no such bound; or look at what made it.",
        "properties:\n"
        "  a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n"
        + "".join(f"  {name}: &{name} [{', '.join([f'*{below}'] * 10)}]\n" for below, name in pairwise("abcdefg")),
    ),
}
"""The problems of an input, by the rule of their findings."""
