"""`updaterun rules` and `updaterun explain`: the catalogue, and one entry of it."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable
from io import BufferedReader, BytesIO

import click

from ..checker.examples import example_findings
from ..checker.files import FileChecker
from ..checker.options import Options
from ..contract import schemas
from ..contract.citations import resolve_citation
from ..contract.keywords import KEYWORDS, Keyword
from ..findings import Finding
from ..pointer import JSON
from ..readers import reader
from ..readers.paths import File
from ..rules import catalogue
from ..rules.by_version import versions_of
from ..rules.input_problems import INPUT
from ..rules.rule import Example, Rule
from .arguments import complete_rule, known_rule
from .output import echo, terminal_width


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
        row = f"{rule.name:<{width}}  {rule.severity!s:<7}  {side(rule):<8}  "
        _print(rule.claim, row, " " * (len(row) if _width() >= len(row) + _NARROW else _INDENT))
    echo("")
    _print(
        f"{len(catalogue.RULES)} rules. Constraints of the schemas are reported as schema/KEYWORD, problems of the input as input/PROBLEM."
    )


def side(rule: Rule) -> str:
    """Return what a rule looks at, as the documentation has it: a side, an exchange or a history."""
    if rule.subject in {"exchange", "history"}:
        return rule.subject
    return rule.sides[0] if len(rule.sides) == 1 else "both"


APPLIES = {
    "both": "requests and responses",
    "request": "requests",
    "response": "responses",
    "exchange": "a request with its response",
    "history": "the captures of a run, in their order",
}
"""What a rule applies to, in words, by its `side`."""


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

    RULE is the name in a finding, such as schema/enum, input/unreadable or group-duplicate.

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
    _print_heading(rule.name, f"{rule.severity}, applies to {APPLIES[side(rule)]}")
    _print_paragraphs(rule.claim, rule.reason, f"Fix: {rule.fix}", f"Source: {_citation(rule.cites)}.")
    if versions_of(rule):
        _print_paragraphs(f"Api-versions: {versions_of(rule)}.")
    _explain_example(rule.example)


def _explain_example(example: Example) -> None:
    article = "an" if example.of == "exchange" else "a"
    _print(f"Example: in {article} {example.of} that is otherwise clean, this change")
    for pointer, value in example.put.items():
        _print(f"{pointer} = {textwrap.shorten(json.dumps(value), 200, placeholder=' ...')}", "  ")
    for pointer in example.removed:
        _print(f"{pointer} removed", "  ")
    _print_findings(example_findings(example))


def _print_findings(findings: Iterable[Finding]) -> None:
    echo("gives")
    for finding in findings:
        _print(f"{finding.severity} {finding.rule} {finding.pointer or '(top)'}: {finding.message}", "  ")


def _explain_keyword(keyword: str) -> None:
    _print_heading(f"schema/{keyword}", "error")
    words = KEYWORDS[keyword]
    contract = schemas.load()
    _print_paragraphs(words.claim, f"Fix: {words.fix}")
    _explain_example(keyword_example(words))
    echo("")
    _print(f"Where it applies at api-version {contract.version}, by source:")
    for source, places in schemas.uses_by_source(contract, keyword).items():
        _print(f"{schemas.sources()[source]['title']} ({schemas.sources()[source]['where']}):", "  ", "  ")
        for place in places:
            _print(place, "    ")


def keyword_example(keyword: Keyword) -> Example:
    """Return the example that breaks a keyword."""
    return Example("response", {keyword.pointer: keyword.value}, ())


def _explain_problem(name: str) -> None:
    problem = INPUT[name]
    _print_heading(name, "error")
    _print_paragraphs(problem.claim, f"Fix: {problem.fix}")
    echo("Example: a file with")
    for line in problem.example.splitlines():
        echo(f"  {line if len(line) + _INDENT <= _width() else f'{line[: _width() - _INDENT - 4]} ...'}")
    _print_findings(findings_in(problem.example))


def findings_in(content: str) -> list[Finding]:
    """Return the findings in a file with this content."""
    items = reader.read(BufferedReader(BytesIO(content.encode())))
    return list(FileChecker(Options()).check_items(File("example", named=True), items))


_PLAIN_WIDTH = 100
"""Columns of text that is not for a terminal."""

_NARROW = 30
"""Columns that the last cell of a row has at least, next to the others."""

_INDENT = 2


def _width(plain: int = _PLAIN_WIDTH) -> int:
    return terminal_width() or plain


def _print_heading(name: str, what: str) -> None:
    lines = textwrap.wrap(f"{name} ({what})", _width(), break_long_words=False, break_on_hyphens=False)
    echo("\n".join(lines).replace(name, click.style(name, bold=True), 1) + "\n")


def _print_paragraphs(*paragraphs: str) -> None:
    for paragraph in paragraphs:
        _print(paragraph)
        echo("")


def _print(text: str, first: str = "", rest: str = "    ") -> None:
    """Print a paragraph, wrapped by words at the width of the terminal. What has an indent is a line for programs where there is no terminal."""
    width, rest = (_width(sys.maxsize), rest) if first else (_width(), "")
    echo(textwrap.fill(text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False))


def _citation(cites: str) -> str:
    citation = resolve_citation(cites)
    return f"{citation.title}: {citation.place} ({citation.where})"
