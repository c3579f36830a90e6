"""Rendering of update runs: as a tree for terminals and as an HTML page for browsers."""

from __future__ import annotations

from .model import Change, Overview, RunHistory, Snapshot
from .run_history import overview_of

__all__ = ["Change", "Overview", "RunHistory", "Snapshot", "overview_of"]
