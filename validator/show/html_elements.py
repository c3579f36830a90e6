"""HTML elements, built as a tree, so that no value can be mistaken for markup."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias
from xml.etree.ElementTree import Element, tostring

Content: TypeAlias = Element | str | None
"""The content of an element: another element, text or nothing."""

__all__ = ["Content", "Element", "element", "to_html"]


def element(tag: str, /, *contents: Content | Iterable[Content], **attributes: str | bool | None) -> Element:
    """Return an element with contents and attributes.

    An underscore in an attribute's name stands for a hyphen; one at its end is dropped, as in `class_`. An attribute
    that is None or False is omitted, and one that is True is written without a value.
    """
    parent = Element(tag)
    for key, value in attributes.items():
        if value is not None and value is not False:
            parent.set(key.rstrip("_").replace("_", "-"), "" if value is True else str(value))
    for content in contents:
        for item in [content] if content is None or isinstance(content, str | Element) else content:
            _append(parent, item)
    return parent


def _append(parent: Element, content: Content) -> None:
    if isinstance(content, Element):
        parent.append(content)
    elif content is not None and len(parent):
        parent[-1].tail = (parent[-1].tail or "") + content
    elif content is not None:
        parent.text = (parent.text or "") + content


def to_html(root: Element) -> str:
    """Return an element as HTML."""
    return tostring(root, encoding="unicode", method="html")
