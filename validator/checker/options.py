"""How items are checked."""

from __future__ import annotations

from dataclasses import dataclass

from ..contract.schema_errors import EngineName
from ..contract.schemas import DEFAULT_VERSION
from ..findings import Side


@dataclass(frozen=True, slots=True)
class Options:
    """How to check: by which schema engine, by which api-version, and for which side a document without a request is meant."""

    engine: EngineName = "fast"
    version: str = DEFAULT_VERSION
    side: Side | None = None
