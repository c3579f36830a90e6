"""Validation of Azure Kubernetes Fleet Manager's update runs, and of captures of their API."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .checker.api import check, check_exchange, check_history
    from .checker.project import assert_conforms, check_file, check_files
    from .checker.records import check_record, fold
    from .checker.settings import SettingsError
    from .contract.citations import Citation, resolve_citation
    from .findings import Finding, Related, Severity
    from .readers.items import Exchange
    from .rules.catalogue import RULES
    from .rules.dispatch import RuleError
    from .rules.rule import Rule

    __version__: str

__all__ = [
    "RULES",
    "Citation",
    "Exchange",
    "Finding",
    "Related",
    "Rule",
    "RuleError",
    "SettingsError",
    "Severity",
    "__version__",
    "assert_conforms",
    "check",
    "check_exchange",
    "check_file",
    "check_files",
    "check_history",
    "check_record",
    "fold",
    "resolve_citation",
]

_MODULES = {
    "Citation": ".contract.citations",
    "Exchange": ".readers.items",
    "Finding": ".findings",
    "RULES": ".rules.catalogue",
    "Related": ".findings",
    "Rule": ".rules.rule",
    "RuleError": ".rules.dispatch",
    "SettingsError": ".checker.settings",
    "Severity": ".findings",
    "assert_conforms": ".checker.project",
    "check": ".checker.api",
    "check_exchange": ".checker.api",
    "check_file": ".checker.project",
    "check_files": ".checker.project",
    "check_history": ".checker.api",
    "check_record": ".checker.records",
    "fold": ".checker.records",
    "resolve_citation": ".contract.citations",
}
"""The module of each name, which is imported when the name is used: the command line handles Ctrl-C before it imports the rest."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("updaterun-validator")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name], __name__), name)


def __dir__() -> list[str]:
    return __all__
