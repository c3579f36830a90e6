"""What a picture consists of: the parts of a run, its captures one after another, and the runs of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..findings import Finding

Kind: TypeAlias = Literal["run", "stage", "group", "member", "wait"]


@dataclass(frozen=True, slots=True)
class Fault:
    """An ErrorDetail, with those inside it."""

    code: str
    message: str
    target: str
    details: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a run, as far as its value can be made out.

    Times are nanoseconds (`formats.date_time`). The state is as it stands there, whether documented or not, and empty
    where there is none. `cluster` is that of a member, where it is called something else. `pointers` lead to all that
    the body tells of the part, in its status and in its strategy; `findings` are those at or below one of them, and
    at no part below.
    """

    kind: Kind
    name: str
    pointers: tuple[str, ...]
    state: str = ""
    start: int | None = None
    completed: int | None = None
    message: str = ""
    faults: tuple[Fault, ...] = ()
    cluster: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """What the part is called beside its siblings."""
        if self.kind == "wait":
            return f"wait of {self.name}" if self.name else "wait"
        name = self.name or "(no name)"
        return name if self.kind in {"run", "member"} else f"{self.kind} {name}"

    @property
    def lasted(self) -> int | None:
        """How long the part took, in nanoseconds, None where it does not tell both of its times."""
        return None if self.start is None or self.completed is None else self.completed - self.start

    def all(self) -> Iterator[Part]:
        """Give the part and all below it, each before its own parts."""
        yield self
        for part in self.parts:
            yield from part.all()

    def trails(self, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Part]]:
        """Give the part and all below it, with the titles on the way to each; that of the run is empty."""
        yield above, self
        for part in self.parts:
            yield from part.trails((*above, part.title))

    @property
    def times(self) -> list[int]:
        """All times of the part and of those below it."""
        return [time for part in self.all() for time in (part.start, part.completed) if time is not None]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a part from one capture to the next."""

    trail: tuple[str, ...]
    words: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{' › '.join(self.trail) or 'run'}: {self.words}"  # noqa: RUF001 - as in a trail of links


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture of a run: where it is in its file, what it shows, and what changed since the one before.

    `others` are findings that are about no part of the run. `again` counts the captures right behind it that
    show the same.
    """

    place: str
    run: Part
    others: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] = ()
    again: int = 0

    @property
    def findings(self) -> list[Finding]:
        """All findings of the capture."""
        return [*(finding for part in self.run.all() for finding in part.findings), *self.others]


@dataclass(frozen=True, slots=True)
class Story:
    """The captures of one run, in their order; there is at least one."""

    captures: tuple[Capture, ...]

    @property
    def name(self) -> str:
        """The name of the run, as its last capture has it."""
        return self.captures[-1].run.name

    @property
    def findings(self) -> list[Finding]:
        """All findings of all captures."""
        return [finding for capture in self.captures for finding in capture.findings]


@dataclass(frozen=True, slots=True)
class Picture:
    """The runs of a file, and the findings about what is no run in it."""

    source: str
    stories: tuple[Story, ...]
    others: tuple[Finding, ...] = ()
