"""Markers of tests, and what starts no process in `make test-fast`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
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
        "markers", "slow: takes more than a second in the fast profile, or goes through every case of a large set; not in `make test-fast`"
    )
    sys.addaudithook(_audit)
    # The processes that multiprocessing spawns raise no audit event.
    BaseProcess.start = _start_marked  # type: ignore[assignment,method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _current[:] = [item]
    try:
        return (yield)
    finally:
        _current.clear()


def _audit(event: str, _: tuple[Any, ...]) -> None:
    if event in {"subprocess.Popen", "os.fork", "os.posix_spawn"}:
        _require_marker()


def _start_marked(process: BaseProcess, start: Callable[[BaseProcess], None] = BaseProcess.start) -> None:
    _require_marker()
    start(process)


def _require_marker() -> None:
    """Raise an AssertionError if a test starts a process without being marked for it."""
    if _current and _current[0].get_closest_marker("process") is None:
        raise AssertionError(f"{_current[0].nodeid} starts a process: mark it with pytest.mark.process, as `make test-fast` starts none")
