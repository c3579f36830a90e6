"""The checks of `pytest --updaterun`: the cassettes of VCR.py that a test uses or records conform, or the test fails.

With `--updaterun-coverage`, what is in these cassettes counts, too; without `--updaterun`, no test fails.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any
from weakref import WeakSet

import pytest

from .checker.checked import Observer
from .checker.project import Rules, failure, new_findings, rule_names
from .checker.settings import TABLE, SettingsError, settings_for
from .findings import Finding
from .readers.relative_paths import relative_path


class CassetteChecks:
    """Checks the cassettes of each test after it, and again after its teardown those to which its fixtures added something."""

    def __init__(self, config: pytest.Config, observer: Observer | None) -> None:
        self._observer, self._fails = observer, config.getoption("updaterun")
        self._folder = str(config.invocation_params.dir)
        try:
            settings = settings_for(str(config.rootpath))
            self._known = settings.known()
        except SettingsError as error:
            raise pytest.UsageError(f"--updaterun: {error}") from error
        # A test may change the current folder.
        self._settings = settings._replace(baseline=settings.baseline and os.path.abspath(settings.baseline))
        self._used: dict[str, None] = {}
        self._recorded: dict[str, None] = {}
        self._open: WeakSet[Any] = WeakSet()
        self._checked: dict[str, tuple[int, int]] = {}
        self._reported: list[Finding] = []
        self._patches = pytest.MonkeyPatch()
        self._has_vcr = self._watch()

    def _watch(self) -> bool:
        """Take note of each cassette that VCR.py loads, for pytest-recording too. Return whether VCR.py is installed."""
        try:
            from vcr.cassette import Cassette  # type: ignore[import-untyped,unused-ignore]
        except ImportError:
            return False
        load = Cassette.load.__func__

        def watched_load(kind: type[Any], /, **options: Any) -> Any:
            cassette = load(kind, **options)
            others = getattr(options.get("persister"), "extra_paths", ())  # of pytest-recording
            self._note(cassette, others)
            return cassette

        self._patches.setattr(Cassette, "load", classmethod(watched_load))
        return True

    def _note(self, cassette: Any, others: Iterable[str | os.PathLike[str]]) -> None:
        names = dict.fromkeys(os.path.abspath(path) for path in (cassette.path, *others))
        self._used |= names
        if not cassette.write_protected:
            self._recorded |= names
            self._open.add(cassette)

    def pytest_report_header(self) -> str:
        """Return a line for the head of the report."""
        if not self._has_vcr:
            return "updaterun: VCR.py is not installed, so there are no cassettes to check"
        purpose = "checked" if self._fails else "read for the coverage"
        return f"updaterun: cassettes are {purpose}{f' by {TABLE} in {self._settings.file}' if self._settings.file else ''}"

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Fail a test whose cassettes do not conform."""
        yield
        self._check(item, dict.fromkeys((*self._used, *self._written())), used=self._used)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        """Fail the teardown of a test in which a fixture adds to a cassette what does not conform."""
        self._used.clear()
        yield
        self._check(item, [path for path in self._recorded if _version(path) != self._checked.get(path)])

    def pytest_unconfigure(self) -> None:
        """Take no more note of cassettes."""
        self._patches.undo()

    def _written(self) -> Iterator[str]:
        """Write the cassettes that fixtures record, which end after the test, when its report is already made; yield their paths."""
        for cassette in self._open:
            if cassette.dirty:
                # VCR.py has no public method for it. With drop_unused_requests, what is played later adds to the file.
                cassette._save()  # noqa: SLF001
                cassette.dirty = cassette.drop_unused_requests
                yield os.path.abspath(cassette.path)

    def _check(self, item: pytest.Item, paths: Iterable[str], used: Collection[str] = ()) -> None:
        """Fail for the findings in some files; those in files that the test has not used count once in a session."""
        versions = {path: version for path in paths if (version := _version(path)) is not None}
        if not versions:
            return
        self._checked |= versions
        try:
            ignored = [name for marker in item.iter_markers("updaterun") for name in _ignored(*marker.args, **marker.kwargs)]
        except LookupError as error:
            pytest.fail(f"the marker updaterun: {error}", pytrace=False)
        except TypeError:
            pytest.fail('the marker updaterun: expected one argument, ignore, such as ignore=["etag-format"]', pytrace=False)
        settings = self._settings._replace(ignore=(*self._settings.ignore, *ignored))
        findings, _ = new_findings(list(versions), settings, self._known, force_exclude=True, observer=self._observer)
        failures = [finding for finding in settings.failures(findings) if finding.source in used or finding not in self._reported]
        self._reported += failures
        if failures and self._fails:
            placed = [replace(finding, source=relative_path(finding.source, self._folder)) for finding in failures]
            pytest.fail(failure("the cassettes of the test do not conform to the contract", placed), pytrace=False)


def _version(path: str) -> tuple[int, int] | None:
    """Return what changes when a file is written, None if there is no file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _ignored(*, ignore: Rules) -> tuple[str, ...]:
    """Return the rules that a marker ignores."""
    return rule_names(ignore)
