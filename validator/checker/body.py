"""Check a body, or a part of one: the schemas first, then the rules where what they read is reliable."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..contract.engines import failures_of
from ..contract.schema_errors import READ_ONLY, UNDOCUMENTED, SchemaError, errors_of
from ..contract.schemas import AUTO, DEFAULT_VERSION, load
from ..findings import Finding, Related, Severity, Side
from ..pointer import JSON, Path, follow, to_pointer, walk
from ..readers import az_cli
from ..readers.items import Body
from ..rules import catalogue
from ..rules.dispatch import check_run
from ..rules.rule import Issue, Rule
from ..run.facts import Capture
from ..run.identity import key_of
from ..run.nodes import guarded
from ..run.origin import Origin
from ..wording import MAX_SHOWN, shorten
from .options import Options


class Context(NamedTuple):
    """Where an item is, and how it is checked.

    `asked` is the api-version in its URL, `operation` that of its request, and `line` the line of a record.
    """

    options: Options
    source: str = ""
    entry: int | None = None
    line: int | None = None
    asked: str | None = None
    operation: str | None = None


class Instance(NamedTuple):
    """A value in a body, the definition that describes it, and what is known of it from outside.

    `tolerated` are undocumented or read-only properties that it may have nevertheless. `placeholder` is what a recorder put in place
    of what it hid. A `lenient` instance is of an api-version without schemas, in which undocumented properties count as notes. A
    `partial` run was cut from a response, without its identity.
    """

    path: Path
    value: JSON
    definition: str
    side: Side
    tolerated: Collection[str] = ()
    placeholder: str | None = None
    lenient: bool = False
    partial: bool = False


class CheckedInstance(NamedTuple):
    """The findings in an instance, the capture that it is if it is a response about a run, and the api-version that judged it.

    `value` is the value of the `instance` at an `origin` as rules may read it, and `errors` are its schema errors.
    """

    findings: list[Finding]
    capture: Capture | None
    version: str
    instance: Instance
    origin: Origin
    value: JSON
    errors: Sequence[SchemaError]


def check_instance(instance: Instance, body: Body, context: Context, text: bytes = b"") -> CheckedInstance:
    """Check an instance. `text` is its JSON text, if that is at hand. Raises RuleError for a bug in a rule."""
    options, side, is_run = context.options, instance.side, instance.definition == "UpdateRun"
    origin = _origin(instance.path, body, context)
    value = without_unset(instance.value) if is_run and side == "request" else instance.value
    hidden = _NO_PATHS if instance.placeholder is None else _hidden(value, instance.placeholder)
    version, errors = _schema_errors(value, instance, options)
    findings: list[Finding] = []
    unreliable = {*hidden}
    reported = [] if errors else errors
    for error in errors:
        if not _is_tolerated(error, instance, hidden):
            reported.append(error)
            advised = _with_advice(error, instance, body)
            findings.append(schema_finding(advised, origin, side, context.line, version=version, is_lenient=instance.lenient))
            if error.unreliable is not None:
                unreliable.add(error.unreliable)
    run = guarded(value, unreliable)
    if instance.definition not in _WITH_RULES:
        return CheckedInstance(findings, None, version, instance, origin, run, reported)
    issues = check_run(run, version=version, side=side, definition=instance.definition)
    if issues:
        findings += findings_of(map(_as_note, issues) if instance.partial else issues, origin, side, context.line)
    key = (key_of(run) or options.run) if is_run and side == "response" and run is not None else None
    capture = None if key is None else Capture(key, origin, tuple(unreliable), value, text, version)
    return CheckedInstance(findings, capture, version, instance, origin, run, reported)


def _schema_errors(value: JSON, instance: Instance, options: Options) -> tuple[str, list[SchemaError]]:
    """Return the api-version that judges a value of an instance, and the schema errors of the value by it."""
    definition, side, engine = instance.definition, instance.side, options.engine
    version = DEFAULT_VERSION if options.version == AUTO else options.version
    if definition not in load(version).schemas:  # it is judged by the first version that has it
        from ..contract.since import since  # late: it reads the other versions

        version = since(definition) or version
    failures = failures_of(value, definition, side=side, version=version, engine=engine)
    if failures and options.version == AUTO:
        from ..contract.since import is_of_later, needed  # late, as above

        if is_of_later(value, failures, version):
            version = needed([value], definition)
            failures = failures_of(value, definition, side=side, version=version, engine=engine)
    return version, errors_of(value, failures, version)


_WITH_RULES = ("UpdateRun", "UpdateRunStrategy")
"""The definitions whose objects the rules are called with."""


def _as_note(found: tuple[Rule, Issue]) -> tuple[Rule, Issue]:
    """Return an issue of a partial run, which is a note if it is about the identity that the run lacks."""
    rule, issue = found
    return rule, issue._replace(severity=Severity.NOTE) if rule.name == "resource-identity-missing" else issue


def schema_finding(
    error: SchemaError, origin: Origin, side: Side, line: int | None = None, *, version: str = DEFAULT_VERSION, is_lenient: bool = False
) -> Finding:
    """Return the finding of a schema error in what is at an origin."""
    known = catalogue.by_name().get(error.rule)
    severity = Severity.ERROR if known is None else known.severity_at(version)
    if is_lenient and error.rule == UNDOCUMENTED:
        severity = Severity.NOTE
    cites = error.cites or ("" if known is None else known.cites)
    return _finding(error.rule, severity, cites, Issue(error.path, error.message), origin, side, line)


def findings_of(found: Iterable[tuple[Rule, Issue]], origin: Origin, side: Side | None = None, line: int | None = None) -> list[Finding]:
    """Return the findings of the issues of rules in what is at an origin; without a side, each is on that of its rule."""
    return [
        _finding(rule.name, issue.severity or rule.severity, rule.cites, issue, origin, side or rule.sides[0], line)
        for rule, issue in found
    ]


def _finding(rule: str, severity: Severity, cites: str, issue: Issue, origin: Origin, side: Side, line: int | None) -> Finding:
    pointer = to_pointer(origin.as_written(issue.path))
    if issue.origin is None:
        related = tuple(Related(to_pointer(origin.as_written(path)), what) for path, what in issue.related)
    else:
        earlier = issue.origin
        related = tuple(
            Related(to_pointer(earlier.as_written(path)), what, earlier.entry, earlier.source or None) for path, what in issue.related
        )
    return Finding(rule, severity, issue.message, pointer, origin.source, origin.entry, line, None, side, cites, related)


def _origin(path: Path, body: Body, context: Context) -> Origin:
    value, original = body.value, body.original
    is_from_cli = is_flat = False
    if original is not None:
        value, original = follow(value, path), follow(original, path)
        is_from_cli = original is not value
        is_flat = is_from_cli and original.get("properties") is None
    return Origin(context.source, context.entry, (*body.base, *path), is_from_cli, is_flat, context.asked, context.operation)


def _is_tolerated(error: SchemaError, instance: Instance, hidden: Collection[Path]) -> bool:
    """Return whether a schema error is about what a recorder hid, or about a property that the instance may have."""
    if error.rule in (UNDOCUMENTED, READ_ONLY):
        return len(error.path) == 1 and error.path[0] in instance.tolerated
    return error.path in hidden


_UNSET: tuple[tuple[str, ...], ...] = (
    ("properties", "managedClusterUpdate", "upgrade", "kubernetesVersion"),
    ("properties", "updateStrategyId"),
)
"""The properties that Terraform's provider sends as an empty string where they are not set; the service takes that for absent."""


def without_unset(value: JSON) -> JSON:
    """Return the body of a request without the properties that it sends as unset; it is copied on the way to them."""
    for path in _UNSET:
        if follow(value, path) == "":
            value = _without(value, *path)
    return value


def _without(value: JSON, name: str, *below: str) -> JSON:
    return {key: _without(each, *below) if key == name else each for key, each in value.items() if below or key != name}


def _with_advice(error: SchemaError, instance: Instance, body: Body) -> SchemaError:
    """Return a schema error; one about a number or a boolean that should be a string says that YAML has no quotes around it."""
    value = follow(instance.value, error.path)
    if body.node is None or error.expected != "string" or not isinstance(value, int | float):
        return error
    scalar = body.node.at(az_cli.as_written(body, (*instance.path, *error.path))[len(body.base) :])
    kind = "a boolean" if isinstance(value, bool) else "a number"
    if scalar is None or scalar.text is None:
        return error
    return replace(error, message=f"expected a string, found {shorten(scalar.text, MAX_SHOWN)}, which is {kind}; put it in quotes")


_NO_PATHS: frozenset[Path] = frozenset()


def _hidden(value: JSON, placeholder: str) -> frozenset[Path]:
    """Return the paths to what a recorder hid."""
    return frozenset(
        path
        for path, part in walk(value)
        # the name in an id may be hidden alone; that of the run itself tells histories apart all the same
        if part == placeholder or (len(path) > 1 and isinstance(part, str) and part.endswith(f"/{placeholder}"))
    )
