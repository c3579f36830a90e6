"""Markers of tests, and what starts no process in `make test-fast`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import wraps
from multiprocessing.process import BaseProcess
from typing import Any

import pytest

from tests.support import profiles

profiles.load_profile()

os.environ["SOURCE_DATE_EPOCH"] = "1767225600"  # 2026-01-01: a report in JUnit says when the check began

_current: list[pytest.Item] = []
"""The test that runs, if any."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fuzz: a property that `make fuzz` explores at length")
    config.addinivalue_line("markers", "golden: compares with a file that `make golden` writes")
    config.addinivalue_line("markers", "process: starts a process, and is not in `make test-fast`")
    config.addinivalue_line(
        "markers",
        "slow: takes over half a second in the fast profile, or goes through every case of a large set; not in `make test-fast`",
    )
    # An audit hook would see every process, but be called for each `id`, too.
    for place, name in ((subprocess.Popen, "__init__"), (os, "fork"), (os, "forkpty"), (os, "posix_spawn"), (BaseProcess, "start")):
        setattr(place, name, _marked(getattr(place, name)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _current[:] = [item]
    try:
        return (yield)
    finally:
        _current.clear()


def _marked(start: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function that starts a process: it raises an AssertionError in a test that is not marked for it."""

    @wraps(start)
    def start_marked(*arguments: Any, **options: Any) -> Any:
        if _current and _current[0].get_closest_marker("process") is None:
            raise AssertionError(
                f"{_current[0].nodeid} starts a process: mark it with pytest.mark.process, as `make test-fast` starts none"
            )
        return start(*arguments, **options)

    return start_marked
