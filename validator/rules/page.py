"""The rule about a page of a list of update runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..findings import Severity
from ..pointer import Path
from ..run.nodes import duplicates
from .rule import RESPONSE, Issue, rule


class Page(NamedTuple):
    """A page of a list, by the ids in it that no recorder hid: the path to each run, and its id."""

    ids: tuple[tuple[Path, str], ...]


@rule(Severity.WARNING, RESPONSE, "arm#resource-identity", on="page")
def run_listed_twice(page: Page) -> Iterator[Issue]:
    """A page of a list must have each run once.

    An id names one resource, with any capitalisation, and a list has each resource once.

    Fix: Remove one of the two. If they are captures of one run at different times, write them as an array or as JSON Lines.

    Example, on a page:
        /value/1/id = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateRuns/spring"
        /value/1/name = "spring"
    """
    for first, again in duplicates(page.ids, lambda each: each[1].lower()):
        related = (((*page.ids[first][0], "id"), "the first place"),)
        yield Issue((*page.ids[again][0], "id"), "this run is already on the page", related)
