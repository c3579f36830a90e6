"""Validation of Azure Kubernetes Fleet Manager's update runs, and of captures of their API."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .checker.api import assert_conforms, check, check_exchange
    from .checker.records import check_record, fold
    from .findings import Finding, Related, Severity
    from .readers.items import Exchange
    from .rules.dispatch import RuleError

__all__ = [
    "Exchange",
    "Finding",
    "Related",
    "RuleError",
    "Severity",
    "assert_conforms",
    "check",
    "check_exchange",
    "check_record",
    "fold",
]

_MODULES = {
    "Exchange": ".readers.items",
    "Finding": ".findings",
    "Related": ".findings",
    "RuleError": ".rules.dispatch",
    "Severity": ".findings",
    "assert_conforms": ".checker.api",
    "check": ".checker.api",
    "check_exchange": ".checker.api",
    "check_record": ".checker.records",
    "fold": ".checker.records",
}
"""The module of each name, which is imported when the name is used: the command line handles Ctrl-C before it imports the rest."""


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name], __name__), name)


def __dir__() -> list[str]:
    return __all__
