"""Judgement on one body: its structure first, then the rules where what they read is sound, then its history."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeAlias

from ..contract import objects, schema_errors, schemas
from ..contract.schema_errors import EngineName
from ..findings import Finding, Related, Severity, Side
from ..pointer import JSON, Path, to_pointer
from ..readers import az_cli
from ..readers.items import Body, Document, Unreadable
from ..rules.catalogue import RULES
from ..rules.rule import Issue, Rule
from ..rules.screen import goes_on, is_clean
from ..run import view
from ..run.facts import Origin
from ..run.history import Capture, History, key_of_sound
from ..wording import printable


class BrokenRule(Exception):
    """A rule failed, in the file `source`, which is a bug in it and says nothing of the document."""

    def __init__(self, rule: str, source: str = "") -> None:
        super().__init__(rule, source)
        self.rule = rule
        self.source = source

    def __str__(self) -> str:
        """Say whose bug it is."""
        where = f", met in {printable(self.source)}" if self.source else ""
        return f"the rule {self.rule} failed; this is a bug in updaterun-validator, not in the document{where}"


@dataclass(frozen=True, slots=True)
class Options:
    """How to check: by which engine, by which api-version, and for which side a document without a request is meant."""

    engine: EngineName = "fast"
    version: str = schemas.VERSIONS[-1]
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What an item is checked with: the options, the history that its captures belong to, and where the item is.

    `asked` is the api-version in its URL, and `offset` where the item can be read again in its file.
    """

    options: Options
    history: History
    source: str = ""
    entry: int | None = None
    asked: str | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a body that a definition describes, and what is known about it from the outside."""

    path: Path
    value: JSON
    definition: str
    side: Side
    tolerated: Collection[str] = ()
    placeholder: str | None = None
    lenient: bool = False
    clean: bool | None = None
    """Whether there is nothing to find but for the history, which does not go on as usual; None where nobody has looked."""


def passes(run: JSON, options: Options) -> bool:
    """Tell at speed that there is nothing to find in a response but for its history; what is clean is a run by its shape alone."""
    return options.engine == "fast" and is_clean(run, options.version)


def is_done(run: JSON, history: History, entry: int | None, offset: int | None, origin: Callable[[], Origin]) -> bool:
    """Tell whether nothing is left to do about a clean response: it tells of no run, or is the first capture of one, or goes on as usual.

    It is noted by its place, or else as text, with its `origin`.
    """
    key = key_of_sound(run)
    return key is None or history.takes(key, run, entry, offset, origin, goes_on)


def findings_in(part: Part, body: Body, context: Context) -> Iterator[Finding]:
    """Check a part of a body: its structure, then the rules about its objects, about runs, and about their history."""
    options = context.options
    is_response = (part.definition, part.side) == ("UpdateRun", "response")
    offset = None if part.path else context.offset  # a record can be read again, and nothing in it alone
    unsound: set[Path] = set()
    clean = part.clean
    if clean is None:
        clean = is_response and part.placeholder is None and passes(part.value, options)
    if clean:
        entry = context.entry
        if not part.clean and is_done(part.value, context.history, entry, offset, lambda: origin_of(part.path, body, context, entry)):
            return
        seen = view.view(part.value)
    else:
        yield from _of_structure(part, body, options, unsound)
        if part.definition != "UpdateRun":
            return
        seen = view.view(part.value, unsound)
        reached: Reached = {}
        for rule in chosen("run", part.side):
            yield from _of_rule(rule, seen, part, body, rule.severity, reached)
    if not is_response:
        return
    step = context.history.step(seen, origin_of(part.path, body, context, context.entry), unsound, offset)
    for rule in chosen("history") if step is not None else ():
        yield from _of_rule(rule, step, part, body, rule.severity)


def _of_structure(part: Part, body: Body, options: Options, unsound: set[Path]) -> Iterator[Finding]:
    """Check the structure of a part, and its objects; what turns out to be unsound is added to the set."""
    hidden = _hidden(part)
    unsound |= hidden
    for breach in schema_errors.breaches(part.value, part.definition, options.version, options.engine):
        if breach.path in hidden:
            continue
        if breach.unsound is not None:
            unsound.add(breach.unsound)
        issue = Issue((*part.path, *breach.path), breach.message)
        yield finding_of(breach.rule, issue, part.side, body, cites=breach.cites)
    if options.engine == "fast" and schema_errors.is_documented(part.value, part.definition, options.version, part.side):
        return  # all that rules about objects speak of
    for rule in chosen("object", part.side):
        writable = rule.sides == ("request",)
        severity = Severity.NOTE if part.lenient and rule.name == "undocumented-property" else rule.severity
        targets = objects.objects(part.value, part.definition, options.version, writable=writable, tolerated=part.tolerated)
        yield from _of_rule(rule, targets, part, body, severity)


def capture_of(document: Document, context: Context) -> Capture:
    """Give the capture of a run in a document, which is read a second time, for its history."""
    part = Part((), document.body.value, "UpdateRun", "response")
    unsound: set[Path] = set()
    list(_of_structure(part, document.body, context.options, unsound))
    return Capture(part.value, origin_of(part.path, document.body, context, document.entry), unsound)


def origin_of(path: Path, body: Body, context: Context, entry: int | None) -> Origin:
    """Tell where a capture of a run is, which a path leads to in its body."""
    value, original = body.value, body.original
    for step in path:
        value, original = value[step], None if original is None else original[step]
    from_cli = original is not None and original is not value
    flattened = from_cli and original.get("properties") is None
    return Origin(context.source, entry, path, from_cli, flattened, context.asked)


def _of_rule(rule: Rule, subject: Any, part: Part, body: Body, severity: Severity, reached: Reached | None = None) -> Iterator[Finding]:
    for issue in issues(rule, subject, reached):
        below = Issue((*part.path, *issue.path), issue.message)
        finding = finding_of(rule.name, below, part.side, body, cites=rule.cites, severity=severity)
        yield replace(finding, related=tuple(_related(issue, part, body)))


def _related(issue: Issue, part: Part, body: Body) -> Iterator[Related]:
    for path, what in issue.related:
        if issue.origin is None:
            yield Related(to_pointer(az_cli.as_written(body, (*part.path, *path))), what)
        else:
            origin = issue.origin
            yield Related(to_pointer(origin.written(path)), what, origin.entry, origin.source or None)


def chosen(subject: str, side: Side | None = None) -> Iterable[Rule]:
    """Choose the rules about a subject, and for a side."""
    return _among(RULES, subject, side)


@lru_cache(maxsize=64)
def _among(rules: tuple[Rule, ...], subject: str, side: Side | None) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.subject == subject and (side is None or side in rule.sides))


Reached: TypeAlias = dict[Callable[[Any], Iterable[Any]], Sequence[Any]]
"""The targets in a subject, by what gives them; several rules have the same."""


def issues(rule: Rule, subject: Any, reached: Reached | None = None) -> Iterator[Issue]:
    """Give the issues of a rule, target by target; what is unsound ends it at that target.

    Targets that were `reached` for another rule, in the same subject, are not looked for again.
    Raises BrokenRule where the rule itself fails.
    """
    reached = {} if reached is None else reached
    try:
        if rule.targets not in reached:
            reached[rule.targets] = tuple(rule.targets(subject))
        for target in reached[rule.targets]:
            try:
                yield from rule.check(target)
            except view.Unsound:
                continue
    except Exception as bug:  # renamed, not swallowed: whoever sees it must know the rule
        raise BrokenRule(rule.name) from bug


def _hidden(part: Part) -> frozenset[Path]:
    """Find what a recorder has hidden; nobody knows what stood there."""
    if part.placeholder is None:
        return frozenset()
    found = set()
    pending: list[tuple[Path, JSON]] = [((), part.value)]
    while pending:
        path, value = pending.pop()
        if value == part.placeholder or (len(path) > 1 and isinstance(value, str) and value.endswith(f"/{part.placeholder}")):
            found.add(path)  # the name in an id may be hidden alone; that of the run itself tells histories apart all the same
        elif isinstance(value, dict):
            pending.extend(((*path, key), below) for key, below in value.items())
        elif isinstance(value, list):
            pending.extend(((*path, index), below) for index, below in enumerate(value))
    return frozenset(found)


# Findings


def problem_of(problem: Unreadable, side: Side) -> Finding:
    """Make a finding of what cannot be read."""
    return Finding(problem.rule, problem.severity, problem.message, to_pointer(problem.path), side=side)


def finding_of(rule: str, issue: Issue, side: Side, body: Body, *, cites: str, severity: Severity = Severity.ERROR) -> Finding:
    """Make a finding of an issue, with the pointer to its place in the author's document."""
    pointer = to_pointer(az_cli.as_written(body, issue.path))
    return Finding(rule, severity, issue.message, pointer, side=side, cites=cites)
