"""The report of a coverage: what of the contract of an api-version is there, and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .contract import all_facts
from .coverage import Coverage, Place
from .facts import SECTIONS, Fact, Section


@dataclass(frozen=True, slots=True)
class Report:
    """The facts that are asked for of an api-version, each with its first place or None, and those that are not, each with the reason."""

    version: str
    facts: dict[Fact, Place | None]
    unasked: dict[Fact, str]
    is_part: bool = False

    @property
    def missing(self) -> list[Fact]:
        """The facts that are missing, in the order of the contract."""
        return [fact for fact, place in self.facts.items() if place is None]

    def rows(self) -> Iterator[Row]:
        """Yield a row for each section and aspect, with the facts in it."""
        for section in SECTIONS:
            aspects = dict.fromkeys(fact.aspect for fact in self.facts if fact.section == section)
            for aspect in aspects:
                yield Row(
                    section, aspect, {fact: place for fact, place in self.facts.items() if (fact.section, fact.aspect) == (section, aspect)}
                )

    @property
    def share(self) -> float:
        """The share of the facts that are there, in percent, rounded down."""
        return _share(self.facts.values())


class Row(NamedTuple):
    """The facts of a section with one aspect, each with its place."""

    section: Section
    aspect: str
    facts: dict[Fact, Place | None]

    @property
    def label(self) -> str:
        """What the facts are."""
        return "steps" if self.aspect == "step" else self.section if self.section in _PLAIN else f"{self.section} {self.aspect}"

    @property
    def there(self) -> int:
        """The number of facts that are there."""
        return sum(place is not None for place in self.facts.values())

    @property
    def share(self) -> float:
        """The share of the facts that are there, in percent, rounded down."""
        return _share(self.facts.values())

    @property
    def missing(self) -> list[str]:
        """The names of the missing facts."""
        return [fact.name for fact, place in self.facts.items() if place is None]


_PLAIN = ("values", "states", "operations")
"""The sections whose facts have one aspect, besides the steps between states."""


def _share(places: Collection[Place | None]) -> float:
    there = sum(place is not None for place in places)
    return there * 1000 // len(places) / 10 if places else 100.0


def reports_of(coverage: Coverage, version: str | None = None, only: Collection[Section] = ()) -> list[Report]:
    """Return the report about an api-version, or about each that judged something, with some sections or all."""
    versions = sorted(coverage.places) if version is None else [version]
    return [_report(each, coverage.first_places(each), only or SECTIONS) for each in versions]


def _report(version: str, places: dict[Fact, Place], only: Collection[Section]) -> Report:
    known = {fact: reason for fact, reason in all_facts(version).items() if fact.section in only}
    facts = {fact: places.get(fact) for fact, reason in known.items() if not reason}
    return Report(version, facts, {fact: reason for fact, reason in known.items() if reason}, len(only) < len(SECTIONS))
