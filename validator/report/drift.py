"""What a client meets on the way from one api-version to another, as text, JSON or Markdown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from ..contract.drift import Change, Facts, changes, facts_of
from ..contract.schemas import Contract
from ..findings import Finding
from ..rules.by_version import rules_of
from ..wording import count, listed, printable
from .json_report import as_json
from .markdown import code
from .report import describe_finding


class Row(NamedTuple):
    """A line about what changes: the kind of the thing, its name, and what it was and is, both empty where there is nothing to tell."""

    kind: str
    change: str
    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs between two api-versions: facts of the schemas, rules, and findings that are new in some files.

    `findings` are None where no files were checked.
    """

    old: Contract
    new: Contract
    findings: tuple[Finding, ...] | None = None
    checked: int = 0

    @property
    def changes(self) -> list[Change]:
        """The facts that differ."""
        return changes(self.old, self.new)

    def rows(self) -> Iterator[Row]:
        """Yield a row for each definition, property, constraint of a property that both have, value, and rule that differs."""
        found = self.changes
        facts = facts_of(self.old), facts_of(self.new)
        by_name = {each.fact: each for each in found}
        kinds: dict[str, list[Row]] = {"definition": [], "property": [], "constraint": [], "value": []}
        for change, name, old, new in found:
            if "#" in name:
                if by_name.get(name.partition("#")[0]) is None:  # those of a property that is new itself are listed with it
                    kinds["constraint"].append(Row("constraint", change, name.replace("#", " "), _plain(old), _plain(new)))
            else:
                kind = str(old or new)
                was, is_now = (_details(each, name) if kind == "property" else "" for each in facts)
                kinds[kind].append(Row(kind, change, name, was, is_now))
        for rows in kinds.values():
            yield from rows
        yield from self._rules()

    def _rules(self) -> Iterator[Row]:
        old, new = rules_of(self.old.version), rules_of(self.new.version)
        for name in (*new, *(name for name in old if name not in new)):
            if old.get(name) != new.get(name):
                change = "added" if name not in old else "removed" if name not in new else "changed"
                yield Row("rule", change, name, str(old.get(name, "")), str(new.get(name, "")))


def _plain(value: Any) -> str:
    return "" if value is None else "yes" if value is True else str(value)


def _details(facts: Facts, name: str) -> str:
    """Return what is known of a property: its type, or the definition of its values, and its constraints."""
    own = {fact.partition("#")[2]: value for fact, value in facts.items() if fact.startswith(f"{name}#")}
    what = own.pop("ref", None) or (f"array of {own.pop('items')}" if "items" in own else own.get("type"))
    own.pop("type", None)
    words = [keyword if value is True else f"{keyword} {value}" for keyword, value in sorted(own.items())]
    return ", ".join([str(what), *words]) if what else ""


_PLURALS = {
    "definition": "Definitions",
    "property": "Properties",
    "constraint": "Constraints",
    "value": "Values",
    "rule": "Rules",
}
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def _title(drift: Drift) -> str:
    numbers = Counter(row.kind for row in drift.rows())
    what = listed([count(number, kind, _PLURALS[kind].lower()) for kind, number in numbers.items()], "and") if numbers else "nothing"
    return f"From {drift.old.version} to {drift.new.version}: {what} {'differ' if numbers.total() > 1 else 'differs'}"


def _found(drift: Drift) -> str:
    """Return how many findings are new in the files that were checked."""
    number = len(drift.findings or ())
    return f"{count(number, 'new finding') if number else 'No new finding'} in {count(drift.checked, 'file')} under {drift.new.version}"


def _both(row: Row) -> str:
    return " → ".join(filter(None, (row.old, row.new)))


def write_text(drift: Drift) -> str:
    """Return the differences as text."""
    lines = [f"{_title(drift)}."]
    for kind, rows in groupby(drift.rows(), key=lambda row: row.kind):
        lines += ["", _PLURALS[kind]]
        lines += [f"  {_SIGNS[row.change]} {row.name}{f'  {_both(row)}' if _both(row) else ''}" for row in rows]
    if drift.findings is not None:
        lines += ["", f"{_found(drift)}{':' if drift.findings else '.'}"]
        for source, findings in groupby(drift.findings, key=lambda finding: finding.source):
            lines.append(printable(source))
            lines += [f"  {_line(finding)}" for finding in findings]
    return "\n".join(lines) + "\n"


def _line(finding: Finding) -> str:
    position = "" if finding.line is None else f"{finding.line}:{finding.column} "
    return f"{position}{finding.severity} {finding.rule} {describe_finding(finding)}"


def write_markdown(drift: Drift) -> str:
    """Return the differences as Markdown."""
    lines = [f"# {drift.old.version} → {drift.new.version}", "", f"{_title(drift)}."]
    for kind, rows in groupby(drift.rows(), key=lambda row: row.kind):
        lines += ["", f"## {_PLURALS[kind]}", "", "| | name | before | after |", "|---|---|---|---|"]
        lines += [f"| {row.change} | {_code(row.name)} | {_code(row.old)} | {_code(row.new)} |" for row in rows]
    if drift.findings is not None:
        lines += ["", "## Findings", "", f"{_found(drift)}."]
        if drift.findings:
            lines += ["", "| file | severity | finding | rule |", "|---|---|---|---|"]
        for finding in drift.findings:
            place = printable(finding.source) if finding.line is None else f"{printable(finding.source)}:{finding.line}"
            lines.append(f"| {code(place)} | {finding.severity} | {code(describe_finding(finding))} | {code(finding.rule)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{_cell(text)}`" if text else ""


def write_json(drift: Drift) -> str:
    """Return the differences as JSON."""
    document: dict[str, Any] = {
        "old": drift.old.version,
        "new": drift.new.version,
        "changes": [each._asdict() for each in drift.changes],
        "rules": [
            {"change": row.change, "rule": row.name, "old": row.old or None, "new": row.new or None}
            for row in drift.rows()
            if row.kind == "rule"
        ],
        "findings": None if drift.findings is None else [as_json(finding) for finding in drift.findings],
    }
    return json.dumps(document, indent=2) + "\n"


WRITERS: dict[str, Callable[[Drift], str]] = {"text": write_text, "json": write_json, "markdown": write_markdown}
"""The formats."""
