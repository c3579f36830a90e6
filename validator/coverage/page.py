"""Reports as a page: the definitions as a tree to open, and the rules, the states and the operations. `coverage.html` is its template."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..wording import printable
from .coverage import Place
from .facts import Fact, constraints
from .report import Report


class Leaf(NamedTuple):
    """A fact on the page: its label, its first place, and the reason why it is not asked for."""

    label: str
    place: Place | None
    reason: str

    @property
    def css_class(self) -> str:
        """The class of the stylesheet: that of a state that looks like it."""
        return "skipped" if self.reason else "failed" if self.place is None else "completed"

    @property
    def note(self) -> str:
        """Where the fact is, or why it is not asked for."""
        if self.place is None:
            return self.reason or "missing"
        line = f":{self.place.line}" if self.place.line is not None else ""
        entry = f" entry {self.place.entry}" if self.place.entry is not None else ""
        return printable(f"{self.place.source}{line}{entry} {self.place.pointer or '(top)'}")


@dataclass(slots=True)
class Branch:
    """Facts that belong together, such as those of a property, with the branches below."""

    title: str
    leaves: list[Leaf] = field(default_factory=list)
    branches: dict[str, Branch] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """The number of missing facts, those below included."""
        return sum(leaf.css_class == "failed" for leaf in self.leaves) + sum(each.missing for each in self.branches.values())


def write_html(reports: Sequence[Report]) -> str:
    """Return a page of reports."""
    from ..show.page import render  # late: it needs Jinja2

    return render(os.path.dirname(os.path.abspath(__file__)), "coverage.html", trees=[(report, tree_of(report)) for report in reports])


def tree_of(report: Report) -> Branch:
    """Return the facts of a report as a tree: values and constraints belong to their definitions and properties."""
    tree = Branch(report.version)
    for fact in (*report.facts, *report.unasked):
        *way, label = _place(fact, report.version)
        branch = tree
        for title in way:
            branch = branch.branches.setdefault(title, Branch(title))
        branch.leaves.append(Leaf(label, report.facts.get(fact), report.unasked.get(fact, "")))
    return tree


def _place(fact: Fact, version: str) -> tuple[str, ...]:
    """Return the titles of the branches that lead to a fact, and its label."""
    if fact.section == "constraints":
        constraint = constraints(version)[fact.name]
        name, label = ".".join(filter(None, (constraint.definition, constraint.key))), f"{constraint.keyword} {fact.aspect}"
    elif fact.section == "values":
        name, _, label = fact.name.partition("=")
    elif fact.section == "definitions":
        name, label = fact.name, fact.aspect
    elif fact.section == "rules":
        return "rules", fact.name, fact.aspect
    else:
        name, _, label = fact.name.partition(" ")
        return fact.section, name, label
    definition = name.partition(".")[0]
    return ("definitions", definition, label) if name == definition else ("definitions", definition, name, label)
