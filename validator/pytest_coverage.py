"""The report of `pytest --updaterun-coverage`: what of the contract occurred in the tests.

It is about the cassettes of VCR.py, the traffic of fake fleets, and the documents that are drawn from `validator.strategies`.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterator
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import pytest

from .checker.history import History
from .checker.item import check_items
from .checker.options import Options
from .coverage import WRITERS, Coverage, Report, reports_of
from .findings import BodySide
from .observation import observers
from .readers.items import Body, Document, Exchange
from .readers.relative_paths import relative_path
from .wording import inert, listed, printable


class ContractCoverage:
    """Collects the coverage of the tests of a session, those of the workers of pytest-xdist included, and reports it."""

    def __init__(self, config: pytest.Config) -> None:
        self._form, _, file = config.getoption("updaterun_coverage").partition(":")
        if self._form not in WRITERS:
            expected = f"--updaterun-coverage=FORMAT[:FILE] with the format {listed(list(WRITERS), 'or')}"
            hint = "; write it after the paths" if os.path.exists(self._form.partition("::")[0]) else ""
            raise pytest.UsageError(f"expected {expected}, found {printable(self._form)}{hint}")
        self._folder = str(config.invocation_params.dir)
        self._file = file and os.path.join(self._folder, file)  # a test may change the current folder
        self._fail_under: float = config.getoption("updaterun_coverage_fail_under") or 0
        self._output: dict[str, Any] | None = getattr(config, "workeroutput", None)
        self.coverage = Coverage(lines=WRITERS[self._form].shows_places)
        self._histories: WeakKeyDictionary[object, History] = WeakKeyDictionary()
        self._lock = Lock()  # a fleet may answer in a thread of its own
        self._test = ""
        self._problems: list[str] = []
        self._reports: list[Report] = []
        observers.append(self._observe)

    def _observe(self, made: Any, kind: str, side: BodySide, version: str, fleet: object) -> None:
        with self._lock:
            known = self._known()
            if isinstance(made, Exchange) or kind in ("run", "page", "history"):
                item = made if isinstance(made, Exchange) else Document(Body(made))
                history = History() if fleet is None else self._histories.setdefault(fleet, History())
                options = Options() if isinstance(made, Exchange) else Options(side=side, version=version)
                for _ in check_items([item], options, self._test, history, observer=self.coverage):
                    pass
            else:
                self.coverage.add_instance(made, kind, side=side, version=version, source=self._test)
            hypothesis = sys.modules.get("hypothesis")
            if hypothesis is not None and hypothesis.currently_in_test_context() and self._known() > known:
                hypothesis.event("something of the contract for the first time")

    def _known(self) -> int:
        return sum(map(len, self.coverage.places.values()))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Take note of the test that runs; what is made in it is first there."""
        self._test = item.nodeid
        return (yield)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the coverage of a worker of pytest-xdist."""
        taken = getattr(node, "workeroutput", {}).get(_KEY)
        if taken is None:
            self._problems.append(f"the worker {node.gateway.id} ended without its coverage")
        else:
            self.coverage.merge(pickle.loads(taken))  # noqa: S301 - it is from a process of this session

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the coverage of a worker to the main process; there, write the report, and fail if too little is covered."""
        if self._output is not None:
            self._output[_KEY] = pickle.dumps(self.coverage.places)
            return
        if session.config.getoption("collectonly"):
            return
        self._reports = reports_of(self._with_relative_sources())
        if not self._reports:
            self._problems.append("nothing of the contract occurred in the tests")
        if self._file:
            self._write()
        lowest = min((report.share for report in self._reports), default=0)
        if lowest < self._fail_under:
            self._problems.append(f"{lowest:g} % of the contract occurred, less than the {self._fail_under:g} % that are required")
        if self._problems and (self._fail_under or self._file) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _with_relative_sources(self) -> Coverage:
        coverage = Coverage()
        for version, facts in self.coverage.places.items():
            placed = {fact: place._replace(source=self._relative(place.source)) for fact, place in facts.items()}
            coverage.merge({version: placed})
        return coverage

    def _relative(self, source: str) -> str:
        return relative_path(source, self._folder) if os.path.isabs(source) else source

    def _write(self) -> None:
        try:
            os.makedirs(os.path.dirname(self._file), exist_ok=True)
            with open(self._file, "wb") as stream:
                stream.write(self._text().encode(errors="surrogateescape"))
        except OSError as error:
            self._problems.append(f"cannot write {printable(self._file)}: {error.strerror}")

    def _text(self) -> str:
        writer = WRITERS[self._form]
        return inert(writer.write(self._reports), writer.syntax)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the report, if it has no file, and what is wrong with it."""
        terminalreporter.section("coverage of the contract")
        if self._file:
            terminalreporter.write_line(f"written to {printable(relative_path(self._file, self._folder))}")
        elif self._reports:
            terminalreporter.write(self._text())
        for problem in self._problems:
            terminalreporter.write_line(f"updaterun: {problem}", red=True)

    def pytest_unconfigure(self) -> None:
        """Observe no more."""
        observers.remove(self._observe)


_KEY = "updaterun-coverage"
