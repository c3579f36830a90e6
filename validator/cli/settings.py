"""Settings of `check` in a pyproject.toml, under `[tool.updaterun]`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from ..contract.schemas import check_version
from ..findings import Severity
from ..readers.exclusion import NOTHING, Exclusion
from ..readers.paths import settled
from ..wording import hint, printable, show
from .arguments import is_wanted, known_glob, known_rule
from .output import Failed

FILE = "pyproject.toml"
TABLE = "[tool.updaterun]"
SEVERITIES = {str(severity): severity for severity in sorted(Severity, reverse=True)}
FAIL_ON = (*SEVERITIES, "never")
_KEYS = ("fail-on", "select", "ignore", "expect", "exclude", "api-version")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a project and the file they are from; None or empty if the project leaves them to the command line."""

    fail_on: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    expect: str | None = None
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
            with open(path, "rb") as stream:
                data = stream.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            continue
        except OSError as error:
            raise Failed(f"cannot read {_display_path(path)}: {error.strerror}") from error
        table = _table(path, data) if b"updaterun" in data else None  # most projects have no such settings
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
        raise Failed(f"{_display_path(path)}: expected tool.updaterun to be a table, found {_describe(table)}")
    for key in table:
        if key not in _KEYS:
            raise Failed(f"{_display_path(path)}: there is no setting {show(key)} in {TABLE}; {hint(key.replace('_', '-'), _KEYS)}")
    folder = os.path.dirname(path)
    expect = _string(path, table, "expect")
    return Settings(
        _string(path, table, "fail-on", _severity),
        _strings(path, table, "select", _rule),
        _strings(path, table, "ignore", _rule),
        None if expect is None else os.path.relpath(settled(os.path.join(folder, expect))),
        _string(path, table, "api-version", _version),
        Exclusion.of(folder, _strings(path, table, "exclude", known_glob)),
        _display_path(path),
    )


def _string(path: str, table: Mapping[str, Any], key: str, validate: Callable[[str], str] = str) -> str | None:
    value = table.get(key)
    if value is None:
        return None
    return _valid(path, key, value, "a string", validate)


def _strings(path: str, table: Mapping[str, Any], key: str, validate: Callable[[str], str] = str) -> tuple[str, ...]:
    values = table.get(key, [])
    expected = "an array of strings"
    if not isinstance(values, list):
        raise Failed(_wrong_type(path, key, expected, values))
    return tuple(_valid(path, key, value, expected, validate) for value in values)


def _valid(path: str, key: str, value: Any, expected: str, validate: Callable[[str], str]) -> str:
    if not isinstance(value, str) or not value:
        raise Failed(_wrong_type(path, key, expected, value))
    try:
        return validate(value)
    except click.BadParameter as error:
        raise Failed(f"{_display_path(path)}: {key} in {TABLE}: {error.message}") from None


def _severity(value: str) -> str:
    if value in FAIL_ON:
        return value
    raise click.BadParameter(f"there is no severity {show(value)}; {hint(value, FAIL_ON)}")


def _version(value: str) -> str:
    try:
        check_version(value)
    except LookupError as error:
        raise click.BadParameter(str(error)) from None
    return value


def _rule(value: str) -> str:
    return known_rule(value, families=True)


def _wrong_type(path: str, key: str, expected: str, value: Any) -> str:
    return f"{_display_path(path)}: expected {expected} for {key} in {TABLE}, found {_describe(value)}"


def _describe(value: Any) -> str:
    if value == "":
        return "an empty string"
    return show(value) if isinstance(value, str | int | float | dict | list) else "a date or a time"


def _display_path(path: str) -> str:
    return printable(os.path.relpath(path))
