"""Settings of `check` in a pyproject.toml, under `[tool.updaterun]`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from ..findings import Severity
from ..readers.exclusion import NOTHING, Exclusion
from ..readers.paths import settled
from ..wording import hint, printable, show
from .names import known_glob, known_rule, matches
from .output import Failed

FILE = "pyproject.toml"
TABLE = "[tool.updaterun]"
SEVERITIES = {str(severity): severity for severity in sorted(Severity, reverse=True)}
FAIL_ON = (*SEVERITIES, "never")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project has settled, and in which file; None, or nothing, where it leaves that to the command line."""

    fail_on: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    expect: str | None = None
    exclude: Exclusion = NOTHING
    file: str = ""

    def wants(self, rule: str) -> bool:
        """Tell whether findings of a rule are asked for: selected, where some are, and not ignored."""
        selected = not self.select or any(matches(rule, name) for name in self.select)
        return selected and not any(matches(rule, name) for name in self.ignore)


def settings_for(folder: str) -> Settings:
    """Give the settings that hold in a folder: the nearest there are, up to the root of the repository that it is in.

    Raises Failed, with the file and the nearest that may have been meant, for what is no setting.
    """
    for place in _upwards(os.path.abspath(folder)):
        path = os.path.join(place, FILE)
        try:
            with open(path, "rb") as stream:
                data = stream.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            continue
        except OSError as error:
            raise Failed(f"cannot read {_shown(path)}: {error.strerror}") from error
        table = _table(path, data) if b"updaterun" in data else None  # most are of projects that have no such settings
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
        raise Failed(f"{_shown(path)} is not TOML: {printable(str(error))}") from None
    return tool.get("updaterun") if isinstance(tool, dict) else None


def _settings(path: str, table: Any) -> Settings:
    if not isinstance(table, dict):
        raise Failed(f"{_shown(path)}: expected tool.updaterun to be a table, found {_told(table)}")
    for key in table:
        if key not in _KEYS:
            raise Failed(f"{_shown(path)}: there is no setting {show(key)} in {TABLE}; {hint(key.replace('_', '-'), _KEYS)}")
    folder = os.path.dirname(path)
    expect = _one(path, table, "expect")
    return Settings(
        _one(path, table, "fail-on", _severity),
        _many(path, table, "select", _rule),
        _many(path, table, "ignore", _rule),
        None if expect is None else os.path.relpath(settled(os.path.join(folder, expect))),
        Exclusion.of(folder, _many(path, table, "exclude", known_glob)),
        _shown(path),
    )


_KEYS = ("fail-on", "select", "ignore", "expect", "exclude")


def _one(path: str, table: Mapping[str, Any], key: str, known: Callable[[str], str] = str) -> str | None:
    value = table.get(key)
    if value is None:
        return None
    return _checked(path, key, value, "a string", known)


def _many(path: str, table: Mapping[str, Any], key: str, known: Callable[[str], str] = str) -> tuple[str, ...]:
    values = table.get(key, [])
    expected = "an array of strings"
    if not isinstance(values, list):
        raise Failed(_wrong(path, key, expected, values))
    return tuple(_checked(path, key, value, expected, known) for value in values)


def _checked(path: str, key: str, value: Any, expected: str, known: Callable[[str], str]) -> str:
    if not isinstance(value, str) or not value:
        raise Failed(_wrong(path, key, expected, value))
    try:
        return known(value)
    except click.BadParameter as error:
        raise Failed(f"{_shown(path)}: {key} in {TABLE}: {error.message}") from None


def _severity(value: str) -> str:
    if value in FAIL_ON:
        return value
    raise click.BadParameter(f"there is no severity {show(value)}; {hint(value, FAIL_ON)}")


def _rule(value: str) -> str:
    return known_rule(value, families=True)


def _wrong(path: str, key: str, expected: str, value: Any) -> str:
    return f"{_shown(path)}: expected {expected} for {key} in {TABLE}, found {_told(value)}"


def _told(value: Any) -> str:
    if value == "":
        return "an empty string"
    return show(value) if isinstance(value, str | int | float | dict | list) else "a date or a time"


def _shown(path: str) -> str:
    return printable(os.path.relpath(path))
