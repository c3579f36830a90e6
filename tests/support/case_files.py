"""The case files of rules and of normal responses: documents, each made from a base, with the findings that are expected in them.

A case is an object with these keys; all but `name` and one of `of`, `document` and `capture` may be left out:

    name        what the case shows, unique in its file
    of          the base: one of EXAMPLES in rules/example.py (`request`, `response`, `completed run`, `exchange`, `history` and
                `history of a completed run`), or a file in cases/bases, without its `.json`
    document    the value itself, instead of a base
    capture     a recording, read as a file is, instead of a base
    put         JSON Pointers with the values to put there
    take        JSON Pointers of the values to remove, an array
    as          the side, `request` or `response`, where the value does not show it
    findings    every finding that the check must have, of whatever rule, in the order of the check. Left out, the case is clean
    unrelated   the number of entries of a recording that are skipped

A value with a `url` is an exchange, and an array is a history: its pointers begin with the number of the capture, from 0.

A finding is as in a JSON report, without what is known from elsewhere: `rule` is that of the file; `severity` and `cites` are those of
the rule; `side` is the rule's, or else that of the base; any other key has its default. A string in `related` is the pointer of a place
in the earlier capture. A failing test prints the findings as the file must have them.

Cases that differ in little are one, with names in braces:

    each        the parts, or whatever the cases differ in: objects of names and values, such as {"part": "stage", "at": "/properties/..."}
    table       lines of words: the states of the later capture, and then a line for each state of the earlier one, with a mark for
                each pair: `x` has the findings, `.` is clean, and `-` is no case. The names are {before} and {after}, and
                {before status} and {after status}
    statuses    the statuses of the states, where they are more than {"state": ...}
"""

from __future__ import annotations

import io
import json
import pathlib
from dataclasses import asdict, dataclass
from functools import cache

import validator
from validator import Exchange, Finding
from validator.checker.item import check_items
from validator.checker.options import Options
from validator.contract.engines import EngineName
from validator.findings import BodySide, Related
from validator.pointer import JSON
from validator.readers import reader
from validator.readers.items import Item
from validator.report.json_report import as_json
from validator.rules.catalogue import by_name
from validator.rules.entries import entries
from validator.rules.example import EXAMPLES, changed, side_of

from .tables import expanded

CASES = pathlib.Path(__file__).parent.parent / "cases"

_FINDING = as_json(Finding("", validator.Severity.ERROR, ""))
_RELATED = {key: value for key, value in asdict(Related("")).items() if key != "pointer"}
_EARLIER = "the earlier capture"


@dataclass(frozen=True, slots=True)
class Case:
    """A case of a case file: its claim, the value to check, and the findings in it, none if it is clean."""

    file: str
    name: str
    value: JSON
    side: BodySide | None
    recorded: bool
    findings: list[JSON]
    unrelated: int = 0
    of: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"

    @property
    def is_document(self) -> bool:
        """Whether the case is neither an exchange nor a recording."""
        return not self.recorded and not (isinstance(self.value, dict) and "url" in self.value)

    def check(self, engine: EngineName = "fast") -> list[Finding]:
        """Check the value as a document, an exchange or a recording."""
        if self.recorded:
            return [finding for _, findings in check_items(self.read(), Options(engine)) for finding in findings]
        if self.is_document:
            return validator.check(self.value, side=self.side, engine=engine)
        return validator.check_exchange(Exchange.of(**self.value), engine=engine)

    def read(self) -> list[Item]:
        """Read the recording, as a file is read."""
        return list(reader.read(io.BufferedReader(io.BytesIO(json.dumps(self.value).encode()))))


@cache
def bases() -> dict[str, JSON]:
    """Return the bases, by name."""
    return EXAMPLES | {path.stem: json.loads(path.read_bytes()) for path in sorted((CASES / "bases").iterdir())}


def file_names(folder: str) -> list[str]:
    """Return the names of the case files in a folder."""
    return sorted(path.stem for path in (CASES / folder).iterdir())


@cache
def cases(folder: str, file: str) -> tuple[Case, ...]:
    """Return the cases of a case file. Raises FileNotFoundError with what to write where there is none."""
    path = CASES / folder / f"{file}.json"
    if not path.exists():
        raise FileNotFoundError(
            f"write {path.relative_to(CASES.parent.parent)}: a JSON array of cases, as tests/support/case_files.py describes them"
        )
    return tuple(_case(file, case) for written in json.loads(path.read_bytes()) for case in expanded(written))


def repetitions(folder: str, file: str) -> list[str]:
    """Return what the findings in a case file need not have, as it is known from elsewhere."""
    return [
        f'"{key}": {json.dumps(value)} in "{case["name"]}"'
        for case in json.loads((CASES / folder / f"{file}.json").read_bytes())
        for finding in case.get("findings", ())
        for key, value in finding.items()
        if value == _defaults(file, finding.get("rule", file), case.get("as"), case.get("of", ""))[key]
    ]


def mismatch(case: Case, found: list[Finding]) -> str:
    """Return how the findings of a check differ from those of the case, as its file writes them; nothing where they are the same."""
    missing = list(case.findings)
    surplus = []
    for finding in map(as_json, found):
        if finding in missing:
            missing.remove(finding)
        else:
            surplus.append(finding)
    lines = [f"  found, but not in the file: {_written(case, finding)}" for finding in surplus]
    lines += [f"  in the file, but not found: {_written(case, finding)}" for finding in missing]
    if not lines and list(map(as_json, found)) != case.findings:
        lines = ["  the file must have the findings in this order:", *(f"    {_written(case, as_json(finding))}" for finding in found)]
    return "\n".join([f'"{case.name}" in {case.file}.json:', *lines]) if lines else ""


def _written(case: Case, finding: JSON) -> str:
    """Return a finding as a case file writes it."""
    defaults = _defaults(case.file, finding["rule"], case.side, case.of)
    brief = {key: value for key, value in finding.items() if value != defaults[key]}
    if "related" in brief:
        places = [{key: value for key, value in place.items() if value != _RELATED.get(key)} for place in brief["related"]]
        brief["related"] = [place["pointer"] if place == {"pointer": place["pointer"], "message": _EARLIER} else place for place in places]
    return json.dumps(brief, ensure_ascii=False)


def _case(file: str, case: JSON) -> Case:
    if "capture" in case:
        value = case["capture"]
    else:
        base = bases()[case["of"]] if "of" in case else case["document"]
        value = changed(base, put=case.get("put", {}), removed=tuple(case.get("take", ())))
    side, of = case.get("as"), case.get("of", "")
    findings = [_completed(finding, _defaults(file, finding.get("rule", file), side, of)) for finding in case.get("findings", ())]
    return Case(file, case["name"], value, side, "capture" in case, findings, case.get("unrelated", 0), of)


def _completed(finding: JSON, defaults: JSON) -> JSON:
    """Return a finding with the keys that the file leaves out."""
    related = [{"pointer": place, "message": _EARLIER} if isinstance(place, str) else place for place in finding.get("related", ())]
    return defaults | finding | {"related": [_RELATED | place for place in related]}


def _defaults(file: str, rule: str, side: BodySide | None, of: str) -> JSON:
    """Return the keys that a finding of a rule may leave out; the rule only if it is that of the file."""
    entry, known = entries().get(rule), by_name().get(rule)
    of_rule = {} if entry is None else {"severity": str(entry.severity), "cites": entry.cites}
    sides = (side or side_of(of),) if known is None or len(known.sides) > 1 else known.sides
    return _FINDING | of_rule | {"rule": file, "side": sides[0]}
