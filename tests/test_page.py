"""The content of a page of `updaterun show`: parsed from its markup, and compared with the findings of `check`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import updaterun
from tests.support.pages import Node, Reader, finding_rows, run_with, shown
from validator.rules import example
from validator.show.page import render_page
from validator.show.state_styles import STYLES

ROOT = Path(__file__).parent.parent
WRONG = ("samples/wrong/update-run.json", "samples/wrong/cassette.yaml")


def page_of(path: str) -> Node:
    return Reader(updaterun("show", ROOT / path, "--html", "-").stdout).top


def named(top: Node, name: str) -> Node:
    (node,) = (node for node in top.all() if node.given.get("id") == name)
    return node


@pytest.mark.parametrize("path", WRONG)
def test_each_finding_is_listed_once_with_its_place(path: str) -> None:
    findings = json.loads(updaterun("check", ROOT / path, "--format", "json").stdout)["findings"]
    listed = [row.text for row in finding_rows(page_of(path))]
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
    for row in finding_rows(top):
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
        run_with(id=f"{example.RESPONSE['id']}{number}", properties__status__status={"state": state}) for number, state in enumerate(STYLES)
    ]
    chips = {chip.given["class"]: chip.text for chip in Reader(render_page(shown({"value": bodies}))).top.all("span", "chip")}
    assert chips == {f"chip {style.css_class}": f"{style.symbol} {state}" for state, style in STYLES.items()}


def test_the_last_capture_is_selected() -> None:
    (steps,) = page_of("samples/vcr/cassette.yaml").all("fieldset", "steps")
    chosen = ["checked" in step.given for step in steps.all("input")]
    assert chosen == [False] * (len(chosen) - 1) + [True]
    assert len(chosen) > 1
    assert next(list(steps.all("label"))[-1].all("span", "chip")).text == "✓ Completed"
