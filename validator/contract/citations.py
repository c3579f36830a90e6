"""Citations: the places in the bibliography that rules and constraints are from."""

from __future__ import annotations

from typing import NamedTuple

from ..wording import hint
from .schemas import sources


class Citation(NamedTuple):
    """A place in a source: the title of the source, where the source is, and what the place is."""

    title: str
    where: str
    place: str


def resolve_citation(cites: str) -> Citation:
    """Return the citation of a `source#anchor`, as `Finding.cites` has it.

    Raises LookupError if there is no such source, or no such anchor in it.
    """
    name, _, anchor = cites.partition("#")
    known = [f"{source}#{each}" for source, entry in sources().items() for each in entry["anchors"]]
    if cites not in known:
        raise LookupError(f"there is no source {cites!r}; {hint(cites, known, 'expected the cites of a finding, such as rest#UpdateRun')}")
    entry = sources()[name]
    return Citation(entry["title"], entry["where"], entry["anchors"][anchor])
