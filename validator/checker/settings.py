"""Settings of a check: those of a project in its pyproject.toml, under `[tool.updaterun]`, and those given in their place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..contract.engines import EngineName
from ..contract.schemas import AUTO, check_version
from ..findings import BodySide, Finding, Severity
from ..readers.exclusion import NOTHING, Exclusion, check_glob
from ..readers.paths import Found, settled
from ..readers.regular_file import read_regular_file
from ..readers.relative_paths import relative_path
from ..rules.names import KNOWN, check_name, is_wanted
from ..wording import printable, show
from .options import Options

if TYPE_CHECKING:
    from .manifest import Comparison, Row

FILE = "pyproject.toml"
TABLE = "[tool.updaterun]"
FAIL_ON = (*map(str, sorted(Severity, reverse=True)), "never")

MAX_SETTINGS = 2**20
"""Bytes of a file with settings."""


class SettingsError(ValueError):
    """The settings of a project are wrong, or cannot be read."""


class Settings(NamedTuple):
    """The settings of a check, and the file that they are from; None or empty where nothing is set."""

    fail_on: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: str | None = None
    api_version: str | None = None
    exclude: Exclusion = NOTHING
    file: str = ""

    def overridden(
        self,
        *,
        fail_on: str | None = None,
        select: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
        api_version: str | None = None,
    ) -> Settings:
        """Return the settings with other values; None and empty ones change nothing.

        `select` also replaces `ignore`, so that the selected rules are reported. Raises SettingsError if no rule is left to report.
        """
        settings = self._replace(
            fail_on=fail_on or self.fail_on,
            select=select or self.select,
            ignore=ignore if ignore or select else self.ignore,
            api_version=api_version or self.api_version,
        )
        if not any(map(settings.wants, KNOWN)):
            where = f"{self.file}: " if self.file and not (select or ignore) else ""
            raise SettingsError(f"{where}no rule is left to report, as each is ignored or not selected")
        return settings

    def wants(self, rule: str) -> bool:
        """Return whether findings of a rule are reported."""
        return is_wanted(rule, self.select, self.ignore)

    def options(self, side: BodySide | None = None, engine: EngineName = "fast") -> Options:
        """Return the options of the checker."""
        ignored = frozenset(rule for rule in KNOWN if not self.wants(rule))
        return Options(engine, self.api_version or AUTO, side, ignored)

    def threshold(self) -> Severity | None:
        """Return the lowest severity that fails, None if none does. The default is error, and note with a baseline."""
        fail_on = self.fail_on or ("error" if self.baseline is None else "note")
        return None if fail_on == "never" else Severity(fail_on)

    def known(self) -> tuple[Row, ...]:
        """Return the rows of the baseline, none without one. Raises SettingsError for one that cannot be read or is no baseline."""
        if self.baseline is None:
            return ()
        from . import manifest

        try:
            return manifest.load(self.baseline)
        except manifest.BadManifest as error:
            raise SettingsError(printable(str(error))) from error
        except FileNotFoundError as error:
            made = "make it with: updaterun check --update-baseline PATH..."
            raise SettingsError(f"{self.file}: there is no baseline {printable(self.baseline)}; {made}") from error
        except OSError as error:
            raise SettingsError(f"{self.file}: cannot read the baseline {printable(self.baseline)}: {error.strerror}") from error

    def failures(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that fail: of the wanted rules, and at least as severe as the threshold."""
        threshold = self.threshold()
        return [finding for finding in findings if threshold is not None and finding.severity >= threshold and self.wants(finding.rule)]

    def is_baseline(self, path: str) -> bool:
        """Return whether a path leads to the baseline."""
        known = self.baseline or ""
        return os.path.basename(path) == os.path.basename(known) and os.path.realpath(path) == os.path.realpath(known)

    def without_baseline(self, found: Found) -> Found:
        """Return the files that were found, without the baseline in a folder."""
        return found._replace(files=[file for file in found.files if file.named or not self.is_baseline(file.path)])

    def compare(self, rows: tuple[Row, ...], findings: list[Finding], files: frozenset[str], *, history: bool) -> Comparison | None:
        """Return the comparison of the findings in some files, or in their history, with the rows of the baseline, None without one."""
        if self.baseline is None:
            return None
        from . import manifest

        return manifest.compare(self.baseline, rows, findings, manifest.Scope(files, self.wants, history))


NO_SETTINGS = Settings()
"""The settings of a check where nothing is set."""


def settings_for(folder: str) -> Settings:
    """Return the settings that apply in a folder: the nearest ones, up to the root of its repository.

    Raises SettingsError, with the file and a suggestion, for an unknown setting or a wrong value.
    """
    for parent in _upwards(os.path.abspath(folder)):
        path = os.path.join(parent, FILE)
        try:
            data = read_regular_file(path, MAX_SETTINGS)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            continue
        except OSError as error:
            raise SettingsError(f"cannot read {_display_path(path)}: {error.strerror}") from error
        is_ours = b"updaterun" in data or b"\\u" in data.lower()  # in most projects nothing is; a name may have escapes
        table = _table(path, data) if is_ours else None
        if table is not None:
            return _settings(path, table)
    return NO_SETTINGS


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while not os.path.lexists(os.path.join(folder, ".git")) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        yield folder


def _table(path: str, data: bytes) -> Any:
    import tomllib

    try:
        tool = tomllib.loads(data.decode()).get("tool")
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{_display_path(path)} is not TOML: {printable(str(error))}") from None
    return tool.get("updaterun") if isinstance(tool, dict) else None


def _settings(path: str, table: Any) -> Settings:
    if not isinstance(table, dict):
        raise SettingsError(f"{_display_path(path)}: expected tool.updaterun to be a table, found {show(table)}")
    from ..contract.own_formats import first_error  # late: most folders have no settings

    error = first_error("settings", table, noun="setting")
    if error is not None:
        place = f"{error.place()} in {TABLE}" if error.path else TABLE
        raise SettingsError(f"{_display_path(path)}: {place}: {error.message}")
    spellings = len(table)
    table = {name.replace("_", "-"): value for name, value in table.items()}
    if len(table) < spellings:
        raise SettingsError(f"{_display_path(path)}: {TABLE} has a setting twice, with a hyphen and with an underscore")
    folder = os.path.dirname(path)
    baseline, version = table.get("baseline"), table.get("api-version")
    _check(path, {"api-version": [AUTO if version is None else version]}, "api-version", check_version)
    return Settings(
        table.get("fail-on"),
        _check(path, table, "select", _check_rule),
        _check(path, table, "ignore", _check_rule),
        None if baseline is None else relative_path(settled(os.path.join(folder, baseline))),
        version,
        Exclusion.of(folder, _check(path, table, "exclude", check_glob)),
        _display_path(path),
    )


def _check(path: str, table: Mapping[str, Any], key: str, check: Callable[[str], None]) -> tuple[str, ...]:
    """Return the values of a setting, none if it is absent. Raises SettingsError for one that the check refuses."""
    values = tuple(table.get(key, ()))
    for value in values:
        try:
            check(value)
        except (LookupError, ValueError) as error:
            raise SettingsError(f"{_display_path(path)}: {key} in {TABLE}: {error}") from None
    return values


def _check_rule(name: str) -> None:
    check_name(name, families=True)


def _display_path(path: str) -> str:
    return printable(relative_path(path))
