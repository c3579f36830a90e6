"""`updaterun schema`: a schema by itself, or with all it refers to in one file."""

from __future__ import annotations

import json
from typing import Any

import click
from click.shell_completion import CompletionItem

from ..contract import own_formats, schemas
from ..wording import hint
from .output import echo


def _definition(_: click.Context, __: click.Parameter, name: str) -> str:
    names = {known.lower(): known for known in (*schemas.load().schemas, *own_formats.FORMATS)}
    if name.lower() in names:
        return names[name.lower()]
    raise click.BadParameter(f"there is no definition {name!r}; {hint(name, list(names.values()))}")


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    by_name = schemas.load().schemas | {name: own_formats.schema(name) for name in own_formats.FORMATS}
    return [CompletionItem(name, help=by_name[name]["title"]) for name in by_name if name.lower().startswith(incomplete.lower())]


@click.command()
@click.argument("definition", default="UpdateRun", callback=_definition, shell_complete=_complete)
@click.option("--bundle", is_flag=True, help="With all that it refers to, in one file, as editors want it.")
def schema(definition: str, bundle: bool) -> None:  # noqa: FBT001 - click passes it by its name
    """Print the JSON Schema (draft 2020-12) of a definition.

    DEFINITION is a documented definition, such as UpdateStage, or UpdateRunsGet for the parameters of the URL; without
    one it is UpdateRun. The formats of our own files are report, manifest and settings.

    \b
    Examples:
      updaterun schema UpdateStage
      updaterun schema --bundle > update-run.schema.json
    """
    contract = schemas.load()
    document: dict[str, Any]
    if definition in own_formats.FORMATS:
        document = own_formats.schema(definition)
    else:
        document = schemas.bundle(contract, definition) if bundle else contract.schemas[definition]
    echo(json.dumps(document, indent=2, ensure_ascii=False), syntax="json")
