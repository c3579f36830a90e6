"""Validation of Azure Kubernetes Fleet Manager's update runs, and of captures of their API."""

from .engine import assert_conforms, check, check_exchange
from .exchange import Exchange
from .findings import Finding, Related, Severity
from .judgement import BrokenRule

__all__ = ["BrokenRule", "Exchange", "Finding", "Related", "Severity", "assert_conforms", "check", "check_exchange"]
