"""A fake of the service, in memory: a fleet whose update runs a client can create, start, stop, skip, list and delete."""

from __future__ import annotations

from .answers import Response
from .fleet import FakeFleet
from .wsgi import app

__all__ = ["FakeFleet", "Response", "app"]
