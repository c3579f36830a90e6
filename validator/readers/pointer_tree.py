"""A tree of JSON Pointers whose offsets in text are looked up, in one walk through it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from ..pointer import HIDDEN
from ..wording import is_secret

Steps: TypeAlias = tuple[str, ...]
"""The steps of a JSON Pointer: names of properties, and indices as strings."""


class Span(NamedTuple):
    """A part of the text: the offset of its first character, and the offset after its last one."""

    start: int
    end: int


Mark: TypeAlias = Literal["value", "name", "repeated_name"]
"""The mark in the text that is looked up for a member: where its value begins, or its name, or its name if an object repeats it."""


_URL = re.compile(r"""["']?(?:https?://[^/\s]*)?/+subscriptions/""", re.IGNORECASE)


@dataclass(slots=True)
class PointerNode:
    """A value that is looked up, or that contains one; the walk records where it is, in characters from 0.

    Of an object or an array it is the bracket that opens it, or in YAML the first key or item, and of a string that contains
    what is looked up, its first character.
    """

    children: dict[str, PointerNode] = field(default_factory=dict)
    value: Span | None = None
    name: Span | None = None
    repeated_name: Span | None = None
    hidden_names: int = 0

    def add(self, steps: Steps) -> None:
        """Add a value to look up."""
        node = self
        for step in steps:
            node = node.children.setdefault(step, PointerNode())

    def child(self, name: str) -> PointerNode | None:
        """Return the node of a member that is looked up, None if it is not.

        The name of a member may be hidden in pointers, as it looks like a secret. Of two such names none is looked up.
        """
        found, hidden = self.children.get(name), self.children.get(HIDDEN)
        if found is not None or hidden is None or not is_secret(name):
            return found
        self.hidden_names += 1
        if self.hidden_names == 1:
            return hidden
        hidden.clear()
        return None

    def record_scalar(self, span: Span, text: str) -> None:
        """Record where a scalar is in the text; of a string that contains what is looked up, but for a URL, only the first character."""
        contains = bool(self.children) and _URL.match(text, span.start) is None
        self.value = Span(span.start, span.start + 1) if contains else span

    def steps(self) -> set[str]:
        """Return the steps of all pointers in the tree."""
        return {*self.children, *(step for child in self.children.values() for step in child.steps())}

    def record_name(self, span: Span) -> None:
        """Record where the member's name is; the last of several counts, as it does for the parsers."""
        if self.name is not None:
            self.repeated_name = span if self.repeated_name is None else self.repeated_name
            for child in self.children.values():
                child.clear()
        self.name = span

    def clear(self) -> None:
        """Remove all spans from the tree."""
        self.value = self.name = self.repeated_name = None
        self.hidden_names = 0
        for child in self.children.values():
            child.clear()

    def span(self, steps: Steps, mark: Mark) -> Span | None:
        """Return the span of a mark of a member; of a missing member, that of the object or array that lacks it."""
        node = self
        for step in steps:
            child = node.children[step]
            if child.value is None:
                return node.value
            node = child
        spans = {"value": node.value, "name": node.name, "repeated_name": node.repeated_name}
        return spans[mark] or node.value
