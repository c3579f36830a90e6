"""The API for Python, for files and assertions: checks to which the settings of a project can apply."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from ..contract.schemas import AUTO, check_version
from ..findings import BodySide, Finding, Severity
from ..pointer import JSON
from ..readers.items import Exchange
from ..readers.paths import find
from ..readers.responses import Response, is_response
from ..rules.names import check_name
from ..wording import inert, listed, printable
from .api import check_exchange, check_history, check_side, checked_document
from .checked import Observer
from .files import FileChecker, Tally
from .settings import FAIL_ON, NO_SETTINGS, Settings, SettingsError, settings_for

if TYPE_CHECKING:
    from .manifest import Row

StrPath: TypeAlias = str | os.PathLike[str]

Rules: TypeAlias = str | Iterable[str]
"""The name of a rule or a family, or several."""


def check_file(
    path: StrPath,
    *,
    side: BodySide | None = None,
    version: str = AUTO,
    select: Rules = (),
    ignore: Rules = (),
    settings: bool | StrPath = False,
) -> list[Finding]:
    """Check a file as `check_files` does."""
    return check_files([path], side=side, version=version, select=select, ignore=ignore, settings=settings)


def check_files(
    paths: Sequence[StrPath],
    *,
    side: BodySide | None = None,
    version: str = AUTO,
    select: Rules = (),
    ignore: Rules = (),
    history: bool = False,
    settings: bool | StrPath = False,
) -> list[Finding]:
    """Check files as the command line does, and return the findings in them, with their places.

    A path is a file, a folder or a glob. With `history`, the captures of a run are one history across all files. With `settings`, those
    of the project apply, which are found from the current folder or from the given one, except as far as they are replaced here. What
    their baseline expects is not returned.

    Raises FileNotFoundError for a path that does not exist, LookupError for an unknown rule or version, TypeError for other
    arguments, and ValueError for wrong settings, any other side, and paths in which nothing is about an update run.
    """
    check_side(side)
    project = _settings(settings, version, select, ignore)
    if isinstance(paths, str | bytes | os.PathLike):
        raise TypeError(f"expected a list of paths, found one: {paths!r}")
    names = [os.fspath(path) for path in paths]
    for name in names:
        if isinstance(name, bytes):
            raise TypeError(f"expected a string or a Path, found {name!r}")
    findings, tally = new_findings(names, project, project.known(), side=side, history=history)
    if not tally.files:
        where = listed([printable(name) for name in names], "or") if names else "no files"
        raise ValueError(f"nothing to check: nothing in {where} is about an update run")
    return findings


def new_findings(
    paths: Sequence[str],
    project: Settings,
    known: tuple[Row, ...] = (),
    *,
    side: BodySide | None = None,
    history: bool = False,
    force_exclude: bool = False,
    observer: Observer | None = None,
) -> tuple[list[Finding], Tally]:
    """Return the findings in files that no known row of the baseline expects, and the numbers of what was checked.

    Raises FileNotFoundError for a path that does not exist.
    """
    found = project.without_baseline(find(paths, project.exclude, force_exclude=force_exclude))
    for path in found.missing:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    checker = FileChecker(project.options(side), history=history, observer=observer)
    findings = list(checker.check_files(found.files))
    comparison = project.compare(known, findings, frozenset(checker.tally.checked), history=history)
    return findings if comparison is None else list(comparison.new), checker.tally


def assert_conforms(
    subject: JSON | Exchange | Response,
    *,
    side: BodySide | None = None,
    definition: str | None = None,
    version: str = AUTO,
    select: Rules = (),
    ignore: Rules = (),
    fail_on: str | Severity | None = None,
    settings: bool | StrPath = False,
) -> None:
    """Raise AssertionError, with a line for each finding, if a document, an exchange or a history does not conform.

    The subject is what `check` or `check_exchange` takes, or a list of polls that `check_history` takes, at least one of which is an
    exchange. A finding of any severity fails, or of `fail_on` and above. With `settings`, those of the project apply, which are found
    from the current folder or from the given one, except as far as they are replaced here; `fail_on` is then that of the command line.

    Raises what these functions raise, LookupError for an unknown rule, and ValueError for wrong settings.
    """
    __tracebackhide__ = True  # pytest then shows the line of the test
    project = _settings(settings, version, select, ignore, fail_on)
    judge = version = project.api_version or AUTO
    is_history = isinstance(subject, list) and any(map(_is_exchange, subject))
    if (is_history or _is_exchange(subject)) and (side, definition) != (None, None):
        raise TypeError("side and definition are for documents; an exchange has both sides")
    if isinstance(subject, list) and is_history:
        what, findings = "history", check_history(subject, version=version)
    elif _is_exchange(subject):
        what, findings = "exchange", check_exchange(subject, version=version)
    else:
        what = "document"
        findings, judge = checked_document(subject, side, definition, version, "fast")
    failures = project.failures(findings)
    if failures:
        raise AssertionError(failure(f"the {what} does not conform to the contract{'' if judge == AUTO else f' of {judge}'}", failures))


def failure(summary: str, findings: Iterable[Finding]) -> str:
    """Return the text of a failure: a summary, and a line for each finding."""
    return inert("\n".join([f"{summary}:", *(f"  {finding}" for finding in findings)]))


def _is_exchange(subject: object) -> TypeGuard[Exchange | Response]:
    return isinstance(subject, Exchange) or is_response(subject)


def _settings(
    settings: bool | StrPath,  # noqa: FBT001 - as the functions of the API have it
    version: str,
    select: Rules,
    ignore: Rules,
    fail_on: str | Severity | None = None,
) -> Settings:
    """Return the settings of a project, or none, with those that are given here in their place. Without any, every finding fails."""
    check_version(version)
    if fail_on is not None and str(fail_on) not in FAIL_ON:
        raise ValueError(f"expected {listed(list(FAIL_ON), 'or')} for fail_on, found {fail_on!r}")
    if settings is False:
        base = NO_SETTINGS._replace(fail_on="note")
    else:
        folder = os.curdir if settings is True else os.fspath(settings)
        if not os.path.exists(folder):
            raise SettingsError(f"expected True or a folder for settings; there is no {folder}")
        base = settings_for(folder)
    return base.overridden(
        fail_on=None if fail_on is None else str(fail_on),
        select=rule_names(select),
        ignore=rule_names(ignore),
        api_version=None if version == AUTO else version,
    )


def rule_names(rules: Rules) -> tuple[str, ...]:
    """Return the names of rules and families. Raises LookupError, with the nearest names, for any other."""
    names = (rules,) if isinstance(rules, str) else tuple(rules)
    for name in names:
        check_name(name, families=True)
    return names
