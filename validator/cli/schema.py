"""`updaterun schema`: the schemas, as they are or as one file for editors."""

from __future__ import annotations

import json
from typing import Any

import click
from click.shell_completion import CompletionItem

from ..contract import schemas
from ..wording import hint


def _known(_: click.Context, __: click.Parameter, name: str) -> str:
    names = {known.lower(): known for known in schemas.load().schemas}
    if name.lower() in names:
        return names[name.lower()]
    raise click.BadParameter(f"there is no definition {name!r}; {hint(name, list(names.values()))}")


def _complete(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    known = schemas.load().schemas
    return [CompletionItem(name, help=known[name]["title"]) for name in known if name.lower().startswith(begun.lower())]


@click.command()
@click.argument("definition", default="UpdateRun", callback=_known, shell_complete=_complete)
@click.option("--bundle", is_flag=True, help="With all that it refers to, in one file, as editors want it.")
def schema(definition: str, bundle: bool) -> None:  # noqa: FBT001 - click passes it by its name
    """Print the JSON Schema (draft 2020-12) of a definition.

    DEFINITION is a documented definition, such as UpdateStage, or UpdateRunsGet for the parameters of the URL; without
    one it is UpdateRun.

    \b
    Examples:
      updaterun schema UpdateStage
      updaterun schema --bundle > update-run.schema.json
    """
    held = schemas.load()
    printed: dict[str, Any] = schemas.bundle(held, definition) if bundle else held.schemas[definition]
    click.echo(json.dumps(printed, indent=2, ensure_ascii=False))
