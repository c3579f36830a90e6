"""`updaterun generate`: write generated documents to files, for tests in any language."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click
from click.shell_completion import CompletionItem

from ..checker import manifest
from ..contract import schemas
from ..rules.names import KNOWN
from ..wording import hint, listed
from .arguments import complete_file, complete_rule, described_version, known_rule, not_empty, positive, version_in
from .orders import files_read, orders, take_orders
from .output import Failed, is_terminal, refuse_to_replace, write, write_text

if TYPE_CHECKING:
    from ..strategies.kinds import Kind

_Value = TypeVar("_Value")

_ANY = "any"
_MANIFEST = "expected.json"
_LONG = 2000
"""Documents from which on there is a progress bar; fewer are made in about a second."""


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of the command line; `invalid` is the rule to break, or `any`."""

    kind: str
    count: int
    seed: int
    invalid: str | None
    state: str | None
    api_version: str
    format: str | None
    output: str | None

    @property
    def in_folder(self) -> bool:
        """Whether the output is a folder, with a file for each document."""
        return self.output is not None and (self.output.endswith(("/", os.sep)) or os.path.isdir(self.output))

    def path(self, number: int, suffix: str) -> str:
        """Return the path of the file of a document in the folder."""
        return os.path.join(str(self.output), f"{self.kind}-{number:0{len(str(self.count - 1))}}{suffix}")


def _kinds(version: str) -> tuple[str, ...]:
    try:
        from ..strategies import kinds
    except ModuleNotFoundError as missing:
        if missing.name not in {"hypothesis", "hypothesis_jsonschema"}:
            raise
        raise Failed("generate needs Hypothesis; install it with: pip install hypothesis hypothesis-jsonschema") from None
    return kinds.names(version)


def _states(version: str) -> tuple[str, ...]:
    return tuple(schemas.load(version).schemas["UpdateState"]["enum"])


class _Name(click.ParamType[str]):
    """One of some names of the api-version, which are looked up late; `otherwise` is what a message says where none is near."""

    def __init__(self, name: str, known: Callable[[str], Sequence[str]], otherwise: str = "") -> None:
        self.name, self.known, self.otherwise = name, known, otherwise

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        known = self.known(version_in(ctx))
        return (
            value if value in known else self.fail(f"there is no {self.name} {value!r}; {hint(value, known, self.otherwise)}", param, ctx)
        )

    def shell_complete(self, ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        with suppress(Failed):
            return [CompletionItem(name) for name in self.known(version_in(ctx)) if name.startswith(incomplete)]
        return []


def _rule(context: click.Context, _: click.Parameter, given: str | None) -> str | None:
    if given is None or given == _ANY or given in KNOWN:
        return given
    if given in _kinds(version_in(context)):
        raise click.BadParameter(f"{given} is a kind of document; write it first: updaterun generate {given} --invalid --output DIR")
    return known_rule(given)


@click.command()
@click.argument(
    "kind", type=_Name("kind", _kinds, "expected update-run, request, error, list, exchange, history or a definition, such as UpdateStage")
)
@click.option("--count", type=positive, default="1", show_default=True, metavar="N", help="How many documents.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="The same seed gives the same bytes, on one version.")
@click.option(
    "--invalid",
    is_flag=False,
    flag_value=_ANY,
    metavar="[RULE]",
    callback=_rule,
    shell_complete=complete_rule,
    help="Documents that each break one thing: this rule, or every rule in its turn. Write KIND before it.",
)
@click.option(
    "--state", type=_Name("state", _states), metavar="STATE", help="The state of the run, such as Failed; of a history, the last one."
)
@orders
@described_version("The api-version of the documents.")
@click.option(
    "--format",
    type=click.Choice(["json", "jsonl", "har", "vcr"]),
    help="json or jsonl; for exchange, har or vcr (a cassette of VCR.py); for history, any of the four. The first is the default.",
)
@click.option(
    "--output",
    "-o",
    metavar="FILE|DIR",
    callback=not_empty,
    shell_complete=complete_file,
    help="Write to this file; or, where it is a folder or ends in /, write a file there for each document.",
)
def generate(**given: object) -> None:
    """Generate documents: conforming ones, or ones that each break one named thing.

    KIND is update-run, request, error, list, exchange, history, or the name of a documented definition, such as UpdateStage.

    With --invalid, --output is a new or empty folder. Its expected.json lists the findings: `updaterun check DIR --baseline
    DIR/expected.json`, with the same --api-version unless it is 2025-03-01.

    A rule about URLs can be broken in an exchange only, and a rule about histories in a history only. Definitions that are not whole
    documents, and errors outside an exchange, cannot be generated with --invalid.

    \b
    Examples:
      updaterun generate update-run --state Failed
      updaterun generate history --stages 3 --members 2..5 --failing 1
      updaterun generate exchange --count 20 --format vcr -o cassette.yaml
      updaterun generate history --api-version 2026-06-01
      updaterun generate request --invalid group-duplicate --output wrong/
    """
    from ..strategies import bulk, kinds

    ordered = take_orders(given)
    request = Request(**given)  # type: ignore[arg-type]
    kind = kinds.kind_of(request.kind, request.api_version)
    form = request.format or kind.formats[0]
    refuse_to_replace(request.output, files_read())
    problem = _problem(request, kind, form, ordered)
    if problem:
        raise click.UsageError(problem)
    if request.invalid is not None:
        _write_invalid(request, form)
        return
    try:
        documents = bulk.documents(request.kind, request.count, request.seed, state=request.state, version=request.api_version, **ordered)
        _write(request, form, documents)
    except ValueError as error:  # no document is as ordered
        raise click.UsageError(str(error)) from error


def _problem(request: Request, kind: Kind, form: str, ordered: Collection[str]) -> str | None:
    """Return why nothing can be generated as requested, None if it can."""
    from ..strategies.kinds import KINDS

    if ordered and (kind.choose is None or request.invalid is not None):
        what = kind.name if request.invalid is None else "an invalid document"
        of_runs = listed([each.name for each in KINDS.values() if each.choose is not None], "or")
        return f"--{min(ordered).replace('_', '-')} does not apply to {what}; it is for conforming documents of {of_runs}"
    if form not in kind.formats:
        return f"{kind.name} is written as {' or '.join(kind.formats)}, not as {form}"
    if request.state is not None and (not kind.has_state or request.invalid is not None):
        problem = f"{kind.name} has no state" if request.invalid is None else "an invalid document has a state of its own"
        return f"{problem}; --state is for conforming documents of {listed([each.name for each in KINDS.values() if each.has_state], 'or')}"
    if request.invalid is not None and not (request.output and (request.in_folder or not os.path.exists(request.output))):
        return "--invalid needs --output DIR, a folder for the documents and their baseline"
    if request.output is not None and os.path.isdir(request.output) and os.listdir(request.output):
        return f"the folder {request.output} is not empty"
    if request.invalid is not None:
        return _problem_of_rule(request)
    if request.count > 1 and form == "json" and not (kind.in_array or request.in_folder):
        return f"one JSON file holds one {kind.name}; ask for --format jsonl, or for a folder with --output DIR/"
    return None


def _problem_of_rule(request: Request) -> str | None:
    from ..strategies.kinds import KINDS
    from ..strategies.violating_files import breakable_rules

    breakable = breakable_rules(request.kind, request.api_version)
    if not breakable:
        return f"{request.kind} cannot be generated as an invalid file; use exchange, list or update-run"
    if request.invalid in (_ANY, *breakable):
        return None
    others = [kind for kind in KINDS if request.invalid in breakable_rules(kind, request.api_version)]
    where = f"; use {listed(others, 'or')}" if others else ", nor for another kind"
    return f"{request.invalid} cannot be generated for {request.kind}{where}"


# Output


def _write(request: Request, form: str, documents: Iterable[object]) -> None:
    from ..strategies.kinds import SUFFIXES
    from ..strategies.recordings import encode

    with _progress(request, documents) as shown:
        if request.in_folder:
            for number, document in enumerate(shown):
                write(
                    request.path(number, SUFFIXES[form]), encode(request.kind, form, [document], several=False, version=request.api_version)
                )
            return
        pieces = encode(request.kind, form, shown, several=request.count > 1, version=request.api_version)
        if request.output in {None, "-"}:
            for piece in pieces:
                click.echo(piece, nl=False)
        else:
            write(str(request.output), pieces)


def _write_invalid(request: Request, form: str) -> None:
    from ..strategies import violating_files
    from ..strategies.kinds import SUFFIXES

    rows: list[manifest.Row] = []
    rule = None if request.invalid == _ANY else request.invalid
    try:
        documents = violating_files.generate(request.kind, form, request.count, request.seed, rule=rule, version=request.api_version)
        with _progress(request, documents) as shown:
            for number, file in enumerate(shown):
                path = request.path(number, SUFFIXES[form])
                write(path, [file.content])
                name = os.path.basename(path)
                rows += [manifest.Row(name, finding.entry, finding.rule, finding.pointer, file.reason) for finding in file.findings]
    except violating_files.NoViolation as error:
        raise click.UsageError(str(error)) from error
    write_text(os.path.join(str(request.output), _MANIFEST), manifest.dump(rows), syntax="json")


@contextmanager
def _progress(request: Request, documents: Iterable[_Value]) -> Iterator[Iterable[_Value]]:
    """Show a progress bar on a terminal, unless the documents are few or are printed there."""
    hidden = request.count < _LONG or request.output in {None, "-"} or not is_terminal(sys.stderr)
    with click.progressbar(documents, length=request.count, label="Generating", file=sys.stderr, hidden=hidden) as bar:
        yield bar
