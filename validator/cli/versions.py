"""`updaterun versions` and `updaterun diff`: the published api-versions, and what differs between two of them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import click

from ..checker.comparison import new_findings
from ..contract import schemas
from ..contract.drift import changes
from ..findings import Severity
from ..report.drift import WRITERS, Drift
from ..report.report import describe_missing
from ..rules.dispatch import RuleError
from ..wording import listed, printable
from .arguments import complete_file, complete_version, published_version
from .output import Failed, echo, terminal_width
from .paths import found_files, warn_of_unread
from .project import project_settings

_WIDTH = 110


@click.command()
def versions() -> None:
    """List the published api-versions: stable or preview, what each adds, and which tools use it.

    \b
    Example:
      updaterun versions
    """
    before, width = None, min(terminal_width() or _WIDTH, _WIDTH)
    for known in schemas.PUBLISHED.values():
        default = ", the default" if known.name == schemas.DEFAULT_VERSION else ""
        echo(f"{click.style(known.name, bold=True)}  {'stable' if known.stable else 'preview'}{default}")
        rows = {"used by": ", ".join(known.clients)}
        if before is not None:
            rows = {"adds": _named("added", before, known.name), "removes": _named("removed", before, known.name)} | rows
        for label, text in rows.items():
            if not text and label != "adds":
                continue
            lead = f"  {label:<10}"
            echo(
                textwrap.fill(
                    text or "nothing to update runs", width, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False
                )
            )
        before = known.name
    echo("\n" + textwrap.fill(f"Never published: {', '.join(schemas.DRAFTS)}.", width, break_on_hyphens=False))


def _named(change: str, old: str, new: str) -> str:
    """Return what a version adds or removes: definitions, and properties, constraints and values of those that both versions have."""
    facts = {each.fact: None for each in changes(schemas.load(old), schemas.load(new)) if each.change == change}
    own = [fact for fact in facts if not any(whole in facts for whole in _wholes(fact))]
    return ", ".join(fact.replace("=", " ").replace("#", " ") for fact in own)


def _wholes(fact: str) -> list[str]:
    """Return the definition and the properties that a fact is about, besides itself."""
    name = fact.partition("#")[0].partition("=")[0]
    parts = name.split(".")
    wholes = [".".join(parts[:number]) for number in range(1, len(parts) + 1)]
    return [whole for whole in wholes if whole != fact]


@click.command()
@click.argument("old", metavar="OLD", callback=published_version, shell_complete=complete_version)
@click.argument("new", metavar="NEW", callback=published_version, shell_complete=complete_version)
@click.argument("paths", metavar="[PATH...]", nargs=-1, shell_complete=complete_file)
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="text", show_default=True, help="How to write the differences.")
@click.pass_context
def diff(context: click.Context, old: str, new: str, paths: tuple[str, ...], form: str) -> None:
    """Show what differs between two api-versions: definitions, properties, constraints, values and rules.

    With PATHs, files and folders as for `check`, what is in them is checked against both versions, whatever its URLs say, and the
    findings that NEW adds are listed.

    \b
    Exit status: 1 if NEW adds an error, 2 if a file that you name cannot be
    read or nothing was checked, 0 otherwise.

    \b
    Examples:
      updaterun diff 2025-03-01 2026-06-01
      updaterun diff 2025-03-01 2026-06-01 fixtures/ --format markdown
    """
    drift = Drift(schemas.load(old), schemas.load(new))
    missing: Sequence[str] = ()
    is_incomplete = False
    if paths:
        settings = project_settings()
        files = found_files(paths, settings.exclude)
        missing = files.missing
        try:
            found, unread, tally = new_findings(files.files, old, new)
        except RuleError as bug:
            raise Failed(f"{bug}. Please report it.") from bug
        is_incomplete = warn_of_unread(unread, files.files, settings)
        number = len({source for source, _ in tally.cases or ()})
        if not (number or missing):
            raise Failed(f"nothing to check: nothing in {listed([printable(path) for path in paths], 'or')} is about an update run")
        drift = Drift(drift.old, drift.new, tuple(found), number)
    echo(WRITERS[form](drift), syntax="json" if form == "json" else "text", nl=False)
    for path in missing:
        echo(f"updaterun: {describe_missing(path)}", err=True)
    is_error = any(finding.severity is Severity.ERROR for finding in drift.findings or ())
    context.exit(2 if missing or is_incomplete else 1 if is_error else 0)
