"""The form of a rule: a claim about update runs, and a generator of the issues that contradict it.

The docstring of a rule's function is the only text about the rule. Its form is:

    The claim, in one line.

    The reason, in one paragraph or several.

    Fix: what to do about a finding, in one paragraph.

    Example, on a request:
        /pointer = JSON        a change of a clean example (a name in EXAMPLES of rules/example.py): the value is set
        /pointer               without a value: the value at the pointer is removed

An example gives one finding, of its rule alone. A rule may have several, one after another. `updaterun explain` shows the first;
the violations of `validator.strategies` are made from all of them. The pointers of an example on a history begin with the number of
the capture, `/0` or `/1`; a change of `/1` alone also needs a new `/1/eTag`, as one tag stands for one body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, Literal, NamedTuple, TypeAlias

from ..contract.objects import object_schemas, objects_below
from ..contract.schemas import DEFAULT_VERSION
from ..findings import BodySide, Severity
from ..pointer import JSON, Path
from ..run.origin import Origin

Subject: TypeAlias = Literal["schema", "object", "page", "exchange", "history"]
"""The subject of a rule: an object of a definition, a page of a list, an exchange, or a step in a history.

A rule about the `schema` has no function.
"""


class Issue(NamedTuple):
    """A problem that a rule found: its place, and the message.

    `path` leads from the run, and `node.at("name")` returns the path of a property; for an exchange, see `rules/exchange.py`.
    `message` says what was expected and what was found, in under 200 characters without a period; `wording.show` quotes a value.
    `related` are the paths of other places that are involved, each with a description; they are in the same body, or in the earlier
    capture with the given `origin`. `severity` is that of the finding where it is less severe than those of the rule are.
    """

    path: Path
    message: str
    related: tuple[tuple[Path, str], ...] = ()
    origin: Origin | None = None
    severity: Severity | None = None


class Example(NamedTuple):
    """Changes of a clean example that break a rule: pointers with their new values, and pointers of removed values."""

    of: str
    put: dict[str, JSON]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule of the catalogue.

    `check` yields the issues of one subject. The subject of a rule about objects is a `run.nodes.Node` of a definition in `on`, in
    one of the `states`, the only ones in which it can break the rule; None for all states. `bare` is whether an object can break it
    whose status has nothing but a state.

    The rule is one of the api-versions that document a definition in `on`, all that it `needs` and nothing of what it is there `without`, by
    the names of facts (`contract/drift.py`). Before the version `error_since`, an error is a warning.
    """

    name: str
    severity: Severity
    sides: tuple[BodySide, ...]
    cites: str
    subject: Subject
    document: str
    check: Callable[[Any], Iterator[Issue]]
    on: tuple[str, ...] = ()
    states: tuple[str, ...] | None = None
    bare: bool = True
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    error_since: str = ""

    def is_of(self, facts: Collection[str]) -> bool:
        """Return whether the rule is one of an api-version, given the names of the facts of that version."""
        is_there = not self.on or any(definition in facts for definition in self.on)
        return is_there and all(fact in facts for fact in self.needs) and not any(fact in facts for fact in self.without)

    def severity_at(self, version: str) -> Severity:
        """Return the severity of the rule at an api-version."""
        return Severity.WARNING if version < self.error_since else self.severity

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
        """The reason why the claim is true, or matters."""
        return self._parts[0]

    @property
    def fix(self) -> str:
        """The steps to fix a finding."""
        return self._parts[1]

    @property
    def example(self) -> Example:
        """The first example that breaks the rule."""
        return self.examples[0]

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples that break the rule."""
        try:
            return tuple(_example(of, changes) for of, changes in re.findall(_EXAMPLE, self._parts[2], re.DOTALL))
        except json.JSONDecodeError as error:
            raise ValueError(f"an Example of the rule {self.name} has a value that is not JSON: {error.doc}") from error

    @property
    def _parts(self) -> tuple[str, str, str]:
        match = re.fullmatch(_FORM, self.text, re.DOTALL)
        if match is None:
            raise ValueError(
                f"the docstring of the rule {self.name} must have a claim of one line, a reason, `Fix: ...` and `Example, on a ...:`, "
                "with an empty line between them, as rules/rule.py describes"
            )
        reason, fix, examples = match.groups()
        return " ".join(reason.split()), " ".join(fix.split()), examples


_FORM = r"[^\n]+\n\n(.+?)\n\nFix: (.+?)\n\n(Example, on .+)"
_EXAMPLE = r"Example, on an? ([a-z ]+):\n(.+?)(?:\n\n|\Z)"


def _example(of: str, changes: str) -> Example:
    pairs = [line.strip().partition(" = ") for line in changes.splitlines()]
    put = {pointer: json.loads(value) for pointer, equals, value in pairs if equals}
    return Example(of, put, tuple(pointer for pointer, equals, _ in pairs if not equals))


BOTH: tuple[BodySide, ...] = ("request", "response")
REQUEST: tuple[BodySide, ...] = ("request",)
RESPONSE: tuple[BodySide, ...] = ("response",)


def rule(
    severity: Severity,
    sides: tuple[BodySide, ...],
    cites: str,
    *,
    on: str | tuple[str, ...],
    states: tuple[str, ...] | None = None,
    bare: bool = True,
    needs: str | tuple[str, ...] = (),
    without: str | tuple[str, ...] = (),
) -> Callable[[Callable[[Any], Iterator[Issue]]], Rule]:
    """Return a decorator that turns a generator function into a rule of the same name, with hyphens.

    `sides` are those on which the rule is checked. `cites` is a source and one of its anchors in `schemas/sources.json`, such as
    `live#states`. `on` is a definition or several, such as `MemberUpdateStatus` or, for an object within one, `UpdateRun.properties`,
    whose objects the function is called with as `run.nodes.Part` if they have a status, and as `run.nodes.Node` otherwise. It may also
    be `page`, `exchange` or `history`. `states` are the states in which such an object can break the rule, None for all, and `bare` is whether
    an object can break it whose status has nothing but a state. `needs` is a property or a value that an api-version must document, such
    as `UpdateStage.beforeGates` or `GateType=ScheduledStart`, or several, and `without` is what it must not document.
    """

    def decorate(check: Callable[[Any], Iterator[Issue]]) -> Rule:
        name = check.__name__.replace("_", "-")
        subject: Subject = on if on in ("page", "exchange", "history") else "object"  # type: ignore[assignment]
        definitions = () if subject != "object" else (on,) if isinstance(on, str) else on
        for each in definitions:
            if each in object_schemas(DEFAULT_VERSION) and each not in objects_below("UpdateRun", DEFAULT_VERSION):
                raise ValueError(f"the rule {name} would never be called: no update run contains an object of the definition {each}")
        return Rule(
            name, severity, sides, cites, subject, check.__doc__ or "", check, definitions, states, bare, _several(needs), _several(without)
        )

    return decorate


def _several(facts: str | tuple[str, ...]) -> tuple[str, ...]:
    return (facts,) if isinstance(facts, str) else facts


def in_schemas(
    cites: str, severity: Severity = Severity.ERROR, sides: tuple[BodySide, ...] = BOTH, error_since: str = ""
) -> Callable[[Callable[[], None]], Rule]:
    """Return a decorator that turns a function with nothing but a docstring into a rule that the schemas check.

    Before the api-version `error_since`, an error is a warning.
    """

    def decorate(function: Callable[[], None]) -> Rule:
        name = function.__name__.replace("_", "-")
        return Rule(name, severity, sides, cites, "schema", function.__doc__ or "", lambda _: iter(()), error_since=error_since)

    return decorate
