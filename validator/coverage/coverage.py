"""Coverage: a fold over what was checked, in bounded memory. It is an observer of a check, and can be used by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from ..checker.body import CheckedInstance, Context, Instance, check_instance
from ..checker.checked import Checked
from ..checker.history import History, HistoryStep
from ..checker.item import check_item
from ..checker.options import Options
from ..contract import schemas
from ..contract.operations import STATUSES
from ..findings import Finding, Side
from ..pointer import JSON, Path, to_pointer
from ..readers import positions
from ..readers.items import Body, Document, Exchange, Item, Text, Unreadable
from ..rules.catalogue import RULES, by_name
from ..run.spec import UNKNOWN
from .facts import Fact, Kind, constraint_name, facts_of, kinds, new_shapes, path_of


class Place(NamedTuple):
    """Where a fact is: the file, the entry and the line, each None where it has none, and the JSON Pointer in the body."""

    source: str
    entry: int | None
    line: int | None
    pointer: str


Places: TypeAlias = dict[str, dict[Fact, Place]]
"""The first place of each fact, by api-version."""


class Coverage:
    """The facts of each api-version in what was checked, each with its first place.

    Give it to a check as its observer, or add items to it. It can be pickled, and merged with that of another process. Without `lines`,
    no lines are looked up, which takes less time.
    """

    def __init__(self, *, lines: bool = True) -> None:
        self._places: Places = {}
        self._lines = lines
        self._kinds: dict[tuple[str, Side], dict[str, Kind]] = {}
        self._history = History()
        self._new: list[tuple[str, Fact]] = []
        self._text: Text | None = None
        self._unplaced: list[tuple[str, Fact, Side]] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._lines, self.places)

    def add(self, item: Document | Exchange | Unreadable, source: str = "", options: Options | None = None) -> list[Finding]:
        """Check an item, add what is in it, and return the findings, those about the history of the items so far included."""
        checked = check_item(item, options or Options(), source)
        self.add_item(item, checked, source)
        later = self._history.add(checked.captures)
        self.add_steps(self._history.steps, later, item)
        return [*checked.findings, *later]

    def add_instance(
        self, value: JSON, definition: str, *, side: Side = "response", version: str = schemas.DEFAULT_VERSION, source: str = ""
    ) -> list[Finding]:
        """Check an instance of a definition by itself, add what is in it, and return the findings."""
        body, options = Body(value), Options(version=version)
        checked = check_instance(Instance((), value, definition, side), body, Context(options))
        self.add_item(Document(body), Checked(checked.findings, [], checked.version, [checked]), source)
        return checked.findings

    def merge(self, other: Coverage | Places) -> None:
        """Add what is in another coverage, after what is in this one."""
        for version, facts in (other.places if isinstance(other, Coverage) else other).items():
            known = self._places.setdefault(version, {})
            for fact, place in facts.items():
                if fact not in known:
                    known[fact] = place
                    self._new.append((version, fact))

    @property
    def places(self) -> Places:
        """The facts of each api-version, with their first places."""
        self._look_up()
        return self._places

    def first_places(self, version: str) -> dict[Fact, Place]:
        """Return the facts of an api-version, each with its first place."""
        return self.places.get(version, {})

    # As the observer of a check

    def add_item(self, item: Item, checked: Checked, source: str) -> None:
        """Add the facts in an item that was checked."""
        if not checked.version:
            return
        text: Text | None = getattr(item, "text", None)
        line = item.line if isinstance(item, Document) else None
        for instance in checked.instances:
            for fact, path in self._of_instance(instance):
                self._add(instance.version, fact, Place(source, item.entry, line, ""), instance.instance.side, text, path)
        whole = [*_CALLED["page"]] if checked.is_page else []
        if isinstance(item, Exchange):
            whole += [*_of_operation(item), *_CALLED["exchange"]]
        for fact in whole:
            self._add(checked.version, fact, Place(source, item.entry, line, ""), "document", text)
        self._add_fired(checked.findings, checked.version, text, line)

    def add_steps(self, steps: Iterable[HistoryStep], findings: Iterable[Finding], item: Item | None) -> None:
        """Add the facts in the steps of histories to the captures in an item; without the item, they have no lines."""
        version = schemas.DEFAULT_VERSION
        text: Text | None = getattr(item, "text", None)
        line = item.line if isinstance(item, Document) else None
        for step in steps:
            version, origin = step.capture.version, step.capture.origin
            for fact, path in _of_step(step):
                self._add(version, fact, Place(origin.source, origin.entry, line, ""), "response", text, origin.as_written(path))
        self._add_fired(findings, version, text, line)

    def needs_item(self, steps: Iterable[HistoryStep]) -> bool:
        """Return whether the lines of new facts in steps have to be looked up."""
        return self._lines and any(fact not in self._places.get(step.capture.version, ()) for step in steps for fact, _ in _of_step(step))

    def take(self) -> Places:
        """Return the facts that were added since the last call."""
        self._look_up()
        new: Places = {}
        for version, fact in self._new:
            new.setdefault(version, {})[fact] = self._places[version][fact]
        self._new = []
        return new

    def put(self, taken: Places, *, lines: int = 0, entries: int = 0) -> None:
        """Add what was taken from a piece of a file, so many lines and entries after its beginning."""
        self.merge({version: {fact: _moved(place, lines, entries) for fact, place in facts.items()} for version, facts in taken.items()})

    # Facts

    def _of_instance(self, instance: CheckedInstance) -> Iterator[tuple[Fact, Path]]:
        (_, _, version, (_, _, definition, side, *_), origin, value, errors) = instance
        known = self._kinds.get((version, side)) or self._kinds.setdefault((version, side), kinds(version, side))
        if value is not None and definition in known:
            for shape, node in new_shapes(value, known[definition]):
                for fact, path in facts_of(shape):
                    yield fact, origin.as_written((*path_of(node), *path))
        for error in errors:
            if error.location[0]:
                yield Fact("constraints", constraint_name(error.location), "broken"), origin.as_written(error.path)

    def _add_fired(self, findings: Iterable[Finding], version: str, text: Text | None, line: int | None) -> None:
        for finding in findings:
            if finding.rule in by_name():
                place = Place(finding.source, finding.entry, line, finding.pointer)
                self._add(version, Fact("rules", finding.rule, "fired"), place, finding.side, text)

    # Places

    def _add(self, version: str, fact: Fact, place: Place, side: Side, text: Text | None, path: Path | None = None) -> None:
        """Keep the place of a fact if it is new; its line is looked up together with those of others in the text."""
        known = self._places.get(version)
        if known is None:
            known = self._places[version] = {}
        if fact in known:
            return
        if text is not self._text:
            self._look_up()
            self._text = text
        known[fact] = place if path is None else place._replace(pointer=to_pointer(path))
        self._new.append((version, fact))
        if text is not None and self._lines:
            self._unplaced.append((version, fact, side))

    def _look_up(self) -> None:
        text = self._text
        if text is not None and self._unplaced:
            places = [self._places[version][fact] for version, fact, _ in self._unplaced]
            targets = [
                positions.target(place.pointer, place.entry, side, text) for place, (_, _, side) in zip(places, self._unplaced, strict=True)
            ]
            for (version, fact, _), place, position in zip(self._unplaced, places, positions.locate(text, targets), strict=True):
                if position is not None:
                    self._places[version][fact] = place._replace(line=position.line)
        self._text, self._unplaced = None, []


def _restored(lines: bool, places: Places) -> Coverage:  # noqa: FBT001 - pickle passes values by their position
    coverage = Coverage(lines=lines)
    coverage.merge(places)
    return coverage


_CALLED = {
    subject: [Fact("rules", rule.name, "called") for rule in RULES if rule.subject == subject]
    for subject in ("page", "exchange", "history")
}
"""The facts that the rules about a subject are called."""


def _of_operation(exchange: Exchange) -> Iterator[Fact]:
    if exchange.operation in STATUSES and (exchange.status >= 400 or exchange.status in STATUSES[exchange.operation]):
        outcome = str(exchange.status) if exchange.status < 400 else "error"
        yield Fact("operations", f"{exchange.operation} {outcome}", "answered")


def _of_step(step: HistoryStep) -> Iterator[tuple[Fact, Path]]:
    """Yield the facts in a step of a history, each with the path in the run."""
    yield from ((fact, ()) for fact in _CALLED["history"])
    for name, before, after in step.changed:
        if UNKNOWN not in (before.state, after.state) and before.state != after.state:
            yield Fact("states", f"{name[-2]} {before.state} to {after.state}", "step"), after.place("state").path


def _moved(place: Place, lines: int, entries: int) -> Place:
    entry, line = place.entry, place.line
    return place._replace(entry=None if entry is None else entry + entries, line=None if line is None else line + lines)
