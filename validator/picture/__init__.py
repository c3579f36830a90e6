"""Pictures of update runs: what a file tells of them, drawn as a tree for terminals and as a page for browsers."""

from __future__ import annotations

from .part import Capture, Change, Picture, Story
from .story import tell

__all__ = ["Capture", "Change", "Picture", "Story", "tell"]
