"""The histories of the runs in files: the items are checked, grouped by run, and compared with each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from ..checker.files import with_positions
from ..checker.history import History
from ..checker.item import check_items, runs_in
from ..checker.options import Options
from ..contract.formats import date_time
from ..findings import Finding, Side
from ..pointer import JSON, Path, to_pointer
from ..readers import az_cli, recognition
from ..readers.bounds import excess
from ..readers.items import Body, Document, Exchange, Item, Unreadable, Unrelated
from ..readers.paths import File
from ..rules.dispatch import RuleError
from ..run.identity import key_of
from ..wording import printable
from .model import Change, Overview, RunHistory, Snapshot, TreeNode
from .run_tree import attach_findings, one_line, read_run


@dataclass(frozen=True, slots=True)
class _LocatedRun:
    """A run in an item: its body, its path there, the side of the body, and a key that is equal for captures of the same run."""

    body: Body
    path: Path
    side: Side | None
    key: object


_AS_USUAL = Options()


def overview_of(
    files: Sequence[tuple[File, Iterable[Item]]],
    wants: Callable[[str], bool] = lambda _: True,
    options: Options = _AS_USUAL,
    *,
    history: bool = False,
) -> Overview:
    """Check the items of files, and return the history of each run in them, with the findings of the rules that are wanted.

    With `history`, the captures of a run in all files are one history, otherwise those in each file. Unrelated files
    are left out, unless they were named. Raises RuleError, with the source, for a bug in a rule.
    """
    histories: dict[object, list[Snapshot]] = {}
    others: list[Finding] = []
    sources: list[str] = []
    without_run: list[tuple[File, Finding | None]] = []
    shared = History() if history else None
    for file, items in files:
        scope = None if history else file.path
        has_run, is_relevant = False, False
        about_no_run: list[Finding] = []
        for item, item_findings in _checked(items, options, file.source, shared or History()):
            is_relevant = is_relevant or not isinstance(item, Unreadable) or (item.relevant and file.is_data)
            findings = [finding for finding in item_findings if wants(finding.rule)]
            snapshots = None
            for located in _runs(item):
                snapshot, findings = _snapshot(item, located, findings, file.source if len(files) > 1 else "")
                has_run = True
                snapshots = histories.setdefault((scope, located.key), [])
                snapshots.append(_with_changes(snapshot, snapshots[-1]) if snapshots else snapshot)
            if snapshots is None:
                about_no_run += findings
            else:
                snapshots[-1] = replace(snapshots[-1], other_findings=(*snapshots[-1].other_findings, *findings))
        if has_run:
            sources.append(file.source)
            others += about_no_run
        elif file.named or (is_relevant and about_no_run):
            without_run.append((file, next(iter(about_no_run), None)))
    runs = tuple(RunHistory(_without_repeats(snapshots)) for snapshots in histories.values())
    return Overview(tuple(sources), runs, tuple(others), tuple(without_run))


def _checked(
    items: Iterable[Item], options: Options, source: str, history: History
) -> Iterator[tuple[Document | Exchange | Unreadable, list[Finding]]]:
    """Yield items with their findings; text that several entries share is read only once for the positions of their findings."""
    checked_items = check_items(items, options, source, history)
    related = ((item, findings) for item, findings in checked_items if not isinstance(item, Unrelated))
    try:
        for text, group in groupby(related, key=lambda pair: pair[0].text):
            checked = list(group)
            positioned = with_positions((finding, text) for _, findings in checked for finding in findings)
            for item, findings in checked:
                yield item, list(islice(positioned, len(findings)))
    except RuleError as bug:
        bug.source = bug.source or source
        raise


def _snapshot(item: Item, located: _LocatedRun, findings: list[Finding], source: str) -> tuple[Snapshot, list[Finding]]:
    """Return the snapshot of a run with the findings about it, and the other findings."""
    top = to_pointer(az_cli.as_written(located.body, located.path))
    inside: list[Finding] = []
    outside: list[Finding] = []
    for finding in findings:
        is_inside = f"{finding.pointer}/".startswith(f"{top}/") and located.side in {None, finding.side}
        (inside if is_inside else outside).append(finding)
    run, others = attach_findings(read_run(located.body, located.path), inside)
    if not run.name and isinstance(item, Exchange):  # a request need not repeat the name in its URL
        run = replace(run, name=one_line(item.parameters.get("updateRunName")))
    return Snapshot(printable(source), _place(item, located.path), run, tuple(others)), outside


def _place(item: Item, path: Path) -> str:
    """Return the place of a run in its file, for people: the entry and its line or operation, the index in a list."""
    words: list[str] = []
    if not isinstance(item, Unrelated) and item.entry is not None:
        words.append(f"entry {item.entry}")
    if isinstance(item, Document) and item.line is not None:
        words.append(f"line {item.line}")
    if isinstance(item, Exchange):
        words.append(f"{item.operation} → {item.status}")
    if path:
        words.append(f"item {path[-1]}")
    return ", ".join(words)


# The runs of an item


def _runs(item: Item) -> Iterator[_LocatedRun]:
    if isinstance(item, Document):
        yield from _runs_in_body(item.body, None, None)
    elif isinstance(item, Exchange):
        runs = list(_runs_in_body(item.response, "response", item))
        if not runs and item.operation == "put":
            runs = list(_runs_in_body(item.request, "request", item))
        yield from runs


def _runs_in_body(body: object, side: Side | None, exchange: Exchange | None) -> Iterator[_LocatedRun]:
    if not isinstance(body, Body) or not (body.shallow or excess(body.value) is None):
        return
    kind = recognition.kind(body.value)
    if kind in {"run", "page", "array"}:
        for path, value in runs_in(body.value, kind):
            if isinstance(value, dict):
                yield _LocatedRun(body, path, side, _key(value, exchange))


def _key(run: dict[str, JSON], exchange: Exchange | None) -> object:
    """Return which run it is, and a key of its own for a run that does not say, or may answer another request."""
    data = run.get("systemData")
    created = data.get("createdAt") if isinstance(data, dict) else None
    is_known = isinstance(run.get("id"), str) and isinstance(created, str) and date_time(created) is not None
    is_alternative = exchange is not None and exchange.alternative
    return key_of(run) if is_known and not is_alternative else object()


# From snapshot to snapshot


def _with_changes(snapshot: Snapshot, before: Snapshot) -> Snapshot:
    return replace(snapshot, changes=tuple(_changes(before.run, snapshot.run)))


def _changes(before: TreeNode, after: TreeNode) -> Iterator[Change]:
    old_nodes = dict(before.walk_with_titles())
    for titles, node in after.walk_with_titles():
        old = old_nodes.pop(titles, None)
        if old is None:
            yield Change(titles, f"new, {node.state}" if node.state else "new", "", node.state)
        elif old.state != node.state:
            yield Change(titles, f"{old.state or 'no state'} → {node.state or 'no state'}", old.state, node.state)
        elif (old.errors, old.message) != (node.errors, node.message):
            yield Change(titles, "says something else")
        elif (old.start, old.completed) != (node.start, node.completed):
            yield Change(titles, "other times")
        elif (old.cluster, old.attributes) != (node.cluster, node.attributes):
            yield Change(titles, ", ".join(_other_attributes(old, node)))
    for titles in old_nodes:
        yield Change(titles, "gone")


def _other_attributes(before: TreeNode, after: TreeNode) -> Iterator[str]:
    if before.cluster != after.cluster:
        yield f"cluster {after.cluster or after.name}"
    labels = dict(after.attributes)
    yield from (f"{label} {value}" for label, value in after.attributes if (label, value) not in before.attributes)
    yield from (f"no {label}" for label, _ in before.attributes if label not in labels)


def _without_repeats(snapshots: list[Snapshot]) -> tuple[Snapshot, ...]:
    """Return the snapshots without those that repeat the one before, which counts them."""
    kept: list[Snapshot] = []
    for snapshot in snapshots:
        if kept and not snapshot.changes and not snapshot.findings:
            kept[-1] = replace(kept[-1], repeats=kept[-1].repeats + 1)
        else:
            kept.append(snapshot)
    return tuple(kept)
