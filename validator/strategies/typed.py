"""Strategies for the types of documents: `st.from_type(UpdateRun)` is `from_definition("UpdateRun")` of the version of the type.

On its own, Hypothesis makes objects of such types that do not conform.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from hypothesis import strategies as st

from .. import types
from ..pointer import JSON
from .conforming import from_definition, update_runs


def register() -> None:
    """Register the strategy of each TypedDict of `validator.types` with Hypothesis; it is made when it is needed."""
    for found in iter_modules(types.__path__, f"{types.__name__}."):
        for kind in vars(import_module(found.name)).values():
            if isinstance(kind, type) and kind.__module__ == found.name:
                st.register_type_strategy(kind, _strategy)


def _strategy(kind: type[JSON]) -> st.SearchStrategy[JSON]:
    version = kind.__module__.rpartition(".v")[2].replace("_", "-")
    if kind.__name__ == "UpdateRunProperties":
        return update_runs(version=version).map(lambda run: run["properties"])
    return from_definition(kind.__name__, version=version)
