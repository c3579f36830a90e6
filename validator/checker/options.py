"""The options of a check."""

from __future__ import annotations

from typing import NamedTuple

from ..contract.engines import EngineName
from ..contract.schemas import AUTO
from ..findings import Side
from ..run.identity import Key


class Options(NamedTuple):
    """The schema engine, the api-version of documents, and the side of runs in them.

    An exchange is of the api-version in its URL. With AUTO, a document is of the version that it needs; without a side, the
    properties of a run decide. With `forced`, the version judges exchanges, too, whatever their URLs say. Findings of the
    `ignored` rules are not reported about files. `run` is the run of a response without an id or a creation.
    """

    engine: EngineName = "fast"
    version: str = AUTO
    side: Side | None = None
    ignored: frozenset[str] = frozenset()
    forced: bool = False
    run: Key | None = None
