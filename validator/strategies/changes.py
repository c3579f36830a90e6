"""Changes of clean documents that break a rule, and the violations that are made of them.

The changes are the examples in the docstrings of the rules, and those of the constraints of the schemas. What a change does not
mention varies: names, days, and which optional properties there are.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from random import Random
from uuid import UUID

from ..contract import schemas
from ..contract.engines import ENGINES
from ..findings import BodySide
from ..pointer import JSON, follow, steps
from ..rules.by_version import is_of
from ..rules.example import COUNTERPARTS, DERIVED_NAMES, EXAMPLES, NAMES, SUBSCRIPTION, changed, side_of
from ..rules.rule import BOTH, Example, Rule
from ..simulation.trimming import dated, of_version
from .names import choose_names
from .violation import ABSENT, Violation, check_as

_OPTIONAL = (
    "/eTag",
    "/systemData",
    "/properties/provisioningState",
    "/properties/managedClusterUpdate/nodeImageSelection",
    "/properties/status/nodeImageSelection",
)
"""Properties of a run that are absent from some violations, unless an example or its finding is about them."""

_MAX_DAYS = 5000
_TOKEN = re.compile(
    rf'((?<=["/])(?<!containerservice/)(?:{"|".join((*NAMES, *DERIVED_NAMES, SUBSCRIPTION))})(?=["/?])(?!":)'
    r'|(?<=")20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])(?=T))',
    re.IGNORECASE,
)
"""A name or a date in a JSON text. Ids have names in any case; the segment after the namespace is a type, and no name."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A change of a clean document that breaks a rule; `of`, `side` and `keyword` are those of `Violation`."""

    rule: str
    of: str
    side: BodySide
    unbroken: JSON = field(repr=False)
    example: Example
    version: str
    keyword: str | None = None

    @property
    def broken(self) -> JSON:
        """The document after the change."""
        if "" in self.example.put:
            return self.example.put[""]
        return changed(self.unbroken, put=self.example.put, removed=self.example.removed)

    @property
    def findings(self) -> list[tuple[str, str]]:
        """The rules and pointers of the findings, those of the rule first."""
        found = [(finding.rule, finding.pointer) for finding in check_as(self.broken, self.of, self.side, self.version)]
        return sorted(found, key=lambda each: (each[0] != self.rule, each))


@dataclass(frozen=True, slots=True)
class _Template:
    """A change that can be varied.

    `unbroken` and `broken` are JSON texts, split at their names and dates, so that every second part is one of those.
    `changed_at` is the pointer of the change that the finding is about, and `omissible` are the `_OPTIONAL` properties that can be
    absent. The first of the `findings` is that of the rule.
    """

    unbroken: tuple[str, ...]
    broken: tuple[str, ...]
    changed_at: str
    omissible: tuple[str, ...]
    findings: tuple[tuple[str, str], ...]


@cache
def changes_of_rule(rule: Rule, version: str = schemas.DEFAULT_VERSION) -> tuple[Change, ...]:
    """Return the changes of the examples of a rule, on the clean examples as an api-version has them; none for a rule of other versions.

    An example that needs what the version lacks is of other versions. One on one side of a rule about both sides counts on the other
    side as well, if it breaks nothing else there.

    Raises ValueError for a rule of the version that none of its examples breaks.
    """
    if not is_of(rule, version):
        return ()
    made = [
        change
        for example in rule.examples
        for change in _made(rule, example, version)
        if change.findings[:1] and change.findings[0][0] == rule.name
    ]
    if not made:
        raise ValueError(f"an example of the rule {rule.name} does not break it; correct the Example in its docstring")
    others = [
        other
        for example in rule.examples
        if rule.sides == BOTH and example.of in COUNTERPARTS
        for other in _made(rule, example._replace(of=COUNTERPARTS[example.of]), version)
    ]
    return (*made, *(other for other in others if [name for name, _ in other.findings] == [rule.name]))


def _made(rule: Rule, example: Example, version: str) -> list[Change]:
    """Return the change of an example at an api-version, none if what it changes is not there."""
    try:
        change = _change(rule, example, version)
    except (LookupError, TypeError):
        return []
    return [] if check_as(change.unbroken, change.of, change.side, version) else [change]


def _change(rule: Rule, example: Example, version: str) -> Change:
    unbroken = of_version(EXAMPLES[example.of], version)
    of = "history" if isinstance(unbroken, list) else "exchange" if "url" in unbroken else "page" if "value" in unbroken else "run"
    side = side_of(example.of)
    change = Change(
        rule.name,
        of,
        side,
        unbroken,
        example._replace(put={pointer: dated(value, version) for pointer, value in example.put.items()}),
        version,
    )
    assert change.broken is not None  # raises LookupError or TypeError where what the example changes is not there
    return replace(change, keyword=_keyword(rule, change)) if rule.subject == "schema" else change


def _keyword(rule: Rule, change: Change) -> str | None:
    """Return the keyword with which the schemas state the rule that a change breaks."""
    contract = schemas.load(change.version)
    for _, (definition, location) in ENGINES["fast"](contract.version, "UpdateRun", change.side)(change.broken):
        stated = contract.rule(definition, location) if location in contract.constraints(definition) else None
        if stated is not None and stated[0] == rule.name:
            return str(location[-1])
    return None


@cache
def _template(change: Change) -> _Template:
    findings = change.findings
    place = {"exchange": f"/{change.side}{findings[0][1]}"}.get(change.of, findings[0][1])
    pointers = [pointer.removesuffix("/-") for pointer in (*change.example.put, *change.example.removed)]
    pointers = [each for each in pointers if follow(change.unbroken, steps(each), ABSENT) != follow(change.broken, steps(each), ABSENT)]
    return _Template(
        _split(change.unbroken),
        _split(change.broken),
        next((pointer for pointer in pointers if _overlap(pointer, place)), pointers[0]),
        tuple(name for name in _OPTIONAL if _is_omissible(name, change, (*pointers, place))),
        tuple(findings),
    )


_PREFIXES = {"run": ("",), "exchange": ("/response",), "page": ("/value/0", "/value/1"), "history": ("/0", "/1")}
"""The pointers of the runs in a document."""


def _is_omissible(name: str, change: Change, mentioned: Sequence[str]) -> bool:
    places = [prefix + name for prefix in _PREFIXES.get(change.of, ())]
    present = places and follow(change.unbroken, steps(places[0]), ABSENT) is not ABSENT
    return bool(present) and not any(_overlap(place, other) for place in places for other in mentioned)


def _overlap(one: str, other: str) -> bool:
    """Return whether two pointers are the same, or one is below the other."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _split(document: JSON) -> tuple[str, ...]:
    return tuple(_TOKEN.split(json.dumps(document, separators=(",", ":"))))


# Variation


def vary(random: Random, changes: Sequence[Change]) -> Violation:
    """Choose a change, vary what it does not mention, and return the violation."""
    change = random.choice(changes)
    template = _template(change)
    omitted = random.choice((None, *template.omissible))
    new = _new_names(template, random)
    days = 0 if change.side == "request" else random.randrange(_MAX_DAYS)
    violation = _violation(change, new, days, omitted)
    if _is_exact(violation) and (omitted is None or not check_as(violation.original, change.of, change.side, change.version)):
        return violation
    # The document or the change needs the omitted property, or has a chosen name in another place.
    violation = _violation(change, new, days, None)
    return violation if _is_exact(violation) else _violation(change, {}, 0, None)


def _new_names(template: _Template, random: Random) -> dict[str, str]:
    """Choose a name for each name in a document, and make the derived ones of these."""
    used = {token.lower() for token in (*template.unbroken[1::2], *template.broken[1::2])}
    new = {SUBSCRIPTION: str(UUID(int=random.getrandbits(128)))} if SUBSCRIPTION in used else {}
    for kind in dict.fromkeys(NAMES.values()):
        old = [name for name in NAMES if NAMES[name] == kind and name in used]
        new |= zip(old, choose_names(random, kind, len(old)), strict=True)
    derived = [(name, new[of]) for name, of in DERIVED_NAMES.items() if name in used and of in new]
    return new | {name: f"{of[:40]}-{number}" for number, (name, of) in enumerate(derived)}


def _violation(change: Change, new: dict[str, str], days: int, omitted: str | None) -> Violation:
    template = _template(change)
    unbroken, document = (json.loads("".join(_renamed(parts, new, days))) for parts in (template.unbroken, template.broken))
    for prefix in () if omitted is None else _PREFIXES[change.of]:
        *way, last = steps(prefix + str(omitted))
        for each in (unbroken, document):
            del follow(each, tuple(way))[last]
    at, ((_, pointer), *also) = steps(template.changed_at), template.findings
    return Violation(
        document, change.rule, pointer, change.keyword, follow(unbroken, at, ABSENT), follow(document, at, ABSENT),
        unbroken, change.of, change.side, tuple(also), change.version,
    )  # fmt: skip


def _renamed(parts: tuple[str, ...], new: dict[str, str], days: int) -> Iterator[str]:
    for index, part in enumerate(parts):
        if index % 2 == 0:
            yield part
        elif part.startswith("20") and part[4] == "-":
            yield _later(part, days)
        else:
            name = new.get(part.lower(), part)
            yield name.upper() if part.isupper() else name


@lru_cache(maxsize=1024)
def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def _is_exact(violation: Violation) -> bool:
    expected = Counter([(violation.rule, violation.pointer), *violation.related])
    return Counter((finding.rule, finding.pointer) for finding in violation.findings()) == expected
