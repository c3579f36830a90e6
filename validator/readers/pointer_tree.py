"""The places of a text that are looked for, as a tree of the steps that lead to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Steps: TypeAlias = tuple[str, ...]
"""The way to a place: names of properties, and indices as text."""

Part: TypeAlias = Literal["value", "name", "second"]
"""What of a place is looked for: its value, its name, or the name where it stands for the second time."""


@dataclass(slots=True)
class Wanted:
    """A place that is looked for, or that leads to one; whoever walks the text notes the offsets, in characters from 0."""

    below: dict[str, Wanted] = field(default_factory=dict)
    value: int | None = None
    name: int | None = None
    second: int | None = None

    def add(self, steps: Steps) -> None:
        """Look for a place, too."""
        node = self
        for step in steps:
            node = node.below.setdefault(step, Wanted())

    def steps(self) -> set[str]:
        """Collect the steps of all ways from here."""
        return {*self.below, *(step for below in self.below.values() for step in below.steps())}

    def meet(self, name: int) -> None:
        """Note where the name of the place stands; of several the last one counts, as it does for the parsers."""
        if self.name is not None:
            self.second = name if self.second is None else self.second
            for node in self.below.values():
                node.forget()
        self.name = name

    def forget(self) -> None:
        """Forget what was met here and below."""
        self.value = self.name = self.second = None
        for node in self.below.values():
            node.forget()

    def offset(self, steps: Steps, part: Part) -> int | None:
        """Tell where a part of a place was met; what is not in the text is at what lacks it."""
        node = self
        for step in steps:
            below = node.below[step]
            if below.value is None:
                return node.value
            node = below
        offsets = {"value": node.value, "name": node.name, "second": node.second}
        return node.value if offsets[part] is None else offsets[part]
