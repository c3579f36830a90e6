"""What a rule is: a claim about update runs, and the generator of what contradicts it.

The docstring of a rule's function is the only text about it. It reads:

    The claim, in one line.

    The reason, in one paragraph or several.

    Fix: what to do about a finding, in one paragraph.

    Example, on a request|response|exchange|history:
        /pointer = JSON        changes of a clean example (rules/example.py) which break the rule
        /pointer               without a value: what stands there is taken away
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, Literal, TypeAlias

from ..findings import Severity, Side
from ..pointer import JSON, Path
from ..run.facts import Origin
from ..run.view import Run

Subject: TypeAlias = Literal["schema", "object", "run", "exchange", "history"]
"""What a rule looks at; those about the `schema` stand in the schemas, as `if` and `then`."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What a rule has to say: where, and what.

    `related` are other places involved, each with its part in it; they are in the same body, or else in
    the earlier capture that `origin` names.
    """

    path: Path
    message: str
    related: tuple[tuple[Path, str], ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """Changes of a clean example that break a rule: pointers with their new values, and pointers to take away."""

    of: str
    put: dict[str, JSON]
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule of the catalogue. `check` gives the issues of one target, and `targets` the targets of a subject.

    The subject of a rule over objects is all the objects of a value.
    """

    name: str
    severity: Severity
    sides: tuple[Side, ...]
    cites: str
    subject: Subject
    document: str
    check: Callable[[Any], Iterator[Issue]]
    targets: Callable[[Any], Iterable[Any]]

    @property
    def text(self) -> str:
        """The docstring, without its indentation."""
        return cleandoc(self.document)

    @property
    def claim(self) -> str:
        """The claim, in one line."""
        return self.text.partition("\n")[0]

    @property
    def reason(self) -> str:
        """Why the claim holds, or matters."""
        return self._parts[0]

    @property
    def fix(self) -> str:
        """What to do about a finding."""
        return self._parts[1]

    @property
    def example(self) -> Example:
        """What breaks the rule."""
        lines = [line.strip() for line in self._parts[3].splitlines() if line.strip()]
        pairs = [line.partition(" = ") for line in lines]
        put = {pointer: json.loads(value) for pointer, equals, value in pairs if equals}
        return Example(self._parts[2], put, tuple(pointer for pointer, equals, _ in pairs if not equals))

    @property
    def _parts(self) -> tuple[str, str, str, str]:
        match = re.fullmatch(_SHAPE, self.text, re.DOTALL)
        if match is None:
            raise ValueError(f"the docstring of the rule {self.name} is not in the agreed shape")
        reason, fix, of, example = match.groups()
        return " ".join(reason.split()), " ".join(fix.split()), of, example


_SHAPE = r"[^\n]+\n\n(.+?)\n\nFix: (.+?)\n\nExample, on an? (request|response|exchange|history):\n(.+)"

BOTH: tuple[Side, ...] = ("request", "response")
REQUEST: tuple[Side, ...] = ("request",)
RESPONSE: tuple[Side, ...] = ("response",)


def rule(
    severity: Severity,
    sides: tuple[Side, ...],
    cites: str,
    *,
    over: Callable[[Run], Iterable[Any]] | None = None,
    subject: Subject = "run",
) -> Callable[[Callable[[Any], Iterator[Issue]]], Rule]:
    """Make a rule of a generator function; its name, with hyphens, is the rule's.

    `over` gives the targets that the function is called with, one after another; without it that is the
    subject itself, or each of its objects.
    """

    def made(check: Callable[[Any], Iterator[Issue]]) -> Rule:
        name = check.__name__.replace("_", "-")
        targets = over or (iter if subject == "object" else lambda subject: (subject,))
        return Rule(name, severity, sides, cites, subject, check.__doc__ or "", check, targets)

    return made


def in_schemas(cites: str) -> Callable[[Callable[[], None]], Rule]:
    """Make the catalogue's entry of a rule that stands in the schemas; the function has nothing but its text."""

    def made(function: Callable[[], None]) -> Rule:
        name = function.__name__.replace("_", "-")
        return Rule(name, Severity.ERROR, BOTH, cites, "schema", function.__doc__ or "", lambda _: iter(()), lambda _: ())

    return made
