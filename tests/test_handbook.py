"""The handbook, built as `make docs` builds it: every rule, command and link, and nothing that is fetched from elsewhere."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from email.message import Message
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import pytest

from tests.support.browser import BROWSER, open_address
from tests.support.command import updaterun
from tests.support.prose import ROOT
from validator.cli import COMMANDS, main
from validator.contract import schemas
from validator.rules.catalogue import RULES
from validator.rules.entries import address, entries, site

pytest.importorskip("mkdocs", reason="the extra docs is not installed; make docs installs it")
pytestmark = [pytest.mark.process, pytest.mark.slow]


def build(folder: Path, config: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--config-file", str(config), "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built handbook, which its build had nothing to say about."""
    folder = tmp_path_factory.mktemp("book")
    done = build(folder, ROOT / "mkdocs.yml")
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


class Links(HTMLParser):
    """The ids of a page, the links in it, and the addresses that a browser loads for it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in {"id", "name"} and value:
                self.ids.add(value)
            elif name == "href" and tag == "a" and value:
                self.links.append(value)
            elif name in {"href", "src"} and value:
                self.loaded.append(value)


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(book: Path) -> None:
    pages = {path: Links(path.read_text()) for path in book.rglob("*.html") if path.name != "404.html"}
    for path, page in pages.items():
        for link in [*page.links, *page.loaded]:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme == "https", link
                assert link in page.links, f"{path} loads {link}"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.exists(), f"{path}: {link}"
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].ids | {"__skip"}, f"{path}: {link}"


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for path in (ROOT / "docs").iterdir():
        (tmp_path / "docs" / path.name).symlink_to(path)
    (tmp_path / "docs" / "settings.md").unlink()
    (tmp_path / "docs" / "settings.md").write_text("# Settings\n\n[nowhere](nowhere.md)\n")
    (tmp_path / "mkdocs.yml").write_text((ROOT / "mkdocs.yml").read_text())
    done = build(tmp_path / "site", tmp_path / "mkdocs.yml")
    assert done.returncode == 1
    assert "nowhere.md" in done.stderr


def text_of(path: Path) -> str:
    """Return the text of the article of a page, with its entities resolved and its blanks joined."""
    (article,) = re.findall(r"<article.*?</article>", path.read_text(), re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", article)).split())


def test_a_page_for_every_rule_has_its_claim_reason_fix_example_and_evidence(book: Path) -> None:
    for entry in entries().values():
        text = text_of(book / "rules" / f"{entry.name}.html").replace("`", "")
        parts = [
            entry.claim,
            entry.reason,
            entry.fix,
            schemas.sources()[entry.cites.partition("#")[0]]["title"] if entry.cites else "",
        ]
        for part in parts:
            assert " ".join(part.replace("`", "").split()) in text, f"{entry.name}: {part}"
        assert re.search(rf"(error|warning|note) {re.escape(entry.name)} ", text), f"{entry.name}: its finding"
    late = text_of(book / "rules" / "gate-id-type.html")
    assert "It is checked at api-versions from 2025-04-01-preview on." in late
    assert all(("Wrong" in text and "Right" in text) for text in (text_of(book / "rules" / f"{rule.name}.html") for rule in RULES))


def test_the_address_of_a_rule_is_that_of_its_page(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert address("group-duplicate") is None, "pyproject.toml names no address yet"
    urls = Message()
    urls["Project-URL"] = "Documentation, https://example.invalid/book"
    monkeypatch.setattr("importlib.metadata.metadata", lambda _: urls)
    site.cache_clear()
    try:
        for name in entries():
            assert (book / str(address(name)).removeprefix("https://example.invalid/book/")).is_file(), name
    finally:
        site.cache_clear()


def test_every_command_has_its_options_as_its_help_has_them(book: Path) -> None:
    text = text_of(book / "command-line.html")
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert f"{parameter.opts[0]}" in text, f"{name} {parameter.opts}"
                assert " ".join((parameter.help or "").split()) in text
    assert "--fail-on" in updaterun("check", "--help").stdout


def test_the_api_has_every_public_name_with_its_docstring(book: Path) -> None:
    import validator
    from validator import strategies

    text = text_of(book / "api.html")
    for module in (validator, strategies):
        for name in module.__all__:
            public = getattr(module, name)
            first = (public.__doc__ or "").strip().partition("\n")[0].replace("`", "") if callable(public) else name
            assert " ".join(first.split()) in text, name


@pytest.mark.skipif(BROWSER is None, reason="there is no chromium")
def test_the_search_needs_no_server(book: Path, tmp_path: Path) -> None:
    shown = open_address(f"{(book / 'index.html').as_uri()}?q=duplicate", tmp_path, "--dump-dom", "--virtual-time-budget=20000")
    results = re.findall(r'<a href="([^"]*)" class="md-search-result__link"', shown.stdout)
    assert any("rules/group-duplicate.html" in result for result in results), results
