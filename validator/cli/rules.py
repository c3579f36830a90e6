"""`updaterun rules` and `updaterun explain`: the catalogue, and one entry of it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from io import BufferedReader, BytesIO

import click

from ..checker.examples import example_findings
from ..checker.files import FileChecker
from ..checker.options import Options
from ..contract import schemas
from ..contract.citations import resolve_citation
from ..contract.keywords import KEYWORDS
from ..findings import Finding
from ..pointer import JSON
from ..readers import reader
from ..readers.paths import File
from ..rules import catalogue
from ..rules.by_version import versions_of
from ..rules.input_problems import INPUT
from ..rules.rule import Example, Rule
from .arguments import complete_rule, known_rule
from .output import echo


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to write the catalogue."
)
def rules(form: str) -> None:
    """List the rules: name, severity, side, claim.

    \b
    Example:
      updaterun rules --format json
    """
    rows = [as_json(rule) for rule in catalogue.RULES]
    if form == "json":
        echo(json.dumps({"rules": rows}, indent=2), syntax="json")
        return
    width = max(len(rule.name) for rule in catalogue.RULES)
    for rule in catalogue.RULES:
        echo(f"{rule.name:<{width}}  {rule.severity!s:<7}  {side(rule):<8}  {rule.claim}")
    echo(
        f"\n{len(catalogue.RULES)} rules. Constraints of the schemas are reported as schema/KEYWORD, problems of the input as input/PROBLEM."
    )


def side(rule: Rule) -> str:
    """Return what a rule looks at, as the documentation has it: a side, an exchange or a history."""
    if rule.subject in {"exchange", "history"}:
        return rule.subject
    return rule.sides[0] if len(rule.sides) == 1 else "both"


def as_json(rule: Rule) -> dict[str, JSON]:
    """Return a rule as a JSON object."""
    return {
        "name": rule.name,
        "severity": str(rule.severity),
        "side": side(rule),
        "claim": rule.claim,
        "reason": rule.reason,
        "fix": rule.fix,
        "cites": rule.cites,
    }


@click.command()
@click.argument("rule", metavar="RULE", callback=lambda _, __, given: known_rule(given), shell_complete=complete_rule)
def explain(rule: str) -> None:
    """Explain a rule: what it claims, why, what to do, where it is documented, and an example that breaks it.

    RULE is the name at the end of a finding, such as schema/enum, input/unreadable or group-duplicate.

    \b
    Example:
      updaterun explain group-duplicate
    """
    known = catalogue.by_name().get(rule)
    if known is not None:
        _explain_rule(known)
    elif rule in INPUT:
        _explain_problem(rule)
    else:
        _explain_keyword(rule.removeprefix("schema/"))


def _explain_rule(rule: Rule) -> None:
    echo(_heading(rule.name, f"{rule.severity}, {side(rule)}"))
    echo(f"{rule.claim}\n\n{_wrapped(rule.reason)}\n\n{_wrapped(rule.fix, 'Fix: ')}\n\n{_citation(rule.cites)}")
    if versions_of(rule):
        echo(f"\nApi-versions: {versions_of(rule)}.")
    _explain_example(rule.example)


def _explain_example(example: Example) -> None:
    article = "an" if example.of == "exchange" else "a"
    echo(f"\nExample: in {article} {example.of} that is otherwise clean, this change")
    for pointer, value in example.put.items():
        echo(f"  {pointer} = {textwrap.shorten(json.dumps(value), 200, placeholder=' ...')}")
    for pointer in example.removed:
        echo(f"  {pointer} removed")
    _print_findings(example_findings(example))


def _print_findings(findings: Iterable[Finding]) -> None:
    echo("gives")
    for finding in findings:
        echo(f"  {finding.severity} {finding.pointer or '(top)'}: {finding.message} [{finding.rule}]")


def _explain_keyword(keyword: str) -> None:
    echo(_heading(f"schema/{keyword}", "error"))
    words = KEYWORDS[keyword]
    echo(f"{words.claim}\n")
    echo(f"Fix: {words.fix}\n")
    contract = schemas.load()
    echo(f"Where it holds at api-version {contract.version}, with the sources:")
    for definition, pointer, cites in schemas.uses(contract, keyword):
        source, _, anchor = cites.partition("#")
        echo(f"  {definition}{pointer}: {schemas.sources()[source]['title']}, {anchor}")
    example = Example("response", {words.pointer: words.value}, ())
    _explain_example(example)


def _explain_problem(name: str) -> None:
    problem = INPUT[name]
    echo(_heading(name, "error"))
    echo(f"{problem.claim}\n\n{_wrapped(problem.fix, 'Fix: ')}\n\nExample: a file with")
    for line in problem.example.splitlines():
        echo(f"  {line if len(line) <= _WIDTH else f'{line[: _WIDTH - 4]} ...'}")
    _print_findings(_findings_in(problem.example))


def _findings_in(text: str) -> list[Finding]:
    """Return the findings in a file with a text."""
    items = reader.read(BufferedReader(BytesIO(text.encode())))
    return list(FileChecker(Options()).check_items(File("example", named=True), items))


_WIDTH = 100


def _heading(name: str, what: str) -> str:
    return f"{click.style(name, bold=True)} ({what})\n"


def _wrapped(text: str, lead: str = "") -> str:
    return textwrap.fill(lead + text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _citation(cites: str) -> str:
    citation = resolve_citation(cites)
    return _wrapped(f"{citation.title}: {citation.place} ({citation.where}).", "Source: ")
