"""Markers of tests, which of them run in one process, and what starts no process in `make test-fast`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import wraps
from multiprocessing.process import BaseProcess
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

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
        "slow: takes over a third of a second in the fast profile, or goes through every case of a large set; not in `make test-fast`",
    )
    # An audit hook would see every process, but be called for each `id`, too.
    for place, name in ((subprocess.Popen, "__init__"), (os, "fork"), (os, "forkpty"), (os, "posix_spawn"), (BaseProcess, "start")):
        setattr(place, name, _marked(getattr(place, name)))


TOGETHER = {
    f"tests/test_{name}.py" for name in ("bounds", "handbook", "lives", "new_rules", "pre_commit", "schema_command", "spark", "variety")
}
"""The modules of which each runs in one process, as what its tests share takes seconds to make."""


class _Scheduling(LoadScopeScheduling):  # type: ignore[misc] # untyped
    """Scheduling by TOGETHER, in place of marks: pytest-xdist 3.8 does not see its `xdist_group` with pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Scheduling:
    """Return what gives tests to processes."""
    return _Scheduling(config, log)


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
