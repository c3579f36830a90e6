"""The words that messages are made of: numbers with nouns, lists, quoted values, suggestions."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

MAX_SHOWN = 60
"""Characters of a value that a message quotes."""

# Credentials of HTTP, JSON Web Tokens, values of names for secrets, and tokens with the prefixes of well-known services.
_SECRET = re.compile(
    r"(?i)\b(?:bearer|basic)\s+[\w+/=.~-]{8,}|eyJ[\w-]{16,}|\bSharedKey\s+\S"
    r"|(?:\bsig|AccountKey|AccessKey|client_secret|access_token|password|pwd)\s*="
    r"|\b(?-i:gh[oprsu]_\w{16}|github_pat_\w{16}|xox[a-z]-[\w-]{8}|AIza[\w-]{20}|\w{3}[0-9]Q~[\w.~-]{16})"
)

_QUERY = re.compile(r"(://(?:(?!://)[^\s?])*\?)(?!api-version=[\w-]*$)\S+")


def listed(words: list[str], conjunction: str) -> str:
    """Return words as a list in a sentence: `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def hint(name: str, known: Sequence[str], otherwise: str = "") -> str:
    """Return a question whether the nearest of some known names was meant, ignoring case and hyphens.

    That is the only one that ends in the name, or else the most similar one; of several that are equally near, the first. If none is
    near, return `otherwise`, or a list of the names.
    """
    import difflib  # late: most names are known

    plain = {each.lower().replace("-", ""): each for each in reversed(known)}
    given = name.lower().replace("-", "")
    ending = [each for each in plain if given and each.endswith(given)]
    near = ending if len(ending) == 1 else difflib.get_close_matches(given, plain, n=1)
    return f"did you mean {plain[near[0]]}?" if near else otherwise or f"expected {listed(list(known), 'or')}"


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 item`, `2 items`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def is_secret(text: str) -> bool:
    """Return whether a string looks like a secret, such as a token."""
    return _SECRET.search(text) is not None


def show(value: Any) -> str:
    """Return a value for a message: as JSON, on one line, shortened. Secrets and the queries of URLs are hidden."""
    if isinstance(value, dict):
        return f"an object with {count(len(value), 'property', 'properties')}" if value else "an empty object"
    if isinstance(value, list):
        return f"an array of {count(len(value), 'item')}" if value else "an empty array"
    if isinstance(value, str):
        if is_secret(value):
            return f"a string of {count(len(value), 'character')} that looks like a secret"
        quoted = printable(json.dumps(without_query(value[: MAX_SHOWN + 1]), ensure_ascii=False))
        return quoted if len(quoted) <= MAX_SHOWN + len('""') else shorten(quoted, MAX_SHOWN) + '"'
    if isinstance(value, int) and value.bit_length() > 200:
        return "an integer of more than 60 digits"
    return shorten(json.dumps(value), MAX_SHOWN)


def without_query(text: str) -> str:
    """Return a string with the queries of URLs hidden, except one of the api-version alone."""
    return _QUERY.sub(r"\1…", text)


def shorten(text: str, limit: int) -> str:
    """Return a string of at most `limit` characters, with an ellipsis for the rest."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def printable(text: str) -> str:
    """Return a string with escapes for characters that a terminal would act on or could not show."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


Syntax: TypeAlias = Literal["text", "json", "xml", "azure", "github"]
"""The syntax of an output, which decides how a character in it is escaped; `azure` and `github` are text with commands on purpose."""

_ESCAPES = {"json": "\\u{:04x}", "xml": "&#{};"}

_ANYWHERE = re.compile(r"#(?=#\w*+\[)")
"""The beginning of `##vso[` and `##[`, which Azure Pipelines and GitHub Actions obey anywhere in a line, and of their like."""

_OWN = "##vso[task.logissue type="
"""The beginning of a line that is a command of our own for Azure Pipelines."""

_AT_BEGINNING = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*+):(?=:)", re.MULTILINE)
"""The beginning of `::error` and its like, which GitHub Actions obeys after blanks; styles may be stripped later."""


def inert(text: str, syntax: Syntax = "text") -> str:
    """Return a whole output in which a CI service finds no command. In JSON and XML the escapes do not change the values."""
    hash_sign, colon = (_ESCAPES.get(syntax, "\\x{:02x}").format(ord(character)) for character in "#:")
    if syntax == "azure":
        return "\n".join(_OWN + inert(line.removeprefix(_OWN)) if line.startswith(_OWN) else inert(line) for line in text.split("\n"))
    if "##" in text:
        text = _ANYWHERE.sub(lambda _: hash_sign, text)
    if "::" in text and syntax != "github":
        text = _AT_BEGINNING.sub(lambda match: match[1] + colon, text)
    return text
