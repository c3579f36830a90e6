"""Hypothesis strategies for documents of the API: conforming ones, as coherent as those of the service, and violating ones.

`validator.check` finds nothing in a conforming document, at any severity. An import of this package also makes `st.from_type` take the
types of `validator.types`.
"""

from __future__ import annotations

try:
    from .conforming import error_responses, exchanges, from_definition, histories, list_pages, update_runs
    from .exchanges import Call
    from .options import Member
    from .typed import register
    from .violation import Violation
    from .violations import violations
except ModuleNotFoundError as missing:
    if missing.name not in {"hypothesis", "hypothesis_jsonschema"}:
        raise
    needed = "validator.strategies needs Hypothesis; install it with: pip install hypothesis hypothesis-jsonschema"
    raise ModuleNotFoundError(needed, name=missing.name) from missing

register()

__all__ = [
    "Call",
    "Member",
    "Violation",
    "error_responses",
    "exchanges",
    "from_definition",
    "histories",
    "list_pages",
    "update_runs",
    "violations",
]
