"""`updaterun schema`: a schema by itself, or with all it refers to in one file."""

from __future__ import annotations

import json
from typing import Any

import click
from click.shell_completion import CompletionItem

from ..contract import own_formats, schemas
from ..contract.bundle import DRAFTS, Bundle, Draft
from ..contract.since import since
from ..wording import hint
from .arguments import described_version, version_in
from .output import echo


def _contract(context: click.Context) -> schemas.Contract:
    return schemas.load(version_in(context))


def _definition(context: click.Context, __: click.Parameter, name: str | None) -> str | None:
    if name is None:
        return None
    contract = _contract(context)
    names = {known.lower(): known for known in (*contract.schemas, *own_formats.FORMATS)}
    if name.lower() in names:
        return names[name.lower()]
    first = since(name)
    if first is not None:
        raise click.BadParameter(f"there is no definition {name!r} in {contract.version}; the first api-version with one is {first}")
    raise click.BadParameter(f"there is no definition {name!r}; {hint(name, list(names.values()))}")


def _complete(context: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    by_name = _contract(context).schemas | {name: own_formats.schema(name) for name in own_formats.FORMATS}
    return [CompletionItem(name, help=by_name[name]["title"]) for name in by_name if name.lower().startswith(incomplete.lower())]


@click.command()
@click.argument("definition", required=False, callback=_definition, shell_complete=_complete)
@described_version("The api-version of the definition.")
@click.option("--bundle", is_flag=True, help="Include everything that it refers to in one file, for editors and other validators.")
@click.option("--strict", is_flag=True, help="With --bundle: reject undocumented properties, and read-only ones in a request.")
@click.option(
    "--draft",
    type=click.Choice(DRAFTS),
    default=DRAFTS[0],
    show_default=True,
    help="With --bundle: the draft of JSON Schema to write it in.",
)
def schema(definition: str | None, api_version: str, bundle: bool, strict: bool, draft: Draft) -> None:  # noqa: FBT001 - click passes them by their names
    """Print the JSON Schema of a definition.

    DEFINITION is a documented definition, such as UpdateStage, or UpdateRunsGet for the parameters of the URL. Without
    one it is UpdateRun, or, with --bundle, every kind of document: a run, the request for one, a list, an error
    response, a strategy, and the body of a request to skip. The formats of our own files are report, manifest and settings.

    \b
    Examples:
      updaterun schema UpdateStage
      updaterun schema --bundle --strict > update-runs.schema.json
      updaterun schema GateConfiguration --api-version 2026-06-01
    """
    if (strict or draft != DRAFTS[0]) and (not bundle or definition in own_formats.FORMATS):
        raise click.UsageError("--strict and --draft need --bundle, and a documented definition or none")
    contract = schemas.load(api_version)
    document: dict[str, Any]
    if definition in own_formats.FORMATS:
        document = own_formats.schema(definition)
    elif bundle:
        form = Bundle(contract, strict, draft)
        document = form.of_documents() if definition is None else form.of_definition(definition)
    else:
        document = contract.schemas[definition or "UpdateRun"]
    echo(json.dumps(document, indent=2, ensure_ascii=False), syntax="json")
