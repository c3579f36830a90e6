"""The pages of the handbook that are generated: one for each rule, the options of commands, the Python API, and pages of the repository."""

from __future__ import annotations

import json
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import validator.strategies
from validator.checker.examples import example_findings
from validator.cli import main
from validator.cli.rules import APPLIES, findings_in, keyword_example, side
from validator.contract import schemas
from validator.contract.keywords import KEYWORDS
from validator.findings import Finding
from validator.pointer import JSON, follow, steps
from validator.rules import catalogue
from validator.rules.by_version import versions_of
from validator.rules.entries import Entry, entries
from validator.rules.example import EXAMPLES
from validator.rules.input_problems import INPUT
from validator.rules.rule import Example

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"README.md": "index.md", "SECURITY.md": "SECURITY.md", "CHANGELOG.md": "CHANGELOG.md", "schemas/README.md": "schemas.md"}
"""The pages of the site that are in the repository outside of docs/."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Read the addresses from pyproject.toml, and list the pages of the rules."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"].get("urls", {})
    config.site_url = urls.get("Documentation", "")
    config.repo_url = urls.get("Homepage", "")
    config.repo_name = config.repo_url.rpartition("/")[2]
    for item in config.nav or ():
        if isinstance(item, dict) and "Rules" in item:
            item["Rules"] += [f"rules/{name}.md" for name in entries()]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, the pages of the repository, and the schemas that they link to."""
    contents = {f"rules/{name}.md": "\n".join(_rule_page(entry)) for name, entry in entries().items()}
    contents["api.md"] = "\n".join(_api())
    for uri, content in contents.items():
        files.append(File.generated(config, uri, content=content))
    for source, uri in PAGES.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / source)))
    for path in sorted((ROOT / "schemas").glob("*.json")):
        files.append(File.generated(config, f"schemas/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead the links of a page to pages of the site, and insert the options of commands and links to the pages of rules."""
    uri = page.file.src_uri
    source = next((source for source, known in PAGES.items() if known == uri), f"docs/{uri}")
    markdown = re.sub(r"(!?)\[([^]]*)\]\(([^)\s]+)\)", lambda link: _link(link, source, uri, files, config.repo_url or ""), markdown)
    if uri == "rules.md":
        markdown = re.sub(r"^\| `([\w/-]+)` \|", r"| [`\1`](rules/\1.md) |", markdown, flags=re.MULTILINE)
    return re.sub(r"<!-- command: (\w+) -->", lambda found: "\n".join(_command(found[1])), markdown)


def _link(link: re.Match[str], source: str, uri: str, files: Files, repository: str) -> str:
    """Return a link between files of the repository as one between pages, or to the repository if the site has no such page."""
    mark, text, target = link.groups()
    path, _, anchor = target.partition("#")
    file = ROOT.joinpath(source).parent.joinpath(path).resolve()
    if "://" in target or not path or not file.is_relative_to(ROOT) or not file.exists():
        return link[0]  # strict mode reports what leads nowhere
    name = file.relative_to(ROOT).as_posix()
    there = PAGES.get(name, name.removeprefix("docs/"))
    if files.get_file_from_path(there) is not None:
        up = "../" * uri.count("/")
        return f"{mark}[{text}]({up}{there}{'#' if anchor else ''}{anchor})"
    return f"[{text}]({repository.rstrip('/')}/blob/HEAD/{name})" if repository else text


def _api() -> Iterator[str]:
    """Yield the page of the public names; each is named by its module, as a module of the package may have its name."""
    yield "# Python API\n"
    for module in (validator, validator.strategies):
        yield f"## {module.__name__}\n"
        for name in module.__all__:
            public = getattr(module, name)
            own = getattr(public, "__module__", "").startswith(validator.__name__)
            yield f"::: {f'{public.__module__}.{public.__qualname__}' if own else f'{module.__name__}.{name}'}\n"


# A page for each rule


def _rule_page(entry: Entry) -> Iterator[str]:
    rule = catalogue.by_name().get(entry.name)
    yield f"# {entry.name}\n\n**{entry.claim}**\n"
    applies = "" if rule is None else f" It applies to {APPLIES[side(rule)]}."
    versions = "all api-versions" if rule is None or not versions_of(rule) else f"api-versions {versions_of(rule)}"
    yield f"Severity: {entry.severity}.{applies} It is checked at {versions}.\n"
    if entry.reason:
        yield f"## Why\n\n{entry.reason}\n"
    yield f"## How to fix it\n\n{entry.fix}\n"
    if entry.name in INPUT:
        problem = INPUT[entry.name]
        yield from _block("Wrong", problem.example.splitlines())
        yield from _findings(findings_in(problem.example))
    else:
        yield from _example(rule.example if rule else keyword_example(KEYWORDS[entry.name.removeprefix("schema/")]))
    if entry.cites:
        yield from ("## Evidence\n", f"{_evidence(entry.cites)}.")
    elif rule is None and entry.name not in INPUT:
        yield from ("## Where it is documented\n", *_uses(entry.name.removeprefix("schema/")))


def _example(example: Example) -> Iterator[str]:
    pointers = [*example.put, *example.removed]
    right = {pointer: follow(EXAMPLES[example.of], steps(pointer), _ABSENT) for pointer in pointers}
    yield from _block("Wrong", [_line(pointer, example.put.get(pointer, _ABSENT)) for pointer in pointers])
    yield from _findings(example_findings(example))
    yield from _block("Right", [_line(pointer, right[pointer]) for pointer in pointers])


_ABSENT: JSON = {}


def _line(pointer: str, value: JSON) -> str:
    return f"{pointer} is absent" if value is _ABSENT else f"{pointer} = {json.dumps(value)}"


def _block(title: str, lines: list[str]) -> Iterator[str]:
    yield from (f"## {title}\n", "```text", *(textwrap.shorten(line, 400, placeholder=" …") for line in lines), "```\n")


def _findings(findings: list[Finding]) -> Iterator[str]:
    yield "`updaterun check` reports:\n\n```text"
    for finding in findings:
        yield f"{finding.severity} {finding.rule} {finding.pointer or '(top)'}: {finding.message}"
    yield "```\n"


def _evidence(cites: str) -> str:
    source, _, anchor = cites.partition("#")
    return f"{_title(source)}: {schemas.sources()[source]['anchors'][anchor]}"


def _title(source: str) -> str:
    title, where = (schemas.sources()[source][name] for name in ("title", "where"))
    return f"[{title}]({where})" if where.startswith("https://") else f"{title} ({where})"


def _uses(keyword: str) -> Iterator[str]:
    for source, places in schemas.uses_by_source(schemas.load(), keyword).items():
        yield f"{_title(source)}:\n"
        yield from (f"* {place}" for place in places)
        yield ""


# The command line


def _command(name: str) -> Iterator[str]:
    """Yield the usage and the options of a command, as `--help` has them."""
    command = main.get_command(click.Context(main), name)
    assert command is not None, name
    context = click.Context(command, info_name=f"updaterun {name}", parent=None)
    yield from ("```text", command.get_usage(context), "```\n", "| option | what it does |\n|---|---|")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None:
            yield f"| `{record[0]}` | {record[1]} |"
    yield ""
