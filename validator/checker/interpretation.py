"""What items are to be checked as, by what the user said: the side, and whether the user named them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..findings import Severity, Side
from ..readers import mention, recognition
from ..readers.items import Document, Item, Unreadable, Unrelated


def interpreted(items: Iterable[Item], side: Side | None, *, is_named: bool) -> Iterator[Item]:
    """Yield items as what they are to be checked as. `is_named` is whether the user named their file, or passed the value itself.

    With a side, any object is an update run. Without one, an object that was named is one unless something says that it is another
    thing; in a folder, one that may be a request is a problem, and an error response that may be another service's is unrelated.
    """
    for item in items:
        if isinstance(item, Unrelated) and item.document is not None:
            yield _meant(item, item.document, side, is_named=is_named)
        elif isinstance(item, Document) and not is_named and recognition.is_of_another_service(item.body.value):
            yield Unrelated(item.entry, None, item.line, item.text is not None and mention.is_in(item.text.data))
        else:
            yield item


def _meant(item: Unrelated, document: Document, side: Side | None, *, is_named: bool) -> Item:
    value = document.body.value
    is_whole = is_named and document.entry is None  # a record of a log is not what the user named
    if (side is not None and (is_whole or isinstance(value, dict))) or (is_whole and recognition.is_meant(value)):
        return document
    if recognition.may_be_strategy(value):
        message = "expected managedClusterUpdate, which a request for an update run has; only an update strategy has strategy without it"
        warning = Severity.WARNING
        return Unreadable("input/unrecognised", message, document.entry, document.line, text=document.text, severity=warning)
    return replace(item, document=None)
