"""Strategies for the types of documents: `st.from_type(UpdateRun)` is `from_definition("UpdateRun")` of the version of the type.

On its own, Hypothesis makes objects of such types that do not conform.
"""

from __future__ import annotations

from importlib import import_module

from hypothesis import strategies as st

from ..contract.schemas import VERSIONS
from ..pointer import JSON
from .conforming import from_definition, update_runs

_VERSIONS = {f"{__name__.split('.')[0]}.types.v{version.replace('-', '_')}": version for version in VERSIONS}
"""The api-version of each module of types."""


def register() -> None:
    """Register the strategy of each TypedDict of `validator.types` with Hypothesis; it is made when it is needed."""
    for module in _VERSIONS:
        for kind in vars(import_module(module)).values():
            if isinstance(kind, type) and kind.__module__ == module:
                st.register_type_strategy(kind, _strategy)


def _strategy(kind: type[JSON]) -> st.SearchStrategy[JSON]:
    version = _VERSIONS[kind.__module__]
    if kind.__name__ == "UpdateRunProperties":
        return update_runs(version=version).map(lambda run: run["properties"])
    return from_definition(kind.__name__, version=version)
