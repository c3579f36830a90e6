"""Validation of Azure Kubernetes Fleet Manager's update runs, and of captures of their API."""

from .checker.body import BrokenRule
from .checker.item import assert_conforms, check, check_exchange
from .findings import Finding, Related, Severity
from .readers.items import Exchange

__all__ = ["BrokenRule", "Exchange", "Finding", "Related", "Severity", "assert_conforms", "check", "check_exchange"]
