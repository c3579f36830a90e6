"""The options of a check."""

from __future__ import annotations

from dataclasses import dataclass

from ..contract.schema_errors import EngineName
from ..contract.schemas import DEFAULT_VERSION
from ..findings import Side


@dataclass(frozen=True, slots=True)
class Options:
    """The schema engine, the api-version of documents, and the side of runs in them; without a side, the properties of a run decide.

    Findings of the `ignored` rules are not reported about files.
    """

    engine: EngineName = "fast"
    version: str = DEFAULT_VERSION
    side: Side | None = None
    ignored: frozenset[str] = frozenset()
