"""Check a body, or a part of one: the schemas first, then the rules where what they read is reliable."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from ..contract.schema_errors import READ_ONLY, UNDOCUMENTED, SchemaError, schema_errors
from ..findings import Finding, Related, Severity, Side
from ..pointer import JSON, Path, follow, to_pointer, walk
from ..readers import az_cli
from ..readers.items import Body
from ..rules.catalogue import BY_NAME
from ..rules.dispatch import check_run
from ..rules.rule import Issue
from ..run.facts import Capture
from ..run.identity import key_of
from ..run.nodes import guarded
from ..run.origin import Origin
from ..wording import MAX_SHOWN, shorten
from .options import Options


class Context(NamedTuple):
    """Where an item is, and how it is checked. `asked` is the api-version in its URL, `line` that of a record."""

    options: Options
    source: str = ""
    entry: int | None = None
    line: int | None = None
    asked: str | None = None


class Part(NamedTuple):
    """A part of a body, the definition that describes it, and what is known of it from outside.

    `tolerated` are read-only properties that a request may set nevertheless. `placeholder` is what a recorder put in place of what it
    hid. A `lenient` part is of an api-version without schemas, in which undocumented properties count as notes. A `partial` run was
    taken out of a response, without its identity.
    """

    path: Path
    value: JSON
    definition: str
    side: Side
    tolerated: Collection[str] = ()
    placeholder: str | None = None
    lenient: bool = False
    partial: bool = False


def check_part(part: Part, body: Body, context: Context, text: bytes = b"") -> tuple[list[Finding], Capture | None]:
    """Return the findings in a part of a body, and the capture that it is where it is a response about a run.

    `text` is the JSON text of the part, where that is at hand. Raises RuleError for a bug in a rule.
    """
    options, findings = context.options, []
    hidden = _NO_PATHS if part.placeholder is None else _hidden(part.value, part.placeholder)
    unreliable = {*hidden}
    for error in schema_errors(part.value, part.definition, side=part.side, version=options.version, engine=options.engine):
        is_extra = error.rule in (UNDOCUMENTED, READ_ONLY)
        if (error.path in hidden and not is_extra) or (
            error.rule == READ_ONLY and len(error.path) == 1 and error.path[0] in part.tolerated
        ):
            continue
        if error.unreliable is not None:
            unreliable.add(error.unreliable)
        known = BY_NAME.get(error.rule)
        severity = Severity.ERROR if known is None else known.severity
        severity = Severity.NOTE if part.lenient and error.rule == UNDOCUMENTED else severity
        cites = error.cites or ("" if known is None else known.cites)
        message = _without_quotes(error, part, body) or error.message
        findings.append(_finding(error.rule, severity, cites, Issue(error.path, message), part, body, context))
    if part.definition not in _WITH_RULES:
        return findings, None
    run = guarded(part.value, unreliable)
    for rule, issue in check_run(run, version=options.version, side=part.side, definition=part.definition):
        severity = Severity.NOTE if part.partial and rule.name == "resource-identity-missing" else rule.severity
        findings.append(_finding(rule.name, severity, rule.cites, issue, part, body, context))
    if part.side != "response" or part.definition != "UpdateRun":
        return findings, None
    key = key_of(run)
    if key is None:
        return findings, None
    return findings, Capture(key, _origin(part.path, body, context), tuple(unreliable), part.value, text)


_WITH_RULES = ("UpdateRun", "UpdateRunStrategy")
"""The definitions whose objects the rules are called with."""


def _finding(rule: str, severity: Severity, cites: str, issue: Issue, part: Part, body: Body, context: Context) -> Finding:
    def pointer(path: Path) -> str:
        return to_pointer(az_cli.as_written(body, (*part.path, *path)))

    related = tuple(Related(pointer(path), what) for path, what in issue.related)
    place = pointer(issue.path)
    return Finding(rule, severity, issue.message, place, context.source, context.entry, context.line, None, part.side, cites, related)


def _origin(path: Path, body: Body, context: Context) -> Origin:
    value, original = body.value, body.original
    if original is None:
        return Origin(context.source, context.entry, (*body.base, *path), version=context.asked)
    value, original = follow(value, path), follow(original, path)
    from_cli = original is not value
    flattened = from_cli and original.get("properties") is None
    return Origin(context.source, context.entry, (*body.base, *path), from_cli, flattened, context.asked)


def _without_quotes(error: SchemaError, part: Part, body: Body) -> str | None:
    """Return the message about a value that should be a string, but is a number or a boolean, as YAML has no quotes around it."""
    value = follow(part.value, error.path)
    if body.node is None or error.expected != "string" or not isinstance(value, int | float):
        return None
    text = body.node.written(az_cli.as_written(body, (*part.path, *error.path)))
    kind = "a boolean" if isinstance(value, bool) else "a number"
    return None if text is None else f"expected a string, found {shorten(text, MAX_SHOWN)}, which is {kind}; put it in quotes"


_NO_PATHS: frozenset[Path] = frozenset()


def _hidden(value: JSON, placeholder: str) -> frozenset[Path]:
    """Return the paths to what a recorder hid."""
    return frozenset(
        path
        for path, part in walk(value)
        # the name in an id may be hidden alone; that of the run itself tells histories apart all the same
        if part == placeholder or (len(path) > 1 and isinstance(part, str) and part.endswith(f"/{placeholder}"))
    )
