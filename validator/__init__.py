"""Validation of Azure Kubernetes Fleet Manager's update runs, and of captures of their API."""

from .checker.api import assert_conforms, check, check_exchange
from .findings import Finding, Related, Severity
from .readers.items import Exchange
from .rules.dispatch import RuleError

__all__ = ["Exchange", "Finding", "Related", "RuleError", "Severity", "assert_conforms", "check", "check_exchange"]
