"""Profiles of Hypothesis: the suite is the same every time, and `make fuzz` explores."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("suite", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("fuzz", deadline=None, max_examples=50_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fuzz: a property that `make fuzz` explores at length")
    config.addinivalue_line("markers", "golden: compares with a file that `make golden` writes")
