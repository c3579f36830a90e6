"""The pytest plugin of updaterun-validator: `--updaterun` checks the cassettes that tests use and record, and `fake_fleet` is a fixture.

pytest imports it at its start. It is outside of the package `validator`, and imports that on demand only, as tests may have a module of
their own with that name.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from validator.fake import FakeFleet

_PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "validator")
"""The folder of the package that this plugin belongs to."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    group = parser.getgroup("updaterun", "update runs of Azure Kubernetes Fleet Manager")
    group.addoption("--updaterun", action="store_true", help="Check the cassettes that tests use or record.")


def pytest_configure(config: pytest.Config) -> None:
    """Add the marker and, with the option, what checks the cassettes."""
    config.addinivalue_line("markers", "updaterun(ignore): rules that --updaterun does not report about the cassettes of a test")
    if not config.getoption("updaterun"):
        return
    try:
        from validator.pytest_plugin import CassetteChecks
    except ImportError as error:
        raise pytest.UsageError(f"--updaterun: {hiding_module() or error}") from error
    config.pluginmanager.register(CassetteChecks(config), "updaterun-cassettes")


@pytest.fixture
def fake_fleet() -> FakeFleet:
    """Return a fake fleet of six members in three groups: a new one for each test."""
    from validator.fake import FakeFleet

    return FakeFleet()


def pytest_exception_interact(call: pytest.CallInfo[object], report: pytest.CollectReport | pytest.TestReport) -> None:
    """Add the reason to a report about a failed import of `validator`, if several modules have that name."""
    error = None if call.excinfo is None else call.excinfo.value
    for each in (error, getattr(error, "__cause__", None)):
        if isinstance(each, ImportError) and (each.name or "").partition(".")[0] == "validator":
            reason = hiding_module()
            if reason is not None:
                report.sections.append(("updaterun-validator", reason))
                return


def hiding_module() -> str | None:
    """Return which module named `validator` hides which other one, and what to do; None if there is one alone, and it is ours."""
    module = sys.modules.get("validator")
    if module is None:
        return None
    own = os.path.join(_PACKAGE, "__init__.py")
    file = os.path.realpath(getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), ""))
    if file == os.path.realpath(own) and not hasattr(module, "check_files"):
        return f"{own} was replaced by another distribution; uninstall that and install updaterun-validator again"
    possible = [own, *(os.path.join(folder, *name) for folder in sys.path for name in (("validator.py",), ("validator", "__init__.py")))]
    hidden = sorted({os.path.realpath(path) for path in possible if os.path.exists(path)} - {file})
    return f"validator is {file} here, which hides {' and '.join(hidden)}; rename or uninstall one of them" if hidden else None
