"""The request of a user of `updaterun check`: the command line as a value, completed by the settings of the project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Literal, NamedTuple

import click

from ..checker.options import Options
from ..checker.settings import NO_SETTINGS, Settings, SettingsError
from ..contract.engines import EngineName
from ..findings import BodySide
from ..readers.exclusion import Exclusion
from ..readers.paths import STDIN
from .project import project_settings


class Request(NamedTuple):
    """The arguments of the command line."""

    paths: tuple[str, ...]
    format: tuple[tuple[str, str | None], ...]
    output: str | None
    fail_on: str | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    exclude: tuple[str, ...]
    ignores: bool
    force_exclude: bool
    side: BodySide | Literal["auto"]
    engine: EngineName
    api_version: str | None
    history: bool
    jobs: int
    baseline: str | None
    update_baseline: bool
    explain: bool
    verbose: bool
    quiet: bool
    isolated: bool
    settings: Settings = NO_SETTINGS
    """The settings of the project, and the arguments that replace them."""

    def complete(self) -> Request:
        """Return the request with the settings of the project for what the command line leaves open.

        Raises Failed for wrong settings, and click.UsageError if no rule is left to report.
        """
        if not (self.paths or self.force_exclude):
            raise click.UsageError("Missing argument 'PATH...'.")
        settings = NO_SETTINGS if self.isolated else project_settings()
        try:
            settings = settings.overridden(fail_on=self.fail_on, select=self.select, ignore=self.ignore, api_version=self.api_version)
        except SettingsError as error:
            raise click.UsageError(str(error)) from error
        if self.exclude:
            settings = settings._replace(exclude=Exclusion.of(os.curdir, self.exclude))
        if self.baseline:
            settings = settings._replace(baseline=self.baseline, file="")
        return self._replace(settings=settings)

    def options(self) -> Options:
        """Return the options of the checker."""
        return self.settings.options(None if self.side == "auto" else self.side, self.engine)

    def deciding_options(self) -> Iterator[str]:
        """Yield the options, with their arguments, that decide what is found in the files."""
        flags = (
            ("isolated", self.isolated),
            ("history", self.history),
            ("no-ignore", not self.ignores),
            ("force-exclude", self.force_exclude),
        )
        yield from (f"--{name}" for name, is_given in flags if is_given)
        for name, value in (("as", None if self.side == "auto" else self.side), ("api-version", self.api_version)):
            if value is not None:
                yield from (f"--{name}", value)
        for name, values in (("select", self.select), ("ignore", self.ignore), ("exclude", self.exclude)):
            for value in values:
                yield from (f"--{name}", value)

    def outputs(self) -> dict[str, str]:
        """Return the format of each output, by its file or `-`.

        Raises click.UsageError if two formats have the same output.
        """
        if self.update_baseline and (self.format or self.output is not None):
            raise click.UsageError("--update-baseline writes the baseline, and no report; remove --format and --output")
        formats: dict[str, str] = {}
        places: dict[str, str] = {}
        for form, file in self.format or (("text", None),):
            where = file or self.output or STDIN
            other = places.setdefault(os.path.realpath(where), form)
            if other is not form or where in formats:
                raise click.UsageError(f"{other} and {form} would go to one place; name a file for each, such as {form}:FILE")
            formats[where] = form
        if self.output is not None and os.path.realpath(self.output) not in places:
            raise click.UsageError("every format has a file of its own, and none is left for --output")
        return formats
