"""The pytest fixture `fake_fleet`."""

from __future__ import annotations

import pytest

from .fleet import FakeFleet


@pytest.fixture
def fake_fleet() -> FakeFleet:
    """Return a fake fleet of six members in three groups: a new one for each test."""
    return FakeFleet()
