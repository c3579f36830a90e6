"""The values that the text tree and the HTML page are rendered from: the runs of a file, their snapshots and their trees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ..findings import Finding
from ..readers.paths import File

Kind: TypeAlias = Literal["run", "stage", "group", "member", "before gate", "after gate", "wait"]


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """An ErrorDetail of the API with its nested details.

    Where a node below has the same error, `see` and `see_pointer` are its title and pointer, and only the code is kept.
    """

    code: str
    message: str = ""
    target: str = ""
    details: tuple[ErrorInfo, ...] = ()
    see: str = ""
    see_pointer: str = ""


_OVER = frozenset({"Completed", "Failed", "Skipped", "Stopped"})


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A run or one of its stages, groups, members, gates and waits, with whatever could be read of it.

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

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens at the node for now; False for an undocumented state."""
        return self.completed is not None or self.state in _OVER

    def of_kind(self, *kinds: Kind) -> tuple[TreeNode, ...]:
        """Return the children of some kinds."""
        return tuple(child for child in self.children if child.kind in kinds)

    @property
    def groups(self) -> tuple[TreeNode, ...]:
        """The groups of a stage."""
        return self.of_kind("group")

    @property
    def members(self) -> list[TreeNode]:
        """The members at or below the node."""
        return [node for node in self.walk() if node.kind == "member"]

    @property
    def progress(self) -> str:
        """The numbers of members by state: `2 Completed, 1 Running`."""
        numbers = Counter(member.state or "planned" for member in self.members)
        return ", ".join(f"{number} {state}" for state, number in numbers.items())

    @property
    def work(self) -> TreeNode:
        """A stage that completed after a wait or a gate, as it is without these; other nodes unchanged."""
        return self.extent if self.of_kind("wait", "after gate") and self.groups and self.duration is not None else self

    @property
    def extent(self) -> TreeNode:
        """A stage with the first start and the last completion of its groups where it has none of its own, without its wait."""
        starts = [time for group in self.groups for time in group.times]
        completed = [group.completed for group in self.groups if group.completed is not None]
        is_complete = completed and len(completed) == len(self.groups)
        start = min(starts, default=None) if self.start is None else self.start
        return replace(self, start=start, completed=max(completed) if is_complete else self.completed)

    def walk(self) -> Iterator[TreeNode]:
        """Yield the node and its descendants, each before its own children."""
        yield self
        for child in self.children:
            yield from child.walk()

    def walk_with_titles(self, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], TreeNode]]:
        """Yield the node and its descendants, each with the titles from the root, which has none, down to it.

        Of siblings with one title, such as gates without a name, all but the first have a number.
        """
        yield above, self
        known: Counter[str] = Counter()
        for child in self.children:
            known[child.title] += 1
            number = f" ({known[child.title]})" if known[child.title] > 1 else ""
            yield from child.walk_with_titles((*above, f"{child.title}{number}"))

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
    """One capture of a run: its file if there are several, its place in the file, its tree and the changes since the snapshot before.

    `other_findings` are findings about no node of the tree. `repeats` counts the captures directly after this one that
    show the same.
    """

    source: str
    place: str
    run: TreeNode
    other_findings: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] = ()
    repeats: int = 0

    @property
    def location(self) -> str:
        """The file and the place in it."""
        return ", ".join(filter(None, (self.source, self.place)))

    @property
    def changes_by_pointer(self) -> dict[str, Change | None]:
        """The change of each node of the tree, None if it has not changed, by the node's first pointer."""
        changes = {change.titles: change for change in self.changes}
        return {node.pointers[0]: changes.get(titles) for titles, node in self.run.walk_with_titles()}

    @property
    def findings(self) -> list[Finding]:
        """All findings of the snapshot."""
        return [*(finding for node in self.run.walk() for finding in node.findings), *self.other_findings]


@dataclass(frozen=True, slots=True)
class RunHistory:
    """The snapshots of one run, in their order; there is at least one."""

    snapshots: tuple[Snapshot, ...]

    @property
    def last(self) -> Snapshot:
        """The last snapshot."""
        return self.snapshots[-1]

    @property
    def name(self) -> str:
        """The name of the run in its last snapshot."""
        return self.last.run.name

    @property
    def captures(self) -> int:
        """The number of captures."""
        return sum(1 + snapshot.repeats for snapshot in self.snapshots)

    def numbered(self) -> Iterator[tuple[str, Snapshot]]:
        """Yield the snapshots, each with the numbers of its captures: `1`, `2–4`."""  # noqa: RUF002 - an en dash
        first = 1
        for snapshot in self.snapshots:
            last = first + snapshot.repeats
            yield str(first) if first == last else f"{first}–{last}", snapshot  # noqa: RUF001 - an en dash
            first = last + 1

    @property
    def findings(self) -> list[Finding]:
        """All findings of all snapshots."""
        return [finding for snapshot in self.snapshots for finding in snapshot.findings]


@dataclass(frozen=True, slots=True)
class Overview:
    """The runs of some files, and the findings that are about none of them.

    `without_run` are the files that should have a run and have none, each with the first finding about it, if there is one.
    """

    sources: tuple[str, ...]
    histories: tuple[RunHistory, ...]
    other_findings: tuple[Finding, ...] = ()
    without_run: tuple[tuple[File, Finding | None], ...] = ()

    @property
    def findings(self) -> list[Finding]:
        """All findings."""
        return [*self.other_findings, *(finding for history in self.histories for finding in history.findings)]
