"""The check on Spark: the findings of `updaterun check` about logs and tables that are too large for one machine.

The extra `spark` installs pyspark. Each worker needs this package, too.
"""

from __future__ import annotations

from .frames import check, check_files, lines
from .rows import FINDINGS, findings

__all__ = ["FINDINGS", "check", "check_files", "findings", "lines"]
