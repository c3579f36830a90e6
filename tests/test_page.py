"""The content of a page of `updaterun show`: parsed from its markup, and compared with the findings of `check`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.test_show import run, shown, updaterun
from validator.rules import example
from validator.show.page import render_page
from validator.show.state_styles import STYLES

ROOT = Path(__file__).parent.parent
WRONG = ("samples/wrong/update-run.json", "samples/wrong/cassette.yaml")
VOID = {"meta", "input", "br"}


@dataclass
class Node:
    """An element of a page."""

    tag: str = ""
    given: dict[str, str] = field(default_factory=dict)
    parts: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text within as a browser shows it, with single spaces for line breaks and indentation."""
        return " ".join(self.raw.split())

    @property
    def raw(self) -> str:
        return " " if self.tag == "br" else "".join(part if isinstance(part, str) else part.raw for part in self.parts)

    def all(self, tag: str = "", kind: str = "") -> Iterator[Node]:
        """Yield the elements within that have a tag and a class."""
        for part in self.parts:
            if isinstance(part, Node):
                if tag in {"", part.tag} and (not kind or kind in part.given.get("class", "").split()):
                    yield part
                yield from part.all(tag, kind)


class Reader(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.top = Node()
        self.open = [self.top]
        self.feed(markup)

    @property
    def outline(self) -> list[tuple[str, dict[str, str], str]]:
        """The tag, the attributes and the text of every element."""
        return [(node.tag, node.given, node.text) for node in self.top.all()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def page_of(path: str) -> Node:
    return Reader(updaterun("show", ROOT / path, "--html", "-").stdout).top


def rows(top: Node) -> list[Node]:
    return [row for made in top.all("ol", "findings") for row in made.all("li")]


def named(top: Node, name: str) -> Node:
    (node,) = (node for node in top.all() if node.given.get("id") == name)
    return node


@pytest.mark.parametrize("path", WRONG)
def test_each_finding_is_listed_once_with_its_place(path: str) -> None:
    findings = json.loads(updaterun("check", ROOT / path, "--format", "json").stdout)["findings"]
    listed = [row.text for row in rows(page_of(path))]
    for finding in findings:
        place = f"{finding['side']} {finding['pointer'] or '(top)'} line {finding['line']}, column {finding['column']}"
        beginning = " ".join(f"{finding['severity']} {finding['message']}".split())
        end = " ".join(f"{finding['rule']} {place}".split())
        assert len([row for row in listed if re.match(rf"{re.escape(beginning)}( \(see [^)]+\))? {re.escape(end)}", row)]) == 1, beginning
    assert len(listed) == len(findings)


def remarks(node: Node, within: str = "") -> Iterator[tuple[str, str]]:
    """Yield the remarks about parts, each with the id of the innermost element around it that has one."""
    for part in node.parts:
        if isinstance(part, Node):
            if "remark" in part.given.get("class", "").split():
                yield part.text, within
            yield from remarks(part, part.given.get("id", within))


@pytest.mark.parametrize("path", WRONG)
def test_a_finding_links_to_its_part_or_to_the_attributes_of_its_run(path: str) -> None:
    top = page_of(path)
    remarked = list(remarks(top))
    targets = {}
    for row in rows(top):
        for link in row.all("a"):
            target, name = link.given["href"].removeprefix("#"), link.text.removeprefix("at ")
            node = named(top, target)
            if name == "the run":
                assert node.given["class"] == "facts"
            else:
                assert [words for words, part in remarked if part == target and row.text.startswith(words)]
                assert name in node.text or node.given.keys() == {"id"}
            targets[target] = name
    expected = ["exchanges", "group default", "only-1", "stage default", "stage default", *["the run"] * 5]
    alone = ["group eu", "stage Canary", "the run", "us-1", "wait of 1h"]
    assert sorted(targets.values()) == (expected if "cassette" in path else alone)


def test_only_findings_about_no_run_have_no_link() -> None:
    lists = list(page_of("samples/wrong/cassette.yaml").all("ol", "findings"))
    linked = [[bool(list(row.all("a"))) for row in made.all("li")] for made in lists]
    assert linked[-1] == [False] * 4
    assert all(all(made) for made in linked[:-1])


def test_a_state_is_written_next_to_its_symbol() -> None:
    bodies = [
        run(id=f"{example.RESPONSE['id']}{number}", properties__status__status={"state": state}) for number, state in enumerate(STYLES)
    ]
    chips = {chip.given["class"]: chip.text for chip in Reader(render_page(shown({"value": bodies}))).top.all("span", "chip")}
    assert chips == {f"chip {style.css_class}": f"{style.symbol} {state}" for state, style in STYLES.items()}


def test_the_last_capture_is_selected() -> None:
    (steps,) = page_of("samples/vcr/cassette.yaml").all("fieldset", "steps")
    chosen = ["checked" in step.given for step in steps.all("input")]
    assert chosen == [False] * (len(chosen) - 1) + [True]
    assert len(chosen) > 1
    assert next(list(steps.all("label"))[-1].all("span", "chip")).text == "✓ Completed"
