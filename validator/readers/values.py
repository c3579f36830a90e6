"""From a parsed value to the items in it: a bare document, the exchanges of a recording, or update runs in anything else."""

from __future__ import annotations

from collections.abc import Iterator

from . import az_cli, recognition
from .items import Body, Document, Item, Text


def items_of(
    body: Body, text: Text | None = None, *, folder: str | None = None, entry: int | None = None, line: int | None = None
) -> Iterator[Item]:
    """Yield the items in a value. `text` is the text that it was read from, in a file in `folder`.

    A value in text with several is the one at `entry`, which begins at `line`.
    """
    kind = recognition.recognise(body.value)
    if kind is not None:
        yield Document(az_cli.resource_form(body), entry, line, text, kind)
        return
    from .unrecognised import items_in  # late: most documents are recognised

    yield from items_in(body, text, folder, entry, line)
