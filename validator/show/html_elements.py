"""Elements of HTML: built as a tree, so that no value can be taken for markup."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias
from xml.etree.ElementTree import Element, tostring

Content: TypeAlias = Element | str | None
"""What stands in an element: another, text, or nothing."""

__all__ = ["Content", "Element", "element", "markup"]


def element(tag: str, /, *contents: Content | Iterable[Content], **attributes: str | bool | None) -> Element:
    """Make an element of its contents, in their order.

    An underscore in the name of an attribute stands for a hyphen, and one at its end for nothing, as in `class_`. An
    attribute that is None or False is left out, and one that is True has no value of its own.
    """
    made = Element(tag)
    for key, value in attributes.items():
        if value is not None and value is not False:
            made.set(key.rstrip("_").replace("_", "-"), "" if value is True else str(value))
    for content in contents:
        for each in [content] if content is None or isinstance(content, str | Element) else content:
            _append(made, each)
    return made


def _append(whole: Element, content: Content) -> None:
    if isinstance(content, Element):
        whole.append(content)
    elif content is not None and len(whole):
        whole[-1].tail = (whole[-1].tail or "") + content
    elif content is not None:
        whole.text = (whole.text or "") + content


def markup(whole: Element) -> str:
    """Write an element as HTML."""
    return tostring(whole, encoding="unicode", method="html")
