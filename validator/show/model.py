"""The values that the text tree and the HTML page are rendered from: the runs of a file, their snapshots and their trees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..findings import Finding

Kind: TypeAlias = Literal["run", "stage", "group", "member", "wait"]


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """An ErrorDetail of the API with its nested details."""

    code: str
    message: str
    target: str
    details: tuple[ErrorInfo, ...]


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A run or one of its stages, groups, members and waits, with whatever could be read of it.

    Times are in nanoseconds, as returned by `formats.date_time`. `state` is the state in the document, whether documented
    or not, and empty if there is none. `cluster` is the name of a member's cluster if it differs from the member's.
    `attributes` are labelled values. `pointers` lead to all places in the body that describe the node, in the status and
    in the strategy; `findings` are at or below one of them, but not at a child.
    """

    kind: Kind
    name: str
    pointers: tuple[str, ...]
    state: str = ""
    start: int | None = None
    completed: int | None = None
    message: str = ""
    errors: tuple[ErrorInfo, ...] = ()
    cluster: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[TreeNode, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """The label of the node among its siblings."""
        if self.kind == "wait":
            return f"wait of {self.name}" if self.name else "wait"
        name = self.name or "(no name)"
        return name if self.kind in {"run", "member"} else f"{self.kind} {name}"

    @property
    def duration(self) -> int | None:
        """The nanoseconds from start to completion, None unless both times are known."""
        return None if self.start is None or self.completed is None else self.completed - self.start

    def walk(self) -> Iterator[TreeNode]:
        """Yield the node and its descendants, each before its own children."""
        yield self
        for child in self.children:
            yield from child.walk()

    def walk_with_titles(self, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], TreeNode]]:
        """Yield the node and its descendants, each with the titles from the root, which has none, down to it."""
        yield above, self
        for child in self.children:
            yield from child.walk_with_titles((*above, child.title))

    @property
    def times(self) -> list[int]:
        """All times of the node and its descendants."""
        return [time for node in self.walk() for time in (node.start, node.completed) if time is not None]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference of one node between a snapshot and the next; `before` and `after` are states."""

    titles: tuple[str, ...]
    description: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{' › '.join(self.titles) or 'run'}: {self.description}"  # noqa: RUF001 - the usual sign between breadcrumbs


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One capture of a run: its location in the file, its tree and the changes since the snapshot before.

    `other_findings` are findings about no node of the tree. `repeats` counts the captures directly after this one that
    show the same.
    """

    location: str
    run: TreeNode
    other_findings: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] = ()
    repeats: int = 0

    @property
    def findings(self) -> list[Finding]:
        """All findings of the snapshot."""
        return [*(finding for node in self.run.walk() for finding in node.findings), *self.other_findings]


@dataclass(frozen=True, slots=True)
class RunHistory:
    """The snapshots of one run, in their order; there is at least one."""

    snapshots: tuple[Snapshot, ...]

    @property
    def name(self) -> str:
        """The name of the run in its last snapshot."""
        return self.snapshots[-1].run.name

    @property
    def findings(self) -> list[Finding]:
        """All findings of all snapshots."""
        return [finding for snapshot in self.snapshots for finding in snapshot.findings]


@dataclass(frozen=True, slots=True)
class Overview:
    """The runs of a file, and the findings that are about none of them."""

    source: str
    histories: tuple[RunHistory, ...]
    other_findings: tuple[Finding, ...] = ()
