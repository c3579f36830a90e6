"""What a check reports: findings, their severities, and the JSON Pointers that place them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any, Literal, TypeAlias

JSON: TypeAlias = Any
"""A JSON value as Python's parsers give it: dict, list, str, int, float, bool or None."""

Path: TypeAlias = tuple[str | int, ...]
"""The way from a JSON value down to a part of it: property names and array indices."""

Side: TypeAlias = Literal["request", "response", "document"]
"""Which body a finding is about; `document` where it is about neither, but about a file or a record."""


class Severity(IntEnum):
    """How grave a finding is, in SARIF's terms; higher is graver."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of the input as such: what it claims, what to do about it, and the text of a file that has it."""

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
        "The input holds nothing that is known to be about an update run.",
        "Name other files; in a folder such files are left alone. A document needs a type, an id or properties of an update run. "
        'What is wrapped in something else is not looked for: take it out first, as `jq -c .run` does of {"run": RUN}.',
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
        "Write one record a line (JSON Lines), which has no such bound; or look at what made it.",
        "properties:\n"
        "  a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n"
        + "".join(f"  {name}: &{name} [{', '.join([f'*{below}'] * 10)}]\n" for below, name in pairwise("abcdefg")),
    ),
}
"""The problems of an input as such."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding involves, such as the first of two duplicates."""

    pointer: str
    message: str = ""
    entry: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, at one place.

    `pointer` is a JSON Pointer (RFC 6901) into the body as its author wrote it; the empty pointer is
    the whole body, and the parameters of a URL stand under `/uri/`. `entry` is the 0-based index of the
    exchange or record in its file, None where the file is a single document. `line` and `column`
    count from 1. `cites` is a `source#anchor` of `schemas/sources.json`, and empty for problems
    that no documentation speaks of.
    """

    rule: str
    severity: Severity
    message: str
    pointer: str = ""
    source: str = ""
    entry: int | None = None
    line: int | None = None
    column: int | None = None
    side: Side = "document"
    cites: str = ""
    related: tuple[Related, ...] = ()


def to_pointer(path: Path) -> str:
    """Write a path as a JSON Pointer (RFC 6901); the name of a property that looks like a secret is left out."""
    steps = ("(hidden)" if _SECRET.search(str(step)) else str(step) for step in path)
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def steps(pointer: str) -> tuple[str, ...]:
    """Read the steps of a JSON Pointer, all of them as text."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def place(pointer: str, document: JSON, orders: dict[int, dict[str, int]]) -> tuple[int, ...]:
    """Tell where in a document a JSON Pointer leads, as numbers that sort in the order of the document.

    What is not in the document comes behind what is. `orders` keeps the order of each object's properties for the
    next call.
    """
    order: list[int] = []
    for step in steps(pointer):
        if isinstance(document, dict) and step in document:
            if id(document) not in orders:
                orders[id(document)] = {name: index for index, name in enumerate(document)}
            order.append(orders[id(document)][step])
            document = document[step]
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            order.append(int(step))
            document = document[int(step)]
        else:
            order.append(len(document) if isinstance(document, dict | list) else 0)
            document = None
    return tuple(order)


# The words that messages are made of

MAX_SHOWN = 60
"""Characters of a value that a message quotes."""

# Credentials of HTTP, JSON Web Tokens, what is named for a secret, and tokens that begin as those of well-known services do.
_SECRET = re.compile(
    r"(?i)\b(?:bearer|basic)\s+[\w+/=.~-]{8,}|eyJ[\w-]{16,}|\bSharedKey\s+\S"
    r"|(?:\bsig|AccountKey|AccessKey|client_secret|access_token|password|pwd)\s*="
    r"|\b(?-i:gh[oprsu]_\w{16}|github_pat_\w{16}|xox[a-z]-[\w-]{8}|AIza[\w-]{20}|\w{3}[0-9]Q~[\w.~-]{16})"
)


_QUERY = re.compile(r"(://(?:(?!://)[^\s?])*\?)(?!api-version=[\w-]*$)\S+")


def listed(words: list[str], conjunction: str) -> str:
    """Write words as a list in a sentence: `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def hint(name: str, known: Sequence[str], otherwise: str = "") -> str:
    """Ask whether the nearest of some known names was meant, whatever its case and hyphens.

    Where none is near, say something else, or list them; of several that are as near, the first is meant.
    """
    import difflib  # late: most names are known

    plain = {each.lower().replace("-", ""): each for each in reversed(known)}
    near = difflib.get_close_matches(name.lower().replace("-", ""), plain, n=1)
    return f"did you mean {plain[near[0]]}?" if near else otherwise or f"expected {listed(list(known), 'or')}"


def count(number: int, noun: str, plural: str = "") -> str:
    """Write a number with its noun: `1 item`, `2 items`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def is_secret(text: str) -> bool:
    """Tell whether a text looks as if it held a secret, such as a token."""
    return _SECRET.search(text) is not None


def show(value: JSON) -> str:
    """Write a value for a message: as JSON, on one line, cut where it is long; a secret is hidden, and so is the query of a URL."""
    if isinstance(value, dict):
        return f"an object with {count(len(value), 'property', 'properties')}" if value else "an empty object"
    if isinstance(value, list):
        return f"an array of {count(len(value), 'item')}" if value else "an empty array"
    if isinstance(value, str):
        if is_secret(value):
            return f"a string of {count(len(value), 'character')} that looks like a secret"
        return _cut(printable(json.dumps(_QUERY.sub(r"\1…", value[: MAX_SHOWN + 1]), ensure_ascii=False)), '"')
    if isinstance(value, int) and value.bit_length() > 200:
        return "an integer of more than 60 digits"
    return _cut(json.dumps(value))


def _cut(text: str, end: str = "") -> str:
    return text if len(text) <= MAX_SHOWN + 2 * len(end) else f"{text[: MAX_SHOWN - 1]}…{end}"


def printable(text: str) -> str:
    """Write what a terminal would act on, or could not show, as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
