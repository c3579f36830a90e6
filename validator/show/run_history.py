"""From what a reader makes of a file to the stories of its runs: checked, put side by side, and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice

from ..checker import files as corpus
from ..checker.item import check_items
from ..checker.options import Options
from ..contract.formats import date_time
from ..findings import Finding, Side
from ..pointer import JSON, Path, to_pointer
from ..readers import az_cli, recognition
from ..readers.bounds import excess
from ..readers.items import Body, Document, Exchange, Item, Unreadable, Unrelated
from ..run.identity import MICROSECOND
from .model import Capture, Change, Part, Picture, Story
from .run_tree import placed, read, word


@dataclass(frozen=True, slots=True)
class _Seen:
    """A run somewhere in an item: the body that it is in, where in there, which body that is, and which run it must be."""

    body: Body
    path: Path
    side: Side | None
    key: object


def tell(source: str, items: Iterable[Item], wanted: Callable[[str], bool] = lambda _: True) -> Picture:
    """Check the items of a file, and tell what became of each run in it, and what is found of the rules that are wanted.

    Raises RuleError for a bug in a rule.
    """
    stories: dict[object, list[Capture]] = {}
    others: list[Finding] = []
    for item, found in _checked(items, source):
        findings = [finding for finding in found if wanted(finding.rule)]
        last = None
        for seen in _runs(item):
            capture, findings = _capture(item, seen, findings)
            _add(stories.setdefault(seen.key, []), capture)
            last = stories[seen.key]
        if last is None:
            others += findings
        else:
            last[-1] = replace(last[-1], others=(*last[-1].others, *findings))
    return Picture(source, tuple(Story(_folded(captures)) for captures in stories.values()), tuple(others))


def _checked(items: Iterable[Item], source: str) -> Iterator[tuple[Document | Exchange | Unreadable, list[Finding]]]:
    """Check items, and place what is found; the entries of one text together, as that is walked through for each time."""
    checked = check_items(items, Options(), source)
    related = ((item, findings) for item, findings in checked if not isinstance(item, Unrelated))
    for text, group in groupby(related, key=lambda pair: pair[0].text):
        pairs = list(group)
        found = corpus.placed((finding, text) for _, findings in pairs for finding in findings)
        for item, findings in pairs:
            yield item, list(islice(found, len(findings)))


def _capture(item: Item, seen: _Seen, findings: list[Finding]) -> tuple[Capture, list[Finding]]:
    """Draw a capture with the findings that are about it, and give those that are not back."""
    top = to_pointer(az_cli.as_written(seen.body, seen.path))
    mine: list[Finding] = []
    rest: list[Finding] = []
    for finding in findings:
        within = f"{finding.pointer}/".startswith(f"{top}/") and seen.side in {None, finding.side}
        (mine if within else rest).append(finding)
    run, others = placed(read(seen.body, seen.path), mine)
    if not run.name and isinstance(item, Exchange):  # a request need not repeat what its URL says
        run = replace(run, name=word(item.parameters.get("updateRunName")))
    return Capture(_place(item, seen.path), run, tuple(others)), rest


def _place(item: Item, path: Path) -> str:
    """Say where in its file a capture is."""
    words = [] if isinstance(item, Unrelated) or item.entry is None else [f"entry {item.entry}"]
    if isinstance(item, Exchange):
        words.append(f"{item.operation} {item.status}")
    elif isinstance(item, Document) and item.line is not None:
        words = [f"line {item.line}"]
    if path:
        words.append(f"item {path[-1]}")
    return ", ".join(words)


# The runs of an item


def _runs(item: Item) -> Iterator[_Seen]:
    if isinstance(item, Document):
        yield from _in_body(item.body, None, None)
    elif isinstance(item, Exchange):
        found = list(_in_body(item.response, "response", item))
        if not found and item.operation == "put":
            found = list(_in_body(item.request, "request", item))
        yield from found


def _in_body(body: object, side: Side | None, exchange: Exchange | None) -> Iterator[_Seen]:
    if not isinstance(body, Body) or not (body.shallow or excess(body.value) is None):
        return
    for path, value in _values(body.value):
        if isinstance(value, dict):
            yield _Seen(body, path, side, _key(value, exchange))


def _values(value: JSON) -> Iterator[tuple[Path, JSON]]:
    kind = recognition.kind(value)
    if kind == "page":
        yield from ((("value", index), item) for index, item in enumerate(value["value"]))
    elif kind == "array":
        yield from (((index,), item) for index, item in enumerate(value))
    elif kind == "run":
        yield (), value


def _key(run: dict[str, JSON], exchange: Exchange | None) -> object:
    """Tell which run this is, as `history.History` does: one id, whatever its case, and one creation."""
    identity, data = run.get("id"), run.get("systemData")
    if not isinstance(identity, str) or (exchange is not None and exchange.alternative):
        return object()
    created = data.get("createdAt") if isinstance(data, dict) else None
    time = date_time(created) if isinstance(created, str) else None
    return identity.lower(), None if time is None else time // MICROSECOND


# From capture to capture


def _add(captures: list[Capture], capture: Capture) -> None:
    captures.append(replace(capture, changes=tuple(_changes(captures[-1].run, capture.run))) if captures else capture)


def _changes(before: Part, after: Part) -> Iterator[Change]:
    known = dict(before.trails())
    for trail, part in after.trails():
        old = known.pop(trail, None)
        if old is None:
            yield Change(trail, f"new, {part.state}" if part.state else "new", "", part.state)
        elif old.state != part.state:
            yield Change(trail, f"{old.state or 'no state'} → {part.state or 'no state'}", old.state, part.state)
        elif (old.faults, old.message) != (part.faults, part.message):
            yield Change(trail, "says something else")
        elif (old.start, old.completed) != (part.start, part.completed):
            yield Change(trail, "other times")
        elif (old.cluster, old.facts) != (part.cluster, part.facts):
            yield Change(trail, "other particulars")
    for trail in known:
        yield Change(trail, "gone")


def _folded(captures: list[Capture]) -> tuple[Capture, ...]:
    """Count captures that show the same as the one before along with it."""
    folded: list[Capture] = []
    for capture in captures:
        if folded and not capture.changes and not capture.findings:
            folded[-1] = replace(folded[-1], again=folded[-1].again + 1)
        else:
            folded.append(capture)
    return tuple(folded)
