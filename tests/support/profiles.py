"""Profiles of Hypothesis, and the number of examples of a property in each.

The environment variable HYPOTHESIS_PROFILE names the profile: `suite`, the same values every time; `fast`, no more than FAST of them; or
`fuzz`, new values every time, and very many where a test is marked `fuzz`.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

FAST = 50
SUITE = 50
FUZZ = 50_000
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "suite")

BOTH_ENGINES = ["fast", pytest.param("reference", marks=pytest.mark.slow)]
"""The engines, of which the reference engine takes several times as long, and is not in `make test-fast`."""


def load_profile() -> None:
    """Load the profile that the environment names."""
    settings.register_profile("suite", max_examples=SUITE, derandomize=True, deadline=None, database=None, print_blob=True)
    settings.register_profile("fast", settings.get_profile("suite"), max_examples=FAST)
    settings.register_profile("fuzz", deadline=None, max_examples=FUZZ)
    settings.load_profile(PROFILE)


def at_least(examples: int) -> settings:
    """Return settings with a number of examples in the suite, and with that of the profile otherwise."""
    return settings(max_examples={"fast": FAST, "fuzz": max(examples, FUZZ)}.get(PROFILE, examples))


def at_most(examples: int) -> settings:
    """Return settings with a number of examples, or that of the fast profile where it is lower."""
    return settings(max_examples=min(examples, FAST) if PROFILE == "fast" else examples)
