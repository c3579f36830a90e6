"""The kinds of documents that can be generated in numbers: who makes them, and the formats of their files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from ..contract import schemas
from ..wording import hint
from .documents import choose_page, choose_polls, choose_request, choose_response
from .exchanges import choose_call
from .orders import Order

SUFFIXES: dict[str, str] = {"json": ".json", "jsonl": ".jsonl", "har": ".har", "vcr": ".yaml"}
"""The formats of files, and the suffix of a file in each."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of documents.

    `choose` makes a document whose run has a name with the given end; None if Hypothesis draws the documents, of the `definition`.
    The first of the `formats` is the default. `in_array` is whether `check` reads an array of such documents, and `has_state`
    whether they show the state of a run. `breaks` are the subjects of the violations that can be written as such a document.
    """

    name: str
    choose: Callable[[Random, Order, str], Any] | None = None
    definition: str = ""
    formats: tuple[str, ...] = ("json", "jsonl")
    in_array: bool = True
    has_state: bool = True
    breaks: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("update-run", choose_response, breaks=("update-run",)),
        Kind("request", choose_request, has_state=False, breaks=("request",)),
        Kind("error", definition="ErrorResponse", has_state=False, in_array=False),
        Kind("list", choose_page, in_array=False, breaks=("update-run", "page")),
        Kind(
            "exchange",
            choose_call,
            formats=("har", "vcr"),
            breaks=("exchange", "update-run", "request", "ErrorResponse", "parameters", "SkipProperties"),
        ),
        Kind("history", choose_polls, formats=("json", "jsonl", "har", "vcr"), in_array=False, breaks=("history",)),
    )
}
"""The kinds besides single definitions."""

_ALIASES = {"UpdateRun": "update-run", "ErrorResponse": "error"}


def names(version: str = schemas.DEFAULT_VERSION) -> tuple[str, ...]:
    """Return the names of all kinds of an api-version, its definitions among them."""
    return (*KINDS, *schemas.load(version).definitions)


def kind_of(name: str, version: str = schemas.DEFAULT_VERSION) -> Kind:
    """Return the kind of a name, which may be that of a definition.

    Raises LookupError for any other name, with the nearest one.
    """
    if name not in names(version):
        expected = f"expected {', '.join(KINDS)} or a definition, such as UpdateStage"
        raise LookupError(f"there is no kind {name!r}; {hint(name, names(version), expected)}")
    return KINDS.get(_ALIASES.get(name, name)) or Kind(name, definition=name, has_state=False)
