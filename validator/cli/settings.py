"""Settings of `check` in a pyproject.toml, under `[tool.updaterun]`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from ..contract.own_formats import first_error
from ..contract.schemas import check_version
from ..findings import Severity
from ..readers.exclusion import NOTHING, Exclusion
from ..readers.paths import settled
from ..readers.regular_file import read_regular_file
from ..wording import printable, show
from .arguments import is_wanted, known_glob, known_rule
from .output import Failed

FILE = "pyproject.toml"
TABLE = "[tool.updaterun]"
SEVERITIES = {str(severity): severity for severity in sorted(Severity, reverse=True)}
FAIL_ON = (*SEVERITIES, "never")

MAX_SETTINGS = 2**20
"""Bytes of a file with settings."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a project and the file they are from; None or empty if the project leaves them to the command line."""

    fail_on: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: str | None = None
    api_version: str | None = None
    exclude: Exclusion = NOTHING
    file: str = ""

    def wants(self, rule: str) -> bool:
        """Return whether findings of a rule are reported."""
        return is_wanted(rule, self.select, self.ignore)


def settings_for(folder: str) -> Settings:
    """Return the settings that apply in a folder: the nearest ones, up to the root of its repository.

    Raises Failed, with the file and a suggestion, for an unknown setting or a wrong value.
    """
    for parent in _upwards(os.path.abspath(folder)):
        path = os.path.join(parent, FILE)
        try:
            data = read_regular_file(path, MAX_SETTINGS)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            continue
        except OSError as error:
            raise Failed(f"cannot read {_display_path(path)}: {error.strerror}") from error
        is_ours = b"updaterun" in data or b"\\u" in data.lower()  # in most projects nothing is; a name may have escapes
        table = _table(path, data) if is_ours else None
        if table is not None:
            return _settings(path, table)
    return Settings()


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
        raise Failed(f"{_display_path(path)} is not TOML: {printable(str(error))}") from None
    return tool.get("updaterun") if isinstance(tool, dict) else None


def _settings(path: str, table: Any) -> Settings:
    if not isinstance(table, dict):
        raise Failed(f"{_display_path(path)}: expected tool.updaterun to be a table, found {show(table)}")
    error = first_error("settings", table, noun="setting")
    if error is not None:
        place = f"{error.place()} in {TABLE}" if error.path else TABLE
        raise Failed(f"{_display_path(path)}: {place}: {error.message}")
    spellings = len(table)
    table = {name.replace("_", "-"): value for name, value in table.items()}
    if len(table) < spellings:
        raise Failed(f"{_display_path(path)}: {TABLE} has a setting twice, with a hyphen and with an underscore")
    folder = os.path.dirname(path)
    baseline = table.get("baseline")
    return Settings(
        table.get("fail-on"),
        _checked(path, table, "select", _rule),
        _checked(path, table, "ignore", _rule),
        None if baseline is None else os.path.relpath(settled(os.path.join(folder, baseline))),
        next(iter(_checked(path, {"api-version": [table["api-version"]]}, "api-version", _version)), None)
        if "api-version" in table
        else None,
        Exclusion.of(folder, _checked(path, table, "exclude", known_glob)),
        _display_path(path),
    )


def _checked(path: str, table: Mapping[str, Any], key: str, check: Callable[[str], str]) -> tuple[str, ...]:
    try:
        return tuple(map(check, table.get(key, ())))
    except click.BadParameter as error:
        raise Failed(f"{_display_path(path)}: {key} in {TABLE}: {error.message}") from None


def _rule(name: str) -> str:
    return known_rule(name, families=True)


def _version(name: str) -> str:
    try:
        check_version(name)
    except LookupError as error:
        raise click.BadParameter(str(error)) from None
    return name


def _display_path(path: str) -> str:
    return printable(os.path.relpath(path))
