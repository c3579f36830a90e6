"""`updaterun generate`: write generated documents to files, for tests in any language."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, NoReturn, TypeVar

import click
from click.shell_completion import CompletionItem

from ..checker import manifest
from ..contract import schemas
from ..wording import hint
from . import progress
from .arguments import KNOWN, complete_file, complete_rule, known_rule, positive
from .output import Failed, write

_Document = TypeVar("_Document")

_ANY = "any"
_MANIFEST = "expected.json"


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of the command line."""

    kind: str
    count: int
    seed: int
    violating: str | None
    state: str | None
    format: str | None
    output: str | None

    @property
    def rule(self) -> str | None:
        """The rule to break, None for any."""
        return None if self.violating == _ANY else self.violating


def _states(context: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
    states = schemas.load().schemas["UpdateState"]["enum"]
    if given is None or given in states:
        return given
    raise click.BadParameter(f"there is no state {given!r}; {hint(given, states)}", context, parameter)


def _rule(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    if given is None or given == _ANY or given in KNOWN:
        return given
    if given in _kinds():
        raise click.BadParameter(f"{given} is a kind of document, which comes before it: generate {given} --violating")
    return known_rule(given)


def _complete_kind(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    try:
        kinds = _kinds()
    except Failed:
        kinds = tuple(schemas.load().definitions)
    return [CompletionItem(kind) for kind in kinds if kind.startswith(incomplete)]


def _complete_state(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(state) for state in schemas.load().schemas["UpdateState"]["enum"] if state.startswith(incomplete)]


@click.command()
@click.argument("kind", shell_complete=_complete_kind)
@click.option("--count", type=positive, default="1", show_default=True, metavar="N", help="How many documents.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="The same seed gives the same bytes, on one version.")
@click.option(
    "--violating",
    is_flag=False,
    flag_value=_ANY,
    metavar="[RULE]",
    callback=_rule,
    shell_complete=complete_rule,
    help="Documents that each break one thing: this rule, or every rule in its turn. Write KIND before it.",
)
@click.option(
    "--state",
    metavar="STATE",
    callback=_states,
    shell_complete=_complete_state,
    help="The state of the run, such as Failed; of a history, the last one.",
)
@click.option(
    "--format",
    type=click.Choice(["json", "jsonl", "har", "vcr"]),
    help="json, the default, or jsonl; for exchange har, its default, or vcr, a cassette of VCR.py; for history any of the four.",
)
@click.option(
    "--output",
    metavar="FILE|DIR",
    shell_complete=complete_file,
    help="Write to this file; or, where it is a folder or ends in /, write a file there for each document.",
)
@click.pass_context
def generate(context: click.Context, /, **given: object) -> None:
    """Generate documents: conforming ones, or ones that each break one named thing.

    KIND is update-run, request, error, list, exchange, history, or the name of a documented definition, such as UpdateStage.

    \b
    With --violating, --output is an empty or new folder; beside the documents it
    gets expected.json, the baseline for `updaterun check DIR --baseline DIR/expected.json`.
    Only what `check` sees in a file is offered: violations in exchanges have a
    request or a URL to break, histories break the rules about steps, and definitions
    that are no document by themselves, and errors outside an exchange, have none.

    \b
    Examples:
      updaterun generate update-run --state Failed
      updaterun generate exchange --count 20 --seed 7 --format vcr --output cassette.yaml
      updaterun generate request --violating group-duplicate --count 5 --output wrong/
    """
    context.exit(_generate(Request(**given)))  # type: ignore[arg-type]


def _generate(request: Request) -> int:
    _require_hypothesis()
    from ..strategies import bulk, recordings

    _check_usage(request)
    form = request.format or recordings.formats_of(bulk.kind_of(request.kind))[0]
    if request.violating is not None:
        _write_violating(request, form)
    else:
        _write(request, form, bulk.documents(request.kind, request.count, request.seed, state=request.state))
    return 0


def _require_hypothesis() -> None:
    try:
        from .. import strategies  # noqa: F401
    except ModuleNotFoundError as missing:
        if missing.name not in {"hypothesis", "hypothesis_jsonschema"}:
            raise
        raise Failed("generate needs Hypothesis; install it with: pip install hypothesis hypothesis-jsonschema") from None


def _kinds() -> tuple[str, ...]:
    _require_hypothesis()
    from ..strategies import bulk

    return (*bulk.KINDS, *schemas.load().definitions)


# Usage errors


def _check_usage(request: Request) -> None:
    from ..strategies import bulk, recordings

    if request.kind not in _kinds():
        expected = f"expected {', '.join(bulk.KINDS)} or a definition, such as UpdateStage"
        _refuse(f"there is no kind {request.kind!r}; {hint(request.kind, _kinds(), expected)}")
    kind = bulk.kind_of(request.kind)
    formats = recordings.formats_of(kind)
    if request.format is not None and request.format not in formats:
        _refuse(f"{request.kind} is written as {' or '.join(formats)}, not as {request.format}")
    if request.state is not None and (kind not in bulk.WITH_STATE or request.violating is not None):
        problem = f"{request.kind} has no state" if request.violating is None else "what is --violating comes in a state of its own"
        _refuse(f"{problem}; --state is for conforming documents of {', '.join(bulk.WITH_STATE)}")
    if request.violating is not None:
        _check_violating(request)
    elif _is_folder(request.output):
        _check_empty(str(request.output))
    elif request.count > 1 and not recordings.allows_several(kind, request.format or formats[0]):
        _refuse(f"one JSON file holds one {kind}; ask for --format jsonl, or for a folder with --output DIR/")


def _check_violating(request: Request) -> None:
    from ..strategies import bulk, violating_files

    if not request.output or (os.path.exists(request.output) and not os.path.isdir(request.output)):
        _refuse("--violating needs --output DIR, a folder for the documents and their baseline")
    _check_empty(request.output or "")
    rules_by_kind = {kind: violating_files.breakable_rules(kind) for kind in bulk.KINDS}
    rules = rules_by_kind.get(bulk.kind_of(request.kind), ())
    if request.rule is not None and request.rule not in rules:
        others = [kind for kind, breakable in rules_by_kind.items() if request.rule in breakable]
        where = f"{', '.join(others)} can" if others else "nor is it seen in another kind"
        _refuse(f"no {request.kind} in a file of its own is seen to break {request.rule}; {where}")
    if not rules:
        _refuse(f"check sees no {request.kind} in a file of its own; what is wrong with one is seen in exchange, list or update-run")


def _is_folder(output: str | None) -> bool:
    return output is not None and (output.endswith(("/", os.sep)) or os.path.isdir(output))


def _check_empty(folder: str) -> None:
    if os.path.isdir(folder) and os.listdir(folder):
        _refuse(f"the folder {folder} is not empty")


def _refuse(reason: str) -> NoReturn:
    raise click.UsageError(reason)


# Output


def _write(request: Request, form: str, documents: Iterable[Any]) -> None:
    from ..strategies.recordings import encode

    with _with_progress(documents, request.count) as shown:
        if _is_folder(request.output):
            for number, document in enumerate(shown):
                write(_path(request, form, number), encode(request.kind, form, [document], several=False))
            return
        pieces = encode(request.kind, form, shown, several=request.count > 1)
        if request.output in {None, "-"}:
            _print(pieces)
        else:
            write(str(request.output), pieces)


def _write_violating(request: Request, form: str) -> None:
    from ..strategies import violating_files

    rows: list[manifest.Row] = []
    files = violating_files.generate(request.kind, form, request.count, request.seed, rule=request.rule)
    try:
        with _with_progress(files, request.count) as shown:
            for number, file in enumerate(shown):
                path = _path(request, form, number)
                write(path, [file.content])
                name = os.path.basename(path)
                rows += [manifest.Row(name, finding.entry, finding.rule, finding.pointer, file.reason) for finding in file.findings]
    except violating_files.NoViolation as error:
        raise click.UsageError(str(error)) from error
    write(os.path.join(str(request.output), _MANIFEST), [manifest.dump(rows).encode()])


def _path(request: Request, form: str, number: int) -> str:
    from ..strategies.recordings import FORMATS

    digits = len(str(request.count - 1))
    return os.path.join(str(request.output), f"{request.kind}-{number:0{digits}}{FORMATS[form]}")


def _print(pieces: Iterable[bytes]) -> None:
    sys.stdout.buffer.writelines(pieces)
    sys.stdout.flush()


@contextmanager
def _with_progress(documents: Iterable[_Document], count: int) -> Iterator[Iterable[_Document]]:
    """Show a progress bar on a terminal if the documents take long."""
    if not sys.stderr.isatty():
        yield documents
        return
    with ExitStack() as stack:
        yield _counted(documents, count, stack)


def _counted(documents: Iterable[_Document], count: int, stack: ExitStack) -> Iterator[_Document]:
    start, bar, shown = monotonic(), None, 0
    for number, document in enumerate(documents):
        if bar is None and monotonic() - start > progress.DELAY:
            bar = stack.enter_context(click.progressbar(length=count, label="Generating", file=sys.stderr))
        if bar is not None:
            bar.update(number - shown)
            shown = number
        yield document
    if bar is not None:
        bar.update(count - shown)
