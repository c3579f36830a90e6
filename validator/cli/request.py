"""The request of a user of `updaterun check`: the command line as a value, completed by the settings of the project."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Literal

import click

from ..checker.options import Options
from ..contract.schema_errors import EngineName
from ..contract.schemas import AUTO
from ..findings import Severity, Side
from ..readers.exclusion import NOTHING, Exclusion
from ..readers.paths import STDIN
from .arguments import KNOWN, is_wanted
from .settings import SEVERITIES, Settings, settings_for


@dataclass(frozen=True, slots=True)
class Request:
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
    side: Side | Literal["auto"]
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
    exclusion: Exclusion = NOTHING
    """The globs of --exclude, or else of the settings."""

    settings_file: str = ""
    """The file that names the baseline, if the command line does not."""

    def complete(self) -> Request:
        """Return the request with the settings of the project for what the command line leaves open.

        Its --select replaces `ignore` in the settings too, so that the selected rules are reported.

        Raises Failed for wrong settings, and click.UsageError if no rule is left to report.
        """
        if not (self.paths or self.force_exclude):
            raise click.UsageError("Missing argument 'PATH...'.")
        settings = Settings() if self.isolated else settings_for(os.curdir)
        request = replace(
            self,
            fail_on=self.fail_on or settings.fail_on,
            select=self.select or settings.select,
            ignore=self.ignore if self.ignore or self.select else settings.ignore,
            baseline=self.baseline or settings.baseline,
            api_version=self.api_version or settings.api_version,
            exclusion=Exclusion.of(os.curdir, self.exclude) if self.exclude else settings.exclude,
            settings_file="" if self.baseline else settings.file,
        )
        if not any(map(request.wants, KNOWN)):
            where = "" if self.select or self.ignore else f"{settings.file}: "
            raise click.UsageError(f"{where}no rule is left to report, as each is ignored or not selected")
        return request

    def options(self) -> Options:
        """Return the options of the checker."""
        ignored = frozenset(rule for rule in KNOWN if not self.wants(rule))
        return Options(self.engine, self.api_version or AUTO, None if self.side == "auto" else self.side, ignored)

    def wants(self, rule: str) -> bool:
        """Return whether findings of a rule are reported."""
        return is_wanted(rule, self.select, self.ignore)

    def threshold(self) -> Severity | None:
        """Return the lowest severity that fails, None if none does. The default is error, and note with a baseline."""
        return SEVERITIES.get(self.fail_on or ("error" if self.baseline is None else "note"))

    def outputs(self) -> dict[str, str]:
        """Return the format of each output, by its file or `-`.

        Raises click.UsageError if two formats have the same output.
        """
        if self.update_baseline and (self.format or self.output is not None):
            raise click.UsageError("--update-baseline writes the baseline, and no report; remove --format and --output")
        if self.output == "":
            raise click.UsageError("expected a file for --output, found an empty string")
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
