"""A tree of JSON Pointers whose offsets in text are looked up, in one walk through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Steps: TypeAlias = tuple[str, ...]
"""The steps of a JSON Pointer: names of properties, and indices as strings."""

Mark: TypeAlias = Literal["value", "name", "repeated_name"]
"""The mark in the text that is looked up for a member: where its value begins, or its name, or its name if an object repeats it."""


@dataclass(slots=True)
class PointerNode:
    """A value that is looked up, or that contains one; the walk records the offsets, in characters from 0."""

    children: dict[str, PointerNode] = field(default_factory=dict)
    value: int | None = None
    name: int | None = None
    repeated_name: int | None = None

    def add(self, steps: Steps) -> None:
        """Add a value to look up."""
        node = self
        for step in steps:
            node = node.children.setdefault(step, PointerNode())

    def steps(self) -> set[str]:
        """Return the steps of all pointers in the tree."""
        return {*self.children, *(step for child in self.children.values() for step in child.steps())}

    def record_name(self, offset: int) -> None:
        """Record the offset of the member's name; the last of several counts, as it does for the parsers."""
        if self.name is not None:
            self.repeated_name = offset if self.repeated_name is None else self.repeated_name
            for child in self.children.values():
                child.clear()
        self.name = offset

    def clear(self) -> None:
        """Remove all offsets from the tree."""
        self.value = self.name = self.repeated_name = None
        for child in self.children.values():
            child.clear()

    def offset(self, steps: Steps, mark: Mark) -> int | None:
        """Return the offset of a mark of a member; of a missing member, that of the object or array that lacks it."""
        node = self
        for step in steps:
            child = node.children[step]
            if child.value is None:
                return node.value
            node = child
        offsets = {"value": node.value, "name": node.name, "repeated_name": node.repeated_name}
        return node.value if offsets[mark] is None else offsets[mark]
