"""Violations of the rules of the catalogue, made from the examples in the docstrings of the rules.

What an example does not mention varies: names, days, and which optional properties there are.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from random import Random
from uuid import UUID

from hypothesis import strategies as st

from ..contract import schemas
from ..contract.schema_errors import ENGINES
from ..findings import Side
from ..pointer import JSON, steps
from ..rules.example import DERIVED_NAMES, EXAMPLES, NAMES, SUBSCRIPTION, changed
from ..rules.rule import BOTH, Example, Rule
from .bodies import NameSource, make_unique
from .constraints import constraints
from .documents import choices, names
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


@dataclass(frozen=True, slots=True)
class BrokenExample:
    """An example of a rule before and after its changes, and the findings that they cause.

    `unbroken` and `broken` are JSON texts, split at their names and dates, so that every second part is one of those.
    `changed_at` is the pointer of the change that the finding is about, and `omissible` are the `_OPTIONAL` properties
    that can be absent. The other fields are those of `Violation`.
    """

    rule: str
    of: str
    side: Side
    unbroken: tuple[str, ...] = field(repr=False)  # Hypothesis prints the arguments of a strategy
    broken: tuple[str, ...] = field(repr=False)
    changed_at: str
    omissible: tuple[str, ...] = field(repr=False)
    pointer: str
    keyword: str | None
    also: tuple[tuple[str, str], ...]


@cache
def broken_examples(rule: Rule) -> tuple[BrokenExample, ...]:
    """Return the broken examples of a rule.

    An example on one side of a rule about both sides counts on the other side as well, if it breaks nothing else there.

    Raises ValueError for an example that does not break its rule.
    """
    found = [_broken(rule, example) for example in rule.examples]
    if any(each is None for each in found):
        raise ValueError(f"an example of the rule {rule.name} does not break it; correct the Example in its docstring")
    others = [_on_other_side(rule, example) for example in rule.examples if rule.sides == BOTH and example.of in BOTH]
    return tuple(each for each in (*found, *others) if each is not None)


def _on_other_side(rule: Rule, example: Example) -> BrokenExample | None:
    try:
        other = _broken(rule, Example("request" if example.of == "response" else "response", example.put, example.removed))
    except (LookupError, TypeError):  # what the example changes is not there
        return None
    return other if other is not None and not other.also else None


def _broken(rule: Rule, example: Example) -> BrokenExample | None:
    """Check an example, and return it with its findings; None if the rule has none of them."""
    unbroken = EXAMPLES[example.of]
    document = changed(unbroken, put=example.put, removed=example.removed)
    of = "history" if isinstance(unbroken, list) else "exchange" if "url" in unbroken else "page" if "value" in unbroken else "run"
    side: Side = "request" if example.of == "request" else "response"
    findings = sorted((finding.rule != rule.name, finding.rule, finding.pointer) for finding in check_as(document, of, side))
    if not findings or findings[0][0]:
        return None
    (_, _, pointer), *others = findings
    place = f"/response{pointer}" if of == "exchange" else pointer
    changes = [change.removesuffix("/-") for change in (*example.put, *example.removed)]
    changes = [change for change in changes if _at(unbroken, steps(change)) != _at(document, steps(change))]
    return BrokenExample(
        rule.name,
        of,
        side,
        _split(unbroken),
        _split(document),
        next((change for change in changes if _overlap(change, place)), changes[0]),
        tuple(name for name in _OPTIONAL if _is_omissible(name, unbroken, of, (*changes, place))),
        pointer,
        _keyword(rule, document, side),
        tuple((name, other) for _, name, other in others),
    )


_PREFIXES = {"run": ("",), "exchange": ("/response",), "page": ("/value/0", "/value/1"), "history": ("/0", "/1")}
"""The pointers of the runs in a document."""


def _is_omissible(name: str, unbroken: JSON, of: str, mentioned: Sequence[str]) -> bool:
    places = [prefix + name for prefix in _PREFIXES[of]]
    return _at(unbroken, steps(places[0])) is not ABSENT and not any(_overlap(place, other) for place in places for other in mentioned)


def _overlap(one: str, other: str) -> bool:
    """Return whether two pointers are the same, or one is below the other."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _keyword(rule: Rule, document: JSON, side: Side) -> str | None:
    """Return the keyword that a document breaks, if the schemas state the rule."""
    stated = {(each.definition, (*each.location, each.keyword)): each.keyword for each in constraints() if each.rule == rule.name}
    failures = ENGINES["fast"](schemas.DEFAULT_VERSION, "UpdateRun", side)(document) if stated else []
    return next((stated[location] for _, location in failures if location in stated), None)


def _split(document: JSON) -> tuple[str, ...]:
    return tuple(_TOKEN.split(json.dumps(document, separators=(",", ":"))))


# Variation


@st.composite
def of_examples(draw: st.DrawFn, examples: Sequence[BrokenExample]) -> Violation:
    """Return a strategy for violations that vary what broken examples do not mention."""
    random = draw(choices)
    example, omitted = random.choice([(example, name) for example in examples for name in (None, *example.omissible)])
    new = _new_names(example, random, names(draw))
    days = 0 if example.side == "request" else random.randrange(_MAX_DAYS)
    violation = _violation(example, new, days, omitted)
    if _is_exact(violation):
        return violation
    # The example needs the omitted property, or has a drawn name in another place.
    violation = _violation(example, new, days, None)
    return violation if _is_exact(violation) else _violation(example, {}, 0, None)


def _new_names(example: BrokenExample, random: Random, name_for: NameSource) -> dict[str, str]:
    """Draw a name for each name in an example, and make the derived ones of these."""
    used = {token.lower() for token in (*example.unbroken[1::2], *example.broken[1::2])}
    new = {SUBSCRIPTION: str(UUID(int=random.getrandbits(128)))} if SUBSCRIPTION in used else {}
    for kind in dict.fromkeys(NAMES.values()):
        old = [name for name in NAMES if NAMES[name] == kind and name in used]
        new |= zip(old, make_unique([name_for(kind) for _ in old], kind), strict=True)
    derived = [(name, new[of]) for name, of in DERIVED_NAMES.items() if name in used and of in new]
    return new | {name: f"{of[:40]}-{number}" for number, (name, of) in enumerate(derived)}


def _violation(example: BrokenExample, new: dict[str, str], days: int, omitted: str | None) -> Violation:
    unbroken, document = (json.loads("".join(_renamed(parts, new, days))) for parts in (example.unbroken, example.broken))
    for prefix in () if omitted is None else _PREFIXES[example.of]:
        *way, last = steps(prefix + str(omitted))
        for each in (unbroken, document):
            del _at(each, way)[last]
    at = steps(example.changed_at)
    return Violation(
        document, example.rule, example.pointer, example.keyword, _at(unbroken, at), _at(document, at),
        unbroken, example.of, example.side, example.also,
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


def _at(document: JSON, way: Sequence[str]) -> JSON:
    for step in way:
        try:
            document = document[int(step)] if isinstance(document, list) else document[step]
        except (LookupError, TypeError):
            return ABSENT
    return document


def _is_exact(violation: Violation) -> bool:
    expected = Counter([(violation.rule, violation.pointer), *violation.also])
    return Counter((finding.rule, finding.pointer) for finding in violation.findings()) == expected
