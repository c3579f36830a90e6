"""Pictures of update runs: what a file tells of them, drawn as a tree for terminals and as a page for browsers."""

from __future__ import annotations

from .model import Capture, Change, Picture, Story
from .run_history import tell

__all__ = ["Capture", "Change", "Picture", "Story", "tell"]
